/* SPDX-License-Identifier: MIT */
/*
 * The parts of the report, one file each, and what they share. The whole is one
 * page for a browser or a printer: no script, nothing from elsewhere.
 */
#ifndef ADSCP_CLI_REPORT_REPORT_H
#define ADSCP_CLI_REPORT_REPORT_H

#include "../coverage.h"
#include "html.h"

/* What is drawn at most; the rest is counted, and stands in a table where one
 * can. There may be 10,000 sites and 50,000 answers. */
enum {
    DRAWN_MOST = 60,   /* answers, also where cells tell them apart */
    ROWS_MOST = 2000,  /* of a table */
    GROUPS_MOST = 120, /* rows of the picture */
    COLUMNS_MOST = 60, /* its columns */
    NAMES_MOST = 8     /* names in a sentence */
};

struct report_page {
    struct html html;
    const struct coverage_view *view;
    const adscp_coverage *coverage;
    const adscp_forest *forest;
    const int *places; /* per class: among the classes, the worst first */
    int64_t time;      /* the day that is judged */
};

/* ----------------------------------------------------------------- marks -- */

/* What the user meets, worst last: a colour and a shape of its own. */
enum mark {
    MARK_FINE,
    MARK_DOUBT, /* no alert, unless another server comes first */
    MARK_UNKNOWN,
    MARK_NOTHING, /* no server in the directory */
    MARK_ALERT,
    MARK_BROKEN, /* an error or a circle instead of an answer */
    MARK_FAILURE,
    MARK_DEAD, /* no connection */
    MARKS
};

enum mark mark_of(const adscp_prediction *answer);
enum mark mark_of_outcome(int outcome);
const char *mark_name(enum mark mark);    /* "alert": in classes and ids */
const char *mark_words(enum mark mark);   /* "Security Alert" */
void mark_say(FILE *out, enum mark mark); /* inside of a sentence */
/* The shapes, once; then one of them, with its words or as an ornament. */
void mark_define(struct html *html);
void mark_draw(struct html *html, enum mark mark, bool is_named);
/* Inside of a drawing. */
void mark_place(struct html *html, enum mark mark, int x, int y, int size);

/* --------------------------------------------------------------- answers -- */

/* The number by which the page calls a class: 1 is the worst. */
int answer_number(const struct report_page *page, int row);
/* "For answer 1 and 3 more", of those at the first place and after. */
void remedies_name_answers(struct html *html, int place, int count);
/* One of the worst, which are drawn. */
bool answer_is_drawn(const struct report_page *page, int row);
/* The prediction of the class that stands at a place, the worst first. */
const adscp_prediction *answer_at(const struct report_page *page, int place);
const char *site_name(const struct report_page *page, int site);
const char *home_name(const struct report_page *page, int home);
/* All mailboxes of the homes; -1: nobody counted them. */
int64_t report_count_mailboxes(const struct report_page *page);

/* ----------------------------------------------------------------- parts -- */

void summary_write(struct report_page *page);
void picture_write(struct report_page *page);
void answers_write(struct report_page *page);
void drawing_write(struct report_page *page, int row);
void ends_write(struct report_page *page);
void remedies_write(struct report_page *page);
/* Items of a list: what simulation shows to help, and which answers (by their
 * places) need no other help. */
void advice_write(struct report_page *page, bool *helped);
void report_findings_write(struct report_page *page);
void grounds_write(struct report_page *page); /* assumptions, and reading */

/* ------------------------------------------------------------------ axis -- */

/* Lines of the matrix that are equal, as one. */
struct bundle {
    int first; /* in order[] */
    int count;
    int worst; /* mark of its worst cell ... */
    int worst_count;
};

struct axis {
    int *order; /* all lines, bundle by bundle, each in its own order */
    struct bundle *bundles;
    int count;
};

/* Cells by site and home. `fold`: their marks, else their classes. */
struct matrix {
    const struct report_page *page;
    int sites, homes;
    bool fold;
    int *cells;
};

bool matrix_make(const struct report_page *page, struct matrix *matrix);
void matrix_clear(struct matrix *matrix);
enum mark matrix_mark(const struct matrix *matrix, int site, int home);
/* Equal sites, the worst first; equal homes, in their order. False: out of
 * memory. */
bool axis_of_sites(const struct matrix *matrix, struct axis *axis);
bool axis_of_homes(const struct matrix *matrix, struct axis *axis);
void axis_clear(struct axis *axis);

#endif
