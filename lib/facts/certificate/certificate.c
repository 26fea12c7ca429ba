/* SPDX-License-Identifier: MIT */
/*
 * The store of certificates: rows by the SHA-256 of their bytes and by what
 * their container calls them, in a hash table with open addressing. It does not
 * look into a certificate; that is done by parse.c, once, when somebody asks.
 */
#include "facts/certificate/certificate.h"

#include <openssl/evp.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/hash.h"
#include "base/rows.h"
#include "base/text.h"
#include "facts/certificate/private.h"

struct certificates {
    struct adscp_certificate **rows;
    struct hash_index index; /* of the rows, by their digest */
    atomic_int holders;
};

int certificates_begin(struct detail *detail)
{
    const char *missing;
    int rc = crypto_begin(&missing);

    if (rc != ADSCP_E_CRYPTO)
        return rc;
    return detail_set(detail, rc,
                      "OpenSSL here has no %s, without which no certificate "
                      "can be judged",
                      missing);
}

struct certificates *certificates_new(void)
{
    struct certificates *store = calloc(1, sizeof(*store));

    if (store == NULL)
        return NULL;
    atomic_init(&store->holders, 1);
    return store;
}

struct certificates *certificates_hold(const struct certificates *store)
{
    /* Constant to its readers; the count of holders alone changes. */
    struct certificates *held = (struct certificates *)(uintptr_t)store;

    if (held != NULL)
        atomic_fetch_add_explicit(&held->holders, 1, memory_order_relaxed);
    return held;
}

static void row_free(struct adscp_certificate *row)
{
    if (row == NULL)
        return;
    free(row->friendly_name);
    free(atomic_load_explicit(&row->facts, memory_order_relaxed));
    certificate_parsed_free(
        atomic_load_explicit(&row->parsed, memory_order_relaxed));
    text_slot_free(&row->sha1);
    text_slot_free(&row->sha256);
    free(row->der);
    free(row);
}

void certificates_release(struct certificates *store)
{
    size_t i;

    if (store == NULL || atomic_fetch_sub_explicit(&store->holders, 1,
                                                   memory_order_acq_rel) != 1)
        return;
    for (i = 0; i < store->index.count; i++)
        row_free(store->rows[i]);
    free(store->rows);
    hash_clear(&store->index);
    free(store);
}

size_t certificates_count(const struct certificates *store)
{
    return store != NULL ? store->index.count : 0;
}

/* -------------------------------------------------------------- adding -- */

static uint32_t hash_of(const uint8_t *sha256)
{
    return hash_bytes((const char *)sha256, CERTIFICATE_HASH);
}

