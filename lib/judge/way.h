/* SPDX-License-Identifier: MIT */
/*
 * What a client meets that tries one URL first: the hops from there on, the
 * certificates on them, the URLs that it goes on to where nobody answers, and
 * which of all that decides what the user sees.
 */
#ifndef ADSCP_JUDGE_WAY_H
#define ADSCP_JUDGE_WAY_H

#include "base/arena.h"
#include "judge/basis.h"
#include "judge/order/order.h"
#include "judge/route/route.h"
#include "judge/route/service_checks.h"

/* Whose way it is; all borrowed. */
struct way_question {
    const struct order *order;
    const struct adscp_mailbox *mailbox; /* NULL: no mail address was given */
    const struct service_checks *service_checks; /* NULL: none is known */
};

struct way {
    struct route route;
    const struct adscp_alert *alert; /* that decides; NULL: there is no hop */
    int alert_hop;                   /* whose it is; -1: a service's */
    uint32_t tried;                  /* URLs of SCPs */
};

/* The way that begins here: with the order's first URL, or with another one of
 * its URLs, which then comes before all others. The arena takes what hops refer
 * to. ADSCP_OK or ADSCP_E_NOMEM; way_clear() either way. */
int way_follow(struct basis *basis, const struct way_question *question,
               const struct order_first *start, struct arena *arena,
               struct way *way);
void way_clear(struct way *way);

#endif
