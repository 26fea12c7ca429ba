/* SPDX-License-Identifier: MIT */
/*
 * LDIF exports (RFC 2849), as ldapsearch and ldifde write them. A record is put
 * together in memory and reaches the decoder only once it is whole and sound;
 * one that is not costs itself, and a note says where and why. The trailer that
 * ldapsearch prints behind the entries is understood as far as it tells that
 * the answer is incomplete. Nothing is changed, no URL is opened, no include is
 * followed.
 */
#include "gather/ldif/ldif.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "gather/ldif/private.h"

/* ----------------------------------------------------------- the trailer -- */

/* "result: 4 Size limit exceeded": anything but 0 says that entries are
 * missing. */
static int read_result(struct reading *reading, const struct ldif_row *row,
                       size_t line)
{
    const char *value = value_of(reading, row);
    char text[128], about[640];

    reading->result_due = false;
    if (row->value_length > 0 && value[0] == '0')
        return ADSCP_OK;
    reading->directory->complete = false;
    text_escape(text, sizeof(text), value, row->value_length);
    snprintf(about, sizeof(about), "%s (%s)", text, ldif_place(reading, line));
    return ldif_add_note(reading, FINDING_RESULT_PARTIAL,
                         (struct finding_what){.reason = about});
}

/* Under "-E pr" every page ends so; only the last one's cookie is empty (RFC
 * 2696 3). */
static void read_cookie(struct reading *reading, const struct ldif_row *row,
                        size_t line)
{
    bool more = !text_is(value_of(reading, row), row->value_length, "cookie=");

    reading->cookie_line = more ? line : 0;
}

static int continue_trailer(struct reading *reading,
                            const struct ldif_parsed *parsed)
{
    if (parsed->why != NULL)
        return ADSCP_OK;
    if (parsed->word == LDIF_WORD_PAGED)
        read_cookie(reading, &parsed->row, parsed->line);
    if (parsed->word == LDIF_WORD_RESULT)
        return read_result(reading, &parsed->row, parsed->line);
    return ADSCP_OK;
}

static void count_reference(struct reading *reading, const char *url,
                            size_t length)
{
    char text[sizeof(reading->reference)];

    text_escape(text, sizeof(text), url, length);
    if (reading->references++ == 0 || strcmp(text, reading->reference) < 0)
        memcpy(reading->reference, text, sizeof(text));
}

/* --------------------------------------------------------------- records -- */

static int check_version(const struct reading *reading,
                         const struct ldif_row *row, size_t line)
{
    if (text_is(value_of(reading, row), row->value_length, "1"))
        return ADSCP_OK;
    return detail_set(reading->detail, ADSCP_E_FORMAT,
                      "%s:%zu: LDIF of version %.*s; only version 1 is known",
                      reading->input.name, line,
                      (int)(row->value_length < 40 ? row->value_length : 40),
                      value_of(reading, row));
}

/* The first line of anything but an entry. */
static int begin_other(struct reading *reading,
                       const struct ldif_parsed *parsed)
{
    const struct ldif_row *row = &parsed->row;

    switch (parsed->word) {
    case LDIF_WORD_VERSION:
        return check_version(reading, row, parsed->line);
    case LDIF_WORD_INCLUDE:
        return ldif_note(reading, FINDING_LDIF_URL_IGNORED, parsed->line,
                         (struct finding_what){0});
    case LDIF_WORD_RESULT:
        reading->state = TRAILER;
        return read_result(reading, row, parsed->line);
    case LDIF_WORD_REF:
        count_reference(reading, value_of(reading, row), row->value_length);
        reading->state = TRAILER;
        return ADSCP_OK;
    case LDIF_WORD_SEARCH:
        reading->state = TRAILER;
        return ADSCP_OK;
    default:
        return ldif_break_record(reading, parsed->line,
                                 "a record that does not begin with \"dn:\"");
    }
}

/* -------------------------------------------------------------- the file -- */

static bool is_blank(const char *text, size_t length)
{
    size_t i = 0;

    while (i < length && text[i] == ' ')
        i++;
    return i == length;
}

static int refuse_file(const struct reading *reading,
                       const struct ldif_line *line)
{
    const struct buffer *text = &reading->text;

    return detail_set(reading->detail, ADSCP_E_FORMAT,
                      "%s:%zu: not an LDIF file: %s", reading->input.name,
                      line->number,
                      ldif_name_stranger(text->bytes + line->start,
                                         text->used - line->start));
}

/* A line that is neither blank nor a comment. */
static int take_content(struct reading *reading, const struct ldif_line *line)
{
    const struct ldif_parsed parsed = ldif_parse_line(&reading->text, line);

    if (!reading->is_ldif &&
        (parsed.word == LDIF_WORD_NONE || parsed.word == LDIF_WORD_CONTROL ||
         parsed.word == LDIF_WORD_CHANGETYPE))
        return refuse_file(reading, line);
    reading->is_ldif = true;
    reading->input.impatient = false;
    reading->stopped = parsed.stops;
    if (parsed.word == LDIF_WORD_DN)
        return ldif_begin_entry(reading, &parsed);
    switch (reading->state) {
    case NEW_RECORD:
        return parsed.why == NULL
                   ? begin_other(reading, &parsed)
                   : ldif_break_record(reading, line->number, parsed.why);
    case ENTRY:
        return ldif_continue_entry(reading, &parsed);
    case TRAILER:
        return continue_trailer(reading, &parsed);
    default:
        return ADSCP_OK;
    }
}

