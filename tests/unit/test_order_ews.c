/* SPDX-License-Identifier: MIT */
/* The orders of the EWS Managed API and of Learn, and sizes. */
#include "order_rows.h"

/* ------------------------------------------------------ ews and learn -- */

/* The first SCP of a URL fixes its place in the lower tiers of EWS; the sample
 * lets the better tier win. */
static void tiers_of_duplicates(void)
{
    struct make make = {0};
    struct adscp_forest *forest;
    adscp_prediction *prediction;
    char order[ORDER_MAX];

    make_directory(&make, NULL);
    make_scp(&make, "X1", "Site=Branch", "2015", "x");
    make_scp(&make, "Y", "Site=Branch", "2015", "y");
    make_scp(&make, "X2", NULL, "2016", "X");
    make_scp(&make, "Z", NULL, "2017", "z");
    forest = make_done(&make);
    CHECK_ORDER(forest, EWS, "HQ", MAIL, "z, x, y");
    CHECK_ORDER(forest, LEARN, "HQ", MAIL, "x, z, y");
    CHECK_ORDER(forest, OXDISCO, "HQ", MAIL, "x, y, X, z");
    prediction = order_of(forest, EWS, "HQ", MAIL, order);
    CHECK_INT(adscp_candidate_group(adscp_prediction_candidate(prediction, 0)),
              ADSCP_CANDIDATE_GROUP_UNSCOPED);
    CHECK_INT(adscp_candidate_group(adscp_prediction_candidate(prediction, 1)),
              ADSCP_CANDIDATE_GROUP_ELSEWHERE);
    CHECK_INT(adscp_candidate_duplicate_count(
                  adscp_prediction_candidate(prediction, 1)),
              1);
    CHECK_INT(adscp_prediction_evidence(prediction), ADSCP_EVIDENCE_DOCUMENTED);
    CHECK_STR(adscp_prediction_rival_url(prediction), NULL);
    adscp_prediction_free(prediction);
    adscp_forest_free(forest);
}

/* A URL that was seen elsewhere first is promoted only by the client's site. */
static void ews_promotion(void)
{
    struct make make = {0};
    struct adscp_forest *forest;

    make_directory(&make, NULL);
    make_scp(&make, "X1", NULL, "2015", "x");
    make_scp(&make, "A", "Site=HQ", "2015", "a");
    make_scp(&make, "X2", "Site=HQ", "2016", "x");
    forest = make_done(&make);
    CHECK_ORDER(forest, EWS, "HQ", MAIL, "a, x");
    CHECK_ORDER(forest, LEARN, "HQ", MAIL, "a, x");
    adscp_forest_free(forest);
}

/* "SITE=" is no Site= to the sample where it does not match. */
static void learn_case(void)
{
    struct make make = {0};
    struct adscp_forest *forest;
    adscp_prediction *prediction;
    char order[ORDER_MAX];

    make_directory(&make, NULL);
    make_scp(&make, "A", "Site=Branch", "2015", "a");
    make_scp(&make, "B", "SITE=Branch", "2016",
             "https://B.contoso.com/Autodiscover/Autodiscover.xml");
    forest = make_done(&make);
    CHECK_ORDER(forest, EWS, "HQ", MAIL, "a, B");
    prediction = order_of(forest, LEARN, "HQ", MAIL, order);
    CHECK_STR(order, "b, a");
    CHECK_STR(adscp_candidate_url(adscp_prediction_candidate(prediction, 0)),
              URL_OF("b"));
    CHECK_INT(count_findings(prediction, "keyword-prefix-case"), 1);
    adscp_prediction_free(prediction);
    adscp_forest_free(forest);
}

static void ews_invalid(void)
{
    struct make make = {0};
    struct adscp_forest *forest;

    make_directory(&make, NULL);
    make_scp(&make, "A", "Site=HQ", "2015", "a");
    make_scp(&make, "B", "Site=Branch", "2016", "//no/scheme:here");
    forest = make_done(&make);
    CHECK_ALL(forest, "HQ", MAIL, "a", "-", "a, no/scheme:here", "a");
    /* nothing is collected without a site, so nothing fails */
    CHECK_ORDER(forest, EWS, NULL, MAIL, "-");
    CHECK_FOUND(forest, EWS, "HQ", MAIL, "scp-url-invalid", 1);
    CHECK_FOUND(forest, OUTLOOK, "HQ", MAIL, "profile-disagree", 1);
    adscp_forest_free(forest);
}

