/* SPDX-License-Identifier: MIT */
/*
 * A chain verified with OpenSSL, and its errors read as Windows has them.
 * OpenSSL builds the chain and checks signatures and constraints; the callback
 * takes note of every error and lets it go on, so its own verdict says nothing.
 * Dates, usage and key sizes are judged here, because its rules differ. Never
 * set: X509_V_FLAG_PARTIAL_CHAIN (makes an anchor of what Windows takes for
 * none) and X509_V_FLAG_X509_STRICT (refuses ordinary chains of AD CS).
 */
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "facts/certificate_x509.h"
#include "judge/trust_private.h"

enum { ERRORS_MAX = 64, RSA_BITS_MIN = 1024 /* KB2661254 */ };

struct verify_errors {
    struct {
        int error, depth;
    } rows[ERRORS_MAX];
    size_t count;
    bool overflow;
};

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
    fail(v, FLAG_INVALID_CERT, ADSCP_REASON_INVALID);
}

/* --------------------------------------------------------------- model -- */

void trust_model_forget(struct trust_model *model)
{
    X509_STORE_free(model->anchors);
    sk_X509_free(model->helpers);
    model->anchors = NULL;
    model->helpers = NULL;
}

static bool is_anchor(const struct trust_row *row,
                      const struct certificate_facts *facts)
{
    return row->role != TRUST_HELPER &&
           (facts->flags & CERTIFICATE_SELF_SIGNED) != 0;
}

/* Only what is self-signed anchors a chain, CERT_CHAIN_ENGINE_CONFIG. */
static int prepare_row(struct trust_model *model, const struct trust_row *row)
{
    const struct certificate_facts *facts = certificate_facts(row->certificate);
    X509 *x509;

    if (facts == NULL)
        return ADSCP_E_NOMEM;
    x509 = certificate_x509(row->certificate);
    if (x509 == NULL)
        return ADSCP_OK;
    if (is_anchor(row, facts))
        return X509_STORE_add_cert(model->anchors, x509) == 1 ? ADSCP_OK
                                                              : ADSCP_E_NOMEM;
    return sk_X509_push(model->helpers, x509) > 0 ? ADSCP_OK : ADSCP_E_NOMEM;
}

int trust_model_prepare(struct trust_model *model)
{
    int rc = ADSCP_OK;
    size_t i;

    if (model->anchors != NULL)
        return ADSCP_OK;
    ERR_set_mark();
    model->anchors = X509_STORE_new();
    model->helpers = sk_X509_new_null();
    if (model->anchors == NULL || model->helpers == NULL)
        rc = ADSCP_E_NOMEM;
    for (i = 0; i < model->count && rc == ADSCP_OK; i++)
        rc = prepare_row(model, &model->rows[i]);
    ERR_pop_to_mark();
    if (rc != ADSCP_OK)
        trust_model_forget(model);
    return rc;
}

/* ------------------------------------------------------------ building -- */

static int take_note(int ok, X509_STORE_CTX *context)
{
    struct verify_errors *errors = X509_STORE_CTX_get_app_data(context);
    int error = X509_STORE_CTX_get_error(context);
    int depth = X509_STORE_CTX_get_error_depth(context);
    size_t i;

    if (ok != 0)
        return 1;
    for (i = 0; i < errors->count; i++)
        if (errors->rows[i].error == error && errors->rows[i].depth == depth)
            return 1;
    if (errors->count == ERRORS_MAX) {
        errors->overflow = true;
        return 1;
    }
    errors->rows[errors->count].error = error;
    errors->rows[errors->count++].depth = depth;
    return 1;
}

/* What was sent comes first: of two certificates that fit, the earlier is
 * taken. NULL: out of memory. */
static STACK_OF(X509) * untrusted_of(const struct trust_model *model,
                                     const struct trust_question *question,
                                     int *rcp)
{
    STACK_OF(X509) *stack = sk_X509_new_null();
    size_t i;
    int j;

    *rcp = ADSCP_E_NOMEM;
    if (stack == NULL)
        return NULL;
    for (i = 1; i < question->chain_count; i++) {
        X509 *x509;

        if (certificate_facts(question->chain[i]) == NULL)
            return stack;
        x509 = certificate_x509(question->chain[i]);
        if (x509 != NULL && sk_X509_push(stack, x509) <= 0)
            return stack;
    }
    for (j = 0; j < sk_X509_num(model->helpers); j++)
        if (sk_X509_push(stack, sk_X509_value(model->helpers, j)) <= 0)
            return stack;
    *rcp = ADSCP_OK;
    return stack;
}

/* The time is only a preference among issuers here: dates are judged below. */
static void set_parameters(X509_STORE_CTX *context, int64_t time)
{
    X509_VERIFY_PARAM *parameters = X509_STORE_CTX_get0_param(context);

    X509_STORE_CTX_set_purpose(context, X509_PURPOSE_SSL_SERVER);
    X509_STORE_CTX_set_trust(context, X509_TRUST_SSL_SERVER);
    X509_VERIFY_PARAM_set_auth_level(parameters, 0);
    X509_VERIFY_PARAM_set_depth(parameters, TRUST_DEPTH_MAX);
    if (time >= 0)
        X509_VERIFY_PARAM_set_time(parameters, (time_t)time);
    else
        X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_NO_CHECK_TIME);
}

static bool is_same(const struct adscp_certificate *certificate,
                    const X509 *x509)
{
    X509 *mine = certificate_x509(certificate);

    return mine == x509 || (mine != NULL && X509_cmp(mine, x509) == 0);
}

/* Why a certificate is in the chain: because the caller, the directory or the
 * bundle says that it is a root, or because it was sent, or because the
 * directory offers it. */
