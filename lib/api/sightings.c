/* SPDX-License-Identifier: MIT */
/*
 * The public sightings: getters over facts/sightings. They check bounds and
 * lend; a NULL handle gives the value of absence.
 */
#include "adscp.h"

#include "api/count.h"
#include "facts/sightings.h"

static const char *name_of(const char *const *names, int count, int number)
{
    return number >= 0 && number < count ? names[number] : NULL;
}

const char *adscp_sighting_outcome_name(int outcome)
{
    static const char *const names[] = {
        [ADSCP_SIGHTING_OUTCOME_OK] = "ok",
        [ADSCP_SIGHTING_OUTCOME_REFUSED] = "refused",
        [ADSCP_SIGHTING_OUTCOME_UNREACHABLE] = "unreachable",
        [ADSCP_SIGHTING_OUTCOME_TIMEOUT] = "timeout",
        [ADSCP_SIGHTING_OUTCOME_CLOSED] = "closed",
        [ADSCP_SIGHTING_OUTCOME_NOT_TLS] = "not-tls",
        [ADSCP_SIGHTING_OUTCOME_NO_COMMON_CIPHER] = "no-common-cipher",
        [ADSCP_SIGHTING_OUTCOME_PROTOCOL_VERSION] = "protocol-version",
        [ADSCP_SIGHTING_OUTCOME_NAME_NOT_FOUND] = "name-not-found",
        [ADSCP_SIGHTING_OUTCOME_LIMIT] = "limit"};

    return name_of(names, sizeof(names) / sizeof(names[0]), outcome);
}

const char *adscp_sighting_method_name(int method)
{
    static const char *const names[] = {
        [ADSCP_SIGHTING_METHOD_PLAINTEXT] = "plaintext",
        [ADSCP_SIGHTING_METHOD_HANDSHAKE] = "handshake"};

    return name_of(names, sizeof(names) / sizeof(names[0]), method);
}

const char *adscp_sighting_request_name(int request)
{
    static const char *const names[] = {
        [ADSCP_SIGHTING_REQUEST_NONE] = "none",
        [ADSCP_SIGHTING_REQUEST_ASKED] = "asked",
        [ADSCP_SIGHTING_REQUEST_DEMANDED] = "demanded"};

    return name_of(names, sizeof(names) / sizeof(names[0]), request);
}

void adscp_sightings_free(adscp_sightings *sightings)
{
    sightings_release(sightings);
}

int adscp_sightings_complete(const adscp_sightings *sightings)
{
    return sightings != NULL ? sightings->complete : -1;
}

int adscp_sightings_count(const adscp_sightings *sightings)
{
    return sightings != NULL ? count_of(sightings->count) : -1;
}

const adscp_sighting *adscp_sightings_sighting(const adscp_sightings *sightings,
                                               int index)
{
    if (sightings == NULL || !in_range(index, sightings->count))
        return NULL;
    return &sightings->rows[index];
}

const char *adscp_sighting_host(const adscp_sighting *sighting)
{
    return sighting != NULL ? sighting->host : NULL;
}

int adscp_sighting_port(const adscp_sighting *sighting)
{
    return sighting != NULL ? sighting->port : -1;
}

const char *adscp_sighting_address(const adscp_sighting *sighting)
{
    return sighting != NULL ? sighting->address : NULL;
}

int adscp_sighting_address_port(const adscp_sighting *sighting)
{
    return sighting != NULL ? sighting->address_port : -1;
}

int adscp_sighting_outcome(const adscp_sighting *sighting)
{
    return sighting != NULL ? sighting->outcome : -1;
}

const char *adscp_sighting_detail(const adscp_sighting *sighting)
{
    return sighting != NULL ? sighting->detail : NULL;
}

int adscp_sighting_method(const adscp_sighting *sighting)
{
    return sighting != NULL ? sighting->method : -1;
}

int adscp_sighting_proven(const adscp_sighting *sighting)
{
    return sighting != NULL ? sighting->proven : -1;
}

const char *adscp_sighting_version(const adscp_sighting *sighting)
{
    return sighting != NULL ? sighting_version_name(sighting->version) : NULL;
}

int adscp_sighting_request(const adscp_sighting *sighting)
{
    return sighting != NULL ? sighting->request : -1;
}

int adscp_sighting_certificate_count(const adscp_sighting *sighting)
{
    return sighting != NULL ? count_of(sighting->chain_count) : -1;
}

const adscp_certificate *
adscp_sighting_certificate(const adscp_sighting *sighting, int index)
{
    if (sighting == NULL || !in_range(index, sighting->chain_count))
        return NULL;
    return sighting->chain[index];
}
