/* SPDX-License-Identifier: MIT */
/*
 * The public advice: what helps against the alerts of a coverage, as simulation
 * shows.
 */
#include <stdlib.h>

#include "api/advice/private.h"
#include "api/count.h"
#include "api/predictor.h"
#include "base/deadline.h"

enum { KIND_LAST = ADSCP_ADVICE_KIND_BEHIND };

const char *adscp_advice_kind_name(int kind)
{
    static const char *const names[] = {
        [ADSCP_ADVICE_KIND_CERTIFICATE] = "certificate",
        [ADSCP_ADVICE_KIND_PUBLISH_ROOT] = "publish-root",
        [ADSCP_ADVICE_KIND_SCP_URL] = "scp-url",
        [ADSCP_ADVICE_KIND_SCP_NULL] = "scp-null",
        [ADSCP_ADVICE_KIND_SCP_SITES] = "scp-sites",
        [ADSCP_ADVICE_KIND_SERVICE_URL] = "service-url",
        [ADSCP_ADVICE_KIND_BEHIND] = "behind",
    };

    return kind >= 0 && kind <= KIND_LAST ? names[kind] : NULL;
}

void adscp_advice_free(adscp_advice *advice)
{
    size_t i;

    if (advice == NULL)
        return;
    for (i = 0; i < advice->remedy_count; i++)
        remedy_clear(&advice->remedies[i]);
    free(advice->remedies);
    free(advice->problems);
    free(advice->chosen.rows);
    free(advice->chosen_clears.rows);
    adscp_plan_free(advice->start);
    free(advice);
}

/* A plan without steps. NULL: out of memory, or the forest does not do. */
static int begin(const adscp_coverage *coverage, adscp_advice *advice)
{
    int64_t time = adscp_coverage_time(coverage);
    int rc;

    advice->complete = true;
    advice->time = time > 0 ? time : 0;
    advice->start = adscp_plan_new();
    if (advice->start == NULL)
        return ADSCP_E_NOMEM;
    rc = adscp_plan_set_forest(advice->start, adscp_coverage_forest(coverage));
    return rc == ADSCP_OK ? adscp_plan_set_time(advice->start, advice->time)
                          : rc;
}

static int refuse(adscp_predictor *predictor, const char *words)
{
    return detail_set(&predictor->detail, ADSCP_E_ARGUMENT, "%s", words);
}

static int check(adscp_predictor *predictor, const adscp_coverage *coverage,
                 int row, adscp_advice **out)
{
    if (predictor == NULL)
        return ADSCP_E_ARGUMENT;
    detail_clear(&predictor->detail);
    if (coverage == NULL)
        return refuse(predictor, "there is no coverage to give advice on");
    if (out == NULL)
        return refuse(predictor,
                      "the pointer for the advice is missing (NULL)");
    if (row >= adscp_coverage_class_count(coverage) || row < -1)
        return refuse(predictor, "the coverage has no such class");
    return ADSCP_OK;
}

/* The predictor judges the forest of the coverage again, with nothing assumed.
 */
static int settle(struct search *search, int rc)
{
    adscp_predictor *predictor = search->predictor;
    int other = adscp_predictor_set_timeout_ms(predictor, search->timeout_ms);

    if (other == ADSCP_OK)
        other = adscp_predictor_set_plan(predictor, search->advice->start);
    return rc == ADSCP_OK ? other : rc;
}

static void forget(struct search *search)
{
    size_t i;

    for (i = 0; i < search->tried_count; i++)
        free(search->tried[i].key);
    free(search->tried);
    free(search->cells);
}

int adscp_predictor_advise(adscp_predictor *predictor,
                           const adscp_coverage *coverage, int row,
                           adscp_advice **out)
{
    struct search search = {.predictor = predictor, .coverage = coverage};
    int rc = check(predictor, coverage, row, out);

    if (rc != ADSCP_OK)
        return rc;
    search.advice = calloc(1, sizeof(*search.advice));
    if (search.advice == NULL)
        return detail_set(&predictor->detail, ADSCP_E_NOMEM, "%s",
                          adscp_error_text(ADSCP_E_NOMEM));
    search.start_ns = deadline_now_ns();
    search.timeout_ms = predictor->timeout_ms;
    rc = begin(coverage, search.advice);
    if (rc == ADSCP_E_ARGUMENT)
        rc = refuse(predictor, adscp_plan_error_detail(search.advice->start));
    else if (rc == ADSCP_OK)
        rc = settle(&search, advice_search(&search, row));
    forget(&search);
    if (rc != ADSCP_OK) {
        adscp_advice_free(search.advice);
        return rc == ADSCP_E_ARGUMENT ? rc
                                      : detail_set(&predictor->detail, rc, "%s",
                                                   adscp_error_text(rc));
    }
    *out = search.advice;
    return ADSCP_OK;
}

/* --------------------------------------------------------------- getters -- */

int adscp_advice_complete(const adscp_advice *advice)
{
    return advice != NULL ? advice->complete : -1;
}

int adscp_advice_problem_count(const adscp_advice *advice)
{
    return advice != NULL ? count_of(advice->problem_count) : -1;
}

int adscp_advice_problem(const adscp_advice *advice, int index)
{
    return advice != NULL && in_range(index, advice->problem_count)
               ? advice->problems[index].row
               : -1;
}

int adscp_advice_tried(const adscp_advice *advice, int row, int kind)
{
    size_t i;

    if (advice == NULL || kind < 0 || kind > KIND_LAST)
        return -1;
    for (i = 0; i < advice->problem_count; i++)
        if (advice->problems[i].row == row)
            return (advice->problems[i].kinds >> kind & 1) != 0;
    return -1;
}

