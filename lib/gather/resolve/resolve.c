/* SPDX-License-Identifier: MIT */
/*
 * Names to addresses. The only room that uses c-ares (resolve_dns.c), through
 * our own poll, so that a silent server costs no more than the budget.
 *
 * What decides: the pins of the caller, /etc/hosts, then the DNS servers named
 * by the caller or in /etc/resolv.conf. A name with a dot is asked as it
 * stands; only a name without one goes through the search list. RES_OPTIONS,
 * HOSTALIASES and the order in nsswitch.conf decide nothing. LOCALDOMAIN, which
 * c-ares reads before resolv.conf, can replace the search list of names without
 * a dot; nothing switches that off, short of reading resolv.conf ourselves.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "adscp.h"
#include "facts/host.h"
#include "gather/resolve/private.h"

enum { PORT_MAX = 65535, DNS_PORT = 53 };

/* ---------------------------------------------------------- literals -- */

static void address_set_port(struct resolve_address *address, int port)
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

/* Take "text" or "[text]" up to a colon or the end. */
static bool take_host(const char **atp, struct span *hostp)
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

/* Take ":1" to ":65535" up to a colon or the end. */
static bool take_port(const char **atp, int *portp)
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
    if (!take_host(&text, &host))
        return false;
    if (*text != '\0' && (!take_port(&text, &port) || *text != '\0'))
        return false;
    return address_parse(host, port, addressp);
}

int resolve_check_server(const char *text)
{
    struct resolve_address ignored;

    return resolve_parse_server(text, &ignored) ? ADSCP_OK : ADSCP_E_ARGUMENT;
}

/* -------------------------------------------------------------- pins -- */

/* The spans of "host:port:address[:port]". */
static bool pin_parse(const char *pin, struct span *hostp, int *portp,
                      struct span *addressp, int *other_portp)
{
    if (!take_host(&pin, hostp) || !take_port(&pin, portp) || *pin != ':')
        return false;
    pin++;
    if (!take_host(&pin, addressp) || !host_is_address(*addressp))
        return false;
    *other_portp = *portp;
    if (*pin != '\0' && (!take_port(&pin, other_portp) || *pin != '\0'))
        return false;
    *hostp = host_without_dot(*hostp);
    return hostp->length > 0;
}

static void pin_clear(struct resolve_pin *pin)
{
    free(pin->host);
    free(pin->address);
}

int resolve_config_add(struct resolve_config *config, const char *pin)
{
    struct resolve_pin made = {.host = NULL};
    struct resolve_pin *pins = NULL;
    struct span host, address;
    int rc = ADSCP_E_NOMEM;

    if (!pin_parse(pin, &host, &made.port, &address, &made.other_port))
        return ADSCP_E_ARGUMENT;
    made.host = strndup(host.text, host.length);
    made.address = strndup(address.text, address.length);
    if (made.host == NULL || made.address == NULL)
        goto out;
    pins = reallocarray(config->pins, (size_t)config->pin_count + 1,
                        sizeof(*pins));
    if (pins == NULL)
        goto out;
    pins[config->pin_count++] = made;
    config->pins = pins;
    made = (struct resolve_pin){.host = NULL};
    rc = ADSCP_OK;
out:
    pin_clear(&made);
    return rc;
}

void resolve_config_clear(struct resolve_config *config)
{
    int i;

    for (i = 0; i < config->pin_count; i++)
        pin_clear(&config->pins[i]);
    free(config->pins);
    free(config->dns_server);
    *config = (struct resolve_config){.pins = NULL};
}

int pins_find(const struct resolve_config *config, struct span host, int port,
              struct resolve_address *addresses)
{
    int i, count = 0;

    for (i = 0; i < config->pin_count && count < RESOLVE_ADDRESSES_MAX; i++) {
        const struct resolve_pin *pin = &config->pins[i];

        if (pin->port == port && host_is(host, pin->host) &&
            address_parse(span_of(pin->address), pin->other_port,
                          &addresses[count]))
            count++;
    }
    return count;
}

bool resolve_is_pinned(const struct resolve_config *config, const char *host,
                       int port)
{
    struct resolve_address ignored[RESOLVE_ADDRESSES_MAX];

    return pins_find(config, span_of(host), port, ignored) > 0;
}

/* --------------------------------------------------------------- DNS -- */

static void dns_answer(void *user, int status, int timeouts,
                       struct ares_addrinfo *info)
{
    struct lookup *lookup = user;

    (void)timeouts;
    lookup->status = status;
    lookup->info = info;
    lookup->done = true;
}

int dns_explain(const struct lookup *lookup, const char *host,
                struct detail *detail)
{
    if (lookup->no_descriptors || lookup->status == ARES_ENOMEM)
        return detail_set(detail, ADSCP_E_NOMEM,
                          "no memory or descriptors to look up host \"%s\"",
                          host);
    switch (lookup->status) {
    case ARES_ENOTFOUND:
        return detail_set(detail, ADSCP_E_RESOLVE,
                          "host \"%s\" does not exist: DNS knows no such name",
                          host);
    case ARES_ENODATA:
        return detail_set(detail, ADSCP_E_RESOLVE,
                          "host \"%s\" has no address: DNS knows the name, "
                          "without IPv4 or IPv6 address",
                          host);
    case ARES_EBADNAME:
        return detail_set(detail, ADSCP_E_RESOLVE, "\"%s\" is not a host name",
                          host);
    default:
        return detail_set(detail, ADSCP_E_RESOLVE,
                          "no usable DNS answer about host \"%s\": %s", host,
                          dns_reason(lookup));
    }
}

