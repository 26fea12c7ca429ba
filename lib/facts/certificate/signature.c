/* SPDX-License-Identifier: MIT */
/*
 * Does that key verify this signature? OpenSSL says "no" for many reasons, of
 * which only one is an answer: a lack of memory and an algorithm that it does
 * not have are told from it by the reasons in its queue, and by asking again.
 */
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "facts/certificate/private.h"

/* The part that was signed, as it stands in the certificate. NULL: out of
 * memory, or not there. */
static ASN1_TYPE *signed_part(const struct adscp_certificate *certificate)
{
    const unsigned char *at = certificate->der;
    const unsigned char *end = at + certificate->length;
    long length;
    int tag, class;

    if ((ASN1_get_object(&at, &length, &tag, &class,
                         (long)certificate->length) &
         0x80) != 0)
        return NULL;
    return d2i_ASN1_TYPE(NULL, &at, (long)(end - at));
}

/* As X509_verify(), which would look for what it needs where there is none. */
static bool verify(const struct adscp_certificate *certificate, EVP_PKEY *key)
{
    const X509 *x509 = certificate_x509(certificate);
    const ASN1_BIT_STRING *signature;
    const X509_ALGOR *algorithm;
    ASN1_TYPE *part;
    bool ok;

    X509_get0_signature(&signature, &algorithm, x509);
    if (X509_ALGOR_cmp(algorithm, X509_get0_tbs_sigalg(x509)) != 0)
        return false;
    part = signed_part(certificate);
    ok = part != NULL &&
         ASN1_item_verify_ex(ASN1_ITEM_rptr(ASN1_ANY), algorithm, signature,
                             part, NULL, key, crypto_context(), NULL) == 1;
    ASN1_TYPE_free(part);
    return ok;
}

/* *surep: it is an answer, and not what a failure looks like. Only of RSA does
 * OpenSSL say what is wrong with a signature. */
static enum certificate_signature
verify_once(const struct adscp_certificate *certificate, EVP_PKEY *key,
            bool *surep)
{
    enum certificate_signature result = SIGNATURE_YES;
    struct crypto_errors errors;
    struct crypto_reasons reasons;

    *surep = true;
    crypto_errors_begin(&errors);
    if (!verify(certificate, key)) {
        reasons = crypto_errors_take(&errors);
        result = reasons.missing ? SIGNATURE_UNKNOWN : SIGNATURE_NO;
        if (reasons.memory)
            result = SIGNATURE_NO_MEMORY;
        *surep = reasons.signature && !reasons.missing && !reasons.other;
    }
    crypto_errors_end();
    return result;
}

static enum certificate_signature
verify_with(const struct adscp_certificate *certificate, EVP_PKEY *key)
{
    bool sure = false;
    enum certificate_signature before = SIGNATURE_NO_MEMORY, result;
    int tries;

    for (tries = 0; tries < CRYPTO_TRIES; tries++) {
        result = verify_once(certificate, key, &sure);
        if (sure || result == SIGNATURE_NO_MEMORY || result == before)
            return result;
        before = result;
        if (!crypto_has_memory())
            break;
    }
    return SIGNATURE_NO_MEMORY;
}

enum certificate_signature
certificate_verify(const struct adscp_certificate *certificate,
                   const struct adscp_certificate *issuer)
{
    EVP_PKEY *key;

    if (certificate_x509(certificate) == NULL ||
        certificate_x509(issuer) == NULL)
        return SIGNATURE_NO;
    if (certificate_key_unreadable(issuer))
        return SIGNATURE_UNKNOWN;
    key = certificate_public_key(issuer);
    return key != NULL ? verify_with(certificate, key) : SIGNATURE_NO_MEMORY;
}

/* As OpenSSL compares: without case, and with blanks run together. */
enum certificate_names
certificate_issuer_named(const struct adscp_certificate *certificate,
                         const struct adscp_certificate *issuer)
{
    X509 *x509 = certificate_x509(certificate);
    X509 *above = certificate_x509(issuer);
    int order;

    if (x509 == NULL || above == NULL)
        return NAMES_DIFFER;
    order =
        X509_NAME_cmp(X509_get_issuer_name(x509), X509_get_subject_name(above));
    if (order == -2)
        return NAMES_NO_MEMORY;
    return order == 0 ? NAMES_EQUAL : NAMES_DIFFER;
}
