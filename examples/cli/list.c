/* SPDX-License-Identifier: MIT */
/*
 * The command `list`: the order in which this client tries the URLs, and why.
 */
#include "command.h"

#include <stdlib.h>
#include <string.h>

enum { REASONS = 12 };

static void print_assumed(struct page *page, const adscp_prediction *answer)
{
    const char *assumes = adscp_prediction_assumes(answer);

    if (assumes != NULL)
        page_label(page, "Assumptions", assumes);
}

static void print_evidence(struct page *page, const adscp_prediction *answer)
{
    page_label(page, "Evidence",
               story_evidence(adscp_prediction_evidence(answer)));
    story_rival(page, answer);
}

static const char *reason(struct page *page, const adscp_prediction *answer,
                          int index)
{
    return page_text(
        page, adscp_candidate_why(adscp_prediction_candidate(answer, index)));
}

/* Ranks whose reason is the same share a line: "2-14". */
static int reason_end(struct page *page, const adscp_prediction *answer,
                      int start, int count)
{
    const char *why = reason(page, answer, start);
    int end;

    for (end = start + 1; end < count; end++)
        if (strcmp(why, reason(page, answer, end)) != 0)
            break;
    return end;
}

static void print_reasons(struct page *page, const adscp_prediction *answer,
                          int count)
{
    int i, end, lines;
    char ranks[32];

    page_heading(page, "Why in this order");
    for (i = 0, lines = 0; i < count && lines < REASONS; i = end, lines++) {
        end = reason_end(page, answer, i, count);
        if (end - i > 1)
            snprintf(ranks, sizeof(ranks), "%d-%d", i + 1, end);
        else
            snprintf(ranks, sizeof(ranks), "%d", i + 1);
        fprintf(page->out, "  %-4s ", ranks);
        page_prose(page, 2 + 4 + 1, 2 + 4 + 1, reason(page, answer, i));
    }
    if (i < count)
        fprintf(page->out, "  and %d more; --json has every reason\n",
                count - i);
}

static bool print_list(struct page *page, const void *about)
{
    const struct report *report = about;
    const adscp_prediction *answer = report->answer;
    int count = adscp_prediction_candidate_count(answer);

    headline_print_list(page, report);
    if (report->cli->brief)
        return true;
    question_print(page, report);
    if (count > 0) {
        page_heading(page, "The order of trial");
        if (!table_print(page, report, count))
            return false;
        print_reasons(page, answer, count);
        fputc('\n', page->out);
        print_evidence(page, answer);
        print_assumed(page, answer);
    }
    if (!untried_print(page, answer))
        return false;
    question_print_then(page, answer);
    return findings_print(page, report);
}

static int tell(const struct report *report)
{
    int64_t start = cli_clock_ns();
    char *text = report->cli->json  ? cli_json(report)
                 : report->cli->csv ? cli_list_csv(report->answer)
                                    : page_write(print_list, report);
    int status = cli_print(report->cli, text, start);

    return status != CLI_DONE ? status : cli_answer_status(report);
}

int list_run(const struct cli *cli, const adscp_forest *forest)
{
    (void)forest;
    return cli_answer(cli, true, tell);
}
