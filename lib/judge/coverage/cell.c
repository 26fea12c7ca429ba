/* SPDX-License-Identifier: MIT */
/*
 * What of an answer makes a cell: what the user sees, how sure that is, where
 * the client begins, the servers that it meets and what each does, and what
 * becomes of the services. Two cells that agree in that are one class.
 */
#include <string.h>

#include "base/hash.h"
#include "facts/url.h"
#include "judge/coverage/private.h"

static int outcome_of(const struct adscp_prediction *prediction)
{
    const struct adscp_alert *alert = prediction->way.alert;

    return alert != NULL ? alert->outcome : -1;
}

static bool is_doubtful(const struct adscp_prediction *prediction)
{
    return prediction->doubt != NULL && prediction->doubt->is_worse;
}

static int services_outcome(const struct adscp_prediction *prediction)
{
    return prediction->service_checks != NULL
               ? prediction->service_checks->outcome
               : -1;
}

static bool same_text(const char *a, const char *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    return a == b || strcmp(a, b) == 0;
}

static bool same_server(const struct adscp_server *a,
                        const struct adscp_server *b)
{
    if (a == b || a == NULL || b == NULL)
        return a == b;
    return same_text(a->name, b->name) &&
           same_text(a->version_name, b->version_name);
}

/* By the letters in which it is shown. */
static bool same_host(const char *a, const char *b)
{
    struct url first, second;

    if (same_text(a, b))
        return true;
    if (!url_split_host(a, &first) || !url_split_host(b, &second))
        return false;
    return first.host.length == second.host.length &&
           memcmp(first.host.text, second.host.text, first.host.length) == 0;
}

static bool same_hop(const struct adscp_hop *a, const struct adscp_hop *b)
{
    return a->action == b->action &&
           a->met.alert->outcome == b->met.alert->outcome &&
           same_server(a->server, b->server) && same_host(a->url, b->url);
}

bool cell_equal(const struct adscp_prediction *a,
                const struct adscp_prediction *b)
{
    const struct route *first = &a->way.route, *second = &b->way.route;
    int i;

    if (outcome_of(a) != outcome_of(b) || is_doubtful(a) != is_doubtful(b) ||
        a->order.evidence != b->order.evidence ||
        services_outcome(a) != services_outcome(b) ||
        first->count != second->count)
        return false;
    if (first->count > 0 && !same_text(first->hops[0].url, second->hops[0].url))
        return false;
    for (i = 0; i < first->count; i++)
        if (!same_hop(&first->hops[i], &second->hops[i]))
            return false;
    return true;
}

uint32_t cell_hash(const struct adscp_prediction *prediction)
{
    const struct route *route = &prediction->way.route;
    uint32_t hash = hash_join((uint32_t)outcome_of(prediction),
                              (uint32_t)services_outcome(prediction));
    int i;

    hash = hash_join(hash, (uint32_t)is_doubtful(prediction));
    hash = hash_join(hash, (uint32_t)prediction->order.evidence);
    if (route->count > 0)
        hash = hash_join(
            hash, hash_bytes(route->hops[0].url, strlen(route->hops[0].url)));
    for (i = 0; i < route->count; i++)
        hash = hash_join(hash, (uint32_t)route->hops[i].action);
    return hash;
}