static int number_at(const struct numbers *numbers, int index)
{
    return numbers != NULL && in_range(index, numbers->count)
               ? numbers->rows[index]
               : -1;
}

int adscp_advice_remedy_count(const adscp_advice *advice)
{
    return advice != NULL ? count_of(advice->remedy_count) : -1;
}

static const struct remedy *remedy_at(const adscp_advice *advice, int remedy)
{
    return advice != NULL && in_range(remedy, advice->remedy_count)
               ? &advice->remedies[remedy]
               : NULL;
}

int adscp_advice_remedy_kind(const adscp_advice *advice, int remedy)
{
    const struct remedy *row = remedy_at(advice, remedy);

    return row != NULL ? row->kind : -1;
}

const char *adscp_advice_remedy_text(const adscp_advice *advice, int remedy)
{
    const struct remedy *row = remedy_at(advice, remedy);

    return row != NULL ? row->text : NULL;
}

int adscp_advice_remedy_step_count(const adscp_advice *advice, int remedy)
{
    const struct remedy *row = remedy_at(advice, remedy);

    return row != NULL ? count_of(row->step_count) : -1;
}

const char *adscp_advice_remedy_step(const adscp_advice *advice, int remedy,
                                     int index)
{
    const struct remedy *row = remedy_at(advice, remedy);

    return row != NULL && in_range(index, row->step_count) ? row->steps[index]
                                                           : NULL;
}

int adscp_advice_remedy_for_count(const adscp_advice *advice, int remedy)
{
    const struct remedy *row = remedy_at(advice, remedy);

    return row != NULL ? count_of(row->for_classes.count) : -1;
}

int adscp_advice_remedy_for(const adscp_advice *advice, int remedy, int index)
{
    const struct remedy *row = remedy_at(advice, remedy);

    return row != NULL ? number_at(&row->for_classes, index) : -1;
}

int adscp_advice_remedy_clears_count(const adscp_advice *advice, int remedy)
{
    const struct remedy *row = remedy_at(advice, remedy);

    return row != NULL ? count_of(row->clears.count) : -1;
}

int adscp_advice_remedy_clears(const adscp_advice *advice, int remedy,
                               int index)
{
    const struct remedy *row = remedy_at(advice, remedy);

    return row != NULL ? number_at(&row->clears, index) : -1;
}

int adscp_advice_remedy_unknown_count(const adscp_advice *advice, int remedy)
{
    const struct remedy *row = remedy_at(advice, remedy);

    return row != NULL ? count_of(row->unknown.count + row->refused.count) : -1;
}

int adscp_advice_remedy_unknown(const adscp_advice *advice, int remedy,
                                int index)
{
    const struct remedy *row = remedy_at(advice, remedy);

    if (row == NULL)
        return -1;
    return index < count_of(row->unknown.count)
               ? number_at(&row->unknown, index)
               : number_at(&row->refused, index - count_of(row->unknown.count));
}

int adscp_advice_remedy_others(const adscp_advice *advice, int remedy)
{
    const struct remedy *row = remedy_at(advice, remedy);

    return row != NULL ? row->others : -1;
}

int adscp_advice_remedy_mailboxes(const adscp_advice *advice, int remedy)
{
    const struct remedy *row = remedy_at(advice, remedy);

    return row != NULL ? row->mailboxes : -1;
}

int adscp_advice_best(const adscp_advice *advice, int row)
{
    size_t i;

    for (i = 0; advice != NULL && i < advice->remedy_count; i++)
        if (numbers_have(&advice->remedies[i].clears, row))
            return (int)i;
    return -1;
}

/* ---------------------------------------------------------------- chosen -- */

int adscp_advice_chosen_count(const adscp_advice *advice)
{
    return advice != NULL ? count_of(advice->chosen.count) : -1;
}

int adscp_advice_chosen(const adscp_advice *advice, int index)
{
    return advice != NULL ? number_at(&advice->chosen, index) : -1;
}

int adscp_advice_chosen_clears_count(const adscp_advice *advice)
{
    return advice != NULL ? count_of(advice->chosen_clears.count) : -1;
}

int adscp_advice_chosen_clears(const adscp_advice *advice, int index)
{
    return advice != NULL ? number_at(&advice->chosen_clears, index) : -1;
}

int adscp_advice_plan(const adscp_advice *advice, adscp_plan **out)
{
    return advice != NULL && out != NULL ? advice_chosen_plan(advice, out)
                                         : ADSCP_E_ARGUMENT;
}

/* ------------------------------------------------------------------ plan -- */

static int add_steps(const struct remedy *remedy, adscp_plan *plan)
{
    int rc = ADSCP_OK;
    size_t i;

    for (i = 0; i < remedy->step_count && rc == ADSCP_OK; i++)
        rc = adscp_plan_add_step(plan, remedy->steps[i]);
    return rc;
}

int adscp_advice_remedy_plan(const adscp_advice *advice, int remedy,
                             adscp_plan **out)
{
    const struct remedy *row = remedy_at(advice, remedy);
    adscp_plan *plan = NULL;
    int rc;

    if (row == NULL || out == NULL)
        return ADSCP_E_ARGUMENT;
    rc = advice_new_plan(advice, &plan);
    if (rc == ADSCP_OK)
        rc = add_steps(row, plan);
    if (rc != ADSCP_OK) {
        adscp_plan_free(plan);
        return rc;
    }
    *out = plan;
    return ADSCP_OK;
}
