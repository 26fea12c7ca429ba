/* SPDX-License-Identifier: MIT */
/*
 * What was seen on port 443, address by address: facts without an opinion. It
 * keeps rows together by host and finds them by (host, port); whether a
 * certificate is any good, and which row matters, is for the judge to say.
 */
#include "facts/sightings.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/rows.h"
#include "base/text.h"
#include "facts/host.h"

struct adscp_sightings *sightings_new(void)
{
    struct adscp_sightings *sightings = calloc(1, sizeof(*sightings));

    if (sightings == NULL)
        return NULL;
    arena_init(&sightings->arena);
    atomic_init(&sightings->holders, 1);
    sightings->complete = true;
    sightings->certificates = certificates_new();
    if (sightings->certificates == NULL) {
        sightings_release(sightings);
        return NULL;
    }
    return sightings;
}

struct adscp_sightings *sightings_hold(const struct adscp_sightings *sightings)
{
    /* Constant to its readers; the count of holders alone changes. */
    struct adscp_sightings *held =
        (struct adscp_sightings *)(uintptr_t)sightings;

    atomic_fetch_add(&held->holders, 1);
    return held;
}

void sightings_release(struct adscp_sightings *sightings)
{
    if (sightings == NULL || atomic_fetch_sub(&sightings->holders, 1) > 1)
        return;
    certificates_release(sightings->certificates);
    free(sightings->rows);
    free(sightings->hosts);
    free(sightings->services);
    hash_clear(&sightings->by_name);
    free(sightings->behind_rows);
    free(sightings->behind);
    hash_clear(&sightings->by_front);
    arena_free(&sightings->arena);
    free(sightings);
}

/* ------------------------------------------------------------------ rows -- */

/* The newest host, if it is this one; else it becomes the newest. */
static struct sighted_host *host_open(struct adscp_sightings *sightings,
                                      const char *name, int port)
{
    struct sighted_host *host = NULL;
    struct sighted_host *hosts;

    if (sightings->host_count > 0)
        host = &sightings->hosts[sightings->host_count - 1];
    if (host != NULL && host->port == port &&
        host_is(span_of(name), host->name))
        return host;
    hosts = rows_grow(sightings->hosts, sightings->host_count, sizeof(*hosts));
    if (hosts == NULL)
        return NULL;
    sightings->hosts = hosts;
    host = &sightings->hosts[sightings->host_count];
    host->name = text_keep(&sightings->arena, name, strlen(name), NULL);
    if (host->name == NULL)
        return NULL;
    host->port = port;
    host->first = sightings->count;
    host->count = 0;
    sightings->host_count++;
    return host;
}

/* One more row of a list. NULL: out of memory. */
static struct adscp_sighting *row_add(struct adscp_sighting **rowsp,
                                      size_t *countp)
{
    struct adscp_sighting *rows = rows_grow(*rowsp, *countp, sizeof(*rows));

    if (rows == NULL)
        return NULL;
    *rowsp = rows;
    rows += (*countp)++;
    *rows = (struct adscp_sighting){.method = -1, .request = -1};
    return rows;
}

struct adscp_sighting *sightings_add(struct adscp_sightings *sightings,
                                     const char *host, int port)
{
    struct sighted_host *group = host_open(sightings, host, port);
    struct adscp_sighting *row =
        group != NULL ? row_add(&sightings->rows, &sightings->count) : NULL;

    if (row == NULL)
        return NULL;
    group->count++;
    row->host = group->name;
    row->port = port;
    return row;
}

/* The newest server behind something, if it is this one; else it becomes that.
 */
static struct sighted_behind *behind_open(struct adscp_sightings *sightings,
                                          const char *front, const char *host,
                                          int port)
{
    size_t count = sightings->behind_count;
    struct sighted_behind *last =
        count > 0 ? &sightings->behind[count - 1] : NULL;
    struct sighted_behind *behind;
    bool same_front = last != NULL && last->port == port &&
                      host_is(span_of(front), last->front);

    if (same_front && host_is(span_of(host), last->host))
        return last;
    behind = rows_grow(sightings->behind, count, sizeof(*behind));
    if (behind == NULL)
        return NULL;
    sightings->behind = behind;
    last = &behind[count];
    *last = (struct sighted_behind){
        .front = same_front
                     ? behind[count - 1].front
                     : text_keep(&sightings->arena, front, strlen(front), NULL),
        .host = text_keep(&sightings->arena, host, strlen(host), NULL),
        .port = port,
        .first = sightings->behind_row_count};
    if (last->front == NULL || last->host == NULL)
        return NULL;
    sightings->behind_count++;
    return last;
}

struct adscp_sighting *sightings_add_behind(struct adscp_sightings *sightings,
                                            const char *front, const char *host,
                                            int port)
{
    struct sighted_behind *behind = behind_open(sightings, front, host, port);
    struct adscp_sighting *row =
        behind != NULL
            ? row_add(&sightings->behind_rows, &sightings->behind_row_count)
            : NULL;

    if (row == NULL)
        return NULL;
    behind->count++;
    row->host = behind->host;
    row->port = port;
    return row;
}

