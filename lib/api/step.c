/* SPDX-License-Identifier: MIT */
/*
 * The public steps of a client: getters over judge/steps.
 */
#include "adscp.h"

#include "api/count.h"
#include "judge/predict.h"
#include "judge/steps/steps.h"

const char *adscp_client_name(int client)
{
    return generation_name(client);
}

const char *adscp_step_method_name(int method)
{
    return step_method_name(method);
}

const char *adscp_step_state_name(int state)
{
    switch (state) {
    case ADSCP_STEP_STATE_OFF:
        return "off";
    case ADSCP_STEP_STATE_ON:
        return "on";
    case ADSCP_STEP_STATE_UNKNOWN:
        return "unknown";
    default:
        return NULL;
    }
}

const char *adscp_step_errors_name(int errors)
{
    switch (errors) {
    case ADSCP_STEP_ERRORS_NONE:
        return "none";
    case ADSCP_STEP_ERRORS_SHOWN:
        return "shown";
    case ADSCP_STEP_ERRORS_SILENT:
        return "silent";
    case ADSCP_STEP_ERRORS_CONTESTED:
        return "contested";
    default:
        return NULL;
    }
}

int adscp_prediction_step_count(const adscp_prediction *prediction)
{
    const struct generation_step *rows;

    return prediction != NULL ? count_of(generation_steps(
                                    predict_asker(prediction)->client, &rows))
                              : -1;
}

const adscp_step *adscp_prediction_step(const adscp_prediction *prediction,
                                        int index)
{
    const struct steps *steps;

    if (index < 0 || index >= adscp_prediction_step_count(prediction))
        return NULL;
    steps = steps_of(prediction);
    return steps != NULL ? &steps->rows[index] : NULL;
}

int adscp_step_method(const adscp_step *step)
{
    return step != NULL ? step->method : -1;
}

int adscp_step_state(const adscp_step *step)
{
    return step != NULL ? step->is.state : -1;
}

const char *adscp_step_by(const adscp_step *step)
{
    return step != NULL ? step->is.by : NULL;
}

const char *adscp_step_by_source(const adscp_step *step)
{
    return step != NULL ? step->is.source : NULL;
}

const char *adscp_step_url(const adscp_step *step)
{
    return step != NULL ? step->url : NULL;
}

const char *adscp_step_host(const adscp_step *step)
{
    return step != NULL ? step->host : NULL;
}

int adscp_step_evidence(const adscp_step *step)
{
    return step != NULL ? step->evidence : -1;
}

int adscp_step_errors(const adscp_step *step)
{
    return step != NULL ? step->errors : -1;
}

const char *adscp_step_why(const adscp_step *step)
{
    return step != NULL ? step->why : NULL;
}

static const struct host_check *met_of(const adscp_step *step)
{
    return step != NULL ? step->met : NULL;
}

const adscp_certificate *adscp_step_certificate(const adscp_step *step)
{
    const struct host_check *met = met_of(step);

    return met != NULL ? met->certificate : NULL;
}

int adscp_step_certificate_source(const adscp_step *step)
{
    const struct host_check *met = met_of(step);

    return met != NULL ? met->source : -1;
}

const adscp_sighting *adscp_step_sighting(const adscp_step *step)
{
    const struct host_check *met = met_of(step);

    return met != NULL ? met->sighting : NULL;
}

const adscp_alert *adscp_step_alert(const adscp_step *step)
{
    const struct host_check *met = met_of(step);

    return met != NULL ? met->alert : NULL;
}
