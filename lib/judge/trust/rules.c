/* SPDX-License-Identifier: MIT */
/*
 * The errors of a chain as Windows has them: which of OpenSSL's stand for which
 * flag, and the rules that differ. Dates, usage and key sizes are judged here
 * by what the certificates say; OpenSSL's word on them is passed over.
 */
#include <openssl/x509_vfy.h>

#include "judge/trust/private.h"

enum { RSA_BITS_MIN = 1024 /* KB2661254 */ };

static void note(struct verification *v, enum alert_note which)
{
    v->notes |= UINT32_C(1) << which;
}

static void fail(struct verification *v, uint32_t flag, int reason)
{
    v->flags |= flag;
    v->reasons |= UINT32_C(1) << reason;
}

static void fail_invalid(struct verification *v)
{
    fail(v, FLAG_INVALID_CERT, ADSCP_ALERT_REASON_INVALID);
}

/* -------------------------------------------------------------- errors -- */

static const struct certificate_facts *facts_of(const struct verification *v,
                                                int depth)
{
    if (depth < 0 || (size_t)depth >= v->count)
        return NULL;
    return certificate_facts(v->links[depth].certificate);
}

static bool has_error(const struct verify_errors *errors, int error, int depth)
{
    size_t i;

    for (i = 0; i < errors->count; i++)
        if (errors->rows[i].error == error && errors->rows[i].depth == depth)
            return true;
    return false;
}

/* An issuer that is none. Windows' answer to one that has no basicConstraints
 * at all is not known. */
static void read_no_authority(struct verification *v, int depth)
{
    const struct certificate_facts *facts = facts_of(v, depth);

    if (facts == NULL || (facts->flags & CERTIFICATE_HAS_CONSTRAINTS) != 0) {
        fail_invalid(v);
        return;
    }
    v->possible |= FLAG_INVALID_CERT;
    note(v, NOTE_NO_CONSTRAINTS);
}

/* The purpose of the server's own certificate is judged below; of an issuer's,
 * OpenSSL knows no "any". */
static void read_purpose(struct verification *v,
                         const struct verify_errors *errors, int depth)
{
    const struct certificate_facts *facts = facts_of(v, depth);

    if (depth == 0 || has_error(errors, X509_V_ERR_INVALID_CA, depth))
        return;
    if (facts != NULL && (facts->flags & CERTIFICATE_USAGE_ANY) != 0)
        note(v, NOTE_ANY_USAGE);
    else
        fail(v, FLAG_WRONG_USAGE, ADSCP_ALERT_REASON_WRONG_USAGE);
}

/* Faults of a chain that have no words of their own. */
static bool is_invalid(int error)
{
    switch (error) {
    case X509_V_ERR_UNABLE_TO_DECRYPT_CERT_SIGNATURE:
    case X509_V_ERR_UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY:
    case X509_V_ERR_CERT_CHAIN_TOO_LONG:
    case X509_V_ERR_NO_ISSUER_PUBLIC_KEY:
    case X509_V_ERR_PATH_LENGTH_EXCEEDED:
    case X509_V_ERR_CERT_REJECTED:
    case X509_V_ERR_KEYUSAGE_NO_CERTSIGN:
    case X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION:
    case X509_V_ERR_INVALID_NON_CA:
    case X509_V_ERR_PROXY_PATH_LENGTH_EXCEEDED:
    case X509_V_ERR_KEYUSAGE_NO_DIGITAL_SIGNATURE:
    case X509_V_ERR_PROXY_CERTIFICATES_NOT_ALLOWED:
    case X509_V_ERR_INVALID_EXTENSION:
    case X509_V_ERR_INVALID_POLICY_EXTENSION:
    case X509_V_ERR_NO_EXPLICIT_POLICY:
    case X509_V_ERR_UNNESTED_RESOURCE:
    case X509_V_ERR_PERMITTED_VIOLATION:
    case X509_V_ERR_EXCLUDED_VIOLATION:
    case X509_V_ERR_SUBTREE_MINMAX:
    case X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE:
    case X509_V_ERR_UNSUPPORTED_CONSTRAINT_SYNTAX:
    case X509_V_ERR_UNSUPPORTED_NAME_SYNTAX:
    case X509_V_ERR_PATH_LOOP:
    case X509_V_ERR_SUITE_B_INVALID_ALGORITHM:
    case X509_V_ERR_SIGNATURE_ALGORITHM_MISMATCH:
    case X509_V_ERR_SIGNATURE_ALGORITHM_INCONSISTENCY:
    case X509_V_ERR_PATHLEN_INVALID_FOR_NON_CA:
    case X509_V_ERR_PATHLEN_WITHOUT_KU_KEY_CERT_SIGN:
    case X509_V_ERR_KU_KEY_CERT_SIGN_INVALID_FOR_NON_CA:
    case X509_V_ERR_EC_KEY_EXPLICIT_PARAMS:
        return true;
    default:
        return false;
    }
}

static void read_error(struct verification *v,
                       const struct verify_errors *errors, int error, int depth)
{
    switch (error) {
    case X509_V_ERR_CERT_NOT_YET_VALID:
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD:
    case X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD:
        return; /* judged below */
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_CERT_UNTRUSTED:
        fail(v, FLAG_INVALID_CA, ADSCP_ALERT_REASON_UNTRUSTED_ISSUER);
        return;
    case X509_V_ERR_INVALID_PURPOSE:
        read_purpose(v, errors, depth);
        return;
    case X509_V_ERR_INVALID_CA:
        read_no_authority(v, depth);
        return;
    case X509_V_ERR_SUBJECT_ISSUER_MISMATCH:
    case X509_V_ERR_AKID_SKID_MISMATCH:
    case X509_V_ERR_AKID_ISSUER_SERIAL_MISMATCH:
        return; /* says only which issuer was passed over */
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
        note(v, NOTE_BAD_SIGNATURE);
        break;
    default:
        if (!is_invalid(error))
            note(v, NOTE_UNMAPPED);
        break;
    }
    fail_invalid(v);
}