/* Clients that do not page see a thousand entries; look-alikes are none. */
static void first_thousand(void)
{
    struct make make = {0};
    struct adscp_forest *forest;
    char name[16];
    int i;

    make_directory(&make, NULL);
    make_scp_at(&make, "CN=Look," CONFIG_DN, LOOKALIKE_GUID, NULL,
                "20150101000000.0Z", "*.outlook.com");
    make_pointer(&make, "P", "Domain=other.example", "LDAP://o.example");
    for (i = 1; i < 1000; i++) {
        snprintf(name, sizeof(name), "s%d", i);
        make_scp(&make, name, "Site=Branch", "2015", name);
    }
    make_scp(&make, "late", "Site=HQ", "2015", "late");
    forest = make_done(&make);
    CHECK_FOUND(forest, EWS, "HQ", MAIL, "scp-over-1000", 1);
    CHECK_FOUND(forest, EWS, "HQ", MAIL, "scp-lookalike", 1);
    for (i = 0; i < 4; i++) {
        adscp_prediction *prediction = ask(
            forest, (struct asks){.profile = i, .site = "HQ", .mail = MAIL});

        CHECK_INT(adscp_prediction_candidate_count(prediction),
                  i == EWS || i == LEARN ? 999 : 1000);
        adscp_prediction_free(prediction);
    }
    adscp_forest_free(forest);
}

/* --------------------------------------------------------------- size -- */

/* Enough rows for every width of the merge sort: creation dates that jump, in
 * the end one sorted list. */
static void many_rows(void)
{
    enum { COUNT = 3001 };
    struct make make = {0};
    struct adscp_forest *forest;
    adscp_prediction *prediction;
    int64_t before = -1;
    char name[32], created[32];
    int i;

    make_directory(&make, NULL);
    for (i = 0; i < COUNT; i++) {
        int second = (int)((unsigned)i * 2654435761U % 86400U);

        snprintf(name, sizeof(name), "s%d", i);
        snprintf(created, sizeof(created), "20150601%02d%02d%02d.0Z",
                 second / 3600, second / 60 % 60, second % 60);
        make_scp(&make, name, "Site=HQ", created, name);
    }
    forest = make_done(&make);
    prediction = ask(forest, (struct asks){.site = "HQ"});
    CHECK_INT(adscp_prediction_candidate_count(prediction), COUNT);
    for (i = 0; i < COUNT; i++) {
        int64_t created_at = adscp_scp_created(
            adscp_candidate_scp(adscp_prediction_candidate(prediction, i)));

        CHECK(created_at >= before);
        before = created_at;
    }
    adscp_prediction_free(prediction);
    adscp_forest_free(forest);
}

static void nothing_at_all(void)
{
    struct make make = {0};
    struct adscp_forest *forest;

    make_directory(&make, NULL);
    forest = make_done(&make);
    CHECK_ALL(forest, "HQ", MAIL, "-", "-", "-", "-");
    check_choice(forest, "HQ", MAIL, -1, NULL);
    CHECK_FOUND(forest, OUTLOOK, "HQ", MAIL, "scp-none", 1);
    CHECK_FOUND(forest, OUTLOOK, "HQ", MAIL, "servers-not-read", 0);
    adscp_forest_free(forest);
}

static const struct test tests[] = {
    {"ews and learn: duplicates in lower tiers", tiers_of_duplicates},
    {"ews: promotion by the client's site", ews_promotion},
    {"learn: Site= to the letter", learn_case},
    {"ews: a value that is no URI", ews_invalid},
    {"ews and learn: the first 1000 entries", first_thousand},
    {"many rows", many_rows},
    {"an empty directory", nothing_at_all},
};

TEST_MAIN(tests)
