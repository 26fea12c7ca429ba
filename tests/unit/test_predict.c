/* SPDX-License-Identifier: MIT */
/* The prediction's interface: handles, settings, lifetimes, names. */
#include "predict_rows.h"

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

static const struct test tests[] = {
    {"NULL handles", null_handles},
    {"NULL rows", null_rows},
    {"names of constants", names},
    {"settings that are refused", refused_settings},
    {"a prediction lives alone", lives_alone},
    {"what follows the SCPs", then},
    {"findings by index", finding_indexes},
};

TEST_MAIN(tests)
