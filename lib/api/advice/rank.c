/* SPDX-License-Identifier: MIT */
/*
 * Which remedy comes first: what helps against alerts before what helps against
 * doubts, and then the smallest change.
 */
#include <stdlib.h>
#include <string.h>

#include "api/advice/private.h"

/* The smaller number first; 0: they are equal. */
static int compare(int left, int right)
{
    return (left > right) - (left < right);
}

/* What is small: few settings change, by few steps, and few answers that were
 * fine become others; then what leaves nothing else to do, and an attribute
 * rather than a certificate. */
static int compare_size(const struct remedy *left, const struct remedy *right)
{
    int order = compare(left->changes, right->changes);

    if (order == 0)
        order = compare((int)left->step_count, (int)right->step_count);
    if (order == 0)
        order = compare(left->fine, right->fine);
    if (order == 0)
        order = compare(left->servers, right->servers);
    if (order == 0)
        order = compare(right->whole, left->whole);
    if (order == 0)
        order = compare((int)left->refused.count, (int)right->refused.count);
    if (order == 0)
        order = compare((int)left->unknown.count, (int)right->unknown.count);
    return order != 0 ? order : compare(left->effort, right->effort);
}

static int compare_remedies(const void *a, const void *b)
{
    const struct remedy *left = a, *right = b;
    int order = compare(right->rank, left->rank);

    if (order == 0)
        order = compare_size(left, right);
    if (order == 0)
        order = compare(right->cleared, left->cleared);
    return order != 0 ? order : compare(left->order, right->order);
}

static bool is_part(const struct numbers *part, const struct numbers *whole)
{
    size_t i;

    for (i = 0; i < part->count; i++)
        if (!numbers_have(whole, part->rows[i]))
            return false;
    return true;
}

static bool has_step(const struct remedy *remedy, const char *step)
{
    size_t i;

    for (i = 0; i < remedy->step_count; i++)
        if (strcmp(remedy->steps[i], step) == 0)
            return true;
    return false;
}

static bool has_steps(const struct remedy *whole, const struct remedy *part)
{
    size_t i;

    for (i = 0; i < part->step_count; i++)
        if (!has_step(whole, part->steps[i]))
            return false;
    return true;
}

static bool stays_open(const struct remedy *remedy, int row)
{
    return numbers_have(&remedy->unknown, row) ||
           numbers_have(&remedy->refused, row);
}

/* Does the other one leave something open that this one does not? */
static bool leaves_more(const struct remedy *other, const struct remedy *remedy)
{
    size_t i;

    for (i = 0; i < remedy->clears.count; i++)
        if (stays_open(other, remedy->clears.rows[i]) &&
            !stays_open(remedy, remedy->clears.rows[i]))
            return true;
    return false;
}

/* Does the other one do all that with some of its steps, or with fewer ones of
 * its kind? */
static bool is_better(const struct remedy *other, const struct remedy *remedy)
{
    if (other->step_count >= remedy->step_count || other->fine > remedy->fine ||
        !is_part(&remedy->clears, &other->clears) || leaves_more(other, remedy))
        return false;
    return has_steps(remedy, other) ||
           (other->kind == remedy->kind && other->effort <= remedy->effort &&
            other->servers <= remedy->servers);
}

static bool is_needless(const struct adscp_advice *advice, size_t index)
{
    size_t i;

    for (i = 0; i < advice->remedy_count; i++)
        if (i != index &&
            is_better(&advice->remedies[i], &advice->remedies[index]))
            return true;
    return false;
}

/* ------------------------------------------------------------- refusals -- */

/* Does one of them bring the clients of this class to a server for them? */
static bool is_served(const struct adscp_advice *advice, int row)
{
    size_t i;

    for (i = 0; i < advice->remedy_count; i++)
        if (numbers_have(&advice->remedies[i].clears, row) &&
            !numbers_have(&advice->remedies[i].refused, row))
            return true;
    return false;
}

static void numbers_remove(struct numbers *numbers, int row)
{
    size_t i, kept = 0;

    for (i = 0; i < numbers->count; i++)
        if (numbers->rows[i] != row)
            numbers->rows[kept++] = numbers->rows[i];
    numbers->count = kept;
}

/* Where one remedy brings an answer, one that clears no more than the alert
 * does not count. */
static int drop_refused(struct search *search)
{
    struct adscp_advice *advice = search->advice;
    size_t i, k;

    for (i = 0; i < advice->problem_count; i++) {
        int row = advice->problems[i].row;

        if (!is_served(advice, row))
            continue;
        for (k = 0; k < advice->remedy_count; k++) {
            struct remedy *remedy = &advice->remedies[k];

            if (!numbers_have(&remedy->refused, row))
                continue;
            numbers_remove(&remedy->clears, row);
            numbers_remove(&remedy->refused, row);
            numbers_remove(&remedy->unknown, row);
            numbers_remove(&remedy->for_classes, row);
            remedy->others += search->cells[row];
            remedy->whole = false;
            if (!remedy_measure(search, remedy))
                return ADSCP_E_NOMEM;
        }
    }
    return ADSCP_OK;
}

/* ---------------------------------------------------------------- whole -- */

int advice_sort(struct search *search)
{
    struct adscp_advice *advice = search->advice;
    size_t i, kept = 0, count = advice->remedy_count;
    bool *drop = NULL;
    int rc = drop_refused(search);

    if (rc != ADSCP_OK)
        return rc;
    drop = calloc(count + 1, sizeof(*drop));
    if (drop == NULL)
        return ADSCP_E_NOMEM;
    for (i = 0; i < count; i++)
        drop[i] =
            advice->remedies[i].clears.count == 0 || is_needless(advice, i);
    for (i = 0; i < count; i++) {
        if (drop[i])
            remedy_clear(&advice->remedies[i]);
        else
            advice->remedies[kept++] = advice->remedies[i];
    }
    advice->remedy_count = kept;
    free(drop);
    if (kept > 0)
        qsort(advice->remedies, kept, sizeof(*advice->remedies),
              compare_remedies);
    return ADSCP_OK;
}
