/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_JUDGE_SIGHTINGS_ALERTS_H
#define ADSCP_JUDGE_SIGHTINGS_ALERTS_H

#include <stddef.h>

#include "judge/route/host_check.h"

/* A verdict on each row of the sightings, by itself. */
struct adscp_alerts {
    struct adscp_sightings *sightings; /* held; NULL: there were none */
    const struct adscp_alert **alerts;
    size_t count;
};

/* ADSCP_OK or ADSCP_E_NOMEM. */
int sightings_alerts_make(const struct basis *basis,
                          struct adscp_alerts **alertsp);
void sightings_alerts_free(struct adscp_alerts *alerts); /* NULL is fine */

#endif
