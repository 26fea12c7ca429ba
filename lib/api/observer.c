/* SPDX-License-Identifier: MIT */
/*
 * The public observer: hosts to look at, a budget, and the sentence about the
 * last failure. Setters check and copy; gather/observe does the work.
 */
#include "adscp.h"

#include <stdlib.h>
#include <string.h>

#include "api/setter.h"
#include "base/deadline.h"
#include "base/error.h"
#include "base/rows.h"
#include "facts/host.h"
#include "facts/url.h"
#include "gather/observe/observe.h"
#include "judge/later.h"

enum {
    TIMEOUT_DEFAULT_MS = 30000,
    NAME_LENGTH_MAX = 253, /* RFC 1035 2.3.4 */
    CANDIDATES_MAX = 10    /* of a prediction: no client follows more hops */
};

struct adscp_observer {
    struct observe_plan plan;
    struct observe_progress progress;
    struct cancel cancel;
    struct detail detail;
};

adscp_observer *adscp_observer_new(void)
{
    adscp_observer *observer = calloc(1, sizeof(*observer));

    if (observer == NULL)
        return NULL;
    if (cancel_open(&observer->cancel) != ADSCP_OK) {
        free(observer);
        return NULL;
    }
    atomic_init(&observer->progress.total, 0);
    atomic_init(&observer->progress.done, 0);
    observer->plan.timeout_ms = TIMEOUT_DEFAULT_MS;
    return observer;
}

void adscp_observer_free(adscp_observer *observer)
{
    size_t i;

    if (observer == NULL)
        return;
    for (i = 0; i < observer->plan.host_count; i++)
        free(observer->plan.hosts[i].name);
    free(observer->plan.hosts);
    resolve_config_clear(&observer->plan.resolve);
    cancel_close(&observer->cancel);
    free(observer);
}

static int add_host(adscp_observer *observer, struct span host, int port)
{
    struct observe_plan *plan = &observer->plan;
    struct observe_host *hosts =
        rows_grow(plan->hosts, plan->host_count, sizeof(*hosts));
    char *name;

    if (hosts == NULL)
        return setter_no_memory(&observer->detail);
    plan->hosts = hosts;
    name = strndup(host.text, host.length);
    if (name == NULL)
        return setter_no_memory(&observer->detail);
    hosts[plan->host_count++] = (struct observe_host){name, port};
    return ADSCP_OK;
}

int adscp_observer_add_host(adscp_observer *observer, const char *host,
                            int port)
{
    struct span name;
    int rc = setter_begin_with(SETTER_DETAIL(observer), host);

    if (rc != ADSCP_OK)
        return rc;
    name = host_without_dot(span_of(host));
    if (name.length == 0 || name.length > NAME_LENGTH_MAX)
        return detail_set(&observer->detail, ADSCP_E_ARGUMENT,
                          "\"%.300s\" is not a host name", host);
    rc = setter_port(&observer->detail, port);
    return rc == ADSCP_OK ? add_host(observer, name, port) : rc;
}

/* The host and port of a URL; one without either is passed over. */
static int add_url(adscp_observer *observer, const char *text)
{
    struct url url;

    if (!url_split_host(text, &url) || url.kind != URL_HTTPS ||
        url.host.length > NAME_LENGTH_MAX)
        return ADSCP_OK;
    return add_host(observer, host_without_dot(url.host), url.port);
}

static int add_hop(adscp_observer *observer, const adscp_hop *hop)
{
    int i, count = adscp_hop_alternative_count(hop);
    int rc = add_url(observer, adscp_hop_url(hop));

    for (i = 0; i < count && rc == ADSCP_OK; i++)
        rc = add_hop(observer, adscp_hop_alternative(hop, i));
    return rc;
}

/* What may come first as well: its whole way, and the rival reading's URL. */
static int add_doubt(adscp_observer *observer,
                     const adscp_prediction *prediction)
{
    int i, hops = adscp_prediction_doubt_hop_count(prediction);
    const char *rival = adscp_prediction_rival_url(prediction);
    int rc = rival != NULL ? add_url(observer, rival) : ADSCP_OK;

    for (i = 0; i < hops && rc == ADSCP_OK; i++)
        rc = add_hop(observer, adscp_prediction_doubt_hop(prediction, i));
    return rc;
}

/* Where a later candidate sends the client, if it comes to that. */
static int add_later(adscp_observer *observer,
                     const adscp_prediction *prediction)
{
    struct redirect *targets = NULL;
    size_t count = 0, i;
    struct arena arena;
    int rc;

    arena_init(&arena);
    rc = later_redirects(prediction, CANDIDATES_MAX, &arena, &targets, &count);
    if (rc == ADSCP_E_NOMEM)
        rc = setter_no_memory(&observer->detail);
    for (i = 0; i < count && rc == ADSCP_OK; i++)
        rc = add_url(observer, targets[i].url);
    arena_free(&arena);
    return rc;
}

