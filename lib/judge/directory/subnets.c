/* SPDX-License-Identifier: MIT */
/*
 * Which subnets hold an address: for each length of a prefix a list in the
 * order of the prefixes, where few steps lead to any. No hash, since the names
 * are the directory's, and could all be made to fall on one place. Which of
 * several subnets decides is judge/site's.
 */
#include "judge/directory/subnets.h"

#include <stdlib.h>
#include <string.h>

/* The order of the first `length` bits. */
static int compare_bits(const uint8_t *a, const uint8_t *b, unsigned length)
{
    size_t whole = length / 8U;
    unsigned mask = 0xFF00U >> length % 8U & 0xFFU;
    int order = memcmp(a, b, whole);

    if (order != 0 || mask == 0)
        return order;
    return (int)(a[whole] & mask) - (int)(b[whole] & mask);
}

/* Of one length. Names of IPv6 subnets may keep bits behind the prefix. */
static int compare(const void *a, const void *b)
{
    const struct adscp_subnet *first = *(const struct adscp_subnet *const *)a;
    const struct adscp_subnet *second = *(const struct adscp_subnet *const *)b;
    int order = compare_bits(first->address, second->address, first->prefix);

    return order != 0 ? order : (first > second) - (first < second);
}

static size_t list_of(int family, unsigned length)
{
    return family == 4 ? length : SUBNETS_IPV4 + length;
}

static void fill(struct subnets *subnets, const struct directory *directory)
{
    enum { LISTS = SUBNETS_IPV4 + SUBNETS_IPV6 };
    size_t end[LISTS], i;

    for (i = 0; i < directory->subnet_count; i++) {
        const struct adscp_subnet *row = &directory->subnets[i];

        if (row->state == SUBNET_VALID)
            subnets->start[list_of(row->family, row->prefix) + 1]++;
    }
    for (i = 0; i < LISTS; i++) {
        end[i] = subnets->start[i];
        subnets->start[i + 1] += subnets->start[i];
    }
    for (i = 0; i < directory->subnet_count; i++) {
        const struct adscp_subnet *row = &directory->subnets[i];

        if (row->state == SUBNET_VALID)
            subnets->rows[end[list_of(row->family, row->prefix)]++] = row;
    }
    for (i = 0; i < LISTS; i++)
        if (end[i] > subnets->start[i])
            qsort(subnets->rows + subnets->start[i], end[i] - subnets->start[i],
                  sizeof(struct adscp_subnet *), compare);
}

int subnets_read(struct forest_index *forest_index,
                 const struct subnets **subnetsp)
{
    const struct directory *directory = forest_index->forest->directories[0];
    struct subnets *made;

    if (forest_index->subnets == NULL) {
        made = arena_alloc(&forest_index->arena, sizeof(*made));
        if (made == NULL)
            return ADSCP_E_NOMEM;
        made->rows =
            arena_alloc(&forest_index->arena,
                        (directory->subnet_count + 1) * sizeof(*made->rows));
        if (made->rows == NULL)
            return ADSCP_E_NOMEM;
        fill(made, directory);
        forest_index->subnets = made;
    }
    *subnetsp = forest_index->subnets;
    return ADSCP_OK;
}

unsigned subnets_longest(const struct site_address *address)
{
    return address->family == 4 ? SUBNETS_IPV4 - 1 : SUBNETS_IPV6 - 1;
}

size_t subnets_find(const struct subnets *subnets,
                    const struct site_address *address, unsigned length,
                    const struct adscp_subnet *const **firstp)
{
    size_t list = list_of(address->family, length);
    size_t low = subnets->start[list], end = subnets->start[list + 1];
    size_t high = end, count = 0;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (compare_bits(subnets->rows[middle]->address, address->bytes,
                         length) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    while (low + count < end &&
           compare_bits(subnets->rows[low + count]->address, address->bytes,
                        length) == 0)
        count++;
    *firstp = subnets->rows + low;
    return count;
}
