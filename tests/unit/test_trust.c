/* SPDX-License-Identifier: MIT */
/*
 * judge/trust against every row of the rules: names, self-signed certificates,
 * usage, dates, keys, missing intermediates, and the places of a directory that
 * are anchors or are none. OpenSSL's own verdict is asked as well where both
 * must agree.
 */
#include "test.h"

#include <openssl/pem.h>

#include "judge/route/forecast.h"
#include "judge/trust/trust.h"
#include "make_certificate.h"

/* --------------------------------------------------------------- names -- */

static struct certificate_name name_of(const char *text, size_t length)
{
    return (struct certificate_name){text, length, text};
}

static int match_pair(const char *name, const char *host, uint32_t *notesp)
{
    struct certificate_name entry = name_of(name, strlen(name));
    struct certificate_facts facts = {.dns_names = &entry,
                                      .dns_name_count = 1,
                                      .flags = CERTIFICATE_HAS_ALT_NAME};
    struct certificate_facts common = {.common_name = entry};
    uint32_t notes = 0;
    int first = (int)trust_match(&facts, host, strlen(host), notesp);

    /* A common name alone is compared by the same rules. */
    CHECK_INT(trust_match(&common, host, strlen(host), &notes), first);
    return first;
}

struct name_row {
    const char *name, *host;
    int windows;
    int openssl; /* with its default flags; -1: not compared */
};

static const struct name_row kb258858[] = {
    {"www.example.com", "www.example.com", TRUST_NAME_YES, 1},
    {"www.example.com", "www.examPle.cOm", TRUST_NAME_YES, 1},
    {"Www.Example.com", "www.example.com", TRUST_NAME_YES, 1},
    {"*.example.com", "www.example.com", TRUST_NAME_YES, 1},
    {"w*.example.com", "www.example.com", TRUST_NAME_YES, 1},
    {"ww*.example.com", "www.example.com", TRUST_NAME_YES, 1},
    {"*www.example.com", "www.example.com", TRUST_NAME_NO, 1},
    {"*w.example.com", "www.example.com", TRUST_NAME_NO, 1},
    {"*ww.example.com", "www.example.com", TRUST_NAME_NO, 1},
    {"w*w.example.com", "www.example.com", TRUST_NAME_NO, 0},
    {"www.e*ample.com", "www.example.com", TRUST_NAME_NO, 0},
    {"www.*ample.com", "www.example.com", TRUST_NAME_NO, 0},
    {"www.ex*.com", "www.example.com", TRUST_NAME_NO, 0},
    {"www.*.com", "www.example.com", TRUST_NAME_NO, 0},
    {"*.com", "example.com", TRUST_NAME_NO, 0},
    {"*.*", "example.com", TRUST_NAME_NO, 0},
    {"*", "example", TRUST_NAME_NO, 0},
    {"*.abc.com", "www.example.abc.com", TRUST_NAME_NO, 0},
    {"a*.d*.example.com", "abc.def.example.com", TRUST_NAME_NO, 0},
    {"*.*.com.au", "www.example.com.au", TRUST_NAME_NO, 0},
    {"www.*.com.au", "www.example.com.au", TRUST_NAME_NO, 0},
};

/* What the article does not print. */
static const struct name_row further[] = {
    {"www.example.com", "www.example.com.", TRUST_NAME_YES, -1},
    {"www.example.com.", "www.example.com.", TRUST_NAME_NO, -1},
    {"www.example.com", "www.example.com..", TRUST_NAME_NO, -1},
    {"EX10", "ex10", TRUST_NAME_YES, -1},
    {"ex10.corp.example", "ex10", TRUST_NAME_NO, 0},
    {"ex10", "ex10.corp.example", TRUST_NAME_NO, 0},
    {"www*.example.com", "www.example.com", TRUST_NAME_MAYBE, -1},
    {"*.example.com", ".example.com", TRUST_NAME_NO, -1},
    {"*.example.com", "example.com", TRUST_NAME_NO, 0},
    {"wxyz*.example.com", "www.example.com", TRUST_NAME_NO, 0},
    {"*.example.com", "xn--80ak6aa92e.example.com", TRUST_NAME_YES, 1},
    {"x*.example.com", "xn--80ak6aa92e.example.com", TRUST_NAME_NO, 0},
    {"xn--80*.example.com", "xn--80ak6aa92e.example.com", TRUST_NAME_NO, 0},
    {"xn--80ak6aa92e.example.com", "xn--80ak6aa92e.example.com", TRUST_NAME_YES,
     1},
    {"www.example.com", "", TRUST_NAME_NO, -1},
    {"www.example.com", ".", TRUST_NAME_NO, -1},
    {".", "www.example.com", TRUST_NAME_NO, 0},
    {"w\xc3\xbcrst.example", "w\xc3\xbcrst.example", TRUST_NAME_NO, -1},
    {"www example.com", "www example.com", TRUST_NAME_NO, -1},
};

