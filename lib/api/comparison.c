/* SPDX-License-Identifier: MIT */
/*
 * The public comparison: two coverages, cell by cell. Few pairs of classes
 * differ, so that each pair is looked at once. It stands on what anybody can
 * ask of a coverage.
 */
#include "adscp.h"

#include <stdlib.h>
#include <string.h>

#include "api/comparison.h"
#include "api/count.h"
#include "base/table.h"
#include "base/text.h"

const char *adscp_comparison_change_name(int change)
{
    static const char *const names[] = {
        [ADSCP_COMPARISON_CHANGE_SAME] = "same",
        [ADSCP_COMPARISON_CHANGE_OTHER] = "other",
        [ADSCP_COMPARISON_CHANGE_BETTER] = "better",
        [ADSCP_COMPARISON_CHANGE_WORSE] = "worse",
    };

    return change >= 0 && change <= ADSCP_COMPARISON_CHANGE_WORSE
               ? names[change]
               : NULL;
}

/* ------------------------------------------------------ sites and homes -- */

static const char *site_key(const adscp_coverage *coverage, int site)
{
    const char *name = adscp_coverage_site(coverage, site);

    return name != NULL ? name : "";
}

static const char *home_key(const adscp_coverage *coverage, int home)
{
    const adscp_server *server = adscp_coverage_home_server(coverage, home);

    return server != NULL ? adscp_server_dn(server)
                          : adscp_coverage_home_kind_name(
                                adscp_coverage_home_kind(coverage, home));
}

/* What is common to both ways of counting: names, and whose they are. */
struct keys {
    int count_before, count_after;
    const char *(*key)(const adscp_coverage *coverage, int index);
    bool are_unique; /* no name comes twice */
};

/* A text that a step kept is where it was. */
static bool is_same_text(const char *a, const char *b)
{
    return a == b || strcmp(a, b) == 0;
}

/* A step seldom makes or removes one. */
static bool are_same(const adscp_comparison *comparison,
                     const struct keys *keys)
{
    int i = 0;

    while (i < keys->count_before && i < keys->count_after &&
           is_same_text(keys->key(comparison->before, i),
                        keys->key(comparison->after, i)))
        i++;
    return keys->are_unique && i == keys->count_before &&
           i == keys->count_after;
}

static int pair_same(const struct keys *keys, struct pairs *pairs)
{
    int i;

    for (i = 0; i < keys->count_before; i++)
        if (!pairs_add(pairs, (struct pair){i, i, -1, false}))
            return ADSCP_E_NOMEM;
    return ADSCP_OK;
}

/* Those of the beginning, in its order, then those that came. */
static int match(const adscp_comparison *comparison, const struct keys *keys,
                 struct pairs *pairs)
{
    struct table table = {.sense = TABLE_FOLD};
    struct arena arena;
    int rc = ADSCP_OK, i;

    if (are_same(comparison, keys))
        return pair_same(keys, pairs);
    arena_init(&arena);
    for (i = 0; i < keys->count_before && rc == ADSCP_OK; i++) {
        const char *key = keys->key(comparison->before, i);

        if (table_keep(&table, &arena, key, strlen(key)) == TABLE_NONE ||
            !pairs_add(pairs, (struct pair){i, -1, -1, false}))
            rc = ADSCP_E_NOMEM;
        else if (table.count < pairs->count)
            pairs->count--; /* the same name again */
    }
    for (i = 0; i < keys->count_after && rc == ADSCP_OK; i++) {
        const char *key = keys->key(comparison->after, i);
        uint32_t before = table.count;
        uint32_t number = table_keep(&table, &arena, key, strlen(key));

        if (number == TABLE_NONE)
            rc = ADSCP_E_NOMEM;
        else if (number < before)
            pairs->rows[number].after = i;
        else if (!pairs_add(pairs, (struct pair){-1, i, -1, false}))
            rc = ADSCP_E_NOMEM;
    }
    table_clear(&table);
    arena_free(&arena);
    return rc;
}

/* ---------------------------------------------------------------- whole -- */

static int compare(adscp_comparison *comparison)
{
    const adscp_coverage *before = comparison->before;
    const adscp_coverage *after = comparison->after;
    const struct keys sites = {adscp_coverage_site_count(before),
                               adscp_coverage_site_count(after), site_key,
                               true};
    const struct keys homes = {adscp_coverage_home_count(before),
                               adscp_coverage_home_count(after), home_key,
                               false};
    int rc = match(comparison, &sites, &comparison->sites);

    if (rc == ADSCP_OK)
        rc = match(comparison, &homes, &comparison->homes);
    if (rc == ADSCP_OK)
        rc = comparison_homes(comparison);
    return rc == ADSCP_OK ? comparison_cells(comparison) : rc;
}

int adscp_coverage_compare(const adscp_coverage *before,
                           const adscp_coverage *after, adscp_comparison **out)
{
    adscp_comparison *comparison;
    int rc;

    if (before == NULL || after == NULL || out == NULL)
        return ADSCP_E_ARGUMENT;
    comparison = calloc(1, sizeof(*comparison));
    if (comparison == NULL)
        return ADSCP_E_NOMEM;
    comparison->before = before;
    comparison->after = after;
    rc = compare(comparison);
    if (rc != ADSCP_OK) {
        adscp_comparison_free(comparison);
        return rc;
    }
    *out = comparison;
    return ADSCP_OK;
}

void adscp_comparison_free(adscp_comparison *comparison)
{
    if (comparison == NULL)
        return;
    difference_clear(&comparison->facts);
    finding_list_free(&comparison->findings);
    free(comparison->sites.rows);
    free(comparison->homes.rows);
    free(comparison->moves);
    free(comparison->verdicts);
    free(comparison);
}
