/* SPDX-License-Identifier: MIT */
/*
 * What a client makes of each address that was looked at, whatever leads to it:
 * for those who ask about servers, not about users.
 */
#include "judge/sightings_alerts.h"

#include <stdlib.h>

void verdicts_free(struct adscp_verdicts *verdicts)
{
    size_t i;

    if (verdicts == NULL)
        return;
    for (i = 0; i < verdicts->count; i++)
        alert_release(verdicts->alerts[i]);
    free(verdicts->alerts);
    sightings_release(verdicts->sightings);
    free(verdicts);
}

static int fill(const struct basis *basis, struct adscp_verdicts *verdicts)
{
    const struct adscp_sightings *sightings = basis->sightings;
    int rc = ADSCP_OK;

    if (sightings == NULL)
        return ADSCP_OK;
    verdicts->sightings = sightings_hold(sightings);
    verdicts->alerts = calloc(sightings->count + 1, sizeof(*verdicts->alerts));
    if (verdicts->alerts == NULL)
        return ADSCP_E_NOMEM;
    while (verdicts->count < sightings->count && rc == ADSCP_OK) {
        size_t i = verdicts->count++;

        rc = host_check_judge(basis, &sightings->rows[i], &verdicts->alerts[i]);
    }
    return rc;
}

int verdicts_make(const struct basis *basis, struct adscp_verdicts **verdictsp)
{
    struct adscp_verdicts *verdicts = calloc(1, sizeof(*verdicts));
    int rc;

    if (verdicts == NULL)
        return ADSCP_E_NOMEM;
    rc = fill(basis, verdicts);
    if (rc != ADSCP_OK) {
        verdicts_free(verdicts);
        return rc;
    }
    *verdictsp = verdicts;
    return ADSCP_OK;
}
