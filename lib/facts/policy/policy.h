/* SPDX-License-Identifier: MIT */
/*
 * What a client's policy files and registry exports come to, all together: the
 * settings of its Outlook, and certificates in its stores. Files are added in
 * the order in which they take effect. A policy counts before a preference
 * whatever the order; of two records about one value the later one counts.
 *
 * A struct policy belongs to one predictor, and so to one thread at a time.
 */
#ifndef ADSCP_FACTS_POLICY_POLICY_H
#define ADSCP_FACTS_POLICY_POLICY_H

#include <stdbool.h>

#include "facts/certificate/certificate.h"
#include "facts/policy/place.h"
#include "facts/policy/read.h"
#include "facts/settings.h"

enum { POLICY_FILE_MAX = 256 * 1024 * 1024 }; /* bytes */

struct policy;

struct policy *policy_new(void);         /* NULL: out of memory */
void policy_free(struct policy *policy); /* NULL is fine */

/* Keep of a file what matters. A failure, which is that of policy_read(),
 * leaves everything as it was. */
int policy_add(struct policy *policy, const struct policy_source *source);
/* The state now, and back to it: what was added later is forgotten. */
size_t policy_mark(const struct policy *policy);
void policy_return(struct policy *policy, size_t mark);

struct policy_outcome {
    struct settings *settings;                          /* one holder */
    struct certificate_list stores[POLICY_STORE_COUNT]; /* rows in the store
                                                           that was given */
    bool no_root_update; /* Windows fetches no public root on demand */
};

/* ADSCP_OK, with an outcome to be freed; ADSCP_E_NOMEM or what the deadline
 * (NULL: none) says. */
int policy_apply(const struct policy *policy, struct certificates *certificates,
                 const struct deadline *deadline,
                 struct policy_outcome *outcome);
void policy_outcome_free(struct policy_outcome *outcome);

#endif
