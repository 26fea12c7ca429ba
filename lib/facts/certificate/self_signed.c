/* SPDX-License-Identifier: MIT */
/*
 * Certificates that a plan needs before anybody has made them.
 */
#include "facts/certificate/self_signed.h"

#include <openssl/ec.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "adscp.h"

enum { YEARS = 5, DAYS = YEARS * 365 + 1, DAY_SECONDS = 86400, BITS = 2048 };

/* An X.520 common name is no longer. */
enum { COMMON_NAME_MAX = 64 };

/* What a certificate is made of. */
struct recipe {
    const char *common_name;
    const char *const *dns_names;
    size_t dns_name_count;
    int64_t from;
    EVP_PKEY *key;
    X509 *issuer; /* NULL: itself */
    EVP_PKEY *issuer_key;
    bool is_authority;
};

static bool put_time(ASN1_TIME *time, int64_t seconds)
{
    return ASN1_TIME_set(time, (time_t)seconds) != NULL;
}

static bool put_name(X509 *x509, const char *name)
{
    X509_NAME *subject = X509_get_subject_name(x509);
    size_t length = strlen(name);

    if (length > COMMON_NAME_MAX)
        length = COMMON_NAME_MAX;
    return X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                                      (const unsigned char *)name, (int)length,
                                      -1, 0) == 1;
}

static bool put_dns_name(GENERAL_NAMES *names, const char *text)
{
    GENERAL_NAME *name = GENERAL_NAME_new();
    ASN1_IA5STRING *value = ASN1_IA5STRING_new();

    if (name == NULL || value == NULL ||
        ASN1_STRING_set(value, text, -1) != 1) {
        GENERAL_NAME_free(name);
        ASN1_IA5STRING_free(value);
        return false;
    }
    GENERAL_NAME_set0_value(name, GEN_DNS, value);
    if (sk_GENERAL_NAME_push(names, name) > 0)
        return true;
    GENERAL_NAME_free(name);
    return false;
}

static bool put_dns_names(X509 *x509, const struct recipe *recipe)
{
    GENERAL_NAMES *names = GENERAL_NAMES_new();
    bool ok = names != NULL;
    size_t i;

    for (i = 0; i < recipe->dns_name_count && ok; i++)
        ok = put_dns_name(names, recipe->dns_names[i]);
    ok = ok && X509_add1_ext_i2d(x509, NID_subject_alt_name, names, 0, 0) == 1;
    GENERAL_NAMES_free(names);
    return ok;
}

static bool put_extension(X509 *x509, int nid, const char *value)
{
    X509_EXTENSION *extension = X509V3_EXT_nconf_nid(NULL, NULL, nid, value);
    bool ok = extension != NULL && X509_add_ext(x509, extension, -1) == 1;

    X509_EXTENSION_free(extension);
    return ok;
}

static bool put_purpose(X509 *x509, const struct recipe *recipe)
{
    if (recipe->is_authority)
        return put_extension(x509, NID_key_usage,
                             "critical,keyCertSign,cRLSign") &&
               put_extension(x509, NID_basic_constraints, "critical,CA:TRUE");
    return put_extension(x509, NID_key_usage,
                         "critical,digitalSignature,keyEncipherment") &&
           put_extension(x509, NID_ext_key_usage, "serverAuth") &&
           put_dns_names(x509, recipe) &&
           put_extension(x509, NID_basic_constraints, "critical,CA:FALSE");
}

static bool fill(X509 *x509, const struct recipe *recipe)
{
    int64_t until = recipe->from + (int64_t)DAYS * DAY_SECONDS;
    X509 *issuer = recipe->issuer != NULL ? recipe->issuer : x509;
    EVP_PKEY *signer =
        recipe->issuer_key != NULL ? recipe->issuer_key : recipe->key;

    return X509_set_version(x509, X509_VERSION_3) == 1 &&
           ASN1_INTEGER_set_int64(X509_get_serialNumber(x509),
                                  recipe->from + 1) == 1 &&
           put_time(X509_getm_notBefore(x509), recipe->from) &&
           put_time(X509_getm_notAfter(x509), until) &&
           put_name(x509, recipe->common_name) &&
           X509_set_issuer_name(x509, X509_get_subject_name(issuer)) == 1 &&
           X509_set_pubkey(x509, recipe->key) == 1 &&
           put_purpose(x509, recipe) &&
           X509_sign(x509, signer, EVP_sha256()) > 0;
}

/* NULL: out of memory. */
static X509 *make(const struct recipe *recipe)
{
    X509 *x509 = recipe->key != NULL ? X509_new() : NULL;

    if (x509 != NULL && fill(x509, recipe))
        return x509;
    X509_free(x509);
    return NULL;
}

static int encode(X509 *x509, struct made_certificate *made)
{
    unsigned char *encoded = NULL;
    int length = x509 != NULL ? i2d_X509(x509, &encoded) : -1;

    if (length <= 0)
        return ADSCP_E_NOMEM;
    made->bytes = malloc((size_t)length);
    if (made->bytes != NULL)
        memcpy(made->bytes, encoded, (size_t)length);
    made->length = (size_t)length;
    OPENSSL_free(encoded);
    return made->bytes != NULL ? ADSCP_OK : ADSCP_E_NOMEM;
}

int self_signed_make(const char *name, const char *fqdn, int64_t from,
                     struct made_certificate *made)
{
    const char *const names[] = {name, fqdn};
    EVP_PKEY *key = EVP_RSA_gen(BITS);
    const struct recipe recipe = {.common_name = name,
                                  .dns_names = names,
                                  .dns_name_count = 2,
                                  .from = from,
                                  .key = key};
    X509 *x509 = make(&recipe);
    int rc = encode(x509, made);

    X509_free(x509);
    EVP_PKEY_free(key);
    return rc;
}

int issued_make(const char *const *names, size_t count, int64_t from,
                struct made_certificate *made, struct made_certificate *root)
{
    EVP_PKEY *root_key = EVP_EC_gen("P-256"), *key = EVP_EC_gen("P-256");
    struct recipe recipe = {.common_name = "A root that all clients trust",
                            .from = from,
                            .key = root_key,
                            .is_authority = true};
    X509 *issuer = make(&recipe), *x509;
    int rc = encode(issuer, root);

    recipe = (struct recipe){.common_name = names[0],
                             .dns_names = names,
                             .dns_name_count = count,
                             .from = from,
                             .key = key,
                             .issuer = issuer,
                             .issuer_key = root_key};
    x509 = rc == ADSCP_OK ? make(&recipe) : NULL;
    if (rc == ADSCP_OK)
        rc = encode(x509, made);
    X509_free(x509);
    X509_free(issuer);
    EVP_PKEY_free(key);
    EVP_PKEY_free(root_key);
    return rc;
}
