/* SPDX-License-Identifier: MIT */
/*
 * Questions to DNS, whatever they ask for: c-ares with sockets of our own, no
 * option taken from the environment, and every wait under the caller's
 * deadline.
 */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>

#include "adscp.h"
#include "gather/resolve/private.h"

enum {
    DNS_TIMEOUT_MS = 1000, /* doubled by c-ares with every round of servers */
    DNS_TRIES = 3
};

static void dns_library_init(void)
{
    ares_library_init(ARES_LIB_INIT_ALL);
}

static int dns_set_server(ares_channel channel, const char *text)
{
    char host[RESOLVE_TEXT_MAX], server[RESOLVE_TEXT_MAX + 16];
    struct resolve_address address;

    if (!resolve_parse_server(text, &address))
        return ARES_EBADSTR;
    resolve_address_text(&address, host);
    snprintf(server, sizeof(server),
             address.storage.ss_family == AF_INET ? "%s:%d" : "[%s]:%d", host,
             resolve_address_port(&address));
    return ares_set_servers_ports_csv(channel, server);
}

/* Every option that c-ares would otherwise take from the environment is set.
 * The flag ARES_FLAG_NOSEARCH does not reach ares_getaddrinfo(); an empty list
 * of domains does. */
int dns_open(struct lookup *lookup, const char *server, bool search)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    char lookups[] = "fb"; /* the hosts file, then DNS */
    struct ares_options options = {
        .flags = ARES_FLAG_NOALIASES,
        .timeout = DNS_TIMEOUT_MS,
        .tries = DNS_TRIES,
        .ndots = 1,
        .lookups = lookups,
        .sock_state_cb = dns_socket_state,
        .sock_state_cb_data = lookup,
    };
    int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES |
               ARES_OPT_NDOTS | ARES_OPT_LOOKUPS | ARES_OPT_NOROTATE |
               ARES_OPT_SOCK_STATE_CB;
    int status;

    pthread_once(&once, dns_library_init);
    if (!search)
        mask |= ARES_OPT_DOMAINS;
    /* Where c-ares has no memory to read resolv.conf, it asks this machine. */
    errno = 0;
    status = ares_init_options(&lookup->channel, &options, mask);
    if (status == ARES_SUCCESS && errno == ENOMEM)
        status = ARES_ENOMEM;
    if (status == ARES_SUCCESS)
        status = cares_use_sockets(lookup);
    if (status == ARES_SUCCESS && server != NULL)
        status = dns_set_server(lookup->channel, server);
    return status;
}

int dns_timeout_ms(ares_channel channel)
{
    struct timeval left;

    if (ares_timeout(channel, NULL, &left) == NULL)
        return -1;
    /* One more, since c-ares rounds down and would be asked in vain. */
    return (int)(left.tv_sec * 1000 + left.tv_usec / 1000 + 1);
}

int dns_watch(const struct lookup *lookup, struct pollfd fds[DNS_SOCKETS_MAX])
{
    int i, count = 0;

    for (i = 0; i < lookup->socket_count; i++)
        if (lookup->sockets[i].events != 0)
            fds[count++] = (struct pollfd){.fd = lookup->sockets[i].fd,
                                           .events = lookup->sockets[i].events};
    return count;
}

void dns_process(struct lookup *lookup, const struct pollfd *fds, int count)
{
    int i, ready = 0;

    lookup->datagrams = 0;
    for (i = 0; i < count; i++) {
        if (fds[i].revents == 0)
            continue;
        ready++;
        ares_process_fd(lookup->channel, fds[i].fd,
                        (fds[i].revents & POLLOUT) != 0 ? fds[i].fd
                                                        : ARES_SOCKET_BAD);
    }
    if (ready == 0)
        ares_process_fd(lookup->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}

/* Wait for one of c-ares' sockets or timers, and let it go on. */
int dns_step(struct lookup *lookup, const struct deadline *deadline)
{
    struct pollfd fds[DNS_SOCKETS_MAX];
    int ready, count = dns_watch(lookup, fds);
    int rc = deadline_wait_many(deadline, fds, count,
                                dns_timeout_ms(lookup->channel), &ready);

    if (rc == ADSCP_OK)
        dns_process(lookup, fds, count);
    return rc;
}

/* Until its release 1.32 c-ares said "could not contact DNS servers" of all
 * that refused: what they said is in the header. */
const char *dns_reason(const struct lookup *lookup)
{
    enum { SERVFAIL = 2, REFUSED = 5 };
    bool old = lookup->status == ARES_ECONNREFUSED;

    if (lookup->status == ARES_ESERVFAIL || (old && lookup->code == SERVFAIL))
        return "the DNS server failed (SERVFAIL)";
    if (lookup->status == ARES_EREFUSED || (old && lookup->code == REFUSED))
        return "the DNS server refused to answer (REFUSED)";
    return ares_strerror(lookup->status);
}
