/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_GATHER_RESOLVE_PRIVATE_H
#define ADSCP_GATHER_RESOLVE_PRIVATE_H

#include <ares.h>
#include <poll.h>

#include "gather/resolve.h"

/* What resolve.c (one name) and resolve_many.c (many at once) share among
 * themselves, and with nobody else. */
enum {
    NAME_MAX_LENGTH = 253 /* RFC 1035 2.3.4, as text and without the last dot */
};

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
};

bool address_parse(struct span text, int port,
                   struct resolve_address *addressp);
struct span host_without_dot(struct span host);
int pins_find(const struct resolve_config *config, struct span host, int port,
              struct resolve_address *addresses);

/* An ARES_ status. lookup must stay where it is. */
int dns_open(struct lookup *lookup, const char *server, bool search);
/* What c-ares waits for, and what became of it. */
int dns_timeout_ms(ares_channel channel);
int dns_watch(const struct lookup *lookup,
              struct pollfd fds[ARES_GETSOCK_MAXNUM]);
void dns_process(struct lookup *lookup, const struct pollfd *fds, int count);
/* ADSCP_E_* for the lookup's status, and a sentence. */
int dns_explain(const struct lookup *lookup, const char *host,
                struct detail *detail);
int nodes_interleave(const struct ares_addrinfo_node *nodes, int port,
                     struct resolve_address *addresses);

#endif
