/* SPDX-License-Identifier: MIT */
/*
 * Bytes that are put together piece by piece, in time that grows no faster than
 * they do.
 */
#include "base/buffer.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 4096 };

bool buffer_reserve(struct buffer *buffer, size_t length)
{
    size_t capacity =
        buffer->capacity > 0 ? buffer->capacity : (size_t)FIRST_ROOM;
    char *bytes;

    if (length <= buffer->capacity - buffer->used)
        return true;
    while (capacity - buffer->used < length) {
        if (capacity > SIZE_MAX / 2)
            return false;
        capacity *= 2;
    }
    bytes = realloc(buffer->bytes, capacity);
    if (bytes == NULL)
        return false;
    buffer->bytes = bytes;
    buffer->capacity = capacity;
    return true;
}

bool buffer_add(struct buffer *buffer, const char *bytes, size_t length)
{
    if (!buffer_reserve(buffer, length))
        return false;
    if (length > 0)
        memcpy(buffer->bytes + buffer->used, bytes, length);
    buffer->used += length;
    return true;
}

void buffer_free(struct buffer *buffer)
{
    free(buffer->bytes);
    *buffer = (struct buffer){0};
}