/* ----------------------------------------------------------- own rules -- */

/* A validity holds through its last second, RFC 5280 4.1.2.5. */
static void judge_dates(struct verification *v, int64_t time)
{
    size_t i;

    if (time < 0) {
        v->possible |= FLAG_DATE_INVALID;
        note(v, NOTE_NO_TIME);
        return;
    }
    for (i = 0; i < v->count; i++) {
        const struct certificate_facts *facts = facts_of(v, (int)i);

        if (facts->not_after == CERTIFICATE_TIME_UNKNOWN ||
            time > facts->not_after)
            fail(v, FLAG_DATE_INVALID, ADSCP_ALERT_REASON_EXPIRED);
        if (facts->not_before == CERTIFICATE_TIME_UNKNOWN ||
            time < facts->not_before)
            fail(v, FLAG_DATE_INVALID, ADSCP_ALERT_REASON_NOT_YET_VALID);
    }
}

static void judge_usage(struct verification *v, int flags)
{
    if ((flags & CERTIFICATE_KEY_NOT_TLS) != 0)
        note(v, NOTE_KEY_USAGE);
    if ((flags & CERTIFICATE_REVOCABLE) != 0)
        note(v, NOTE_REVOCATION);
    if ((flags & CERTIFICATE_HAS_USAGE) == 0 ||
        (flags & CERTIFICATE_USAGE_SERVER) != 0)
        return;
    if ((flags & CERTIFICATE_USAGE_ANY) != 0)
        note(v, NOTE_ANY_USAGE);
    else
        fail(v, FLAG_WRONG_USAGE, ADSCP_ALERT_REASON_WRONG_USAGE);
}

/* Keys everywhere; digests where a signature counts, which that of a root does
 * not. */
static void judge_strength(struct verification *v)
{
    size_t i;

    for (i = 0; i < v->count; i++) {
        const struct certificate_facts *facts = facts_of(v, (int)i);
        bool is_signed = (facts->flags & CERTIFICATE_SELF_SIGNED) == 0;

        if ((facts->flags &
             (CERTIFICATE_INVALID | CERTIFICATE_KEY_UNREADABLE)) != 0)
            fail_invalid(v);
        if ((facts->flags & CERTIFICATE_RSA) != 0 &&
            facts->key_bits < RSA_BITS_MIN) {
            fail(v, FLAG_INVALID_CERT, ADSCP_ALERT_REASON_WEAK_KEY);
            note(v, NOTE_WEAK_KEY);
        }
        if (is_signed && (facts->flags & CERTIFICATE_SHA1) != 0)
            note(v, NOTE_SHA1);
        if (is_signed && (facts->flags & CERTIFICATE_MD5) != 0)
            note(v, NOTE_MD5);
    }
}

/* No path to a root that is known: is that sure? A certificate that names
 * itself as its issuer has none to be found. Where public roots are given, only
 * an intermediate that the server forgot to send leaves hope: Windows fetches
 * it. What stands above an intermediate would be a root, or leads to one of a
 * set that is known. */
static void judge_issuer(const struct trust_model *model,
                         struct verification *v)
{
    const struct certificate_facts *leaf = facts_of(v, 0);
    const struct certificate_facts *top = facts_of(v, (int)v->count - 1);

    if ((v->flags & FLAG_INVALID_CA) == 0 ||
        (leaf->flags & CERTIFICATE_SELF_ISSUED) != 0)
        return;
    if ((top->flags & CERTIFICATE_SELF_ISSUED) == 0 &&
        (top->flags & CERTIFICATE_ISSUER_URI) != 0) {
        note(v, NOTE_MISSING_ISSUER);
        if (top == leaf)
            v->possible |= FLAG_INVALID_CA;
    }
    if (!model->has_bundle) {
        v->possible |= FLAG_INVALID_CA;
        note(v, NOTE_PUBLIC_ROOTS);
    }
}

static void judge_anchor(const struct trust_model *model,
                         struct verification *v)
{
    int source = v->links[v->count - 1].source;
    size_t i, j;

    if ((v->flags & FLAG_INVALID_CA) == 0 &&
        source == ADSCP_ALERT_CHAIN_SOURCE_TRUSTED)
        note(v, NOTE_TRUSTED);
    if ((v->flags & FLAG_INVALID_CA) == 0 &&
        source == ADSCP_ALERT_CHAIN_SOURCE_BUNDLE)
        note(v, NOTE_BUNDLE);
    if ((v->flags & FLAG_INVALID_CA) == 0)
        return;
    for (i = 0; i < model->count; i++)
        for (j = 0; j < v->count; j++)
            if (model->rows[i].role == TRUST_CALLER &&
                certificate_same(model->rows[i].certificate,
                                 v->links[j].certificate))
                note(v, NOTE_TRUSTED_NOT_ROOT);
}

/* --------------------------------------------------------------- whole -- */

void trust_read(const struct trust_model *model,
                const struct verify_errors *errors, int64_t time,
                struct verification *verification)
{
    size_t i;

    for (i = 0; i < errors->count; i++)
        read_error(verification, errors, errors->rows[i].error,
                   errors->rows[i].depth);
    if (errors->overflow) {
        fail_invalid(verification);
        note(verification, NOTE_UNMAPPED);
    }
    judge_dates(verification, time);
    judge_usage(verification, facts_of(verification, 0)->flags);
    judge_strength(verification);
    judge_issuer(model, verification);
    judge_anchor(model, verification);
}
