/* SPDX-License-Identifier: MIT */
/*
 * What verdicts are founded on: the forest's survey, what was seen on the
 * network, whom the client trusts, the day. A witness belongs to one predictor
 * and so to one thread at a time.
 */
#ifndef ADSCP_JUDGE_WITNESS_H
#define ADSCP_JUDGE_WITNESS_H

#include <stddef.h>
#include <stdint.h>

#include "facts/certificate.h"
#include "facts/sightings.h"
#include "judge/survey.h"
#include "judge/trust.h"

struct wave;

struct witness {
    struct survey *survey;             /* of the forest; NULL: none was set */
    struct adscp_sightings *sightings; /* NULL: nobody looked */
    struct trust *trust;
    int64_t time; /* -1: unknown */

    struct certificates *store; /* of the caller's own certificates */
    struct certificate_list trusted;
    struct certificate_list bundle;

    struct wave **waves; /* by service_list.number; see wave.h */
    size_t wave_count;
};

/* ADSCP_OK or ADSCP_E_NOMEM; witness_close() either way. */
int witness_open(struct witness *witness);
void witness_close(struct witness *witness);

/* Each replaces what was there; NULL is none. ADSCP_OK or ADSCP_E_NOMEM, which
 * leaves it as it was. */
int witness_set_forest(struct witness *witness,
                       const struct adscp_forest *forest);
void witness_set_sightings(struct witness *witness,
                           const struct adscp_sightings *sightings);
void witness_set_time(struct witness *witness, int64_t time);

/* Certificates in any container: those that the client has in its Trusted Root
 * store, or (bundle, which replaces the one before) public roots; NULL is none.
 * ADSCP_E_FORMAT: there is none in it. Failures leave the witness as it was. */
int witness_add_trusted(struct witness *witness, const void *bytes,
                        size_t length);
int witness_set_bundle(struct witness *witness, const void *bytes,
                       size_t length);

#endif
