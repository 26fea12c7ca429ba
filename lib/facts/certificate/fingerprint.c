/* SPDX-License-Identifier: MIT */
/*
 * What people know a certificate by: its SHA-1 and its SHA-256, made when
 * somebody asks.
 */
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "facts/certificate/private.h"

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

bool certificate_digest(const struct adscp_certificate *row, uint8_t *sha256)
{
    uint8_t hash[EVP_MAX_MD_SIZE];

    if (!digest(crypto_sha256(), row->der, row->length, hash))
        return false;
    memcpy(sha256, hash, CERTIFICATE_SHA256_LENGTH);
    return true;
}

static char *make_hex(const uint8_t *bytes, size_t length)
{
    char *text = malloc(2 * length + 1);

    if (text != NULL)
        certificate_hex(text, bytes, length);
    return text;
}

char *certificate_sha256_new(const void *der, size_t length)
{
    uint8_t hash[EVP_MAX_MD_SIZE];

    return digest(crypto_sha256(), der, length, hash)
               ? make_hex(hash, CERTIFICATE_SHA256_LENGTH)
               : NULL;
}

static char *make_sha256(const void *of)
{
    const struct adscp_certificate *row = of;

    return certificate_sha256_new(row->der, row->length);
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

/* What is made late: the row stays the same fact. */
static struct adscp_certificate *mine(const struct adscp_certificate *row)
{
    return (struct adscp_certificate *)(uintptr_t)row;
}

const char *certificate_sha1(const struct adscp_certificate *certificate)
{
    return text_slot_get(&mine(certificate)->sha1, make_sha1, certificate);
}

const char *certificate_sha256(const struct adscp_certificate *certificate)
{
    return text_slot_get(&mine(certificate)->sha256, make_sha256, certificate);
}
