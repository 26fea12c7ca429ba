/* SPDX-License-Identifier: MIT */
/*
 * The public prediction: getters over judge/predict. They check bounds and
 * lend; a NULL handle gives the value of absence.
 */
#include "adscp.h"

#include <string.h>

#include "api/count.h"
#include "judge/looked.h"
#include "judge/predict.h"

const char *adscp_prediction_site_source_name(int source)
{
    switch (source) {
    case ADSCP_PREDICTION_SITE_SOURCE_NONE:
        return "none";
    case ADSCP_PREDICTION_SITE_SOURCE_GIVEN:
        return "given";
    case ADSCP_PREDICTION_SITE_SOURCE_ADDRESS:
        return "address";
    case ADSCP_PREDICTION_SITE_SOURCE_DIRECTORY:
        return "directory";
    default:
        return NULL;
    }
}

const char *adscp_evidence_name(int evidence)
{
    switch (evidence) {
    case ADSCP_EVIDENCE_DOCUMENTED:
        return "documented";
    case ADSCP_EVIDENCE_OBSERVED:
        return "observed";
    case ADSCP_EVIDENCE_INFERRED:
        return "inferred";
    case ADSCP_EVIDENCE_CONTESTED:
        return "contested";
    default:
        return NULL;
    }
}

void adscp_prediction_free(adscp_prediction *prediction)
{
    predict_free(prediction);
}

const adscp_forest *adscp_prediction_forest(const adscp_prediction *prediction)
{
    return prediction != NULL ? prediction->forest_index->forest : NULL;
}

const char *adscp_prediction_site(const adscp_prediction *prediction)
{
    return prediction != NULL ? prediction->site.name : NULL;
}

int adscp_prediction_site_source(const adscp_prediction *prediction)
{
    return prediction != NULL ? prediction->site.source : -1;
}

const char *adscp_prediction_address(const adscp_prediction *prediction)
{
    return prediction != NULL ? prediction->question.address : NULL;
}

const char *adscp_prediction_mail(const adscp_prediction *prediction)
{
    return prediction != NULL ? prediction->question.mail : NULL;
}

const char *adscp_prediction_domain(const adscp_prediction *prediction)
{
    return prediction != NULL ? prediction->domain : NULL;
}

int adscp_prediction_profile(const adscp_prediction *prediction)
{
    return prediction != NULL ? prediction->question.profile : -1;
}

int adscp_prediction_client(const adscp_prediction *prediction)
{
    return prediction != NULL ? predict_asker(prediction)->client : -1;
}

int64_t adscp_prediction_time(const adscp_prediction *prediction)
{
    return prediction != NULL ? prediction->question.time : -1;
}

const char *adscp_prediction_assumes(const adscp_prediction *prediction)
{
    if (prediction == NULL)
        return NULL;
    return predict_assumes(prediction, adscp_prediction_site(prediction) != NULL
                                           ? SITE_KNOWN
                                           : SITE_UNKNOWN);
}

int adscp_prediction_complete(const adscp_prediction *prediction)
{
    return prediction != NULL ? prediction->order.complete : -1;
}

int adscp_prediction_looked(const adscp_prediction *prediction)
{
    return prediction != NULL ? looked_at(prediction) : -1;
}

int adscp_prediction_pointer_count(const adscp_prediction *prediction)
{
    return prediction != NULL ? count_of(prediction->order.pointer_count) : -1;
}

static const struct order_pointer *
pointer_at(const adscp_prediction *prediction, int index)
{
    return prediction != NULL &&
                   in_range(index, prediction->order.pointer_count)
               ? &prediction->order.pointers[index]
               : NULL;
}

const char *adscp_prediction_pointer_dn(const adscp_prediction *prediction,
                                        int index)
{
    const struct order_pointer *pointer = pointer_at(prediction, index);

    return pointer != NULL ? scp_dn(pointer->scp) : NULL;
}

const char *adscp_prediction_pointer_target(const adscp_prediction *prediction,
                                            int index)
{
    const struct order_pointer *pointer = pointer_at(prediction, index);

    return pointer != NULL ? pointer->value : NULL;
}

int adscp_prediction_candidate_count(const adscp_prediction *prediction)
{
    return prediction != NULL ? count_of(prediction->order.count) : -1;
}

const adscp_candidate *
adscp_prediction_candidate(const adscp_prediction *prediction, int index)
{
    const struct order_list *list;

    if (prediction == NULL || !in_range(index, prediction->order.count))
        return NULL;
    list = order_list(&prediction->order);
    return list != NULL ? &list->rows[index] : NULL;
}

int adscp_prediction_evidence(const adscp_prediction *prediction)
{
    return prediction != NULL ? prediction->order.evidence : -1;
}

const char *adscp_prediction_rival_reading(const adscp_prediction *prediction)
{
    return prediction != NULL && prediction->order.rival_url != NULL
               ? "newest-first"
               : NULL;
}

const char *adscp_prediction_rival_url(const adscp_prediction *prediction)
{
    return prediction != NULL ? prediction->order.rival_url : NULL;
}

/* The index of the hop that decides. */
static int hop_of(const struct way *way)
{
    return way->alert_hop >= 0 ? way->alert_hop : -1;
}

/* ---------------------------------------------------------------- doubt -- */

static const struct doubt *doubt_of(const adscp_prediction *prediction)
{
    return prediction != NULL ? prediction->doubt : NULL;
}

