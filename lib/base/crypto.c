/* SPDX-License-Identifier: MIT */
/*
 * OpenSSL's traps where memory is short: what it registers at its first use and
 * could not is missing for ever, without an error; a decoder and a look-up drop
 * the reason for which they failed; the queue of reasons itself takes memory.
 * So everything is registered at once, in a context that is thrown away where
 * it is not whole.
 */
#include "base/crypto.h"

#include <openssl/asn1.h>
#include <openssl/crypto.h>
#include <openssl/decoder.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/provider.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>

#include "adscp.h"
#include "base/lock.h"

/* ---------------------------------------------------------- algorithms -- */

enum algorithm_kind { DIGEST, KEY, SIGNATURE, DECODER, PUBLIC_KEY };

/* Without the first ones nothing can be judged. A certificate that takes
 * another one is judged as far as it can be. */
static const struct algorithm {
    enum algorithm_kind kind;
    const char *name;
} algorithms[] = {
    {DIGEST, "SHA256"},
    {KEY, "RSA"},
    {SIGNATURE, "RSA"},
    {DECODER, "RSA"},
    {KEY, "EC"},
    {SIGNATURE, "ECDSA"},
    {DECODER, "EC"},
    {DIGEST, "SHA1"},
    {DIGEST, "SHA224"},
    {DIGEST, "SHA384"},
    {DIGEST, "SHA512"},
    {DIGEST, "MD5"},
    {KEY, "RSA-PSS"},
    {DECODER, "RSA-PSS"},
    {KEY, "DSA"},
    {SIGNATURE, "DSA"},
    {DECODER, "DSA"},
    {KEY, "ED25519"},
    {SIGNATURE, "ED25519"},
    {DECODER, "ED25519"},
    {KEY, "ED448"},
    {SIGNATURE, "ED448"},
    {DECODER, "ED448"},
    {PUBLIC_KEY, "RSA"},
    {PUBLIC_KEY, "EC"},
    {PUBLIC_KEY, "RSA-PSS"},
    {PUBLIC_KEY, "ED25519"},
    {PUBLIC_KEY, "ED448"},
};

enum {
    ALGORITHMS = sizeof(algorithms) / sizeof(algorithms[0]),
    NEEDED = 7,
    TRIES = 4
};

static bool fetch_digest(OSSL_LIB_CTX *context, const char *name)
{
    EVP_MD *found = EVP_MD_fetch(context, name, NULL);

    EVP_MD_free(found);
    return found != NULL;
}

static bool fetch_key(OSSL_LIB_CTX *context, const char *name)
{
    EVP_KEYMGMT *found = EVP_KEYMGMT_fetch(context, name, NULL);

    EVP_KEYMGMT_free(found);
    return found != NULL;
}

static bool fetch_signature(OSSL_LIB_CTX *context, const char *name)
{
    EVP_SIGNATURE *found = EVP_SIGNATURE_fetch(context, name, NULL);

    EVP_SIGNATURE_free(found);
    return found != NULL;
}

static bool fetch_decoder(OSSL_LIB_CTX *context, const char *name)
{
    OSSL_DECODER *found = OSSL_DECODER_fetch(
        context, name, "input=der,structure=SubjectPublicKeyInfo");

    OSSL_DECODER_free(found);
    return found != NULL;
}

/* Public keys (SubjectPublicKeyInfo) that are quickly read: the numbers do not
 * matter, but the point on the curve P-256 must be one. */
#define SMALL_RSA "\x03\x0a\x00\x30\x07\x02\x02\x0c\xa1\x02\x01\x11"
static const char rsa_key[] = "\x30\x1b\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d"
                              "\x01\x01\x01\x05\x00" SMALL_RSA;
static const char pss_key[] =
    "\x30\x19\x30\x0b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a" SMALL_RSA;
static const char ec_key[] =
    "\x30\x39\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86"
    "\x48\xce\x3d\x03\x01\x07\x03\x22\x00\x03\x6b\x17\xd1\xf2\xe1\x2c\x42"
    "\x47\xf8\xbc\xe6\xe5\x63\xa4\x40\xf2\x77\x03\x7d\x81\x2d\xeb\x33\xa0"
    "\xf4\xa1\x39\x45\xd8\x98\xc2\x96";
static const char ed25519_key[44 + 1] =
    "\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21";
static const char ed448_key[69 + 1] =
    "\x30\x43\x30\x05\x06\x03\x2b\x65\x71\x03\x3a";

static const struct public_key {
    const char *name, *bytes;
    size_t size; /* with a NUL */
} public_keys[] = {
    {"RSA", rsa_key, sizeof(rsa_key)},
    {"RSA-PSS", pss_key, sizeof(pss_key)},
    {"EC", ec_key, sizeof(ec_key)},
    {"ED25519", ed25519_key, sizeof(ed25519_key)},
    {"ED448", ed448_key, sizeof(ed448_key)},
};

