/* SPDX-License-Identifier: MIT */
/*
 * The order of candidates: the worked examples, in all profiles, and every rule
 * by itself. An order is written as the first labels of its URLs' hosts; "|"
 * begins the tail, and "-" is an order without rows.
 */
#include "make_forest.h"
#include "test.h"

enum { ORDER_MAX = 512 };

enum {
    OUTLOOK = ADSCP_PROFILE_OUTLOOK,
    EWS = ADSCP_PROFILE_EWS,
    LEARN = ADSCP_PROFILE_LEARN,
    OXDISCO = ADSCP_PROFILE_OXDISCO
};

static void write_label(const adscp_candidate *candidate, char *out,
                        size_t capacity)
{
    const char *host = adscp_candidate_url(candidate);
    const char *start = strstr(host, "//");

    host = start != NULL ? start + 2 : host;
    snprintf(out, capacity, "%.*s", (int)strcspn(host, "."), host);
}

static void write_order(const adscp_prediction *prediction, char out[ORDER_MAX])
{
    int count = adscp_prediction_candidate_count(prediction), i, tail = 0;

    snprintf(out, ORDER_MAX, "%s", count == 0 ? "-" : "");
    for (i = 0; i < count; i++) {
        const adscp_candidate *row = adscp_prediction_candidate(prediction, i);
        size_t used = strlen(out);
        char label[64];

        write_label(row, label, sizeof(label));
        snprintf(out + used, ORDER_MAX - used, "%s%s",
                 adscp_candidate_undocumented(row) && !tail ? " | "
                 : i > 0                                    ? ", "
                                                            : "",
                 label);
        tail = adscp_candidate_undocumented(row);
    }
}

static adscp_prediction *order_of(const adscp_forest *forest, int profile,
                                  const char *site, const char *mail,
                                  char out[ORDER_MAX])
{
    adscp_prediction *prediction = ask(
        forest, (struct asks){.profile = profile, .site = site, .mail = mail});

    write_order(prediction, out);
    return prediction;
}

static void check_order(int line, const adscp_forest *forest, int profile,
                        const char *site, const char *mail,
                        const char *expected)
{
    char order[ORDER_MAX];

    adscp_prediction_free(order_of(forest, profile, site, mail, order));
    test_report_str(order, expected, __FILE__, line,
                    adscp_profile_name(profile));
}

static void check_found(int line, const adscp_forest *forest, int profile,
                        const char *site, const char *mail, const char *code,
                        int count)
{
    adscp_prediction *prediction = ask(
        forest, (struct asks){.profile = profile, .site = site, .mail = mail});

    test_report_int(count_findings(prediction, code), count, __FILE__, line,
                    code);
    adscp_prediction_free(prediction);
}

#define CHECK_ORDER(...) check_order(__LINE__, __VA_ARGS__)
#define CHECK_FOUND(...) check_found(__LINE__, __VA_ARGS__)

#define MAIL "anna@contoso.com"

/* The four profiles, as a line of the table of worked examples. */
static void check_all(int line, const adscp_forest *forest, const char *site,
                      const char *mail, const char *outlook, const char *ews,
                      const char *learn, const char *oxdisco)
{
    check_order(line, forest, OUTLOOK, site, mail, outlook);
    check_order(line, forest, EWS, site, mail, ews);
    check_order(line, forest, LEARN, site, mail, learn);
    check_order(line, forest, OXDISCO, site, mail, oxdisco);
}

#define CHECK_ALL(...) check_all(__LINE__, __VA_ARGS__)

static void check_choice(const adscp_forest *forest, const char *site,
                         const char *mail, int evidence, const char *rival)
{
    adscp_prediction *prediction =
        ask(forest, (struct asks){.site = site, .mail = mail});

    CHECK_INT(adscp_prediction_evidence(prediction), evidence);
    CHECK_STR(adscp_prediction_rival_url(prediction), rival);
    CHECK_STR(adscp_prediction_rival_reading(prediction),
              rival != NULL ? "newest-first" : NULL);
    adscp_prediction_free(prediction);
}

#define URL_OF(host)                                                           \
    "https://" host ".contoso.com/autodiscover/autodiscover.xml"

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
              1);
    CHECK_INT(adscp_candidate_tie(adscp_prediction_candidate(prediction, 2)),
              1);
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

/* ------------------------------------------------------------ pointers -- */

/* A pointer without a value stops two clients, for users of every domain; a
 * matching pointer before it saves them. */
