/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_BASE_ARENA_H
#define ADSCP_BASE_ARENA_H

#include <stddef.h>
#include <stdint.h>

/* Memory of one result: handed out in order, freed at once. Not thread-safe. */
struct arena_block;

struct arena {
    struct arena_block *blocks;
    char *next; /* free bytes of the newest block */
    char *end;
    size_t block_size; /* of that block; 0: there is none yet */
};

void arena_init(struct arena *arena);
void arena_free(struct arena *arena); /* leaves an empty arena */

/* Zeroed memory, aligned for any type. NULL: out of memory. */
void *arena_alloc(struct arena *arena, size_t size);

/* size bytes without alignment, for text; not zeroed. */
char *arena_bytes(struct arena *arena, size_t size);

/* A copy with a NUL behind it. */
char *arena_copy(struct arena *arena, const char *bytes, size_t length);

/* As asprintf() makes it. NULL: out of memory. */
char *arena_format(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
