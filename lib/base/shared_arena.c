/* SPDX-License-Identifier: MIT */
#include "base/shared_arena.h"

#include <stdlib.h>

struct shared_arena *shared_arena_new(void)
{
    struct shared_arena *shared = calloc(1, sizeof(*shared));

    if (shared == NULL)
        return NULL;
    atomic_init(&shared->holders, 1);
    arena_init(&shared->arena);
    return shared;
}

void shared_arena_set_base(struct shared_arena *shared,
                           struct shared_arena *base)
{
    if (shared->base != NULL)
        return;
    atomic_fetch_add(&base->holders, 1);
    shared->base = base;
}

/* A long row of changes makes a long chain. */
void shared_arena_release(struct shared_arena *shared)
{
    while (shared != NULL && atomic_fetch_sub(&shared->holders, 1) == 1) {
        struct shared_arena *base = shared->base;

        arena_free(&shared->arena);
        free(shared);
        shared = base;
    }
}