static int openssl_match(const char *name, const char *host)
{
    char san[128];
    struct made made;
    int result;

    snprintf(san, sizeof(san), "DNS:%s", name);
    made = MAKE(.san = san);
    result = X509_check_host(made.x509, host, strlen(host), 0, NULL);
    made_free(&made);
    return result;
}

static void check_names(const struct name_row *rows, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++) {
        uint32_t notes = 0;
        int failures = test_failures;

        CHECK_INT(match_pair(rows[i].name, rows[i].host, &notes),
                  rows[i].windows);
        if (rows[i].openssl >= 0)
            CHECK_INT(openssl_match(rows[i].name, rows[i].host),
                      rows[i].openssl);
        if (test_failures > failures)
            printf("# name \"%s\", host \"%s\"\n", rows[i].name, rows[i].host);
    }
}

static void test_kb258858(void)
{
    check_names(kb258858, sizeof(kb258858) / sizeof(kb258858[0]));
}

static void test_further_names(void)
{
    check_names(further, sizeof(further) / sizeof(further[0]));
}

static uint32_t bit(enum alert_note which)
{
    return UINT32_C(1) << which;
}

static void test_name_notes(void)
{
    struct certificate_name names[3] = {
        name_of("www.example.com\0.evil.example", 29),
        name_of("w*.example.com", 14), name_of("a.example.com.", 14)};
    struct certificate_facts facts = {.dns_names = names,
                                      .dns_name_count = 3,
                                      .common_name = name_of("b.test", 6),
                                      .flags = CERTIFICATE_HAS_ALT_NAME};
    uint32_t notes = 0;

    CHECK_INT(trust_match(&facts, "www.example.com", 15, &notes),
              TRUST_NAME_YES);
    CHECK_INT(notes, bit(NOTE_ODD_NAME) | bit(NOTE_PARTIAL_WILDCARD) |
                         bit(NOTE_NAME_DOT));
    notes = 0;
    names[2] = name_of("www.example.com", 15); /* then the form is no matter */
    CHECK_INT(trust_match(&facts, "www.example.com", 15, &notes),
              TRUST_NAME_YES);
    CHECK_INT(notes, bit(NOTE_ODD_NAME));
    notes = 0;
    CHECK_INT(trust_match(&facts, "b.test", 6, &notes), TRUST_NAME_NO);
    CHECK_INT(notes, bit(NOTE_ODD_NAME) | bit(NOTE_COMMON_NAME));
    notes = 0;
    facts.dns_name_count = 1;
    CHECK_INT(trust_match(&facts, "www.example.com", 15, &notes),
              TRUST_NAME_NO);
}

static int match_ip(const char *name, const char *address, const char *host)
{
    struct certificate_name entry = name_of(name, strlen(name));
    struct certificate_facts facts = {.dns_names = &entry,
                                      .dns_name_count = 1,
                                      .ip_addresses = &address,
                                      .ip_address_count = 1,
                                      .flags = CERTIFICATE_HAS_ALT_NAME};
    uint32_t notes = 0;
    int match = (int)trust_match(&facts, host, strlen(host), &notes);

    CHECK_INT(notes, match == TRUST_NAME_MAYBE ? bit(NOTE_IP_LITERAL) : 0);
    return match;
}

static void test_addresses(void)
{
    CHECK_INT(match_ip("10.0.0.1", "10.0.0.1", "10.0.0.1"), TRUST_NAME_YES);
    CHECK_INT(match_ip("10.0.0.1", "10.0.0.2", "10.0.0.1"), TRUST_NAME_MAYBE);
    CHECK_INT(match_ip("a.example", "10.0.0.1", "10.0.0.1"), TRUST_NAME_MAYBE);
    CHECK_INT(match_ip("a.example", "10.0.0.2", "10.0.0.1"), TRUST_NAME_NO);
    CHECK_INT(match_ip("a.example", "fd00::1", "FD00:0::0:1"),
              TRUST_NAME_MAYBE);
    CHECK_INT(match_ip("fd00::1", "fd00::1", "fd00::1"), TRUST_NAME_YES);
}