static int note_cut(struct reading *reading, const char *how)
{
    reading->directory->complete = false;
    return decoder_note(
        reading->decoder, FINDING_LDIF_TRUNCATED,
        (struct finding_what){.place = ldif_place(reading, reading->input.line),
                              .reason = how});
}

static const char result_missing[] =
    "the lines with which ldapsearch ends (\"result:\") are missing";

/* Without -L ldapsearch begins with such a comment, and ends with a result. Two
 * of its answers in one file may each be cut. */
static int begin_answer(struct reading *reading)
{
    const bool due = reading->result_due;

    reading->result_due = true;
    return due ? note_cut(reading, result_missing) : ADSCP_OK;
}

/* Under -LLL ldapsearch writes a reference as a comment, "# refldap://...". */
static int take_comment(struct reading *reading, const char *text,
                        size_t length)
{
    static const char mark[] = "# ref";

    reading->has_comment = true;
    if (text_starts(text, length, "# refldap"))
        count_reference(reading, text + strlen(mark), length - strlen(mark));
    return text_is(text, length, "# extended LDIF") ? begin_answer(reading)
                                                    : ADSCP_OK;
}

static int take_line(struct reading *reading, const struct ldif_line *line)
{
    const char *text = reading->text.bytes + line->start;
    const size_t length = reading->text.used - line->start;
    int rc;

    if (line->too_long == NULL && is_blank(text, length))
        return ldif_end_record(reading);
    if (text[0] == '#') {
        rc = take_comment(reading, text, length);
        reading->text.used = line->start;
        return rc;
    }
    rc = take_content(reading, line);
    if (reading->state != ENTRY)
        ldif_clear_text(reading);
    return rc;
}

/* How the end shows that there was more; NULL: it does not. That no blank line
 * follows the last record shows nothing. */
static const char *find_cut(const struct reading *reading)
{
    if (reading->input.broken_off)
        return "its last line has no line end";
    if (reading->stopped)
        return "its last value stops in the middle of base64";
    return reading->result_due ? result_missing : NULL;
}

/* The file ends within a line, a snapshot, or the pages of an answer. */
static int finish_cut(struct reading *reading)
{
    const char *how = find_cut(reading);
    char about[640];
    int rc = ADSCP_OK;

    if (reading->in_snapshot) {
        reading->directory->complete = false;
        rc = decoder_note(
            reading->decoder, FINDING_SNAPSHOT_CUT,
            (struct finding_what){
                .place = ldif_place(reading, reading->input.line)});
    } else if (how != NULL) {
        rc = note_cut(reading, how);
    }
    if (rc == ADSCP_OK && reading->cookie_line > 0) {
        reading->directory->complete = false;
        snprintf(about, sizeof(about), "there are more pages (%s)",
                 ldif_place(reading, reading->cookie_line));
        rc = decoder_note(reading->decoder, FINDING_RESULT_PARTIAL,
                          (struct finding_what){.reason = about});
    }
    return rc;
}

/* What only the end of the file tells. */
static int finish(struct reading *reading)
{
    int rc = ldif_end_record(reading);

    if (rc == ADSCP_OK && !reading->is_ldif && !reading->has_comment)
        return detail_set(reading->detail, ADSCP_E_FORMAT,
                          "%s: the file is empty", reading->input.name);
    if (rc == ADSCP_OK)
        rc = finish_cut(reading);
    if (rc == ADSCP_OK && reading->references > 0)
        rc = decoder_note(reading->decoder, FINDING_REFERENCES_IGNORED,
                          (struct finding_what){.count = reading->references,
                                                .host = reading->reference});
    if (rc == ADSCP_OK && reading->notes > NOTES_MAX)
        rc = decoder_note(
            reading->decoder, FINDING_LDIF_NOTES_CUT,
            (struct finding_what){.place = reading->input.name,
                                  .count = reading->notes - NOTES_MAX});
    return rc;
}

static int read_lines(struct reading *reading)
{
    struct ldif_line line;
    int rc;

    reading->place_size = strlen(reading->input.name) + 24;
    reading->place = malloc(reading->place_size);
    reading->input.impatient = true;
    if (reading->place == NULL || !buffer_reserve(&reading->text, 1))
        return ADSCP_E_NOMEM;
    for (;;) {
        rc = ldif_input_line(&reading->input, &reading->text, &line);
        if (rc != ADSCP_OK)
            return rc;
        if (line.end)
            return finish(reading);
        rc = take_line(reading, &line);
        if (rc != ADSCP_OK)
            return rc;
    }
}

static void reading_clear(struct reading *reading)
{
    ldif_input_close(&reading->input);
    buffer_free(&reading->text);
    free(reading->rows);
    free(reading->place);
}

int ldif_read_file(const char *path, struct directory *directory,
                   struct decoder *decoder, struct ldif_sections *sections,
                   const struct deadline *deadline, struct detail *detail)
{
    struct reading reading = {.directory = directory,
                              .decoder = decoder,
                              .section = decoder,
                              .sections = sections,
                              .detail = detail};
    int rc = ldif_input_open(&reading.input, path, deadline, detail);

    if (rc == ADSCP_OK)
        rc = read_lines(&reading);
    reading_clear(&reading);
    return rc;
}

int ldif_read_memory(const char *name, const char *bytes, size_t length,
                     struct directory *directory, struct decoder *decoder,
                     struct detail *detail)
{
    struct reading reading = {.directory = directory,
                              .decoder = decoder,
                              .section = decoder,
                              .detail = detail};
    int rc;

    ldif_input_memory(&reading.input, name, bytes, length, detail);
    rc = read_lines(&reading);
    reading_clear(&reading);
    return rc;
}
