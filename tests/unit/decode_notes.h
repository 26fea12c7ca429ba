/* SPDX-License-Identifier: MIT */
/* What was noticed while entries were read. */
#ifndef ADSCP_TESTS_DECODE_NOTES_H
#define ADSCP_TESTS_DECODE_NOTES_H

#include "make_forest.h"
#include "test.h"

static inline const struct directory *
first_of(const struct adscp_forest *forest)
{
    return forest->directories[0];
}

static inline int count_notes(const struct directory *directory,
                              enum finding_code code)
{
    int count = 0;
    size_t i;

    for (i = 0; i < directory->notes.count; i++)
        count += directory->notes.rows[i].code == code;
    return count;
}

#endif
