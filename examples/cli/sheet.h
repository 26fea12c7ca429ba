/* SPDX-License-Identifier: MIT */
/*
 * Rows and columns that can be shown in three ways: as a table for people, as
 * CSV, as an array of JSON objects.
 */
#ifndef ADSCP_CLI_SHEET_H
#define ADSCP_CLI_SHEET_H

#include "cli.h"

#include <jansson.h>

enum sheet_kind {
    SHEET_TEXT,
    SHEET_LIST,   /* of texts */
    SHEET_NUMBER, /* negative: absent */
    SHEET_TRUTH   /* -1: unknown */
};

struct sheet_column {
    const char *key;     /* in CSV and JSON */
    const char *heading; /* for people; NULL: not shown to them */
    enum sheet_kind kind;
};

/* A list is kept as lines: what the library hands out has no control
 * characters. */
struct sheet_cell {
    char *text; /* NULL: absent */
    size_t length;
    int64_t number;
    char *bytes; /* what `text` may point at, from row to row */
    size_t room;
};

/* Cells are appended row by row, one of the column's kind for each column. */
struct sheet {
    const struct sheet_column *columns;
    size_t column_count;
    struct sheet_cell *cells;
    size_t count, made, room;
    bool failed;       /* out of memory: what is there is worth nothing */
    const char *below; /* key of a column that stands below its row where the
                          table has no room; or NULL */
};

void sheet_clear(struct sheet *sheet);
/* Begin anew, in the same memory. */
void sheet_restart(struct sheet *sheet);

void sheet_text(struct sheet *sheet, const char *text); /* NULL: absent */
void sheet_number(struct sheet *sheet, int64_t number);
void sheet_list(struct sheet *sheet); /* empty; then its items */
void sheet_item(struct sheet *sheet, const char *text);

size_t sheet_rows(const struct sheet *sheet);

/* A table of all rows; one that is wider than the terminal is cut, after the
 * columns that may stand below their rows were put there. */
void sheet_print(struct page *page, const struct sheet *sheet);

/* RFC 4180, with a line of keys first. malloc()ed; NULL: out of memory. */
char *sheet_csv(const struct sheet *sheet);

/* The same in two steps, for those who have too many rows to keep them. */
void sheet_csv_keys(FILE *out, const struct sheet *sheet);
void sheet_csv_rows(FILE *out, const struct sheet *sheet);

/* NULL: out of memory. */
json_t *sheet_json(const struct sheet *sheet);

/* What a command answers that prints one table of the directory. */
struct inventory {
    const struct cli *cli;
    const adscp_forest *forest;
    const char *noun; /* of one row */
    struct sheet sheet;
    /* What goes with it, or NULL. */
    const char *profile;
    const void *extra;
    void (*second)(const struct inventory *inventory, FILE *out); /* line */
    bool (*more_json)(const struct inventory *inventory, json_t *document);
    void (*more_words)(const struct inventory *inventory, struct page *page);
};

/* Print it. The exit status. */
int inventory_deliver(const struct inventory *inventory);

#endif
