/* SPDX-License-Identifier: MIT */
/*
 * Certificates that are others than before, host by host. The answer may be the
 * same: that one was renewed is good to know, and no fault.
 */
#include "check.h"

#include <stdlib.h>
#include <string.h>

/* A host, and what it shows: each pair once. */
struct pair {
    const char *host, *sha256;
    int64_t not_after;
};

struct pairs {
    struct pair *rows;
    size_t count, room;
    bool failed; /* out of memory */
};

static void add(void *about, const struct shown_host *shown)
{
    struct pairs *pairs = about;
    const char *sha256 = adscp_certificate_sha256(shown->certificate);

    if (shown->host == NULL || sha256 == NULL)
        return;
    if (pairs->count == pairs->room) {
        size_t room = pairs->room > 0 ? 2 * pairs->room : 32;
        struct pair *rows = reallocarray(pairs->rows, room, sizeof(*rows));

        pairs->failed |= rows == NULL;
        if (rows == NULL)
            return;
        pairs->rows = rows;
        pairs->room = room;
    }
    pairs->rows[pairs->count++] = (struct pair){
        shown->host, sha256, adscp_certificate_not_after(shown->certificate)};
}

static int compare(const void *a, const void *b)
{
    const struct pair *left = a, *right = b;
    int order = page_compare(left->host, right->host);

    return order != 0 ? order : strcmp(left->sha256, right->sha256);
}

static struct pairs collect(const struct check_answers *answers)
{
    struct pairs pairs = {.count = 0};
    size_t kept = 0, i;
    int row;

    if (answers->answer != NULL)
        shown_each(answers->answer, add, &pairs);
    for (row = 0; row < adscp_coverage_class_count(answers->coverage); row++)
        shown_each(adscp_coverage_class_prediction(answers->coverage, row), add,
                   &pairs);
    if (pairs.count > 0)
        qsort(pairs.rows, pairs.count, sizeof(*pairs.rows), compare);
    for (i = 0; i < pairs.count; i++)
        if (kept == 0 || compare(&pairs.rows[kept - 1], &pairs.rows[i]) != 0)
            pairs.rows[kept++] = pairs.rows[i];
    pairs.count = kept;
    return pairs;
}

/* How many of the next ones are of one host. */
static size_t count_host(const struct pairs *pairs, size_t at)
{
    size_t end = at;

    while (end < pairs->count &&
           page_compare(pairs->rows[end].host, pairs->rows[at].host) == 0)
        end++;
    return end - at;
}

static bool is_same(const struct pair *a, size_t a_count, const struct pair *b,
                    size_t b_count)
{
    size_t i;

    if (a_count != b_count)
        return false;
    for (i = 0; i < a_count; i++)
        if (strcmp(a[i].sha256, b[i].sha256) != 0)
            return false;
    return true;
}

/* Hosts that both have; the first one that differs. */
static int count_renewed(const struct pairs *old, const struct pairs *new,
                         const struct pair **firstp)
{
    size_t i = 0, k = 0;
    int found = 0;

    while (i < old->count && k < new->count) {
        size_t before = count_host(old, i), after = count_host(new, k);
        int order = page_compare(old->rows[i].host, new->rows[k].host);

        if (order == 0 && !is_same(&old->rows[i], before, &new->rows[k], after))
            *firstp = found++ == 0 ? &new->rows[k] : *firstp;
        i += order <= 0 ? before : 0;
        k += order >= 0 ? after : 0;
    }
    return found;
}

void check_renewed(struct check *check, const struct check_answers *before,
                   const struct check_answers *after, const char *since)
{
    struct pairs old = collect(before), new = collect(after);
    const struct pair *first = NULL;
    char day[CLI_TIME_SIZE];
    int found = count_renewed(&old, &new, &first);

    check->failed |= old.failed || new.failed;
    if (found == 1)
        fprintf(check->out, "another certificate at %s than in %s (until %s), ",
                first->host, since, seen_day(first->not_after, day));
    else if (found > 1)
        fprintf(check->out,
                "other certificates at %d hosts than in %s, such as %s (until "
                "%s), ",
                found, since, first->host, seen_day(first->not_after, day));
    free(old.rows);
    free(new.rows);
}
