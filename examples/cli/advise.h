/* SPDX-License-Identifier: MIT */
/*
 * Advice on what helps, in words and as JSON.
 */
#ifndef ADSCP_CLI_ADVISE_H
#define ADSCP_CLI_ADVISE_H

#include "whatif.h"

struct advise {
    const struct coverage_view *view;
    adscp_advice *advice;
    adscp_plan **plans;   /* of each remedy that is told of */
    bool *chosen;         /* remedies that together clear what can be */
    struct whatif whatif; /* remedy by remedy, as if each were a step */
};

char *advise_json(struct advise *advise);

#endif
