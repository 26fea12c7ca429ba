/* SPDX-License-Identifier: MIT */
/*
 * The EWS Managed API, as its published source does it (DirectoryHelper.cs): it
 * does not page, takes the first value of an attribute whatever it is, and
 * keeps unscoped URLs so that the last one seen comes first. A client that does
 * not know its site collects no URL at all. What makes the API throw leaves no
 * row; the index has the finding that says why.
 */
#include "base/table.h"
#include "judge/order/walk.h"

/* SCPs of the window by tier, each in the directory's order. */
struct tiers {
    const struct adscp_scp *in_site[INDEX_UNPAGED_MAX];
    const struct adscp_scp *unscoped[INDEX_UNPAGED_MAX];
    const struct adscp_scp *elsewhere[INDEX_UNPAGED_MAX];
    const struct adscp_scp *again[INDEX_UNPAGED_MAX];
    size_t in_site_count, unscoped_count, elsewhere_count, again_count;
};

/* Both lower tiers share one list: the first SCP with a URL fixes its place,
 * and a later one changes nothing. */
static void sort_out(const struct walk *walk,
                     const struct directory_index *page, struct table *rest,
                     struct tiers *tiers)
{
    uint32_t i;

    for (i = 0; i < page->window; i++) {
        const struct adscp_scp *scp = &page->directory->scps[i];
        const char *url;

        if ((scp->flags & SCP_URL) == 0 || scp->binding_count == 0)
            continue;
        url = scp_binding(scp, 0);
        if (walk_serves_site(walk, scp))
            tiers->in_site[tiers->in_site_count++] = scp;
        else if (*table_value(rest, url, table_hash(rest, url), i) != i)
            tiers->again[tiers->again_count++] = scp;
        else if ((scp->flags & SCP_SITE) == 0)
            tiers->unscoped[tiers->unscoped_count++] = scp;
        else
            tiers->elsewhere[tiers->elsewhere_count++] = scp;
    }
}

static int append(struct walk *walk, struct table *urls,
                  const struct adscp_scp *scp, uint8_t group)
{
    const char *url = scp_binding(scp, 0);

    return walk_append(
        walk, scp, url, group,
        table_value(urls, url, table_hash(urls, url), INDEX_NONE));
}

static int append_tiers(struct walk *walk, struct table *urls,
                        const struct tiers *tiers)
{
    int rc = ADSCP_OK;
    size_t i;

    for (i = 0; i < tiers->in_site_count && rc == ADSCP_OK; i++)
        rc = append(walk, urls, tiers->in_site[i],
                    ADSCP_CANDIDATE_GROUP_IN_SITE);
    for (i = tiers->unscoped_count; i-- > 0 && rc == ADSCP_OK;)
        rc = append(walk, urls, tiers->unscoped[i],
                    ADSCP_CANDIDATE_GROUP_UNSCOPED);
    for (i = 0; i < tiers->elsewhere_count && rc == ADSCP_OK; i++)
        rc = append(walk, urls, tiers->elsewhere[i],
                    ADSCP_CANDIDATE_GROUP_ELSEWHERE);
    for (i = 0; i < tiers->again_count && rc == ADSCP_OK; i++)
        rc = append(walk, urls, tiers->again[i],
                    ADSCP_CANDIDATE_GROUP_ELSEWHERE);
    return rc;
}

int order_ews_rank(struct walk *walk, const struct directory_index *page)
{
    struct table rest = {0}, urls = {0};
    struct tiers tiers = {0};
    int rc;

    rc = table_init(&rest, TABLE_FOLD, INDEX_UNPAGED_MAX);
    if (rc != ADSCP_OK)
        goto out;
    rc = table_init(&urls, TABLE_FOLD, INDEX_UNPAGED_MAX);
    if (rc != ADSCP_OK)
        goto out;
    sort_out(walk, page, &rest, &tiers);
    rc = walk_reserve(walk, INDEX_UNPAGED_MAX);
    if (rc != ADSCP_OK)
        goto out;
    rc = append_tiers(walk, &urls, &tiers);
out:
    table_clear(&rest);
    table_clear(&urls);
    return rc;
}

/* The caller makes a Uri of each URL before it tries the first; one that is not
 * absolute throws, and nothing is tried. */
static void lead(struct walk *walk, const struct directory_index *page)
{
    const struct unpaged_window *seen = &page->unpaged;
    name_id site = walk->order->client.site_id;
    uint32_t row = seen->lower_first;

    if (seen->has_invalid)
        return;
    if (site != NAME_NONE && seen->site_first[site] != 0)
        row = seen->site_first[site] - 1;
    walk_lead(walk, &page->directory->scps[row],
              scp_binding(&page->directory->scps[row], 0),
              seen->distinct_count);
    walk->order->evidence = ADSCP_EVIDENCE_DOCUMENTED;
}

/* A client that does not know its site asks only pointers. */
static int search(struct walk *walk, const struct directory_index *page,
                  struct order_pointer *nextp)
{
    bool has_site = walk->order->client.site != NULL;
    struct order_pointer fallback = {0};

    if (!walk_pass_pointers(walk, page, nextp, &fallback) || nextp->scp != NULL)
        return ADSCP_OK;
    if (has_site && page->unpaged.distinct_count > 0) {
        lead(walk, page);
        return ADSCP_OK;
    }
    *nextp = fallback;
    if (fallback.scp == NULL && page->url_count == 0)
        return walk_tell_empty(walk);
    return ADSCP_OK;
}

int order_ews(struct walk *walk)
{
    return walk_run(walk, search);
}
