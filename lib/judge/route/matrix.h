/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_JUDGE_ROUTE_MATRIX_H
#define ADSCP_JUDGE_ROUTE_MATRIX_H

#include <stdbool.h>
#include <stdint.h>

#include "adscp.h"
#include "facts/version.h"

/* What a Client Access server of one version does with the Autodiscover request
 * for a mailbox on another, and who says so. */
struct exchange_rule {
    int action;      /* ADSCP_HOP_ACTION_* */
    int evidence;    /* ADSCP_EVIDENCE_*, of the action */
    bool is_a_risk;  /* not supported together, or known not to work */
    const char *why; /* a clause: "it proxies ..." */
};

/* Never NULL: what is not known has a rule that says so. */
const struct exchange_rule *exchange_rule(enum version_line first,
                                          enum version_line mailbox);

/* The same for servers of several versions, bits 1 << version_line: where all
 * do one thing, the rule of one of them, a risk before others, and its version
 * in *firstp. NULL: they differ. */
const struct exchange_rule *exchange_common_rule(uint32_t firsts,
                                                 enum version_line mailbox,
                                                 enum version_line *firstp);

/* Does each of these versions answer by itself or pass the request on, so that
 * the client is sent nowhere else? */
bool exchange_serves_here(uint32_t firsts, enum version_line mailbox);

/* Without those that are too old for the mailbox, and for which no source says
 * what they do. */
uint32_t exchange_leave_out_older(uint32_t firsts, enum version_line mailbox);

/* Is the first product older than the second? Service packs make no product. */
bool exchange_is_older(enum version_line first, enum version_line second);

#endif
