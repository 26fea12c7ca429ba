/* SPDX-License-Identifier: MIT */
/*
 * The public observer: hosts to look at, a budget, and the sentence about the
 * last failure. Setters check and copy; gather/observe does the work.
 */
#include "adscp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/setter.h"
#include "base/deadline.h"
#include "base/error.h"
#include "base/rows.h"
#include "base/table.h"
#include "facts/host.h"
#include "facts/url.h"
#include "gather/observe/observe.h"
#include "judge/later.h"
#include "judge/predict.h"

enum {
    TIMEOUT_DEFAULT_MS = 30000,
    NAME_LENGTH_MAX = 253, /* RFC 1035 2.3.4 */
    CANDIDATES_MAX = 10    /* of a prediction: no client follows more hops */
};

struct adscp_observer {
    struct observe_plan plan;
    bool behind;         /* look at the servers behind shared hosts, too */
    struct table fronts; /* hosts and ports that were looked behind */
    struct arena arena;  /* of those */
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
    arena_init(&observer->arena);
    observer->fronts.sense = TABLE_ASCII;
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
    for (i = 0; i < observer->plan.host_count; i++) {
        free(observer->plan.hosts[i].name);
        free(observer->plan.hosts[i].front);
    }
    free(observer->plan.hosts);
    table_clear(&observer->fronts);
    arena_free(&observer->arena);
    for (i = 0; i < observer->plan.domain_count; i++)
        free(observer->plan.domains[i]);
    free(observer->plan.domains);
    resolve_config_clear(&observer->plan.resolve);
    cancel_close(&observer->cancel);
    free(observer);
}

static int add_row(adscp_observer *observer, const struct observe_host *row,
                   struct span host, struct span front)
{
    struct observe_plan *plan = &observer->plan;
    struct observe_host *hosts =
        rows_grow(plan->hosts, plan->host_count, sizeof(*hosts));
    struct observe_host *added;

    if (hosts == NULL)
        return setter_no_memory(&observer->detail);
    plan->hosts = hosts;
    added = &hosts[plan->host_count];
    *added = *row;
    added->name = strndup(host.text, host.length);
    if (front.text != NULL)
        added->front = strndup(front.text, front.length);
    if (added->name == NULL || (front.text != NULL && added->front == NULL)) {
        free(added->name);
        free(added->front);
        return setter_no_memory(&observer->detail);
    }
    plan->host_count++;
    return ADSCP_OK;
}

