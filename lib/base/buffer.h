/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_BASE_BUFFER_H
#define ADSCP_BASE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes that grow. {0} is empty. */
struct buffer {
    char *bytes;
    size_t used;
    size_t capacity;
};

/* Room for length more bytes. false: out of memory. */
bool buffer_reserve(struct buffer *buffer, size_t length);
bool buffer_add(struct buffer *buffer, const char *bytes, size_t length);
void buffer_free(struct buffer *buffer); /* leaves an empty one */

#endif
