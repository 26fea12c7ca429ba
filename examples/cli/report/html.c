/* SPDX-License-Identifier: MIT */
#include "html.h"

#include <stdlib.h>
#include <string.h>

enum { SHORT = 256, DAY_SECONDS = 86400, YEAR_DAYS = 365, DAYS_MOST = 730 };

void html_put(struct html *html, const char *markup)
{
    fputs(markup, html->out);
}

static const char *entity(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

/* A control character has no place in HTML, and the library gives none. */
static void write_escaped(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        const char *instead = entity(*text);

        if (instead != NULL)
            fputs(instead, out);
        else
            fputc((unsigned char)*text < ' ' ? ' ' : *text, out);
    }
}

/* The text with its invisible characters shown: in `brief` where it has room,
 * else malloc()ed. NULL: out of memory. */
static char *make_visible(const char *text, char brief[SHORT])
{
    int length = adscp_text_visible(text, brief, SHORT);
    char *whole;

    if (length < 0 || length < SHORT)
        return length < 0 ? NULL : brief;
    whole = malloc((size_t)length + 1);
    if (whole != NULL)
        adscp_text_visible(text, whole, length + 1);
    return whole;
}

void html_text(struct html *html, const char *text)
{
    char brief[SHORT], *shown = NULL;

    if (text != NULL)
        shown = make_visible(text, brief);
    if (shown == NULL)
        html->failed = true;
    else
        write_escaped(html->out, shown);
    if (shown != brief)
        free(shown);
}

void html_name(struct html *html, const char *name)
{
    html_put(html, "<bdi>");
    html_text(html, name);
    html_put(html, "</bdi>");
}

/* Whatever the locale is, letters from Hangul Jamo on may be wide. */
static int width_of(const char *p)
{
    enum { WIDE = 0xe1 }; /* the first byte of U+1000 and what follows */

    return (unsigned char)*p >= WIDE ? 2 : 1;
}

static const char *next_letter(const char *p)
{
    for (p++; ((unsigned char)*p & 0xc0) == 0x80; p++)
        continue;
    return p;
}

/* The bytes that fit; all of them, or with room for one more column. */
static size_t find_fit(const char *text, int columns)
{
    const char *p = text, *end = text;
    int used = 0;

    for (; *p != '\0'; p = next_letter(p)) {
        used += width_of(p);
        if (used <= columns - 1)
            end = next_letter(p);
    }
    return used <= columns ? (size_t)(p - text) : (size_t)(end - text);
}

void html_fit(struct html *html, const char *text, int columns)
{
    char brief[SHORT], *shown = text != NULL ? make_visible(text, brief) : NULL;
    size_t fit;
    bool whole;

    if (shown == NULL) {
        html->failed = true;
        return;
    }
    fit = find_fit(shown, columns);
    whole = shown[fit] == '\0';
    shown[fit] = '\0';
    write_escaped(html->out, shown);
    if (!whole)
        html_put(html, "\xe2\x80\xa6");
    if (shown != brief)
        free(shown);
}

bool html_begin(struct html *html, struct line_text *line)
{
    *line = (struct line_text){0};
    line->out = cli_stream(&line->text);
    if (line->out == NULL)
        html->failed = true;
    return line->out != NULL;
}

char *html_take(struct html *html, struct line_text *line)
{
    char *text = cli_take(line->out, &line->text);

    if (text == NULL)
        html->failed = true;
    return text;
}

void html_end(struct html *html, struct line_text *line)
{
    char *text = html_take(html, line);

    html_text(html, text);
    free(text);
}

void html_end_sentence(struct html *html, struct line_text *line)
{
    char *text = html_take(html, line);

    if (text != NULL && text[0] >= 'a' && text[0] <= 'z')
        text[0] = (char)(text[0] - 'a' + 'A');
    html_text(html, text);
    free(text);
}

void html_number(FILE *out, int64_t number)
{
    if (number >= 1000)
        html_number(out, number / 1000);
    fprintf(out, number >= 1000 ? ",%03lld" : "%lld",
            (long long)(number % 1000));
}

void html_count(FILE *out, int count, const char *noun)
{
    html_number(out, count);
    fprintf(out, " %s%s", noun, count == 1 ? "" : "s");
}

void html_days(FILE *out, int64_t from, int64_t to)
{
    int64_t days = (to < from ? from - to : to - from) / DAY_SECONDS;
    const char *before = to < from ? "" : "in ";
    const char *behind = to < from ? " ago" : "";

    if (days == 0)
        fprintf(out, "%sless than a day%s", before, behind);
    else if (days < DAYS_MOST)
        fprintf(out, "%s%lld day%s%s", before, (long long)days,
                days == 1 ? "" : "s", behind);
    else
        fprintf(out, "%s%lld.%lld years%s", before,
                (long long)(days * 10 / YEAR_DAYS / 10),
                (long long)(days * 10 / YEAR_DAYS % 10), behind);
}
