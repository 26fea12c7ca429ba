/* SPDX-License-Identifier: MIT */
/*
 * The whole answer: the client's site, the order of candidates, the mailbox,
 * the hops, what follows, and every finding. Pure: the forest and the question
 * in, a prediction out.
 */
#ifndef ADSCP_JUDGE_PREDICT_H
#define ADSCP_JUDGE_PREDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "facts/finding.h"
#include "judge/mailbox.h"
#include "judge/order.h"
#include "judge/route.h"
#include "judge/services.h"
#include "judge/site.h"
#include "judge/survey.h"

/* Who asks, as the caller told it and predict_check_*() found it fit. NULL or
 * -1: not told. */
struct question {
    const char *site;
    const char *address;
    const char *mail;
    int profile; /* ADSCP_PROFILE_* */
    int64_t time;
};

/* The domain of a mail address, which points into it; NULL where the text is no
 * address: exactly one "@", text on both sides, clean, no blank. */
const char *predict_mail_domain(const char *mail);

/* Findings of one origin; `first` of them come before these. */
struct predict_findings {
    const struct adscp_finding *rows;
    size_t count;
    size_t first;
};

enum { PREDICT_THEN_MAX = 2 };

struct adscp_prediction {
    struct survey *survey; /* shared; holds the forest */
    struct arena arena;
    struct question question; /* texts in the arena */
    const char *domain;
    struct client_site site;
    struct order order;
    struct adscp_mailbox mailbox; /* where a mail address was given */
    struct route route;
    const struct service_list *services; /* NULL: none is known */
    const char *then[PREDICT_THEN_MAX];
    int then_count;

    struct finding_list whole;     /* about the question and the answer */
    struct finding_list scattered; /* about SCPs, but for this question only */
    struct predict_findings *findings; /* in the order of their telling */
    size_t findings_count;
};

/* ADSCP_OK or ADSCP_E_NOMEM. The forest has at least one directory. */
int predict_make(struct survey *survey, const struct question *question,
                 struct adscp_prediction **predictionp);
void predict_free(struct adscp_prediction *prediction); /* NULL is fine */

size_t predict_finding_count(const struct adscp_prediction *prediction);
const struct adscp_finding *
predict_finding(const struct adscp_prediction *prediction, size_t index);

#endif