static struct alert_link link_of(const struct trust_model *model,
                                 const struct trust_question *question,
                                 const X509 *x509, bool last)
{
    static const int sources[] = {
        [TRUST_CALLER] = ADSCP_CHAIN_TRUSTED,
        [TRUST_DIRECTORY] = ADSCP_CHAIN_DIRECTORY,
        [TRUST_BUNDLE] = ADSCP_CHAIN_BUNDLE,
        [TRUST_HELPER] = ADSCP_CHAIN_DIRECTORY,
    };
    const struct trust_row *best = NULL;
    size_t i;

    for (i = 0; i < model->count; i++) {
        const struct trust_row *row = &model->rows[i];

        if (is_same(row->certificate, x509) &&
            (best == NULL || row->role < best->role))
            best = row;
    }
    if (best != NULL && last && best->role != TRUST_HELPER)
        return (struct alert_link){best->certificate, sources[best->role]};
    for (i = 0; i < question->chain_count; i++)
        if (is_same(question->chain[i], x509))
            return (struct alert_link){
                question->chain[i],
                question->published ? ADSCP_CHAIN_DIRECTORY : ADSCP_CHAIN_SENT};
    if (best == NULL) /* cannot be: a chain is made of what was given */
        return (struct alert_link){question->chain[0], ADSCP_CHAIN_SENT};
    return (struct alert_link){best->certificate, sources[best->role]};
}

static void take_links(const struct trust_model *model,
                       const struct trust_question *question,
                       X509_STORE_CTX *context, struct verification *v)
{
    const STACK_OF(X509) *chain = X509_STORE_CTX_get0_chain(context);
    int count = sk_X509_num(chain), i;

    for (i = 0; i < count && v->count < TRUST_LINKS_MAX; i++)
        v->links[v->count++] =
            link_of(model, question, sk_X509_value(chain, i), i == count - 1);
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
        fail(v, FLAG_WRONG_USAGE, ADSCP_REASON_WRONG_USAGE);
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
        fail(v, FLAG_INVALID_CA, ADSCP_REASON_UNTRUSTED_ISSUER);
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
        break;
    default:
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
            fail(v, FLAG_DATE_INVALID, ADSCP_REASON_EXPIRED);
        if (facts->not_before == CERTIFICATE_TIME_UNKNOWN ||
            time < facts->not_before)
            fail(v, FLAG_DATE_INVALID, ADSCP_REASON_NOT_YET_VALID);
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
        fail(v, FLAG_WRONG_USAGE, ADSCP_REASON_WRONG_USAGE);
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
            fail(v, FLAG_INVALID_CERT, ADSCP_REASON_WEAK_KEY);
            note(v, NOTE_WEAK_KEY);
        }
        if (is_signed && (facts->flags & CERTIFICATE_SHA1) != 0)
            note(v, NOTE_SHA1);
        if (is_signed && (facts->flags & CERTIFICATE_MD5) != 0)
            note(v, NOTE_MD5);
    }
}

/* No path to a root that is known: is that sure? A certificate that names
 * itself as its issuer has none to be found. */
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
        v->possible |= FLAG_INVALID_CA;
        note(v, NOTE_MISSING_ISSUER);
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

    if ((v->flags & FLAG_INVALID_CA) == 0 && source == ADSCP_CHAIN_TRUSTED)
        note(v, NOTE_TRUSTED);
    if ((v->flags & FLAG_INVALID_CA) == 0 && source == ADSCP_CHAIN_BUNDLE)
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

static int run(const struct trust_model *model,
               const struct trust_question *question, int64_t time,
               struct verify_errors *errors, struct verification *v)
{
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    STACK_OF(X509) *untrusted = NULL;
    int rc = ADSCP_E_NOMEM;

    if (context == NULL)
        return rc;
    untrusted = untrusted_of(model, question, &rc);
    if (rc != ADSCP_OK)
        goto out;
    if (X509_STORE_CTX_init(context, model->anchors,
                            certificate_x509(question->chain[0]),
                            untrusted) != 1) {
        rc = ADSCP_E_NOMEM;
        goto out;
    }
    set_parameters(context, time);
    X509_STORE_CTX_set_app_data(context, errors);
    X509_STORE_CTX_set_verify_cb(context, take_note);
    if (X509_verify_cert(context) <= 0)
        errors->overflow = true; /* it gave up: what is missing is not known */
    take_links(model, question, context, v);
    if (v->count == 0 || has_error(errors, X509_V_ERR_OUT_OF_MEM, 0) ||
        X509_STORE_CTX_get_error(context) == X509_V_ERR_OUT_OF_MEM)
        rc = ADSCP_E_NOMEM;
out:
    sk_X509_free(untrusted);
    X509_STORE_CTX_free(context);
    return rc;
}

int trust_verify(const struct trust_model *model,
                 const struct trust_question *question, int64_t time,
                 struct verification *verification)
{
    struct verify_errors errors = {.count = 0};
    size_t i;
    int rc;

    *verification = (struct verification){0};
    ERR_set_mark();
    rc = run(model, question, time, &errors, verification);
    ERR_pop_to_mark();
    if (rc != ADSCP_OK)
        return rc;
    for (i = 0; i < errors.count; i++)
        read_error(verification, &errors, errors.rows[i].error,
                   errors.rows[i].depth);
    if (errors.overflow) {
        fail_invalid(verification);
        note(verification, NOTE_UNMAPPED);
    }
    judge_dates(verification, time);
    judge_usage(verification, facts_of(verification, 0)->flags);
    judge_strength(verification);
    judge_issuer(model, verification);
    judge_anchor(model, verification);
    return ADSCP_OK;
}
