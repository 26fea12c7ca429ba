/* SPDX-License-Identifier: MIT */
#include "judge/coverage/following.h"

#include <stdlib.h>
#include <string.h>

#include "base/rows.h"
#include "base/shared_arena.h"
#include "facts/census.h"
#include "facts/decode/decode.h"
#include "facts/entries.h"
#include "judge/coverage/places.h"

/* One of the two coverages, and of it the directory in hand. */
struct side {
    const struct adscp_coverage *coverage;
    const struct directory *directory;
    struct table homes; /* by the DN of the server: the index, plus 1 */
    int remote;         /* the home in Microsoft 365; -1: none */
    struct places places;
};

struct work {
    struct side before, after;
    struct following *following;
    struct arena arena;
};

/* ---------------------------------------------------------------- groups -- */

static int find_group(struct following *following, int before, int after,
                      struct group **groupp)
{
    uint32_t hash = hash_join((uint32_t)before, (uint32_t)after), at;
    uint32_t found = hash_first(&following->index, hash, &at);
    struct group *rows = following->groups;

    while (found != HASH_NONE &&
           (rows[found].before != before || rows[found].after != after))
        found = hash_next(&following->index, hash, &at);
    if (found == HASH_NONE) {
        found = (uint32_t)following->group_count;
        rows = rows_grow(rows, found, sizeof(*rows));
        if (rows == NULL)
            return ADSCP_E_NOMEM;
        following->groups = rows;
        rows[found] = (struct group){before, after, -1};
        if (!hash_add(&following->index, hash, found))
            return ADSCP_E_NOMEM;
        following->group_count++;
    }
    *groupp = &rows[found];
    return ADSCP_OK;
}

/* -1: a group is there, but nobody counted. */
static int add(struct work *work, int before, int after, int64_t count)
{
    struct group *group;
    int rc = find_group(work->following, before, after, &group);

    if (rc == ADSCP_OK && count >= 0)
        group->mailboxes =
            (group->mailboxes > 0 ? group->mailboxes : 0) + count;
    return rc;
}

/* ----------------------------------------------------------------- sides -- */

static int open_side(struct side *side, const struct adscp_coverage *coverage)
{
    int rc = table_init(&side->homes, TABLE_FOLD, coverage->home_count);
    size_t i;

    side->coverage = coverage;
    side->remote = -1;
    for (i = 0; i < coverage->home_count && rc == ADSCP_OK; i++) {
        const struct coverage_home *home = &coverage->homes[i];

        if (home->server == NULL) {
            if (home->at.directory != NULL)
                side->remote = (int)i;
            continue;
        }
        if (table_value(&side->homes, home->server->dn,
                        table_hash(&side->homes, home->server->dn),
                        (uint32_t)i + 1) == NULL)
            rc = ADSCP_E_NOMEM;
    }
    return rc;
}

static void close_side(struct side *side)
{
    table_clear(&side->homes);
    places_close(&side->places);
}

static const struct adscp_forest *forest_of(const struct side *side)
{
    return side->coverage->forest_index->forest;
}

static int turn(struct side *side, size_t directory)
{
    places_close(&side->places);
    side->directory = forest_of(side)->directories[directory];
    return places_open(&side->places, side->directory);
}

/* The home of a database; -1: it has none. */
static int home_of(const struct side *side, const char *dn)
{
    const struct database *database = places_find(&side->places, dn);
    const uint32_t *home = NULL;

    if (database != NULL && database->server != 0) {
        const char *server = side->directory->servers[database->server - 1].dn;

        home = table_get(&side->homes, server, strlen(server));
    }
    return home != NULL ? (int)*home - 1 : -1;
}

/* ... and of those who were in it at the beginning. */
static int home_of_first(const struct side *side, const char *dn)
{
    return home_of(side, assumed_place(side->coverage->assumed, dn));
}

/* ------------------------------------------------------ whole databases -- */

/* So many are known to be in it, whoever they are; -1: nobody knows. Users that
 * were read are followed one by one. */
