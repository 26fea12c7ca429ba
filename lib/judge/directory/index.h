/* SPDX-License-Identifier: MIT */
/*
 * What can be said about a directory whoever asks: its URLs from oldest to
 * newest, who claims which site, and the findings that follow from the facts
 * alone. Made once for a forest, when first needed, and shared by all its
 * predictions.
 */
#ifndef ADSCP_JUDGE_DIRECTORY_INDEX_H
#define ADSCP_JUDGE_DIRECTORY_INDEX_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/table.h"
#include "facts/certificate/certificate.h"
#include "facts/finding.h"
#include "facts/forest.h"
#include "facts/url.h"
#include "judge/directory/topology.h"

#define INDEX_NONE UINT32_MAX

/* A client that does not page sees so many entries of a search. */
enum { INDEX_UNPAGED_MAX = 1000 };

/* An SCP with the URL GUID and an http(s) value: a "URL row". All numbers of
 * SCPs are indexes into directory->scps. */
struct url_row {
    int64_t created; /* INT64_MAX: unknown, which stands behind every date */
    uint32_t row;
    uint32_t is_scoped : 1; /* it names a site */
    uint32_t leader : 31;   /* see below */
};

/* Oldest first; of equal ones in the order that they have. The result is
 * *urlsp; *sparep has room for as many. ADSCP_OK or what the deadline says, and
 * then in no order. */
int url_rows_sort(struct url_row **urlsp, struct url_row **sparep, size_t count,
                  const struct deadline *deadline);

/* What a client that does not page takes from the entries that it sees: the URL
 * SCPs with a value, whatever it is, and of each the first one. */
struct unpaged_window {
    const uint32_t *site_first; /* per name: 1 + the first SCP that serves the
                                   site; 0: none does */
    uint32_t lower_first; /* the last new URL of an SCP that names no site, else
                             the first URL; INDEX_NONE: there is none */
    uint32_t distinct_count; /* URLs, as text_equal_fold() has it */
    bool has_invalid;        /* one is not an absolute URI */
};

struct destination;
struct directory_findings;
/* What servers publish as their certificates; see published.h. */
struct published;
struct shared_host;

/* One directory. */
struct directory_index {
    const struct adscp_forest *forest;
    const struct directory *directory;
    size_t window;      /* SCPs before this one hold the first 1000 entries */
    size_t entry_count; /* SCPs that match the clients' filter */

    struct url_row *urls; /* oldest first; of one second, as the directory
                                has them */
    size_t url_count;
    uint32_t newest;      /* the URL row with the greatest whenCreated; of equal
                             ones, or where none is known, the first */
    uint32_t lower_first; /* the oldest URL row that names no site, else the
                             oldest one; INDEX_NONE: there is none */
    uint32_t distinct_count; /* URLs, ignoring ASCII case */
    const uint32_t *leader; /* per SCP: the first URL row with its URL, ignoring
                               ASCII case; INDEX_NONE where it is none */

    /* URL rows per site: site_rows[site_start[id]] up to site_start[id + 1] */
    const uint32_t *site_start;
    const uint32_t *site_rows;
    const uint32_t
        *site_of; /* per name: 1 + index of the site object; 0: none */

    struct unpaged_window unpaged;

    const uint32_t *pointers; /* SCPs with the pointer GUID */
    size_t pointer_count;
    size_t usable_pointer_count; /* those that name an LDAP server */

    struct table hosts; /* short and full names of servers, to their index */
    struct topology topology;
    /* What is made when somebody first asks for it; NULL: nobody did. */
    const struct destination **destinations; /* per SCP */
    struct published *published;             /* per server */
    struct shared_host **shared_hosts;       /* per front */
    _Atomic(struct directory_findings *) findings;
};

/* In hosts: more than one server has this name. */
#define INDEX_HOST_SEVERAL (UINT32_MAX - 1)

