/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_BASE_TABLE_H
#define ADSCP_BASE_TABLE_H

#include "base/arena.h"
#include "base/hash.h"

/* Which texts are the same: to the byte, ignoring ASCII case, or as
 * text_equal_fold() has it. */
enum table_sense { TABLE_EXACT, TABLE_ASCII, TABLE_FOLD };

struct table_row {
    const char *text;
    uint32_t length;
    uint32_t value; /* for the caller to use */
};

/* A set of texts, numbered from 0 as they came. {0} is one to the byte. */
struct table {
    struct hash_index index;
    struct table_row *rows;
    uint32_t count;
    uint32_t capacity;
    enum table_sense sense;
};

#define TABLE_NONE HASH_NONE

/* With room for so many texts. ADSCP_OK or ADSCP_E_NOMEM. */
int table_init(struct table *table, enum table_sense sense, size_t expected);
void table_clear(struct table *table);

/* The number of these bytes, or TABLE_NONE. */
uint32_t table_find(const struct table *table, const char *text, size_t length);
bool table_is(const struct table *table, uint32_t number, const char *text,
              size_t length);

/* The same, but bytes not seen before are numbered: a copy of them, with a NUL
 * behind it, or where they are (arena NULL). TABLE_NONE: out of memory. */
uint32_t table_keep(struct table *table, struct arena *arena, const char *text,
                    size_t length);

/* The value of a text that stays where it is, which is `value` where the text
 * is new. Its hash is that of the table's sense. NULL: out of memory, which
 * does not happen while there is the room that table_init() made. */
uint32_t *table_value(struct table *table, const char *text, uint32_t hash,
                      uint32_t value);
uint32_t table_hash(const struct table *table, const char *text);
/* The value of the text with these bytes, or NULL. Whoever asks several tables
 * of one sense hashes once. */
const uint32_t *table_get(const struct table *table, const char *text,
                          size_t length);
const uint32_t *table_get_hashed(const struct table *table, const char *text,
                                 size_t length, uint32_t hash);

#endif
