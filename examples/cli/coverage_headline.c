/* SPDX-License-Identifier: MIT */
/*
 * The two lines above a coverage: the worst answer and whom it concerns, and
 * why. They speak of every site and home that they name, or say that they give
 * an example.
 */
#include "coverage.h"

#include <stdlib.h>
#include <string.h>

enum { NAMES_SHOWN = 3 };

static const adscp_prediction *answer_at(const struct coverage_view *view,
                                         int index)
{
    return adscp_coverage_class_prediction(view->coverage,
                                           view->classes[index]);
}

static bool ends_alike(const adscp_prediction *a, const adscp_prediction *b)
{
    return verdict_rank(a) == verdict_rank(b) &&
           coverage_outcome(a) == coverage_outcome(b) &&
           caveat_nowhere(a) == caveat_nowhere(b) &&
           adscp_prediction_doubtful(a) == adscp_prediction_doubtful(b);
}

/* The classes that end as badly as the worst. */
static int count_worst(const struct coverage_view *view)
{
    int i = 1;

    while (i < view->count &&
           ends_alike(answer_at(view, 0), answer_at(view, i)))
        i++;
    return i;
}

/* ----------------------------------------------------------------- where -- */

/* Where the first so many classes are met. */
struct places {
    const struct coverage_view *view;
    bool *classes; /* which they are */
    bool *sites, *homes;
    int site_count, home_count; /* that are marked */
};

static bool is_place(const struct places *places, int site, int home)
{
    int row = adscp_coverage_cell(places->view->coverage, site, home);

    return coverage_shows(places->view, site) && row >= 0 &&
           places->classes[row];
}

static void mark(bool *marks, int at, int *countp)
{
    *countp += !marks[at];
    marks[at] = true;
}

static void mark_all(struct places *places)
{
    const adscp_coverage *coverage = places->view->coverage;
    int site, home;

    for (site = 0; site < adscp_coverage_site_count(coverage); site++)
        for (home = 0; home < adscp_coverage_home_count(coverage); home++)
            if (is_place(places, site, home)) {
                mark(places->sites, site, &places->site_count);
                mark(places->homes, home, &places->home_count);
            }
}

/* Each of the homes at each of the sites. */
static bool is_whole(const struct places *places)
{
    const adscp_coverage *coverage = places->view->coverage;
    int site, home;

    for (site = 0; site < adscp_coverage_site_count(coverage); site++)
        for (home = 0; home < adscp_coverage_home_count(coverage); home++)
            if (places->sites[site] && places->homes[home] &&
                !is_place(places, site, home))
                return false;
    return true;
}

static const char *name_of(const struct coverage_view *view, int at, bool homes)
{
    const char *name = homes
                           ? coverage_home_words(view, at, "an unknown server")
                           : adscp_coverage_site(view->coverage, at);

    return name != NULL ? name : "an unknown site";
}

/* "HQ, Branch and 2 more" */
static void write_names(FILE *out, const struct coverage_view *view,
                        const bool *marks, int found, bool homes)
{
    int at, shown = 0;

    for (at = 0; shown < found && shown < NAMES_SHOWN; at++) {
        if (!marks[at])
            continue;
        fprintf(out, "%s%s",
                shown == 0           ? ""
                : shown + 1 == found ? " and "
                                     : ", ",
                name_of(view, at, homes));
        shown++;
    }
    if (found > shown)
        fprintf(out, " and %d more", found - shown);
}

static void write_places(FILE *out, const struct places *places,
                         const char *all)
{
    const struct coverage_view *view = places->view;
    bool whole = is_whole(places);

    if (places->site_count == adscp_coverage_site_count(view->coverage)) {
        fprintf(out, "at %s site", all);
    } else {
        fputs("at ", out);
        write_names(out, view, places->sites, places->site_count, false);
    }
    if (whole &&
        places->home_count == adscp_coverage_home_count(view->coverage)) {
        fputs(", wherever the mailbox is", out);
        return;
    }
    fputs(" for mailboxes on ", out);
    write_names(out, view, places->homes, places->home_count, true);
    if (!whole)
        fputs(", but not in every combination", out);
}