int adscp_prediction_doubtful(const adscp_prediction *prediction)
{
    if (prediction == NULL)
        return -1;
    return prediction->doubt != NULL && prediction->doubt->is_worse;
}

const char *adscp_prediction_doubt_reading(const adscp_prediction *prediction)
{
    const struct doubt *doubt = doubt_of(prediction);

    return doubt != NULL ? order_reading_name(doubt->rival.reading) : NULL;
}

const char *adscp_prediction_doubt_url(const adscp_prediction *prediction)
{
    const struct doubt *doubt = doubt_of(prediction);

    return doubt != NULL ? doubt->rival.start.url : NULL;
}

int adscp_prediction_doubt_outcome(const adscp_prediction *prediction)
{
    const struct doubt *doubt = doubt_of(prediction);

    return doubt != NULL ? doubt->outcome : -1;
}

int adscp_prediction_doubt_refusal(const adscp_prediction *prediction)
{
    const struct doubt *doubt = doubt_of(prediction);

    return doubt != NULL ? doubt->refusal : ADSCP_REFUSAL_ABSENT;
}

const adscp_alert *
adscp_prediction_doubt_alert(const adscp_prediction *prediction)
{
    const struct doubt *doubt = doubt_of(prediction);

    return doubt != NULL ? doubt->way.alert : NULL;
}

int adscp_prediction_doubt_alert_hop(const adscp_prediction *prediction)
{
    const struct doubt *doubt = doubt_of(prediction);

    return doubt != NULL ? hop_of(&doubt->way) : -1;
}

int adscp_prediction_doubt_hop_count(const adscp_prediction *prediction)
{
    const struct doubt *doubt = doubt_of(prediction);

    if (prediction == NULL)
        return -1;
    return doubt != NULL ? doubt->way.route.count : 0;
}

const adscp_hop *adscp_prediction_doubt_hop(const adscp_prediction *prediction,
                                            int index)
{
    const struct doubt *doubt = doubt_of(prediction);

    return doubt != NULL && in_range(index, (size_t)doubt->way.route.count)
               ? &doubt->way.route.hops[index]
               : NULL;
}

/* ------------------------------------------------------------------ way -- */

const char *adscp_refusal_name(int refusal)
{
    return route_refusal_name(refusal);
}

int adscp_prediction_refusal(const adscp_prediction *prediction)
{
    return prediction != NULL ? route_refusal(&prediction->way.route)
                              : ADSCP_REFUSAL_ABSENT;
}

int adscp_prediction_fallback_url_count(const adscp_prediction *prediction)
{
    return prediction != NULL ? predict_then_count(prediction) : -1;
}

const char *adscp_prediction_fallback_url(const adscp_prediction *prediction,
                                          int index)
{
    return prediction != NULL &&
                   in_range(index, (size_t)predict_then_count(prediction))
               ? predict_then(prediction, index)
               : NULL;
}

const adscp_mailbox *
adscp_prediction_mailbox(const adscp_prediction *prediction)
{
    return prediction != NULL ? predict_mailbox(prediction) : NULL;
}

int adscp_prediction_hop_count(const adscp_prediction *prediction)
{
    return prediction != NULL ? prediction->way.route.count : -1;
}

const adscp_hop *adscp_prediction_hop(const adscp_prediction *prediction,
                                      int index)
{
    return prediction != NULL &&
                   in_range(index, (size_t)prediction->way.route.count)
               ? &prediction->way.route.hops[index]
               : NULL;
}

static size_t service_count(const adscp_prediction *prediction)
{
    return prediction->service_checks != NULL
               ? prediction->service_checks->count
               : 0;
}

int adscp_prediction_service_count(const adscp_prediction *prediction)
{
    return prediction != NULL ? count_of(service_count(prediction)) : -1;
}

const adscp_service *
adscp_prediction_service(const adscp_prediction *prediction, int index)
{
    return prediction != NULL && in_range(index, service_count(prediction))
               ? &prediction->service_checks->rows[index]
               : NULL;
}

int adscp_prediction_services_outcome(const adscp_prediction *prediction)
{
    return prediction != NULL && prediction->service_checks != NULL
               ? prediction->service_checks->outcome
               : -1;
}

int64_t adscp_prediction_changes_on(const adscp_prediction *prediction)
{
    return prediction != NULL ? predict_changes_on(prediction) : -1;
}

const adscp_alert *adscp_prediction_alert(const adscp_prediction *prediction)
{
    return prediction != NULL ? prediction->way.alert : NULL;
}

int adscp_prediction_alert_hop(const adscp_prediction *prediction)
{
    return prediction != NULL ? hop_of(&prediction->way) : -1;
}

int adscp_prediction_finding_count(const adscp_prediction *prediction)
{
    size_t count;

    return prediction != NULL && predict_count_findings(prediction, &count)
               ? count_of(count)
               : -1;
}

const adscp_finding *
adscp_prediction_finding(const adscp_prediction *prediction, int index)
{
    return prediction != NULL && index >= 0
               ? predict_finding(prediction, (size_t)index)
               : NULL;
}

const adscp_finding *
adscp_prediction_find_finding(const adscp_prediction *prediction,
                              const char *code)
{
    int i, count = adscp_prediction_finding_count(prediction);

    for (i = 0; code != NULL && i < count; i++) {
        const adscp_finding *finding = adscp_prediction_finding(prediction, i);

        if (strcmp(adscp_finding_code(finding), code) == 0)
            return finding;
    }
    return NULL;
}
