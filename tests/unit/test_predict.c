/* SPDX-License-Identifier: MIT */
/*
 * The whole prediction: its findings, its words, and the edges of its
 * interface.
 */
#include "make_forest.h"
#include "test.h"

#define MAIL "anna@contoso.com"
#define DAY INT64_C(86400)
#define TIME_2026 INT64_C(1767225600) /* 2026-01-01T00:00:00Z */

static void check_finding(int line, const adscp_prediction *prediction,
                          const char *code, int count, const char *dn,
                          const char *words)
{
    const adscp_finding *finding = finding_of(prediction, code, 0);
    const char *found_dn = adscp_finding_dn(finding);
    const char *text = adscp_finding_text(finding);

    test_report_int(count_findings(prediction, code), count, __FILE__, line,
                    code);
    if (dn != NULL &&
        (found_dn == NULL || strncmp(found_dn, dn, strlen(dn)) != 0))
        test_report_str(found_dn, dn, __FILE__, line, code);
    if (words != NULL && (text == NULL || strstr(text, words) == NULL))
        test_report_str(text, words, __FILE__, line, code);
}

#define CHECK_FINDING(...) check_finding(__LINE__, __VA_ARGS__)

/* ------------------------------------------------------------ interface -- */

static void null_handles(void)
{
    adscp_prediction *prediction = NULL;

    CHECK_INT(adscp_predictor_set_forest(NULL, NULL), ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_predictor_set_site(NULL, "HQ"), ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_predictor_set_address(NULL, "::1"), ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_predictor_set_mail(NULL, MAIL), ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_predictor_set_profile(NULL, 0), ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_predictor_set_time(NULL, 0), ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_predictor_predict(NULL, &prediction), ADSCP_E_ARGUMENT);
    CHECK_STR(adscp_predictor_error_detail(NULL), "");
    adscp_predictor_free(NULL);
    adscp_prediction_free(NULL);
    CHECK(adscp_prediction_forest(NULL) == NULL);
    CHECK_STR(adscp_prediction_site(NULL), NULL);
    CHECK_INT(adscp_prediction_site_source(NULL), -1);
    CHECK_STR(adscp_prediction_address(NULL), NULL);
    CHECK_STR(adscp_prediction_mail(NULL), NULL);
    CHECK_STR(adscp_prediction_domain(NULL), NULL);
    CHECK_INT(adscp_prediction_profile(NULL), -1);
    CHECK_INT(adscp_prediction_time(NULL), -1);
    CHECK_STR(adscp_prediction_assumes(NULL), NULL);
    CHECK_INT(adscp_prediction_complete(NULL), -1);
    CHECK_INT(adscp_prediction_pointer_count(NULL), -1);
    CHECK_STR(adscp_prediction_pointer_dn(NULL, 0), NULL);
    CHECK_STR(adscp_prediction_pointer_target(NULL, 0), NULL);
    CHECK_INT(adscp_prediction_candidate_count(NULL), -1);
    CHECK(adscp_prediction_candidate(NULL, 0) == NULL);
    CHECK_INT(adscp_prediction_evidence(NULL), -1);
    CHECK_STR(adscp_prediction_rival_reading(NULL), NULL);
    CHECK_STR(adscp_prediction_rival_url(NULL), NULL);
    CHECK_INT(adscp_prediction_fallback_url_count(NULL), -1);
    CHECK_STR(adscp_prediction_fallback_url(NULL, 0), NULL);
    CHECK_INT(adscp_prediction_hop_count(NULL), -1);
    CHECK(adscp_prediction_hop(NULL, 0) == NULL);
    CHECK_INT(adscp_prediction_finding_count(NULL), -1);
    CHECK(adscp_prediction_finding(NULL, 0) == NULL);
}

