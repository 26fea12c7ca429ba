/* SPDX-License-Identifier: MIT */
/* A merge sort that can be stopped: a directory may have 50,000 rows of one
 * kind, and comparing their names takes its time. */
#include "base/sort.h"

#include <string.h>

#include "adscp.h"
#include "base/deadline.h"

/* What is merged, and how many comparisons that took so far. */
struct sorting {
    int (*compare)(const void *a, const void *b);
    const struct deadline *deadline;
    size_t compared;
};

static int merge(struct sorting *sorting, const void **left, size_t left_count,
                 const void **right, size_t right_count, const void **out)
{
    const void **left_end = left + left_count,
               **right_end = right + right_count;

    while (left < left_end && right < right_end) {
        int rc = deadline_check_row(sorting->deadline, ++sorting->compared);

        if (rc != ADSCP_OK)
            return rc;
        *out++ = sorting->compare(*left, *right) <= 0 ? *left++ : *right++;
    }
    memcpy(out, left, (size_t)(left_end - left) * sizeof(*out));
    out += left_end - left;
    memcpy(out, right, (size_t)(right_end - right) * sizeof(*out));
    return ADSCP_OK;
}

static size_t at_most(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Every two runs of this width become one. */
static int merge_runs(struct sorting *sorting, const void **from, size_t count,
                      size_t width, const void **to)
{
    int rc = ADSCP_OK;
    size_t i;

    for (i = 0; i < count && rc == ADSCP_OK; i += 2 * width) {
        size_t left = at_most(width, count - i);
        size_t right = at_most(width, count - i - left);

        rc = merge(sorting, from + i, left, from + i + left, right, to + i);
    }
    return rc;
}

int sort_pointers(const void **rows, const void **spare, size_t count,
                  int (*compare)(const void *a, const void *b),
                  const struct deadline *deadline)
{
    struct sorting sorting = {compare, deadline, 0};
    const void **from = rows, **to = spare, **done;
    int rc = ADSCP_OK;
    size_t width;

    for (width = 1; width < count && rc == ADSCP_OK; width *= 2) {
        rc = merge_runs(&sorting, from, count, width, to);
        done = to;
        to = from;
        from = done;
    }
    if (rc == ADSCP_OK && from != rows)
        memcpy(rows, from, count * sizeof(*rows));
    return rc;
}
