/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_GATHER_TRANSPORT_TLS_H
#define ADSCP_GATHER_TRANSPORT_TLS_H

#include <openssl/ssl.h>

#include "gather/transport/transport.h"

/* What tls.c (the stream) and tls_context.c (its terms) share: no other file of
 * this room sees OpenSSL. */

/* ADSCP_OK, ADSCP_E_FILE or ADSCP_E_NOMEM; the context is the caller's also
 * where this fails. */
int tls_context_new(const struct tls_config *config, struct detail *detail,
                    SSL_CTX **contextp);

/* A failure of OpenSSL's that is neither the server's nor a file's. */
int tls_fail(struct detail *detail);
/* The first error of the queue is the nearest to the cause. */
const char *tls_reason(void);

#endif