/* ----------------------------------------------------------- a verdict -- */

#define HOST "ex10.corp.example"
#define MAX_CHAIN 24

struct bench {
    struct certificates *store;
    struct trust *trust;
};

static struct bench bench_new(void)
{
    return (struct bench){certificates_new(), trust_new()};
}

static void bench_free(struct bench *bench)
{
    trust_free(bench->trust);
    certificates_release(bench->store);
}

static const struct adscp_certificate *row_of(struct bench *bench,
                                              const struct made *made)
{
    const struct adscp_certificate *row = NULL;

    CHECK_INT(certificates_add(bench->store, made->der, made->length, &row),
              ADSCP_OK);
    return row;
}

static void trust_made(struct bench *bench, enum trust_role role,
                       const struct made *made)
{
    CHECK_INT(trust_add(bench->trust, role, row_of(bench, made)), ADSCP_OK);
}

static const struct adscp_alert *judge_chain(struct bench *bench,
                                             const struct made *const *chain,
                                             size_t count, const char *host,
                                             int64_t time)
{
    const struct adscp_certificate *rows[MAX_CHAIN];
    struct trust_question question = {
        .chain = rows, .chain_count = count, .host = host, .time = time};
    const struct adscp_alert *alert = NULL;
    size_t i;

    if (host != NULL)
        question.host_length = strlen(host);
    for (i = 0; i < count; i++)
        rows[i] = row_of(bench, chain[i]);
    CHECK_INT(trust_judge(bench->trust, &question, &alert), ADSCP_OK);
    return alert;
}

static const struct adscp_alert *judge_one(struct bench *bench,
                                           const struct made *leaf,
                                           const char *host, int64_t time)
{
    return judge_chain(bench, &leaf, 1, host, time);
}

#define EXPECT(alert, wanted_flags, wanted_outcome)                            \
    expect_alert(alert, wanted_flags, wanted_outcome, __LINE__)

static void expect_alert(const struct adscp_alert *alert, int64_t flags,
                         int outcome, int line)
{
    int failures = test_failures;

    CHECK_INT(adscp_alert_flags(alert), flags);
    CHECK_STR(adscp_alert_outcome_name(adscp_alert_outcome(alert)),
              adscp_alert_outcome_name(outcome));
    if (test_failures > failures)
        printf("# line %d\n", line);
    alert_release(alert);
}

static int has_note(const struct adscp_alert *alert, enum alert_note which)
{
    return (alert->notes & bit(which)) != 0;
}

#define NO_ALERT ADSCP_ALERT_OUTCOME_NO_ALERT
#define ALERT ADSCP_ALERT_OUTCOME_ALERT
#define HARD ADSCP_ALERT_OUTCOME_HARD_FAILURE
#define UNCERTAIN ADSCP_ALERT_OUTCOME_UNCERTAIN

/* --------------------------------------------------------- self-signed -- */

static struct made exchange_default(void)
{
    return MAKE(.cn = "EX10", .san = "DNS:EX10,DNS:" HOST,
                .usage = "serverAuth", .constraints = "critical,CA:FALSE",
                .key_usage = "critical,digitalSignature,keyEncipherment",
                .until = Y2015 - 1);
}

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

    EXPECT(judge_one(&bench, &leaf, HOST, Y2012), 0x08, ALERT);
    trust_made(&bench, TRUST_CALLER, &leaf);
    EXPECT(judge_one(&bench, &leaf, HOST, Y2012), 0x08, ALERT);
    CHECK_INT(adscp_certificate_self_signed(row_of(&bench, &leaf)), 0);
    made_free(&leaf);
    made_free(&other);
    bench_free(&bench);
}

static void test_words(void)
{
    struct bench bench = bench_new();
    struct made leaf = exchange_default();
    const struct adscp_alert *alert = judge_one(&bench, &leaf, HOST, Y2012);

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
    for (int line = 0; line < LINE_COUNT; line++) {
        CHECK(alert_line_text((enum alert_line)line,
                              ADSCP_ALERT_LINE_UNKNOWN) == NULL);
        CHECK(alert_line_text((enum alert_line)line, ADSCP_ALERT_LINE_BAD) !=
              NULL);
    }
    for (int which = 0; which < NOTE_COUNT; which++)
        CHECK(strlen(alert_note_text((enum alert_note)which)) > 20);
}

