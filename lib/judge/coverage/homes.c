/* SPDX-License-Identifier: MIT */
/*
 * Where mailboxes may be: on every server that owns a database of a directory
 * that clients reach. A way depends on the version of that server alone, unless
 * somebody redirects; what the user sees depends on the services of its site.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/rows.h"
#include "facts/census.h"
#include "judge/coverage/places.h"
#include "judge/coverage/private.h"
#include "judge/route/service_checks.h"

/* ---------------------------------------------------------------- rows -- */

static int add_home(struct adscp_coverage *coverage,
                    const struct directory *directory,
                    const struct adscp_server *server)
{
    struct coverage_home *rows = rows_grow(
        coverage->homes, coverage->home_count, sizeof(*coverage->homes));

    if (rows == NULL)
        return ADSCP_E_NOMEM;
    coverage->homes = rows;
    rows[coverage->home_count++] =
        (struct coverage_home){.server = server,
                               .at = {directory, server},
                               .services_outcome = -1,
                               .mailboxes = -1};
    return ADSCP_OK;
}

/* What the databases of a server hold together. */
struct owner {
    bool owns;
    bool keeps;  /* somebody was not moved away */
    bool parts;  /* those who were are on several servers now */
    uint32_t to; /* 1 + the index of the server where they are; 0: none */
    int64_t mailboxes;
};

static int mailboxes_of(int64_t count)
{
    return count <= INT_MAX ? (int)count : INT_MAX;
}

/* As whose do its mailboxes answer? Users that were read are where they are. */
static bool is_left(const struct directory *directory, size_t server,
                    const struct owner *owner)
{
    bool is_counted = directory->census != NULL && !places_are_told(directory);

    return !owner->keeps && !owner->parts && owner->to != 0 &&
           owner->to != server + 1 && (!is_counted || owner->mailboxes == 0);
}

static int add_owner(struct adscp_coverage *coverage,
                     const struct directory *directory, size_t server,
                     const struct owner *owner)
{
    int rc = add_home(coverage, directory, &directory->servers[server]);
    struct coverage_home *home;

    if (rc != ADSCP_OK)
        return rc;
    home = &coverage->homes[coverage->home_count - 1];
    if (directory->census != NULL)
        home->mailboxes = mailboxes_of(owner->mailboxes);
    if (is_left(directory, server, owner))
        home->at.server = &directory->servers[owner->to - 1];
    return ADSCP_OK;
}

/* Where those are who were in this database at the beginning. */
static void find_owner(const struct adscp_coverage *coverage,
                       const struct places *places,
                       const struct database *database, struct owner *owner)
{
    const char *dn = assumed_place(coverage->assumed, database->dn);
    const struct database *now =
        dn != database->dn ? places_find(places, dn) : NULL;

    owner->owns = true;
    owner->mailboxes += database->mailboxes;
    owner->keeps = owner->keeps || dn == database->dn;
    if (now == NULL || now->server == 0)
        return;
    owner->parts = owner->parts || (owner->to != 0 && owner->to != now->server);
    owner->to = now->server;
}

/* Of those that a census tells of the number alone goes along, though their
 * database may be gone by now. */
static int move_told(const struct deadline *deadline,
                     const struct adscp_coverage *coverage,
                     const struct places *places, struct owner *owners)
{
    const struct table *moves = &coverage->assumed->databases;
    int rc = ADSCP_OK;
    uint32_t i;

    for (i = 0; i < moves->count && rc == ADSCP_OK; i++) {
        const struct table_row *row = &moves->rows[i];
        const struct database *from = places_find(places, row->text);
        const struct database *to =
            places_find(places, moves->rows[row->value].text);
        int64_t count = places_told(places, row->text);

        rc = deadline_check_row(deadline, i);
        if (row->value == i)
            continue;
        owners[from != NULL ? from->server : 0].mailboxes -= count;
        owners[to != NULL ? to->server : 0].mailboxes += count;
    }
    return rc;
}

static int find_owners(const struct basis *basis,
                       const struct adscp_coverage *coverage,
                       const struct directory *directory, struct owner *owners)
{
    struct places places = {.directory = NULL};
    bool moves =
        coverage->assumed != NULL && coverage->assumed->databases.count > 0;
    int rc = moves ? places_open(&places, directory) : ADSCP_OK;
    size_t i;

    if (rc == ADSCP_OK && moves)
        rc = places_index(&places);
    for (i = 0; i < directory->database_count && rc == ADSCP_OK; i++)
        find_owner(coverage, &places, &directory->databases[i],
                   &owners[directory->databases[i].server]);
    if (rc == ADSCP_OK && moves && places_are_told(directory))
        rc = move_told(basis->deadline, coverage, &places, owners);
    places_close(&places);
    return rc;
}

/* Each owner once, in the order of the servers. */
static int add_owners(const struct basis *basis,
                      struct adscp_coverage *coverage,
                      const struct directory *directory)
{
    struct owner *owners = calloc(directory->server_count + 1, sizeof(*owners));
    int rc = owners != NULL ? find_owners(basis, coverage, directory, owners)
                            : ADSCP_E_NOMEM;
    size_t i;

    for (i = 0; i < directory->server_count && rc == ADSCP_OK; i++)
        if (owners[i + 1].owns)
            rc = add_owner(coverage, directory, i, &owners[i + 1]);
    free(owners);
    return rc;
}

