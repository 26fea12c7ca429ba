/* SPDX-License-Identifier: MIT */
/*
 * What `check` says, whomever it is about: one state, which only grows worse,
 * and the words for it. client.c judges one client, sites.c everybody; both
 * raise the state by check_raise(), and nobody else keeps one.
 */
#ifndef ADSCP_CLI_CHECK_H
#define ADSCP_CLI_CHECK_H

#include "../coverage.h"

/* About everybody. */
struct check_sites {
    const struct coverage_view *view;
    int row, site, home; /* the class that is told, by one of its cells */
    int count;           /* sites; the unknown one is none */
    int affected;        /* that have an answer of the whole's state */
    int alerting;        /* ... an alert, or no connection */
    int mailboxes; /* with such an answer somewhere; -1: nobody counted them */
};

struct check {
    const struct cli *cli;
    const struct report *report;    /* about one client; else NULL */
    struct check_sites *sites;      /* about everybody; else NULL */
    const adscp_prediction *answer; /* that is told; NULL: none */
    int outcome;                    /* -1: there is no server to meet */
    int lonely;                     /* sites without an SCP */
    bool complete;                  /* all was read, and looked at */
    bool nobody;                    /* has the address: the question is wrong */
    int state;                      /* CLI_CHECK_* */
    bool raised;                    /* something is wrong, be its state OK */
    bool failed;                    /* out of memory */
    bool stopped;                   /* something failed, and is reported */
    struct change change;
    FILE *out;   /* what there is to say, each with ", " behind it */
    long cut_at; /* where in it stands why the answer is not whole; -1: it is */
};

/* check.c: the state is this one, or a worse one; of what is not there, which
 * may be what was cut off; and whether one is worse than another. */
void check_raise(struct check *check, int state);
void check_raise_for_absence(struct check *check, int state);
bool check_is_worse(int state, int than);
const char *check_state_name(int state); /* "OK", ... */
/* Sites without an SCP, as counted; or the client's site, where that is one. */
void check_say_lonely(struct check *check, const char *site);
/* Why the answer is not whole comes next: last of all that is said. */
void check_begin_cut(struct check *check);
/* Have it judged and told. The state. */
int check_tell(struct check *check, void (*judge)(struct check *check));

/* change.c: what comes first of all that comes at the hosts of an answer is
 * noted; and what was noted is said. */
void check_find_change(struct check *check, const adscp_prediction *answer);
void check_say_change(struct check *check);

/* client.c: what whoever gets check->answer meets. */
void check_answer(struct check *check);
void check_leaving(struct check *check, const adscp_prediction *answer);
int check_client(const struct report *report);
/* sites.c: what anybody meets. */
int check_sites_tell(const struct coverage_view *view);

/* Of one client, or of everybody: one of them. */
struct check_answers {
    const adscp_prediction *answer;
    const adscp_coverage *coverage;
};

/* renewed.c: hosts whose certificates are others than before, in words. */
void check_renewed(struct check *check, const struct check_answers *before,
                   const struct check_answers *after, const char *since);
/* since.c: what is another answer than that of a snapshot, if one is given;
 * `seen` now, or NULL. */
void check_since(struct check *check, const adscp_sightings *seen);

/* behind.c: the sentence of a finding, up to `mark`; and what was seen behind
 * shared hosts. */
void check_say_start(FILE *out, const adscp_finding *finding, const char *mark);
void check_behind(struct check *check);

/* line.c: for the monitoring system. malloc()ed, NULL: out of memory. */
char *check_line(const struct check *check, const char *words);
/* Words, of one line, that fit into such a line. */
void check_tame(char *words);
/* json.c: the same in JSON. */
char *check_json(const struct check *check, const char *words);
/* metrics.c: what there is for Prometheus about everybody; and what to say
 * where the directory could not be read. */
char *check_metrics(const struct check *check);
extern const char check_metrics_down[];

#endif
