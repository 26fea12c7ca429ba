/* SPDX-License-Identifier: MIT */
/*
 * The host whose certificate decides an answer, and what helps against each
 * thing that may be wrong with it.
 */
#ifndef ADSCP_CLI_SUBJECT_H
#define ADSCP_CLI_SUBJECT_H

#include "cli.h"

/* What is known of the host whose verdict decides. */
struct subject {
    const char *name;
    const char *host;
    const char *url;
    const adscp_certificate *certificate;
    int source;
    const adscp_sighting *sighting;
    const adscp_alert *alert;
    bool beside; /* it is asked while an SCP's server answers */
};

struct subject subject_find(const adscp_prediction *answer);
/* Of the servers that share the host, one that publishes no certificate, where
 * another one does. NULL: none. */
const char *subject_bare_server(const adscp_prediction *answer);
/* What helps, in general: a sentence for each reason, or for a host that does
 * not answer. False: there is none. */
bool subject_write_help(FILE *out, const adscp_prediction *answer);
/* Is a certificate of its chain one that the client never accepts? */
bool subject_is_disallowed(const adscp_alert *alert);

#endif
