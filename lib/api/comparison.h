/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_API_COMPARISON_H
#define ADSCP_API_COMPARISON_H

#include "adscp.h"
#include "base/hash.h"
#include "facts/difference.h"
#include "facts/finding.h"

/* What comparison.c and its neighbours share: how a comparison looks
 * inside. */

/* One site of both, or one group of mailboxes; -1 where it is not there. */
struct pair {
    int before, after;
    int mailboxes; /* -1: nobody counted them, or it is a site */
    bool is_left;  /* a home whose mailboxes had all been moved away before */
};

struct pairs {
    struct pair *rows;
    size_t count;
};

struct move {
    int site, home;
    int before, after; /* classes; -1: there is no such cell */
    int change;
};

/* Two classes, and what the way from one to the other is. */
struct verdict {
    int before, after, change;
};

/* Homes of one column before and one afterwards; -1: they are not there. */
struct column {
    int before, after;
    size_t home_count;
    struct move cell; /* at the site in hand: of all those homes; `before` -1:
                         they have no one cell on both sides */
    bool is_same;     /* ... and nothing changes in it */
};

/* A site, as an example of all whose groups are the same. */
struct site_row {
    int before, after; /* groups */
    size_t first_move, move_count;
    size_t counts[ADSCP_COMPARISON_CHANGE_WORSE + 1];
};

struct adscp_comparison {
    const adscp_coverage *before, *after;
    struct pairs sites, homes;
    bool is_followed;       /* homes are groups of mailboxes */
    bool loses_mailboxes;   /* fewer are counted afterwards */
    int64_t deleted, added; /* mailboxes; -1: unknown */
    struct move *moves;
    size_t move_count;
    size_t counts[ADSCP_COMPARISON_CHANGE_WORSE + 1];
    struct column *columns;
    size_t column_count;
    uint32_t *column_of; /* of each home */
    struct verdict *verdicts;
    size_t verdict_count;
    struct hash_index by_classes;
    struct site_row *rows;
    size_t row_count;
    struct hash_index by_groups;
    struct fact_differences facts; /* of two forests */
    struct finding_list findings;  /* about those */
};

/* comparison_homes.c. False: out of memory. */
bool pairs_add(struct pairs *pairs, struct pair pair);

/* The mailboxes that were together before, and are together
 * afterwards. The homes of both were matched by name. */
int comparison_homes(adscp_comparison *comparison);

/* comparison_cells.c: what moved, of the sites and homes that were matched. */
int comparison_cells(adscp_comparison *comparison);

#endif
