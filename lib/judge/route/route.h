/* SPDX-License-Identifier: MIT */
/*
 * From the first URL to the server that answers: what each server on the way
 * does with the request, until the way ends. reads the index; writes nothing
 * but the hops.
 */
#ifndef ADSCP_JUDGE_ROUTE_ROUTE_H
#define ADSCP_JUDGE_ROUTE_ROUTE_H

#include "base/arena.h"
#include "base/text.h"
#include "facts/finding.h"
#include "judge/directory/index.h"
#include "judge/order/order.h"
#include "judge/route/host_check.h"
#include "judge/route/mailbox.h"
#include "judge/route/matrix.h"

/* Why the action is what it is, where no rule of the matrix says so. */
enum hop_ground {
    GROUND_RULE,            /* the matrix */
    GROUND_NO_MAIL,         /* nobody said for whom */
    GROUND_NO_MAILBOX,      /* not read, not found */
    GROUND_AMBIGUOUS,       /* several recipients have the address */
    GROUND_NOT_EXPORTED,    /* what an export lacks would decide */
    GROUND_FOREIGN,         /* the recipient is one of another forest */
    GROUND_NOT_ENABLED,     /* somebody, but no recipient, has the address */
    GROUND_ONLINE,          /* Exchange Online answers, and may know him */
    GROUND_ONLINE_HOME,     /* ... where the mailbox is */
    GROUND_ONLINE_STRANGER, /* ... but the mailbox is here */
    GROUND_NO_SERVER,       /* which server has the mailbox is unknown */
    GROUND_NO_FRONT_END,    /* the server takes no clients' requests */
    GROUND_UNKNOWN_SERVER,  /* who answers behind this host is unknown */
    GROUND_MIXED_SERVERS,   /* servers behind it that do different things */
    GROUND_NEWER_SERVERS,   /* ... some of them too old for the mailbox */
    GROUND_TARGET,          /* a recipient whose mailbox is elsewhere */
    GROUND_NO_TARGET        /* ... nobody knows where */
};

struct adscp_hop {
    int via;
    int action;
    int evidence;
    const char *url;
    const struct order *order;         /* that has the URL; NULL: a redirect */
    const struct adscp_scp *scp;       /* that publishes the URL; or NULL */
    const struct adscp_server *server; /* that answers; NULL: unknown */
    const struct destination *to;      /* of the URL */
    bool is_online;                    /* the host belongs to Microsoft 365 */
    bool is_own_name; /* the URL has its name, so that no other can answer */
    const struct front *front; /* who else may stand behind it; or NULL */
    enum version_line line;    /* whose rule it is, of those behind the front */
    enum hop_ground ground;
    const struct exchange_rule *rule;
    const struct adscp_mailbox *mailbox; /* NULL: no mail address was given */
    struct host_check met;               /* the certificate there */
    struct adscp_hop *alternatives;
    int alternative_count;
    text_slot host;
    text_slot why;
};

/* A redirect leads on; more than this no client follows ("RedirectUrl (POX)").
 */
enum { ROUTE_HOPS_MAX = 10 };

struct route {
    struct adscp_hop *hops;
    int count;
    bool has_more; /* URLs of SCPs come next, and nobody judged them */
    bool loops; /* the last redirect leads back to where the client has been */
    bool redirects; /* some server redirects, wherever the way ends: so it
                       depends on the site of the mailbox */
};

/* Who answers at a shared name, of several servers that would not do the same.
 */
struct route_answerer {
    const struct front *front; /* NULL: nobody was chosen */
    const struct adscp_server *server;
};

/* Where a client begins. All of it is borrowed. */
struct route_start {
    int via; /* ADSCP_HOP_VIA_*, but for a redirect */
    const struct directory_index *page;
    const struct order *order;   /* NULL: no SCP leads there */
    const struct adscp_scp *scp; /* likewise */
    const char *url;
    const struct adscp_mailbox *mailbox; /* NULL: no mail address was given */
    struct route_answerer answerer;
};

/* Append the hops from there on; the arena takes what they refer to. ADSCP_OK
 * or ADSCP_E_NOMEM; route_clear() either way. */
int route_add(const struct route_start *start, struct arena *arena,
              struct route *route);
void route_clear(struct route *route);

/* Which certificates the client meets on the hops from this one on. Of the
 * hosts that a redirect may lead to, the worst becomes the hop. */
int route_meet(struct basis *basis, const struct directory_index *page,
               struct route *route, int from);

/* The last hop to which no server led; nobody who could help answered at those
 * before it. The route has a hop. */
int route_last_start(const struct route *route);
/* No server led there, but an SCP or the mail domain. */
bool hop_is_start(const struct adscp_hop *hop);
/* Exchange is known to stand there, and it is not known to be silent. */
bool hop_can_answer(const struct adscp_hop *hop);

/* The first hop whose answer depends on which server behind its name gets the
 * request, since they do different things for this mailbox; NULL: there is
 * none, or nobody answers there. */
const struct adscp_hop *route_fork(const struct route *route);
/* Append which server there does what. Texts go into the arena. ADSCP_OK or
 * ADSCP_E_NOMEM. */
int route_report_fork(const struct route *route, struct arena *arena,
                      struct finding_list *findings);

/* Why the way ends without an answer, though a server is reached:
 * ADSCP_REFUSAL_*. */
int route_refusal(const struct route *route);
/* "none", ...; NULL: none of them. */
const char *route_refusal_name(int refusal);

/* The hop that decides what a user sees; -1: there is none. A URL where nobody
 * answers does not, where another one was tried after it. That a mail domain's
 * web site is fine makes up for no silent SCP. */
int route_worst(const struct route *route);

/* Append what a user would notice on the way. Texts lie in the forest. */
int route_find(const struct directory_index *page, const struct route *route,
               const char *client_site, int64_t time,
               struct finding_list *findings);

/* Was this told of the hop, or of one of its alternatives, as the difference
 * between the certificates behind its host? */
bool hop_tells(const struct adscp_hop *hop, const char *differs);

/* The host of a hop's URL, and the reason for the hop; NULL: out of memory, or
 * there is none. */
const char *hop_host(const struct adscp_hop *hop);
bool hop_has_host(const struct adscp_hop *hop);
const char *hop_why(const struct adscp_hop *hop);
/* "EX10 (Exchange 2010 SP3) answers, EX13 (...) passes the request on": one
 * server of each version behind the hop's name, and what it does for the
 * mailbox. To be freed; NULL: out of memory. */
char *hop_list_servers(const struct adscp_hop *hop);
/* "redirect", ...; NULL: none of them. */
const char *hop_action_name(int action);
/* The object that published it: a server, else an SCP; NULL: none. */
const char *hop_dn(const struct adscp_hop *hop);

#endif
