/* SPDX-License-Identifier: MIT */
/*
 * A sheet for other programs: CSV and JSON. CSV is RFC 4180, in UTF-8: a line
 * of keys, CRLF, every text in quotes, absent values empty, the items of a list
 * joined by "; ".
 *
 * Spreadsheets take a text that begins with "=", "+", "-" or "@" for a formula,
 * and a directory's text is not to be trusted with that: such a text gets an
 * apostrophe in front. JSON has all texts as they are.
 */
#include "json_row.h"
#include "sheet.h"

#include <string.h>

/* Also in the wide form that East Asian spreadsheets take for the same. */
static bool is_formula(const char *text)
{
    static const char *const starts[] = {"=",
                                         "+",
                                         "-",
                                         "@",
                                         "\xef\xbc\x9d",
                                         "\xef\xbc\x8b",
                                         "\xef\xbc\x8d",
                                         "\xef\xbc\xa0"};
    unsigned char first = (unsigned char)text[0];
    size_t i;

    if (first > '@' && first < 0x80) /* nearly all */
        return false;
    for (i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
        if (strncmp(text, starts[i], strlen(starts[i])) == 0)
            return true;
    return false;
}

static void write_text(FILE *out, const char *text)
{
    putc_unlocked('"', out);
    if (is_formula(text))
        putc_unlocked('\'', out);
    while (*text != '\0') {
        size_t length = strcspn(text, "\n\"");

        fwrite_unlocked(text, 1, length, out);
        text += length;
        if (*text == '\n') /* between the items of a list */
            fwrite_unlocked("; ", 1, 2, out);
        else if (*text == '"')
            fwrite_unlocked("\"\"", 1, 2, out);
        text += *text != '\0';
    }
    putc_unlocked('"', out);
}

static void write_cell(FILE *out, const struct sheet_cell *cell,
                       enum sheet_kind kind)
{
    if (kind == SHEET_NUMBER && cell->number >= 0)
        row_put_number(out, cell->number);
    else if (kind == SHEET_TRUTH && cell->number >= 0)
        fputs(cell->number > 0 ? "true" : "false", out);
    else if (cell->text != NULL)
        write_text(out, cell->text);
}

void sheet_csv_keys(FILE *out, const struct sheet *sheet)
{
    size_t i;

    for (i = 0; i < sheet->column_count; i++)
        fprintf(out, "%s%s", i > 0 ? "," : "", sheet->columns[i].key);
    fputs("\r\n", out);
}

void sheet_csv_rows(FILE *out, const struct sheet *sheet)
{
    size_t i;

    for (i = 0; i < sheet->count; i++) {
        size_t column = i % sheet->column_count;

        if (column > 0)
            putc_unlocked(',', out);
        write_cell(out, &sheet->cells[i], sheet->columns[column].kind);
        if (column + 1 == sheet->column_count)
            fputs("\r\n", out);
    }
}

char *sheet_csv(const struct sheet *sheet)
{
    char *text = NULL;
    FILE *out = sheet->failed ? NULL : cli_stream(&text);

    if (out == NULL)
        return NULL;
    sheet_csv_keys(out, sheet);
    sheet_csv_rows(out, sheet);
    return cli_take(out, &text);
}

/* ---------------------------------------------------------------- JSON -- */

static json_t *list_json(const struct sheet_cell *cell)
{
    json_t *array = json_array();
    const char *item = cell->text, *end;

    for (; item != NULL; item = end != NULL ? end + 1 : NULL) {
        end = strchr(item, '\n');
        if (json_array_append_new(
                array, json_stringn(item, end != NULL ? (size_t)(end - item)
                                                      : strlen(item))) != 0) {
            json_decref(array);
            return NULL;
        }
    }
    return array;
}

static json_t *cell_json(const struct sheet_cell *cell, enum sheet_kind kind)
{
    switch (kind) {
    case SHEET_LIST:
        return list_json(cell);
    case SHEET_NUMBER:
        return cell->number >= 0 ? json_integer(cell->number) : json_null();
    case SHEET_TRUTH:
        return cell->number >= 0 ? json_boolean(cell->number > 0) : json_null();
    default:
        return cell->text != NULL ? json_string(cell->text) : json_null();
    }
}

json_t *sheet_json(const struct sheet *sheet)
{
    json_t *array = json_array(), *object = NULL;
    bool ok = array != NULL && !sheet->failed;
    size_t i;

    for (i = 0; i < sheet->count && ok; i++) {
        size_t column = i % sheet->column_count;

        if (column == 0) {
            object = json_object();
            ok = json_array_append_new(array, object) == 0;
        }
        ok = ok &&
             json_object_set_new_nocheck(
                 object, sheet->columns[column].key,
                 cell_json(&sheet->cells[i], sheet->columns[column].kind)) == 0;
    }
    if (ok)
        return array;
    json_decref(array);
    return NULL;
}
