/* SPDX-License-Identifier: MIT */
/*
 * The whole public interface from a careless caller's side: NULL handles,
 * numbers beyond every end, constants that are none, values that a setter must
 * refuse.
 */
#include "api_ask.h"

/* ------------------------------------------------------------- constants */

struct name {
    int value;
    const char *name;
};

/* The named values have their names, and no other number has one. */
static void expect_names(const char *(*name)(int), const struct name *names,
                         size_t count)
{
    size_t i;
    int value;

    for (i = 0; i < count; i++)
        CHECK_STR(name(names[i].value), names[i].name);
    for (value = -300; value < 300; value++) {
        const char *expected = NULL;

        for (i = 0; i < count; i++)
            if (names[i].value == value)
                expected = names[i].name;
        CHECK_STR(name(value), expected);
    }
    CHECK(name(INT_MAX) == NULL);
    CHECK(name(INT_MIN) == NULL);
}

#define EXPECT_NAMES(function, ...)                                            \
    do {                                                                       \
        static const struct name names[] = {__VA_ARGS__};                      \
        expect_names(function, names, sizeof(names) / sizeof(names[0]));       \
    } while (0)

static void test_names(void)
{
    EXPECT_NAMES(adscp_forest_source_name, {ADSCP_FOREST_SOURCE_LDIF, "ldif"},
                 {ADSCP_FOREST_SOURCE_LDAP, "ldap"});
    EXPECT_NAMES(adscp_profile_name, {ADSCP_PROFILE_OUTLOOK, "outlook"},
                 {ADSCP_PROFILE_EWS, "ews"}, {ADSCP_PROFILE_LEARN, "learn"},
                 {ADSCP_PROFILE_OXDISCO, "oxdisco"});
    EXPECT_NAMES(adscp_prediction_site_source_name,
                 {ADSCP_PREDICTION_SITE_SOURCE_NONE, "none"},
                 {ADSCP_PREDICTION_SITE_SOURCE_GIVEN, "given"},
                 {ADSCP_PREDICTION_SITE_SOURCE_ADDRESS, "address"},
                 {ADSCP_PREDICTION_SITE_SOURCE_DIRECTORY, "directory"});
    EXPECT_NAMES(adscp_evidence_name, {ADSCP_EVIDENCE_DOCUMENTED, "documented"},
                 {ADSCP_EVIDENCE_OBSERVED, "observed"},
                 {ADSCP_EVIDENCE_INFERRED, "inferred"},
                 {ADSCP_EVIDENCE_CONTESTED, "contested"});
    EXPECT_NAMES(adscp_candidate_group_name,
                 {ADSCP_CANDIDATE_GROUP_IN_SITE, "in-site"},
                 {ADSCP_CANDIDATE_GROUP_UNSCOPED, "unscoped"},
                 {ADSCP_CANDIDATE_GROUP_ELSEWHERE, "elsewhere"});
    EXPECT_NAMES(adscp_hop_via_name, {ADSCP_HOP_VIA_SCP, "scp"},
                 {ADSCP_HOP_VIA_REDIRECT, "redirect"},
                 {ADSCP_HOP_VIA_REDIRECT_ADDRESS, "redirect-address"},
                 {ADSCP_HOP_VIA_HTTPS_ROOT, "https-root"},
                 {ADSCP_HOP_VIA_HTTPS_AUTODISCOVER, "https-autodiscover"},
                 {ADSCP_HOP_VIA_SRV, "srv"});
    EXPECT_NAMES(adscp_hop_action_name, {ADSCP_HOP_ACTION_UNKNOWN, "unknown"},
                 {ADSCP_HOP_ACTION_ANSWER, "answer"},
                 {ADSCP_HOP_ACTION_PROXY, "proxy"},
                 {ADSCP_HOP_ACTION_REDIRECT, "redirect"},
                 {ADSCP_HOP_ACTION_REDIRECT_ADDRESS, "redirect-address"},
                 {ADSCP_HOP_ACTION_ERROR, "error"});
    EXPECT_NAMES(adscp_mailbox_kind_name,
                 {ADSCP_MAILBOX_KIND_NOT_READ, "not-read"},
                 {ADSCP_MAILBOX_KIND_NOT_FOUND, "not-found"},
                 {ADSCP_MAILBOX_KIND_AMBIGUOUS, "ambiguous"},
                 {ADSCP_MAILBOX_KIND_MAILBOX, "mailbox"},
                 {ADSCP_MAILBOX_KIND_MAIL_USER, "mail-user"},
                 {ADSCP_MAILBOX_KIND_CONTACT, "contact"},
                 {ADSCP_MAILBOX_KIND_REMOTE, "remote"});
    EXPECT_NAMES(
        adscp_service_kind_name, {ADSCP_SERVICE_KIND_ECP, "ecp"},
        {ADSCP_SERVICE_KIND_EWS, "ews"}, {ADSCP_SERVICE_KIND_MAPI, "mapi"},
        {ADSCP_SERVICE_KIND_OAB, "oab"}, {ADSCP_SERVICE_KIND_RPC, "rpc"},
        {ADSCP_SERVICE_KIND_UM, "um"});
    EXPECT_NAMES(adscp_finding_severity_name,
                 {ADSCP_FINDING_SEVERITY_INFO, "info"},
                 {ADSCP_FINDING_SEVERITY_WARNING, "warning"},
                 {ADSCP_FINDING_SEVERITY_ERROR, "error"});
    EXPECT_NAMES(adscp_finding_about_name,
                 {ADSCP_FINDING_ABOUT_CLIENT, "client"},
                 {ADSCP_FINDING_ABOUT_SITE, "site"},
                 {ADSCP_FINDING_ABOUT_FOREST, "forest"});
}

