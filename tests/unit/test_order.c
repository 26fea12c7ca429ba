/* SPDX-License-Identifier: MIT */
/*
 * The order of candidates: the worked examples, in all profiles, and every rule
 * by itself. An order is written as the first labels of its URLs' hosts; "|"
 * begins the tail, and "-" is an order without rows.
 */
#include "order_rows.h"

/* ---------------------------------------------------- worked examples -- */

static void example_1(void)
{
    struct make make = {0};
    struct adscp_forest *forest;

    make_directory(&make, NULL);
    make_scp(&make, "A", "Site=HQ", "2015", "a");
    make_scp(&make, "B", "Site=Branch", "2016", "b");
    forest = make_done(&make);
    CHECK_ALL(forest, "HQ", MAIL, "a | b", "a, b", "a, b", "a, b");
    check_choice(forest, "HQ", MAIL, ADSCP_EVIDENCE_DOCUMENTED, NULL);
    CHECK_FOUND(forest, OUTLOOK, "HQ", MAIL, "profile-disagree", 0);
    adscp_forest_free(forest);
}

static void example_2(void)
{
    struct make make = {0};
    struct adscp_forest *forest;

    make_directory(&make, NULL);
    make_scp(&make, "NEW", "Site=HQ", "2024", "new");
    make_scp(&make, "OLD", "Site=HQ", "2015", "old");
    forest = make_done(&make);
    CHECK_ALL(forest, "HQ", MAIL, "old, new", "new, old", "new, old",
              "new, old");
    check_choice(forest, "HQ", MAIL, ADSCP_EVIDENCE_OBSERVED, NULL);
    CHECK_FOUND(forest, OUTLOOK, "HQ", MAIL, "profile-disagree", 1);
    CHECK_FOUND(forest, EWS, "HQ", MAIL, "profile-disagree", 1);
    CHECK_FOUND(forest, LEARN, "HQ", MAIL, "profile-disagree", 0);
    adscp_forest_free(forest);
}

static void example_4(void)
{
    struct make make = {0};
    struct adscp_forest *forest;

    make_directory(&make, NULL);
    make_scp(&make, "A", "Site=HQ", "2015", "a");
    make_scp(&make, "W1", NULL, "2016", "w1");
    make_scp(&make, "W2", NULL, "2017", "w2");
    make_scp(&make, "B", "Site=Branch", "2018", "b");
    forest = make_done(&make);
    CHECK_ALL(forest, "Remote", MAIL, "w1, w2, a, b", "w2, w1, a, b",
              "w1, w2, a, b", "a, w1, w2, b");
    check_choice(forest, "Remote", MAIL, ADSCP_EVIDENCE_CONTESTED, URL_OF("b"));
    adscp_forest_free(forest);
}

static void example_6(void)
{
    struct make make = {0};
    struct adscp_forest *forest;

    make_directory(&make, NULL);
    make_scp(&make, "A", "Site=HQ", "2015", "a");
    make_scp_at(&make, "CN=B," SERVERS_DN,
                "77378f46-2c66-4aa9-a6a6-3e7a48b19596",
                "SITE=branch|site=Remote", "20180101000000.0Z", "b");
    forest = make_done(&make);
    CHECK_ALL(forest, "REMOTE", MAIL, "b | a", "b, a", "b, a", "a, b");
    adscp_forest_free(forest);
}

