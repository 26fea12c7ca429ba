/* SPDX-License-Identifier: MIT */
/*
 * A coverage as a table, the worst first: for people, below its two lines, and
 * as CSV.
 */
#include "coverage.h"
#include "sheet.h"

#include <stdlib.h>
#include <string.h>

enum { ROWS_SHOWN = 40 };

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
    {"changes_on", "CHANGES ON", SHEET_TEXT},
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

static void add_homes(struct sheet *sheet, const struct coverage_view *view,
                      int row)
{
    int count = adscp_coverage_class_home_count(view->coverage, row), i;

    sheet_list(sheet);
    for (i = 0; i < count; i++) {
        int home = adscp_coverage_class_home(view->coverage, row, i);

        if (view->site >= 0 && !coverage_is_cell(view, view->site, home, row))
            continue;
        sheet_item(sheet,
                   view->cli->csv
                       ? coverage_home_name(view->coverage, home)
                       : coverage_home_words(view, home, "(no mail address)"));
    }
}

static bool is_dead(const adscp_hop *hop)
{
    return adscp_alert_outcome(adscp_hop_alert(hop)) ==
           ADSCP_ALERT_OUTCOME_CONNECT_FAILURE;
}

static const char *action_words(const adscp_prediction *answer,
                                const adscp_hop *hop)
{
    if (is_dead(hop))
        return "no answer";
    if (adscp_prediction_hop_count(answer) == 1 &&
        adscp_prediction_refusal(answer) == ADSCP_REFUSAL_UNSUPPORTED)
        return "perhaps no answer";
    return adscp_hop_action_name(adscp_hop_action(hop));
}

/* "redirect to EX10" */
static char *then(const adscp_prediction *answer)
{
    const adscp_hop *hop = adscp_prediction_hop(answer, 0);
    const adscp_hop *next = adscp_prediction_hop(answer, 1);
    const char *action = action_words(answer, hop);
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
    return asprintf(&text, "%s if %s %s", caveat_doubt_outcome(answer),
                    hop != NULL ? story_name(hop) : "another one",
                    caveat_is_shared(adscp_prediction_doubt_reading(answer))
                        ? "answers"
                        : "comes first") < 0
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
    sheet_text(sheet, hop != NULL               ? seen_outcome(outcome)
                      : steps_skip_scps(answer) ? "unknown"
                                                : "no server");
    add_sites(sheet, view, row);
    add_homes(sheet, view, row);
    sheet_number(sheet, adscp_coverage_class_mailboxes(view->coverage, row));
    sheet_text(sheet, hop != NULL ? story_name(hop) : NULL);
    sheet_text(sheet, adscp_hop_url(hop));
    made_text(sheet, then(answer));
    add_hops(sheet, answer);
    sheet_text(sheet, adscp_alert_outcome_name(
                          adscp_prediction_services_outcome(answer)));
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
                       .below = "doubt",
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

/* ------------------------------------------------------------------ page -- */

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

    coverage_print_headline(page, view);
    if (view->cli->brief || view->count == 0)
        return true;
    print_table(page, view);
    coverage_print_census(page, view);
    page_heading(page, "Assumptions");
    fputs("  ", page->out);
    page_prose(page, 2, 2,
               page_text(page, adscp_coverage_assumes(view->coverage)));
    return coverage_print_findings(page, view);
}
