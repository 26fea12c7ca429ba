/* SPDX-License-Identifier: MIT */
/*
 * Addresses as text, and as the kernel takes them.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "adscp.h"
#include "gather/resolve/private.h"

enum { PORT_MAX = 65535, DNS_PORT = 53 };

void address_set_port(struct resolve_address *address, int port)
{
    in_port_t wire = htons((uint16_t)port);

    if (address->storage.ss_family == AF_INET)
        ((struct sockaddr_in *)&address->storage)->sin_port = wire;
    else
        ((struct sockaddr_in6 *)&address->storage)->sin6_port = wire;
}

bool address_parse(struct span text, int port, struct resolve_address *addressp)
{
    struct resolve_address address = {.length = 0};
    struct sockaddr_in *v4 = (struct sockaddr_in *)&address.storage;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&address.storage;

    if (host_address(text, AF_INET, &v4->sin_addr)) {
        v4->sin_family = AF_INET;
        address.length = sizeof(*v4);
    } else if (host_address(text, AF_INET6, &v6->sin6_addr)) {
        v6->sin6_family = AF_INET6;
        address.length = sizeof(*v6);
    } else {
        return false;
    }
    address_set_port(&address, port);
    *addressp = address;
    return true;
}

bool address_take_host(const char **atp, struct span *hostp)
{
    bool bracket = **atp == '[';
    const char *start = bracket ? *atp + 1 : *atp;
    size_t length = strcspn(start, bracket ? "]" : ":[]");
    const char *end = start + length;

    if (length == 0 || (bracket && *end != ']'))
        return false;
    if (bracket)
        end++;
    if (*end != ':' && *end != '\0')
        return false;
    *hostp = (struct span){start, length};
    *atp = end;
    return true;
}

bool address_take_port(const char **atp, int *portp)
{
    const char *at = *atp;
    int port = 0;

    if (*at++ != ':')
        return false;
    for (; *at >= '0' && *at <= '9' && port <= PORT_MAX; at++)
        port = port * 10 + (*at - '0');
    if (port < 1 || port > PORT_MAX || (*at != ':' && *at != '\0'))
        return false;
    *portp = port;
    *atp = at;
    return true;
}

void resolve_address_text(const struct resolve_address *address,
                          char out[RESOLVE_TEXT_MAX])
{
    const struct sockaddr_in *v4 = (const void *)&address->storage;
    const struct sockaddr_in6 *v6 = (const void *)&address->storage;
    const void *bytes = address->storage.ss_family == AF_INET
                            ? (const void *)&v4->sin_addr
                            : &v6->sin6_addr;

    if (inet_ntop(address->storage.ss_family, bytes, out, RESOLVE_TEXT_MAX) ==
        NULL)
        memcpy(out, "?", 2);
}

int resolve_address_port(const struct resolve_address *address)
{
    const struct sockaddr_in *v4 = (const void *)&address->storage;
    const struct sockaddr_in6 *v6 = (const void *)&address->storage;

    return ntohs(address->storage.ss_family == AF_INET ? v4->sin_port
                                                       : v6->sin6_port);
}

bool resolve_parse_server(const char *text, struct resolve_address *addressp)
{
    struct span host;
    int port = DNS_PORT;

    if (address_parse(span_of(text), port, addressp))
        return true;
    if (!address_take_host(&text, &host))
        return false;
    if (*text != '\0' && (!address_take_port(&text, &port) || *text != '\0'))
        return false;
    return address_parse(host, port, addressp);
}

int resolve_check_server(const char *text)
{
    struct resolve_address ignored;

    return resolve_parse_server(text, &ignored) ? ADSCP_OK : ADSCP_E_ARGUMENT;
}
