/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_JUDGE_SEVERITY_H
#define ADSCP_JUDGE_SEVERITY_H

#include <stdbool.h>

/* How bad an answer is. All answers have one order: what the user meets, then
 * whether that serves him, whether a doubt would make it worse, and last what
 * the services show. */
struct severity {
    int outcome;  /* ADSCP_ALERT_OUTCOME_*; -1: there is no server to meet */
    bool refused; /* no answer comes: an error, or a redirect in a circle */
    bool doubtful;
    int services; /* as outcome; -1: there are none */
};

/* Negative: a is less bad than b. */
int severity_compare(const struct severity *a, const struct severity *b);

#endif
