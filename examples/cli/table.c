/* SPDX-License-Identifier: MIT */
/*
 * The candidates as a table. Cells are made twice, once to measure and once to
 * print, so that fifty thousand rows cost no memory.
 */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

enum column {
    RANK,
    RIVAL,
    HOST,
    GROUP,
    SITES,
    CREATED,
    SERVER,
    VERSION,
    COLUMNS
};

/* Widths of one table, and where the other profile ranks each URL. */
struct table {
    struct page *page;
    const struct report *report;
    struct place *places;
    size_t place_count;
    int width[COLUMNS];
    bool shown[COLUMNS];
    enum column last; /* that is shown */
    int rows;
    bool ties;
};

/* A URL's rank in the other profile's answer. */
struct place {
    const char *url;
    int rank;
};

/* A cell longer than this is cut; a host name has at most 253 bytes. */
enum { CELL_SIZE = 384, GAP = 2, INDENT = 2, LEAST = 8, SITES_SHOWN = 3 };

struct cell {
    char text[CELL_SIZE];
    size_t length;
};

static void cell_add(struct cell *cell, const char *text)
{
    size_t room = CELL_SIZE - 1 - cell->length;
    size_t length = strlen(text);

    if (length > room)
        for (length = room; length > 0; length--) /* not inside a character */
            if (((unsigned char)text[length] & 0xc0) != 0x80)
                break;
    memcpy(cell->text + cell->length, text, length);
    cell->length += length;
    cell->text[cell->length] = '\0';
}

static int compare_places(const void *a, const void *b)
{
    const struct place *left = a, *right = b;

    return page_compare(left->url, right->url);
}

static bool find_places(struct table *table)
{
    const adscp_prediction *rival = table->report->rival;
    int i, count = adscp_prediction_candidate_count(rival);

    if (count <= 0)
        return true;
    table->places = calloc((size_t)count, sizeof(*table->places));
    if (table->places == NULL)
        return false;
    for (i = 0; i < count; i++) {
        table->places[i].url =
            adscp_candidate_url(adscp_prediction_candidate(rival, i));
        table->places[i].rank = i + 1;
    }
    table->place_count = (size_t)count;
    qsort(table->places, table->place_count, sizeof(*table->places),
          compare_places);
    return true;
}

static void put_rank(struct cell *cell, const adscp_candidate *row, int rank)
{
    char text[16];

    snprintf(text, sizeof(text), "%d%s", rank,
             adscp_candidate_tie(row) ? "=" : "");
    cell_add(cell, text);
}

static void put_rival(const struct table *table, struct cell *cell,
                      const adscp_candidate *row)
{
    struct place key = {.url = adscp_candidate_url(row)}, *place = NULL;
    char text[16] = "-";

    if (table->places != NULL)
        place = bsearch(&key, table->places, table->place_count,
                        sizeof(*table->places), compare_places);
    if (place != NULL)
        snprintf(text, sizeof(text), "%d", place->rank);
    cell_add(cell, text);
}

/* The host says everything about a URL as Exchange writes it. */
static void put_host(struct cell *cell, const adscp_candidate *row)
{
    static const char scheme[] = "https://";
    static const char path[] = "/autodiscover/autodiscover.xml";
    const char *url = adscp_candidate_url(row);
    const char *host = adscp_candidate_host(row);
    size_t length = host != NULL ? strlen(host) : 0;

    if (host != NULL && strlen(url) == strlen(scheme) + length + strlen(path) &&
        adscp_candidate_port(row) == 443 &&
        page_compare(url + strlen(scheme) + length, path) == 0)
        cell_add(cell, host);
    else
        cell_add(cell, url);
}

static void put_sites(struct cell *cell, const adscp_candidate *row)
{
    int i, count = adscp_candidate_site_count(row);
    char more[16];

    for (i = 0; i < count && i < SITES_SHOWN; i++) {
        if (i > 0)
            cell_add(cell, ", ");
        cell_add(cell, adscp_candidate_site(row, i));
    }
    if (count > SITES_SHOWN) {
        snprintf(more, sizeof(more), " +%d", count - SITES_SHOWN);
        cell_add(cell, more);
    }
    if (count <= 0)
        cell_add(cell, "any");
    else if (adscp_candidate_group(row) == ADSCP_CANDIDATE_GROUP_UNSCOPED)
        cell_add(cell, ", any");
}

static void put_created(struct cell *cell, const adscp_candidate *row)
{
    char text[CLI_TIME_SIZE];

    if (cli_time_format(adscp_scp_created(adscp_candidate_scp(row)), text) ==
        NULL) {
        cell_add(cell, "unknown");
        return;
    }
    text[strlen("2008-03-11")] = '\0';
    cell_add(cell, text);
}

