/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_API_SETTER_H
#define ADSCP_API_SETTER_H

#include <stddef.h>

#include "adscp.h"
#include "base/error.h"

/* What the setters of every handle begin and end with. `detail` is the
 * handle's; NULL, for a handle that is NULL, is ADSCP_E_ARGUMENT. */
#define SETTER_DETAIL(handle) ((handle) != NULL ? &(handle)->detail : NULL)

int setter_text(struct detail *detail, const char *text);
int setter_text_given(struct detail *detail, const char *text);

/* A handle, and text that is UTF-8 or NULL: what every setter asks first. */
static inline int setter_begin(struct detail *detail, const char *text)
{
    return detail != NULL ? setter_text(detail, text) : ADSCP_E_ARGUMENT;
}

/* The same where NULL clears nothing but is a mistake. */
static inline int setter_begin_with(struct detail *detail, const char *text)
{
    return detail != NULL ? setter_text_given(detail, text) : ADSCP_E_ARGUMENT;
}

/* ADSCP_E_ARGUMENT for what is no port. */
int setter_port(struct detail *detail, int port);

int setter_no_memory(struct detail *detail);

/* Keep a copy of the text (NULL: nothing) in the place of another one. */
int setter_replace(struct detail *detail, char **slot, const char *text);
/* The same of a path, which may hold any byte that the file system takes. */
int setter_path(struct detail *detail, char **slot, const char *path);

#endif
