/* SPDX-License-Identifier: MIT */
/*
 * Both forests become lists of values; what is not the same in both is sorted
 * by object, and read side by side.
 */
#include "facts/difference.h"

#include <stdlib.h>
#include <string.h>

#include "base/rows.h"
#include "base/text.h"
#include "facts/difference_facts.h"

/* --------------------------------------------------------------- comparing --
 */

static int compare_attributes(const char *a, const char *b)
{
    if (a == NULL || b == NULL)
        return (a != NULL) - (b != NULL);
    return strcmp(a, b);
}

/* Mostly the very same: facts of one object, and of the same one before and
 * after. */
static int compare_dns(const char *a, const char *b)
{
    return strcmp(a, b) == 0 ? 0 : text_compare_ascii(a, b);
}

static int compare_facts(const void *a, const void *b)
{
    const struct fact *left = a, *right = b;
    int order = strcmp(left->kind, right->kind);

    if (order == 0)
        order = compare_dns(left->dn, right->dn);
    return order != 0 ? order
                      : compare_attributes(left->attribute, right->attribute);
}

/* ------------------------------------------------------------ what agrees --
 *
 * Two readings of one forest mostly have the same facts in the same order.
 * Those need not be sorted.
 */

static bool same_text(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool same_fact(const struct fact *a, const struct fact *b)
{
    return same_text(a->dn, b->dn) && same_text(a->attribute, b->attribute) &&
           same_text(a->value, b->value) && strcmp(a->kind, b->kind) == 0;
}

/* The facts of a few objects come or go together. */
enum { APART_MAX = 32 };

/* How many facts further on one of them is the other's; 0: none near. */
static size_t find_apart(const struct facts *facts, size_t at,
                         const struct fact *fact)
{
    size_t i;

    for (i = 1; i <= APART_MAX && at + i < facts->count; i++)
        if (same_fact(&facts->rows[at + i], fact))
            return i;
    return 0;
}

/* The facts from *atp on, so many of them, are kept. */
static void keep(struct facts *facts, size_t *keptp, size_t *atp, size_t count)
{
    for (; count > 0 && *atp < facts->count; count--)
        facts->rows[(*keptp)++] = facts->rows[(*atp)++];
}

static void drop_same(struct facts *before, struct facts *after)
{
    size_t i = 0, k = 0, old = 0, new = 0, apart;

    while (i < before->count && k < after->count) {
        if (same_fact(&before->rows[i], &after->rows[k])) {
            i++;
            k++;
        } else if ((apart = find_apart(after, k, &before->rows[i])) > 0) {
            keep(after, &new, &k, apart);
        } else {
            apart = find_apart(before, i, &after->rows[k]);
            keep(before, &old, &i, apart > 0 ? apart : 1);
            keep(after, &new, &k, apart > 0 ? 0 : 1);
        }
    }
    keep(before, &old, &i, SIZE_MAX);
    keep(after, &new, &k, SIZE_MAX);
    before->count = old;
    after->count = new;
}

static void sort(struct facts *facts)
{
    if (facts->count > 0)
        qsort(facts->rows, facts->count, sizeof(*facts->rows), compare_facts);
}

/* ------------------------------------------------------------- differences --
 */

/* A certificate comes and goes by itself; another attribute changes. */
static bool is_whole(const struct fact *fact)
{
    return fact->attribute == NULL || strcmp(fact->kind, "certificate") == 0;
}

static int tell(struct fact_differences *differences, const struct fact *before,
                const struct fact *after)
{
    const struct fact *fact = before != NULL ? before : after;
    struct fact_difference *rows =
        rows_grow(differences->rows, differences->count, sizeof(*rows));
    enum fact_change change = FACT_CHANGED;

    if (rows == NULL)
        return ADSCP_E_NOMEM;
    differences->rows = rows;
    if (before == NULL && is_whole(fact))
        change = FACT_ADDED;
    else if (after == NULL && is_whole(fact))
        change = FACT_REMOVED;
    rows[differences->count++] = (struct fact_difference){
        .kind = fact->kind,
        .change = change,
        .dn = fact->dn,
        .attribute = fact->attribute,
        .before = before != NULL ? before->value : NULL,
        .after = after != NULL ? after->value : NULL};
    return ADSCP_OK;
}

/* The attributes of an object that came or went are not told one by one. */
static size_t skip_object(const struct facts *facts, size_t at)
{
    const struct fact *first = &facts->rows[at];

    if (first->attribute != NULL)
        return at + 1;
    do
        at++;
    while (at < facts->count && facts->rows[at].attribute != NULL &&
           strcmp(facts->rows[at].kind, first->kind) == 0 &&
           compare_dns(facts->rows[at].dn, first->dn) == 0);
    return at;
}

static int compare(const struct facts *before, const struct facts *after,
                   bool lacks_before, bool lacks_after,
                   struct fact_differences *differences)
{
    size_t i = 0, k = 0;
    int rc = ADSCP_OK;

    while ((i < before->count || k < after->count) && rc == ADSCP_OK) {
        const struct fact *old = i < before->count ? &before->rows[i] : NULL;
        const struct fact *new = k < after->count ? &after->rows[k] : NULL;
        int order = old == NULL   ? 1
                    : new == NULL ? -1
                                  : compare_facts(old, new);

        if (order < 0) {
            rc = lacks_after ? ADSCP_OK : tell(differences, old, NULL);
            i = skip_object(before, i);
        } else if (order > 0) {
            rc = lacks_before ? ADSCP_OK : tell(differences, NULL, new);
            k = skip_object(after, k);
        } else {
            if (old->value != NULL && strcmp(old->value, new->value) != 0)
                rc = tell(differences, old, new);
            i++;
            k++;
        }
    }
    return rc;
}

static bool has_people(const struct adscp_forest *forest)
{
    size_t i;

    for (i = 0; i < forest->directory_count; i++)
        if (forest->directories[i]->recipients_read)
            return true;
    return false;
}

static bool is_incomplete(const struct adscp_forest *forest)
{
    size_t i;

    for (i = 0; i < forest->directory_count; i++)
        if (!forest->directories[i]->complete)
            return true;
    return false;
}

int difference_find(const struct adscp_forest *before,
                    const struct adscp_forest *after,
                    struct fact_differences *differences)
{
    struct facts old = {.arena = &differences->arena};
    struct facts new = {.arena = &differences->arena};
    struct scope scope = {.seen = before->sightings != NULL &&
                                  after->sightings != NULL,
                          .people = has_people(before) && has_people(after)};
    int rc = difference_collect(before, scope, &old);

    if (rc == ADSCP_OK)
        rc = difference_collect(after, scope, &new);
    if (rc == ADSCP_OK) {
        drop_same(&old, &new);
        sort(&old);
        sort(&new);
        rc = compare(&old, &new, is_incomplete(before), is_incomplete(after),
                     differences);
    }
    free(old.rows);
    free(new.rows);
    return rc;
}

void difference_clear(struct fact_differences *differences)
{
    arena_free(&differences->arena);
    free(differences->rows);
    *differences = (struct fact_differences){.rows = NULL};
}

bool difference_is_one_forest(const struct adscp_forest *before,
                              const struct adscp_forest *after)
{
    const char *a = before->directories[0]->config_dn;
    const char *b = after->directories[0]->config_dn;

    return a == NULL || b == NULL || text_compare_ascii(a, b) == 0;
}
