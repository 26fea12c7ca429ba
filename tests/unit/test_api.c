/* SPDX-License-Identifier: MIT */
/*
 * The whole public interface from a careless caller's side: NULL handles,
 * numbers beyond every end, constants that are none, values that a setter must
 * refuse.
 */
#include "test.h"

#include <limits.h>

#include "adscp.h"
#include "export.h"
#include "touch.h"

static char path[40], other[40];

static adscp_forest *read_export(void)
{
    adscp_reader *reader = adscp_reader_new();
    adscp_forest *forest = NULL;

    CHECK_INT(adscp_reader_add_ldif_file(reader, path), ADSCP_OK);
    CHECK_INT(
        adscp_reader_add_ldif_file_at(reader, "LDAP://Res.example/", other),
        ADSCP_OK);
    CHECK_INT(adscp_reader_read(reader, &forest), ADSCP_OK);
    CHECK_STR(adscp_reader_error_detail(reader), "");
    adscp_reader_free(reader);
    return forest;
}

static adscp_prediction *ask(const adscp_forest *forest, const char *mail)
{
    adscp_predictor *predictor = adscp_predictor_new();
    adscp_prediction *prediction = NULL;

    CHECK_INT(adscp_predictor_set_forest(predictor, forest), ADSCP_OK);
    CHECK_INT(adscp_predictor_set_site(predictor, "Site-1"), ADSCP_OK);
    CHECK_INT(adscp_predictor_set_mail(predictor, mail), ADSCP_OK);
    CHECK_INT(adscp_predictor_predict(predictor, &prediction), ADSCP_OK);
    CHECK_STR(adscp_predictor_error_detail(predictor), "");
    adscp_predictor_free(predictor);
    return prediction;
}

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
                 {ADSCP_HOP_VIA_REDIRECT_ADDRESS, "redirect-address"});
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

/* There are rows, each of them is there, and nothing lies beside them. */
#define EDGES(row, count, owner)                                               \
    do {                                                                       \
        int edge = count(owner);                                               \
        CHECK(edge > 0);                                                       \
        CHECK(row(owner, 0) != NULL);                                          \
        CHECK(row(owner, edge - 1) != NULL);                                   \
        CHECK(row(owner, edge) == NULL);                                       \
        CHECK(row(owner, -1) == NULL);                                         \
        CHECK(row(owner, INT_MAX) == NULL);                                    \
        CHECK(row(owner, INT_MIN) == NULL);                                    \
    } while (0)

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

/* -------------------------------------------------------------- settings */

