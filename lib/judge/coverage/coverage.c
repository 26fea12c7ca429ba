/* SPDX-License-Identifier: MIT */
/*
 * Fills the cells, row by row: one row for each group of sites, and in it one
 * answer for each column of homes, or each of their sites. What a user sees in
 * a cell is found by the same function as for one client, on an order that the
 * whole row shares; the answer of a new class becomes that class's prediction.
 */
#include "judge/coverage/coverage.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/rows.h"
#include "judge/coverage/alike.h"
#include "judge/coverage/private.h"

struct filling {
    struct basis *basis;
    struct adscp_coverage *coverage;
    struct hash_index classes;       /* by cell_hash() */
    struct alike alike;              /* rows that are known */
    size_t *first_home;              /* of each column */
    struct adscp_prediction *answer; /* of this row, that no class took */
    uint32_t parted;                 /* of this row: a cell, or CELL_EMPTY */
    size_t asked;
};

/* -------------------------------------------------------------- classes -- */

static int add_class(struct filling *filling, uint32_t hash, uint32_t *classp)
{
    struct adscp_coverage *coverage = filling->coverage;
    struct coverage_class *rows = rows_grow(
        coverage->classes, coverage->class_count, sizeof(*coverage->classes));

    if (rows == NULL)
        return ADSCP_E_NOMEM;
    coverage->classes = rows;
    *classp = (uint32_t)coverage->class_count;
    if (!hash_add(&filling->classes, hash, *classp))
        return ADSCP_E_NOMEM;
    rows[coverage->class_count++] =
        (struct coverage_class){.prediction = filling->answer};
    coverage->complete = coverage->complete && filling->answer->order.complete;
    filling->answer = NULL;
    return ADSCP_OK;
}

/* The class of the answer in hand. */
static int find_class(struct filling *filling, uint32_t *classp)
{
    const struct coverage_class *classes = filling->coverage->classes;
    uint32_t at, hash = cell_hash(filling->answer);
    uint32_t found = hash_first(&filling->classes, hash, &at);

    while (found != HASH_NONE &&
           !cell_equal(classes[found].prediction, filling->answer))
        found = hash_next(&filling->classes, hash, &at);
    *classp = found;
    return found != HASH_NONE ? ADSCP_OK : add_class(filling, hash, classp);
}

/* ---------------------------------------------------------------- cells -- */

/* A told site that is "" is unknown. */
static int ask_first(struct filling *filling, const struct coverage_site *site,
                     const struct coverage_home *home)
{
    const struct adscp_coverage *coverage = filling->coverage;
    const struct question question = {
        .site = site->name != NULL ? site->name : "",
        .domain = coverage->domain,
        .profile = coverage->profile,
        .time = coverage->time,
        .home = home->at,
    };
    struct detail detail = {0};

    return predict_make(filling->basis, &question, &detail, &filling->answer);
}

static int ask(struct filling *filling, const struct coverage_site *site,
               const struct coverage_home *home, uint32_t *classp)
{
    int rc = deadline_check_row(filling->basis->deadline, filling->asked++);

    if (rc == ADSCP_OK)
        rc = filling->answer == NULL
                 ? ask_first(filling, site, home)
                 : predict_again(filling->basis, filling->answer, &home->at);
    return rc == ADSCP_OK ? find_class(filling, classp) : rc;
}

/* Each site of a mailbox has its own cell there. One row serves all columns of
 * a group: a site column belongs to one column. */
static int part(struct filling *filling, uint32_t *cell)
{
    struct adscp_coverage *coverage = filling->coverage;
    size_t width = coverage->site_column_count * sizeof(*coverage->parted);
    uint32_t *rows;

    if (filling->parted == CELL_EMPTY) {
        rows = rows_grow(coverage->parted, coverage->parted_count, width);
        if (rows == NULL)
            return ADSCP_E_NOMEM;
        coverage->parted = rows;
        memset(coverage_parted_row(coverage, coverage->parted_count), 0xff,
               width);
        filling->parted = CELL_PARTED | (uint32_t)coverage->parted_count++;
    }
    *cell = filling->parted;
    return ADSCP_OK;
}

static bool redirects(const struct adscp_prediction *answer)
{
    return answer->way.route.redirects ||
           (answer->doubt != NULL && answer->doubt->redirects);
}

