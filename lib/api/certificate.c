/* SPDX-License-Identifier: MIT */
/*
 * The public certificate: what stands in it, taken from the facts when it is
 * asked for.
 */
#include "facts/certificate/certificate.h"

#include "api/count.h"

const char *adscp_certificate_source_name(int source)
{
    switch (source) {
    case ADSCP_CERTIFICATE_SOURCE_OBSERVED:
        return "observed";
    case ADSCP_CERTIFICATE_SOURCE_ASSUMED:
        return "assumed";
    case ADSCP_CERTIFICATE_SOURCE_DIRECTORY:
        return "directory";
    default:
        return NULL;
    }
}

static const struct certificate_facts *
facts_of(const adscp_certificate *certificate)
{
    return certificate != NULL ? certificate_facts(certificate) : NULL;
}

/* Of a certificate that can be read. */
static const struct certificate_facts *
readable(const adscp_certificate *certificate)
{
    const struct certificate_facts *facts = facts_of(certificate);

    return facts != NULL && facts->problem == NULL ? facts : NULL;
}

const char *adscp_certificate_problem(const adscp_certificate *certificate)
{
    const struct certificate_facts *facts = facts_of(certificate);

    return facts != NULL ? facts->problem : NULL;
}

const char *adscp_certificate_subject(const adscp_certificate *certificate)
{
    const struct certificate_facts *facts = facts_of(certificate);

    return facts != NULL ? facts->subject : NULL;
}

const char *adscp_certificate_issuer(const adscp_certificate *certificate)
{
    const struct certificate_facts *facts = facts_of(certificate);

    return facts != NULL ? facts->issuer : NULL;
}

const char *adscp_certificate_common_name(const adscp_certificate *certificate)
{
    const struct certificate_facts *facts = facts_of(certificate);

    return facts != NULL ? facts->common_name.text : NULL;
}

int adscp_certificate_dns_name_count(const adscp_certificate *certificate)
{
    const struct certificate_facts *facts = readable(certificate);

    return facts != NULL ? (int)facts->dns_name_count : -1;
}

const char *adscp_certificate_dns_name(const adscp_certificate *certificate,
                                       int index)
{
    const struct certificate_facts *facts = readable(certificate);

    if (facts == NULL || !in_range(index, facts->dns_name_count))
        return NULL;
    return facts->dns_names[index].text;
}

int adscp_certificate_ip_address_count(const adscp_certificate *certificate)
{
    const struct certificate_facts *facts = readable(certificate);

    return facts != NULL ? (int)facts->ip_address_count : -1;
}

const char *adscp_certificate_ip_address(const adscp_certificate *certificate,
                                         int index)
{
    const struct certificate_facts *facts = readable(certificate);

    if (facts == NULL || !in_range(index, facts->ip_address_count))
        return NULL;
    return facts->ip_addresses[index];
}

const char *adscp_certificate_serial(const adscp_certificate *certificate)
{
    const struct certificate_facts *facts = facts_of(certificate);

    return facts != NULL ? facts->serial : NULL;
}

/* Absence is -1, which is a time as well; nothing that is still in use began
 * before 1970. */
static int64_t time_of(int64_t time)
{
    if (time == CERTIFICATE_TIME_UNKNOWN)
        return -1;
    return time < 0 ? 0 : time;
}

int64_t adscp_certificate_not_before(const adscp_certificate *certificate)
{
    const struct certificate_facts *facts = facts_of(certificate);

    return facts != NULL ? time_of(facts->not_before) : -1;
}

int64_t adscp_certificate_not_after(const adscp_certificate *certificate)
{
    const struct certificate_facts *facts = facts_of(certificate);

    return facts != NULL ? time_of(facts->not_after) : -1;
}

const char *adscp_certificate_sha1(const adscp_certificate *certificate)
{
    return certificate != NULL ? certificate_sha1(certificate) : NULL;
}

const char *adscp_certificate_sha256(const adscp_certificate *certificate)
{
    return certificate != NULL ? certificate_sha256(certificate) : NULL;
}

const char *adscp_certificate_key(const adscp_certificate *certificate)
{
    const struct certificate_facts *facts = facts_of(certificate);

    return facts != NULL ? facts->key : NULL;
}

const char *adscp_certificate_signature(const adscp_certificate *certificate)
{
    const struct certificate_facts *facts = facts_of(certificate);

    return facts != NULL ? facts->signature : NULL;
}

int adscp_certificate_self_signed(const adscp_certificate *certificate)
{
    const struct certificate_facts *facts = readable(certificate);

    return facts != NULL ? (facts->flags & CERTIFICATE_SELF_SIGNED) != 0 : -1;
}

const char *
adscp_certificate_friendly_name(const adscp_certificate *certificate)
{
    return certificate != NULL ? certificate_friendly_name(certificate) : NULL;
}
