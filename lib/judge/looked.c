/* SPDX-License-Identifier: MIT */
#include "judge/looked.h"

#include "judge/unmet.h"

/* A host that had no answer when the budget ended may yet have one. */
static bool is_whole(const struct adscp_sighting *rows, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++)
        if (rows[i].untried ||
            rows[i].outcome == ADSCP_SIGHTING_OUTCOME_TIMEOUT ||
            rows[i].outcome == ADSCP_SIGHTING_OUTCOME_LIMIT)
            return false;
    return true;
}

/* Nobody answers so far: the hosts of the mail domain are next. */
static bool is_next(const struct adscp_prediction *prediction,
                    const struct sighted_host *host)
{
    return way_leads_on(&prediction->way) &&
           unmet_is_mail_host(prediction, host);
}

static bool is_met(const struct adscp_prediction *prediction,
                   const struct sighted_host *host)
{
    return unmet_is_met(prediction, host) || is_next(prediction, host);
}

static bool lacks_host(const struct adscp_prediction *prediction)
{
    const struct adscp_sightings *seen = prediction->sightings;
    size_t i;

    for (i = 0; i < seen->host_count; i++) {
        const struct sighted_host *host = &seen->hosts[i];

        if (!is_whole(&seen->rows[host->first], host->count) &&
            is_met(prediction, host))
            return true;
    }
    return false;
}

/* Who looks behind a host compares all of its servers. */
static bool lacks_server(const struct adscp_prediction *prediction)
{
    const struct adscp_sightings *seen = prediction->sightings;
    size_t i;

    for (i = 0; i < seen->behind_count; i++) {
        const struct sighted_behind *behind = &seen->behind[i];
        const struct sighted_host front = {.name = behind->front,
                                           .port = behind->port};

        if (!is_whole(&seen->behind_rows[behind->first], behind->count) &&
            is_met(prediction, &front))
            return true;
    }
    return false;
}

int looked_at(const struct adscp_prediction *prediction)
{
    if (prediction->sightings == NULL)
        return -1;
    return prediction->sightings->complete ||
           (!prediction->sightings->damaged && !lacks_host(prediction) &&
            !lacks_server(prediction));
}
