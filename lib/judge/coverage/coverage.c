/* SPDX-License-Identifier: MIT */
/*
 * Fills the cells, row by row: one row for each group of sites, and in it one
 * answer for each key of a home. What a user sees in a cell is found by the
 * same function as for one client, on an order that the whole row shares; the
 * answer of a new class becomes that class's prediction.
 */
#include "judge/coverage/coverage.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/rows.h"
#include "judge/coverage/private.h"

/* The answer for a key of the row in hand. */
struct memo {
    uint32_t row; /* plus 1; else it is of another row */
    uint32_t class;
    bool redirects;
};

struct filling {
    struct basis *basis;
    struct adscp_coverage *coverage;
    struct hash_index classes; /* by cell_hash() */
    struct memo *by_key, *by_site_key;
    struct adscp_prediction *answer; /* of this row, that no class took */
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
        .profile = coverage->profile,
        .time = coverage->time,
        .home = home->at,
    };
    struct detail detail = {0};

    return predict_make(filling->basis, &question, &detail, &filling->answer);
}

static int ask(struct filling *filling, const struct coverage_site *site,
               const struct coverage_home *home, struct memo *memo)
{
    int rc = deadline_check_row(filling->basis->deadline, filling->asked++);

    if (rc == ADSCP_OK)
        rc = filling->answer == NULL
                 ? ask_first(filling, site, home)
                 : predict_again(filling->basis, filling->answer, &home->at);
    if (rc != ADSCP_OK)
        return rc;
    memo->row = site->group + 1;
    memo->redirects =
        filling->answer->way.route.redirects ||
        (filling->answer->doubt != NULL && filling->answer->doubt->redirects);
    return find_class(filling, &memo->class);
}

static int fill_cell(struct filling *filling, const struct coverage_site *site,
                     const struct coverage_home *home, uint32_t *cell)
{
    struct memo *memo = &filling->by_key[home->key];
    int rc = ADSCP_OK;

    if (memo->row == site->group + 1 && memo->redirects)
        memo = &filling->by_site_key[home->site_key];
    if (memo->row != site->group + 1)
        rc = ask(filling, site, home, memo);
    *cell = memo->class;
    return rc;
}