static bool same_name(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* The row with that digest and name, or NULL. */
static struct adscp_certificate *find(const struct certificates *store,
                                      const uint8_t *sha256, const char *name)
{
    uint32_t hash = hash_of(sha256), at, i;

    for (i = hash_first(&store->index, hash, &at); i != HASH_NONE;
         i = hash_next(&store->index, hash, &at))
        if (memcmp(store->rows[i]->hash, sha256, CERTIFICATE_HASH) == 0 &&
            same_name(store->rows[i]->friendly_name, name))
            return store->rows[i];
    return NULL;
}

/* What is too large is not kept whole: its beginning shows what it was. */
static size_t kept_length(size_t length)
{
    return length <= CERTIFICATE_MAX ? length : CERTIFICATE_MAX + 1;
}

static struct adscp_certificate *row_new(const struct certificates *store,
                                         const void *der, size_t length,
                                         const uint8_t *hash)
{
    struct adscp_certificate *row = calloc(1, sizeof(*row));

    if (row == NULL)
        return NULL;
    row->store = store;
    row->length = kept_length(length);
    row->der = malloc(row->length + 1);
    if (row->der == NULL) {
        free(row);
        return NULL;
    }
    if (row->length > 0)
        memcpy(row->der, der, row->length);
    memcpy(row->hash, hash, CERTIFICATE_HASH);
    return row;
}

static struct adscp_certificate *add(struct certificates *store,
                                     const void *der, size_t length,
                                     const uint8_t *sha256)
{
    uint32_t count = store->index.count;
    struct adscp_certificate **rows =
                                 rows_grow(store->rows, count, sizeof(*rows)),
                             *row;

    if (rows == NULL)
        return NULL;
    store->rows = rows;
    row = row_new(store, der, length, sha256);
    if (row != NULL && !hash_add(&store->index, hash_of(sha256), count)) {
        row_free(row);
        return NULL;
    }
    rows[count] = row;
    return row;
}

static bool digest(const EVP_MD *type, const void *bytes, size_t length,
                   uint8_t *out)
{
    struct crypto_errors errors;
    bool ok;

    crypto_errors_begin(&errors);
    ok = EVP_Digest(bytes, length, out, NULL, type, NULL) == 1;
    crypto_errors_end();
    return ok;
}

/* A name that is not clean is shown as text_escape() has it. NULL: out of
 * memory. */
static char *name_new(const char *name, size_t length)
{
    size_t size = text_escape(NULL, 0, name, length) + 1;
    char *copy = malloc(size);

    if (copy != NULL)
        text_escape(copy, size, name, length);
    return copy;
}

/* The row that these bytes have under this name, which a new row takes. NULL:
 * out of memory. */
static struct adscp_certificate *
put(struct certificates *store, const void *der, size_t length, char **namep)
{
    uint8_t hash[EVP_MAX_MD_SIZE];
    struct adscp_certificate *row;

    if (!digest(crypto_sha256(), der, length, hash))
        return NULL;
    row = find(store, hash, *namep);
    if (row != NULL)
        return row;
    row = add(store, der, length, hash);
    if (row != NULL) {
        row->friendly_name = *namep;
        *namep = NULL;
    }
    return row;
}

/* A row never changes once it was given away: what one place calls a
 * certificate is not what another place does. */
int certificates_add_named(struct certificates *store, const void *der,
                           size_t length, const char *friendly_name,
                           size_t name_length,
                           const struct adscp_certificate **certificatep)
{
    const struct adscp_certificate *row;
    const char *missing;
    char *name = NULL;
    int rc;

    if (store == NULL || (der == NULL && length > 0) || certificatep == NULL)
        return ADSCP_E_ARGUMENT;
    rc = crypto_begin(&missing);
    if (rc != ADSCP_OK)
        return rc;
    if (friendly_name != NULL && name_length > 0) {
        name = name_new(friendly_name, name_length);
        if (name == NULL)
            return ADSCP_E_NOMEM;
    }
    row = put(store, der != NULL ? der : "", length, &name);
    free(name);
    if (row == NULL)
        return ADSCP_E_NOMEM;
    *certificatep = row;
    return ADSCP_OK;
}

int certificates_add(struct certificates *store, const void *der, size_t length,
                     const struct adscp_certificate **certificatep)
{
    return certificates_add_named(store, der, length, NULL, 0, certificatep);
}

/* --------------------------------------------------------------- a row -- */

/* What is made late: the row stays the same fact. */
static struct adscp_certificate *late(const struct adscp_certificate *row)
{
    return (struct adscp_certificate *)(uintptr_t)row;
}

/* Of several threads that ask at once, the first one's work stays. */
static struct certificate_parsed *parsed_of(const struct adscp_certificate *row)
{
    struct adscp_certificate *mine = late(row);
    struct certificate_parsed *known, *made;

    known = atomic_load_explicit(&mine->parsed, memory_order_acquire);
    if (known != NULL)
        return known;
    made = certificate_parse(row->der, row->length);
    if (made == NULL)
        return NULL;
    if (atomic_compare_exchange_strong_explicit(&mine->parsed, &known, made,
                                                memory_order_acq_rel,
                                                memory_order_acquire))
        return made;
    certificate_parsed_free(made);
    return known;
}

bool certificate_open(const struct adscp_certificate *certificate)
{
    return parsed_of(certificate) != NULL;
}

/* The same facts, and whether its own key signed it. NULL: out of memory. */
static struct certificate_facts *
complete(const struct adscp_certificate *row,
         const struct certificate_parsed *parsed)
{
    struct certificate_facts *facts = malloc(sizeof(*facts));

    if (facts == NULL)
        return NULL;
    *facts = parsed->facts;
    if ((facts->flags & CERTIFICATE_SELF_ISSUED) == 0)
        return facts;
    switch (certificate_verify(row, row)) {
    case SIGNATURE_YES:
        facts->flags |= CERTIFICATE_SELF_SIGNED;
        break;
    case SIGNATURE_NO_MEMORY:
        free(facts);
        return NULL;
    case SIGNATURE_NO:
    case SIGNATURE_UNKNOWN:
        break;
    }
    return facts;
}

const struct certificate_facts *
certificate_facts(const struct adscp_certificate *certificate)
{
    struct adscp_certificate *mine = late(certificate);
    const struct certificate_parsed *parsed;
    struct certificate_facts *known, *made;

    known = atomic_load_explicit(&mine->facts, memory_order_acquire);
    if (known != NULL)
        return known;
    parsed = parsed_of(certificate);
    made = parsed != NULL ? complete(certificate, parsed) : NULL;
    if (made == NULL)
        return NULL;
    if (atomic_compare_exchange_strong_explicit(&mine->facts, &known, made,
                                                memory_order_acq_rel,
                                                memory_order_acquire))
        return made;
    free(made);
    return known;
}

X509 *certificate_x509(const struct adscp_certificate *certificate)
{
    const struct certificate_parsed *parsed = parsed_of(certificate);

    return parsed != NULL ? parsed->x509 : NULL;
}

bool certificate_key_unreadable(const struct adscp_certificate *certificate)
{
    const struct certificate_parsed *parsed = parsed_of(certificate);

    return parsed == NULL ||
           (parsed->facts.flags & CERTIFICATE_KEY_UNREADABLE) != 0;
}

struct certificates *
certificate_hold_store(const struct adscp_certificate *certificate)
{
    return certificates_hold(certificate->store);
}

void certificate_release_store(const struct adscp_certificate *certificate)
{
    certificates_release((struct certificates *)(uintptr_t)certificate->store);
}

const uint8_t *certificate_hash(const struct adscp_certificate *certificate)
{
    return certificate->hash;
}

bool certificate_same(const struct adscp_certificate *a,
                      const struct adscp_certificate *b)
{
    return a == b || memcmp(a->hash, b->hash, CERTIFICATE_HASH) == 0;
}

const void *certificate_der(const struct adscp_certificate *certificate,
                            size_t *lengthp)
{
    *lengthp = certificate->length;
    return certificate->der;
}

const char *
certificate_friendly_name(const struct adscp_certificate *certificate)
{
    return certificate->friendly_name;
}

/* -------------------------------------------------------- fingerprints -- */

void certificate_hex(char *out, const uint8_t *bytes, size_t length)
{
    static const char digits[] = "0123456789ABCDEF";
    size_t i;

    for (i = 0; i < length; i++) {
        *out++ = digits[bytes[i] >> 4];
        *out++ = digits[bytes[i] & 15];
    }
    *out = '\0';
}

static char *make_hex(const uint8_t *bytes, size_t length)
{
    char *text = malloc(2 * length + 1);

    if (text != NULL)
        certificate_hex(text, bytes, length);
    return text;
}

static char *make_sha256(const void *of)
{
    const struct adscp_certificate *row = of;

    return make_hex(row->hash, sizeof(row->hash));
}

static char *make_sha1(const void *of)
{
    enum { SHA1_LENGTH = 20 };
    const struct adscp_certificate *row = of;
    uint8_t hash[EVP_MAX_MD_SIZE];
    EVP_MD *sha1 = NULL;
    bool ok = false;

    if (row->length <= CERTIFICATE_MAX)
        sha1 = crypto_sha1_new();
    if (sha1 != NULL)
        ok = digest(sha1, row->der, row->length, hash);
    EVP_MD_free(sha1);
    return ok ? make_hex(hash, SHA1_LENGTH) : NULL;
}

const char *certificate_sha1(const struct adscp_certificate *certificate)
{
    return text_slot_get(&late(certificate)->sha1, make_sha1, certificate);
}

const char *certificate_sha256(const struct adscp_certificate *certificate)
{
    return text_slot_get(&late(certificate)->sha256, make_sha256, certificate);
}

bool certificate_prepare(const struct adscp_certificate *certificate)
{
    return certificate_facts(certificate) != NULL &&
           certificate_sha256(certificate) != NULL &&
           (certificate_sha1(certificate) != NULL ||
            certificate->length > CERTIFICATE_MAX);
}