/* --------------------------------------------------------- authorities -- */

struct chain {
    struct made root, middle, leaf;
};

static struct chain chain_new(void)
{
    struct chain chain;

    chain.root = make_authority("Root", NULL);
    chain.middle = make_authority("Issuing", &chain.root);
    chain.leaf = MAKE(.cn = HOST, .san = "DNS:" HOST, .issuer = &chain.middle,
                      .usage = "serverAuth");
    return chain;
}

static void chain_free(struct chain *chain)
{
    made_free(&chain->root);
    made_free(&chain->middle);
    made_free(&chain->leaf);
}

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
        {TRUST_HELPER, 8, UNCERTAIN, ADSCP_ALERT_CHAIN_SOURCE_DIRECTORY},
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

static const struct adscp_alert *judge_leaf(struct recipe recipe, int64_t time)
{
    struct bench bench = bench_new();
    struct made root = make_authority("Root", NULL);
    struct made leaf;
    const struct adscp_alert *alert;

    recipe.issuer = &root;
    if (recipe.cn == NULL)
        recipe.cn = HOST;
    leaf = make_certificate(recipe);
    trust_made(&bench, TRUST_DIRECTORY, &root);
    alert = judge_one(&bench, &leaf, HOST, time);
    made_free(&leaf);
    made_free(&root);
    bench_free(&bench);
    return alert;
}

#define JUDGE(...) judge_leaf((struct recipe){__VA_ARGS__}, Y2012)

static void test_usage(void)
{
    const struct adscp_alert *alert;

    EXPECT(JUDGE(.cn = HOST), 0, NO_ALERT);
    EXPECT(JUDGE(.usage = "serverAuth"), 0, NO_ALERT);
    EXPECT(JUDGE(.usage = "clientAuth,serverAuth"), 0, NO_ALERT);
    EXPECT(JUDGE(.usage = "msSGC"), 0, NO_ALERT);
    EXPECT(JUDGE(.usage = "nsSGC"), 0, NO_ALERT);
    EXPECT(JUDGE(.usage = "clientAuth"), 0x40, HARD);
    EXPECT(JUDGE(.usage = "1.2.3.4"), 0x40, HARD);
    alert = JUDGE(.usage = "anyExtendedKeyUsage");
    CHECK(has_note(alert, NOTE_ANY_USAGE));
    EXPECT(alert, 0, NO_ALERT);
    alert = JUDGE(.key_usage = "critical,cRLSign");
    CHECK(has_note(alert, NOTE_KEY_USAGE));
    EXPECT(alert, 0, NO_ALERT);
    alert = JUDGE(.crl = "URI:http://pki.example/a.crl");
    CHECK(has_note(alert, NOTE_REVOCATION));
    EXPECT(alert, 0, NO_ALERT);
}

static void test_dates(void)
{
    const struct adscp_alert *alert;

    EXPECT(judge_leaf((struct recipe){.until = Y2015}, Y2015), 0, NO_ALERT);
    alert = judge_leaf((struct recipe){.until = Y2015}, Y2015 + 1);
    CHECK_INT(alert->reasons, 1 << ADSCP_ALERT_REASON_EXPIRED);
    EXPECT(alert, 0x20, ALERT);
    EXPECT(judge_leaf((struct recipe){.from = Y2012}, Y2012), 0, NO_ALERT);
    alert = judge_leaf((struct recipe){.from = Y2012}, Y2012 - 1);
    CHECK_INT(alert->reasons, 1 << ADSCP_ALERT_REASON_NOT_YET_VALID);
    EXPECT(alert, 0x20, ALERT);
    alert = judge_leaf((struct recipe){.cn = HOST}, -1);
    CHECK_INT(adscp_alert_date_line(alert), ADSCP_ALERT_LINE_UNKNOWN);
    CHECK_INT(adscp_alert_changes_on(alert), -1);
    EXPECT(alert, 0, UNCERTAIN);
    /* the year 9999, as "no end" is written (RFC 5280 4.1.2.5) */
    EXPECT(judge_leaf((struct recipe){.until = INT64_C(253402300799)},
                      INT64_C(253402300799)),
           0x20, ALERT); /* of the root */
}

