/* SPDX-License-Identifier: MIT */
/* What is told of policy files: the findings that go with the settings. */
#ifndef ADSCP_FACTS_POLICY_TELL_H
#define ADSCP_FACTS_POLICY_TELL_H

#include "facts/policy/log.h"

struct policy_telling {
    const struct policy *policy;
    struct settings *settings; /* has the findings, and the texts in them */
};

/* Of many of a kind, the first one and how many there are. */
struct policy_crowd {
    const struct policy_row *first;
    int64_t count;
};

void policy_crowd_join(struct policy_crowd *crowd,
                       const struct policy_row *row);

/* ADSCP_OK or ADSCP_E_NOMEM, all three. A crowd of none is told nothing of. */
int policy_tell_crowd(const struct policy_telling *to, enum finding_code code,
                      const struct policy_crowd *crowd);
int policy_tell_row(const struct policy_telling *to, enum finding_code code,
                    const struct policy_row *row);
/* A value that a later row changes or deletes. */
int policy_tell_contradiction(const struct policy_telling *to,
                              const struct policy_row *before,
                              const struct policy_row *now);

#endif