static int64_t count_of(const struct side *side, const char *dn)
{
    if (side->directory->census == NULL)
        return -1;
    return places_are_told(side->directory) ? places_told(&side->places, dn)
                                            : 0;
}

static int follow_database(struct work *work, const char *dn)
{
    int home = home_of_first(&work->before, dn);

    return home < 0 ? ADSCP_OK
                    : add(work, home, home_of_first(&work->after, dn),
                          count_of(&work->before, dn));
}

/* Those that were there, and those that a plan has emptied by then. */
static int follow_databases(struct work *work)
{
    const struct directory *directory = work->before.directory;
    const struct assumed *assumed = work->before.coverage->assumed;
    const struct table *moves = assumed != NULL ? &assumed->databases : NULL;
    int rc = ADSCP_OK;
    size_t i;

    for (i = 0; i < directory->database_count && rc == ADSCP_OK; i++)
        rc = follow_database(work, directory->databases[i].dn);
    for (i = 0; moves != NULL && i < moves->count && rc == ADSCP_OK; i++)
        if (places_find(&work->before.places, moves->rows[i].text) == NULL)
            rc = follow_database(work, moves->rows[i].text);
    return rc;
}

/* ----------------------------------------------------------------- users -- */

/* Where a mailbox is, as far as there is a home for it. */
struct whereabouts {
    bool is_counted; /* in one of the homes, or in one that is lost */
    int home;
    uint32_t database; /* 1 + its index; 0: none */
};

static int locate(struct work *work, const struct side *side,
                  const struct kept_entry *row, struct whereabouts *at)
{
    struct span home_mdb;
    const struct database *database;
    const char *dn;
    int kind, rc = decode_kept_mailbox(side->directory, row, &kind, &home_mdb);

    *at = (struct whereabouts){.home = -1};
    if (rc != ADSCP_OK)
        return rc;
    at->is_counted =
        kind == ADSCP_CENSUS_KIND_REMOTE || kind == ADSCP_CENSUS_KIND_MAILBOXES;
    if (kind == ADSCP_CENSUS_KIND_REMOTE)
        at->home = side->remote;
    if (kind != ADSCP_CENSUS_KIND_MAILBOXES)
        return ADSCP_OK;
    dn = text_keep(&work->arena, home_mdb.text, home_mdb.length, NULL);
    if (dn == NULL)
        return ADSCP_E_NOMEM;
    at->home = home_of(side, dn);
    database = places_find(&side->places, dn);
    if (database != NULL)
        at->database = (uint32_t)(database - side->directory->databases) + 1;
    return ADSCP_OK;
}

/* A change made a new entry of it. */
static bool is_same(const struct kept_entry *a, const struct kept_entry *b)
{
    return a->dn.text == b->dn.text && a->values == b->values &&
           a->value_count == b->value_count;
}

/* Of each database, and of Microsoft 365, those whose entry is no more what it
 * was. */
static int follow_user(struct work *work, const struct kept_entry *then,
                       const struct kept_entry *now, uint32_t *left)
{
    struct whereabouts before, after;
    int rc = locate(work, &work->before, then, &before);

    if (rc == ADSCP_OK)
        rc = locate(work, &work->after, now, &after);
    if (rc != ADSCP_OK)
        return rc;
    if (before.home < 0) {
        work->following->added += after.home >= 0;
        return ADSCP_OK;
    }
    left[before.database]++;
    if (after.is_counted)
        return add(work, before.home, after.home, 1);
    work->following->deleted++;
    return ADSCP_OK;
}

static int follow_changed(struct work *work, uint32_t *left)
{
    static const struct kept_entry none = {.dn = {NULL, 0}};
    const struct entries *before = work->before.directory->entries;
    const struct entries *after = work->after.directory->entries;
    int rc = ADSCP_OK;
    size_t i;

    /* Changes leave every entry at its place. */
    for (i = 0; i < after->count && rc == ADSCP_OK; i++) {
        const struct kept_entry *then =
            i < before->count ? &before->rows[i] : &none;

        if (!is_same(then, &after->rows[i]))
            rc = follow_user(work, then, &after->rows[i], left);
    }
    return rc;
}

