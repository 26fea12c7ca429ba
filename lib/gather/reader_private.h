/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_GATHER_READER_PRIVATE_H
#define ADSCP_GATHER_READER_PRIVATE_H

#include "gather/reader.h"
#include "gather/tree.h"

/* What reader.c (the plan) and reader_find.c (directories that are named by
 * their domain) share among themselves, and with nobody else. */

/* A server address as session_open() wants it; its texts are malloc()ed. */
struct place {
    enum session_scheme scheme;
    char *host;
    char *path;
    int port;
    bool found; /* by DNS, as others of its forest may be */
};

struct run {
    const struct reader_plan *plan;
    const struct deadline *deadline;
    struct detail *detail;
    struct adscp_forest *forest;
    /* Of a ping before the bind, which anybody could have answered: the
     * client's site, or NULL. */
    const char *hinted_site;
};

/* An empty forest that knows which recipients are asked for, in the place of
 * the one before. ADSCP_OK or ADSCP_E_NOMEM. */
int reader_begin(struct run *run);

/* Read one directory into an empty row. Where this fails, the row is left
 * without rows of its own. */
int reader_read_live(struct run *run, const struct place *place, bool starttls,
                     struct directory *directory,
                     const struct deadline *deadline, struct detail *detail);

/* Read what the directory lacks from a global catalog. Its rows are kept where
 * this fails. */
int reader_read_catalog(struct run *run, const struct place *place,
                        bool starttls, struct tree *tree);

/* Failures that are no server's: they end the whole reading. */
bool reader_ends(int rc);

/* Find the domain, a domain controller of it, and read that, or the next one
 * where it fails. */
int reader_find_first(struct run *run);

/* The same for the forest behind a pointer; the results and the row as of
 * reader_read_live(). */
int reader_find_forest(struct run *run, const char *domain, bool starttls,
                       struct directory *directory,
                       const struct deadline *deadline, struct detail *detail);

/* Find a global catalog of the directory's forest, and read what the directory
 * lacks from it, or from the next one where it fails. */
int reader_find_catalog(struct run *run, bool starttls, struct tree *tree);

#endif