static int add_host(adscp_observer *observer, struct span host, int port)
{
    return add_row(observer, &(struct observe_host){.port = port}, host,
                   (struct span){0});
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

/* A server behind a shared host, asked for its own name and for that host. */
static int add_server(adscp_observer *observer, const char *name,
                      struct span front, int port)
{
    const struct observe_host row = {.port = port};
    struct span host = host_without_dot(span_of(name));
    int rc;

    if (host.length == 0 || host.length > NAME_LENGTH_MAX)
        return ADSCP_OK;
    rc = add_row(observer, &row, host, (struct span){0});
    return rc == ADSCP_OK ? add_row(observer, &row, host, front) : rc;
}

/* Several servers may answer at the host, and each is asked by itself. */
static int add_front(adscp_observer *observer, const struct front *front,
                     struct span host, int port)
{
    int rc =
        add_row(observer, &(struct observe_host){.port = port, .is_pool = true},
                host, (struct span){0});
    uint32_t i;

    for (i = 0; i < front->publishers && rc == ADSCP_OK; i++)
        rc = add_server(observer, behind_name(front_publisher(front, i)), host,
                        port);
    return rc;
}

/* Whether it was not there before: coverages name their hosts in every class.
 */
static int know_front(adscp_observer *observer, struct span host, int port,
                      bool *newp)
{
    uint32_t count = observer->fronts.count, number;
    char key[NAME_LENGTH_MAX + 16];
    int length = snprintf(key, sizeof(key), "%d %.*s", port, (int)host.length,
                          host.text);

    number =
        table_keep(&observer->fronts, &observer->arena, key, (size_t)length);
    if (number == TABLE_NONE)
        return setter_no_memory(&observer->detail);
    *newp = number == count;
    return ADSCP_OK;
}

/* The host and port of a URL; one without either is passed over. */
static int add_url(adscp_observer *observer, const adscp_prediction *prediction,
                   const char *text)
{
    const struct front *front = NULL;
    bool is_new = false;
    struct span host;
    struct url url;
    int rc;

    if (!url_split_host(text, &url) || url.kind != URL_HTTPS ||
        url.host.length > NAME_LENGTH_MAX)
        return ADSCP_OK;
    host = host_without_dot(url.host);
    if (observer->behind)
        front = predict_front(prediction, host, url.port);
    if (front == NULL)
        return add_host(observer, host, url.port);
    rc = know_front(observer, host, url.port, &is_new);
    return rc == ADSCP_OK && is_new ? add_front(observer, front, host, url.port)
                                    : rc;
}

static int add_hop(adscp_observer *observer, const adscp_prediction *prediction,
                   const adscp_hop *hop)
{
    int i, count = adscp_hop_alternative_count(hop);
    int rc = add_url(observer, prediction, adscp_hop_url(hop));

    for (i = 0; i < count && rc == ADSCP_OK; i++)
        rc = add_hop(observer, prediction, adscp_hop_alternative(hop, i));
    return rc;
}

/* What may come first as well: its whole way, and the rival reading's URL. */
static int add_doubt(adscp_observer *observer,
                     const adscp_prediction *prediction)
{
    int i, hops = adscp_prediction_doubt_hop_count(prediction);
    const char *rival = adscp_prediction_rival_url(prediction);
    int rc = rival != NULL ? add_url(observer, prediction, rival) : ADSCP_OK;

    for (i = 0; i < hops && rc == ADSCP_OK; i++)
        rc = add_hop(observer, prediction,
                     adscp_prediction_doubt_hop(prediction, i));
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
        rc = add_url(observer, prediction, targets[i].url);
    arena_free(&arena);
    return rc;
}

/* A mail domain, once. */
static int add_domain(adscp_observer *observer, const char *domain)
{
    struct observe_plan *plan = &observer->plan;
    char **rows, *copy;
    size_t i;

    for (i = 0; i < plan->domain_count; i++)
        if (strcmp(plan->domains[i], domain) == 0)
            return ADSCP_OK;
    rows = rows_grow(plan->domains, plan->domain_count, sizeof(*rows));
    if (rows == NULL)
        return setter_no_memory(&observer->detail);
    plan->domains = rows;
    copy = strdup(domain);
    if (copy == NULL)
        return setter_no_memory(&observer->detail);
    rows[plan->domain_count++] = copy;
    return ADSCP_OK;
}

/* The hosts of the mail domain, but for those that the client leaves out. */
static int add_mail_hosts(adscp_observer *observer,
                          const adscp_prediction *prediction)
{
    int count = predict_then_count(prediction), rc = ADSCP_OK, i;

    for (i = 0; i < count && rc == ADSCP_OK; i++) {
        const char *url = predict_then(prediction, i);

        if (url == NULL)
            return setter_no_memory(&observer->detail);
        rc = add_url(observer, prediction, url);
    }
    if (rc == ADSCP_OK &&
        !generation_is_off(predict_asker(prediction), ADSCP_STEP_METHOD_SRV))
        rc = add_domain(observer, prediction->domain);
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
        rc = add_hop(observer, prediction, adscp_prediction_hop(prediction, i));
    for (i = 0; i < services && rc == ADSCP_OK; i++)
        rc =
            add_url(observer, prediction,
                    adscp_service_url(adscp_prediction_service(prediction, i)));
    for (i = 0; i < candidates && i < CANDIDATES_MAX && rc == ADSCP_OK; i++)
        rc = add_url(
            observer, prediction,
            adscp_candidate_url(adscp_prediction_candidate(prediction, i)));
    if (rc == ADSCP_OK)
        rc = add_later(observer, prediction);
    if (rc == ADSCP_OK && predict_asks_domain(prediction))
        rc = add_mail_hosts(observer, prediction);
    return rc == ADSCP_OK ? add_doubt(observer, prediction) : rc;
}

int adscp_observer_set_behind(adscp_observer *observer, int behind)
{
    int rc = setter_begin(SETTER_DETAIL(observer), NULL);

    if (rc == ADSCP_OK)
        observer->behind = behind != 0;
    return rc;
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
