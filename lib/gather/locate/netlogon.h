/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_GATHER_LOCATE_NETLOGON_H
#define ADSCP_GATHER_LOCATE_NETLOGON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The LDAP ping of [MS-ADTS] 6.3.3: "are you a domain controller of this
 * domain, and which site am I in?" One LDAP search, the same bytes by UDP and
 * by TCP. Nobody signs the answer: what it says is a hint. */

enum {
    NETLOGON_REQUEST_MAX = 400,
    NETLOGON_NAME_MAX = 256,      /* RFC 1035 2.3.4, and a NUL */
    NETLOGON_ID_MAX = 0x7FFFFFFF, /* RFC 4511 4.1.1.1 */
    NETLOGON_MESSAGE_MAX = 4096
};

/* Flags of the server, [MS-ADTS] 6.3.1.2. */
enum {
    NETLOGON_GC = 0x4,
    NETLOGON_LDAP = 0x8,
    NETLOGON_DS = 0x10,
    NETLOGON_CLOSEST = 0x80,
    NETLOGON_WRITABLE = 0x100
};

/* What a domain controller answered. Clean text, "" where it said nothing. */
struct netlogon {
    uint32_t flags;
    char forest[NETLOGON_NAME_MAX];
    char domain[NETLOGON_NAME_MAX];
    char host[NETLOGON_NAME_MAX];
    char site[NETLOGON_NAME_MAX];        /* the server's */
    char client_site[NETLOGON_NAME_MAX]; /* "": in none */
    char next_site[NETLOGON_NAME_MAX];   /* the closest other one */
};

/* Write the request; domain NULL asks for the server's own domain. Returns its
 * length, 0 where the domain is empty or too long to be a name. */
size_t netlogon_request(unsigned char out[NETLOGON_REQUEST_MAX], int id,
                        const char *domain);

enum netlogon_outcome {
    NETLOGON_ANSWER,  /* *answer is filled */
    NETLOGON_UNKNOWN, /* no domain controller of that domain */
    NETLOGON_PAUSED,  /* ... but it does not serve now */
    NETLOGON_MORE,    /* the message is not whole: a stream has more to come */
    NETLOGON_STRANGE  /* answers something else, or is malformed */
};

/* What these messages say to the request with this id. *answer is written only
 * with NETLOGON_ANSWER. */
enum netlogon_outcome netlogon_reply(const unsigned char *bytes, size_t length,
                                     int id, struct netlogon *answer);

/* One value of the attribute: NETLOGON_SAM_LOGON_RESPONSE_EX, [MS-ADTS]
 * 6.3.1.9. Any older layout is NETLOGON_STRANGE. */
enum netlogon_outcome netlogon_decode(const unsigned char *value, size_t length,
                                      struct netlogon *answer);

#endif
