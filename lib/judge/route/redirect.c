/* SPDX-License-Identifier: MIT */
/*
 * Where does the redirect of Exchange 2007 lead? To "the URL of the Client
 * Access server that can service the request" (RedirectUrl), whose name the
 * alert of KB2006728 shows; nothing more is documented. The rule here is
 * inferred: an Exchange 2010 Client Access server in the AD site of the
 * mailbox, by the host that it publishes for Autodiscover.
 */
#include "judge/route/redirect.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "facts/finding.h"
#include "facts/host.h"
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

    if (!url_split_host(text, &url))
        return false;
    *hostp = url.host;
    return true;
}

/* The host by which the server is known, from the surest source on; *urlp is
 * the whole URL where an SCP told it. false: nothing names it. */
static bool find_host(const struct topology *topology,
                      const struct adscp_server *row, struct span *hostp,
                      const char **urlp)
{
    uint32_t server = (uint32_t)(row - topology->directory->servers);
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

/* Whose own name the host is; else the candidate, where no other server
 * publishes it. */
static const struct adscp_server *owner_of(const struct directory_index *page,
                                           const struct redirect *target)
{
    const struct adscp_server *owner =
        directory_index_server(page, target->host, strlen(target->host));

    if (owner != NULL)
        return owner;
    return target->front == NULL || target->front->servers <= 1 ? target->server
                                                                : NULL;
}

static int add(const struct directory_index *page, struct arena *arena,
               const struct adscp_server *candidate, struct redirect *targets,
               size_t *countp)
{
    struct redirect *row = &targets[*countp];
    struct span host;
    const char *url;

    if (!find_host(&page->topology, candidate, &host, &url))
        return ADSCP_OK;
    host = host_without_dot(host);
    row->host = arena_copy(arena, host.text, host.length);
    if (row->host == NULL)
        return ADSCP_E_NOMEM;
    row->is_published = url != NULL;
    row->url = url != NULL ? url : default_url(arena, row->host);
    if (row->url == NULL)
        return ADSCP_E_NOMEM;
    row->server = candidate;
    ++*countp;
    return ADSCP_OK;
}

/* By host; of one host, by the candidates' DNs. */
static int compare(const void *a, const void *b)
{
    const struct redirect *first = a, *second = b;
    int order = text_compare_ascii(first->host, second->host);

    return order != 0 ? order : strcmp(first->server->dn, second->server->dn);
}

/* Several candidates name one host: only its own name tells whose it is, and
 * only an SCP has a URL that was not made here. */
static void join(struct redirect *row, const struct redirect *other)
{
    row->server = NULL;
    if (other->is_published && !row->is_published) {
        row->url = other->url;
        row->is_published = true;
    }
}

static const struct front *front_of(const struct directory_index *page,
                                    const struct redirect *target)
{
    struct url url;

    return url_split_host(target->url, &url)
               ? topology_front(&page->topology, span_of(target->host),
                                url_server_port(&url))
               : NULL;
}

/* One row for each host, from rows in order. */
static void join_same(const struct directory_index *page,
                      struct redirect *targets, size_t *countp)
{
    size_t count = 0, i;

    for (i = 0; i < *countp; i++)
        if (count > 0 &&
            text_compare_ascii(targets[count - 1].host, targets[i].host) == 0)
            join(&targets[count - 1], &targets[i]);
        else
            targets[count++] = targets[i];
    for (i = 0; i < count; i++) {
        targets[i].front = front_of(page, &targets[i]);
        targets[i].server = owner_of(page, &targets[i]);
    }
    *countp = count;
}

/* ----------------------------------------------------------- candidates -- */

/* The servers of the mailbox's site. */
struct candidates {
    const struct directory_index *page;
    uint32_t next, end; /* in topology->server_rows */
};

static struct candidates candidates_of(const struct directory_index *page,
                                       const struct adscp_server *mailbox)
{
    const uint32_t *start = page->topology.server_start;
    name_id site = mailbox->site_name;

    if (site == NAME_NONE)
        return (struct candidates){.page = page};
    return (struct candidates){page, start[site], start[site + 1]};
}

/* The next Exchange 2010 Client Access server, or NULL. */
static const struct adscp_server *next_candidate(struct candidates *candidates)
{
    const struct topology *topology = &candidates->page->topology;

    while (candidates->next < candidates->end) {
        uint32_t row = topology->server_rows[candidates->next++];
        const struct adscp_server *server = &topology->directory->servers[row];

        if (server->line == VERSION_2010 && server->front_end == FRONT_END_YES)
            return server;
    }
    return NULL;
}

int redirect_targets(const struct directory_index *page,
                     const struct adscp_server *mailbox, struct arena *arena,
                     struct redirect **targetsp, size_t *countp)
{
    struct candidates candidates = candidates_of(page, mailbox);
    size_t most = candidates.end - candidates.next;
    const struct adscp_server *candidate;
    struct redirect *targets;
    int rc = ADSCP_OK;

    *countp = 0;
    targets = arena_alloc(arena, (most + 1) * sizeof(*targets));
    if (targets == NULL)
        return ADSCP_E_NOMEM;
    while (rc == ADSCP_OK && (candidate = next_candidate(&candidates)) != NULL)
        rc = add(page, arena, candidate, targets, countp);
    qsort(targets, *countp, sizeof(*targets), compare);
    join_same(page, targets, countp);
    *targetsp = targets;
    return rc;
}

int redirect_find(const struct directory_index *page,
                  const struct adscp_server *mailbox,
                  struct finding_list *findings)
{
    struct candidates candidates = candidates_of(page, mailbox);
    const struct adscp_server *candidate;
    size_t first = findings->count;
    int rc = ADSCP_OK;

    while (rc == ADSCP_OK &&
           (candidate = next_candidate(&candidates)) != NULL) {
        struct span host;
        const char *url;

        if (candidate->fqdn != NULL &&
            find_host(&page->topology, candidate, &host, &url) &&
            !server_has_name(candidate, host))
            rc = finding_add(findings, FINDING_REDIRECT_HOST_UNSURE,
                             (struct finding_what){.dn = candidate->dn,
                                                   .server = candidate->name,
                                                   .host = candidate->fqdn});
    }
    return rc == ADSCP_OK ? finding_list_sort(findings, first, NULL) : rc;
}
