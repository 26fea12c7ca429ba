/* SPDX-License-Identifier: MIT */
/*
 * Advice in words: the best remedy and how far all of them reach, each remedy
 * with what it changes, and what nothing helps against.
 */
#include "advise.h"

#include <stdlib.h>

enum { UNHELPED_SHOWN = 6 };

static bool alerts(const struct advise *advise, int row)
{
    return coverage_outcome(adscp_coverage_class_prediction(
               advise->view->coverage, row)) >= ADSCP_ALERT_OUTCOME_ALERT;
}

/* Problems that no remedy clears; those that alert, or all of them. */
int advise_unhelped(const struct advise *advise, bool all)
{
    int i, found = 0, count = adscp_advice_problem_count(advise->advice);

    for (i = 0; i < count; i++) {
        int row = adscp_advice_problem(advise->advice, i);

        found += (all || alerts(advise, row)) &&
                 adscp_advice_best(advise->advice, row) < 0;
    }
    return found;
}

static void put_answers(FILE *out, int count)
{
    fprintf(out, "%d answer%s", count, count == 1 ? "" : "s");
}

/* Those that alert, or are in doubt of it: not merely unknown. */
static int count_grave(const struct advise *advise)
{
    int i, found = 0, count = adscp_advice_problem_count(advise->advice);

    for (i = 0; i < count; i++) {
        int row = adscp_advice_problem(advise->advice, i);

        found += alerts(advise, row) ||
                 adscp_prediction_doubtful(adscp_coverage_class_prediction(
                     advise->view->coverage, row)) == 1;
    }
    return found;
}

/* Nobody answers there. */
static bool is_silent(const adscp_prediction *answer)
{
    return coverage_outcome(answer) == ADSCP_ALERT_OUTCOME_CONNECT_FAILURE;
}

/* The first problem of that kind that nothing helps against; NULL: none. */
static const adscp_prediction *find_silent(const struct advise *advise)
{
    int i, count = adscp_advice_problem_count(advise->advice);

    for (i = 0; i < count; i++) {
        int row = adscp_advice_problem(advise->advice, i);
        const adscp_prediction *answer =
            adscp_coverage_class_prediction(advise->view->coverage, row);

        if (is_silent(answer) && adscp_advice_best(advise->advice, row) < 0)
            return answer;
    }
    return NULL;
}

/* Classes whose clients no SCP leads to a server. */
static int count_led_nowhere(const struct advise *advise)
{
    const adscp_coverage *coverage = advise->view->coverage;
    int i, found = 0, count = adscp_coverage_class_count(coverage);

    for (i = 0; i < count; i++) {
        const adscp_prediction *answer =
            adscp_coverage_class_prediction(coverage, i);

        found +=
            adscp_prediction_hop_count(answer) <= 0 && !steps_skip_scps(answer);
    }
    return found;
}

/* Classes whose clients get no answer, whatever they see on the way. */
static int count_broken(const struct advise *advise)
{
    const adscp_coverage *coverage = advise->view->coverage;
    int i, found = 0, count = adscp_coverage_class_count(coverage);

    for (i = 0; i < count; i++)
        found += caveat_breaks(adscp_coverage_class_prediction(coverage, i));
    return found;
}

/* The SCPs are off, and no host of the mail domain was judged. */
static bool is_unjudged(const struct advise *advise)
{
    const adscp_prediction *answer =
        adscp_coverage_class_prediction(advise->view->coverage, 0);

    return steps_skip_scps(answer) &&
           (adscp_prediction_domain(answer) == NULL ||
            adscp_prediction_hop_count(answer) <= 0);
}

static void put_fine(FILE *out, const struct advise *advise)
{
    int lost = count_led_nowhere(advise), broken = count_broken(advise);

    if (is_unjudged(advise)) {
        fputs("Unknown whether users see an alert: the clients skip the SCPs, "
              "and ",
              out);
        fputs(adscp_prediction_domain(adscp_coverage_class_prediction(
                  advise->view->coverage, 0)) == NULL
                  ? "no mail domain was given"
                  : "no host of the mail domain was judged",
              out);
        return;
    }
    if (broken > 0) {
        fputs("No alert is predicted, but for ", out);
        put_answers(out, broken);
        fputs(" clients get an error or a redirect in a circle", out);
        return;
    }
    if (lost == 0) {
        fputs("Nothing needs help: no alert is predicted, and no answer is in "
              "doubt",
              out);
        return;
    }
    if (adscp_coverage_complete(advise->view->coverage) != 1) {
        fputs("Unknown which server comes first for ", out);
        put_answers(out, lost);
        return;
    }
    if (lost == adscp_coverage_class_count(advise->view->coverage)) {
        fputs("No SCP leads anybody to a server, so there is no alert to clear "
              "here",
              out);
        return;
    }
    fputs("No alert is predicted where an SCP leads to a server, but for ",
          out);
    put_answers(out, lost);
    fputs(" none does", out);
}

