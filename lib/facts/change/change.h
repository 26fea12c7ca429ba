/* SPDX-License-Identifier: MIT */
/*
 * Changes of a directory (LDIF change records, RFC 2849), and what entries
 * become by them. A change does what it says and nothing else: what a domain
 * controller does besides, such as rewriting the DNs that point to an entry
 * which was renamed, is not done.
 */
#ifndef ADSCP_FACTS_CHANGE_CHANGE_H
#define ADSCP_FACTS_CHANGE_CHANGE_H

#include "base/arena.h"
#include "base/deadline.h"
#include "base/error.h"
#include "facts/entries.h"

enum change_type { CHANGE_ADD, CHANGE_DELETE, CHANGE_MODIFY, CHANGE_RENAME };

enum change_operation {
    CHANGE_ADD_VALUES,
    CHANGE_DELETE_VALUES, /* all of them where none is named */
    CHANGE_REPLACE_VALUES
};

/* One part of a modification, up to its "-". */
struct change_part {
    enum change_operation operation;
    struct span attribute;
    const struct entry_value *values;
    uint32_t value_count;
    size_t line;
};

struct change {
    enum change_type type;
    struct span dn;
    const char *file;
    size_t line;
    const struct entry_value *values; /* of an entry that is added */
    uint32_t value_count;
    const struct change_part *parts;
    size_t part_count;
    struct span new_rdn;      /* of an entry that is renamed */
    struct span new_superior; /* text NULL: it stays where it is */
    bool deletes_old_rdn;
};

/* In their order. */
struct change_list {
    struct arena arena;
    struct change *rows;
    size_t count;
};

void change_list_free(struct change_list *list);

/* Append a row whose texts are in the list's arena, or outlive it. false: out
 * of memory. */
bool change_list_add(struct change_list *list, const struct change *change);

/* The entries of several directories of one forest after these changes, as new
 * entries with one holder each. DNs are compared as Active Directory compares
 * them. Added entries come after those that there are; an entry that is
 * modified or renamed keeps its place. A change that does not fit is
 * ADSCP_E_CHANGE, with file and line in the detail, and nothing is made;
 * besides ADSCP_E_NOMEM, ADSCP_E_TIMEOUT and ADSCP_E_CANCELLED. A NULL stands
 * for a directory of which nothing was kept. */
int change_apply(const struct change_list *list, struct entries *const *before,
                 struct entries **after, size_t directory_count,
                 const struct deadline *deadline, struct detail *detail);

#endif
