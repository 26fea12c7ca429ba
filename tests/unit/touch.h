/* SPDX-License-Identifier: MIT */
/*
 * Reads everything that a forest or a prediction can tell, and makes one number
 * of it: two answers with the same number are the same answer. Texts that are
 * made when they are first asked for are all asked for here.
 */
#ifndef ADSCP_TESTS_TOUCH_H
#define ADSCP_TESTS_TOUCH_H

#include <stdint.h>

#include "adscp.h"

/* FNV-1a, 64 bits. */
static inline uint64_t touch_byte(uint64_t sum, unsigned int byte)
{
    return (sum ^ (byte & 0xff)) * UINT64_C(0x100000001b3);
}

static inline uint64_t touch_text(uint64_t sum, const char *text)
{
    if (text == NULL)
        return touch_byte(sum, 1);
    for (; *text != '\0'; text++)
        sum = touch_byte(sum, (unsigned char)*text);
    return touch_byte(sum, 0);
}

static inline uint64_t touch_number(uint64_t sum, int64_t number)
{
    int shift;

    for (shift = 0; shift < 64; shift += 8)
        sum = touch_byte(sum, (unsigned int)((uint64_t)number >> shift));
    return sum;
}

static inline uint64_t touch_scp(uint64_t sum, const adscp_scp *scp)
{
    int i;

    sum = touch_text(sum, adscp_scp_dn(scp));
    sum = touch_number(sum, adscp_scp_created(scp));
    sum = touch_text(sum, adscp_scp_class_name(scp));
    for (i = 0; i < adscp_scp_keyword_count(scp); i++)
        sum = touch_text(sum, adscp_scp_keyword(scp, i));
    for (i = 0; i < adscp_scp_binding_count(scp); i++)
        sum = touch_text(sum, adscp_scp_binding(scp, i));
    return touch_number(sum, i);
}

static inline uint64_t touch_certificate(uint64_t sum,
                                         const adscp_certificate *certificate)
{
    int i;

    sum = touch_text(sum, adscp_certificate_problem(certificate));
    sum = touch_text(sum, adscp_certificate_subject(certificate));
    sum = touch_text(sum, adscp_certificate_issuer(certificate));
    sum = touch_text(sum, adscp_certificate_common_name(certificate));
    for (i = 0; i < adscp_certificate_dns_name_count(certificate); i++)
        sum = touch_text(sum, adscp_certificate_dns_name(certificate, i));
    for (i = 0; i < adscp_certificate_ip_address_count(certificate); i++)
        sum = touch_text(sum, adscp_certificate_ip_address(certificate, i));
    sum = touch_text(sum, adscp_certificate_serial(certificate));
    sum = touch_number(sum, adscp_certificate_not_before(certificate));
    sum = touch_number(sum, adscp_certificate_not_after(certificate));
    sum = touch_text(sum, adscp_certificate_sha1(certificate));
    sum = touch_text(sum, adscp_certificate_sha256(certificate));
    sum = touch_text(sum, adscp_certificate_key(certificate));
    sum = touch_text(sum, adscp_certificate_signature(certificate));
    sum = touch_number(sum, adscp_certificate_self_signed(certificate));
    return touch_text(sum, adscp_certificate_friendly_name(certificate));
}

static inline uint64_t touch_server(uint64_t sum, const adscp_server *server)
{
    sum = touch_text(sum, adscp_server_dn(server));
    sum = touch_text(sum, adscp_server_name(server));
    sum = touch_text(sum, adscp_server_fqdn(server));
    sum = touch_text(sum, adscp_server_site(server));
    sum = touch_text(sum, adscp_server_version(server));
    sum = touch_text(sum, adscp_server_build(server));
    sum = touch_text(sum, adscp_server_roles(server));
    sum = touch_number(sum, adscp_server_front_end(server));
    sum = touch_text(sum, adscp_server_dag(server));
    sum = touch_text(sum, adscp_server_inactive(server));
    sum = touch_number(sum, adscp_server_provisioning_flags(server));
    sum = touch_certificate(sum, adscp_server_certificate(server));
    return touch_number(sum, adscp_server_created(server));
}

static inline uint64_t touch_subnet(uint64_t sum, const adscp_subnet *row)
{
    sum = touch_text(sum, adscp_subnet_dn(row));
    sum = touch_text(sum, adscp_subnet_name(row));
    sum = touch_text(sum, adscp_subnet_site(row));
    return touch_number(sum, adscp_subnet_valid(row));
}