/* A root that has expired counts as much as a leaf. */
static void test_expired_root(void)
{
    struct bench bench = bench_new();
    struct made root =
        MAKE(.cn = "Root", .constraints = "critical,CA:TRUE", .until = Y2012);
    struct made leaf = MAKE(.cn = HOST, .issuer = &root);
    const struct adscp_alert *alert;

    trust_made(&bench, TRUST_DIRECTORY, &root);
    alert = judge_one(&bench, &leaf, HOST, Y2012);
    CHECK_INT(adscp_alert_changes_on(alert), Y2012 + 1);
    EXPECT(alert, 0, NO_ALERT);
    EXPECT(judge_one(&bench, &leaf, HOST, Y2012 + 1), 0x20, ALERT);
    made_free(&leaf);
    made_free(&root);
    bench_free(&bench);
}

static void test_changes(void)
{
    const struct adscp_alert *alert =
        judge_leaf((struct recipe){.until = Y2015}, Y2012);

    CHECK_INT(adscp_alert_changes_on(alert), Y2015 + 1);
    EXPECT(alert, 0, NO_ALERT);
    alert = judge_leaf((struct recipe){.from = Y2012}, Y2010 + DAY);
    CHECK_INT(adscp_alert_changes_on(alert), Y2012);
    EXPECT(alert, 0x20, ALERT);
    /* Not yet valid when its root has expired: it never is. */
    alert = judge_leaf(
        (struct recipe){.from = Y2020 + DAY, .until = Y2020 + 2 * DAY}, Y2012);
    CHECK_INT(adscp_alert_changes_on(alert), -1);
    EXPECT(alert, 0x20, ALERT);
}

