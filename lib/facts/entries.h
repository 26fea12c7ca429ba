/* SPDX-License-Identifier: MIT */
/*
 * The entries of one directory as they came, in their order, and what was
 * noticed while they were read: whoever decodes them again gets the same facts.
 * Changes make new entries of them (facts/change), which share all that did
 * not change. Filled by one thread, then never changed; any number of threads
 * may hold and read them.
 */
#ifndef ADSCP_FACTS_ENTRIES_H
#define ADSCP_FACTS_ENTRIES_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/shared_arena.h"
#include "base/table.h"
#include "base/text.h"
#include "facts/finding.h"

/* One value, and the description of its attribute ("keywords;range=0-1499").
 * Values of one attribute that stand together share the text of the name. */
struct entry_value {
    const char *name;
    const char *bytes;
    uint32_t name_length;
    uint32_t length;
};

struct kept_entry {
    struct span dn; /* text NULL: a place that nobody took, or no longer */
    const char *where;
    const char *refused; /* why it was given up, or NULL */
    const struct entry_value *values;
    uint32_t value_count;
    uint8_t kind;      /* enum entry_kind */
    bool is_plain : 1; /* its DN, as of dn_is_plain() */
    bool is_added : 1; /* by a change; it was not read */
    /* When it was decoded, it */
    bool is_idle : 1;  /* ... left nothing, */
    bool is_noted : 1; /* ... or was noted for something; */
    uint8_t left;      /* the row that it left (enum row_kind), or 0 */
};

/* A note about the reading, made when so many entries had come. */
struct kept_note {
    size_t at;
    struct adscp_finding finding; /* its texts lie with the entries */
};

struct entries {
    atomic_int holders;
    struct shared_arena *texts;
    struct kept_entry *rows;
    size_t count;
    struct kept_note *notes;
    size_t note_count;
    uint32_t asked;     /* ... while so many addresses were asked for */
    bool counted;       /* ... and mailboxes were counted, or not */
    bool is_repeating;  /* a DN came twice, or an entry in parts */
    bool complete;      /* as far as the reading, not an entry, tells */
    struct table names; /* of attributes; while they are filled */
};

/* Empty, with one holder. NULL: out of memory. */
struct entries *entries_new(void);
/* The same entries, to be changed before others see them. */
struct entries *entries_copy(const struct entries *entries);
struct entries *entries_hold(struct entries *entries);
void entries_release(struct entries *entries); /* NULL is fine */

/* Append an empty place. */
bool entries_reserve(struct entries *entries, size_t *indexp);
/* Fill a place with a copy of everything that the row points to. */
bool entries_put(struct entries *entries, size_t index,
                 const struct kept_entry *row);
bool entries_note(struct entries *entries, const struct adscp_finding *note);
/* Nothing more is read into them. */
void entries_seal(struct entries *entries, bool complete);

#endif
