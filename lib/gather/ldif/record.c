/* SPDX-License-Identifier: MIT */
/*
 * Records of an export. One is put together in memory and reaches the decoder
 * only once it is whole and sound; one that is not costs itself, and a note
 * says where and why. In a snapshot, a rootDSE says whose records follow.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "facts/snapshot.h"
#include "gather/ldif/private.h"

const char *ldif_place(struct reading *reading, size_t line)
{
    snprintf(reading->place, reading->place_size, "%s:%zu", reading->input.name,
             line);
    return reading->place;
}

int ldif_add_note(struct reading *reading, enum finding_code code,
                  struct finding_what what)
{
    if (++reading->notes > NOTES_MAX)
        return ADSCP_OK;
    return decoder_note(reading->decoder, code, what);
}

int ldif_note(struct reading *reading, enum finding_code code, size_t line,
              struct finding_what what)
{
    what.place = ldif_place(reading, line);
    return ldif_add_note(reading, code, what);
}

int ldif_break_record(struct reading *reading, size_t line, const char *why)
{
    reading->state = BROKEN;
    return ldif_note(reading, FINDING_LDIF_RECORD_BROKEN, line,
                     (struct finding_what){.reason = why});
}

void ldif_clear_text(struct reading *reading)
{
    reading->text.used = 0;
    reading->row_count = 0;
}

int ldif_begin_entry(struct reading *reading, const struct ldif_parsed *parsed)
{
    struct buffer *text = &reading->text;
    const size_t start = parsed->row.name, length = text->used - start;
    int rc = ADSCP_OK;

    if (reading->state == ENTRY)
        rc = ldif_break_record(reading, reading->dn_line,
                               "no blank line stands before the next \"dn:\"");
    if (rc != ADSCP_OK)
        return rc;
    ldif_clear_text(reading);
    if (parsed->why != NULL)
        return ldif_break_record(reading, parsed->line, parsed->why);
    if (parsed->is_url)
        return ldif_break_record(reading, parsed->line, "the DN is a URL");
    memmove(text->bytes, text->bytes + start, length);
    text->used = length;
    reading->state = ENTRY;
    reading->dn = parsed->row;
    reading->dn.value -= (uint32_t)start;
    reading->dn_line = parsed->line;
    return ADSCP_OK;
}

static int add_row(struct reading *reading, const struct ldif_row *row)
{
    if (reading->row_count == reading->row_capacity) {
        const size_t capacity =
            reading->row_capacity > 0 ? 2 * reading->row_capacity : 64;
        struct ldif_row *rows =
            realloc(reading->rows, capacity * sizeof(*rows));

        if (rows == NULL)
            return ADSCP_E_NOMEM;
        reading->rows = rows;
        reading->row_capacity = capacity;
    }
    reading->rows[reading->row_count++] = *row;
    return ADSCP_OK;
}

/* ldifde writes "changetype: add" into every record of an export. Anything else
 * changes a directory, and we have none. */
static int read_changetype(struct reading *reading,
                           const struct ldif_parsed *parsed)
{
    const char *value = value_of(reading, &parsed->row);
    char type[64];

    if (text_is(value, parsed->row.value_length, "add"))
        return ADSCP_OK;
    text_escape(type, sizeof(type), value, parsed->row.value_length);
    reading->state = CHANGE;
    return ldif_note(reading, FINDING_LDIF_CHANGE_IGNORED, parsed->line,
                     (struct finding_what){.change = type});
}

int ldif_continue_entry(struct reading *reading,
                        const struct ldif_parsed *parsed)
{
    if (parsed->why != NULL)
        return ldif_break_record(reading, parsed->line, parsed->why);
    if (parsed->is_url || parsed->word == LDIF_WORD_INCLUDE)
        return ldif_note(reading, FINDING_LDIF_URL_IGNORED, parsed->line,
                         (struct finding_what){0});
    if (parsed->word == LDIF_WORD_CONTROL)
        return ADSCP_OK;
    if (parsed->word == LDIF_WORD_CHANGETYPE)
        return read_changetype(reading, parsed);
    if (reading->row_count == ROWS_MAX)
        return ldif_break_record(reading, parsed->line,
                                 "the record has more than 16 million lines");
    return add_row(reading, &parsed->row);
}