struct forest_index {
    struct adscp_forest *forest;
    struct arena arena;
    struct directory_index *
        *pages; /* one per directory; NULL: not needed yet */
    struct certificates *certificates; /* that the directories publish */
    size_t service_lists;              /* how many were made */
    size_t shared_hosts;               /* likewise */
    const struct subnets *subnets; /* of the first directory; NULL: not needed
                                      yet */
    /* Of the call that runs; NULL: none. For the predictor's thread, which
     * alone makes what does not exist yet. */
    const struct deadline *deadline;
    atomic_int holders;
};

/* Holds the forest. NULL: out of memory. */
struct forest_index *forest_index_new(const struct adscp_forest *forest);
struct forest_index *forest_index_hold(struct forest_index *forest_index);
void forest_index_release(struct forest_index *forest_index); /* NULL is fine */

/* The page of the forest's directory with this index. Only the predictor's
 * thread makes pages; those that exist never change. ADSCP_OK, ADSCP_E_NOMEM,
 * or what the deadline says: then there is no page. */
int forest_index_read(struct forest_index *forest_index, size_t index,
                      const struct directory_index **pagep);

/* The services for mailboxes of this server of a directory; as
 * forest_index_read(), it may make what does not exist yet. */
int forest_index_services(struct forest_index *forest_index,
                          const struct directory *directory,
                          const struct adscp_server *server,
                          const struct directory_index **pagep,
                          const struct service_list **listp);

/* The store of the certificates that the directories publish. */
struct certificates *
forest_index_certificates(struct forest_index *forest_index);

/* Where a URL leads, as far as the directory knows. */
struct destination {
    struct span host; /* empty: the URL names none */
    int port;
    enum url_kind kind;
    const struct adscp_server *owner; /* whose own name the host is; or NULL */
    const struct front *front; /* else: who may stand behind it; or NULL */
};

/* The URL goes on existing as long as the destination. */
struct destination destination_of(const struct directory_index *page,
                                  const char *url);

/* Of the SCP's first http(s) URL, which it has; made when it is first asked
 * for. NULL: out of memory. */
const struct destination *
forest_index_destination(struct forest_index *forest_index,
                         const struct directory_index *page,
                         const struct adscp_scp *scp);

/* The one server whose short or full name this is, or NULL. */
const struct adscp_server *
directory_index_server(const struct directory_index *page, const char *host,
                       size_t length);
/* The same, of a host without a dot at its end, and its host_hash(). */
const struct adscp_server *
directory_index_server_hashed(const struct directory_index *page,
                              struct span host, uint32_t hash);

/* The key by which URL rows are sorted: url_row.created. */
static inline int64_t url_row_age(const struct adscp_scp *scp)
{
    return scp->created == TIME_UNKNOWN ? INT64_MAX : scp->created;
}

/* Its age is unknown, and so it may be older or newer than any other. */
static inline bool scp_is_undated(const struct adscp_scp *scp)
{
    return scp->created == TIME_UNKNOWN && (scp->flags & SCP_ADDED) == 0;
}

/* Which of two SCPs stands for both where they say the same: the older one, and
 * of one second, or without a date, the first by DN, since an export's order
 * means nothing. */
static inline bool url_row_stands_before(const struct adscp_scp *a,
                                         const struct adscp_scp *b)
{
    if (url_row_age(a) != url_row_age(b))
        return url_row_age(a) < url_row_age(b);
    return scp_compare_dn(a, b) < 0;
}

/* The first URL row that was created then or later; url_count: there is none.
 */
size_t directory_index_first_since(const struct directory_index *page,
                                   int64_t time);

/* For index.c: what comes first in a page whose rows are indexed. */
int directory_index_first_url(const struct adscp_forest *forest,
                              struct arena *arena,
                              struct directory_index *page);

/* What is odd about the directory whoever asks; made when somebody first asks,
 * in any thread. NULL: out of memory. */
const struct finding_list *
directory_index_findings(const struct directory_index *page);
/* For index.c; NULL is fine. */
void directory_findings_free(struct directory_findings *findings);

/* Fills page->hosts. ADSCP_OK, ADSCP_E_NOMEM or what the deadline says. */
int directory_index_hosts(struct directory_index *page,
                          const struct deadline *deadline);

#endif
