/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_FACTS_JOIN_H
#define ADSCP_FACTS_JOIN_H

#include "facts/forest.h"

/* Join the databases, virtual directories and recipients of a directory whose
 * rows are complete with its servers, and its subnets with its sites. ADSCP_OK,
 * ADSCP_E_NOMEM, or what the deadline (NULL: none) says. */
int join_directory(const struct adscp_forest *forest,
                   struct directory *directory,
                   const struct deadline *deadline);

#endif
