/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_GATHER_LDIF_CHANGE_H
#define ADSCP_GATHER_LDIF_CHANGE_H

#include "base/deadline.h"
#include "base/error.h"
#include "facts/change/change.h"

/* Append the change records (RFC 2849) of a file. Every one of them must be
 * right: what is not, and what asks for more than this file holds (a URL, an
 * include, a control), is ADSCP_E_CHANGE, with file and line in the detail.
 * ADSCP_E_FILE for a file that cannot be read. */
int ldif_read_changes_file(const char *path, struct change_list *list,
                           const struct deadline *deadline,
                           struct detail *detail);

/* The same from memory; name stands for the file. */
int ldif_read_changes(const char *name, const char *bytes, size_t length,
                      struct change_list *list, const struct deadline *deadline,
                      struct detail *detail);

#endif
