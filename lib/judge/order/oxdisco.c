/* SPDX-License-Identifier: MIT */
/*
 * The letter of [MS-OXDISCO] 3.1.5.1: a set of URLs, in the order in which the
 * server gave them. The kind of an entry is told by its value, not by its GUID.
 * Sites play no part, and nothing that was found is dropped for a pointer.
 */
#include <string.h>

#include "base/table.h"
#include "facts/url.h"
#include "judge/order/walk.h"

/* A walk, and the URLs that it has, to the byte. */
struct visit {
    struct walk *walk;
    struct table urls;
};

static bool is_http(const struct adscp_scp *scp)
{
    return (scp->flags & SCP_HTTP) != 0 && scp->first_http == 0;
}

/* An entry with an LDAP URL as its first value. */
static bool is_pointer(const struct adscp_scp *scp)
{
    const char *value;

    if ((scp->flags & (SCP_URL | SCP_POINTER)) == 0 ||
        scp->binding_count == 0 || is_http(scp))
        return false;
    value = scp_binding(scp, 0);
    return text_starts(value, strlen(value), "LDAP://");
}

static int append(struct visit *visit, const struct adscp_scp *scp)
{
    const char *url = scp_binding(scp, 0);

    return walk_append(visit->walk, scp, url, 0,
                       table_value(&visit->urls, url,
                                   table_hash(&visit->urls, url), INDEX_NONE));
}

static int search(struct visit *visit, const struct directory_index *page);

/* What lies behind a pointer comes in its place; then the search goes on here.
 */
static int follow(struct visit *visit, const struct adscp_scp *scp)
{
    struct order_pointer here = visit->walk->last;
    uint32_t directory = visit->walk->directory;
    const struct directory_index *page;
    int rc;

    rc = walk_follow(visit->walk,
                     (struct order_pointer){scp, scp_binding(scp, 0)}, &page);
    if (rc != ADSCP_OK || page == NULL)
        return rc;
    rc = search(visit, page);
    visit->walk->order->states[visit->walk->directory] = WALK_CLOSED;
    visit->walk->directory = directory;
    visit->walk->last = here;
    return rc;
}

static int search_now(struct visit *visit, const struct adscp_scp *scp)
{
    if ((scp->flags & (SCP_URL | SCP_POINTER)) == 0)
        return ADSCP_OK;
    if (is_http(scp))
        return append(visit, scp);
    if (is_pointer(scp) && walk_serves_domain(visit->walk, scp))
        return follow(visit, scp);
    return ADSCP_OK;
}

/* Pointers that do not name the user's domain come last. */
static int search_late(struct visit *visit, const struct adscp_scp *scp)
{
    if (is_pointer(scp) && !walk_serves_domain(visit->walk, scp))
        return follow(visit, scp);
    return ADSCP_OK;
}

static int search(struct visit *visit, const struct directory_index *page)
{
    const struct directory *directory = page->directory;
    bool is_empty = true;
    int rc = ADSCP_OK;
    size_t i;

    for (i = 0; i < directory->scp_count && rc == ADSCP_OK; i++) {
        const struct adscp_scp *scp = &directory->scps[i];

        is_empty = is_empty && !is_http(scp) && !is_pointer(scp);
        rc = search_now(visit, scp);
    }
    for (i = 0; i < directory->scp_count && rc == ADSCP_OK; i++)
        rc = search_late(visit, &directory->scps[i]);
    return rc == ADSCP_OK && is_empty ? walk_tell_empty(visit->walk) : rc;
}

/* Every URL of the forest may come, once. */
static int prepare(struct visit *visit)
{
    const struct adscp_forest *forest =
        visit->walk->order->forest_index->forest;
    size_t count = 0, i;
    int rc;

    for (i = 0; i < forest->directory_count; i++)
        count += forest->directories[i]->scp_count;
    rc = table_init(&visit->urls, TABLE_EXACT, count);
    return rc == ADSCP_OK ? walk_reserve(visit->walk, count) : rc;
}

int order_oxdisco(struct walk *walk)
{
    struct visit visit = {.walk = walk};
    const struct directory_index *page;
    int rc;

    rc = prepare(&visit);
    if (rc == ADSCP_OK)
        rc = walk_start(walk, &page);
    if (rc == ADSCP_OK)
        rc = search(&visit, page);
    table_clear(&visit.urls);
    if (rc == ADSCP_OK && walk->list->count > 0)
        walk->order->evidence = walk->list->count == 1
                                    ? ADSCP_EVIDENCE_DOCUMENTED
                                    : ADSCP_EVIDENCE_INFERRED;
    return rc;
}
