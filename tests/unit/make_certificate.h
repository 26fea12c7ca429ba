/* SPDX-License-Identifier: MIT */
/*
 * Certificates for the tests, made by OpenSSL from a recipe while they run: no
 * file that grows old, no key in the tree. Dates are fixed: what a test judges
 * by is a day that it names.
 */
#ifndef ADSCP_TESTS_MAKE_CERTIFICATE_H
#define ADSCP_TESTS_MAKE_CERTIFICATE_H

#include <openssl/ec.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

#include "test.h"

#define DAY INT64_C(86400)
#define Y2010 INT64_C(1262304000)
#define Y2012 INT64_C(1325376000)
#define Y2015 INT64_C(1420070400)
#define Y2020 INT64_C(1577836800)

struct made {
    X509 *x509;
    EVP_PKEY *key;
    unsigned char *der;
    size_t length;
};

/* What is not said is as an ordinary certificate has it: a new P-256 key,
 * signed by itself with SHA-256, valid from 2010 to the end of 2019. */
struct recipe {
    const char *cn; /* NULL: no subject */
    const char *cn2;
    const char *san; /* as openssl.cnf writes them */
    const char *usage;
    const char *key_usage;
    const char *constraints; /* basicConstraints */
    const char *names;       /* nameConstraints */
    const char *access;      /* authorityInfoAccess */
    const char *crl;
    const char *oid; /* more, by their numbers, as openssl.cnf writes them */
    const char *value;
    const char *oid2, *value2;
    const char *oid3, *value3;
    const unsigned char *san_der; /* instead of san */
    int san_der_length;
    int64_t from, until;
    const struct made *issuer;
    const char *issuer_cn; /* instead of the issuer's own */
    EVP_PKEY *key;         /* used, not taken */
    const EVP_MD *digest;
    int forged; /* the signature is broken */
    int first;  /* X.509 version 1, without extensions */
};

static inline void made_free(struct made *made)
{
    X509_free(made->x509);
    EVP_PKEY_free(made->key);
    OPENSSL_free(made->der);
    *made = (struct made){0};
}

static inline void make_name(X509_NAME *name, const char *cn, const char *cn2)
{
    if (cn != NULL)
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                                   (const unsigned char *)cn, -1, -1, 0);
    if (cn2 != NULL)
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                                   (const unsigned char *)cn2, -1, -1, 0);
}

static inline void make_extension(X509 *x509, X509V3_CTX *context, int nid,
                                  const char *value)
{
    X509_EXTENSION *extension;

    if (value == NULL)
        return;
    extension = X509V3_EXT_nconf_nid(NULL, context, nid, value);
    CHECK(extension != NULL);
    X509_add_ext(x509, extension, -1);
    X509_EXTENSION_free(extension);
}

static inline void make_numbered(X509 *x509, X509V3_CTX *context,
                                 const char *oid, const char *value)
{
    X509_EXTENSION *extension;

    if (oid == NULL)
        return;
    extension = X509V3_EXT_nconf(NULL, context, oid, value);
    CHECK(extension != NULL);
    X509_add_ext(x509, extension, -1);
    X509_EXTENSION_free(extension);
}

static inline void make_raw_san(X509 *x509, const unsigned char *der,
                                int length)
{
    ASN1_OCTET_STRING *octets = ASN1_OCTET_STRING_new();
    X509_EXTENSION *extension;

    ASN1_OCTET_STRING_set(octets, der, length);
    extension =
        X509_EXTENSION_create_by_NID(NULL, NID_subject_alt_name, 0, octets);
    X509_add_ext(x509, extension, -1);
    X509_EXTENSION_free(extension);
    ASN1_OCTET_STRING_free(octets);
}

static inline void make_extensions(X509 *x509, X509 *issuer,
                                   const struct recipe *recipe)
{
    X509V3_CTX context;

    X509V3_set_ctx(&context, issuer, x509, NULL, NULL, 0);
    make_extension(x509, &context, NID_subject_alt_name, recipe->san);
    make_extension(x509, &context, NID_ext_key_usage, recipe->usage);
    make_extension(x509, &context, NID_key_usage, recipe->key_usage);
    make_extension(x509, &context, NID_basic_constraints, recipe->constraints);
    make_extension(x509, &context, NID_name_constraints, recipe->names);
    make_extension(x509, &context, NID_info_access, recipe->access);
    make_extension(x509, &context, NID_crl_distribution_points, recipe->crl);
    make_numbered(x509, &context, recipe->oid, recipe->value);
    make_numbered(x509, &context, recipe->oid2, recipe->value2);
    make_numbered(x509, &context, recipe->oid3, recipe->value3);
    if (recipe->san_der != NULL)
        make_raw_san(x509, recipe->san_der, recipe->san_der_length);
}

static inline void make_forged(X509 *x509)
{
    const ASN1_BIT_STRING *signature;

    X509_get0_signature(&signature, NULL, x509);
    signature->data[signature->length - 1] ^= 1;
}

/* The curves of RFC 8032 have one of their own. */
static inline const EVP_MD *make_digest(const struct recipe *recipe,
                                        const EVP_PKEY *signer)
{
    int kind = EVP_PKEY_get_base_id(signer);

    if (kind == EVP_PKEY_ED25519 || kind == EVP_PKEY_ED448)
        return NULL;
    return recipe->digest != NULL ? recipe->digest : EVP_sha256();
}

static inline struct made make_certificate(struct recipe recipe)
{
    struct made made = {.x509 = X509_new()};
    X509 *x509 = made.x509, *issuer;
    EVP_PKEY *signer;
    static long serial = 0x1000;
    int length;

    made.key = recipe.key;
    if (made.key != NULL)
        EVP_PKEY_up_ref(made.key);
    else if (recipe.digest == EVP_md5()) /* with which no curve signs */
        made.key = EVP_RSA_gen(1024);
    else
        made.key = EVP_EC_gen("P-256");
    issuer = recipe.issuer != NULL ? recipe.issuer->x509 : x509;
    signer = recipe.issuer != NULL ? recipe.issuer->key : made.key;
    X509_set_version(x509, recipe.first ? X509_VERSION_1 : X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(x509), serial++);
    make_name(X509_get_subject_name(x509), recipe.cn, recipe.cn2);
    if (recipe.issuer_cn != NULL)
        make_name(X509_get_issuer_name(x509), recipe.issuer_cn, NULL);
    else
        X509_set_issuer_name(x509, X509_get_subject_name(issuer));
    ASN1_TIME_set(X509_getm_notBefore(x509),
                  recipe.from != 0 ? recipe.from : Y2010);
    ASN1_TIME_set(X509_getm_notAfter(x509),
                  recipe.until != 0 ? recipe.until : Y2020 - 1);
    X509_set_pubkey(x509, made.key);
    if (!recipe.first)
        make_extensions(x509, issuer, &recipe);
    CHECK(X509_sign(x509, signer, make_digest(&recipe, signer)) > 0);
    if (recipe.forged)
        make_forged(x509);
    length = i2d_X509(x509, &made.der);
    CHECK(length > 0);
    made.length = (size_t)length;
    return made;
}

#define MAKE(...) make_certificate((struct recipe){__VA_ARGS__})

/* An authority, root or under another one. */
static inline struct made make_authority(const char *cn,
                                         const struct made *issuer)
{
    return MAKE(.cn = cn, .issuer = issuer, .constraints = "critical,CA:TRUE",
                .key_usage = "critical,keyCertSign,cRLSign");
}

#endif
