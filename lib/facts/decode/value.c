/* SPDX-License-Identifier: MIT */
/*
 * Attributes and their values, while an entry is put together.
 */
#include <stdlib.h>
#include <string.h>

#include "facts/decode/private.h"
#include "facts/dn.h"

/* A bound on what one hostile attribute can make us hold. */
enum { VALUES_MAX = 131072 };

const struct span decode_fields[FIELD_COUNT] = {
#define FIELD(field, name, of) {name, sizeof(name) - 1},
#include "facts/decode/fields.def"
};

#define FIELD(field, name, of)                                                 \
    static_assert(sizeof(name) - 1 < NAME_LENGTHS, "decoder->by_length");
#include "facts/decode/fields.def"

const char *decode_field_name(enum field field)
{
    return decode_fields[field].text;
}

int decode_add_value(struct value_list *list, const char *value, size_t length)
{
    struct span *rows;

    if (list->count >= VALUES_MAX) {
        list->gap = true;
        return ADSCP_OK;
    }
    if (list->count == list->capacity) {
        size_t capacity = list->capacity > 0 ? 2 * list->capacity : 4;

        rows = realloc(list->rows, capacity * sizeof(*rows));
        if (rows == NULL)
            return ADSCP_E_NOMEM;
        list->rows = rows;
        list->capacity = capacity;
    }
    list->rows[list->count++] = (struct span){value, length};
    return ADSCP_OK;
}

bool decode_is_open(const struct value_list *list)
{
    return list->gap || list->start != 0 || list->next != 0;
}

bool decode_is_deleted(const struct entry *entry)
{
    const struct value_list *list = &entry->lists[FIELD_DELETED];

    return (list->count > 0 &&
            text_is(list->rows[0].text, list->rows[0].length, "TRUE")) ||
           dn_is_deleted(entry->dn.text, entry->dn.length);
}

bool decode_has_class(const struct entry *entry, const char *name)
{
    const struct value_list *list = &entry->lists[FIELD_OBJECT_CLASS];
    size_t length = strlen(name), i;

    for (i = 0; i < list->count; i++)
        if (list->rows[i].length == length &&
            text_equal_ascii(list->rows[i].text, length, name, length))
            return true;
    return false;
}