static void test_verdict_names(void)
{
    EXPECT_NAMES(adscp_alert_outcome_name,
                 {ADSCP_ALERT_OUTCOME_NO_ALERT, "no-alert"},
                 {ADSCP_ALERT_OUTCOME_UNCERTAIN, "uncertain"},
                 {ADSCP_ALERT_OUTCOME_ALERT, "alert"},
                 {ADSCP_ALERT_OUTCOME_HARD_FAILURE, "hard-failure"},
                 {ADSCP_ALERT_OUTCOME_CONNECT_FAILURE, "connect-failure"});
    EXPECT_NAMES(adscp_alert_reason_name,
                 {ADSCP_ALERT_REASON_UNTRUSTED_ISSUER, "untrusted-issuer"},
                 {ADSCP_ALERT_REASON_EXPIRED, "expired"},
                 {ADSCP_ALERT_REASON_NOT_YET_VALID, "not-yet-valid"},
                 {ADSCP_ALERT_REASON_NAME_MISMATCH, "name-mismatch"},
                 {ADSCP_ALERT_REASON_WRONG_USAGE, "wrong-usage"},
                 {ADSCP_ALERT_REASON_WEAK_KEY, "weak-key"},
                 {ADSCP_ALERT_REASON_INVALID, "invalid"});
    EXPECT_NAMES(adscp_alert_line_name, {ADSCP_ALERT_LINE_UNKNOWN, "unknown"},
                 {ADSCP_ALERT_LINE_GOOD, "good"},
                 {ADSCP_ALERT_LINE_BAD, "bad"});
    EXPECT_NAMES(adscp_alert_confidence_name,
                 {ADSCP_ALERT_CONFIDENCE_LOW, "low"},
                 {ADSCP_ALERT_CONFIDENCE_MEDIUM, "medium"},
                 {ADSCP_ALERT_CONFIDENCE_HIGH, "high"});
    EXPECT_NAMES(adscp_alert_chain_source_name,
                 {ADSCP_ALERT_CHAIN_SOURCE_SENT, "sent"},
                 {ADSCP_ALERT_CHAIN_SOURCE_DIRECTORY, "directory"},
                 {ADSCP_ALERT_CHAIN_SOURCE_TRUSTED, "trusted"},
                 {ADSCP_ALERT_CHAIN_SOURCE_POLICY, "policy"},
                 {ADSCP_ALERT_CHAIN_SOURCE_BUNDLE, "bundle"});
}

