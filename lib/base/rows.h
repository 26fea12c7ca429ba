/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_BASE_ROWS_H
#define ADSCP_BASE_ROWS_H

#include <stddef.h>

/* An array that holds count rows, made large enough for one more. NULL: out of
 * memory, and the array is as it was. It doubles at powers of two, so that no
 * capacity need be kept. */
void *rows_grow(void *rows, size_t count, size_t row_size);
/* Give back what rows_grow() took too much. Never fails. */
void *rows_trim(void *rows, size_t count, size_t row_size);

#endif