static inline uint64_t touch_forest(const adscp_forest *forest)
{
    uint64_t sum = UINT64_C(0xcbf29ce484222325);
    int i;

    sum = touch_number(sum, adscp_forest_source(forest));
    sum = touch_text(sum, adscp_forest_domain_controller(forest));
    sum = touch_text(sum, adscp_forest_domain(forest));
    sum = touch_text(sum, adscp_forest_client_site(forest));
    sum = touch_text(sum, adscp_forest_client_address(forest));
    sum = touch_text(sum, adscp_forest_snapshot(forest));
    sum = touch_text(sum, adscp_forest_config_dn(forest));
    sum = touch_number(sum, adscp_forest_complete(forest));
    for (i = 0; i < adscp_forest_scp_count(forest); i++)
        sum = touch_scp(sum, adscp_forest_scp(forest, i));
    sum = touch_number(sum, i);
    for (i = 0; i < adscp_forest_server_count(forest); i++)
        sum = touch_server(sum, adscp_forest_server(forest, i));
    sum = touch_number(sum, i);
    for (i = 0; i < adscp_forest_site_count(forest); i++) {
        sum = touch_text(sum, adscp_site_dn(adscp_forest_site(forest, i)));
        sum = touch_text(sum, adscp_site_name(adscp_forest_site(forest, i)));
    }
    sum = touch_number(sum, i);
    for (i = 0; i < adscp_forest_subnet_count(forest); i++)
        sum = touch_subnet(sum, adscp_forest_subnet(forest, i));
    return touch_number(sum, i);
}

static inline uint64_t touch_candidate(uint64_t sum, const adscp_candidate *row)
{
    int i;

    sum = touch_number(sum, adscp_candidate_rank(row));
    sum = touch_text(sum, adscp_candidate_url(row));
    sum = touch_text(sum, adscp_candidate_host(row));
    sum = touch_number(sum, adscp_candidate_port(row));
    sum = touch_number(sum, adscp_candidate_group(row));
    sum = touch_number(sum, adscp_candidate_undocumented(row));
    sum = touch_number(sum, adscp_candidate_tie(row));
    sum = touch_scp(sum, adscp_candidate_scp(row));
    sum = touch_server(sum, adscp_candidate_server(row));
    sum = touch_text(sum, adscp_candidate_why(row));
    for (i = 0; i < adscp_candidate_site_count(row); i++)
        sum = touch_text(sum, adscp_candidate_site(row, i));
    for (i = 0; i < adscp_candidate_duplicate_count(row); i++)
        sum = touch_scp(sum, adscp_candidate_duplicate(row, i));
    return touch_number(sum, i);
}

static inline uint64_t touch_alert(uint64_t sum, const adscp_alert *alert)
{
    int i;

    sum = touch_number(sum, adscp_alert_outcome(alert));
    sum = touch_number(sum, adscp_alert_flags(alert));
    sum = touch_number(sum, adscp_alert_flags_possible(alert));
    for (i = 0; i < adscp_alert_reason_count(alert); i++)
        sum = touch_number(sum, adscp_alert_reason(alert, i));
    sum = touch_number(sum, adscp_alert_issuer_line(alert));
    sum = touch_number(sum, adscp_alert_date_line(alert));
    sum = touch_number(sum, adscp_alert_name_line(alert));
    sum = touch_text(sum, adscp_alert_issuer_text(alert));
    sum = touch_text(sum, adscp_alert_date_text(alert));
    sum = touch_text(sum, adscp_alert_name_text(alert));
    sum = touch_number(sum, adscp_alert_confidence(alert));
    sum = touch_number(sum, adscp_alert_changes_on(alert));
    for (i = 0; i < adscp_alert_note_count(alert); i++)
        sum = touch_text(sum, adscp_alert_note(alert, i));
    for (i = 0; i < adscp_alert_chain_count(alert); i++) {
        sum = touch_certificate(sum, adscp_alert_chain(alert, i));
        sum = touch_number(sum, adscp_alert_chain_source(alert, i));
    }
    return touch_number(sum, i);
}

static inline uint64_t touch_sighting(uint64_t sum,
                                      const adscp_sighting *sighting)
{
    int i;

    sum = touch_text(sum, adscp_sighting_host(sighting));
    sum = touch_text(sum, adscp_sighting_address(sighting));
    sum = touch_number(sum, adscp_sighting_outcome(sighting));
    sum = touch_text(sum, adscp_sighting_detail(sighting));
    for (i = 0; i < adscp_sighting_certificate_count(sighting); i++)
        sum = touch_certificate(sum, adscp_sighting_certificate(sighting, i));
    return touch_number(sum, i);
}

