/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_JUDGE_DIRECTORY_SUBNETS_H
#define ADSCP_JUDGE_DIRECTORY_SUBNETS_H

#include <stddef.h>
#include <stdint.h>

#include "judge/site.h"

/* Prefix lengths: 0 to 32 of IPv4, then 0 to 128 of IPv6. */
enum { SUBNETS_IPV4 = 33, SUBNETS_IPV6 = 129 };

/* The valid subnets of a directory. */
struct subnets {
    const struct adscp_subnet **rows; /* by family, length, prefix, and then as
                                   the directory has them */
    size_t start[SUBNETS_IPV4 + SUBNETS_IPV6 + 1]; /* per length */
};

/* Those of the forest's first directory, made when they are first asked for.
 * ADSCP_OK or ADSCP_E_NOMEM. */
int subnets_read(struct forest_index *forest_index,
                 const struct subnets **subnetsp);

/* The greatest length of a prefix of this address. */
unsigned subnets_longest(const struct site_address *address);

/* How many with a prefix of this length hold the address; they begin at
 * *firstp. */
size_t subnets_find(const struct subnets *subnets,
                    const struct site_address *address, unsigned length,
                    const struct adscp_subnet *const **firstp);

#endif
