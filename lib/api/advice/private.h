/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_API_ADVICE_PRIVATE_H
#define ADSCP_API_ADVICE_PRIVATE_H

#include "adscp.h"

#include <stdbool.h>
#include <stddef.h>

#include "facts/export.h"

/* What the parts share: advice.c says what there is to ask, search.c which
 * classes need help and in which order it is sought, rank.c which remedy comes
 * first, choose.c which ones to carry out together, subject.c whom an answer is
 * about, urls.c which other names there are, steps.c, sites.c, roots.c and
 * fronts.c what could help, share.c how a step joins the others, outcome.c what
 * steps do, trial.c whether that helps, words.c how to say it. Nearly all of it
 * stands on what anybody can ask of a coverage and of a plan.
 */

struct numbers {
    int *rows;
    size_t count;
};

struct remedy {
    int kind; /* ADSCP_ADVICE_KIND_* */
    char *text;
    char **steps;
    size_t step_count;
    struct numbers for_classes, clears;
    struct numbers unknown; /* of `clears`: what was unknown there stays so */
    struct numbers refused; /* of `clears`: the server may still not serve */
    int rank;               /* of the worst class that it clears */
    bool whole;             /* it clears every alert and every doubt */
    int cleared;            /* cells */
    int others;             /* cells that change besides */
    int fine;    /* cells that change and had no alert or doubt before */
    int changes; /* settings: what a step does at two servers is two */
    int effort;  /* as of enum act */
    int servers; /* that are touched */
    int order;   /* in which it was found */
    int mailboxes;
};

/* A class that needs help, and the kinds of help that were sought for it. */
struct problem {
    int row, rank, mailboxes, cells;
    int kinds; /* bits, 1 << ADSCP_ADVICE_KIND_* */
};

struct adscp_advice {
    adscp_plan *start; /* without steps: it holds the forest */
    int64_t time;
    struct problem *problems; /* what matters most first */
    size_t problem_count;
    struct remedy *remedies;
    size_t remedy_count;
    struct numbers chosen, chosen_clears; /* remedies; classes */
    bool complete;
};

/* What a step does: the smallest change first. */
enum act {
    ACT_SCP_URL,     /* detail: the URL; the server is the same */
    ACT_SERVICE_URL, /* detail: the host */
    ACT_SCP_AWAY,    /* detail: the URL, of another server */
    ACT_SCP_SITES,   /* detail: "HQ and 3 more sites" */
    ACT_SCP_NULL,
    ACT_COPY,         /* detail: whose certificate it is */
    ACT_FRONT,        /* server: a shared host; detail: the same */
    ACT_FRONT_COPY,   /* detail: whose certificate it is, and why */
    ACT_CERTIFICATES, /* one for several */
    ACT_FRONT_NEW,    /* detail: why */
    ACT_CERTIFICATE,
    ACT_ROOT,
    ACT_OTHER_ROOT /* server: the root's name; detail: the other forest */
};

/* What a step is about, for its words. */
struct share {
    enum act act;
    char *server, *detail; /* detail: or NULL */
};

/* What is tried; several of them are of one kind. */
enum means {
    MEANS_BEHIND,       /* one for a shared host and all behind it */
    MEANS_CERTIFICATE,  /* a new one for each server that needs it */
    MEANS_CERTIFICATES, /* one for all servers behind a name */
    MEANS_COPY,         /* that of another server behind the name */
    MEANS_SCP_URL,
    MEANS_SERVICE_URL,
    MEANS_ROOT,
    MEANS_SCP_NULL,
    MEANS_NULL_THEN_CERTIFICATE, /* ... for what is met instead */
    MEANS_NARROW, /* whoever comes first serves these sites no more */
    MEANS_WIDEN,  /* another one does */
    MEANS_BOTH,
    MEANS_COUNT
};

struct attempt {
    enum means means;
    int row; /* the class that it is for */
    adscp_plan *plan;
    struct share *shares;
    size_t share_count;
    const char *url; /* of a step about URLs, or about other servers' sites */
    bool own;        /* the URL leads to the same server */
    const adscp_server *source; /* whose certificate is copied; NULL: none's */
};

int advice_kind(enum means means);
void attempt_clear(struct attempt *attempt);

