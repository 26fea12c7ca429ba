/* SPDX-License-Identifier: MIT */
/*
 * LDIF change records (RFC 2849), as people write them for ldapmodify. A record
 * is put together first and understood when it ends. Unlike an export, of which
 * the sound records are worth having, a change is wanted whole or not at all.
 */
#include "gather/ldif/change.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "gather/ldif/line.h"
#include "gather/ldif/text.h"

/* A line of a record; "-", which ends a part of a modification, has no name. */
struct change_line {
    struct ldif_row row;
    enum ldif_word word;
    size_t number;
};

struct parsing {
    struct ldif_input input;
    const char *file; /* in the list's arena */
    struct change_list *list;
    const struct deadline *deadline;
    struct detail *detail;
    struct buffer text; /* of the record */
    struct change_line *lines;
    size_t count;
    size_t capacity;
    size_t at;     /* the line that is looked at */
    bool is_begun; /* there was a line that is no comment */
};

static int fail(const struct parsing *parsing, size_t line, const char *what)
{
    return detail_set(parsing->detail, ADSCP_E_CHANGE, "%s:%zu: %s",
                      parsing->input.name, line, what);
}

static const struct change_line *line_at(const struct parsing *parsing)
{
    return parsing->at < parsing->count ? &parsing->lines[parsing->at] : NULL;
}

/* Where the record misses something: at the line that stands there instead, or
 * at its last one. */
static size_t place(const struct parsing *parsing)
{
    size_t at = parsing->at < parsing->count ? parsing->at : parsing->count - 1;

    return parsing->lines[at].number;
}

static struct span name_of(const struct parsing *parsing,
                           const struct change_line *line)
{
    return (struct span){parsing->text.bytes + line->row.name,
                         line->row.name_length};
}

static struct span value_of(const struct parsing *parsing,
                            const struct change_line *line)
{
    return (struct span){parsing->text.bytes + line->row.value,
                         line->row.value_length};
}

static bool is_dash(const struct change_line *line)
{
    return line->row.name_length == 0;
}

static bool is_named(const struct parsing *parsing,
                     const struct change_line *line, const char *name)
{
    struct span text = name_of(parsing, line);

    return text_is(text.text, text.length, name);
}

static int keep(struct parsing *parsing, struct span text, struct span *keptp)
{
    keptp->text = arena_copy(&parsing->list->arena, text.text, text.length);
    keptp->length = text.length;
    return keptp->text != NULL ? ADSCP_OK : ADSCP_E_NOMEM;
}

/* ---------------------------------------------------------------- values -- */

static int keep_value(struct parsing *parsing, const struct change_line *line,
                      struct entry_value *value)
{
    struct span name, bytes;
    int rc = keep(parsing, name_of(parsing, line), &name);

    if (rc == ADSCP_OK)
        rc = keep(parsing, value_of(parsing, line), &bytes);
    if (rc == ADSCP_OK)
        *value = (struct entry_value){.name = name.text,
                                      .bytes = bytes.text,
                                      .name_length = (uint32_t)name.length,
                                      .length = (uint32_t)bytes.length};
    return rc;
}

/* The lines from here up to `end`. */
static int keep_values(struct parsing *parsing, size_t end,
                       const struct entry_value **valuesp, uint32_t *countp)
{
    size_t count = end - parsing->at;
    struct entry_value *values =
        arena_alloc(&parsing->list->arena, (count + 1) * sizeof(*values));
    int rc = values != NULL ? ADSCP_OK : ADSCP_E_NOMEM;
    size_t i;

    for (i = 0; i < count && rc == ADSCP_OK; i++)
        rc = keep_value(parsing, &parsing->lines[parsing->at++], &values[i]);
    *valuesp = values;
    *countp = (uint32_t)count;
    return rc;
}

/* ----------------------------------------------------------- kinds of them --
 */

