/* SPDX-License-Identifier: MIT */
/*
 * Where chance or another reading of the sources may put another URL first: how
 * that would end for the user.
 */
#ifndef ADSCP_JUDGE_DOUBT_H
#define ADSCP_JUDGE_DOUBT_H

#include "judge/way.h"

/* Of all URLs that may come first, and of the servers that may answer at a
 * shared name, the one that ends worst. */
struct doubt {
    struct order_rival rival;
    struct way way; /* empty where it was not judged */
    int outcome;    /* ADSCP_ALERT_OUTCOME_* */
    int refusal;    /* ADSCP_REFUSAL_* */
    bool is_worse;  /* than that of the answer, or it may be */
    bool is_cut;    /* more URLs may come first than were judged */
    bool redirects; /* some way that was judged does; see struct route */
};

/* Judge the rivals of a way; *doubtp is NULL where there is none. ADSCP_OK or
 * ADSCP_E_NOMEM. */
int doubt_make(struct basis *basis, const struct way_question *question,
               const struct way *way, struct arena *arena,
               struct doubt **doubtp);
void doubt_free(struct doubt *doubt); /* NULL is fine */

/* Append what a user would notice, if he would. Texts go into the arena. */
int doubt_report(const struct doubt *doubt, struct arena *arena,
                 struct finding_list *findings);

#endif
