/* SPDX-License-Identifier: MIT */
/*
 * What the caller or a plan takes for granted besides the directory: which
 * certificates hosts will show, which sightings no longer hold, whom clients
 * trust besides, and where mailboxes have gone. What is assumed is meant to win
 * over what was seen.
 */
#ifndef ADSCP_JUDGE_ASSUMED_H
#define ADSCP_JUDGE_ASSUMED_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/table.h"
#include "base/text.h"
#include "facts/certificate/certificate.h"
#include "facts/sightings.h"

struct assumed {
    atomic_int holders;
    /* A row with a chain shows it; one without says that nothing that was seen
     * of the host holds any more. */
    struct adscp_sightings *shown;
    struct certificate_list trusted;
    struct table databases; /* by DN: the number of the one in which those are
                               now who were in this one at the beginning */
};

/* NULL: out of memory. */
struct assumed *assumed_new(void);
struct assumed *assumed_hold(struct assumed *assumed); /* NULL is fine */
void assumed_free(struct assumed *assumed);            /* NULL is fine */

/* Of two statements about one host and port the first one stands. Bytes hold
 * the chain, leaf first; NULL: forget what was seen. ADSCP_OK or ADSCP_E_NOMEM.
 */
int assumed_show(struct assumed *assumed, const char *host, int port,
                 const void *bytes, size_t length);
int assumed_trust(struct assumed *assumed, const void *bytes, size_t length);
/* All mailboxes of a database go to another one, by their DNs; in the order of
 * the moves. */
int assumed_move(struct assumed *assumed, const char *from, const char *to);
/* The DN of the database where the first mailboxes of this one are; its own
 * where none was moved, or nothing is assumed (NULL). */
const char *assumed_place(const struct assumed *assumed, const char *dn);
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
