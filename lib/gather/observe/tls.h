/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_GATHER_OBSERVE_TLS_H
#define ADSCP_GATHER_OBSERVE_TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gather/transport/transport.h"

/* Full handshakes by OpenSSL, only to see certificates: nothing is verified
 * here, nothing else is sent, and the connection is good for nothing after it.
 */
struct handshaker; /* what all of them share */
struct handshake;

/* ADSCP_OK or ADSCP_E_NOMEM. */
int handshaker_new(struct handshaker **handshakerp);
void handshaker_free(struct handshaker *handshaker); /* NULL is fine */

/* On a connected transport, which must outlive it; name: for SNI, or NULL;
 * is_old: by TLS 1.2 at most, where the server must say during the handshake
 * whether it takes a client without a certificate. */
int handshake_new(struct handshaker *handshaker, struct transport *transport,
                  const char *name, bool is_old, struct handshake **handshakep);
void handshake_free(struct handshake *handshake); /* NULL is fine */

/* Go on as far as the bytes reach. */
enum handshake_state {
    HANDSHAKE_READS,  /* wants to read */
    HANDSHAKE_WRITES, /* wants to write */
    HANDSHAKE_OVER
};
enum handshake_state handshake_step(struct handshake *handshake);

/* What is known so far, or in the end. */
struct handshake_result {
    bool is_done;      /* the server has proven that it holds its key */
    bool is_asking;    /* a CertificateRequest came */
    bool is_refused;   /* the server ended it, perhaps when it was done, */
    bool has_alert;    /* ... and said why */
    bool is_exhausted; /* out of memory */
    int outcome;       /* ADSCP_SIGHTING_OUTCOME_*; OK where is_done */
    uint16_t version;  /* 0: not known */
    /* The body of the Certificate message, NULL where none came, and whether it
     * has TLS 1.3's form. */
    const unsigned char *chain;
    size_t chain_size;
    bool has_context;
    char reason[160]; /* a part of a sentence; "" where all is well */
};
const struct handshake_result *
handshake_result(const struct handshake *handshake);

#endif
