/* SPDX-License-Identifier: MIT */
/*
 * What helps against the alert of one client, in a line: the smallest change
 * that clears it for all clients of its kind. It is sought for a moment only;
 * where nothing is found, what helps against such an alert in general is said.
 */
#include "coverage.h"
#include "subject.h"

#include <stdlib.h>
#include <string.h>

#include "command.h"

enum { TIME_MOST_MS = 1000, TIME_UNCERTAIN_MS = 300, TRIED_MOST = 8 };

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
    return coverage_outcome(answer) > ADSCP_ALERT_OUTCOME_NO_ALERT ||
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

/* Where nobody knows what there is to mend, looking comes first. */
static void put(FILE *out, const struct report *report,
                const adscp_advice *advice, int best)
{
    int others = adscp_advice_remedy_count(advice) - 1;

    if (coverage_outcome(report->answer) == ADSCP_ALERT_OUTCOME_UNCERTAIN)
        fputs(report->cli->observe ? "If it alerts: "
                                   : "Look first (--observe); if it alerts: ",
              out);
    fputs(adscp_advice_remedy_text(advice, best), out);
    if (others > 0)
        fprintf(out, "; \"adscp advise\" has %d other remed%s", others,
                others == 1 ? "y" : "ies");
    else
        fputs("; \"adscp advise\" has the steps", out);
}

/* Does it help this client, too, whose answer is none of the coverage? */
static bool helps(const struct report *report, const adscp_advice *advice,
                  int remedy)
{
    adscp_predictor *predictor = report->cli->predictor;
    adscp_prediction *after = NULL;
    adscp_plan *plan = NULL;
    bool ok = false;

    if (adscp_advice_remedy_plan(advice, remedy, &plan) == ADSCP_OK &&
        adscp_predictor_set_plan(predictor, plan) == ADSCP_OK &&
        adscp_predictor_predict(predictor, &after) == ADSCP_OK)
        ok = coverage_outcome(after) == ADSCP_ALERT_OUTCOME_NO_ALERT &&
             adscp_prediction_doubtful(after) != 1;
    adscp_prediction_free(after);
    adscp_plan_free(plan);
    return ok;
}

static int find_helping(const struct report *report, const adscp_advice *advice)
{
    int i, count = adscp_advice_remedy_count(advice);

    for (i = 0; i < count && i < TRIED_MOST; i++)
        if (helps(report, advice, i))
            return i;
    return -1;
}

/* Of somebody without a mailbox at the client's site: the way is the same, up
 * to what the server does. */
static int find_like(const adscp_coverage *coverage,
                     const adscp_prediction *answer)
{
    return adscp_coverage_cell(
        coverage, find_site(coverage, adscp_prediction_site(answer)),
        adscp_coverage_home_count(coverage) - 1);
}

/* An alert is worth more of it than ignorance. */
static int64_t time_for(const struct report *report)
{
    int64_t left = cli_left_ms(report->cli);
    int64_t most =
        coverage_outcome(report->answer) == ADSCP_ALERT_OUTCOME_UNCERTAIN
            ? TIME_UNCERTAIN_MS
            : TIME_MOST_MS;

    return left < most ? left : most;
}

/* Time that runs out here is no fault of the answer: then *foundp is false.
 * ADSCP_OK or ADSCP_E_NOMEM. */
static int seek(FILE *out, const struct report *report, bool *foundp)
{
    adscp_predictor *predictor = report->cli->predictor;
    adscp_coverage *coverage = NULL;
    adscp_advice *advice = NULL;
    int row = -1, like = -1, best = -1;
    int rc = adscp_predictor_set_timeout_ms(predictor, (int)time_for(report));

    if (rc == ADSCP_OK)
        rc = adscp_predictor_set_profile(predictor, report->cli->profile);
    if (rc == ADSCP_OK)
        rc = adscp_predictor_cover(predictor, &coverage);
    if (rc == ADSCP_OK) {
        row = find_class(coverage, report->answer);
        like = row >= 0 ? row : find_like(coverage, report->answer);
    }
    if (like >= 0)
        rc = adscp_predictor_advise(predictor, coverage, like, &advice);
    if (like >= 0 && rc == ADSCP_OK)
        best = row >= 0 ? adscp_advice_best(advice, row)
                        : find_helping(report, advice);
    if (best >= 0)
        put(out, report, advice, best);
    *foundp = best >= 0;
    adscp_advice_free(advice);
    adscp_coverage_free(coverage);
    return rc == ADSCP_E_NOMEM ? rc : ADSCP_OK;
}

/* What nobody tried. */
static void put_general(FILE *out, const adscp_prediction *answer)
{
    if (coverage_outcome(answer) >= ADSCP_ALERT_OUTCOME_ALERT)
        subject_write_help(out, answer);
}

/* Without the blank and the stop of a sentence. */
static void cut_end(char *text)
{
    size_t length = strlen(text);

    while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '.'))
        text[--length] = '\0';
}

void what_helps_print(struct page *page, const struct report *report)
{
    struct line_text line;
    bool found = false;
    char *text;

    if (!needs_help(report->answer) || !line_begin(page, &line))
        return;
    if (seek(line.out, report, &found) != ADSCP_OK)
        page->failed = true;
    else if (!found)
        put_general(line.out, report->answer);
    text = cli_take(line.out, &line.text);
    if (text != NULL)
        cut_end(text);
    if (text == NULL)
        page->failed = true;
    else if (text[0] != '\0')
        page_label(page, "What helps", page_text(page, text));
    free(text);
}