static int read_add(struct parsing *parsing, struct change *change)
{
    size_t i;

    change->type = CHANGE_ADD;
    if (line_at(parsing) == NULL)
        return fail(parsing, place(parsing),
                    "an entry that is added has attributes");
    for (i = parsing->at; i < parsing->count; i++)
        if (is_dash(&parsing->lines[i]))
            return fail(parsing, parsing->lines[i].number,
                        "\"-\" belongs to \"changetype: modify\"");
    return keep_values(parsing, parsing->count, &change->values,
                       &change->value_count);
}

static int read_delete(struct parsing *parsing, struct change *change)
{
    change->type = CHANGE_DELETE;
    return line_at(parsing) == NULL
               ? ADSCP_OK
               : fail(parsing, place(parsing),
                      "nothing follows \"changetype: delete\"");
}

static int read_operation(struct parsing *parsing, struct change_part *part)
{
    static const char *const words[] = {[CHANGE_ADD_VALUES] = "add",
                                        [CHANGE_DELETE_VALUES] = "delete",
                                        [CHANGE_REPLACE_VALUES] = "replace"};
    const struct change_line *line = line_at(parsing);
    size_t i;

    for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (is_named(parsing, line, words[i]))
            break;
    if (i == sizeof(words) / sizeof(words[0]))
        return fail(parsing, line->number,
                    "\"add:\", \"delete:\" or \"replace:\" is expected here");
    part->operation = (enum change_operation)i;
    part->line = line->number;
    if (line->row.value_length == 0)
        return fail(parsing, line->number, "the attribute's name is missing");
    parsing->at++;
    return keep(parsing, value_of(parsing, line), &part->attribute);
}

/* The lines up to "-" name the attribute again. */
static int read_part(struct parsing *parsing, struct change_part *part)
{
    const struct change_line *line;
    size_t end;
    int rc = read_operation(parsing, part);

    for (end = parsing->at; end < parsing->count && rc == ADSCP_OK; end++) {
        struct span name;

        line = &parsing->lines[end];
        if (is_dash(line))
            break;
        name = name_of(parsing, line);
        if (!text_equal_ascii(name.text, name.length, part->attribute.text,
                              part->attribute.length))
            rc = fail(parsing, line->number,
                      "this is another attribute than the one that is changed, "
                      "or a \"-\" is missing above");
    }
    if (rc == ADSCP_OK && part->operation == CHANGE_ADD_VALUES &&
        end == parsing->at)
        rc = fail(parsing, part->line, "no value follows that could be added");
    if (rc == ADSCP_OK)
        rc = keep_values(parsing, end, &part->values, &part->value_count);
    parsing->at++; /* behind the "-" */
    return rc;
}

static size_t count_parts(const struct parsing *parsing)
{
    size_t count = 1, i;

    for (i = parsing->at; i < parsing->count; i++)
        count += is_dash(&parsing->lines[i]);
    return count;
}

/* As in ldapmodify, the last "-" may be missing, and a modification may have no
 * part. */
static int read_modify(struct parsing *parsing, struct change *change)
{
    struct change_part *parts = arena_alloc(
        &parsing->list->arena, count_parts(parsing) * sizeof(*parts));
    int rc = parts != NULL ? ADSCP_OK : ADSCP_E_NOMEM;

    change->type = CHANGE_MODIFY;
    change->parts = parts;
    while (line_at(parsing) != NULL && rc == ADSCP_OK)
        rc = read_part(parsing, &parts[change->part_count++]);
    return rc;
}

/* The line that must come next; NULL: it does not. */
static const struct change_line *take(struct parsing *parsing, const char *name)
{
    const struct change_line *line = line_at(parsing);

    if (line == NULL || !is_named(parsing, line, name))
        return NULL;
    parsing->at++;
    return line;
}

static int read_old_rdn(struct parsing *parsing, struct change *change)
{
    const struct change_line *line = take(parsing, "deleteoldrdn");
    struct span value;

    if (line == NULL)
        return fail(parsing, place(parsing),
                    "\"deleteoldrdn:\" is expected here");
    value = value_of(parsing, line);
    if (value.length != 1 || (value.text[0] != '0' && value.text[0] != '1'))
        return fail(parsing, line->number, "deleteoldrdn is 0 or 1");
    change->deletes_old_rdn = value.text[0] == '1';
    return ADSCP_OK;
}

