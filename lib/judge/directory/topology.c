/* SPDX-License-Identifier: MIT */
/*
 * The indexes behind questions about servers. Lists by site and by server are
 * made by counting: how many there are, where each list begins, then the rows.
 * Nothing is decided here.
 */
#include "judge/directory/topology.h"

#include <stdlib.h>
#include <string.h>

#include "base/deadline.h"
#include "facts/host.h"
#include "facts/url.h"
#include "judge/directory/index.h"

/* What the lists are made from and where they go, while they are made. */
struct making {
    struct arena *arena;
    const struct directory_index *page;
    const struct deadline *deadline;
    struct topology *topology;
};

/* ---------------------------------------------------------------- lists -- */

/* Lists by key, from a key for each row (NAME_NONE: in no list). */
static int make_lists(const struct making *making, size_t keys, size_t rows,
                      uint32_t (*key_of)(const struct directory *, size_t),
                      const uint32_t **startp, const uint32_t **rowsp)
{
    const struct directory *directory = making->page->directory;
    uint32_t *start = arena_alloc(making->arena, (keys + 2) * sizeof(*start));
    uint32_t *out;
    int rc = deadline_look(making->deadline);
    size_t i;

    if (start == NULL)
        return ADSCP_E_NOMEM;
    if (rc != ADSCP_OK)
        return rc;
    for (i = 0; i < rows; i++)
        if (key_of(directory, i) != NAME_NONE)
            start[key_of(directory, i) + 2]++;
    for (i = 2; i < keys + 2; i++)
        start[i] += start[i - 1];
    out = arena_alloc(making->arena,
                      ((size_t)start[keys + 1] + 1) * sizeof(*out));
    if (out == NULL)
        return ADSCP_E_NOMEM;
    for (i = 0; i < rows; i++)
        if (key_of(directory, i) != NAME_NONE)
            out[start[key_of(directory, i) + 1]++] = (uint32_t)i;
    *startp = start;
    *rowsp = out;
    return ADSCP_OK;
}

static uint32_t site_of_server(const struct directory *directory, size_t i)
{
    return directory->servers[i].site_name;
}

static uint32_t server_of_service(const struct directory *directory, size_t i)
{
    uint32_t server = directory->services[i].server;

    return server != 0 ? server - 1 : NAME_NONE;
}

/* ----------------------------------------------------------------- SCPs -- */

/* The oldest SCP of each server. SCPs are passed in the order in which they lie
 * in memory: by age, each of 50,000 would be waited for. */
static int make_scps(const struct making *making)
{
    const struct directory *directory = making->page->directory;
    uint32_t *scp_of = arena_alloc(
        making->arena, (directory->server_count + 1) * sizeof(*scp_of));
    size_t i;

    if (scp_of == NULL)
        return ADSCP_E_NOMEM;
    for (i = 0; i < directory->scp_count && directory->server_count > 0; i++) {
        const struct adscp_scp *scps = directory->scps;
        uint32_t server = scps[i].server;
        int rc = deadline_check_row(making->deadline, i);

        if (rc != ADSCP_OK)
            return rc;
        if (server == 0 || making->page->leader[i] == INDEX_NONE)
            continue;
        if (scp_of[server - 1] == 0 ||
            url_row_stands_before(&scps[i], &scps[scp_of[server - 1] - 1]))
            scp_of[server - 1] = (uint32_t)i + 1;
    }
    making->topology->scp_of = scp_of;
    return ADSCP_OK;
}

/* --------------------------------------------------------------- fronts -- */

/* A server that publishes a host. */
struct publication {
    uint32_t front;
    uint32_t server;
    bool may_answer;
};

/* The hosts that servers publish, in the making. */
struct fronts {
    struct arena *arena;
    const struct directory_index *page;
    const struct deadline *deadline;
    struct topology *topology;
    bool *reached;
    struct publication *rows;
    size_t count;
};

