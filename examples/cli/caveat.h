/* SPDX-License-Identifier: MIT */
/*
 * What an answer is wrong without, each behind `joint`: a fault that keeps it
 * from coming about, a doubt, an odd user, what could not be read. False:
 * nothing was written.
 */
#ifndef ADSCP_CLI_CAVEAT_H
#define ADSCP_CLI_CAVEAT_H

#include "cli.h"

bool caveat_fault(FILE *out, const char *joint, const adscp_prediction *answer);
/* It never comes about: the client goes round in a circle. */
bool caveat_nowhere(const adscp_prediction *answer);
/* The same, or it is an error; or a server that may not serve the mailbox. */
bool caveat_breaks(const adscp_prediction *answer);
bool caveat_unserved(const adscp_prediction *answer);
bool caveat_doubt(FILE *out, const char *joint, const adscp_prediction *answer);
/* What the doubt brings, in a few words; and is it one of servers that share a
 * name? */
const char *caveat_doubt_outcome(const adscp_prediction *answer);
bool caveat_is_shared(const char *reading);
/* No SCP of an export has a URL, and why that may be. */
bool caveat_no_urls(FILE *out, const char *joint,
                    const adscp_prediction *answer);
/* An export has this attribute on nothing. */
bool caveat_lacks(const adscp_prediction *answer, const char *attribute);
bool caveat_unexported(FILE *out, const char *joint,
                       const adscp_prediction *answer);
bool caveat_version(FILE *out, const char *joint,
                    const adscp_prediction *answer);
/* Nobody answers at so many SCPs that those behind them, which the client comes
 * to next, were not judged; and how many URLs they have. */
int caveat_count_unjudged(const adscp_prediction *answer);
bool caveat_unjudged(FILE *out, const char *joint,
                     const adscp_prediction *answer);
bool caveat_user(FILE *out, const char *joint, const adscp_prediction *answer);
bool caveat_incomplete(FILE *out, const char *joint,
                       const struct report *report);
bool caveat_incomplete_coverage(FILE *out, const char *joint,
                                const adscp_coverage *coverage);
/* Why there is no candidate. */
void caveat_nothing(FILE *out, const adscp_prediction *answer);

#endif
