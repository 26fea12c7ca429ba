/* SPDX-License-Identifier: MIT */
/*
 * Certificates as facts, without an opinion about them. A store keeps each
 * distinct certificate once for each name that its containers give it; adding
 * costs a hash and a look-up, and the bytes are taken apart when somebody first
 * asks for what they say. Rows never change.
 *
 * Bytes that are no certificate are a row too, with a sentence that says why:
 * never a guess. Effort is bounded whatever the bytes are: CERTIFICATE_MAX for
 * one certificate, and for what is read out of it the limits below; beyond them
 * the row is one that cannot be read.
 *
 * A store is filled by one thread; rows stay where they are while it grows. A
 * finished store may be read by any number of threads at once.
 */
#ifndef ADSCP_FACTS_CERTIFICATE_CERTIFICATE_H
#define ADSCP_FACTS_CERTIFICATE_CERTIFICATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "adscp.h"
#include "base/error.h"

enum {
    CERTIFICATE_MAX = 256 * 1024,            /* bytes of DER */
    CERTIFICATE_NAMES_MAX = 16384,           /* subjectAltName entries */
    CERTIFICATE_EXTENSIONS_MAX = 128,        /* extensions */
    CERTIFICATE_FILE_MAX = 16 * 1024 * 1024, /* bytes of a container */
    CERTIFICATE_LIST_MAX = 4096              /* certificates in a container */
};

#define CERTIFICATE_TIME_UNKNOWN INT64_MIN

struct certificates;

/* Does OpenSSL have what certificates need? ADSCP_OK, or ADSCP_E_NOMEM, or
 * ADSCP_E_CRYPTO with a sentence. */
int certificates_begin(struct detail *detail);

struct certificates *certificates_new(void); /* one holder; NULL: no memory */
/* For bytes that lie in an owner's memory: rows refer to them there, and the
 * store holds the owner, whom it releases in the end. NULL: no memory, and the
 * owner is still the caller's. */
struct certificates *certificates_new_in(void *owner,
                                         void (*release)(void *owner));
struct certificates *certificates_hold(const struct certificates *store);
void certificates_release(struct certificates *store); /* NULL is fine */

/* The row of these bytes, which are copied where they are new. It lives as long
 * as the store. ADSCP_OK, or ADSCP_E_NOMEM, or ADSCP_E_ARGUMENT, or what
 * certificates_begin() gives. */
int certificates_add(struct certificates *store, const void *der, size_t length,
                     const struct adscp_certificate **certificatep);
/* The same of bytes in the memory of the store's owner. */
int certificates_add_lasting(struct certificates *store, const void *der,
                             size_t length,
                             const struct adscp_certificate **certificatep);
/* Rows of an older store, or of the one that it inherits from, serve here, too:
 * what was taken apart there need not be again. It is held, and not filled any
 * more by another thread. */
void certificates_inherit(struct certificates *store,
                          const struct certificates *older);
size_t certificates_count(const struct certificates *store);

/* The store that a row lies in: whoever keeps a row holds its store. */
struct certificates *
certificate_hold_store(const struct adscp_certificate *certificate);
void certificate_release_store(const struct adscp_certificate *certificate);

/* What a file or an attribute's value turned out to be, by its content. */
enum certificate_container {
    CONTAINER_NONE,    /* nothing that holds certificates */
    CONTAINER_DER,     /* one certificate */
    CONTAINER_PEM,     /* one or more, and PKCS#7, with any text in between */
    CONTAINER_PKCS7,   /* SignedData, of which only the certificates count */
    CONTAINER_ELEMENT, /* a serialized store element, [MS-GPEF] 2.2.1.1.1 */
    CONTAINER_STORE,   /* a serialized store, of such elements */
    CONTAINER_PKCS12   /* certificates behind a password: never tried */
};

/* Rows that were read, in their order. An empty list is {0}. */
struct certificate_list {
    const struct adscp_certificate **rows;
    size_t count;
    size_t capacity;
    enum certificate_container container;
    const char *problem; /* why something was left out, a constant; or NULL */
};

/* Add all certificates that these bytes hold, and append their rows to the
 * list. A container that is broken gives what comes before the break, and a
 * problem. ADSCP_OK, or ADSCP_E_NOMEM, or ADSCP_E_ARGUMENT. */
int certificates_read(struct certificates *store, const void *bytes,
                      size_t length, struct certificate_list *list);
void certificate_list_free(struct certificate_list *list);

/* A name as it stands in the certificate, NUL and all. */
struct certificate_name {
    const char *bytes; /* a NUL follows */
    size_t length;
    const char *text; /* clean, for showing */
};

