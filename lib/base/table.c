/* SPDX-License-Identifier: MIT */
/*
 * Numbers by text: which URLs are the same, which server has this name. Open
 * addressing, made once for as many texts as can come, so it never grows.
 */
#include "base/table.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "adscp.h"
#include "base/text.h"

int table_init(struct table *table, enum table_sense sense, size_t expected)
{
    size_t size = 16;

    if (expected > SIZE_MAX / 4 / sizeof(*table->slots))
        return ADSCP_E_NOMEM;
    while (size < 2 * expected)
        size *= 2;
    table->slots = calloc(size, sizeof(*table->slots));
    if (table->slots == NULL)
        return ADSCP_E_NOMEM;
    table->mask = size - 1;
    table->sense = sense;
    return ADSCP_OK;
}

void table_clear(struct table *table)
{
    free(table->slots);
    *table = (struct table){0};
}

static uint32_t hash_of(enum table_sense sense, const char *key, size_t length)
{
    return sense == TABLE_FOLD ? text_hash_fold(key, length)
                               : text_hash_ascii(key, length);
}

uint32_t table_hash(const struct table *table, const char *key)
{
    return hash_of(table->sense, key, strlen(key));
}

static bool is_same(enum table_sense sense, const char *known, const char *key,
                    size_t length)
{
    size_t known_length = strlen(known);

    if (sense == TABLE_FOLD)
        return text_equal_fold(known, known_length, key, length);
    if (sense == TABLE_ASCII)
        return text_equal_ascii(known, known_length, key, length);
    return known_length == length && memcmp(known, key, length) == 0;
}

/* The slot of key, or the free one where it would stand. */
static struct table_slot *seek(const struct table *table, const char *key,
                               size_t length, uint32_t hash)
{
    size_t at = hash & table->mask;

    for (;; at = (at + 1) & table->mask) {
        struct table_slot *slot = &table->slots[at];

        if (slot->key == NULL)
            return slot;
        if (slot->hash == hash && is_same(table->sense, slot->key, key, length))
            return slot;
    }
}

/* Most keys are new: only a full hash that is known already costs a strlen().
 */
uint32_t *table_put(struct table *table, const char *key, uint32_t hash,
                    uint32_t value)
{
    size_t at = hash & table->mask;
    struct table_slot *slot = &table->slots[at];

    if (slot->key != NULL)
        slot = seek(table, key, strlen(key), hash);
    if (slot->key == NULL)
        *slot = (struct table_slot){.key = key, .hash = hash, .value = value};
    return &slot->value;
}

const uint32_t *table_find(const struct table *table, const char *key,
                           size_t length)
{
    const struct table_slot *slot;

    if (table->slots == NULL)
        return NULL;
    slot = seek(table, key, length, hash_of(table->sense, key, length));
    return slot->key != NULL ? &slot->value : NULL;
}
