/* SPDX-License-Identifier: MIT */
/*
 * A coverage as a table, the worst first: for people, with two lines that say
 * what to know and to do, and as CSV.
 */
#include "coverage.h"
#include "sheet.h"

#include <stdlib.h>
#include <string.h>

enum { ROWS_SHOWN = 40, NAMES_SHOWN = 3 };

/* --------------------------------------------------------------- columns -- */

enum { MAILBOXES = 4 }; /* shown to people where somebody counted them */

static const struct sheet_column columns[] = {
    {"outcome", NULL, SHEET_TEXT},
    {"sees", "THE USER SEES", SHEET_TEXT},
    {"sites", "AT", SHEET_LIST},
    {"homes", "MAILBOX ON", SHEET_LIST},
    {"mailboxes", NULL, SHEET_NUMBER},
    {"first_server", "FIRST SERVER", SHEET_TEXT},
    {"first_url", NULL, SHEET_TEXT},
    {"then", "THEN", SHEET_TEXT},
    {"hops", NULL, SHEET_LIST},
    {"services_outcome", NULL, SHEET_TEXT},
    {"reasons", NULL, SHEET_LIST},
    {"flags", NULL, SHEET_NUMBER},
    {"changes_on", "UNTIL", SHEET_TEXT},
    {"doubtful", NULL, SHEET_TRUTH},
    {"doubt", "DOUBT", SHEET_TEXT},
    {"evidence", "EVIDENCE", SHEET_TEXT},
};

/* A text that is made here; NULL: out of memory. */
static void made_text(struct sheet *sheet, char *text)
{
    if (text == NULL)
        sheet->failed = true;
    sheet_text(sheet, text);
    free(text);
}

static void add_sites(struct sheet *sheet, const struct coverage_view *view,
                      int row)
{
    int count = adscp_coverage_class_site_count(view->coverage, row), i;

    sheet_list(sheet);
    if (view->site < 0 && view->cli->csv == false &&
        count == adscp_coverage_site_count(view->coverage)) {
        sheet_item(sheet, "every site");
        return;
    }
    for (i = 0; i < count; i++) {
        int site = adscp_coverage_class_site(view->coverage, row, i);
        const char *name = adscp_coverage_site(view->coverage, site);

        if (coverage_shows(view, site))
            sheet_item(sheet, name != NULL ? name : "(unknown site)");
    }
}

static const char *home_words(const struct coverage_view *view, int home,
                              const char *nobody)
{
    switch (adscp_coverage_home_kind(view->coverage, home)) {
    case ADSCP_COVERAGE_HOME_KIND_NONE:
        return nobody;
    case ADSCP_COVERAGE_HOME_KIND_REMOTE:
        return "Microsoft 365";
    default:
        return coverage_home_name(view->coverage, home);
    }
}

static void add_homes(struct sheet *sheet, const struct coverage_view *view,
                      int row)
{
    int count = adscp_coverage_class_home_count(view->coverage, row), i;

    sheet_list(sheet);
    for (i = 0; i < count; i++) {
        int home = adscp_coverage_class_home(view->coverage, row, i);

        if (view->site >= 0 && !coverage_is_cell(view, view->site, home, row))
            continue;
        sheet_item(sheet, view->cli->csv
                              ? coverage_home_name(view->coverage, home)
                              : home_words(view, home, "(no mail address)"));
    }
}

static bool is_dead(const adscp_hop *hop)
{
    return adscp_alert_outcome(adscp_hop_alert(hop)) ==
           ADSCP_ALERT_OUTCOME_CONNECT_FAILURE;
}

/* "redirect to EX10" */
static char *then(const adscp_prediction *answer)
{
    const adscp_hop *hop = adscp_prediction_hop(answer, 0);
    const adscp_hop *next = adscp_prediction_hop(answer, 1);
    const char *action = is_dead(hop)
                             ? "no answer"
                             : adscp_hop_action_name(adscp_hop_action(hop));
    const char *joint = is_dead(hop) ? "; on" : "";
    char *text;

    if (hop == NULL)
        return strdup("the mail domain's URLs");
    if (next == NULL)
        return strdup(action);
    return asprintf(&text, "%s%s to %s", action, joint, story_name(next)) < 0
               ? NULL
               : text;
}

static char *doubt(const adscp_prediction *answer)
{
    const adscp_hop *hop = adscp_prediction_doubt_hop(answer, 0);
    char *text;

    if (adscp_prediction_doubtful(answer) != 1)
        return NULL;
    return asprintf(&text, "%s if %s comes first",
                    seen_outcome(adscp_prediction_doubt_outcome(answer)),
                    hop != NULL ? story_name(hop) : "another one") < 0
               ? NULL
               : text;
}

