/* SPDX-License-Identifier: MIT */
/*
 * A byte stream to one server, with TLS or without. This room interprets no
 * byte and waits for none.
 */
#include "gather/transport/transport.h"

#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "gather/transport/private.h"

void transport_free(struct transport *transport)
{
    if (transport == NULL)
        return;
    if (transport->tls != NULL)
        tls_free(transport->tls);
    close(transport->fd);
    free(transport);
}

ssize_t transport_read(struct transport *transport, void *bytes, size_t length)
{
    return transport->tls != NULL ? tls_read(transport->tls, bytes, length)
                                  : wire_read(transport, bytes, length);
}

ssize_t transport_write(struct transport *transport, const void *bytes,
                        size_t length)
{
    return transport->tls != NULL ? tls_write(transport->tls, bytes, length)
                                  : wire_write(transport, bytes, length);
}

bool transport_pending(const struct transport *transport)
{
    return transport->begin < transport->end ||
           (transport->tls != NULL && tls_pending(transport->tls));
}

int transport_fd(const struct transport *transport)
{
    return transport->fd;
}

short transport_events(const struct transport *transport)
{
    return transport->wants_write ? POLLIN | POLLOUT : POLLIN;
}

void transport_limit(struct transport *transport, uint64_t bytes)
{
    transport->limit = bytes;
}
