/* SPDX-License-Identifier: MIT */
/*
 * What of a coverage is shown: the classes that were asked for, the worst
 * first, and the one site that was, if any.
 */
#ifndef ADSCP_CLI_COVERAGE_H
#define ADSCP_CLI_COVERAGE_H

#include "cli.h"

struct document;

struct coverage_view {
    const struct cli *cli;
    const adscp_coverage *coverage;
    const adscp_sightings *sightings; /* NULL: nobody looked */
    int site;     /* the only one that is shown; -1: all are */
    int *classes; /* that are shown, the worst first */
    int count;
    int *numbers; /* per class: its number among those shown, as their cells
                     come; -1: it is not shown */
};

/* Does a client of this site whose mailbox is there meet this class? */
bool coverage_is_cell(const struct coverage_view *view, int site, int home,
                      int row);
/* Is the site shown at all; is it one of the class? */
bool coverage_shows(const struct coverage_view *view, int site);

/* Were mailboxes counted? All that there are (also where none were)? */
bool coverage_is_counted(const struct coverage_view *view);
bool coverage_census_complete(const struct coverage_view *view);
/* What was counted, where something was. */
void coverage_print_census(struct page *page, const struct coverage_view *view);

/* "EX10", or "none" for nobody's. */
const char *coverage_home_name(const adscp_coverage *coverage, int home);
/* "EX10", "Microsoft 365", or for nobody's what the caller says. */
const char *home_words(int kind, const char *name, const char *nobody);
const char *coverage_home_words(const struct coverage_view *view, int home,
                                const char *nobody);
int coverage_outcome(const adscp_prediction *answer); /* -1: no server */

/* The code of a finding that says why not everything was read, by a number from
 * 0 on; NULL: there are no more. And whether it does so here. */
const char *caveat_part(size_t part);
bool caveat_has_part(const adscp_coverage *coverage, size_t part);

/* How bad an answer is, in the order of adscp_prediction_compare(). */
enum verdict_rank {
    RANK_FINE,
    RANK_UNKNOWN,
    RANK_NOTHING, /* no server in the directory, which the client asks */
    RANK_ALERT,
    RANK_BROKEN, /* an error or a circle, whatever is shown on the way */
    RANK_FAILURE,
    RANK_DEAD,
    RANKS
};
enum verdict_rank verdict_rank(const adscp_prediction *answer);
/* What the exit status says of it: an alert, or worse; or nothing but a circle.
 */
bool verdict_is_alarming(const adscp_prediction *answer);

/* Cover, look where that is wanted, and have the answer told. The exit status,
 * that of `tell` where it was. */
int coverage_answer(const struct cli *cli,
                    int (*tell)(const struct coverage_view *view));
/* What the exit status says of an answer that was told. */
int coverage_status(const struct coverage_view *view);
/* Cover, within what is left. ADSCP_OK, or an error that was reported. */
int coverage_cover(const struct cli *cli, adscp_coverage **out);
/* The same, with all that it tells made. False: reported. */
bool coverage_cover_whole(const struct cli *cli, adscp_coverage **out);
/* Look at every host of every class once, and cover again by what was seen. */
int coverage_look(const struct cli *cli, adscp_coverage **coveragep,
                  adscp_sightings **sightingsp);

/* In three forms; malloc()ed, NULL: out of memory. */
char *coverage_json(const struct coverage_view *view);
char *coverage_csv(const struct coverage_view *view);
bool coverage_print(struct page *page, const void *about);

/* "at HQ and Branch for mailboxes on EX10": where these classes are met, by
 * `all` sites ("at every site") perhaps. False: out of memory. */
bool coverage_write_where(FILE *out, const struct coverage_view *view,
                          const int *classes, int count, const char *all);
/* As coverage_json() for another command; `more`, which may be NULL, writes
 * what comes behind the findings, a comma first. */
char *coverage_json_with(const struct coverage_view *view, const char *command,
                         void (*more)(struct document *document, FILE *out,
                                      const void *about),
                         const void *about);
/* The first two lines, which say what to know and to do. */
void coverage_print_headline(struct page *page,
                             const struct coverage_view *view);
/* The findings; where one site is shown, those about it. False: out of
 * memory. */
bool coverage_print_findings(struct page *page,
                             const struct coverage_view *view);

#endif
