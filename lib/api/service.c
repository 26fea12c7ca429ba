/* SPDX-License-Identifier: MIT */
/*
 * The public service: a URL that Autodiscover's answer may hand to the client.
 */
#include "adscp.h"

#include "judge/route/service_checks.h"

const char *adscp_service_kind_name(int kind)
{
    switch (kind) {
    case ADSCP_SERVICE_KIND_ECP:
        return "ecp";
    case ADSCP_SERVICE_KIND_EWS:
        return "ews";
    case ADSCP_SERVICE_KIND_MAPI:
        return "mapi";
    case ADSCP_SERVICE_KIND_OAB:
        return "oab";
    case ADSCP_SERVICE_KIND_RPC:
        return "rpc";
    case ADSCP_SERVICE_KIND_UM:
        return "um";
    default:
        return NULL;
    }
}

int adscp_service_kind(const adscp_service *service)
{
    return service != NULL ? service->service->kind : -1;
}

const char *adscp_service_url(const adscp_service *service)
{
    return service != NULL ? service->service->url : NULL;
}

const char *adscp_service_host(const adscp_service *service)
{
    return service != NULL ? service->service->host : NULL;
}

const adscp_server *adscp_service_server(const adscp_service *service)
{
    return service != NULL ? service->service->server : NULL;
}

const char *adscp_service_dn(const adscp_service *service)
{
    return service != NULL ? service->service->dn : NULL;
}

const adscp_certificate *adscp_service_certificate(const adscp_service *service)
{
    return service != NULL ? service->met.certificate : NULL;
}

int adscp_service_certificate_source(const adscp_service *service)
{
    return service != NULL ? service->met.source : -1;
}

const adscp_sighting *adscp_service_sighting(const adscp_service *service)
{
    return service != NULL ? service->met.sighting : NULL;
}

const adscp_alert *adscp_service_alert(const adscp_service *service)
{
    return service != NULL ? service->met.alert : NULL;
}
