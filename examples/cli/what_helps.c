/* SPDX-License-Identifier: MIT */
/*
 * What helps against the alert of one client, in a line: the smallest change
 * that clears it for all clients of its kind. It is sought for a moment only.
 */
#include "coverage.h"

#include <stdlib.h>

#include "command.h"

enum { TIME_MOST_MS = 2000 };

bool predict_ready(struct cli *cli)
{
    if (cli->json || cli->brief ||
        adscp_reader_set_keep_entries(cli->reader, 1) == ADSCP_OK)
        return true;
    cli_fail("out of memory");
    return false;
}

static bool needs_help(const adscp_prediction *answer)
{
    return coverage_outcome(answer) >= ADSCP_ALERT_OUTCOME_ALERT ||
           adscp_prediction_doubtful(answer) == 1;
}

static bool is_same(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : page_compare(a, b) == 0;
}

static int find_site(const adscp_coverage *coverage, const char *name)
{
    int i, count = adscp_coverage_site_count(coverage);

    for (i = 0; i < count; i++)
        if (is_same(adscp_coverage_site(coverage, i), name))
            return i;
    return -1;
}

/* The server that has the mailbox; without one, nobody's home is the last. */
static int find_home(const adscp_coverage *coverage,
                     const adscp_mailbox *mailbox)
{
    const char *dn = adscp_server_dn(adscp_mailbox_server(mailbox));
    int i, count = adscp_coverage_home_count(coverage);

    if (mailbox == NULL ||
        adscp_mailbox_kind(mailbox) == ADSCP_MAILBOX_KIND_NOT_READ)
        return count - 1;
    for (i = 0; i < count && dn != NULL; i++)
        if (is_same(adscp_server_dn(adscp_coverage_home_server(coverage, i)),
                    dn))
            return i;
    return -1;
}

/* The class of this client; -1: none says the same. */
static int find_class(const adscp_coverage *coverage,
                      const adscp_prediction *answer)
{
    int site = find_site(coverage, adscp_prediction_site(answer));
    int home = find_home(coverage, adscp_prediction_mailbox(answer));
    int row = adscp_coverage_cell(coverage, site, home);
    const adscp_prediction *same =
        adscp_coverage_class_prediction(coverage, row);

    return same != NULL && adscp_prediction_compare(answer, same) ==
                               ADSCP_COMPARISON_CHANGE_SAME
               ? row
               : -1;
}

static void put(FILE *out, const adscp_advice *advice, int row)
{
    int best = adscp_advice_best(advice, row), i, others = 0;

    if (best < 0)
        return;
    for (i = 0; i < adscp_advice_remedy_count(advice); i++)
        others += i != best;
    fputs(adscp_advice_remedy_text(advice, best), out);
    if (others > 0)
        fprintf(out, "; \"adscp advise\" has %d other remed%s", others,
                others == 1 ? "y" : "ies");
    else
        fputs("; \"adscp advise\" has the steps", out);
}

/* Whatever fails here is no fault of the answer. */
static void seek(FILE *out, const struct report *report)
{
    adscp_predictor *predictor = report->cli->predictor;
    int64_t left = cli_left_ms(report->cli);
    adscp_coverage *coverage = NULL;
    adscp_advice *advice = NULL;
    int row = -1;

    if (adscp_predictor_set_timeout_ms(
            predictor, left < TIME_MOST_MS ? (int)left : TIME_MOST_MS) !=
            ADSCP_OK ||
        adscp_predictor_set_profile(predictor, report->cli->profile) !=
            ADSCP_OK)
        return;
    if (adscp_predictor_cover(predictor, &coverage) == ADSCP_OK)
        row = find_class(coverage, report->answer);
    if (row >= 0 &&
        adscp_predictor_advise(predictor, coverage, row, &advice) == ADSCP_OK)
        put(out, advice, row);
    adscp_advice_free(advice);
    adscp_coverage_free(coverage);
}

void what_helps_print(struct page *page, const struct report *report)
{
    struct line_text line;
    char *text;

    if (!needs_help(report->answer) || !line_begin(page, &line))
        return;
    seek(line.out, report);
    text = cli_take(line.out, &line.text);
    if (text != NULL && text[0] != '\0')
        page_label(page, "What helps", page_text(page, text));
    free(text);
}
