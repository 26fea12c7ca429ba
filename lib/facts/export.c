/* SPDX-License-Identifier: MIT */
/*
 * Lines of LDIF. What a directory gave is written byte for byte: what would not
 * survive as text goes as base64.
 */
#include "facts/export.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"

void export_free(struct export_text *text)
{
    free(text->bytes);
    *text = (struct export_text){.bytes = NULL};
}

/* Room for so many bytes, and a NUL behind them. */
static bool reserve(struct export_text *text, size_t length)
{
    size_t capacity = text->capacity > 0 ? text->capacity : 4096;
    char *bytes;

    if (text->failed || length >= SIZE_MAX / 4 - text->used) {
        text->failed = true;
        return false;
    }
    if (text->used + length < text->capacity)
        return true;
    while (capacity <= text->used + length)
        capacity *= 2;
    bytes = realloc(text->bytes, capacity);
    text->failed = bytes == NULL;
    if (text->failed)
        return false;
    text->bytes = bytes;
    text->capacity = capacity;
    return true;
}

void export_put(struct export_text *text, const char *bytes, size_t length)
{
    if (!reserve(text, length))
        return;
    memcpy(text->bytes + text->used, bytes, length);
    text->used += length;
    text->bytes[text->used] = '\0';
}

/* What a terminal may show, and no command to it: somebody will look. */
static bool is_printable(char c)
{
    return (c >= ' ' && c <= '~') || c == '\t';
}

/* SAFE-STRING of RFC 2849, and no blank at its end, which readers might drop
 * (its note 8). */
static bool is_safe(const char *value, size_t length)
{
    size_t i;

    if (length == 0)
        return true;
    if (value[0] == ' ' || value[0] == ':' || value[0] == '<' ||
        value[length - 1] == ' ')
        return false;
    for (i = 0; i < length; i++)
        if (!is_printable(value[i]))
            return false;
    return true;
}

static void put_base64(struct export_text *text, const char *value,
                       size_t length)
{
    if (length > BASE64_MAX || !reserve(text, BASE64_SIZE(length))) {
        text->failed = true;
        return;
    }
    text->used += base64_encode(text->bytes + text->used, value, length);
}

void export_line(struct export_text *text, const char *name, const char *value,
                 size_t length)
{
    bool safe = is_safe(value, length);

    export_put(text, name, strlen(name));
    if (length == 0)
        export_put(text, ":", 1);
    else
        export_put(text, safe ? ": " : ":: ", safe ? 2 : 3);
    if (safe)
        export_put(text, value, length);
    else
        put_base64(text, value, length);
    export_put(text, "\n", 1);
}

void export_format(struct export_text *text, const char *name,
                   const char *format, ...)
{
    va_list list, again;
    char *value;
    int length;

    va_start(list, format);
    va_copy(again, list);
    length = vsnprintf(NULL, 0, format, list);
    value = length >= 0 ? malloc((size_t)length + 1) : NULL;
    if (value == NULL) {
        text->failed = true;
    } else {
        vsnprintf(value, (size_t)length + 1, format, again);
        export_line(text, name, value, (size_t)length);
    }
    free(value);
    va_end(again);
    va_end(list);
}
