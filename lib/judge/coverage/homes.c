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
    int64_t mailboxes;
};

static int mailboxes_of(int64_t count)
{
    return count <= INT_MAX ? (int)count : INT_MAX;
}

static int add_owner(struct adscp_coverage *coverage,
                     const struct directory *directory, size_t server,
                     const struct owner *owner)
{
    int rc = add_home(coverage, directory, &directory->servers[server]);

    if (rc == ADSCP_OK && directory->census != NULL)
        coverage->homes[coverage->home_count - 1].mailboxes =
            mailboxes_of(owner->mailboxes);
    return rc;
}

/* Each owner once, in the order of the servers. */
static int add_owners(struct adscp_coverage *coverage,
                      const struct directory *directory)
{
    struct owner *owners = calloc(directory->server_count + 1, sizeof(*owners));
    int rc = owners != NULL ? ADSCP_OK : ADSCP_E_NOMEM;
    size_t i;

    for (i = 0; owners != NULL && i < directory->database_count; i++) {
        struct owner *owner = &owners[directory->databases[i].server];

        owner->owns = true;
        owner->mailboxes += directory->databases[i].mailboxes;
    }
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

static struct coverage_home *find_home(struct adscp_coverage *coverage,
                                       const char *name)
{
    size_t i;

    for (i = 0; i < coverage->home_count; i++) {
        const char *own = name_of(coverage->homes[i].server);

        if (text_equal_fold(own, strlen(own), name, strlen(name)))
            return &coverage->homes[i];
    }
    return NULL;
}

/* The mailboxes that only a number tells of go along, though their server may
 * be gone by now. */
static void move_home(struct adscp_coverage *coverage,
                      const struct assumed_move *move)
{
    struct coverage_home *from = find_home(coverage, move->from);
    struct coverage_home *to = find_home(coverage, move->to);
    int64_t count = from != NULL ? from->mailboxes : move->count;

    if (to == NULL || to == from)
        return;
    if (from != NULL)
        from->at = (struct mailbox_home){to->at.directory, to->server};
    if (to->mailboxes < 0 || count < 0)
        return;
    to->mailboxes = mailboxes_of(to->mailboxes + count);
    if (from != NULL)
        from->mailboxes = 0;
}

/* Where a plan has moved mailboxes that were not read. A server that is gone
 * takes nothing in. */
static int move_homes(const struct basis *basis,
                      struct adscp_coverage *coverage)
{
    const struct assumed *assumed = basis->assumed;
    size_t i, count = assumed != NULL ? assumed->move_count : 0;
    int rc = ADSCP_OK;

    for (i = 0; i < count && rc == ADSCP_OK; i++) {
        rc = deadline_check_row(basis->deadline, i);
        move_home(coverage, &assumed->moves[i]);
    }
    return rc;
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
        rc = add_owners(coverage, forest->directories[reach->directories[i]]);
    if (rc == ADSCP_OK && coverage->home_count > 0)
        qsort(coverage->homes, coverage->home_count, sizeof(*coverage->homes),
              compare);
    if (rc == ADSCP_OK)
        rc = move_homes(basis, coverage);
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