static bool decode_key(OSSL_LIB_CTX *context, const struct public_key *key)
{
    const unsigned char *at = (const unsigned char *)key->bytes;
    EVP_PKEY *found =
        d2i_PUBKEY_ex(NULL, &at, (long)key->size - 1, context, NULL);

    EVP_PKEY_free(found);
    return found != NULL;
}

/* From 3.2 on, a context remembers how the first key of each kind was read;
 * where memory was short then, it never reads one. */
static bool read_key(OSSL_LIB_CTX *context, const char *name)
{
    size_t i;

    if (OPENSSL_version_major() == 3 && OPENSSL_version_minor() < 2)
        return true;
    for (i = 0; i < sizeof(public_keys) / sizeof(public_keys[0]); i++)
        if (strcmp(public_keys[i].name, name) == 0)
            return decode_key(context, &public_keys[i]);
    return true;
}

/* A bit for each that is there. */
static uint32_t find_all(OSSL_LIB_CTX *context)
{
    static bool (*const fetch[])(OSSL_LIB_CTX * context, const char *name) = {
        [DIGEST] = fetch_digest,       [KEY] = fetch_key,
        [SIGNATURE] = fetch_signature, [DECODER] = fetch_decoder,
        [PUBLIC_KEY] = read_key,
    };
    uint32_t found = 0, i;

    for (i = 0; i < ALGORITHMS; i++)
        if (fetch[algorithms[i].kind](context, algorithms[i].name))
            found |= UINT32_C(1) << i;
    return found;
}

/* The first that is needed and not there, or NULL. */
static const char *find_missing(uint32_t found)
{
    uint32_t i;

    for (i = 0; i < NEEDED; i++)
        if ((found & UINT32_C(1) << i) == 0)
            return algorithms[i].name;
    return NULL;
}

/* ------------------------------------------------------------- context -- */

static struct {
    atomic_bool is_made; /* then the rest stays as it is: LOCK_CRYPTO */
    OSSL_LIB_CTX *context, *structures;
    EVP_MD *sha256;
    OSSL_DECODER_CTX *rsa; /* reads one key after the other, */
    EVP_PKEY *rsa_key;     /* ... into this, one thread at a time: LOCK_KEY */
} made;

/* One that has them all, or twice the same ones: then OpenSSL has no others. */
static OSSL_LIB_CTX *make_whole(uint32_t *foundp)
{
    const uint32_t all = (UINT32_C(1) << ALGORITHMS) - 1;
    uint32_t before = all + 1;
    int tries;

    for (tries = 0; tries < TRIES && crypto_has_memory(); tries++) {
        OSSL_LIB_CTX *context = OSSL_LIB_CTX_new();

        if (context == NULL)
            continue;
        *foundp = find_all(context);
        if (*foundp == all || *foundp == before)
            return context;
        before = *foundp;
        OSSL_LIB_CTX_free(context);
    }
    return NULL;
}

/* The names of digests belong to the process: what is not there after the first
 * try never will be. (EVP_get_digestbyname() would look into the default
 * context.) */
static bool has_names(void)
{
    static const char *const digests[] = {
        "SHA1", "SHA224", "SHA256", "SHA384", "SHA512",
#ifndef OPENSSL_NO_MD5
        "MD5",
#endif
    };
    size_t i;

    if (OPENSSL_init_crypto(OPENSSL_INIT_ADD_ALL_CIPHERS |
                                OPENSSL_INIT_ADD_ALL_DIGESTS,
                            NULL) != 1)
        return false;
    for (i = 0; i < sizeof(digests) / sizeof(digests[0]); i++)
        if (OBJ_NAME_get(digests[i], OBJ_NAME_TYPE_MD_METH) == NULL)
            return false;
    return true;
}

/* The null provider keeps OpenSSL from falling back to its default one. */
static OSSL_LIB_CTX *make_structures(void)
{
    OSSL_LIB_CTX *context = OSSL_LIB_CTX_new();

    if (context != NULL && OSSL_PROVIDER_load(context, "null") != NULL)
        return context;
    OSSL_LIB_CTX_free(context);
    return NULL;
}

static EVP_PKEY *read_rsa(const unsigned char *info, size_t length)
{
    EVP_PKEY *key;

    made.rsa_key = NULL;
    (void)OSSL_DECODER_from_data(made.rsa, &info, &length);
    key = made.rsa_key;
    made.rsa_key = NULL;
    return key;
}

/* One that lacks a part, for want of memory, reads no key. */
static bool make_rsa(OSSL_LIB_CTX *context)
{
    EVP_PKEY *key = NULL;

    made.rsa = OSSL_DECODER_CTX_new_for_pkey(
        &made.rsa_key, "DER", "SubjectPublicKeyInfo", "RSA",
        EVP_PKEY_PUBLIC_KEY, context, NULL);
    if (made.rsa != NULL)
        key = read_rsa((const unsigned char *)rsa_key, sizeof(rsa_key) - 1);
    EVP_PKEY_free(key);
    return key != NULL;
}

