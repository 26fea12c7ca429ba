/* SPDX-License-Identifier: MIT */
/*
 * For LD_PRELOAD: gnutls-serv and selfserv listen on every address of the
 * machine and cannot be told otherwise. With this they listen on the address in
 * $LOOPBACK, on IPv4 and, as a mapped address, on IPv6.
 */
#include <arpa/inet.h>
#include <dlfcn.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

typedef int (*bind_function)(int, const struct sockaddr *, socklen_t);

static int bind_mapped(bind_function next, int fd,
                       const struct sockaddr *address, in_addr_t to)
{
    struct sockaddr_in6 v6;

    memcpy(&v6, address, sizeof(v6));
    memset(&v6.sin6_addr, 0, sizeof(v6.sin6_addr));
    v6.sin6_addr.s6_addr[10] = v6.sin6_addr.s6_addr[11] = 0xff;
    memcpy(&v6.sin6_addr.s6_addr[12], &to, sizeof(to));
    return next(fd, (const struct sockaddr *)&v6, sizeof(v6));
}

int bind(int fd, const struct sockaddr *address, socklen_t length)
{
    const char *loopback = getenv("LOOPBACK");
    void *symbol = dlsym(RTLD_NEXT, "bind");
    struct sockaddr_in v4;
    bind_function next;
    in_addr_t to;

    memcpy(&next, &symbol, sizeof(next));
    if (loopback == NULL)
        abort();
    to = inet_addr(loopback);
    if (address->sa_family == AF_INET6)
        return bind_mapped(next, fd, address, to);
    if (address->sa_family != AF_INET)
        return next(fd, address, length);
    memcpy(&v4, address, sizeof(v4));
    v4.sin_addr.s_addr = to;
    return next(fd, (const struct sockaddr *)&v4, sizeof(v4));
}
