/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_FACTS_INTERN_H
#define ADSCP_FACTS_INTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "facts/forest.h"

/* A set of byte strings, numbered from 0 as they came. */
struct intern_key {
    const char *bytes; /* in the arena, a NUL behind them */
    uint32_t length;
    uint32_t hash;
};

struct intern_table {
    struct intern_key *keys;
    uint32_t *slots; /* 1 + index of a key; 0: free */
    uint32_t count;
    uint32_t slot_count; /* 0 or a power of two */
    bool folded;         /* equal by text_equal_fold(), not byte by byte */
};

#define INTERN_NONE UINT32_MAX

/* The number of these bytes, or INTERN_NONE. */
uint32_t intern_find(const struct intern_table *table, const char *bytes,
                     size_t length);
/* The same, but bytes not seen before are copied and numbered. INTERN_NONE: out
 * of memory. */
uint32_t intern_put(struct intern_table *table, struct arena *arena,
                    const char *bytes, size_t length);
bool intern_is(const struct intern_table *table, uint32_t index,
               const char *bytes, size_t length);
void intern_table_free(struct intern_table *table);

/* What a forest shares between its rows. All but names is given back when the
 * forest is frozen. */
struct intern {
    struct intern_table keywords;
    struct intern_table tails;
    struct intern_table texts; /* forest->texts[1 + number] */
    struct intern_table names;
    uint32_t *indexes; /* room for lists of keyword indexes, in the arena */
    size_t indexes_left;
};

/* Room for count keyword indexes. NULL: out of memory. */
uint32_t *intern_indexes(struct adscp_forest *forest, size_t count);

/* An array that holds count rows, made large enough for one more. NULL: out of
 * memory, and the array is as it was. It doubles at powers of two, so that no
 * capacity need be kept. */
void *rows_grow(void *rows, size_t count, size_t row_size);
/* Give back what rows_grow() took too much. Never fails. */
void *rows_trim(void *rows, size_t count, size_t row_size);

#endif
