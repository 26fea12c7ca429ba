/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_GATHER_RESOLVE_H
#define ADSCP_GATHER_RESOLVE_H

#include <sys/socket.h>

#include "base/deadline.h"
#include "base/error.h"

/* How names become addresses: pinned ones first, then the hosts file and DNS (by
 * c-ares, which never blocks). */
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

enum { RESOLVE_ADDRESSES_MAX = 16 };

struct resolve_address {
    struct sockaddr_storage storage;
    socklen_t length;
};

/* All addresses of host for a TCP connection to port (IP literals are themselves),
 * at most RESOLVE_ADDRESSES_MAX, in the order in which they should be tried (RFC
 * 6724 as c-ares does it, families interleaved). ADSCP_E_RESOLVE with a detail
 * where there is none; ADSCP_E_TIMEOUT, ADSCP_E_CANCELLED. */
int resolve_host(const struct resolve_config *config, const char *host,
                 int port, const struct deadline *deadline,
                 struct detail *detail,
                 struct resolve_address addresses[RESOLVE_ADDRESSES_MAX],
                 int *countp);

#endif
