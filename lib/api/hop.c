/* SPDX-License-Identifier: MIT */
/*
 * The public hop: a server on the client's way. The first one comes from an
 * SCP; what it does with the request is not determined.
 */
#include "adscp.h"

#include "judge/predict.h"

const char *adscp_via_name(int via)
{
    return via == ADSCP_VIA_SCP ? "scp" : NULL;
}

const char *adscp_action_name(int action)
{
    return action == ADSCP_ACTION_UNKNOWN ? "unknown" : NULL;
}

const char *adscp_hop_url(const adscp_hop *hop)
{
    return hop != NULL ? adscp_candidate_url(hop->candidate) : NULL;
}

const char *adscp_hop_host(const adscp_hop *hop)
{
    return hop != NULL ? adscp_candidate_host(hop->candidate) : NULL;
}

int adscp_hop_via(const adscp_hop *hop)
{
    return hop != NULL ? ADSCP_VIA_SCP : -1;
}

const char *adscp_hop_server(const adscp_hop *hop)
{
    return hop != NULL && hop->server != NULL ? hop->server->name : NULL;
}

const char *adscp_hop_version(const adscp_hop *hop)
{
    return hop != NULL ? adscp_server_version(hop->server) : NULL;
}

int adscp_hop_action(const adscp_hop *hop)
{
    return hop != NULL ? ADSCP_ACTION_UNKNOWN : -1;
}

int adscp_hop_evidence(const adscp_hop *hop)
{
    return hop != NULL ? ADSCP_EVIDENCE_INFERRED : -1;
}
