/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_GATHER_TRACE_H
#define ADSCP_GATHER_TRACE_H

#include <stdbool.h>

/* What was tried, and what came of it, line by line: the reader's account of a
 * search whose outcome nobody could else explain. Clean text. */
struct trace {
    char **lines;
    int count;
    bool failed; /* a line is missing, for lack of memory */
};

enum { TRACE_LINES_MAX = 500 };

#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
void trace_add(struct trace *trace, const char *format, ...);
void trace_clear(struct trace *trace);

#endif
