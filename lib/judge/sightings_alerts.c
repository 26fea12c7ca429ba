/* SPDX-License-Identifier: MIT */
/*
 * What a client makes of each address that was looked at, whatever leads to it:
 * for those who ask about servers, not about users.
 */
#include "judge/sightings_alerts.h"

#include <stdlib.h>

void sightings_alerts_free(struct adscp_alerts *alerts)
{
    size_t i;

    if (alerts == NULL)
        return;
    for (i = 0; i < alerts->count; i++)
        alert_release(alerts->alerts[i]);
    free(alerts->alerts);
    sightings_release(alerts->sightings);
    free(alerts);
}

static int fill(const struct basis *basis, struct adscp_alerts *alerts)
{
    const struct adscp_sightings *sightings = basis->sightings;
    int rc = ADSCP_OK;

    if (sightings == NULL)
        return ADSCP_OK;
    alerts->sightings = sightings_hold(sightings);
    alerts->alerts = calloc(sightings->count + 1, sizeof(*alerts->alerts));
    if (alerts->alerts == NULL)
        return ADSCP_E_NOMEM;
    while (alerts->count < sightings->count && rc == ADSCP_OK) {
        size_t i = alerts->count++;

        rc = host_check_judge(basis, &sightings->rows[i], &alerts->alerts[i]);
        if (rc == ADSCP_OK)
            rc = deadline_look(basis->deadline);
    }
    return rc;
}

int sightings_alerts_make(const struct basis *basis,
                          struct adscp_alerts **alertsp)
{
    struct adscp_alerts *alerts = calloc(1, sizeof(*alerts));
    int rc;

    if (alerts == NULL)
        return ADSCP_E_NOMEM;
    rc = fill(basis, alerts);
    if (rc != ADSCP_OK) {
        sightings_alerts_free(alerts);
        return rc;
    }
    *alertsp = alerts;
    return ADSCP_OK;
}
