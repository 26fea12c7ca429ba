/* SPDX-License-Identifier: MIT */
/* What there is in a forest, value by value, for difference.c. */
#ifndef ADSCP_FACTS_DIFFERENCE_FACTS_H
#define ADSCP_FACTS_DIFFERENCE_FACTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "facts/forest.h"

/* One value of one object; the object itself has no attribute. */
struct fact {
    const char *kind;
    const char *dn;
    const char *attribute;
    const char *value;
};

struct facts {
    struct arena *arena;
    struct fact *rows;
    size_t count;
    bool failed;
};

/* What one side did not look at is not new, nor gone. */
struct scope {
    bool seen;   /* hosts, on their ports */
    bool people; /* recipients */
};

/* Append all of it. ADSCP_OK or ADSCP_E_NOMEM; the rows are to be freed either
 * way. */
int difference_collect(const struct adscp_forest *forest, struct scope scope,
                       struct facts *facts);

#endif
