/* SPDX-License-Identifier: MIT */
/*
 * The last act on a forest: every SCP learns which server it lies under, by its
 * DN, and rows get their final places. Nothing is read and nothing is judged
 * here; what does not join stays as it is.
 */
#include "facts/forest.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/rows.h"
#include "facts/dn.h"
#include "facts/intern.h"
#include "facts/join.h"
#include "facts/url.h"

/* The servers of one directory, by the name in their first RDN and the rest of
 * their DN. */
struct server_map {
    const struct directory *directory;
    const struct adscp_forest *forest;
    uint32_t *tail_hashes; /* one for each of forest->tails */
    struct hash_index servers;
};

static bool is_dn(const char *dn, struct span first, struct span rest)
{
    size_t length = strlen(dn), cut = dn_first_length(dn, length);

    return text_equal_fold(dn, cut, first.text, first.length) &&
           text_equal_fold(dn + cut, length - cut, rest.text, rest.length);
}

/* The server whose DN is first + rest, or HASH_NONE. */
static uint32_t find_server(const struct server_map *map, uint32_t hash,
                            struct span first, struct span rest)
{
    const struct adscp_server *servers = map->directory->servers;
    uint32_t at, index = hash_first(&map->servers, hash, &at);

    while (index != HASH_NONE && !is_dn(servers[index].dn, first, rest))
        index = hash_next(&map->servers, hash, &at);
    return index;
}

/* Servers of one group share the rest of their DNs, and so its hash. */
struct rest_hash {
    struct span rest;
    uint32_t hash;
};

static uint32_t hash_rest(struct span rest, struct rest_hash *last)
{
    if (last->rest.text == NULL || last->rest.length != rest.length ||
        memcmp(last->rest.text, rest.text, rest.length) != 0) {
        last->rest = rest;
        last->hash = hash_fold(rest.text, rest.length);
    }
    return last->hash;
}

static void add_server(struct server_map *map, uint32_t index,
                       struct rest_hash *last)
{
    const char *dn = map->directory->servers[index].dn;
    size_t length = strlen(dn), cut = dn_first_length(dn, length);
    struct span first = {dn, cut}, rest = {dn + cut, length - cut};
    uint32_t hash = hash_join(hash_fold(dn, cut), hash_rest(rest, last));

    if (find_server(map, hash, first, rest) == HASH_NONE)
        (void)hash_add(&map->servers, hash, index); /* there is room */
}

static void server_map_free(struct server_map *map)
{
    free(map->tail_hashes);
    hash_clear(&map->servers);
}

static int server_map_fill(struct server_map *map,
                           const struct deadline *deadline)
{
    const struct adscp_forest *forest = map->forest;
    size_t count = map->directory->server_count, i;
    struct rest_hash last = {0};
    int rc = ADSCP_OK;

    map->tail_hashes =
        calloc(forest->tail_count + 1, sizeof(*map->tail_hashes));
    if (map->tail_hashes == NULL || !hash_reserve(&map->servers, count))
        return ADSCP_E_NOMEM;
    for (i = 0; i < forest->tail_count; i++)
        map->tail_hashes[i] =
            hash_fold(forest->tails[i], strlen(forest->tails[i]));
    for (i = 0; i < count && rc == ADSCP_OK; i++) {
        add_server(map, (uint32_t)i, &last);
        rc = deadline_check_row(deadline, i);
    }
    return rc;
}

/* ------------------------------------------------------------------- SCP -- */

/* Does the first http(s) URL lead to the server that the SCP lies under, and is
 * it word for word (in any case) what Exchange setup writes? */
static void look_at_host(struct adscp_scp *scp,
                         const struct adscp_server *server)
{
    const char *text = scp_binding(scp, scp->first_http);
    size_t length = strlen(text);
    struct url url;

    if (!url_split(text, length, &url))
        return;
    if (!server_has_name(server, url.host))
        return;
    scp->flags |= SCP_HOST_OWN;
    if (server_has_default_url(server, &url) && url_path_is_default(url.path) &&
        url.path.text + url.path.length == text + length)
        scp->flags |= SCP_DEFAULT_URL;
}