static int read_rename(struct parsing *parsing, struct change *change)
{
    const struct change_line *line = take(parsing, "newrdn");
    int rc;

    change->type = CHANGE_RENAME;
    if (line == NULL || line->row.value_length == 0)
        return fail(parsing, place(parsing), "\"newrdn:\" is expected here");
    rc = keep(parsing, value_of(parsing, line), &change->new_rdn);
    if (rc == ADSCP_OK)
        rc = read_old_rdn(parsing, change);
    line = rc == ADSCP_OK ? take(parsing, "newsuperior") : NULL;
    if (line != NULL)
        rc = keep(parsing, value_of(parsing, line), &change->new_superior);
    if (rc == ADSCP_OK && line_at(parsing) != NULL)
        rc = fail(parsing, place(parsing),
                  "nothing else belongs to a change of this type");
    return rc;
}

/* --------------------------------------------------------------- records -- */

static int read_type(struct parsing *parsing, struct change *change)
{
    static const struct {
        const char *word;
        int (*read)(struct parsing *parsing, struct change *change);
    } types[] = {{"add", read_add},
                 {"delete", read_delete},
                 {"modify", read_modify},
                 {"modrdn", read_rename},
                 {"moddn", read_rename}};
    const struct change_line *line = line_at(parsing);
    struct span value;
    size_t i;

    if (line != NULL && line->word == LDIF_WORD_CONTROL)
        return fail(parsing, line->number, "controls are not supported");
    if (line == NULL || line->word != LDIF_WORD_CHANGETYPE)
        return fail(parsing, place(parsing),
                    "\"changetype:\" is expected here: add, modify, delete or "
                    "modrdn");
    parsing->at++;
    value = value_of(parsing, line);
    for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (text_is(value.text, value.length, types[i].word))
            return types[i].read(parsing, change);
    return fail(parsing, line->number,
                "changetype is add, modify, delete or modrdn");
}

static int check_version(struct parsing *parsing)
{
    const struct change_line *line = line_at(parsing);
    struct span value = value_of(parsing, line);

    parsing->at++;
    return parsing->list->count == 0 && text_is(value.text, value.length, "1")
               ? ADSCP_OK
               : fail(parsing, line->number,
                      "\"version:\" stands first in a file, and is 1");
}

static int read_record(struct parsing *parsing)
{
    struct change change = {.file = parsing->file};
    const struct change_line *line = line_at(parsing);
    int rc = ADSCP_OK;

    if (line != NULL && line->word == LDIF_WORD_VERSION) {
        rc = check_version(parsing);
        line = line_at(parsing);
    }
    if (rc != ADSCP_OK || line == NULL)
        return rc;
    if (line->word != LDIF_WORD_DN)
        return fail(parsing, line->number, "a change begins with \"dn:\"");
    change.line = line->number;
    parsing->at++;
    rc = keep(parsing, value_of(parsing, line), &change.dn);
    if (rc == ADSCP_OK)
        rc = read_type(parsing, &change);
    if (rc == ADSCP_OK && !change_list_add(parsing->list, &change))
        rc = ADSCP_E_NOMEM;
    return rc;
}

static int end_record(struct parsing *parsing)
{
    int rc = parsing->count > 0 ? read_record(parsing) : ADSCP_OK;

    parsing->text.used = 0;
    parsing->count = 0;
    parsing->at = 0;
    return rc;
}

/* ----------------------------------------------------------------- lines -- */

static int add_line(struct parsing *parsing, const struct change_line *line)
{
    size_t capacity = parsing->capacity > 0 ? 2 * parsing->capacity : 64;
    struct change_line *lines;

    if (parsing->count == parsing->capacity) {
        lines = reallocarray(parsing->lines, capacity, sizeof(*lines));
        if (lines == NULL)
            return ADSCP_E_NOMEM;
        parsing->lines = lines;
        parsing->capacity = capacity;
    }
    parsing->lines[parsing->count++] = *line;
    return ADSCP_OK;
}