static void pointer_no_binding(void)
{
    struct make make = {0};
    struct adscp_forest *forest;

    make_directory(&make, NULL);
    make_scp(&make, "A", "Site=HQ", "2015", "a");
    make_pointer(&make, "P", "Domain=fabrikam.com", "LDAP://res.example");
    make_pointer(&make, "Q", "Domain=other.example", NULL);
    make_directory(&make, "res.example:389");
    make_scp(&make, "R", "Site=HQ", "2018", "r");
    forest = make_done(&make);
    CHECK_ALL(forest, "HQ", MAIL, "a", "-", "-", "a, r");
    CHECK_ALL(forest, "HQ", "bob@fabrikam.com", "r", "r", "r", "a, r");
    CHECK_FOUND(forest, EWS, "HQ", MAIL, "pointer-no-binding", 1);
    adscp_forest_free(forest);
}

/* The way through a domain's pointer has no return. */
static void pointer_one_way(void)
{
    struct make make = {0};
    struct adscp_forest *forest;

    make_directory(&make, NULL);
    make_scp(&make, "A", "Site=HQ", "2015", "a");
    make_pointer(&make, "P", "Domain=contoso.com", "LDAP://empty.example");
    make_directory(&make, "empty.example:389");
    forest = make_done(&make);
    CHECK_ALL(forest, "HQ", MAIL, "-", "-", "-", "a");
    CHECK_FOUND(forest, OUTLOOK, "HQ", MAIL, "pointer-target-empty", 1);
    CHECK_FOUND(forest, EWS, "HQ", MAIL, "pointer-target-empty", 1);
    CHECK_FOUND(forest, LEARN, "HQ", MAIL, "pointer-target-empty", 1);
    CHECK_FOUND(forest, OUTLOOK, "HQ", "x@other.example",
                "pointer-target-empty", 0);
    adscp_forest_free(forest);
}

/* The first pointer for the domain wins, and keywords beside the GUID keep a
 * pointer from serving all domains. */
static void pointer_choice(void)
{
    struct make make = {0};
    struct adscp_forest *forest;

    make_directory(&make, NULL);
    make_pointer(&make, "O", "Something=else", "LDAP://one.example");
    make_pointer(&make, "P", NULL, "LDAP://two.example");
    make_pointer(&make, "Q", "Domain=fabrikam.com", "LDAP://one.example");
    make_pointer(&make, "R", "Domain=Fabrikam.com", "LDAP://two.example");
    make_pointer(&make, "S", NULL, "LDAP://one.example");
    make_directory(&make, "one.example:389");
    make_scp(&make, "A", "Site=HQ", "2015", "one");
    make_directory(&make, "two.example:389");
    make_scp(&make, "B", "Site=HQ", "2015", "two");
    forest = make_done(&make);
    CHECK_ALL(forest, "HQ", MAIL, "two", "two", "two", "one, two");
    CHECK_ALL(forest, "HQ", "b@fabrikam.com", "one", "one", "one", "one, two");
    CHECK_FOUND(forest, OUTLOOK, "HQ", MAIL, "pointer-domain-duplicate", 1);
    CHECK_FOUND(forest, OUTLOOK, "HQ", MAIL, "pointer-wildcard-several", 1);
    CHECK_FOUND(forest, OUTLOOK, "HQ", MAIL, "keyword-unknown", 1);
    /* two ways to one place are no circle */
    CHECK_FOUND(forest, OXDISCO, "HQ", MAIL, "pointer-loop", 0);
    CHECK_FOUND(forest, OUTLOOK, "HQ", MAIL, "pointer-other-domains", 2);
    CHECK_FOUND(forest, OUTLOOK, "HQ", "b@mail.fabrikam.com",
                "pointer-subdomain", 2);
    CHECK_FOUND(forest, OUTLOOK, "HQ", NULL, "pointer-other-domains", 0);
    adscp_forest_free(forest);
}

/* A pointer for all domains waits until no URL was found. */
static void pointer_fallback(void)
{
    struct make make = {0};
    struct adscp_forest *forest;

    make_directory(&make, NULL);
    make_pointer(&make, "P", NULL, "LDAP://res.example");
    make_scp(&make, "A", "Site=Branch", "2015", "a");
    make_directory(&make, "res.example:389");
    make_scp(&make, "R", "Site=HQ", "2015", "r");
    forest = make_done(&make);
    CHECK_ALL(forest, "HQ", MAIL, "a", "a", "a", "a, r");
    /* EWS has no URL without a site, and so it follows; then it has none again
     */
    CHECK_ORDER(forest, EWS, NULL, MAIL, "-");
    {
        adscp_prediction *prediction =
            ask(forest, (struct asks){.profile = EWS, .mail = MAIL});

        CHECK_INT(adscp_prediction_pointer_count(prediction), 1);
        adscp_prediction_free(prediction);
        prediction = ask(forest, (struct asks){.profile = LEARN, .mail = MAIL});
        CHECK_INT(adscp_prediction_pointer_count(prediction), 0);
        adscp_prediction_free(prediction);
    }
    CHECK_FOUND(forest, OUTLOOK, "HQ", MAIL, "pointer-wildcard-beside-urls", 1);
    adscp_forest_free(forest);
}