static void unmake(OSSL_LIB_CTX *context)
{
    OSSL_DECODER_CTX_free(made.rsa);
    made.rsa = NULL;
    EVP_MD_free(made.sha256);
    made.sha256 = NULL;
    OSSL_LIB_CTX_free(made.structures);
    made.structures = NULL;
    OSSL_LIB_CTX_free(context);
}

static int make(const char **missingp)
{
    uint32_t found = 0;
    OSSL_LIB_CTX *context = has_names() ? make_whole(&found) : NULL;

    if (context == NULL)
        return ADSCP_E_NOMEM;
    *missingp = find_missing(found);
    if (*missingp != NULL) {
        OSSL_LIB_CTX_free(context);
        return ADSCP_E_CRYPTO;
    }
    made.sha256 = EVP_MD_fetch(context, "SHA256", NULL);
    made.structures = make_structures();
    if (made.sha256 == NULL || made.structures == NULL || !make_rsa(context)) {
        unmake(context);
        return ADSCP_E_NOMEM;
    }
    made.context = context;
    atomic_store_explicit(&made.is_made, true, memory_order_release);
    return ADSCP_OK;
}

int crypto_begin(const char **missingp)
{
    struct crypto_errors errors;
    int rc = ADSCP_OK;

    *missingp = NULL;
    if (atomic_load_explicit(&made.is_made, memory_order_acquire))
        return ADSCP_OK;
    crypto_errors_begin(&errors);
    lock_take(LOCK_CRYPTO);
    if (!errors.are_kept)
        rc = ADSCP_E_NOMEM;
    else if (!atomic_load_explicit(&made.is_made, memory_order_acquire))
        rc = make(missingp);
    lock_release(LOCK_CRYPTO);
    crypto_errors_end();
    return rc;
}

OSSL_LIB_CTX *crypto_context(void)
{
    return made.context;
}

OSSL_LIB_CTX *crypto_structures(void)
{
    return made.structures;
}

EVP_PKEY *crypto_public_key(const unsigned char *info, size_t length,
                            bool is_rsa)
{
    EVP_PKEY *key;

    if (!is_rsa)
        return d2i_PUBKEY_ex(NULL, &info, (long)length, made.context, NULL);
    lock_take(LOCK_KEY);
    key = read_rsa(info, length);
    lock_release(LOCK_KEY);
    return key;
}

const EVP_MD *crypto_sha256(void)
{
    return made.sha256;
}

EVP_MD *crypto_sha1_new(void)
{
    return EVP_MD_fetch(made.context, "SHA1", NULL);
}

/* -------------------------------------------------------------- memory -- */

bool crypto_has_memory(void)
{
    enum { SOME = 256 * 1024 };
    void *probe = OPENSSL_malloc(SOME);

    OPENSSL_free(probe);
    return probe != NULL;
}

/* OpenSSL 3.0 cannot count the reasons behind a mark. So one that says nothing
 * comes first: while it is the last, there is none but the caller's own. */
void crypto_errors_begin(struct crypto_errors *errors)
{
    errors->were_none = ERR_peek_error() == 0;
    ERR_set_mark();
    ERR_raise(ERR_LIB_USER, ERR_R_OPERATION_FAIL);
    errors->are_kept = ERR_GET_LIB(ERR_peek_last_error()) == ERR_LIB_USER;
}

static void read_reason(unsigned long error, struct crypto_reasons *reasons)
{
    int reason = ERR_GET_REASON(error), library = ERR_GET_LIB(error);

    if (library == ERR_LIB_USER)
        return;
    if (reason == ERR_R_MALLOC_FAILURE)
        reasons->memory = true;
    else if (library == ERR_LIB_EVP &&
             (reason == EVP_R_UNSUPPORTED_ALGORITHM ||
              reason == ERR_R_UNSUPPORTED || reason == ERR_R_FETCH_FAILED))
        reasons->missing = true;
    else if (library == ERR_LIB_ASN1 &&
             (reason == ASN1_R_UNKNOWN_SIGNATURE_ALGORITHM ||
              reason == ASN1_R_UNKNOWN_MESSAGE_DIGEST_ALGORITHM))
        reasons->missing = true;
    else if (library == ERR_LIB_RSA && reason < ERR_RFLAG_COMMON)
        reasons->signature = true;
    else if (reason != ERR_R_EVP_LIB && reason != ERR_R_RSA_LIB)
        reasons->other = true;
}

/* The reasons are taken away, unless the caller's own lie beneath them: then
 * only the last one can be seen. */
struct crypto_reasons crypto_errors_take(const struct crypto_errors *errors)
{
    struct crypto_reasons reasons = {.memory = !errors->are_kept,
                                     .other = !errors->were_none};
    unsigned long error = ERR_peek_last_error();

    read_reason(error, &reasons);
    while (errors->were_none && (error = ERR_get_error()) != 0)
        read_reason(error, &reasons);
    return reasons;
}

bool crypto_no_memory(const struct crypto_errors *errors)
{
    return crypto_errors_take(errors).memory;
}

void crypto_errors_end(void)
{
    ERR_pop_to_mark();
}
