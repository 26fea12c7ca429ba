/* SPDX-License-Identifier: MIT */
/*
 * The store of certificates: rows by their bytes and by what their container
 * calls them. It does not look into a certificate; that is done by parse.c,
 * once, when somebody asks.
 */
#include "facts/certificate/certificate.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/hash.h"
#include "base/rows.h"
#include "base/text.h"
#include "facts/certificate/private.h"

struct certificates {
    struct arena arena; /* the rows, and bytes that nobody else keeps */
    struct adscp_certificate **rows;
    struct hash_index index;    /* of the rows, by their keys */
    bool begun;                 /* OpenSSL has what certificates need */
    struct certificates *older; /* whose rows serve here, too; or NULL */
    void *owner;                /* of bytes that the rows refer to; or NULL */
    void (*release)(void *owner);
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
    arena_init(&store->arena);
    atomic_init(&store->holders, 1);
    return store;
}

struct certificates *certificates_new_in(void *owner, void (*release)(void *))
{
    struct certificates *store = certificates_new();

    if (store != NULL) {
        store->owner = owner;
        store->release = release;
    }
    return store;
}

/* Never through a row of stores: each would keep its owner's memory. */
void certificates_inherit(struct certificates *store,
                          const struct certificates *older)
{
    certificates_release(store->older);
    store->older =
        certificates_hold(older->older != NULL ? older->older : older);
}

bool certificates_have_owner(const struct certificates *store)
{
    return store->owner != NULL;
}

struct certificates *certificates_hold(const struct certificates *store)
{
    /* Constant to its readers; the count of holders alone changes. */
    struct certificates *held = (struct certificates *)(uintptr_t)store;

    if (held != NULL)
        atomic_fetch_add_explicit(&held->holders, 1, memory_order_relaxed);
    return held;
}

/* What its row holds beside the arena. */
static void row_clear(struct adscp_certificate *row)
{
    free(row->friendly_name);
    certificate_parsed_release(
        atomic_load_explicit(&row->parsed, memory_order_relaxed));
    text_slot_free(&row->sha1);
    text_slot_free(&row->sha256);
}

void certificates_release(struct certificates *store)
{
    size_t i;

    if (store == NULL || atomic_fetch_sub_explicit(&store->holders, 1,
                                                   memory_order_acq_rel) != 1)
        return;
    for (i = 0; i < store->index.count; i++)
        row_clear(store->rows[i]);
    free(store->rows);
    arena_free(&store->arena);
    hash_clear(&store->index);
    if (store->owner != NULL)
        store->release(store->owner);
    certificates_release(store->older);
    free(store);
}

size_t certificates_count(const struct certificates *store)
{
    return store != NULL ? store->index.count : 0;
}

/* -------------------------------------------------------------- adding -- */

