/* SPDX-License-Identifier: MIT */
/*
 * Which remedies to carry out together: the smallest change that clears all
 * that any of them clears. One that does so alone was tried already; several
 * are tried as one plan.
 */
#include <stdlib.h>
#include <string.h>

#include "api/advice/private.h"

enum { TOGETHER_MAX = 32 };

struct choice {
    struct search *search;
    bool *wanted; /* classes, that some remedy clears */
    bool *taken;  /* remedies */
};

static const struct remedy *remedy_at(const struct choice *choice, size_t i)
{
    return &choice->search->advice->remedies[i];
}

static size_t remedy_count(const struct choice *choice)
{
    return choice->search->advice->remedy_count;
}

/* What alerts or may alert; what is merely unknown, where that is all. */
static void find_wanted(struct choice *choice)
{
    const struct adscp_advice *advice = choice->search->advice;
    bool grave = false;
    size_t i, k;

    for (i = 0; i < remedy_count(choice); i++)
        grave = grave || remedy_at(choice, i)->rank > RANK_UNCERTAIN;
    for (i = 0; i < advice->problem_count; i++) {
        const struct problem *problem = &advice->problems[i];

        for (k = 0; k < remedy_count(choice); k++)
            if ((!grave || problem->rank > RANK_UNCERTAIN) &&
                numbers_have(&remedy_at(choice, k)->clears, problem->row))
                choice->wanted[problem->row] = true;
    }
}

/* Wanted classes that this one clears, and none of the others that are taken
 * does. */
static size_t count_own(const struct choice *choice, size_t index)
{
    const struct remedy *remedy = remedy_at(choice, index);
    size_t i, k, count = 0;

    for (i = 0; i < remedy->clears.count; i++) {
        int row = remedy->clears.rows[i];

        for (k = 0; k < remedy_count(choice); k++)
            if (k != index && choice->taken[k] &&
                numbers_have(&remedy_at(choice, k)->clears, row))
                break;
        count += choice->wanted[row] && k == remedy_count(choice);
    }
    return count;
}

static bool clears_all(const struct choice *choice, const struct remedy *remedy)
{
    int row, rows = adscp_coverage_class_count(choice->search->coverage);

    for (row = 0; row < rows; row++)
        if (choice->wanted[row] && !numbers_have(&remedy->clears, row))
            return false;
    return true;
}

/* The smallest one that does everything; remedy_count(): none. */
static size_t find_single(const struct choice *choice)
{
    size_t i, best = remedy_count(choice);

    for (i = 0; i < remedy_count(choice); i++)
        if (clears_all(choice, remedy_at(choice, i)) &&
            (best == remedy_count(choice) ||
             remedy_at(choice, i)->changes < remedy_at(choice, best)->changes))
            best = i;
    return best;
}

/* Each takes what the ones before it leave; then the largest first, those that
 * the others make needless go. Returns how many settings change. */
static int take_several(const struct choice *choice)
{
    int changes = 0;
    size_t i;

    for (i = 0; i < remedy_count(choice); i++)
        choice->taken[i] = count_own(choice, i) > 0;
    for (i = remedy_count(choice); i-- > 0;)
        if (choice->taken[i] && count_own(choice, i) == 0)
            choice->taken[i] = false;
    for (i = 0; i < remedy_count(choice); i++)
        changes += choice->taken[i] ? remedy_at(choice, i)->changes : 0;
    return changes;
}

static void take_one(const struct choice *choice, size_t index)
{
    memset(choice->taken, 0, remedy_count(choice) * sizeof(*choice->taken));
    choice->taken[index] = true;
}

/* ----------------------------------------------------------------- plans -- */

static bool has_step(const adscp_plan *plan, const char *step)
{
    int i, count = adscp_plan_step_count(plan);

    for (i = 0; i < count; i++)
        if (strcmp(adscp_plan_step(plan, i), step) == 0)
            return true;
    return false;
}

static int add_remedy(adscp_plan *plan, const struct remedy *remedy)
{
    int rc = ADSCP_OK;
    size_t i;

    for (i = 0; i < remedy->step_count && rc == ADSCP_OK; i++)
        if (!has_step(plan, remedy->steps[i]))
            rc = adscp_plan_add_step(plan, remedy->steps[i]);
    return rc;
}

static bool is_taken(const struct choice *choice, int row)
{
    size_t i;

    for (i = 0; i < remedy_count(choice); i++)
        if (choice->taken[i] &&
            numbers_have(&remedy_at(choice, i)->clears, row))
            return true;
    return false;
}

/* Nothing is worse, and what each clears alone is cleared. */
static bool does_all(const struct choice *choice, const struct outcome *outcome)
{
    int row, rows = adscp_coverage_class_count(choice->search->coverage);

    for (row = 0; row < rows; row++)
        if (is_taken(choice, row) &&
            outcome->cleared[row] < choice->search->cells[row])
            return false;
    return !outcome->worse;
}