/* Steps that were tried together, and what came of it. */
struct tried {
    char *key;
    size_t remedy; /* plus 1; 0: it is none */
};

struct search {
    adscp_predictor *predictor;
    const adscp_coverage *coverage;
    struct adscp_advice *advice;
    int *cells; /* of each class */
    struct tried *tried;
    size_t tried_count;
    int trials;
    int64_t start_ns;
    int timeout_ms; /* the predictor's own; 0: none */
};

/* search.c. ADSCP_OK, ADSCP_E_NOMEM or ADSCP_E_CANCELLED. `row` is the only
 * class that matters, or -1. */
int advice_search(struct search *search, int row);

/* rank.c: the best first, without those that another one makes needless.
 * ADSCP_OK or ADSCP_E_NOMEM. */
int advice_sort(struct search *search);

/* choose.c, once they are sorted: as advice_search(). */
int advice_choose(struct search *search);
/* The steps of the chosen ones, each once; as adscp_advice_remedy_plan(). */
int advice_chosen_plan(const struct adscp_advice *advice, adscp_plan **planp);

/* --------------------------------------------------------------- subject -- */

/* Behind one name there may be many servers. */
enum { SERVERS_MAX = 256 };

struct servers {
    const adscp_server *rows[SERVERS_MAX];
    size_t count;
};

/* The host whose certificate decides, or may. */
struct subject {
    const adscp_server *server;
    const adscp_candidate *candidate; /* that leads there; NULL: something else
                                         does */
    const adscp_certificate *certificate;
    const adscp_alert *alert;
    const char *host; /* NULL: there is none */
    bool is_service;
};

/* Does nobody in this answer see an alert, for certain, and is he served? */
bool advice_is_fine(const adscp_prediction *answer);
enum { RANK_NONE, RANK_UNCERTAIN, RANK_DIFFERS, RANK_DOUBT, RANK_ALERT };
int advice_rank(const adscp_prediction *answer);

/* Does a change help this answer? Where what is known is mended, what was
 * unknown may stay so, as long as nothing else becomes unknown. REFUSED: no
 * alert, but the server may still not serve the mailbox. */
enum help { HELP_NONE, HELP_REFUSED, HELP_AS_KNOWN, HELP_WHOLE };
enum help advice_help(const adscp_prediction *before,
                      const adscp_prediction *after);

/* A shared host that clients meet, where it and the servers behind it, or two
 * of these, show different certificates; NULL: none was seen. */
const adscp_front *advice_front(const adscp_prediction *answer);
/* What it shows to clients that ask for the shared host, or for its own name.
 */
const adscp_certificate *backend_shown(const adscp_backend *backend);

/* A server on the way does not serve the mailbox, or may not. */
bool advice_is_refused(const adscp_prediction *answer);

/* What the getters of an answer make when they are first asked, made now: what
 * found no memory would look like something that is not there. */
bool advice_prepare(const adscp_prediction *answer);
struct subject advice_subject(const adscp_prediction *answer);
/* The candidate on whose way that host lies. */
const adscp_candidate *advice_candidate(const adscp_prediction *answer);
/* Nobody answers there: no certificate helps. */
bool subject_is_silent(const struct subject *subject);
/* Whose host it is: all that are behind it. */
void find_servers(const adscp_forest *forest, const struct subject *subject,
                  struct servers *servers);
/* Of those, whose certificate it is about: all, where that is not known. */
void find_guilty(const struct subject *subject, const struct servers *servers,
                 struct servers *guilty);
bool has_server(const struct servers *servers, const adscp_server *server);
bool is_name_of(const adscp_server *server, const char *host);
bool is_owner(const adscp_server *server, const adscp_scp *scp);
void add_owner(const adscp_forest *forest, struct servers *servers,
               const adscp_scp *scp);
/* Whose SCPs lead here. */
void add_publishers(const adscp_forest *forest, struct servers *servers,
                    const adscp_candidate *candidate);
bool same_certificate(const adscp_certificate *a, const adscp_certificate *b);

/* ------------------------------------------------------------------ urls -- */

enum { URLS_MAX = 6 };

struct other_url {
    char *text;
    bool own; /* of the same server */
};

struct other_urls {
    struct other_url rows[URLS_MAX];
    size_t count;
    bool failed; /* out of memory */
};

