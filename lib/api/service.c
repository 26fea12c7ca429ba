/* SPDX-License-Identifier: MIT */
/*
 * The public service: a URL that Autodiscover's answer may hand to the client.
 */
#include "adscp.h"

#include "judge/services.h"

const char *adscp_service_kind_name(int kind)
{
    switch (kind) {
    case ADSCP_SERVICE_ECP:
        return "ecp";
    case ADSCP_SERVICE_EWS:
        return "ews";
    case ADSCP_SERVICE_MAPI:
        return "mapi";
    case ADSCP_SERVICE_OAB:
        return "oab";
    case ADSCP_SERVICE_RPC:
        return "rpc";
    case ADSCP_SERVICE_UM:
        return "um";
    default:
        return NULL;
    }
}

int adscp_service_kind(const adscp_service *service)
{
    return service != NULL ? service->kind : -1;
}

const char *adscp_service_url(const adscp_service *service)
{
    return service != NULL ? service->url : NULL;
}

const char *adscp_service_host(const adscp_service *service)
{
    return service != NULL ? service->host : NULL;
}

const char *adscp_service_server(const adscp_service *service)
{
    return service != NULL ? adscp_server_name(service->server) : NULL;
}

const char *adscp_service_dn(const adscp_service *service)
{
    return service != NULL ? service->dn : NULL;
}