static bool is_stranger(const struct parsing *parsing,
                        const struct ldif_parsed *parsed)
{
    return !parsing->is_begun && parsed->word != LDIF_WORD_DN &&
           parsed->word != LDIF_WORD_VERSION &&
           parsed->word != LDIF_WORD_INCLUDE;
}

static int take_content(struct parsing *parsing, const struct ldif_line *line)
{
    const char *text = parsing->text.bytes + line->start;
    const struct ldif_parsed parsed = ldif_parse_line(&parsing->text, line);
    const struct change_line content = {
        .row = parsed.row, .word = parsed.word, .number = line->number};

    if (is_stranger(parsing, &parsed))
        return detail_set(
            parsing->detail, ADSCP_E_CHANGE,
            "%s:%zu: not LDIF change records: %s", parsing->input.name,
            line->number,
            ldif_name_stranger(text, parsing->text.used - line->start));
    parsing->is_begun = true;
    parsing->input.impatient = false;
    if (parsed.why != NULL)
        return fail(parsing, line->number, parsed.why);
    if (parsed.is_url || parsed.word == LDIF_WORD_INCLUDE)
        return fail(parsing, line->number,
                    "another file or URL is named, and none is ever opened");
    if (parsed.word == LDIF_WORD_DN && parsing->count > 0 &&
        parsing->lines[parsing->count - 1].word != LDIF_WORD_VERSION)
        return fail(parsing, line->number,
                    "no blank line stands before this \"dn:\"");
    return add_line(parsing, &content);
}

static int take_line(struct parsing *parsing, const struct ldif_line *line)
{
    const char *text = parsing->text.bytes + line->start;
    size_t length = parsing->text.used - line->start;
    const struct change_line dash = {.number = line->number};

    while (length > 0 && text[length - 1] == ' ')
        length--;
    if (line->too_long == NULL && length == 0)
        return end_record(parsing);
    if (text[0] == '#') {
        parsing->text.used = line->start;
        return ADSCP_OK;
    }
    return parsing->is_begun && length == 1 && text[0] == '-'
               ? add_line(parsing, &dash)
               : take_content(parsing, line);
}

static int read_lines(struct parsing *parsing)
{
    struct ldif_line line;
    size_t count = 0;
    int rc = ADSCP_OK;

    parsing->file = arena_copy(&parsing->list->arena, parsing->input.name,
                               strlen(parsing->input.name));
    parsing->input.impatient = true;
    if (parsing->file == NULL || !buffer_reserve(&parsing->text, 1))
        return ADSCP_E_NOMEM;
    while (rc == ADSCP_OK) {
        rc = deadline_check_row(parsing->deadline, count++);
        if (rc == ADSCP_OK)
            rc = ldif_input_line(&parsing->input, &parsing->text, &line);
        if (rc == ADSCP_OK && line.end)
            return end_record(parsing);
        if (rc == ADSCP_OK)
            rc = take_line(parsing, &line);
    }
    return rc;
}

static void parsing_clear(struct parsing *parsing)
{
    ldif_input_close(&parsing->input);
    buffer_free(&parsing->text);
    free(parsing->lines);
}

int ldif_read_changes_file(const char *path, struct change_list *list,
                           const struct deadline *deadline,
                           struct detail *detail)
{
    struct parsing parsing = {
        .list = list, .deadline = deadline, .detail = detail};
    int rc = ldif_input_open(&parsing.input, path, deadline, detail);

    if (rc == ADSCP_OK)
        rc = read_lines(&parsing);
    parsing_clear(&parsing);
    return rc;
}

int ldif_read_changes(const char *name, const char *bytes, size_t length,
                      struct change_list *list, const struct deadline *deadline,
                      struct detail *detail)
{
    struct parsing parsing = {
        .list = list, .deadline = deadline, .detail = detail};
    int rc;

    ldif_input_memory(&parsing.input, name, bytes, length, detail);
    rc = read_lines(&parsing);
    parsing_clear(&parsing);
    return rc;
}
