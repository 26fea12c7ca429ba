/* SPDX-License-Identifier: MIT */
/*
 * Whom a finding of the directory concerns depends on who asks: the same odd
 * SCP is the first one of one client, and nothing to another.
 */
#include "judge/concern.h"

#include <string.h>

#include "facts/dn.h"

/* The object is the server, or lies below it. */
static bool is_of_server(const char *dn, const struct adscp_server *server)
{
    return server != NULL &&
           (dn == server->dn ||
            dn_is_below(dn, strlen(dn), server->dn, strlen(server->dn)));
}

static bool is_on_hop(const struct adscp_hop *hop,
                      const struct adscp_finding *finding)
{
    if (finding->scp != NULL)
        return finding->scp == hop->scp;
    return finding->dn != NULL && is_of_server(finding->dn, hop->server);
}

static bool is_on_way(const struct adscp_prediction *prediction,
                      const struct adscp_finding *finding)
{
    int i;

    if (finding->scp != NULL && finding->scp == prediction->order.first.scp)
        return true;
    if (finding->dn != NULL &&
        is_of_server(finding->dn, prediction->mailbox.server))
        return true;
    for (i = 0; i < prediction->way.route.count; i++)
        if (is_on_hop(&prediction->way.route.hops[i], finding))
            return true;
    return false;
}

static bool is_of_site(const char *site, const struct adscp_finding *finding)
{
    const char *name = finding_value(finding, FINDING_PARAMETER_site).text;

    return site != NULL && name != NULL &&
           text_equal_fold(name, strlen(name), site, strlen(site));
}

/* Other clients than Outlook stop at what is an error to them. */
static bool stops(const struct adscp_prediction *prediction,
                  const struct adscp_finding *finding)
{
    return prediction->order.count == 0 &&
           prediction->question.profile != ADSCP_PROFILE_OUTLOOK &&
           finding_severity(finding) == ADSCP_FINDING_SEVERITY_ERROR;
}

/* The first version of the EWS Managed API stops at what the second passes
 * over, and nobody knows which one a program brings along. */
static bool stops_version_1(const struct adscp_prediction *prediction,
                            const struct adscp_finding *finding)
{
    return prediction->question.profile == ADSCP_PROFILE_EWS &&
           finding->code == FINDING_SCP_NO_URL && finding->raised;
}

bool concerns_client(const struct adscp_prediction *prediction,
                     const struct adscp_finding *finding)
{
    return finding_about(finding) != ADSCP_FINDING_ABOUT_CLIENT &&
           (is_on_way(prediction, finding) ||
            is_of_site(prediction->site.name, finding) ||
            stops(prediction, finding) || stops_version_1(prediction, finding));
}