#define ERROR_CODES(X)                                                         \
    X(ADSCP_OK)                                                                \
    X(ADSCP_E_ARGUMENT)                                                        \
    X(ADSCP_E_NOMEM)                                                           \
    X(ADSCP_E_FILE)                                                            \
    X(ADSCP_E_FORMAT)                                                          \
    X(ADSCP_E_CANCELLED)                                                       \
    X(ADSCP_E_CRYPTO)                                                          \
    X(ADSCP_E_CHANGE)                                                          \
    X(ADSCP_E_RESOLVE)                                                         \
    X(ADSCP_E_CONNECT)                                                         \
    X(ADSCP_E_TIMEOUT)                                                         \
    X(ADSCP_E_TLS)                                                             \
    X(ADSCP_E_SECURITY)                                                        \
    X(ADSCP_E_AUTH)                                                            \
    X(ADSCP_E_ACCESS)                                                          \
    X(ADSCP_E_PROTOCOL)                                                        \
    X(ADSCP_E_LIMIT)                                                           \
    X(ADSCP_E_DIRECTORY)

#define CODE_ROW(code) {code, #code},

static const struct name codes[] = {ERROR_CODES(CODE_ROW)};

enum { CODES = sizeof(codes) / sizeof(codes[0]) };

static void test_errors(void)
{
    int i, j;

    expect_names(adscp_error_name, codes, CODES);
    for (i = 0; i < CODES; i++) {
        CHECK(strlen(adscp_error_text(codes[i].value)) > 5);
        for (j = 0; j < i; j++)
            CHECK(strcmp(adscp_error_text(codes[i].value),
                         adscp_error_text(codes[j].value)) != 0);
    }
    for (i = -300; i < 300; i++)
        CHECK(adscp_error_text(i) != NULL);
    CHECK(adscp_error_text(INT_MIN) != NULL);
}

/* ---------------------------------------------------------- NULL handles */

