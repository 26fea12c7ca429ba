/* SPDX-License-Identifier: MIT */
/*
 * The second wave: Autodiscover hands out the URLs of servers in the mailbox's
 * AD site, not those of the server that was asked ("Exchange Active Directory
 * Deployment Site", Exchange Team Blog), and the client connects to each of
 * their hosts. Which of several servers is chosen is not documented, so that
 * all of them are listed.
 */
#include "judge/directory/services.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "facts/url.h"

/* ADSCP_SERVICE_*, or 0 for what no client is handed. */
static int kind_of(enum service_kind service)
{
    switch (service) {
    case SERVICE_ECP:
        return ADSCP_SERVICE_KIND_ECP;
    case SERVICE_EWS:
        return ADSCP_SERVICE_KIND_EWS;
    case SERVICE_MAPI:
        return ADSCP_SERVICE_KIND_MAPI;
    case SERVICE_OAB:
        return ADSCP_SERVICE_KIND_OAB;
    case SERVICE_RPC:
        return ADSCP_SERVICE_KIND_RPC;
    case SERVICE_UM:
        return ADSCP_SERVICE_KIND_UM;
    case SERVICE_AUTODISCOVER:
    case SERVICE_NONE:
        break;
    }
    return 0;
}

/* Outlook Anywhere publishes a bare host; the path is that of [MS-RPCH] 2.2.2.
 */
static const char *url_of(struct arena *arena,
                          const struct virtual_directory *service)
{
    static const char before[] = "https://", behind[] = "/rpc/rpcproxy.dll";
    char *url;

    if (service->service != SERVICE_RPC || strchr(service->url, '/') != NULL)
        return service->url;
    url = arena_bytes(arena,
                      sizeof(before) + sizeof(behind) + strlen(service->url));
    if (url != NULL)
        stpcpy(stpcpy(stpcpy(url, before), service->url), behind);
    return url;
}

static int compare(const void *a, const void *b)
{
    const struct service *first = a, *second = b;
    int order;

    if (first->kind != second->kind)
        return first->kind - second->kind;
    order = text_compare_ascii(first->url, second->url);
    return order != 0 ? order : strcmp(first->dn, second->dn);
}

static bool is_same(const struct service *a, const struct service *b)
{
    return a->kind == b->kind && text_compare_ascii(a->url, b->url) == 0;
}

/* Rows that several servers share become one. */
static void join_same(struct service_list *list)
{
    size_t count = 0, i;

    for (i = 0; i < list->count; i++) {
        struct service *last = count > 0 ? &list->rows[count - 1] : NULL;

        if (last == NULL || !is_same(last, &list->rows[i]))
            list->rows[count++] = list->rows[i];
        else if (last->server != list->rows[i].server)
            last->server = NULL;
    }
    list->count = count;
}

/* What is no http(s) URL leads nowhere. */
static int add(struct arena *arena, struct service_list *list,
               const struct virtual_directory *service,
               const struct adscp_server *server)
{
    struct service *row = &list->rows[list->count];
    struct url url;

    row->kind = kind_of(service->service);
    if (row->kind == 0 || service->url == NULL)
        return ADSCP_OK;
    row->url = url_of(arena, service);
    if (row->url == NULL)
        return ADSCP_E_NOMEM;
    if (!url_split_host(row->url, &url) || !url_is_http(&url))
        return ADSCP_OK;
    row->host = arena_copy(arena, url.host.text, url.host.length);
    if (row->host == NULL)
        return ADSCP_E_NOMEM;
    row->dn = service->dn;
    row->server = server;
    list->count++;
    return ADSCP_OK;
}

/* Does a server of this list's site hand out URLs for its mailboxes? */
static bool takes_part(const struct service_list *list,
                       const struct adscp_server *server)
{
    return version_product(server->line) == version_product(list->line) &&
           server->front_end != FRONT_END_NO;
}

static size_t count_services(const struct topology *topology,
                             const struct service_list *list)
{
    size_t count = 0;
    uint32_t i;

    for (i = topology->server_start[list->site];
         i < topology->server_start[list->site + 1]; i++) {
        uint32_t server = topology->server_rows[i];

        count += topology->service_start[server + 1] -
                 topology->service_start[server];
    }
    return count;
}

static int fill(const struct topology *topology, struct arena *arena,
                struct service_list *list)
{
    const struct directory *directory = topology->directory;
    int rc = ADSCP_OK;
    uint32_t i, k;

    for (i = topology->server_start[list->site];
         i < topology->server_start[list->site + 1]; i++) {
        uint32_t server = topology->server_rows[i];

        if (!takes_part(list, &directory->servers[server]))
            continue;
        for (k = topology->service_start[server];
             k < topology->service_start[server + 1] && rc == ADSCP_OK; k++)
            rc = add(arena, list,
                     &directory->services[topology->service_rows[k]],
                     &directory->servers[server]);
    }
    if (list->count > 0)
        qsort(list->rows, list->count, sizeof(*list->rows), compare);
    join_same(list);
    return rc;
}

static int make(const struct topology *topology, struct arena *arena,
                const struct adscp_server *server, struct service_list **listp)
{
    struct service_list *list = arena_alloc(arena, sizeof(*list));
    int rc;

    if (list == NULL)
        return ADSCP_E_NOMEM;
    list->site = server->site_name;
    list->line = server->line;
    list->rows = arena_alloc(arena, (count_services(topology, list) + 1) *
                                        sizeof(*list->rows));
    if (list->rows == NULL)
        return ADSCP_E_NOMEM;
    rc = fill(topology, arena, list);
    if (rc == ADSCP_OK)
        *listp = list;
    return rc;
}

int services_read(struct topology *topology, struct arena *arena,
                  const struct adscp_server *server, size_t *numberp,
                  const struct service_list **listp)
{
    struct service_list *list = NULL, **head;
    int rc = ADSCP_OK;

    *listp = NULL;
    if (server == NULL || server->site_name == NAME_NONE ||
        server->line == VERSION_UNKNOWN)
        return ADSCP_OK;
    head = &topology->services[server->site_name];
    for (list = *head; list != NULL; list = list->next)
        if (list->line == server->line)
            break;
    if (list == NULL) {
        rc = make(topology, arena, server, &list);
        if (rc != ADSCP_OK)
            return rc;
        list->number = (*numberp)++;
        list->next = *head;
        *head = list;
    }
    *listp = list;
    return rc;
}
