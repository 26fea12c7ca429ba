/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_JUDGE_DIRECTORY_NEW_SERVERS_H
#define ADSCP_JUDGE_DIRECTORY_NEW_SERVERS_H

#include <stdint.h>

#include "base/arena.h"
#include "facts/finding.h"
#include "judge/directory/index.h"

/* Tell of the servers that were installed within a week of this day (-1:
 * unknown, nothing is told) and still publish what setup wrote: each one, and
 * the sites whose clients it takes already. Texts lie in the arena. ADSCP_OK or
 * ADSCP_E_NOMEM. */
int new_servers_report(const struct directory_index *page, int64_t time,
                       struct arena *arena, struct finding_list *findings);

#endif
