/* SPDX-License-Identifier: MIT */
/*
 * When certificates are valid: to the second, whose date counts, and when the
 * verdict is another one.
 */
#include "test.h"

#include "trust_bench.h"

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

enum { RENEWALS = 20 };

/* An authority that is renewed again and again with one key: each date may
 * change the outcome, and does not. Whoever gives up says so. */
static const struct adscp_alert *judge_renewals(int count)
{
    struct bench bench = bench_new();
    struct made root = make_authority("Root", NULL);
    EVP_PKEY *key = EVP_EC_gen("P-256");
    struct made renewed[RENEWALS], leaf;
    const struct adscp_alert *alert;
    int i;

    trust_made(&bench, TRUST_DIRECTORY, &root);
    for (i = 0; i < count; i++) {
        renewed[i] =
            MAKE(.cn = "Issuing", .constraints = "critical,CA:TRUE",
                 .issuer = &root, .key = key, .from = Y2012 + i * 10 * DAY,
                 .until = Y2012 + (i * 10 + 15) * DAY);
        trust_made(&bench, TRUST_HELPER, &renewed[i]);
    }
    leaf = MAKE(.cn = HOST, .issuer = &renewed[0]);
    alert = judge_one(&bench, &leaf, HOST, Y2012);
    for (i = 0; i < count; i++)
        made_free(&renewed[i]);
    made_free(&leaf);
    made_free(&root);
    EVP_PKEY_free(key);
    bench_free(&bench);
    return alert;
}

static void test_renewals(void)
{
    const struct adscp_alert *alert = judge_renewals(3);

    CHECK_INT(adscp_alert_changes_on(alert), Y2012 + 35 * DAY + 1);
    CHECK(!has_note(alert, NOTE_LATER));
    EXPECT(alert, 0, NO_ALERT);
    alert = judge_renewals(RENEWALS);
    CHECK_INT(adscp_alert_changes_on(alert), -1);
    CHECK(has_note(alert, NOTE_LATER));
    EXPECT(alert, 0, NO_ALERT);
}

static const struct test tests[] = {
    {"dates, to the second", test_dates},
    {"an expired root", test_expired_root},
    {"when the outcome changes", test_changes},
    {"a certificate without an end", test_no_end},
    {"an authority that is renewed often", test_renewals},
};

TEST_MAIN(tests)
