/* SPDX-License-Identifier: MIT */
/*
 * Which hosts an answer has to do with.
 */
#include "facts/host.h"
#include "judge/predict.h"

static bool route_meets(const struct adscp_hop *hops, int count,
                        const char *host)
{
    int i;

    for (i = 0; i < count; i++)
        if ((hops[i].to != NULL && host_is(hops[i].to->host, host)) ||
            route_meets(hops[i].alternatives, hops[i].alternative_count, host))
            return true;
    return false;
}

bool predict_meets(const struct adscp_prediction *prediction, const char *host)
{
    const struct service_checks *service_checks = prediction->service_checks;
    const struct route *route = &prediction->way.route;
    const struct doubt *doubt = prediction->doubt;
    size_t i;

    if (route_meets(route->hops, route->count, host) ||
        (doubt != NULL &&
         route_meets(doubt->way.route.hops, doubt->way.route.count, host)))
        return true;
    for (i = 0; service_checks != NULL && i < service_checks->count; i++)
        if (host_is(span_of(service_checks->rows[i].service->host), host))
            return true;
    return false;
}

const struct front *predict_front(const struct adscp_prediction *prediction,
                                  struct span host, int port)
{
    const struct forest_index *forest_index = prediction->forest_index;
    const struct front *front = NULL;
    size_t i;

    for (i = 0; i < forest_index->forest->directory_count && front == NULL; i++)
        if (prediction->order.states[i] != 0)
            front =
                topology_front(&forest_index->pages[i]->topology, host, port);
    return front;
}
