/* SPDX-License-Identifier: MIT */
/*
 * The databases of one directory by their DNs, and how many mailboxes a census
 * counted in each, also in those that a change has removed.
 */
#ifndef ADSCP_JUDGE_COVERAGE_PLACES_H
#define ADSCP_JUDGE_COVERAGE_PLACES_H

#include "base/table.h"
#include "facts/forest.h"

struct places {
    const struct directory *directory;
    struct arena arena;
    struct table databases; /* by DN: the index, plus 1 */
    struct table told;      /* by DN: mailboxes of a census that is told */
};

/* ADSCP_OK or ADSCP_E_NOMEM; places_close() either way. */
int places_open(struct places *places, const struct directory *directory);
void places_close(struct places *places);

/* Before the first places_find(). ADSCP_OK or ADSCP_E_NOMEM. */
int places_index(struct places *places);
/* NULL: there is no such database. */
const struct database *places_find(const struct places *places, const char *dn);
/* The one at *nextp, which goes on to the next, where it has this very DN; else
 * NULL. Two forests that a change tells apart have most of theirs in one order,
 * and need no index then. */
const struct database *places_next(const struct places *places, const char *dn,
                                   size_t *nextp);

/* A census that a server or a snapshot tells knows nothing of moves; one of an
 * export counts the users that are in it, wherever they are now. */
bool places_are_told(const struct directory *directory);
/* 0 where no such census tells of the database. */
int64_t places_told(const struct places *places, const char *dn);

#endif
