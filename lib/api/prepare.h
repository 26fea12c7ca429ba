/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_API_PREPARE_H
#define ADSCP_API_PREPARE_H

#include <stdbool.h>

#include "adscp.h"

/* What a candidate makes when it is first asked for, made now. false: out of
 * memory. */
bool candidate_prepare(const adscp_candidate *candidate);

#endif
