/* SPDX-License-Identifier: MIT */
/*
 * The bytes on the wire: reading ahead, writing without SIGPIPE, counting. The
 * readahead lies below TLS, so that what arrived in clear is either refused or
 * fed to the handshake, never handed out as if it had come through TLS.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "adscp.h"
#include "gather/transport/private.h"

enum { DEFAULT_LIMIT = 1 << 30 };

int transport_new(int fd, struct transport **transportp)
{
    struct transport *transport = malloc(sizeof(*transport));

    if (transport == NULL) {
        close(fd);
        return ADSCP_E_NOMEM;
    }
    /* The readahead stays untouched: short talks shall not cost its pages. */
    memset(transport, 0, offsetof(struct transport, ahead));
    transport->fd = fd;
    transport->limit = DEFAULT_LIMIT;
    *transportp = transport;
    return ADSCP_OK;
}

const char *transport_reason(int reason)
{
    const char *text = strerrordesc_np(reason);

    return text != NULL ? text : "unknown error";
}

/* Reduce errno to those that the header names. */
static ssize_t wire_fail(struct transport *transport, int reason)
{
    if (reason == EAGAIN || reason == EWOULDBLOCK) {
        errno = EWOULDBLOCK;
        return -1;
    }
    if (reason != EMSGSIZE && reason != EPIPE && reason != ECONNRESET)
        reason = EIO;
    transport->failure = reason;
    errno = reason;
    return -1;
}

ssize_t wire_fill(struct transport *transport)
{
    size_t room = sizeof(transport->ahead);
    ssize_t got;

    if (transport->received >= transport->limit)
        return wire_fail(transport, EMSGSIZE);
    if (transport->limit - transport->received < room)
        room = (size_t)(transport->limit - transport->received);
    do
        got = recv(transport->fd, transport->ahead, room, 0);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return wire_fail(transport, errno);
    transport->ended = got == 0;
    transport->begin = 0;
    transport->end = (size_t)got;
    transport->received += (uint64_t)got;
    return got;
}

ssize_t wire_read(struct transport *transport, void *bytes, size_t length)
{
    size_t held;

    if (transport->begin == transport->end) {
        ssize_t got = wire_fill(transport);

        if (got <= 0)
            return got;
    }
    held = transport->end - transport->begin;
    if (length > held)
        length = held;
    memcpy(bytes, transport->ahead + transport->begin, length);
    transport->begin += length;
    return (ssize_t)length;
}

ssize_t wire_write(struct transport *transport, const void *bytes,
                   size_t length)
{
    ssize_t sent;

    do
        sent = send(transport->fd, bytes, length, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    transport->wants_write =
        sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    return sent >= 0 ? sent : wire_fail(transport, errno);
}
