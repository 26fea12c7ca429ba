/* SPDX-License-Identifier: MIT */
/*
 * One answer among many, as one JSON object: where the client begins, whom it
 * meets, what it sees.
 */
#include "coverage.h"
#include "json.h"

json_t *json_client_kind(const adscp_prediction *answer)
{
    return json_text(adscp_client_name(adscp_prediction_client(answer)));
}

json_t *json_cover_client(struct document *document,
                          const adscp_coverage *coverage)
{
    const adscp_prediction *any = adscp_coverage_class_prediction(coverage, 0);
    json_t *object = json_object();

    json_set(document, object, "domain",
             json_text(adscp_prediction_domain(any)));
    json_set(document, object, "profile",
             json_text(adscp_profile_name(adscp_coverage_profile(coverage))));
    json_set(document, object, "kind", json_client_kind(any));
    json_set(document, object, "time",
             json_moment(adscp_coverage_time(coverage)));
    json_set(document, object, "assumes",
             json_text(adscp_coverage_assumes(coverage)));
    return object;
}

json_t *json_first(struct document *document, const adscp_prediction *answer)
{
    const adscp_hop *hop = adscp_prediction_hop(answer, 0);
    json_t *object;

    if (hop == NULL)
        return json_null();
    object = json_object();
    json_set(document, object, "url", json_text(adscp_hop_url(hop)));
    json_set(document, object, "host", json_text(adscp_hop_host(hop)));
    json_set(document, object, "server",
             json_text(adscp_server_name(adscp_hop_server(hop))));
    return object;
}

static json_t *hop(struct document *document, const adscp_hop *row)
{
    const adscp_server *server = adscp_hop_server(row);
    json_t *object = json_object();

    json_set(document, object, "host", json_text(adscp_hop_host(row)));
    json_set(document, object, "server", json_text(adscp_server_name(server)));
    json_set(document, object, "version",
             json_text(adscp_server_version(server)));
    json_set(document, object, "action",
             json_text(adscp_hop_action_name(adscp_hop_action(row))));
    json_set(document, object, "outcome",
             json_text(adscp_alert_outcome_name(
                 adscp_alert_outcome(adscp_hop_alert(row)))));
    return object;
}

json_t *json_hops(struct document *document, const adscp_prediction *answer)
{
    int i, count = adscp_prediction_hop_count(answer);
    json_t *array = json_array();

    for (i = 0; i < count; i++)
        json_append(document, array,
                    hop(document, adscp_prediction_hop(answer, i)));
    return array;
}

json_t *json_cell(struct document *document, const adscp_prediction *answer)
{
    json_t *object;

    if (answer == NULL)
        return json_null();
    object = json_object();
    json_set(document, object, "outcome",
             json_text(adscp_alert_outcome_name(coverage_outcome(answer))));
    json_set(document, object, "doubtful",
             json_boolean(adscp_prediction_doubtful(answer) == 1));
    json_set(document, object, "evidence",
             json_text(adscp_evidence_name(adscp_prediction_evidence(answer))));
    json_set(document, object, "first", json_first(document, answer));
    json_set(document, object, "hops", json_hops(document, answer));
    json_set(document, object, "services_outcome",
             json_text(adscp_alert_outcome_name(
                 adscp_prediction_services_outcome(answer))));
    return object;
}
