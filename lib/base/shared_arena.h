/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_BASE_SHARED_ARENA_H
#define ADSCP_BASE_SHARED_ARENA_H

#include <stdatomic.h>

#include "base/arena.h"

/* Memory that several results point into: what came of a change, into that of
 * what was there before, too. Filled by one thread, then held and read by any
 * number of them. */
struct shared_arena {
    atomic_int holders;
    struct arena arena;
    struct shared_arena *base; /* held; or NULL */
};

/* Empty, with one holder. NULL: out of memory. */
struct shared_arena *shared_arena_new(void);
/* While it is filled, and once: what is in it may point into this one. */
void shared_arena_set_base(struct shared_arena *shared,
                           struct shared_arena *base);
void shared_arena_release(struct shared_arena *shared); /* NULL is fine */

#endif