static void pointer_unread(void)
{
    struct make make = {0};
    struct adscp_forest *forest;
    adscp_prediction *prediction;
    char order[ORDER_MAX];

    make_directory(&make, NULL);
    make_scp(&make, "A", "Site=HQ", "2015", "a");
    make_pointer(&make, "P", "Domain=one.example", "LDAP://down.example");
    make_pointer(&make, "Q", "Domain=two.example", "LDAP://secret.example");
    make_pointer(&make, "R", "Domain=three.example", "LDAP://unknown.example");
    make_pointer(&make, "S", "Domain=four.example", "LDAP://no host");
    make_unread(&make, "down.example:389", true);
    make_unread(&make, "secret.example:389", false);
    forest = make_done(&make);
    prediction = order_of(forest, OUTLOOK, "HQ", "x@one.example", order);
    CHECK_STR(order, "-");
    CHECK_INT(count_findings(prediction, "pointer-unreachable"), 1);
    CHECK(strstr(adscp_finding_text(
                     finding_of(prediction, "pointer-unreachable", 0)),
                 "connection refused") != NULL);
    CHECK_INT(adscp_prediction_complete(prediction), 0);
    CHECK_INT(adscp_prediction_pointer_count(prediction), 0);
    adscp_prediction_free(prediction);
    CHECK_FOUND(forest, EWS, "HQ", "x@two.example", "pointer-not-allowed", 1);
    CHECK_FOUND(forest, LEARN, "HQ", "x@three.example", "pointer-not-allowed",
                1);
    CHECK_ALL(forest, "HQ", "x@four.example", "-", "-", "-", "a");
    CHECK_FOUND(forest, OUTLOOK, "HQ", "x@four.example", "pointer-unreachable",
                1);
    CHECK_FOUND(forest, OUTLOOK, "HQ", MAIL, "pointer-bad-uri", 1);
    prediction = order_of(forest, OUTLOOK, "HQ", MAIL, order);
    CHECK_STR(order, "a");
    CHECK_INT(adscp_prediction_complete(prediction), 1);
    adscp_prediction_free(prediction);
    prediction = order_of(forest, OXDISCO, "HQ", MAIL, order);
    CHECK_STR(order, "a");
    CHECK_INT(adscp_prediction_complete(prediction), 0);
    adscp_prediction_free(prediction);
    adscp_forest_free(forest);
}

/* Directories d0 to d(count - 1), each but the last with a pointer to the next.
 */
static struct adscp_forest *make_chain(int count)
{
    struct make make = {0};
    char target[64], url[64];
    int i;

    for (i = 0; i < count; i++) {
        snprintf(target, sizeof(target), "d%d.example:389", i);
        snprintf(url, sizeof(url), "LDAP://d%d.example", i + 1);
        make_directory(&make, target);
        if (i + 1 < count)
            make_pointer(&make, "P", "Domain=contoso.com", url);
        else
            make_scp(&make, "A", "Site=HQ", "2015", "a");
    }
    return make_done(&make);
}

/* Ten searches: the first directory and nine pointers. */
static void pointer_depth(void)
{
    struct adscp_forest *forest = make_chain(10);

    CHECK_ALL(forest, "HQ", MAIL, "a", "a", "a", "a");
    adscp_forest_free(forest);
    forest = make_chain(11);
    CHECK_ALL(forest, "HQ", MAIL, "-", "-", "a", "a");
    CHECK_FOUND(forest, OUTLOOK, "HQ", MAIL, "pointer-too-deep", 1);
    CHECK_FOUND(forest, EWS, "HQ", MAIL, "pointer-too-deep", 1);
    CHECK_FOUND(forest, EWS, "HQ", MAIL, "pointer-loop", 0);
    CHECK_FOUND(forest, LEARN, "HQ", MAIL, "pointer-too-deep", 0);
    adscp_forest_free(forest);
}

/* An object with both GUIDs is a URL and a pointer; never one for all domains.
 */
