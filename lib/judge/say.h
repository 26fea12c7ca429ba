/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_JUDGE_SAY_H
#define ADSCP_JUDGE_SAY_H

#include <stdint.h>

#include "base/arena.h"
#include "facts/finding.h"

/* What a finding is about and the texts of its sentence; all of it outlives the
 * list. */
struct say {
    const struct adscp_scp *scp;
    const char *dn; /* where it is no SCP */
    const char *a;
    const char *b;
    int64_t n;
};

/* Append a finding. ADSCP_OK or ADSCP_E_NOMEM. */
int say(struct finding_list *list, enum finding_code code, struct say what);

/* What follows a quoted value where `count` values are like it: " (and 2
 * more)", "" for one. NULL: out of memory. */
const char *say_more(struct arena *arena, int64_t count);

/* "2010-01-15", in UTC; "" where the time is unknown. */
enum { SAY_DATE_MAX = 32 };
void say_date(int64_t seconds, char out[SAY_DATE_MAX]);

#endif
