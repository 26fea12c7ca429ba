/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_GATHER_READER_PRIVATE_H
#define ADSCP_GATHER_READER_PRIVATE_H

#include "facts/change/change.h"
#include "gather/locate/locate.h"
#include "gather/reader/reader.h"
#include "gather/reader/tree.h"

/* What the parts of the reader share among themselves, and with nobody else:
 * reader.c has the plan, place.c the addresses, servers.c several of them,
 * find.c directories that are named by their domain, live.c and export.c read
 * one, site.c keeps the client's site, catalog.c asks a global catalog,
 * census.c counts mailboxes, mail.c asks of which forests the mail addresses
 * are, follow.c follows their owners' targetAddress. */

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
/* How to talk to this server. */
struct session_config place_settings(const struct reader_plan *plan,
                                     const struct place *place, bool starttls);

struct run {
    const struct reader_plan *plan;
    const struct deadline *deadline;
    struct detail *detail;
    struct adscp_forest *forest;
    bool keeps; /* the entries are kept, for changes or for the caller */
    /* Of a ping before the bind, which anybody could have answered: the
     * client's site, or NULL. */
    const char *hinted_site;
    /* Addresses that lead on from those that the caller asked for. */
    char **followed;
    size_t followed_count;
};

/* An empty forest that knows which recipients are asked for, in the place of
 * the one before. ADSCP_OK or ADSCP_E_NOMEM. */
int reader_begin(struct run *run);

/* Read one directory into an empty row. Where this fails, the row is left
 * without rows of its own. */
int reader_read_live(struct run *run, const struct place *place, bool starttls,
                     struct directory *directory,
                     const struct deadline *deadline, struct detail *detail);

/* The client's site, as the server says it after the bind, or else by a ping.
 * "": in none. */
int reader_keep_site(struct run *run, const struct root_dse *root);
/* Before the bind, anybody on the way could answer a ping: a note where one
 * decided, or was contradicted. */
int reader_note_site(struct run *run, struct decoder *decoder);

/* All files that were named for this target (NULL: for the first directory),
 * into its row. */
int reader_read_exports(struct run *run, const char *target,
                        struct directory *directory);

/* The changes that the caller named. What is wrong with them by themselves
 * shows before anything else is read. */
int reader_read_changes(struct run *run, struct change_list *list);

/* In the place of the forest that was read, whose entries were kept: the one
 * that they make after these changes. */
int reader_apply_changes(struct run *run, const struct change_list *list);

/* Where exports are read, `read` them again as long as somebody in them is sent
 * on to an address that was not asked for, a few times. ADSCP_OK or what ends
 * the whole reading. */
typedef int reader_read_all(struct run *run, const void *what);
int reader_follow_recipients(struct run *run, reader_read_all *read,
                             const void *what);
void reader_forget_followed(struct run *run);

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

/* This server was read: one more input of the forest. */
int reader_note_input(struct run *run, const struct place *place);

/* Whoever is not in the controller's own domain may be in another one of the
 * forest: read from a global catalog what the directory lacks. That none
 * answers costs nothing but a note. */
int reader_complete_catalog(struct run *run, const struct place *place,
                            bool starttls, const struct tree *tree);

/* What a global catalog is asked; and the asking: beside this server, or on
 * another one that DNS names where this one was found by DNS, too. */
typedef int reader_catalog_read(const struct tree *tree);
int reader_ask_catalog(struct run *run, const struct place *place,
                       bool starttls, struct tree *tree,
                       reader_catalog_read *read);

/* Where a census is wanted: count the mailboxes of every domain of the forest.
 * That one cannot be read costs nothing but a note. */
int reader_take_census(struct run *run, const struct place *place,
                       bool starttls, const struct tree *tree);

/* How to look for a domain controller of this domain. */
struct locate_config reader_locate_config(const struct run *run,
                                          const char *domain);

/* Which mail domains belong to another forest than the one that was found and
 * read. Overwrites *located, which is too large for a stack. */
int reader_find_mail_forests(struct run *run, struct located *located);

/* Worth trying another server: this one could not be reached, broke off, broke
 * the protocol, or says that it is busy. What it says about us is final. */
bool reader_may_retry(int rc);
bool reader_tries_next(int rc, const struct deadline *deadline);
/* Half of what is left, where there is another server to try. */
struct deadline reader_share(const struct deadline *deadline, bool last);
struct place reader_place_of(struct controller *controller);
/* Trace what became of a server. A failure leaves a detail, whoever failed. */
void reader_trace_read(const struct run *run,
                       const struct controller *controller, int rc,
                       struct detail *detail);

#endif
