/* SPDX-License-Identifier: MIT */
/*
 * What an administrator should know of his servers before any client asks: one
 * that is out of service and still published, one that clients cannot use, a
 * name that several share.
 */
#include <stddef.h>

#include "judge/add_finding.h"
#include "judge/directory/topology.h"

/* Only a server that publishes a URL meets clients. */
static int find_published(const struct topology *topology, size_t index,
                          struct finding_list *findings)
{
    const struct directory *directory = topology->directory;
    const struct adscp_server *server = &directory->servers[index];
    struct finding_about what = {.dn = server->dn};
    int rc = ADSCP_OK;

    if (server->inactive != NULL) {
        what.a = server->inactive;
        what.b = server->name;
        rc = add_finding(findings, FINDING_SERVER_INACTIVE, what);
    }
    if (rc == ADSCP_OK && server->front_end == FRONT_END_NO) {
        what.a = server->name;
        what.b = server->role_names != NULL ? server->role_names : "none";
        rc = add_finding(findings, FINDING_SERVER_NO_FRONT_END, what);
    }
    return rc;
}

static int find_servers(const struct topology *topology,
                        struct finding_list *findings)
{
    const struct directory *directory = topology->directory;
    int rc = ADSCP_OK;
    size_t i;

    for (i = 0; i < directory->server_count && rc == ADSCP_OK; i++) {
        const struct adscp_server *server = &directory->servers[i];

        if (topology->scp_of[i] != 0 || topology->reached[i])
            rc = find_published(topology, i, findings);
        if (rc == ADSCP_OK && server->front_end == FRONT_END_YES &&
            server->site == NULL)
            rc = add_finding(
                findings, FINDING_SERVER_NO_SITE,
                (struct finding_about){.dn = server->dn, .a = server->name});
    }
    return rc;
}

static const char *behind(const struct front *front)
{
    if (front->servers == 0)
        return "servers that are not known";
    if (front->line == VERSION_UNKNOWN)
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

        if (front->scps > 1)
            rc = add_finding(findings, FINDING_SCP_HOST_SHARED,
                             (struct finding_about){.scp = front->scp,
                                                    .a = front->host,
                                                    .b = behind(front),
                                                    .n = front->scps});
    }
    return rc;
}

int topology_report(const struct topology *topology,
                    struct finding_list *findings)
{
    int rc = find_servers(topology, findings);

    return rc == ADSCP_OK && topology->directory->server_count > 0
               ? find_fronts(topology, findings)
               : rc;
}
