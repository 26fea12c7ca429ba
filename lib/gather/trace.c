/* SPDX-License-Identifier: MIT */
/*
 * Lines of an account. Adding never fails where it stands, so that whoever
 * searches need not look: a lack of memory is remembered and asked for once.
 */
#include "gather/trace.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { LINE_MAX_BYTES = 500 };

static char *line_copy(const char *text)
{
    size_t length = strlen(text);
    size_t need = text_escape(NULL, 0, text, length) + 1;
    char *copy = malloc(need);

    if (copy != NULL)
        text_escape(copy, need, text, length);
    return copy;
}

void trace_add(struct trace *trace, const char *format, ...)
{
    char text[LINE_MAX_BYTES];
    char **lines;
    va_list arguments;

    if (trace == NULL || trace->count >= TRACE_LINES_MAX)
        return;
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    lines = realloc(trace->lines, ((size_t)trace->count + 1) * sizeof(*lines));
    if (lines == NULL) {
        trace->failed = true;
        return;
    }
    trace->lines = lines;
    lines[trace->count] = line_copy(text);
    if (lines[trace->count] != NULL)
        trace->count++;
    else
        trace->failed = true;
}

void trace_clear(struct trace *trace)
{
    int i;

    for (i = 0; i < trace->count; i++)
        free(trace->lines[i]);
    free(trace->lines);
    *trace = (struct trace){.lines = NULL};
}
