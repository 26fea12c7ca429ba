/* SPDX-License-Identifier: MIT */
/*
 * What every harness does with a frozen forest: predictions by every profile
 * for a mail address, of which everything is read. Ends the program where text
 * is not clean or a promise of the interface is broken.
 */
#ifndef ADSCP_TESTS_FUZZ_JUDGE_H
#define ADSCP_TESTS_FUZZ_JUDGE_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "adscp.h"
#include "base/text.h"

#define JUDGE_MAIL "ann@contoso.com"

static inline void judge_require(bool condition)
{
    if (!condition)
        abort();
}

static inline void judge_clean(const char *text)
{
    judge_require(text == NULL || text_is_clean(text, strlen(text)));
}

static inline void judge_server(const adscp_server *server)
{
    judge_clean(adscp_server_dn(server));
    judge_clean(adscp_server_name(server));
    judge_clean(adscp_server_fqdn(server));
    judge_clean(adscp_server_site(server));
    judge_clean(adscp_server_version(server));
    judge_clean(adscp_server_build(server));
    judge_clean(adscp_server_roles(server));
    judge_clean(adscp_server_dag(server));
    judge_clean(adscp_server_inactive(server));
}

static inline void judge_mailbox(const adscp_mailbox *mailbox)
{
    int kind = adscp_mailbox_kind(mailbox);

    judge_require(adscp_mailbox_kind_name(kind) != NULL);
    judge_clean(adscp_mailbox_dn(mailbox));
    judge_clean(adscp_mailbox_database(mailbox));
    judge_server(adscp_mailbox_server(mailbox));
    judge_clean(adscp_mailbox_target(mailbox));
    judge_require(kind == ADSCP_MAILBOX_KIND_MAILBOX ||
                  adscp_mailbox_server(mailbox) == NULL);
    judge_require(kind != ADSCP_MAILBOX_KIND_NOT_FOUND ||
                  adscp_mailbox_database(mailbox) == NULL);
}

static inline void judge_hop(const adscp_hop *hop, bool is_alternative)
{
    int i;

    judge_require(adscp_hop_url(hop) != NULL);
    judge_require(adscp_hop_why(hop) != NULL);
    judge_require(adscp_hop_via_name(adscp_hop_via(hop)) != NULL);
    judge_require(adscp_hop_action_name(adscp_hop_action(hop)) != NULL);
    judge_require(adscp_evidence_name(adscp_hop_evidence(hop)) != NULL);
    judge_clean(adscp_hop_url(hop));
    judge_clean(adscp_hop_host(hop));
    judge_server(adscp_hop_server(hop));
    judge_clean(adscp_hop_dn(hop));
    judge_clean(adscp_hop_why(hop));
    judge_require(!is_alternative || adscp_hop_alternative_count(hop) == 0);
    for (i = 0; i < adscp_hop_alternative_count(hop); i++)
        judge_hop(adscp_hop_alternative(hop, i), true);
}

static inline void judge_services(const adscp_prediction *prediction)
{
    int count = adscp_prediction_service_count(prediction), i;

    for (i = 0; i < count; i++) {
        const adscp_service *service = adscp_prediction_service(prediction, i);

        judge_require(adscp_service_kind_name(adscp_service_kind(service)) !=
                      NULL);
        judge_require(adscp_service_url(service) != NULL);
        judge_require(adscp_service_host(service)[0] != '\0');
        judge_clean(adscp_service_url(service));
        judge_clean(adscp_service_host(service));
        judge_server(adscp_service_server(service));
        judge_clean(adscp_service_dn(service));
    }
}

static inline void judge_prediction(const adscp_prediction *prediction)
{
    int hops = adscp_prediction_hop_count(prediction), i;

    judge_require(hops >= 0 && hops <= 10);
    judge_require((hops > 0) ==
                  (adscp_prediction_candidate_count(prediction) > 0));
    for (i = 0; i < hops; i++)
        judge_hop(adscp_prediction_hop(prediction, i), false);
    for (i = 0; i < adscp_prediction_candidate_count(prediction); i++)
        judge_clean(
            adscp_candidate_why(adscp_prediction_candidate(prediction, i)));
    for (i = 0; i < adscp_prediction_fallback_url_count(prediction); i++)
        judge_clean(adscp_prediction_fallback_url(prediction, i));
    for (i = 0; i < adscp_prediction_finding_count(prediction); i++) {
        const adscp_finding *finding = adscp_prediction_finding(prediction, i);

        judge_require(adscp_finding_text(finding) != NULL);
        judge_clean(adscp_finding_text(finding));
        judge_clean(adscp_finding_dn(finding));
    }
    judge_services(prediction);
    judge_mailbox(adscp_prediction_mailbox(prediction));
}

/* The forest was asked for JUDGE_MAIL. */
static inline void judge_forest(const adscp_forest *forest)
{
    adscp_predictor *predictor = adscp_predictor_new();
    int profile;

    judge_require(predictor != NULL);
    judge_require(adscp_predictor_set_forest(predictor, forest) == ADSCP_OK);
    judge_require(adscp_predictor_set_mail(predictor, JUDGE_MAIL) == ADSCP_OK);
    judge_require(adscp_predictor_set_site(predictor, "HQ") == ADSCP_OK);
    judge_require(adscp_predictor_set_time(predictor, 1263600000) == ADSCP_OK);
    for (profile = 0; adscp_profile_name(profile) != NULL; profile++) {
        adscp_prediction *prediction = NULL;

        judge_require(adscp_predictor_set_profile(predictor, profile) ==
                      ADSCP_OK);
        judge_require(adscp_predictor_predict(predictor, &prediction) ==
                      ADSCP_OK);
        judge_prediction(prediction);
        adscp_prediction_free(prediction);
    }
    adscp_predictor_free(predictor);
}

#endif
