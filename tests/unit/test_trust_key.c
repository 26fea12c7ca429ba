/* SPDX-License-Identifier: MIT */
/*
 * Keys that are too short (KB2661254), where shorter ones than today's are
 * worth a note only, and issuers of X.509 version 1.
 */
#include "test.h"

#include "trust_bench.h"

static void test_keys(void)
{
    static const struct {
        unsigned int bits;
        int64_t flags;
        int outcome;
    } rows[] = {{512, 2, HARD},      {1016, 2, HARD},     {1022, 2, HARD},
                {1023, 0, NO_ALERT}, {1024, 0, NO_ALERT}, {2048, 0, NO_ALERT}};
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
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

/* Nobody trusts it: whether Windows tells the key as well is not known. */
static void test_weak_stranger(void)
{
    struct bench bench = bench_new();
    EVP_PKEY *key = rsa(768);
    struct made leaf = MAKE(.cn = HOST, .key = key);
    const struct adscp_alert *alert = judge_one(&bench, &leaf, HOST, Y2012);

    CHECK_INT(adscp_alert_flags_possible(alert), 2);
    CHECK(has_note(alert, NOTE_WEAK_KEY));
    CHECK_INT(adscp_alert_flags(alert), 8);
    alert_release(alert);
    made_free(&leaf);
    EVP_PKEY_free(key);
    bench_free(&bench);
}

/* A root of so many bits, trusted by this role, and the note on short keys. */
static int short_key_note(enum trust_role role, unsigned int bits)
{
    struct bench bench = bench_new();
    EVP_PKEY *key = rsa(bits);
    struct made root =
        MAKE(.cn = "Root", .constraints = "critical,CA:TRUE", .key = key);
    struct made leaf = MAKE(.cn = HOST, .issuer = &root);
    const struct adscp_alert *alert;
    int found;

    trust_made(&bench, role, &root);
    alert = judge_one(&bench, &leaf, HOST, Y2012);
    found = has_note(alert, NOTE_SHORT_KEY);
    EXPECT(alert, 0, NO_ALERT);
    made_free(&leaf);
    made_free(&root);
    EVP_PKEY_free(key);
    bench_free(&bench);
    return found;
}

/* Under public roots only; an enterprise's own are exempt. */
static void test_short_keys(void)
{
    CHECK(short_key_note(TRUST_BUNDLE, 1024));
    CHECK(!short_key_note(TRUST_BUNDLE, 2048));
    CHECK(!short_key_note(TRUST_DIRECTORY, 1024));
    CHECK(!short_key_note(TRUST_CALLER, 1024));
}

/* What Windows makes of an intermediate of version 1 is not known; a root of
 * version 1 is trusted as it is. */
static void test_first_version(void)
{
    struct bench bench = bench_new();
    struct made root = MAKE(.cn = "Root", .first = 1);
    struct made middle = MAKE(.cn = "Issuing", .issuer = &root, .first = 1);
    struct made near = MAKE(.cn = HOST, .issuer = &root);
    struct made far = MAKE(.cn = HOST, .issuer = &middle);
    const struct made *sent[] = {&far, &middle};
    const struct adscp_alert *alert;

    trust_made(&bench, TRUST_DIRECTORY, &root);
    EXPECT(judge_one(&bench, &near, HOST, Y2012), 0, NO_ALERT);
    alert = judge_chain(&bench, sent, 2, HOST, Y2012);
    CHECK(has_note(alert, NOTE_VERSION_1));
    CHECK_INT(adscp_alert_flags_possible(alert), 2);
    EXPECT(alert, 0, UNCERTAIN);
    made_free(&far);
    made_free(&near);
    made_free(&middle);
    made_free(&root);
    bench_free(&bench);
}

static const struct test tests[] = {
    {"key sizes", test_keys},
    {"a weak anchor", test_weak_anchor},
    {"a weak key that nobody trusts", test_weak_stranger},
    {"short keys under public roots", test_short_keys},
    {"issuers of version 1", test_first_version},
};

TEST_MAIN(tests)
