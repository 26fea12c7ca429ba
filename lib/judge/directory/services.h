/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_JUDGE_DIRECTORY_SERVICES_H
#define ADSCP_JUDGE_DIRECTORY_SERVICES_H

#include <stddef.h>

#include "base/arena.h"
#include "judge/directory/topology.h"

/* A URL of the second wave. */
struct service {
    int kind; /* ADSCP_SERVICE_* */
    const char *url;
    const char *host;
    const char *dn;                    /* of the first virtual directory */
    const struct adscp_server *server; /* NULL: several share it */
};

/* What Autodiscover may hand to a mailbox of this site and version; by kind and
 * URL, each once. */
struct service_list {
    struct service_list *next;
    size_t number; /* 0, 1, 2 ... in the order of their making */
    name_id site;
    enum version_line line;
    struct service *rows;
    size_t count;
};

/* The list for the mailboxes of this server, made when it is first asked for
 * and kept with the topology. *listp is NULL where its site or version is
 * unknown. A new list takes *numberp, and counts it up. ADSCP_OK or
 * ADSCP_E_NOMEM. */
int services_read(struct topology *topology, struct arena *arena,
                  const struct adscp_server *server, size_t *numberp,
                  const struct service_list **listp);

#endif
