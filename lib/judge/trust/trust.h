/* SPDX-License-Identifier: MIT */
/*
 * Would Outlook warn? A chain of certificates, a host, a time and a model of a
 * domain member's stores in, a verdict out: every error, not the first, by the
 * rules of Windows where they are known. Pure: no clock, no file, no store of
 * this machine, nothing fetched.
 *
 * A struct trust belongs to one predictor, and so to one thread at a time; it
 * keeps its verdicts, so that a chain is verified once for each host and time.
 */
#ifndef ADSCP_JUDGE_TRUST_TRUST_H
#define ADSCP_JUDGE_TRUST_TRUST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "facts/certificate/certificate.h"
#include "judge/alert.h"

/* Where a certificate of the model comes from. Roots are anchors where they are
 * self-signed, and help to build a chain where they are not. NTAuthCertificates
 * is none of these: it anchors logons, not TLS. */
enum trust_role {
    TRUST_CALLER,    /* Trusted Root of the client, as the caller says; may be a
                        server's own certificate, KB2006728's workaround */
    TRUST_DIRECTORY, /* CN=Certification Authorities */
    TRUST_BUNDLE,    /* public roots */
    TRUST_HELPER,    /* CN=AIA: never an anchor */
    TRUST_POLICY,    /* Trusted Root of the client, by a policy file */
    TRUST_POLICY_HELPER, /* its intermediate authorities, likewise */
    TRUST_DISALLOWED,    /* never trusted, whoever else says so */
    /* The same of another forest, whose computers the client is none of: they
     * only tell where an issuer is known. */
    TRUST_FOREIGN_ROOT,
    TRUST_FOREIGN_HELPER
};

struct trust;

struct trust *trust_new(void); /* NULL: out of memory */
void trust_free(struct trust *trust);

/* Add to the model, which looks into a certificate only where a path comes to
 * it. Verdicts given so far stand, later ones are made anew. ADSCP_OK or
 * ADSCP_E_NOMEM. */
int trust_add(struct trust *trust, enum trust_role role,
              const struct adscp_certificate *certificate);
/* ... of another forest, by its DNS name. */
int trust_add_foreign(struct trust *trust, enum trust_role role,
                      const struct adscp_certificate *certificate,
                      const char *forest);
/* The same of bytes that lie in the memory of a store's owner, which a path may
 * never come to; forest is NULL for the own one. */
int trust_add_bytes(struct trust *trust, enum trust_role role,
                    struct certificates *store, struct certificate_span der,
                    const char *forest);
/* Windows fetches no public roots on demand: a bundle's own are there or not.
 */
void trust_set_no_root_update(struct trust *trust);
/* The forest distributes roots that were not read. */
void trust_set_lacks_roots(struct trust *trust);
/* Empty the model, all roles. */
void trust_clear(struct trust *trust);

enum { TRUST_CHAIN_MAX = 64 }; /* of what a server sent, the first so many */

struct trust_question {
    /* As sent, the server's own first; or that one alone, out of the directory.
     * None: nothing was seen, and nothing is published. */
    const struct adscp_certificate *const *chain;
    size_t chain_count;
    const char *host;   /* of the URL, without brackets; NULL: unknown */
    size_t host_length; /* 0 then */
    int64_t time;       /* -1: unknown */
    bool published;     /* by the directory, not seen */
    bool no_connect; /* this client cannot complete TLS or reach the server */
    bool no_tls;     /* ... and it is TLS that fails */
    bool from_scp;   /* Outlook 2007 would take this host from the SCP itself */
    int confidence;  /* ADSCP_ALERT_CONFIDENCE_*, see forecast.h; 0: none */
    bool other_likely;  /* ... as well: port 443 probably has another one */
    bool contradicted;  /* ... since the web services are on other hosts */
    bool silent_beside; /* another server behind the host publishes none */
    enum alert_note nothing; /* why the chain is empty, where it is */
};

/* The verdict, one holder's worth of which is the caller's: alert_release().
 * ADSCP_OK or ADSCP_E_NOMEM. */
int trust_judge(struct trust *trust, const struct trust_question *question,
                const struct adscp_alert **alertp);

/* Does a name of the certificate stand for the host, as Windows compares? */
enum trust_name { TRUST_NAME_NO, TRUST_NAME_MAYBE, TRUST_NAME_YES };
enum trust_name trust_match(const struct certificate_facts *facts,
                            const char *host, size_t length, uint64_t *notesp);

#endif