/* A host without a dot at its end, and its hash: every table of hosts has the
 * same one. */
struct name {
    struct span host;
    uint32_t hash;
    int port;
};

static struct name name_of(struct span host, int port)
{
    host = host_without_dot(host);
    return (struct name){host, host_hash(host), port};
}

static bool host_of(const char *text, struct name *name)
{
    struct url url;

    if (!url_split_host(text, &url) || !url_is_http(&url))
        return false;
    *name = name_of(url.host, url_server_port(&url));
    return true;
}

/* Of several spellings the last by its bytes counts: one in lower case. */
static struct front *respell(struct fronts *fronts, struct front *row,
                             struct span host)
{
    if (memcmp(host.text, row->host, host.length) <= 0)
        return row;
    row->host = arena_copy(fronts->arena, host.text, host.length);
    return row->host != NULL ? row : NULL;
}

/* The row of this host, or a new one. NULL: out of memory. */
static struct front *front_of(struct fronts *fronts, const struct name *name)
{
    struct topology *topology = fronts->topology;
    uint32_t known = front_find(topology, name->host, name->hash, name->port);
    struct front *row;

    if (known != HASH_NONE)
        return respell(fronts, &topology->front_rows[known], name->host);
    row = &topology->front_rows[topology->front_count];
    row->host = arena_copy(fronts->arena, name->host.text, name->host.length);
    if (row->host == NULL)
        return NULL;
    row->length = (uint32_t)name->host.length;
    row->port = name->port;
    row->directory = topology->directory;
    (void)hash_add(&topology->fronts, name->hash, /* there is room */
                   topology->front_count++);
    return row;
}

static void add_server(struct fronts *fronts, const struct front *row,
                       uint32_t server, bool may_answer)
{
    if (fronts->page->directory->servers[server - 1].is_copy)
        return;
    fronts->rows[fronts->count++] = (struct publication){
        .front = (uint32_t)(row - fronts->topology->front_rows),
        .server = server - 1,
        .may_answer = may_answer,
    };
}

static bool is_own_name(const struct fronts *fronts, const struct name *name)
{
    return table_get_hashed(&fronts->page->hosts, name->host.text,
                            name->host.length, name->hash) != NULL;
}

/* The SCP of one server leads to another one. */
static void mark_reached(const struct fronts *fronts, const struct name *name)
{
    const struct adscp_server *server =
        directory_index_server_hashed(fronts->page, name->host, name->hash);

    if (server != NULL)
        fronts->reached[server - fronts->page->directory->servers] = true;
}

/* The oldest one stands for all of them. */
static void add_scp(struct fronts *fronts, struct front *row,
                    const struct adscp_scp *scp)
{
    if (row->scps++ == 0 || url_row_stands_before(scp, row->scp))
        row->scp = scp;
    if (scp->server != 0)
        add_server(fronts, row, scp->server, true);
}

static int add_scps(struct fronts *fronts)
{
    const struct directory_index *page = fronts->page;
    size_t i;

    for (i = 0; i < page->directory->scp_count; i++) {
        const struct adscp_scp *scp = &page->directory->scps[i];
        int rc = deadline_check_row(fronts->deadline, i);
        struct front *row;
        struct name name;

        if (rc != ADSCP_OK)
            return rc;
        if (page->leader[i] == INDEX_NONE || (scp->flags & SCP_HOST_OWN) != 0 ||
            !host_of(scp_binding(scp, scp->first_http), &name))
            continue;
        if (is_own_name(fronts, &name)) {
            mark_reached(fronts, &name);
            continue;
        }
        row = front_of(fronts, &name);
        if (row == NULL)
            return ADSCP_E_NOMEM;
        add_scp(fronts, row, scp);
    }
    return ADSCP_OK;
}

/* Of the kinds that a client is handed, those that tell who may answer
 * Autodiscover, or the others. */
