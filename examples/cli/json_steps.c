/* SPDX-License-Identifier: MIT */
/*
 * The client's whole way, step by step.
 */
#include "json.h"

static json_t *step(struct document *document, const void *answer, int index)
{
    const adscp_step *row = adscp_prediction_step(answer, index);
    json_t *object = json_object();

    json_set(document, object, "step", json_integer(index + 1));
    json_set(document, object, "method",
             json_text(adscp_step_method_name(adscp_step_method(row))));
    json_set(document, object, "state",
             json_text(adscp_step_state_name(adscp_step_state(row))));
    json_set(document, object, "by", json_text(adscp_step_by(row)));
    json_set(document, object, "by_source",
             json_text(adscp_step_by_source(row)));
    json_set(document, object, "url", json_text(adscp_step_url(row)));
    json_set(document, object, "host", json_text(adscp_step_host(row)));
    json_set(document, object, "certificate",
             json_certificate(document, adscp_step_certificate(row),
                              adscp_step_certificate_source(row),
                              adscp_step_sighting(row), adscp_step_alert(row),
                              document->report->time));
    json_set(document, object, "alert",
             adscp_step_alert(row) != NULL
                 ? json_alert(document, adscp_step_alert(row))
                 : json_null());
    json_set(document, object, "errors",
             json_text(adscp_step_errors_name(adscp_step_errors(row))));
    json_set(document, object, "evidence",
             json_text(adscp_evidence_name(adscp_step_evidence(row))));
    json_set(document, object, "why",
             json_sure_text(document, adscp_step_why(row)));
    return object;
}

json_t *json_steps(struct document *document)
{
    const adscp_prediction *answer = document->report->answer;

    return json_rows(document, adscp_prediction_step_count(answer), step,
                     answer);
}
