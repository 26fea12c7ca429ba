/* SPDX-License-Identifier: MIT */
/*
 * The cells of two coverages, side by side: sites of the same groups once, and
 * homes of the same columns once. But for the columns, all of it stands on what
 * anybody can ask of a coverage.
 */
#include <stdlib.h>
#include <string.h>

#include "api/comparison.h"
#include "base/rows.h"
#include "judge/coverage/coverage.h"

static uint32_t hash_classes(int before, int after)
{
    return hash_join((uint32_t)before, (uint32_t)after);
}

static int judge(adscp_comparison *comparison, int before, int after,
                 int *changep)
{
    uint32_t hash = hash_classes(before, after), at, found;
    struct verdict *rows;

    for (found = hash_first(&comparison->by_classes, hash, &at);
         found != HASH_NONE;
         found = hash_next(&comparison->by_classes, hash, &at)) {
        *changep = comparison->verdicts[found].change;
        if (comparison->verdicts[found].before == before &&
            comparison->verdicts[found].after == after)
            return ADSCP_OK;
    }
    rows = rows_grow(comparison->verdicts, comparison->verdict_count,
                     sizeof(*rows));
    if (rows == NULL)
        return ADSCP_E_NOMEM;
    comparison->verdicts = rows;
    *changep =
        before < 0 || after < 0
            ? ADSCP_COMPARISON_CHANGE_OTHER
            : adscp_prediction_compare(
                  adscp_coverage_class_prediction(comparison->before, before),
                  adscp_coverage_class_prediction(comparison->after, after));
    if (!hash_add(&comparison->by_classes, hash,
                  (uint32_t)comparison->verdict_count))
        return ADSCP_E_NOMEM;
    rows[comparison->verdict_count++] =
        (struct verdict){before, after, *changep};
    return ADSCP_OK;
}

/* A home is gone, and its mailboxes are nowhere else. */
static bool is_lost(const adscp_comparison *comparison, const struct pair *home)
{
    return home->after < 0 && home->mailboxes > 0 &&
           (comparison->is_followed || comparison->loses_mailboxes);
}

static int judge_move(adscp_comparison *comparison, struct move *move)
{
    if (move->before < 0 ||
        !is_lost(comparison, &comparison->homes.rows[move->home]))
        return judge(comparison, move->before, move->after, &move->change);
    move->change = ADSCP_COMPARISON_CHANGE_WORSE;
    return ADSCP_OK;
}

static int compare_cell(adscp_comparison *comparison, int site, int home)
{
    const struct pair *at = &comparison->sites.rows[site];
    const struct pair *of = &comparison->homes.rows[home];
    const struct move *column =
        &comparison->columns[comparison->column_of[home]].cell;
    struct move move = {.site = site, .home = home};
    struct move *rows;
    int rc;

    if (of->is_left)
        return ADSCP_OK;
    if (column->before >= 0 && !is_lost(comparison, of)) {
        move.before = column->before;
        move.after = column->after;
        move.change = column->change;
    } else {
        move.before =
            adscp_coverage_cell(comparison->before, at->before, of->before);
        move.after =
            adscp_coverage_cell(comparison->after, at->after, of->after);
        if (move.before < 0 && move.after < 0)
            return ADSCP_OK;
        rc = judge_move(comparison, &move);
        if (rc != ADSCP_OK)
            return rc;
    }
    comparison->counts[move.change]++;
    if (move.change == ADSCP_COMPARISON_CHANGE_SAME)
        return ADSCP_OK;
    rows = rows_grow(comparison->moves, comparison->move_count, sizeof(*rows));
    if (rows == NULL)
        return ADSCP_E_NOMEM;
    comparison->moves = rows;
    rows[comparison->move_count++] = move;
    return ADSCP_OK;
}

/* Do all homes of both columns get at this site what they got? */
static int compare_columns(adscp_comparison *comparison, const struct pair *at,
                           struct column *column)
{
    struct move *cell = &column->cell;
    int before = -1, after = -1, rc;

    column->is_same = false;
    cell->before = -1;
    if (at->before >= 0 && column->before >= 0)
        before = coverage_column_cell(comparison->before, (size_t)at->before,
                                      (size_t)column->before);
    if (at->after >= 0 && column->after >= 0)
        after = coverage_column_cell(comparison->after, (size_t)at->after,
                                     (size_t)column->after);
    if (before < 0 || after < 0)
        return ADSCP_OK;
    rc = judge(comparison, before, after, &cell->change);
    if (rc != ADSCP_OK)
        return rc;
    cell->before = before;
    cell->after = after;
    column->is_same = cell->change == ADSCP_COMPARISON_CHANGE_SAME;
    return rc;
}

/* Nearly all cells are as they were, and there may be millions. */
static int compare_new(adscp_comparison *comparison, int site)
{
    const struct pair *at = &comparison->sites.rows[site];
    struct column *columns = comparison->columns;
    size_t same = 0, count = comparison->homes.count, k;
    int rc = ADSCP_OK;

    for (k = 0; rc == ADSCP_OK && k < comparison->column_count; k++) {
        rc = compare_columns(comparison, at, &columns[k]);
        if (columns[k].is_same)
            same += columns[k].home_count;
    }
    comparison->counts[ADSCP_COMPARISON_CHANGE_SAME] += same;
    for (k = 0; rc == ADSCP_OK && same < count && k < count; k++)
        if (!columns[comparison->column_of[k]].is_same)
            rc = compare_cell(comparison, site, (int)k);
    return rc;
}

