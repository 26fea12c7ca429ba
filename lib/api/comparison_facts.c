/* SPDX-License-Identifier: MIT */
/*
 * The public comparison of two forests: what was read, not what is answered.
 */
#include "adscp.h"

#include <stdlib.h>
#include <string.h>

#include "api/comparison.h"
#include "api/count.h"
#include "facts/host.h"

/* The controller that gave the forest, where it was asked itself. */
static const char *controller(const adscp_forest *forest)
{
    const struct directory *directory = forest->directories[0];

    return directory->source == ADSCP_FOREST_SOURCE_LDAP ? directory->server
                                                         : NULL;
}

/* So many SCPs, whose differences stand together. */
static int64_t count_scps(const struct fact_differences *facts)
{
    const char *last = NULL;
    int64_t count = 0;
    size_t i;

    for (i = 0; i < facts->count; i++) {
        const struct fact_difference *row = &facts->rows[i];

        if (strcmp(row->kind, "scp") != 0 ||
            (last != NULL && strcmp(row->dn, last) == 0))
            continue;
        last = row->dn;
        count++;
    }
    return count;
}

/* Two controllers of one forest that were asked one after the other. */
static int find_disagree(const adscp_forest *before, const adscp_forest *after,
                         adscp_comparison *comparison)
{
    const char *first = controller(before), *second = controller(after);
    int64_t count = count_scps(&comparison->facts);

    if (first == NULL || second == NULL || count == 0 ||
        host_is(span_of(first), second))
        return ADSCP_OK;
    first = arena_copy(&comparison->facts.arena, first, strlen(first));
    second = arena_copy(&comparison->facts.arena, second, strlen(second));
    if (first == NULL || second == NULL)
        return ADSCP_E_NOMEM;
    return finding_add(&comparison->findings, FINDING_DC_DISAGREE,
                       (struct finding_what){.server = first,
                                             .other_server = second,
                                             .count = count});
}

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
    if (rc == ADSCP_OK)
        rc = find_disagree(before, after, comparison);
    if (rc != ADSCP_OK) {
        adscp_comparison_free(comparison);
        return rc;
    }
    *out = comparison;
    return ADSCP_OK;
}

int adscp_comparison_finding_count(const adscp_comparison *comparison)
{
    return comparison != NULL ? count_of(comparison->findings.count) : -1;
}

const adscp_finding *
adscp_comparison_finding(const adscp_comparison *comparison, int index)
{
    return comparison != NULL && in_range(index, comparison->findings.count)
               ? &comparison->findings.rows[index]
               : NULL;
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
