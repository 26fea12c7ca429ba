/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_BASE_ERROR_H
#define ADSCP_BASE_ERROR_H

#include "adscp.h"

/* One sentence about one failure: what, where (host, DN, file:line), and what
 * the other side said. Lives in a question, is cleared when a call begins. */
struct detail {
    char text[512];
};

void detail_clear(struct detail *detail);

/* Write the sentence, unless an earlier and thus more specific one stands. The
 * finished sentence is made clean (text.h), so hostile text may be an argument.
 * Returns code, so that a failing room writes: return detail_set(d, code, ...).
 */
#if defined(__GNUC__)
__attribute__((format(printf, 3, 4)))
#endif
int detail_set(struct detail *detail, int code, const char *format, ...);

#endif
