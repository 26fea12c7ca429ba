/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_BASE_SORT_H
#define ADSCP_BASE_SORT_H

#include <stddef.h>

struct deadline;

/* Sort so many pointers, of equals those first that were first; `spare` has
 * room for as many. Unlike qsort() it looks at the deadline (NULL: none) on the
 * way. ADSCP_OK or what the deadline says, and then in some order. */
int sort_pointers(const void **rows, const void **spare, size_t count,
                  int (*compare)(const void *a, const void *b),
                  const struct deadline *deadline);

#endif