/* The date for "no end" is none: the year after it has no four digits. */
static void test_no_end(void)
{
    const int64_t never = 253402300799;
    struct bench bench = bench_new();
    struct made leaf = MAKE(.cn = HOST, .until = never);
    const struct adscp_alert *alert;

    trust_made(&bench, TRUST_CALLER, &leaf);
    alert = judge_one(&bench, &leaf, HOST, Y2012);
    CHECK_INT(adscp_alert_changes_on(alert), -1);
    EXPECT(alert, 0, NO_ALERT);
    made_free(&leaf);
    bench_free(&bench);
    bench = bench_new();
    leaf = MAKE(.cn = HOST, .until = never - 1);
    trust_made(&bench, TRUST_CALLER, &leaf);
    alert = judge_one(&bench, &leaf, HOST, Y2012);
    CHECK_INT(adscp_alert_changes_on(alert), never);
    EXPECT(alert, 0, NO_ALERT);
    made_free(&leaf);
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

/* ------------------------------------------------------------ strength -- */

static EVP_PKEY *rsa(unsigned int bits)
{
    return EVP_RSA_gen(bits);
}

static void test_keys(void)
{
    static const struct {
        unsigned int bits;
        int64_t flags;
        int outcome;
    } rows[] = {{512, 2, HARD}, {1016, 2, HARD}, {1024, 0, NO_ALERT}};
    size_t i;

    for (i = 0; i < 3; i++) {
        EVP_PKEY *key = rsa(rows[i].bits);
        const struct adscp_alert *alert = JUDGE(.key = key);

        CHECK_INT(alert->reasons,
                  rows[i].flags != 0 ? 1 << ADSCP_ALERT_REASON_WEAK_KEY : 0);
        EXPECT(alert, rows[i].flags, rows[i].outcome);
        EVP_PKEY_free(key);
    }
}

/* A trusted self-signed certificate is blocked as well. */
static void test_weak_anchor(void)
{
    struct bench bench = bench_new();
    EVP_PKEY *key = rsa(768);
    struct made leaf = MAKE(.cn = HOST, .key = key);

    trust_made(&bench, TRUST_CALLER, &leaf);
    EXPECT(judge_one(&bench, &leaf, HOST, Y2012), 2, HARD);
    made_free(&leaf);
    EVP_PKEY_free(key);
    bench_free(&bench);
}

/* No curve signs with MD5: its issuer has an RSA key. */
static const struct adscp_alert *judge_md5(void)
{
    struct bench bench = bench_new();
    EVP_PKEY *key = rsa(1024);
    struct made root = MAKE(.cn = "Root", .constraints = "CA:TRUE", .key = key);
    struct made leaf = MAKE(.cn = HOST, .issuer = &root, .digest = EVP_md5());
    const struct adscp_alert *alert;

    trust_made(&bench, TRUST_DIRECTORY, &root);
    alert = judge_one(&bench, &leaf, HOST, Y2012);
    made_free(&leaf);
    made_free(&root);
    EVP_PKEY_free(key);
    bench_free(&bench);
    return alert;
}

static void test_digests(void)
{
    const struct adscp_alert *alert = JUDGE(.digest = EVP_sha1());

    CHECK(has_note(alert, NOTE_SHA1));
    EXPECT(alert, 0, NO_ALERT);
    alert = judge_md5();
    CHECK(has_note(alert, NOTE_MD5));
    EXPECT(alert, 0, NO_ALERT);
}

/* -------------------------------------------------- broken authorities -- */

static const struct adscp_alert *judge_under(struct recipe issuer)
{
    struct bench bench = bench_new();
    struct made root = make_authority("Root", NULL);
    struct made middle, leaf;
    const struct made *sent[2] = {&leaf, &middle};
    const struct adscp_alert *alert;

    issuer.cn = "Issuing";
    issuer.issuer = &root;
    middle = make_certificate(issuer);
    leaf = MAKE(.cn = HOST, .san = "DNS:" HOST, .issuer = &middle);
    trust_made(&bench, TRUST_DIRECTORY, &root);
    alert = judge_chain(&bench, sent, 2, HOST, Y2012);
    made_free(&leaf);
    made_free(&middle);
    made_free(&root);
    bench_free(&bench);
    return alert;
}

#define UNDER(...) judge_under((struct recipe){__VA_ARGS__})

static void test_broken_authorities(void)
{
    const struct adscp_alert *alert;

    EXPECT(UNDER(.constraints = "critical,CA:TRUE"), 0, NO_ALERT);
    EXPECT(UNDER(.constraints = "critical,CA:FALSE"), 2, HARD);
    alert = UNDER(.usage = NULL); /* says nothing about it */
    CHECK(has_note(alert, NOTE_NO_CONSTRAINTS));
    EXPECT(alert, 0, UNCERTAIN);
    EXPECT(UNDER(.constraints = "CA:TRUE", .usage = "clientAuth"), 0x40, HARD);
    EXPECT(UNDER(.constraints = "CA:TRUE", .usage = "anyExtendedKeyUsage"), 0,
           NO_ALERT);
    EXPECT(UNDER(.constraints = "CA:TRUE", .usage = "serverAuth"), 0, NO_ALERT);
    EXPECT(UNDER(.constraints = "CA:TRUE", .key_usage = "digitalSignature"), 2,
           HARD);
    EXPECT(
        UNDER(.constraints = "CA:TRUE", .names = "permitted;DNS:corp.example"),
        0, NO_ALERT);
    EXPECT(
        UNDER(.constraints = "CA:TRUE", .names = "permitted;DNS:other.example"),
        2, HARD);
    EXPECT(
        UNDER(.constraints = "CA:TRUE", .names = "excluded;DNS:corp.example"),
        2, HARD);
    EXPECT(UNDER(.constraints = "CA:TRUE", .until = Y2012 - 1), 0x20, ALERT);
}

static void test_path_length(void)
{
    struct bench bench = bench_new();
    struct made root = MAKE(.cn = "Root", .constraints = "CA:TRUE,pathlen:0");
    struct made middle = make_authority("Issuing", &root);
    struct made leaf = MAKE(.cn = HOST, .issuer = &middle);
    const struct made *sent[] = {&leaf, &middle};

    trust_made(&bench, TRUST_DIRECTORY, &root);
    EXPECT(judge_chain(&bench, sent, 2, HOST, Y2012), 2, HARD);
    made_free(&leaf);
    made_free(&middle);
    made_free(&root);
    bench_free(&bench);
}

static void test_forged(void)
{
    struct bench bench = bench_new();
    struct made root = make_authority("Root", NULL);
    struct made impostor = make_authority("Root", NULL);
    struct made leaf = MAKE(.cn = HOST, .issuer = &impostor);
    const struct adscp_alert *alert;

    trust_made(&bench, TRUST_DIRECTORY, &root);
    alert = judge_one(&bench, &leaf, HOST, Y2012);
    CHECK(has_note(alert, NOTE_BAD_SIGNATURE));
    EXPECT(alert, 2, HARD);
    EXPECT(JUDGE(.forged = 1), 2, HARD);
    made_free(&leaf);
    made_free(&impostor);
    made_free(&root);
    bench_free(&bench);
}

/* A key whose curve is spelt out, constraints in punycode (CVE-2022-3602), ten
 * thousand names, an extension that is garbage, a critical one that nobody
 * knows: each has a verdict. */
static void test_explicit_curve(void)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    const struct adscp_alert *alert;

    CHECK(EVP_PKEY_set_utf8_string_param(key, "encoding", "explicit") == 1);
    alert = JUDGE(.key = key);
    EXPECT(alert, 2, HARD);
    EVP_PKEY_free(key);
}

