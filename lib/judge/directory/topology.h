/* SPDX-License-Identifier: MIT */
/*
 * Who stands where: the servers of a site, the SCP and the virtual directories
 * of a server, and who may answer behind a host that is no server's own name.
 * Made once for a directory, with its index.
 */
#ifndef ADSCP_JUDGE_DIRECTORY_TOPOLOGY_H
#define ADSCP_JUDGE_DIRECTORY_TOPOLOGY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/hash.h"
#include "base/text.h"
#include "facts/forest.h"

/* A host and port that is no server's own name: its publishers, the servers
 * that have it in an SCP or in a virtual directory for clients. Those that have
 * it in an SCP, or in their Autodiscover or EWS virtual directory, may get the
 * client's first request. */
struct front {
    const char *host; /* without a dot at its end */
    uint32_t length;
    int port;                         /* as url_server_port() has it */
    const struct adscp_server *first; /* of those that may: the one with the
                                         oldest SCP, or by name; or NULL */
    uint32_t lines;   /* 1 << version_line, of those that may and can */
    uint32_t servers; /* how many may */
    uint32_t publishers;
    const uint32_t *publisher; /* their rows by name; first those that may */
    const struct directory *directory;
    uint32_t scps;               /* with this host */
    const struct adscp_scp *scp; /* the oldest of them, or NULL */
};

/* The second wave of one site and version; see services.h. */
struct service_list;

struct topology {
    const struct directory *directory;
    size_t site_count; /* names that could be a site's */
    /* Servers per site: rows[start[name_id]] up to rows[start[name_id + 1]]. */
    const uint32_t *server_start;
    const uint32_t *server_rows;
    /* Virtual directories per server, likewise. */
    const uint32_t *service_start;
    const uint32_t *service_rows;
    const uint32_t *scp_of; /* per server: 1 + its oldest URL SCP, or 0 */
    const bool *reached;    /* per server: some SCP has its own name as host */
    struct hash_index fronts; /* front_rows, by host_hash() */
    struct front *front_rows;
    uint32_t front_count;
    struct service_list **services; /* per site: those that were asked for */
};

struct deadline;
struct directory_index;

/* ADSCP_OK, ADSCP_E_NOMEM or what the deadline (NULL: none) says;
 * topology_clear() either way. */
int topology_make(const struct adscp_forest *forest, struct arena *arena,
                  const struct directory_index *page,
                  const struct deadline *deadline, struct topology *topology);
void topology_clear(struct topology *topology);

/* The findings about servers, and about hosts that several SCPs share. */
int topology_report(const struct topology *topology,
                    struct finding_list *findings);

/* Append that a client meets a server whose version is unknown; in an export
 * without versionNumber, only that, and once. ADSCP_OK or ADSCP_E_NOMEM. */
int topology_report_version(const struct directory *directory,
                            const struct adscp_server *server,
                            struct finding_list *findings);

/* An export without networkAddress: full names are unknown. */
bool topology_lacks_names(const struct directory *directory);

/* NULL: nobody publishes this host with this port. */
const struct front *topology_front(const struct topology *topology,
                                   struct span host, int port);
/* The same, of a host without a dot at its end, and its host_hash(). */
const struct front *topology_front_hashed(const struct topology *topology,
                                          struct span host, uint32_t hash,
                                          int port);

/* For topology.c: the number of that row; HASH_NONE: there is none. */
uint32_t front_find(const struct topology *topology, struct span host,
                    uint32_t hash, int port);

/* For topology.c: the rows of its publishers by name, of both kinds apart, and
 * the first of those that may answer. ADSCP_OK, ADSCP_E_NOMEM or what the
 * deadline says. */
int front_sort(struct front *front, uint32_t *rows,
               const struct deadline *deadline);

const struct adscp_server *front_publisher(const struct front *front,
                                           size_t index);

/* The first server of this version that may answer there; NULL: there is none.
 */
const struct adscp_server *front_server(const struct front *front,
                                        enum version_line line);

/* The version of all servers that may answer there; VERSION_UNKNOWN: they
 * differ, it is unknown, or there are none. */
enum version_line front_line(const struct front *front);

/* The URL of the first SCP of a server; NULL: it has none. */
const char *topology_scp_url(const struct topology *topology,
                             const struct adscp_server *server);

#endif
