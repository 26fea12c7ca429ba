/* SPDX-License-Identifier: MIT */
/*
 * From the hosts of a plan to the probes of their addresses: each host and each
 * distinct (address, port, announced name) once.
 */
#include <stdlib.h>
#include <string.h>

#include "adscp.h"
#include "base/rows.h"
#include "facts/host.h"
#include "gather/observe/private.h"

enum {
    NAMES_MAX = 64,       /* asked for at a time */
    NAMES_WIDE_MAX = 512, /* ... where many servers stand behind few names */
    /* At each address of a shared host: enough to see ten servers in turn, or
     * one of two that are chosen by lot. */
    TURNS = 12
};

/* Names are at most 253 bytes long (RFC 1035 2.3.4); the API sees to that. */
enum { HOST_KEY_MAX = 256 };

/* A host name as everywhere else: only ASCII letters have a case, so that no
 * name becomes longer or shorter. Returns its length. */
static size_t put_host(char out[HOST_KEY_MAX], const char *name)
{
    size_t length = 0;

    for (; name[length] != '\0' && length < HOST_KEY_MAX; length++)
        out[length] = text_lower_ascii(name[length]);
    return length;
}

/* One host of the plan, unless it was there before. */
int hosts_add_one(struct observation *all, const struct observe_host *asked)
{
    struct host *hosts;
    char key[sizeof(asked->port) + 2 * (size_t)HOST_KEY_MAX];
    size_t length = sizeof(asked->port);
    uint32_t index;

    memcpy(key, &asked->port, sizeof(asked->port));
    length += put_host(key + length, asked->name);
    if (asked->front != NULL) {
        key[length++] = '\0';
        length += put_host(key + length, asked->front);
    }
    index = table_keep(&all->known_hosts, &all->context.scratch, key, length);
    if (index == TABLE_NONE)
        return ADSCP_E_NOMEM;
    if (index == all->host_count) {
        hosts = rows_grow(all->hosts, all->host_count, sizeof(*hosts));
        if (hosts == NULL)
            return ADSCP_E_NOMEM;
        all->hosts = hosts;
        hosts[all->host_count++] = (struct host){.name = asked->name,
                                                 .port = asked->port,
                                                 .front = asked->front,
                                                 .turns = 1};
    }
    if (asked->is_pool) {
        all->hosts[index].turns = TURNS;
        all->is_wide = true;
    }
    return ADSCP_OK;
}

int hosts_add(struct observation *all)
{
    size_t i;
    int rc = ADSCP_OK;

    for (i = 0; i < all->plan->host_count && rc == ADSCP_OK; i++)
        rc = hosts_add_one(all, &all->plan->hosts[i]);
    return rc;
}

/* The probe for an address: a new one, or one that another host brought. */
static int add_probe(struct observation *all, const char *name,
                     const struct resolve_address *address, int turn,
                     size_t *indexp)
{
    struct probe *probes;
    uint32_t index;
    const int numbers[] = {resolve_address_port(address), turn};
    char key[RESOLVE_TEXT_MAX + sizeof(numbers) + HOST_KEY_MAX] = "";
    size_t length = RESOLVE_TEXT_MAX + sizeof(numbers);

    resolve_address_text(address, key);
    memcpy(key + RESOLVE_TEXT_MAX, numbers, sizeof(numbers));
    if (name != NULL)
        length += put_host(key + length, name);
    index = table_keep(&all->known_probes, &all->context.scratch, key, length);
    if (index == TABLE_NONE)
        return ADSCP_E_NOMEM;
    *indexp = index;
    if (index < all->probe_count)
        return ADSCP_OK;
    probes = rows_grow(all->probes, all->probe_count, sizeof(*probes));
    if (probes == NULL)
        return ADSCP_E_NOMEM;
    all->probes = probes;
    probes[all->probe_count++] = (struct probe){.address = *address};
    return ADSCP_OK;
}

/* What SNI names there: never an address (RFC 6066 3). */
static const char *announced(const struct host *host)
{
    const char *name = host->front != NULL ? host->front : host->name;

    return host_is_address(span_of(name)) ? NULL : name;
}

