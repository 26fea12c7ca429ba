/* SPDX-License-Identifier: MIT */
/*
 * Equal lines of the matrix as one: there may be 10,000 sites, and few kinds of
 * them.
 */
#include "report.h"

#include <stdlib.h>
#include <string.h>

bool matrix_make(const struct report_page *page, struct matrix *matrix)
{
    int site, home, *cell;

    *matrix = (struct matrix){
        .page = page,
        .sites = adscp_coverage_site_count(page->coverage),
        .homes = adscp_coverage_home_count(page->coverage),
        .fold = adscp_coverage_class_count(page->coverage) > DRAWN_MOST};
    cell = matrix->cells =
        calloc((size_t)matrix->sites * (size_t)matrix->homes, sizeof(int));
    if (cell == NULL)
        return false;
    for (site = 0; site < matrix->sites; site++)
        for (home = 0; home < matrix->homes; home++) {
            int row = adscp_coverage_cell(page->coverage, site, home);

            *cell++ = matrix->fold
                          ? (int)mark_of(adscp_coverage_class_prediction(
                                page->coverage, row))
                          : row;
        }
    return true;
}

void matrix_clear(struct matrix *matrix)
{
    free(matrix->cells);
}

enum mark matrix_mark(const struct matrix *matrix, int site, int home)
{
    int cell = matrix->cells[site * matrix->homes + home];

    return matrix->fold ? (enum mark)cell
                        : mark_of(adscp_coverage_class_prediction(
                              matrix->page->coverage, cell));
}

/* ----------------------------------------------------------------- lines -- */

/* Sites, or homes: `lines` of so many `cells`. */
struct lines {
    const struct matrix *matrix;
    bool of_sites;
    int lines, cells;
};

static int cell_at(const struct lines *lines, int line, int cell)
{
    const struct matrix *matrix = lines->matrix;

    return lines->of_sites ? matrix->cells[line * matrix->homes + cell]
                           : matrix->cells[cell * matrix->homes + line];
}

static int compare_content(const struct lines *lines, int a, int b)
{
    int cell, left = 0, right = 0;

    for (cell = 0; cell < lines->cells && left == right; cell++) {
        left = cell_at(lines, a, cell);
        right = cell_at(lines, b, cell);
    }
    return (left > right) - (left < right);
}

static int compare_lines(const void *a, const void *b, void *about)
{
    int left = *(const int *)a, right = *(const int *)b;
    int order = compare_content(about, left, right);

    return order != 0 ? order : left - right;
}

/* --------------------------------------------------------------- bundles -- */

static void find_worst(const struct lines *lines, int line,
                       struct bundle *bundle)
{
    int cell;

    bundle->worst = MARK_NOTHING;
    for (cell = 0; cell < lines->cells; cell++) {
        int mark = lines->of_sites
                       ? (int)matrix_mark(lines->matrix, line, cell)
                       : (int)matrix_mark(lines->matrix, cell, line);

        if (mark > bundle->worst) {
            bundle->worst = mark;
            bundle->worst_count = 0;
        }
        bundle->worst_count += mark == bundle->worst;
    }
}

static void find_bundles(const struct lines *lines, struct axis *axis)
{
    int i;

    for (i = 0; i < lines->lines; i++) {
        if (i > 0 &&
            compare_content(lines, axis->order[i - 1], axis->order[i]) == 0) {
            axis->bundles[axis->count - 1].count++;
            continue;
        }
        axis->bundles[axis->count] = (struct bundle){.first = i, .count = 1};
        find_worst(lines, axis->order[i], &axis->bundles[axis->count]);
        axis->count++;
    }
}

static int compare_first(const struct bundle *left, const struct bundle *right,
                         const int *order)
{
    return order[left->first] - order[right->first];
}

static int compare_worst(const void *a, const void *b, void *order)
{
    const struct bundle *left = a, *right = b;

    if (left->worst != right->worst)
        return right->worst - left->worst;
    if (left->worst_count != right->worst_count)
        return right->worst_count - left->worst_count;
    return compare_first(left, right, order);
}

static int compare_place(const void *a, const void *b, void *order)
{
    return compare_first(a, b, order);
}

static bool make_axis(struct lines *lines, struct axis *axis)
{
    size_t count = (size_t)lines->lines;
    int i;

    *axis = (struct axis){.order = calloc(count + 1, sizeof(int)),
                          .bundles = calloc(count + 1, sizeof(struct bundle))};
    if (axis->order == NULL || axis->bundles == NULL)
        return false;
    for (i = 0; i < lines->lines; i++)
        axis->order[i] = i;
    qsort_r(axis->order, count, sizeof(int), compare_lines, lines);
    find_bundles(lines, axis);
    qsort_r(axis->bundles, (size_t)axis->count, sizeof(struct bundle),
            lines->of_sites ? compare_worst : compare_place, axis->order);
    return true;
}

bool axis_of_sites(const struct matrix *matrix, struct axis *axis)
{
    return make_axis(
        &(struct lines){matrix, true, matrix->sites, matrix->homes}, axis);
}

bool axis_of_homes(const struct matrix *matrix, struct axis *axis)
{
    return make_axis(
        &(struct lines){matrix, false, matrix->homes, matrix->sites}, axis);
}

void axis_clear(struct axis *axis)
{
    free(axis->order);
    free(axis->bundles);
}