/* Do the taken ones go together? Steps that do not fit each other do not. */
static int try_taken(const struct choice *choice, bool *okp)
{
    struct search *search = choice->search;
    struct outcome outcome = {.cleared = NULL};
    adscp_coverage *after = NULL;
    adscp_plan *plan = NULL;
    int rc = advice_new_plan(search->advice, &plan);
    size_t i;

    *okp = false;
    for (i = 0; i < remedy_count(choice) && rc == ADSCP_OK; i++)
        if (choice->taken[i])
            rc = add_remedy(plan, remedy_at(choice, i));
    if (rc == ADSCP_OK)
        rc = outcome_make(search, plan, search->advice->problems[0].row,
                          &outcome, &after);
    if (rc == ADSCP_OK)
        *okp = does_all(choice, &outcome);
    outcome_clear(&outcome);
    adscp_coverage_free(after);
    adscp_plan_free(plan);
    return rc == ADSCP_E_NOMEM || rc == ADSCP_E_TIMEOUT ||
                   rc == ADSCP_E_CANCELLED
               ? rc
               : ADSCP_OK;
}

/* Those of them that do go together, the first one in any case. */
static int take_fitting(const struct choice *choice)
{
    size_t count = remedy_count(choice), i;
    bool *all = calloc(count + 1, sizeof(*all)), any = false;
    int rc = all != NULL ? ADSCP_OK : ADSCP_E_NOMEM, tried = 0;

    if (rc == ADSCP_OK)
        memcpy(all, choice->taken, count * sizeof(*all));
    memset(choice->taken, 0, count * sizeof(*choice->taken));
    for (i = 0; i < count && rc == ADSCP_OK && tried < TOGETHER_MAX; i++) {
        bool ok = !any;

        if (!all[i])
            continue;
        choice->taken[i] = true;
        if (any) {
            tried++;
            rc = try_taken(choice, &ok);
        }
        choice->taken[i] = rc == ADSCP_OK && ok;
        any = true;
    }
    free(all);
    return rc;
}

/* ----------------------------------------------------------------- whole -- */

static int settle(const struct choice *choice)
{
    struct adscp_advice *advice = choice->search->advice;
    size_t i;

    for (i = 0; i < remedy_count(choice); i++)
        if (choice->taken[i] && !numbers_add(&advice->chosen, (int)i))
            return ADSCP_E_NOMEM;
    for (i = 0; i < advice->problem_count; i++)
        if (is_taken(choice, advice->problems[i].row) &&
            !numbers_add(&advice->chosen_clears, advice->problems[i].row))
            return ADSCP_E_NOMEM;
    return ADSCP_OK;
}

static int choose(const struct choice *choice)
{
    size_t single = find_single(choice), count = remedy_count(choice);
    int changes = take_several(choice), rc;
    bool ok = true;

    if (single < count && remedy_at(choice, single)->changes <= changes) {
        take_one(choice, single);
        return ADSCP_OK;
    }
    rc = try_taken(choice, &ok);
    if (rc == ADSCP_OK && !ok && single == count)
        rc = take_fitting(choice);
    if ((rc == ADSCP_OK && !ok && single < count) || rc == ADSCP_E_TIMEOUT)
        take_one(choice, single < count ? single : 0);
    if (rc != ADSCP_E_TIMEOUT)
        return rc;
    choice->search->advice->complete = false;
    return ADSCP_OK;
}

int advice_choose(struct search *search)
{
    size_t rows = (size_t)adscp_coverage_class_count(search->coverage);
    struct choice choice = {.search = search};
    int rc = ADSCP_E_NOMEM;

    if (search->advice->remedy_count == 0)
        return ADSCP_OK;
    choice.wanted = calloc(rows + 1, sizeof(*choice.wanted));
    choice.taken =
        calloc(search->advice->remedy_count + 1, sizeof(*choice.taken));
    if (choice.wanted != NULL && choice.taken != NULL) {
        find_wanted(&choice);
        rc = choose(&choice);
        if (rc == ADSCP_OK)
            rc = settle(&choice);
    }
    free(choice.wanted);
    free(choice.taken);
    return rc;
}

int advice_chosen_plan(const struct adscp_advice *advice, adscp_plan **planp)
{
    adscp_plan *plan = NULL;
    int rc = advice_new_plan(advice, &plan);
    size_t i;

    for (i = 0; i < advice->chosen.count && rc == ADSCP_OK; i++)
        rc = add_remedy(plan, &advice->remedies[advice->chosen.rows[i]]);
    if (rc != ADSCP_OK) {
        adscp_plan_free(plan);
        return rc;
    }
    *planp = plan;
    return ADSCP_OK;
}
