/* SPDX-License-Identifier: MIT */
/*
 * A verdict: self-signed certificates, what is an anchor and what is none,
 * missing issuers, dates, and what is said where nothing is known. OpenSSL's
 * own verdict is asked as well where both must agree.
 */
#include "test.h"

#include "trust_bench.h"

/* --------------------------------------------------------- self-signed -- */

static void test_self_signed(void)
{
    struct bench bench = bench_new();
    struct made leaf = exchange_default();

    EXPECT(judge_one(&bench, &leaf, HOST, Y2012), 0x08, ALERT);
    EXPECT(judge_one(&bench, &leaf, HOST, Y2015), 0x28, ALERT);
    EXPECT(judge_one(&bench, &leaf, "mail.example", Y2012), 0x18, ALERT);
    EXPECT(judge_one(&bench, &leaf, "ex10", Y2012), 0x08, ALERT);
    trust_made(&bench, TRUST_CALLER, &leaf);
    EXPECT(judge_one(&bench, &leaf, HOST, Y2012), 0, NO_ALERT);
    EXPECT(judge_one(&bench, &leaf, HOST, Y2015), 0x20, ALERT);
    EXPECT(judge_one(&bench, &leaf, "mail.example", Y2012), 0x10, ALERT);
    trust_clear(bench.trust);
    EXPECT(judge_one(&bench, &leaf, HOST, Y2012), 0x08, ALERT);
    trust_made(&bench, TRUST_DIRECTORY, &leaf);
    EXPECT(judge_one(&bench, &leaf, HOST, Y2012), 0, NO_ALERT);
    made_free(&leaf);
    bench_free(&bench);
}

static void test_self_signed_usage(void)
{
    struct bench bench = bench_new();
    struct made leaf = MAKE(.cn = HOST, .usage = "clientAuth");

    trust_made(&bench, TRUST_CALLER, &leaf);
    EXPECT(judge_one(&bench, &leaf, HOST, Y2012), 0x40, HARD);
    made_free(&leaf);
    bench_free(&bench);
}

/* The names say self-signed, the key says no. */
static void test_self_issued(void)
{
    struct bench bench = bench_new();
    struct made other = make_authority(HOST, NULL);
    struct made leaf = MAKE(.cn = HOST, .issuer = &other);

    EXPECT(judge_one(&bench, &leaf, HOST, Y2012), 0x0a, HARD);
    trust_made(&bench, TRUST_CALLER, &leaf);
    EXPECT(judge_one(&bench, &leaf, HOST, Y2012), 0x0a, HARD);
    CHECK_INT(adscp_certificate_self_signed(row_of(&bench, &leaf)), 0);
    trust_made(&bench, TRUST_CALLER, &other); /* which is its issuer */
    EXPECT(judge_one(&bench, &leaf, HOST, Y2012), 0, NO_ALERT);
    made_free(&leaf);
    made_free(&other);
    bench_free(&bench);
}

static void test_words(void)
{
    struct bench bench = bench_new();
    struct made leaf = exchange_default();
    const struct adscp_alert *alert = judge_one(&bench, &leaf, HOST, Y2012);
    int line, which;

    for (which = 0; which < NOTE_COUNT; which++)
        CHECK(strlen(alert_note_text(alert, (enum alert_note)which)) > 20);
    CHECK_INT(adscp_alert_issuer_line(alert), ADSCP_ALERT_LINE_BAD);
    CHECK_INT(adscp_alert_date_line(alert), ADSCP_ALERT_LINE_GOOD);
    CHECK_INT(adscp_alert_name_line(alert), ADSCP_ALERT_LINE_GOOD);
    CHECK_STR(adscp_alert_issuer_text(alert),
              "The security certificate was issued by a company you have not "
              "chosen to trust. View the certificate to determine whether you "
              "want to trust the certifying authority.");
    CHECK_STR(adscp_alert_date_text(alert),
              "The security certificate date is valid.");
    CHECK_STR(adscp_alert_name_text(alert),
              "The security certificate has a valid name.");
    CHECK_INT(adscp_alert_reason_count(alert), 1);
    CHECK_INT(adscp_alert_reason(alert, 0),
              ADSCP_ALERT_REASON_UNTRUSTED_ISSUER);
    CHECK_INT(adscp_alert_reason(alert, 1), -1);
    CHECK_INT(adscp_alert_reason(alert, -1), -1);
    CHECK_INT(adscp_alert_confidence(alert), -1);
    CHECK_INT(adscp_alert_chain_count(alert), 1);
    CHECK_INT(adscp_alert_chain_source(alert, 0),
              ADSCP_ALERT_CHAIN_SOURCE_SENT);
    CHECK(adscp_alert_chain(alert, 1) == NULL);
    /* It alerts already: expiry changes nothing about that. */
    CHECK_INT(adscp_alert_changes_on(alert), -1);
    bench_free(&bench);
    made_free(&leaf);
    /* The alert holds what it names. */
    CHECK_STR(adscp_certificate_subject(adscp_alert_chain(alert, 0)),
              "CN=EX10");
    alert_release(alert);
    for (line = 0; line < LINE_COUNT; line++) {
        CHECK(alert_line_text((enum alert_line)line,
                              ADSCP_ALERT_LINE_UNKNOWN) == NULL);
        CHECK(alert_line_text((enum alert_line)line, ADSCP_ALERT_LINE_BAD) !=
              NULL);
    }
}

