/* SPDX-License-Identifier: MIT */
/*
 * The whole answer: the client's site, the order of candidates, the mailbox,
 * the hops, what follows, and every finding. Pure: the forest and the question
 * in, a prediction out.
 */
#ifndef ADSCP_JUDGE_PREDICT_H
#define ADSCP_JUDGE_PREDICT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "facts/finding.h"
#include "judge/behind.h"
#include "judge/directory/index.h"
#include "judge/doubt.h"
#include "judge/order/order.h"
#include "judge/route/mailbox.h"
#include "judge/route/service_checks.h"
#include "judge/site.h"
#include "judge/way.h"

/* Who asks, as the caller told it and predict_check_*() found it fit. NULL or
 * -1: not told. */
struct question {
    const char *site;
    const char *address;
    const char *mail;   /* with a domain: see mail_domain() */
    name_id recipient;  /* its name in the forest */
    const char *domain; /* of somebody whose mail address nobody told */
    int profile;        /* ADSCP_PROFILE_* */
    int64_t time;
    /* Where the mailbox is, of somebody whose address nobody told. Without a
     * domain, that is one that nothing names. */
    struct mailbox_home home;
};

struct prediction_findings;
struct steps;

enum { PREDICT_FALLBACK_URLS = 2 };

/* What few answers have: who asks, as far as that changes its way. */
struct outlook_part {
    struct outlook_client asker;
    struct settings *settings;     /* of the policy files, held; or NULL */
    struct mail_hosts *mail_hosts; /* NULL: nobody needs them */
    _Atomic(struct steps *) steps; /* NULL: nobody asked yet */
};

struct adscp_prediction {
    struct forest_index *forest_index; /* shared; holds the forest */
    struct arena arena;
    struct question question;
    const char *domain; /* of the address, or of somebody; NULL: unknown */
    struct client_site site;
    struct order order;
    struct adscp_mailbox mailbox; /* where a mail address was given */
    struct way way;
    struct doubt *doubt; /* NULL: no other URL may come first */
    struct service_checks
        *service_checks;               /* the second one; NULL: none is known */
    struct adscp_sightings *sightings; /* held, since hops show them; or NULL */
    struct adscp_sightings *assumed;   /* likewise */
    struct adscp_sightings *given;     /* likewise */
    struct behind *behind; /* shared hosts that were looked behind; or NULL */
    struct outlook_part *outlook; /* NULL: any Outlook, or another client */
    text_slot fallback_urls[PREDICT_FALLBACK_URLS];

    /* What the EWS Managed API tries first, where Outlook asks; and the other
     * way round. NULL: nothing. */
    const char *other_url;
    struct finding_list about_site;
    _Atomic(struct prediction_findings *) findings; /* NULL: nobody asked yet */
    char texts[];                                   /* of the question */
};

/* ADSCP_OK, ADSCP_E_NOMEM, what the basis's deadline says, or ADSCP_E_ARGUMENT
 * with a detail: site.h. The forest has at least one directory. */
int predict_make(struct basis *basis, const struct question *question,
                 struct detail *detail, struct adscp_prediction **predictionp);
/* The same client asks for a mailbox elsewhere (NULL: for none): everything but
 * the order is judged anew. For a prediction that nobody has seen; where it
 * fails, fit for predict_free() only. ADSCP_OK or ADSCP_E_NOMEM. */
int predict_again(struct basis *basis, struct adscp_prediction *prediction,
                  const struct mailbox_home *home);
void predict_free(struct adscp_prediction *prediction); /* NULL is fine */

static inline const struct outlook_client *
predict_asker(const struct adscp_prediction *prediction)
{
    static const struct outlook_client any = {.client = -1};

    return prediction->outlook != NULL ? &prediction->outlook->asker : &any;
}
/* NULL: nobody needs them. */
static inline const struct mail_hosts *
predict_mail_hosts(const struct adscp_prediction *prediction)
{
    return prediction->outlook != NULL ? prediction->outlook->mail_hosts : NULL;
}

/* Of the directory whose servers are asked: that of the first candidate. */
static inline const struct directory_index *
predict_first_page(const struct adscp_prediction *prediction)
{
    return prediction->forest_index->pages[prediction->order.first.directory];
}
/* NULL: neither a mail address nor a home was given. */
static inline const struct adscp_mailbox *
predict_mailbox(const struct adscp_prediction *prediction)
{
    return prediction->question.mail != NULL ||
                   prediction->question.home.directory != NULL
               ? &prediction->mailbox
               : NULL;
}

/* Does the client meet this host on its way, or on one that may be its way? */
bool predict_meets(const struct adscp_prediction *prediction, const char *host);
/* Who publishes a host with this port in the directories of this answer; NULL:
 * nobody, or it is a server's own name. */
const struct front *predict_front(const struct adscp_prediction *prediction,
                                  struct span host, int port);
/* Does the client come to the hosts of the mail domain, or would it: no SCP
 * leads anywhere, or both are asked at the same time? */
bool predict_asks_domain(const struct adscp_prediction *prediction);

/* The URLs that the client derives from the mail domain, but for those of steps
 * that are off; made when they are first asked for; NULL: out of memory. */
int predict_then_count(const struct adscp_prediction *prediction);
const char *predict_then(const struct adscp_prediction *prediction, int index);

/* The findings are made when they are first asked for; any number of threads
 * may ask at once. false or NULL: out of memory, or there is no such finding.
 */
bool predict_count_findings(const struct adscp_prediction *prediction,
                            size_t *countp);
const struct adscp_finding *
predict_finding(const struct adscp_prediction *prediction, size_t index);

/* Append what is told of the mailbox, the way and its doubt, or of there being
 * no way; made anew each time. Texts go into the arena. ADSCP_OK or
 * ADSCP_E_NOMEM. */
int predict_report(const struct adscp_prediction *prediction,
                   struct arena *arena, struct finding_list *findings);

/* What is taken for granted of such a client. */
const char *predict_assumes(const struct adscp_prediction *prediction,
                            enum site_known site);

/* The first second at which a hop or a service has another outcome; -1: none,
 * or not known. */
int64_t predict_changes_on(const struct adscp_prediction *prediction);

/* For predict.c */
void prediction_findings_free(struct prediction_findings *findings);

#endif
