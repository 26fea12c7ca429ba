/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_JUDGE_DIRECTORY_LIFECYCLE_H
#define ADSCP_JUDGE_DIRECTORY_LIFECYCLE_H

#include <stdint.h>

#include "facts/finding.h"
#include "judge/directory/index.h"

/* Append what is to be said of the products of a directory on the day that is
 * judged (seconds; -1: unknown, and nothing is): those whose support has ended,
 * and those that an upgrade cannot stand. ADSCP_OK or ADSCP_E_NOMEM. */
int lifecycle_report(const struct directory_index *page, int64_t time,
                     struct arena *arena, struct finding_list *findings);

#endif
