/* SPDX-License-Identifier: MIT */
/*
 * Outlook for Windows, by KB2006728 and the words of the Exchange Team: the
 * SCPs of the client's own site, oldest first. What it does without any such
 * SCP, sources tell in different ways: then the oldest stands first here, the
 * choice is marked as contested, and the newest is named as its rival.
 */
#include <stdlib.h>
#include <string.h>

#include "judge/order_walk.h"
#include "judge/say.h"

/* The pointer for the user's domain, which drops all that is local; else the
 * first one for all domains, where no URL is local. */
static struct order_pointer find_next(const struct walk *walk,
                                      const struct survey_page *page)
{
    struct order_pointer fallback = {0};
    size_t i;

    for (i = 0; i < page->pointer_count; i++) {
        const struct adscp_scp *scp = &page->directory->scps[page->pointers[i]];
        struct order_pointer pointer = {scp, survey_pointer_value(scp)};

        if (pointer.value == NULL)
            continue;
        if (walk_serves_domain(walk, scp))
            return pointer;
        if (scp->keyword_count == 1 && fallback.scp == NULL &&
            page->url_count == 0)
            fallback = pointer;
    }
    return fallback;
}

static void mark_site(const struct walk *walk, const struct survey_page *page,
                      uint8_t *sites)
{
    name_id site = walk->order->client.site_id;
    uint32_t i;

    if (site == NAME_NONE)
        return;
    for (i = page->site_start[site]; i < page->site_start[site + 1]; i++)
        sites[page->site_rows[i]] = 1;
}

static uint8_t group_of(const struct survey_url *url, const uint8_t *sites)
{
    if (sites[url->row] != 0)
        return ADSCP_GROUP_IN_SITE;
    return url->is_scoped ? ADSCP_GROUP_ELSEWHERE : ADSCP_GROUP_UNSCOPED;
}

/* Rows of one group and one second, which end at the newest row. */
struct run {
    uint32_t first;
    int64_t created;
};

/* Their order is the directory's chance. One finding for each such second; that
 * a date is unknown is a finding of its own. */
static int end_run(struct order *order, const struct run *run)
{
    uint32_t count = order->count - run->first, i;

    if (count < 2)
        return ADSCP_OK;
    for (i = run->first; i < order->count; i++)
        order->rows[i].tie = true;
    if (run->created == INT64_MAX)
        return ADSCP_OK;
    return say(&order->findings, FINDING_SCP_CREATED_TIE,
               (struct say){.scp = order->rows[run->first].scp, .n = count});
}

static int append_group(struct walk *walk, const struct survey_page *page,
                        const uint8_t *sites, uint8_t group, uint32_t *places)
{
    struct run run = {.first = walk->order->count};
    int rc = ADSCP_OK;
    size_t i;

    for (i = 0; i < page->url_count && rc == ADSCP_OK; i++) {
        const struct survey_url *url = &page->urls[i];

        if (group_of(url, sites) != group)
            continue;
        if (url->created != run.created) {
            rc = end_run(walk->order, &run);
            run = (struct run){walk->order->count, url->created};
        }
        if (rc == ADSCP_OK)
            rc = walk_append(walk, &page->directory->scps[url->row], NULL,
                             group, &places[url->leader]);
    }
    return rc == ADSCP_OK ? end_run(walk->order, &run) : rc;
}

/* Whether Outlook goes on to other sites' rows after its own is not documented.
 */
static void mark_tail(struct order *order)
{
    uint32_t i;

    for (i = order->group_count[ADSCP_GROUP_IN_SITE]; i < order->count; i++)
        order->rows[i].tail = true;
}

static void grade(struct order *order, const struct survey_page *page)
{
    uint32_t in_site = order->group_count[ADSCP_GROUP_IN_SITE];
    const struct adscp_scp *newest = &page->directory->scps[page->newest];

    if (in_site == 0) {
        order->evidence = ADSCP_EVIDENCE_CONTESTED;
        order->rival_url = scp_binding(newest, newest->first_http);
        return;
    }
    mark_tail(order);
    if (in_site == 1)
        order->evidence = ADSCP_EVIDENCE_DOCUMENTED;
    else
        order->evidence = order->rows[0].tie ? ADSCP_EVIDENCE_INFERRED
                                             : ADSCP_EVIDENCE_OBSERVED;
}

static int rank(struct walk *walk, const struct survey_page *page)
{
    size_t scps = page->directory->scp_count;
    uint32_t *places = malloc(scps * sizeof(*places));
    uint8_t *sites = calloc(scps, sizeof(*sites)); /* 1: serves the client's */
    uint8_t group;
    int rc = ADSCP_E_NOMEM;

    if (places == NULL || sites == NULL)
        goto out;
    memset(places, 0xFF, scps * sizeof(*places)); /* SURVEY_NONE */
    mark_site(walk, page, sites);
    rc = walk_reserve(walk, page->url_count);
    for (group = ADSCP_GROUP_IN_SITE;
         group <= ADSCP_GROUP_ELSEWHERE && rc == ADSCP_OK; group++)
        rc = append_group(walk, page, sites, group, places);
    if (rc == ADSCP_OK)
        grade(walk->order, page);
out:
    free(places);
    free(sites);
    return rc;
}

static int search(struct walk *walk, const struct survey_page *page,
                  struct order_pointer *nextp)
{
    *nextp = find_next(walk, page);
    if (nextp->scp != NULL)
        return ADSCP_OK;
    return page->url_count > 0 ? rank(walk, page) : walk_tell_empty(walk);
}

int order_outlook(struct walk *walk)
{
    return walk_run(walk, search);
}
