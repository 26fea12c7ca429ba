/* SPDX-License-Identifier: MIT */
/*
 * A chain built and its signatures and constraints checked, by OpenSSL. The
 * callback takes note of every error and lets it go on, so its own verdict says
 * nothing. Never set: X509_V_FLAG_PARTIAL_CHAIN (makes an anchor of what
 * Windows takes for none) and X509_V_FLAG_X509_STRICT (refuses ordinary chains
 * of AD CS).
 */
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "facts/certificate/private.h"
#include "judge/trust/private.h"

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
    if (error == X509_V_ERR_OUT_OF_MEM)
        errors->no_memory = true;
    for (i = 0; i < errors->count; i++)
        if (errors->rows[i].error == error && errors->rows[i].depth == depth)
            return 1;
    if (errors->count == VERIFY_ERRORS_MAX) {
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
        [TRUST_CALLER] = ADSCP_ALERT_CHAIN_SOURCE_TRUSTED,
        [TRUST_DIRECTORY] = ADSCP_ALERT_CHAIN_SOURCE_DIRECTORY,
        [TRUST_BUNDLE] = ADSCP_ALERT_CHAIN_SOURCE_BUNDLE,
        [TRUST_HELPER] = ADSCP_ALERT_CHAIN_SOURCE_DIRECTORY,
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
            return (struct alert_link){question->chain[i],
                                       question->published
                                           ? ADSCP_ALERT_CHAIN_SOURCE_DIRECTORY
                                           : ADSCP_ALERT_CHAIN_SOURCE_SENT};
    if (best == NULL) /* cannot be: a chain is made of what was given */
        return (struct alert_link){question->chain[0],
                                   ADSCP_ALERT_CHAIN_SOURCE_SENT};
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
    if (v->count == 0 || errors->no_memory ||
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
    int rc;

    *verification = (struct verification){0};
    ERR_set_mark();
    rc = run(model, question, time, &errors, verification);
    ERR_pop_to_mark();
    if (rc != ADSCP_OK)
        return rc;
    trust_read(model, &errors, time, verification);
    return ADSCP_OK;
}
