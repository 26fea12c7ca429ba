/* SPDX-License-Identifier: MIT */
/*
 * Keeping entries: texts go into one arena, the names of attributes once each.
 */
#include "facts/entries.h"

#include <stdlib.h>
#include <string.h>

#include "base/rows.h"
#include "facts/dn.h"

/* ------------------------------------------------------------------ life -- */

static struct entries *make(struct shared_arena *base)
{
    struct entries *entries = calloc(1, sizeof(*entries));

    if (entries == NULL)
        return NULL;
    atomic_init(&entries->holders, 1);
    entries->complete = true;
    entries->texts = shared_arena_new();
    if (entries->texts == NULL) {
        free(entries);
        return NULL;
    }
    if (base != NULL)
        shared_arena_set_base(entries->texts, base);
    return entries;
}

struct entries *entries_new(void)
{
    return make(NULL);
}

/* rows_grow() wants the room that it would have made itself. */
static void *copy_rows(const void *rows, size_t count, size_t size)
{
    size_t capacity = 8;
    void *copy;

    while (capacity < count)
        capacity *= 2;
    copy = malloc(capacity * size);
    if (copy == NULL)
        return NULL;
    if (count > 0)
        memcpy(copy, rows, count * size);
    return copy;
}

struct entries *entries_copy(const struct entries *entries)
{
    struct entries *copy = make(entries->texts);

    if (copy == NULL)
        return NULL;
    copy->rows = copy_rows(entries->rows, entries->count, sizeof(*copy->rows));
    copy->notes =
        copy_rows(entries->notes, entries->note_count, sizeof(*copy->notes));
    if (copy->rows == NULL || copy->notes == NULL) {
        entries_release(copy);
        return NULL;
    }
    copy->count = entries->count;
    copy->note_count = entries->note_count;
    copy->complete = entries->complete;
    copy->asked = entries->asked;
    copy->counted = entries->counted;
    copy->is_repeating = entries->is_repeating;
    return copy;
}

struct entries *entries_hold(struct entries *entries)
{
    atomic_fetch_add(&entries->holders, 1);
    return entries;
}

void entries_release(struct entries *entries)
{
    if (entries == NULL || atomic_fetch_sub(&entries->holders, 1) > 1)
        return;
    shared_arena_release(entries->texts);
    table_clear(&entries->names);
    free(entries->rows);
    free(entries->notes);
    free(entries);
}

/* --------------------------------------------------------------- filling -- */

bool entries_reserve(struct entries *entries, size_t *indexp)
{
    struct kept_entry *rows =
        rows_grow(entries->rows, entries->count, sizeof(*rows));

    if (rows == NULL)
        return false;
    entries->rows = rows;
    *indexp = entries->count++;
    rows[*indexp] = (struct kept_entry){.dn.text = NULL};
    return true;
}

static bool copy_text(struct entries *entries, const char *text,
                      const char **copyp)
{
    *copyp = text != NULL
                 ? arena_copy(&entries->texts->arena, text, strlen(text))
                 : NULL;
    return text == NULL || *copyp != NULL;
}

static bool has_name_of(const struct entry_value *value,
                        const struct entry_value *other)
{
    return value->name_length == other->name_length &&
           (value->name == other->name ||
            memcmp(value->name, other->name, value->name_length) == 0);
}

/* Neighbours have one attribute most often. */
static bool copy_name(struct entries *entries, const struct entry_value *from,
                      struct entry_value *to, bool is_first)
{
    uint32_t number;

    if (!is_first && has_name_of(from, to - 1)) {
        to->name = to[-1].name;
        return true;
    }
    number = table_keep(&entries->names, &entries->texts->arena, from->name,
                        from->name_length);
    if (number != TABLE_NONE)
        to->name = entries->names.rows[number].text;
    return number != TABLE_NONE;
}

static bool copy_values(struct entries *entries, const struct kept_entry *from,
                        struct kept_entry *to)
{
    struct arena *arena = &entries->texts->arena;
    struct entry_value *values;
    uint32_t i;

    values = arena_alloc(arena, from->value_count * sizeof(*values));
    if (values == NULL)
        return false;
    for (i = 0; i < from->value_count; i++) {
        const struct entry_value *value = &from->values[i];

        values[i] = *value;
        values[i].bytes = arena_copy(arena, value->bytes, value->length);
        if (values[i].bytes == NULL ||
            !copy_name(entries, value, &values[i], i == 0))
            return false;
    }
    to->values = values;
    to->value_count = from->value_count;
    return true;
}

bool entries_put(struct entries *entries, size_t index,
                 const struct kept_entry *row)
{
    struct kept_entry copy = {.kind = row->kind,
                              .dn.length = row->dn.length,
                              .is_added = row->is_added,
                              .is_plain =
                                  dn_is_plain(row->dn.text, row->dn.length)};

    copy.dn.text =
        arena_copy(&entries->texts->arena, row->dn.text, row->dn.length);
    if (copy.dn.text == NULL || !copy_text(entries, row->where, &copy.where) ||
        !copy_text(entries, row->refused, &copy.refused) ||
        !copy_values(entries, row, &copy))
        return false;
    entries->rows[index] = copy;
    return true;
}

static bool copy_texts(struct entries *entries, struct adscp_finding *note)
{
    size_t i;

    for (i = 0; i < FINDING_PARAMETERS_MAX; i++) {
        const char **text = &note->values[i].text;

        if (note->names[i] != FINDING_PARAMETER_NONE &&
            !finding_parameter_is_number(note->names[i]) &&
            !copy_text(entries, *text, text))
            return false;
    }
    return copy_text(entries, note->dn, &note->dn) &&
           copy_text(entries, note->words, &note->words);
}

bool entries_note(struct entries *entries, const struct adscp_finding *note)
{
    struct kept_note *rows =
        rows_grow(entries->notes, entries->note_count, sizeof(*rows));
    struct kept_note *row;

    if (rows == NULL)
        return false;
    entries->notes = rows;
    row = &rows[entries->note_count];
    memset(row, 0, sizeof(*row));
    memcpy(&row->finding, note, offsetof(struct adscp_finding, sentence));
    row->at = entries->count;
    if (!copy_texts(entries, &row->finding))
        return false;
    entries->note_count++;
    return true;
}

void entries_seal(struct entries *entries, bool complete)
{
    entries->complete = complete;
    table_clear(&entries->names);
}
