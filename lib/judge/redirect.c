/* SPDX-License-Identifier: MIT */
/*
 * Where does the redirect of Exchange 2007 lead? To "the URL of the Client
 * Access server that can service the request" (RedirectUrl), whose name the
 * alert of KB2006728 shows; nothing more is documented. The rule here is
 * inferred: an Exchange 2010 Client Access server in the AD site of the
 * mailbox, by the host that it publishes for Autodiscover.
 */
#include "judge/redirect.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "facts/url.h"

/* The InternalUrl of the server's virtual directory of this kind. */
static const char *service_url(const struct topology *topology, uint32_t server,
                               enum service_kind kind)
{
    const struct directory *directory = topology->directory;
    uint32_t i;

    for (i = topology->service_start[server];
         i < topology->service_start[server + 1]; i++) {
        const struct virtual_directory *service =
            &directory->services[topology->service_rows[i]];

        if (service->service == kind && service->url != NULL)
            return service->url;
    }
    return NULL;
}

static bool has_host(const char *text, struct span *hostp)
{
    struct url url;

    if (text == NULL || !url_split(text, strlen(text), &url) ||
        url.host.length == 0)
        return false;
    *hostp = url.host;
    return true;
}

/* The host by which the server is known, from the surest source on; *urlp is
 * the whole URL where an SCP told it. false: nothing names it. */
static bool find_host(const struct topology *topology, uint32_t server,
                      struct span *hostp, const char **urlp)
{
    const struct adscp_server *row = &topology->directory->servers[server];
    const char *url = topology_scp_url(topology, row);

    *urlp = NULL;
    if (has_host(url, hostp)) {
        *urlp = url;
        return true;
    }
    if (has_host(service_url(topology, server, SERVICE_AUTODISCOVER), hostp) ||
        has_host(service_url(topology, server, SERVICE_EWS), hostp))
        return true;
    if (row->fqdn == NULL)
        return false;
    *hostp = (struct span){row->fqdn, strlen(row->fqdn)};
    return true;
}

static const char *default_url(struct arena *arena, const char *host)
{
    static const char before[] = "https://";
    static const char behind[] = "/Autodiscover/Autodiscover.xml";
    char *url =
        arena_bytes(arena, sizeof(before) + sizeof(behind) + strlen(host));

    if (url != NULL)
        stpcpy(stpcpy(stpcpy(url, before), host), behind);
    return url;
}

static int add(const struct survey_page *page, struct arena *arena,
               uint32_t server, struct redirect *targets, size_t *countp)
{
    const struct topology *topology = &page->topology;
    struct redirect *row = &targets[*countp];
    struct span host;
    const char *url;
    size_t i;

    if (!find_host(topology, server, &host, &url))
        return ADSCP_OK;
    for (i = 0; i < *countp; i++)
        if (text_is(host.text, host.length, targets[i].host)) {
            /* Its own name tells whose it is, even where others share it. */
            targets[i].server = survey_server(page, host.text, host.length);
            return ADSCP_OK;
        }
    row->host = arena_copy(arena, host.text, host.length);
    if (row->host == NULL)
        return ADSCP_E_NOMEM;
    row->url = url != NULL ? url : default_url(arena, row->host);
    if (row->url == NULL)
        return ADSCP_E_NOMEM;
    row->server = &topology->directory->servers[server];
    row->front = topology_front(topology, host.text, host.length);
    ++*countp;
    return ADSCP_OK;
}

static int compare(const void *a, const void *b)
{
    const struct redirect *first = a, *second = b;

    return strcmp(first->host, second->host);
}

int redirect_targets(const struct survey_page *page,
                     const struct adscp_server *mailbox, struct arena *arena,
                     struct redirect **targetsp, size_t *countp)
{
    const struct topology *topology = &page->topology;
    name_id site = mailbox->site_name;
    struct redirect *targets;
    uint32_t i, first, end;
    int rc = ADSCP_OK;

    *countp = 0;
    if (site == NAME_NONE)
        return ADSCP_OK;
    first = topology->server_start[site];
    end = topology->server_start[site + 1];
    targets = arena_alloc(arena, (end - first) * sizeof(*targets));
    if (targets == NULL)
        return ADSCP_E_NOMEM;
    for (i = first; i < end && rc == ADSCP_OK; i++) {
        uint32_t server = topology->server_rows[i];
        const struct adscp_server *row = &topology->directory->servers[server];

        if (row->line == VERSION_2010 && row->front_end == FRONT_END_YES)
            rc = add(page, arena, server, targets, countp);
    }
    qsort(targets, *countp, sizeof(*targets), compare);
    *targetsp = targets;
    return rc;
}