/* Short, since every row has it: "2007 SP3". */
static void put_version(struct cell *cell, const adscp_candidate *row)
{
    static const char product[] = "Exchange ";
    const char *version = adscp_server_version(adscp_candidate_server(row));

    if (version == NULL)
        version = "-";
    if (strncmp(version, product, strlen(product)) == 0)
        version += strlen(product);
    cell_add(cell, version);
}

static void make_cell(const struct table *table, int index, enum column column,
                      struct cell *cell)
{
    const adscp_candidate *row =
        adscp_prediction_candidate(table->report->answer, index);
    const char *text = NULL;

    cell->length = 0;
    cell->text[0] = '\0';
    switch (column) {
    case RANK:
        put_rank(cell, row, index + 1);
        break;
    case RIVAL:
        put_rival(table, cell, row);
        break;
    case HOST:
        put_host(cell, row);
        break;
    case GROUP:
        text = adscp_candidate_group_name(adscp_candidate_group(row));
        break;
    case SITES:
        if (adscp_candidate_site_count(row) < 0)
            table->page->failed = true;
        put_sites(cell, row);
        break;
    case CREATED:
        put_created(cell, row);
        break;
    case SERVER:
        text = adscp_server_name(adscp_candidate_server(row));
        if (text == NULL)
            text = "-";
        break;
    case VERSION:
    default:
        put_version(cell, row);
        break;
    }
    if (text != NULL)
        cell_add(cell, text);
}

static const char *title(const struct table *table, enum column column)
{
    static const char *const titles[] = {
        [RANK] = "#",        [RIVAL] = "",          [HOST] = "HOST",
        [GROUP] = "GROUP",   [SITES] = "SITES",     [CREATED] = "CREATED",
        [SERVER] = "SERVER", [VERSION] = "EXCHANGE"};

    if (column != RIVAL)
        return titles[column];
    return adscp_prediction_profile(table->report->rival) == ADSCP_PROFILE_EWS
               ? "EWS"
               : "OUTLOOK";
}

static void measure(struct table *table)
{
    struct cell cell;
    int i, width;
    enum column c;

    for (c = RANK; c < COLUMNS; c++) {
        if (!table->shown[c])
            continue;
        table->width[c] = page_columns(title(table, c));
        for (i = 0; i < table->rows; i++) {
            make_cell(table, i, c, &cell);
            width = page_columns(cell.text);
            if (width > table->width[c])
                table->width[c] = width;
        }
    }
}

static int total(const struct table *table)
{
    int sum = INDENT - GAP;
    enum column c;

    for (c = RANK; c < COLUMNS; c++)
        if (table->shown[c])
            sum += table->width[c] + GAP;
    return sum;
}

/* Takes from the widest of the columns that can be cut; false: none can. */
static bool take_one(struct table *table)
{
    static const enum column soft[] = {HOST, SITES, SERVER, VERSION};
    enum column widest = COLUMNS;
    size_t i;

    for (i = 0; i < sizeof(soft) / sizeof(soft[0]); i++)
        if (table->shown[soft[i]] && table->width[soft[i]] > LEAST &&
            (widest == COLUMNS || table->width[soft[i]] > table->width[widest]))
            widest = soft[i];
    if (widest == COLUMNS)
        return false;
    table->width[widest]--;
    return true;
}

/* The one that is missed least. */
static bool leave_one_out(struct table *table)
{
    static const enum column order[] = {VERSION, CREATED, RIVAL, SITES, GROUP};
    size_t i;

    for (i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
        if (!table->shown[order[i]])
            continue;
        table->shown[order[i]] = false;
        return true;
    }
    return false;
}

/* Where somebody says how wide the page is; elsewhere whole values are worth
 * more than looks. */
static void squeeze(struct table *table)
{
    while (table->page->fits && total(table) > table->page->width)
        if (!take_one(table) && !leave_one_out(table))
            break;
}

static void print_cell(const struct table *table, enum column column,
                       const char *text)
{
    struct page *page = table->page;
    int columns = page_columns(text);
    int width = table->width[column];
    int dots = page_columns(page_ellipsis(page));

    if (column == RANK || column == RIVAL) {
        fprintf(page->out, "%*s%s", width - columns, "", text);
    } else if (columns > width) {
        size_t bytes = page_fit(text, width - dots);

        fprintf(page->out, "%.*s%s", (int)bytes, text, page_ellipsis(page));
    } else if (column == table->last) { /* needs no padding */
        fputs(text, page->out);
    } else {
        fprintf(page->out, "%s%*s", text, width - columns, "");
    }
}

