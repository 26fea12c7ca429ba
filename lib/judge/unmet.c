/* SPDX-License-Identifier: MIT */
#include "judge/unmet.h"

#include <string.h>

#include "facts/finding.h"
#include "facts/host.h"
#include "facts/url.h"

static bool leads_to(const char *text, const struct sighted_host *host)
{
    struct url url;

    return text != NULL && url_split_host(text, &url) &&
           url.kind == URL_HTTPS && url.port == host->port &&
           host_is(url.host, host->name);
}

static bool hop_leads_to(const struct adscp_hop *hop,
                         const struct sighted_host *host)
{
    int i;

    for (i = 0; i < hop->alternative_count; i++)
        if (hop_leads_to(&hop->alternatives[i], host))
            return true;
    return leads_to(hop->url, host);
}

static bool way_leads_to(const struct way *way, const struct sighted_host *host)
{
    int i;

    for (i = 0; i < way->route.count; i++)
        if (hop_leads_to(&way->route.hops[i], host))
            return true;
    return false;
}

bool unmet_is_mail_host(const struct adscp_prediction *prediction,
                        const struct sighted_host *host)
{
    const struct mail_hosts *hosts = predict_mail_hosts(prediction);
    int i;

    for (i = MAIL_HOST_ROOT; hosts != NULL && i <= MAIL_HOST_AUTODISCOVER; i++)
        if (leads_to(hosts->hosts[i].url, host))
            return true;
    return false;
}

/* Outlook 2013 asks the hosts of the mail domain beside those of the SCPs. */
static bool is_beside(const struct adscp_prediction *prediction,
                      const struct sighted_host *host)
{
    return generation_is_parallel(predict_asker(prediction)->client) &&
           unmet_is_mail_host(prediction, host);
}

bool unmet_is_met(const struct adscp_prediction *prediction,
                  const struct sighted_host *host)
{
    const struct service_checks *services = prediction->service_checks;
    size_t i;

    for (i = 0; services != NULL && i < services->count; i++)
        if (leads_to(services->rows[i].service->url, host))
            return true;
    return way_leads_to(&prediction->way, host) ||
           is_beside(prediction, host) ||
           (prediction->doubt != NULL &&
            way_leads_to(&prediction->doubt->way, host));
}

int unmet_tell(const struct sighted_host *host, struct arena *arena,
               struct finding_list *findings)
{
    struct span name = host_without_dot(span_of(host->name));
    bool has_colon = memchr(name.text, ':', name.length) != NULL;
    const char *place = arena_format(arena, has_colon ? "[%.*s]:%d" : "%.*s:%d",
                                     (int)name.length, name.text, host->port);

    if (place == NULL)
        return ADSCP_E_NOMEM;
    return finding_add(findings, FINDING_ASSUMED_UNMET,
                       (struct finding_what){.host = place});
}

int unmet_report(const struct adscp_prediction *prediction, struct arena *arena,
                 struct finding_list *findings)
{
    const struct adscp_sightings *given = prediction->given;
    int rc = ADSCP_OK;
    size_t i;

    for (i = 0; given != NULL && i < given->host_count && rc == ADSCP_OK; i++)
        if (!unmet_is_met(prediction, &given->hosts[i]))
            rc = unmet_tell(&given->hosts[i], arena, findings);
    return rc;
}
