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
    int *homes; /* by the index of the server: its home; -1: none */
    int remote; /* the home in Microsoft 365; -1: none */
    struct places places;
};

struct work {
    struct side before, after;
    const struct database **stays; /* by the index of a database of before: the
                                      same one afterwards; NULL: it is gone */
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

static void open_side(struct side *side, const struct adscp_coverage *coverage)
{
    size_t i;

    *side = (struct side){.coverage = coverage, .remote = -1};
    for (i = 0; i < coverage->home_count; i++)
        if (coverage->homes[i].server == NULL &&
            coverage->homes[i].at.directory != NULL)
            side->remote = (int)i;
}

static void close_side(struct side *side)
{
    free(side->homes);
    places_close(&side->places);
}

static const struct adscp_forest *forest_of(const struct side *side)
{
    return side->coverage->forest_index->forest;
}

static int find_homes(struct side *side)
{
    const struct adscp_coverage *coverage = side->coverage;
    const struct directory *directory = side->directory;
    size_t i;

    free(side->homes);
    side->homes = malloc((directory->server_count + 1) * sizeof(*side->homes));
    if (side->homes == NULL)
        return ADSCP_E_NOMEM;
    for (i = 0; i < directory->server_count; i++)
        side->homes[i] = -1;
    for (i = 0; i < coverage->home_count; i++) {
        const struct coverage_home *home = &coverage->homes[i];

        if (home->server != NULL && home->at.directory == directory)
            side->homes[home->server - directory->servers] = (int)i;
    }
    return ADSCP_OK;
}

static int turn(struct side *side, size_t directory)
{
    int rc;

    places_close(&side->places);
    side->directory = forest_of(side)->directories[directory];
    rc = places_open(&side->places, side->directory);
    return rc == ADSCP_OK ? find_homes(side) : rc;
}

/* The home of a database; -1: it has none, or is none. */
static int home_in(const struct side *side, const struct database *database)
{
    return database != NULL && database->server != 0
               ? side->homes[database->server - 1]
               : -1;
}

/* ... and of those who were in it at the beginning. */
static int home_of_first(const struct side *side, const char *dn,
                         const struct database *database)
{
    const char *place = assumed_place(side->coverage->assumed, dn);

    return home_in(side,
                   place == dn ? database : places_find(&side->places, place));
}

/* A step leaves nearly all of them in their order. */
static int find_stays(struct work *work)
{
    const struct directory *before = work->before.directory;
    struct places *after = &work->after.places;
    size_t next = 0, missing = 0, i;
    int rc = ADSCP_OK;

    free(work->stays);
    work->stays = calloc(before->database_count + 1, sizeof(*work->stays));
    if (work->stays == NULL)
        return ADSCP_E_NOMEM;
    for (i = 0; i < before->database_count; i++) {
        work->stays[i] = places_next(after, before->databases[i].dn, &next);
        missing += work->stays[i] == NULL;
    }
    if (missing > 0)
        rc = places_index(after);
    for (i = 0; missing > 0 && i < before->database_count && rc == ADSCP_OK;
         i++)
        if (work->stays[i] == NULL)
            work->stays[i] = places_find(after, before->databases[i].dn);
    return rc;
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

static int follow_database(struct work *work, const char *dn,
                           const struct database *then,
                           const struct database *now)
{
    int home = home_of_first(&work->before, dn, then);

    return home < 0 ? ADSCP_OK
                    : add(work, home, home_of_first(&work->after, dn, now),
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
        rc = follow_database(work, directory->databases[i].dn,
                             &directory->databases[i], work->stays[i]);
    for (i = 0; moves != NULL && i < moves->count && rc == ADSCP_OK; i++) {
        const char *dn = moves->rows[i].text;

        if (places_find(&work->before.places, dn) == NULL)
            rc = follow_database(work, dn, NULL,
                                 places_find(&work->after.places, dn));
    }
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
    database = places_find(&side->places, dn);
    at->home = home_in(side, database);
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
        int home = home_in(before, row);
        int64_t count = (int64_t)row->mailboxes - left[i + 1];

        if (home >= 0 && count > 0)
            rc = add(work, home, home_in(&work->after, work->stays[i]), count);
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

static bool has_users(const struct directory *directory)
{
    return directory->census != NULL && !places_are_told(directory) &&
           directory->entries != NULL;
}

static bool has_moves(const struct side *side)
{
    const struct assumed *assumed = side->coverage->assumed;

    return assumed != NULL && assumed->databases.count > 0;
}

/* The directory in hand, with databases by name where somebody will ask. */
static int turn_both(struct work *work, size_t index)
{
    int rc = turn(&work->before, index);

    if (rc == ADSCP_OK)
        rc = turn(&work->after, index);
    if (rc == ADSCP_OK &&
        (has_users(work->before.directory) || has_moves(&work->before) ||
         has_moves(&work->after))) {
        rc = places_index(&work->before.places);
        if (rc == ADSCP_OK)
            rc = places_index(&work->after.places);
    }
    return rc == ADSCP_OK ? find_stays(work) : rc;
}

static int follow_directory(struct work *work, size_t index)
{
    const struct census *census;
    int64_t remote;
    int rc = turn_both(work, index);

    if (rc == ADSCP_OK)
        rc = follow_databases(work);
    census = work->before.directory->census;
    if (rc != ADSCP_OK || census == NULL)
        return rc;
    remote = census->counts[ADSCP_CENSUS_KIND_REMOTE];
    if (has_users(work->before.directory))
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
    int rc = ADSCP_OK;
    size_t i;

    *following = (struct following){.groups = NULL};
    arena_init(&work.arena);
    open_side(&work.before, before);
    open_side(&work.after, after);
    if (!is_counted(&work.before))
        following->deleted = following->added = -1;
    for (i = 0; rc == ADSCP_OK && i < forest_of(&work.before)->directory_count;
         i++)
        rc = follow_directory(&work, i);
    close_side(&work.before);
    close_side(&work.after);
    free(work.stays);
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
