/* SPDX-License-Identifier: MIT */
/*
 * What can be said about a directory whoever asks: its URLs from oldest to
 * newest, who claims which site, and the findings that follow from the facts
 * alone. Made once for a forest, when first needed, and shared by all its
 * predictions.
 */
#ifndef ADSCP_JUDGE_SURVEY_H
#define ADSCP_JUDGE_SURVEY_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/table.h"
#include "facts/certificate.h"
#include "facts/finding.h"
#include "facts/forest.h"
#include "judge/topology.h"

#define SURVEY_NONE UINT32_MAX

/* A client that does not page sees so many entries of a search. */
enum { SURVEY_UNPAGED_MAX = 1000 };

/* An SCP with the URL GUID and an http(s) value: a "URL row". All numbers of
 * SCPs are indexes into directory->scps. */
struct survey_url {
    int64_t created; /* INT64_MAX: unknown, which stands behind every date */
    uint32_t row;
    uint32_t is_scoped : 1; /* it names a site */
    uint32_t leader : 31;   /* see below */
};

/* What a client that does not page takes from the entries that it sees: the URL
 * SCPs with a value, whatever it is, and of each the first one. */
struct survey_window {
    const uint32_t *site_first; /* per name: 1 + the first SCP that serves the
                                   site; 0: none does */
    uint32_t lower_first; /* the last new URL of an SCP that names no site, else
                             the first URL; SURVEY_NONE: there is none */
    uint32_t distinct_count; /* URLs, as text_equal_fold() has it */
    bool has_invalid;        /* one is not an absolute URI */
};

/* The certificate that a server publishes (msExchServerInternalTLSCert). */
struct published {
    const struct adscp_certificate *certificate; /* NULL: none, or not known */
    bool is_known;                               /* it was looked at */
    bool is_unreadable;
};

/* One directory. */
struct survey_page {
    const struct directory *directory;
    size_t window;      /* SCPs before this one hold the first 1000 entries */
    size_t entry_count; /* SCPs that match the clients' filter */

    struct survey_url *urls; /* oldest first; of one second, as the directory
                                has them */
    size_t url_count;
    uint32_t newest;      /* the URL row with the greatest whenCreated; of equal
                             ones, or where none is known, the first */
    uint32_t lower_first; /* the oldest URL row that names no site, else the
                             oldest one; SURVEY_NONE: there is none */
    uint32_t distinct_count; /* URLs, ignoring ASCII case */
    const uint32_t *leader; /* per SCP: the first URL row with its URL, ignoring
                               ASCII case; SURVEY_NONE where it is none */

    /* URL rows per site: site_rows[site_start[id]] up to site_start[id + 1] */
    const uint32_t *site_start;
    const uint32_t *site_rows;
    const uint32_t
        *site_of; /* per name: 1 + index of the site object; 0: none */

    struct survey_window unpaged;

    const uint32_t *pointers; /* SCPs with the pointer GUID */
    size_t pointer_count;
    size_t usable_pointer_count; /* those that name an LDAP server */

    struct table hosts; /* short and full names of servers, to their index */
    struct topology topology;
    struct published *published; /* per server */
    struct finding_list findings;
};

/* In hosts: more than one server has this name. */
#define SURVEY_HOST_SEVERAL (UINT32_MAX - 1)

struct survey {
    struct adscp_forest *forest;
    struct arena arena;
    struct survey_page **pages; /* one per directory; NULL: not needed yet */
    struct certificates *certificates; /* that the directories publish */
    size_t service_lists;              /* how many were made */
    const struct subnets *subnets; /* of the first directory; NULL: not needed
                                      yet */
    atomic_int holders;
};

/* Holds the forest. NULL: out of memory. */
struct survey *survey_new(const struct adscp_forest *forest);
struct survey *survey_hold(struct survey *survey);
void survey_release(struct survey *survey); /* NULL is fine */

/* The page of the forest's directory with this index. Only the predictor's
 * thread makes pages; those that exist never change. ADSCP_OK or ADSCP_E_NOMEM.
 */
int survey_read(struct survey *survey, size_t index,
                const struct survey_page **pagep);

/* The services for mailboxes of this server of a directory; as survey_read(),
 * it may make what does not exist yet. */
int survey_services(struct survey *survey, const struct directory *directory,
                    const struct adscp_server *server,
                    const struct survey_page **pagep,
                    const struct service_list **listp);

/* The certificate that a server of this page publishes, read when it is first
 * asked for; the store that it lies in. ADSCP_OK or ADSCP_E_NOMEM. */
int survey_published(struct survey *survey, const struct survey_page *page,
                     const struct adscp_server *server,
                     const struct published **publishedp);
struct certificates *survey_certificates(struct survey *survey);

/* The one server whose short or full name this is, or NULL. */
const struct adscp_server *survey_server(const struct survey_page *page,
                                         const char *host, size_t length);

/* The key by which URL rows are sorted: survey_url.created. */
static inline int64_t survey_age(const struct adscp_scp *scp)
{
    return scp->created == TIME_UNKNOWN ? INT64_MAX : scp->created;
}

/* The first value of a pointer that begins with LDAP://; NULL: none does. */
const char *survey_pointer_value(const struct adscp_scp *scp);

/* For survey.c: what comes first in a page whose rows are indexed. */
int survey_lead(const struct adscp_forest *forest, struct arena *arena,
                struct survey_page *page);

/* For survey.c: the findings of a page whose other members are complete. */
int survey_find(const struct adscp_forest *forest, struct arena *arena,
                struct survey_page *page);

#endif
