/* SPDX-License-Identifier: MIT */
/* Texts of the registry, which both kinds of file have in UTF-16LE. */
#include "facts/policy/private.h"

bool policy_add_utf16(struct buffer *buffer, const char *bytes, size_t length)
{
    size_t end = 0, taken;

    while (length - end >= 2 && (bytes[end] != 0 || bytes[end + 1] != 0))
        end += 2;
    /* A unit becomes three bytes at most. */
    if (!buffer_reserve(buffer, end / 2 * 3 + 4))
        return false;
    buffer->used += text_from_utf16(buffer->bytes + buffer->used, bytes, end,
                                    false, true, &taken);
    return true;
}
