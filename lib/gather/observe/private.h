/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_GATHER_OBSERVE_PRIVATE_H
#define ADSCP_GATHER_OBSERVE_PRIVATE_H

#include "base/table.h"
#include "gather/observe/hello.h"
#include "gather/observe/observe.h"
#include "gather/observe/tls.h"
#include "gather/resolve/resolve.h"
#include "gather/transport/transport.h"

/* What observe.c (all of them), hosts.c (from names to addresses) and probe.c
 * (one address) share among themselves, and with nobody else. */

enum probe_state {
    PROBE_WAITING,      /* for its turn */
    PROBE_CONNECTING,   /* for the plaintext way */
    PROBE_READING,      /* the server's plaintext answer */
    PROBE_RECONNECTING, /* for a full handshake */
    PROBE_HANDSHAKING,
    PROBE_DONE
};

/* One address, port and name to announce, and what is seen there: one chain as
 * a rule, two where both ways were gone and showed different ones. */
struct probe {
    struct resolve_address address;
    const char *name; /* for SNI, or NULL */
    enum probe_state state;
    struct deadline deadline;
    struct transport *transport;
    short events; /* of poll(2), that it waits for */
    struct flight flight;
    struct handshake *handshake;
    struct adscp_sighting seen[2];
    size_t seen_count;
};

/* The certificates of a Certificate message that came before. */
struct known_chain {
    const struct adscp_certificate **rows;
    size_t count;
};

/* What all probes share. */
struct probe_context {
    struct adscp_sightings *sightings;
    struct arena scratch;          /* lives as long as the look */
    struct table bodies;           /* of plaintext Certificate messages, */
    struct known_chain *chains;    /* ... and what is in them */
    struct handshaker *handshaker; /* NULL until somebody needs it */
    int epoll;
    int limit_ms;
    const struct cancel *cancel;
};

/* Begin to look. ADSCP_OK, also where it is over at once; ADSCP_E_NOMEM without
 * memory or descriptors, and then it still waits for its turn. */
int probe_start(struct probe *probe, size_t index,
                struct probe_context *context);
/* Its descriptor is ready. ADSCP_OK or ADSCP_E_NOMEM. */
int probe_advance(struct probe *probe, size_t index,
                  struct probe_context *context);
/* Its time is over: by itself, or with the whole budget. */
int probe_expire(struct probe *probe, bool with_budget,
                 struct probe_context *context);
void probe_clear(struct probe *probe);
/* Do both show the same certificates, of one store? */
bool probe_same_chain(const struct adscp_sighting *a,
                      const struct adscp_sighting *b);

/* A host that was asked for: its probes, or what became of its name. */
struct host {
    const char *name;
    int port;
    const char *front; /* that is asked for there; NULL: its own name */
    int turns;         /* so many looks at each address */
    size_t first_link, link_count;
    int outcome;  /* ADSCP_SIGHTING_OUTCOME_OK, or a row of its own */
    bool untried; /* ... which decides nothing */
    const char *detail;
};

struct observation {
    const struct observe_plan *plan;
    const struct deadline *deadline;
    struct observe_progress *progress;
    struct probe_context context;
    struct resolver *resolver;
    struct table known_hosts, known_probes;
    struct host *hosts;
    size_t host_count, asked, answered, nameless;
    size_t *links; /* indexes of probes, host by host */
    size_t link_count;
    struct probe *probes;
    size_t probe_count;
    size_t started, oldest,
        done;     /* probes run in order: those before are ... */
    size_t young; /* the first that still is */
    size_t busy;  /* young and running */
    bool is_wide; /* servers behind shared hosts are looked at */
};

/* The plan's hosts, each once. ADSCP_OK or ADSCP_E_NOMEM, as below. */
int hosts_add(struct observation *all);
/* One more, whose name stays where it is. */
int hosts_add_one(struct observation *all, const struct observe_host *asked);
/* services.c: ask DNS for the plan's domains, and add the hosts that it names.
 * ADSCP_OK, ADSCP_E_NOMEM or ADSCP_E_CANCELLED. */
int services_add(struct observation *all);
/* Ask for the next names, and make probes of what answers there are. */
int hosts_go_on(struct observation *all);
/* What became of a host that has no probe, or not enough of them. */
int host_tell(struct observation *all, struct host *host, int outcome,
              const char *detail);

#endif
