/* SPDX-License-Identifier: MIT */
/*
 * A predictor's policy files. All of them are kept, and what they come to is
 * worked out anew with each: a later one may undo what an earlier one did.
 */
#include "adscp.h"

#include <limits.h>
#include <stdlib.h>

#include "api/predictor.h"
#include "api/setter.h"
#include "facts/policy/policy.h"

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
static int add(adscp_predictor *predictor, struct policy_source *source)
{
    struct deadline deadline;
    size_t mark;
    int rc;

    if (predictor->policy == NULL)
        predictor->policy = policy_new();
    if (predictor->policy == NULL)
        return ADSCP_E_NOMEM;
    source->deadline = &deadline;
    source->detail = &predictor->detail;
    mark = policy_mark(predictor->policy);
    rc = predictor_start(predictor, &deadline);
    if (rc == ADSCP_OK)
        rc = take(predictor, source);
    if (rc != ADSCP_OK)
        policy_return(predictor->policy, mark);
    return rc;
}

int adscp_predictor_add_policy(adscp_predictor *predictor, const char *name,
                               const char *bytes, int64_t length)
{
    struct policy_source source = {.name = name, .path = name};
    int rc = setter_begin_with(SETTER_DETAIL(predictor), name);

    if (rc != ADSCP_OK)
        return rc;
    if (length < 0 || length > POLICY_FILE_MAX || (bytes == NULL && length > 0))
        return detail_set(&predictor->detail, ADSCP_E_ARGUMENT,
                          "the bytes of a policy are missing, or more than %d",
                          POLICY_FILE_MAX);
    rc = certificates_begin(&predictor->detail);
    source.bytes = bytes != NULL ? bytes : "";
    source.length = (size_t)length;
    if (rc == ADSCP_OK)
        rc = add(predictor, &source);
    return predictor_finish(predictor, rc);
}

/* "Registry.pol" of a folder is as much the user's as "User/Registry.pol" of
 * the one above. Where the path leads nowhere any more, it stands for itself.
 */
static int add_of_folder(adscp_predictor *predictor, const char *path,
                         const char *bytes, size_t length)
{
    char real[PATH_MAX];
    struct policy_source source = {.name = path,
                                   .path = realpath(path, real),
                                   .bytes = bytes,
                                   .length = length};

    if (source.path == NULL)
        source.path = path;
    return add(predictor, &source);
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
    rc = predictor_read_file(predictor, path, POLICY_FILE_MAX, &bytes, &length);
    if (rc == ADSCP_OK)
        rc = add_of_folder(predictor, path, bytes, length);
    free(bytes);
    return predictor_finish(predictor, rc);
}
