/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_GATHER_OBSERVE_OBSERVE_H
#define ADSCP_GATHER_OBSERVE_OBSERVE_H

#include <stdatomic.h>

#include "base/deadline.h"
#include "base/error.h"
#include "facts/sightings.h"
#include "gather/resolve/resolve.h"

struct observe_host {
    char *name; /* without brackets or trailing dot */
    int port;
    char *front;  /* the shared host that is asked for there; NULL: its own */
    bool is_pool; /* several servers may answer in turn */
};

/* What a public observer was told; owned by it. */
struct observe_plan {
    struct observe_host *hosts;
    size_t host_count;
    char **domains; /* whose SRV record for Autodiscover names one more host */
    size_t domain_count;
    struct resolve_config resolve;
    int timeout_ms;
};

/* How far it has come, for other threads to read. */
struct observe_progress {
    atomic_int total;
    atomic_int done;
};

/* Look at every address of every host, many at once, within the budget; what
 * does not come in time is a row that says so. ADSCP_OK, ADSCP_E_CANCELLED or
 * ADSCP_E_NOMEM. */
int observe_run(const struct observe_plan *plan,
                const struct deadline *deadline,
                struct observe_progress *progress, struct detail *detail,
                struct adscp_sightings **sightingsp);

#endif
