/* SPDX-License-Identifier: MIT */
/*
 * Questions to DNS, whatever they ask for: c-ares with sockets of our own, no
 * option taken from the environment, and every wait under the caller's
 * deadline.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "adscp.h"
#include "gather/resolve/private.h"

enum {
    DNS_TIMEOUT_MS = 1000, /* doubled by c-ares with every round of servers */
    DNS_TRIES = 3,
    DATAGRAMS_PER_WAIT = 64,
    HEADER = 12
};

/* c-ares' own socket calls would raise SIGPIPE (writev to a DNS server that
 * closed its TCP connection), leave descriptors to child processes for a
 * moment, and hide that there are none left. */
static ares_socket_t dns_socket(int family, int type, int protocol, void *user)
{
    struct lookup *lookup = user;
    int fd = socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);

    if (fd < 0 && (errno == EMFILE || errno == ENFILE))
        lookup->no_descriptors = true;
    return fd;
}

static int dns_close(ares_socket_t fd, void *user)
{
    (void)user;
    return close(fd);
}

static int dns_connect(ares_socket_t fd, const struct sockaddr *address,
                       ares_socklen_t length, void *user)
{
    (void)user;
    return connect(fd, address, length);
}

/* c-ares reads until nothing is left. A server that never stops sending shall
 * not keep us away from the deadline. And c-ares says "could not contact DNS
 * servers" of all that refused: what they said is in the header (RFC 1035
 * 4.1.1). */
static ares_ssize_t dns_receive(ares_socket_t fd, void *bytes, size_t length,
                                int flags, struct sockaddr *address,
                                ares_socklen_t *address_length, void *user)
{
    struct lookup *lookup = user;
    ssize_t got;

    if (lookup->datagrams++ >= DATAGRAMS_PER_WAIT) {
        errno = EWOULDBLOCK;
        return -1;
    }
    got = recvfrom(fd, bytes, length, flags, address, address_length);
    if (got >= HEADER)
        lookup->code = ((const unsigned char *)bytes)[3] & 0x0F;
    return got;
}

static ares_ssize_t dns_send(ares_socket_t fd, const struct iovec *parts,
                             int count, void *user)
{
    struct msghdr message = {.msg_iovlen = (size_t)count};

    (void)user;
    memcpy(&message.msg_iov, &parts, sizeof(parts)); /* sendmsg only reads */
    return sendmsg(fd, &message, MSG_NOSIGNAL);
}

static const struct ares_socket_functions dns_socket_functions = {
    .asocket = dns_socket,
    .aclose = dns_close,
    .aconnect = dns_connect,
    .arecvfrom = dns_receive,
    .asendv = dns_send,
};

static void dns_library_init(void)
{
    ares_library_init(ARES_LIB_INIT_ALL);
}

static int dns_set_server(ares_channel channel, const char *text)
{
    struct ares_addr_port_node node = {.next = NULL};
    struct resolve_address address;
    const struct sockaddr_in *v4 = (struct sockaddr_in *)&address.storage;
    const struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&address.storage;

    if (!resolve_parse_server(text, &address))
        return ARES_EBADSTR;
    node.family = address.storage.ss_family;
    if (node.family == AF_INET) {
        memcpy(&node.addr.addr4, &v4->sin_addr, sizeof(v4->sin_addr));
        node.udp_port = ntohs(v4->sin_port);
    } else {
        memcpy(&node.addr.addr6, &v6->sin6_addr, sizeof(v6->sin6_addr));
        node.udp_port = ntohs(v6->sin6_port);
    }
    node.tcp_port = node.udp_port;
    return ares_set_servers_ports(channel, &node);
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
    };
    int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES |
               ARES_OPT_NDOTS | ARES_OPT_LOOKUPS | ARES_OPT_NOROTATE;
    int status;

    pthread_once(&once, dns_library_init);
    if (!search)
        mask |= ARES_OPT_DOMAINS;
    status = ares_init_options(&lookup->channel, &options, mask);
    if (status != ARES_SUCCESS)
        return status;
    ares_set_socket_functions(lookup->channel, &dns_socket_functions, lookup);
    return server == NULL ? status : dns_set_server(lookup->channel, server);
}

int dns_timeout_ms(ares_channel channel)
{
    struct timeval left;

    if (ares_timeout(channel, NULL, &left) == NULL)
        return -1;
    /* One more, since c-ares rounds down and would be asked in vain. */
    return (int)(left.tv_sec * 1000 + left.tv_usec / 1000 + 1);
}

int dns_watch(const struct lookup *lookup,
              struct pollfd fds[ARES_GETSOCK_MAXNUM])
{
    ares_socket_t sockets[ARES_GETSOCK_MAXNUM];
    int i, count = 0;
    unsigned int bits;

    bits = (unsigned int)ares_getsock(lookup->channel, sockets,
                                      ARES_GETSOCK_MAXNUM);
    for (i = 0; i < ARES_GETSOCK_MAXNUM; i++) {
        /* as ARES_GETSOCK_READABLE and _WRITABLE, which shift a signed 1 */
        bool in = (bits >> i & 1) != 0;
        bool out = (bits >> (i + ARES_GETSOCK_MAXNUM) & 1) != 0;

        if (in || out)
            fds[count++] = (struct pollfd){
                .fd = sockets[i],
                .events = (short)((in ? POLLIN : 0) | (out ? POLLOUT : 0))};
    }
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
    struct pollfd fds[ARES_GETSOCK_MAXNUM];
    int ready, count = dns_watch(lookup, fds);
    int rc = deadline_wait_many(deadline, fds, count,
                                dns_timeout_ms(lookup->channel), &ready);

    if (rc == ADSCP_OK)
        dns_process(lookup, fds, count);
    return rc;
}

const char *dns_reason(const struct lookup *lookup)
{
    enum { SERVFAIL = 2, REFUSED = 5 };

    if (lookup->status == ARES_ECONNREFUSED && lookup->code == SERVFAIL)
        return "the DNS server failed (SERVFAIL)";
    if (lookup->status == ARES_ECONNREFUSED && lookup->code == REFUSED)
        return "the DNS server refused to answer (REFUSED)";
    return ares_strerror(lookup->status);
}
