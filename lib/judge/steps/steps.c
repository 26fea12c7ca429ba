/* SPDX-License-Identifier: MIT */
/*
 * Rows out of three sources: the table of the generation, the client's
 * settings, and the hosts that were judged when the answer was made.
 */
#include "judge/steps/steps.h"

#include <stdlib.h>

#include "facts/host.h"
#include "judge/predict.h"
#include "judge/steps/mail_hosts.h"

/* Where Outlook from 2016 on asks Office 365 (observed). */
#define OFFICE365_HOST "outlook.office365.com"
#define OFFICE365_URL "https://" OFFICE365_HOST "/autodiscover/autodiscover.xml"

const char *step_method_name(int method)
{
    static const char *const names[] = {
        [ADSCP_STEP_METHOD_RESTART] = "restart",
        [ADSCP_STEP_METHOD_LOCAL_XML_PREFERRED] = "local-xml-preferred",
        [ADSCP_STEP_METHOD_LAST_KNOWN_GOOD] = "last-known-good",
        [ADSCP_STEP_METHOD_OFFICE365_FIRST] = "office365-first",
        [ADSCP_STEP_METHOD_SCP] = "scp",
        [ADSCP_STEP_METHOD_HTTPS_ROOT] = "https-root",
        [ADSCP_STEP_METHOD_HTTPS_AUTODISCOVER] = "https-autodiscover",
        [ADSCP_STEP_METHOD_LOCAL_XML] = "local-xml",
        [ADSCP_STEP_METHOD_HTTP_REDIRECT] = "http-redirect",
        [ADSCP_STEP_METHOD_SRV] = "srv",
        [ADSCP_STEP_METHOD_OFFICE365_FAILSAFE] = "office365-failsafe",
    };

    return method >= 0 && method < (int)(sizeof(names) / sizeof(names[0]))
               ? names[method]
               : NULL;
}

/* The first URL, and what is met there where it is asked. */
static bool fill_scp(const struct adscp_prediction *prediction,
                     struct steps *steps, struct adscp_step *step)
{
    const struct route *route = &prediction->way.route;
    struct destination to;
    struct span host;

    step->url = prediction->order.first.url;
    if (step->url == NULL)
        return true;
    to = destination_of(predict_first_page(prediction), step->url);
    host = host_without_dot(to.host);
    if (host.length > 0) {
        step->host = arena_copy(&steps->arena, host.text, host.length);
        if (step->host == NULL)
            return false;
    }
    if (route->count > 0 && route->hops[0].via == ADSCP_HOP_VIA_SCP)
        step->met = &route->hops[0].met;
    return true;
}

static void fill_mail_host(const struct adscp_prediction *prediction,
                           struct adscp_step *step)
{
    const struct mail_hosts *hosts = predict_mail_hosts(prediction);
    const struct mail_host *host;

    if (hosts == NULL)
        return;
    if (step->method == ADSCP_STEP_METHOD_HTTP_REDIRECT) {
        step->url = hosts->redirect_url;
        step->host = hosts->redirect_host;
        return;
    }
    host = mail_host_of(hosts, step->method);
    if (host == NULL)
        return;
    step->url = host->url;
    step->host = host->host;
    if (host->met.certificate != NULL || host->met.sighting != NULL)
        step->met = &host->met;
}

/* Whether there is a file for the mail domain decides as well; the client's
 * own registry may name one that no policy does. */
static void fill_local_file(const struct adscp_prediction *prediction,
                            struct adscp_step *step)
{
    bool named = step_local_file(prediction) != NULL;

    if (step->is.state != ADSCP_STEP_STATE_OFF)
        step->is.state = named ? ADSCP_STEP_STATE_ON : ADSCP_STEP_STATE_UNKNOWN;
}

static bool fill_row(const struct adscp_prediction *prediction,
                     struct steps *steps, const struct generation_step *from,
                     struct adscp_step *step)
{
    bool ok = true;

    *step = (struct adscp_step){
        .method = from->method,
        .evidence = from->evidence,
        .errors = generation_errors(predict_asker(prediction), from->method),
        .is = generation_switch(predict_asker(prediction), from->method),
    };
    if (from->method == ADSCP_STEP_METHOD_SCP) {
        ok = fill_scp(prediction, steps, step);
    } else if (from->method == ADSCP_STEP_METHOD_OFFICE365_FIRST ||
               from->method == ADSCP_STEP_METHOD_OFFICE365_FAILSAFE) {
        step->url = OFFICE365_URL;
        step->host = OFFICE365_HOST;
    } else if (from->method == ADSCP_STEP_METHOD_LOCAL_XML_PREFERRED ||
               from->method == ADSCP_STEP_METHOD_LOCAL_XML) {
        fill_local_file(prediction, step);
    } else {
        fill_mail_host(prediction, step);
    }
    if (ok)
        step->why = step_why(prediction, step, &steps->arena);
    return step->why != NULL;
}

static struct steps *make(const struct adscp_prediction *prediction)
{
    const struct generation_step *rows = NULL;
    size_t count = generation_steps(predict_asker(prediction)->client, &rows);
    struct steps *steps =
        calloc(1, sizeof(*steps) + count * sizeof(steps->rows[0]));
    size_t i;

    if (steps == NULL)
        return NULL;
    arena_init(&steps->arena);
    steps->count = count;
    for (i = 0; i < count; i++)
        if (!fill_row(prediction, steps, &rows[i], &steps->rows[i])) {
            steps_free(steps);
            return NULL;
        }
    return steps;
}

void steps_free(struct steps *steps)
{
    if (steps == NULL)
        return;
    arena_free(&steps->arena);
    free(steps);
}

/* As text_slot_get(): whoever comes second drops what he made. */
const struct steps *steps_of(const struct adscp_prediction *prediction)
{
    /* Constant to its readers; this slot alone changes, once and atomically. */
    _Atomic(struct steps *) *slot =
        (_Atomic(struct steps *) *)(uintptr_t)&prediction->outlook->steps;
    struct steps *steps = atomic_load_explicit(slot, memory_order_acquire);
    struct steps *mine;

    if (steps != NULL)
        return steps;
    mine = make(prediction);
    if (mine == NULL || atomic_compare_exchange_strong(slot, &steps, mine))
        return mine;
    steps_free(mine);
    return steps;
}
