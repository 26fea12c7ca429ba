/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_GATHER_READER_PRIVATE_H
#define ADSCP_GATHER_READER_PRIVATE_H

#include "gather/locate/locate.h"
#include "gather/reader/reader.h"
#include "gather/reader/tree.h"

/* What the parts of the reader share among themselves, and with nobody else:
 * reader.c has the plan, place.c the addresses, find.c directories that are
 * named by their domain, live.c and export.c read one, mail.c asks of which
 * forests the mail addresses are. */

/* Directories in one forest: a bound on what hostile pointers can make us do.
 */
enum { DIRECTORIES_MAX = 64 };

enum { LDAP_PORT = 389, LDAPS_PORT = 636 };

/* A server address as session_open() wants it; its texts are malloc()ed. */
struct place {
    enum session_scheme scheme;
    char *host;
    char *path;
    int port;
    bool found; /* by DNS, as others of its forest may be */
};

void place_clear(struct place *place);

/* ADSCP_E_ARGUMENT for what is no such URI; "ldap://" in any case, or any of
 * the three. */
int place_from_url(const char *text, struct place *placep);
int place_from_uri(const char *uri, struct place *placep);

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

/* The client's site, as the server says it after the bind, or else by a ping.
 * "": in none. */
int reader_keep_site(struct run *run, const struct root_dse *root);

/* All files that were named for this target (NULL: for the first directory),
 * into its row. */
int reader_read_exports(struct run *run, const char *target,
                        struct directory *directory);

/* The exports that stand for pointer targets: being named is being allowed. */
int reader_read_named_exports(struct run *run);

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

/* How to look for a domain controller of this domain. */
struct locate_config reader_locate_config(const struct run *run,
                                          const char *domain);

/* Which mail domains belong to another forest than the one that was found and
 * read. Overwrites *located, which is too large for a stack. */
int reader_find_mail_forests(struct run *run, struct located *located);

/* Find a global catalog of the directory's forest, and read what the directory
 * lacks from it, or from the next one where it fails. */
int reader_find_catalog(struct run *run, bool starttls, struct tree *tree);

#endif
