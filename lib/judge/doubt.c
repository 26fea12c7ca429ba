/* SPDX-License-Identifier: MIT */
/*
 * Every rival's way is judged whole: its hops, their certificates, and what
 * follows. Verdicts on certificates are kept by the basis, so that what two
 * ways share is verified once.
 */
#include "judge/doubt.h"

#include <stdio.h>
#include <stdlib.h>

#include "facts/finding.h"

/* The worst counts; of those that are as bad, the newest before ties, and then
 * the first by URL: the order of a directory decides nothing here. */
static bool counts_before(const struct order_rival *rival,
                          const struct way *way, const struct doubt *doubt)
{
    int order;

    if (doubt->rival.start.scp == NULL)
        return true;
    order = alert_compare(way->alert, doubt->way.alert);
    if (order != 0)
        return order < 0;
    if (rival->reading != doubt->rival.reading)
        return rival->reading == READING_NEWEST;
    return text_compare_ascii(rival->start.url, doubt->rival.start.url) < 0;
}

/* Keep the way of the rival in hand, or what was there before. */
static void take(struct doubt *doubt, const struct order_rival *rival,
                 struct way *way)
{
    int outcome = way->alert->outcome;

    if (!counts_before(rival, way, doubt)) {
        way_clear(way);
        return;
    }
    way_clear(&doubt->way);
    doubt->rival = *rival;
    doubt->way = *way;
    doubt->outcome = outcome;
}

/* Nobody knows how the others end. */
static void take_unjudged(struct doubt *doubt, const struct order_rival *rival)
{
    if (doubt->outcome >= ADSCP_ALERT_OUTCOME_UNCERTAIN)
        return;
    way_clear(&doubt->way);
    doubt->rival = *rival;
    doubt->outcome = ADSCP_ALERT_OUTCOME_UNCERTAIN;
}

static int judge(struct basis *basis, const struct way_question *question,
                 const struct order_rivals *rivals, struct arena *arena,
                 struct doubt *doubt)
{
    uint32_t i;

    for (i = 0; i < rivals->count; i++) {
        const struct order_rival *rival = &rivals->rows[i];
        struct way way;
        int rc = way_follow(basis, question, &rival->start, arena, &way);

        if (rc != ADSCP_OK) {
            way_clear(&way);
            return rc;
        }
        doubt->redirects |= way.route.redirects;
        take(doubt, rival, &way);
    }
    if (rivals->is_cut)
        take_unjudged(doubt, &rivals->next);
    return ADSCP_OK;
}

int doubt_make(struct basis *basis, const struct way_question *question,
               const struct way *way, struct arena *arena,
               struct doubt **doubtp)
{
    int outcome = way->alert->outcome, rc;
    struct order_rivals rivals;
    struct doubt *doubt;

    *doubtp = NULL;
    order_rivals(question->order, way->tried, &rivals);
    if (rivals.count == 0)
        return ADSCP_OK;
    doubt = calloc(1, sizeof(*doubt));
    if (doubt == NULL)
        return ADSCP_E_NOMEM;
    rc = judge(basis, question, &rivals, arena, doubt);
    if (rc != ADSCP_OK) {
        doubt_free(doubt);
        return rc;
    }
    doubt->is_cut = rivals.is_cut;
    doubt->is_worse =
        doubt->outcome > outcome ||
        (rivals.is_cut && outcome <= ADSCP_ALERT_OUTCOME_UNCERTAIN);
    *doubtp = doubt;
    return ADSCP_OK;
}

void doubt_free(struct doubt *doubt)
{
    if (doubt == NULL)
        return;
    way_clear(&doubt->way);
    free(doubt);
}

/* ------------------------------------------------------------- findings -- */

static const char *ending(const struct doubt *doubt)
{
    switch (doubt->outcome) {
    case ADSCP_ALERT_OUTCOME_ALERT:
        return "then the user sees a Security Alert";
    case ADSCP_ALERT_OUTCOME_HARD_FAILURE:
        return "then Outlook fails with an error that cannot be bypassed";
    case ADSCP_ALERT_OUTCOME_CONNECT_FAILURE:
        return "then Outlook gets no connection at all";
    default:
        return "what the user sees then is uncertain";
    }
}

static const char *ground(const struct doubt *doubt)
{
    if (doubt->rival.reading == READING_UNDATED)
        return "since the date (whenCreated) of several SCPs is unknown";
    if (doubt->rival.reading == READING_TIE)
        return "since two SCPs were created in the same second and the "
               "directory's order decides";
    return "since by the Exchange Team (2019) a client that does not find its "
           "own site takes the newest SCP";
}

static const char *cure(const struct doubt *doubt)
{
    switch (doubt->rival.reading) {
    case READING_UNDATED:
        return "reading whenCreated settles it";
    case READING_TIE:
        return "one URL for both settles it";
    default:
        return "an SCP that names the client's site settles it";
    }
}

static const char *unjudged(const struct doubt *doubt)
{
    return doubt->is_cut
               ? "; more URLs may come first than the 16 that were judged"
               : "";
}
_Static_assert(ORDER_RIVALS_MAX == 16, "the sentence says so");

/* The server whose own name the URL has, or NULL. */
static const char *rival_server(const struct doubt *doubt)
{
    const struct route *route = &doubt->way.route;

    return route->count > 0 && route->hops[0].server != NULL
               ? route->hops[0].server->name
               : NULL;
}

/* "EX19 (https://...)", or the URL alone. */
static const char *name_rival(const char *server, const char *url,
                              struct arena *arena)
{
    return server != NULL ? arena_format(arena, "%s (%s)", server, url) : url;
}

int doubt_report(const struct doubt *doubt, struct arena *arena,
                 struct finding_list *findings)
{
    struct finding_what what = {
        .scp = doubt->rival.start.scp,
        .server = rival_server(doubt),
        .url = doubt->rival.start.url,
        .reading = order_reading_name(doubt->rival.reading),
        .outcome = alert_outcome_name(doubt->outcome),
    };
    const char *name;

    if (!doubt->is_worse)
        return ADSCP_OK;
    name = name_rival(what.server, what.url, arena);
    if (name == NULL)
        return ADSCP_E_NOMEM;
    what.words =
        arena_format(arena, "%s may, %s; %s%s; %s", name, ground(doubt),
                     ending(doubt), unjudged(doubt), cure(doubt));
    if (what.words == NULL)
        return ADSCP_E_NOMEM;
    return finding_add(findings, FINDING_FIRST_UNCERTAIN, what);
}