/* Where else an SCP could lead the clients of this class, each once: names that
 * the server has a certificate for, and then other servers. */
void find_urls(const struct search *search, int row, struct other_urls *urls);
/* The same of what a server hands out: their hosts count. */
void find_service_urls(const struct search *search, int row,
                       struct other_urls *urls);
void urls_clear(struct other_urls *urls);
/* The URL with another host, malloc()ed; NULL: its host cannot be replaced.
 * False: out of memory. */
bool url_with_host(const char *url, const char *host, char **textp);

/* ----------------------------------------------------------------- steps -- */

/* The next steps against what this answer shows. ADSCP_OK, also where there is
 * none, or ADSCP_E_NOMEM. */
int advice_add_steps(const struct search *search, struct attempt *attempt,
                     const adscp_prediction *answer);
/* May these steps bring something else to light? */
bool advice_goes_on(enum means means);

/* sites.c */
int add_for_sites(const struct search *search, const adscp_forest *forest,
                  struct attempt *attempt, const adscp_prediction *answer);

/* roots.c: the root that another forest has, where the client's lacks it. */
int add_other_root(const adscp_forest *forest, struct attempt *attempt,
                   const adscp_alert *alert);
/* fronts.c: one certificate behind a shared host. */
int add_for_front(struct attempt *attempt, const adscp_prediction *answer);

/* share.c: a word of a step. */
void put_word(struct export_text *out, const char *word);
/* "certificate EX01 EX02 WORD"; false: there is no such step. */
bool joint_step(const struct servers *servers, const char *word,
                struct export_text *text);
/* The same as a step whose words tell of every server. ADSCP_OK, also where
 * there is none, or ADSCP_E_NOMEM. */
int add_joint(struct attempt *attempt, const struct servers *servers,
              const char *word, enum act act, const char *detail);
/* The same for what is no server: its name stands for one. */
int add_named(struct attempt *attempt, const struct export_text *step,
              enum act act, const char *name, const char *detail);
/* What does not fit this forest is no step: a name that two servers have. */
int add_step(struct attempt *attempt, const struct export_text *step,
             enum act act, const adscp_server *server, const char *detail);
/* What a step does at another server, too. ADSCP_OK or ADSCP_E_NOMEM. */
int add_share(struct attempt *attempt, enum act act, const char *server,
              const char *detail);

/* --------------------------------------------------------------- outcome -- */

/* What becomes of the cells: of each class, of how many. */
struct outcome {
    int *cleared, *moved;
    int *unknown, *refused; /* of those that are cleared */
    int fine; /* that moved and were without an alert or a doubt */
    bool worse;
    const adscp_prediction *next; /* of a cell of the class in hand that needs
                                     more help; NULL: none */
};

/* The coverage as these steps leave it, and what differs. `row` is the class in
 * hand. ADSCP_OK; ADSCP_E_NOMEM, ADSCP_E_TIMEOUT, ADSCP_E_CANCELLED. */
int outcome_make(const struct search *search, const adscp_plan *plan, int row,
                 struct outcome *outcome, adscp_coverage **afterp);
void outcome_clear(struct outcome *outcome);

/* ----------------------------------------------------------------- trial -- */

/* A plan without steps. ADSCP_OK or ADSCP_E_NOMEM. */
int advice_new_plan(const struct adscp_advice *advice, adscp_plan **planp);
/* Simulate, and keep it where it is a remedy. *answerp is what becomes of a
 * cell of the class that needs more help, as long as *afterp lives; NULL: there
 * is none. */
int advice_try(struct search *search, const struct attempt *attempt,
               adscp_coverage **afterp, const adscp_prediction **answerp);

/* How much it clears. False: out of memory. */
bool remedy_measure(const struct search *search, struct remedy *remedy);

/* numbers_add(): false: out of memory. */
bool numbers_add(struct numbers *numbers, int row);
bool numbers_have(const struct numbers *numbers, int row);
void remedy_clear(struct remedy *remedy);

/* words.c: a sentence without its stop. */
void advice_words(const struct attempt *attempt, struct export_text *out);
void put_text(struct export_text *out, const char *text);
/* " and 3 more sites"; nothing for none. */
void put_more(struct export_text *out, size_t count, const char *what);

#endif
