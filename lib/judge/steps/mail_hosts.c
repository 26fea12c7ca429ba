/* SPDX-License-Identifier: MIT */
/*
 * From a mail domain to URLs, from there to hosts, and what the client makes of
 * their certificates. The target of SRV is known only where DNS was asked.
 */
#include "judge/steps/mail_hosts.h"

#include <stdlib.h>
#include <string.h>

#include "base/rows.h"
#include "base/text.h"
#include "facts/host.h"

#define PATH "/autodiscover/autodiscover.xml"

void mail_hosts_release(struct mail_hosts *hosts)
{
    int i;

    if (hosts == NULL || atomic_fetch_sub_explicit(&hosts->holders, 1,
                                                   memory_order_acq_rel) != 1)
        return;
    for (i = 0; i < MAIL_HOSTS; i++)
        host_check_clear(&hosts->hosts[i].met);
    arena_free(&hosts->arena);
    free(hosts);
}

void mail_hosts_forget(struct basis *basis)
{
    size_t i;

    for (i = 0; i < basis->mail_hosts_count; i++)
        mail_hosts_release(basis->mail_hosts[i]);
    free(basis->mail_hosts);
    basis->mail_hosts = NULL;
    basis->mail_hosts_count = 0;
}

/* What follows such a character belongs to another part of a URL. */
static bool is_host(const char *domain)
{
    return strpbrk(domain, "/\\:?#[]") == NULL;
}

/* The certificate at a URL; one without a host leads nowhere. */
static int meet(struct basis *basis, struct mail_hosts *hosts,
                struct mail_host *row)
{
    struct span name;

    row->to = destination_of(hosts->page, row->url);
    name = host_without_dot(row->to.host);
    if (name.length == 0)
        return ADSCP_OK;
    row->host = arena_copy(&hosts->arena, name.text, name.length);
    if (row->host == NULL)
        return ADSCP_E_NOMEM;
    return host_check_make(basis,
                           &(struct visit){.page = hosts->page,
                                           .destination = &row->to,
                                           .is_autodiscover = true},
                           &row->met);
}

static const char *make_service_url(struct mail_hosts *hosts)
{
    const struct sighted_service *service = hosts->service;

    if (service->port == 443)
        return arena_format(&hosts->arena, "https://%s" PATH, service->host);
    return arena_format(&hosts->arena, "https://%s:%d" PATH, service->host,
                        service->port);
}

static bool make_urls(struct mail_hosts *hosts)
{
    struct mail_host *rows = hosts->hosts;
    struct arena *arena = &hosts->arena;
    const char *domain = hosts->domain;
    bool has_service = hosts->service != NULL && hosts->service->host != NULL;

    rows[MAIL_HOST_ROOT].url = arena_format(arena, "https://%s" PATH, domain);
    rows[MAIL_HOST_AUTODISCOVER].url =
        arena_format(arena, "https://autodiscover.%s" PATH, domain);
    hosts->redirect_url =
        arena_format(arena, "http://autodiscover.%s" PATH, domain);
    if (has_service)
        rows[MAIL_HOST_SRV].url = make_service_url(hosts);
    return rows[MAIL_HOST_ROOT].url != NULL &&
           rows[MAIL_HOST_AUTODISCOVER].url != NULL &&
           hosts->redirect_url != NULL &&
           (!has_service || rows[MAIL_HOST_SRV].url != NULL);
}

static int fill(struct basis *basis, struct mail_hosts *hosts,
                const char *domain)
{
    int rc = ADSCP_OK, i;

    hosts->domain = arena_copy(&hosts->arena, domain, strlen(domain));
    if (hosts->domain == NULL)
        return ADSCP_E_NOMEM;
    if (basis->sightings != NULL)
        hosts->service = sightings_find_service(basis->sightings, domain);
    if (!make_urls(hosts))
        return ADSCP_E_NOMEM;
    for (i = 0; i < MAIL_HOSTS && rc == ADSCP_OK; i++)
        if (hosts->hosts[i].url != NULL &&
            (i == MAIL_HOST_SRV || is_host(domain)))
            rc = meet(basis, hosts, &hosts->hosts[i]);
    hosts->redirect_host = hosts->hosts[MAIL_HOST_AUTODISCOVER].host;
    return rc;
}

