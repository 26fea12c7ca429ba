/* SPDX-License-Identifier: MIT */
/*
 * The command `predict`: the story of the first contact, and what it comes to.
 */
#include "command.h"
#include "coverage.h"

#include <stdlib.h>
#include <string.h>

/* A story, in which a long list would drown. */
enum { ROWS_SHOWN = 12 };

/* Of the whole answer; every host has a day of its own. */
static void print_change(struct page *page, const adscp_prediction *answer)
{
    /* The second before, when a certificate is still valid. */
    int64_t on = adscp_prediction_changes_on(answer) - 1;
    char day[CLI_TIME_SIZE], text[CLI_TIME_SIZE + 64];

    if (on < 0)
        return;
    snprintf(text, sizeof(text), "%s; then the verdict may change",
             seen_day(on, day));
    page_label(page, "Valid until", text);
}

static bool print_predict(struct page *page, const void *about)
{
    const struct report *report = about;
    const adscp_prediction *answer = report->answer;

    headline_print_predict(page, report);
    if (report->cli->brief)
        return true;
    question_print(page, report);
    print_change(page, answer);
    what_helps_print(page, report);
    if (adscp_prediction_step_count(answer) > 0)
        steps_print(page, answer);
    story_print(page, report);
    behind_print(page, answer);
    if (adscp_prediction_hop_count(answer) > 0) {
        page_heading(page, "Assumptions");
        fputs("  ", page->out);
        page_prose(page, 2, 2, adscp_prediction_assumes(answer));
    }
    if (adscp_prediction_candidate_count(answer) > 1) {
        page_heading(page, "The order of trial");
        if (!table_print(page, report, ROWS_SHOWN))
            return false;
    }
    question_print_then(page, answer);
    if (adscp_prediction_step_count(answer) <= 0)
        steps_print(page, answer);
    return findings_print(page, report);
}

static int tell(const struct report *report)
{
    int64_t start = cli_clock_ns();
    char *text = report->cli->json ? cli_json(report)
                                   : page_write(print_predict, report);
    int status = cli_print(report->cli, text, start);

    if (status != CLI_DONE)
        return status;
    return verdict_is_alarming(report->answer) ? CLI_ALERT
                                               : cli_answer_status(report);
}

int predict_run(const struct cli *cli, const adscp_forest *forest)
{
    (void)forest;
    return cli_answer(cli, true, tell);
}
