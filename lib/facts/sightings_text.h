/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_FACTS_SIGHTINGS_TEXT_H
#define ADSCP_FACTS_SIGHTINGS_TEXT_H

#include "facts/export.h"
#include "facts/sightings.h"

/* Append them to a rootDSE of a snapshot, as values of this attribute;
 * decode/looked.c reads them. */
void sightings_put(const struct adscp_sightings *sightings, const char *name,
                   struct export_text *out);

#endif
