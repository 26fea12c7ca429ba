/* SPDX-License-Identifier: MIT */
/*
 * A sheet's cells, and its table for people. Lack of memory shows once, in
 * `failed`; whoever prints looks at it.
 */
#include "sheet.h"

#include <stdlib.h>
#include <string.h>

void sheet_clear(struct sheet *sheet)
{
    size_t i;

    for (i = 0; i < sheet->made; i++)
        free(sheet->cells[i].bytes);
    free(sheet->cells);
    sheet->cells = NULL;
    sheet->count = sheet->made = sheet->room = 0;
}

void sheet_restart(struct sheet *sheet)
{
    sheet->count = 0;
}

size_t sheet_rows(const struct sheet *sheet)
{
    return sheet->count / sheet->column_count;
}

static struct sheet_cell *add_cell(struct sheet *sheet)
{
    size_t room = sheet->room > 0 ? 2 * sheet->room : 64;
    struct sheet_cell *cells, *cell;

    if (sheet->count == sheet->room) {
        cells = reallocarray(sheet->cells, room, sizeof(*cells));
        if (cells == NULL) {
            sheet->failed = true;
            return NULL;
        }
        sheet->cells = cells;
        sheet->room = room;
    }
    cell = &sheet->cells[sheet->count];
    if (sheet->count++ == sheet->made) {
        sheet->made++;
        *cell = (struct sheet_cell){.number = -1};
    }
    cell->number = -1;
    cell->text = NULL;
    cell->length = 0;
    return cell;
}

void sheet_text(struct sheet *sheet, const char *text)
{
    if (add_cell(sheet) != NULL && text != NULL)
        sheet_item(sheet, text);
}

void sheet_number(struct sheet *sheet, int64_t number)
{
    struct sheet_cell *cell = add_cell(sheet);

    if (cell != NULL)
        cell->number = number;
}

void sheet_list(struct sheet *sheet)
{
    add_cell(sheet);
}

static bool make_room(struct sheet_cell *cell, size_t room)
{
    char *longer;

    if (room <= cell->room)
        return true;
    if (cell->room > 0 && room < 2 * cell->room)
        room = 2 * cell->room;
    longer = realloc(cell->bytes, room);
    if (longer == NULL)
        return false;
    cell->bytes = longer;
    cell->room = room;
    return true;
}

void sheet_item(struct sheet *sheet, const char *text)
{
    struct sheet_cell *cell;
    size_t length = strlen(text), line;

    if (sheet->failed)
        return;
    cell = &sheet->cells[sheet->count - 1];
    line = cell->text != NULL; /* what joins them */
    if (!make_room(cell, cell->length + line + length + 1)) {
        sheet->failed = true;
        return;
    }
    if (line > 0)
        cell->bytes[cell->length] = '\n';
    memcpy(cell->bytes + cell->length + line, text, length + 1);
    cell->text = cell->bytes;
    cell->length += line + length;
}

/* --------------------------------------------------------------- table -- */

enum { GAP = 2, INDENT = 2, LEAST = 10, ITEMS_SHOWN = 3, CELL_SIZE = 400 };

static const struct sheet_cell *cell_at(const struct sheet *sheet, size_t row,
                                        size_t column)
{
    return &sheet->cells[row * sheet->column_count + column];
}

/* "10.1.0.0/16, 10.2.8.0/24, +2" */
static void show_list(const struct sheet_cell *cell, char text[CELL_SIZE])
{
    const char *item = cell->text, *end;
    size_t used = 0, shown = 0, more = 0;

    for (; item != NULL; item = end != NULL ? end + 1 : NULL) {
        int length;

        end = strchr(item, '\n');
        length = (int)(end != NULL ? (size_t)(end - item) : strlen(item));
        if (shown == ITEMS_SHOWN || used + (size_t)length + 32 > CELL_SIZE)
            more++;
        else
            used += (size_t)sprintf(text + used, "%s%.*s",
                                    shown++ > 0 ? ", " : "", length, item);
    }
    if (more > 0)
        sprintf(text + used, "%s+%zu", shown > 0 ? ", " : "", more);
}

/* Text that does not fit is cut between characters. */
static void show_text(const char *from, char text[CELL_SIZE])
{
    size_t length = strlen(from);

    if (length >= CELL_SIZE)
        for (length = CELL_SIZE - 1; length > 0; length--)
            if (((unsigned char)from[length] & 0xc0) != 0x80)
                break;
    memcpy(text, from, length);
    text[length] = '\0';
}

static const char *show(const struct sheet_cell *cell, enum sheet_kind kind,
                        char text[CELL_SIZE])
{
    strcpy(text, "-");
    if (kind == SHEET_TRUTH && cell->number >= 0)
        strcpy(text, cell->number > 0 ? "yes" : "no");
    else if (kind == SHEET_NUMBER && cell->number >= 0)
        sprintf(text, "%lld", (long long)cell->number);
    else if (kind == SHEET_LIST && cell->text != NULL)
        show_list(cell, text);
    else if (kind == SHEET_TEXT && cell->text != NULL)
        show_text(cell->text, text);
    return text;
}

/* Widths of the columns, 0 for those that are not shown. */
static void measure(const struct sheet *sheet, int *widths)
{
    char text[CELL_SIZE];
    size_t row, i;

    for (i = 0; i < sheet->column_count; i++) {
        const struct sheet_column *column = &sheet->columns[i];

        if (column->heading == NULL)
            continue;
        widths[i] = page_columns(column->heading);
        for (row = 0; row < sheet_rows(sheet); row++) {
            int width =
                page_columns(show(cell_at(sheet, row, i), column->kind, text));

            if (width > widths[i])
                widths[i] = width;
        }
    }
}

