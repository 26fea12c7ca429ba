/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_FACTS_SIGHTINGS_H
#define ADSCP_FACTS_SIGHTINGS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "adscp.h"
#include "base/arena.h"
#include "base/hash.h"
#include "facts/certificate/certificate.h"

/* What was seen of one address of one host. A host without an address has one
 * row too, which says so. */
struct adscp_sighting {
    const char *host; /* as it was asked for; clean, without last dot */
    int port;
    const char *address; /* "192.0.2.1", or NULL */
    int address_port;    /* another one than port, where a pin says so */
    int outcome;         /* ADSCP_SIGHTING_OUTCOME_* */
    bool untried;        /* nobody looked: no time, or no answer of DNS */
    const char *detail;  /* a sentence, or NULL where all went well */
    int method;  /* ADSCP_SIGHTING_METHOD_*, or -1 where no chain was seen */
    bool proven; /* the server holds the key of the certificate */
    int request; /* ADSCP_SIGHTING_REQUEST_*, or -1: not known */
    uint16_t version; /* as on the wire, 0x0301 is TLS 1.0; 0: not seen */
    /* As sent, leaf first. Empty unless outcome is ADSCP_SIGHTING_OUTCOME_OK.
     */
    const struct adscp_certificate **chain;
    size_t chain_count;
};

/* The rows of one host and port: they stand together. */
struct sighted_host {
    const char *name;
    int port;
    size_t first;
    size_t count;
};

/* A server that publishes a shared host, asked at its own name for that host,
 * as a balancer that passes TLS through would do. */
struct sighted_behind {
    const char *front; /* the shared host, which SNI named */
    const char *host;  /* the server's own name */
    int port;
    size_t first; /* in behind_rows */
    size_t count;
};

/* What DNS said of a mail domain's SRV record for Autodiscover. */
struct sighted_service {
    const char *domain; /* as it was asked for; clean */
    const char *host;   /* the target that counts; NULL: there is none */
    int port;
    const char *detail; /* where DNS gave no answer: why; else NULL */
};

/* Everything that one look found; never changes once it is handed out. Rows
 * stand in the order in which their hosts were asked for. */
struct adscp_sightings {
    struct arena arena;
    struct certificates *certificates;
    struct adscp_sighting *rows;
    size_t count;
    struct sighted_host *hosts;
    size_t host_count;
    struct hash_index by_name; /* hosts, by name and port */
    /* Servers behind shared hosts: those of one front stand together. */
    struct adscp_sighting *behind_rows;
    size_t behind_row_count;
    struct sighted_behind *behind;
    size_t behind_count;
    struct hash_index by_front; /* behind, by front, port and host */
    struct sighted_service *services;
    size_t service_count;
    bool complete; /* every address was looked at in time */
    bool damaged;  /* rows were lost, and nobody knows of which hosts */
    atomic_int holders;
};

struct adscp_sightings *sightings_new(void); /* one holder; no row */
struct adscp_sightings *sightings_hold(const struct adscp_sightings *sightings);
void sightings_release(struct adscp_sightings *sightings); /* NULL is fine */

/* Append a row (zeroed, method and request unknown) for a host; the rows of one
 * host must come one after the other. Texts of the row belong into the arena.
 * NULL: out of memory. Pointers to rows are good until the next append. */
struct adscp_sighting *sightings_add(struct adscp_sightings *sightings,
                                     const char *host, int port);

/* The same for a server behind a front. */
struct adscp_sighting *sightings_add_behind(struct adscp_sightings *sightings,
                                            const char *front, const char *host,
                                            int port);

/* Append what DNS said: a target, or (NULL) none, and why. Copies the texts.
 * ADSCP_OK or ADSCP_E_NOMEM. */
int sightings_add_service(struct adscp_sightings *sightings, const char *domain,
                          const char *host, int port, const char *detail);

/* Last act of the observer: makes hosts findable. ADSCP_OK or ADSCP_E_NOMEM. */
int sightings_freeze(struct adscp_sightings *sightings);

/* The rows of a host, whatever the case of its letters and whether or not it
 * ends with a dot. NULL: nobody looked. */
const struct sighted_host *
sightings_find(const struct adscp_sightings *sightings, const char *host,
               size_t length, int port);

/* Did every address that was tried fail before any TLS? Another certificate
 * would not change that. */
bool sightings_none_answered(const struct adscp_sightings *sightings,
                             const struct sighted_host *host);

/* What was seen of a server behind a front; NULL: nobody looked. */
const struct sighted_behind *
sightings_find_behind(const struct adscp_sightings *sightings,
                      const char *front, const char *host, int port);

/* What DNS said of this domain; NULL: nobody asked. */
const struct sighted_service *
sightings_find_service(const struct adscp_sightings *sightings,
                       const char *domain);

/* "TLS 1.2", NULL for a number that is no version. */
const char *sighting_version_name(uint16_t version);

#endif
