/* SPDX-License-Identifier: MIT */
/*
 * Ends of a way: servers behind one name that would not do the same, and
 * answers that never come.
 */
#include "judge/route/route.h"

#include <stdlib.h>
#include <string.h>

static bool is_fork(const struct adscp_hop *hop)
{
    if (hop->server != NULL || host_check_failed(&hop->met))
        return false;
    if (hop->ground == GROUND_NEWER_SERVERS)
        return true;
    return hop->ground == GROUND_MIXED_SERVERS &&
           hop->action == ADSCP_HOP_ACTION_UNKNOWN;
}

const struct adscp_hop *route_fork(const struct route *route)
{
    int i;

    for (i = 0; i < route->count; i++)
        if (is_fork(&route->hops[i]))
            return &route->hops[i];
    return NULL;
}

int route_report_fork(const struct route *route, struct arena *arena,
                      struct finding_list *findings)
{
    const struct adscp_hop *fork = route_fork(route);
    struct finding_what what = {0};
    char *servers;

    if (fork == NULL)
        return ADSCP_OK;
    servers = hop_list_servers(fork);
    what.host = hop_host(fork);
    if (servers != NULL)
        what.words = arena_copy(arena, servers, strlen(servers));
    free(servers);
    if (what.host == NULL || what.words == NULL)
        return ADSCP_E_NOMEM;
    what.dn = hop_dn(fork);
    what.server = fork->mailbox->server->name;
    return finding_add(findings, FINDING_SERVERS_ACTIONS_DIFFER, what);
}

int route_refusal(const struct route *route)
{
    const struct adscp_hop *last =
        route->count > 0 ? &route->hops[route->count - 1] : NULL;

    if (last == NULL || host_check_failed(&last->met))
        return ADSCP_REFUSAL_NONE;
    switch (last->action) {
    case ADSCP_HOP_ACTION_ERROR:
        return ADSCP_REFUSAL_ERROR;
    case ADSCP_HOP_ACTION_REDIRECT:
        return route->loops ? ADSCP_REFUSAL_CIRCLE : ADSCP_REFUSAL_NONE;
    case ADSCP_HOP_ACTION_REDIRECT_ADDRESS:
        return last->mailbox->is_circle ? ADSCP_REFUSAL_CIRCLE
                                        : ADSCP_REFUSAL_NONE;
    default:
        return last->ground == GROUND_RULE && last->rule->is_a_risk
                   ? ADSCP_REFUSAL_UNSUPPORTED
                   : ADSCP_REFUSAL_NONE;
    }
}

const char *route_refusal_name(int refusal)
{
    switch (refusal) {
    case ADSCP_REFUSAL_NONE:
        return "none";
    case ADSCP_REFUSAL_UNSUPPORTED:
        return "unsupported";
    case ADSCP_REFUSAL_ERROR:
        return "error";
    case ADSCP_REFUSAL_CIRCLE:
        return "circle";
    default:
        return NULL;
    }
}