static int total(const struct sheet *sheet, const int *widths)
{
    int sum = INDENT - GAP;
    size_t i;

    for (i = 0; i < sheet->column_count; i++)
        if (widths[i] > 0)
            sum += widths[i] + GAP;
    return sum;
}

static size_t last_shown(const struct sheet *sheet, const int *widths)
{
    size_t i, last = 0;

    for (i = 0; i < sheet->column_count; i++)
        if (widths[i] > 0)
            last = i;
    return last;
}

/* Takes from the widest column; false: all are as narrow as they may be. */
static bool take_one(const struct sheet *sheet, int *widths)
{
    size_t i, widest = 0;

    for (i = 1; i < sheet->column_count; i++)
        if (widths[i] > widths[widest])
            widest = i;
    if (widths[widest] <= LEAST)
        return false;
    widths[widest]--;
    return true;
}

static bool is_below(const struct sheet *sheet, size_t column)
{
    return sheet->below != NULL &&
           strcmp(sheet->columns[column].key, sheet->below) == 0;
}

/* What does not fit goes below its row where it may, and is cut; where that
 * does not help, the last columns are left out. */
static void narrow(const struct sheet *sheet, int *widths, int width)
{
    size_t i;

    for (i = 0; i < sheet->column_count && total(sheet, widths) > width; i++)
        if (is_below(sheet, i))
            widths[i] = 0;
    while (total(sheet, widths) > width) {
        if (take_one(sheet, widths))
            continue;
        if (last_shown(sheet, widths) == 0)
            return;
        widths[last_shown(sheet, widths)] = 0;
    }
}

static void print_cell(struct page *page, const char *text, int width,
                       bool is_last)
{
    int columns = page_columns(text);

    if (columns > width) {
        size_t fit = page_fit(text, width - page_columns(page_ellipsis(page)));

        fprintf(page->out, "%.*s%s", (int)fit, text, page_ellipsis(page));
        columns = width;
    } else {
        fputs(text, page->out);
    }
    if (!is_last)
        fprintf(page->out, "%*s", width - columns + GAP, "");
}

static void print_headings(struct page *page, const struct sheet *sheet,
                           const int *widths)
{
    size_t i, last = last_shown(sheet, widths);

    fprintf(page->out, "%*s", INDENT, "");
    page_style(page, PAGE_DIM);
    for (i = 0; i <= last; i++)
        if (widths[i] > 0)
            print_cell(page, sheet->columns[i].heading, widths[i], i == last);
    page_style(page, PAGE_PLAIN);
    fputc('\n', page->out);
}

/* "    DOUBT: Security Alert if EX10 comes first" */
static void print_below(struct page *page, const struct sheet *sheet,
                        size_t row, const int *widths)
{
    char text[CELL_SIZE], words[CELL_SIZE + 64];
    size_t i;

    for (i = 0; i < sheet->column_count; i++) {
        const struct sheet_column *column = &sheet->columns[i];
        const struct sheet_cell *cell = cell_at(sheet, row, i);

        if (!is_below(sheet, i) || widths[i] > 0 || cell->text == NULL)
            continue;
        snprintf(words, sizeof(words), "%s: %s", column->heading,
                 show(cell, column->kind, text));
        fprintf(page->out, "%*s", 2 * INDENT, "");
        page_prose(page, 2 * INDENT, 3 * INDENT, words);
    }
}

static void print_row(struct page *page, const struct sheet *sheet, size_t row,
                      const int *widths)
{
    size_t i, last = last_shown(sheet, widths);
    char text[CELL_SIZE];

    fprintf(page->out, "%*s", INDENT, "");
    for (i = 0; i <= last; i++)
        if (widths[i] > 0)
            print_cell(
                page,
                show(cell_at(sheet, row, i), sheet->columns[i].kind, text),
                widths[i], i == last);
    fputc('\n', page->out);
    print_below(page, sheet, row, widths);
}

static bool is_left_out(const struct sheet *sheet, size_t column,
                        const int *widths)
{
    return sheet->columns[column].heading != NULL && widths[column] == 0 &&
           !is_below(sheet, column);
}

/* Columns for which there was no room. */
static void print_left_out(struct page *page, const struct sheet *sheet,
                           const int *widths)
{
    const char *joint = "  No room for: ";
    struct line_text line;
    size_t i = 0;

    while (i < sheet->column_count && !is_left_out(sheet, i, widths))
        i++;
    if (i == sheet->column_count || !line_begin(page, &line))
        return;
    for (; i < sheet->column_count; i++) {
        if (!is_left_out(sheet, i, widths))
            continue;
        fprintf(line.out, "%s%s", joint, sheet->columns[i].heading);
        joint = ", ";
    }
    fputs(" (--csv)", line.out);
    line_end(page, &line, PAGE_PLAIN);
}

void sheet_print(struct page *page, const struct sheet *sheet)
{
    int *widths = calloc(sheet->column_count, sizeof(*widths));
    size_t row;

    if (widths == NULL) {
        page->failed = true;
        return;
    }
    measure(sheet, widths);
    if (page->fits)
        narrow(sheet, widths, page->width);
    print_headings(page, sheet, widths);
    for (row = 0; row < sheet_rows(sheet); row++)
        print_row(page, sheet, row, widths);
    print_left_out(page, sheet, widths);
    free(widths);
}
