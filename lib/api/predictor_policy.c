/* SPDX-License-Identifier: MIT */
/*
 * A predictor's policy files. All of them are kept, and what they come to is
 * worked out anew with each: a later one may undo what an earlier one did.
 */
#include "adscp.h"

#include <stdlib.h>

#include "api/predictor.h"
#include "api/setter.h"
#include "facts/policy/policy.h"
#include "gather/file.h"

static int take(adscp_predictor *predictor, const struct policy_source *source)
{
    struct policy *policy = predictor->policy;
    struct policy_outcome outcome;
    int rc = policy_add(policy, source);

    if (rc == ADSCP_OK)
        rc = policy_apply(policy, predictor->basis.store, source->deadline,
                          &outcome);
    if (rc != ADSCP_OK)
        return rc;
    rc = basis_set_policy(&predictor->basis, &outcome);
    policy_outcome_free(&outcome);
    return rc;
}

/* A failure leaves what was added before. */
static int add(adscp_predictor *predictor, const char *name, const char *bytes,
               size_t length)
{
    struct deadline deadline;
    struct policy_source source = {name, bytes, length, &deadline,
                                   &predictor->detail};
    size_t mark;
    int rc;

    if (predictor->policy == NULL)
        predictor->policy = policy_new();
    if (predictor->policy == NULL)
        return ADSCP_E_NOMEM;
    mark = policy_mark(predictor->policy);
    rc = predictor_start(predictor, &deadline);
    if (rc == ADSCP_OK)
        rc = take(predictor, &source);
    if (rc != ADSCP_OK)
        policy_return(predictor->policy, mark);
    return rc;
}

int adscp_predictor_add_policy(adscp_predictor *predictor, const char *name,
                               const char *bytes, int64_t length)
{
    int rc = setter_begin_with(SETTER_DETAIL(predictor), name);

    if (rc != ADSCP_OK)
        return rc;
    if (length < 0 || length > POLICY_FILE_MAX || (bytes == NULL && length > 0))
        return detail_set(&predictor->detail, ADSCP_E_ARGUMENT,
                          "the bytes of a policy are missing, or more than %d",
                          POLICY_FILE_MAX);
    rc = certificates_begin(&predictor->detail);
    if (rc == ADSCP_OK)
        rc = add(predictor, name, bytes != NULL ? bytes : "", (size_t)length);
    return predictor_finish(predictor, rc);
}

int adscp_predictor_add_policy_file(adscp_predictor *predictor,
                                    const char *path)
{
    size_t length = 0;
    void *bytes = NULL;
    int rc = setter_begin(SETTER_DETAIL(predictor), NULL);

    if (rc != ADSCP_OK)
        return rc;
    if (path == NULL || path[0] == '\0')
        return detail_set(&predictor->detail, ADSCP_E_ARGUMENT,
                          "a file name is missing");
    rc = certificates_begin(&predictor->detail);
    if (rc == ADSCP_OK)
        rc = file_read(path, POLICY_FILE_MAX, &predictor->detail, &bytes,
                       &length);
    if (rc == ADSCP_OK)
        rc = add(predictor, path, bytes, length);
    free(bytes);
    return predictor_finish(predictor, rc);
}
