/* SPDX-License-Identifier: MIT */
/*
 * Memory of one result, in a few blocks. Text is packed without gaps; rows are
 * aligned. Nothing is ever given back but the whole. Blocks grow, since there
 * may be ten thousand small results at once, and large ones want few blocks.
 */
#include "base/arena.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

enum { ARENA_FIRST_BLOCK = 256, ARENA_GROWTH = 4, ARENA_BLOCK = 256 * 1024 };

struct arena_block {
    struct arena_block *older;
    alignas(max_align_t) char bytes[];
};

void arena_init(struct arena *arena)
{
    *arena = (struct arena){0};
}

void arena_free(struct arena *arena)
{
    struct arena_block *block = arena->blocks;

    while (block != NULL) {
        struct arena_block *older = block->older;

        free(block);
        block = older;
    }
    arena_init(arena);
}

static struct arena_block *block_new(struct arena *arena, size_t size)
{
    struct arena_block *block;

    if (size > SIZE_MAX - sizeof(*block))
        return NULL;
    block = malloc(sizeof(*block) + size);
    if (block == NULL)
        return NULL;
    block->older = arena->blocks;
    arena->blocks = block;
    return block;
}

static size_t next_size(const struct arena *arena)
{
    if (arena->block_size == 0)
        return ARENA_FIRST_BLOCK;
    return arena->block_size < ARENA_BLOCK ? arena->block_size * ARENA_GROWTH
                                           : (size_t)ARENA_BLOCK;
}

char *arena_bytes(struct arena *arena, size_t size)
{
    size_t block_size = next_size(arena);
    struct arena_block *block;
    char *bytes;

    if (arena->next == NULL || size > (size_t)(arena->end - arena->next)) {
        if (size > block_size / 4) {
            /* Large: a block of its own; what is free elsewhere stays so. */
            block = block_new(arena, size);
            return block != NULL ? block->bytes : NULL;
        }
        block = block_new(arena, block_size);
        if (block == NULL)
            return NULL;
        arena->next = block->bytes;
        arena->end = block->bytes + block_size;
        arena->block_size = block_size;
    }
    bytes = arena->next;
    arena->next += size;
    return bytes;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    const size_t mask = alignof(max_align_t) - 1;
    char *bytes;

    if (size > SIZE_MAX - mask)
        return NULL;
    bytes = arena_bytes(arena, size + mask);
    if (bytes == NULL)
        return NULL;
    bytes += (size_t)(-(uintptr_t)bytes) & mask;
    return memset(bytes, 0, size);
}

char *arena_copy(struct arena *arena, const char *bytes, size_t length)
{
    char *copy;

    if (length == SIZE_MAX)
        return NULL;
    copy = arena_bytes(arena, length + 1);
    if (copy == NULL)
        return NULL;
    if (length > 0)
        memcpy(copy, bytes, length);
    copy[length] = '\0';
    return copy;
}
