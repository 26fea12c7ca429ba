/* SPDX-License-Identifier: MIT */
/*
 * Where a URL leads: its host, and the server whose name that is, or those that
 * may stand behind it.
 */
#include "facts/host.h"
#include "judge/directory/index.h"

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
    destination.owner = directory_index_server_hashed(page, name, hash);
    if (destination.owner == NULL)
        destination.front = topology_front_hashed(&page->topology, name, hash,
                                                  url_server_port(&url));
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
