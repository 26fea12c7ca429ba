/* SPDX-License-Identifier: MIT */
/* Why a candidate stands where it does, and who may come first as well. */
#include "predict_rows.h"

/* ------------------------------------------------------------ candidate -- */

static void columns(void)
{
    struct make make = {0};
    struct adscp_forest *forest;
    adscp_prediction *prediction;
    const adscp_candidate *row;

    make_directory(&make, NULL);
    make_server(&make, "EX01", "ex01.contoso.com", "HQ");
    make_scp(&make, "EX01", "Site=HQ|Other|Site=|Site=Lab", "2010",
             "https://[2001:DB8::1]:8443/Autodiscover/Autodiscover.xml");
    make_scp(&make, "EX02", "Site=HQ", "2011", "http://b.contoso.com/");
    make_scp(&make, "EX03", "Site=HQ", "2012", "c");
    forest = make_done(&make);
    prediction = ask(forest, (struct asks){.site = "HQ"});
    row = adscp_prediction_candidate(prediction, 0);
    CHECK_STR(adscp_candidate_host(row), "2001:DB8::1");
    CHECK(adscp_candidate_host(row) == adscp_candidate_host(row));
    CHECK_INT(adscp_candidate_port(row), 8443);
    CHECK_INT(adscp_candidate_site_count(row), 2);
    CHECK_STR(adscp_candidate_site(row, 0), "HQ");
    CHECK_STR(adscp_candidate_site(row, 1), "Lab");
    CHECK_STR(adscp_candidate_site(row, 2), NULL);
    CHECK_STR(adscp_candidate_site(row, -1), NULL);
    CHECK_INT(adscp_scp_created(adscp_candidate_scp(row)), 1262304000);
    CHECK_STR(adscp_server_name(adscp_candidate_server(row)), "EX01");
    CHECK(adscp_candidate_duplicate(row, 0) == NULL);
    row = adscp_prediction_candidate(prediction, 1);
    CHECK_INT(adscp_candidate_port(row), 80);
    CHECK(adscp_candidate_server(row) == NULL);
    CHECK_INT(adscp_candidate_port(adscp_prediction_candidate(prediction, 2)),
              443);
    CHECK(adscp_prediction_candidate(prediction, 3) == NULL);
    CHECK(adscp_prediction_candidate(prediction, -1) == NULL);
    adscp_prediction_free(prediction);
    adscp_forest_free(forest);
}

/* A URL of another scheme, which the EWS Managed API takes as it is. */
static void no_host(void)
{
    struct make make = {0};
    struct adscp_forest *forest;
    adscp_prediction *prediction;
    const adscp_candidate *row;

    make_directory(&make, NULL);
    make_scp(&make, "A", "Site=HQ", "2010", "urn:autodiscover");
    forest = make_done(&make);
    prediction =
        ask(forest, (struct asks){.profile = ADSCP_PROFILE_EWS, .site = "HQ"});
    row = adscp_prediction_candidate(prediction, 0);
    CHECK_STR(adscp_candidate_url(row), "urn:autodiscover");
    CHECK_STR(adscp_candidate_host(row), NULL);
    CHECK_INT(adscp_candidate_port(row), -1);
    CHECK_STR(adscp_hop_host(adscp_prediction_hop(prediction, 0)), NULL);
    adscp_prediction_free(prediction);
    adscp_forest_free(forest);
}

static void check_why(int line, const adscp_forest *forest, struct asks asks,
                      int index, const char *expected)
{
    adscp_prediction *prediction = ask(forest, asks);

    test_report_str(
        adscp_candidate_why(adscp_prediction_candidate(prediction, index)),
        expected, __FILE__, line, "why");
    adscp_prediction_free(prediction);
}

#define CHECK_WHY(...) check_why(__LINE__, __VA_ARGS__)

static struct adscp_forest *make_three_groups(void)
{
    struct make make = {0};

