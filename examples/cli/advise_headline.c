/* SPDX-License-Identifier: MIT */
/*
 * The two lines above advice: what to carry out and how much that clears, and
 * what is left. They tell of what --ldif-to writes.
 */
#include "advise.h"

#include <stdlib.h>

enum { CHOSEN_SHOWN = 3, NUMBERS_SHOWN = 8 };

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

/* It is merely unknown; what differs behind a shared name is more than that. */
static bool is_unknown(const struct advise *advise, int row)
{
    const adscp_prediction *answer =
        adscp_coverage_class_prediction(advise->view->coverage, row);
    int best = adscp_advice_best(advise->advice, row);

    return coverage_outcome(answer) == ADSCP_ALERT_OUTCOME_UNCERTAIN &&
           adscp_prediction_doubtful(answer) != 1 && !caveat_unserved(answer) &&
           adscp_advice_remedy_kind(advise->advice, best) !=
               ADSCP_ADVICE_KIND_BEHIND;
}

/* Of the problems, or of those that the chosen remedies clear. */
struct tally {
    int all, grave; /* grave: not merely unknown */
};

static struct tally count_problems(const struct advise *advise)
{
    struct tally tally = {adscp_advice_problem_count(advise->advice), 0};
    int i;

    for (i = 0; i < tally.all; i++)
        tally.grave +=
            !is_unknown(advise, adscp_advice_problem(advise->advice, i));
    return tally;
}

static struct tally count_cleared(const struct advise *advise)
{
    struct tally tally = {adscp_advice_chosen_clears_count(advise->advice), 0};
    int i;

    for (i = 0; i < tally.all; i++)
        tally.grave +=
            !is_unknown(advise, adscp_advice_chosen_clears(advise->advice, i));
    return tally;
}

/* Problems without a remedy. */
static struct tally count_unhelped(const struct advise *advise)
{
    struct tally tally = {0, 0};
    int i, count = adscp_advice_problem_count(advise->advice);