static void example_7(void)
{
    struct make make = {0};
    struct adscp_forest *forest;
    adscp_prediction *prediction;
    const adscp_candidate *row;
    char order[ORDER_MAX];

    make_directory(&make, NULL);
    make_scp(&make, "M1", "Site=Branch|Site=Lab|Site=lab|Site=branch", "2015",
             "https://Mail.contoso.com/Autodiscover/Autodiscover.xml");
    make_scp(&make, "M2", "Site=HQ", "2016", "mail");
    make_scp(&make, "C", "Site=Branch", "2017", "c");
    forest = make_done(&make);
    CHECK_ALL(forest, "HQ", MAIL, "mail | c", "mail, c", "mail, c",
              "Mail, mail, c");
    prediction = order_of(forest, OUTLOOK, "HQ", MAIL, order);
    row = adscp_prediction_candidate(prediction, 0);
    CHECK_INT(adscp_candidate_duplicate_count(row), 1);
    CHECK(strncmp(adscp_scp_dn(adscp_candidate_duplicate(row, 0)), "CN=M1,",
                  6) == 0);
    CHECK_INT(adscp_candidate_site_count(row), 3);
    CHECK_STR(adscp_candidate_site(row, 0), "HQ");
    CHECK_STR(adscp_candidate_site(row, 1), "Branch");
    CHECK_STR(adscp_candidate_site(row, 2), "Lab");
    CHECK_INT(adscp_candidate_duplicate_count(
                  adscp_prediction_candidate(prediction, 1)),
              0);
    CHECK_INT(adscp_prediction_evidence(prediction), ADSCP_EVIDENCE_DOCUMENTED);
    CHECK_INT(count_findings(prediction, "scp-duplicate-url"), 1);
    adscp_prediction_free(prediction);
    adscp_forest_free(forest);
}

static void example_9(void)
{
    struct make make = {0};
    struct adscp_forest *forest;

    make_directory(&make, NULL);
    make_scp(&make, "A", "Site=HQ", "2015", NULL);
    make_scp(&make, "B", "Site=Branch", "2016", "b");
    forest = make_done(&make);
    CHECK_ALL(forest, "HQ", MAIL, "b", "b", "-", "b");
    check_choice(forest, "HQ", MAIL, ADSCP_EVIDENCE_CONTESTED, URL_OF("b"));
    CHECK_FOUND(forest, OUTLOOK, "HQ", MAIL, "scp-no-url", 1);
    CHECK_FOUND(forest, LEARN, "HQ", MAIL, "scp-no-url", 1);
    adscp_forest_free(forest);
}

static void example_10(void)
{
    struct make make = {0};
    struct adscp_forest *forest;

    make_directory(&make, NULL);
    make_scp(&make, "A", "Site=HQ", "2015", "a");
    make_scp(&make, "W", NULL, "2016", "w");
    forest = make_done(&make);
    CHECK_ALL(forest, NULL, MAIL, "w, a", "-", "-", "a, w");
    check_choice(forest, NULL, MAIL, ADSCP_EVIDENCE_CONTESTED, URL_OF("w"));
    CHECK_FOUND(forest, EWS, NULL, MAIL, "client-site-unknown", 1);
    CHECK_FOUND(forest, OUTLOOK, NULL, MAIL, "profile-disagree", 1);
    adscp_forest_free(forest);
}

static void example_11(void)
{
    struct make make = {0};
    struct adscp_forest *forest;
    adscp_prediction *prediction;
    char order[ORDER_MAX];

    make_directory(&make, NULL);
    make_scp(&make, "A", "Site=HQ", "2015", "a");
    make_pointer(&make, "P", "Domain=fabrikam.com", "LDAP://res.example");
    make_directory(&make, "res.example:389");
    make_scp(&make, "R", "Site=HQ", "2018", "r");
    make_scp(&make, "R2", "Site=Other", "2017", "r2");
    forest = make_done(&make);
    CHECK_ALL(forest, "HQ", "bob@fabrikam.com", "r | r2", "r, r2", "r, r2",
              "a, r, r2");
    CHECK_ALL(forest, "HQ", MAIL, "a", "a", "a", "a, r, r2");
    prediction = order_of(forest, OUTLOOK, "HQ", "bob@FABRIKAM.COM", order);
    CHECK_STR(order, "r | r2");
    CHECK_INT(adscp_prediction_pointer_count(prediction), 1);
    CHECK_STR(adscp_prediction_pointer_target(prediction, 0),
              "LDAP://res.example");
    CHECK(strncmp(adscp_prediction_pointer_dn(prediction, 0), "CN=P,", 5) == 0);
    CHECK_INT(adscp_prediction_complete(prediction), 1);
    adscp_prediction_free(prediction);
    adscp_forest_free(forest);
}