/* What moved at a site of the same groups moves here, too. */
static int compare_again(adscp_comparison *comparison, int site,
                         const struct site_row *like)
{
    size_t i;

    for (i = 0; i < like->move_count; i++) {
        struct move *rows =
            rows_grow(comparison->moves, comparison->move_count, sizeof(*rows));

        if (rows == NULL)
            return ADSCP_E_NOMEM;
        comparison->moves = rows;
        rows[comparison->move_count] = rows[like->first_move + i];
        rows[comparison->move_count++].site = site;
    }
    for (i = 0; i <= ADSCP_COMPARISON_CHANGE_WORSE; i++)
        comparison->counts[i] += like->counts[i];
    return ADSCP_OK;
}

static const struct site_row *find_row(const adscp_comparison *comparison,
                                       int before, int after, uint32_t hash)
{
    uint32_t at, found = hash_first(&comparison->by_groups, hash, &at);

    while (found != HASH_NONE && (comparison->rows[found].before != before ||
                                  comparison->rows[found].after != after))
        found = hash_next(&comparison->by_groups, hash, &at);
    return found != HASH_NONE ? &comparison->rows[found] : NULL;
}

static int add_row(adscp_comparison *comparison, const struct site_row *row,
                   uint32_t hash)
{
    struct site_row *rows =
        rows_grow(comparison->rows, comparison->row_count, sizeof(*rows));

    if (rows == NULL)
        return ADSCP_E_NOMEM;
    comparison->rows = rows;
    if (!hash_add(&comparison->by_groups, hash,
                  (uint32_t)comparison->row_count))
        return ADSCP_E_NOMEM;
    rows[comparison->row_count++] = *row;
    return ADSCP_OK;
}

static int compare_site(adscp_comparison *comparison, int site)
{
    const struct pair *at = &comparison->sites.rows[site];
    struct site_row row = {
        .before = adscp_coverage_site_group(comparison->before, at->before),
        .after = adscp_coverage_site_group(comparison->after, at->after),
        .first_move = comparison->move_count};
    uint32_t hash = hash_join((uint32_t)row.before, (uint32_t)row.after);
    const struct site_row *like =
        find_row(comparison, row.before, row.after, hash);
    size_t i, counts[ADSCP_COMPARISON_CHANGE_WORSE + 1];
    int rc;

    if (like != NULL)
        return compare_again(comparison, site, like);
    memcpy(counts, comparison->counts, sizeof(counts));
    rc = compare_new(comparison, site);
    if (rc != ADSCP_OK)
        return rc;
    row.move_count = comparison->move_count - row.first_move;
    for (i = 0; i <= ADSCP_COMPARISON_CHANGE_WORSE; i++)
        row.counts[i] = comparison->counts[i] - counts[i];
    return add_row(comparison, &row, hash);
}

static int column_at(const adscp_coverage *coverage, int home)
{
    return home >= 0 ? (int)coverage->homes[home].column : -1;
}

/* A home that everybody has left has no cells, and a column of its own. */
static int find_column(adscp_comparison *comparison, struct hash_index *index,
                       const struct pair *home, uint32_t *columnp)
{
    int before =
        home->is_left ? -1 : column_at(comparison->before, home->before);
    int after = home->is_left ? -1 : column_at(comparison->after, home->after);
    uint32_t hash = hash_classes(before, after), at;
    struct column *rows = comparison->columns;

    *columnp = hash_first(index, hash, &at);
    while (*columnp != HASH_NONE &&
           (rows[*columnp].before != before || rows[*columnp].after != after))
        *columnp = hash_next(index, hash, &at);
    if (*columnp != HASH_NONE)
        return ADSCP_OK;
    *columnp = (uint32_t)comparison->column_count;
    rows = rows_grow(rows, *columnp, sizeof(*rows));
    if (rows == NULL)
        return ADSCP_E_NOMEM;
    comparison->columns = rows;
    rows[comparison->column_count++] =
        (struct column){.before = before, .after = after};
    return hash_add(index, hash, *columnp) ? ADSCP_OK : ADSCP_E_NOMEM;
}

/* Homes that cannot be told apart, neither before nor afterwards. */
static int find_columns(adscp_comparison *comparison)
{
    const struct pairs *homes = &comparison->homes;
    struct hash_index index = {0};
    int rc = ADSCP_OK;
    size_t i;

    comparison->column_of =
        calloc(homes->count + 1, sizeof(*comparison->column_of));
    if (comparison->column_of == NULL)
        return ADSCP_E_NOMEM;
    for (i = 0; rc == ADSCP_OK && i < homes->count; i++) {
        uint32_t *column = &comparison->column_of[i];

        rc = find_column(comparison, &index, &homes->rows[i], column);
        if (rc == ADSCP_OK)
            comparison->columns[*column].home_count++;
    }
    hash_clear(&index);
    return rc;
}

/* What only the comparing needed. */
static void forget(adscp_comparison *comparison)
{
    hash_clear(&comparison->by_classes);
    hash_clear(&comparison->by_groups);
    free(comparison->rows);
    comparison->rows = NULL;
    free(comparison->columns);
    comparison->columns = NULL;
    free(comparison->column_of);
    comparison->column_of = NULL;
}

int comparison_cells(adscp_comparison *comparison)
{
    int rc = find_columns(comparison), i;

    for (i = 0; rc == ADSCP_OK && i < (int)comparison->sites.count; i++)
        rc = compare_site(comparison, i);
    forget(comparison);
    return rc;
}
