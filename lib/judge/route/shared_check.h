/* SPDX-License-Identifier: MIT */
/*
 * The forecast for a host that is no server's own name, out of the certificates
 * of all its publishers: one verdict, whoever asks and however often.
 */
#ifndef ADSCP_JUDGE_ROUTE_SHARED_CHECK_H
#define ADSCP_JUDGE_ROUTE_SHARED_CHECK_H

#include <stdbool.h>

#include "facts/url.h"
#include "judge/basis.h"
#include "judge/directory/published.h"

/* What is kept of a shared host; by shared_host.number in the basis. */
struct shared_check {
    bool is_judged;
    bool is_covered; /* by some publisher's certificate */
    const struct shared_certificate *worst; /* NULL: there is none */
    int outcome;                            /* of that */
    int64_t changes_on;                     /* the first of all; -1: none */
    const struct adscp_alert
        *alerts[2]; /* [1]: of a URL from an SCP; or NULL */
};

/* The verdict, one holder's worth of which is the caller's, and the certificate
 * that it rests on, or NULL. ADSCP_OK or ADSCP_E_NOMEM. */
int shared_check_read(struct basis *basis, const struct shared_host *shared,
                      struct span host, bool from_scp,
                      const struct adscp_alert **alertp,
                      const struct adscp_certificate **certificatep);

/* For basis.c: its grounds have changed. */
void shared_checks_forget(struct basis *basis);

#endif
