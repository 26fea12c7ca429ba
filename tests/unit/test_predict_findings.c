/* SPDX-License-Identifier: MIT */
/* The findings of a prediction, and their words. */
#include "predict_rows.h"

#define TIME_2026 INT64_C(1767225600) /* 2026-01-01T00:00:00Z */

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
    CHECK_FINDING(prediction, "scp-url-path", 2, "CN=PATH,", ".com/x");
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
    CHECK_FINDING(prediction, "keyword-blank", 2, "CN=A,",
                  "\"Site= HQ\" begins");
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
