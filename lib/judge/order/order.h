/* SPDX-License-Identifier: MIT */
/*
 * In which order would this client try the URLs? One file for each profile;
 * what they share is in order.c. The order is the answer of one profile to one
 * client; it reads the index and writes nothing but itself.
 *
 * Most callers want the first URL, and many clients of one forest differ in
 * nothing else: so the head of an order is found at once, by a few steps, and
 * the list of all rows is made when somebody first asks for it.
 */
#ifndef ADSCP_JUDGE_ORDER_ORDER_H
#define ADSCP_JUDGE_ORDER_ORDER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "adscp.h"
#include "base/arena.h"
#include "base/text.h"
#include "facts/finding.h"
#include "facts/forest.h"
#include "judge/directory/index.h"

/* Who asks, as far as the order depends on it. NULL: unknown. */
struct client {
    const char *site;
    name_id site_id;
    const char *domain; /* of the mail address */
    name_id domain_id;
};

/* With the numbers of what the forest knows. */
struct client client_make(const struct adscp_forest *forest, const char *site,
                          name_id site_id, const char *domain);

struct order_list;

/* A row of the answer. There may be 50,000 of them: what few callers read is
 * made when it is asked for, and kept beside the rows. */
struct adscp_candidate {
    const struct adscp_scp *scp;
    const char *url; /* as this client has it; NULL: the first http(s) value */
    const struct order_list *list;
    uint32_t duplicate_first; /* the further SCPs, in list->duplicates */
    uint32_t duplicate_count;
    uint32_t directory;
    uint8_t
        group; /* ADSCP_CANDIDATE_GROUP_*, or 0 where the profile has none */
    bool undocumented;
    bool tie;
};

/* The texts of a row. The sites are no text, but what lib/api/candidate.c makes
 * of all SCPs with this URL. */
enum order_text { ORDER_HOST, ORDER_WHY, ORDER_SITES, ORDER_TEXTS };

static inline const char *order_url(const struct adscp_candidate *row)
{
    return row->url != NULL ? row->url
                            : scp_binding(row->scp, row->scp->first_http);
}

/* A pointer on the way, and the value that this client takes from it. */
struct order_pointer {
    const struct adscp_scp *scp; /* NULL: none */
    const char *value;
};

enum { ORDER_GROUPS = 4 }; /* 0 and ADSCP_CANDIDATE_GROUP_* */
enum { ORDER_FEW = 8 };

/* All rows. */
struct order_list {
    const struct order *order;
    struct adscp_candidate *rows;
    uint32_t count;
    text_slot *texts;                   /* ORDER_TEXTS for each row */
    atomic_bool has_texts;              /* false: all of them are NULL */
    uint32_t group_first[ORDER_GROUPS]; /* rows of a group lie together */
    uint32_t group_count[ORDER_GROUPS];
    uint32_t group_scps[ORDER_GROUPS]; /* that publish the URLs of the group */
    bool group_undated[ORDER_GROUPS];  /* one of them has no date */
    const struct adscp_scp **duplicates;
    struct finding_list findings; /* what ranking them met */
    struct arena arena;
};

/* The first row. */
struct order_first {
    const struct adscp_scp *scp; /* NULL: there is none */
    const char *url;             /* lies in the forest or in the list */
    uint32_t directory;
};

/* Why another URL may come first. */
enum order_reading {
    READING_TIE,     /* of one second; the directory's order decides */
    READING_UNDATED, /* without a date, so that nobody knows which is older */
    READING_NEWEST,  /* the newest SCP, where none serves the client's site */
    READING_SERVER   /* the same URL, but of several servers another answers */
};

struct order_rival {
    struct order_first start;
    enum order_reading reading;
};

/* So many rivals are judged; a thousand servers may be one second's work. */
enum { ORDER_RIVALS_MAX = 16 };

struct order_rivals {
    struct order_rival rows[ORDER_RIVALS_MAX]; /* each URL once */
    uint32_t count;
    bool is_cut;             /* there are more of them ... */
    struct order_rival next; /* ... of which this is one */
};

struct order {
    struct forest_index *forest_index; /* borrowed */
    int profile;
    struct client client; /* texts borrowed */
    struct order_first first;
    uint32_t count;        /* of all rows */
    int evidence;          /* ADSCP_EVIDENCE_*, or -1 */
    const char *rival_url; /* where it is contested */
    bool complete;
    uint8_t *states;                /* per directory: 0: it was not searched */
    uint8_t few_states[ORDER_FEW];  /* where there are not more of them */
    struct order_pointer *pointers; /* followed, once each */
    size_t pointer_count;
    struct finding_list findings;      /* what was met on the way */
    _Atomic(struct order_list *) list; /* NULL: nobody asked yet */
};

/* Fill an order, which must not move afterwards. On failure it is empty and
 * needs no clearing. ADSCP_OK or ADSCP_E_NOMEM. */
int order_make(struct forest_index *forest_index, int profile,
               const struct client *client, struct order *order);
void order_clear(struct order *order);

/* The list of an order that has rows, made when it is first asked for; any
 * number of threads may ask at once. NULL: out of memory. */
const struct order_list *order_list(const struct order *order);

/* The row of this SCP's URL in that list; NULL: there is none, or no memory. */
const struct adscp_candidate *order_row(const struct order *order,
                                        const struct adscp_scp *scp,
                                        const char *url);
/* The rank of a row, from 1. */
uint32_t order_rank(const struct adscp_candidate *row);

/* The URLs that may come before the first row, or before one of the others that
 * the client went on to; so many rows it tried. */
void order_rivals(const struct order *order, uint32_t tried,
                  struct order_rivals *rivals);
const char *order_reading_name(enum order_reading reading);

/* A text of a row, made when it is first asked for; NULL: out of memory. */
const char *order_text(const struct adscp_candidate *row, enum order_text text,
                       char *(*make)(const void *row));

/* The reason for a rank, and what a profile takes for granted; see order_why.c.
 */
const char *order_why(const struct adscp_candidate *row);
enum site_known { SITE_UNKNOWN, SITE_KNOWN, SITE_EITHER /* of many clients */ };
/* `steps`: of an Outlook whose steps are known; `policies`: with its policies.
 */
struct assumption {
    int profile;
    enum site_known site;
    bool steps, policies;
};
const char *order_assumes(const struct assumption *assumption);

#endif
