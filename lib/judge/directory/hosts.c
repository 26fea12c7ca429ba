/* SPDX-License-Identifier: MIT */
/*
 * The servers of a directory by their names, short and full; and where a URL
 * leads.
 */
#include "facts/host.h"
#include "judge/directory/index.h"

static void put_host(struct table *hosts, const char *name, uint32_t server)
{
    uint32_t *value;

    if (name == NULL)
        return;
    value = table_value(hosts, name, table_hash(hosts, name), server);
    if (*value != server)
        *value = INDEX_HOST_SEVERAL;
}

int directory_index_hosts(struct directory_index *page,
                          const struct deadline *deadline)
{
    const struct directory *directory = page->directory;
    int rc = ADSCP_OK;
    uint32_t i;

    if (directory->server_count == 0)
        return ADSCP_OK;
    if (table_init(&page->hosts, TABLE_ASCII, 2 * directory->server_count) !=
        ADSCP_OK)
        return ADSCP_E_NOMEM;
    for (i = 0; i < directory->server_count && rc == ADSCP_OK; i++) {
        put_host(&page->hosts, directory->servers[i].name, i);
        put_host(&page->hosts, directory->servers[i].fqdn, i);
        rc = deadline_check_row(deadline, i);
    }
    return rc;
}

static const struct adscp_server *
server_hashed(const struct directory_index *page, struct span host,
              uint32_t hash)
{
    const uint32_t *server =
        table_get_hashed(&page->hosts, host.text, host.length, hash);

    if (server == NULL || *server == INDEX_HOST_SEVERAL)
        return NULL;
    return &page->directory->servers[*server];
}

const struct adscp_server *
directory_index_server(const struct directory_index *page, const char *host,
                       size_t length)
{
    struct span name = host_without_dot((struct span){host, length});

    return server_hashed(page, name, host_hash(name));
}

struct destination destination_of(const struct directory_index *page,
                                  const char *text)
{
    struct destination destination = {.kind = URL_INVALID};
    struct span name;
    struct url url;
    uint32_t hash;

    if (!url_split_host(text, &url))
        return destination;
    name = host_without_dot(url.host);
    hash = host_hash(name);
    destination.host = url.host;
    destination.port = url.port;
    destination.kind = url.kind;
    destination.owner = server_hashed(page, name, hash);
    if (destination.owner == NULL)
        destination.front = topology_front_hashed(&page->topology, name, hash);
    return destination;
}

const struct destination *
forest_index_destination(struct forest_index *forest_index,
                         const struct directory_index *page,
                         const struct adscp_scp *scp)
{
    const struct destination **slot =
        &page->destinations[scp - page->directory->scps];
    struct destination *made;

    if (*slot != NULL)
        return *slot;
    made = arena_alloc(&forest_index->arena, sizeof(*made));
    if (made != NULL)
        *made = destination_of(page, scp_binding(scp, scp->first_http));
    return *slot = made;
}
