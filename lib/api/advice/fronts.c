/* SPDX-License-Identifier: MIT */
/*
 * One certificate for a shared host and all servers behind it: that of one of
 * them, or a new one.
 */
#include <stdlib.h>

#include "api/advice/private.h"

/* Those behind the host, but for the one whose certificate it is. */
static void find_members(const adscp_front *front, const adscp_server *source,
                         struct servers *servers)
{
    int i, count = adscp_front_backend_count(front);

    servers->count = 0;
    for (i = 0; i < count && servers->count < SERVERS_MAX; i++) {
        const adscp_server *server =
            adscp_backend_server(adscp_front_backend(front, i));

        if (server != NULL && server != source && !has_server(servers, server))
            servers->rows[servers->count++] = server;
    }
}

/* What it is for: the balancer is no server of the forest. */
static char *explain(const adscp_front *front, const char *name)
{
    struct export_text out = {.bytes = NULL};

    if (name != NULL) {
        put_text(&out, name);
        put_text(&out, ", so that ");
    }
    put_text(&out, adscp_front_host(front));
    put_text(&out, " and all servers behind it show the same one (a balancer "
                   "that ends TLS needs it, too)");
    if (!out.failed)
        return out.bytes;
    export_free(&out);
    return NULL;
}

int add_for_front(struct attempt *attempt, const adscp_prediction *answer)
{
    const adscp_front *front = advice_front(answer);
    const char *name =
        attempt->source != NULL ? adscp_server_name(attempt->source) : NULL;
    struct servers servers;
    char *why;
    int rc;

    if (front == NULL || (attempt->source != NULL && name == NULL))
        return ADSCP_OK;
    find_members(front, attempt->source, &servers);
    why = explain(front, name);
    rc = why != NULL
             ? add_joint(attempt, &servers, name != NULL ? name : "trusted",
                         name != NULL ? ACT_FRONT_COPY : ACT_FRONT_NEW, why)
             : ADSCP_E_NOMEM;
    free(why);
    return rc;
}
