/* SPDX-License-Identifier: MIT */
/*
 * The directory publishes no binding of IIS. What it does publish allows a
 * guess, and this room says how good the guess is: good where everything looks
 * as setup left it, none where the host is nobody's own name.
 */
#include "judge/route/forecast.h"

#include <string.h>

#include "facts/host.h"
#include "judge/trust/trust.h"

static bool is_word(const char *text, size_t length, const char *word)
{
    return word != NULL && text_is(text, length, word);
}

static bool is_own(const struct forecast_question *question)
{
    struct span host = {question->host, question->host_length};

    return host_is(host, question->server) || host_is(host, question->fqdn);
}

bool forecast_is_default(const struct certificate_facts *facts,
                         const char *server, const char *fqdn)
{
    bool has_fqdn = fqdn == NULL;
    size_t i;

    if ((facts->flags & CERTIFICATE_SELF_SIGNED) == 0 ||
        facts->common_name.bytes == NULL ||
        !is_word(facts->common_name.bytes, facts->common_name.length, server))
        return false;
    for (i = 0; i < facts->dns_name_count; i++) {
        const struct certificate_name *name = &facts->dns_names[i];

        if (is_word(name->bytes, name->length, fqdn))
            has_fqdn = true;
        else if (!is_word(name->bytes, name->length, server))
            return false;
    }
    return has_fqdn && facts->ip_address_count == 0;
}

static struct forecast own_host(const struct forecast_question *question,
                                bool covered)
{
    const struct certificate_facts *facts = question->facts;
    int confidence = ADSCP_ALERT_CONFIDENCE_MEDIUM;

    if ((facts->flags & CERTIFICATE_SELF_SIGNED) == 0 && !covered)
        confidence = ADSCP_ALERT_CONFIDENCE_LOW;
    if (question->default_url && !question->other_urls &&
        forecast_is_default(facts, question->server, question->fqdn))
        confidence = ADSCP_ALERT_CONFIDENCE_HIGH;
    return (struct forecast){.confidence = confidence};
}

/* A shared name: where the certificate does not know of it and comes from
 * setup, somebody put another one beside it, unless that is the one which
 * another server publishes. */
static struct forecast shared_host(const struct forecast_question *question,
                                   bool covered)
{
    bool self_signed = (question->facts->flags & CERTIFICATE_SELF_SIGNED) != 0;
    bool low = question->several || (!covered && !self_signed);

    return (struct forecast){.confidence = low ? ADSCP_ALERT_CONFIDENCE_LOW
                                               : ADSCP_ALERT_CONFIDENCE_MEDIUM,
                             .other_likely = self_signed && !covered &&
                                             !question->covered_beside};
}

struct forecast forecast_make(const struct forecast_question *question)
{
    uint64_t notes = 0;
    bool covered;

    if (question->facts == NULL || question->facts->problem != NULL)
        return (struct forecast){0};
    if (question->server == NULL || question->host == NULL)
        return (struct forecast){.other_likely = true};
    covered = trust_match(question->facts, question->host,
                          question->host_length, &notes) != TRUST_NAME_NO;
    return is_own(question) ? own_host(question, covered)
                            : shared_host(question, covered);
}
