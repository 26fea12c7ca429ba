/* SPDX-License-Identifier: MIT */
/*
 * The publishers of a host. They stand by name, so that what is said of several
 * does not depend on the order in which a directory gives them.
 */
#include "judge/directory/topology.h"

#include <stdlib.h>

#include "base/sort.h"
#include "facts/host.h"

uint32_t front_find(const struct topology *topology, struct span host,
                    uint32_t hash, int port)
{
    uint32_t at, row = hash_first(&topology->fronts, hash, &at);

    while (row != HASH_NONE &&
           (topology->front_rows[row].port != port ||
            !text_equal_ascii(topology->front_rows[row].host,
                              topology->front_rows[row].length, host.text,
                              host.length)))
        row = hash_next(&topology->fronts, hash, &at);
    return row;
}

const struct front *topology_front(const struct topology *topology,
                                   struct span host, int port)
{
    struct span name = host_without_dot(host);

    return topology_front_hashed(topology, name, host_hash(name), port);
}

const struct front *topology_front_hashed(const struct topology *topology,
                                          struct span host, uint32_t hash,
                                          int port)
{
    uint32_t row = front_find(topology, host, hash, port);

    return row != HASH_NONE ? &topology->front_rows[row] : NULL;
}

const struct adscp_server *front_publisher(const struct front *front,
                                           size_t index)
{
    return &front->directory->servers[front->publisher[index]];
}

const struct adscp_server *front_server(const struct front *front,
                                        enum version_line line)
{
    uint32_t i;

    for (i = 0; i < front->servers; i++) {
        const struct adscp_server *server = front_publisher(front, i);

        if (server->line == line && server->front_end != FRONT_END_NO)
            return server;
    }
    return NULL;
}

enum version_line front_line(const struct front *front)
{
    enum version_line line = VERSION_UNKNOWN;

    while (line < VERSION_LINE_COUNT && front->lines != UINT32_C(1) << line)
        line++;
    return line < VERSION_LINE_COUNT ? line : VERSION_UNKNOWN;
}

/* By name; of one name, by DN. */
static int compare(const void *a, const void *b)
{
    const struct adscp_server *first = a, *second = b;
    const char *const left[] = {first->name, first->dn};
    const char *const right[] = {second->name, second->dn};

    return text_compare_joined(left, right);
}

/* So many rows; `spare` has room for twice as many pointers. */
static int sort(const struct front *front, uint32_t *rows, size_t count,
                const void **spare, const struct deadline *deadline)
{
    const struct adscp_server *servers = front->directory->servers;
    size_t i;
    int rc;

    for (i = 0; i < count; i++)
        spare[i] = &servers[rows[i]];
    rc = sort_pointers(spare, spare + count, count, compare, deadline);
    for (i = 0; i < count && rc == ADSCP_OK; i++)
        rows[i] = (uint32_t)((const struct adscp_server *)spare[i] - servers);
    return rc;
}

int front_sort(struct front *front, uint32_t *rows,
               const struct deadline *deadline)
{
    uint32_t may = front->servers, others = front->publishers - may;
    const void **spare = NULL;
    int rc = ADSCP_OK;

    if (may > 1 || others > 1) {
        spare = calloc((size_t)front->publishers * 2, sizeof(*spare));
        if (spare == NULL)
            return ADSCP_E_NOMEM;
        rc = sort(front, rows, may, spare, deadline);
        if (rc == ADSCP_OK)
            rc = sort(front, rows + may, others, spare, deadline);
        free(spare);
    }
    if (may > 0)
        front->first = front_publisher(front, 0);
    return rc;
}