/* --------------------------------------------------------- authorities -- */

static void test_anchors(void)
{
    static const struct {
        enum trust_role role;
        int64_t flags;
        int outcome, source;
    } rows[] = {
        {TRUST_CALLER, 0, NO_ALERT, ADSCP_ALERT_CHAIN_SOURCE_TRUSTED},
        {TRUST_DIRECTORY, 0, NO_ALERT, ADSCP_ALERT_CHAIN_SOURCE_DIRECTORY},
        {TRUST_BUNDLE, 0, NO_ALERT, ADSCP_ALERT_CHAIN_SOURCE_BUNDLE},
        {TRUST_POLICY, 0, NO_ALERT, ADSCP_ALERT_CHAIN_SOURCE_POLICY},
        {TRUST_HELPER, 8, UNCERTAIN, ADSCP_ALERT_CHAIN_SOURCE_DIRECTORY},
        {TRUST_POLICY_HELPER, 8, UNCERTAIN, ADSCP_ALERT_CHAIN_SOURCE_POLICY},
    };
    struct chain c = chain_new();
    const struct made *sent[] = {&c.leaf, &c.middle};
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct bench bench = bench_new();
        const struct adscp_alert *alert;

        trust_made(&bench, rows[i].role, &c.root);
        alert = judge_chain(&bench, sent, 2, HOST, Y2012);
        CHECK_INT(adscp_alert_chain_count(alert), 3);
        CHECK_INT(adscp_alert_chain_source(alert, 1),
                  ADSCP_ALERT_CHAIN_SOURCE_SENT);
        CHECK_INT(adscp_alert_chain_source(alert, 2), rows[i].source);
        EXPECT(alert, rows[i].flags, rows[i].outcome);
        bench_free(&bench);
    }
    chain_free(&c);
}

/* What is not self-signed is no anchor, wherever it lies. */
static void test_no_partial_chain(void)
{
    struct bench bench = bench_new();
    struct chain c = chain_new();
    const struct made *sent[] = {&c.leaf, &c.middle};
    const struct adscp_alert *alert;

    trust_made(&bench, TRUST_CALLER, &c.leaf);
    trust_made(&bench, TRUST_DIRECTORY, &c.middle);
    alert = judge_chain(&bench, sent, 2, HOST, Y2012);
    CHECK(has_note(alert, NOTE_TRUSTED_NOT_ROOT));
    CHECK(has_note(alert, NOTE_PUBLIC_ROOTS));
    CHECK_INT(adscp_alert_issuer_line(alert), ADSCP_ALERT_LINE_UNKNOWN);
    CHECK(adscp_alert_issuer_text(alert) == NULL);
    CHECK_INT(adscp_alert_flags_possible(alert), 8);
    EXPECT(alert, 8, UNCERTAIN);
    chain_free(&c);
    bench_free(&bench);
}

static void test_bundle_decides(void)
{
    struct bench bench = bench_new();
    struct chain c = chain_new();
    struct made public = make_authority("Public", NULL);
    const struct made *sent[] = {&c.leaf, &c.middle, &c.root};

    EXPECT(judge_chain(&bench, sent, 3, HOST, Y2012), 8, UNCERTAIN);
    /* Another error is sure, and so is the dialog. */
    EXPECT(judge_chain(&bench, sent, 3, "a.example", Y2012), 0x18, ALERT);
    trust_made(&bench, TRUST_BUNDLE, &public);
    EXPECT(judge_chain(&bench, sent, 3, HOST, Y2012), 8, ALERT);
    EXPECT(judge_chain(&bench, sent, 1, HOST, Y2012), 8, ALERT);
    made_free(&public);
    chain_free(&c);
    bench_free(&bench);
}