    make_directory(&make, NULL);
    make_scp(&make, "A", "Site=HQ", "20100115103000.0Z", "a");
    make_scp(&make, "B", "Site=HQ", "20120229000000.0Z", "b");
    make_scp(&make, "B2", "Site=HQ", "20120229000000.0Z", "b2");
    make_scp(&make, "W", NULL, "2014", "w");
    make_scp(&make, "W2", NULL, NULL, "w2");
    make_scp(&make, "E", "Site=Lab|Site=Branch|Site=Paris", "2015", "e");
    return make_done(&make);
}

static void why_outlook(void)
{
    struct adscp_forest *forest = make_three_groups();
    struct asks hq = {.site = "HQ"}, oslo = {.site = "Oslo"}, none = {0};

    CHECK_WHY(forest, hq, 0,
              "serves the client's site HQ; the oldest of 3 SCPs that do "
              "(created 2010-01-15)");
    CHECK_WHY(forest, hq, 1,
              "serves the client's site HQ; number 2 by age of 3 SCPs that do "
              "(created 2012-02-29); another is as old, and the directory's "
              "order decides");
    CHECK_WHY(forest, hq, 4,
              "names no site; number 2 of 2 SCPs of that kind (creation "
              "date unknown); Outlook probably never tries it: by one account "
              "it makes one list only, here that of site HQ (observed)");
    CHECK_WHY(forest, oslo, 0,
              "names no site; the oldest known of 2 SCPs of that kind (created "
              "2014-01-01); no SCP serves the client's site Oslo");
    CHECK_WHY(forest, oslo, 5,
              "serves other sites only (Lab and 2 more); number 4 by age of 4 "
              "SCPs of that kind (created 2015-01-01); no SCP serves the "
              "client's site Oslo");
    CHECK_WHY(forest, none, 0,
              "names no site; the oldest known of 2 SCPs of that kind (created "
              "2014-01-01); the client's site is unknown");
    adscp_forest_free(forest);
}

/* A URL that several SCPs publish is one row. */
static void why_shared(void)
{
    struct make make = {0};
    struct adscp_forest *forest;
    struct asks hq = {.site = "HQ"}, lab = {.site = "Lab"};

    make_directory(&make, NULL);
    make_scp(&make, "A", "Site=HQ|Site=Lab", "2010", "a");
    make_scp(&make, "A2", "Site=HQ", "2011", "a");
    make_scp(&make, "A3", "Site=HQ", "2012", "a");
    make_scp(&make, "B", "Site=Lab", "2013", "b");
    make_scp(&make, "B2", "Site=Lab", "2014", "b");
    forest = make_done(&make);
    CHECK_WHY(forest, hq, 0,
              "serves the client's site HQ; the only URL of 3 SCPs that do "
              "(created 2010-01-01)");
    CHECK_WHY(forest, lab, 0,
              "serves the client's site Lab; the oldest of 2 URLs of 3 SCPs "
              "that do (created 2010-01-01)");
    CHECK_WHY(forest, lab, 1,
              "serves the client's site Lab; number 2 by age of 2 URLs of 3 "
              "SCPs that do (created 2013-01-01)");
    hq.profile = ADSCP_PROFILE_EWS;
    CHECK_WHY(forest, hq, 0,
              "serves the client's site HQ; the only URL of 3 SCPs that do");
    adscp_forest_free(forest);
}

/* ---------------------------------------------------------------- doubt -- */

static void check_doubt(int line, const struct adscp_forest *forest,
                        struct asks asks, const char *reading, const char *host)
{
    adscp_prediction *prediction = ask(forest, asks);
    const adscp_hop *hop = adscp_prediction_doubt_hop(prediction, 0);

    test_report_str(adscp_prediction_doubt_reading(prediction), reading,
                    __FILE__, line, "reading");
    test_report_str(adscp_hop_host(hop), host, __FILE__, line, "host");
    test_report_int(adscp_prediction_doubt_hop_count(prediction), host != NULL,
                    __FILE__, line, "hops");
    if (host != NULL)
        test_report_str(adscp_candidate_url(adscp_hop_candidate(hop)),
                        adscp_prediction_doubt_url(prediction), __FILE__, line,
                        "candidate");
    test_report_int(adscp_prediction_doubt_outcome(prediction),
                    host != NULL ? ADSCP_ALERT_OUTCOME_UNCERTAIN : -1, __FILE__,
                    line, "outcome");
    test_report_int(adscp_prediction_doubtful(prediction), 0, __FILE__, line,
                    "doubtful");
    adscp_prediction_free(prediction);
}

