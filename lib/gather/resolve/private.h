/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_GATHER_RESOLVE_PRIVATE_H
#define ADSCP_GATHER_RESOLVE_PRIVATE_H

#include <ares.h>
#include <poll.h>

#include "gather/resolve/resolve.h"

/* What resolve.c (one name), resolve_many.c (many at once), resolve_service.c
 * (servers of a service) and resolve_dns.c (how DNS is asked) share among
 * themselves, and with nobody else. */

/* RFC 1035 2.3.4, as text and without the last dot */
enum { NAME_MAX_LENGTH = RESOLVE_NAME_MAX - 1 };

struct span {
    const char *text;
    size_t length;
};

/* A channel to DNS, and one question to it. */
struct lookup {
    ares_channel channel;
    struct ares_addrinfo *info;
    int status;
    bool done;
    bool no_descriptors;
    int datagrams; /* since the last wait */
    int code;      /* RCODE of the last answer (RFC 1035 4.1.1) */
};

bool address_parse(struct span text, int port,
                   struct resolve_address *addressp);
struct span host_without_dot(struct span host);
int pins_find(const struct resolve_config *config, struct span host, int port,
              struct resolve_address *addresses);

/* An ARES_ status. lookup must stay where it is. */
int dns_open(struct lookup *lookup, const char *server, bool search);
/* Why there was no usable answer. */
const char *dns_reason(const struct lookup *lookup);
/* Wait for one of c-ares' sockets or timers, and let it go on. */
int dns_step(struct lookup *lookup, const struct deadline *deadline);
/* The parts of that: what c-ares waits for, and what became of it. */
int dns_timeout_ms(ares_channel channel);
int dns_watch(const struct lookup *lookup,
              struct pollfd fds[ARES_GETSOCK_MAXNUM]);
void dns_process(struct lookup *lookup, const struct pollfd *fds, int count);
/* ADSCP_E_* for the lookup's status, and a sentence. */
int dns_explain(const struct lookup *lookup, const char *host,
                struct detail *detail);
int nodes_interleave(const struct ares_addrinfo_node *nodes, int port,
                     struct resolve_address *addresses);

/* The address behind "address", "address:port" or "[v6]:port"; port 53 where
 * the text names none. */
bool resolve_parse_server(const char *text, struct resolve_address *addressp);

/* The name behind `host`, which may be an alias: the last one of a chain. ""
 * where nobody knows. ADSCP_OK, or what a budget or a lack of memory makes. */
int resolve_full_name(const struct resolve_config *config, const char *host,
                      const struct deadline *deadline,
                      char out[RESOLVE_NAME_MAX]);

#endif