static bool is_wanted(const struct virtual_directory *service, bool may_answer)
{
    return service->server != 0 && service->service != SERVICE_NONE &&
           may_answer == (service->service == SERVICE_AUTODISCOVER ||
                          service->service == SERVICE_EWS);
}

static int add_services(struct fronts *fronts, bool may_answer)
{
    const struct directory *directory = fronts->topology->directory;
    size_t i;

    for (i = 0; i < directory->service_count; i++) {
        const struct virtual_directory *service = &directory->services[i];
        int rc = deadline_check_row(fronts->deadline, i);
        struct span host;
        struct front *row;
        struct name name;
        int port;

        if (rc != ADSCP_OK)
            return rc;
        if (!is_wanted(service, may_answer) ||
            !virtual_directory_host(service, &host, &port))
            continue;
        name = name_of(host, port);
        if (is_own_name(fronts, &name))
            continue;
        row = front_of(fronts, &name);
        if (row == NULL)
            return ADSCP_E_NOMEM;
        add_server(fronts, row, service->server, may_answer);
    }
    return ADSCP_OK;
}

/* One more publisher of a front, which is the last one so far. */
static void settle_publisher(struct front *row,
                             const struct publication *publication)
{
    const struct adscp_server *server =
        &row->directory->servers[publication->server];

    row->publishers++;
    if (!publication->may_answer)
        return;
    row->servers++;
    if (server->front_end != FRONT_END_NO)
        row->lines |= UINT32_C(1) << server->line;
}

/* Where each front's rows lie among all of them. */
static void place_publishers(const struct fronts *fronts, uint32_t *publishers)
{
    struct topology *topology = fronts->topology;
    size_t start = 0, k;
    uint32_t i;

    for (k = 0; k < fronts->count; k++)
        topology->front_rows[fronts->rows[k].front].publishers++;
    for (i = 0; i < topology->front_count; i++) {
        struct front *row = &topology->front_rows[i];

        row->publisher = publishers + start;
        start += row->publishers;
        row->publishers = 0;
    }
}

/* Each server once in each front, by name; who may answer comes first. `last`:
 * per server, 1 + the front that has it; what comes for one front is scattered,
 * and so they are sorted first. */
static int fill_publishers(const struct fronts *fronts, uint32_t *publishers,
                           uint32_t *last)
{
    struct topology *topology = fronts->topology;
    uint32_t *sorted = publishers + fronts->count, i, end, at;
    int rc = deadline_look(fronts->deadline);
    size_t k;

    for (k = 0; k < fronts->count; k++) {
        struct front *row = &topology->front_rows[fronts->rows[k].front];

        sorted[row->publisher - publishers + row->publishers++] = (uint32_t)k;
    }
    for (i = 0; i < topology->front_count && rc == ADSCP_OK; i++) {
        struct front *row = &topology->front_rows[i];
        size_t start = (size_t)(row->publisher - publishers);

        end = row->publishers;
        row->publishers = 0;
        for (at = 0; at < end; at++) {
            const struct publication *publication =
                &fronts->rows[sorted[start + at]];

            if (last[publication->server] == i + 1)
                continue;
            last[publication->server] = i + 1;
            publishers[start + row->publishers] = publication->server;
            settle_publisher(row, publication);
        }
        rc = front_sort(row, publishers + start, fronts->deadline);
        if (rc == ADSCP_OK)
            rc = deadline_check_row(fronts->deadline, i);
    }
    return rc;
}

/* Where an SCP names the host, the server of the oldest one stands for all. */
static void put_oldest_first(const struct topology *topology)
{
    const struct directory *directory = topology->directory;
    uint32_t i;

    for (i = 0; i < topology->front_count; i++) {
        struct front *row = &topology->front_rows[i];

        if (row->scp != NULL && row->scp->server != 0)
            row->first = &directory->servers[row->scp->server - 1];
    }
}

