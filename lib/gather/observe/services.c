/* SPDX-License-Identifier: MIT */
/*
 * Which host does DNS name for a mail domain? Outlook takes a record for https
 * (KB940881 has port 443); of several the one with the lowest priority, then
 * with the greatest weight. That DNS says nothing is no failure of the look: a
 * client asks after everything else.
 */
#include "adscp.h"
#include "facts/host.h"
#include "gather/observe/private.h"

enum { SERVICE_MS = 4000, HTTPS = 443 };

/* Of two targets on one level the names decide, so that the answer does not
 * hang on the order of the records. */
static bool counts_before(const struct resolve_service *a,
                          const struct resolve_service *b)
{
    if ((a->port == HTTPS) != (b->port == HTTPS))
        return a->port == HTTPS;
    if (a->priority != b->priority)
        return a->priority < b->priority;
    if (a->weight != b->weight)
        return a->weight > b->weight;
    return text_compare_ascii(a->host, b->host) < 0;
}

static const struct resolve_service *
choose(const struct resolve_services *services)
{
    const struct resolve_service *best = NULL;
    int i;

    for (i = 0; i < services->count; i++)
        if (best == NULL || counts_before(&services->rows[i], best))
            best = &services->rows[i];
    return best;
}

static int take(struct observation *all, const char *domain,
                const struct resolve_services *services)
{
    const struct resolve_service *best = choose(services);
    struct observe_host host;
    int rc;

    if (best == NULL)
        return sightings_add_service(all->context.sightings, domain, NULL, 0,
                                     NULL);
    rc = sightings_add_service(all->context.sightings, domain, best->host,
                               best->port, NULL);
    host = (struct observe_host){
        .name =
            arena_copy(&all->context.scratch, best->host, strlen(best->host)),
        .port = best->port};
    if (rc == ADSCP_OK && host.name == NULL)
        rc = ADSCP_E_NOMEM;
    return rc == ADSCP_OK ? hosts_add_one(all, &host) : rc;
}

/* A domain that is no name of DNS has no record either. */
static int ask(struct observation *all, const char *domain)
{
    struct resolve_services services = {.rows = NULL};
    struct detail detail = {0};
    struct deadline deadline;
    int rc;
    const char *name =
        arena_format(&all->context.scratch, "_autodiscover._tcp.%s", domain);

    if (name == NULL)
        return ADSCP_E_NOMEM;
    if (!host_is_name(host_without_dot(span_of(domain))))
        return ADSCP_OK;
    deadline = deadline_share(all->deadline, SERVICE_MS);
    rc = resolve_service(&all->plan->resolve, name, &deadline, &detail,
                         &services);
    if (rc == ADSCP_OK)
        rc = take(all, domain, &services);
    else if (rc == ADSCP_E_RESOLVE || rc == ADSCP_E_TIMEOUT)
        rc = sightings_add_service(all->context.sightings, domain, NULL, 0,
                                   detail.text);
    resolve_services_clear(&services);
    return rc;
}

int services_add(struct observation *all)
{
    int rc = ADSCP_OK;
    size_t i;

    for (i = 0; i < all->plan->domain_count && rc == ADSCP_OK; i++)
        rc = ask(all, all->plan->domains[i]);
    return rc;
}
