/* SPDX-License-Identifier: MIT */
/*
 * Where the mailboxes of one coverage are in another one, which a change made
 * of the first: each group of mailboxes that were together before, and are
 * together afterwards, once, and none is counted twice or lost on the way.
 */
#ifndef ADSCP_JUDGE_COVERAGE_FOLLOWING_H
#define ADSCP_JUDGE_COVERAGE_FOLLOWING_H

#include "base/hash.h"
#include "judge/coverage/coverage.h"

/* Homes as indexes of the two coverages. */
struct group {
    int before;
    int after;         /* -1: their database, or its server, is gone */
    int64_t mailboxes; /* -1: nobody counted them */
};

struct following {
    struct group *groups;
    size_t group_count;
    struct hash_index index;
    /* Mailboxes that are none afterwards, and that were none before. Both are
     * -1 where nobody counted. */
    int64_t deleted, added;
};

/* Was the second coverage's forest made of the first one's, by changes? */
bool following_is_possible(const struct adscp_coverage *before,
                           const struct adscp_coverage *after);

/* ADSCP_OK or ADSCP_E_NOMEM; following_clear() either way. A home without
 * databases, such as that of nobody, is no group. */
int following_find(const struct adscp_coverage *before,
                   const struct adscp_coverage *after,
                   struct following *following);
void following_clear(struct following *following);

#endif
