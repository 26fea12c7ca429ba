/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_GATHER_FILE_H
#define ADSCP_GATHER_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* The whole of a file that the caller named, malloc()ed, at most `most` bytes.
 * ADSCP_OK; ADSCP_E_FILE, ADSCP_E_FORMAT (too large) or ADSCP_E_NOMEM. */
int file_read(const char *path, size_t most, struct detail *detail,
              void **bytesp, size_t *lengthp);
/* The same, where a pipe has so long to end. */
int file_read_within(const char *path, size_t most, int wait_ms,
                     struct detail *detail, void **bytesp, size_t *lengthp);

/* It gives the same when it is read again, as a pipe does not. */
bool file_is_regular(const char *path);

#endif