static inline uint64_t touch_hop(uint64_t sum, const adscp_hop *hop)
{
    int i;

    sum = touch_text(sum, adscp_hop_url(hop));
    sum = touch_text(sum, adscp_hop_host(hop));
    sum = touch_number(sum, adscp_hop_via(hop));
    if (adscp_hop_candidate(hop) != NULL)
        sum = touch_candidate(sum, adscp_hop_candidate(hop));
    sum = touch_server(sum, adscp_hop_server(hop));
    sum = touch_number(sum, adscp_hop_action(hop));
    sum = touch_number(sum, adscp_hop_evidence(hop));
    sum = touch_text(sum, adscp_hop_dn(hop));
    sum = touch_text(sum, adscp_hop_why(hop));
    sum = touch_certificate(sum, adscp_hop_certificate(hop));
    sum = touch_number(sum, adscp_hop_certificate_source(hop));
    sum = touch_sighting(sum, adscp_hop_sighting(hop));
    sum = touch_alert(sum, adscp_hop_alert(hop));
    for (i = 0; i < adscp_hop_alternative_count(hop); i++)
        sum = touch_hop(sum, adscp_hop_alternative(hop, i));
    return touch_number(sum, i);
}

static inline uint64_t touch_step(uint64_t sum, const adscp_step *step)
{
    sum = touch_number(sum, adscp_step_method(step));
    sum = touch_number(sum, adscp_step_state(step));
    sum = touch_text(sum, adscp_step_by(step));
    sum = touch_text(sum, adscp_step_by_source(step));
    sum = touch_text(sum, adscp_step_url(step));
    sum = touch_text(sum, adscp_step_host(step));
    sum = touch_number(sum, adscp_step_evidence(step));
    sum = touch_number(sum, adscp_step_errors(step));
    sum = touch_text(sum, adscp_step_why(step));
    sum = touch_certificate(sum, adscp_step_certificate(step));
    sum = touch_number(sum, adscp_step_certificate_source(step));
    sum = touch_sighting(sum, adscp_step_sighting(step));
    return touch_alert(sum, adscp_step_alert(step));
}

static inline uint64_t touch_mailbox(uint64_t sum, const adscp_mailbox *mailbox)
{
    sum = touch_number(sum, adscp_mailbox_kind(mailbox));
    sum = touch_text(sum, adscp_mailbox_dn(mailbox));
    sum = touch_text(sum, adscp_mailbox_database(mailbox));
    sum = touch_server(sum, adscp_mailbox_server(mailbox));
    return touch_text(sum, adscp_mailbox_target(mailbox));
}

static inline uint64_t touch_service(uint64_t sum, const adscp_service *service)
{
    sum = touch_number(sum, adscp_service_kind(service));
    sum = touch_text(sum, adscp_service_url(service));
    sum = touch_text(sum, adscp_service_host(service));
    sum = touch_server(sum, adscp_service_server(service));
    sum = touch_text(sum, adscp_service_dn(service));
    sum = touch_certificate(sum, adscp_service_certificate(service));
    sum = touch_number(sum, adscp_service_certificate_source(service));
    sum = touch_sighting(sum, adscp_service_sighting(service));
    return touch_alert(sum, adscp_service_alert(service));
}

static inline uint64_t touch_finding(uint64_t sum, const adscp_finding *finding)
{
    int i;

    sum = touch_text(sum, adscp_finding_code(finding));
    sum = touch_number(sum, adscp_finding_severity(finding));
    sum = touch_number(sum, adscp_finding_about(finding));
    for (i = 0; i < adscp_finding_parameter_count(finding); i++) {
        sum = touch_text(sum, adscp_finding_parameter_name(finding, i));
        sum = touch_text(sum, adscp_finding_parameter_text(finding, i));
        sum = touch_number(sum, adscp_finding_parameter_number(finding, i));
    }
    sum = touch_text(sum, adscp_finding_dn(finding));
    return touch_text(sum, adscp_finding_text(finding));
}

static inline uint64_t touch_question(const adscp_prediction *prediction)
{
    uint64_t sum = UINT64_C(0xcbf29ce484222325);

    sum = touch_text(sum, adscp_prediction_site(prediction));
    sum = touch_number(sum, adscp_prediction_site_source(prediction));
    sum = touch_text(sum, adscp_prediction_address(prediction));
    sum = touch_text(sum, adscp_prediction_mail(prediction));
    sum = touch_text(sum, adscp_prediction_domain(prediction));
    sum = touch_number(sum, adscp_prediction_profile(prediction));
    sum = touch_number(sum, adscp_prediction_time(prediction));
    return touch_text(sum, adscp_prediction_assumes(prediction));
}