static void test_punycode(void)
{
    static const char names[] =
        "permitted;email:.xn--80ak6aa92e0123456789012345678901234567890.test,"
        "excluded;DNS:xn--maraa-rta.test";
    static const unsigned char san[] = "\x30\x15\xa0\x13\x06\x08\x2b\x06\x01"
                                       "\x05\x05\x07\x08\x09\xa0\x07\x0c\x05"
                                       "a@\xc3\xa9.";

    alert_release(UNDER(.constraints = "CA:TRUE", .names = names));
    alert_release(JUDGE(.san_der = san, .san_der_length = sizeof(san) - 1));
}

static void test_broken_extension(void)
{
    static const unsigned char cut[] = {0x30, 5, 0x82};
    const struct adscp_alert *alert =
        JUDGE(.san_der = cut, .san_der_length = sizeof(cut));

    /* OpenSSL looks for no issuer then. */
    CHECK((alert->reasons & 1 << ADSCP_ALERT_REASON_INVALID) != 0);
    EXPECT(alert, 0x1a, HARD);
}

static void test_many_names(void)
{
    enum { NAMES = 10000, EACH = 2 + 24 };
    unsigned char *san = malloc(5 + NAMES * EACH + 1);
    const size_t length = NAMES * EACH;
    const struct adscp_alert *alert;
    int i;

    san[0] = 0x30;
    san[1] = 0x83;
    san[2] = (unsigned char)(length >> 16);
    san[3] = (unsigned char)(length >> 8);
    san[4] = (unsigned char)length;
    for (i = 0; i < NAMES; i++)
        snprintf((char *)san + 5 + i * EACH, EACH + 1,
                 "\x82\x18host-%06d.corp.example", i);
    alert = JUDGE(.san_der = san, .san_der_length = (int)(5 + length));
    CHECK_INT(adscp_certificate_dns_name_count(adscp_alert_chain(alert, 0)),
              NAMES);
    CHECK_STR(adscp_certificate_dns_name(adscp_alert_chain(alert, 0), 9999),
              "host-009999.corp.example");
    EXPECT(alert, 0x10, ALERT);
    free(san);
}

/* Longer than the limit: bounded, and an error. Longer than what is looked at:
 * cut. */
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
    CHECK((alert->flags & FLAG_INVALID_CERT) != 0);
    alert_release(alert);
    trust_made(&bench, TRUST_DIRECTORY, &made[MAX_CHAIN - 1]);
    for (i = 0; i < MAX_CHAIN; i++)
        made_free(&made[i]);
    bench_free(&bench);
}

/* ----------------------------------------------------- without a chain -- */

static const struct adscp_alert *ask(struct bench *bench,
                                     struct trust_question question)
{
    const struct adscp_alert *alert = NULL;

    question.host = HOST;
    question.host_length = strlen(HOST);
    question.time = Y2012;
    CHECK_INT(trust_judge(bench->trust, &question, &alert), ADSCP_OK);
    return alert;
}

#define ASK(bench, ...) ask(bench, (struct trust_question){__VA_ARGS__})

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
           0x0a, UNCERTAIN); /* whatever is wrong with this one */
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

/* ------------------------------------------------------------ forecast -- */

struct forecast_row {
    const char *host;
    const char *server;
    int default_url, other_urls;
    int confidence, other_likely;
};

