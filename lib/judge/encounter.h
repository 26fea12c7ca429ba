/* SPDX-License-Identifier: MIT */
/*
 * Which certificate does the client meet at a host, and what does it make of
 * it? What was seen on port 443 decides; else what the directory publishes is a
 * forecast. Pure: sightings, facts and the model of trust in, a verdict out.
 */
#ifndef ADSCP_JUDGE_ENCOUNTER_H
#define ADSCP_JUDGE_ENCOUNTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "facts/finding.h"
#include "judge/witness.h"

/* A host, and why the client comes there. */
struct visit {
    const char *url;
    const struct survey_page *page;    /* of the directory that names the URL */
    const struct adscp_server *server; /* who answers; NULL: unknown */
    bool from_scp;
};

struct encounter {
    /* NULL: none was seen, and none is published. */
    const struct adscp_certificate *certificate;
    int source; /* ADSCP_FROM_*; -1: no certificate */
    const struct adscp_sighting *sighting; /* that decided; or NULL */
    const struct adscp_sighting *untried;  /* which decides nothing; or NULL */
    const struct adscp_certificate *published; /* by the server; or NULL */
    bool is_unreadable; /* ... since what it publishes cannot be read */
    bool several;       /* addresses of the name show different certificates */
    bool plain;         /* the URL is plain http */
    const struct adscp_alert *alert; /* held */
};

/* ADSCP_OK or ADSCP_E_NOMEM; encounter_clear() either way. */
int encounter_make(const struct witness *witness, const struct visit *visit,
                   struct encounter *encounter);
void encounter_clear(struct encounter *encounter);

/* Is the first one worse for a user? */
bool encounter_is_worse(const struct encounter *a, const struct encounter *b);
bool encounter_failed(const struct encounter *encounter); /* no connection */

/* Append what is odd about it; `dn` is the object that it is about, `time` the
 * day that is judged (-1: unknown). */
int encounter_find(const struct encounter *encounter, const char *host,
                   const char *dn, int64_t time, struct finding_list *findings);

/* The verdict on one row of the sightings by itself. The caller holds it. */
int encounter_judge(const struct witness *witness,
                    const struct adscp_sighting *sighting,
                    const struct adscp_alert **alertp);

#endif
