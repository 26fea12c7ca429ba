/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_JUDGE_ROUTE_REDIRECT_H
#define ADSCP_JUDGE_ROUTE_REDIRECT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "judge/directory/index.h"

/* A place where Exchange 2007 may send the client of a newer mailbox. */
struct redirect {
    const char *host;
    const char *url;
    bool is_published;                 /* an SCP has the URL; else it is made */
    const struct adscp_server *server; /* NULL: several share the host */
    const struct front *front;         /* who they are then; or NULL */
};

/* Every host to which a request for a mailbox on this Exchange 2010 server may
 * be redirected, each once, by name; in the arena. ADSCP_OK or ADSCP_E_NOMEM.
 */
int redirect_targets(const struct directory_index *page,
                     const struct adscp_server *mailbox, struct arena *arena,
                     struct redirect **targetsp, size_t *countp);

/* Tell of every such server that publishes another host than its own names. */
int redirect_find(const struct directory_index *page,
                  const struct adscp_server *mailbox,
                  struct finding_list *findings);

#endif
