/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_BASE_STOPWATCH_H
#define ADSCP_BASE_STOPWATCH_H

#include <stdint.h>

enum { STOPWATCH_PHASES = 8 };

/* Wall time by phases, one of which runs at any moment. */
struct stopwatch {
    int64_t ns[STOPWATCH_PHASES];
    int64_t since_ns;
    int phase; /* -1: it stands still */
};

void stopwatch_reset(struct stopwatch *watch);
/* From now on this phase runs; -1: none does. watch may be NULL. */
void stopwatch_enter(struct stopwatch *watch, int phase);

#endif
