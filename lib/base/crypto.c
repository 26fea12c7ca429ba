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
#include <openssl/rsa.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

#include "adscp.h"

/* ---------------------------------------------------------- algorithms -- */

enum algorithm_kind { DIGEST, KEY, SIGNATURE, DECODER };

/* Without the first ones nothing can be judged. A certificate that takes
 * another one is judged as far as it can be. */
static const struct algorithm {
    enum algorithm_kind kind;
    const char *name;
} algorithms[] = {
    {DIGEST, "SHA256"},     {KEY, "RSA"},         {SIGNATURE, "RSA"},
    {DECODER, "RSA"},       {KEY, "EC"},          {SIGNATURE, "ECDSA"},
    {DECODER, "EC"},        {DIGEST, "SHA1"},     {DIGEST, "SHA224"},
    {DIGEST, "SHA384"},     {DIGEST, "SHA512"},   {DIGEST, "MD5"},
    {KEY, "RSA-PSS"},       {DECODER, "RSA-PSS"}, {KEY, "DSA"},
    {SIGNATURE, "DSA"},     {DECODER, "DSA"},     {KEY, "ED25519"},
    {SIGNATURE, "ED25519"}, {DECODER, "ED25519"}, {KEY, "ED448"},
    {SIGNATURE, "ED448"},   {DECODER, "ED448"},
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

/* A bit for each that is there. */
static uint32_t find_all(OSSL_LIB_CTX *context)
{
    static bool (*const fetch[])(OSSL_LIB_CTX * context, const char *name) = {
        [DIGEST] = fetch_digest,
        [KEY] = fetch_key,
        [SIGNATURE] = fetch_signature,
        [DECODER] = fetch_decoder,
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
    pthread_mutex_t lock;
    atomic_bool is_made; /* then the rest stays as it is */
    OSSL_LIB_CTX *context;
    EVP_MD *sha256;
} made = {.lock = PTHREAD_MUTEX_INITIALIZER};

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
    if (made.sha256 == NULL) {
        OSSL_LIB_CTX_free(context);
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
    pthread_mutex_lock(&made.lock);
    if (!errors.are_kept)
        rc = ADSCP_E_NOMEM;
    else if (!atomic_load_explicit(&made.is_made, memory_order_acquire))
        rc = make(missingp);
    pthread_mutex_unlock(&made.lock);
    crypto_errors_end();
    return rc;
}

OSSL_LIB_CTX *crypto_context(void)
{
    return made.context;
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
