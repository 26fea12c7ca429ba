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

/* Do all servers show that of the source already? Then the host alone does not.
 */
static bool is_shown_by_all(const adscp_front *front,
                            const adscp_server *source)
{
    const adscp_certificate *own = adscp_server_certificate(source);
    int i, count = adscp_front_backend_count(front);

    for (i = 0; i < count; i++) {
        const adscp_certificate *shown =
            backend_shown(adscp_front_backend(front, i));

        if (own == NULL || shown == NULL || !same_certificate(own, shown))
            return false;
    }
    return true;
}

/* The balancer's own certificate is in no directory: the step says that it no
 * longer counts. */
static int add_host(struct attempt *attempt, const adscp_front *front,
                    const struct servers *servers, const char *name)
{
    struct export_text step = {.bytes = NULL};
    int rc = ADSCP_OK;

    if (joint_step(servers, name, &step))
        rc =
            add_named(attempt, &step, ACT_FRONT, adscp_front_host(front), name);
    export_free(&step);
    return rc;
}

static int add_members(struct attempt *attempt, const adscp_front *front,
                       const struct servers *servers, const char *name)
{
    char *why = explain(front, name);
    int rc = why != NULL
                 ? add_joint(attempt, servers, name != NULL ? name : "trusted",
                             name != NULL ? ACT_FRONT_COPY : ACT_FRONT_NEW, why)
                 : ADSCP_E_NOMEM;

    free(why);
    return rc;
}

int add_for_front(struct attempt *attempt, const adscp_prediction *answer)
{
    const adscp_front *front = advice_front(answer);
    const char *name =
        attempt->source != NULL ? adscp_server_name(attempt->source) : NULL;
    struct servers servers;

    if (front == NULL || (attempt->source != NULL && name == NULL))
        return ADSCP_OK;
    find_members(front, attempt->source, &servers);
    return name != NULL && is_shown_by_all(front, attempt->source)
               ? add_host(attempt, front, &servers, name)
               : add_members(attempt, front, &servers, name);
}
