/* SPDX-License-Identifier: MIT */
/*
 * Words on a page: styles where the reader has a terminal that shows them,
 * prose broken to its width, columns counted as the terminal counts them. The
 * texts are the library's: valid UTF-8 without control characters.
 */
#include "cli.h"

#include <langinfo.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

enum { WIDTH_DEFAULT = 80, WIDTH_LEAST = 30, WIDTH_MOST = 110 };
/* Labels stand above their texts on a page that is narrow. */
enum { LABEL = 16, NARROW = 60, NARROW_INDENT = 4 };

/* COLUMNS counts before the terminal, as POSIX has it. 0: neither says. */
static int wanted_width(bool terminal)
{
    const char *columns = getenv("COLUMNS");
    struct winsize size;
    long width = 0;

    if (columns != NULL && strspn(columns, "0123456789") == strlen(columns))
        width = strtol(columns, NULL, 10);
    if (width > 0 && width <= INT_MAX)
        return (int)width;
    if (terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
        return size.ws_col;
    return 0;
}

/* https://no-color.org: NO_COLOR counts unless it is empty. */
static bool wants_colour(void)
{
    const char *no = getenv("NO_COLOR");
    const char *term = getenv("TERM");

    return (no == NULL || no[0] == '\0') && term != NULL &&
           strcmp(term, "dumb") != 0;
}

static void page_open(struct page *page)
{
    page->terminal = isatty(STDOUT_FILENO) == 1;
    page->colour = page->terminal && wants_colour();
    page->utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    page->width = wanted_width(page->terminal);
    page->fits = page->terminal || page->width > 0;
    if (page->width == 0)
        page->width = WIDTH_DEFAULT;
    else if (page->width < WIDTH_LEAST)
        page->width = WIDTH_LEAST;
}

char *page_write(bool (*print)(struct page *page, const void *about),
                 const void *about)
{
    struct page page = {0};
    char *text = NULL;
    bool ok;

    page.out = cli_stream(&text);
    if (page.out == NULL)
        return NULL;
    page_open(&page);
    ok = print(&page, about);
    text = cli_visible(cli_take(page.out, &text));
    if (ok && !page.failed)
        return text;
    free(text);
    return NULL;
}

const char *page_text(struct page *page, const char *text)
{
    if (text == NULL)
        page->failed = true;
    return text != NULL ? text : "";
}

void page_style(struct page *page, enum page_style style)
{
    static const char *const codes[] = {
        [PAGE_PLAIN] = "0", [PAGE_BOLD] = "1",    [PAGE_DIM] = "2",
        [PAGE_RED] = "31",  [PAGE_YELLOW] = "33", [PAGE_GREEN] = "32",
        [PAGE_CYAN] = "36"};

    if (page->colour)
        fprintf(page->out, "\033[%sm", codes[style]);
}

void page_put(struct page *page, enum page_style style, const char *text)
{
    if (style != PAGE_PLAIN)
        page_style(page, style);
    fputs(text, page->out);
    if (style != PAGE_PLAIN)
        page_style(page, PAGE_PLAIN);
}

void page_heading(struct page *page, const char *text)
{
    fputc('\n', page->out);
    page_put(page, PAGE_BOLD, text);
    fputc('\n', page->out);
}

void page_end_title(struct page *page)
{
    page_style(page, PAGE_PLAIN);
    fputc('\n', page->out);
}

/* One character of valid UTF-8. */
static wchar_t next_character(const char **textp)
{
    const unsigned char *p = (const unsigned char *)*textp;
    int more = p[0] >= 0xf0 ? 3 : p[0] >= 0xe0 ? 2 : p[0] >= 0xc0 ? 1 : 0;
    wchar_t c = p[0] & (more == 0 ? 0x7f : 0x3f >> more);
    int i;

    for (i = 1; i <= more && p[i] != '\0'; i++)
        c = (c << 6) | (p[i] & 0x3f);
    *textp += i;
    return c;
}

/* What is invisible will be written as its number: "\\u{200B}". */
static int number_columns(const char *text, size_t length)
{
    char one[8] = "", shown[16] = "";

    memcpy(one, text, length < sizeof(one) ? length : sizeof(one) - 1);
    if (adscp_text_visible(one, shown, sizeof(shown)) < 0 ||
        strcmp(one, shown) == 0)
        return -1;
    return (int)strlen(shown);
}

/* Of the next character, which is passed. */
static int next_columns(const char **textp)
{
    const char *start = *textp;
    wchar_t c = next_character(textp);
    int columns =
        c >= 0x80 ? number_columns(start, (size_t)(*textp - start)) : 1;

    if (columns >= 0)
        return columns;
    columns = wcwidth(c);

    return columns >= 0 ? columns : 1; /* a locale that does not know it */
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

int page_compare(const char *a, const char *b)
{
    while (*a != '\0' && lower(*a) == lower(*b)) {
        a++;
        b++;
    }
    return (unsigned char)lower(*a) - (unsigned char)lower(*b);
}

bool page_compare_start(const char *text, const char *start)
{
    for (; *start != '\0'; text++, start++)
        if (lower(*text) != lower(*start))
            return false;
    return true;
}

static int count_columns(const char *text, size_t length)
{
    const char *end = text + length;
    int columns = 0;

    while (text < end)
        columns += next_columns(&text);
    return columns;
}

int page_columns(const char *text)
{
    return count_columns(text, strlen(text));
}

size_t page_fit(const char *text, int columns)
{
    const char *p = text, *end = text;

    while (*p != '\0') {
        columns -= next_columns(&p);
        if (columns < 0)
            break;
        end = p;
    }
    return (size_t)(end - text);
}

const char *page_ellipsis(struct page *page)
{
    return page->utf8 ? "\xe2\x80\xa6" : "...";
}

static int prose_width(const struct page *page)
{
    return page->width < WIDTH_MOST ? page->width : WIDTH_MOST;
}

void page_prose(struct page *page, int column, int indent, const char *text)
{
    int width = prose_width(page);
    bool first = true; /* no word on this line yet */

    while (*text != '\0') {
        size_t length = strcspn(text, " ");
        int columns = count_columns(text, length);

        if (!first && column + 1 + columns > width) {
            fprintf(page->out, "\n%*s", indent, "");
            column = indent;
            first = true;
        }
        fprintf(page->out, "%s%.*s", first ? "" : " ", (int)length, text);
        column += columns + !first;
        first = false;
        text += length + (text[length] == ' ');
    }
    fputc('\n', page->out);
}

int page_label_columns(const struct page *page)
{
    return page->width < NARROW ? NARROW_INDENT : 2 + LABEL;
}

void page_begin_label(struct page *page, const char *label)
{
    int column = page_label_columns(page), used = 0;

    if (label[0] != '\0') {
        fputs("  ", page->out);
        page_put(page, PAGE_DIM, label);
        used = 2 + page_columns(label);
    }
    if (used >= column) {
        fputc('\n', page->out);
        used = 0;
    }
    fprintf(page->out, "%*s", column - used, "");
}

void page_label(struct page *page, const char *label, const char *text)
{
    int column = page_label_columns(page);

    page_begin_label(page, label);
    page_prose(page, column, column, text);
}

bool line_begin(struct page *page, struct line_text *line)
{
    *line = (struct line_text){0};
    line->out = cli_stream(&line->text);
    if (line->out == NULL)
        page->failed = true;
    return line->out != NULL;
}

void line_end(struct page *page, struct line_text *line, enum page_style style)
{
    char *text = cli_take(line->out, &line->text);
    const char *words = page_text(page, text);

    if (style != PAGE_PLAIN)
        page_style(page, style);
    if (page->fits)
        page_prose(page, 0, 2, words);
    else
        fprintf(page->out, "%s\n", words);
    if (style != PAGE_PLAIN)
        page_style(page, PAGE_PLAIN);
    free(text);
}

/* How much of a DN stands before `suffix` and the comma that joins them. */
static size_t dn_head(const char *dn, const char *suffix)
{
    size_t length = strlen(dn);
    size_t tail = suffix != NULL ? strlen(suffix) : 0;

    if (tail > 0 && length > tail + 1 && dn[length - tail - 1] == ',' &&
        page_compare(dn + length - tail, suffix) == 0)
        return length - tail - 1;
    return length;
}

/* The last end of an RDN within `fit` bytes, or else `fit`. */
static size_t rdn_end(const char *dn, size_t fit)
{
    size_t end;

    for (end = fit; end > 0; end--)
        if (dn[end] == ',' && dn[end - 1] != '\\')
            return end;
    return fit;
}

void page_dn(struct page *page, const char *dn, const char *suffix, int columns)
{
    const char *dots = page_ellipsis(page);
    size_t head = dn_head(dn, suffix);
    size_t fit = page_fit(dn, columns - 1 - page_columns(dots));

    if (page_columns(dn) <= columns)
        fprintf(page->out, "%s\n", dn);
    else
        fprintf(page->out, "%.*s,%s\n",
                (int)(fit < head ? rdn_end(dn, fit) : head), dn, dots);
}