static int make_publishers(struct fronts *fronts)
{
    struct topology *topology = fronts->topology;
    uint32_t *publishers, *last;
    int rc;

    if (fronts->count == 0) /* hosts of servers that were not read */
        return ADSCP_OK;
    publishers = arena_alloc(fronts->arena,
                             (2 * fronts->count + 1) * sizeof(*publishers));
    last = calloc(topology->directory->server_count + 1, sizeof(*last));
    if (publishers == NULL || last == NULL) {
        free(last);
        return ADSCP_E_NOMEM;
    }
    place_publishers(fronts, publishers);
    rc = fill_publishers(fronts, publishers, last);
    free(last);
    if (rc == ADSCP_OK)
        put_oldest_first(topology);
    return rc;
}

/* How many SCPs and virtual directories could name such a host. */
static size_t count_fronts(const struct directory_index *page)
{
    size_t count = page->directory->service_count, i;

    for (i = 0; i < page->directory->scp_count; i++)
        count += page->leader[i] != INDEX_NONE &&
                 (page->directory->scps[i].flags & SCP_HOST_OWN) == 0;
    return count;
}

static int add_all(struct fronts *fronts)
{
    int rc = add_scps(fronts);

    if (rc == ADSCP_OK)
        rc = add_services(fronts, true);
    if (rc == ADSCP_OK)
        rc = add_services(fronts, false);
    return rc == ADSCP_OK ? make_publishers(fronts) : rc;
}

static int make_fronts(const struct making *making)
{
    const struct directory_index *page = making->page;
    struct topology *topology = making->topology;
    struct fronts fronts = {.arena = making->arena,
                            .page = page,
                            .deadline = making->deadline,
                            .topology = topology};
    size_t most = count_fronts(page);
    int rc = ADSCP_E_NOMEM;

    fronts.reached = arena_alloc(making->arena,
                                 page->directory->server_count + sizeof(bool));
    if (fronts.reached == NULL)
        return ADSCP_E_NOMEM;
    topology->reached = fronts.reached;
    if (most == 0)
        return ADSCP_OK;
    topology->front_rows = calloc(most, sizeof(*topology->front_rows));
    fronts.rows = malloc(most * sizeof(*fronts.rows));
    if (topology->front_rows != NULL && fronts.rows != NULL &&
        hash_reserve(&topology->fronts, most))
        rc = add_all(&fronts);
    free(fronts.rows);
    return rc;
}

/* ---------------------------------------------------------------- whole -- */

int topology_make(const struct adscp_forest *forest, struct arena *arena,
                  const struct directory_index *page,
                  const struct deadline *deadline, struct topology *topology)
{
    const struct directory *directory = page->directory;
    struct making making = {arena, page, deadline, topology};
    int rc;

    topology->directory = directory;
    topology->site_count = forest->name_count;
    topology->services = arena_alloc(arena, (forest->name_count + 1) *
                                                sizeof(struct service_list *));
    if (topology->services == NULL)
        return ADSCP_E_NOMEM;
    rc = make_lists(&making, forest->name_count, directory->server_count,
                    site_of_server, &topology->server_start,
                    &topology->server_rows);
    if (rc == ADSCP_OK)
        rc = make_lists(&making, directory->server_count,
                        directory->service_count, server_of_service,
                        &topology->service_start, &topology->service_rows);
    if (rc == ADSCP_OK)
        rc = make_scps(&making);
    return rc == ADSCP_OK ? make_fronts(&making) : rc;
}

void topology_clear(struct topology *topology)
{
    hash_clear(&topology->fronts);
    free(topology->front_rows);
}

const char *topology_scp_url(const struct topology *topology,
                             const struct adscp_server *server)
{
    const struct directory *directory = topology->directory;
    uint32_t row = topology->scp_of[server - directory->servers];
    const struct adscp_scp *scp;

    if (row == 0)
        return NULL;
    scp = &directory->scps[row - 1];
    return scp_binding(scp, scp->first_http);
}
