/* SPDX-License-Identifier: MIT */
/*
 * The sockets of c-ares. Its own would raise SIGPIPE (writev to a DNS server
 * that closed its TCP connection), leave descriptors to child processes for a
 * moment, and hide that there are none left. And they let us see what goes over
 * the wire: names that c-ares cannot spell, and what servers answered.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "gather/resolve/private.h"

enum { DATAGRAMS_PER_WAIT = 64, SEND_MAX = 512, CODE_AT = 3 };

int dns_socket_open(int family, int type, int protocol, void *user)
{
    struct lookup *lookup = user;
    int fd;

    if (lookup->socket_count == DNS_SOCKETS_MAX) {
        errno = EAGAIN;
        return -1;
    }
    fd = socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
    if (fd < 0) {
        if (errno == EMFILE || errno == ENFILE)
            lookup->no_descriptors = true;
        return -1;
    }
    lookup->sockets[lookup->socket_count++] =
        (struct dns_socket){.fd = fd, .stream = type == SOCK_STREAM};
    return fd;
}

static struct dns_socket *find(struct lookup *lookup, int fd)
{
    int i;

    for (i = 0; i < lookup->socket_count; i++)
        if (lookup->sockets[i].fd == fd)
            return &lookup->sockets[i];
    return NULL;
}

int dns_socket_close(int fd, void *user)
{
    struct lookup *lookup = user;
    struct dns_socket *it = find(lookup, fd);

    if (it != NULL)
        *it = lookup->sockets[--lookup->socket_count];
    return close(fd);
}

void dns_socket_state(void *user, int fd, int readable, int writable)
{
    struct dns_socket *it = find(user, fd);

    if (it != NULL)
        it->events =
            (short)((readable ? POLLIN : 0) | (writable ? POLLOUT : 0));
}

/* --------------------------------------------------------- the messages -- */

/* A datagram is one message. */
static struct message_place place_of_datagram(size_t length)
{
    return (struct message_place){.at = 2, .length = length};
}

/* Past one byte of a stream; the byte's index in its message, or -1 for one of
 * the two that tell the length. */
static ssize_t place_step(struct message_place *place, unsigned char byte)
{
    ssize_t index = (ssize_t)place->at - 2;

    if (index < 0)
        place->length = place->length << 8 | byte;
    place->at++;
    if (place->at >= 2 && place->at == place->length + 2)
        *place = (struct message_place){.at = 0};
    return index;
}

static void came_in(struct lookup *lookup, struct message_place *place,
                    unsigned char *bytes, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++) {
        ssize_t index = place_step(place, bytes[i]);

        if (index == CODE_AT)
            lookup->code = bytes[i] & 0x0F;
        if (index >= DNS_HEADER)
            bytes[i] = spelling_in(&lookup->spelling, (size_t)index, bytes[i]);
    }
}

/* c-ares reads until nothing is left. A server that never stops sending shall
 * not keep us away from the deadline. */
ssize_t dns_socket_receive(int fd, void *bytes, size_t length, int flags,
                           struct sockaddr *address, socklen_t *address_length,
                           void *user)
{
    struct lookup *lookup = user;
    struct dns_socket *it = find(lookup, fd);
    ssize_t got;

    if (lookup->datagrams++ >= DATAGRAMS_PER_WAIT || it == NULL) {
        errno = EWOULDBLOCK;
        return -1;
    }
    got = recvfrom(fd, bytes, length, flags, address, address_length);
    if (got <= 0)
        return got;
    if (!it->stream)
        it->in = place_of_datagram((size_t)got);
    came_in(lookup, &it->in, bytes, (size_t)got);
    return got;
}

/* Of a stream, a part may go out now and the rest later. */
ssize_t dns_socket_send(int fd, const void *bytes, size_t length, void *user)
{
    struct lookup *lookup = user;
    struct dns_socket *it = find(lookup, fd);
    const unsigned char *from = bytes;
    unsigned char out[SEND_MAX];
    struct message_place place;
    ssize_t index, sent, i;
    size_t j;

    if (it == NULL || (length > sizeof(out) && !it->stream)) {
        errno = EMSGSIZE;
        return -1;
    }
    if (length > sizeof(out))
        length = sizeof(out);
    place = it->stream ? it->out : place_of_datagram(length);
    for (j = 0; j < length; j++) {
        index = place_step(&place, from[j]);
        out[j] = index < DNS_HEADER
                     ? from[j]
                     : spelling_out(&lookup->spelling, (size_t)index, from[j]);
    }
    sent = send(fd, out, length, MSG_NOSIGNAL);
    for (i = 0; i < sent && it->stream; i++)
        place_step(&it->out, from[i]);
    return sent;
}
