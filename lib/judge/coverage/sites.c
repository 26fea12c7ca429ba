/* SPDX-License-Identifier: MIT */
/*
 * Which sites there are, and which of them an order cannot tell apart. That is
 * by far the most of them: only sites that an SCP names have rows of their own.
 */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/rows.h"
#include "facts/dn.h"
#include "judge/coverage/private.h"

/* --------------------------------------------------------------- sites -- */

static int add_site(struct adscp_coverage *coverage, const char *name,
                    name_id id)
{
    struct coverage_site *rows = rows_grow(
        coverage->sites, coverage->site_count, sizeof(*coverage->sites));

    if (rows == NULL)
        return ADSCP_E_NOMEM;
    coverage->sites = rows;
    rows[coverage->site_count++] = (struct coverage_site){name, id, 0};
    return ADSCP_OK;
}

/* Each name once; a client never has a name that replication made up. */
static int add_objects(struct adscp_coverage *coverage, bool *seen)
{
    const struct directory *directory =
        coverage->forest_index->forest->directories[0];
    int rc = ADSCP_OK;
    size_t i;

    for (i = 0; i < directory->site_count && rc == ADSCP_OK; i++) {
        const struct adscp_site *site = &directory->sites[i];

        if (site->name == NULL || site->id == NAME_NONE || seen[site->id] ||
            dn_name_is_mangled(site->name))
            continue;
        seen[site->id] = true;
        rc = add_site(coverage, site->name, site->id);
    }
    return rc;
}

/* Where no site object was read, the sites are those that SCPs name. */
static int add_named(struct adscp_coverage *coverage, bool *seen)
{
    const struct adscp_forest *forest = coverage->forest_index->forest;
    int rc = ADSCP_OK;
    size_t i;

    for (i = 0; i < forest->keyword_count && rc == ADSCP_OK; i++) {
        const struct keyword *keyword = &forest->keywords[i];

        if (keyword->kind != KEYWORD_SITE || keyword->name == NAME_NONE ||
            keyword->blank || (keyword->marks & TEXT_UNCLEAN) != 0 ||
            seen[keyword->name])
            continue;
        seen[keyword->name] = true;
        rc = add_site(coverage, keyword->value, keyword->name);
    }
    return rc;
}

int coverage_sites(struct adscp_coverage *coverage)
{
    const struct adscp_forest *forest = coverage->forest_index->forest;
    bool *seen = calloc((size_t)forest->name_count + 1, sizeof(*seen));
    int rc = seen != NULL ? add_objects(coverage, seen) : ADSCP_E_NOMEM;

    if (rc == ADSCP_OK && coverage->site_count == 0)
        rc = add_named(coverage, seen);
    if (rc == ADSCP_OK)
        rc = add_site(coverage, NULL, NAME_NONE);
    free(seen);
    return rc;
}

/* --------------------------------------------------------------- reach -- */

static void add_directory(struct coverage_reach *reach, uint32_t directory)
{
    size_t i;

    for (i = 0; i < reach->count; i++)
        if (reach->directories[i] == directory)
            return;
    reach->directories[reach->count++] = directory;
}

/* Where the clients of one site are led, of all that know their site: the
 * pointers that they follow ask for no site's name. */
static int reach_from(const struct adscp_coverage *coverage,
                      const struct coverage_site *site,
                      struct coverage_reach *reach)
{
    const struct client client = client_make(
        coverage->forest_index->forest, site->name, site->id, coverage->domain);
    struct order order;
    int rc =
        order_make(coverage->forest_index, coverage->profile, &client, &order);

    if (rc != ADSCP_OK)
        return rc;
    reach->page = order.first.directory;
    reach->has_first = order.first.scp != NULL;
    add_directory(reach, reach->page);
    order_clear(&order);
    return ADSCP_OK;
}

int coverage_reach(const struct adscp_coverage *coverage,
                   struct coverage_reach *reach)
{
    size_t last = coverage->site_count - 1;
    int rc;

    *reach = (struct coverage_reach){.count = 1};
    rc = reach_from(coverage, &coverage->sites[last], reach);
    if (rc == ADSCP_OK && last > 0)
        rc = reach_from(coverage, &coverage->sites[0], reach);
    return rc;
}

