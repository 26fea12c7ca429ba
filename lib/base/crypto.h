/* SPDX-License-Identifier: MIT */
/*
 * OpenSSL as the rooms above use it: in a library context of our own, so that
 * neither the host program's settings, nor its configuration file, nor what a
 * lack of memory left half made in the default one changes an answer; and with
 * the reasons of a failure, of which a lack of memory is no answer.
 */
#ifndef ADSCP_BASE_CRYPTO_H
#define ADSCP_BASE_CRYPTO_H

#include <openssl/evp.h>
#include <stdbool.h>
#include <stddef.h>

/* Makes the context, once, and looks whether OpenSSL has what certificates
 * need. ADSCP_OK, or ADSCP_E_NOMEM, or ADSCP_E_CRYPTO and what is not there. */
int crypto_begin(const char **missingp);

/* Never NULL behind a crypto_begin() that succeeded; both stay. */
OSSL_LIB_CTX *crypto_context(void);
const EVP_MD *crypto_sha256(void);

/* Stays, too: a context where OpenSSL decodes structures but reads no key in
 * them. Before 3.2 it takes a million instructions to find out how to read
 * each. */
OSSL_LIB_CTX *crypto_structures(void);
/* A new key of that context's structures (SubjectPublicKeyInfo). NULL: it
 * cannot be read, or there is no memory. Any thread may ask. */
EVP_PKEY *crypto_public_key(const unsigned char *info, size_t length,
                            bool is_rsa);

/* NULL: OpenSSL has none, or there is no memory. */
EVP_MD *crypto_sha1_new(void);

/* Some, for what comes next. OpenSSL hides that it had none in some places: so
 * what it refuses counts where it refuses the same again, with memory. */
bool crypto_has_memory(void);

enum { CRYPTO_TRIES = 4 }; /* then memory comes and goes: there is none */

/* Reasons belong to the whole thread: its own ones are left as they are. Every
 * begin has its end. */
struct crypto_errors {
    bool are_kept; /* false: there is no memory for them */
    bool were_none;
};

/* Of what was called since then. */
struct crypto_reasons {
    bool memory;    /* one of them is its lack */
    bool missing;   /* ... an algorithm that is not there */
    bool signature; /* ... a signature that is wrong */
    bool other;     /* ... something else, or they are not all known */
};

void crypto_errors_begin(struct crypto_errors *errors);
struct crypto_reasons crypto_errors_take(const struct crypto_errors *errors);
bool crypto_no_memory(const struct crypto_errors *errors);
void crypto_errors_end(void);

#endif