int adscp_observer_add_prediction(adscp_observer *observer,
                                  const adscp_prediction *prediction)
{
    int hops = adscp_prediction_hop_count(prediction);
    int services = adscp_prediction_service_count(prediction);
    int candidates = adscp_prediction_candidate_count(prediction);
    int rc = setter_begin(SETTER_DETAIL(observer), NULL), i;

    if (rc != ADSCP_OK)
        return rc;
    if (prediction == NULL)
        return detail_set(&observer->detail, ADSCP_E_ARGUMENT,
                          "a prediction is missing (NULL)");
    for (i = 0; i < hops && rc == ADSCP_OK; i++)
        rc = add_hop(observer, adscp_prediction_hop(prediction, i));
    for (i = 0; i < services && rc == ADSCP_OK; i++)
        rc =
            add_url(observer,
                    adscp_service_url(adscp_prediction_service(prediction, i)));
    for (i = 0; i < candidates && i < CANDIDATES_MAX && rc == ADSCP_OK; i++)
        rc = add_url(observer, adscp_candidate_url(
                                   adscp_prediction_candidate(prediction, i)));
    if (rc == ADSCP_OK)
        rc = add_later(observer, prediction);
    return rc == ADSCP_OK ? add_doubt(observer, prediction) : rc;
}

int adscp_observer_set_dns_server(adscp_observer *observer, const char *address)
{
    char *copy = NULL;
    int rc = setter_begin(SETTER_DETAIL(observer), address);

    if (rc != ADSCP_OK)
        return rc;
    if (address != NULL && resolve_check_server(address) != ADSCP_OK)
        return detail_set(&observer->detail, ADSCP_E_ARGUMENT,
                          "\"%s\" is not the address of a DNS server", address);
    if (address != NULL) {
        copy = strdup(address);
        if (copy == NULL)
            return setter_no_memory(&observer->detail);
    }
    free(observer->plan.resolve.dns_server);
    observer->plan.resolve.dns_server = copy;
    return ADSCP_OK;
}

int adscp_observer_add_resolve(adscp_observer *observer, const char *pin)
{
    int rc = setter_begin_with(SETTER_DETAIL(observer), pin);

    if (rc != ADSCP_OK)
        return rc;
    rc = resolve_config_add(&observer->plan.resolve, pin);
    if (rc == ADSCP_E_ARGUMENT)
        detail_set(&observer->detail, rc,
                   "\"%s\" is not HOST:PORT:ADDRESS[:PORT]", pin);
    return rc == ADSCP_E_NOMEM ? setter_no_memory(&observer->detail) : rc;
}

int adscp_observer_set_timeout_ms(adscp_observer *observer, int milliseconds)
{
    int rc = setter_begin(SETTER_DETAIL(observer), NULL);

    if (rc != ADSCP_OK)
        return rc;
    if (milliseconds < 1)
        return detail_set(&observer->detail, ADSCP_E_ARGUMENT,
                          "the time limit must be at least one millisecond");
    observer->plan.timeout_ms = milliseconds;
    return ADSCP_OK;
}

int adscp_observer_look(adscp_observer *observer, adscp_sightings **out)
{
    struct deadline deadline;
    int rc;

    if (observer == NULL || out == NULL)
        return ADSCP_E_ARGUMENT;
    detail_clear(&observer->detail);
    atomic_store(&observer->progress.done, 0);
    atomic_store(&observer->progress.total, 0);
    deadline_start(&deadline, observer->plan.timeout_ms, &observer->cancel);
    rc = deadline_check(&deadline);
    if (rc == ADSCP_E_CANCELLED)
        detail_set(&observer->detail, rc, "%s", adscp_error_text(rc));
    else
        rc = certificates_begin(&observer->detail);
    if (rc == ADSCP_E_NOMEM)
        setter_no_memory(&observer->detail);
    if (rc == ADSCP_OK)
        rc = observe_run(&observer->plan, &deadline, &observer->progress,
                         &observer->detail, out);
    /* A cancel that came too late for this call must not end the next one. */
    cancel_reset(&observer->cancel);
    return rc;
}

int adscp_observer_cancel(adscp_observer *observer)
{
    if (observer == NULL)
        return ADSCP_E_ARGUMENT;
    cancel_raise(&observer->cancel);
    return ADSCP_OK;
}

int adscp_observer_total_count(const adscp_observer *observer)
{
    return observer != NULL ? atomic_load(&observer->progress.total) : -1;
}

int adscp_observer_done_count(const adscp_observer *observer)
{
    return observer != NULL ? atomic_load(&observer->progress.done) : -1;
}

const char *adscp_observer_error_detail(const adscp_observer *observer)
{
    return observer != NULL ? observer->detail.text : "";
}