static void test_missing_intermediate(void)
{
    struct bench bench = bench_new();
    struct chain c = chain_new();
    struct made leaf =
        MAKE(.cn = HOST, .san = "DNS:" HOST, .issuer = &c.middle,
             .access = "caIssuers;URI:http://pki.example/issuing.crt");
    const struct adscp_alert *alert;

    trust_made(&bench, TRUST_BUNDLE, &c.root);
    alert = judge_one(&bench, &leaf, HOST, Y2012);
    CHECK(has_note(alert, NOTE_MISSING_ISSUER));
    CHECK(!has_note(alert, NOTE_PUBLIC_ROOTS));
    EXPECT(alert, 8, UNCERTAIN);
    EXPECT(judge_one(&bench, &c.leaf, HOST, Y2012), 8, ALERT);
    trust_made(&bench, TRUST_HELPER, &c.middle); /* AIA has it */
    alert = judge_one(&bench, &leaf, HOST, Y2012);
    CHECK_INT(adscp_alert_chain_source(alert, 1),
              ADSCP_ALERT_CHAIN_SOURCE_DIRECTORY);
    EXPECT(alert, 0, NO_ALERT);
    made_free(&leaf);
    chain_free(&c);
    bench_free(&bench);
}

/* A link sent, and above it none: with public roots, it would be a root that is
 * not among them. */
static void test_missing_root(void)
{
    struct bench bench = bench_new();
    struct chain c = chain_new();
    struct made public = make_authority("Public", NULL);
    struct made middle =
        MAKE(.cn = "Issuing", .issuer = &c.root, .constraints = "CA:TRUE",
             .access = "caIssuers;URI:http://pki.example/root.crt");
    struct made leaf =
        MAKE(.cn = HOST, .san = "DNS:" HOST, .issuer = &middle,
             .access = "caIssuers;URI:http://pki.example/issuing.crt");
    const struct made *sent[] = {&leaf, &middle};
    const struct adscp_alert *alert;

    trust_made(&bench, TRUST_BUNDLE, &public);
    alert = judge_chain(&bench, sent, 2, HOST, Y2012);
    CHECK(has_note(alert, NOTE_MISSING_ISSUER));
    CHECK_INT(adscp_alert_flags_possible(alert), 0);
    EXPECT(alert, 8, ALERT);
    EXPECT(judge_chain(&bench, sent, 1, HOST, Y2012), 8, UNCERTAIN);
    made_free(&leaf);
    made_free(&middle);
    made_free(&public);
    chain_free(&c);
    bench_free(&bench);
}

/* Two authorities with one name and key: where one expires, the other takes its
 * place, and nothing changes until that one does. */
static void test_second_path(void)
{
    struct bench bench = bench_new();
    struct made root = make_authority("Root", NULL);
    struct made old = MAKE(.cn = "Issuing", .issuer = &root,
                           .constraints = "CA:TRUE", .until = Y2012 + DAY);
    struct made new = MAKE(.cn = "Issuing", .issuer = &root, .key = old.key,
                           .constraints = "CA:TRUE", .until = Y2015);
    struct made leaf = MAKE(.cn = HOST, .issuer = &old);
    const struct made *sent[] = {&leaf, &old};
    const struct adscp_alert *alert;

    trust_made(&bench, TRUST_DIRECTORY, &root);
    alert = judge_chain(&bench, sent, 2, HOST, Y2012);
    CHECK_INT(adscp_alert_changes_on(alert), Y2012 + DAY + 1);
    EXPECT(alert, 0, NO_ALERT);
    trust_made(&bench, TRUST_HELPER, &new);
    alert = judge_chain(&bench, sent, 2, HOST, Y2012);
    CHECK_INT(adscp_alert_changes_on(alert), Y2015 + 1);
    EXPECT(alert, 0, NO_ALERT);
    EXPECT(judge_chain(&bench, sent, 2, HOST, Y2012 + 2 * DAY), 0, NO_ALERT);
    made_free(&leaf);
    made_free(&new);
    made_free(&old);
    made_free(&root);
    bench_free(&bench);
}

/* OpenSSL by itself, its host check included: where its rules and Windows' are
 * the same, so is the verdict. */
