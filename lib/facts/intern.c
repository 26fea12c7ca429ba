/* SPDX-License-Identifier: MIT */
/*
 * What rows of a forest share: texts that thousands of entries have are kept
 * once and known by a number, and short lists of such numbers come from one
 * piece of memory.
 */
#include "facts/intern.h"

enum { INDEXES_CHUNK = 1024 };

uint32_t *intern_indexes(struct adscp_forest *forest, size_t count)
{
    struct intern *intern = forest->intern;
    uint32_t *list;

    if (count > intern->indexes_left) {
        size_t chunk = count > INDEXES_CHUNK / 4 ? count : INDEXES_CHUNK;

        if (chunk > SIZE_MAX / sizeof(*list))
            return NULL;
        list = arena_alloc(&forest->arena, chunk * sizeof(*list));
        if (list == NULL || chunk == count)
            return list;
        intern->indexes = list;
        intern->indexes_left = chunk;
    }
    list = intern->indexes;
    intern->indexes += count;
    intern->indexes_left -= count;
    return list;
}
