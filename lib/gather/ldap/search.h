/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_GATHER_LDAP_SEARCH_H
#define ADSCP_GATHER_LDAP_SEARCH_H

#include "gather/ldap/private.h"

/* What ldap_search.c (requests and messages) and ldap_result.c (the ends of
 * pages and searches) share. */
enum { SEARCHES_MAX = 8, LAST_MAX = 256 };

/* A search on its way. */
struct task {
    struct session_search *search;
    int id;
    bool due; /* a request is to be sent */
    bool done;
    struct berval cookie; /* for the next page */
    int64_t received;     /* entries */
    int64_t on_page;
    int empty_pages;
    int64_t ignored; /* messages */
    int left_out;    /* entries that lie outside or are malformed */

    /* A search that was begun anew passes over what it has given already, up to
     * the entry with this DN. */
    bool alone;
    int64_t position;
    int64_t skip;
    char last[LAST_MAX];
};

struct reading {
    struct session *session;
    struct directory *directory;
    struct decoder *decoder;
    const struct deadline *deadline;
    struct detail *detail;
    struct task tasks[SEARCHES_MAX];
    int count;
    struct range_list ranges;
    char referred[256]; /* the first host that a reference names */
};

bool task_is_paged(const struct task *task);
void task_clear(struct task *task);

/* The search is not complete, or (cut) ends here besides: a note tells why. */
int task_partial(struct reading *reading, struct task *task,
                 enum finding_code code, const char *why);
int task_cut(struct reading *reading, struct task *task, enum finding_code code,
             const char *why);
/* Begun anew, the search did not give what it had given before. */
int task_moved(struct reading *reading, struct task *task);

/* The server does not keep to the protocol: not a word more. */
int reading_breach(struct reading *reading, const struct task *task,
                   const char *what);
/* Remember the host of the first reference. */
void reading_keep_host(struct reading *reading, const char *url);

/* The end of a page or of the search. Takes the message over. */
int reading_take_result(struct reading *reading, struct task *task,
                        LDAPMessage *message);

#endif
