/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_GATHER_OBSERVE_HELLO_H
#define ADSCP_GATHER_OBSERVE_HELLO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The part of TLS up to 1.2 that travels in clear: our ClientHello, and the
 * server's answer up to its ServerHelloDone. No key, no secret, no I/O. */

enum {
    HELLO_MAX = 640,
    HELLO_RANDOM = 32,
    FLIGHT_MAX = 256 * 1024, /* bytes of handshake */
    CHAIN_MAX = 20           /* certificates */
};

/* One record with a ClientHello, for the name (NULL: without SNI; at most 253
 * bytes). Returns its length. */
size_t hello_write(unsigned char out[HELLO_MAX],
                   const unsigned char random[HELLO_RANDOM], const char *name);

/* A certificate within a message. */
struct der {
    const unsigned char *bytes;
    size_t length;
};

/* The list of a Certificate message's body. has_context: as TLS 1.3 has it (RFC
 * 8446 4.4.2), else RFC 5246 7.4.2. false: malformed, or more than CHAIN_MAX
 * (then *countp is that). */
bool chain_read(const unsigned char *body, size_t length, bool has_context,
                struct der chain[CHAIN_MAX], size_t *countp);

/* "handshake_failure" (RFC 8446 B.2, RFC 5246 A.3), or "unknown". */
const char *alert_name(int alert);
/* The ADSCP_SIGHTING_OUTCOME_* of a fatal alert before the certificate. */
int tls_alert_outcome(int alert);

enum flight_state {
    FLIGHT_MORE, /* wants more bytes */
    FLIGHT_DONE, /* the chain was seen, and all that may follow it */
    FLIGHT_FAILED
};

/* The server's answer while it comes in. Starts zeroed. */
struct flight {
    enum flight_state state;
    int outcome;       /* ADSCP_SIGHTING_OUTCOME_*, where it failed */
    char reason[160];  /* a part of a sentence: what the server did wrong */
    uint16_t version;  /* of the ServerHello; 0: none came */
    bool has_record;   /* the first record was one of TLS */
    bool is_asking;    /* a CertificateRequest came */
    bool is_finished;  /* ServerHelloDone came */
    size_t chain_at;   /* the Certificate message's body in bytes */
    size_t chain_size; /* 0: none came */

    unsigned char *bytes; /* handshake, without record headers */
    size_t used, room;
    size_t parsed; /* whole messages */
    unsigned char header[5];
    size_t header_used;
    size_t left; /* of the record */
    unsigned char alert[2];
    size_t alert_used;
};

/* Take what arrived. ADSCP_OK, whatever it was, or ADSCP_E_NOMEM. */
int flight_feed(struct flight *flight, const unsigned char *bytes,
                size_t length);
/* The peer sends no more: it is over, one way or the other. */
void flight_end(struct flight *flight, const char *how);
/* It sent more than the transport takes. */
void flight_exceed(struct flight *flight);
void flight_clear(struct flight *flight);

#endif
