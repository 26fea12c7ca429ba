/* SPDX-License-Identifier: MIT */
/*
 * Which sites and which homes have a cell of a class. The cells of a column are
 * one for all of its homes, so that columns are looked at instead of homes; and
 * the many classes that stand in the same columns, or in the same groups of
 * sites, have one list.
 */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/rows.h"
#include "judge/coverage/private.h"

/* The classes of several rows or columns, each once, one behind the other. */
struct listed {
    uint32_t *classes;
    size_t *start; /* one more than there are of them */
};

/* The classes of the one in hand. */
struct distinct {
    const struct deadline *deadline;
    uint32_t *seen; /* per class: the last one, plus 1, that had it */
    uint32_t *classes;
    size_t count;
    struct listed groups, columns, site_columns;
    /* Per class: the first one with its sites; with its homes. */
    uint32_t *same_sites, *same_homes;
};

typedef void looking(const struct adscp_coverage *coverage, size_t at,
                     struct distinct *distinct);

static void see(struct distinct *distinct, uint32_t class, size_t mark)
{
    if (distinct->seen[class] == mark + 1)
        return;
    distinct->seen[class] = (uint32_t)mark + 1;
    distinct->classes[distinct->count++] = class;
}

static void forget_seen(const struct adscp_coverage *coverage,
                        struct distinct *distinct)
{
    memset(distinct->seen, 0, coverage->class_count * sizeof(*distinct->seen));
}

/* ---------------------------------------------------------------- lists -- */

/* All parted cells of a group are in one row. */
static void see_group(const struct adscp_coverage *coverage, size_t group,
                      struct distinct *distinct)
{
    const uint32_t *cells = &coverage->cells[group * coverage->column_count];
    const uint32_t *parted = NULL;
    size_t i;

    for (i = 0; i < coverage->column_count; i++)
        if ((cells[i] & CELL_PARTED) == 0)
            see(distinct, cells[i], group);
        else
            parted = coverage_parted_row(coverage, cells[i] & ~CELL_PARTED);
    for (i = 0; parted != NULL && i < coverage->site_column_count; i++)
        if (parted[i] != CELL_EMPTY)
            see(distinct, parted[i], group);
}

static void see_column(const struct adscp_coverage *coverage, size_t column,
                       struct distinct *distinct)
{
    size_t i;

    for (i = 0; i < coverage->group_count; i++) {
        uint32_t cell = coverage->cells[i * coverage->column_count + column];

        if ((cell & CELL_PARTED) == 0)
            see(distinct, cell, column);
    }
}

static void see_site_column(const struct adscp_coverage *coverage,
                            size_t column, struct distinct *distinct)
{
    size_t i;

    for (i = 0; i < coverage->parted_count; i++) {
        uint32_t cell = coverage_parted_row(coverage, i)[column];

        if (cell != CELL_EMPTY)
            see(distinct, cell, column);
    }
}

static int keep(struct listed *listed, size_t at,
                const struct distinct *distinct)
{
    size_t place = listed->start[at], i;

    for (i = 0; i < distinct->count; i++, place++) {
        uint32_t *rows = rows_grow(listed->classes, place, sizeof(*rows));

        if (rows == NULL)
            return ADSCP_E_NOMEM;
        listed->classes = rows;
        rows[place] = distinct->classes[i];
    }
    listed->start[at + 1] = place;
    return ADSCP_OK;
}

static int list(const struct adscp_coverage *coverage,
                struct distinct *distinct, size_t count, looking *look,
                struct listed *listed)
{
    int rc = ADSCP_OK;
    size_t i;

    listed->start = calloc(count + 1, sizeof(*listed->start));
    if (listed->start == NULL)
        return ADSCP_E_NOMEM;
    forget_seen(coverage, distinct);
    for (i = 0; i < count && rc == ADSCP_OK; i++) {
        rc = deadline_look(distinct->deadline);
        distinct->count = 0;
        look(coverage, i, distinct);
        if (rc == ADSCP_OK)
            rc = keep(listed, i, distinct);
    }
    return rc;
}

static int list_all(const struct adscp_coverage *coverage,
                    struct distinct *distinct)
{
    int rc = list(coverage, distinct, coverage->group_count, see_group,
                  &distinct->groups);

    if (rc == ADSCP_OK)
        rc = list(coverage, distinct, coverage->column_count, see_column,
                  &distinct->columns);
    if (rc == ADSCP_OK)
        rc = list(coverage, distinct, coverage->site_column_count,
                  see_site_column, &distinct->site_columns);
    return rc;
}

/* ----------------------------------------------------------------- alike --
 */