/* The site is the first one of its group. */
static int fill_row(struct filling *filling, const struct coverage_site *site)
{
    struct adscp_coverage *coverage = filling->coverage;
    uint32_t *cells = &coverage->cells[site->group * coverage->home_count];
    int rc = ADSCP_OK;
    size_t i;

    for (i = 0; i < coverage->home_count && rc == ADSCP_OK; i++)
        rc = fill_cell(filling, site, &coverage->homes[i], &cells[i]);
    predict_free(filling->answer);
    filling->answer = NULL;
    return rc;
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

static int fill(struct basis *basis, struct adscp_coverage *coverage)
{
    struct filling filling = {.basis = basis, .coverage = coverage};
    size_t homes = coverage->home_count, groups = coverage->group_count;
    bool *filled = calloc(groups, sizeof(*filled));
    int rc = ADSCP_E_NOMEM;

    filling.by_key = calloc(homes, sizeof(*filling.by_key));
    filling.by_site_key = calloc(homes, sizeof(*filling.by_site_key));
    coverage->cells = calloc(groups, homes * sizeof(*coverage->cells));
    if (filled != NULL && filling.by_key != NULL &&
        filling.by_site_key != NULL && coverage->cells != NULL)
        rc = fill_rows(&filling, filled);
    predict_free(filling.answer);
    hash_clear(&filling.classes);
    free(filling.by_key);
    free(filling.by_site_key);
    free(filled);
    return rc;
}

uint32_t coverage_cell(const struct adscp_coverage *coverage, size_t site,
                       size_t home)
{
    return coverage
        ->cells[coverage->sites[site].group * coverage->home_count + home];
}

/* -------------------------------------------------------------- members -- */

/* The classes of a row or a column, each once. */
struct distinct {
    const struct deadline *deadline;
    uint32_t *seen; /* per class: the last one, plus 1, that had it */
    uint32_t *classes;
    size_t count;
    /* The same of each group of sites, one behind the other. */
    uint32_t *by_group;
    size_t *group_start; /* one more than there are groups */
};

static void see(struct distinct *distinct, uint32_t class, size_t mark)
{
    if (distinct->seen[class] == mark + 1)
        return;
    distinct->seen[class] = (uint32_t)mark + 1;
    distinct->classes[distinct->count++] = class;
}

static int list_group(const struct adscp_coverage *coverage, size_t group,
                      struct distinct *distinct)
{
    size_t at = distinct->group_start[group], i;

    distinct->count = 0;
    for (i = 0; i < coverage->home_count; i++)
        see(distinct, coverage->cells[group * coverage->home_count + i], group);
    for (i = 0; i < distinct->count; i++, at++) {
        uint32_t *rows = rows_grow(distinct->by_group, at, sizeof(*rows));

        if (rows == NULL)
            return ADSCP_E_NOMEM;
        distinct->by_group = rows;
        rows[at] = distinct->classes[i];
    }
    distinct->group_start[group + 1] = at;
    return ADSCP_OK;
}

static int list_groups(const struct adscp_coverage *coverage,
                       struct distinct *distinct)
{
    int rc = ADSCP_OK;
    size_t i;

    memset(distinct->seen, 0, coverage->class_count * sizeof(*distinct->seen));
    for (i = 0; i < coverage->group_count && rc == ADSCP_OK; i++) {
        rc = deadline_look(distinct->deadline);
        if (rc == ADSCP_OK)
            rc = list_group(coverage, i, distinct);
    }
    return rc;
}

static void see_site(const struct adscp_coverage *coverage, size_t site,
                     struct distinct *distinct)
{
    uint32_t group = coverage->sites[site].group;
    size_t first = distinct->group_start[group];

    distinct->count = distinct->group_start[group + 1] - first;
    memcpy(distinct->classes, &distinct->by_group[first],
           distinct->count * sizeof(*distinct->classes));
}

static void see_home(const struct adscp_coverage *coverage, size_t home,
                     struct distinct *distinct)
{
    size_t i;

    distinct->count = 0;
    for (i = 0; i < coverage->group_count; i++)
        see(distinct, coverage->cells[i * coverage->home_count + home], home);
}

/* What a class has of the sites or homes so far. */
typedef size_t *(*count_of_class)(struct coverage_class *class);

static size_t *sites_of(struct coverage_class *class)
{
    return &class->site_count;
}

static size_t *homes_of(struct coverage_class *class)
{
    return &class->home_count;
}

/* Count them, or (with members) write them down, behind those of sites. */
static int visit(struct adscp_coverage *coverage, struct distinct *distinct,
                 size_t count,
                 void (*look)(const struct adscp_coverage *coverage, size_t at,
                              struct distinct *distinct),
                 count_of_class count_of, bool behind_sites)
{
    int rc = ADSCP_OK;
    size_t i, k;

    memset(distinct->seen, 0, coverage->class_count * sizeof(*distinct->seen));
    for (i = 0; i < count && rc == ADSCP_OK; i++) {
        rc = deadline_look(distinct->deadline);
        look(coverage, i, distinct);
        for (k = 0; k < distinct->count; k++) {
            struct coverage_class *class =
                &coverage->classes[distinct->classes[k]];
            size_t place = class->first_site + *count_of(class) +
                           (behind_sites ? class->site_count : 0);

            if (coverage->members != NULL)
                coverage->members[place] = (uint32_t)i;
            ++*count_of(class);
        }
    }
    return rc;
}

static int visit_all(struct adscp_coverage *coverage, struct distinct *distinct)
{
    int rc = visit(coverage, distinct, coverage->site_count, see_site, sites_of,
                   false);

    return rc == ADSCP_OK ? visit(coverage, distinct, coverage->home_count,
                                  see_home, homes_of, true)
                          : rc;
}

/* Once to count, and once to fill. */
static int find_members(const struct basis *basis,
                        struct adscp_coverage *coverage)
{
    size_t count = coverage->class_count, total = 0, i;
    struct distinct distinct = {
        .deadline = basis->deadline,
        .seen = calloc(count, sizeof(*distinct.seen)),
        .classes = calloc(count, sizeof(*distinct.classes)),
        .group_start =
            calloc(coverage->group_count + 1, sizeof(*distinct.group_start)),
    };
    int rc = ADSCP_E_NOMEM;

    if (distinct.seen == NULL || distinct.classes == NULL ||
        distinct.group_start == NULL)
        goto out;
    rc = list_groups(coverage, &distinct);
    if (rc == ADSCP_OK)
        rc = visit_all(coverage, &distinct);
    for (i = 0; i < count; i++) {
        struct coverage_class *class = &coverage->classes[i];

        class->first_site = total;
        total += class->site_count + class->home_count;
        class->site_count = class->home_count = 0;
    }
    if (rc == ADSCP_OK) {
        coverage->members = calloc(total, sizeof(*coverage->members));
        rc = coverage->members != NULL ? visit_all(coverage, &distinct)
                                       : ADSCP_E_NOMEM;
    }
out:
    free(distinct.seen);
    free(distinct.classes);
    free(distinct.group_start);
    free(distinct.by_group);
    return rc;
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
    return rc == ADSCP_OK ? find_members(basis, coverage) : rc;
}

int coverage_make(struct basis *basis, int profile, int64_t time,
                  struct adscp_coverage **coveragep)
{
    struct adscp_coverage *coverage = calloc(1, sizeof(*coverage));
    int rc;

    if (coverage == NULL)
        return ADSCP_E_NOMEM;
    coverage->forest_index = forest_index_hold(basis->forest_index);
    coverage->profile = profile;
    coverage->time = time;
    coverage->complete = true;
    basis_set_time(basis, time);
    rc = make(basis, coverage);
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
    free(coverage->sites);
    free(coverage->homes);
    forest_index_release(coverage->forest_index);
    free(coverage);
}
