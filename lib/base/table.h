/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_BASE_TABLE_H
#define ADSCP_BASE_TABLE_H

#include <stddef.h>
#include <stdint.h>

/* Which texts are the same: to the byte, ignoring ASCII case, or as
 * text_equal_fold() has it. */
enum table_sense { TABLE_EXACT, TABLE_ASCII, TABLE_FOLD };

/* Numbers by text, for a known number of texts at most. The texts are borrowed.
 */
struct table_slot {
    const char *key; /* NULL: free */
    uint32_t hash;
    uint32_t value;
};

struct table {
    struct table_slot *slots; /* NULL: holds nothing */
    size_t mask;
    enum table_sense sense;
};

/* ADSCP_OK or ADSCP_E_NOMEM. */
int table_init(struct table *table, enum table_sense sense, size_t expected);
void table_clear(struct table *table);

/* What the sense of the table makes of a key. */
uint32_t table_hash(const struct table *table, const char *key);

/* The value that key has, which is `value` where the key is new. */
uint32_t *table_put(struct table *table, const char *key, uint32_t hash,
                    uint32_t value);

/* The value of the length bytes at key, or NULL. */
const uint32_t *table_find(const struct table *table, const char *key,
                           size_t length);

#endif
