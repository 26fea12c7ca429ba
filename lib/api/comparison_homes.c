/* SPDX-License-Identifier: MIT */
/*
 * The homes of two coverages: by name, and where a change made one of the other
 * so that everybody can be followed, each group of mailboxes by its own.
 */
#include <limits.h>
#include <stdlib.h>

#include "api/comparison.h"
#include "base/rows.h"
#include "judge/coverage/following.h"

static int64_t count_mailboxes(const adscp_coverage *coverage)
{
    int i, count = adscp_coverage_home_count(coverage);
    int64_t sum = 0;

    for (i = 0; i < count; i++) {
        int mailboxes = adscp_coverage_home_mailboxes(coverage, i);

        sum += mailboxes > 0 ? mailboxes : 0;
    }
    return sum;
}

bool pairs_add(struct pairs *pairs, struct pair pair)
{
    struct pair *rows = rows_grow(pairs->rows, pairs->count, sizeof(*rows));

    if (rows == NULL)
        return false;
    pairs->rows = rows;
    rows[pairs->count++] = pair;
    return true;
}

/* --------------------------------------------------------------- by name -- */

static void count_by_name(adscp_comparison *comparison)
{
    const adscp_coverage *before = comparison->before;
    const adscp_coverage *after = comparison->after;
    size_t i;

    comparison->deleted = comparison->added = -1;
    /* What was not read is not gone. */
    comparison->loses_mailboxes =
        (adscp_coverage_complete(after) || !adscp_coverage_complete(before)) &&
        count_mailboxes(after) < count_mailboxes(before);
    for (i = 0; i < comparison->homes.count; i++) {
        struct pair *home = &comparison->homes.rows[i];

        home->mailboxes = adscp_coverage_home_mailboxes(before, home->before);
        if (home->mailboxes < 0)
            home->mailboxes = adscp_coverage_home_mailboxes(after, home->after);
    }
}

/* -------------------------------------------------------------- by group -- */

static int number_of(int64_t count)
{
    return count <= INT_MAX ? (int)count : INT_MAX;
}

/* By the home of before: its row, the home that has its name afterwards, and
 * whether a group has that row. */
struct own_rows {
    int *rows, *names;
    bool *taken;
};

/* Who stays has the row that the home has by its name; without them, the first
 * of those who go. */
static int take_group(adscp_comparison *comparison, struct own_rows *own,
                      const struct group *group, bool stays)
{
    int row = own->rows[group->before];
    struct pair *home = row >= 0 ? &comparison->homes.rows[row] : NULL;

    if (home == NULL || (group->after == own->names[group->before]) != stays)
        return ADSCP_OK;
    if (own->taken[group->before])
        return pairs_add(&comparison->homes,
                         (struct pair){group->before, group->after,
                                       number_of(group->mailboxes), false})
                   ? ADSCP_OK
                   : ADSCP_E_NOMEM;
    own->taken[group->before] = true;
    home->after = group->after;
    home->mailboxes = number_of(group->mailboxes);
    return ADSCP_OK;
}

static int take_groups(adscp_comparison *comparison, struct own_rows *own,
                       const struct following *following)
{
    int rc = ADSCP_OK;
    size_t i;

    for (i = 0; i < following->group_count && rc == ADSCP_OK; i++)
        rc = take_group(comparison, own, &following->groups[i], true);
    for (i = 0; i < following->group_count && rc == ADSCP_OK; i++)
        rc = take_group(comparison, own, &following->groups[i], false);
    return rc;
}

static bool own_open(const adscp_comparison *comparison, struct own_rows *own)
{
    const struct pairs *homes = &comparison->homes;
    size_t count = (size_t)adscp_coverage_home_count(comparison->before), i;

    own->rows = malloc((count + 1) * sizeof(*own->rows));
    own->names = malloc((count + 1) * sizeof(*own->names));
    own->taken = calloc(count + 1, sizeof(*own->taken));
    if (own->rows == NULL || own->names == NULL || own->taken == NULL)
        return false;
    for (i = 0; i < count; i++)
        own->rows[i] = -1;
    for (i = 0; i < homes->count; i++)
        if (homes->rows[i].before >= 0) {
            own->rows[homes->rows[i].before] = (int)i;
            own->names[homes->rows[i].before] = homes->rows[i].after;
        }
    return true;
}

static void own_close(struct own_rows *own)
{
    free(own->rows);
    free(own->names);
    free(own->taken);
}

/* Homes of which no group is told: nobody lives there, or nobody is known to.
 */
static void mark_left(adscp_comparison *comparison, const struct own_rows *own)
{
    struct pairs *homes = &comparison->homes;
    size_t i;

    for (i = 0; i < homes->count; i++) {
        struct pair *home = &homes->rows[i];

        if (home->before < 0)
            home->mailboxes =
                adscp_coverage_home_mailboxes(comparison->after, home->after);
        else if (!own->taken[home->before]) {
            home->mailboxes =
                adscp_coverage_home_mailboxes(comparison->before, home->before);
            home->is_left = adscp_coverage_home_server(comparison->before,
                                                       home->before) != NULL;
        }
    }
}

static int follow(adscp_comparison *comparison)
{
    struct own_rows own = {NULL, NULL, NULL};
    struct following following;
    int rc = following_find(comparison->before, comparison->after, &following);

    comparison->deleted = following.deleted;
    comparison->added = following.added;
    if (rc == ADSCP_OK && !own_open(comparison, &own))
        rc = ADSCP_E_NOMEM;
    if (rc == ADSCP_OK)
        rc = take_groups(comparison, &own, &following);
    if (rc == ADSCP_OK)
        mark_left(comparison, &own);
    following_clear(&following);
    own_close(&own);
    return rc;
}

int comparison_homes(adscp_comparison *comparison)
{
    comparison->is_followed =
        following_is_possible(comparison->before, comparison->after);
    if (comparison->is_followed)
        return follow(comparison);
    count_by_name(comparison);
    return ADSCP_OK;
}
