/* SPDX-License-Identifier: MIT */
/* What decides a whole row of cells, and the groups whose rows are known. */
#ifndef ADSCP_JUDGE_COVERAGE_ALIKE_H
#define ADSCP_JUDGE_COVERAGE_ALIKE_H

#include "base/hash.h"
#include "judge/coverage/coverage.h"

struct alike_key {
    const struct adscp_scp *scp; /* NULL: more than its first URL decides */
    const char *url;
    uint32_t directory;
    int evidence;
    bool complete;
};

struct alike_row {
    struct alike_key key;
    uint32_t group;
};

struct alike {
    struct alike_row *rows;
    size_t count;
    struct hash_index index;
};

#define ALIKE_NONE UINT32_MAX

/* Of the clients of this site. It decides only where somebody answers at its
 * URL. ADSCP_OK or ADSCP_E_NOMEM. */
int alike_key(const struct basis *basis, const struct adscp_coverage *coverage,
              const struct coverage_site *site, struct alike_key *key);

/* A group with this key, or ALIKE_NONE. */
uint32_t alike_find(const struct alike *alike, const struct alike_key *key);
/* ADSCP_OK or ADSCP_E_NOMEM. */
int alike_add(struct alike *alike, const struct alike_key *key, uint32_t group);
void alike_clear(struct alike *alike);

#endif