static int dns_run(struct lookup *lookup, const struct resolve_config *config,
                   const char *host, int flags, const struct deadline *deadline,
                   struct detail *detail)
{
    const struct ares_addrinfo_hints hints = {
        .ai_flags = flags, .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    int rc = ADSCP_OK;

    lookup->status =
        dns_open(lookup, config->dns_server, strchr(host, '.') == NULL);
    if (lookup->status != ARES_SUCCESS)
        return dns_explain(lookup, host, detail);
    ares_getaddrinfo(lookup->channel, host, NULL, &hints, dns_answer, lookup);
    while (rc == ADSCP_OK && !lookup->done)
        rc = dns_step(lookup, deadline);
    if (rc == ADSCP_E_TIMEOUT)
        return detail_set(detail, rc, "no DNS answer in time about host \"%s\"",
                          host);
    if (rc != ADSCP_OK)
        return detail_set(detail, rc, "while looking up host \"%s\": %s", host,
                          adscp_error_text(rc));
    return lookup->status == ARES_SUCCESS ? ADSCP_OK
                                          : dns_explain(lookup, host, detail);
}

static const struct ares_addrinfo_node *
node_of_family(const struct ares_addrinfo_node *node, int family)
{
    while (node != NULL && node->ai_family != family)
        node = node->ai_next;
    return node;
}

/* c-ares sorted by RFC 6724; take the families in turn (RFC 8305 4), so that
 * one that leads nowhere holds up the other for one attempt only. */
int nodes_interleave(const struct ares_addrinfo_node *nodes, int port,
                     struct resolve_address *addresses)
{
    bool v4_first = nodes != NULL && nodes->ai_family == AF_INET;
    const int family[2] = {v4_first ? AF_INET : AF_INET6,
                           v4_first ? AF_INET6 : AF_INET};
    const struct ares_addrinfo_node *next[2] = {
        node_of_family(nodes, family[0]), node_of_family(nodes, family[1])};
    int turn = 0, count = 0;

    while (count < RESOLVE_ADDRESSES_MAX) {
        struct resolve_address *address = &addresses[count];

        if (next[turn] == NULL)
            turn = 1 - turn;
        if (next[turn] == NULL)
            break;
        memcpy(&address->storage, next[turn]->ai_addr, next[turn]->ai_addrlen);
        address->length = next[turn]->ai_addrlen;
        address_set_port(address, port);
        next[turn] = node_of_family(next[turn]->ai_next, family[turn]);
        turn = 1 - turn;
        count++;
    }
    return count;
}

static int dns_find(const struct resolve_config *config, struct span name,
                    int port, const struct deadline *deadline,
                    struct detail *detail, struct resolve_address *addresses,
                    int *countp)
{
    struct lookup lookup = {.channel = NULL};
    char host[HOST_NAME_MAX_LENGTH + 1];
    int rc;

    memcpy(host, name.text, name.length);
    host[name.length] = '\0';
    rc = dns_run(&lookup, config, host, 0, deadline, detail);
    if (rc == ADSCP_OK)
        *countp = nodes_interleave(lookup.info->nodes, port, addresses);
    if (lookup.channel != NULL)
        ares_destroy(lookup.channel);
    ares_freeaddrinfo(lookup.info);
    return rc;
}

int resolve_host(const struct resolve_config *config, const char *host,
                 int port, const struct deadline *deadline,
                 struct detail *detail,
                 struct resolve_address addresses[RESOLVE_ADDRESSES_MAX],
                 int *countp)
{
    struct span name = host_without_dot(span_of(host));
    int count = pins_find(config, name, port, addresses);

    if (count == 0 && address_parse(name, port, &addresses[0]))
        count = 1;
    if (count > 0) {
        *countp = count;
        return ADSCP_OK;
    }
    if (name.length == 0 || name.length > HOST_NAME_MAX_LENGTH)
        return detail_set(detail, ADSCP_E_RESOLVE,
                          "\"%.300s\" is not a host name", host);
    return dns_find(config, name, port, deadline, detail, addresses, countp);
}

/* From a hosts file, c-ares gives the name behind an alias as it gives that of
 * a CNAME. */
int resolve_full_name(const struct resolve_config *config, const char *host,
                      const struct deadline *deadline,
                      char out[RESOLVE_NAME_MAX])
{
    struct lookup lookup = {.channel = NULL};
    const struct ares_addrinfo_cname *alias;
    struct detail ignored;
    const char *found = NULL;
    int rc;

    out[0] = '\0';
    detail_clear(&ignored);
    rc = dns_run(&lookup, config, host, ARES_AI_CANONNAME, deadline, &ignored);
    if (rc == ADSCP_OK) {
        found = lookup.info->name;
        for (alias = lookup.info->cnames; alias != NULL; alias = alias->next)
            found = alias->name;
    }
    if (found != NULL && strlen(found) < RESOLVE_NAME_MAX)
        memcpy(out, found, strlen(found) + 1);
    if (lookup.channel != NULL)
        ares_destroy(lookup.channel);
    ares_freeaddrinfo(lookup.info);
    return rc == ADSCP_E_RESOLVE ? ADSCP_OK : rc;
}