static bool same_name(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* What is too large is not kept whole: its beginning shows what it was. */
static size_t kept_length(size_t length)
{
    return length <= CERTIFICATE_MAX ? length : CERTIFICATE_MAX + 1;
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

/* What is not kept whole is told apart by its SHA-256. */
struct offered {
    const struct certificate_offer *offer;
    uint32_t key;
    char *name;   /* clean; or NULL */
    char *sha256; /* of what is too large; else NULL */
};

static bool is_row_of(const struct adscp_certificate *row,
                      const struct offered *offered)
{
    return row->length == kept_length(offered->offer->length) &&
           (row->length == 0 ||
            memcmp(row->der, offered->offer->der, row->length) == 0) &&
           (offered->sha256 == NULL ||
            strcmp(atomic_load(&row->sha256), offered->sha256) == 0) &&
           same_name(row->friendly_name, offered->name);
}

static struct adscp_certificate *find(const struct certificates *store,
                                      const struct offered *offered)
{
    uint32_t at, i;

    for (i = hash_first(&store->index, offered->key, &at); i != HASH_NONE;
         i = hash_next(&store->index, offered->key, &at))
        if (is_row_of(store->rows[i], offered))
            return store->rows[i];
    return NULL;
}

static struct adscp_certificate *row_new(struct certificates *store,
                                         const struct offered *offered)
{
    const struct certificate_offer *offer = offered->offer;
    struct adscp_certificate *row = arena_alloc(&store->arena, sizeof(*row));

    if (row == NULL)
        return NULL;
    row->store = store;
    row->key = offered->key;
    row->length = kept_length(offer->length);
    row->der = offer->lasts ? offer->der
                            : (const uint8_t *)arena_copy(
                                  &store->arena, offer->der, row->length);
    return row->der != NULL ? row : NULL;
}

/* The row takes the texts. */
static struct adscp_certificate *add(struct certificates *store,
                                     struct offered *offered)
{
    uint32_t count = store->index.count;
    struct adscp_certificate **rows =
                                 rows_grow(store->rows, count, sizeof(*rows)),
                             *row;

    if (rows == NULL)
        return NULL;
    store->rows = rows;
    row = row_new(store, offered);
    if (row == NULL || !hash_add(&store->index, offered->key, count))
        return NULL;
    row->friendly_name = offered->name;
    atomic_init(&row->sha256, offered->sha256);
    offered->name = offered->sha256 = NULL;
    rows[count] = row;
    return row;
}

/* NULL: out of memory. */
static struct adscp_certificate *put(struct certificates *store,
                                     struct offered *offered)
{
    const struct certificate_offer *offer = offered->offer;
    struct adscp_certificate *row;

    offered->key = hash_bytes(offer->der, kept_length(offer->length));
    if (offer->length > CERTIFICATE_MAX) {
        offered->sha256 = certificate_sha256_new(offer->der, offer->length);
        if (offered->sha256 == NULL)
            return NULL;
    }
    row = store->older != NULL ? find(store->older, offered) : NULL;
    if (row == NULL)
        row = find(store, offered);
    return row != NULL ? row : add(store, offered);
}

int certificates_begin_store(struct certificates *store)
{
    const char *missing;
    int rc = store->begun ? ADSCP_OK : crypto_begin(&missing);

    store->begun = rc == ADSCP_OK;
    return rc;
}

/* A row never changes once it was given away: what one place calls a
 * certificate is not what another place does. */
int certificates_add_offer(struct certificates *store,
                           const struct certificate_offer *offer,
                           const struct adscp_certificate **certificatep)
{
    struct offered offered = {.offer = offer};
    const struct adscp_certificate *row;
    int rc = certificates_begin_store(store);

    if (rc != ADSCP_OK)
        return rc;
    if (offer->name != NULL && offer->name_length > 0) {
        offered.name = name_new(offer->name, offer->name_length);
        if (offered.name == NULL)
            return ADSCP_E_NOMEM;
    }
    row = put(store, &offered);
    free(offered.name);
    free(offered.sha256);
    if (row == NULL)
        return ADSCP_E_NOMEM;
    *certificatep = row;
    return ADSCP_OK;
}

static int add_bytes(struct certificates *store, const void *der, size_t length,
                     bool lasts, const struct adscp_certificate **certificatep)
{
    struct certificate_offer offer = {
        .der = der != NULL ? der : "", .length = length, .lasts = lasts};

    if (store == NULL || (der == NULL && length > 0) || certificatep == NULL)
        return ADSCP_E_ARGUMENT;
    return certificates_add_offer(store, &offer, certificatep);
}

int certificates_add(struct certificates *store, const void *der, size_t length,
                     const struct adscp_certificate **certificatep)
{
    return add_bytes(store, der, length, false, certificatep);
}

int certificates_add_lasting(struct certificates *store, const void *der,
                             size_t length,
                             const struct adscp_certificate **certificatep)
{
    return add_bytes(store, der, length, true, certificatep);
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
    made = certificate_parsed_hold(row);
    if (made == NULL)
        return NULL;
    if (atomic_compare_exchange_strong_explicit(&mine->parsed, &known, made,
                                                memory_order_acq_rel,
                                                memory_order_acquire))
        return made;
    certificate_parsed_release(made);
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
    struct certificate_parsed *parsed = parsed_of(certificate);
    struct certificate_facts *known, *made;

    if (parsed == NULL)
        return NULL;
    known = atomic_load_explicit(&parsed->whole, memory_order_acquire);
    if (known != NULL)
        return known;
    made = complete(certificate, parsed);
    if (made == NULL)
        return NULL;
    if (atomic_compare_exchange_strong_explicit(&parsed->whole, &known, made,
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

EVP_PKEY *certificate_public_key(const struct adscp_certificate *certificate)
{
    const struct certificate_parsed *parsed = parsed_of(certificate);

    return parsed != NULL ? parsed->public_key : NULL;
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

uint32_t certificate_key(const struct adscp_certificate *certificate)
{
    return certificate->key;
}

int certificate_compare(const struct adscp_certificate *a,
                        const struct adscp_certificate *b)
{
    int order;

    if (a == b)
        return 0;
    if (a->length != b->length)
        return a->length < b->length ? -1 : 1;
    order = a->length > 0 ? memcmp(a->der, b->der, a->length) : 0;
    return order != 0 || a->length <= CERTIFICATE_MAX
               ? order
               : strcmp(atomic_load(&a->sha256), atomic_load(&b->sha256));
}

bool certificate_same(const struct adscp_certificate *a,
                      const struct adscp_certificate *b)
{
    return a == b || (a->key == b->key && certificate_compare(a, b) == 0);
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

bool certificate_prepare(const struct adscp_certificate *certificate)
{
    return certificate_facts(certificate) != NULL &&
           certificate_sha256(certificate) != NULL &&
           (certificate_sha1(certificate) != NULL ||
            certificate->length > CERTIFICATE_MAX);
}
