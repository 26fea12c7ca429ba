/* SPDX-License-Identifier: MIT */
/*
 * Certificates out of what holds them, told apart by content alone: DER, PEM,
 * PKCS#7, and the serialized elements of Windows' certificate stores, in which
 * Exchange publishes its certificate and Group Policy its roots ([MS-GPEF]
 * 2.2.1.1.1). Nothing is decrypted and no password is asked for.
 */
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs7.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "facts/certificate/private.h"

/* Bytes that are still to be read. */
struct input {
    const uint8_t *bytes;
    size_t length;
    bool lasts; /* in the memory of the store's owner */
};

static uint32_t u32_le(const uint8_t *bytes)
{
    return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
           (uint32_t)bytes[3] << 24;
}

/* ---------------------------------------------------------------- list -- */

void certificate_list_free(struct certificate_list *list)
{
    free(list->rows);
    *list = (struct certificate_list){0};
}

static int list_add(struct certificate_list *list,
                    const struct adscp_certificate *row)
{
    size_t capacity = list->capacity > 0 ? 2 * list->capacity : 4;
    const struct adscp_certificate **rows;

    if (list->count == list->capacity) {
        rows = realloc(list->rows, capacity * sizeof(*rows));
        if (rows == NULL)
            return ADSCP_E_NOMEM;
        list->rows = rows;
        list->capacity = capacity;
    }
    list->rows[list->count++] = row;
    return ADSCP_OK;
}

/* A certificate with the name that its element gives it, or NULL. */
static int put(struct certificates *store, struct certificate_list *list,
               struct input der, const char *name, size_t name_length)
{
    const struct adscp_certificate *row;
    int rc;

    if (list->count >= CERTIFICATE_LIST_MAX) {
        list->problem = "it holds too many certificates";
        return ADSCP_OK;
    }
    rc = certificates_add_offer(
        store,
        &(struct certificate_offer){der.bytes, der.length, der.lasts, name,
                                    name_length},
        &row);
    return rc == ADSCP_OK ? list_add(list, row) : rc;
}

/* -------------------------------------------------------------- PKCS#7 -- */

static const STACK_OF(X509) * certificates_of(const PKCS7 *pkcs7)
{
    if (PKCS7_type_is_signed(pkcs7) && pkcs7->d.sign != NULL)
        return pkcs7->d.sign->cert;
    return NULL;
}

/* The bytes as they came: OpenSSL keeps the encoding of what is signed. */
static int put_x509(struct certificates *store, struct certificate_list *list,
                    X509 *x509)
{
    unsigned char *der = NULL;
    int length = i2d_X509(x509, &der);
    int rc;

    if (length < 0)
        return ADSCP_E_NOMEM;
    rc = put(store, list, (struct input){der, (size_t)length, false}, NULL, 0);
    OPENSSL_free(der);
    return rc;
}

/* NULL and ADSCP_OK: it cannot be read. */
static int decode_pkcs7(struct input input, PKCS7 **pkcs7p)
{
    const unsigned char *at = input.bytes;
    struct crypto_errors errors;
    int rc = ADSCP_OK;

    *pkcs7p = PKCS7_new_ex(crypto_context(), NULL);
    if (*pkcs7p == NULL)
        return ADSCP_E_NOMEM;
    crypto_errors_begin(&errors);
    if (d2i_PKCS7(pkcs7p, &at, (long)input.length) == NULL) {
        *pkcs7p = NULL; /* it is freed */
        if (crypto_no_memory(&errors))
            rc = ADSCP_E_NOMEM;
    }
    crypto_errors_end();
    return rc;
}

static int read_pkcs7(struct certificates *store, struct certificate_list *list,
                      struct input input)
{
    const STACK_OF(X509) * found;
    PKCS7 *pkcs7;
    int rc = decode_pkcs7(input, &pkcs7), i;

    if (rc == ADSCP_OK && pkcs7 == NULL)
        rc = crypto_has_memory() ? decode_pkcs7(input, &pkcs7) : ADSCP_E_NOMEM;
    if (rc != ADSCP_OK)
        return rc;
    if (pkcs7 == NULL) {
        list->problem = "PKCS#7 data that cannot be read";
        return ADSCP_OK;
    }
    found = certificates_of(pkcs7);
    if (sk_X509_num(found) <= 0)
        list->problem = "PKCS#7 data without certificates";
    for (i = 0; i < sk_X509_num(found) && rc == ADSCP_OK; i++)
        rc = put_x509(store, list, sk_X509_value(found, i));
    PKCS7_free(pkcs7);
    return rc;
}

/* ----------------------------------------------------------------- PEM -- */

/* The first value alone: OpenSSL's own form, TRUSTED CERTIFICATE, has its notes
 * behind the certificate. */
static struct input first_value(struct input input)
{
    const unsigned char *at = input.bytes;
    long length = 0;
    int tag, class;

    if ((ASN1_get_object(&at, &length, &tag, &class, (long)input.length) &
         0x80) == 0)
        input.length = (size_t)(at - input.bytes) + (size_t)length;
    return input;
}

