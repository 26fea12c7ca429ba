/* SPDX-License-Identifier: MIT */
/*
 * What verdicts are founded on: the index of the forest, what was seen on the
 * network, whom the client trusts, the day. A basis belongs to one predictor
 * and so to one thread at a time.
 */
#ifndef ADSCP_JUDGE_BASIS_H
#define ADSCP_JUDGE_BASIS_H

#include <stddef.h>
#include <stdint.h>

#include "facts/certificate/certificate.h"
#include "facts/policy/policy.h"
#include "facts/settings.h"
#include "facts/sightings.h"
#include "judge/assumed.h"
#include "judge/directory/index.h"
#include "judge/steps/generation.h"
#include "judge/trust/trust.h"

struct behind;
struct mail_hosts;
struct service_checks;
struct shared_check;

struct basis {
    struct forest_index *forest_index; /* of the forest; NULL: none was set */
    struct adscp_sightings *sightings; /* NULL: nobody looked */
    struct assumed *assumed;           /* by a plan; NULL: nothing is */
    int client;                        /* ADSCP_CLIENT_*; -1: any Outlook */
    struct settings *settings;         /* the client's own; NULL: unknown */
    struct outlook_client asker;       /* of the answer that is being made */
    struct adscp_sightings *given;     /* by the caller's word; or NULL */
    struct trust *trust;
    int64_t time;                    /* -1: unknown */
    const struct deadline *deadline; /* of the running call; NULL: none */

    struct certificates *store; /* of the caller's own certificates */
    struct certificate_list trusted;
    struct certificate_list bundle;
    struct certificate_list stores[POLICY_STORE_COUNT]; /* of policy files */
    bool no_root_update; /* by policy: no public root is fetched */

    /* By service_list.number; see route/service_checks.h. */
    struct service_checks **service_checks;
    size_t service_checks_count;

    /* By shared_host.number; see route/shared_check.h. */
    struct shared_check *shared_checks;
    size_t shared_checks_count;

    struct behind *behind; /* see behind.h; NULL: not made yet */
    /* By mail domain; see steps/mail_hosts.h. */
    struct mail_hosts **mail_hosts;
    size_t mail_hosts_count;
};

/* ADSCP_OK or ADSCP_E_NOMEM; basis_close() either way. */
int basis_open(struct basis *basis);
void basis_close(struct basis *basis);

/* Each replaces what was there; NULL is none. ADSCP_OK or ADSCP_E_NOMEM, which
 * leaves it as it was. */
int basis_set_forest(struct basis *basis, const struct adscp_forest *forest);
/* One that a change made of the forest before: most certificates are known. */
int basis_set_changed(struct basis *basis, const struct adscp_forest *forest);
void basis_set_sightings(struct basis *basis,
                         const struct adscp_sightings *sightings);
void basis_set_settings(struct basis *basis, const struct settings *settings);
void basis_set_client(struct basis *basis, int client);
/* Taken over where this succeeds. */
int basis_set_assumed(struct basis *basis, struct assumed *assumed);
/* This host shows these certificates, in any container, the leaf first; see
 * assumed_given(). ADSCP_E_ARGUMENT: what it shows was given before. */
int basis_give(struct basis *basis, const char *host, int port,
               const void *bytes, size_t length);
void basis_set_time(struct basis *basis, int64_t time);
/* NULL: none. It must outlive the calls until it is replaced. */
void basis_set_deadline(struct basis *basis, const struct deadline *deadline);

/* Certificates in any container: those that the client has in its Trusted Root
 * store, or (bundle, which replaces the one before) public roots; NULL is none.
 * ADSCP_E_FORMAT: there is none in it. Failures leave the basis as it was. */
int basis_add_trusted(struct basis *basis, const void *bytes, size_t length);
int basis_set_bundle(struct basis *basis, const void *bytes, size_t length);
/* What all policy files come to, with rows in the basis's store: replaces what
 * they came to before. The lists are taken over where this succeeds. ADSCP_OK
 * or ADSCP_E_NOMEM, which leaves it as it was. */
int basis_set_policy(struct basis *basis, struct policy_outcome *outcome);

#endif
