/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_GATHER_LDIF_LDIF_H
#define ADSCP_GATHER_LDIF_LDIF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/deadline.h"
#include "base/error.h"
#include "facts/decode/decode.h"

/* A snapshot (facts/snapshot.h) may hold several directories, one behind the
 * other. enter() is told where another than the first one begins, and what
 * names it ("host:port", not checked); it gives the decoder for it, or NULL for
 * a directory that cannot be had, and says whether that is worth a finding.
 * With the target NULL the first one goes on. */
struct ldif_sections {
    int (*enter)(struct ldif_sections *sections, const char *target,
                 size_t length, struct decoder **decoderp);
    bool is_replaced; /* by an export of its own: no finding */
};

/* Read an LDIF export (RFC 2849) into the decoder, as ldapsearch and ldifde
 * write it. A record that is broken is refused with a finding that names file
 * and line, and the rest is kept; what is no LDIF at all is ADSCP_E_FORMAT,
 * with file and line in the detail, and a file that cannot be read
 * ADSCP_E_FILE. URLs ("attr:<") and include: are never followed. Clears
 * directory->complete where the file itself says that it is incomplete. */
int ldif_read_file(const char *path, struct directory *directory,
                   struct decoder *decoder, struct ldif_sections *sections,
                   const struct deadline *deadline, struct detail *detail);

/* The same from memory, as one directory; name stands for the file in findings
 * and errors. */
int ldif_read_memory(const char *name, const char *bytes, size_t length,
                     struct directory *directory, struct decoder *decoder,
                     struct detail *detail);

#endif
