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
