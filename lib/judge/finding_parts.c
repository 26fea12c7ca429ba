/* SPDX-License-Identifier: MIT */
#include "judge/finding_parts.h"

#include <stdlib.h>

/* Findings of one origin; `first` of them come before these. */
struct finding_part {
    const struct adscp_finding *rows;
    size_t count;
    size_t first;
};

int finding_parts_reserve(struct finding_parts *parts, size_t count)
{
    parts->rows = calloc(count + 1, sizeof(*parts->rows));
    return parts->rows != NULL ? ADSCP_OK : ADSCP_E_NOMEM;
}

void finding_parts_clear(struct finding_parts *parts)
{
    free(parts->rows);
    *parts = (struct finding_parts){0};
}

size_t finding_parts_total(const struct finding_parts *parts)
{
    const struct finding_part *last =
        parts->count > 0 ? &parts->rows[parts->count - 1] : NULL;

    return last != NULL ? last->first + last->count : 0;
}

void finding_parts_append(struct finding_parts *parts,
                          const struct adscp_finding *rows, size_t count)
{
    struct finding_part part = {rows, count, finding_parts_total(parts)};

    if (count > 0)
        parts->rows[parts->count++] = part;
}

void finding_parts_append_list(struct finding_parts *parts,
                               const struct finding_list *list)
{
    finding_parts_append(parts, list->rows, list->count);
}

const struct adscp_finding *finding_parts_at(const struct finding_parts *parts,
                                             size_t index)
{
    size_t low = 0, high = parts->count;

    if (index >= finding_parts_total(parts))
        return NULL;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;

        if (parts->rows[middle].first <= index)
            low = middle;
        else
            high = middle;
    }
    return &parts->rows[low].rows[index - parts->rows[low].first];
}