/* What a rootDSE tells of the parts of a snapshot. */
enum mark { MARK_NONE, MARK_FIRST, MARK_OTHER, MARK_END };

/* "directory 1 dc1.corp.example:389" or "directory 2 res.example:389": the
 * second one's target is "res.example:389". */
static enum mark take_directory(const char *value, const char *end,
                                const char **targetp, size_t *lengthp)
{
    const char *blank = memchr(value, ' ', (size_t)(end - value));

    if (blank == NULL)
        blank = end;
    if (text_is(value, (size_t)(blank - value), "1"))
        return MARK_FIRST;
    *targetp = blank < end ? blank + 1 : end;
    *lengthp = (size_t)(end - *targetp);
    return MARK_OTHER;
}

static enum mark find_mark(const struct reading *reading, const char **targetp,
                           size_t *lengthp)
{
    static const char directory[] = "directory ";
    size_t i;

    for (i = 0; i < reading->row_count; i++) {
        const struct ldif_row *row = &reading->rows[i];
        const char *value = value_of(reading, row);

        if (!text_is(reading->text.bytes + row->name, row->name_length,
                     snapshot_attribute))
            continue;
        if (text_is(value, row->value_length, "end"))
            return MARK_END;
        if (text_starts(value, row->value_length, directory))
            return take_directory(value + strlen(directory),
                                  value + row->value_length, targetp, lengthp);
    }
    return MARK_NONE;
}

/* The first directory is the file's own, and what stands behind the end of a
 * snapshot is of it, too. */
static int enter_section(struct reading *reading)
{
    const char *target = NULL;
    enum mark mark;
    size_t length = 0;
    int rc;

    if (reading->sections == NULL || reading->dn.value_length > 0)
        return ADSCP_OK;
    mark = find_mark(reading, &target, &length);
    if (mark == MARK_NONE)
        return ADSCP_OK;
    reading->in_snapshot = mark != MARK_END;
    rc = reading->sections->enter(reading->sections, target, length,
                                  &reading->section);
    if (mark != MARK_OTHER)
        reading->section = reading->decoder;
    if (rc == ADSCP_OK && reading->section == NULL &&
        !reading->sections->is_replaced)
        rc = ldif_note(reading, FINDING_LDIF_RECORD_BROKEN, reading->dn_line,
                       (struct finding_what){
                           .reason = "a directory that cannot be distinguished "
                                     "from the others, or too many of them"});
    return rc;
}

/* Lines of one attribute stand together, so that the decoder is asked once for
 * all of them. */
static int feed_to(struct reading *reading, struct decoder *decoder)
{
    const char *text = reading->text.bytes;
    const struct ldif_row *dn = &reading->dn, *before = NULL;
    bool wanted = false;
    size_t i;
    int rc =
        decoder_begin(decoder, ENTRY_BY_CLASS, text + dn->value,
                      dn->value_length, ldif_place(reading, reading->dn_line));

    for (i = 0; i < reading->row_count && rc == ADSCP_OK; i++) {
        const struct ldif_row *row = &reading->rows[i];

        if (before == NULL || before->name_length != row->name_length ||
            memcmp(text + before->name, text + row->name, row->name_length) !=
                0)
            wanted =
                decoder_attribute(decoder, text + row->name, row->name_length);
        before = row;
        if (wanted)
            rc = decoder_value(decoder, text + row->value, row->value_length);
    }
    return rc == ADSCP_OK ? decoder_end(decoder) : rc;
}

/* Give the record to the decoder whose directory it is of. */
static int feed(struct reading *reading)
{
    int rc = enter_section(reading);

    return rc == ADSCP_OK && reading->section != NULL
               ? feed_to(reading, reading->section)
               : rc;
}

int ldif_end_record(struct reading *reading)
{
    int rc = reading->state == ENTRY ? feed(reading) : ADSCP_OK;

    ldif_clear_text(reading);
    reading->state = NEW_RECORD;
    return rc;
}