static void null_rows(void)
{
    CHECK_STR(adscp_candidate_url(NULL), NULL);
    CHECK_STR(adscp_candidate_host(NULL), NULL);
    CHECK_INT(adscp_candidate_port(NULL), -1);
    CHECK_INT(adscp_candidate_group(NULL), -1);
    CHECK_INT(adscp_candidate_undocumented(NULL), -1);
    CHECK_INT(adscp_candidate_tie(NULL), -1);
    CHECK_INT(adscp_candidate_site_count(NULL), -1);
    CHECK_STR(adscp_candidate_site(NULL, 0), NULL);
    CHECK(adscp_candidate_scp(NULL) == NULL);
    CHECK_INT(adscp_candidate_duplicate_count(NULL), -1);
    CHECK(adscp_candidate_duplicate(NULL, 0) == NULL);
    CHECK(adscp_candidate_server(NULL) == NULL);
    CHECK_STR(adscp_candidate_why(NULL), NULL);
    CHECK_STR(adscp_hop_url(NULL), NULL);
    CHECK_STR(adscp_hop_host(NULL), NULL);
    CHECK_INT(adscp_hop_via(NULL), -1);
    CHECK(adscp_hop_server(NULL) == NULL);
    CHECK_INT(adscp_hop_action(NULL), -1);
    CHECK_INT(adscp_hop_evidence(NULL), -1);
    CHECK_STR(adscp_finding_code(NULL), NULL);
    CHECK_INT(adscp_finding_severity(NULL), -1);
    CHECK_STR(adscp_finding_dn(NULL), NULL);
    CHECK_STR(adscp_finding_text(NULL), NULL);
}

static void names(void)
{
    CHECK_STR(adscp_profile_name(ADSCP_PROFILE_OUTLOOK), "outlook");
    CHECK_STR(adscp_profile_name(ADSCP_PROFILE_EWS), "ews");
    CHECK_STR(adscp_profile_name(ADSCP_PROFILE_LEARN), "learn");
    CHECK_STR(adscp_profile_name(ADSCP_PROFILE_OXDISCO), "oxdisco");
    CHECK_STR(adscp_profile_name(4), NULL);
    CHECK_STR(adscp_profile_name(-1), NULL);
    CHECK_STR(
        adscp_prediction_site_source_name(ADSCP_PREDICTION_SITE_SOURCE_NONE),
        "none");
    CHECK_STR(
        adscp_prediction_site_source_name(ADSCP_PREDICTION_SITE_SOURCE_GIVEN),
        "given");
    CHECK_STR(
        adscp_prediction_site_source_name(ADSCP_PREDICTION_SITE_SOURCE_ADDRESS),
        "address");
    CHECK_STR(adscp_prediction_site_source_name(
                  ADSCP_PREDICTION_SITE_SOURCE_DIRECTORY),
              "directory");
    CHECK_STR(adscp_prediction_site_source_name(4), NULL);
    CHECK_STR(adscp_evidence_name(ADSCP_EVIDENCE_DOCUMENTED), "documented");
    CHECK_STR(adscp_evidence_name(ADSCP_EVIDENCE_OBSERVED), "observed");
    CHECK_STR(adscp_evidence_name(ADSCP_EVIDENCE_INFERRED), "inferred");
    CHECK_STR(adscp_evidence_name(ADSCP_EVIDENCE_CONTESTED), "contested");
    CHECK_STR(adscp_evidence_name(-1), NULL);
    CHECK_STR(adscp_candidate_group_name(ADSCP_CANDIDATE_GROUP_IN_SITE),
              "in-site");
    CHECK_STR(adscp_candidate_group_name(ADSCP_CANDIDATE_GROUP_UNSCOPED),
              "unscoped");
    CHECK_STR(adscp_candidate_group_name(ADSCP_CANDIDATE_GROUP_ELSEWHERE),
              "elsewhere");
    CHECK_STR(adscp_candidate_group_name(0), NULL);
    CHECK_STR(adscp_hop_via_name(ADSCP_HOP_VIA_SCP), "scp");
    CHECK_STR(adscp_hop_via_name(3), NULL);
    CHECK_STR(adscp_hop_action_name(ADSCP_HOP_ACTION_UNKNOWN), "unknown");
    CHECK_STR(adscp_hop_action_name(-1), NULL);
    CHECK_STR(adscp_finding_severity_name(ADSCP_FINDING_SEVERITY_INFO), "info");
    CHECK_STR(adscp_finding_severity_name(ADSCP_FINDING_SEVERITY_WARNING),
              "warning");
    CHECK_STR(adscp_finding_severity_name(ADSCP_FINDING_SEVERITY_ERROR),
              "error");
    CHECK_STR(adscp_finding_severity_name(3), NULL);
}

