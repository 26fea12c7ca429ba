/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_GATHER_RESOLVE_PRIVATE_H
#define ADSCP_GATHER_RESOLVE_PRIVATE_H

#include <ares.h>
#include <poll.h>

#include "facts/host.h"
#include "gather/resolve/resolve.h"

/* What resolve.c (one name), many.c (many at once), service.c (servers of a
 * service), dns.c (how DNS is asked), socket.c (its sockets), spelling.c (names
 * that c-ares does not take) and cares.c (what differs between its releases)
 * share among themselves, and with nobody else. */

/* Where in a message a socket is. In a stream, two bytes of length go before
 * each (RFC 1035 4.2.2). */
struct message_place {
    size_t at, length;
};

/* A socket that c-ares opened, and what it waits for. */
struct dns_socket {
    int fd;
    short events;
    bool stream;
    struct message_place in, out;
};

/* A name that c-ares refuses to ask about, as it goes over the wire, and a host
 * name of the same labels that stands in for it inside c-ares. */
struct spelling {
    size_t length; /* 0: c-ares takes the name as it is */
    unsigned char wire[RESOLVE_NAME_MAX + 1];
    unsigned char stand_in[RESOLVE_NAME_MAX + 1];
};

enum { DNS_SOCKETS_MAX = RESOLVER_FDS_MAX / 2, DNS_HEADER = 12 };

/* A channel to DNS, and one question to it. */
struct lookup {
    ares_channel channel;
    struct ares_addrinfo *info;
    int status;
    bool done;
    bool no_descriptors;
    int datagrams; /* since the last wait */
    int code;      /* RCODE of the last answer (RFC 1035 4.1.1) */
    struct dns_socket sockets[DNS_SOCKETS_MAX];
    int socket_count;
    struct spelling spelling;
};

/* Take "text" or "[text]", and ":1" to ":65535", up to a colon or the end. */
bool address_take_host(const char **atp, struct span *hostp);
bool address_take_port(const char **atp, int *portp);
void address_set_port(struct resolve_address *address, int port);
bool address_parse(struct span text, int port,
                   struct resolve_address *addressp);
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
int dns_watch(const struct lookup *lookup, struct pollfd fds[DNS_SOCKETS_MAX]);
void dns_process(struct lookup *lookup, const struct pollfd *fds, int count);
/* ADSCP_E_* for the lookup's status, and a sentence. */
int dns_explain(const struct lookup *lookup, const char *host,
                struct detail *detail);
int nodes_interleave(const struct ares_addrinfo_node *nodes, int port,
                     struct resolve_address *addresses);

/* The sockets of a channel: `user` is its struct lookup. */
int dns_socket_open(int family, int type, int protocol, void *user);
int dns_socket_close(int fd, void *user);
ssize_t dns_socket_receive(int fd, void *bytes, size_t length, int flags,
                           struct sockaddr *address, socklen_t *address_length,
                           void *user);
ssize_t dns_socket_send(int fd, const void *bytes, size_t length, void *user);
/* c-ares' own call, for ARES_OPT_SOCK_STATE_CB. */
void dns_socket_state(void *user, int fd, int readable, int writable);

/* Spell a name for c-ares, in which a backslash takes its meaning from the
 * character behind it. false: no name. */
bool spelling_make(const char *name, struct spelling *spelling,
                   char out[RESOLVE_NAME_MAX]);
/* The byte of a message at `index`, on its way out and in. */
unsigned char spelling_out(const struct spelling *spelling, size_t index,
                           unsigned char byte);
unsigned char spelling_in(const struct spelling *spelling, size_t index,
                          unsigned char byte);

/* Let the channel use our sockets. An ARES_ status. */
int cares_use_sockets(struct lookup *lookup);

struct srv_record {
    int priority, weight, port;
    const char *host; /* as long as the call */
};

/* A question for SRV records: each is handed to take(), which gives an ARES_
 * status, and done() gets the last word. `user` of both. */
struct srv_question {
    int (*take)(void *user, const struct srv_record *record);
    void (*done)(void *user, int status);
    void *user;
};

/* `question` must stay where it is until done() was called. */
void cares_ask_srv(ares_channel channel, const char *name,
                   struct srv_question *question);

/* The address behind "address", "address:port" or "[v6]:port"; port 53 where
 * the text names none. */
bool resolve_parse_server(const char *text, struct resolve_address *addressp);

/* The name behind `host`, which may be an alias: the last one of a chain. ""
 * where nobody knows. ADSCP_OK, or what a budget or a lack of memory makes. */
int resolve_full_name(const struct resolve_config *config, const char *host,
                      const struct deadline *deadline,
                      char out[RESOLVE_NAME_MAX]);

#endif
