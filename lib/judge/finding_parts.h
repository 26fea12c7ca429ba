/* SPDX-License-Identifier: MIT */
/*
 * Findings that are told one after the other, though they lie in several lists:
 * what many answers share is not copied for each of them.
 */
#ifndef ADSCP_JUDGE_FINDING_PARTS_H
#define ADSCP_JUDGE_FINDING_PARTS_H

#include <stddef.h>

#include "facts/finding.h"

struct finding_part;

struct finding_parts {
    struct finding_part *rows; /* in the order of their telling */
    size_t count;
};

/* Room for so many lists. ADSCP_OK or ADSCP_E_NOMEM. */
int finding_parts_reserve(struct finding_parts *parts, size_t count);
void finding_parts_clear(struct finding_parts *parts);

/* Rows that stay where they are; there is room. */
void finding_parts_append(struct finding_parts *parts,
                          const struct adscp_finding *rows, size_t count);
void finding_parts_append_list(struct finding_parts *parts,
                               const struct finding_list *list);

/* Of all lists together; NULL: there is no such finding. */
size_t finding_parts_total(const struct finding_parts *parts);
const struct adscp_finding *finding_parts_at(const struct finding_parts *parts,
                                             size_t index);

#endif
