/* SPDX-License-Identifier: MIT */
/* The inside of a certificate's row, for the files of that room and for
 * judge/trust, which verifies. OpenSSL's types go no further. */
#ifndef ADSCP_FACTS_CERTIFICATE_PRIVATE_H
#define ADSCP_FACTS_CERTIFICATE_PRIVATE_H

#include <openssl/x509.h>
#include <stdatomic.h>

#include "base/arena.h"
#include "base/crypto.h"
#include "base/text.h"
#include "facts/certificate/certificate.h"

enum { CERTIFICATE_SHA256_LENGTH = 32 };

/* What is made when somebody first asks. */
struct certificate_parsed {
    struct certificate_facts facts; /* texts in the arena; does not say yet
                                       whether its own key signed it */
    struct arena arena;
    X509 *x509;                                /* NULL: no certificate */
    EVP_PKEY *public_key;                      /* NULL: it cannot be read */
    _Atomic(struct certificate_facts *) whole; /* the facts, and that */

    /* Of shared.c */
    struct certificate_parsed *next;
    size_t holders;
    uint32_t key;
    uint8_t sha256[CERTIFICATE_SHA256_LENGTH];

    /* While it is made. */
    struct crypto_errors errors;
    int doubts; /* what failed that fails for lack of memory too */
};

struct adscp_certificate {
    const struct certificates *store;
    char *friendly_name; /* or NULL */
    const uint8_t *der;
    size_t length;
    uint32_t key; /* certificate_key() */
    _Atomic(struct certificate_parsed *) parsed;
    text_slot sha1;
    text_slot sha256;
};

/* NULL: out of memory. */
struct certificate_parsed *certificate_parse(const uint8_t *der, size_t length);
void certificate_parsed_free(struct certificate_parsed *parsed);
/* The same, made by the first row with these bytes. NULL: out of memory. */
struct certificate_parsed *
certificate_parsed_hold(const struct adscp_certificate *row);
void certificate_parsed_release(struct certificate_parsed *parsed);

/* The parts of certificate_parse(). false: out of memory. */
bool certificate_parse_alt_names(struct certificate_parsed *parsed);
bool certificate_parse_extensions(struct certificate_parsed *parsed);
bool certificate_keep_name(struct certificate_parsed *parsed, const void *bytes,
                           size_t length, struct certificate_name *namep);

/* Borrowed; NULL where the row is no certificate, or its key cannot be read. It
 * was opened. OpenSSL itself finds no key in the certificate. */
X509 *certificate_x509(const struct adscp_certificate *certificate);
EVP_PKEY *certificate_public_key(const struct adscp_certificate *certificate);
bool certificate_key_unreadable(const struct adscp_certificate *certificate);

/* The value of the first subjectAltName under the old number, or NULL. */
const ASN1_OCTET_STRING *certificate_old_names(const X509 *x509);

/* One that has only the names that stand there under the old number, as its
 * subjectAltName; there are some. NULL: out of memory. */
X509 *certificate_old_names_new(const struct adscp_certificate *certificate);
/* Likewise its common names, of those that a host may be compared with: as DNS
 * names, and where they spell addresses as these. There may be none. */
X509 *certificate_common_names_new(const struct adscp_certificate *certificate);

/* Upper-case hex, with a NUL; out holds 2 * length + 1 bytes. */
void certificate_hex(char *out, const uint8_t *bytes, size_t length);

/* The row's SHA-256. false: out of memory. */
bool certificate_digest(const struct adscp_certificate *row, uint8_t *sha256);
/* The same as hex. NULL: out of memory. */
char *certificate_sha256_new(const void *bytes, size_t length);

/* For the reader of containers. A name (or NULL) is part of the row, so that
 * one certificate has a row for each name that it goes by. */
struct certificate_offer {
    const void *der;
    size_t length;
    bool lasts; /* the bytes lie in the memory of the store's owner */
    const char *name;
    size_t name_length;
};

int certificates_add_offer(struct certificates *store,
                           const struct certificate_offer *offer,
                           const struct adscp_certificate **certificatep);
/* certificates_begin(), once for a store. */
int certificates_begin_store(struct certificates *store);
bool certificates_have_owner(const struct certificates *store);

#endif
