/* SPDX-License-Identifier: MIT */
/* Text made in an arena, by whatever arena there is. */
#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>

char *arena_format(struct arena *arena, const char *format, ...)
{
    va_list list;
    char *text;
    int length;

    va_start(list, format);
    length = vsnprintf(NULL, 0, format, list);
    va_end(list);
    text = length >= 0 ? arena_bytes(arena, (size_t)length + 1) : NULL;
    if (text == NULL)
        return NULL;
    va_start(list, format);
    vsnprintf(text, (size_t)length + 1, format, list);
    va_end(list);
    return text;
}
