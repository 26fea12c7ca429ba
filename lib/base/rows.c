/* SPDX-License-Identifier: MIT */
/* Arrays that double as they grow. */
#include "base/rows.h"

#include <stdint.h>
#include <stdlib.h>

enum { FIRST_ROWS = 8 };

void *rows_grow(void *rows, size_t count, size_t row_size)
{
    size_t capacity = count > 0 ? 2 * count : FIRST_ROWS;

    if (count != 0 && (count < FIRST_ROWS || (count & (count - 1)) != 0))
        return rows;
    if (capacity > SIZE_MAX / 2 / row_size)
        return NULL;
    return realloc(rows, capacity * row_size);
}

void *rows_trim(void *rows, size_t count, size_t row_size)
{
    void *trimmed = count > 0 ? realloc(rows, count * row_size) : NULL;

    return trimmed != NULL ? trimmed : rows;
}
