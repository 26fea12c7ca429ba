/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_GATHER_TRANSPORT_PRIVATE_H
#define ADSCP_GATHER_TRANSPORT_PRIVATE_H

#include "gather/transport/transport.h"

/* What wire.c (the socket's bytes), connect.c (how there comes to be a socket),
 * tls.c (what OpenSSL makes of the bytes) and transport.c (one or the other)
 * share among themselves, and with nobody else. */
enum { TRANSPORT_AHEAD = 64 * 1024 };

struct tls;

struct transport {
    int fd;
    bool ended;        /* the peer sends no more */
    bool wants_write;  /* the last send found no room */
    int failure;       /* errno of the last failure, 0 while there is none */
    uint64_t received; /* bytes since the beginning, */
    uint64_t limit;    /* ... and how many there may be */
    struct tls *tls;   /* not NULL from the moment TLS was asked for */
    size_t begin, end; /* of what was read ahead and not yet handed out */
    unsigned char ahead[TRANSPORT_AHEAD];
};

/* Owns fd from here on, also where it fails. */
int transport_new(int fd, struct transport **transportp);

/* The bytes on the wire, below TLS: results as of transport_read() and
 * transport_write(). wire_fill() reads ahead; what was there must be gone. */
ssize_t wire_fill(struct transport *transport);
ssize_t wire_read(struct transport *transport, void *bytes, size_t length);
ssize_t wire_write(struct transport *transport, const void *bytes,
                   size_t length);

/* The bytes inside TLS: the same results. */
ssize_t tls_read(struct tls *tls, void *bytes, size_t length);
ssize_t tls_write(struct tls *tls, const void *bytes, size_t length);
bool tls_pending(const struct tls *tls);
/* Takes leave of the peer where that is possible at once. */
void tls_free(struct tls *tls);

#endif