static int read_block(struct certificates *store, struct certificate_list *list,
                      const char *name, struct input der)
{
    if (strcmp(name, PEM_STRING_X509) == 0 ||
        strcmp(name, PEM_STRING_X509_OLD) == 0)
        return put(store, list, der, NULL, 0);
    if (strcmp(name, PEM_STRING_X509_TRUSTED) == 0)
        return put(store, list, first_value(der), NULL, 0);
    if (strcmp(name, PEM_STRING_PKCS7) == 0)
        return read_pkcs7(store, list, der);
    return ADSCP_OK;
}

struct block {
    char *name, *header;
    unsigned char *der;
    long length;
    size_t taken; /* bytes, with the text before it */
};

static void block_free(struct block *block)
{
    OPENSSL_free(block->name);
    OPENSSL_free(block->header);
    OPENSSL_free(block->der);
}

enum pem { PEM_BLOCK, PEM_BROKEN, PEM_END, PEM_NO_MEMORY };

static enum pem find_block(struct input input, struct block *block)
{
    BIO *bio = BIO_new_mem_buf(input.bytes, (int)input.length);
    struct crypto_errors errors;
    enum pem result = PEM_BLOCK;

    *block = (struct block){0};
    if (bio == NULL)
        return PEM_NO_MEMORY;
    crypto_errors_begin(&errors);
    if (PEM_read_bio(bio, &block->name, &block->header, &block->der,
                     &block->length) != 1) {
        result = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE
                     ? PEM_END
                     : PEM_BROKEN;
        if (crypto_no_memory(&errors))
            result = PEM_NO_MEMORY;
    }
    block->taken = input.length - (size_t)BIO_pending(bio);
    if (result == PEM_BROKEN && block->taken == 0)
        result = PEM_NO_MEMORY; /* it fails before it reads */
    crypto_errors_end();
    BIO_free(bio);
    return result;
}

/* The next one. What is broken may have been a lack of memory. */
static enum pem next_block(struct input input, struct block *block)
{
    enum pem result = find_block(input, block);

    if (result != PEM_BROKEN)
        return result;
    return crypto_has_memory() ? find_block(input, block) : PEM_NO_MEMORY;
}

/* Blocks of another kind, and text between the blocks, are passed over. */
static int read_pem(struct certificates *store, struct certificate_list *list,
                    struct input input)
{
    int rc = ADSCP_OK;

    while (rc == ADSCP_OK && list->count < CERTIFICATE_LIST_MAX) {
        struct block block;
        enum pem result = next_block(input, &block);

        if (result == PEM_END)
            break;
        if (result == PEM_NO_MEMORY)
            rc = ADSCP_E_NOMEM;
        if (result == PEM_BROKEN)
            list->problem = "a PEM block that cannot be read";
        if (result == PEM_BLOCK)
            rc = read_block(
                store, list, block.name,
                (struct input){block.der, (size_t)block.length, false});
        input.bytes += block.taken;
        input.length -= block.taken;
        block_free(&block);
    }
    return rc;
}

/* -------------------------------------------------- serialized element -- */

enum { ELEMENT_NAME = 11, ELEMENT_CERTIFICATE = 32, ELEMENT_HEAD = 12 };

struct element {
    uint32_t id;
    struct input value;
};

/* The next property, [MS-GPEF] 2.2.1.1.1.1. false: there is none, or it is
 * broken. */
static bool next_property(struct input *input, struct element *property)
{
    uint32_t length;

    if (input->length < ELEMENT_HEAD || u32_le(input->bytes + 4) != 1)
        return false;
    property->id = u32_le(input->bytes);
    length = u32_le(input->bytes + 8);
    if (length > input->length - ELEMENT_HEAD)
        return false;
    property->value =
        (struct input){input->bytes + ELEMENT_HEAD, length, input->lasts};
    input->bytes += ELEMENT_HEAD + length;
    input->length -= ELEMENT_HEAD + length;
    return true;
}

static size_t put_utf8(char *out, uint32_t c)
{
    size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const uint8_t lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
    size_t i;

    for (i = n; i-- > 1; c >>= 6)
        out[i] = (char)(0x80 | (c & 0x3F));
    out[0] = (char)(lead[n] | c);
    return n;
}

/* UTF-16LE up to its NUL; a lone surrogate stays as it is, and is escaped where
 * the name is kept. NULL: out of memory. */
static char *name_of(struct input value, size_t *lengthp)
{
    char *out = malloc(value.length / 2 * 3 + 1);
    size_t i, used = 0;

    if (out == NULL)
        return NULL;
    for (i = 0; i + 1 < value.length; i += 2) {
        const uint8_t *at = value.bytes + i;
        uint32_t c = at[0] | (uint32_t)at[1] << 8, low;

        if (c == 0)
            break;
        low = i + 3 < value.length ? at[2] | (uint32_t)at[3] << 8 : 0;
        if ((c & 0xFC00) == 0xD800 && (low & 0xFC00) == 0xDC00) {
            c = 0x10000 + ((c & 0x3FF) << 10) + (low & 0x3FF);
            i += 2;
        }
        used += put_utf8(out + used, c);
    }
    *lengthp = used;
    return out;
}

