/* SPDX-License-Identifier: MIT */
/*
 * Does that key verify this signature? OpenSSL says "no" for many reasons, of
 * which only one is an answer: a lack of memory and an algorithm that it does
 * not have are told from it by the reasons in its queue, and by asking again.
 */
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "facts/certificate/private.h"

/* *surep: it is an answer, and not what a failure looks like. Only of RSA does
 * OpenSSL say what is wrong with a signature. */
static enum certificate_signature verify_once(X509 *x509, EVP_PKEY *key,
                                              bool *surep)
{
    enum certificate_signature result = SIGNATURE_YES;
    struct crypto_errors errors;
    struct crypto_reasons reasons;

    *surep = true;
    crypto_errors_begin(&errors);
    if (X509_verify(x509, key) != 1) {
        reasons = crypto_errors_take(&errors);
        result = reasons.missing ? SIGNATURE_UNKNOWN : SIGNATURE_NO;
        if (reasons.memory)
            result = SIGNATURE_NO_MEMORY;
        *surep = reasons.signature && !reasons.missing && !reasons.other;
    }
    crypto_errors_end();
    return result;
}

enum certificate_signature certificate_verify_x509(X509 *x509, EVP_PKEY *key)
{
    bool sure = false;
    enum certificate_signature before = SIGNATURE_NO_MEMORY, result;
    int tries;

    for (tries = 0; tries < CRYPTO_TRIES; tries++) {
        result = verify_once(x509, key, &sure);
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
    X509 *x509 = certificate_x509(certificate);
    X509 *above = certificate_x509(issuer);
    EVP_PKEY *key;

    if (x509 == NULL || above == NULL)
        return SIGNATURE_NO;
    if (certificate_key_unreadable(issuer))
        return SIGNATURE_UNKNOWN;
    key = X509_get0_pubkey(above);
    return key != NULL ? certificate_verify_x509(x509, key)
                       : SIGNATURE_NO_MEMORY;
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