    for (i = 0; i < count; i++) {
        int row = adscp_advice_problem(advise->advice, i);

        if (adscp_advice_best(advise->advice, row) >= 0)
            continue;
        tally.all++;
        tally.grave += !is_unknown(advise, row);
    }
    return tally;
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

static const adscp_prediction *first_of(const struct advise *advise)
{
    return adscp_coverage_class_prediction(advise->view->coverage, 0);
}

/* The SCPs are off, and no host of the mail domain was judged. */
static bool is_unjudged(const struct advise *advise)
{
    const adscp_prediction *answer = first_of(advise);

    return steps_skip_scps(answer) &&
           (adscp_prediction_domain(answer) == NULL ||
            adscp_prediction_hop_count(answer) <= 0);
}

static void put_fine(FILE *out, const struct advise *advise)
{
    int lost = count_led_nowhere(advise);

    if (is_unjudged(advise)) {
        fputs("Unknown whether users see an alert: the clients skip the SCPs, "
              "and ",
              out);
        fputs(adscp_prediction_domain(first_of(advise)) == NULL
                  ? "no mail domain was given"
                  : "no host of the mail domain was judged",
              out);
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
    if (caveat_no_urls(out, "Unknown whether an SCP leads to a server: ",
                       first_of(advise)))
        return;
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

/* "1, 2 and 5", "1, 2, 5 and 30 more" */
static void put_numbers(FILE *out, const struct advise *advise)
{
    int i, count = adscp_advice_chosen_count(advise->advice);

    for (i = 0; i < count && i < NUMBERS_SHOWN; i++)
        fprintf(out, "%s%d",
                i == 0           ? ""
                : i + 1 == count ? " and "
                                 : ", ",
                adscp_advice_chosen(advise->advice, i) + 1);
    if (i < count)
        fprintf(out, " and %d more", count - i);
}

/* A sentence that goes on. */
static void put_going_on(FILE *out, const char *text)
{
    if (text != NULL && text[0] >= 'A' && text[0] <= 'Z')
        fprintf(out, "%c%s", text[0] - 'A' + 'a', text + 1);
}

static void put_remedies(FILE *out, const struct advise *advise)
{
    const adscp_advice *advice = advise->advice;
    int i, count = adscp_advice_chosen_count(advice);

    fputs(adscp_advice_remedy_text(advice, adscp_advice_chosen(advice, 0)),
          out);
    for (i = 1; i < count && count <= CHOSEN_SHOWN; i++) {
        fputs("; ", out);
        put_going_on(out, adscp_advice_remedy_text(
                              advice, adscp_advice_chosen(advice, i)));
    }
    if (count > CHOSEN_SHOWN) {
        fputs("; and so on, by the remedies ", out);
        put_numbers(out, advise);
    }
    fputs(count > 1 ? ": together that clears " : ": that clears ", out);
}

static void put_first(FILE *out, const struct advise *advise)
{
    const struct tally problems = count_problems(advise);

    if (problems.all == 0) {
        put_fine(out, advise);
    } else if (problems.grave == 0) {
        fputs("No alert is predicted, but it is unknown for ", out);
        put_answers(out, problems.all);
        fputs(advise->view->cli->observe ? "" : ": look first, by --observe",
              out);
    } else if (count_cleared(advise).grave == 0) {
        advise_put_nothing(out, advise);
    } else {
        put_remedies(out, advise);
        put_answers(out, count_cleared(advise).grave);
        fprintf(out, " of %d", problems.grave);
        advise_put_wrong(out, advise, problems.grave);
        advise_put_open(out, advise);
    }
}

static void put_leaving(FILE *out, const struct advise *advise)
{
    if (leaving_write(out, "; ", first_of(advise)))
        fputs(" (add --mail)", out);
}

static void print_first(struct page *page, const struct advise *advise)
{
    struct line_text line;

    if (!line_begin(page, &line))
        return;
    put_first(line.out, advise);
    if (adscp_prediction_hop_count(first_of(advise)) <= 0)
        put_leaving(line.out, advise);
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
    case ADSCP_ADVICE_KIND_BEHIND:
        return "one certificate behind a shared name";
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

/* "the first one clears every answer", "remedies 1, 2 and 5 together clear
 * every answer" */
static void put_chosen(FILE *out, const struct advise *advise)
{
    const struct tally problems = count_problems(advise);
    const struct tally cleared = count_cleared(advise);
    int chosen = adscp_advice_chosen_count(advise->advice);
    int remedies = adscp_advice_remedy_count(advise->advice);
    const char *what = advise_leaves_unserved(advise) ? "every alert"
                       : cleared.all == problems.all
                           ? "every answer"
                           : "all but what is unknown";

    if (problems.grave == 0 && cleared.all < problems.all) {
        fprintf(out, "; %d of %d answers are cleared", cleared.all,
                problems.all);
    } else if (cleared.grave < problems.grave) {
        fputs("; they do not all go together: ", out);
        put_answers(out, problems.grave - cleared.grave);
        fputs(problems.grave - cleared.grave == 1 ? " stays" : " stay", out);
    } else if (chosen > 1) {
        fputs("; remedies ", out);
        put_numbers(out, advise);
        fprintf(out, " together clear %s", what);
    } else if (remedies == 1) {
        fprintf(out, ", which clears %s", what);
    } else if (adscp_advice_chosen(advise->advice, 0) == 0) {
        fprintf(out, "; the first one clears %s", what);
    } else {
        fprintf(out, "; remedy %d clears %s",
                adscp_advice_chosen(advise->advice, 0) + 1, what);
    }
}

/* The first one that nothing helps against, as an example. */
static void put_example(FILE *out, const struct advise *advise)
{
    int i, count = adscp_advice_problem_count(advise->advice);

    for (i = 0; i < count; i++) {
        int row = adscp_advice_problem(advise->advice, i);

        if (adscp_advice_best(advise->advice, row) >= 0 ||
            is_unknown(advise, row))
            continue;
        fputs(", as ", out);
        coverage_write_where(out, advise->view, &row, 1, "every");
        return;
    }
}

static void put_found(FILE *out, const struct advise *advise)
{
    const struct tally unhelped = count_unhelped(advise);
    int remedies = adscp_advice_remedy_count(advise->advice);

    fprintf(out, "%d remed%s found", remedies,
            remedies == 1 ? "y was" : "ies were");
    if (unhelped.grave > 0) {
        fputs(adscp_advice_complete(advise->advice) == 1
                  ? "; nothing helps against "
                  : "; none was found for ",
              out);
        put_answers(out, unhelped.grave);
        put_example(out, advise);
    } else if (remedies > 0) {
        put_chosen(out, advise);
    }
    if (unhelped.all > unhelped.grave) {
        fputs("; ", out);
        put_answers(out, unhelped.all - unhelped.grave);
        fputs(unhelped.all - unhelped.grave == 1 ? " stays" : " stay", out);
        fputs(" unknown, whatever is changed", out);
    }
}

static void put_second(FILE *out, const struct advise *advise)
{
    int problems = adscp_advice_problem_count(advise->advice);

    if (problems == 0 && count_led_nowhere(advise) > 0)
        fputs("Clients try the URLs of the user's mail domain: \"adscp predict "
              "--mail\" shows them",
              out);
    else if (problems == 0)
        fputs("\"adscp coverage\" shows all answers", out);
    else
        put_found(out, advise);
    put_untried(out, advise);
}

static void print_second(struct page *page, const struct advise *advise)
{
    struct line_text line;

    if (!line_begin(page, &line))
        return;
    put_second(line.out, advise);
    leaving_write_all(line.out, "; ", first_of(advise));
    if (adscp_prediction_hop_count(first_of(advise)) > 0)
        put_leaving(line.out, advise);
    steps_write_unasked(line.out, "; ", first_of(advise));
    caveat_incomplete_coverage(line.out,
                               "; incomplete: ", advise->view->coverage);
    line_end(page, &line,
             advise_unhelped(advise, false) > 0 ? PAGE_RED : PAGE_GREEN);
}

void advise_print_headline(struct page *page, const struct advise *advise)
{
    print_first(page, advise);
    print_second(page, advise);
}