static void check_forecast(const struct made *made,
                           const struct forecast_row *rows, size_t count)
{
    struct bench bench = bench_new();
    const struct certificate_facts *facts =
        made != NULL ? certificate_facts(row_of(&bench, made)) : NULL;
    size_t i;

    for (i = 0; i < count; i++) {
        struct forecast_question question = {
            .facts = facts,
            .host = rows[i].host,
            .host_length = strlen(rows[i].host),
            .server = rows[i].server,
            .fqdn = HOST,
            .default_url = rows[i].default_url,
            .other_urls = rows[i].other_urls,
        };
        struct forecast forecast = forecast_make(&question);
        int failures = test_failures;

        CHECK_INT(forecast.confidence, rows[i].confidence);
        CHECK_INT(forecast.other_likely, rows[i].other_likely);
        if (test_failures > failures)
            printf("# row %d\n", (int)i);
    }
    bench_free(&bench);
}

#define LOW ADSCP_ALERT_CONFIDENCE_LOW
#define MEDIUM ADSCP_ALERT_CONFIDENCE_MEDIUM
#define HIGH ADSCP_ALERT_CONFIDENCE_HIGH
#define FORECASTS(made, ...)                                                   \
    do {                                                                       \
        static const struct forecast_row rows[] = {__VA_ARGS__};               \
        check_forecast(made, rows, sizeof(rows) / sizeof(rows[0]));            \
    } while (0)

static void test_forecast(void)
{
    struct made self = exchange_default();
    struct made root = make_authority("Root", NULL);
    struct made issued =
        MAKE(.cn = HOST, .san = "DNS:" HOST ",DNS:mail.example",
             .issuer = &root);
    struct made wide =
        MAKE(.cn = "EX10", .san = "DNS:EX10,DNS:" HOST ",DNS:mail.example");

    FORECASTS(&self, {HOST, "EX10", 1, 0, HIGH, 0},
              {HOST ".", "EX10", 1, 0, HIGH, 0},
              {"ex10", "EX10", 1, 0, HIGH, 0}, {HOST, "EX10", 1, 1, MEDIUM, 0},
              {HOST, "EX10", 0, 0, MEDIUM, 0},
              {"mail.example", "EX10", 0, 0, MEDIUM, 1},
              {"mail.example", NULL, 0, 0, 0, 1});
    FORECASTS(&issued, {HOST, "EX10", 1, 0, MEDIUM, 0},
              {"mail.example", "EX10", 0, 0, MEDIUM, 0},
              {"ex10", "EX10", 0, 0, LOW, 0},
              {"owa.example", "EX10", 0, 0, LOW, 0});
    FORECASTS(&wide, {HOST, "EX10", 1, 0, MEDIUM, 0});
    FORECASTS(NULL, {HOST, "EX10", 1, 0, 0, 0});
    made_free(&wide);
    made_free(&issued);
    made_free(&root);
    made_free(&self);
}

static const struct test tests[] = {
    {"every form of KB258858", test_kb258858},
    {"forms that it does not print", test_further_names},
    {"notes on names", test_name_notes},
    {"an address as the host", test_addresses},
    {"self-signed, trusted or not", test_self_signed},
    {"self-signed for another use", test_self_signed_usage},
    {"self-issued but not self-signed", test_self_issued},
    {"lines, reasons and their words", test_words},
    {"what is an anchor", test_anchors},
    {"no partial chain", test_no_partial_chain},
    {"a bundle decides about public roots", test_bundle_decides},
    {"a missing intermediate", test_missing_intermediate},
    {"a missing root is none of the public ones", test_missing_root},
    {"usage", test_usage},
    {"dates, to the second", test_dates},
    {"an expired root", test_expired_root},
    {"when the outcome changes", test_changes},
    {"a certificate without an end", test_no_end},
    {"a second path", test_second_path},
    {"a second opinion", test_second_opinion},
    {"key sizes", test_keys},
    {"a weak anchor", test_weak_anchor},
    {"old digests", test_digests},
    {"authorities that may not", test_broken_authorities},
    {"a path that is too long by its own word", test_path_length},
    {"a forged signature", test_forged},
    {"a curve that is spelt out", test_explicit_curve},
    {"punycode in constraints", test_punycode},
    {"an extension that is garbage", test_broken_extension},
    {"ten thousand names", test_many_names},
    {"a chain without end", test_long_chain},
    {"nothing to judge", test_nothing},
    {"a published certificate", test_published},
    {"verdicts are kept", test_kept},
    {"confidence in a forecast", test_forecast},
};

TEST_MAIN(tests)
