/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_API_PREPARE_H
#define ADSCP_API_PREPARE_H

#include <stdbool.h>

#include "adscp.h"

/* What a candidate makes when it is first asked for, made now. false: out of
 * memory. */
bool candidate_prepare(const adscp_candidate *candidate);

/* Its host, its words, and the certificate that is met there, the same way. */
bool hop_prepare(const adscp_hop *hop);

/* The certificate of a server (NULL: there is nothing to make), and those of
 * all of a forest with the names of its SCPs, the same way. */
bool server_prepare(const adscp_server *server);
bool forest_prepare(const adscp_forest *forest);

#endif
