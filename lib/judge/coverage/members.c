/* SPDX-License-Identifier: MIT */
/*
 * Which sites and which homes have a cell of a class. The cells of a column are
 * one for all of its homes, so that columns are looked at instead of homes; and
 * the many classes of one column have one list of homes.
 */
#include <stdlib.h>
#include <string.h>

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
    uint32_t *column_of; /* per class: its only column, SEVERAL or NOWHERE */
};

#define SEVERAL UINT32_MAX
#define NOWHERE (UINT32_MAX - 1)

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

/* -------------------------------------------------------------- columns -- */

/* A class with all homes of one column, and no other, has that column's list.
 */
static void find_columns(const struct adscp_coverage *coverage,
                         struct distinct *distinct)
{
    const struct listed *columns = &distinct->columns;
    const struct listed *sites = &distinct->site_columns;
    size_t column, i;

    for (i = 0; i < coverage->class_count; i++)
        distinct->column_of[i] = NOWHERE;
    for (column = 0; column < coverage->column_count; column++)
        for (i = columns->start[column]; i < columns->start[column + 1]; i++) {
            uint32_t *only = &distinct->column_of[columns->classes[i]];

            *only = *only == NOWHERE ? (uint32_t)column : SEVERAL;
        }
    for (i = 0; i < sites->start[coverage->site_column_count]; i++)
        distinct->column_of[sites->classes[i]] = SEVERAL;
}

/* Leave those of several columns, whose homes are listed one by one. */
static void keep_several(const struct adscp_coverage *coverage,
                         struct distinct *distinct)
{
    struct listed *columns = &distinct->columns;
    size_t kept = 0, i = 0, column;

    for (column = 0; column < coverage->column_count; column++) {
        size_t end = columns->start[column + 1];

        for (; i < end; i++)
            if (distinct->column_of[columns->classes[i]] == SEVERAL)
                columns->classes[kept++] = columns->classes[i];
        columns->start[column + 1] = kept;
    }
}

/* The lists of the columns come first in `members`. */
static void share_columns(struct adscp_coverage *coverage,
                          const struct distinct *distinct,
                          struct coverage_run *runs)
{
    size_t i, total = 0;

    for (i = 0; i < coverage->home_count; i++)
        runs[coverage->homes[i].column].count++;
    for (i = 0; i < coverage->column_count; i++) {
        runs[i].first = total;
        total += runs[i].count;
        runs[i].count = 0;
    }
    for (i = 0; i < coverage->home_count; i++) {
        struct coverage_run *run = &runs[coverage->homes[i].column];

        coverage->members[run->first + run->count++] = (uint32_t)i;
    }
    for (i = 0; i < coverage->class_count; i++)
        if (distinct->column_of[i] != SEVERAL)
            coverage->classes[i].homes = runs[distinct->column_of[i]];
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
    size_t total = coverage->home_count, i;

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
    struct coverage_run *runs = calloc(coverage->column_count, sizeof(*runs));
    int rc = runs != NULL ? list_all(coverage, distinct) : ADSCP_E_NOMEM;

    if (rc == ADSCP_OK) {
        find_columns(coverage, distinct);
        keep_several(coverage, distinct);
        rc = visit_twice(coverage, distinct);
    }
    if (rc == ADSCP_OK)
        share_columns(coverage, distinct, runs);
    free(runs);
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
        .column_of = calloc(count, sizeof(*distinct.column_of)),
    };
    int rc = ADSCP_E_NOMEM;

    if (distinct.seen != NULL && distinct.classes != NULL &&
        distinct.column_of != NULL)
        rc = list_members(coverage, &distinct);
    free(distinct.column_of);
    free(distinct.seen);
    free(distinct.classes);
    clear(&distinct.groups);
    clear(&distinct.columns);
    clear(&distinct.site_columns);
    return rc;
}