/* -------------------------------------------------------------- groups -- */

/* The rows of SCPs that name a site. */
struct rows {
    const uint32_t *first;
    size_t count;
};

/* Groups in the making, by their rows. */
struct grouping {
    struct adscp_coverage *coverage;
    const struct directory_index *page;
    struct rows *groups;
    struct hash_index index;
};

static struct rows rows_of(const struct directory_index *page, name_id site)
{
    const uint32_t *start = page->site_start;

    if (site == NAME_NONE)
        return (struct rows){NULL, 0};
    return (struct rows){page->site_rows + start[site],
                         start[site + 1] - start[site]};
}

static bool same_rows(const struct rows *a, const struct rows *b)
{
    return a->count == b->count &&
           (a->count == 0 ||
            memcmp(a->first, b->first, a->count * sizeof(*a->first)) == 0);
}

static int find_group(struct grouping *grouping, struct coverage_site *site)
{
    struct adscp_coverage *coverage = grouping->coverage;
    struct rows rows = rows_of(grouping->page, site->id);
    uint32_t at, hash = hash_bytes((const char *)rows.first,
                                   rows.count * sizeof(*rows.first));

    site->group = hash_first(&grouping->index, hash, &at);
    while (site->group != HASH_NONE &&
           !same_rows(&grouping->groups[site->group], &rows))
        site->group = hash_next(&grouping->index, hash, &at);
    if (site->group != HASH_NONE)
        return ADSCP_OK;
    site->group = (uint32_t)coverage->group_count;
    grouping->groups[coverage->group_count++] = rows;
    return hash_add(&grouping->index, hash, site->group) ? ADSCP_OK
                                                         : ADSCP_E_NOMEM;
}

/* Outlook's list: the rows of its own site come first, the others behind them
 * in an order that all sites share. */
static int group_by_rows(struct adscp_coverage *coverage,
                         const struct coverage_reach *reach)
{
    struct grouping grouping = {
        .coverage = coverage,
        .page = coverage->forest_index->pages[reach->page],
        .groups = calloc(coverage->site_count, sizeof(*grouping.groups)),
    };
    int rc = grouping.groups != NULL ? ADSCP_OK : ADSCP_E_NOMEM;
    size_t i;

    for (i = 0; i < coverage->site_count && rc == ADSCP_OK; i++)
        rc = find_group(&grouping, &coverage->sites[i]);
    hash_clear(&grouping.index);
    free(grouping.groups);
    return rc;
}

/* Which of its rows another client takes is its own business: only sites that
 * no SCP names are alike for certain. */
static int group_by_name(struct adscp_coverage *coverage)
{
    const struct adscp_forest *forest = coverage->forest_index->forest;
    bool *named = calloc((size_t)forest->name_count + 1, sizeof(*named));
    uint32_t unnamed = UINT32_MAX;
    size_t i;

    if (named == NULL)
        return ADSCP_E_NOMEM;
    for (i = 0; i < forest->keyword_count; i++)
        if (forest->keywords[i].kind == KEYWORD_SITE &&
            forest->keywords[i].name != NAME_NONE)
            named[forest->keywords[i].name] = true;
    for (i = 0; i < coverage->site_count; i++) {
        struct coverage_site *site = &coverage->sites[i];
        bool is_alone = site->name == NULL || named[site->id];

        if (is_alone || unnamed == UINT32_MAX)
            site->group = (uint32_t)coverage->group_count++;
        else
            site->group = unnamed;
        if (!is_alone)
            unnamed = site->group;
    }
    free(named);
    return ADSCP_OK;
}

/* No group is empty. */
int coverage_group(struct adscp_coverage *coverage,
                   const struct coverage_reach *reach)
{
    switch (coverage->profile) {
    case ADSCP_PROFILE_OUTLOOK:
        if (reach->has_first)
            return group_by_rows(coverage, reach);
        break;
    case ADSCP_PROFILE_OXDISCO: /* knows no sites */
        break;
    default:
        return group_by_name(coverage);
    }
    coverage->group_count = 1;
    return ADSCP_OK;
}