static void example_13(void)
{
    struct make make = {0};
    struct adscp_forest *forest;

    make_directory(&make, NULL);
    make_pointer(&make, "P", NULL, "ldap://RES.example:389/");
    make_directory(&make, "res.example:389");
    make_scp(&make, "R", "Site=Res-Site", "2018", "r");
    make_scp(&make, "R2", "Site=Other", "2017", "r2");
    forest = make_done(&make);
    CHECK_ALL(forest, "Acct-Site", MAIL, "r2, r", "r, r2", "r, r2", "r, r2");
    check_choice(forest, "Acct-Site", MAIL, ADSCP_EVIDENCE_CONTESTED,
                 URL_OF("r"));
    CHECK_ORDER(forest, EWS, NULL, MAIL, "-");
    CHECK_ORDER(forest, LEARN, NULL, MAIL, "-");
    CHECK_ORDER(forest, OUTLOOK, NULL, NULL, "r2, r");
    adscp_forest_free(forest);
}

/* One pointer to the next, in a circle. */
static void example_15(void)
{
    struct make make = {0};
    struct adscp_forest *forest;

    make_directory(&make, "a.example:389");
    make_pointer(&make, "P", "Domain=contoso.com", "LDAP://b.example");
    make_directory(&make, "b.example:389");
    make_pointer(&make, "Q", "Domain=contoso.com", "LDAP://a.example");
    forest = make_done(&make);
    CHECK_ALL(forest, "HQ", MAIL, "-", "-", "-", "-");
    CHECK_FOUND(forest, OUTLOOK, "HQ", MAIL, "pointer-loop", 1);
    CHECK_FOUND(forest, LEARN, "HQ", MAIL, "pointer-loop", 1);
    CHECK_FOUND(forest, OXDISCO, "HQ", MAIL, "pointer-loop", 1);
    CHECK_FOUND(forest, EWS, "HQ", MAIL, "pointer-loop", 1);
    CHECK_FOUND(forest, EWS, "HQ", MAIL, "pointer-too-deep", 0);
    adscp_forest_free(forest);
}

static void example_19(void)
{
    struct make make = {0};
    struct adscp_forest *forest;

    make_directory(&make, NULL);
    make_scp(&make, "A", "Site=HQ", "2015", "a");
    make_scp(&make, "B", "Site=HQ2", "2016", "b");
    make_scp(&make, "C", "Site= HQ2", "2017", "c");
    forest = make_done(&make);
    CHECK_ALL(forest, "HQ2", MAIL, "b | a, c", "b, a, c", "b, a, c", "a, b, c");
    CHECK_FOUND(forest, OUTLOOK, "HQ2", MAIL, "keyword-blank", 1);
    adscp_forest_free(forest);
}

/* ------------------------------------------------------------- outlook -- */

static void outlook_ties(void)
{
    struct make make = {0};
    struct adscp_forest *forest;
    adscp_prediction *prediction;
    char order[ORDER_MAX];
    int i;

    make_directory(&make, NULL);
    make_scp(&make, "C", "Site=HQ", "2016", "c");
    make_scp(&make, "B", "Site=HQ", "2015", "b");
    make_scp(&make, "A", "Site=HQ", "2015", "a");
    make_scp(&make, "X", "Site=Branch", "2015", "x");
    forest = make_done(&make);
    prediction = order_of(forest, OUTLOOK, "HQ", MAIL, order);
    CHECK_STR(order, "b, a, c | x");
    for (i = 0; i < 4; i++)
        CHECK_INT(
            adscp_candidate_tie(adscp_prediction_candidate(prediction, i)),
            i < 2);
    CHECK_INT(adscp_prediction_evidence(prediction), ADSCP_EVIDENCE_INFERRED);
    CHECK_INT(count_findings(prediction, "scp-created-tie"), 1);
    adscp_prediction_free(prediction);
    CHECK_FOUND(forest, EWS, "HQ", MAIL, "scp-created-tie", 0);
    adscp_forest_free(forest);
}

