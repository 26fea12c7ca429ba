/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_API_COUNT_H
#define ADSCP_API_COUNT_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

/* Counts are int in the interface; nobody reads more rows than that. */
static inline int count_of(size_t count)
{
    return count > INT_MAX ? INT_MAX : (int)count;
}

static inline bool in_range(int index, size_t count)
{
    return index >= 0 && (size_t)index < count;
}

#endif
