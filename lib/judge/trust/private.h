/* SPDX-License-Identifier: MIT */
/* Between the files of judge/trust: the model as OpenSSL wants it, and what one
 * verification finds. OpenSSL's types go no further. */
#ifndef ADSCP_JUDGE_TRUST_PRIVATE_H
#define ADSCP_JUDGE_TRUST_PRIVATE_H

#include <openssl/x509_vfy.h>

#include "judge/trust/trust.h"

/* A chain with more certificates than this between the server's and the root is
 * an error, and not built. */
enum { TRUST_DEPTH_MAX = 10, TRUST_LINKS_MAX = TRUST_DEPTH_MAX + 2 };

struct trust_row {
    const struct adscp_certificate *certificate; /* its store is held */
    enum trust_role role;
};

struct trust_model {
    struct trust_row *rows;
    size_t count;
    bool has_bundle;
    /* Made when first needed. */
    X509_STORE *anchors;      /* NULL: not made yet */
    STACK_OF(X509) * helpers; /* all others; borrowed */
};

/* What is found about a chain at one point in time. */
struct verification {
    uint32_t flags;
    uint32_t possible;
    uint32_t reasons;
    uint32_t notes;
    struct alert_link links[TRUST_LINKS_MAX];
    size_t count;
};

/* What OpenSSL found wrong, in no order, each once. */
enum { VERIFY_ERRORS_MAX = 64 };

struct verify_errors {
    struct {
        int error, depth;
    } rows[VERIFY_ERRORS_MAX];
    size_t count;
    bool overflow; /* there is more */
    bool no_memory;
};

/* ADSCP_OK or ADSCP_E_NOMEM. */
int trust_model_prepare(struct trust_model *model);
void trust_model_forget(struct trust_model *model); /* what was prepared */

/* Everything but the name. The chain's first certificate can be read. ADSCP_OK
 * or ADSCP_E_NOMEM. */
int trust_verify(const struct trust_model *model,
                 const struct trust_question *question, int64_t time,
                 struct verification *verification);

/* Its last step: the errors, and what OpenSSL judges otherwise or not at all,
 * as flags. The links are there, and their facts are known. */
void trust_read(const struct trust_model *model,
                const struct verify_errors *errors, int64_t time,
                struct verification *verification);

#endif