/* Mailboxes in Microsoft 365, where there are some. */
static int add_remote(struct adscp_coverage *coverage,
                      const struct directory *directory)
{
    const struct census *census = directory->census;
    int rc;

    if (census == NULL || census->counts[ADSCP_CENSUS_KIND_REMOTE] == 0)
        return ADSCP_OK;
    rc = add_home(coverage, directory, NULL);
    if (rc == ADSCP_OK)
        coverage->homes[coverage->home_count - 1].mailboxes =
            mailboxes_of(census->counts[ADSCP_CENSUS_KIND_REMOTE]);
    return rc;
}

static const char *name_of(const struct adscp_server *server)
{
    return server->name != NULL ? server->name : "";
}

/* By name; of one name, as the directory has them. */
static int compare(const void *a, const void *b)
{
    const struct adscp_server *first =
        ((const struct coverage_home *)a)->server;
    const struct adscp_server *second =
        ((const struct coverage_home *)b)->server;
    int order = text_compare_ascii(name_of(first), name_of(second));

    return order != 0 ? order : strcmp(first->dn, second->dn);
}

/* ---------------------------------------------------------------- keys -- */

static int judge_services(struct basis *basis, struct adscp_coverage *coverage,
                          struct coverage_home *home)
{
    const struct directory_index *page;
    const struct service_list *list = NULL;
    struct service_checks *service_checks;
    int rc = forest_index_services(coverage->forest_index, home->at.directory,
                                   home->at.server, &page, &list);

    if (rc != ADSCP_OK || list == NULL)
        return rc;
    rc = service_checks_read(basis, page, list, &service_checks);
    if (rc != ADSCP_OK)
        return rc;
    home->services_outcome = service_checks->outcome;
    service_checks_release(service_checks);
    return ADSCP_OK;
}

static bool same_key(const struct coverage_home *a,
                     const struct coverage_home *b)
{
    if (a->at.server == NULL || b->at.server == NULL)
        return a->at.server == b->at.server &&
               a->at.directory == b->at.directory;
    return a->at.directory == b->at.directory &&
           a->at.server->line == b->at.server->line &&
           a->services_outcome == b->services_outcome;
}

static bool same_site_key(const struct coverage_home *a,
                          const struct coverage_home *b)
{
    return same_key(a, b) &&
           (a->at.server == NULL ||
            a->at.server->site_name == b->at.server->site_name);
}

static uint32_t hash_key(const struct coverage_home *home)
{
    return home->at.server != NULL
               ? hash_join((uint32_t)home->at.server->line,
                           (uint32_t)home->services_outcome + 1)
               : 0;
}

static uint32_t hash_site_key(const struct coverage_home *home)
{
    return hash_join(hash_key(home), home->at.server != NULL
                                         ? home->at.server->site_name
                                         : NAME_NONE);
}

/* A number for each key, in the order of the first homes that have it. */
static int number_keys(struct adscp_coverage *coverage,
                       uint32_t (*hash)(const struct coverage_home *home),
                       bool (*same)(const struct coverage_home *a,
                                    const struct coverage_home *b),
                       uint32_t *(*number)(struct coverage_home *home),
                       size_t *countp)
{
    struct hash_index index = {0};
    int rc = ADSCP_OK;
    uint32_t i, at, found;

    for (i = 0; i < coverage->home_count && rc == ADSCP_OK; i++) {
        struct coverage_home *home = &coverage->homes[i];

        found = hash_first(&index, hash(home), &at);
        while (found != HASH_NONE && !same(&coverage->homes[found], home))
            found = hash_next(&index, hash(home), &at);
        if (found != HASH_NONE) {
            *number(home) = *number(&coverage->homes[found]);
            continue;
        }
        *number(home) = (uint32_t)(*countp)++;
        rc = hash_add(&index, hash(home), i) ? ADSCP_OK : ADSCP_E_NOMEM;
    }
    hash_clear(&index);
    return rc;
}

static uint32_t *column_of(struct coverage_home *home)
{
    return &home->column;
}

static uint32_t *site_column_of(struct coverage_home *home)
{
    return &home->site_column;
}

/* --------------------------------------------------------------- whole -- */

int coverage_homes(struct basis *basis, struct adscp_coverage *coverage,
                   const struct coverage_reach *reach)
{
    const struct adscp_forest *forest = coverage->forest_index->forest;
    int rc = ADSCP_OK;
    size_t i;

    for (i = 0; i < reach->count && rc == ADSCP_OK; i++)
        rc = add_owners(basis, coverage,
                        forest->directories[reach->directories[i]]);
    if (rc == ADSCP_OK && coverage->home_count > 0)
        qsort(coverage->homes, coverage->home_count, sizeof(*coverage->homes),
              compare);
    for (i = 0; i < coverage->home_count && rc == ADSCP_OK; i++) {
        rc = deadline_check_row(basis->deadline, i);
        if (rc == ADSCP_OK)
            rc = judge_services(basis, coverage, &coverage->homes[i]);
    }
    if (rc == ADSCP_OK)
        rc = add_remote(coverage, forest->directories[0]);
    if (rc == ADSCP_OK)
        rc = add_home(coverage, NULL, NULL);
    if (rc == ADSCP_OK)
        rc = number_keys(coverage, hash_key, same_key, column_of,
                         &coverage->column_count);
    if (rc == ADSCP_OK)
        rc = number_keys(coverage, hash_site_key, same_site_key, site_column_of,
                         &coverage->site_column_count);
    return rc;
}
