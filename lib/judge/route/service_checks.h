/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_JUDGE_ROUTE_SERVICE_CHECKS_H
#define ADSCP_JUDGE_ROUTE_SERVICE_CHECKS_H

#include <stdatomic.h>
#include <stddef.h>

#include "judge/directory/services.h"
#include "judge/route/host_check.h"
#include "judge/route/route.h"

/* A URL of the second wave, and the certificate that the client meets there. */
struct adscp_service {
    const struct service *service;
    struct host_check met;
};

/* The second wave of one site and version, shared by all predictions that need
 * it; it never changes. */
struct service_checks {
    atomic_int holders;
    size_t count;
    int outcome; /* the worst; -1: there is no row */
    const struct host_check *worst; /* that shows an alert; or NULL */
    struct adscp_service rows[];
};

/* The checks of this list, made when it is first asked for; one holder's worth
 * is the caller's. ADSCP_OK or ADSCP_E_NOMEM. */
int service_checks_read(struct basis *basis, const struct directory_index *page,
                        const struct service_list *list,
                        struct service_checks **checksp);
/* Tell of the hosts whose servers publish different certificates, each once,
 * but for those that the hops told of. ADSCP_OK or ADSCP_E_NOMEM. */
int service_checks_report(const struct service_checks *service_checks,
                          const struct route *route,
                          struct finding_list *findings);
void service_checks_release(
    struct service_checks *service_checks); /* NULL is fine */

#endif
