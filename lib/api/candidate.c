/* SPDX-License-Identifier: MIT */
/*
 * The public candidate. Few callers look at all columns of all rows, so host,
 * port and sites are taken from the facts when they are asked for.
 */
#include "adscp.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "api/count.h"
#include "api/prepare.h"
#include "facts/url.h"
#include "judge/order/order.h"

const char *adscp_candidate_group_name(int group)
{
    switch (group) {
    case ADSCP_CANDIDATE_GROUP_IN_SITE:
        return "in-site";
    case ADSCP_CANDIDATE_GROUP_UNSCOPED:
        return "unscoped";
    case ADSCP_CANDIDATE_GROUP_ELSEWHERE:
        return "elsewhere";
    default:
        return NULL;
    }
}

int adscp_candidate_rank(const adscp_candidate *candidate)
{
    return candidate != NULL ? count_of(order_rank(candidate)) : -1;
}

const char *adscp_candidate_url(const adscp_candidate *candidate)
{
    return candidate != NULL ? order_url(candidate) : NULL;
}

static bool split(const adscp_candidate *candidate, struct url *url)
{
    const char *text = adscp_candidate_url(candidate);

    return text != NULL && url_split(text, strlen(text), url);
}

static char *make_host(const void *of)
{
    struct url url;

    return split(of, &url) && url.host.length > 0
               ? strndup(url.host.text, url.host.length)
               : NULL;
}

const char *adscp_candidate_host(const adscp_candidate *candidate)
{
    return candidate != NULL ? order_text(candidate, ORDER_HOST, make_host)
                             : NULL;
}

int adscp_candidate_port(const adscp_candidate *candidate)
{
    struct url url;

    return split(candidate, &url) ? url.port : -1;
}

int adscp_candidate_group(const adscp_candidate *candidate)
{
    return candidate != NULL && candidate->group != 0 ? candidate->group : -1;
}

int adscp_candidate_undocumented(const adscp_candidate *candidate)
{
    return candidate != NULL ? candidate->undocumented : -1;
}

int adscp_candidate_tie(const adscp_candidate *candidate)
{
    return candidate != NULL ? candidate->tie : -1;
}

/* ---------------------------------------------------------------- sites -- */

static bool names_site(const struct keyword *keyword)
{
    return keyword->kind == KEYWORD_SITE && keyword->value != NULL &&
           keyword->value[0] != '\0';
}

/* A site that some SCP of this URL names; ORDER_SITES of a row are a number and
 * so many values, since a caller asks for one after the other. */
struct named_site {
    const char *value;
    name_id name;
    uint32_t place;
};

struct named_sites {
    size_t count;
    const char *values[];
};

static const struct adscp_scp *publisher(const adscp_candidate *candidate,
                                         uint32_t index)
{
    return index == 0
               ? candidate->scp
               : candidate->list
                     ->duplicates[candidate->duplicate_first + index - 1];
}

static size_t count_keywords(const adscp_candidate *candidate)
{
    size_t count = 0;
    uint32_t i;

    for (i = 0; i <= candidate->duplicate_count; i++)
        count += publisher(candidate, i)->keyword_count;
    return count;
}

static size_t add_sites(const struct adscp_scp *scp, struct named_site *rows,
                        size_t count)
{
    size_t i;

    for (i = 0; i < scp->keyword_count; i++) {
        const struct keyword *keyword = scp_keyword(scp, i);

        if (names_site(keyword)) {
            rows[count] = (struct named_site){keyword->value, keyword->name,
                                              (uint32_t)count};
            count++;
        }
    }
    return count;
}

static int compare_names(const void *a, const void *b)
{
    const struct named_site *left = a, *right = b;

    if (left->name != right->name)
        return left->name < right->name ? -1 : 1;
    return (left->place > right->place) - (left->place < right->place);
}

static int compare_places(const void *a, const void *b)
{
    const struct named_site *left = a, *right = b;

    return (left->place > right->place) - (left->place < right->place);
}

/* Each name once, as it is spelt first. */
static size_t leave_repeated(struct named_site *rows, size_t count)
{
    size_t kept = 0, i;

    qsort(rows, count, sizeof(*rows), compare_names);
    for (i = 0; i < count; i++)
        if (kept == 0 || rows[i].name != rows[kept - 1].name)
            rows[kept++] = rows[i];
    qsort(rows, kept, sizeof(*rows), compare_places);
    return kept;
}

/* An SCP may carry 100,000 keywords, and a thousand may publish one URL. */
static char *make_sites(const void *of)
{
    const adscp_candidate *candidate = of;
    struct named_site *rows =
        malloc((count_keywords(candidate) + 1) * sizeof(*rows));
    struct named_sites *sites = NULL;
    size_t count = 0;
    uint32_t i;

    if (rows == NULL)
        return NULL;
    for (i = 0; i <= candidate->duplicate_count; i++)
        count = add_sites(publisher(candidate, i), rows, count);
    count = leave_repeated(rows, count);
    sites = malloc(sizeof(*sites) + count * sizeof(sites->values[0]));
    if (sites != NULL) {
        sites->count = count;
        while (count-- > 0)
            sites->values[count] = rows[count].value;
    }
    free(rows);
    return (char *)sites;
}

static const struct named_sites *sites_of(const adscp_candidate *candidate)
{
    return (const void *)order_text(candidate, ORDER_SITES, make_sites);
}

int adscp_candidate_site_count(const adscp_candidate *candidate)
{
    const struct named_sites *sites;

    if (candidate == NULL)
        return -1;
    sites = sites_of(candidate);
    return sites == NULL ? -1 : count_of(sites->count);
}

const char *adscp_candidate_site(const adscp_candidate *candidate, int index)
{
    const struct named_sites *sites =
        candidate != NULL ? sites_of(candidate) : NULL;

    if (sites == NULL || index < 0 || (size_t)index >= sites->count)
        return NULL;
    return sites->values[index];
}

/* ------------------------------------------------------------------ SCP -- */

const adscp_scp *adscp_candidate_scp(const adscp_candidate *candidate)
{
    return candidate != NULL ? candidate->scp : NULL;
}

int adscp_candidate_duplicate_count(const adscp_candidate *candidate)
{
    return candidate != NULL ? (int)candidate->duplicate_count : -1;
}

const adscp_scp *adscp_candidate_duplicate(const adscp_candidate *candidate,
                                           int index)
{
    return candidate != NULL && in_range(index, candidate->duplicate_count)
               ? publisher(candidate, (uint32_t)index + 1)
               : NULL;
}

const adscp_server *adscp_candidate_server(const adscp_candidate *candidate)
{
    const struct directory *directory;

    if (candidate == NULL || candidate->scp->server == 0)
        return NULL;
    directory = candidate->scp->forest->directories[candidate->directory];
    return &directory->servers[candidate->scp->server - 1];
}

bool candidate_prepare(const adscp_candidate *candidate)
{
    struct url url;
    uint32_t i;

    if (candidate == NULL)
        return true;
    if (adscp_candidate_host(candidate) == NULL && split(candidate, &url) &&
        url.host.length > 0)
        return false;
    for (i = 0; i <= candidate->duplicate_count; i++)
        if (scp_dn(publisher(candidate, i)) == NULL)
            return false;
    return sites_of(candidate) != NULL && order_why(candidate) != NULL;
}

const char *adscp_candidate_why(const adscp_candidate *candidate)
{
    return candidate != NULL ? order_why(candidate) : NULL;
}