static int make(struct basis *basis, const struct directory_index *page,
                const char *domain, struct mail_hosts **hostsp)
{
    struct mail_hosts *hosts = calloc(1, sizeof(*hosts));
    int rc, i;

    if (hosts == NULL)
        return ADSCP_E_NOMEM;
    atomic_init(&hosts->holders, 1);
    arena_init(&hosts->arena);
    hosts->page = page;
    hosts->client = basis->asker.client;
    for (i = 0; i < MAIL_HOSTS; i++)
        hosts->hosts[i].met.source = -1;
    rc = fill(basis, hosts, domain);
    if (rc != ADSCP_OK) {
        mail_hosts_release(hosts);
        return rc;
    }
    *hostsp = hosts;
    return ADSCP_OK;
}

/* Those that were asked for before, the last one first: an organisation has a
 * few domains, and lists of people are often sorted. */
static struct mail_hosts *find(const struct basis *basis,
                               const struct directory_index *page,
                               const char *domain)
{
    size_t i;

    for (i = basis->mail_hosts_count; i > 0; i--) {
        struct mail_hosts *hosts = basis->mail_hosts[i - 1];

        if (hosts->page == page && hosts->client == basis->asker.client &&
            strcmp(hosts->domain, domain) == 0)
            return hosts;
    }
    return NULL;
}

/* Beyond so many domains, the oldest is made anew when it is asked for. */
enum { DOMAINS_MAX = 64 };

static int keep(struct basis *basis, struct mail_hosts *hosts)
{
    struct mail_hosts **rows = basis->mail_hosts;

    if (basis->mail_hosts_count == DOMAINS_MAX) {
        mail_hosts_release(rows[0]);
        memmove(rows, rows + 1, (DOMAINS_MAX - 1) * sizeof(*rows));
        rows[DOMAINS_MAX - 1] = hosts;
        return ADSCP_OK;
    }
    rows = rows_grow(rows, basis->mail_hosts_count, sizeof(*rows));
    if (rows == NULL)
        return ADSCP_E_NOMEM;
    basis->mail_hosts = rows;
    rows[basis->mail_hosts_count++] = hosts;
    return ADSCP_OK;
}

int mail_hosts_read(struct basis *basis, const struct directory_index *page,
                    const char *domain, struct mail_hosts **hostsp)
{
    struct mail_hosts *hosts = find(basis, page, domain);
    int rc = ADSCP_OK;

    if (hosts == NULL) {
        rc = make(basis, page, domain, &hosts);
        if (rc != ADSCP_OK)
            return rc;
        rc = keep(basis, hosts);
        if (rc != ADSCP_OK) {
            mail_hosts_release(hosts);
            return rc;
        }
    }
    atomic_fetch_add_explicit(&hosts->holders, 1, memory_order_relaxed);
    *hostsp = hosts;
    return ADSCP_OK;
}

static const int methods[MAIL_HOSTS] = {
    [MAIL_HOST_ROOT] = ADSCP_STEP_METHOD_HTTPS_ROOT,
    [MAIL_HOST_AUTODISCOVER] = ADSCP_STEP_METHOD_HTTPS_AUTODISCOVER,
    [MAIL_HOST_SRV] = ADSCP_STEP_METHOD_SRV,
};

int mail_host_method(int which)
{
    return methods[which];
}

const struct mail_host *mail_host_of(const struct mail_hosts *hosts, int method)
{
    int i;

    for (i = 0; i < MAIL_HOSTS; i++)
        if (methods[i] == method)
            return &hosts->hosts[i];
    return NULL;
}

bool mail_host_was_seen(const struct mail_host *host)
{
    return host->met.sighting != NULL || host->met.is_assumed;
}
