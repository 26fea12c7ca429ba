/* SPDX-License-Identifier: MIT */
/*
 * Which hop of a route decides what a user sees: of those that the client comes
 * to, the worst.
 */
#include "judge/route/route.h"

bool hop_is_start(const struct adscp_hop *hop)
{
    return hop->via != ADSCP_HOP_VIA_REDIRECT &&
           hop->via != ADSCP_HOP_VIA_REDIRECT_ADDRESS;
}

bool hop_can_answer(const struct adscp_hop *hop)
{
    return !host_check_failed(&hop->met) &&
           (hop->server != NULL || hop->front != NULL || hop->is_online);
}

int route_last_start(const struct route *route)
{
    int i = route->count - 1;

    while (i > 0 && !hop_is_start(&route->hops[i]))
        i--;
    return i;
}

/* Nobody answers where an SCP led; the index of the last such hop, or -1. */
static int find_silent_scp(const struct route *route)
{
    int i = route->count - 1;

    while (i >= 0 && (route->hops[i].via != ADSCP_HOP_VIA_SCP ||
                      !host_check_failed(&route->hops[i].met)))
        i--;
    return i;
}

/* The worst of those that the client comes to; -1: all starts are silent. */
static int find_worst(const struct route *route, bool *answeredp)
{
    int worst = -1, i;

    for (i = 0; i < route->count; i++) {
        const struct adscp_hop *hop = &route->hops[i];

        if (hop_is_start(hop) && host_check_failed(&hop->met))
            continue;
        *answeredp |= hop->via == ADSCP_HOP_VIA_SCP || hop_can_answer(hop);
        if (worst < 0 ||
            host_check_is_worse(&hop->met, &route->hops[worst].met))
            worst = i;
    }
    return worst;
}

int route_worst(const struct route *route)
{
    bool answered = false;
    int worst, silent;

    if (route->count <= 1)
        return route->count - 1;
    worst = find_worst(route, &answered);
    silent = answered ? -1 : find_silent_scp(route);
    if (worst >= 0 && (silent < 0 || route->hops[worst].met.alert->outcome >=
                                         ADSCP_ALERT_OUTCOME_ALERT))
        return worst;
    return silent >= 0 ? silent : route_last_start(route);
}
