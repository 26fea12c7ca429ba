/* SPDX-License-Identifier: MIT */
/*
 * Which certificate does the client meet at a host, and what does it make of
 * it? What was seen on port 443 decides; else what the directory publishes is a
 * forecast. Pure: sightings, facts and the model of trust in, a verdict out.
 */
#ifndef ADSCP_JUDGE_ROUTE_HOST_CHECK_H
#define ADSCP_JUDGE_ROUTE_HOST_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "facts/finding.h"
#include "judge/basis.h"
#include "judge/directory/index.h"

/* Where the client comes, and why. */
struct visit {
    const struct directory_index *page; /* of the directory that names it */
    const struct destination *destination;
    bool from_scp;
    bool is_autodiscover; /* not a service that Autodiscover hands out */
};

struct host_check {
    /* NULL: none was seen, and none is published. */
    const struct adscp_certificate *certificate;
    int source;      /* ADSCP_CERTIFICATE_SOURCE_*; -1: no certificate */
    bool is_assumed; /* the caller or a plan says what the host shows */
    const struct adscp_sighting *sighting; /* that decided; or NULL */
    const struct adscp_sighting *untried;  /* which decides nothing; or NULL */
    /* By the server whose name the host is, or by its publishers: what decides,
     * or what was seen; or NULL. */
    const struct adscp_certificate *published;
    bool is_unreadable;  /* something that is published cannot be read */
    const char *differs; /* a forecast out of several: who publishes what */
    bool several;        /* addresses of the name show different certificates */
    bool plain;          /* the URL is plain http */
    const struct adscp_alert *alert; /* held */
};

/* ADSCP_OK or ADSCP_E_NOMEM; host_check_clear() either way. */
int host_check_make(struct basis *basis, const struct visit *visit,
                    struct host_check *host_check);
void host_check_clear(struct host_check *host_check);

/* Is the first one worse for a user? */
bool host_check_is_worse(const struct host_check *a,
                         const struct host_check *b);
bool host_check_failed(const struct host_check *host_check); /* no connection */

/* Append what is odd about it; `dn` is the object that it is about, `time` the
 * day that is judged (-1: unknown). */
int host_check_report(const struct host_check *host_check, const char *host,
                      const char *dn, int64_t time,
                      struct finding_list *findings);

/* certificate_report.c: the same about the certificate itself. */
int certificate_report(const struct host_check *host_check, const char *host,
                       const char *dn, struct finding_list *findings);

/* The verdict on one row of the sightings by itself. The caller holds it. */
int host_check_judge(const struct basis *basis,
                     const struct adscp_sighting *sighting,
                     const struct adscp_alert **alertp);

#endif
