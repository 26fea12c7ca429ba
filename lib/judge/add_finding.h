/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_JUDGE_ADD_FINDING_H
#define ADSCP_JUDGE_ADD_FINDING_H

#include <stdint.h>

#include "base/arena.h"
#include "facts/finding.h"

/* What a finding is about and the texts of its sentence; all of it outlives the
 * list. */
struct finding_about {
    const struct adscp_scp *scp;
    const char *dn; /* where it is no SCP */
    const char *a;
    const char *b;
    const char *c;
    int64_t n;
    bool raised;
};

/* Append a finding. ADSCP_OK or ADSCP_E_NOMEM. */
int add_finding(struct finding_list *list, enum finding_code code,
                struct finding_about what);

/* What follows a quoted value where `count` values are like it: " (and 2
 * more)", "" for one. NULL: out of memory. */
const char *finding_and_more(struct arena *arena, int64_t count);

/* "2010-01-15", in UTC; "" where the time is unknown. */
enum { FINDING_DATE_MAX = 32 };
void finding_date(int64_t seconds, char out[FINDING_DATE_MAX]);

#endif