static void put_nothing(FILE *out, const struct advise *advise)
{
    const adscp_prediction *silent = find_silent(advise);

    if (silent != NULL)
        fprintf(out,
                "%s cannot be reached and must answer first: no certificate, "
                "SCP or root helps before that",
                verdict_name(silent));
    else if (adscp_advice_complete(advise->advice) != 1)
        fputs("No remedy was found in the time there was", out);
    else
        fputs("Nothing that was tried helps: no change of certificates, SCPs, "
              "virtual directories or roots clears an alert without making "
              "another answer worse",
              out);
}

static void put_first(FILE *out, const struct advise *advise)
{
    const adscp_advice *advice = advise->advice;
    int problems = adscp_advice_problem_count(advice);

    if (problems == 0) {
        put_fine(out, advise);
    } else if (count_grave(advise) == 0) {
        fputs("No alert is predicted, but it is unknown for ", out);
        put_answers(out, problems);
        fputs(advise->view->cli->observe ? "" : ": look first, by --observe",
              out);
    } else if (adscp_advice_remedy_count(advice) == 0) {
        put_nothing(out, advise);
    } else {
        fprintf(out, "%s: that clears ", adscp_advice_remedy_text(advice, 0));
        put_answers(out, adscp_advice_remedy_clears_count(advice, 0));
        fprintf(out, " of %d that alert%s or may alert", problems,
                problems == 1 ? "s" : "");
    }
}

static void print_first(struct page *page, const struct advise *advise)
{
    struct line_text line;

    if (!line_begin(page, &line))
        return;
    put_first(line.out, advise);
    line_end(page, &line, PAGE_BOLD);
}

static const char *kind_words(int kind)
{
    switch (kind) {
    case ADSCP_ADVICE_KIND_CERTIFICATE:
        return "another certificate";
    case ADSCP_ADVICE_KIND_PUBLISH_ROOT:
        return "a root of the forest";
    case ADSCP_ADVICE_KIND_SCP_URL:
        return "another URL in an SCP";
    case ADSCP_ADVICE_KIND_SCP_NULL:
        return "an SCP without a URL";
    case ADSCP_ADVICE_KIND_SCP_SITES:
        return "other sites of an SCP";
    default:
        return "other hosts of virtual directories";
    }
}

/* Was this left untried for an answer that nothing else helps? */
static bool is_untried(const struct advise *advise, int kind)
{
    int i, count = adscp_advice_problem_count(advise->advice);

    for (i = 0; i < count; i++) {
        int row = adscp_advice_problem(advise->advice, i);

        if (adscp_advice_tried(advise->advice, row, kind) == 0)
            return true;
    }
    return false;
}

static void put_untried(FILE *out, const struct advise *advise)
{
    const char *joint = "; not tried for all of them: ";
    int kind;

    if (adscp_advice_complete(advise->advice) == 1)
        return;
    for (kind = 0; adscp_advice_kind_name(kind) != NULL; kind++)
        if (is_untried(advise, kind)) {
            fprintf(out, "%s%s", joint, kind_words(kind));
            joint = ", ";
        }
    fputs(" (--timeout gives more time)", out);
}

/* "the first one clears every answer", "remedies 1, 2 and 5 together do" */
static void put_chosen(FILE *out, const struct advise *advise)
{
    int i, told = 0, chosen = 0;
    int count = adscp_advice_remedy_count(advise->advice);

    for (i = 0; i < count; i++)
        chosen += advise->chosen[i];
    if (chosen == 1) {
        fputs(count == 1 ? ", which clears every answer"
                         : "; the first one clears every answer",
              out);
        return;
    }
    fputs("; every answer is cleared by one of the remedies ", out);
    for (i = 0; i < count; i++) {
        if (!advise->chosen[i])
            continue;
        fprintf(out, "%s%d",
                told == 0            ? ""
                : told + 1 == chosen ? " and "
                                     : ", ",
                i + 1);
        told++;
    }
}

