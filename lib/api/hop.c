/* SPDX-License-Identifier: MIT */
/*
 * The public hop: a server on the client's way, and what it does.
 */
#include "adscp.h"

#include "judge/route/route.h"

const char *adscp_hop_via_name(int via)
{
    switch (via) {
    case ADSCP_HOP_VIA_SCP:
        return "scp";
    case ADSCP_HOP_VIA_REDIRECT:
        return "redirect";
    case ADSCP_HOP_VIA_REDIRECT_ADDRESS:
        return "redirect-address";
    case ADSCP_HOP_VIA_HTTPS_ROOT:
        return "https-root";
    case ADSCP_HOP_VIA_HTTPS_AUTODISCOVER:
        return "https-autodiscover";
    case ADSCP_HOP_VIA_SRV:
        return "srv";
    default:
        return NULL;
    }
}

const char *adscp_hop_action_name(int action)
{
    return hop_action_name(action);
}

const char *adscp_hop_url(const adscp_hop *hop)
{
    return hop != NULL ? hop->url : NULL;
}

const char *adscp_hop_host(const adscp_hop *hop)
{
    return hop != NULL ? hop_host(hop) : NULL;
}

int adscp_hop_via(const adscp_hop *hop)
{
    return hop != NULL ? hop->via : -1;
}

const adscp_candidate *adscp_hop_candidate(const adscp_hop *hop)
{
    return hop != NULL && hop->order != NULL
               ? order_row(hop->order, hop->scp, hop->url)
               : NULL;
}

const adscp_server *adscp_hop_server(const adscp_hop *hop)
{
    return hop != NULL ? hop->server : NULL;
}

int adscp_hop_action(const adscp_hop *hop)
{
    return hop != NULL ? hop->action : -1;
}

int adscp_hop_evidence(const adscp_hop *hop)
{
    return hop != NULL ? hop->evidence : -1;
}

const char *adscp_hop_dn(const adscp_hop *hop)
{
    return hop != NULL ? hop_dn(hop) : NULL;
}

const char *adscp_hop_why(const adscp_hop *hop)
{
    return hop != NULL ? hop_why(hop) : NULL;
}

int adscp_hop_alternative_count(const adscp_hop *hop)
{
    return hop != NULL ? hop->alternative_count : -1;
}

const adscp_hop *adscp_hop_alternative(const adscp_hop *hop, int index)
{
    return hop != NULL && index >= 0 && index < hop->alternative_count
               ? &hop->alternatives[index]
               : NULL;
}

const adscp_certificate *adscp_hop_certificate(const adscp_hop *hop)
{
    return hop != NULL ? hop->met.certificate : NULL;
}

int adscp_hop_certificate_source(const adscp_hop *hop)
{
    return hop != NULL ? hop->met.source : -1;
}

const adscp_sighting *adscp_hop_sighting(const adscp_hop *hop)
{
    return hop != NULL ? hop->met.sighting : NULL;
}

const adscp_alert *adscp_hop_alert(const adscp_hop *hop)
{
    return hop != NULL ? hop->met.alert : NULL;
}
