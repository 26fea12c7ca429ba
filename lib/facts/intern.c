/* SPDX-License-Identifier: MIT */
/*
 * Interning: text that thousands of entries share is kept once and known by a
 * number. Open addressing with linear probing; nothing is ever taken out. Row
 * arrays that double as they grow live here as well. What the text means is not
 * this room's business.
 */
#include "facts/intern.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { FIRST_ROWS = 8, FIRST_SLOTS = 16, INDEXES_CHUNK = 1024 };

void *rows_grow(void *rows, size_t count, size_t row_size)
{
    size_t capacity = count > 0 ? 2 * count : FIRST_ROWS;

    if (count != 0 && (count < FIRST_ROWS || (count & (count - 1)) != 0))
        return rows;
    if (capacity > SIZE_MAX / 2 / row_size)
        return NULL;
    return realloc(rows, capacity * row_size);
}

void *rows_trim(void *rows, size_t count, size_t row_size)
{
    void *trimmed = count > 0 ? realloc(rows, count * row_size) : NULL;

    return trimmed != NULL ? trimmed : rows;
}

/* FNV-1a, as in base/text, over the bytes as they are. */
static uint32_t hash_bytes(const char *bytes, size_t length)
{
    uint32_t hash = 0x811C9DC5U;
    size_t i;

    for (i = 0; i < length; i++)
        hash = (hash ^ (uint8_t)bytes[i]) * 0x01000193U;
    return hash;
}

static uint32_t table_hash(const struct intern_table *table, const char *bytes,
                           size_t length)
{
    return table->folded ? text_hash_fold(bytes, length)
                         : hash_bytes(bytes, length);
}

bool intern_is(const struct intern_table *table, uint32_t index,
               const char *bytes, size_t length)
{
    const struct intern_key *key = &table->keys[index];

    if (key->length == length &&
        (length == 0 || memcmp(key->bytes, bytes, length) == 0))
        return true;
    return table->folded &&
           text_equal_fold(key->bytes, key->length, bytes, length);
}

/* The slot that holds these bytes, or the free one where they belong. */
static uint32_t *find_slot(const struct intern_table *table, uint32_t hash,
                           const char *bytes, size_t length)
{
    uint32_t mask = table->slot_count - 1, at = hash & mask;

    while (table->slots[at] != 0) {
        uint32_t index = table->slots[at] - 1;

        if (table->keys[index].hash == hash &&
            intern_is(table, index, bytes, length))
            break;
        at = (at + 1) & mask;
    }
    return &table->slots[at];
}

/* Twice the slots, with every key in its new place. */
static bool grow_slots(struct intern_table *table)
{
    uint32_t count =
        table->slot_count > 0 ? 2 * table->slot_count : (uint32_t)FIRST_SLOTS;
    uint32_t *slots = calloc(count, sizeof(*slots)), i;

    if (slots == NULL)
        return false;
    for (i = 0; i < table->count; i++) {
        uint32_t at = table->keys[i].hash & (count - 1);

        while (slots[at] != 0)
            at = (at + 1) & (count - 1);
        slots[at] = i + 1;
    }
    free(table->slots);
    table->slots = slots;
    table->slot_count = count;
    return true;
}

/* Room for one more key, with half of the slots free: a search that finds nothing
 * then looks at two or three keys, and at eight or nine were a quarter free. */
static bool make_room(struct intern_table *table)
{
    struct intern_key *keys;

    if (table->count >= table->slot_count / 2) {
        if (table->slot_count > UINT32_MAX / 2 || !grow_slots(table))
            return false;
    }
    keys = rows_grow(table->keys, table->count, sizeof(*keys));
    if (keys == NULL)
        return false;
    table->keys = keys;
    return true;
}

uint32_t intern_find(const struct intern_table *table, const char *bytes,
                     size_t length)
{
    if (table->count == 0)
        return INTERN_NONE;
    /* A free slot holds 0, and 0 - 1 is INTERN_NONE. */
    return *find_slot(table, table_hash(table, bytes, length), bytes, length) -
           1;
}

uint32_t intern_put(struct intern_table *table, struct arena *arena,
                    const char *bytes, size_t length)
{
    uint32_t hash = table_hash(table, bytes, length), *slot;
    struct intern_key *key;

    if (length > UINT32_MAX || !make_room(table))
        return INTERN_NONE;
    slot = find_slot(table, hash, bytes, length);
    if (*slot != 0)
        return *slot - 1;
    key = &table->keys[table->count];
    key->bytes = arena_copy(arena, bytes, length);
    if (key->bytes == NULL)
        return INTERN_NONE;
    key->length = (uint32_t)length;
    key->hash = hash;
    *slot = ++table->count;
    return *slot - 1;
}

void intern_table_free(struct intern_table *table)
{
    free(table->keys);
    free(table->slots);
    table->keys = NULL;
    table->slots = NULL;
    table->count = table->slot_count = 0;
}

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
