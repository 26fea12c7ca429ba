/* SPDX-License-Identifier: MIT */
/*
 * Does that key verify this signature? OpenSSL says "no" for many reasons, of
 * which only one is an answer: a lack of memory and an algorithm that it does
 * not have are told from it by the reasons in its queue.
 */
#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "facts/certificate/private.h"

/* Takes the reasons away, unless the host program's own lie beneath them. */
struct reasons {
    bool memory;  /* one of them is its lack */
    bool missing; /* ... an algorithm that is not there */
};

static void read_reason(unsigned long error, struct reasons *reasons)
{
    int reason = ERR_GET_REASON(error);

    if (reason == ERR_R_MALLOC_FAILURE)
        reasons->memory = true;
    if (ERR_GET_LIB(error) == ERR_LIB_EVP &&
        (reason == EVP_R_UNSUPPORTED_ALGORITHM || reason == ERR_R_UNSUPPORTED ||
         reason == ERR_R_FETCH_FAILED))
        reasons->missing = true;
    if (ERR_GET_LIB(error) == ERR_LIB_ASN1 &&
        (reason == ASN1_R_UNKNOWN_SIGNATURE_ALGORITHM ||
         reason == ASN1_R_UNKNOWN_MESSAGE_DIGEST_ALGORITHM))
        reasons->missing = true;
}

/* OpenSSL 3.0 cannot count the errors behind a mark. So one that says nothing
 * comes first: while it is the last, there is none but the caller's own. */
bool certificate_errors_begin(void)
{
    bool queue_empty = ERR_peek_error() == 0;

    ERR_set_mark();
    ERR_raise(ERR_LIB_USER, ERR_R_OPERATION_FAIL);
    return queue_empty;
}

static struct reasons take_reasons(bool queue_empty)
{
    struct reasons reasons = {false, false};
    unsigned long error = ERR_peek_last_error();

    if (ERR_GET_LIB(error) != ERR_LIB_USER)
        read_reason(error, &reasons);
    while (queue_empty && (error = ERR_get_error()) != 0)
        read_reason(error, &reasons);
    return reasons;
}

bool certificate_no_memory(bool queue_empty)
{
    return take_reasons(queue_empty).memory;
}

static enum certificate_signature verify_once(X509 *x509, EVP_PKEY *key,
                                              bool queue_empty)
{
    struct reasons reasons;

    if (X509_verify(x509, key) == 1)
        return SIGNATURE_YES;
    reasons = take_reasons(queue_empty);
    if (reasons.memory)
        return SIGNATURE_NO_MEMORY;
    return reasons.missing ? SIGNATURE_UNKNOWN : SIGNATURE_NO;
}

/* An algorithm that is not there may be there the next time: then it was
 * memory, which the look-up does not tell. */
enum certificate_signature certificate_verify_x509(X509 *x509, EVP_PKEY *key)
{
    bool queue_empty = certificate_errors_begin();
    enum certificate_signature result;

    result = verify_once(x509, key, queue_empty);
    if (result == SIGNATURE_UNKNOWN)
        result = verify_once(x509, key, queue_empty);
    ERR_pop_to_mark();
    return result;
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
    if ((certificate_facts(issuer)->flags & CERTIFICATE_KEY_UNREADABLE) != 0)
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