/* A tie behind the first place leaves the choice as it was. */
static void outlook_late_tie(void)
{
    struct make make = {0};
    struct adscp_forest *forest;

    make_directory(&make, NULL);
    make_scp(&make, "A", "Site=HQ", "2014", "a");
    make_scp(&make, "B", "Site=HQ", "2015", "b");
    make_scp(&make, "C", "Site=HQ", "2015", "c");
    forest = make_done(&make);
    check_choice(forest, "HQ", MAIL, ADSCP_EVIDENCE_OBSERVED, NULL);
    adscp_forest_free(forest);
}

/* SCPs without a date come last, and against each other by chance. */
static void outlook_unknown_dates(void)
{
    struct make make = {0};
    struct adscp_forest *forest;
    adscp_prediction *prediction;
    char order[ORDER_MAX];

    make_directory(&make, NULL);
    make_scp(&make, "U", "Site=HQ", NULL, "u");
    make_scp(&make, "V", "Site=HQ", "20151301000000.0Z", "v");
    make_scp(&make, "A", "Site=HQ", "2024", "a");
    forest = make_done(&make);
    prediction = order_of(forest, OUTLOOK, "HQ", MAIL, order);
    CHECK_STR(order, "a, u, v");
    CHECK_INT(adscp_candidate_tie(adscp_prediction_candidate(prediction, 0)),
              0);
    CHECK_INT(adscp_candidate_tie(adscp_prediction_candidate(prediction, 1)),
              0);
    CHECK_INT(adscp_candidate_tie(adscp_prediction_candidate(prediction, 2)),
              0);
    CHECK_INT(count_findings(prediction, "scp-created-missing"), 2);
    CHECK_INT(count_findings(prediction, "scp-created-tie"), 0);
    CHECK_INT(adscp_scp_created(adscp_candidate_scp(
                  adscp_prediction_candidate(prediction, 1))),
              -1);
    adscp_prediction_free(prediction);
    check_choice(forest, "Remote", MAIL, ADSCP_EVIDENCE_CONTESTED, URL_OF("a"));
    adscp_forest_free(forest);
}

/* Several SCPs with one URL count once: no tie, and documented. */
static void outlook_duplicates(void)
{
    struct make make = {0};
    struct adscp_forest *forest;
    adscp_prediction *prediction;
    const adscp_candidate *row;
    char order[ORDER_MAX];

    make_directory(&make, NULL);
    make_scp(&make, "A", "Site=HQ", "2015", "mail");
    make_scp(&make, "B", "Site=HQ", "2015", "MAIL");
    make_scp(&make, "C", "Site=HQ", "2014", "mail");
    forest = make_done(&make);
    prediction = order_of(forest, OUTLOOK, "HQ", MAIL, order);
    row = adscp_prediction_candidate(prediction, 0);
    CHECK_STR(order, "mail");
    CHECK_INT(adscp_prediction_evidence(prediction), ADSCP_EVIDENCE_DOCUMENTED);
    CHECK_INT(adscp_candidate_tie(row), 0);
    CHECK(strncmp(adscp_scp_dn(adscp_candidate_scp(row)), "CN=C,", 5) == 0);
    CHECK_INT(adscp_candidate_duplicate_count(row), 2);
    CHECK(strncmp(adscp_scp_dn(adscp_candidate_duplicate(row, 0)), "CN=A,",
                  5) == 0);
    CHECK(strncmp(adscp_scp_dn(adscp_candidate_duplicate(row, 1)), "CN=B,",
                  5) == 0);
    CHECK(adscp_candidate_duplicate(row, 2) == NULL);
    adscp_prediction_free(prediction);
    adscp_forest_free(forest);
}

/* The newest of all rows is the rival, whatever its group; of equals the first.
 */
