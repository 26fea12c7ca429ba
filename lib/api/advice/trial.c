/* SPDX-License-Identifier: MIT */
/*
 * One attempt, by simulation: what makes any answer worse is no remedy, and
 * what clears no class is none, either.
 */
#include <stdlib.h>
#include <string.h>

#include "api/advice/private.h"
#include "base/rows.h"

bool numbers_add(struct numbers *numbers, int row)
{
    int *rows = rows_grow(numbers->rows, numbers->count, sizeof(*rows));

    if (rows == NULL)
        return false;
    numbers->rows = rows;
    rows[numbers->count++] = row;
    return true;
}

bool numbers_have(const struct numbers *numbers, int row)
{
    size_t i;

    for (i = 0; i < numbers->count; i++)
        if (numbers->rows[i] == row)
            return true;
    return false;
}

void remedy_clear(struct remedy *remedy)
{
    size_t i;

    for (i = 0; i < remedy->step_count; i++)
        free(remedy->steps[i]);
    free(remedy->steps);
    free(remedy->text);
    free(remedy->for_classes.rows);
    free(remedy->clears.rows);
    free(remedy->unknown.rows);
    free(remedy->refused.rows);
}

/* Without steps. */
int advice_new_plan(const struct adscp_advice *advice, adscp_plan **planp)
{
    adscp_plan *plan = adscp_plan_new();
    adscp_forest *forest = NULL;
    int rc = plan != NULL ? adscp_plan_forest(advice->start, &forest)
                          : ADSCP_E_NOMEM;

    if (rc == ADSCP_OK)
        rc = adscp_plan_set_forest(plan, forest);
    if (rc == ADSCP_OK)
        rc = adscp_plan_set_time(plan, advice->time);
    adscp_forest_free(forest);
    if (rc != ADSCP_OK) {
        adscp_plan_free(plan);
        return rc;
    }
    *planp = plan;
    return ADSCP_OK;
}

/* ----------------------------------------------------------------- tried -- */

static int compare_texts(const void *a, const void *b)
{
    const char *const *left = a, *const *right = b;

    return strcmp(*left, *right);
}

/* The steps as a set: in another order they do the same. NULL: out of memory.
 */
static char *key_of(const adscp_plan *plan)
{
    int i, count = adscp_plan_step_count(plan);
    const char **rows = calloc((size_t)count + 1, sizeof(*rows));
    struct export_text out = {.bytes = NULL};

    if (rows == NULL)
        return NULL;
    for (i = 0; i < count; i++)
        rows[i] = adscp_plan_step(plan, i);
    qsort(rows, (size_t)count, sizeof(*rows), compare_texts);
    for (i = 0; i < count; i++) {
        put_text(&out, rows[i]);
        put_text(&out, "\n");
    }
    free(rows);
    if (!out.failed)
        return out.bytes;
    export_free(&out);
    return NULL;
}

static struct tried *find_tried(const struct search *search, const char *key)
{
    size_t i;

    for (i = 0; i < search->tried_count; i++)
        if (strcmp(search->tried[i].key, key) == 0)
            return &search->tried[i];
    return NULL;
}

/* Takes the key over where it succeeds. */
static bool add_tried(struct search *search, char *key, size_t remedy)
{
    struct tried *rows =
        rows_grow(search->tried, search->tried_count, sizeof(*rows));

    if (rows == NULL)
        return false;
    search->tried = rows;
    rows[search->tried_count++] = (struct tried){key, remedy};
    return true;
}

/* ---------------------------------------------------------------- remedy -- */

static bool copy_steps(const adscp_plan *plan, struct remedy *remedy)
{
    int i, count = adscp_plan_step_count(plan);

    remedy->steps = calloc((size_t)count + 1, sizeof(*remedy->steps));
    if (remedy->steps == NULL)
        return false;
    for (i = 0; i < count; i++) {
        remedy->steps[i] = strdup(adscp_plan_step(plan, i));
        if (remedy->steps[i] == NULL)
            return false;
        remedy->step_count++;
    }
    return true;
}

static bool find_clears(const struct search *search,
                        const struct outcome *outcome, struct remedy *remedy)
{
    const struct adscp_advice *advice = search->advice;
    size_t i;

    remedy->whole = true;
    for (i = 0; i < advice->problem_count; i++) {
        int row = advice->problems[i].row, rank = advice->problems[i].rank;

        if (outcome->cleared[row] < search->cells[row]) {
            remedy->whole = remedy->whole && rank < RANK_DIFFERS;
            continue;
        }
        if (!numbers_add(&remedy->clears, row) ||
            (outcome->unknown[row] > 0 &&
             !numbers_add(&remedy->unknown, row)) ||
            (outcome->refused[row] > 0 && !numbers_add(&remedy->refused, row)))
            return false;
    }
    return true;
}

/* Cells that move, of classes that are not cleared. */
static int count_others(const struct search *search,
                        const struct outcome *outcome,
                        const struct remedy *remedy)
{
    int i, count = adscp_coverage_class_count(search->coverage), others = 0;

    for (i = 0; i < count; i++)
        if (outcome->moved[i] > 0 && !numbers_have(&remedy->clears, i))
            others += outcome->moved[i];
    return others;
}

/* The mailboxes of these classes, each home once; -1: nobody counted them. */
static bool count_mailboxes(const struct search *search, struct remedy *remedy)
{
    const adscp_coverage *coverage = search->coverage;
    int homes = adscp_coverage_home_count(coverage), k;
    bool *seen = calloc((size_t)homes + 1, sizeof(*seen));
    int64_t sum = -1;
    size_t i;

    for (i = 0; seen != NULL && i < remedy->clears.count; i++) {
        int row = remedy->clears.rows[i];
        int count = adscp_coverage_class_home_count(coverage, row);

        for (k = 0; k < count; k++) {
            int home = adscp_coverage_class_home(coverage, row, k);
            int mailboxes = adscp_coverage_home_mailboxes(coverage, home);

            if (!seen[home] && mailboxes >= 0)
                sum = (sum < 0 ? 0 : sum) + mailboxes;
            seen[home] = true;
        }
    }
    remedy->mailboxes = sum > INT32_MAX ? INT32_MAX : (int)sum;
    free(seen);
    return seen != NULL;
}

