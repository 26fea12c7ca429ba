/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_FACTS_EXPORT_H
#define ADSCP_FACTS_EXPORT_H

#include <stdbool.h>
#include <stddef.h>

/* LDIF (RFC 2849) in memory. A lack of memory is remembered and asked for once,
 * as of a stream. */
struct export_text {
    char *bytes;
    size_t used;
    size_t capacity;
    bool failed;
};

void export_free(struct export_text *text);

void export_put(struct export_text *text, const char *bytes, size_t length);

/* A line "name: value" or, for bytes that are no SAFE-STRING, "name:: base64".
 * It is never folded: whoever reads an export must know long lines anyway. */
void export_line(struct export_text *text, const char *name, const char *value,
                 size_t length);

/* The same of a printf() format. */
void export_format(struct export_text *text, const char *name,
                   const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
