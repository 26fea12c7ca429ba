/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_FACTS_CERTIFICATE_SELF_SIGNED_H
#define ADSCP_FACTS_CERTIFICATE_SELF_SIGNED_H

#include <stddef.h>
#include <stdint.h>

/* DER, malloc()ed. */
struct made_certificate {
    unsigned char *bytes;
    size_t length;
};

/* A certificate of the kind that Exchange setup gives a new server: for its
 * short and its full name, RSA 2048, five years, signed by itself. Its key is
 * thrown away. ADSCP_OK or ADSCP_E_NOMEM. */
int self_signed_make(const char *name, const char *fqdn, int64_t from,
                     struct made_certificate *made);

/* A certificate for these names, and the root that issued it. ADSCP_OK or
 * ADSCP_E_NOMEM. */
int issued_make(const char *const *names, size_t count, int64_t from,
                struct made_certificate *made, struct made_certificate *root);

#endif
