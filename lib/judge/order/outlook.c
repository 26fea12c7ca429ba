/* SPDX-License-Identifier: MIT */
/*
 * Outlook for Windows, by KB2006728 and the words of the Exchange Team: the
 * SCPs of the client's own site, oldest first. What it does without any such
 * SCP, sources tell in different ways: then the oldest stands first here, the
 * choice is marked as contested, and the newest is named as its rival.
 */
#include <stdlib.h>
#include <string.h>

#include "facts/finding.h"
#include "judge/order/walk.h"

/* The pointer for the user's domain, which drops all that is local; else the
 * first one for all domains, where no URL is local. */
static struct order_pointer find_next(const struct walk *walk,
                                      const struct directory_index *page)
{
    struct order_pointer fallback = {0};
    size_t i;

    for (i = 0; i < page->pointer_count; i++) {
        const struct adscp_scp *scp = &page->directory->scps[page->pointers[i]];
        struct order_pointer pointer = {scp, scp_pointer_value(scp)};

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

static void mark_site(const struct walk *walk,
                      const struct directory_index *page, uint8_t *sites)
{
    name_id site = walk->order->client.site_id;
    uint32_t i;

    if (site == NAME_NONE)
        return;
    for (i = page->site_start[site]; i < page->site_start[site + 1]; i++)
        sites[page->site_rows[i]] = 1;
}

static uint8_t group_of(const struct url_row *url, const uint8_t *sites)
{
    if (sites[url->row] != 0)
        return ADSCP_CANDIDATE_GROUP_IN_SITE;
    return url->is_scoped ? ADSCP_CANDIDATE_GROUP_ELSEWHERE
                          : ADSCP_CANDIDATE_GROUP_UNSCOPED;
}

/* Rows of one group and one second, which end at the newest row. */
struct run {
    uint32_t first;
    int64_t created;
};

/* Their order is the directory's chance. One finding for each such second; that
 * a date is unknown is a finding of its own. */
static int end_run(struct order_list *list, const struct run *run)
{
    uint32_t count = list->count - run->first, i;

    if (count < 2 || run->created == INT64_MAX)
        return ADSCP_OK;
    for (i = run->first; i < list->count; i++)
        list->rows[i].tie = true;
    return finding_add(&list->findings, FINDING_SCP_CREATED_TIE,
                       (struct finding_what){.scp = list->rows[run->first].scp,
                                             .count = count});
}

/* Of the SCPs of one URL, group and second, the first by DN is the row. */
static int append(struct walk *walk, const struct adscp_scp *scp, uint8_t group,
                  uint32_t *placep)
{
    struct adscp_candidate *row =
        *placep != INDEX_NONE ? &walk->list->rows[*placep] : NULL;

    if (row != NULL && row->group == group &&
        url_row_stands_before(scp, row->scp)) {
        const struct adscp_scp *other = row->scp;

        row->scp = scp;
        scp = other;
    }
    return walk_append(walk, scp, NULL, group, placep);
}

static int append_group(struct walk *walk, const struct directory_index *page,
                        const uint8_t *sites, uint8_t group, uint32_t *places)
{
    struct run run = {.first = walk->list->count};
    int rc = ADSCP_OK;
    size_t i;

    for (i = 0; i < page->url_count && rc == ADSCP_OK; i++) {
        const struct url_row *url = &page->urls[i];

        if (group_of(url, sites) != group)
            continue;
        if (scp_is_undated(&page->directory->scps[url->row]))
            walk->list->group_undated[group] = true;
        if (url->created != run.created) {
            rc = end_run(walk->list, &run);
            run = (struct run){walk->list->count, url->created};
        }
        if (rc == ADSCP_OK)
            rc = append(walk, &page->directory->scps[url->row], group,
                        &places[url->leader]);
    }
    return rc == ADSCP_OK ? end_run(walk->list, &run) : rc;
}

/* Whether Outlook goes on to other sites' rows after its own is not documented.
 */
static void mark_tail(struct order_list *list)
{
    uint32_t in_site = list->group_count[ADSCP_CANDIDATE_GROUP_IN_SITE], i;

    for (i = in_site; in_site > 0 && i < list->count; i++)
        list->rows[i].undocumented = true;
}

int order_outlook_rank(struct walk *walk, const struct directory_index *page)
{
    size_t scps = page->directory->scp_count;
    uint32_t *places = malloc(scps * sizeof(*places));
    uint8_t *sites = calloc(scps, sizeof(*sites)); /* 1: serves the client's */
    uint8_t group;
    int rc = ADSCP_E_NOMEM;

    if (places == NULL || sites == NULL)
        goto out;
    memset(places, 0xFF, scps * sizeof(*places)); /* INDEX_NONE */
    mark_site(walk, page, sites);
    rc = walk_reserve(walk, page->url_count);
    for (group = ADSCP_CANDIDATE_GROUP_IN_SITE;
         group <= ADSCP_CANDIDATE_GROUP_ELSEWHERE && rc == ADSCP_OK; group++)
        rc = append_group(walk, page, sites, group, places);
    if (rc == ADSCP_OK)
        mark_tail(walk->list);
out:
    free(places);
    free(sites);
    return rc;
}

/* ----------------------------------------------------------------- head -- */

/* What the rows of the client's own site come to, in the directory's order. */
struct in_site {
    const struct adscp_scp *oldest; /* NULL: there is none */
    uint32_t leader;                /* of its URL */
    uint32_t undated;     /* the leader of a row without a date; INDEX_NONE */
    bool several;         /* URLs */
    bool tie;             /* ... of the oldest's second */
    bool undated_several; /* URLs of rows without a date */
};

/* Where it would stand, if its date were known, is unknown. */
static void add_undated(struct in_site *sum, uint32_t leader)
{
    if (sum->undated != INDEX_NONE && sum->undated != leader)
        sum->undated_several = true;
    sum->undated = leader;
}

static void add_in_site(struct in_site *sum, const struct directory_index *page,
                        uint32_t row)
{
    const struct adscp_scp *scp = &page->directory->scps[row];
    int64_t age = url_row_age(scp), oldest = 0;

    if (scp_is_undated(scp))
        add_undated(sum, page->leader[row]);
    if (sum->oldest != NULL)
        oldest = url_row_age(sum->oldest);
    if (sum->oldest != NULL && page->leader[row] != sum->leader) {
        sum->several = true;
        sum->tie = sum->tie || (age == oldest && !scp_is_undated(sum->oldest));
    }
    if (sum->oldest == NULL || age < oldest) {
        sum->oldest = scp;
        sum->leader = page->leader[row];
        sum->tie = false;
    } else if (page->leader[row] == sum->leader &&
               url_row_stands_before(scp, sum->oldest)) {
        sum->oldest = scp;
    }
}

static struct in_site sum_up(const struct walk *walk,
                             const struct directory_index *page)
{
    name_id site = walk->order->client.site_id;
    struct in_site sum = {.undated = INDEX_NONE};
    uint32_t i;

    if (site == NAME_NONE)
        return sum;
    for (i = page->site_start[site]; i < page->site_start[site + 1]; i++)
        add_in_site(&sum, page, page->site_rows[i]);
    return sum;
}

/* Another URL may be older, whatever stands first here. */
static bool has_undated_rival(const struct in_site *sum)
{
    return sum->undated_several ||
           (sum->undated != INDEX_NONE && sum->undated != sum->leader);
}

static int evidence_of(const struct in_site *sum)
{
    if (!sum->several)
        return ADSCP_EVIDENCE_DOCUMENTED;
    return sum->tie || has_undated_rival(sum) ? ADSCP_EVIDENCE_INFERRED
                                              : ADSCP_EVIDENCE_OBSERVED;
}

/* Where no SCP serves the client's site, all such clients get one answer. */
static void lead(struct walk *walk, const struct directory_index *page)
{
    const struct adscp_scp *scps = page->directory->scps;
    const struct adscp_scp *newest = &scps[page->newest], *first;
    struct in_site sum = sum_up(walk, page);

    first = sum.oldest;
    if (first != NULL) {
        walk->order->evidence = evidence_of(&sum);
    } else {
        first = &scps[page->lower_first];
        walk->order->evidence = ADSCP_EVIDENCE_CONTESTED;
        walk->order->rival_url = scp_binding(newest, newest->first_http);
    }
    walk_lead(walk, first, scp_binding(first, first->first_http),
              page->distinct_count);
}

static int search(struct walk *walk, const struct directory_index *page,
                  struct order_pointer *nextp)
{
    *nextp = find_next(walk, page);
    if (nextp->scp != NULL)
        return ADSCP_OK;
    if (page->url_count == 0)
        return walk_tell_empty(walk);
    lead(walk, page);
    return ADSCP_OK;
}

int order_outlook(struct walk *walk)
{
    return walk_run(walk, search);
}