static void add_doubt(struct sheet *sheet, const adscp_prediction *answer)
{
    sheet_number(sheet, adscp_prediction_doubtful(answer));
    if (adscp_prediction_doubtful(answer) == 1)
        made_text(sheet, doubt(answer));
    else
        sheet_text(sheet, NULL);
}

static void add_hops(struct sheet *sheet, const adscp_prediction *answer)
{
    int i, count = adscp_prediction_hop_count(answer);

    sheet_list(sheet);
    for (i = 0; i < count; i++) {
        const adscp_hop *hop = adscp_prediction_hop(answer, i);
        char *text;

        if (asprintf(&text, "%s: %s", story_name(hop),
                     adscp_hop_action_name(adscp_hop_action(hop))) < 0) {
            sheet->failed = true;
            return;
        }
        sheet_item(sheet, text);
        free(text);
    }
}

static void add_reasons(struct sheet *sheet, const adscp_alert *alert)
{
    int i, count = adscp_alert_reason_count(alert);

    sheet_list(sheet);
    for (i = 0; i < count; i++)
        sheet_item(sheet,
                   adscp_alert_reason_name(adscp_alert_reason(alert, i)));
}

/* Days are enough for people. */
static void add_change(struct sheet *sheet, const struct coverage_view *view,
                       const adscp_prediction *answer)
{
    int64_t on = adscp_prediction_changes_on(answer);
    char text[CLI_TIME_SIZE];

    if (on < 0)
        sheet_text(sheet, NULL);
    else
        sheet_text(sheet, view->cli->csv ? cli_time_format(on, text)
                                         : seen_day(on, text));
}

static void add_class(struct sheet *sheet, const struct coverage_view *view,
                      int row)
{
    const adscp_prediction *answer =
        adscp_coverage_class_prediction(view->coverage, row);
    const adscp_alert *alert = adscp_prediction_alert(answer);
    const adscp_hop *hop = adscp_prediction_hop(answer, 0);
    int outcome = coverage_outcome(answer);

    sheet_text(sheet, adscp_alert_outcome_name(outcome));
    sheet_text(sheet, hop != NULL ? seen_outcome(outcome) : "no server");
    add_sites(sheet, view, row);
    add_homes(sheet, view, row);
    sheet_number(sheet, adscp_coverage_class_mailboxes(view->coverage, row));
    sheet_text(sheet, hop != NULL ? story_name(hop) : NULL);
    sheet_text(sheet, adscp_hop_url(hop));
    made_text(sheet, then(answer));
    add_hops(sheet, answer);
    sheet_text(sheet,
               adscp_alert_outcome_name(coverage_services_outcome(answer)));
    add_reasons(sheet, alert);
    sheet_number(sheet, adscp_alert_flags(alert));
    add_change(sheet, view, answer);
    add_doubt(sheet, answer);
    sheet_text(sheet, adscp_evidence_name(adscp_prediction_evidence(answer)));
}

static void fill(struct sheet *sheet, const struct coverage_view *view,
                 int most)
{
    int i;

    *sheet =
        (struct sheet){.columns = columns,
                       .column_count = sizeof(columns) / sizeof(columns[0])};
    for (i = 0; i < view->count && i < most && !sheet->failed; i++)
        add_class(sheet, view, view->classes[i]);
}

char *coverage_csv(const struct coverage_view *view)
{
    struct sheet sheet;
    char *text;

    fill(&sheet, view, view->count);
    text = sheet_csv(&sheet);
    sheet_clear(&sheet);
    return text;
}

/* ------------------------------------------------------------- two lines -- */

/* The classes that end as badly as the worst. */
static int count_worst(const struct coverage_view *view)
{
    const adscp_prediction *worst =
        adscp_coverage_class_prediction(view->coverage, view->classes[0]);
    int i;

    for (i = 1; i < view->count; i++) {
        const adscp_prediction *answer =
            adscp_coverage_class_prediction(view->coverage, view->classes[i]);

        if (coverage_outcome(answer) != coverage_outcome(worst) ||
            adscp_prediction_doubtful(answer) !=
                adscp_prediction_doubtful(worst))
            break;
    }
    return i;
}

/* What of the sites, or of the homes, the first so many classes have. */
static int mark(const struct coverage_view *view, int classes, bool homes,
                bool *marks)
{
    int i, k, found = 0;

    for (i = 0; i < classes; i++) {
        int row = view->classes[i];
        int count = homes
                        ? adscp_coverage_class_home_count(view->coverage, row)
                        : adscp_coverage_class_site_count(view->coverage, row);

        for (k = 0; k < count; k++) {
            int at = homes ? adscp_coverage_class_home(view->coverage, row, k)
                           : adscp_coverage_class_site(view->coverage, row, k);
            bool shown = homes ? view->site < 0 ||
                                     coverage_is_cell(view, view->site, at, row)
                               : coverage_shows(view, at);

            found += shown && !marks[at];
            marks[at] = marks[at] || shown;
        }
    }
    return found;
}