/* -------------------------------------------------------------- services -- */

static const char *keep(struct adscp_sightings *sightings, const char *text)
{
    return text_keep(&sightings->arena, text, strlen(text), NULL);
}

int sightings_add_service(struct adscp_sightings *sightings, const char *domain,
                          const char *host, int port, const char *detail)
{
    struct sighted_service row = {.port = port}, *rows;

    rows =
        rows_grow(sightings->services, sightings->service_count, sizeof(*rows));
    if (rows == NULL)
        return ADSCP_E_NOMEM;
    sightings->services = rows;
    row.domain = keep(sightings, domain);
    row.host = host != NULL ? keep(sightings, host) : NULL;
    row.detail = detail != NULL ? keep(sightings, detail) : NULL;
    if (row.domain == NULL || (host != NULL && row.host == NULL) ||
        (detail != NULL && row.detail == NULL))
        return ADSCP_E_NOMEM;
    rows[sightings->service_count++] = row;
    return ADSCP_OK;
}

const struct sighted_service *
sightings_find_service(const struct adscp_sightings *sightings,
                       const char *domain)
{
    size_t i;

    for (i = 0; i < sightings->service_count; i++)
        if (host_is(span_of(domain), sightings->services[i].domain))
            return &sightings->services[i];
    return NULL;
}

/* ------------------------------------------------------------ by (host, port)
 */

static uint32_t hash_of(struct span host, int port)
{
    return hash_join(host_hash(host), (uint32_t)port);
}

const struct sighted_host *
sightings_find(const struct adscp_sightings *sightings, const char *host,
               size_t length, int port)
{
    const struct span name = {host, length};
    uint32_t hash, at, i;

    if (sightings->by_name.count == 0)
        return NULL;
    hash = hash_of(name, port);
    for (i = hash_first(&sightings->by_name, hash, &at); i != HASH_NONE;
         i = hash_next(&sightings->by_name, hash, &at)) {
        const struct sighted_host *held = &sightings->hosts[i];

        if (held->port == port && host_is(name, held->name))
            return held;
    }
    return NULL;
}

static uint32_t hash_of_behind(const char *front, const char *host, int port)
{
    return hash_join(hash_of(span_of(front), port), host_hash(span_of(host)));
}

const struct sighted_behind *
sightings_find_behind(const struct adscp_sightings *sightings,
                      const char *front, const char *host, int port)
{
    uint32_t hash = hash_of_behind(front, host, port), at, i;

    for (i = hash_first(&sightings->by_front, hash, &at); i != HASH_NONE;
         i = hash_next(&sightings->by_front, hash, &at)) {
        const struct sighted_behind *held = &sightings->behind[i];

        if (held->port == port && host_is(span_of(front), held->front) &&
            host_is(span_of(host), held->host))
            return held;
    }
    return NULL;
}

static int freeze_behind(struct adscp_sightings *sightings)
{
    uint32_t i;

    for (i = 0; i < sightings->behind_count; i++) {
        const struct sighted_behind *row = &sightings->behind[i];

        if (sightings_find_behind(sightings, row->front, row->host,
                                  row->port) == NULL &&
            !hash_add(&sightings->by_front,
                      hash_of_behind(row->front, row->host, row->port), i))
            return ADSCP_E_NOMEM;
    }
    return ADSCP_OK;
}

/* Of two hosts with one name and port the first one stands. */
int sightings_freeze(struct adscp_sightings *sightings)
{
    uint32_t i;

    for (i = 0; i < sightings->host_count; i++) {
        const struct sighted_host *host = &sightings->hosts[i];
        struct span name = span_of(host->name);

        if (sightings_find(sightings, name.text, name.length, host->port) ==
                NULL &&
            !hash_add(&sightings->by_name, hash_of(name, host->port), i))
            return ADSCP_E_NOMEM;
    }
    return freeze_behind(sightings);
}

const char *sighting_version_name(uint16_t version)
{
    static const char *const names[] = {"SSL 3.0", "TLS 1.0", "TLS 1.1",
                                        "TLS 1.2", "TLS 1.3"};

    return version >= 0x0300 && version <= 0x0304 ? names[version - 0x0300]
                                                  : NULL;
}

static bool is_silent(const struct adscp_sighting *row)
{
    switch (row->outcome) {
    case ADSCP_SIGHTING_OUTCOME_REFUSED:
    case ADSCP_SIGHTING_OUTCOME_UNREACHABLE:
    case ADSCP_SIGHTING_OUTCOME_TIMEOUT:
    case ADSCP_SIGHTING_OUTCOME_NOT_TLS:
    case ADSCP_SIGHTING_OUTCOME_NAME_NOT_FOUND:
        return true;
    default:
        return false;
    }
}

bool sightings_none_answered(const struct adscp_sightings *sightings,
                             const struct sighted_host *host)
{
    const struct adscp_sighting *rows = sightings->rows + host->first;
    bool tried = false;
    size_t i;

    for (i = 0; i < host->count; i++) {
        if (!rows[i].untried && !is_silent(&rows[i]))
            return false;
        tried = tried || !rows[i].untried;
    }
    return tried;
}
