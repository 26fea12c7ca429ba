/* SPDX-License-Identifier: MIT */
/*
 * From one URL to the next, as long as nobody answers. Only what was seen tells
 * that, so that the list of all candidates is seldom needed.
 */
#include "judge/way.h"

#include <string.h>

/* The hops from this URL on, and the certificates there. */
static int follow_url(struct basis *basis, const struct way_question *question,
                      const struct order_first *start, struct arena *arena,
                      struct way *way)
{
    const struct order *order = question->order;
    const struct route_start from = {
        .page = order->forest_index->pages[start->directory],
        .order = order,
        .scp = start->scp,
        .url = start->url,
        .mailbox = question->mailbox,
    };
    int first = way->route.count;
    int rc = route_add(&from, arena, &way->route);

    way->tried++;
    return rc == ADSCP_OK ? route_meet(basis, from.page, &way->route, first)
                          : rc;
}

/* Nobody answers where the last URL led: the client goes on. */
static bool goes_on(const struct way *way)
{
    const struct route *route = &way->route;

    return route->count < ROUTE_HOPS_MAX &&
           host_check_failed(&route->hops[route_last_start(route)].met);
}

/* Nobody predicts that the client ever comes to a row of the tail. */
static int follow_others(struct basis *basis,
                         const struct way_question *question,
                         const struct order_first *start, struct arena *arena,
                         struct way *way)
{
    const struct order_list *list = order_list(question->order);
    const struct adscp_candidate *first;
    int rc = ADSCP_OK;
    uint32_t i;

    if (list == NULL)
        return ADSCP_E_NOMEM;
    first = order_row(question->order, start->scp, start->url);
    for (i = 0; i < list->count && rc == ADSCP_OK && goes_on(way); i++) {
        const struct adscp_candidate *row = &list->rows[i];
        struct order_first next = {row->scp, order_url(row), row->directory};

        if (row->undocumented)
            break;
        if (row != first)
            rc = follow_url(basis, question, &next, arena, way);
    }
    return rc;
}

/* The hop, or else the service, that decides what the user sees. */
static void settle(const struct service_checks *service_checks, struct way *way)
{
    int worst = route_worst(&way->route);

    way->alert_hop = worst;
    way->alert = way->route.hops[worst].met.alert;
    if (service_checks == NULL || service_checks->worst == NULL ||
        way->alert->outcome >= ADSCP_ALERT_OUTCOME_ALERT)
        return;
    way->alert_hop = -1;
    way->alert = service_checks->worst->alert;
}

int way_follow(struct basis *basis, const struct way_question *question,
               const struct order_first *start, struct arena *arena,
               struct way *way)
{
    int rc;

    *way = (struct way){.alert_hop = -1};
    rc = follow_url(basis, question, start, arena, way);
    if (rc == ADSCP_OK && question->order->count > 1 && goes_on(way))
        rc = follow_others(basis, question, start, arena, way);
    if (rc == ADSCP_OK)
        settle(question->service_checks, way);
    return rc;
}

void way_clear(struct way *way)
{
    route_clear(&way->route);
    *way = (struct way){.alert_hop = -1};
}
