/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_GATHER_RESOLVE_RESOLVE_H
#define ADSCP_GATHER_RESOLVE_RESOLVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/deadline.h"
#include "base/error.h"

/* How names become addresses: pinned ones first, then the hosts file and DNS
 * (by c-ares, which never blocks). */
struct resolve_pin {
    char *host; /* without brackets or trailing dot */
    int port;
    char *address; /* IPv4 or IPv6 literal */
    int other_port;
};

struct resolve_config {
    struct resolve_pin *pins;
    int pin_count;
    char *dns_server; /* "address[:port]" or NULL: the machine's own */
};

/* Add "host:port:address[:port]". ADSCP_E_ARGUMENT where it is not that. */
int resolve_config_add(struct resolve_config *config, const char *pin);
/* ADSCP_OK if text is "address", "address:port" or "[v6]:port". */
int resolve_check_server(const char *text);
void resolve_config_clear(struct resolve_config *config);

enum { RESOLVE_ADDRESSES_MAX = 16, RESOLVE_NAME_MAX = 254 /* with a NUL */ };

struct resolve_address {
    struct sockaddr_storage storage;
    socklen_t length;
};

/* "192.0.2.1", and the port behind it. */
enum { RESOLVE_TEXT_MAX = 46 };
void resolve_address_text(const struct resolve_address *address,
                          char out[RESOLVE_TEXT_MAX]);
int resolve_address_port(const struct resolve_address *address);

/* The caller pinned this host and port to an address. */
bool resolve_is_pinned(const struct resolve_config *config, const char *host,
                       int port);

/* All addresses of host for a TCP connection to port (IP literals are
 * themselves), at most RESOLVE_ADDRESSES_MAX, in the order in which they should
 * be tried (RFC 6724 as c-ares does it, families interleaved). ADSCP_E_RESOLVE
 * with a detail where there is none; ADSCP_E_TIMEOUT, ADSCP_E_CANCELLED. */
int resolve_host(const struct resolve_config *config, const char *host,
                 int port, const struct deadline *deadline,
                 struct detail *detail,
                 struct resolve_address addresses[RESOLVE_ADDRESSES_MAX],
                 int *countp);

/* The same for many names at once, without waiting. One thread's. */
struct resolver;

struct resolve_answer {
    size_t id; /* as it was asked with */
    int rc;    /* as of resolve_host() */
    struct detail detail;
    struct resolve_address addresses[RESOLVE_ADDRESSES_MAX];
    int count;
    bool has_more;   /* addresses than fit */
    bool unanswered; /* DNS did not say whether the name has any */
};

/* config must outlive it. ADSCP_OK or ADSCP_E_NOMEM. */
int resolver_new(const struct resolve_config *config,
                 struct resolver **resolverp);
void resolver_free(struct resolver *resolver); /* NULL is fine */

/* Ask; the answer may be there at once. ADSCP_OK or ADSCP_E_NOMEM. */
int resolver_ask(struct resolver *resolver, const char *host, int port,
                 size_t id);
/* An answer that is there, to be given back to free(); NULL: none. */
struct resolve_answer *resolver_take(struct resolver *resolver);

/* What to wait for: descriptors, and *at_most_ms (-1: no limit). */
enum { RESOLVER_FDS_MAX = 32 };
int resolver_watch(struct resolver *resolver,
                   struct pollfd fds[RESOLVER_FDS_MAX], int *at_most_msp);
/* After the wait: let it go on. */
void resolver_step(struct resolver *resolver, const struct pollfd *fds,
                   int count);

/* A server that DNS names for a service (RFC 2782). */
struct resolve_service {
    int priority, weight, port;
    char host[RESOLVE_NAME_MAX]; /* a host name without trailing dot */
};

struct resolve_services {
    struct resolve_service *rows; /* malloc()ed, in the order of the answer */
    int count;
    int dropped; /* no host name, port 0, or beyond RESOLVE_SERVICES_MAX */
    bool denied; /* one record with the target ".": not available here */
};

enum { RESOLVE_SERVICES_MAX = 1000 };

/* SRV records of a name such as "_ldap._tcp.corp.example", in which a backslash
 * takes its meaning from the character behind it. ADSCP_OK also where DNS says
 * that there is none. ADSCP_E_RESOLVE where DNS said nothing that can be used;
 * ADSCP_E_TIMEOUT, ADSCP_E_CANCELLED. */
int resolve_service(const struct resolve_config *config, const char *name,
                    const struct deadline *deadline, struct detail *detail,
                    struct resolve_services *servicesp);

/* Put them in the order in which a client should try them: by priority, and of
 * equal ones by a draw in proportion to their weight. The same seed gives the
 * same order. */
void resolve_services_order(struct resolve_services *services, uint64_t seed);
void resolve_services_clear(struct resolve_services *services);

/* The DNS domain that this machine counts itself to: its own name behind the
 * first dot, or behind that of the name that the hosts file or DNS gives it. ""
 * where there is none; ADSCP_E_TIMEOUT, ADSCP_E_CANCELLED, ADSCP_E_NOMEM. */
int resolve_own_domain(const struct resolve_config *config,
                       const struct deadline *deadline,
                       char out[RESOLVE_NAME_MAX]);

#endif