static void test_null_reader(void)
{
    adscp_forest *forest = NULL;

    adscp_reader_free(NULL);
#define REFUSES(...) CHECK_INT(__VA_ARGS__, ADSCP_E_ARGUMENT)
    REFUSES(adscp_reader_add_ldif_file(NULL, path));
    REFUSES(adscp_reader_add_ldif_file_at(NULL, "LDAP://a", path));
    REFUSES(adscp_reader_set_uri(NULL, "ldap://a"));
    REFUSES(adscp_reader_set_domain(NULL, "a"));
    REFUSES(adscp_reader_set_discover(NULL, 1));
    REFUSES(adscp_reader_allow_forest(NULL, "a"));
    REFUSES(adscp_reader_set_starttls(NULL, 1));
    REFUSES(adscp_reader_set_ca_file(NULL, "a"));
    REFUSES(adscp_reader_set_certificate_file(NULL, "a"));
    REFUSES(adscp_reader_set_key_file(NULL, "a"));
    REFUSES(adscp_reader_set_sasl_mechanism(NULL, "GSSAPI"));
    REFUSES(adscp_reader_set_simple_bind(NULL, "CN=a", "b"));
    REFUSES(adscp_reader_set_anonymous_bind(NULL));
    REFUSES(adscp_reader_set_dns_server(NULL, "127.0.0.1"));
    REFUSES(adscp_reader_add_resolve(NULL, "a:1:127.0.0.1"));
    REFUSES(adscp_reader_allow_pointer(NULL, "a"));
    REFUSES(adscp_reader_set_timeout_ms(NULL, 1));
    REFUSES(adscp_reader_set_keep_entries(NULL, 1));
    REFUSES(adscp_reader_set_census(NULL, 1));
    REFUSES(adscp_reader_add_changes_file(NULL, "x"));
    REFUSES(adscp_reader_add_changes(NULL, "x", "", 0));
    REFUSES(adscp_reader_clear_changes(NULL));
    REFUSES(adscp_reader_set_forest(NULL, NULL));
    REFUSES(adscp_plan_set_forest(NULL, NULL));
    REFUSES(adscp_plan_set_time(NULL, 0));
    REFUSES(adscp_plan_add_step(NULL, "uninstall A"));
    REFUSES(adscp_plan_add_file(NULL, "x"));
    REFUSES(adscp_plan_forest(NULL, NULL));
    REFUSES(adscp_predictor_set_plan(NULL, NULL));
    REFUSES(adscp_predictor_add_policy_file(NULL, "x"));
    REFUSES(adscp_predictor_add_policy(NULL, "x", "", 0));
    REFUSES(adscp_plan_add_changes_file(NULL, "x"));
    REFUSES(adscp_coverage_compare(NULL, NULL, NULL));
    REFUSES(adscp_predictor_advise(NULL, NULL, -1, NULL));
    REFUSES(adscp_advice_remedy_plan(NULL, 0, NULL));
    adscp_advice_free(NULL);
    CHECK(adscp_coverage_home_moved_to(NULL, 0) == NULL);
    CHECK_INT(adscp_coverage_site_group(NULL, 0), -1);
    CHECK(adscp_plan_step_file(NULL, 0) == NULL);
    CHECK_INT(adscp_prediction_compare(NULL, NULL), -1);
    CHECK_INT(adscp_comparison_move_count(NULL), -1);
    CHECK(adscp_comparison_move_before(NULL, 0) == NULL);
    REFUSES(adscp_forest_compare(NULL, NULL, NULL));
    CHECK_INT(adscp_comparison_fact_count(NULL), -1);
    CHECK(adscp_comparison_fact_dn(NULL, 0) == NULL);
    adscp_comparison_free(NULL);
    REFUSES(adscp_reader_read(NULL, &forest));
    REFUSES(adscp_reader_cancel(NULL));
    CHECK(forest == NULL);
    CHECK(adscp_reader_error_detail(NULL) != NULL);
}

static void test_null_predictor(void)
{
    adscp_prediction *prediction = NULL;

    adscp_predictor_free(NULL);
    REFUSES(adscp_predictor_set_forest(NULL, NULL));
    REFUSES(adscp_predictor_set_site(NULL, "a"));
    REFUSES(adscp_predictor_set_address(NULL, "127.0.0.1"));
    REFUSES(adscp_predictor_set_mail(NULL, "a@b"));
    REFUSES(adscp_predictor_set_mail_domain(NULL, "b"));
    REFUSES(adscp_predictor_set_profile(NULL, 0));
    REFUSES(adscp_predictor_set_time(NULL, 0));
    REFUSES(adscp_predictor_set_timeout_ms(NULL, 1));
    REFUSES(adscp_predictor_cancel(NULL));
    REFUSES(adscp_predictor_predict(NULL, &prediction));
    CHECK(prediction == NULL);
    CHECK(adscp_predictor_error_detail(NULL) != NULL);
}

#define ABSENT(...) CHECK((__VA_ARGS__) == NULL)
#define NONE(...) CHECK_INT(__VA_ARGS__, -1)

