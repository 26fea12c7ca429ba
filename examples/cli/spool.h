/* SPDX-License-Identifier: MIT */
/*
 * An answer on its way to standard output. A small one is held until it is
 * whole, so that a failure leaves nothing half-said; a large one goes out in
 * pieces, since it need not be in memory.
 */
#ifndef ADSCP_CLI_SPOOL_H
#define ADSCP_CLI_SPOOL_H

#include "cli.h"

struct spool {
    char *held;
    size_t used;
    int error; /* of standard output; 0: none */
};

/* A stream that takes the answer; NULL: out of memory. */
FILE *spool_open(struct spool *spool);
/* End it: what has not gone out yet, malloc()ed, for cli_print(). NULL: out of
 * memory, or standard output took no more, which was reported. */
char *spool_take(struct spool *spool, FILE *out);

#endif