/* Properties up to the certificate, normally the last of them. */
static int read_element(struct certificates *store,
                        struct certificate_list *list, struct input *input)
{
    struct input friendly = {0};
    struct element property;
    size_t length = 0;
    char *name = NULL;
    int rc;

    while (next_property(input, &property)) {
        if (property.id == ELEMENT_NAME)
            friendly = property.value;
        if (property.id != ELEMENT_CERTIFICATE)
            continue;
        if (friendly.length > 0) {
            name = name_of(friendly, &length);
            if (name == NULL)
                return ADSCP_E_NOMEM;
        }
        rc = put(store, list, property.value, name, length);
        free(name);
        return rc;
    }
    list->problem = "a serialized element without a certificate";
    return ADSCP_OK;
}

/* Elements behind a head of eight bytes, and an end of twelve zero bytes. */
static int read_store(struct certificates *store, struct certificate_list *list,
                      struct input input)
{
    static const uint8_t end[ELEMENT_HEAD] = {0};
    int rc = ADSCP_OK;

    input.bytes += 8;
    input.length -= 8;
    while (rc == ADSCP_OK && list->problem == NULL) {
        if (input.length >= sizeof(end) &&
            memcmp(input.bytes, end, sizeof(end)) == 0)
            return ADSCP_OK;
        rc = read_element(store, list, &input);
    }
    return rc;
}

/* ------------------------------------------------------------- telling -- */

/* What stands at the beginning of a DER sequence tells a certificate (another
 * sequence) from PKCS#7 (an object identifier) and PKCS#12 (the number 3). */
static enum certificate_container of_der(struct input input)
{
    const unsigned char *at = input.bytes;
    const unsigned char *end = input.bytes + input.length;
    long length;
    int tag, class;

    if ((ASN1_get_object(&at, &length, &tag, &class, (long)input.length) &
         0x80) != 0 &&
        at == input.bytes)
        return CONTAINER_NONE;
    if (at >= end)
        return CONTAINER_NONE;
    if (*at == 0x30)
        return CONTAINER_DER;
    if (*at == 0x06)
        return CONTAINER_PKCS7;
    if (end - at >= 3 && memcmp(at, "\x02\x01\x03", 3) == 0)
        return CONTAINER_PKCS12;
    return CONTAINER_NONE;
}

static enum certificate_container container_of(struct input input)
{
    static const uint8_t head[8] = {0, 0, 0, 0, 'C', 'E', 'R', 'T'};
    static const char begin[] = "-----BEGIN ";

    if (input.length >= sizeof(head) &&
        memcmp(input.bytes, head, sizeof(head)) == 0)
        return CONTAINER_STORE;
    if (input.length >= ELEMENT_HEAD && u32_le(input.bytes + 4) == 1 &&
        u32_le(input.bytes) - 1 < 255)
        return CONTAINER_ELEMENT;
    if (input.length >= 2 && input.bytes[0] == 0x30) {
        enum certificate_container der = of_der(input);

        if (der != CONTAINER_NONE)
            return der;
    }
    if (memmem(input.bytes, input.length, begin, sizeof(begin) - 1) != NULL)
        return CONTAINER_PEM;
    return CONTAINER_NONE;
}

static int read_as(struct certificates *store, struct certificate_list *list,
                   struct input input)
{
    switch (list->container) {
    case CONTAINER_DER:
        return put(store, list, input, NULL, 0);
    case CONTAINER_PEM:
        return read_pem(store, list, input);
    case CONTAINER_PKCS7:
        return read_pkcs7(store, list, input);
    case CONTAINER_ELEMENT:
        return read_element(store, list, &input);
    case CONTAINER_STORE:
        return read_store(store, list, input);
    case CONTAINER_PKCS12:
        list->problem = "PKCS#12 data, which a password protects";
        return ADSCP_OK;
    case CONTAINER_NONE:
        break;
    }
    list->problem = "no certificate";
    return ADSCP_OK;
}

int certificates_read(struct certificates *store, const void *bytes,
                      size_t length, struct certificate_list *list)
{
    struct input input = {bytes, length, false};
    size_t before;
    int rc;

    if (store == NULL || list == NULL || (bytes == NULL && length > 0))
        return ADSCP_E_ARGUMENT;
    list->problem = NULL;
    list->container = CONTAINER_NONE;
    if (length > CERTIFICATE_FILE_MAX) {
        list->problem = "it is too large";
        return ADSCP_OK;
    }
    before = list->count;
    input.lasts = certificates_have_owner(store);
    if (length > 0)
        list->container = container_of(input);
    rc = certificates_begin_store(store);
    if (rc == ADSCP_OK)
        rc = read_as(store, list, input);
    if (rc == ADSCP_OK && list->count == before && list->problem == NULL)
        list->problem = "no certificate";
    return rc;
}
