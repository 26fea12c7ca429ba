/* SPDX-License-Identifier: MIT */
/*
 * What is odd about a certificate that a client meets, and will be tomorrow,
 * whatever the client makes of it today.
 */
#include "judge/alert.h"
#include "judge/route/host_check.h"

#include "facts/certificate/certificate.h"

/* Windows refuses RSA keys below the first (KB2661254); nobody certifies one
 * below the second since 2014 (CA/Browser Forum). */
enum { RSA_BITS_REFUSED = 1023, RSA_BITS_WEAK = 2048 };

struct reported {
    const struct host_check *host_check;
    const char *host, *dn;
    struct finding_list *findings;
};

static bool has(const struct certificate_facts *facts, int flags)
{
    return (facts->flags & flags) != 0;
}

/* The n-th of the chain, of which a root counts only where it is the server's
 * own. NULL: there is none, or out of memory. */
static const struct certificate_facts *link_at(const struct reported *reported,
                                               size_t n)
{
    const struct adscp_alert *alert = reported->host_check->alert;
    const struct certificate_facts *facts;

    if (n >= alert->chain_count)
        return NULL;
    facts = certificate_facts(alert->chain[n].certificate);
    return facts != NULL && n > 0 && has(facts, CERTIFICATE_SELF_SIGNED)
               ? NULL
               : facts;
}

static int tell(const struct reported *reported, enum finding_code code,
                struct finding_what what)
{
    what.host = reported->host;
    what.dn = reported->dn;
    return finding_add(reported->findings, code, what);
}

/* Does the chain end in the list of public roots? */
static bool is_public(const struct reported *reported)
{
    const struct adscp_alert *alert = reported->host_check->alert;

    return alert->chain_count > 0 &&
           alert->chain[alert->chain_count - 1].source ==
               ADSCP_ALERT_CHAIN_SOURCE_BUNDLE;
}

/* As the verdict and its notes have it. */
static const char *weak_words(const struct reported *reported, int bits)
{
    const struct adscp_alert *alert = reported->host_check->alert;

    if (bits < RSA_BITS_REFUSED)
        return (alert->flags & FLAG_INVALID_CERT) != 0
                   ? "Windows refuses it (KB2661254), unless the registry "
                     "says otherwise, and the user cannot click that away"
                   : "Windows may refuse it (KB2661254), and the user cannot "
                     "click that away";
    return is_public(reported)
               ? "newer Windows refuses it below a public root"
               : "Windows takes it below a company's own root, but newer "
                 "Windows not below a public one";
}

/* The weakest key decides. */
static int find_weak_key(const struct reported *reported)
{
    const struct certificate_facts *weakest = NULL, *facts;
    size_t i;

    for (i = 0; (facts = link_at(reported, i)) != NULL; i++)
        if (has(facts, CERTIFICATE_RSA) && facts->key_bits < RSA_BITS_WEAK &&
            (weakest == NULL || facts->key_bits < weakest->key_bits))
            weakest = facts;
    if (weakest == NULL)
        return ADSCP_OK;
    return tell(reported, FINDING_CERT_WEAK_KEY,
                (struct finding_what){
                    .key = weakest->key,
                    .words = weak_words(reported, weakest->key_bits)});
}

/* Is there a signature of this kind that counts? That of a self-signed one does
 * not. */
static bool has_digest(const struct reported *reported, int flag)
{
    const struct certificate_facts *facts;
    size_t i;

    for (i = 0; (facts = link_at(reported, i)) != NULL; i++)
        if (has(facts, flag) && !has(facts, CERTIFICATE_SELF_SIGNED))
            return true;
    return false;
}

/* Of an own CA, nobody minds SHA-1. */
static int find_digest(const struct reported *reported)
{
    int rc = ADSCP_OK;

    if (has_digest(reported, CERTIFICATE_MD5))
        rc = tell(reported, FINDING_CERT_MD5, (struct finding_what){0});
    if (rc == ADSCP_OK && is_public(reported) &&
        has_digest(reported, CERTIFICATE_SHA1))
        rc = tell(reported, FINDING_CERT_SHA1, (struct finding_what){0});
    return rc;
}

static int find_usage(const struct reported *reported)
{
    const struct certificate_facts *facts = link_at(reported, 0);

    if (facts == NULL || !has(facts, CERTIFICATE_USAGE_CLIENT) ||
        has(facts, CERTIFICATE_USAGE_SERVER | CERTIFICATE_USAGE_ANY))
        return ADSCP_OK;
    return tell(reported, FINDING_CERT_CLIENT_ONLY, (struct finding_what){0});
}

int certificate_report(const struct host_check *host_check, const char *host,
                       const char *dn, struct finding_list *findings)
{
    const struct reported reported = {host_check, host, dn, findings};
    int rc = find_weak_key(&reported);

    if (rc == ADSCP_OK)
        rc = find_digest(&reported);
    return rc == ADSCP_OK ? find_usage(&reported) : rc;
}