static int openssl_agrees(const struct made *leaf, const struct made *root,
                          const char *host, int64_t time)
{
    X509_STORE *store = X509_STORE_new();
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    X509_VERIFY_PARAM *parameters;
    int ok;

    X509_STORE_add_cert(store, root->x509);
    X509_STORE_CTX_init(context, store, leaf->x509, NULL);
    parameters = X509_STORE_CTX_get0_param(context);
    X509_VERIFY_PARAM_set_purpose(parameters, X509_PURPOSE_SSL_SERVER);
    X509_VERIFY_PARAM_set_time(parameters, (time_t)time);
    X509_VERIFY_PARAM_set1_host(parameters, host, 0);
    ok = X509_verify_cert(context) == 1;
    X509_STORE_CTX_free(context);
    X509_STORE_free(store);
    return ok;
}

static void test_second_opinion(void)
{
    static const struct recipe rows[] = {
        {.cn = HOST},
        {.cn = "other"},
        {.cn = HOST, .until = Y2012 - 1},
        {.cn = HOST, .from = Y2012 + 1},
        {.cn = HOST, .usage = "serverAuth"},
        {.cn = HOST, .usage = "clientAuth"},
        {.cn = "other", .san = "DNS:*.corp.example"},
        {.cn = HOST, .san = "DNS:other.example"},
        {.cn = HOST, .forged = 1},
        {.cn = HOST, .san = "DNS:" HOST, .access = "OCSP;URI:http://a/"},
    };
    struct made roots[2] = {make_authority("Root", NULL),
                            make_authority("Another", NULL)};
    size_t i;

    for (i = 0; i < 2 * sizeof(rows) / sizeof(rows[0]); i++) {
        struct bench bench = bench_new();
        struct recipe recipe = rows[i / 2];
        const struct adscp_alert *alert;
        struct made leaf;

        recipe.issuer = &roots[i % 2];
        leaf = make_certificate(recipe);
        trust_made(&bench, TRUST_BUNDLE, &roots[0]);
        alert = judge_one(&bench, &leaf, HOST, Y2012);
        CHECK_INT(alert->outcome == NO_ALERT,
                  openssl_agrees(&leaf, &roots[0], HOST, Y2012));
        alert_release(alert);
        made_free(&leaf);
        bench_free(&bench);
    }
    made_free(&roots[0]);
    made_free(&roots[1]);
}

static void test_long_chain(void)
{
    struct bench bench = bench_new();
    struct made made[MAX_CHAIN];
    const struct made *sent[MAX_CHAIN];
    const struct adscp_alert *alert;
    int i;

    made[MAX_CHAIN - 1] = make_authority("Root", NULL);
    for (i = MAX_CHAIN - 2; i > 0; i--) {
        char name[16];

        snprintf(name, sizeof(name), "Level %d", i);
        made[i] = make_authority(name, &made[i + 1]);
    }
    made[0] = MAKE(.cn = HOST, .issuer = &made[1]);
    for (i = 0; i < MAX_CHAIN; i++)
        sent[i] = &made[i];
    trust_made(&bench, TRUST_DIRECTORY, &made[MAX_CHAIN - 1]);
    alert = judge_chain(&bench, sent, MAX_CHAIN, HOST, Y2012);
    CHECK(has_note(alert, NOTE_CHAIN_CUT));
    CHECK(adscp_alert_chain_count(alert) <= 12);
    CHECK(has_note(alert, NOTE_BOUND));
    EXPECT(alert, 0, UNCERTAIN);
    trust_made(&bench, TRUST_DIRECTORY, &made[MAX_CHAIN - 1]);
    for (i = 0; i < MAX_CHAIN; i++)
        made_free(&made[i]);
    bench_free(&bench);
}

/* ----------------------------------------------------- without a chain -- */

static void test_nothing(void)
{
    struct bench bench = bench_new();
    struct made leaf = exchange_default();
    unsigned char bytes[] = "garbage";
    struct made garbage = {.der = bytes, .length = 7};
    const struct adscp_certificate *row = row_of(&bench, &leaf);
    const struct adscp_certificate *odd = row_of(&bench, &garbage);
    const struct adscp_alert *alert = ASK(&bench, .confidence = 0);

    CHECK(has_note(alert, NOTE_NO_CERTIFICATE));
    CHECK_INT(alert->lines[LINE_ISSUER], ADSCP_ALERT_LINE_UNKNOWN);
    EXPECT(alert, 0, UNCERTAIN);
    alert = ASK(&bench, .no_connect = true);
    CHECK(!has_note(alert, NOTE_NO_CERTIFICATE));
    EXPECT(alert, 0, ADSCP_ALERT_OUTCOME_CONNECT_FAILURE);
    EXPECT(ASK(&bench, .no_connect = true, .no_tls = true), INT64_C(0x80000000),
           ADSCP_ALERT_OUTCOME_CONNECT_FAILURE);
    EXPECT(ASK(&bench, .chain = &row, .chain_count = 1, .no_connect = true,
               .no_tls = true),
           INT64_C(0x80000008), ADSCP_ALERT_OUTCOME_CONNECT_FAILURE);
    alert = ASK(&bench, .chain = &odd, .chain_count = 1);
    CHECK(has_note(alert, NOTE_UNREADABLE));
    EXPECT(alert, 0, UNCERTAIN);
    made_free(&leaf);
    bench_free(&bench);
}