static void weigh_clears(const struct search *search, struct remedy *remedy)
{
    const struct adscp_advice *advice = search->advice;
    size_t i;

    remedy->rank = RANK_NONE;
    remedy->cleared = 0;
    for (i = 0; i < advice->problem_count; i++) {
        const struct problem *problem = &advice->problems[i];

        if (!numbers_have(&remedy->clears, problem->row))
            continue;
        remedy->cleared += search->cells[problem->row];
        if (problem->rank > remedy->rank)
            remedy->rank = problem->rank;
    }
}

bool remedy_measure(const struct search *search, struct remedy *remedy)
{
    weigh_clears(search, remedy);
    return count_mailboxes(search, remedy);
}

/* How much is done, and at how many servers. */
static void weigh(const struct attempt *attempt, struct remedy *remedy)
{
    size_t i, k;

    remedy->changes = (int)attempt->share_count;
    for (i = 0; i < attempt->share_count; i++) {
        const struct share *share = &attempt->shares[i];

        if ((int)share->act > remedy->effort)
            remedy->effort = (int)share->act;
        for (k = 0; k < i; k++)
            if (strcmp(attempt->shares[k].server, share->server) == 0)
                break;
        remedy->servers += k == i;
    }
}

static bool fill(const struct search *search, const struct attempt *attempt,
                 const struct outcome *outcome, struct remedy *remedy)
{
    struct export_text text = {.bytes = NULL};

    remedy->kind = advice_kind(attempt->means);
    if (!find_clears(search, outcome, remedy))
        return false;
    if (remedy->clears.count == 0)
        return true;
    remedy->others = count_others(search, outcome, remedy);
    remedy->fine = outcome->fine;
    remedy->order = (int)search->advice->remedy_count;
    weigh(attempt, remedy);
    advice_words(attempt, &text);
    remedy->text = text.bytes;
    return !text.failed && copy_steps(attempt->plan, remedy) &&
           remedy_measure(search, remedy) &&
           (!numbers_have(&remedy->clears, attempt->row) ||
            numbers_add(&remedy->for_classes, attempt->row));
}

/* ADSCP_OK, also where it is no remedy. *placep: its number, from 1; or 0. */
static int keep(struct search *search, const struct attempt *attempt,
                const struct outcome *outcome, size_t *placep)
{
    struct adscp_advice *advice = search->advice;
    struct remedy remedy = {.kind = advice_kind(attempt->means)};
    struct remedy *rows;
    bool ok = outcome->worse || fill(search, attempt, outcome, &remedy);

    *placep = 0;
    if (!ok || remedy.clears.count == 0) {
        remedy_clear(&remedy);
        return ok ? ADSCP_OK : ADSCP_E_NOMEM;
    }
    rows = rows_grow(advice->remedies, advice->remedy_count, sizeof(*rows));
    if (rows == NULL) {
        remedy_clear(&remedy);
        return ADSCP_E_NOMEM;
    }
    advice->remedies = rows;
    rows[advice->remedy_count++] = remedy;
    *placep = advice->remedy_count;
    return ADSCP_OK;
}

/* ----------------------------------------------------------------- whole -- */

/* The same steps help another class, too. */
static int share_remedy(struct search *search, const struct tried *tried,
                        int row, bool *sharedp)
{
    struct remedy *remedy;

    *sharedp = false;
    if (tried == NULL || tried->remedy == 0)
        return ADSCP_OK;
    remedy = &search->advice->remedies[tried->remedy - 1];
    *sharedp = numbers_have(&remedy->clears, row);
    if (!*sharedp || numbers_have(&remedy->for_classes, row))
        return ADSCP_OK;
    return numbers_add(&remedy->for_classes, row) ? ADSCP_OK : ADSCP_E_NOMEM;
}

static int try_new(struct search *search, const struct attempt *attempt,
                   char **keyp, adscp_coverage **afterp,
                   const adscp_prediction **answerp)
{
    struct outcome outcome = {.cleared = NULL};
    bool again = find_tried(search, *keyp) != NULL;
    size_t place = 0;
    int rc =
        outcome_make(search, attempt->plan, attempt->row, &outcome, afterp);

    search->trials++;
    if (rc == ADSCP_OK && !again)
        rc = keep(search, attempt, &outcome, &place);
    if (rc == ADSCP_OK && !again) {
        if (add_tried(search, *keyp, place))
            *keyp = NULL;
        else
            rc = ADSCP_E_NOMEM;
    }
    *answerp = outcome.next;
    outcome_clear(&outcome);
    return rc;
}

int advice_try(struct search *search, const struct attempt *attempt,
               adscp_coverage **afterp, const adscp_prediction **answerp)
{
    char *key = key_of(attempt->plan);
    const struct tried *tried;
    bool shared = false;
    int rc = ADSCP_E_NOMEM;

    *afterp = NULL;
    *answerp = NULL;
    if (key == NULL)
        return rc;
    tried = find_tried(search, key);
    rc = share_remedy(search, tried, attempt->row, &shared);
    if (rc == ADSCP_OK && !shared &&
        (tried == NULL || advice_goes_on(attempt->means)))
        rc = try_new(search, attempt, &key, afterp, answerp);
    free(key);
    return rc;
}
