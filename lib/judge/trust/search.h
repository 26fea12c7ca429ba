/* SPDX-License-Identifier: MIT */
/* A search for the best path, between path.c and issuer.c. */
#ifndef ADSCP_JUDGE_TRUST_SEARCH_H
#define ADSCP_JUDGE_TRUST_SEARCH_H

#include "judge/trust/private.h"

/* Roles of those that may end a path, and of what the client knows. */
#define TRUST_ANCHORS                                                          \
    (UINT32_C(1) << TRUST_CALLER | UINT32_C(1) << TRUST_DIRECTORY |            \
     UINT32_C(1) << TRUST_BUNDLE | UINT32_C(1) << TRUST_POLICY)
#define TRUST_KNOWN                                                            \
    (TRUST_ANCHORS | UINT32_C(1) << TRUST_HELPER |                             \
     UINT32_C(1) << TRUST_POLICY_HELPER)
#define TRUST_FOREIGN                                                          \
    (UINT32_C(1) << TRUST_FOREIGN_ROOT | UINT32_C(1) << TRUST_FOREIGN_HELPER)

struct search {
    struct trust_model *model;
    int64_t time;
    struct arena arena;
    uint32_t number;
    uint32_t question_number; /* of all searches for one answer */
    uint32_t roles;           /* of those that may be used */

    size_t checks, reached, paths, steps;
    size_t reached_max, steps_max;
    bool bound;    /* something was not looked at */
    bool cut;      /* this walk ended early */
    bool stop;     /* ... or is to end */
    bool impostor; /* somebody has an issuer's name, and another key */
    bool thorough; /* the second walk */
    bool anchored; /* only to those that can reach an anchor */
    bool loops;    /* a path may end where it would come back */
    int64_t begins;

    struct verdict base; /* of the server's own certificate */
    struct trust_path path;
    struct verdict best, other;
    struct trust_path best_path, other_path;
    bool has_best, has_other;
};

/* Have its facts; where no more may be looked at, it stays closed. ADSCP_OK or
 * ADSCP_E_NOMEM. */
int search_open(struct search *search, struct trust_node *node);
bool search_has_open(const struct search *search,
                     const struct trust_node *node);

/* Have its issuers, in order. ADSCP_OK or ADSCP_E_NOMEM. */
int search_issuers(struct search *search, struct trust_node *below);

#endif