static void test_null_facts(void)
{
    adscp_forest_free(NULL);
    NONE(adscp_forest_source(NULL));
    NONE(adscp_forest_input_count(NULL));
    ABSENT(adscp_forest_input(NULL, 0));
    ABSENT(adscp_forest_domain(NULL));
    ABSENT(adscp_forest_client_site(NULL));
    ABSENT(adscp_forest_client_address(NULL));
    ABSENT(adscp_reader_trace(NULL, 0));
    NONE(adscp_reader_phase_ns(NULL, 0));
    ABSENT(adscp_reader_phase_name(-1));
    ABSENT(adscp_reader_phase_name(7));
    ABSENT(adscp_forest_snapshot(NULL));
    ABSENT(adscp_forest_domain_controller(NULL));
    ABSENT(adscp_forest_config_dn(NULL));
    NONE(adscp_forest_complete(NULL));
    NONE(adscp_forest_census(NULL, 0));
    NONE(adscp_forest_census_complete(NULL));
    ABSENT(adscp_census_kind_name(-1));
    ABSENT(adscp_census_kind_name(6));
    NONE(adscp_forest_scp_count(NULL));
    ABSENT(adscp_forest_scp(NULL, 0));
    NONE(adscp_forest_server_count(NULL));
    ABSENT(adscp_forest_server(NULL, 0));
    NONE(adscp_forest_site_count(NULL));
    ABSENT(adscp_forest_site(NULL, 0));
    ABSENT(adscp_scp_dn(NULL));
    NONE(adscp_scp_created(NULL));
    ABSENT(adscp_scp_class_name(NULL));
    NONE(adscp_scp_keyword_count(NULL));
    ABSENT(adscp_scp_keyword(NULL, 0));
    NONE(adscp_scp_binding_count(NULL));
    ABSENT(adscp_scp_binding(NULL, 0));
    ABSENT(adscp_server_dn(NULL));
    ABSENT(adscp_server_name(NULL));
    ABSENT(adscp_server_fqdn(NULL));
    ABSENT(adscp_server_site(NULL));
    ABSENT(adscp_server_version(NULL));
    NONE(adscp_server_created(NULL));
    NONE(adscp_server_provisioning_flags(NULL));
    CHECK(adscp_server_certificate(NULL) == NULL);
    ABSENT(adscp_site_dn(NULL));
    ABSENT(adscp_site_name(NULL));
    NONE(adscp_forest_subnet_count(NULL));
    ABSENT(adscp_forest_subnet(NULL, 0));
    ABSENT(adscp_subnet_dn(NULL));
    ABSENT(adscp_subnet_name(NULL));
    ABSENT(adscp_subnet_site(NULL));
    NONE(adscp_subnet_valid(NULL));
}

static void test_null_prediction(void)
{
    adscp_prediction_free(NULL);
    ABSENT(adscp_prediction_forest(NULL));
    ABSENT(adscp_prediction_site(NULL));
    NONE(adscp_prediction_site_source(NULL));
    ABSENT(adscp_prediction_address(NULL));
    ABSENT(adscp_prediction_mail(NULL));
    ABSENT(adscp_prediction_domain(NULL));
    NONE(adscp_prediction_profile(NULL));
    NONE(adscp_prediction_time(NULL));
    ABSENT(adscp_prediction_assumes(NULL));
    NONE(adscp_prediction_complete(NULL));
    NONE(adscp_prediction_pointer_count(NULL));
    ABSENT(adscp_prediction_pointer_dn(NULL, 0));
    ABSENT(adscp_prediction_pointer_target(NULL, 0));
    NONE(adscp_prediction_candidate_count(NULL));
    ABSENT(adscp_prediction_candidate(NULL, 0));
    NONE(adscp_prediction_evidence(NULL));
    ABSENT(adscp_prediction_rival_reading(NULL));
    ABSENT(adscp_prediction_rival_url(NULL));
    ABSENT(adscp_prediction_doubt_reading(NULL));
    ABSENT(adscp_prediction_doubt_url(NULL));
    NONE(adscp_prediction_doubt_outcome(NULL));
    NONE(adscp_prediction_doubtful(NULL));
    NONE(adscp_prediction_doubt_hop_count(NULL));
    ABSENT(adscp_prediction_doubt_hop(NULL, 0));
    ABSENT(adscp_prediction_doubt_alert(NULL));
    NONE(adscp_prediction_doubt_alert_hop(NULL));
    NONE(adscp_prediction_fallback_url_count(NULL));
    ABSENT(adscp_prediction_fallback_url(NULL, 0));
    NONE(adscp_prediction_hop_count(NULL));
    ABSENT(adscp_prediction_hop(NULL, 0));
    NONE(adscp_prediction_front_count(NULL));
    ABSENT(adscp_prediction_front(NULL, 0));
    NONE(adscp_prediction_finding_count(NULL));
    ABSENT(adscp_prediction_finding(NULL, 0));
}

