/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_FACTS_SERVER_H
#define ADSCP_FACTS_SERVER_H

#include "facts/forest.h"

/* What it publishes for mail transport, perhaps one that cannot be read; made
 * when it is first asked for. Any number of threads may ask at once. NULL: it
 * publishes none, or out of memory. */
const struct adscp_certificate *
server_certificate(const struct adscp_server *server);
/* For the forest: gives up what was made. */
void server_free(struct adscp_server *server);

#endif