static const char *name_of(const struct coverage_view *view, int at, bool homes)
{
    const char *name = homes ? home_words(view, at, "no known server")
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

static bool write_where(FILE *out, const struct coverage_view *view,
                        int classes)
{
    int sites = adscp_coverage_site_count(view->coverage);
    int homes = adscp_coverage_home_count(view->coverage), found;
    bool *marks = calloc((size_t)(sites + homes), sizeof(*marks));

    if (marks == NULL)
        return false;
    found = mark(view, classes, false, marks);
    if (found == sites)
        fputs("at every site", out);
    else
        fputs("at ", out);
    if (found < sites)
        write_names(out, view, marks, found, false);
    found = mark(view, classes, true, marks + sites);
    if (found == homes) {
        fputs(", wherever the mailbox is", out);
    } else {
        fputs(" for mailboxes on ", out);
        write_names(out, view, marks + sites, found, true);
    }
    free(marks);
    return true;
}

static const char *worst_words(const adscp_prediction *worst)
{
    if (adscp_prediction_hop_count(worst) <= 0)
        return "No server in the directory";
    switch (coverage_outcome(worst)) {
    case ADSCP_ALERT_OUTCOME_NO_ALERT:
        return adscp_prediction_doubtful(worst) == 1 ? "No alert, but in doubt"
                                                     : "No alert";
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

/* "Security Alert at HQ and Branch for mailboxes on EX10" */
static void print_first(struct page *page, const struct coverage_view *view,
                        const adscp_prediction *worst)
{
    int classes = count_worst(view);
    struct line_text line;

    if (!line_begin(page, &line))
        return;
    fprintf(line.out, "%s ", worst_words(worst));
    if (!write_where(line.out, view, classes))
        page->failed = true;
    if (classes < view->count)
        fprintf(line.out, "; %d other answer%s below", view->count - classes,
                view->count - classes == 1 ? "" : "s");
    line_end(page, &line, PAGE_BOLD);
}

static void print_second(struct page *page, const struct coverage_view *view,
                         const adscp_prediction *worst)
{
    struct line_text line;

    if (!line_begin(page, &line))
        return;
    if (adscp_prediction_hop_count(worst) > 0)
        verdict_print(line.out, view->cli, worst);
    else
        fputs("Clients try the URLs of the user's mail domain: \"adscp "
              "predict --mail\" shows them",
              line.out);
    caveat_fault(line.out, "; ", worst);
    caveat_doubt(line.out, "; ", worst);
    if (adscp_coverage_complete(view->coverage) != 1)
        fputs("; incomplete: not everything could be read", line.out);
    else if (!coverage_census_complete(view))
        fputs("; not all mailboxes could be counted", line.out);
    line_end(page, &line, seen_style(coverage_outcome(worst)));
}

/* ------------------------------------------------------------------ page -- */

static void print_nothing(struct page *page, const struct coverage_view *view)
{
    page_style(page, PAGE_BOLD);
    fputs("No alert is predicted, and no answer is in doubt of one", page->out);
    page_end_title(page);
    if (adscp_coverage_complete(view->coverage) != 1)
        fputs("Incomplete: not everything could be read\n", page->out);
    else
        fputs("Without --only-alerts, the table shows all answers\n",
              page->out);
}

static void print_table(struct page *page, const struct coverage_view *view)
{
    struct sheet_column shown[sizeof(columns) / sizeof(columns[0])];
    struct sheet sheet;

    memcpy(shown, columns, sizeof(shown));
    if (coverage_is_counted(view))
        shown[MAILBOXES].heading = "MAILBOXES";
    fill(&sheet, view, ROWS_SHOWN);
    sheet.columns = shown;
    fputc('\n', page->out);
    sheet_print(page, &sheet);
    if (view->count > ROWS_SHOWN)
        fprintf(page->out, "  and %d more; --csv and --json have all\n",
                view->count - ROWS_SHOWN);
    page->failed |= sheet.failed;
    sheet_clear(&sheet);
}

bool coverage_print(struct page *page, const void *about)
{
    const struct coverage_view *view = about;
    const adscp_prediction *worst;

    if (view->count == 0) {
        print_nothing(page, view);
        return true;
    }
    worst = adscp_coverage_class_prediction(view->coverage, view->classes[0]);
    print_first(page, view, worst);
    print_second(page, view, worst);
    if (view->cli->brief)
        return true;
    print_table(page, view);
    coverage_print_census(page, view);
    page_heading(page, "Assumptions");
    fputs("  ", page->out);
    page_prose(page, 2, 2,
               page_text(page, adscp_coverage_assumes(view->coverage)));
    return findings_print_coverage(page, view->coverage);
}
