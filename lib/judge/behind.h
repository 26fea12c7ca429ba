/* SPDX-License-Identifier: MIT */
/*
 * Shared hosts, and the servers behind them as they were seen at their own
 * names: which of them shows the certificate that the shared host shows? Facts
 * compared; who is to blame is nobody's knowledge.
 */
#ifndef ADSCP_JUDGE_BEHIND_H
#define ADSCP_JUDGE_BEHIND_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "facts/finding.h"
#include "facts/sightings.h"
#include "judge/basis.h"
#include "judge/directory/index.h"

/* A server that publishes the host. */
struct adscp_backend {
    const struct adscp_server *server;
    const char *host; /* the name at which it was asked */
    /* Asked for the shared host: the row that decides; NULL: nobody looked. */
    const struct adscp_sighting *sighting;
    /* Asked for its own name: what it shows; NULL: none was seen. */
    const struct adscp_certificate *own;
    int same; /* 1, 0; -1: one of the two was not seen */
};

struct adscp_front {
    const char *host;
    int port;
    /* What the host itself shows, the first of several; NULL: not seen. */
    const struct adscp_sighting *sighting;
    bool several;
    struct adscp_backend *rows;
    size_t count;
    size_t different; /* rows that do not show what the host shows */
    size_t same;      /* ... that do */
};

/* All that was looked at, in the order of the looks. */
struct behind {
    struct arena arena;
    struct adscp_front *fronts;
    size_t count;
    size_t pages; /* of the index, that there were */
    atomic_int holders;
};

/* What the basis's sightings say of the servers that its forest knows; one
 * holder's worth is the caller's. *behindp is NULL where nobody looked behind
 * anything. ADSCP_OK or ADSCP_E_NOMEM. */
int behind_read(struct basis *basis, struct behind **behindp);
void behind_release(struct behind *behind); /* NULL is fine */

/* The name under which a server is looked at: its full one, if it is known. */
const char *behind_name(const struct adscp_server *server);

/* Append what is odd about them; `dn` is of no object where several are meant.
 * ADSCP_OK or ADSCP_E_NOMEM. */
int behind_report(const struct adscp_front *front, struct arena *arena,
                  struct finding_list *findings);

/* The certificate that a row shows, or NULL. */
static inline const struct adscp_certificate *
behind_shown(const struct adscp_sighting *sighting)
{
    return sighting != NULL && sighting->chain_count > 0 ? sighting->chain[0]
                                                         : NULL;
}

#endif
