/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_GATHER_LDIF_TEXT_H
#define ADSCP_GATHER_LDIF_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/deadline.h"
#include "base/error.h"

enum ldif_encoding {
    LDIF_ENCODING_UNKNOWN, /* nothing was read yet */
    LDIF_UTF_8,
    LDIF_UTF_16_LE,
    LDIF_UTF_16_BE
};

/* A file, or memory that plays one, as a stream of UTF-8. */
struct ldif_input {
    const char *name;
    const struct deadline *deadline; /* NULL for memory */
    struct detail *detail;
    int fd;          /* -1: memory */
    bool waits;      /* reading may block: a pipe, a terminal */
    bool ended;      /* no byte will be added to raw */
    bool broken_off; /* the last line has no line end */
    bool impatient;  /* leave a line that is too long, rather than skip it */
    enum ldif_encoding encoding;
    size_t line;     /* number of the line that was begun last, from 1 */
    const char *raw; /* bytes as they came, and not used yet */
    const char *raw_end;
    const char *text; /* the same in UTF-8 */
    const char *text_end;
    char *raw_bytes;  /* what raw points into, unless it is the caller's */
    char *text_bytes; /* what text points into, unless that is raw */
};

/* ADSCP_E_FILE, ADSCP_E_FORMAT (a directory) or ADSCP_E_NOMEM. A file that may
 * block is waited for under the deadline, a FIFO without a writer as well. */
int ldif_input_open(struct ldif_input *input, const char *path,
                    const struct deadline *deadline, struct detail *detail);
void ldif_input_memory(struct ldif_input *input, const char *name,
                       const char *bytes, size_t length, struct detail *detail);
void ldif_input_close(struct ldif_input *input);

enum {
    LDIF_LINE_MAX = 16 << 20,   /* bytes of one line, unfolded */
    LDIF_RECORD_MAX = 256 << 20 /* bytes of one record */
};

/* A logical line: unfolded (RFC 2849 note 2), without its line end. */
struct ldif_line {
    size_t number; /* of its first line in the file */
    size_t start;  /* where it begins in the buffer; it ends with the buffer */
    bool end;      /* there was no line any more */
    /* NULL, or which limit was exceeded; only the first byte is held then. */
    const char *too_long;
};

/* Append the next line to the buffer. ADSCP_E_FILE, ADSCP_E_NOMEM,
 * ADSCP_E_TIMEOUT, ADSCP_E_CANCELLED. */
int ldif_input_line(struct ldif_input *input, struct buffer *buffer,
                    struct ldif_line *linep);

#endif
