/* SPDX-License-Identifier: MIT */
/*
 * Which answers are one class in coverage: what of two of them must be the
 * same, one thing after the other.
 */
#include "test.h"

#include <stdlib.h>

#include "judge/coverage/private.h"
#include "judge/severity.h"

enum { HOPS = 2 };

/* An answer, and what it refers to. */
struct answer {
    struct adscp_prediction *prediction;
    struct adscp_hop hops[HOPS];
    struct adscp_alert *whole, *alerts[HOPS];
    struct adscp_server servers[HOPS];
    struct service_checks *services;
    struct doubt doubt;
};

static struct answer make(void)
{
    return (struct answer){
        .prediction = calloc(1, sizeof(struct adscp_prediction)),
        .hops = {{.url = "https://ex07.corp.example/a"},
                 {.url = "https://ex10.corp.example/b"}},
        .whole = alert_new(NULL, 0),
        .alerts = {alert_new(NULL, 0), alert_new(NULL, 0)},
        .servers = {{.name = "EX07", .version_name = "Exchange 2007"},
                    {.name = "EX10", .version_name = "Exchange 2010"}},
        .services = calloc(1, sizeof(struct service_checks)),
    };
}

static void put_together(struct answer *answer)
{
    struct adscp_prediction *prediction = answer->prediction;
    int i;

    for (i = 0; i < HOPS; i++) {
        answer->hops[i].met.alert = answer->alerts[i];
        answer->hops[i].server = &answer->servers[i];
    }
    prediction->way.alert = answer->whole;
    prediction->way.route.hops = answer->hops;
    prediction->way.route.count = HOPS;
    prediction->service_checks = answer->services;
    prediction->doubt = &answer->doubt;
}

static void release(struct answer *answer)
{
    alert_release(answer->whole);
    alert_release(answer->alerts[0]);
    alert_release(answer->alerts[1]);
    free(answer->services);
    free(answer->prediction);
}

/* What differs in the second answer. */
static void no_alert(struct answer *a)
{
    a->prediction->way.alert = NULL;
}
static void other_outcome(struct answer *a)
{
    a->whole->outcome = ADSCP_ALERT_OUTCOME_ALERT;
}
static void worse_doubt(struct answer *a)
{
    a->doubt.is_worse = true;
}
static void no_doubt(struct answer *a)
{
    a->prediction->doubt = NULL;
}
static void other_evidence(struct answer *a)
{
    a->prediction->order.evidence++;
}
static void no_services(struct answer *a)
{
    a->prediction->service_checks = NULL;
}
static void other_services(struct answer *a)
{
    a->services->outcome = ADSCP_ALERT_OUTCOME_HARD_FAILURE;
}
static void fewer_hops(struct answer *a)
{
    a->prediction->way.route.count = 1;
}
static void other_first_url(struct answer *a)
{
    a->hops[0].url = "https://ex07.corp.example/other";
}
static void other_path_behind(struct answer *a)
{
    a->hops[1].url = "https://ex10.corp.example/other";
}
static void other_host_behind(struct answer *a)
{
    a->hops[1].url = "https://ex11.corp.example/b";
}
static void longer_host_behind(struct answer *a)
{
    a->hops[1].url = "https://ex10.corp.example.test/b";
}
static void no_url_behind(struct answer *a)
{
    a->hops[1].url = "ex10";
}
static void other_action(struct answer *a)
{
    a->hops[1].action++;
}
static void other_alert(struct answer *a)
{
    a->alerts[1]->outcome = ADSCP_ALERT_OUTCOME_ALERT;
}
static void no_server(struct answer *a)
{
    a->hops[1].server = NULL;
}
static void server_without_name(struct answer *a)
{
    a->servers[1].name = NULL;
}
static void other_server(struct answer *a)
{
    a->servers[1].name = "EX11";
}
static void other_version(struct answer *a)
{
    a->servers[1].version_name = "Exchange 2013";
}

static void test_classes(void)
{
    static const struct {
        void (*differ)(struct answer *answer);
        bool equal;
    } rows[] = {
        {no_alert, false},
        {other_outcome, false},
        {worse_doubt, false},
        {no_doubt, true},
        {other_evidence, false},
        {no_services, false},
        {other_services, false},
        {fewer_hops, false},
        {other_first_url, false},
        {other_path_behind, true},
        {other_host_behind, false},
        {longer_host_behind, false},
        {no_url_behind, false},
        {other_action, false},
        {other_alert, false},
        {no_server, false},
        {server_without_name, false},
        {other_server, false},
        {other_version, false},
    };
    struct answer one = make();
    size_t i;

    put_together(&one);
    CHECK(cell_equal(one.prediction, one.prediction));
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct answer other = make();
        int failures = test_failures;

        put_together(&other);
        CHECK(cell_equal(one.prediction, other.prediction));
        rows[i].differ(&other);
        CHECK(cell_equal(one.prediction, other.prediction) == rows[i].equal);
        CHECK(cell_equal(other.prediction, one.prediction) == rows[i].equal);
        if (rows[i].equal)
            CHECK_INT(cell_hash(one.prediction), cell_hash(other.prediction));
        if (test_failures > failures)
            printf("# row %d\n", (int)i);
        release(&other);
    }
    release(&one);
}

/* Every answer that there may be. */
enum {
    OUTCOMES = ADSCP_ALERT_OUTCOME_CONNECT_FAILURE + 2,
    SEVERITIES = OUTCOMES * 4 * OUTCOMES
};

static struct severity severity(int index)
{
    return (struct severity){.outcome = index / 4 / OUTCOMES - 1,
                             .refused = index / 2 / OUTCOMES % 2 == 1,
                             .doubtful = index / OUTCOMES % 2 == 1,
                             .services = index % OUTCOMES - 1};
}

static int order(int a, int b)
{
    struct severity first = severity(a), second = severity(b);
    int found = severity_compare(&first, &second);

    return (found > 0) - (found < 0);
}

static void test_severity(void)
{
    static const struct severity none = {.outcome = -1, .services = -1},
                                 uncertain = {.outcome =
                                                  ADSCP_ALERT_OUTCOME_UNCERTAIN,
                                              .doubtful = true,
                                              .services = -1},
                                 refused = {.outcome =
                                                ADSCP_ALERT_OUTCOME_NO_ALERT,
                                            .refused = true,
                                            .services = -1},
                                 alert = {.outcome = ADSCP_ALERT_OUTCOME_ALERT,
                                          .services = -1};
    int a, b, c, wrong = 0;

    for (a = 0; a < SEVERITIES; a++)
        for (b = 0; b < SEVERITIES; b++) {
            wrong += order(a, b) != -order(b, a);
            for (c = 0; c < SEVERITIES; c++)
                wrong +=
                    order(a, b) <= 0 && order(b, c) <= 0 && order(a, c) > 0;
        }
    CHECK_INT(wrong, 0);
    CHECK(severity_compare(&none, &uncertain) > 0);
    CHECK(severity_compare(&none, &alert) < 0);
    CHECK(severity_compare(&refused, &uncertain) > 0);
    CHECK(severity_compare(&refused, &alert) > 0);
}

static const struct test tests[] = {
    {"answers have one order", test_severity},
    {"what makes a class", test_classes},
};

TEST_MAIN(tests)