static void put_second(FILE *out, const struct advise *advise)
{
    int problems = adscp_advice_problem_count(advise->advice);
    int remedies = adscp_advice_remedy_count(advise->advice);
    int unhelped = advise_unhelped(advise, true);

    if (problems == 0 && count_led_nowhere(advise) > 0) {
        fputs("Clients try the URLs of the user's mail domain: \"adscp predict "
              "--mail\" shows them",
              out);
    } else if (problems == 0) {
        fputs("\"adscp coverage\" shows all answers", out);
    } else {
        fprintf(out, "%d remed%s found", remedies,
                remedies == 1 ? "y was" : "ies were");
        if (unhelped == 0) {
            put_chosen(out, advise);
        } else {
            fputs("; nothing helps against ", out);
            put_answers(out, unhelped);
        }
    }
    put_untried(out, advise);
}

static void print_second(struct page *page, const struct advise *advise)
{
    struct line_text line;

    if (!line_begin(page, &line))
        return;
    put_second(line.out, advise);
    steps_write_unasked(
        line.out, "; ",
        adscp_coverage_class_prediction(advise->view->coverage, 0));
    caveat_incomplete_coverage(line.out,
                               "; incomplete: ", advise->view->coverage,
                               advise->view->sightings);
    line_end(page, &line,
             advise_unhelped(advise, false) > 0 ? PAGE_RED : PAGE_GREEN);
}

static void print_plan(struct page *page, const adscp_plan *plan)
{
    int i, k, count = adscp_plan_step_count(plan);

    for (i = 0; i < count; i++) {
        fprintf(page->out, "  step    %s\n", adscp_plan_step(plan, i));
        whatif_print_remarks(page, plan, i);
        for (k = 0; k < adscp_plan_cmdlet_count(plan, i); k++)
            fprintf(page->out, "    > %s\n", adscp_plan_cmdlet(plan, i, k));
    }
}

static void print_remedy(struct page *page, const struct advise *advise,
                         int remedy)
{
    const char *kind = adscp_advice_kind_name(
        adscp_advice_remedy_kind(advise->advice, remedy));
    char title[96];

    snprintf(title, sizeof(title), "Remedy %d (%s), for %d of %d answers",
             remedy + 1, kind,
             adscp_advice_remedy_clears_count(advise->advice, remedy),
             adscp_advice_problem_count(advise->advice));
    page_heading(page, title);
    fputs("  ", page->out);
    page_prose(
        page, 2, 2,
        page_text(page, adscp_advice_remedy_text(advise->advice, remedy)));
    whatif_print_lines(page, &advise->whatif, remedy + 1);
    print_plan(page, advise->plans[remedy]);
}

static void print_problem(struct page *page, const struct advise *advise,
                          int row)
{
    const adscp_prediction *answer =
        adscp_coverage_class_prediction(advise->view->coverage, row);
    struct line_text line;
    char *text;

    if (!line_begin(page, &line))
        return;
    coverage_write_where(line.out, advise->view, &row, 1, "every");
    fputs(": ", line.out);
    verdict_short(line.out, answer);
    if (is_silent(answer))
        fprintf(line.out, "; %s must answer first", verdict_name(answer));
    text = cli_take(line.out, &line.text);
    fputs("  ", page->out);
    page_prose(page, 2, 2, page_text(page, text));
    free(text);
}

static void print_unhelped(struct page *page, const struct advise *advise)
{
    int i, shown = 0, count = adscp_advice_problem_count(advise->advice);
    int unhelped = advise_unhelped(advise, true);

    if (unhelped == 0)
        return;
    page_heading(page, "Without a remedy");
    for (i = 0; i < count && shown < UNHELPED_SHOWN; i++) {
        int row = adscp_advice_problem(advise->advice, i);

        if (adscp_advice_best(advise->advice, row) >= 0)
            continue;
        print_problem(page, advise, row);
        shown++;
    }
    if (unhelped > shown)
        fprintf(page->out, "  and %d more; --json has all of them\n",
                unhelped - shown);
}

bool advise_print(struct page *page, const void *about)
{
    const struct advise *advise = about;
    int i, count = adscp_advice_remedy_count(advise->advice);

    print_first(page, advise);
    print_second(page, advise);
    if (advise->view->cli->brief)
        return true;
    for (i = 0; i < count && i < ADVISE_SHOWN; i++)
        print_remedy(page, advise, i);
    if (count > ADVISE_SHOWN)
        fprintf(page->out, "\nand %d more remedies; --json has all of them\n",
                count - ADVISE_SHOWN);
    print_unhelped(page, advise);
    page_heading(page, "Assumptions");
    fputs("  ", page->out);
    page_prose(page, 2, 2,
               page_text(page, adscp_coverage_assumes(advise->view->coverage)));
    return true;
}