/* The first cell of its column tells whether all of them are one. */
static int fill_first(struct filling *filling, const struct coverage_site *site,
                      const struct coverage_home *home, uint32_t *cell)
{
    struct adscp_coverage *coverage = filling->coverage;
    bool is_parted;
    uint32_t class;
    int rc = ask(filling, site, home, &class);

    if (rc != ADSCP_OK)
        return rc;
    is_parted = redirects(filling->answer != NULL
                              ? filling->answer
                              : coverage->classes[class].prediction);
    if (!is_parted) {
        *cell = class;
        return ADSCP_OK;
    }
    rc = part(filling, cell);
    if (rc == ADSCP_OK)
        *coverage_parted(coverage, *cell, home) = class;
    return rc;
}

static int fill_cell(struct filling *filling, const struct coverage_site *site,
                     const struct coverage_home *home)
{
    struct adscp_coverage *coverage = filling->coverage;
    uint32_t *cell =
        &coverage->cells[site->group * coverage->column_count + home->column];
    uint32_t class;
    int rc;

    if (*cell == CELL_EMPTY)
        return fill_first(filling, site, home, cell);
    if ((*cell & CELL_PARTED) == 0 ||
        *coverage_parted(coverage, *cell, home) != CELL_EMPTY)
        return ADSCP_OK;
    rc = ask(filling, site, home, &class);
    if (rc == ADSCP_OK)
        *coverage_parted(coverage, *cell, home) = class;
    return rc;
}

/* Home by home, but those whose column is filled need not be looked at before
 * the first that is parted. */
static int fill_homes(struct filling *filling, const struct coverage_site *site)
{
    const struct adscp_coverage *coverage = filling->coverage;
    const uint32_t *cells =
        &coverage->cells[site->group * coverage->column_count];
    bool is_parted = false;
    size_t column, i = 0;
    int rc = ADSCP_OK;

    for (column = 0;
         column < coverage->column_count && rc == ADSCP_OK && !is_parted;
         column++) {
        i = filling->first_home[column];
        rc = fill_cell(filling, site, &coverage->homes[i]);
        is_parted = (cells[column] & CELL_PARTED) != 0;
    }
    for (; is_parted && rc == ADSCP_OK && i < coverage->home_count; i++)
        rc = fill_cell(filling, site, &coverage->homes[i]);
    return rc;
}

static uint32_t *row_of(const struct filling *filling, uint32_t group)
{
    const struct adscp_coverage *coverage = filling->coverage;

    return &coverage->cells[group * coverage->column_count];
}

/* Where nobody answers at the first URL, the client goes on. */
static bool is_answered(const struct filling *filling, uint32_t group)
{
    const struct adscp_coverage *coverage = filling->coverage;
    uint32_t cell = *row_of(filling, group);
    const struct route *route;

    if ((cell & CELL_PARTED) != 0)
        cell = *coverage_parted(coverage, cell,
                                &coverage->homes[filling->first_home[0]]);
    route = &coverage->classes[cell].prediction->way.route;
    return route->count > 0 && !host_check_failed(&route->hops[0].met);
}

/* The site is the first one of its group. */
static int fill_new_row(struct filling *filling,
                        const struct coverage_site *site)
{
    int rc;

    filling->parted = CELL_EMPTY;
    rc = fill_homes(filling, site);
    predict_free(filling->answer);
    filling->answer = NULL;
    return rc;
}

static int fill_row(struct filling *filling, const struct coverage_site *site)
{
    struct alike_key key;
    uint32_t like = ALIKE_NONE;
    int rc = alike_key(filling->basis, filling->coverage, site, &key);

    if (rc != ADSCP_OK)
        return rc;
    if (key.scp != NULL)
        like = alike_find(&filling->alike, &key);
    if (like != ALIKE_NONE) {
        memcpy(row_of(filling, site->group), row_of(filling, like),
               filling->coverage->column_count * sizeof(uint32_t));
        return ADSCP_OK;
    }
    rc = fill_new_row(filling, site);
    return rc == ADSCP_OK && key.scp != NULL &&
                   is_answered(filling, site->group)
               ? alike_add(&filling->alike, &key, site->group)
               : rc;
}

static int fill_rows(struct filling *filling, bool *filled)
{
    const struct adscp_coverage *coverage = filling->coverage;
    int rc = ADSCP_OK;
    size_t i;

    for (i = 0; i < coverage->site_count && rc == ADSCP_OK; i++) {
        const struct coverage_site *site = &coverage->sites[i];

        if (!filled[site->group])
            rc = deadline_look(filling->basis->deadline);
        if (rc == ADSCP_OK && !filled[site->group])
            rc = fill_row(filling, site);
        filled[site->group] = true;
    }
    return rc;
}