static void test_null_rows(void)
{
    NONE(adscp_candidate_rank(NULL));
    ABSENT(adscp_candidate_url(NULL));
    ABSENT(adscp_candidate_host(NULL));
    NONE(adscp_candidate_port(NULL));
    NONE(adscp_candidate_group(NULL));
    NONE(adscp_candidate_undocumented(NULL));
    NONE(adscp_candidate_tie(NULL));
    NONE(adscp_candidate_site_count(NULL));
    ABSENT(adscp_candidate_site(NULL, 0));
    ABSENT(adscp_candidate_scp(NULL));
    NONE(adscp_candidate_duplicate_count(NULL));
    ABSENT(adscp_candidate_duplicate(NULL, 0));
    ABSENT(adscp_candidate_server(NULL));
    ABSENT(adscp_candidate_why(NULL));
    ABSENT(adscp_hop_url(NULL));
    ABSENT(adscp_hop_host(NULL));
    NONE(adscp_hop_via(NULL));
    ABSENT(adscp_hop_candidate(NULL));
    ABSENT(adscp_hop_server(NULL));
    NONE(adscp_hop_action(NULL));
    NONE(adscp_hop_evidence(NULL));
    ABSENT(adscp_finding_code(NULL));
    NONE(adscp_finding_severity(NULL));
    NONE(adscp_finding_about(NULL));
    NONE(adscp_finding_parameter_count(NULL));
    ABSENT(adscp_finding_parameter_name(NULL, 0));
    ABSENT(adscp_finding_parameter_text(NULL, 0));
    NONE(adscp_finding_parameter_number(NULL, 0));
    ABSENT(adscp_finding_dn(NULL));
    ABSENT(adscp_finding_text(NULL));
}

static void test_null_certificate(void)
{
    ABSENT(adscp_certificate_problem(NULL));
    ABSENT(adscp_certificate_subject(NULL));
    ABSENT(adscp_certificate_issuer(NULL));
    ABSENT(adscp_certificate_common_name(NULL));
    NONE(adscp_certificate_dns_name_count(NULL));
    ABSENT(adscp_certificate_dns_name(NULL, 0));
    NONE(adscp_certificate_ip_address_count(NULL));
    ABSENT(adscp_certificate_ip_address(NULL, 0));
    ABSENT(adscp_certificate_serial(NULL));
    NONE(adscp_certificate_not_before(NULL));
    NONE(adscp_certificate_not_after(NULL));
    ABSENT(adscp_certificate_sha1(NULL));
    ABSENT(adscp_certificate_sha256(NULL));
    ABSENT(adscp_certificate_key(NULL));
    ABSENT(adscp_certificate_signature(NULL));
    NONE(adscp_certificate_self_signed(NULL));
    ABSENT(adscp_certificate_friendly_name(NULL));
}