static void mixed_guid(void)
{
    struct make make = {0};
    struct adscp_forest *forest;

    make_directory(&make, NULL);
    make_scp_at(&make, "CN=M," SERVERS_DN, URL_GUID,
                POINTER_GUID "|Site=HQ|Domain=contoso.com", "20150101000000.0Z",
                "LDAP://res.example|" URL_OF("a"));
    make_directory(&make, "res.example:389");
    make_scp(&make, "R", "Site=HQ", "2018", "r");
    forest = make_done(&make);
    CHECK_ORDER(forest, OUTLOOK, "HQ", MAIL, "r");
    CHECK_ORDER(forest, OUTLOOK, "HQ", "x@other.example", "a");
    CHECK_ORDER(forest, EWS, "HQ", "x@other.example", "res");
    CHECK_FOUND(forest, OUTLOOK, "HQ", MAIL, "scp-mixed-guid", 1);
    CHECK_FOUND(forest, OUTLOOK, "HQ", MAIL, "scp-url-scheme", 0);
    CHECK_FOUND(forest, OUTLOOK, "HQ", MAIL, "keyword-domain-on-url", 0);
    adscp_forest_free(forest);
}

/* The kind of an entry is told by its value in [MS-OXDISCO]. */
static void oxdisco_by_value(void)
{
    struct make make = {0};
    struct adscp_forest *forest;

    make_directory(&make, NULL);
    make_scp(&make, "L", "Site=HQ", "2015", "LDAP://res.example");
    make_pointer(&make, "P", "Domain=contoso.com", URL_OF("p"));
    make_directory(&make, "res.example:389");
    make_scp(&make, "R", "Site=HQ", "2018", "r");
    forest = make_done(&make);
    CHECK_ORDER(forest, OXDISCO, "HQ", MAIL, "p, r");
    adscp_forest_free(forest);
}

/* A matching pointer's URLs stand in its place, others' behind everything. */
static void oxdisco_places(void)
{
    struct make make = {0};
    struct adscp_forest *forest;
    adscp_prediction *prediction;
    char order[ORDER_MAX];

    make_directory(&make, NULL);
    make_pointer(&make, "P", "Domain=other.example", "LDAP://one.example");
    make_scp(&make, "A", "Site=HQ", "2015", "a");
    make_pointer(&make, "Q", "Domain=contoso.com", "LDAP://two.example");
    make_scp(&make, "B", "Site=HQ", "2015", "b");
    make_directory(&make, "one.example:389");
    make_scp(&make, "C", "Site=HQ", "2015", "c");
    make_scp(&make, "A", "Site=HQ", "2015", "a"); /* the same object again */
    make_scp(&make, "E", "Site=HQ", "2015", "a");
    make_directory(&make, "two.example:389");
    make_scp(&make, "D", "Site=HQ", "2015", "d");
    forest = make_done(&make);
    prediction = order_of(forest, OXDISCO, "HQ", MAIL, order);
    CHECK_STR(order, "a, d, b, c");
    CHECK_INT(adscp_prediction_evidence(prediction), ADSCP_EVIDENCE_INFERRED);
    CHECK_INT(adscp_candidate_group(adscp_prediction_candidate(prediction, 0)),
              -1);
    CHECK_INT(adscp_candidate_duplicate_count(
                  adscp_prediction_candidate(prediction, 0)),
              1);
    CHECK_INT(adscp_prediction_pointer_count(prediction), 2);
    CHECK(strncmp(adscp_prediction_pointer_dn(prediction, 0), "CN=Q,", 5) == 0);
    adscp_prediction_free(prediction);
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
    {"ews and learn: duplicates in lower tiers", tiers_of_duplicates},
    {"ews: promotion by the client's site", ews_promotion},
    {"learn: Site= to the letter", learn_case},
    {"ews: a value that is no URI", ews_invalid},
    {"ews and learn: the first 1000 entries", first_thousand},
    {"pointer without a value", pointer_no_binding},
    {"pointer to nothing", pointer_one_way},
    {"several pointers", pointer_choice},
    {"pointer for all domains beside URLs", pointer_fallback},
    {"pointers that were not read", pointer_unread},
    {"ten directories, and eleven", pointer_depth},
    {"both GUIDs on one object", mixed_guid},
    {"oxdisco: the value tells the kind", oxdisco_by_value},
    {"oxdisco: places of pointers", oxdisco_places},
    {"many rows", many_rows},
    {"an empty directory", nothing_at_all},
};

TEST_MAIN(tests)
