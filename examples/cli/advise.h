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
void advise_print_headline(struct page *page, const struct advise *advise);

/* advise_wrong.c. Nobody answers there. */
bool advise_is_silent(const adscp_prediction *answer);
/* " that alert or may alert", of so many answers. */
void advise_put_wrong(FILE *out, const struct advise *advise, int count);
/* ", as far as anything is known": what the chosen remedies leave. */
void advise_put_open(FILE *out, const struct advise *advise);
/* Do they clear no more than the alert somewhere? */
bool advise_leaves_unserved(const struct advise *advise);
/* Why there is no remedy. */
void advise_put_nothing(FILE *out, const struct advise *advise);

/* advise_page.c: all words. */
bool advise_print(struct page *page, const void *about);

char *advise_json(struct advise *advise);

#endif
