/* SPDX-License-Identifier: MIT */
/*
 * What an administrator should know of his servers before any client asks: one
 * that is out of service and still published, one that clients cannot use, a
 * name that several share.
 */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "facts/finding.h"
#include "facts/host.h"
#include "facts/url.h"
#include "judge/directory/topology.h"

/* The one virtual directory of Autodiscover that clients meet; NULL: none. */
static const struct virtual_directory *
autodiscover_of(const struct topology *topology, size_t index)
{
    uint32_t i;

    for (i = topology->service_start[index];
         i < topology->service_start[index + 1]; i++) {
        const struct virtual_directory *row =
            &topology->directory->services[topology->service_rows[i]];

        if (row->service == SERVICE_AUTODISCOVER && row->url != NULL)
            return row;
    }
    return NULL;
}

static bool same_host(const char *a, const char *b)
{
    struct url left, right;

    return url_split_host(a, &left) && url_split_host(b, &right) &&
           host_equal(left.host, right.host);
}

/* Somebody gave the virtual directory a URL, and the SCP still has the one of
 * setup: the wrong one was changed. */
static int find_autodiscover(const struct topology *topology, size_t index,
                             struct finding_list *findings)
{
    const struct virtual_directory *directory =
        autodiscover_of(topology, index);
    const struct adscp_scp *scp;
    const char *url;

    if (directory == NULL || topology->scp_of[index] == 0)
        return ADSCP_OK;
    scp = &topology->directory->scps[topology->scp_of[index] - 1];
    url = scp_binding(scp, scp->first_http);
    if (same_host(directory->url, url))
        return ADSCP_OK;
    return finding_add(
        findings, FINDING_AUTODISCOVER_URL_UNUSED,
        (struct finding_what){.dn = directory->dn,
                              .url = directory->url,
                              .scp_url = url,
                              .raised = (scp->flags & SCP_DEFAULT_URL) != 0});
}

/* Seen in a filter that Exchange uses where it looks for Autodiscover servers
 * (CSS-Exchange, issue 540); nobody documents the bit. */
static bool is_left_out(const struct adscp_server *server)
{
    enum { LEFT_OUT = 8 };

    return server->provisioning >= 0 && (server->provisioning & LEFT_OUT) != 0;
}

/* Only a server that publishes a URL meets clients. */
static int find_published(const struct topology *topology, size_t index,
                          struct finding_list *findings)
{
    const struct directory *directory = topology->directory;
    const struct adscp_server *server = &directory->servers[index];
    struct finding_what what = {.dn = server->dn};
    int rc = ADSCP_OK;

    if (server->inactive != NULL) {
        what.component = server->inactive;
        what.server = server->name;
        rc = finding_add(findings, FINDING_SERVER_INACTIVE, what);
    }
    if (rc == ADSCP_OK && server->front_end == FRONT_END_NO) {
        what.server = server->name;
        what.roles = server->role_names;
        rc = finding_add(findings, FINDING_SERVER_NO_FRONT_END, what);
    }
    if (rc == ADSCP_OK && is_left_out(server))
        rc = finding_add(
            findings, FINDING_SERVER_LEFT_OUT,
            (struct finding_what){.dn = server->dn, .server = server->name});
    return rc == ADSCP_OK ? find_autodiscover(topology, index, findings) : rc;
}

static bool has_site(const struct adscp_server *server)
{
    return server->site != NULL || server->front_end != FRONT_END_YES;
}

static bool has_full_name(const struct adscp_server *server)
{
    return server->fqdn != NULL;
}

static bool has_version(const struct adscp_server *server)
{
    return server->line != VERSION_UNKNOWN || server->build != NULL;
}

static bool has_roles(const struct adscp_server *server)
{
    return server->roles >= 0;
}

/* Setup of Exchange 2007 and later writes one. */
static bool has_certificate(const struct adscp_server *server)
{
    return server->certificate.bytes != NULL || server->line == VERSION_LEGACY;
}

/* What no server of an export has was most likely not exported. What a single
 * one may well lack, several must. */
static const struct {
    bool (*has)(const struct adscp_server *server);
    const char *attribute, *unknown;
    size_t servers;
} attributes[] = {
    {has_site, "msExchServerSite", "to which site a server belongs is unknown",
     1},
    {has_full_name, "networkAddress",
     "the full names of servers are unknown, and so is which of them answers "
     "at a host",
     1},
    {has_roles, "msExchCurrentServerRoles",
     "which servers take the requests of clients is unknown", 2},
    {has_certificate, "msExchServerInternalTLSCert",
     "which certificates they publish, and what users see there, is unknown",
     2},
    {has_version, "versionNumber",
     "what a server does with a request is unknown", 1},
};
/* The last one is told where a client meets such a server. */
enum { OF_SITE, OF_FULL_NAME, OF_ROLES, OF_CERTIFICATE, OF_VERSION };

