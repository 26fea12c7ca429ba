/* SPDX-License-Identifier: MIT */
/*
 * The balance of a change: who is worse and better off at its end, as numbers
 * and as the second line.
 */
#include "whatif.h"

#include <stdlib.h>

/* The mailboxes to which this happens somewhere, each once; -1: nobody counted
 * them. */
long whatif_count_mailboxes(struct whatif *whatif,
                            const adscp_comparison *comparison, int change)
{
    int i, count = adscp_comparison_home_count(comparison);
    bool *seen = calloc((size_t)count + 1, sizeof(*seen));
    long sum = -1;

    whatif->failed |= seen == NULL;
    for (i = 0; seen != NULL && i < adscp_comparison_move_count(comparison);
         i++) {
        int home = adscp_comparison_move_home(comparison, i);
        int mailboxes = adscp_comparison_home_mailboxes(comparison, home);

        if (adscp_comparison_move_change(comparison, i) != change ||
            seen[home] || mailboxes < 0)
            continue;
        seen[home] = true;
        sum = (sum < 0 ? 0 : sum) + mailboxes;
    }
    free(seen);
    return sum;
}

/* In all homes together; -1: nobody counted them. */
static long all_mailboxes(const adscp_coverage *coverage)
{
    int i, count = adscp_coverage_home_count(coverage);
    long sum = -1;

    for (i = 0; i < count; i++) {
        int mailboxes = adscp_coverage_home_mailboxes(coverage, i);

        if (mailboxes >= 0)
            sum = (sum < 0 ? 0 : sum) + mailboxes;
    }
    return sum;
}

/* Those whose server or database is gone. */
static long lost_mailboxes(const adscp_comparison *comparison)
{
    int i, count = adscp_comparison_home_count(comparison);
    long sum = 0;

    for (i = 0; i < count; i++)
        if (adscp_comparison_home_after(comparison, i) < 0 &&
            adscp_comparison_home_mailboxes(comparison, i) > 0)
            sum += adscp_comparison_home_mailboxes(comparison, i);
    return sum;
}

/* Mailboxes, from the beginning to the end. */
void whatif_balance(struct whatif *whatif, const adscp_comparison *comparison)
{
    struct whatif_end *end = &whatif->end;

    end->mailboxes_worse = whatif_count_mailboxes(
        whatif, comparison, ADSCP_COMPARISON_CHANGE_WORSE);
    end->mailboxes_better = whatif_count_mailboxes(
        whatif, comparison, ADSCP_COMPARISON_CHANGE_BETTER);
    end->before = all_mailboxes(whatif->start);
    if (end->before >= 0 && end->mailboxes_worse < 0)
        end->mailboxes_worse = 0;
    if (end->before >= 0 && end->mailboxes_better < 0)
        end->mailboxes_better = 0;
    end->after = all_mailboxes(whatif->before);
    end->lost = end->before >= 0 ? lost_mailboxes(comparison) : -1;
    end->deleted = adscp_comparison_deleted_mailboxes(comparison);
    end->added = adscp_comparison_added_mailboxes(comparison);
}

/* ----------------------------------------------------------------- words -- */

void whatif_put_pairs(FILE *out, size_t count, const char *what)
{
    fprintf(out, "%zu pair%s of site and mailbox %s %s", count,
            count == 1 ? "" : "s", count == 1 ? "is" : "are", what);
}

/* " (12 mailboxes)" */
static void put_mailboxes(FILE *out, long count)
{
    if (count >= 0)
        fprintf(out, " (%ld mailbox%s)", count, count == 1 ? "" : "es");
}

static void put_counts(FILE *out, const struct whatif *whatif)
{
    const struct whatif_end *end = &whatif->end;

    if (end->worse == 0 && end->better == 0)
        fprintf(out, "At the end every%s answer is as good as before",
                end->gone > 0 ? " other" : "");
    else if (end->worse == 0) {
        fprintf(out, "At the end no%s answer is worse than before; ",
                end->gone > 0 ? " other" : "");
        whatif_put_pairs(out, end->better, "better off");
        put_mailboxes(out, end->mailboxes_better);
    } else {
        fputs("At the end ", out);
        whatif_put_pairs(out, end->worse, "worse off than before");
        put_mailboxes(out, end->mailboxes_worse);
        fprintf(out, ", and %zu better off", end->better);
        if (end->better > 0)
            put_mailboxes(out, end->mailboxes_better);
    }
    if (end->gone > 0) {
        fputs("; ", out);
        whatif_put_pairs(out, end->gone, "gone");
    }
}

/* The first remark, and how many more there are: the step does not go as it
 * stands. */
static void put_obstacle(FILE *out, const struct whatif *whatif)
{
    int i, first = -1, count = 0;

    for (i = 0; i < adscp_plan_step_count(whatif->plan); i++) {
        int remarks = adscp_plan_remark_count(whatif->plan, i);

        if (remarks > 0 && first < 0)
            first = i;
        count += remarks > 0 ? remarks : 0;
    }
    if (first < 0)
        return;
    fprintf(out, "; in the way of step %d: %s", first + 1,
            adscp_plan_remark(whatif->plan, first, 0));
    if (count > 1)
        fprintf(out, " (and %d more)", count - 1);
}

void whatif_print_second(struct page *page, const struct whatif *whatif)
{
    struct line_text line;

    if (!line_begin(page, &line))
        return;
    put_counts(line.out, whatif);
    put_obstacle(line.out, whatif);
    steps_write_unasked(line.out, "; ",
                        adscp_coverage_class_prediction(whatif->start, 0));
    caveat_incomplete_coverage(line.out, "; incomplete: ", whatif->start);
    line_end(page, &line,
             whatif->end.worse > 0  ? PAGE_RED
             : whatif->end.gone > 0 ? PAGE_PLAIN
                                    : PAGE_GREEN);
}
