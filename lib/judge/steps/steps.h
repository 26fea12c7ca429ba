/* SPDX-License-Identifier: MIT */
/*
 * The steps of one client as rows, made when somebody first asks for them, and
 * what an administrator should know about them.
 */
#ifndef ADSCP_JUDGE_STEPS_STEPS_H
#define ADSCP_JUDGE_STEPS_STEPS_H

#include <stdbool.h>
#include <stddef.h>

#include "facts/finding.h"
#include "judge/route/host_check.h"
#include "judge/steps/generation.h"

struct adscp_prediction;

struct adscp_step {
    int method;
    int evidence;
    int errors;
    struct step_switch is; /* on or off, and by which value */
    const char *url, *host;
    const struct host_check *met; /* NULL: no certificate is shown, or known */
    const char *why;
};

struct steps {
    struct arena arena;
    size_t count;
    struct adscp_step rows[];
};

/* "restart", ...; NULL: there is none. */
const char *step_method_name(int method);

/* Of a prediction whose client was named. Any number of threads may ask at
 * once. NULL: out of memory. */
const struct steps *steps_of(const struct adscp_prediction *prediction);
void steps_free(struct steps *steps); /* NULL is fine */

/* words.c: the file that the client's settings name for the mail domain; NULL:
 * none. */
const char *step_local_file(const struct adscp_prediction *prediction);

/* words.c: what the client does there; NULL: out of memory. */
const char *step_why(const struct adscp_prediction *prediction,
                     const struct adscp_step *step, struct arena *arena);

/* Append what the steps and the client's settings mean for this answer. Texts
 * go into the arena. ADSCP_OK or ADSCP_E_NOMEM. */
int steps_report(const struct adscp_prediction *prediction, struct arena *arena,
                 struct finding_list *findings);

#endif
