/* SPDX-License-Identifier: MIT */
/*
 * Which servers offer a service: SRV records and their order (RFC 2782). What
 * stands in them was written by somebody else: a row whose target is no host
 * name, or whose port is 0, is dropped here, and with it every way into a
 * Kerberos name, a filter or a terminal.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "adscp.h"
#include "gather/resolve/private.h"

/* ------------------------------------------------------------- records -- */

struct service_lookup {
    struct lookup dns;
    struct srv_question question;
    struct resolve_services services;
    int records;
};

static bool service_take(const struct srv_record *from,
                         struct resolve_service *to)
{
    struct span host = host_without_dot(span_of(from->host));

    if (from->port == 0 || !host_is_name(host))
        return false;
    *to = (struct resolve_service){
        .priority = from->priority, .weight = from->weight, .port = from->port};
    memcpy(to->host, host.text, host.length);
    to->host[host.length] = '\0';
    return true;
}

/* Room for one more, at every power of two for as many again. */
static bool services_grow(struct resolve_services *services)
{
    size_t count = (size_t)services->count;
    void *rows;

    if ((count & (count - 1)) != 0)
        return true;
    rows = realloc(services->rows,
                   (count > 0 ? 2 * count : 1) * sizeof(*services->rows));
    if (rows != NULL)
        services->rows = rows;
    return rows != NULL;
}

static int service_record(void *user, const struct srv_record *record)
{
    struct service_lookup *lookup = user;
    struct resolve_services *services = &lookup->services;

    lookup->records++;
    /* RFC 2782: one record with the target "." says that there is none. */
    services->denied = lookup->records == 1 && (record->host[0] == '\0' ||
                                                strcmp(record->host, ".") == 0);
    if (services->count == RESOLVE_SERVICES_MAX)
        return ARES_SUCCESS;
    if (!services_grow(services))
        return ARES_ENOMEM;
    if (service_take(record, &services->rows[services->count]))
        services->count++;
    return ARES_SUCCESS;
}

static void service_done(void *user, int status)
{
    struct service_lookup *lookup = user;
    struct resolve_services *services = &lookup->services;

    if (!services->denied)
        services->dropped = lookup->records - services->count;
    lookup->dns.status = status;
    lookup->dns.done = true;
}

static void service_ask(struct service_lookup *lookup, const char *name)
{
    char spelled[RESOLVE_NAME_MAX];

    lookup->question = (struct srv_question){
        .take = service_record, .done = service_done, .user = lookup};
    if (spelling_make(name, &lookup->dns.spelling, spelled))
        cares_ask_srv(lookup->dns.channel, spelled, &lookup->question);
    else
        service_done(lookup, ARES_EBADNAME);
}

/* Put the question and wait. What DNS said is in the lookup's status; the
 * result is about the budget and our own means. */
static int service_run(struct service_lookup *lookup,
                       const struct resolve_config *config, const char *name,
                       const struct deadline *deadline, struct detail *detail)
{
    int rc = ADSCP_OK;

    lookup->dns.status = dns_open(&lookup->dns, config->dns_server, false);
    if (lookup->dns.status == ARES_SUCCESS)
        service_ask(lookup, name);
    else
        lookup->dns.done = true;
    while (rc == ADSCP_OK && !lookup->dns.done)
        rc = dns_step(&lookup->dns, deadline);
    if (rc == ADSCP_E_TIMEOUT)
        return detail_set(detail, rc, "no DNS answer in time about %s", name);
    if (rc == ADSCP_OK &&
        (lookup->dns.no_descriptors || lookup->dns.status == ARES_ENOMEM))
        return detail_set(detail, ADSCP_E_NOMEM,
                          "no memory or descriptors to look up %s", name);
    return rc;
}

int resolve_service(const struct resolve_config *config, const char *name,
                    const struct deadline *deadline, struct detail *detail,
                    struct resolve_services *servicesp)
{
    struct service_lookup lookup = {.records = 0};
    int rc = service_run(&lookup, config, name, deadline, detail);

