/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_FACTS_INTERN_H
#define ADSCP_FACTS_INTERN_H

#include "base/table.h"
#include "facts/forest.h"

/* What a forest shares between its rows. All but names is given back when the
 * forest is frozen. */
struct intern {
    struct table keywords;
    struct table tails;
    struct table texts; /* forest->texts[1 + number] */
    struct table names; /* in the sense of text_equal_fold() */
    uint32_t *indexes;  /* room for lists of keyword indexes, in the arena */
    size_t indexes_left;
};

/* Room for count keyword indexes. NULL: out of memory. */
uint32_t *intern_indexes(struct adscp_forest *forest, size_t count);

/* As forest_keyword() and its like, of a text that stays where it is: clean,
 * but for names. false: out of memory. */
bool intern_lasting_keyword(struct adscp_forest *forest, const char *text,
                            uint32_t *indexp);
bool intern_lasting_tail(struct adscp_forest *forest, const char *text,
                         uint32_t *indexp);
bool intern_lasting_text(struct adscp_forest *forest, const char *text,
                         uint32_t *indexp);
bool intern_lasting_name(struct adscp_forest *forest, struct span name,
                         name_id *idp);

#endif