static void refused_settings(void)
{
    static const char *const mails[] = {
        "",      "anna",     "@contoso.com", "anna@",      "a@b@c",
        "a b@c", "anna@c d", "anna@\xFF",    "anna@c\x01", "\xE2\x80\xAE@c"};
    adscp_predictor *predictor = adscp_predictor_new();
    adscp_prediction *prediction = NULL;
    size_t i;

    CHECK_STR(adscp_predictor_error_detail(predictor), "");
    for (i = 0; i < sizeof(mails) / sizeof(mails[0]); i++) {
        CHECK_INT(adscp_predictor_set_mail(predictor, mails[i]),
                  ADSCP_E_ARGUMENT);
        CHECK(adscp_predictor_error_detail(predictor)[0] != '\0');
    }
    CHECK_INT(adscp_predictor_set_mail(predictor, MAIL), ADSCP_OK);
    CHECK_STR(adscp_predictor_error_detail(predictor), "");
    CHECK_INT(adscp_predictor_set_site(predictor, "\xC3"), ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_predictor_set_site(predictor, "a\nb"), ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_predictor_set_address(predictor, "host"), ADSCP_E_ARGUMENT);
    CHECK(strstr(adscp_predictor_error_detail(predictor), "host") != NULL);
    CHECK_INT(adscp_predictor_set_address(predictor, ""), ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_predictor_set_profile(predictor, 4), ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_predictor_set_profile(predictor, -1), ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_predictor_set_time(predictor, -2), ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_predictor_set_time(predictor, -1), ADSCP_OK);
    CHECK_INT(adscp_predictor_predict(predictor, &prediction),
              ADSCP_E_ARGUMENT);
    CHECK(prediction == NULL);
    CHECK_STR(adscp_predictor_error_detail(predictor), "no forest was set");
    adscp_predictor_free(predictor);
}

/* The answer lives without the forest and the predictor that it came from, and
 * settings of a later question do not reach it. */
static void lives_alone(void)
{
    adscp_predictor *predictor = adscp_predictor_new();
    adscp_prediction *first = NULL, *second = NULL;
    struct adscp_forest *forest;
    struct make make = {0};
    char mail[] = MAIL;

    make_directory(&make, NULL);
    make_scp(&make, "A", "Site=HQ", "2015", "a");
    forest = make_done(&make);
    CHECK_INT(adscp_predictor_set_forest(predictor, forest), ADSCP_OK);
    adscp_forest_free(forest);
    CHECK_INT(adscp_predictor_set_site(predictor, "HQ"), ADSCP_OK);
    CHECK_INT(adscp_predictor_set_mail(predictor, mail), ADSCP_OK);
    mail[0] = 'X';
    CHECK_INT(adscp_predictor_predict(predictor, &first), ADSCP_OK);
    CHECK_INT(adscp_predictor_set_site(predictor, NULL), ADSCP_OK);
    CHECK_INT(adscp_predictor_set_mail(predictor, NULL), ADSCP_OK);
    CHECK_INT(adscp_predictor_predict(predictor, &second), ADSCP_OK);
    CHECK_INT(adscp_predictor_predict(predictor, NULL), ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_predictor_set_forest(predictor, NULL), ADSCP_OK);
    adscp_predictor_free(predictor);
    CHECK_STR(adscp_prediction_site(first), "HQ");
    CHECK_STR(adscp_prediction_mail(first), MAIL);
    CHECK_STR(adscp_prediction_site(second), NULL);
    CHECK_STR(adscp_prediction_mail(second), NULL);
    CHECK(adscp_prediction_forest(first) == adscp_prediction_forest(second));
    adscp_prediction_free(second);
    CHECK_INT(adscp_forest_scp_count(adscp_prediction_forest(first)), 1);
    adscp_prediction_free(first);
}

static void then(void)
{
    struct make make = {0};
    struct adscp_forest *forest;
    adscp_prediction *prediction;

    make_directory(&make, NULL);
    forest = make_done(&make);
    prediction =
        ask(forest, (struct asks){.mail = "anna@Contoso.com", .time = DAY});
    CHECK_STR(adscp_prediction_domain(prediction), "Contoso.com");
    CHECK_INT(adscp_prediction_time(prediction), DAY);
    CHECK_INT(adscp_prediction_fallback_url_count(prediction), 2);
    CHECK_STR(adscp_prediction_fallback_url(prediction, 0),
              "https://Contoso.com/autodiscover/autodiscover.xml");
    CHECK_STR(adscp_prediction_fallback_url(prediction, 1),
              "https://autodiscover.Contoso.com/autodiscover/autodiscover.xml");
    CHECK_STR(adscp_prediction_fallback_url(prediction, 2), NULL);
    CHECK_STR(adscp_prediction_fallback_url(prediction, -1), NULL);
    CHECK_INT(adscp_prediction_hop_count(prediction), 0);
    CHECK(adscp_prediction_hop(prediction, 0) == NULL);
    CHECK(adscp_prediction_candidate(prediction, 0) == NULL);
    adscp_prediction_free(prediction);
    prediction = ask(forest, (struct asks){0});
    CHECK_INT(adscp_prediction_fallback_url_count(prediction), 0);
    CHECK_INT(adscp_prediction_time(prediction), -1);
    adscp_prediction_free(prediction);
    adscp_forest_free(forest);
}

