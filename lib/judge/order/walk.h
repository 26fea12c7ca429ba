/* SPDX-License-Identifier: MIT */
/* What the files of this room share: the way through directories, and the
 * making of rows. Nobody else includes this. */
#ifndef ADSCP_JUDGE_ORDER_WALK_H
#define ADSCP_JUDGE_ORDER_WALK_H

#include "judge/order/order.h"

/* How a profile treats directories that lie one behind the other. */
struct walk_rules {
    size_t searches_max;
    bool searches_again; /* it does not remember where it has been */
};

/* An order in the making, or its list. */
struct walk {
    struct order *order;
    struct order_list *list; /* NULL: only the head is wanted now */
    struct walk_rules rules;
    size_t searches;
    uint32_t directory;        /* the one that is searched now */
    struct order_pointer last; /* the pointer that led to it */
    bool loop_told;
    uint32_t *duplicate_rows; /* pairs: row, and further SCP with its URL */
    const struct adscp_scp **duplicate_scps;
    uint32_t duplicate_count;
    size_t duplicate_capacity;
};

enum { WALK_NEW = 0, WALK_OPEN, WALK_CLOSED }; /* order->states */

/* Search directories one behind the other, the first one first: `search` fills
 * the rows, or tells by *nextp (empty at first) where to go instead. */
int walk_run(struct walk *walk,
             int (*search)(struct walk *walk,
                           const struct directory_index *page,
                           struct order_pointer *nextp));

/* The first directory's page. */
int walk_start(struct walk *walk, const struct directory_index **pagep);

/* Where the pointer leads; *pagep is NULL, and a finding says why, where that
 * is nowhere. */
int walk_follow(struct walk *walk, struct order_pointer pointer,
                const struct directory_index **pagep);

/* Tell, if a pointer led here, that nothing is here. */
int walk_tell_empty(struct walk *walk);

/* keywords and the client */
bool walk_serves_domain(const struct walk *walk, const struct adscp_scp *scp);
bool walk_serves_site(const struct walk *walk, const struct adscp_scp *scp);

/* Room for so many rows, none of which exists yet. */
int walk_reserve(struct walk *walk, size_t count);

/* Put a URL (NULL: the SCP's first http(s) value) at the end, or with the row
 * that has it: *placep is that row's index, kept by the caller per distinct
 * URL, and INDEX_NONE at first. */
int walk_append(struct walk *walk, const struct adscp_scp *scp, const char *url,
                uint8_t group, uint32_t *placep);

/* The head: so many rows, the first of which is this one. */
void walk_lead(struct walk *walk, const struct adscp_scp *scp, const char *url,
               uint32_t count);

/* The first pass of the EWS Managed API and of the Microsoft Learn sample over
 * the pointers that they see: *nextp serves the user's domain, *fallbackp
 * serves all. false: a pointer without a value stops the client. */
bool walk_pass_pointers(const struct walk *walk,
                        const struct directory_index *page,
                        struct order_pointer *nextp,
                        struct order_pointer *fallbackp);

struct order_list *order_list_new(const struct order *order);
void order_list_free(struct order_list *list); /* NULL is fine */
/* Done with it, whether it went well or not. */
int walk_end(struct walk *walk, int rc);

/* The way of each profile. Two of them find the head only; the rows of the page
 * that it comes from are put into the list later. The others, for which few
 * clients stand, put them there at once. */
int order_outlook(struct walk *walk);
int order_outlook_rank(struct walk *walk, const struct directory_index *page);
int order_ews(struct walk *walk);
int order_ews_rank(struct walk *walk, const struct directory_index *page);
int order_learn(struct walk *walk);
int order_oxdisco(struct walk *walk);

#endif
