/* SPDX-License-Identifier: MIT */
/*
 * What the caller or a plan takes for granted besides the directory: which
 * certificates hosts will show, which sightings no longer hold, whom clients
 * trust besides, and where mailboxes have gone. What is assumed is meant to win
 * over what was seen.
 */
#ifndef ADSCP_JUDGE_ASSUMED_H
#define ADSCP_JUDGE_ASSUMED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "facts/certificate/certificate.h"
#include "facts/sightings.h"

/* Mailboxes of one server answer as those of the other one. */
struct assumed_move {
    const char *from, *to;
    int64_t count; /* of those that were counted, but not read */
};

struct assumed {
    /* A row with a chain shows it; one without says that nothing that was seen
     * of the host holds any more. */
    struct adscp_sightings *shown;
    struct certificate_list trusted;
    struct assumed_move *moves;
    size_t move_count;
};

/* NULL: out of memory. */
struct assumed *assumed_new(void);
void assumed_free(struct assumed *assumed); /* NULL is fine */

/* Of two statements about one host and port the first one stands. Bytes hold
 * the chain, leaf first; NULL: forget what was seen. ADSCP_OK or ADSCP_E_NOMEM.
 */
int assumed_show(struct assumed *assumed, const char *host, int port,
                 const void *bytes, size_t length);
int assumed_trust(struct assumed *assumed, const void *bytes, size_t length);
/* In the order of the moves. */
int assumed_move(struct assumed *assumed, const char *from, const char *to,
                 int64_t count);
/* After the last statement. */
int assumed_freeze(struct assumed *assumed);

/* What hosts show by the caller's word: those of before (NULL: none) and this
 * one, as sightings that nobody made; frozen. ADSCP_OK, ADSCP_E_NOMEM, or
 * ADSCP_E_FORMAT where the first certificate, which is the leaf, is missing or
 * cannot be read. */
int assumed_given(const struct adscp_sightings *before, const char *host,
                  int port, const void *bytes, size_t length,
                  struct adscp_sightings **out);

#endif
