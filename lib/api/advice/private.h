/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_API_ADVICE_PRIVATE_H
#define ADSCP_API_ADVICE_PRIVATE_H

#include "adscp.h"

#include <stdbool.h>
#include <stddef.h>

#include "facts/export.h"

/* What the parts share: advice.c says what there is to ask, search.c which
 * classes need help and in which order it is sought, steps.c what could help,
 * trial.c whether it does, words.c how to say it. All of it stands on what
 * anybody can ask of a coverage and of a plan. */

struct numbers {
    int *rows;
    size_t count;
};

struct remedy {
    int kind; /* ADSCP_ADVICE_KIND_* */
    char *text;
    char **steps;
    size_t step_count;
    struct numbers for_classes, clears;
    int rank;    /* of the worst class that it clears */
    int cleared; /* cells */
    int others;  /* cells that change besides */
    int mailboxes;
};

struct adscp_advice {
    adscp_plan *start; /* without steps: it holds the forest */
    int64_t time;
    struct numbers problems;
    struct remedy *remedies;
    size_t remedy_count;
    bool complete;
};

struct search;

/* Steps that were tried together, and what came of it. */
struct tried {
    char *key;
    size_t remedy; /* plus 1; 0: it is none */
};

/* What a step is about, for its words. */
struct share {
    char *server;
    char *sites; /* of a step about sites: "HQ and 3 more" */
};

struct attempt {
    int kind;
    int row; /* the class that it is for */
    adscp_plan *plan;
    struct share *shares; /* one for each step */
    size_t share_count;
    const char *url; /* of a step about URLs */
    bool narrows;    /* of a step about sites: the one that comes first */
    bool widens;     /* another one, whose URL this is */
};

void attempt_clear(struct attempt *attempt);

/* trial.c: a plan without steps. ADSCP_OK or ADSCP_E_NOMEM. */
int advice_new_plan(const struct adscp_advice *advice, adscp_plan **planp);

struct search {
    adscp_predictor *predictor;
    const adscp_coverage *coverage;
    struct adscp_advice *advice;
    int *cells; /* of each class */
    struct tried *tried;
    size_t tried_count;
    int trials;
    int64_t start_ns;
    int timeout_ms; /* the predictor's own; 0: none */
};

/* Does nobody in this answer see an alert, for certain? */
bool advice_is_fine(const adscp_prediction *answer);
/* May one step of this kind bring another one to light? */
bool advice_goes_on(int kind);
bool numbers_add(struct numbers *numbers, int row);
bool numbers_have(const struct numbers *numbers, int row);

/* 3: alerts; 2: in doubt of that; 1: uncertain; 0: none. */
int advice_rank(const adscp_prediction *answer);

/* search.c. ADSCP_OK, ADSCP_E_NOMEM or ADSCP_E_CANCELLED. `row` is the only
 * class that matters, or -1. */
int advice_search(struct search *search, int row);

/* steps.c: the next steps against what this answer shows. ADSCP_OK, also where
 * there is none, or ADSCP_E_NOMEM. */
int advice_add_steps(const struct search *search, struct attempt *attempt,
                     const adscp_prediction *answer);
/* Other URLs that lead clients to no alert, each once. */
enum { URLS_MAX = 3 };
size_t advice_good_urls(const struct search *search, int row,
                        const char *urls[URLS_MAX]);

/* trial.c: simulate, and keep it where it is a remedy. *answerp is what becomes
 * of the class's first cell, as long as *afterp lives; NULL: what it was. */
int advice_try(struct search *search, const struct attempt *attempt,
               adscp_coverage **afterp, const adscp_prediction **answerp);

/* words.c: a sentence without its stop. */
void advice_words(const struct attempt *attempt, struct export_text *out);
void put_text(struct export_text *out, const char *text);
/* " and 3 more sites"; nothing for none. */
void put_more(struct export_text *out, size_t count, const char *what);

void remedy_clear(struct remedy *remedy);

#endif