/* Yes or no, about one certificate. */
enum {
    CERTIFICATE_SELF_ISSUED = 1 << 0, /* subject and issuer are one name */
    CERTIFICATE_SELF_SIGNED = 1 << 1, /* ... and its own key verifies it */
    CERTIFICATE_CA = 1 << 2,          /* may issue, by its basicConstraints */
    CERTIFICATE_HAS_CONSTRAINTS = 1 << 3, /* has basicConstraints */
    CERTIFICATE_HAS_ALT_NAME = 1 << 4, /* has a subjectAltName of any content */
    CERTIFICATE_HAS_USAGE = 1 << 5,    /* has application policies, or else an
                                          extended key usage, that can be read */
    CERTIFICATE_USAGE_SERVER = 1 << 6, /* ... serverAuth, or a server gated
                                          cryptography of old */
    CERTIFICATE_USAGE_ANY = 1 << 7,    /* ... anyExtendedKeyUsage */
    CERTIFICATE_KEY_NOT_TLS = 1 << 8,  /* keyUsage allows no key exchange */
    CERTIFICATE_ISSUER_URI = 1 << 9, /* says where on the web its issuer's is */
    CERTIFICATE_REVOCABLE = 1 << 10, /* names a CRL or an OCSP responder */
    CERTIFICATE_INVALID = 1 << 11,   /* an extension cannot be read */
    CERTIFICATE_KEY_UNREADABLE = 1 << 12,
    CERTIFICATE_RSA = 1 << 13,
    CERTIFICATE_SHA1 = 1 << 14, /* the digest of its signature */
    CERTIFICATE_MD5 = 1 << 15,  /* that, or older */
    CERTIFICATE_HAS_KEY_USAGE = 1 << 16,
    CERTIFICATE_CERT_SIGN = 1 << 17,    /* ... keyCertSign */
    CERTIFICATE_BAD_ALT_NAME = 1 << 18, /* a subjectAltName cannot be read */
    CERTIFICATE_OLD_ALT_NAME = 1 << 19, /* has one as 2.5.29.7 */
    CERTIFICATE_CRITICAL = 1 << 20,     /* has a critical extension that Windows
                                           does not know */
    CERTIFICATE_VERSION_1 = 1 << 21,    /* which knows no extensions */
    CERTIFICATE_POLICIES = 1 << 22,     /* has rules about policies, or some */
    CERTIFICATE_NAME_RULES = 1 << 23,   /* has nameConstraints */
    CERTIFICATE_PROXY = 1 << 24,        /* RFC 3820 */
    CERTIFICATE_KEY_EXPLICIT = 1 << 25, /* its curve is spelt out */
    CERTIFICATE_USAGE_CLIENT = 1 << 26  /* extended key usage: clientAuth */
};

struct certificate_facts {
    const char
        *problem; /* NULL, or why it cannot be read: the rest is absent */
    const char *subject; /* RFC 4514, clean */
    const char *issuer;
    struct certificate_name common_name; /* the first one, in UTF-8; .bytes
                                            NULL: none */
    const struct certificate_name *common_names; /* all of them */
    size_t common_name_count;
    const struct certificate_name *dns_names;
    size_t dns_name_count;
    const char **ip_addresses;
    size_t ip_address_count;
    const char *serial; /* upper-case hex */
    const char *key;    /* "RSA 2048", "EC P-256", "Ed25519" */
    const char *signature;
    int64_t not_before; /* seconds, or CERTIFICATE_TIME_UNKNOWN */
    int64_t not_after;  /* the last second of its validity */
    int key_bits;
    int path_length; /* authorities that may stand below; -1: any number */
    int flags;       /* CERTIFICATE_* */
};

/* Take the bytes apart, but do not look at its own signature, which costs more
 * than the rest. false: out of memory. */
bool certificate_open(const struct adscp_certificate *certificate);

/* Never NULL but for lack of memory. */
const struct certificate_facts *
certificate_facts(const struct adscp_certificate *certificate);

/* Upper-case hex, of the bytes, also where they are no certificate. NULL: out
 * of memory; SHA-1 also of what is too large to be kept whole. */
const char *certificate_sha1(const struct adscp_certificate *certificate);
const char *certificate_sha256(const struct adscp_certificate *certificate);
/* All of the above made now, so that none of it fails later. false: out of
 * memory. */
bool certificate_prepare(const struct adscp_certificate *certificate);

/* For tables: equal for equal certificates, of whatever store. */
uint32_t certificate_key(const struct adscp_certificate *certificate);
bool certificate_same(const struct adscp_certificate *a,
                      const struct adscp_certificate *b);
/* Their bytes alone put them in order. */
int certificate_compare(const struct adscp_certificate *a,
                        const struct adscp_certificate *b);
const void *certificate_der(const struct adscp_certificate *certificate,
                            size_t *lengthp);

/* Bytes of a certificate. */
struct certificate_span {
    const uint8_t *bytes;
    size_t length;
};

bool certificate_span_equal(struct certificate_span a,
                            struct certificate_span b);

/* Equal for two names that certificate_issuer_named() may find equal. */
uint32_t certificate_name_hash(struct certificate_span name);

/* What tells who may have issued whom, as DER; it costs a walk over the bytes,
 * and nothing is decoded. The key identifiers may be empty. false: these bytes
 * are none of a certificate. */
struct certificate_outline {
    struct certificate_span subject, issuer;
    struct certificate_span key; /* SubjectPublicKeyInfo */
    struct certificate_span subject_key_id, authority_key_id;
};

bool certificate_outline(const struct adscp_certificate *certificate,
                         struct certificate_outline *outline);
/* The subject alone, of bytes that are no row yet. */
bool certificate_subject(struct certificate_span der,
                         struct certificate_span *subjectp);

/* Does the issuer's key verify the certificate's signature? Unknown: OpenSSL
 * has no such algorithm, or cannot read the key. Both were opened. */
enum certificate_signature {
    SIGNATURE_NO,
    SIGNATURE_YES,
    SIGNATURE_UNKNOWN,
    SIGNATURE_NO_MEMORY
};
enum certificate_signature
certificate_verify(const struct adscp_certificate *certificate,
                   const struct adscp_certificate *issuer);

/* Is the issuer's subject the name that the certificate has for its issuer?
 * Both were opened. */
enum certificate_names { NAMES_DIFFER, NAMES_EQUAL, NAMES_NO_MEMORY };
enum certificate_names
certificate_issuer_named(const struct adscp_certificate *certificate,
                         const struct adscp_certificate *issuer);

/* What a serialized element calls it ("Microsoft Exchange"), clean; or NULL. */
const char *
certificate_friendly_name(const struct adscp_certificate *certificate);

#endif
