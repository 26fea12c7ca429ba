/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_JUDGE_ROUTE_MATRIX_H
#define ADSCP_JUDGE_ROUTE_MATRIX_H

#include <stdbool.h>

#include "adscp.h"
#include "facts/version.h"

/* What a Client Access server of one version does with the Autodiscover request
 * for a mailbox on another, and who says so. */
struct exchange_rule {
    int action;      /* ADSCP_ACTION_* */
    int evidence;    /* ADSCP_EVIDENCE_*, of the action */
    bool is_a_risk;  /* not supported together, or known not to work */
    const char *why; /* a clause: "it proxies ..." */
};

/* Never NULL: what is not known has a rule that says so. */
const struct exchange_rule *exchange_rule(enum version_line first,
                                          enum version_line mailbox);

/* Is the first product older than the second? Service packs make no product. */
bool exchange_is_older(enum version_line first, enum version_line second);

#endif