#define CHECK_DOUBT(...) check_doubt(__LINE__, __VA_ARGS__)

static void doubts(void)
{
    struct make make = {0};
    struct adscp_forest *forest;
    struct asks asks = {.site = "HQ"};

    make_directory(&make, NULL);
    make_scp(&make, "A", "Site=HQ", "2010", "a");
    make_scp(&make, "A2", "Site=HQ", "2010", "A");
    make_scp(&make, "B", "Site=Lab", "2010", "b");
    make_scp(&make, "C", "Site=Lab", "2010", "c");
    make_scp(&make, "D", "Site=Far", "2011", "d");
    make_scp(&make, "D2", "Site=Far", NULL, "e");
    forest = make_done(&make);
    CHECK_DOUBT(forest, asks, NULL, NULL); /* one URL twice is no tie */
    asks.site = "Lab";
    CHECK_DOUBT(forest, asks, "tie", "c.contoso.com");
    asks.site = "Far"; /* it stands last, but may be the oldest */
    CHECK_DOUBT(forest, asks, "age-unknown", "e.contoso.com");
    asks.site = "None";
    CHECK_DOUBT(forest, asks, "newest-first", "d.contoso.com");
    asks.profile = ADSCP_PROFILE_EWS;
    CHECK_DOUBT(forest, asks, NULL, NULL);
    asks.profile = ADSCP_PROFILE_OXDISCO;
    CHECK_DOUBT(forest, asks, NULL, NULL);
    adscp_forest_free(forest);
}

/* Sixteen rivals are judged; one more is told. */
static void many_doubts(void)
{
    int count;

    for (count = 17; count <= 18; count++) {
        struct make make = {0};
        struct adscp_forest *forest;
        adscp_prediction *prediction;
        char name[8];
        int i;

        make_directory(&make, NULL);
        for (i = 0; i < count; i++) {
            snprintf(name, sizeof(name), "m%d", i);
            make_scp(&make, name, "Site=HQ", "2010", name);
        }
        forest = make_done(&make);
        prediction = ask(forest, (struct asks){.site = "HQ"});
        CHECK_INT(adscp_prediction_doubtful(prediction), count > 17);
        CHECK_FINDING(prediction, "first-uncertain", count > 17, NULL,
                      count > 17 ? "more URLs may come first" : NULL);
        adscp_prediction_free(prediction);
        adscp_forest_free(forest);
    }
}

static void why_others(void)
{
    struct adscp_forest *forest = make_three_groups();
    struct asks asks = {.site = "HQ", .profile = ADSCP_PROFILE_EWS};

    CHECK_WHY(forest, asks, 0,
              "serves the client's site HQ; number 1 of 3 SCPs that do, in the "
              "directory's order");
    CHECK_WHY(forest, asks, 3,
              "names no site; number 1 of 2 SCPs of that kind, in the reverse "
              "of the directory's order; comes after those of site HQ");
    CHECK_WHY(forest, asks, 5,
              "serves other sites only (Lab and 2 more); the only SCP of that "
              "kind; comes after those of site HQ");
    asks.profile = ADSCP_PROFILE_LEARN;
    CHECK_WHY(forest, asks, 3,
              "names no site; number 1 of 2 SCPs of that kind, in the "
              "directory's order; comes after those of site HQ");
    asks.profile = ADSCP_PROFILE_OXDISCO;
    CHECK_WHY(forest, asks, 3,
              "number 4 of 6 in the directory's order; [MS-OXDISCO] ranks "
              "nothing");
    adscp_forest_free(forest);
}

static const struct test tests[] = {
    {"columns of a candidate", columns},
    {"a URL without a host", no_host},
    {"reasons in the profile outlook", why_outlook},
    {"reasons in the other profiles", why_others},
    {"reasons where SCPs share a URL", why_shared},
    {"URLs that may come first", doubts},
    {"more of them than are judged", many_doubts},
};

TEST_MAIN(tests)
