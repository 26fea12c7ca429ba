/* SPDX-License-Identifier: MIT */
/*
 * Every rule of judge/trust/rule.def about a certificate and its issuers, with
 * certificates made here: usage, keys, authorities, constraints, policies.
 */
#include "test.h"

#include "trust_bench.h"

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
    EXPECT(alert, 0, NO_ALERT);
    alert = JUDGE(.key_usage = "critical,cRLSign");
    CHECK(has_note(alert, NOTE_KEY_USAGE));
    EXPECT(alert, 0, NO_ALERT);
    alert = JUDGE(.crl = "URI:http://pki.example/a.crl");
    CHECK(has_note(alert, NOTE_REVOCATION));
    EXPECT(alert, 0, NO_ALERT);
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

static void test_broken_authorities(void)
{
    const struct adscp_alert *alert;

    EXPECT(UNDER(.constraints = "critical,CA:TRUE"), 0, NO_ALERT);
    EXPECT(UNDER(.constraints = "critical,CA:FALSE"), 2, HARD);
    alert = UNDER(.usage = NULL); /* says nothing about it */
    CHECK(has_note(alert, NOTE_NO_CONSTRAINTS));
    EXPECT(alert, 2, HARD);
    EXPECT(UNDER(.constraints = "CA:TRUE", .usage = "clientAuth"), 0x40, HARD);
    EXPECT(UNDER(.constraints = "CA:TRUE", .usage = "anyExtendedKeyUsage"), 0,
           NO_ALERT);
    EXPECT(UNDER(.constraints = "CA:TRUE", .usage = "serverAuth"), 0, NO_ALERT);
    EXPECT(UNDER(.constraints = "CA:TRUE", .key_usage = "digitalSignature"),
           0x40, HARD);
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

/* A host that a wildcard stands for is excluded: no source says whether the
 * certificate is. */
static void test_excluded_wildcard(void)
{
    static const struct {
        const char *rules, *cn, *san;
        int is_doubtful;
    } rows[] = {
        {"excluded;DNS:" HOST, "x", "DNS:*.corp.example", 1},
        {"excluded;DNS:EX11.corp.example", "x", "DNS:a,DNS:*.corp.example", 1},
        {"excluded;DNS:" HOST, "x", "DNS:ex*.corp.example", 1},
        {"excluded;DNS:fs1.corp.example", "x", "DNS:ex*.corp.example", 0},
        {"excluded;DNS:a." HOST, "x", "DNS:*.corp.example", 0},
        {"excluded;DNS:ex10.b.example", "x", "DNS:*.corp.example", 0},
        {"excluded;DNS:" HOST, "*.corp.example", NULL, 1},
        {"excluded;DNS:ex11.corp.example", HOST, NULL, 0},
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct bench bench = bench_new();
        struct made root = MAKE(.cn = "Root", .constraints = "CA:TRUE",
                                .names = rows[i].rules);
        struct made leaf =
            MAKE(.cn = rows[i].cn, .san = rows[i].san, .issuer = &root);
        const struct adscp_alert *alert;

        trust_made(&bench, TRUST_DIRECTORY, &root);
        alert = judge_one(&bench, &leaf, HOST, Y2012);
        CHECK_INT(has_note(alert, NOTE_EXCLUDED_WILDCARD), rows[i].is_doubtful);
        CHECK_INT(adscp_alert_flags_possible(alert),
                  rows[i].is_doubtful ? 2 : 0);
        EXPECT(alert, 0, rows[i].is_doubtful ? UNCERTAIN : NO_ALERT);
        made_free(&leaf);
        made_free(&root);
        bench_free(&bench);
    }
}

/* Bytes behind the value of an extension: it cannot be read, and no more is
 * made of it. */
static void test_tails(void)
{
    EXPECT(JUDGE(.oid = "extendedKeyUsage", .value =
                                                "DER:300a06082b06010505070302"
                                                "0500"),
           2, HARD);
    EXPECT(JUDGE(.oid = "extendedKeyUsage",
                 .value = "DER:300a06082b0601050507030100"),
           2, HARD);
    EXPECT(JUDGE(.oid = "keyUsage", .value = "DER:030205a000"), 2, HARD);
    EXPECT(JUDGE(.oid = "keyUsage", .value = "DER:030205a0"), 0, NO_ALERT);
    EXPECT(JUDGE(.oid = "basicConstraints", .value = "DER:30000500"), 2, HARD);
    EXPECT(JUDGE(.oid = "certificatePolicies",
                 .value = "DER:3007300506032a03010500"),
           2, HARD);
    EXPECT(JUDGE(.oid = "nameConstraints",
                 .value = "DER:3009a00730058203632e6400"),
           2, HARD);
    EXPECT(JUDGE(.oid = "subjectKeyIdentifier", .value = "DER:0401aa00"), 2,
           HARD);
    EXPECT(JUDGE(.cn = HOST, .oid = "subjectAltName",
                 .value = "DER:30138211657831302e636f72702e6578616d706c6500"),
           0x12, HARD);
    EXPECT(UNDER(.oid = "basicConstraints", .value = "DER:30030101ff00"), 2,
           HARD);
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
    CHECK(has_note(alert, NOTE_OTHER_KEY));
    EXPECT(alert, 8, UNCERTAIN);
    EXPECT(JUDGE(.forged = 1), 8, UNCERTAIN);
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

    CHECK((alert->reasons & 1 << ADSCP_ALERT_REASON_INVALID) != 0);
    EXPECT(alert, 0x12, HARD);
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

/* Application policies count instead of the extended key usage, in the server's
 * certificate and in an issuer's. */
#define POLICIES "1.3.6.1.4.1.311.21.10"
#define SERVER "300c300a06082b06010505070301"
#define CLIENT "300c300a06082b06010505070302"

static void test_application_policies(void)
{
    static const struct {
        const char *usage, *value;
        int64_t flags;
    } rows[] = {
        {NULL, "DER:" SERVER, 0},
        {NULL, "DER:" CLIENT, 0x40},
        {NULL, "DER:3000", 0x40},
        {NULL, "DER:300830060604551d2000", 0x40}, /* anyPolicy */
        {NULL, "DER:300830060604551d2500", 0},    /* anyExtendedKeyUsage */
        {NULL, "DER:0101", 2},
        {"serverAuth", "DER:3000", 0x40},
        {"serverAuth", "DER:" CLIENT, 0x40},
        {"clientAuth", "DER:" SERVER, 0},
        {"serverAuth", "critical,DER:" SERVER, 0},
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int outcome = rows[i].flags == 0 ? NO_ALERT : HARD;
        int failures = test_failures;

        EXPECT(JUDGE(.usage = rows[i].usage, .oid = POLICIES,
                     .value = rows[i].value),
               rows[i].flags, outcome);
        EXPECT(UNDER(.constraints = "CA:TRUE", .usage = rows[i].usage,
                     .oid = POLICIES, .value = rows[i].value),
               rows[i].flags, outcome);
        if (test_failures > failures)
            printf("# row %d\n", (int)i);
    }
}

/* OpenSSL 3.0 loses policyConstraints where there are no certificatePolicies.
 */
#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/lsan_interface.h>
#define LOSE_FROM() __lsan_disable()
#define LOSE_UNTIL() __lsan_enable()
#else
#define LOSE_FROM() (void)0
#define LOSE_UNTIL() (void)0
#endif

/* What cannot be decoded, or demands what is not there. */
static void test_policies(void)
{
    EXPECT(
        JUDGE(.oid = "certificatePolicies", .value = "DER:3007300506032a0304"),
        0, NO_ALERT);
    EXPECT(JUDGE(.oid = "certificatePolicies", .value = "DER:0101"), 2, HARD);
    LOSE_FROM();
    EXPECT(UNDER(.constraints = "CA:TRUE", .oid = "policyConstraints",
                 .value = "critical,DER:3003800100"),
           2, HARD);
    LOSE_UNTIL();
    EXPECT(UNDER(.constraints = "CA:TRUE", .oid = "policyConstraints",
                 .value = "DER:0101"),
           2, HARD);
}

static void test_undecodable(void)
{
    EXPECT(JUDGE(.oid = "extendedKeyUsage", .value = "DER:0101"), 2, HARD);
    EXPECT(JUDGE(.oid = "keyUsage", .value = "DER:0101"), 2, HARD);
    EXPECT(UNDER(.constraints = "CA:TRUE", .oid = "extendedKeyUsage",
                 .value = "DER:0101"),
           2, HARD);
    EXPECT(UNDER(.oid = "basicConstraints", .value = "DER:0101"), 2, HARD);
    EXPECT(JUDGE(.oid = "1.2.3.4", .value = "critical,DER:0500"), 2, HARD);
    EXPECT(JUDGE(.oid = "1.2.3.4", .value = "DER:0500"), 0, NO_ALERT);
}

/* One that cannot be decoded takes nothing from those beside it. */
static void test_beside_undecodable(void)
{
    static const char *const broken[] = {"subjectKeyIdentifier",
                                         "nameConstraints", "subjectAltName"};
    static const int64_t flags[] = {2, 2, 0x12};
    size_t i;

    for (i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
        EXPECT(JUDGE(.usage = "serverAuth",
                     .key_usage = "digitalSignature,keyEncipherment",
                     .oid = broken[i], .value = "DER:0101"),
               flags[i], HARD);
        EXPECT(
            JUDGE(.usage = "clientAuth", .oid = broken[i], .value = "DER:0101"),
            flags[i] | 0x40, HARD);
        EXPECT(UNDER(.constraints = "CA:TRUE", .key_usage = "keyCertSign",
                     .usage = "serverAuth", .oid = broken[i],
                     .value = "DER:0101"),
               2, HARD);
    }
    EXPECT(UNDER(.constraints = "CA:TRUE", .key_usage = "cRLSign",
                 .oid = "subjectAltName", .value = "DER:0101"),
           0x42, HARD);
    /* A keyUsage without a bit, which OpenSSL calls broken. */
    EXPECT(
        JUDGE(.usage = "serverAuth", .oid = "keyUsage", .value = "DER:030100"),
        0, NO_ALERT);
}

/* The server's own may sign certificates only if it is an authority. */
static void test_leaf_cert_sign(void)
{
    EXPECT(JUDGE(.constraints = "CA:FALSE",
                 .key_usage = "digitalSignature,keyCertSign"),
           0x40, HARD);
    EXPECT(JUDGE(.constraints = "CA:TRUE",
                 .key_usage = "digitalSignature,keyCertSign"),
           0, NO_ALERT);
    EXPECT(UNDER(.constraints = "CA:TRUE", .oid = "keyUsage",
                 .value = "DER:030100"),
           0x40, HARD);
}

/* 2.5.29.7 holds names like the subjectAltName, also for constraints. */
static void test_old_names(void)
{
    EXPECT(JUDGE(.cn = "x", .oid = "2.5.29.7",
                 .value = "DER:30138211657831302e636f72702e6578616d706c65"),
           0, NO_ALERT);
    EXPECT(JUDGE(.cn = HOST, .oid = "2.5.29.7",
                 .value = "DER:300882066f2e74657374"),
           0x10, ALERT);
    EXPECT(JUDGE(.cn = HOST, .oid = "2.5.29.7", .value = "DER:0101"), 0x12,
           HARD);
}

/* Where names of hosts are permitted, a server must have one: no address, and
 * no other name, stands in for it. */
static void test_no_names(void)
{
    static const struct {
        const char *names, *san, *cn;
        int64_t flags;
    } rows[] = {
        {"permitted;DNS:corp.example", "IP:10.0.0.1", NULL, 2},
        {"critical,permitted;DNS:example", "IP:10.0.0.1,email:a@b.example",
         NULL, 2},
        {"excluded;DNS:other.example", "IP:10.0.0.1", NULL, 0},
        {"permitted;IP:10.0.0.0/255.0.0.0", "IP:10.0.0.1", NULL, 0},
        {"permitted;DNS:corp.example", "IP:10.0.0.1", HOST, 0},
        {"permitted;DNS:corp.example", "IP:10.0.0.1,DNS:" HOST, NULL, 0},
    };
    struct made root = make_authority("Root", NULL);
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct bench bench = bench_new();
        struct made middle =
            MAKE(.cn = "Issuing", .issuer = &root, .constraints = "CA:TRUE",
                 .names = rows[i].names);
        struct made leaf =
            MAKE(.cn = rows[i].cn, .san = rows[i].san, .issuer = &middle);
        const struct made *sent[2] = {&leaf, &middle};
        int failures = test_failures;

        trust_made(&bench, TRUST_DIRECTORY, &root);
        EXPECT(judge_chain(&bench, sent, 2, "10.0.0.1", Y2012), rows[i].flags,
               rows[i].flags == 0 ? NO_ALERT : HARD);
        if (test_failures > failures)
            printf("# row %d\n", (int)i);
        made_free(&middle);
        made_free(&leaf);
        bench_free(&bench);
    }
    made_free(&root);
}

static const struct test tests[] = {
    {"a wildcard for an excluded host", test_excluded_wildcard},
    {"bytes behind an extension's value", test_tails},
    {"application policies", test_application_policies},
    {"certificate policies", test_policies},
    {"what cannot be decoded", test_undecodable},
    {"what stands beside it", test_beside_undecodable},
    {"keyCertSign in a server's own", test_leaf_cert_sign},
    {"names under the old number", test_old_names},
    {"names that are permitted, and none", test_no_names},
    {"usage", test_usage},
    {"old digests", test_digests},
    {"authorities that may not", test_broken_authorities},
    {"a path that is too long by its own word", test_path_length},
    {"a forged signature", test_forged},
    {"a curve that is spelt out", test_explicit_curve},
    {"punycode in constraints", test_punycode},
    {"an extension that is garbage", test_broken_extension},
    {"ten thousand names", test_many_names},
};

TEST_MAIN(tests)