/* Some server of the export must have it, or may not need it. */
static bool is_missing(const struct directory *directory, size_t attribute)
{
    size_t lacking = 0, i;

    if (!directory_is_exported(directory))
        return false;
    for (i = 0; i < directory->server_count; i++) {
        const struct adscp_server *server = &directory->servers[i];

        if (attributes[attribute].has(server) &&
            (attribute != OF_SITE || server->site != NULL))
            return false;
        lacking += !attributes[attribute].has(server);
    }
    return lacking >= attributes[attribute].servers;
}

bool topology_lacks_names(const struct directory *directory)
{
    return is_missing(directory, OF_FULL_NAME);
}

static int tell_missing(size_t attribute, struct finding_list *findings)
{
    return finding_add(
        findings, FINDING_ATTRIBUTE_NOT_EXPORTED,
        (struct finding_what){.object = "Exchange server",
                              .attribute = attributes[attribute].attribute,
                              .words = attributes[attribute].unknown});
}

static int find_missing(const struct directory *directory,
                        struct finding_list *findings)
{
    int rc = ADSCP_OK;
    size_t i;

    for (i = 0; i < OF_VERSION && rc == ADSCP_OK; i++)
        if (is_missing(directory, i))
            rc = tell_missing(i, findings);
    if (rc == ADSCP_OK && directory_lacks_roots(directory))
        rc = finding_add(
            findings, FINDING_ATTRIBUTE_NOT_EXPORTED,
            (struct finding_what){
                .object = "certification authority",
                .attribute = "cACertificate",
                .words = "which authorities the forest's computers trust is "
                         "unknown"});
    return rc;
}

static bool is_told(const struct finding_list *findings, size_t attribute)
{
    size_t i;

    for (i = 0; i < findings->count; i++)
        if (findings->rows[i].code == FINDING_ATTRIBUTE_NOT_EXPORTED &&
            finding_value(&findings->rows[i], FINDING_PARAMETER_attribute)
                    .text == attributes[attribute].attribute)
            return true;
    return false;
}

int topology_report_version(const struct directory *directory,
                            const struct adscp_server *server,
                            struct finding_list *findings)
{
    int rc;

    if (!is_missing(directory, OF_VERSION))
        return finding_add(
            findings, FINDING_SERVER_VERSION_UNKNOWN,
            (struct finding_what){.dn = server->dn, .server = server->name});
    if (is_told(findings, OF_VERSION))
        return ADSCP_OK;
    rc = tell_missing(OF_VERSION, findings);
    if (rc == ADSCP_OK)
        findings->rows[findings->count - 1].about = ADSCP_FINDING_ABOUT_CLIENT;
    return rc;
}

/* Administrators and other programs may take it for a server. */
static int find_conflict(const struct adscp_server *server,
                         struct finding_list *findings)
{
    if (!server->is_conflict)
        return ADSCP_OK;
    return finding_add(
        findings, FINDING_SERVER_CONFLICT_COPY,
        (struct finding_what){
            .dn = server->dn,
            .words = server->is_copy
                         ? "the server has an object of its own, which counts; "
                           "the copy is usually a leftover and should be "
                           "deleted, with the SCP below it"
                         : "the server has no other object here, so the copy "
                           "counts; find out whether it still exists, and "
                           "delete the copy if not"});
}

static int find_servers(const struct topology *topology,
                        struct finding_list *findings)
{
    const struct directory *directory = topology->directory;
    bool no_sites = is_missing(directory, OF_SITE);
    int rc = find_missing(directory, findings);
    size_t i;

    for (i = 0; i < directory->server_count && rc == ADSCP_OK; i++) {
        const struct adscp_server *server = &directory->servers[i];

        if (topology->scp_of[i] != 0 || topology->reached[i])
            rc = find_published(topology, i, findings);
        if (rc == ADSCP_OK && server->front_end == FRONT_END_YES &&
            server->site == NULL && !no_sites)
            rc = finding_add(findings, FINDING_SERVER_NO_SITE,
                             (struct finding_what){.dn = server->dn,
                                                   .server = server->name});
        if (rc == ADSCP_OK)
            rc = find_conflict(server, findings);
    }
    return rc;
}

static const char *behind(const struct front *front)
{
    if (front->servers == 0)
        return "servers that are not known";
    if (front_line(front) == VERSION_UNKNOWN)
        return "servers of several versions, or of an unknown one";
    return "servers of one version";
}

static int find_fronts(const struct topology *topology,
                       struct finding_list *findings)
{
    int rc = ADSCP_OK;
    uint32_t i;

