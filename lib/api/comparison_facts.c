/* SPDX-License-Identifier: MIT */
/*
 * The public comparison of two forests: what was read, not what is answered.
 */
#include "adscp.h"

#include <stdlib.h>

#include "api/comparison.h"
#include "api/count.h"

int adscp_forest_compare(const adscp_forest *before, const adscp_forest *after,
                         adscp_comparison **out)
{
    adscp_comparison *comparison;
    int rc;

    if (before == NULL || after == NULL || out == NULL ||
        !difference_is_one_forest(before, after))
        return ADSCP_E_ARGUMENT;
    comparison = calloc(1, sizeof(*comparison));
    if (comparison == NULL)
        return ADSCP_E_NOMEM;
    arena_init(&comparison->facts.arena);
    rc = difference_find(before, after, &comparison->facts);
    if (rc != ADSCP_OK) {
        adscp_comparison_free(comparison);
        return rc;
    }
    *out = comparison;
    return ADSCP_OK;
}

int adscp_comparison_fact_count(const adscp_comparison *comparison)
{
    return comparison != NULL ? count_of(comparison->facts.count) : -1;
}

static const struct fact_difference *fact_at(const adscp_comparison *comparison,
                                             int fact)
{
    return comparison != NULL && in_range(fact, comparison->facts.count)
               ? &comparison->facts.rows[fact]
               : NULL;
}

const char *adscp_comparison_fact_kind(const adscp_comparison *comparison,
                                       int fact)
{
    const struct fact_difference *row = fact_at(comparison, fact);

    return row != NULL ? row->kind : NULL;
}

const char *adscp_comparison_fact_change(const adscp_comparison *comparison,
                                         int fact)
{
    static const char *const names[] = {[FACT_ADDED] = "added",
                                        [FACT_REMOVED] = "removed",
                                        [FACT_CHANGED] = "changed"};
    const struct fact_difference *row = fact_at(comparison, fact);

    return row != NULL ? names[row->change] : NULL;
}

const char *adscp_comparison_fact_dn(const adscp_comparison *comparison,
                                     int fact)
{
    const struct fact_difference *row = fact_at(comparison, fact);

    return row != NULL ? row->dn : NULL;
}

const char *adscp_comparison_fact_attribute(const adscp_comparison *comparison,
                                            int fact)
{
    const struct fact_difference *row = fact_at(comparison, fact);

    return row != NULL ? row->attribute : NULL;
}

const char *adscp_comparison_fact_before(const adscp_comparison *comparison,
                                         int fact)
{
    const struct fact_difference *row = fact_at(comparison, fact);

    return row != NULL ? row->before : NULL;
}

const char *adscp_comparison_fact_after(const adscp_comparison *comparison,
                                        int fact)
{
    const struct fact_difference *row = fact_at(comparison, fact);

    return row != NULL ? row->after : NULL;
}