/* "CN=EX01,CN=Autodiscover,CN=Protocols,CN=EX01" + ",CN=Servers,...": the
 * server is the last RDN of the head, however deep the SCP lies. */
static void join_server(const struct server_map *map, struct adscp_scp *scp)
{
    const char *tail = map->forest->tails[scp->dn_tail];
    size_t length = strlen(scp->dn_head);
    size_t last = dn_last_length(scp->dn_head, length);
    struct span first = {scp->dn_head + length - last, last};
    uint32_t hash = hash_join(hash_fold(first.text, first.length),
                              map->tail_hashes[scp->dn_tail]);

    /* HASH_NONE + 1 is 0: none. */
    scp->server =
        find_server(map, hash, first, (struct span){tail, strlen(tail)}) + 1;
    if (scp->server != 0 && (scp->flags & SCP_HTTP) != 0)
        look_at_host(scp, &map->directory->servers[scp->server - 1]);
}

static int join_servers(struct adscp_forest *forest,
                        struct directory *directory,
                        const struct deadline *deadline)
{
    struct server_map map = {.directory = directory, .forest = forest};
    size_t i;
    int rc;

    if (directory->server_count == 0)
        return ADSCP_OK;
    rc = server_map_fill(&map, deadline);
    for (i = 0; i < directory->scp_count && rc == ADSCP_OK; i++) {
        if ((directory->scps[i].flags & SCP_UNDER_SERVERS) != 0)
            join_server(&map, &directory->scps[i]);
        rc = deadline_check_row(deadline, i);
    }
    server_map_free(&map);
    return rc;
}

/* ---------------------------------------------------------- final places -- */

/* Give back spare rows. The SCPs may move, and the notes about them follow. */
static void trim_scps(struct directory *directory)
{
    uintptr_t before = (uintptr_t)directory->scps;
    size_t i;

    directory->scps = rows_trim(directory->scps, directory->scp_count,
                                sizeof(*directory->scps));
    for (i = 0; i < directory->notes.count; i++) {
        struct adscp_finding *note = &directory->notes.rows[i];

        if (note->scp != NULL)
            note->scp = directory->scps + ((uintptr_t)note->scp - before) /
                                              sizeof(*directory->scps);
    }
}

static void trim_directory(struct directory *directory)
{
    trim_scps(directory);
    directory->servers = rows_trim(directory->servers, directory->server_count,
                                   sizeof(*directory->servers));
    directory->sites = rows_trim(directory->sites, directory->site_count,
                                 sizeof(*directory->sites));
    directory->subnets = rows_trim(directory->subnets, directory->subnet_count,
                                   sizeof(*directory->subnets));
    directory->services =
        rows_trim(directory->services, directory->service_count,
                  sizeof(*directory->services));
    directory->databases =
        rows_trim(directory->databases, directory->database_count,
                  sizeof(*directory->databases));
}

static void trim_shared(struct adscp_forest *forest)
{
    struct intern *intern = forest->intern;

    forest->keywords = rows_trim(forest->keywords, forest->keyword_count,
                                 sizeof(*forest->keywords));
    forest->tails =
        rows_trim(forest->tails, forest->tail_count, sizeof(*forest->tails));
    forest->texts =
        rows_trim(forest->texts, forest->text_count, sizeof(*forest->texts));
    table_clear(&intern->keywords);
    table_clear(&intern->tails);
    table_clear(&intern->texts);
}

int forest_freeze(struct adscp_forest *forest, const struct deadline *deadline)
{
    int rc = ADSCP_OK;
    size_t i;

    for (i = 0; i < forest->directory_count && rc == ADSCP_OK; i++) {
        rc = join_servers(forest, forest->directories[i], deadline);
        if (rc == ADSCP_OK)
            rc = join_directory(forest, forest->directories[i], deadline);
    }
    if (rc != ADSCP_OK)
        return rc;
    for (i = 0; i < forest->directory_count; i++)
        trim_directory(forest->directories[i]);
    trim_shared(forest);
    return ADSCP_OK;
}