/* Where classes stand: in groups; or in columns and, behind them, in columns of
 * sites. */
struct stand {
    struct listed *rows[2];
    size_t count[2];
};

/* The places of each class, one behind the other. */
struct places {
    uint32_t *rows;
    size_t *start; /* one more than there are classes */
};

static void put_places(const struct stand *stand, struct places *places)
{
    size_t first = 0, k, at, i;

    for (k = 0; k < 2; k++) {
        const struct listed *listed = stand->rows[k];

        for (at = 0; at < stand->count[k]; at++)
            for (i = listed->start[at]; i < listed->start[at + 1]; i++)
                places->rows[places->start[listed->classes[i] + 1]++] =
                    (uint32_t)(first + at);
        first += stand->count[k];
    }
}

/* Counted two classes ahead, so that each start moves to where it belongs while
 * the places are put. */
static int find_places(const struct adscp_coverage *coverage,
                       const struct stand *stand, struct places *places)
{
    size_t total = 0, k, i;

    places->start = calloc(coverage->class_count + 2, sizeof(*places->start));
    if (places->start == NULL)
        return ADSCP_E_NOMEM;
    for (k = 0; k < 2; k++)
        for (i = 0;
             stand->count[k] > 0 && i < stand->rows[k]->start[stand->count[k]];
             i++, total++)
            places->start[stand->rows[k]->classes[i] + 2]++;
    for (i = 2; i < coverage->class_count + 2; i++)
        places->start[i] += places->start[i - 1];
    places->rows = calloc(total + 1, sizeof(*places->rows));
    if (places->rows == NULL)
        return ADSCP_E_NOMEM;
    put_places(stand, places);
    return ADSCP_OK;
}

static uint32_t hash_places(const struct places *places, size_t class)
{
    uint32_t hash = 0;
    size_t i;

    for (i = places->start[class]; i < places->start[class + 1]; i++)
        hash = hash_join(hash, places->rows[i]);
    return hash;
}

static bool are_alike(const struct places *places, size_t a, size_t b)
{
    size_t count = places->start[a + 1] - places->start[a];

    return places->start[b + 1] - places->start[b] == count &&
           memcmp(&places->rows[places->start[a]],
                  &places->rows[places->start[b]],
                  count * sizeof(*places->rows)) == 0;
}

static int find_first(const struct places *places, size_t count, uint32_t *same)
{
    struct hash_index index = {0};
    int rc = ADSCP_OK;
    uint32_t i, at;

    for (i = 0; i < count && rc == ADSCP_OK; i++) {
        uint32_t hash = hash_places(places, i);

        same[i] = hash_first(&index, hash, &at);
        while (same[i] != HASH_NONE && !are_alike(places, same[i], i))
            same[i] = hash_next(&index, hash, &at);
        if (same[i] != HASH_NONE)
            continue;
        same[i] = i;
        rc = hash_add(&index, hash, i) ? ADSCP_OK : ADSCP_E_NOMEM;
    }
    hash_clear(&index);
    return rc;
}

/* Leave the first of those that are alike. */
static void keep_first(struct listed *listed, size_t count,
                       const uint32_t *same)
{
    size_t kept = 0, i = 0, at;

    for (at = 0; at < count; at++) {
        size_t end = listed->start[at + 1];

        for (; i < end; i++)
            if (same[listed->classes[i]] == listed->classes[i])
                listed->classes[kept++] = listed->classes[i];
        listed->start[at + 1] = kept;
    }
}

static int find_alike(const struct adscp_coverage *coverage,
                      const struct stand *stand, uint32_t *same)
{
    struct places places = {.rows = NULL};
    int rc = find_places(coverage, stand, &places);
    size_t k;

    if (rc == ADSCP_OK)
        rc = find_first(&places, coverage->class_count, same);
    for (k = 0; k < 2 && rc == ADSCP_OK; k++)
        keep_first(stand->rows[k], stand->count[k], same);
    free(places.rows);
    free(places.start);
    return rc;
}

static int find_all_alike(const struct adscp_coverage *coverage,
                          struct distinct *distinct)
{
    const struct stand sites = {{&distinct->groups}, {coverage->group_count}};
    const struct stand homes = {
        {&distinct->columns, &distinct->site_columns},
        {coverage->column_count, coverage->site_column_count}};
    int rc = find_alike(coverage, &sites, distinct->same_sites);

    return rc == ADSCP_OK ? find_alike(coverage, &homes, distinct->same_homes)
                          : rc;
}