/* The others have stayed in their database. */
static int follow_rest(struct work *work, const uint32_t *left)
{
    const struct directory *directory = work->before.directory;
    const struct side *before = &work->before;
    int rc = ADSCP_OK;
    size_t i;

    for (i = 0; i < directory->database_count && rc == ADSCP_OK; i++) {
        const struct database *row = &directory->databases[i];
        int home = home_of(before, row->dn);
        int64_t count = (int64_t)row->mailboxes - left[i + 1];

        if (home >= 0 && count > 0)
            rc = add(work, home, home_of(&work->after, row->dn), count);
    }
    return rc;
}

static int follow_users(struct work *work, int64_t *remotep)
{
    uint32_t *left =
        calloc(work->before.directory->database_count + 1, sizeof(*left));
    int rc = left != NULL ? follow_changed(work, left) : ADSCP_E_NOMEM;

    if (rc == ADSCP_OK)
        rc = follow_rest(work, left);
    if (rc == ADSCP_OK)
        *remotep -= left[0];
    free(left);
    return rc;
}

/* ----------------------------------------------------------------- whole -- */

static int follow_directory(struct work *work, size_t index)
{
    const struct census *census;
    int64_t remote;
    int rc = turn(&work->before, index);

    if (rc == ADSCP_OK)
        rc = turn(&work->after, index);
    if (rc == ADSCP_OK)
        rc = follow_databases(work);
    census = work->before.directory->census;
    if (rc != ADSCP_OK || census == NULL)
        return rc;
    remote = census->counts[ADSCP_CENSUS_KIND_REMOTE];
    if (!places_are_told(work->before.directory) &&
        work->before.directory->entries != NULL)
        rc = follow_users(work, &remote);
    /* Microsoft 365 is that of the first directory. */
    return rc == ADSCP_OK && index == 0 && work->before.remote >= 0
               ? add(work, work->before.remote, work->after.remote, remote)
               : rc;
}

static bool is_counted(const struct side *side)
{
    return forest_of(side)->directories[0]->census != NULL;
}

int following_find(const struct adscp_coverage *before,
                   const struct adscp_coverage *after,
                   struct following *following)
{
    struct work work = {.following = following};
    size_t i;
    int rc;

    *following = (struct following){.groups = NULL};
    arena_init(&work.arena);
    rc = open_side(&work.before, before);
    if (rc == ADSCP_OK)
        rc = open_side(&work.after, after);
    if (rc == ADSCP_OK && !is_counted(&work.before))
        following->deleted = following->added = -1;
    for (i = 0; rc == ADSCP_OK && i < forest_of(&work.before)->directory_count;
         i++)
        rc = follow_directory(&work, i);
    close_side(&work.before);
    close_side(&work.after);
    arena_free(&work.arena);
    return rc;
}

void following_clear(struct following *following)
{
    free(following->groups);
    hash_clear(&following->index);
    *following = (struct following){.groups = NULL};
}

/* Did changes make these entries of those? */
static bool is_made_of(const struct entries *after,
                       const struct entries *before)
{
    const struct shared_arena *texts;

    if (after == NULL || before == NULL)
        return after == before;
    for (texts = after->texts; texts != NULL; texts = texts->base)
        if (texts == before->texts)
            return after->count >= before->count;
    return false;
}

bool following_is_possible(const struct adscp_coverage *before,
                           const struct adscp_coverage *after)
{
    const struct adscp_forest *then = before->forest_index->forest;
    const struct adscp_forest *now = after->forest_index->forest;
    size_t i;

    if (then->directory_count != now->directory_count ||
        then->directory_count == 0)
        return false;
    for (i = 0; i < then->directory_count; i++)
        if (!is_made_of(now->directories[i]->entries,
                        then->directories[i]->entries))
            return false;
    return then == now || then->directories[0]->entries != NULL;
}
