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
#include "facts/snapshot.h"
#include "gather/ldif/line.h"

enum {
    NOTES_MAX = 1000, /* about one file; beyond it only their number is told */
    ROWS_MAX = 16 << 20 /* lines of one record */
};

/* What the next line of the file belongs to. */
enum state {
    NEW_RECORD,
    ENTRY,
    TRAILER, /* what ldapsearch prints that is no entry */
    CHANGE,  /* the rest of a change record */
    BROKEN   /* the rest of a broken record */
};

struct reading {
    struct ldif_input input;
    struct directory *directory;
    struct decoder *decoder; /* of the first directory: takes the notes */
    struct decoder *section; /* takes the entries; NULL: nobody does */
    struct ldif_sections *sections; /* NULL: all of it is one directory */
    struct detail *detail;
    enum state state;
    struct ldif_buffer text; /* of the record; grows to the largest one */
    struct ldif_row *rows;
    size_t row_count;
    size_t row_capacity;
    struct ldif_row dn;
    size_t dn_line;
    char *place; /* "file:line" */
    size_t place_size;
    bool is_ldif;     /* some line proved it */
    bool in_snapshot; /* whose end has not come */
    bool has_comment; /* an export without entries may be comments only */
    int64_t notes;    /* that were made or had to be made */
    int64_t references;
    char reference[256]; /* the first one */
    size_t cookie_line;  /* of the last page's cookie, where more must follow */
    bool stopped;        /* the last line's base64 lacks its end */
    bool result_due;     /* ldapsearch began, and has not told how it ended */
};

static const char *value_of(const struct reading *reading,
                            const struct ldif_row *row)
{
    return reading->text.bytes + row->value;
}

/* ----------------------------------------------------------------- notes -- */

static const char *place_of(struct reading *reading, size_t line)
{
    snprintf(reading->place, reading->place_size, "%s:%zu", reading->input.name,
             line);
    return reading->place;
}

static int add_note(struct reading *reading, enum finding_code code,
                    struct finding_what what)
{
    if (++reading->notes > NOTES_MAX)
        return ADSCP_OK;
    return decoder_note(reading->decoder, code, what);
}

/* A note about a line of the file. */
static int note(struct reading *reading, enum finding_code code, size_t line,
                struct finding_what what)
{
    what.place = place_of(reading, line);
    return add_note(reading, code, what);
}

static int break_record(struct reading *reading, size_t line, const char *why)
{
    reading->state = BROKEN;
    return note(reading, FINDING_LDIF_RECORD_BROKEN, line,
                (struct finding_what){.reason = why});
}

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
    snprintf(about, sizeof(about), "%s (%s)", text, place_of(reading, line));
    return add_note(reading, FINDING_RESULT_PARTIAL,
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
    if (reading->references++ == 0)
        text_escape(reading->reference, sizeof(reading->reference), url,
                    length);
}

/* --------------------------------------------------------------- records -- */

/* Outside an entry no text is held. */
static void clear_text(struct reading *reading)
{
    reading->text.used = 0;
    reading->row_count = 0;
}

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

/* Where "dn:" stands a record begins, even if the blank line before it is
 * missing: then nobody knows whether the record above it is whole. */
static int begin_entry(struct reading *reading,
                       const struct ldif_parsed *parsed)
{
    struct ldif_buffer *text = &reading->text;
    const size_t start = parsed->row.name, length = text->used - start;
    int rc = ADSCP_OK;

    if (reading->state == ENTRY)
        rc = break_record(reading, reading->dn_line,
                          "no blank line stands before the next \"dn:\"");
    if (rc != ADSCP_OK)
        return rc;
    clear_text(reading);
    if (parsed->why != NULL)
        return break_record(reading, parsed->line, parsed->why);
    if (parsed->is_url)
        return break_record(reading, parsed->line, "the DN is a URL");
    memmove(text->bytes, text->bytes + start, length);
    text->used = length;
    reading->state = ENTRY;
    reading->dn = parsed->row;
    reading->dn.value -= (uint32_t)start;
    reading->dn_line = parsed->line;
    return ADSCP_OK;
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
        return note(reading, FINDING_LDIF_URL_IGNORED, parsed->line,
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
        return break_record(reading, parsed->line,
                            "a record that does not begin with \"dn:\"");
    }
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
    return note(reading, FINDING_LDIF_CHANGE_IGNORED, parsed->line,
                (struct finding_what){.change = type});
}

/* A further line of an entry. */
static int continue_entry(struct reading *reading,
                          const struct ldif_parsed *parsed)
{
    if (parsed->why != NULL)
        return break_record(reading, parsed->line, parsed->why);
    if (parsed->is_url || parsed->word == LDIF_WORD_INCLUDE)
        return note(reading, FINDING_LDIF_URL_IGNORED, parsed->line,
                    (struct finding_what){0});
    if (parsed->word == LDIF_WORD_CONTROL)
        return ADSCP_OK;
    if (parsed->word == LDIF_WORD_CHANGETYPE)
        return read_changetype(reading, parsed);
    if (reading->row_count == ROWS_MAX)
        return break_record(reading, parsed->line,
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
        rc = note(reading, FINDING_LDIF_RECORD_BROKEN, reading->dn_line,
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
                      dn->value_length, place_of(reading, reading->dn_line));

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

static int end_record(struct reading *reading)
{
    int rc = reading->state == ENTRY ? feed(reading) : ADSCP_OK;

    clear_text(reading);
    reading->state = NEW_RECORD;
    return rc;
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
    const struct ldif_buffer *text = &reading->text;

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
        return begin_entry(reading, &parsed);
    switch (reading->state) {
    case NEW_RECORD:
        return parsed.why == NULL
                   ? begin_other(reading, &parsed)
                   : break_record(reading, line->number, parsed.why);
    case ENTRY:
        return continue_entry(reading, &parsed);
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
        (struct finding_what){.place = place_of(reading, reading->input.line),
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
        return end_record(reading);
    if (text[0] == '#') {
        rc = take_comment(reading, text, length);
        reading->text.used = line->start;
        return rc;
    }
    rc = take_content(reading, line);
    if (reading->state != ENTRY)
        clear_text(reading);
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
        rc = decoder_note(reading->decoder, FINDING_SNAPSHOT_CUT,
                          (struct finding_what){
                              .place = place_of(reading, reading->input.line)});
    } else if (how != NULL) {
        rc = note_cut(reading, how);
    }
    if (rc == ADSCP_OK && reading->cookie_line > 0) {
        reading->directory->complete = false;
        snprintf(about, sizeof(about), "there are more pages (%s)",
                 place_of(reading, reading->cookie_line));
        rc = decoder_note(reading->decoder, FINDING_RESULT_PARTIAL,
                          (struct finding_what){.reason = about});
    }
    return rc;
}

/* What only the end of the file tells. */
static int finish(struct reading *reading)
{
    int rc = end_record(reading);

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
    if (reading->place == NULL || !ldif_buffer_reserve(&reading->text, 1))
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
    ldif_buffer_free(&reading->text);
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
