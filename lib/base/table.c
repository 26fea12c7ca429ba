/* SPDX-License-Identifier: MIT */
/*
 * Numbers and values by text: which URLs are the same, which server has this
 * name. What the text means is not this room's business.
 */
#include "base/table.h"

#include <stdlib.h>
#include <string.h>

#include "adscp.h"
#include "base/text.h"

enum { FIRST_ROWS = 8 };

static bool reserve(struct table *table, size_t count)
{
    struct table_row *rows;
    size_t wanted = table->capacity > 0 ? table->capacity : (size_t)FIRST_ROWS;

    if (count <= table->capacity)
        return true;
    if (count > UINT32_MAX / 2)
        return false;
    if (wanted < count)
        wanted = table->capacity > 0 ? 2 * wanted : count;
    rows = realloc(table->rows, wanted * sizeof(*rows));
    if (rows == NULL)
        return false;
    table->rows = rows;
    table->capacity = (uint32_t)wanted;
    return true;
}

int table_init(struct table *table, enum table_sense sense, size_t expected)
{
    *table = (struct table){.sense = sense};
    if (reserve(table, expected) && hash_reserve(&table->index, expected))
        return ADSCP_OK;
    table_clear(table);
    return ADSCP_E_NOMEM;
}

void table_clear(struct table *table)
{
    hash_clear(&table->index);
    free(table->rows);
    *table = (struct table){.sense = table->sense};
}

static uint32_t hash_of(const struct table *table, const char *text,
                        size_t length)
{
    switch (table->sense) {
    case TABLE_FOLD:
        return hash_fold(text, length);
    case TABLE_ASCII:
        return hash_ascii(text, length);
    default:
        return hash_bytes(text, length);
    }
}

uint32_t table_hash(const struct table *table, const char *text)
{
    return hash_of(table, text, strlen(text));
}

bool table_is(const struct table *table, uint32_t number, const char *text,
              size_t length)
{
    const struct table_row *row = &table->rows[number];

    if (row->length == length &&
        (length == 0 || memcmp(row->text, text, length) == 0))
        return true;
    if (table->sense == TABLE_FOLD)
        return text_equal_fold(row->text, row->length, text, length);
    return table->sense == TABLE_ASCII &&
           text_equal_ascii(row->text, row->length, text, length);
}

static uint32_t find(const struct table *table, const char *text, size_t length,
                     uint32_t hash)
{
    uint32_t at, number = hash_first(&table->index, hash, &at);

    while (number != HASH_NONE && !table_is(table, number, text, length))
        number = hash_next(&table->index, hash, &at);
    return number;
}

uint32_t table_find(const struct table *table, const char *text, size_t length)
{
    if (table->count == 0)
        return TABLE_NONE;
    return find(table, text, length, hash_of(table, text, length));
}

/* Of a text that is not there yet. */
static uint32_t add(struct table *table, struct table_row row, uint32_t hash)
{
    uint32_t number = table->count;

    if (!reserve(table, (size_t)number + 1) ||
        !hash_add(&table->index, hash, number))
        return TABLE_NONE;
    table->rows[table->count++] = row;
    return number;
}

uint32_t table_keep(struct table *table, struct arena *arena, const char *text,
                    size_t length)
{
    uint32_t hash = hash_of(table, text, length);
    uint32_t number = find(table, text, length, hash);
    const char *copy;

    if (number != TABLE_NONE || length > UINT32_MAX)
        return number;
    copy = arena != NULL ? arena_copy(arena, text, length) : text;
    if (copy == NULL)
        return TABLE_NONE;
    return add(table, (struct table_row){copy, (uint32_t)length, 0}, hash);
}

uint32_t *table_value(struct table *table, const char *text, uint32_t hash,
                      uint32_t value)
{
    size_t length = strlen(text);
    uint32_t number = find(table, text, length, hash);

    if (number == TABLE_NONE && length <= UINT32_MAX)
        number =
            add(table, (struct table_row){text, (uint32_t)length, value}, hash);
    return number != TABLE_NONE ? &table->rows[number].value : NULL;
}

const uint32_t *table_get(const struct table *table, const char *text,
                          size_t length)
{
    if (table->count == 0)
        return NULL;
    return table_get_hashed(table, text, length, hash_of(table, text, length));
}

const uint32_t *table_get_hashed(const struct table *table, const char *text,
                                 size_t length, uint32_t hash)
{
    uint32_t number =
        table->count > 0 ? find(table, text, length, hash) : TABLE_NONE;

    return number != TABLE_NONE ? &table->rows[number].value : NULL;
}