/* Every index gives one finding, the next one none, and both profiles of one
 * predictor share them. */
static void finding_indexes(void)
{
    struct make make = {0};
    struct adscp_forest *forest;
    adscp_prediction *prediction;
    int count, i;

    make_directory(&make, NULL);
    make_scp(&make, "A", NULL, "2015", "http://10.1.2.3/");
    make_pointer(&make, "P", "Domain=contoso.com", "LDAP://res.example");
    make_pointer(&make, "Q", "Domain=com", "LDAP://other.example");
    make_directory(&make, "res.example:389");
    make_scp(&make, "B", NULL, "2015", "b\xFF");
    forest = make_done(&make);
    prediction = ask(forest, (struct asks){.mail = MAIL});
    count = adscp_prediction_finding_count(prediction);
    CHECK(count > 8);
    for (i = 0; i < count; i++) {
        const adscp_finding *finding = adscp_prediction_finding(prediction, i);

        CHECK(adscp_finding_code(finding) != NULL);
        CHECK(adscp_finding_text(finding) != NULL);
        CHECK(strchr(adscp_finding_text(finding), '{') == NULL);
        CHECK(adscp_finding_severity(finding) >= 0);
        CHECK(i == 0 || finding != adscp_prediction_finding(prediction, i - 1));
    }
    CHECK(adscp_prediction_finding(prediction, count) == NULL);
    CHECK(adscp_prediction_finding(prediction, -1) == NULL);
    CHECK_STR(adscp_finding_code(adscp_prediction_finding(prediction, 0)),
              "client-site-unknown");
    CHECK_FINDING(prediction, "text-escaped", 1, "CN=B,", NULL);
    CHECK_FINDING(prediction, "scp-unscoped", 2, "CN=A,", NULL);
    CHECK_FINDING(prediction, "pointer-subdomain", 1, "CN=Q,", "com");
    adscp_prediction_free(prediction);
    adscp_forest_free(forest);
}

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
              "names no site; number 2 by age of 2 SCPs of that kind (creation "
              "date unknown); Outlook probably never tries it: by one account "
              "it makes one list only, here that of site HQ (observed)");
    CHECK_WHY(forest, oslo, 0,
              "names no site; the oldest of 2 SCPs of that kind (created "
              "2014-01-01); no SCP serves the client's site Oslo");
    CHECK_WHY(forest, oslo, 5,
              "serves other sites only (Lab and 2 more); number 4 by age of 4 "
              "SCPs of that kind (created 2015-01-01); no SCP serves the "
              "client's site Oslo");
    CHECK_WHY(forest, none, 0,
              "names no site; the oldest of 2 SCPs of that kind (created "
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
    asks.site = "Far"; /* the date that is missing stands last */
    CHECK_DOUBT(forest, asks, NULL, NULL);
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

/* ------------------------------------------------------------- findings -- */

static void url_findings(void)
{
    struct make make = {0};
    struct adscp_forest *forest;
    adscp_prediction *prediction;

    make_directory(&make, NULL);
    make_scp(&make, "PLAIN", "Site=HQ", "2015", "plain");
    make_scp(&make, "HTTP", "Site=HQ", "2015",
             "http://a.contoso.com/autodiscover/autodiscover.xml");
    make_scp(&make, "PORT", "Site=HQ", "2015",
             "https://b.contoso.com:444/autodiscover/autodiscover.xml");
    make_scp(&make, "PATH", "Site=HQ", "2015", "https://c.contoso.com/x");
    make_scp(&make, "SHORT", "Site=HQ", "2015",
             "https://CAS01/Autodiscover/Autodiscover.xml");
    make_scp(&make, "IP", "Site=HQ", "2015",
             "https://10.1.2.3/Autodiscover/Autodiscover.xml");
    make_scp(&make, "LOCAL", "Site=HQ", "2015",
             "https://d.corp.local/Autodiscover/Autodiscover.xml");
    make_scp(&make, "INVALID", "Site=HQ", "2015", "https://|also: not");
    make_scp(&make, "OTHER", "Site=HQ", "2015", "LDAP://dc1.contoso.com");
    forest = make_done(&make);
    prediction = ask(forest, (struct asks){.site = "HQ"});
    CHECK_FINDING(prediction, "scp-url-http", 1, "CN=HTTP,", "http://a.");
    CHECK_FINDING(prediction, "scp-url-path", 2, "CN=PORT,", ":444/");
    CHECK_FINDING(prediction, "scp-host-short", 1, "CN=SHORT,", "host CAS01 ");
    CHECK_FINDING(prediction, "scp-host-ip", 1, "CN=IP,", "host 10.1.2.3 ");
    CHECK_FINDING(prediction, "scp-host-internal", 1, "CN=LOCAL,",
                  "host d.corp.local ");
    CHECK_FINDING(prediction, "scp-url-invalid", 1, "CN=INVALID,",
                  "\"https://\" (and 1 more) is not");
    CHECK_FINDING(prediction, "scp-url-multi", 1, "CN=INVALID,", "2 values");
    CHECK_FINDING(prediction, "scp-url-scheme", 1, "CN=OTHER,", "LDAP://dc1");
    CHECK_FINDING(prediction, "scp-class-missing", 0, NULL, NULL);
    CHECK_FINDING(prediction, "servers-not-read", 1, NULL, NULL);
    CHECK_FINDING(prediction, "sites-not-read", 1, NULL, NULL);
    CHECK_FINDING(prediction, "site-claimed-twice", 1, NULL, "7 different");
    adscp_prediction_free(prediction);
    adscp_forest_free(forest);
}

static void class_and_kind(void)
{
    struct make make = {0};
    struct adscp_forest *forest;
    adscp_prediction *prediction;

    make_directory(&make, NULL);
    make_begin(&make, ENTRY_SCP, "CN=X," SERVERS_DN);
    make_values(&make, "objectClass", "serviceConnectionPoint");
    make_values(&make, "keywords", URL_GUID "|Site=HQ");
    make_values(&make, "serviceClassName", "something-else");
    make_values(&make, "serviceBindingInformation", "https://x.contoso.com/");
    make_end(&make);
    make_begin(&make, ENTRY_SCP, "CN=Y," SERVERS_DN);
    make_values(&make, "objectClass", "serviceConnectionPoint");
    make_values(&make, "keywords", URL_GUID "|Site=HQ");
    make_values(&make, "serviceClassName", "MS-EXCHANGE-AUTODISCOVER-SERVICE");
    make_values(&make, "serviceBindingInformation", "https://y.contoso.com/");
    make_values(&make, "whenCreated", "20150101000000.0Z");
    make_end(&make);
    make_scp_at(&make, "CN=Online," CONFIG_DN, LOOKALIKE_GUID, NULL,
                "20150101000000.0Z", "*.outlook.com");
    forest = make_done(&make);
    prediction = ask(forest, (struct asks){.site = "HQ"});
    CHECK_FINDING(prediction, "scp-class-missing", 1, "CN=X,", NULL);
    CHECK_FINDING(prediction, "scp-created-missing", 1, "CN=X,", NULL);
    CHECK_FINDING(prediction, "scp-lookalike", 1, "CN=Online,", NULL);
    CHECK_FINDING(prediction, "keyword-unknown", 0, NULL, NULL);
    adscp_prediction_free(prediction);
    adscp_forest_free(forest);
}

static void keyword_findings(void)
{
    struct make make = {0};
    struct adscp_forest *forest;
    adscp_prediction *prediction;

    make_directory(&make, NULL);
    make_site(&make, "HQ");
    make_site(&make, "Branch");
    make_scp(&make, "A", "Site=hq|Site= HQ|Site=|Foo|Bar|Domain=contoso.com",
             "2015", "a");
    make_scp(&make, "B", "SITE=HQ|Site=Gone|Site=Lost|Site=Branch ", "2015",
             "b");
    forest = make_done(&make);
    prediction = ask(forest, (struct asks){.site = "HQ"});
    CHECK_FINDING(prediction, "keyword-blank", 2, "CN=A,", "\"Site= HQ\" has");
    CHECK_FINDING(prediction, "keyword-site-empty", 1, "CN=A,", "\"Site=\"");
    CHECK_FINDING(prediction, "keyword-unknown", 1, "CN=A,",
                  "\"Foo\" (and 1 more)");
    CHECK_FINDING(prediction, "keyword-domain-on-url", 1, "CN=A,", NULL);
    CHECK_FINDING(prediction, "keyword-prefix-case", 1, "CN=B,", "\"SITE=HQ\"");
    CHECK_FINDING(prediction, "keyword-site-unknown", 2, "CN=A,",
                  "\"Site= HQ\"");
    CHECK_FINDING(prediction, "site-without-scp", 1, "CN=Branch,", "Branch");
    CHECK_FINDING(prediction, "site-claimed-twice", 1, "CN=HQ,",
                  "2 different URLs claim the site HQ");
    CHECK_FINDING(prediction, "sites-not-read", 0, NULL, NULL);
    adscp_prediction_free(prediction);
    adscp_forest_free(forest);
}

/* However many odd values an SCP carries: one finding of each kind. */
static void many_keywords(void)
{
    enum { COUNT = 100000 };
    struct make make = {0};
    struct adscp_forest *forest;
    adscp_prediction *prediction;
    char keyword[32];
    int i;

    make_directory(&make, NULL);
    make_site(&make, "HQ");
    make_begin(&make, ENTRY_SCP, "CN=X," SERVERS_DN);
    make_values(&make, "objectClass", "serviceConnectionPoint");
    make_values(&make, "keywords", URL_GUID);
    for (i = 0; i < COUNT; i++) {
        snprintf(keyword, sizeof(keyword), "Site=Nowhere %d", i);
        make_values(&make, "keywords", keyword);
    }
    make_values(&make, "serviceClassName", CLASS_NAME);
    make_values(&make, "whenCreated", "20150101000000.0Z");
    make_values(&make, "serviceBindingInformation",
                "https://x.contoso.com/autodiscover/autodiscover.xml");
    make_end(&make);
    forest = make_done(&make);
    prediction = ask(forest, (struct asks){.site = "HQ"});
    CHECK_FINDING(prediction, "keyword-site-unknown", 1, "CN=X,",
                  "\"Site=Nowhere 0\" (and 99999 more)");
    CHECK(adscp_prediction_finding_count(prediction) < 10);
    CHECK_INT(
        adscp_candidate_site_count(adscp_prediction_candidate(prediction, 0)),
        COUNT);
    CHECK_STR(adscp_candidate_site(adscp_prediction_candidate(prediction, 0),
                                   COUNT - 1),
              "Nowhere 99999");
    adscp_prediction_free(prediction);
    adscp_forest_free(forest);
}

static void server_findings(void)
{
    struct make make = {0};
    struct adscp_forest *forest;
    adscp_prediction *prediction;
    const adscp_hop *hop;

    make_directory(&make, NULL);
    make_server(&make, "EX01", "ex01.contoso.com", "HQ");
    make_server(&make, "EX02", "ex02.contoso.com", "HQ");
    make_scp(&make, "EX01", "Site=HQ", "2015", "EX01");
    make_scp(&make, "EX02", "Site=HQ", "2016",
             "https://ex01/Autodiscover/Autodiscover.xml");
    make_scp(&make, "EX03", "Site=HQ", "2017", "mail");
    make_scp_at(&make, "CN=Own," CONFIG_DN, URL_GUID, "Site=HQ",
                "20180101000000.0Z", "own");
    forest = make_done(&make);
    prediction = ask(forest, (struct asks){.site = "HQ", .mail = MAIL});
    CHECK_FINDING(prediction, "scp-server-missing", 1, "CN=EX03,", NULL);
    CHECK_FINDING(prediction, "scp-host-unknown", 2, "CN=EX03,",
                  "mail.contoso.com");
    CHECK_FINDING(prediction, "scp-host-other-server", 1, "CN=EX02,",
                  "server EX01, but the SCP belongs to EX02");
    CHECK_FINDING(prediction, "servers-not-read", 0, NULL, NULL);
    CHECK_INT(adscp_prediction_hop_count(prediction), 1);
    hop = adscp_prediction_hop(prediction, 0);
    CHECK_STR(adscp_server_name(adscp_hop_server(hop)), "EX01");
    CHECK_STR(adscp_hop_host(hop), "EX01.contoso.com");
    CHECK_STR(adscp_hop_url(hop),
              "https://EX01.contoso.com/autodiscover/autodiscover.xml");
    CHECK_INT(adscp_hop_via(hop), ADSCP_HOP_VIA_SCP);
    CHECK_INT(adscp_hop_action(hop), ADSCP_HOP_ACTION_UNKNOWN);
    CHECK_INT(adscp_hop_evidence(hop), ADSCP_EVIDENCE_INFERRED);
    CHECK(adscp_prediction_hop(prediction, 1) == NULL);
    adscp_prediction_free(prediction);
    adscp_forest_free(forest);
}

/* Two servers of one name: nobody can tell which one answers. */
static void server_twice(void)
{
    struct make make = {0};
    struct adscp_forest *forest;
    adscp_prediction *prediction;

    make_directory(&make, NULL);
    make_server(&make, "EX01", "mail.contoso.com", "HQ");
    make_server(&make, "EX02", "MAIL.contoso.com", "HQ");
    make_scp(&make, "EX01", "Site=HQ", "2015", "mail");
    forest = make_done(&make);
    prediction = ask(forest, (struct asks){.site = "HQ"});
    CHECK(adscp_hop_server(adscp_prediction_hop(prediction, 0)) == NULL);
    CHECK_STR(adscp_server_name(adscp_candidate_server(
                  adscp_prediction_candidate(prediction, 0))),
              "EX01");
    CHECK_FINDING(prediction, "scp-host-unknown", 0, NULL, NULL);
    CHECK_FINDING(prediction, "scp-host-other-server", 0, NULL, NULL);
    adscp_prediction_free(prediction);
    adscp_forest_free(forest);
}

static void check_versions(int line, const adscp_prediction *prediction, int i,
                           const char *candidate, const char *hop)
{
    test_report_str(adscp_server_version(adscp_candidate_server(
                        adscp_prediction_candidate(prediction, i))),
                    candidate, __FILE__, line, "candidate");
    if (i == 0)
        test_report_str(adscp_server_version(adscp_hop_server(
                            adscp_prediction_hop(prediction, 0))),
                        hop, __FILE__, line, "hop");
}

/* The candidate has the version of the server above the SCP, the hop that of
 * the server which the URL names, and both may lie behind a pointer. */
static void versions(void)
{
    struct make make = {0};
    struct adscp_forest *forest;
    adscp_prediction *prediction;

    make_directory(&make, NULL);
    make_version(&make, "EX01", "1912832083", "Version 8.3 (Build 30083.6)");
    make_version(&make, "EX02", "1942063563", "Version 14.3 (Build 30123.4)");
    make_server(&make, "EX03", "ex03.contoso.com", "HQ");
    make_scp(&make, "EX01", "Site=HQ", "2015", "ex02");
    make_scp(&make, "EX02", "Site=HQ", "2016", "ex01");
    make_scp(&make, "EX03", "Site=HQ", "2017", "mail");
    make_scp(&make, "GONE", "Site=HQ", "2018", "gone");
    make_pointer(&make, "res", "Domain=res.example", "LDAP://res.example");
    make_directory(&make, "res.example:389");
    make_version(&make, "RES1", NULL, "Version 15.2 (Build 31748.10)");
    make_scp(&make, "RES1", "Site=HQ", "2015", "res1");
    forest = make_done(&make);
    prediction = ask(forest, (struct asks){.site = "HQ"});
    check_versions(__LINE__, prediction, 0, "Exchange 2007 SP3",
                   "Exchange 2016 CU23");
    check_versions(__LINE__, prediction, 1, "Exchange 2016 CU23", NULL);
    check_versions(__LINE__, prediction, 2, NULL, NULL);
    check_versions(__LINE__, prediction, 3, NULL, NULL);
    CHECK_FINDING(prediction, "server-version-disagree", 1, "CN=EX02,",
                  "Exchange 2016 CU23 (15.1.2507), serialNumber says Exchange "
                  "2010 SP3 (14.3.123)");
    adscp_prediction_free(prediction);
    prediction =
        ask(forest, (struct asks){.site = "HQ", .mail = "a@res.example"});
    check_versions(__LINE__, prediction, 0, "Exchange 2019 CU15",
                   "Exchange 2019 CU15");
    adscp_prediction_free(prediction);
    adscp_forest_free(forest);
}

static void check_fresh(int line, const adscp_forest *forest, int64_t time,
                        int count)
{
    adscp_prediction *prediction =
        ask(forest, (struct asks){.site = "HQ", .time = time});

    test_report_int(count_findings(prediction, "scp-fresh-default"), count,
                    __FILE__, line, "scp-fresh-default");
    adscp_prediction_free(prediction);
}

/* Created on 2026-01-01: within seven days it may be as setup left it. */
static void new_default(void)
{
    struct make make = {0};
    struct adscp_forest *forest;
    adscp_prediction *prediction;

    make_directory(&make, NULL);
    make_server(&make, "EX01", "ex01.contoso.com", "HQ");
    make_server(&make, "EX02", "ex02.contoso.com", "HQ");
    make_scp(&make, "EX01", "Site=HQ", "2026", "ex01");
    make_scp(&make, "EX02", "Site=HQ", "2026", "mail");
    make_scp(&make, "EX03", "Site=HQ", NULL, "ex03");
    forest = make_done(&make);
    check_fresh(__LINE__, forest, 0, 0);
    check_fresh(__LINE__, forest, TIME_2026 - 1, 0);
    check_fresh(__LINE__, forest, TIME_2026, 1);
    check_fresh(__LINE__, forest, TIME_2026 + 7 * DAY, 1);
    check_fresh(__LINE__, forest, TIME_2026 + 7 * DAY + 1, 0);
    check_fresh(__LINE__, forest, INT64_MAX, 0);
    prediction =
        ask(forest, (struct asks){.site = "HQ", .time = TIME_2026 + DAY});
    CHECK_FINDING(prediction, "scp-fresh-default", 1, "CN=EX01,",
                  "created on 2026-01-01");
    adscp_prediction_free(prediction);
    adscp_forest_free(forest);
}

static void cut_short(void)
{
    struct make make = {0};
    struct adscp_forest *forest;
    adscp_prediction *prediction;

    make_directory(&make, NULL);
    make_scp(&make, "A", "Site=HQ", "2015", "a");
    make.directory->complete = false;
    CHECK_INT(finding_add(&make.directory->notes, FINDING_RESULT_PARTIAL,
                          (struct finding_what){0}),
              ADSCP_OK);
    forest = make_done(&make);
    prediction = ask(forest, (struct asks){.site = "HQ"});
    CHECK_INT(adscp_prediction_complete(prediction), 0);
    CHECK_FINDING(prediction, "result-partial", 1, NULL, NULL);
    adscp_prediction_free(prediction);
    adscp_forest_free(forest);
}

/* Every profile says what it takes for granted. */
static void assumes(void)
{
    struct make make = {0};
    struct adscp_forest *forest;
    int profile;

    make_directory(&make, NULL);
    forest = make_done(&make);
    for (profile = 0; profile < 4; profile++) {
        adscp_prediction *prediction =
            ask(forest, (struct asks){.profile = profile});

        CHECK_INT(adscp_prediction_profile(prediction), profile);
        CHECK(strlen(adscp_prediction_assumes(prediction)) > 20);
        adscp_prediction_free(prediction);
    }
    adscp_forest_free(forest);
}

static const struct test tests[] = {
    {"NULL handles", null_handles},
    {"NULL rows", null_rows},
    {"names of constants", names},
    {"settings that are refused", refused_settings},
    {"a prediction lives alone", lives_alone},
    {"what follows the SCPs", then},
    {"findings by index", finding_indexes},
    {"columns of a candidate", columns},
    {"a URL without a host", no_host},
    {"reasons in the profile outlook", why_outlook},
    {"reasons in the other profiles", why_others},
    {"reasons where SCPs share a URL", why_shared},
    {"URLs that may come first", doubts},
    {"more of them than are judged", many_doubts},
    {"findings about URLs", url_findings},
    {"findings about class and kind", class_and_kind},
    {"findings about keywords", keyword_findings},
    {"100,000 odd keywords", many_keywords},
    {"findings about servers", server_findings},
    {"two servers of one name", server_twice},
    {"versions of servers", versions},
    {"a fresh default URL", new_default},
    {"a reading that was cut short", cut_short},
    {"what is taken for granted", assumes},
};

TEST_MAIN(tests)
