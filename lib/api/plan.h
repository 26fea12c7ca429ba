/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_API_PLAN_H
#define ADSCP_API_PLAN_H

#include "adscp.h"
#include "base/error.h"
#include "judge/plan/plan.h"

/* What plan.c and plan_file.c share: how a plan looks inside. */

/* A file of steps, read, of which some wait. */
struct plan_source {
    char *path;
    char *text; /* NULL: there is none */
    char *next; /* NULL: at its end */
    int line;   /* that was taken last */
};

struct adscp_plan {
    struct adscp_forest *forest; /* after the last step */
    int64_t time;
    struct plan_step *steps;
    int count;
    struct plan_source source;
    struct detail detail;
};

/* What every call begins and ends with: where nobody has said more, the code
 * speaks for itself. */
int plan_begin(adscp_plan *plan);
int plan_end(adscp_plan *plan, int rc);

void plan_close_file(adscp_plan *plan);

#endif
