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

/* Where a plan has moved mailboxes that were not read. A server that is gone
 * takes nothing in. */
static void move_homes(const struct assumed *assumed,
                       struct adscp_coverage *coverage)
{
    size_t i, k;

    for (i = 0;
         assumed != NULL && assumed->move_count > 0 && i < coverage->home_count;
         i++) {
        struct coverage_home *home = &coverage->homes[i];
        const char *to = assumed_home(assumed, home->server->name);

        for (k = 0; k < coverage->home_count && to != NULL; k++)
            if (text_equal_fold(to, strlen(to),
                                name_of(coverage->homes[k].server),
                                strlen(name_of(coverage->homes[k].server))))
                home->at = (struct mailbox_home){
                    coverage->homes[k].at.directory, coverage->homes[k].server};
    }
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

/* The number of the first home with the same key, which stands for it. */
static int number_keys(struct adscp_coverage *coverage,
                       uint32_t (*hash)(const struct coverage_home *home),
                       bool (*same)(const struct coverage_home *a,
                                    const struct coverage_home *b),
                       uint32_t *(*key)(struct coverage_home *home))
{
    struct hash_index index = {0};
    int rc = ADSCP_OK;
    uint32_t i, at, found;

    for (i = 0; i < coverage->home_count && rc == ADSCP_OK; i++) {
        struct coverage_home *home = &coverage->homes[i];

        found = hash_first(&index, hash(home), &at);
        while (found != HASH_NONE && !same(&coverage->homes[found], home))
            found = hash_next(&index, hash(home), &at);
        if (found == HASH_NONE) {
            found = i;
            rc = hash_add(&index, hash(home), i) ? ADSCP_OK : ADSCP_E_NOMEM;
        }
        *key(home) = found;
    }
    hash_clear(&index);
    return rc;
}

static uint32_t *key_of(struct coverage_home *home)
{
    return &home->key;
}

static uint32_t *site_key_of(struct coverage_home *home)
{
    return &home->site_key;
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
        move_homes(basis->assumed, coverage);
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
        rc = number_keys(coverage, hash_key, same_key, key_of);
    if (rc == ADSCP_OK)
        rc = number_keys(coverage, hash_site_key, same_site_key, site_key_of);
    return rc;
}
