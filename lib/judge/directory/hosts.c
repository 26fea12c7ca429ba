/* SPDX-License-Identifier: MIT */
/*
 * The servers of a directory by their names, short and full.
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
        if (!directory->servers[i].is_copy) {
            put_host(&page->hosts, directory->servers[i].name, i);
            put_host(&page->hosts, directory->servers[i].fqdn, i);
        }
        rc = deadline_check_row(deadline, i);
    }
    return rc;
}

const struct adscp_server *
directory_index_server_hashed(const struct directory_index *page,
                              struct span host, uint32_t hash)
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

    return directory_index_server_hashed(page, name, host_hash(name));
}
