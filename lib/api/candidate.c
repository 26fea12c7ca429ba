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

    return split(of, &url) ? strndup(url.host.text, url.host.length) : NULL;
}

const char *adscp_candidate_host(const adscp_candidate *candidate)
{
    struct url url;

    if (!split(candidate, &url) || url.host.length == 0)
        return NULL;
    return order_text(candidate, ORDER_HOST, make_host);
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
    return candidate != NULL ? candidate->tail : -1;
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

/* The number of keywords that name a site, and behind it their places: an SCP
 * may carry 100,000 keywords, and a caller asks for one after the other. */
static char *make_sites(const void *of)
{
    const adscp_candidate *candidate = of;
    const struct adscp_scp *scp = candidate->scp;
    uint32_t *places = malloc((scp->keyword_count + 1) * sizeof(*places));
    uint32_t count = 0, i;

    if (places == NULL)
        return NULL;
    for (i = 0; i < scp->keyword_count; i++)
        if (names_site(scp_keyword(scp, i)))
            places[++count] = i;
    places[0] = count;
    return (char *)places;
}

static const uint32_t *sites_of(const adscp_candidate *candidate)
{
    return (const void *)order_text(candidate, ORDER_SITES, make_sites);
}

int adscp_candidate_site_count(const adscp_candidate *candidate)
{
    const uint32_t *sites;

    if (candidate == NULL)
        return -1;
    sites = sites_of(candidate);
    return sites == NULL ? -1 : (int)sites[0];
}

const char *adscp_candidate_site(const adscp_candidate *candidate, int index)
{
    const uint32_t *sites = candidate != NULL ? sites_of(candidate) : NULL;

    if (sites == NULL || index < 0 || (uint32_t)index >= sites[0])
        return NULL;
    return scp_keyword(candidate->scp, sites[index + 1])->value;
}

/* ------------------------------------------------------------------ SCP -- */

int64_t adscp_candidate_created(const adscp_candidate *candidate)
{
    return candidate != NULL && candidate->scp->created != TIME_UNKNOWN
               ? candidate->scp->created
               : -1;
}

const char *adscp_candidate_dn(const adscp_candidate *candidate)
{
    return candidate != NULL ? scp_dn(candidate->scp) : NULL;
}

int adscp_candidate_duplicate_count(const adscp_candidate *candidate)
{
    return candidate != NULL ? (int)candidate->also_count : -1;
}

const char *adscp_candidate_duplicate(const adscp_candidate *candidate,
                                      int index)
{
    if (candidate == NULL || index < 0 ||
        (uint32_t)index >= candidate->also_count)
        return NULL;
    return scp_dn(
        candidate->list->also[candidate->also_first + (uint32_t)index]);
}

static const adscp_server *server_of(const adscp_candidate *candidate)
{
    const struct directory *directory;

    if (candidate == NULL || candidate->scp->server == 0)
        return NULL;
    directory = candidate->scp->forest->directories[candidate->directory];
    return &directory->servers[candidate->scp->server - 1];
}

const char *adscp_candidate_server(const adscp_candidate *candidate)
{
    return adscp_server_name(server_of(candidate));
}

const char *adscp_candidate_version(const adscp_candidate *candidate)
{
    return adscp_server_version(server_of(candidate));
}

const char *adscp_candidate_why(const adscp_candidate *candidate)
{
    return candidate != NULL ? order_why(candidate) : NULL;
}
