/* SPDX-License-Identifier: MIT */
/*
 * Entries, kept as they are fed. An export gives all that it holds, since a
 * change may be about an attribute that nobody decodes; of a live server's
 * answer only what was asked for is kept, whatever else it holds.
 */
#include "facts/decode/private.h"

#include <stdlib.h>

#include "base/rows.h"

/* Everything that was noticed, kept or not yet. */
static size_t count_notes(const struct decoder *decoder)
{
    return decoder->directory->notes.count + decoder->doubts.count;
}

void tape_begin(struct decoder *decoder)
{
    struct tape *tape = &decoder->tape;

    if (tape->entries == NULL)
        return;
    tape->count = 0;
    tape->name.text = NULL;
    tape->row = NULL;
    tape->note_count = count_notes(decoder);
}

void tape_play(struct decoder *decoder, struct kept_entry *row)
{
    decoder->tape.row = row;
    decoder->tape.note_count = count_notes(decoder);
    if (row == NULL)
        return;
    row->is_idle = row->is_noted = false;
    row->left = ROW_UNASKED;
}

/* Of whom is counted nothing is kept, nor what only the counting needs. */
static bool is_counted(const struct decoder *decoder)
{
    return decoder->entry.kind == ENTRY_CENSUS ||
           decoder->entry.kind == ENTRY_DOMAIN;
}

bool tape_attribute(struct decoder *decoder, struct span name, bool wanted)
{
    if (is_counted(decoder))
        return wanted;
    if (decoder->entry.kind == ENTRY_BY_CLASS && !decoder->entry.dropped)
        wanted = true;
    decoder->tape.name = (struct span){wanted ? name.text : NULL, name.length};
    return wanted;
}

static bool make_room(struct tape *tape)
{
    size_t capacity = tape->capacity > 0 ? 2 * tape->capacity : 64;
    struct entry_value *values;

    if (tape->count < tape->capacity)
        return true;
    values = reallocarray(tape->values, capacity, sizeof(*values));
    if (values == NULL)
        return false;
    tape->values = values;
    tape->capacity = capacity;
    return true;
}

bool tape_value(struct decoder *decoder, const char *value, size_t length)
{
    struct tape *tape = &decoder->tape;

    if (tape->name.text == NULL || decoder->entry.dropped)
        return true;
    if (length > UINT32_MAX || tape->count >= UINT32_MAX || !make_room(tape))
        return false;
    tape->values[tape->count++] =
        (struct entry_value){.name = tape->name.text,
                             .bytes = value,
                             .name_length = (uint32_t)tape->name.length,
                             .length = (uint32_t)length};
    return true;
}

/* Places are reserved in their order. */
static size_t find_place(const struct tape *tape, uint32_t place)
{
    size_t low = 0, high = tape->place_count;

    while (low + 1 < high) {
        size_t middle = low + (high - low) / 2;

        if (tape->places[middle].place <= place)
            low = middle;
        else
            high = middle;
    }
    return tape->places[low].index;
}

bool tape_end(struct decoder *decoder, const char *refused)
{
    struct tape *tape = &decoder->tape;
    const struct entry *entry = &decoder->entry;
    const struct kept_entry row = {.dn = entry->dn,
                                   .where = entry->where,
                                   .refused = refused,
                                   .values = tape->values,
                                   .value_count = (uint32_t)tape->count,
                                   .kind = (uint8_t)entry->kind};
    size_t index;

    if (tape->entries == NULL || is_counted(decoder))
        return true;
    if (entry->has_place && tape->place_count > 0)
        index = find_place(tape, entry->place);
    else if (!entries_reserve(tape->entries, &index))
        return false;
    if (!entries_put(tape->entries, index, &row))
        return false;
    tape->row = &tape->entries->rows[index];
    return true;
}

void tape_mark_idle(struct decoder *decoder)
{
    if (decoder->tape.row != NULL)
        decoder->tape.row->is_idle = true;
}

void tape_mark_row(struct decoder *decoder, enum row_kind kind)
{
    struct kept_entry *row = decoder->tape.row;

    if (row == NULL)
        return;
    row->left = (uint8_t)kind;
    row->is_noted = count_notes(decoder) != decoder->tape.note_count;
}

void tape_mark_repeating(struct decoder *decoder)
{
    if (decoder->tape.entries != NULL)
        decoder->tape.entries->is_repeating = true;
}

bool tape_reserve(struct decoder *decoder, uint32_t place)
{
    struct tape *tape = &decoder->tape;
    struct tape_place *rows;

    if (tape->entries == NULL)
        return true;
    rows = rows_grow(tape->places, tape->place_count, sizeof(*rows));
    if (rows == NULL)
        return false;
    tape->places = rows;
    rows[tape->place_count].place = place;
    return entries_reserve(tape->entries, &rows[tape->place_count++].index);
}

bool tape_note(struct decoder *decoder, const struct adscp_finding *note)
{
    return decoder->tape.entries == NULL ||
           entries_note(decoder->tape.entries, note);
}

/* What is noticed from here on is noticed again whenever the entries are
 * decoded. */
void tape_seal(struct decoder *decoder)
{
    struct tape *tape = &decoder->tape;

    if (tape->entries == NULL)
        return;
    tape->entries->asked = decoder->forest->asked_count;
    tape->entries->counted = decoder->forest->counted;
    entries_seal(tape->entries, decoder->directory->complete);
    entries_release(decoder->directory->entries);
    decoder->directory->entries = tape->entries;
    tape->entries = NULL;
}

void tape_free(struct tape *tape)
{
    entries_release(tape->entries);
    free(tape->values);
    free(tape->places);
}