static void share(struct adscp_coverage *coverage,
                  const struct distinct *distinct)
{
    struct coverage_class *classes = coverage->classes;
    size_t i;

    for (i = 0; i < coverage->class_count; i++) {
        classes[i].sites = classes[distinct->same_sites[i]].sites;
        classes[i].homes = classes[distinct->same_homes[i]].homes;
    }
}

/* -------------------------------------------------------------- members -- */

static void see_listed(const struct listed *listed, size_t at, size_t mark,
                       struct distinct *distinct)
{
    size_t i;

    for (i = listed->start[at]; i < listed->start[at + 1]; i++)
        see(distinct, listed->classes[i], mark);
}

static void see_site(const struct adscp_coverage *coverage, size_t site,
                     struct distinct *distinct)
{
    see_listed(&distinct->groups, coverage->sites[site].group, site, distinct);
}

static void see_home(const struct adscp_coverage *coverage, size_t home,
                     struct distinct *distinct)
{
    const struct coverage_home *row = &coverage->homes[home];

    see_listed(&distinct->columns, row->column, home, distinct);
    see_listed(&distinct->site_columns, row->site_column, home, distinct);
}

/* What a class has of the sites or homes so far. */
typedef struct coverage_run *run_of_class(struct coverage_class *class);

static struct coverage_run *sites_of(struct coverage_class *class)
{
    return &class->sites;
}

static struct coverage_run *homes_of(struct coverage_class *class)
{
    return &class->homes;
}

/* Count them, or (with members) write them down. */
static int visit(struct adscp_coverage *coverage, struct distinct *distinct,
                 size_t count, looking *look, run_of_class *run_of)
{
    int rc = ADSCP_OK;
    size_t i, k;

    forget_seen(coverage, distinct);
    for (i = 0; i < count && rc == ADSCP_OK; i++) {
        rc = deadline_look(distinct->deadline);
        distinct->count = 0;
        look(coverage, i, distinct);
        for (k = 0; k < distinct->count; k++) {
            struct coverage_run *run =
                run_of(&coverage->classes[distinct->classes[k]]);

            if (coverage->members != NULL)
                coverage->members[run->first + run->count] = (uint32_t)i;
            run->count++;
        }
    }
    return rc;
}

static int visit_all(struct adscp_coverage *coverage, struct distinct *distinct)
{
    int rc =
        visit(coverage, distinct, coverage->site_count, see_site, sites_of);

    return rc == ADSCP_OK ? visit(coverage, distinct, coverage->home_count,
                                  see_home, homes_of)
                          : rc;
}

static size_t place_run(struct coverage_run *run, size_t at)
{
    size_t end = at + run->count;

    *run = (struct coverage_run){at, 0};
    return end;
}

/* Once to count, and once to fill. */
static int visit_twice(struct adscp_coverage *coverage,
                       struct distinct *distinct)
{
    int rc = visit_all(coverage, distinct);
    size_t total = 0, i;

    for (i = 0; i < coverage->class_count; i++) {
        total = place_run(&coverage->classes[i].sites, total);
        total = place_run(&coverage->classes[i].homes, total);
    }
    if (rc != ADSCP_OK)
        return rc;
    coverage->members = calloc(total, sizeof(*coverage->members));
    return coverage->members != NULL ? visit_all(coverage, distinct)
                                     : ADSCP_E_NOMEM;
}

static int list_members(struct adscp_coverage *coverage,
                        struct distinct *distinct)
{
    int rc = list_all(coverage, distinct);

    if (rc == ADSCP_OK)
        rc = find_all_alike(coverage, distinct);
    if (rc == ADSCP_OK)
        rc = visit_twice(coverage, distinct);
    if (rc == ADSCP_OK)
        share(coverage, distinct);
    return rc;
}

static void clear(struct listed *listed)
{
    free(listed->classes);
    free(listed->start);
}

int coverage_members(const struct basis *basis, struct adscp_coverage *coverage)
{
    size_t count = coverage->class_count;
    struct distinct distinct = {
        .deadline = basis->deadline,
        .seen = calloc(count, sizeof(*distinct.seen)),
        .classes = calloc(count, sizeof(*distinct.classes)),
        .same_sites = calloc(count, sizeof(*distinct.same_sites)),
        .same_homes = calloc(count, sizeof(*distinct.same_homes)),
    };
    int rc = ADSCP_E_NOMEM;

    if (distinct.seen != NULL && distinct.classes != NULL &&
        distinct.same_sites != NULL && distinct.same_homes != NULL)
        rc = list_members(coverage, &distinct);
    free(distinct.same_sites);
    free(distinct.same_homes);
    free(distinct.seen);
    free(distinct.classes);
    clear(&distinct.groups);
    clear(&distinct.columns);
    clear(&distinct.site_columns);
    return rc;
}
