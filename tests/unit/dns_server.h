/* SPDX-License-Identifier: MIT */
/* A DNS server on loopback that behaves as it is told. */
#ifndef ADSCP_TESTS_DNS_SERVER_H
#define ADSCP_TESTS_DNS_SERVER_H

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "adscp.h"
#include "clock.h"
#include "gather/resolve/resolve.h"
#include "test.h"

/* ---------------------------------------------------------- DNS server -- */

enum behaviour {
    DNS_SILENT,
    DNS_ADDRESSES, /* `count` IPv4 addresses and two IPv6 ones */
    DNS_FAILS,     /* with `code` */
    DNS_NO_DATA,
    DNS_TRUNCATES, /* and resets who comes by TCP */
    DNS_FLOODS     /* datagrams that answer nothing */
};

enum { NXDOMAIN = 3, SERVFAIL = 2, TYPE_A = 1, TYPE_AAAA = 28 };

struct dns {
    enum behaviour behaviour;
    int code;
    int count;
    int udp, tcp, stop;
    char address[32]; /* "127.0.0.1:port" */
    atomic_int questions;
    atomic_int resets;
    char asked[256]; /* the last name */
    pthread_t thread;
};

static inline size_t read_name(const unsigned char *query, char *out)
{
    size_t at = 12, used = 0;

    while (query[at] != 0) {
        memcpy(out + used, query + at + 1, query[at]);
        used += query[at];
        out[used++] = '.';
        at += 1U + query[at];
    }
    out[used > 0 ? used - 1 : 0] = '\0';
    return at + 1;
}

/* One answer about the name of the question. */
static inline size_t put_answer(unsigned char *out, int type, int n)
{
    const unsigned char head[] = {0xC0, 12, 0, (unsigned char)type,
                                  0,    1,  0, 0,
                                  0,    60, 0, type == TYPE_A ? 4 : 16};
    size_t length = head[sizeof(head) - 1];

    memcpy(out, head, sizeof(head));
    memset(out + sizeof(head), 0, length);
    out[sizeof(head)] = type == TYPE_A ? 127 : 0xFD;
    out[sizeof(head) + length - 1] = (unsigned char)n;
    return sizeof(head) + length;
}

static inline size_t dns_reply(struct dns *dns, unsigned char *message)
{
    size_t end = read_name(message, dns->asked) + 4;
    int type = message[end - 3];
    int i, count = 0;

    message[2] |= 0x80; /* response */
    message[3] = 0x80;
    message[11] = 0; /* no further section */
    if (dns->behaviour == DNS_TRUNCATES)
        message[2] |= 0x02;
    if (dns->behaviour == DNS_FAILS)
        message[3] |= (unsigned char)dns->code;
    if (dns->behaviour == DNS_ADDRESSES)
        count = type == TYPE_A ? dns->count : 2;
    message[7] = (unsigned char)count;
    for (i = 1; i <= count; i++)
        end += put_answer(message + end, type, i);
    return end;
}

static inline void dns_flood(const struct dns *dns,
                             const struct sockaddr_in *to)
{
    const unsigned char nonsense[12] = {1, 2, 0x80};
    struct pollfd stop = {.fd = dns->stop, .events = POLLIN};

    while (poll(&stop, 1, 0) == 0)
        sendto(dns->udp, nonsense, sizeof(nonsense), MSG_DONTWAIT,
               (const struct sockaddr *)to, sizeof(*to));
}

static inline void dns_take(struct dns *dns)
{
    unsigned char message[1500];
    struct sockaddr_in from;
    socklen_t length = sizeof(from);

    if (recvfrom(dns->udp, message, 512, 0, (struct sockaddr *)&from, &length) <
        17)
        return;
    atomic_fetch_add(&dns->questions, 1);
    if (dns->behaviour == DNS_FLOODS)
        dns_flood(dns, &from);
    else if (dns->behaviour != DNS_SILENT)
        sendto(dns->udp, message, dns_reply(dns, message), 0,
               (struct sockaddr *)&from, length);
}

static inline void dns_reset(struct dns *dns)
{
    const struct linger at_once = {.l_onoff = 1};
    int fd = accept(dns->tcp, NULL, NULL);

    atomic_fetch_add(&dns->resets, 1);
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    close(fd);
}

static inline void *dns_thread(void *user)
{
    struct dns *dns = user;
    struct pollfd fds[3] = {{.fd = dns->udp, .events = POLLIN},
                            {.fd = dns->tcp, .events = POLLIN},
                            {.fd = dns->stop, .events = POLLIN}};

    while (poll(fds, 3, -1) > 0 && fds[2].revents == 0) {
        if (fds[0].revents != 0)
            dns_take(dns);
        if (fds[1].revents != 0)
            dns_reset(dns);
    }
    return NULL;
}

/* The same port for UDP and TCP, or false if another program has one of them.
 */
static inline bool dns_bind(struct dns *dns)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof(at);

    dns->udp = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    dns->tcp = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK_INT(bind(dns->udp, (struct sockaddr *)&at, sizeof(at)), 0);
    getsockname(dns->udp, (struct sockaddr *)&at, &length);
    snprintf(dns->address, sizeof(dns->address), "127.0.0.1:%d",
             ntohs(at.sin_port));
    if (bind(dns->tcp, (struct sockaddr *)&at, sizeof(at)) == 0)
        return listen(dns->tcp, 8) == 0;
    close(dns->udp);
    close(dns->tcp);
    return false;
}

static inline void dns_start(struct dns *dns)
{
    int tries = 1;

    while (!dns_bind(dns) && tries < 50)
        tries++;
    CHECK(tries < 50);
    dns->stop = eventfd(0, EFD_CLOEXEC);
    CHECK_INT(pthread_create(&dns->thread, NULL, dns_thread, dns), 0);
}

static inline void dns_end(struct dns *dns)
{
    const uint64_t one = 1;

    CHECK(write(dns->stop, &one, sizeof(one)) == sizeof(one));
    pthread_join(dns->thread, NULL);
    close(dns->udp);
    close(dns->tcp);
    close(dns->stop);
}

#endif
