/* SPDX-License-Identifier: MIT */
/*
 * Where the time of one call went.
 */
#include "base/stopwatch.h"

#include <stddef.h>

#include "base/deadline.h"

void stopwatch_reset(struct stopwatch *watch)
{
    *watch = (struct stopwatch){.phase = -1};
}

void stopwatch_enter(struct stopwatch *watch, int phase)
{
    int64_t now;

    if (watch == NULL)
        return;
    now = deadline_now_ns();
    if (watch->phase >= 0)
        watch->ns[watch->phase] += now - watch->since_ns;
    watch->since_ns = now;
    watch->phase = phase;
}
