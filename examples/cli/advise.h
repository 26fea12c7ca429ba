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
    adscp_plan *plan;     /* of those to carry out together; NULL: none */
    struct whatif whatif; /* remedy by remedy, as if each were a step */
};

enum { ADVISE_SHOWN = 8 }; /* remedies */

/* advise_headline.c: the two lines above. Problems that no remedy clears; those
 * that alert, or all of them. */
int advise_unhelped(const struct advise *advise, bool all);
/* Nobody answers there. */
bool advise_is_silent(const adscp_prediction *answer);
void advise_print_headline(struct page *page, const struct advise *advise);

/* advise_page.c: all words. */
bool advise_print(struct page *page, const void *about);

char *advise_json(struct advise *advise);

#endif