/* One line: the titles for index -1. */
static void print_row(const struct table *table, int index)
{
    FILE *out = table->page->out;
    struct cell cell;
    bool first = true;
    enum column c;

    for (c = RANK; c < COLUMNS; c++) {
        if (!table->shown[c])
            continue;
        fprintf(out, "%*s", first ? INDENT : GAP, "");
        first = false;
        if (index < 0) {
            print_cell(table, c, title(table, c));
            continue;
        }
        make_cell(table, index, c, &cell);
        print_cell(table, c, cell.text);
    }
    fputc('\n', out);
}

static enum page_style row_style(const adscp_candidate *row, int index)
{
    if (adscp_candidate_undocumented(row))
        return PAGE_DIM;
    return index == 0 ? PAGE_GREEN : PAGE_PLAIN;
}

static void print_tail_line(struct page *page)
{
    page_put(page, PAGE_DIM,
             page->utf8 ? "  \xe2\x94\x80\xe2\x94\x80 " : "  -- ");
    page_put(page, PAGE_DIM, "Outlook probably never tries these (observed)\n");
}

static void print_rows(const struct table *table)
{
    struct page *page = table->page;
    bool tail = false;
    int i;

    for (i = 0; i < table->rows; i++) {
        const adscp_candidate *row =
            adscp_prediction_candidate(table->report->answer, i);
        enum page_style style = row_style(row, i);

        if (adscp_candidate_undocumented(row) && !tail)
            print_tail_line(page);
        tail = adscp_candidate_undocumented(row);
        if (style != PAGE_PLAIN)
            page_style(page, style);
        print_row(table, i);
        if (style != PAGE_PLAIN)
            page_style(page, PAGE_PLAIN);
    }
}

static void print_legend(const struct table *table, int count)
{
    struct page *page = table->page;
    FILE *out = page->out;

    if (table->rows < count)
        fprintf(out, "  and %d more; \"adscp list\" shows all\n",
                count - table->rows);
    page_style(page, PAGE_DIM);
    if (table->ties) {
        fputs("  = ", out);
        page_prose(
            page, 4, 4,
            "created in the same second as another one: which of the two "
            "comes first is not defined and may change");
    }
    if (table->shown[RIVAL])
        fprintf(out, "  %s: the rank for %s\n", title(table, RIVAL),
                adscp_prediction_profile(table->report->rival) ==
                        ADSCP_PROFILE_EWS
                    ? "programs that use the EWS Managed API"
                    : "Outlook");
    page_style(page, PAGE_PLAIN);
}

static bool has_ties(const struct table *table)
{
    int i;

    for (i = 0; i < table->rows; i++)
        if (adscp_candidate_tie(
                adscp_prediction_candidate(table->report->answer, i)))
            return true;
    return false;
}

static bool has_versions(const struct table *table)
{
    int i;

    for (i = 0; i < table->rows; i++)
        if (adscp_server_version(adscp_candidate_server(
                adscp_prediction_candidate(table->report->answer, i))) != NULL)
            return true;
    return false;
}

/* The texts of its rows could be made: else a cell would be another one. */
static bool has_texts(const struct table *table)
{
    int i;

    for (i = 0; i < table->rows; i++)
        if (adscp_candidate_prepare(adscp_prediction_candidate(
                table->report->answer, i)) != ADSCP_OK)
            return false;
    return true;
}

bool table_print(struct page *page, const struct report *report, int limit)
{
    struct table table = {.page = page, .report = report};
    int count = adscp_prediction_candidate_count(report->answer);
    enum column c;

    table.rows = count < limit ? count : limit;
    if (table.rows <= 0)
        return true;
    if (!has_texts(&table))
        return false;
    for (c = RANK; c < COLUMNS; c++)
        table.shown[c] = true;
    table.shown[RIVAL] = report->rival != NULL;
    table.shown[GROUP] =
        adscp_candidate_group(adscp_prediction_candidate(report->answer, 0)) >=
        0;
    table.shown[VERSION] = has_versions(&table);
    if (!find_places(&table))
        return false;
    measure(&table);
    squeeze(&table);
    table.last = table.shown[VERSION] ? VERSION : SERVER;
    table.ties = has_ties(&table);

    page_style(page, PAGE_BOLD);
    print_row(&table, -1);
    page_style(page, PAGE_PLAIN);
    print_rows(&table);
    print_legend(&table, count);
    free(table.places);
    return true;
}
