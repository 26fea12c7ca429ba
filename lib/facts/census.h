/* SPDX-License-Identifier: MIT */
/*
 * How many mailboxes a directory has: per database, and of those that people do
 * not work in, of each kind. Numbers alone; nobody's name is kept, and what is
 * held does not grow with the number of users.
 */
#ifndef ADSCP_FACTS_CENSUS_H
#define ADSCP_FACTS_CENSUS_H

#include <stdbool.h>
#include <stdint.h>

#include "adscp.h"
#include "base/arena.h"
#include "base/table.h"
#include "base/text.h"

enum { CENSUS_KINDS = ADSCP_CENSUS_KIND_REMOTE + 1, CENSUS_RECENT = 256 };

/* A domain of the forest, as CN=Partitions names it. */
struct census_domain {
    const char *dn;
    const char *name; /* in DNS, or NULL */
};

struct census {
    struct arena arena;
    struct table databases; /* by DN; the value is the mailboxes of people */
    uint32_t recent[CENSUS_RECENT]; /* of databases, plus 1, where their bytes
                                       say: found without a hash */
    int64_t counts[CENSUS_KINDS];   /* by ADSCP_CENSUS_KIND_* */
    int64_t astray; /* of people, in no database that is known */
    bool complete;
    bool is_told; /* by a snapshot: the users beside it are not counted again */
    struct census_domain *domains;
    size_t domain_count;
};

/* "mailboxes", "shared", ...; NULL: there is no such kind. */
const char *census_kind_name(int kind);

struct census *census_new(void);         /* NULL: out of memory */
void census_free(struct census *census); /* NULL is fine */

/* Begin anew; the domains stay. */
void census_restart(struct census *census);

/* So many mailboxes that people work in, in the database with this DN (empty:
 * nobody says where). false: out of memory. */
bool census_add(struct census *census, struct span database, int64_t count);

/* A domain of the forest. false: out of memory. */
bool census_add_domain(struct census *census, struct span dn, struct span name);

/* The same numbers, for the forest after a change. NULL: out of memory. */
struct census *census_copy(const struct census *census);

/* All that was counted, archives apart: they are second mailboxes. */
int64_t census_total(const struct census *census);

#endif