/* Columns have the order of their first homes. */
static void find_first_homes(struct filling *filling)
{
    const struct adscp_coverage *coverage = filling->coverage;
    size_t column = 0, i;

    for (i = 0; i < coverage->home_count; i++)
        if (coverage->homes[i].column == column)
            filling->first_home[column++] = i;
}

static int fill(struct basis *basis, struct adscp_coverage *coverage)
{
    struct filling filling = {.basis = basis, .coverage = coverage};
    size_t columns = coverage->column_count, groups = coverage->group_count;
    bool *filled = calloc(groups, sizeof(*filled));
    int rc = ADSCP_E_NOMEM;

    filling.first_home = calloc(columns, sizeof(*filling.first_home));
    coverage->cells = calloc(groups, columns * sizeof(*coverage->cells));
    if (filled != NULL && filling.first_home != NULL &&
        coverage->cells != NULL) {
        memset(coverage->cells, 0xff,
               groups * columns * sizeof(*coverage->cells));
        find_first_homes(&filling);
        rc = fill_rows(&filling, filled);
    }
    predict_free(filling.answer);
    hash_clear(&filling.classes);
    alike_clear(&filling.alike);
    free(filling.first_home);
    free(filled);
    return rc;
}

int coverage_column_cell(const struct adscp_coverage *coverage, size_t site,
                         size_t column)
{
    uint32_t cell =
        coverage->cells[coverage->sites[site].group * coverage->column_count +
                        column];

    return (cell & CELL_PARTED) == 0 ? (int)cell : -1;
}

uint32_t coverage_cell(const struct adscp_coverage *coverage, size_t site,
                       size_t home)
{
    const struct coverage_home *row = &coverage->homes[home];
    int cell = coverage_column_cell(coverage, site, row->column);

    return cell >= 0
               ? (uint32_t)cell
               : *coverage_parted(coverage,
                                  coverage->cells[coverage->sites[site].group *
                                                      coverage->column_count +
                                                  row->column],
                                  row);
}

/* ---------------------------------------------------------------- whole -- */

static int make(struct basis *basis, struct adscp_coverage *coverage)
{
    const struct directory_index *page;
    struct coverage_reach reach;
    int rc = forest_index_read(coverage->forest_index, 0, &page);

    if (rc == ADSCP_OK)
        rc = coverage_sites(coverage);
    if (rc == ADSCP_OK)
        rc = coverage_reach(coverage, &reach);
    if (rc == ADSCP_OK)
        rc = coverage_group(coverage, &reach);
    if (rc == ADSCP_OK)
        rc = coverage_homes(basis, coverage, &reach);
    if (rc == ADSCP_OK)
        rc = fill(basis, coverage);
    return rc == ADSCP_OK ? coverage_members(basis, coverage) : rc;
}

/* False: out of memory. */
static bool take_domain(struct adscp_coverage *coverage, const char *domain)
{
    if (domain == NULL)
        return true;
    coverage->domain = strdup(domain);
    return coverage->domain != NULL;
}

int coverage_make(struct basis *basis, const struct question *question,
                  struct adscp_coverage **coveragep)
{
    struct adscp_coverage *coverage = calloc(1, sizeof(*coverage));
    int rc;

    if (coverage == NULL)
        return ADSCP_E_NOMEM;
    coverage->forest_index = forest_index_hold(basis->forest_index);
    coverage->assumed = assumed_hold(basis->assumed);
    coverage->profile = question->profile;
    coverage->time = question->time;
    coverage->complete = true;
    basis_set_time(basis, question->time);
    rc = take_domain(coverage, question->domain) ? make(basis, coverage)
                                                 : ADSCP_E_NOMEM;
    if (rc != ADSCP_OK) {
        coverage_free(coverage);
        return rc;
    }
    *coveragep = coverage;
    return ADSCP_OK;
}

void coverage_free(struct adscp_coverage *coverage)
{
    size_t i;

    if (coverage == NULL)
        return;
    coverage_findings_free(
        atomic_load_explicit(&coverage->findings, memory_order_relaxed));
    for (i = 0; i < coverage->class_count; i++)
        predict_free(coverage->classes[i].prediction);
    free(coverage->classes);
    free(coverage->members);
    free(coverage->cells);
    free(coverage->parted);
    free(coverage->sites);
    free(coverage->homes);
    free(coverage->domain);
    assumed_free(coverage->assumed);
    forest_index_release(coverage->forest_index);
    free(coverage);
}