static void outlook_rival(void)
{
    struct make make = {0};
    struct adscp_forest *forest;

    make_directory(&make, NULL);
    make_scp(&make, "W", NULL, "2010", "w");
    make_scp(&make, "A", "Site=A", "2020", "a");
    make_scp(&make, "B", "Site=B", "2020", "b");
    forest = make_done(&make);
    CHECK_ORDER(forest, OUTLOOK, "Remote", MAIL, "w, a, b");
    check_choice(forest, "Remote", MAIL, ADSCP_EVIDENCE_CONTESTED, URL_OF("a"));
    adscp_forest_free(forest);
}

/* The first http(s) value counts; other schemes and values are passed over. */
static void outlook_first_value(void)
{
    struct make make = {0};
    struct adscp_forest *forest;

    make_directory(&make, NULL);
    make_scp(&make, "A", "Site=HQ", "2015",
             "ftp://a.contoso.com/|HTTP://b.contoso.com/x|" URL_OF("c"));
    make_scp(&make, "D", "Site=HQ", "2014", "ftp://d.contoso.com/");
    forest = make_done(&make);
    CHECK_ALL(forest, "HQ", MAIL, "b", "a, d", "a, d", "-");
    CHECK_FOUND(forest, OUTLOOK, "HQ", MAIL, "scp-url-multi", 1);
    CHECK_FOUND(forest, OUTLOOK, "HQ", MAIL, "scp-url-scheme", 2);
    CHECK_FOUND(forest, OUTLOOK, "HQ", MAIL, "scp-url-http", 1);
    adscp_forest_free(forest);
}

/* Case is ignored as .NET's OrdinalIgnoreCase has it. */
static void sites_fold(void)
{
    struct make make = {0};
    struct adscp_forest *forest;

    make_directory(&make, NULL);
    make_scp(&make, "A", "Site=Z\xC3\xBCrich", "2015", "a");
    make_scp(&make, "B",
             "Site=Stra\xC3\x9F"
             "e",
             "2014", "b");
    forest = make_done(&make);
    CHECK_ORDER(forest, OUTLOOK, "Z\xC3\x9CRICH", MAIL, "a | b");
    CHECK_ORDER(forest, EWS, "Z\xC3\x9CRICH", MAIL, "a, b");
    CHECK_ORDER(forest, OUTLOOK, "STRASSE", MAIL, "b, a");
    adscp_forest_free(forest);
}

/* An empty Site= serves nobody, and yet its SCP is not unscoped. */
static void site_empty(void)
{
    struct make make = {0};
    struct adscp_forest *forest;

    make_directory(&make, NULL);
    make_scp(&make, "A", "Site=", "2010", "a");
    make_scp(&make, "B", NULL, "2020", "b");
    forest = make_done(&make);
    CHECK_ORDER(forest, OUTLOOK, "HQ", MAIL, "b, a");
    CHECK_FOUND(forest, OUTLOOK, "HQ", MAIL, "keyword-site-empty", 1);
    adscp_forest_free(forest);
}

static const struct test tests[] = {
    {"example 1: one in-site SCP", example_1},
    {"example 2: the oldest against the first", example_2},
    {"example 4: no in-site SCP", example_4},
    {"example 6: case of keywords", example_6},
    {"example 7: one URL twice", example_7},
    {"example 9: an SCP without URL", example_9},
    {"example 10: site unknown", example_10},
    {"example 11: pointer for a domain", example_11},
    {"example 13: pointer for all domains", example_13},
    {"example 15: pointers in a circle", example_15},
    {"example 19: a blank in a keyword", example_19},
    {"outlook: ties", outlook_ties},
    {"outlook: a tie behind the first place", outlook_late_tie},
    {"outlook: unknown dates", outlook_unknown_dates},
    {"outlook: duplicates", outlook_duplicates},
    {"outlook: the rival", outlook_rival},
    {"outlook: the first http(s) value", outlook_first_value},
    {"sites ignore case beyond ASCII", sites_fold},
    {"an empty Site=", site_empty},
};

TEST_MAIN(tests)
