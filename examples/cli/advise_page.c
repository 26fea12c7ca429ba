/* SPDX-License-Identifier: MIT */
/*
 * Advice in words: each remedy with what it changes, and what nothing helps
 * against.
 */
#include "advise.h"

#include <stdlib.h>

enum { UNHELPED_SHOWN = 6 };

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
    if (advise_is_silent(answer))
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

    advise_print_headline(page, advise);
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
