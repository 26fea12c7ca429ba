/* SPDX-License-Identifier: MIT */
/*
 * Where else an SCP could lead: the names that a server's certificate covers
 * already, those that its virtual directories use, and other servers.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/advice/private.h"
#include "base/text.h"
#include "facts/host.h"
#include "facts/url.h"

/* Of names that a certificate has, and of other servers. */
enum { NAMES_MOST = 3, OTHERS_MOST = 2 };

void urls_clear(struct other_urls *urls)
{
    size_t i;

    for (i = 0; i < urls->count; i++)
        free(urls->rows[i].text);
    urls->count = 0;
}

bool url_with_host(const char *url, const char *host, char **textp)
{
    struct url parts;
    size_t before;

    *textp = NULL;
    if (!url_split_host(url, &parts) || parts.host_is_ip)
        return true;
    before = (size_t)(parts.host.text - url);
    if (asprintf(textp, "%.*s%s%s", (int)before, url, host,
                 parts.host.text + parts.host.length) >= 0)
        return true;
    *textp = NULL;
    return false;
}

/* The text is taken over. */
static void add_url(struct other_urls *urls, char *text, bool own)
{
    size_t i;

    for (i = 0; text != NULL && i < urls->count; i++)
        if (strcmp(urls->rows[i].text, text) == 0) {
            free(text);
            return;
        }
    if (text != NULL && urls->count < URLS_MAX)
        urls->rows[urls->count++] = (struct other_url){text, own};
    else
        free(text);
}

/* The class, and whom it leads where. */
struct way {
    const struct search *search;
    const adscp_prediction *answer;
    const char *url; /* that clients begin at */
    struct servers servers;
    struct other_urls *urls;
};

static bool is_used_host(const char *url, const char *host)
{
    struct url parts;

    return url != NULL && url_split_host(url, &parts) &&
           host_is(parts.host, host);
}

/* One certificate may name several servers. */
static bool leads_away(const struct way *way, const char *host)
{
    const adscp_forest *forest = adscp_coverage_forest(way->search->coverage);
    int i, count = adscp_forest_server_count(forest);

    for (i = 0; i < count; i++) {
        const adscp_server *server = adscp_forest_server(forest, i);

        if (is_name_of(server, host) && !has_server(&way->servers, server))
            return true;
    }
    return false;
}

static void add_host(struct way *way, const char *host)
{
    char *text;

    if (is_used_host(way->url, host))
        return;
    if (!url_with_host(way->url, host, &text))
        way->urls->failed = true;
    add_url(way->urls, text, !leads_away(way, host));
}

/* Names that the server hands out already, and for which it has a certificate.
 */
static void add_service_hosts(struct way *way)
{
    int i, count = adscp_prediction_service_count(way->answer);

    for (i = 0; i < count; i++) {
        const adscp_service *service = adscp_prediction_service(way->answer, i);
        const char *host = adscp_service_host(service);

        if (host != NULL && host_is_name(span_of(host)) &&
            adscp_alert_outcome(adscp_service_alert(service)) ==
                ADSCP_ALERT_OUTCOME_NO_ALERT &&
            has_server(&way->servers, adscp_service_server(service)))
            add_host(way, host);
    }
}

/* Does any SCP publish it? */
static bool is_published(const adscp_forest *forest, const char *host)
{
    int i, count = adscp_forest_scp_count(forest);

    for (i = 0; i < count; i++)
        if (is_used_host(adscp_scp_binding(adscp_forest_scp(forest, i), 0),
                         host))
            return true;
    return false;
}

enum { PUBLISHED, USUAL, OTHER };

static int sort_of_name(const struct way *way, const char *name)
{
    if (is_published(adscp_coverage_forest(way->search->coverage), name))
        return PUBLISHED;
    return text_starts(name, strlen(name), "autodiscover.") ? USUAL : OTHER;
}

/* A name without a dot is one of this network alone, and one that is short of a
 * label may be the web site. */
static bool may_be_used(const char *name)
{
    const char *dot = strchr(name, '.');

    return host_is_name(span_of(name)) && dot != NULL &&
           strchr(dot + 1, '.') != NULL;
}

static void add_names(struct way *way, const adscp_certificate *certificate)
{
    int sort, i, count = adscp_certificate_dns_name_count(certificate);
    size_t most = way->urls->count + NAMES_MOST;

    for (sort = PUBLISHED; sort <= OTHER; sort++)
        for (i = 0; i < count && way->urls->count < most; i++) {
            const char *name = adscp_certificate_dns_name(certificate, i);

            if (may_be_used(name) && sort_of_name(way, name) == sort)
                add_host(way, name);
        }
}

static void add_other(struct way *way, const char *url)
{
    char *text;

    if (url == NULL || strcmp(url, way->url) == 0)
        return;
    text = strdup(url);
    way->urls->failed = way->urls->failed || text == NULL;
    add_url(way->urls, text, false);
}

/* Those that lead others to no alert, and then what this client tries next. */
static void add_elsewhere(struct way *way)
{
    const adscp_coverage *coverage = way->search->coverage;
    int i, classes = adscp_coverage_class_count(coverage);
    int candidates = adscp_prediction_candidate_count(way->answer);
    size_t most = way->urls->count + OTHERS_MOST;

    for (i = 0; i < classes && way->urls->count < most; i++) {
        const adscp_prediction *other =
            adscp_coverage_class_prediction(coverage, i);

        if (advice_is_fine(other))
            add_other(way, adscp_hop_url(adscp_prediction_hop(other, 0)));
    }
    for (i = 0; i < candidates && way->urls->count < most; i++)
        add_other(way, adscp_candidate_url(
                           adscp_prediction_candidate(way->answer, i)));
}

/* Names that the certificates have: the one that is met, and those that the
 * servers publish. */
static void add_covered(struct way *way, const adscp_certificate *met)
{
    size_t i;

    add_service_hosts(way);
    add_names(way, met);
    for (i = 0; i < way->servers.count && way->urls->count < URLS_MAX; i++)
        add_names(way, adscp_server_certificate(way->servers.rows[i]));
}

void find_urls(const struct search *search, int row, struct other_urls *urls)
{
    const adscp_prediction *answer =
        adscp_coverage_class_prediction(search->coverage, row);
    const struct subject subject = advice_subject(answer);
    const adscp_candidate *candidate = advice_candidate(answer);
    struct way way = {.search = search,
                      .answer = answer,
                      .url = adscp_candidate_url(candidate),
                      .urls = urls};

    *urls = (struct other_urls){.count = 0};
    if (way.url == NULL)
        return;
    add_publishers(adscp_coverage_forest(search->coverage), &way.servers,
                   candidate);
    add_covered(&way, subject.candidate != NULL ? subject.certificate : NULL);
    add_elsewhere(&way);
}

/* The one that clients begin at, first of all. */
void find_service_urls(const struct search *search, int row,
                       struct other_urls *urls)
{
    const adscp_prediction *answer =
        adscp_coverage_class_prediction(search->coverage, row);
    const struct subject subject = advice_subject(answer);
    struct way way = {.search = search,
                      .answer = answer,
                      .url = adscp_hop_url(adscp_prediction_hop(answer, 0)),
                      .urls = urls};
    char *first;

    *urls = (struct other_urls){.count = 0};
    if (way.url == NULL || !subject.is_service)
        return;
    find_servers(adscp_coverage_forest(search->coverage), &subject,
                 &way.servers);
    first = strdup(way.url);
    urls->failed = first == NULL;
    add_url(urls, first, true);
    add_covered(&way, subject.certificate);
}
