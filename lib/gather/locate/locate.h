/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_GATHER_LOCATE_LOCATE_H
#define ADSCP_GATHER_LOCATE_LOCATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/deadline.h"
#include "base/error.h"
#include "gather/locate/ping.h"
#include "gather/resolve/resolve.h"
#include "gather/trace.h"

/* From a domain to its domain controllers, as a domain client finds them
 * ([MS-ADTS] 6.3.6): DNS names them, an LDAP ping shows who is alive, and in
 * which site we are. Neither is signed: what they say is a hint, to be held
 * against what is read after the bind. */

struct locate_config {
    const struct resolve_config *resolve;
    const char *domain; /* for a global catalog: the forest's root domain */
    const char *site;   /* the client's, where it is known; else NULL */
    bool catalog;       /* a global catalog of the forest is wanted */
    uint64_t seed;      /* of the draw among equals */
};

struct controller {
    char host[RESOLVE_NAME_MAX];
    int port;
};

enum { LOCATE_CONTROLLERS_MAX = 2 * PING_SERVERS_MAX };

struct located {
    /* In the order in which to try them; the first one has answered. */
    struct controller controllers[LOCATE_CONTROLLERS_MAX];
    int count;
    struct netlogon answer;        /* the first one's */
    char client[PING_ADDRESS_MAX]; /* our address, as we see it; or "" */
};

/* ADSCP_OK with at least one controller. ADSCP_E_RESOLVE: DNS names none, or
 * says nothing that can be used; ADSCP_E_CONNECT: none that it names serves the
 * domain. ADSCP_E_ARGUMENT: the domain is no domain name. ADSCP_E_TIMEOUT,
 * ADSCP_E_CANCELLED, ADSCP_E_NOMEM. */
int locate(const struct locate_config *config, const struct deadline *deadline,
           struct detail *detail, struct trace *trace,
           struct located *locatedp);

/* Where a domain's name came from, in the order in which they are asked. The
 * computer decides in which forest a client looks, so its own domain comes
 * first and the user's mail address last. */
enum domain_source {
    DOMAIN_GIVEN,
    DOMAIN_OF_KEYTAB,  /* the realm of this machine's account */
    DOMAIN_OF_REALM,   /* the default Kerberos realm */
    DOMAIN_OF_TICKETS, /* the realm of the ticket cache */
    DOMAIN_OF_HOST,    /* the machine's own DNS domain */
    DOMAIN_OF_MAIL     /* of the mail address */
};
const char *domain_source_name(int source);

struct discovered {
    char domain[RESOLVE_NAME_MAX];
    int source; /* DOMAIN_* */
    struct located located;
};

/* Find the domain as well: the first of the sources above (but what was given)
 * that is a domain of Active Directory. That of the mail address (NULL: none)
 * is not asked where DNS knows a domain of this machine whose controllers do
 * not answer: another forest's answer would be wrong. The config's domain is
 * not looked at. Results as of locate(). */
int locate_discover(const struct locate_config *config, const char *mail,
                    const struct deadline *deadline, struct detail *detail,
                    struct trace *trace, struct discovered *discoveredp);

#endif
