/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_GATHER_LOCATE_PING_H
#define ADSCP_GATHER_LOCATE_PING_H

#include <stdbool.h>

#include "base/deadline.h"
#include "base/error.h"
#include "gather/locate/netlogon.h"
#include "gather/resolve/resolve.h"

/* LDAP pings to many servers at once: by UDP to every address of a server, the
 * next server a little later, and by TCP where UDP is silent or refused. */

struct ping_config {
    const struct resolve_config *resolve;
    const char *domain; /* NULL: whichever the server has by itself */
    const char *forest; /* the answer must name it; NULL: any */
    unsigned flags;     /* NETLOGON_* that the answer must show */
};

enum ping_state {
    PING_UNTRIED,
    PING_RUNNING,
    PING_UNREACHABLE, /* no address, or all of them refused */
    PING_SILENT,
    PING_STRANGE,   /* answers, but with nothing that can be used */
    PING_REFUSED,   /* not of this domain, paused, or flags are missing */
    PING_READ_ONLY, /* good, but holds a copy that cannot be written */
    PING_GOOD
};

enum { PING_ADDRESS_MAX = 46 };

/* What came of one server. */
struct ping_outcome {
    enum ping_state state;
    int took_ms;
    bool by_tcp;
    struct netlogon answer;        /* PING_GOOD, PING_READ_ONLY */
    char client[PING_ADDRESS_MAX]; /* our own address on the way there */
    char why[120];                 /* words about any other state, or "" */
};

enum { PING_SERVERS_MAX = 32 };

/* Ask the servers in their order, until one is good. That one is *bestp, or the
 * first read-only one if there is none, or -1. At most PING_SERVERS_MAX; one
 * outcome for each. ADSCP_OK, or ADSCP_E_TIMEOUT, ADSCP_E_CANCELLED and
 * ADSCP_E_NOMEM; also then the outcomes are filled. */
int ping_servers(const struct ping_config *config,
                 const struct resolve_service *servers, int count,
                 const struct deadline *deadline, struct detail *detail,
                 struct ping_outcome *outcomes, int *bestp);

#endif