    for (i = 0; i < topology->front_count && rc == ADSCP_OK; i++) {
        const struct front *front = &topology->front_rows[i];

        struct span host = {front->host, strlen(front->host)};

        if (front->scps > 1 && !host_is_microsoft(host))
            rc = finding_add(findings, FINDING_SCP_HOST_SHARED,
                             (struct finding_what){.scp = front->scp,
                                                   .host = front->host,
                                                   .behind = behind(front),
                                                   .count = front->scps});
    }
    return rc;
}

/* ------------------------------------------------------------ forgotten -- */

/* The servers of one site, by what they publish. */
struct site_report {
    const struct topology *topology;
    struct finding_list *findings;
    uint32_t *users;           /* per front: servers of this site */
    const struct front *front; /* that most of them publish; or NULL */
};

static const struct adscp_scp *scp_of(const struct topology *topology,
                                      uint32_t server)
{
    uint32_t row = topology->scp_of[server];

    return row != 0 ? &topology->directory->scps[row - 1] : NULL;
}

/* The shared name that the server publishes, or NULL. */
static const struct front *front_of(const struct topology *topology,
                                    uint32_t server)
{
    const struct adscp_scp *scp = scp_of(topology, server);
    struct url url;

    if (scp == NULL || (scp->flags & SCP_HOST_OWN) != 0 ||
        !url_split_host(scp_binding(scp, scp->first_http), &url))
        return NULL;
    return topology_front(topology, url.host, url_server_port(&url));
}

static bool has_default_url(const struct topology *topology, uint32_t server)
{
    const struct adscp_scp *scp = scp_of(topology, server);

    return scp != NULL && (scp->flags & SCP_DEFAULT_URL) != 0;
}

/* Than the one that is used most so far; of equal ones the first by name. */
static bool is_used_more(const struct site_report *report,
                         const struct front *front)
{
    const struct front *rows = report->topology->front_rows;
    uint32_t users = report->users[front - rows];
    uint32_t most = report->users[report->front - rows];

    return users != most
               ? users > most
               : text_compare_ascii(front->host, report->front->host) < 0;
}

static void count_names(struct site_report *report, const uint32_t *servers,
                        size_t count)
{
    const struct topology *topology = report->topology;
    size_t i;

    for (i = 0; i < count; i++) {
        const struct front *front = front_of(topology, servers[i]);
        uint32_t *users;

        if (front == NULL)
            continue;
        users = &report->users[front - topology->front_rows];
        ++*users;
        if (report->front == NULL || is_used_more(report, front))
            report->front = front;
    }
}

/* Two servers make a name a shared one. */
static int tell_forgotten(const struct site_report *report,
                          const uint32_t *servers, size_t count)
{
    const struct topology *topology = report->topology;
    int rc = ADSCP_OK;
    size_t i;

    if (report->front == NULL ||
        report->users[report->front - topology->front_rows] < 2)
        return ADSCP_OK;
    for (i = 0; i < count && rc == ADSCP_OK; i++)
        if (has_default_url(topology, servers[i]))
            rc = finding_add(
                report->findings, FINDING_SCP_DEFAULT_URL,
                (struct finding_what){
                    .scp = scp_of(topology, servers[i]),
                    .host = report->front->host,
                    .site = topology->directory->servers[servers[i]].site});
    return rc;
}

static void forget_names(struct site_report *report, const uint32_t *servers,
                         size_t count)
{
    size_t i;

    for (i = 0; i < count; i++) {
        const struct front *front = front_of(report->topology, servers[i]);

        if (front != NULL)
            report->users[front - report->topology->front_rows] = 0;
    }
    report->front = NULL;
}

/* A server that nobody configured while the others of its site were. */
static int find_forgotten(const struct topology *topology,
                          struct finding_list *findings)
{
    struct site_report report = {.topology = topology, .findings = findings};
    int rc = ADSCP_OK;
    size_t site;

    if (topology->front_count == 0)
        return ADSCP_OK;
    report.users = calloc(topology->front_count, sizeof(*report.users));
    if (report.users == NULL)
        return ADSCP_E_NOMEM;
    for (site = 0; site < topology->site_count && rc == ADSCP_OK; site++) {
        const uint32_t *start = &topology->server_start[site];
        const uint32_t *servers = topology->server_rows + start[0];
        size_t count = start[1] - start[0];

        count_names(&report, servers, count);
        rc = tell_forgotten(&report, servers, count);
        forget_names(&report, servers, count);
    }
    free(report.users);
    return rc;
}

int topology_report(const struct topology *topology,
                    struct finding_list *findings)
{
    size_t first = findings->count;
    int rc = find_servers(topology, findings);

    if (rc == ADSCP_OK && topology->directory->server_count > 0)
        rc = find_fronts(topology, findings);
    if (rc == ADSCP_OK && topology->directory->server_count > 0)
        rc = find_forgotten(topology, findings);
    return rc == ADSCP_OK ? finding_list_sort(findings, first, NULL) : rc;
}
