/* SPDX-License-Identifier: MIT */
/*
 * What steps do: the coverage of the forest as they leave it, and which cells
 * differ from before.
 */
#include <stdlib.h>

#include "api/advice/private.h"
#include "base/deadline.h"

enum { LOOKED_MAX = 4096 }; /* cells of a class */

static int simulate(const struct search *search, const adscp_plan *plan,
                    adscp_coverage **afterp)
{
    enum { NS_PER_MS = 1000000 };
    adscp_predictor *predictor = search->predictor;
    int64_t spent = (deadline_now_ns() - search->start_ns) / NS_PER_MS;
    int rc = ADSCP_OK;

    if (search->timeout_ms > 0 && spent >= search->timeout_ms)
        return ADSCP_E_TIMEOUT;
    if (search->timeout_ms > 0)
        rc = adscp_predictor_set_timeout_ms(predictor,
                                            search->timeout_ms - (int)spent);
    if (rc == ADSCP_OK)
        rc = adscp_predictor_set_plan(predictor, plan);
    return rc == ADSCP_OK ? adscp_predictor_cover(predictor, afterp) : rc;
}

static const adscp_prediction *class_answer(const struct search *search,
                                            int row)
{
    return adscp_coverage_class_prediction(search->coverage, row);
}

static void count_cell(const struct search *search, int row,
                       const adscp_prediction *after, struct outcome *outcome)
{
    enum help help = advice_help(class_answer(search, row), after);

    outcome->cleared[row] += help != HELP_NONE;
    outcome->unknown[row] += help == HELP_AS_KNOWN;
    outcome->refused[row] += help == HELP_REFUSED;
}

static void count_moves(const struct search *search,
                        const adscp_comparison *comparison,
                        struct outcome *outcome)
{
    int i, count = adscp_comparison_move_count(comparison);

    for (i = 0; i < count; i++) {
        int at = adscp_comparison_move_site(comparison, i);
        int of = adscp_comparison_move_home(comparison, i);
        const adscp_prediction *after =
            adscp_comparison_move_after(comparison, i);
        int before = adscp_coverage_cell(search->coverage, at, of);

        if (before < 0)
            continue;
        outcome->moved[before]++;
        if (after != NULL &&
            advice_rank(class_answer(search, before)) != RANK_DIFFERS)
            count_cell(search, before, after, outcome);
        outcome->fine += advice_is_fine(class_answer(search, before));
    }
}

/* What is behind a shared host may change without any answer's moving. */
static void count_fronts(const struct search *search,
                         const adscp_coverage *after, struct outcome *outcome)
{
    const adscp_coverage *coverage = search->coverage;
    int sites = adscp_coverage_site_count(coverage), site;
    int homes = adscp_coverage_home_count(coverage), home;
    bool any = false;
    size_t i;

    for (i = 0; i < search->advice->problem_count; i++)
        any = any || search->advice->problems[i].rank == RANK_DIFFERS;
    if (!any || adscp_coverage_site_count(after) != sites ||
        adscp_coverage_home_count(after) != homes)
        return;
    for (site = 0; site < sites; site++)
        for (home = 0; home < homes; home++) {
            int row = adscp_coverage_cell(coverage, site, home);

            if (advice_rank(class_answer(search, row)) == RANK_DIFFERS)
                count_cell(search, row,
                           adscp_coverage_class_prediction(
                               after, adscp_coverage_cell(after, site, home)),
                           outcome);
        }
}

/* Cells of one class may differ in what their servers hand out: the first one
 * that is not helped yet is next, then one where something stays unknown. */
static void find_left(const struct search *search, int row,
                      const adscp_coverage *after, struct outcome *outcome)
{
    const adscp_coverage *coverage = search->coverage;
    int sites = adscp_coverage_class_site_count(coverage, row), i, k,
        looked = 0;
    int homes = adscp_coverage_class_home_count(coverage, row);

    for (i = 0; i < sites; i++)
        for (k = 0; k < homes && looked < LOOKED_MAX; k++) {
            int site = adscp_coverage_class_site(coverage, row, i);
            int home = adscp_coverage_class_home(coverage, row, k);
            const adscp_prediction *answer;
            enum help help;

            if (adscp_coverage_cell(coverage, site, home) != row)
                continue;
            looked++;
            answer = adscp_coverage_class_prediction(
                after, adscp_coverage_cell(after, site, home));
            help = advice_help(class_answer(search, row), answer);
            if (help == HELP_NONE) {
                outcome->next = answer;
                return;
            }
            if (help < HELP_WHOLE && outcome->next == NULL)
                outcome->next = answer;
        }
}

void outcome_clear(struct outcome *outcome)
{
    free(outcome->cleared);
    *outcome = (struct outcome){.cleared = NULL};
}

static int judge(const struct search *search, int row,
                 const adscp_coverage *after, struct outcome *outcome)
{
    size_t classes = (size_t)adscp_coverage_class_count(search->coverage);
    adscp_comparison *comparison = NULL;
    int rc;

    *outcome = (struct outcome){
        .cleared = calloc(4 * classes + 1, sizeof(*outcome->cleared))};
    if (outcome->cleared == NULL)
        return ADSCP_E_NOMEM;
    outcome->unknown = outcome->cleared + classes;
    outcome->moved = outcome->unknown + classes;
    outcome->refused = outcome->moved + classes;
    rc = adscp_coverage_compare(search->coverage, after, &comparison);
    if (rc != ADSCP_OK)
        return rc;
    count_moves(search, comparison, outcome);
    count_fronts(search, after, outcome);
    find_left(search, row, after, outcome);
    outcome->worse =
        adscp_comparison_count(comparison, ADSCP_COMPARISON_CHANGE_WORSE) > 0;
    adscp_comparison_free(comparison);
    return ADSCP_OK;
}

int outcome_make(const struct search *search, const adscp_plan *plan, int row,
                 struct outcome *outcome, adscp_coverage **afterp)
{
    int rc = simulate(search, plan, afterp);

    return rc == ADSCP_OK ? judge(search, row, *afterp, outcome) : rc;
}
