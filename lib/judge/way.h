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
#include "judge/severity.h"
#include "judge/steps/generation.h"
#include "judge/steps/mail_hosts.h"

/* Whose way it is; all borrowed. */
struct way_question {
    const struct order *order;
    const struct adscp_mailbox *mailbox; /* NULL: no mail address was given */
    const struct service_checks *service_checks; /* NULL: none is known */
    struct outlook_client asker;
    const struct mail_hosts *mail_hosts; /* NULL: there is no mail domain */
    struct route_answerer answerer;
};

/* The verdict of a host that is asked while an SCP's server answers. */
enum { WAY_BESIDE = -2 };

struct way {
    struct route route;
    const struct adscp_alert *alert; /* that decides; NULL: there is no hop */
    int alert_hop;  /* whose it is; -1: a service's; or WAY_BESIDE */
    uint32_t tried; /* URLs of SCPs */
};

/* Does this way begin with an SCP at all? */
bool way_has_scp(const struct way_question *question,
                 const struct order_first *start);
/* When the verdict of such a host changes; -1: none does. */
int64_t way_beside_changes_on(const struct way_question *question,
                              const struct way *way);
/* Nobody is known to answer so far, so that the mail domain comes next. */
bool way_leads_on(const struct way *way);

/* The way that begins here: with the order's first URL, or with another one of
 * its URLs, which then comes before all others, or with none; and goes on to
 * the mail domain where nobody answers. The arena takes what hops refer to.
 * ADSCP_OK or ADSCP_E_NOMEM; way_clear() either way. */
int way_follow(struct basis *basis, const struct way_question *question,
               const struct order_first *start, struct arena *arena,
               struct way *way);
/* How bad the way is by itself: without its doubt and its services. */
struct severity way_severity(const struct way *way);
void way_clear(struct way *way);

#endif
