/* SPDX-License-Identifier: MIT */
/*
 * The command `predict`: the story of the first contact, and what it comes to.
 */
#include "command.h"

#include <stdlib.h>
#include <string.h>

/* A story, in which a long list would drown. */
enum { ROWS_SHOWN = 12 };

/* "; but Security Alert if EX19, the newest SCP, comes first" */
static void print_but(struct page *page, const adscp_prediction *answer,
                      bool (*write)(FILE *out, const adscp_prediction *answer))
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    bool said = out != NULL && write(out, answer);

    if (out != NULL)
        text = cli_take(out, &text);
    if (text == NULL)
        page->failed = true;
    else if (said) {
        fputs("; ", page->out);
        page_put(page, PAGE_YELLOW, text);
    }
    free(text);
}

/* A mistyped address would else be answered as anybody's. */
static void print_nobody(struct page *page, const adscp_prediction *answer)
{
    const adscp_mailbox *mailbox = adscp_prediction_mailbox(answer);

    if (mailbox != NULL &&
        adscp_mailbox_kind(mailbox) == ADSCP_MAILBOX_KIND_NOT_FOUND)
        fprintf(page->out, "; no recipient has the address %s",
                adscp_prediction_mail(answer));
}

/* What it comes to, and where. */
static void print_verdict(struct page *page, const adscp_prediction *answer)
{
    const adscp_alert *alert = adscp_prediction_alert(answer);
    int hop = adscp_prediction_alert_hop(answer);
    int outcome = adscp_alert_outcome(alert);

    if (alert == NULL)
        return;
    page_put(page, PAGE_BOLD, "The user sees: ");
    page_style(page, seen_style(outcome));
    fputs(seen_outcome(outcome), page->out);
    if (outcome != ADSCP_ALERT_OUTCOME_NO_ALERT && hop >= 0)
        fprintf(page->out, " at hop %d, %s", hop + 1,
                story_name(adscp_prediction_hop(answer, hop)));
    else if (outcome != ADSCP_ALERT_OUTCOME_NO_ALERT)
        fprintf(page->out, " at %s, after the answer", story_alerting(answer));
    page_style(page, PAGE_PLAIN);
    print_but(page, answer, headline_fault);
    print_but(page, answer, headline_doubt);
    fputc('\n', page->out);
}

static void print_headline(struct page *page, const adscp_prediction *answer)
{
    char *client = cli_name_client(answer);

    page_style(page, PAGE_BOLD);
    headline_meets(page->out, answer, page_text(page, client));
    print_nobody(page, answer);
    page_end_title(page);
    free(client);
}

static bool print_predict(struct page *page, const void *about)
{
    const struct report *report = about;
    const adscp_prediction *answer = report->answer;

    print_headline(page, answer);
    print_verdict(page, answer);
    if (report->cli->brief)
        return true;
    question_print(page, report);
    story_print(page, report);
    if (adscp_prediction_hop_count(answer) > 0) {
        page_heading(page, "All this takes for granted");
        fputs("  ", page->out);
        page_prose(page, 2, 2, adscp_prediction_assumes(answer));
    }
    if (adscp_prediction_candidate_count(answer) > 1) {
        page_heading(page, "The order of trial");
        if (!table_print(page, report, ROWS_SHOWN))
            return false;
    }
    question_print_then(page, answer);
    return findings_print(page, answer);
}

static int tell(const struct report *report)
{
    int64_t start = cli_clock_ns();
    char *text = report->cli->json ? cli_json(report)
                                   : page_write(print_predict, report);
    const adscp_alert *alert = adscp_prediction_alert(report->answer);
    int status = cli_print(report->cli, text, start);

    if (status != CLI_DONE)
        return status;
    return adscp_alert_outcome(alert) >= ADSCP_ALERT_OUTCOME_ALERT
               ? CLI_ALERT
               : cli_answer_status(report);
}

int predict_run(const struct cli *cli, const adscp_forest *forest)
{
    (void)forest;
    return cli_answer(cli, true, tell);
}