bool coverage_write_where(FILE *out, const struct coverage_view *view,
                          const int *classes, int count, const char *all)
{
    const adscp_coverage *coverage = view->coverage;
    size_t rows = (size_t)adscp_coverage_class_count(coverage);
    size_t sites = (size_t)adscp_coverage_site_count(coverage);
    size_t homes = (size_t)adscp_coverage_home_count(coverage);
    bool *marks = calloc(rows + sites + homes, sizeof(*marks));
    struct places places = {.view = view, .classes = marks};
    int i;

    if (marks == NULL)
        return false;
    places.sites = marks + rows;
    places.homes = places.sites + sites;
    for (i = 0; i < count; i++)
        marks[classes[i]] = true;
    mark_all(&places);
    write_places(out, &places, all);
    free(marks);
    return true;
}

/* ------------------------------------------------------------ first line -- */

static const char *fine_words(const struct coverage_view *view, int classes)
{
    int i;

    if (adscp_prediction_doubtful(answer_at(view, 0)) == 1)
        return "No alert, but in doubt";
    for (i = 0; i < classes; i++)
        if (verdict_is_partial(answer_at(view, i)))
            return "No alert as far as is known";
    return "No alert";
}

static const char *broken_words(const adscp_prediction *answer)
{
    bool circles = caveat_nowhere(answer);

    if (coverage_outcome(answer) == ADSCP_ALERT_OUTCOME_ALERT)
        return circles ? "Security Alert, then a redirect in a circle,"
                       : "Security Alert, then an error,";
    return circles ? "A redirect in a circle" : "An error instead of an answer";
}

static const char *worst_words(const struct coverage_view *view, int classes)
{
    const adscp_prediction *worst = answer_at(view, 0);

    if (adscp_prediction_hop_count(worst) <= 0)
        return steps_skip_scps(worst) ? "Unknown whether there is an alert"
               : adscp_coverage_complete(view->coverage) == 1
                   ? "No server in the directory"
                   : "No server in what could be read";
    if (verdict_rank(worst) == RANK_BROKEN)
        return broken_words(worst);
    switch (coverage_outcome(worst)) {
    case ADSCP_ALERT_OUTCOME_NO_ALERT:
        return fine_words(view, classes);
    case ADSCP_ALERT_OUTCOME_UNCERTAIN:
        return "Unknown whether there is an alert";
    case ADSCP_ALERT_OUTCOME_ALERT:
        return "Security Alert";
    case ADSCP_ALERT_OUTCOME_HARD_FAILURE:
        return "An error that cannot be bypassed";
    default:
        return "No connection";
    }
}

static void write_leaving(FILE *out, const struct coverage_view *view)
{
    if (leaving_write(out, "; ", answer_at(view, 0)))
        fputs(" (add --mail)", out);
}

/* "Security Alert at HQ and Branch for mailboxes on EX10" */
static void print_first(struct page *page, const struct coverage_view *view,
                        int classes)
{
    struct line_text line;

    if (!line_begin(page, &line))
        return;
    fprintf(line.out, "%s ", worst_words(view, classes));
    if (!coverage_write_where(
            line.out, view, view->classes, classes,
            verdict_rank(answer_at(view, 0)) >= RANK_ALERT ? "every" : "any"))
        page->failed = true;
    if (classes < view->count)
        fprintf(line.out, "; %d other answer%s%s", view->count - classes,
                view->count - classes == 1 ? "" : "s",
                view->cli->brief ? "" : " below");
    if (adscp_prediction_hop_count(answer_at(view, 0)) <= 0)
        write_leaving(line.out, view);
    line_end(page, &line, PAGE_BOLD);
}

/* ----------------------------------------------------------- second line -- */

/* What is so for everybody who meets this class; malloc()ed, NULL: out of
 * memory. */
static char *sentence(const struct coverage_view *view, int index)
{
    const adscp_prediction *answer = answer_at(view, index);
    char *text = NULL;
    FILE *out = cli_stream(&text);

    if (out == NULL)
        return NULL;
    if (adscp_prediction_hop_count(answer) > 0)
        verdict_print(out, view->cli, answer);
    else if (steps_skip_scps(answer))
        steps_write_unasked(out, "", answer);
    else if (adscp_coverage_complete(view->coverage) != 1)
        fputs("Unknown which server comes first, and whether a user sees an "
              "alert",
              out);
    else if (caveat_no_urls(out,
                            "Unknown whether an SCP leads to one: ", answer))
        ;
    else
        fputs("Clients try the URLs of the user's mail domain: \"adscp "
              "predict --mail\" shows them",
              out);
    if (!caveat_fault(out, "; ", answer))
        verdict_partial(out, "; ", answer);
    caveat_doubt(out, "; ", answer);
    leaving_write_all(out, "; ", answer);
    return cli_take(out, &text);
}

