/* SPDX-License-Identifier: MIT */
/*
 * What differs between two readings of one forest, object by object, by DN. The
 * order in which a server gives entries is no difference.
 */
#ifndef ADSCP_FACTS_DIFFERENCE_H
#define ADSCP_FACTS_DIFFERENCE_H

#include "base/arena.h"
#include "facts/forest.h"

enum fact_change { FACT_ADDED, FACT_REMOVED, FACT_CHANGED };

struct fact_difference {
    const char *kind; /* "scp", "server", ... */
    enum fact_change change;
    const char *dn;
    const char *attribute; /* NULL: the object as a whole */
    const char *before, *after;
};

/* The texts live in the arena, or in the forests. */
struct fact_differences {
    struct arena arena;
    struct fact_difference *rows;
    size_t count;
};

/* What an incomplete reading lacks is not gone. ADSCP_OK or ADSCP_E_NOMEM;
 * clear it either way. */
int difference_find(const struct adscp_forest *before,
                    const struct adscp_forest *after,
                    struct fact_differences *differences);
void difference_clear(struct fact_differences *differences);

/* Do both have one configuration naming context? Where one of the two is not
 * known, they may. */
bool difference_is_one_forest(const struct adscp_forest *before,
                              const struct adscp_forest *after);

#endif
