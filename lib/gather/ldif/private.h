/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_GATHER_LDIF_PRIVATE_H
#define ADSCP_GATHER_LDIF_PRIVATE_H

#include "gather/ldif/ldif.h"
#include "gather/ldif/line.h"

/* What ldif.c (the file) and record.c (its records) share among themselves, and
 * with nobody else. */
enum {
    NOTES_MAX = 1000, /* about one file; beyond it only their number is told */
    ROWS_MAX = 16 << 20 /* lines of one record */
};

/* What the next line of the file belongs to. */
enum state {
    NEW_RECORD,
    ENTRY,
    TRAILER, /* what ldapsearch prints that is no entry */
    CHANGE,  /* the rest of a change record */
    BROKEN   /* the rest of a broken record */
};

struct reading {
    struct ldif_input input;
    struct directory *directory;
    struct decoder *decoder; /* of the first directory: takes the notes */
    struct decoder *section; /* takes the entries; NULL: nobody does */
    struct ldif_sections *sections; /* NULL: all of it is one directory */
    struct detail *detail;
    enum state state;
    struct buffer text; /* of the record; grows to the largest one */
    struct ldif_row *rows;
    size_t row_count;
    size_t row_capacity;
    struct ldif_row dn;
    size_t dn_line;
    char *place; /* "file:line" */
    size_t place_size;
    bool is_ldif;     /* some line proved it */
    bool in_snapshot; /* whose end has not come */
    bool has_comment; /* an export without entries may be comments only */
    int64_t notes;    /* that were made or had to be made */
    int64_t references;
    char reference[256]; /* the first one by its bytes */
    size_t cookie_line;  /* of the last page's cookie, where more must follow */
    bool stopped;        /* the last line's base64 lacks its end */
    bool result_due;     /* ldapsearch began, and has not told how it ended */
};

static inline const char *value_of(const struct reading *reading,
                                   const struct ldif_row *row)
{
    return reading->text.bytes + row->value;
}

const char *ldif_place(struct reading *reading, size_t line);
int ldif_add_note(struct reading *reading, enum finding_code code,
                  struct finding_what what);
/* A note about a line of the file. */
int ldif_note(struct reading *reading, enum finding_code code, size_t line,
              struct finding_what what);
int ldif_break_record(struct reading *reading, size_t line, const char *why);
/* Outside an entry no text is held. */
void ldif_clear_text(struct reading *reading);
/* Where "dn:" stands a record begins, even if the blank line before it is
 * missing: then nobody knows whether the record above it is whole. */
int ldif_begin_entry(struct reading *reading, const struct ldif_parsed *parsed);
/* A further line of an entry. */
int ldif_continue_entry(struct reading *reading,
                        const struct ldif_parsed *parsed);
int ldif_end_record(struct reading *reading);

#endif