    if (rc == ADSCP_OK && lookup.dns.status != ARES_SUCCESS &&
        lookup.dns.status != ARES_ENOTFOUND &&
        lookup.dns.status != ARES_ENODATA)
        rc = detail_set(detail, ADSCP_E_RESOLVE,
                        "no usable DNS answer about %s: %s", name,
                        dns_reason(&lookup.dns));
    /* What is still under way ends here, and writes to `lookup`. */
    if (lookup.dns.channel != NULL)
        ares_destroy(lookup.dns.channel);
    if (rc == ADSCP_OK)
        *servicesp = lookup.services;
    else
        resolve_services_clear(&lookup.services);
    return rc;
}

void resolve_services_clear(struct resolve_services *services)
{
    free(services->rows);
    *services = (struct resolve_services){.rows = NULL};
}

/* --------------------------------------------------------------- order -- */

/* Steele, Lea and Flood's SplitMix64: any seed will do, and its numbers are
 * even enough to share out load. */
static uint64_t draw(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);

    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

/* Rows of weight 0 come first, so that they have a very small chance; of equal
 * rows the host decides, so that the seed alone makes the order. */
static int compare_services(const void *a, const void *b)
{
    const struct resolve_service *x = a, *y = b;

    if (x->priority != y->priority)
        return x->priority < y->priority ? -1 : 1;
    if ((x->weight > 0) != (y->weight > 0))
        return x->weight > 0 ? 1 : -1;
    return strcmp(x->host, y->host);
}

/* RFC 2782: a number between 0 and the sum of the weights, and the first row
 * whose running sum reaches it. */
static int choose(const struct resolve_service *rows, int count,
                  uint64_t *state)
{
    uint64_t sum = 0, chosen;
    int i;

    for (i = 0; i < count; i++)
        sum += (uint64_t)rows[i].weight;
    chosen = draw(state) % (sum + 1);
    for (sum = 0, i = 0; i < count - 1; i++) {
        sum += (uint64_t)rows[i].weight;
        if (sum >= chosen)
            break;
    }
    return i;
}

void resolve_services_order(struct resolve_services *services, uint64_t seed)
{
    struct resolve_service *rows = services->rows, row;
    int first, end = 0, i;

    if (services->count > 1)
        qsort(rows, (size_t)services->count, sizeof(*rows), compare_services);
    for (first = 0; first < services->count; first++) {
        if (first == end)
            while (end < services->count &&
                   rows[end].priority == rows[first].priority)
                end++;
        i = first + choose(rows + first, end - first, &seed);
        row = rows[i];
        memmove(rows + first + 1, rows + first,
                (size_t)(i - first) * sizeof(*rows));
        rows[first] = row;
    }
}

/* ---------------------------------------------------------- own domain -- */

static void take_domain(const char *name, char out[RESOLVE_NAME_MAX])
{
    const char *dot = strchr(name, '.');
    struct span domain =
        host_without_dot(dot != NULL ? span_of(dot + 1) : (struct span){0});

    if (!host_is_name(domain))
        return;
    memcpy(out, domain.text, domain.length);
    out[domain.length] = '\0';
}

int resolve_own_domain(const struct resolve_config *config,
                       const struct deadline *deadline,
                       char out[RESOLVE_NAME_MAX])
{
    struct utsname own;
    int rc = ADSCP_OK;

    out[0] = '\0';
    if (uname(&own) != 0)
        return ADSCP_OK;
    take_domain(own.nodename, out);
    if (out[0] == '\0' && host_is_name(span_of(own.nodename))) {
        char full[RESOLVE_NAME_MAX];

        rc = resolve_full_name(config, own.nodename, deadline, full);
        if (rc == ADSCP_OK)
            take_domain(full, out);
    }
    return rc;
}
