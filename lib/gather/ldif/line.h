/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_GATHER_LDIF_LINE_H
#define ADSCP_GATHER_LDIF_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gather/ldif/text.h"

/* A line of a record; offsets into the record's text. */
struct ldif_row {
    uint32_t name;
    uint32_t name_length;
    uint32_t value;
    uint32_t value_length;
};

/* Names that are no attributes. */
enum ldif_word {
    LDIF_WORD_NONE,
    LDIF_WORD_DN,
    LDIF_WORD_VERSION,
    LDIF_WORD_INCLUDE, /* OpenLDAP's: read another file here */
    LDIF_WORD_CONTROL,
    LDIF_WORD_CHANGETYPE,
    LDIF_WORD_SEARCH, /* these four: ldapsearch's trailer */
    LDIF_WORD_RESULT,
    LDIF_WORD_PAGED,
    LDIF_WORD_REF
};

/* A line, looked at. */
struct ldif_parsed {
    struct ldif_row row;
    enum ldif_word word;
    bool is_url;
    bool stops;      /* its base64 ends within a group of four */
    const char *why; /* NULL, or what is wrong with it */
    size_t line;
};

/* Look at the line that ends the buffer; base64 is decoded in place. Where the
 * line is wrong, the word is still told if the name could be read. */
struct ldif_parsed ldif_parse_line(const struct buffer *text,
                                   const struct ldif_line *line);

/* What a file is whose first line is no LDIF, as a clause. */
const char *ldif_name_stranger(const char *text, size_t length);

#endif