/* Is it so for all of them? Out of memory: -1. */
static int is_for_all(const struct coverage_view *view, int classes,
                      const char *words)
{
    int i, same = 1;

    for (i = 1; i < classes && same == 1; i++) {
        char *other = sentence(view, i);

        same = other == NULL ? -1 : strcmp(words, other) == 0;
        free(other);
    }
    return same;
}

/* "For example, at HQ with a mailbox on EX10" */
static void write_example(FILE *out, const struct coverage_view *view)
{
    int row = view->classes[0], home = 0;
    int site = view->site >= 0
                   ? view->site
                   : adscp_coverage_class_site(view->coverage, row, 0);

    while (home < adscp_coverage_home_count(view->coverage) &&
           !coverage_is_cell(view, site, home, row))
        home++;
    fprintf(out, "For example, at %s", name_of(view, site, false));
    if (adscp_coverage_home_count(view->coverage) == 1)
        return;
    if (adscp_coverage_home_kind(view->coverage, home) ==
        ADSCP_COVERAGE_HOME_KIND_NONE)
        fputs(" with no known mailbox", out);
    else
        fprintf(out, " with a mailbox on %s",
                coverage_home_words(view, home, NULL));
}

/* A sentence that goes on: "..., the user sees: ..." */
static void write_going_on(FILE *out, const char *words)
{
    bool has_subject = page_compare_start(words, "The user");

    fprintf(out, "%s%c%s", has_subject ? ", " : ": ", words[0] - 'A' + 'a',
            words + 1);
}

/* Shown classes, from the first of these on, whose clients get no answer,
 * whatever they see on the way. */
static int count_broken(const struct coverage_view *view, int first)
{
    int i, count = 0;

    for (i = first; i < view->count; i++)
        count += caveat_unserved(answer_at(view, i));
    return count;
}

/* Among the answers behind those of the headline. */
static void write_broken(FILE *out, const struct coverage_view *view,
                         int classes)
{
    int count = count_broken(view, classes);

    if (count > 0)
        fprintf(out,
                count == 1 ? "; in %d other case, a server is met that does "
                             "not serve the mailbox, or cannot be relied on to"
                           : "; in %d other cases, a server is met that does "
                             "not serve the mailbox, or cannot be relied on to",
                count);
}

static void print_second(struct page *page, const struct coverage_view *view,
                         int classes)
{
    const adscp_prediction *worst = answer_at(view, 0);
    char *words = sentence(view, 0);
    int for_all = words != NULL ? is_for_all(view, classes, words) : -1;
    struct line_text line;

    if (for_all < 0 || !line_begin(page, &line)) {
        page->failed = true;
        free(words);
        return;
    }
    if (for_all == 0) {
        write_example(line.out, view);
        write_going_on(line.out, words);
    } else {
        fputs(words, line.out);
    }
    free(words);
    if (adscp_prediction_hop_count(worst) > 0)
        steps_write_sooner(line.out, ", ", worst);
    if (!steps_skip_scps(worst) || adscp_prediction_hop_count(worst) > 0)
        steps_write_unasked(line.out, "; ", worst);
    write_broken(line.out, view, classes);
    if (adscp_prediction_hop_count(worst) > 0)
        write_leaving(line.out, view);
    if (!caveat_incomplete_coverage(line.out,
                                    "; incomplete: ", view->coverage) &&
        !coverage_census_complete(view))
        fputs("; not all mailboxes could be counted", line.out);
    line_end(page, &line,
             seen_style(verdict_rank(worst) == RANK_BROKEN
                            ? ADSCP_ALERT_OUTCOME_ALERT
                            : coverage_outcome(worst)));
}

static void print_nothing(struct page *page, const struct coverage_view *view)
{
    struct line_text line;

    page_style(page, PAGE_BOLD);
    fputs("No alert is predicted, and no doubt could bring one", page->out);
    page_end_title(page);
    if (!line_begin(page, &line))
        return;
    if (!caveat_incomplete_coverage(line.out, "Incomplete: ", view->coverage))
        fputs("Without --only-alerts, the table shows all answers", line.out);
    line_end(page, &line, PAGE_PLAIN);
}

void coverage_print_headline(struct page *page,
                             const struct coverage_view *view)
{
    int classes = view->count > 0 ? count_worst(view) : 0;

    if (classes == 0) {
        print_nothing(page, view);
        return;
    }
    print_first(page, view, classes);
    print_second(page, view, classes);
}
