/* SPDX-License-Identifier: MIT */
/*
 * What answers make when they are first asked for, made at once: whoever called
 * one of these with success asks getters that cannot fail.
 */
#include "api/prepare.h"

#include <stddef.h>

#include "facts/certificate/certificate.h"
#include "facts/server.h"
#include "facts/sightings.h"
#include "judge/behind.h"
#include "judge/coverage/coverage.h"
#include "judge/predict.h"
#include "judge/steps/steps.h"

static bool prepare_scp(const adscp_scp *scp)
{
    return scp == NULL || scp_dn(scp) != NULL;
}

bool server_prepare(const adscp_server *server)
{
    const adscp_certificate *certificate;

    if (server == NULL || server->certificate.bytes == NULL)
        return true;
    certificate = server_certificate(server);
    return certificate != NULL && certificate_prepare(certificate);
}

/* Predictions may name those of every directory. */
static bool prepare_servers(const adscp_forest *forest)
{
    size_t i, k;

    for (i = 0; i < forest->directory_count; i++)
        for (k = 0; k < forest->directories[i]->server_count; k++)
            if (!server_prepare(&forest->directories[i]->servers[k]))
                return false;
    return true;
}

bool forest_prepare(const adscp_forest *forest)
{
    int count = adscp_forest_scp_count(forest), i;

    for (i = 0; i < count; i++)
        if (!prepare_scp(adscp_forest_scp(forest, i)))
            return false;
    return prepare_servers(forest);
}

static int outcome_of(bool ok)
{
    return ok ? ADSCP_OK : ADSCP_E_NOMEM;
}

int adscp_forest_prepare(const adscp_forest *forest)
{
    bool ok;

    if (forest == NULL)
        return ADSCP_E_ARGUMENT;
    ok = forest_prepare(forest);
    if (ok && forest->kept)
        ok = adscp_forest_snapshot(forest) != NULL;
    return outcome_of(ok);
}

/* ------------------------------------------------------------- sightings -- */

static bool prepare_sighting(const adscp_sighting *sighting)
{
    int count = adscp_sighting_certificate_count(sighting), i;

    for (i = 0; i < count; i++)
        if (!certificate_prepare(adscp_sighting_certificate(sighting, i)))
            return false;
    return true;
}

int adscp_sightings_prepare(const adscp_sightings *sightings)
{
    int count = adscp_sightings_count(sightings), i;
    bool ok = true;

    if (sightings == NULL)
        return ADSCP_E_ARGUMENT;
    for (i = 0; i < count && ok; i++)
        ok = prepare_sighting(adscp_sightings_sighting(sightings, i));
    return outcome_of(ok);
}

/* ------------------------------------------------------------ prediction -- */

/* The certificates of its alert's chain were prepared when that was made. */
static bool prepare_met(const struct host_check *met)
{
    return (met->certificate == NULL ||
            certificate_prepare(met->certificate)) &&
           prepare_sighting(met->sighting);
}

bool hop_prepare(const adscp_hop *hop)
{
    int i;

    if ((hop_has_host(hop) && hop_host(hop) == NULL) || hop_why(hop) == NULL ||
        !prepare_scp(hop->scp) || !prepare_met(&hop->met))
        return false;
    for (i = 0; i < hop->alternative_count; i++)
        if (!hop_prepare(&hop->alternatives[i]))
            return false;
    return true;
}

static bool prepare_way(const struct way *way)
{
    int i;

    for (i = 0; i < way->route.count; i++)
        if (!hop_prepare(&way->route.hops[i]))
            return false;
    return true;
}

static bool prepare_order(const struct order *order)
{
    const struct order_list *list = NULL;
    size_t i;

    for (i = 0; i < order->pointer_count; i++)
        if (!prepare_scp(order->pointers[i].scp))
            return false;
    if (order->count == 0)
        return true;
    list = order_list(order);
    for (i = 0; list != NULL && i < list->count; i++)
        if (!candidate_prepare(&list->rows[i]))
            return false;
    return list != NULL;
}

static bool prepare_services(const struct service_checks *service_checks)
{
    size_t i, count = service_checks != NULL ? service_checks->count : 0;

    for (i = 0; i < count; i++)
        if (!prepare_met(&service_checks->rows[i].met))
            return false;
    return true;
}

static bool prepare_behind(const struct behind *behind)
{
    size_t i, k, count = behind != NULL ? behind->count : 0;

    for (i = 0; i < count; i++) {
        const struct adscp_front *front = &behind->fronts[i];

        if (!prepare_sighting(front->sighting))
            return false;
        for (k = 0; k < front->count; k++)
            if (!prepare_sighting(front->rows[k].sighting) ||
                (front->rows[k].own != NULL &&
                 !certificate_prepare(front->rows[k].own)))
                return false;
    }
    return true;
}

static bool prepare_finding(const struct adscp_finding *finding)
{
    return finding_sentence(finding) != NULL && prepare_scp(finding->scp);
}

int adscp_finding_prepare(const adscp_finding *finding)
{
    return finding != NULL ? outcome_of(prepare_finding(finding))
                           : ADSCP_E_ARGUMENT;
}

int adscp_candidate_prepare(const adscp_candidate *candidate)
{
    return candidate != NULL ? outcome_of(candidate_prepare(candidate))
                             : ADSCP_E_ARGUMENT;
}

static bool prepare_findings(const struct adscp_prediction *prediction)
{
    size_t count, i;

    if (!predict_count_findings(prediction, &count))
        return false;
    for (i = 0; i < count; i++)
        if (!prepare_finding(predict_finding(prediction, i)))
            return false;
    return true;
}

/* The hosts of the mail domain may show certificates on no hop. */
static bool prepare_steps(const struct adscp_prediction *prediction)
{
    const struct steps *steps = steps_of(prediction);
    size_t i;

    for (i = 0; steps != NULL && i < steps->count; i++)
        if (steps->rows[i].met != NULL && !prepare_met(steps->rows[i].met))
            return false;
    return steps != NULL;
}

static bool prepare_fallback(const struct adscp_prediction *prediction)
{
    int i;

    for (i = 0; i < predict_then_count(prediction); i++)
        if (predict_then(prediction, i) == NULL)
            return false;
    return true;
}

int adscp_prediction_prepare(const adscp_prediction *prediction)
{
    if (prediction == NULL)
        return ADSCP_E_ARGUMENT;
    return outcome_of(
        prepare_order(&prediction->order) && prepare_way(&prediction->way) &&
        (prediction->doubt == NULL || prepare_way(&prediction->doubt->way)) &&
        prepare_services(prediction->service_checks) &&
        (predict_asker(prediction)->client < 0 || prepare_steps(prediction)) &&
        prepare_behind(prediction->behind) && prepare_fallback(prediction) &&
        prepare_findings(prediction));
}

/* -------------------------------------------------------------- coverage -- */

int adscp_coverage_prepare(const adscp_coverage *coverage)
{
    size_t count, i;

    if (coverage == NULL)
        return ADSCP_E_ARGUMENT;
    if (!coverage_count_findings(coverage, &count))
        return ADSCP_E_NOMEM;
    for (i = 0; i < count; i++)
        if (!prepare_finding(coverage_finding(coverage, i)))
            return ADSCP_E_NOMEM;
    return ADSCP_OK;
}