/* Each refusal leaves a sentence, and each success clears it. */
#define REFUSED(handle, ...)                                                   \
    do {                                                                       \
        CHECK_INT(__VA_ARGS__, ADSCP_E_ARGUMENT);                              \
        CHECK(adscp_##handle##_error_detail(handle)[0] != '\0');               \
    } while (0)
#define TAKEN(handle, ...)                                                     \
    do {                                                                       \
        CHECK_INT(__VA_ARGS__, ADSCP_OK);                                      \
        CHECK_STR(adscp_##handle##_error_detail(handle), "");                  \
    } while (0)

static void test_reader_files(void)
{
    adscp_reader *reader = adscp_reader_new();

    CHECK_STR(adscp_reader_error_detail(reader), "");
    REFUSED(reader, adscp_reader_add_ldif_file(reader, NULL));
    REFUSED(reader, adscp_reader_add_ldif_file(reader, ""));
    REFUSED(reader, adscp_reader_add_ldif_file_at(reader, NULL, path));
    REFUSED(reader, adscp_reader_add_ldif_file_at(reader, "LDAP://a", NULL));
    REFUSED(reader, adscp_reader_add_ldif_file_at(reader, "res", path));
    REFUSED(reader, adscp_reader_add_ldif_file_at(reader, "LDAP://", path));
    REFUSED(reader,
            adscp_reader_add_ldif_file_at(reader, "LDAP://a/CN=b", path));
    REFUSED(reader, adscp_reader_add_ldif_file_at(reader, "LDAP://\xff", path));
    TAKEN(reader, adscp_reader_add_ldif_file_at(reader, "ldap://A:389/", path));
    TAKEN(reader, adscp_reader_add_ldif_file(reader, path));
    REFUSED(reader, adscp_reader_set_uri(reader, "ldap://a"));
    REFUSED(reader, adscp_reader_set_domain(reader, "corp.example"));
    TAKEN(reader, adscp_reader_set_uri(reader, NULL));
    TAKEN(reader, adscp_reader_set_domain(reader, NULL));
    TAKEN(reader, adscp_reader_set_ca_file(reader, path));
    TAKEN(reader, adscp_reader_set_ca_file(reader, NULL));
    REFUSED(reader, adscp_reader_set_ca_file(reader, ""));
    TAKEN(reader, adscp_reader_set_certificate_file(reader, path));
    TAKEN(reader, adscp_reader_set_certificate_file(reader, NULL));
    TAKEN(reader, adscp_reader_set_key_file(reader, path));
    TAKEN(reader, adscp_reader_set_key_file(reader, NULL));
    adscp_reader_free(reader);
}

/* A domain is a DNS name; it is one of three things to read. */
static void test_reader_domain(void)
{
    adscp_reader *reader = adscp_reader_new();
    adscp_forest *forest = NULL;

    REFUSED(reader, adscp_reader_set_domain(reader, ""));
    REFUSED(reader, adscp_reader_set_domain(reader, "."));
    REFUSED(reader, adscp_reader_set_domain(reader, "corp example"));
    REFUSED(reader, adscp_reader_set_domain(reader, "corp..example"));
    REFUSED(reader, adscp_reader_set_domain(reader, "corp\xff"));
    REFUSED(reader, adscp_reader_allow_forest(reader, NULL));
    REFUSED(reader, adscp_reader_allow_forest(reader, "a)(cn=*"));
    TAKEN(reader, adscp_reader_allow_forest(reader, "partner.example."));
    TAKEN(reader, adscp_reader_set_domain(reader, "corp.example."));
    REFUSED(reader, adscp_reader_set_uri(reader, "ldap://a"));
    REFUSED(reader, adscp_reader_add_ldif_file(reader, path));
    TAKEN(reader, adscp_reader_set_domain(reader, NULL));
    TAKEN(reader, adscp_reader_set_discover(reader, 1));
    TAKEN(reader, adscp_reader_set_discover(reader, 0));
    REFUSED(reader, adscp_reader_read(reader, &forest));
    CHECK_INT(adscp_reader_trace_count(reader), 0);
    CHECK_STR(adscp_reader_trace(reader, 0), NULL);
    CHECK_INT(adscp_reader_trace_count(NULL), -1);
    adscp_reader_free(reader);
}

/* An address of a DNS server where nobody listens: the search fails at once,
 * and its account outlives it. */
static void test_reader_trace(void)
{
    adscp_reader *reader = adscp_reader_new();
    adscp_forest *forest = NULL;

    TAKEN(reader, adscp_reader_set_dns_server(reader, "127.0.0.1:1"));
    TAKEN(reader, adscp_reader_set_domain(reader, "corp.example"));
    CHECK_INT(adscp_reader_read(reader, &forest), ADSCP_E_RESOLVE);
    CHECK(adscp_reader_trace_count(reader) >= 2);
    CHECK(strstr(adscp_reader_trace(reader, 0), "corp.example") != NULL);
    EDGES(adscp_reader_trace, adscp_reader_trace_count, reader);
    TAKEN(reader, adscp_reader_set_domain(reader, NULL));
    REFUSED(reader, adscp_reader_read(reader, &forest));
    CHECK_INT(adscp_reader_trace_count(reader), 0);
    adscp_reader_free(reader);
}

static void test_reader_live(void)
{
    adscp_reader *reader = adscp_reader_new();

    REFUSED(reader, adscp_reader_set_uri(reader, "a"));
    REFUSED(reader, adscp_reader_set_uri(reader, "http://a"));
    REFUSED(reader, adscp_reader_set_uri(reader, "ldap://a:0"));
    TAKEN(reader, adscp_reader_set_uri(reader, "ldaps://a:636"));
    REFUSED(reader, adscp_reader_add_ldif_file(reader, path));
    TAKEN(reader, adscp_reader_set_starttls(reader, 1));
    TAKEN(reader, adscp_reader_set_starttls(reader, 0));
    REFUSED(reader, adscp_reader_set_sasl_mechanism(reader, NULL));
    REFUSED(reader, adscp_reader_set_sasl_mechanism(reader, "PLAIN"));
    TAKEN(reader, adscp_reader_set_sasl_mechanism(reader, "gssapi"));
    REFUSED(reader, adscp_reader_set_simple_bind(reader, "CN=a", ""));
    REFUSED(reader, adscp_reader_set_simple_bind(reader, "CN=a", NULL));
    REFUSED(reader, adscp_reader_set_simple_bind(reader, NULL, "b"));
    REFUSED(reader, adscp_reader_set_simple_bind(reader, "", "b"));
    TAKEN(reader, adscp_reader_set_simple_bind(reader, "CN=a", "b"));
    TAKEN(reader, adscp_reader_set_anonymous_bind(reader));
    REFUSED(reader, adscp_reader_set_timeout_ms(reader, 0));
    REFUSED(reader, adscp_reader_set_timeout_ms(reader, INT_MIN));
    TAKEN(reader, adscp_reader_set_timeout_ms(reader, INT_MAX));
    adscp_reader_free(reader);
}

static void test_reader_names(void)
{
    adscp_reader *reader = adscp_reader_new();

    REFUSED(reader, adscp_reader_set_dns_server(reader, "dns"));
    REFUSED(reader, adscp_reader_set_dns_server(reader, "127.0.0.1:0"));
    TAKEN(reader, adscp_reader_set_dns_server(reader, "[::1]:53"));
    TAKEN(reader, adscp_reader_set_dns_server(reader, NULL));
    REFUSED(reader, adscp_reader_add_resolve(reader, NULL));
    REFUSED(reader, adscp_reader_add_resolve(reader, "a"));
    REFUSED(reader, adscp_reader_add_resolve(reader, "a:1:b"));
    TAKEN(reader, adscp_reader_add_resolve(reader, "a:1:[::1]:2"));
    REFUSED(reader, adscp_reader_allow_pointer(reader, NULL));
    REFUSED(reader, adscp_reader_allow_pointer(reader, ""));
    REFUSED(reader, adscp_reader_allow_pointer(reader, "a\xc0\xaf"));
    REFUSED(reader, adscp_reader_allow_pointer(reader, "."));
    REFUSED(reader, adscp_reader_allow_pointer(reader, "a:389"));
    REFUSED(reader, adscp_reader_allow_pointer(reader, "LDAP://a"));
    REFUSED(reader, adscp_reader_allow_pointer(reader, "a b"));
    TAKEN(reader, adscp_reader_allow_pointer(reader, "a"));
    TAKEN(reader, adscp_reader_allow_pointer(reader, "a_b.example."));
    TAKEN(reader, adscp_reader_allow_pointer(reader, "192.0.2.1"));
    TAKEN(reader, adscp_reader_allow_pointer(reader, "2001:db8::1"));
    adscp_reader_free(reader);
}

static void test_nothing_to_read(void)
{
    adscp_reader *reader = adscp_reader_new();
    adscp_forest *forest = NULL;

    REFUSED(reader, adscp_reader_read(reader, &forest));
    REFUSED(reader, adscp_reader_read(reader, NULL));
    TAKEN(reader, adscp_reader_set_starttls(reader, 1));
    TAKEN(reader, adscp_reader_set_uri(reader, "ldaps://127.0.0.1"));
    REFUSED(reader, adscp_reader_read(reader, &forest));
    CHECK(forest == NULL);
    adscp_reader_free(reader);
}

static void test_predictor(void)
{
    adscp_predictor *predictor = adscp_predictor_new();
    adscp_prediction *prediction = NULL;

    CHECK_STR(adscp_predictor_error_detail(predictor), "");
    REFUSED(predictor, adscp_predictor_predict(predictor, &prediction));
    REFUSED(predictor, adscp_predictor_predict(predictor, NULL));
    REFUSED(predictor, adscp_predictor_set_site(predictor, "\xed\xa0\x80"));
    TAKEN(predictor, adscp_predictor_set_site(predictor, "Z\xc3\xbcrich"));
    TAKEN(predictor, adscp_predictor_set_site(predictor, NULL));
    REFUSED(predictor, adscp_predictor_set_address(predictor, "10.1.2"));
    REFUSED(predictor, adscp_predictor_set_address(predictor, ""));
    TAKEN(predictor, adscp_predictor_set_address(predictor, "2001:db8::1"));
    TAKEN(predictor, adscp_predictor_set_address(predictor, NULL));
    REFUSED(predictor, adscp_predictor_set_mail(predictor, "ann"));
    REFUSED(predictor, adscp_predictor_set_mail(predictor, "@corp.example"));
    REFUSED(predictor, adscp_predictor_set_mail(predictor, "ann@"));
    REFUSED(predictor, adscp_predictor_set_mail(predictor, "a@b@c"));
    TAKEN(predictor, adscp_predictor_set_mail(predictor, "ann@corp.example"));
    TAKEN(predictor, adscp_predictor_set_mail(predictor, NULL));
    REFUSED(predictor, adscp_predictor_set_profile(predictor, -1));
    REFUSED(predictor, adscp_predictor_set_profile(predictor, 4));
    REFUSED(predictor, adscp_predictor_set_profile(predictor, INT_MAX));
    TAKEN(predictor, adscp_predictor_set_profile(predictor, 3));
    TAKEN(predictor, adscp_predictor_set_time(predictor, -1));
    TAKEN(predictor, adscp_predictor_set_time(predictor, INT64_MAX));
    REFUSED(predictor, adscp_predictor_set_timeout_ms(predictor, -1));
    TAKEN(predictor, adscp_predictor_set_timeout_ms(predictor, 0));
    TAKEN(predictor, adscp_predictor_set_timeout_ms(predictor, INT_MAX));
    TAKEN(predictor, adscp_predictor_set_forest(predictor, NULL));
    CHECK(prediction == NULL);
    adscp_predictor_free(predictor);
}

/* A cancel ends one call, the next one if none runs, and leaves no answer. */
static void test_predictor_cancel(void)
{
    adscp_forest *forest = read_export();
    adscp_predictor *predictor = adscp_predictor_new();
    adscp_prediction *prediction = NULL;
    adscp_alerts *alerts = NULL;

    TAKEN(predictor, adscp_predictor_set_forest(predictor, forest));
    TAKEN(predictor, adscp_predictor_set_site(predictor, "Site-1"));
    CHECK_INT(adscp_predictor_cancel(predictor), ADSCP_OK);
    CHECK_INT(adscp_predictor_predict(predictor, &prediction),
              ADSCP_E_CANCELLED);
    CHECK_STR(adscp_predictor_error_detail(predictor),
              adscp_error_text(ADSCP_E_CANCELLED));
    CHECK(prediction == NULL);
    CHECK_INT(adscp_predictor_cancel(predictor), ADSCP_OK);
    CHECK_INT(adscp_predictor_judge_sightings(predictor, &alerts),
              ADSCP_E_CANCELLED);
    CHECK(alerts == NULL);
    TAKEN(predictor, adscp_predictor_predict(predictor, &prediction));
    CHECK(prediction != NULL);
    adscp_prediction_free(prediction);
    adscp_predictor_free(predictor);
    adscp_forest_free(forest);
}

static void test_no_place(void)
{
    adscp_reader *reader = adscp_reader_new();

    REFUSED(reader, adscp_reader_read(reader, NULL));
    adscp_reader_free(reader);
}

/* ------------------------------------------------------------- ownership */

static void test_setters_copy(void)
{
    adscp_forest *forest = read_export();
    adscp_predictor *predictor = adscp_predictor_new();
    adscp_prediction *prediction = NULL;
    char site[] = "Site-1", mail[] = "ann@corp.example";

    TAKEN(predictor, adscp_predictor_set_forest(predictor, forest));
    TAKEN(predictor, adscp_predictor_set_site(predictor, site));
    TAKEN(predictor, adscp_predictor_set_mail(predictor, mail));
    memset(site, 'x', sizeof(site) - 1);
    memset(mail, 'x', sizeof(mail) - 1);
    adscp_forest_free(forest);
    TAKEN(predictor, adscp_predictor_predict(predictor, &prediction));
    TAKEN(predictor, adscp_predictor_set_site(predictor, "elsewhere"));
    adscp_predictor_free(predictor);
    CHECK_STR(adscp_prediction_site(prediction), "Site-1");
    CHECK_INT(adscp_prediction_site_source(prediction),
              ADSCP_PREDICTION_SITE_SOURCE_GIVEN);
    CHECK_STR(adscp_prediction_mail(prediction), "ann@corp.example");
    CHECK_STR(adscp_prediction_domain(prediction), "corp.example");
    CHECK(adscp_forest_scp_count(adscp_prediction_forest(prediction)) > 0);
    CHECK(touch_prediction(prediction) == touch_prediction(prediction));
    adscp_prediction_free(prediction);
}

/* Two readings and two predictions of the same are the same. */
static void test_same_again(void)
{
    adscp_forest *a = read_export(), *b = read_export();
    adscp_prediction *of_a = ask(a, "ann@corp.example");
    adscp_prediction *of_b = ask(b, "ann@corp.example");

    CHECK(touch_forest(a) == touch_forest(b));
    CHECK(touch_prediction(of_a) == touch_prediction(of_b));
    CHECK(adscp_prediction_forest(of_a) == a);
    adscp_forest_free(a);
    adscp_prediction_free(of_b);
    adscp_prediction_free(of_a);
    adscp_forest_free(b);
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
    {"a reader's files", test_reader_files},
    {"a reader's server and bind", test_reader_live},
    {"a reader's domain", test_reader_domain},
    {"a reader's account of a search", test_reader_trace},
    {"a reader's names", test_reader_names},
    {"nothing to read", test_nothing_to_read},
    {"a predictor's question", test_predictor},
    {"a cancelled prediction", test_predictor_cancel},
    {"no place for a forest", test_no_place},
    {"setters copy, answers hold", test_setters_copy},
    {"the same again", test_same_again},
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
