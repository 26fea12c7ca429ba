/* SPDX-License-Identifier: MIT */
/*
 * Writing HTML and the SVG in it. Everything that is not ours goes through
 * html_text() or what is built on it: as text and inside quotes it is inert,
 * and what nobody sees in it is shown.
 */
#ifndef ADSCP_CLI_REPORT_HTML_H
#define ADSCP_CLI_REPORT_HTML_H

#include "../cli.h"

struct html {
    FILE *out;
    bool failed; /* out of memory: what was written is worth nothing */
};

/* Ours, as it is. */
void html_put(struct html *html, const char *markup);
/* Somebody's. NULL: the library had no memory to make it. */
void html_text(struct html *html, const char *text);
/* The same, apart from the direction of the text around it. */
void html_name(struct html *html, const char *name);
/* In SVG, where no line breaks: as much as fits into so many columns, the rest
 * as "...". */
void html_fit(struct html *html, const char *text, int columns);

/* A sentence that is put together in memory. False: there is none. */
bool html_begin(struct html *html, struct line_text *line);
/* Write it, escaped; as a sentence, its first letter is large. */
void html_end(struct html *html, struct line_text *line);
void html_end_sentence(struct html *html, struct line_text *line);
/* The same, kept: malloc()ed, NULL where there was no memory. */
char *html_take(struct html *html, struct line_text *line);

void html_number(FILE *out, int64_t number); /* "10,000" */
/* "1 site", "3 sites" */
void html_count(FILE *out, int count, const char *noun);
/* A time in words: "in 12 days", "3 days ago", "in 3.9 years". */
void html_days(FILE *out, int64_t from, int64_t to);

#endif
