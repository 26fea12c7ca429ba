/* SPDX-License-Identifier: MIT */
/*
 * A TLS server of canned bytes on loopback: reads what comes, sends those, hangs
 * up. It allocates nothing, so that tests which count allocations see only the
 * library's.
 */
#ifndef ADSCP_TESTS_CANNED_TLS_H
#define ADSCP_TESTS_CANNED_TLS_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

/* ServerHello, two certificates that are none, ServerHelloDone. */
static const unsigned char canned_flight[] = {
    22, 3, 3, 0, 65,                      /* a record */
    2, 0, 0, 38, 3, 3,                    /* ServerHello, TLS 1.2 */
    'r', 'a', 'n', 'd', 'o', 'm', 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 5, 0,                           /* no session, RC4 */
    11, 0, 0, 15, 0, 0, 12,               /* Certificate */
    0, 0, 5, 0x30, 3, 2, 1, 5,            /* ... */
    0, 0, 1, 0x30,
    14, 0, 0, 0};                         /* ServerHelloDone */

static const unsigned char canned_alert[] = {21, 3, 3, 0, 2, 2, 70};

struct canned {
    const unsigned char *bytes; /* NULL: never a word */
    size_t length;
    int listener;
    int port;
    atomic_int connections;
    pthread_t thread;
};

static void *canned_serve(void *user)
{
    struct canned *canned = user;
    const struct timeval patience = {.tv_sec = 5};
    unsigned char bytes[1024];
    int fd;

    while ((fd = accept(canned->listener, NULL, NULL)) >= 0) {
        atomic_fetch_add(&canned->connections, 1);
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
        if (recv(fd, bytes, sizeof(bytes), 0) > 0 && canned->bytes != NULL)
            (void)!send(fd, canned->bytes, canned->length, MSG_NOSIGNAL);
        while (recv(fd, bytes, sizeof(bytes), 0) > 0)
            ;
        close(fd);
    }
    return NULL;
}

static inline void canned_start(struct canned *canned,
                                const unsigned char *bytes, size_t length)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof(address);

    *canned = (struct canned){.bytes = bytes, .length = length};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    canned->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bind(canned->listener, (struct sockaddr *)&address, sizeof(address));
    listen(canned->listener, 64);
    getsockname(canned->listener, (struct sockaddr *)&address, &size);
    canned->port = ntohs(address.sin_port);
    pthread_create(&canned->thread, NULL, canned_serve, canned);
}

static inline void canned_stop(struct canned *canned)
{
    shutdown(canned->listener, SHUT_RDWR);
    pthread_join(canned->thread, NULL);
    close(canned->listener);
}

#endif