static void test_null_alert(void)
{
    NONE(adscp_alert_outcome(NULL));
    NONE(adscp_alert_flags(NULL));
    NONE(adscp_alert_flags_possible(NULL));
    NONE(adscp_alert_reason_count(NULL));
    NONE(adscp_alert_reason(NULL, 0));
    NONE(adscp_alert_issuer_line(NULL));
    NONE(adscp_alert_date_line(NULL));
    NONE(adscp_alert_name_line(NULL));
    ABSENT(adscp_alert_issuer_text(NULL));
    ABSENT(adscp_alert_date_text(NULL));
    ABSENT(adscp_alert_name_text(NULL));
    NONE(adscp_alert_confidence(NULL));
    NONE(adscp_alert_changes_on(NULL));
    NONE(adscp_alert_note_count(NULL));
    ABSENT(adscp_alert_note(NULL, 0));
    NONE(adscp_alert_chain_count(NULL));
    ABSENT(adscp_alert_chain(NULL, 0));
    NONE(adscp_alert_chain_source(NULL, 0));
}

/* --------------------------------------------------------------- indexes */

static void test_forest_edges(void)
{
    adscp_forest *forest = read_export();
    const adscp_scp *scp = adscp_forest_scp(forest, 0);

    EDGES(adscp_forest_scp, adscp_forest_scp_count, forest);
    EDGES(adscp_forest_server, adscp_forest_server_count, forest);
    EDGES(adscp_forest_site, adscp_forest_site_count, forest);
    EDGES(adscp_forest_subnet, adscp_forest_subnet_count, forest);
    EDGES(adscp_scp_keyword, adscp_scp_keyword_count, scp);
    EDGES(adscp_scp_binding, adscp_scp_binding_count, scp);
    adscp_forest_free(forest);
}

static const adscp_candidate *
candidate_with_also(const adscp_prediction *prediction)
{
    const adscp_candidate *candidate = NULL;
    int i;

    for (i = 0; i < adscp_prediction_candidate_count(prediction); i++) {
        candidate = adscp_prediction_candidate(prediction, i);
        if (adscp_candidate_duplicate_count(candidate) > 0)
            return candidate;
    }
    return NULL;
}

static void test_prediction_edges(void)
{
    adscp_forest *forest = read_export();
    adscp_prediction *here = ask(forest, "ann@corp.example");
    adscp_prediction *there = ask(forest, "ann@fabrikam.example");
    const adscp_candidate *first = adscp_prediction_candidate(here, 0);
    const adscp_candidate *twice = candidate_with_also(here);

    adscp_forest_free(forest);
    EDGES(adscp_prediction_candidate, adscp_prediction_candidate_count, here);
    EDGES(adscp_prediction_fallback_url, adscp_prediction_fallback_url_count,
          here);
    EDGES(adscp_prediction_hop, adscp_prediction_hop_count, here);
    EDGES(adscp_prediction_finding, adscp_prediction_finding_count, here);
    EDGES(adscp_candidate_site, adscp_candidate_site_count, first);
    EDGES(adscp_candidate_duplicate, adscp_candidate_duplicate_count, twice);
    EDGES(adscp_prediction_pointer_dn, adscp_prediction_pointer_count, there);
    EDGES(adscp_prediction_pointer_target, adscp_prediction_pointer_count,
          there);
    CHECK(touch_prediction(here) != touch_prediction(there));
    adscp_prediction_free(here);
    adscp_prediction_free(there);
}

static const struct test tests[] = {
    {"every constant has its name", test_names},
    {"every word of a verdict has its name", test_verdict_names},
    {"every error has a name and a text of its own", test_errors},
    {"no reader", test_null_reader},
    {"no predictor", test_null_predictor},
    {"no forest, SCP, server or site", test_null_facts},
    {"no prediction", test_null_prediction},
    {"no candidate, hop or finding", test_null_rows},
    {"no certificate", test_null_certificate},
    {"no alert", test_null_alert},
    {"edges of a forest", test_forest_edges},
    {"edges of a prediction", test_prediction_edges},
};

int main(void)
{
    int failed;

    export_write(path, 12, export_frame);
    export_write(other, 0, export_other);
    failed = test_main(tests, (int)(sizeof(tests) / sizeof(tests[0])));
    unlink(path);
    unlink(other);
    return failed;
}