/* A host's link to its probe; the same address twice counts once. */
static int add_link(struct observation *all, struct host *host,
                    const struct resolve_address *address, int turn)
{
    const char *name = announced(host);
    size_t i, index, *links;
    int rc = add_probe(all, name, address, turn, &index);

    if (rc != ADSCP_OK)
        return rc;
    all->probes[index].name = name;
    for (i = 0; i < host->link_count; i++)
        if (all->links[host->first_link + i] == index)
            return ADSCP_OK;
    links = rows_grow(all->links, all->link_count, sizeof(*links));
    if (links == NULL)
        return ADSCP_E_NOMEM;
    all->links = links;
    links[all->link_count++] = index;
    host->link_count++;
    return ADSCP_OK;
}

static int add_links(struct observation *all, struct host *host,
                     const struct resolve_address *address)
{
    int turn, rc = ADSCP_OK;

    for (turn = 0; turn < host->turns && rc == ADSCP_OK; turn++)
        rc = add_link(all, host, address, turn);
    return rc;
}

int host_tell(struct observation *all, struct host *host, int outcome,
              const char *detail)
{
    host->outcome = outcome;
    host->detail =
        text_keep(&all->context.sightings->arena, detail, strlen(detail), NULL);
    return host->detail != NULL ? ADSCP_OK : ADSCP_E_NOMEM;
}

static int take_answer(struct observation *all,
                       const struct resolve_answer *answer)
{
    struct host *host = &all->hosts[answer->id];
    int i, rc = ADSCP_OK;

    all->answered++;
    host->first_link = all->link_count;
    for (i = 0; i < answer->count && rc == ADSCP_OK; i++)
        rc = add_links(all, host, &answer->addresses[i]);
    if (rc != ADSCP_OK || answer->rc == ADSCP_E_NOMEM)
        return ADSCP_E_NOMEM;
    if (answer->has_more) {
        all->context.sightings->complete = false;
        return host_tell(
            all, host, ADSCP_SIGHTING_OUTCOME_LIMIT,
            "the name has further addresses, which were not looked "
            "at");
    }
    if (answer->rc == ADSCP_OK && answer->count > 0)
        return ADSCP_OK;
    all->nameless++;
    if (answer->rc == ADSCP_OK)
        return host_tell(all, host, ADSCP_SIGHTING_OUTCOME_NAME_NOT_FOUND,
                         "the name has no IPv4 or IPv6 address");
    if (!answer->unanswered)
        return host_tell(all, host, ADSCP_SIGHTING_OUTCOME_NAME_NOT_FOUND,
                         answer->detail.text);
    all->context.sightings->complete = false;
    host->untried = true;
    return host_tell(all, host, ADSCP_SIGHTING_OUTCOME_TIMEOUT,
                     answer->detail.text);
}

/* SNI and DNS take such names only; others go nowhere. */
static bool is_host_name(const char *name)
{
    for (; *name != '\0'; name++)
        if (*name <= ' ' || *name > '~')
            return false;
    return true;
}

static int ask(struct observation *all, size_t index)
{
    struct resolve_answer none = {.id = index, .rc = ADSCP_E_RESOLVE};
    const struct host *host = &all->hosts[index];

    if (is_host_name(host->name))
        return resolver_ask(all->resolver, host->name, host->port, index);
    detail_set(&none.detail, none.rc,
               "\"%s\" is not a host name that DNS knows: letters beyond ASCII "
               "must be in their xn-- form",
               host->name);
    return take_answer(all, &none);
}

int hosts_go_on(struct observation *all)
{
    size_t most = all->is_wide ? NAMES_WIDE_MAX : NAMES_MAX;
    struct resolve_answer *answer;
    int rc = ADSCP_OK;

    while (rc == ADSCP_OK) {
        answer = resolver_take(all->resolver);
        if (answer != NULL)
            rc = take_answer(all, answer);
        else if (all->asked < all->host_count &&
                 all->asked - all->answered < most)
            rc = ask(all, all->asked++);
        else
            break;
        free(answer);
    }
    return rc;
}
