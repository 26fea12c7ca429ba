/* SPDX-License-Identifier: MIT */
/*
 * The sample of Microsoft Learn, "How to find Autodiscover endpoints by using
 * SCP lookup in Exchange". It stops at any entry without a value, knows "Site="
 * only to the letter when it looks for unscoped SCPs, lower-cases URLs, and
 * never ends on a circle of pointers.
 */
#include <string.h>

#include "base/table.h"
#include "judge/order/walk.h"

static uint8_t tier_of(const struct walk *walk, const struct adscp_scp *scp)
{
    if (walk_serves_site(walk, scp))
        return ADSCP_CANDIDATE_GROUP_IN_SITE;
    return (scp->flags & SCP_SITE_EXACT) != 0 ? ADSCP_CANDIDATE_GROUP_ELSEWHERE
                                              : ADSCP_CANDIDATE_GROUP_UNSCOPED;
}

static int append(struct walk *walk, struct table *urls,
                  const struct adscp_scp *scp, uint8_t tier)
{
    const char *value = scp_binding(scp, 0);
    const char *url = text_lower(&walk->list->arena, value, strlen(value));

    if (url == NULL)
        return ADSCP_E_NOMEM;
    return walk_append(
        walk, scp, url, tier,
        table_value(urls, url, table_hash(urls, url), INDEX_NONE));
}

static int append_tier(struct walk *walk, const struct directory_index *page,
                       struct table *urls, uint8_t tier)
{
    int rc = ADSCP_OK;
    size_t i;

    for (i = 0; i < page->window && rc == ADSCP_OK; i++) {
        const struct adscp_scp *scp = &page->directory->scps[i];

        if ((scp->flags & SCP_URL) != 0 && tier_of(walk, scp) == tier)
            rc = append(walk, urls, scp, tier);
    }
    return rc;
}

static int collect(struct walk *walk, const struct directory_index *page)
{
    struct table urls = {0};
    uint8_t tier;
    int rc;

    rc = table_init(&urls, TABLE_EXACT, INDEX_UNPAGED_MAX);
    if (rc == ADSCP_OK)
        rc = walk_reserve(walk, INDEX_UNPAGED_MAX);
    for (tier = ADSCP_CANDIDATE_GROUP_IN_SITE;
         tier <= ADSCP_CANDIDATE_GROUP_ELSEWHERE && rc == ADSCP_OK; tier++)
        rc = append_tier(walk, page, &urls, tier);
    table_clear(&urls);
    return rc;
}

/* A URL SCP without a value, which the sample does not expect. */
static bool has_nulled(const struct directory_index *page)
{
    size_t i;

    for (i = 0; i < page->window; i++) {
        const struct adscp_scp *scp = &page->directory->scps[i];

        if ((scp->flags & SCP_URL) != 0 && scp->binding_count == 0)
            return true;
    }
    return false;
}

/* Where the site is unknown, the pointer for all domains is not tried either.
 */
static int search(struct walk *walk, const struct directory_index *page,
                  struct order_pointer *nextp)
{
    struct order_pointer fallback = {0};
    int rc;

    if (!walk_pass_pointers(walk, page, nextp, &fallback) || nextp->scp != NULL)
        return ADSCP_OK;
    if (walk->order->client.site == NULL || has_nulled(page))
        return ADSCP_OK;
    rc = collect(walk, page);
    if (rc != ADSCP_OK || walk->list->count > 0)
        return rc;
    *nextp = fallback;
    return fallback.scp == NULL ? walk_tell_empty(walk) : ADSCP_OK;
}

int order_learn(struct walk *walk)
{
    int rc = walk_run(walk, search);

    if (rc == ADSCP_OK && walk->list->count > 0)
        walk->order->evidence = ADSCP_EVIDENCE_DOCUMENTED;
    return rc;
}