static inline uint64_t touch_doubt(uint64_t sum,
                                   const adscp_prediction *prediction)
{
    int i;

    sum = touch_number(sum, adscp_prediction_doubtful(prediction));
    sum = touch_text(sum, adscp_prediction_doubt_reading(prediction));
    sum = touch_text(sum, adscp_prediction_doubt_url(prediction));
    sum = touch_number(sum, adscp_prediction_doubt_outcome(prediction));
    for (i = 0; i < adscp_prediction_doubt_hop_count(prediction); i++)
        sum = touch_hop(sum, adscp_prediction_doubt_hop(prediction, i));
    sum = touch_alert(sum, adscp_prediction_doubt_alert(prediction));
    return touch_number(sum, adscp_prediction_doubt_alert_hop(prediction));
}

static inline uint64_t touch_prediction(const adscp_prediction *prediction)
{
    uint64_t sum = touch_question(prediction);
    int i;

    sum = touch_number(sum, adscp_prediction_complete(prediction));
    sum = touch_number(sum, adscp_prediction_evidence(prediction));
    sum = touch_text(sum, adscp_prediction_rival_reading(prediction));
    sum = touch_text(sum, adscp_prediction_rival_url(prediction));
    sum = touch_doubt(sum, prediction);
    for (i = 0; i < adscp_prediction_pointer_count(prediction); i++) {
        sum = touch_text(sum, adscp_prediction_pointer_dn(prediction, i));
        sum = touch_text(sum, adscp_prediction_pointer_target(prediction, i));
    }
    for (i = 0; i < adscp_prediction_candidate_count(prediction); i++)
        sum = touch_candidate(sum, adscp_prediction_candidate(prediction, i));
    for (i = 0; i < adscp_prediction_fallback_url_count(prediction); i++)
        sum = touch_text(sum, adscp_prediction_fallback_url(prediction, i));
    sum = touch_mailbox(sum, adscp_prediction_mailbox(prediction));
    for (i = 0; i < adscp_prediction_service_count(prediction); i++)
        sum = touch_service(sum, adscp_prediction_service(prediction, i));
    for (i = 0; i < adscp_prediction_hop_count(prediction); i++)
        sum = touch_hop(sum, adscp_prediction_hop(prediction, i));
    for (i = 0; i < adscp_prediction_step_count(prediction); i++)
        sum = touch_step(sum, adscp_prediction_step(prediction, i));
    sum = touch_alert(sum, adscp_prediction_alert(prediction));
    sum = touch_number(sum, adscp_prediction_alert_hop(prediction));
    for (i = 0; i < adscp_prediction_finding_count(prediction); i++)
        sum = touch_finding(sum, adscp_prediction_finding(prediction, i));
    return touch_number(sum, i);
}

static inline uint64_t touch_class(const adscp_coverage *coverage, int row)
{
    uint64_t sum =
        touch_prediction(adscp_coverage_class_prediction(coverage, row));
    int i;

    for (i = 0; i < adscp_coverage_class_site_count(coverage, row); i++)
        sum = touch_number(sum, adscp_coverage_class_site(coverage, row, i));
    for (i = 0; i < adscp_coverage_class_home_count(coverage, row); i++)
        sum = touch_number(sum, adscp_coverage_class_home(coverage, row, i));
    return touch_number(sum, adscp_coverage_class_mailboxes(coverage, row));
}

static inline uint64_t touch_cells(const adscp_coverage *coverage)
{
    uint64_t sum = 0;
    int i, k;

    for (i = 0; i < adscp_coverage_site_count(coverage); i++) {
        sum = touch_text(sum, adscp_coverage_site(coverage, i));
        for (k = 0; k < adscp_coverage_home_count(coverage); k++)
            sum = touch_number(sum, adscp_coverage_cell(coverage, i, k));
    }
    for (i = 0; i < adscp_coverage_home_count(coverage); i++) {
        sum = touch_number(sum, adscp_coverage_home_kind(coverage, i));
        sum = touch_number(sum, adscp_coverage_home_mailboxes(coverage, i));
        sum = touch_text(
            sum, adscp_server_name(adscp_coverage_home_server(coverage, i)));
    }
    return sum;
}

static inline uint64_t touch_coverage(const adscp_coverage *coverage)
{
    uint64_t sum = touch_cells(coverage);
    int i;

    sum = touch_number(sum, adscp_coverage_profile(coverage));
    sum = touch_number(sum, adscp_coverage_time(coverage));
    sum = touch_text(sum, adscp_coverage_assumes(coverage));
    sum = touch_number(sum, adscp_coverage_complete(coverage));
    for (i = 0; i < adscp_coverage_class_count(coverage); i++)
        sum += touch_class(coverage, i);
    for (i = 0; i < adscp_coverage_finding_count(coverage); i++) {
        const adscp_finding *finding = adscp_coverage_finding(coverage, i);

        sum = touch_text(sum, adscp_finding_code(finding));
        sum = touch_text(sum, adscp_finding_text(finding));
    }
    return sum;
}

#endif