static void test_published(void)
{
    struct bench bench = bench_new();
    struct made leaf = exchange_default();
    const struct adscp_certificate *row = row_of(&bench, &leaf);
    EVP_PKEY *key = rsa(512);
    struct made weak = MAKE(.cn = HOST, .key = key);
    const struct adscp_certificate *weak_row = row_of(&bench, &weak);
    const struct adscp_alert *alert =
        ASK(&bench, .chain = &row, .chain_count = 1, .published = true,
            .confidence = ADSCP_ALERT_CONFIDENCE_HIGH);

    CHECK(has_note(alert, NOTE_FORECAST));
    CHECK(!has_note(alert, NOTE_SELF_SIGNED_SCP));
    CHECK_INT(adscp_alert_confidence(alert), ADSCP_ALERT_CONFIDENCE_HIGH);
    CHECK_INT(adscp_alert_chain_source(alert, 0),
              ADSCP_ALERT_CHAIN_SOURCE_DIRECTORY);
    EXPECT(alert, 8, ALERT);
    EXPECT(ASK(&bench, .chain = &row, .chain_count = 1, .published = true,
               .other_likely = true),
           8, UNCERTAIN);
    EXPECT(ASK(&bench, .chain = &weak_row, .chain_count = 1, .published = true,
               .other_likely = true),
           0x08, UNCERTAIN); /* whatever is wrong with this one */
    alert = ASK(&bench, .chain = &row, .chain_count = 1, .from_scp = true);
    CHECK(has_note(alert, NOTE_SELF_SIGNED_SCP));
    EXPECT(alert, 8, ALERT);
    alert = judge_one(&bench, &leaf, NULL, Y2012);
    CHECK_INT(adscp_alert_name_line(alert), ADSCP_ALERT_LINE_UNKNOWN);
    EXPECT(alert, 8, ALERT); /* whatever the name */
    EVP_PKEY_free(key);
    made_free(&weak);
    made_free(&leaf);
    bench_free(&bench);
}

/* The same question again is the same row, until the model changes. */
static void test_kept(void)
{
    struct bench bench = bench_new();
    struct made leaf = exchange_default();
    const struct adscp_alert *first = judge_one(&bench, &leaf, HOST, Y2012);
    const struct adscp_alert *again = judge_one(&bench, &leaf, HOST, Y2012);
    const struct adscp_alert *other = judge_one(&bench, &leaf, HOST, Y2015);
    struct certificates *elsewhere = certificates_new();
    const struct adscp_certificate *copy = NULL;

    CHECK(first == again && first != other);
    alert_release(again);
    alert_release(other);
    CHECK_INT(certificates_add(elsewhere, leaf.der, leaf.length, &copy), 0);
    again = ASK(&bench, .chain = &copy, .chain_count = 1);
    CHECK(first == again);
    alert_release(again);
    trust_made(&bench, TRUST_CALLER, &leaf);
    again = judge_one(&bench, &leaf, HOST, Y2012);
    CHECK(first != again);
    alert_release(again);
    alert_release(first);
    certificates_release(elsewhere);
    made_free(&leaf);
    bench_free(&bench);
}

static const struct test tests[] = {
    {"self-signed, trusted or not", test_self_signed},
    {"self-signed for another use", test_self_signed_usage},
    {"self-issued but not self-signed", test_self_issued},
    {"lines, reasons and their words", test_words},
    {"what is an anchor", test_anchors},
    {"no partial chain", test_no_partial_chain},
    {"a bundle decides about public roots", test_bundle_decides},
    {"a missing intermediate", test_missing_intermediate},
    {"a missing root is none of the public ones", test_missing_root},
    {"a second path", test_second_path},
    {"a second opinion", test_second_opinion},
    {"a chain without end", test_long_chain},
    {"nothing to judge", test_nothing},
    {"a published certificate", test_published},
    {"verdicts are kept", test_kept},
};

TEST_MAIN(tests)
