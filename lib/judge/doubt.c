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

/* How bad it is if this comes true. */
static struct severity severity_of(const struct doubt *doubt)
{
    return (struct severity){.outcome = doubt->outcome,
                             .refused = doubt->refusal != ADSCP_REFUSAL_NONE,
                             .services = -1};
}

static const struct severity unjudged_severity = {
    .outcome = ADSCP_ALERT_OUTCOME_UNCERTAIN, .services = -1};

/* The worst counts; of those that are as bad, the newest before ties, and then
 * the first by URL: the order of a directory decides nothing here. */
static bool counts_before(const struct order_rival *rival,
                          const struct way *way, const struct doubt *doubt)
{
    struct severity severity, other;
    int order;

    if (doubt->rival.start.scp == NULL)
        return true;
    severity = way_severity(way);
    other = severity_of(doubt);
    order = severity_compare(&severity, &other);
    if (order != 0)
        return order > 0;
    order = doubt->way.alert != NULL
                ? alert_compare(way->alert, doubt->way.alert)
                : 0;
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
    if (!counts_before(rival, way, doubt)) {
        way_clear(way);
        return;
    }
    way_clear(&doubt->way);
    doubt->rival = *rival;
    doubt->way = *way;
    doubt->outcome = way->alert->outcome;
    doubt->refusal = route_refusal(&way->route);
}

/* Nobody knows how the others end. */
static void take_unjudged(struct doubt *doubt, const struct order_rival *rival)
{
    struct severity severity = severity_of(doubt);

    if (severity_compare(&severity, &unjudged_severity) >= 0)
        return;
    way_clear(&doubt->way);
    doubt->rival = *rival;
    doubt->outcome = ADSCP_ALERT_OUTCOME_UNCERTAIN;
}

/* One search for the worst. */
struct search {
    struct basis *basis;
    struct way_question question;
    struct arena *arena;
    struct doubt *doubt;
};

static int judge_way(struct search *search, const struct order_rival *rival,
                     struct way *way)
{
    int rc = way_follow(search->basis, &search->question, &rival->start,
                        search->arena, way);

    if (rc == ADSCP_OK)
        search->doubt->redirects |= way->route.redirects;
    return rc;
}

/* Each server that may answer at this name, one of each version: what it does
 * depends on nothing else. */
static int judge_servers(struct search *search, const struct order_rival *rival,
                         const struct front *front)
{
    enum version_line line;
    int rc = ADSCP_OK;

    for (line = 0; line < VERSION_LINE_COUNT && rc == ADSCP_OK; line++) {
        struct way way = {.alert_hop = -1};

        if ((front->lines >> line & 1) == 0)
            continue;
        search->question.answerer =
            (struct route_answerer){front, front_server(front, line)};
        rc = judge_way(search, rival, &way);
        if (rc == ADSCP_OK)
            take(search->doubt, rival, &way);
        else
            way_clear(&way);
    }
    search->question.answerer = (struct route_answerer){NULL, NULL};
    return rc;
}

static int judge_rival(struct search *search, const struct order_rival *rival)
{
    const struct adscp_hop *fork;
    const struct front *front;
    struct way way;
    int rc = judge_way(search, rival, &way);

    if (rc != ADSCP_OK) {
        way_clear(&way);
        return rc;
    }
    fork = route_fork(&way.route);
    front = fork != NULL ? fork->front : NULL;
    take(search->doubt, rival, &way);
    return front != NULL ? judge_servers(search, rival, front) : ADSCP_OK;
}

static int judge(struct search *search, const struct order_rivals *rivals,
                 const struct adscp_hop *fork)
{
    const struct order_rival itself = {.start = search->question.order->first,
                                       .reading = READING_SERVER};
    int rc = ADSCP_OK;
    uint32_t i;

    for (i = 0; i < rivals->count && rc == ADSCP_OK; i++)
        rc = judge_rival(search, &rivals->rows[i]);
    if (rc == ADSCP_OK && rivals->is_cut)
        take_unjudged(search->doubt, &rivals->next);
    if (rc == ADSCP_OK && fork != NULL)
        rc = judge_servers(search, &itself, fork->front);
    return rc;
}

/* Than the answer itself. */
static bool is_worse(const struct doubt *doubt, const struct way *way)
{
    struct severity severity = severity_of(doubt), own = way_severity(way);

    return severity_compare(&severity, &own) > 0 ||
           (doubt->is_cut && severity_compare(&unjudged_severity, &own) >= 0);
}

int doubt_make(struct basis *basis, const struct way_question *question,
               const struct way *way, struct arena *arena,
               struct doubt **doubtp)
{
    const struct adscp_hop *fork = route_fork(&way->route);
    struct search search = {basis, *question, arena, NULL};
    struct order_rivals rivals;
    int rc;

    *doubtp = NULL;
    order_rivals(question->order, way->tried, &rivals);
    if (rivals.count == 0 && fork == NULL)
        return ADSCP_OK;
    search.doubt = calloc(1, sizeof(*search.doubt));
    if (search.doubt == NULL)
        return ADSCP_E_NOMEM;
    rc = judge(&search, &rivals, fork);
    if (rc != ADSCP_OK) {
        doubt_free(search.doubt);
        return rc;
    }
    search.doubt->is_cut = rivals.is_cut;
    search.doubt->is_worse = is_worse(search.doubt, way);
    *doubtp = search.doubt;
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
    switch (doubt->outcome < ADSCP_ALERT_OUTCOME_HARD_FAILURE
                ? doubt->refusal
                : ADSCP_REFUSAL_NONE) {
    case ADSCP_REFUSAL_UNSUPPORTED:
        return "then a server is asked that cannot be relied on to serve the "
               "mailbox";
    case ADSCP_REFUSAL_ERROR:
        return "then Outlook gets an error for an answer";
    case ADSCP_REFUSAL_CIRCLE:
        return "then Outlook is redirected in a circle and gets no answer";
    default:
        break;
    }
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
        return "since its creation date (whenCreated) could not be read";
    if (doubt->rival.reading == READING_TIE)
        return "since two SCPs were created in the same second and the "
               "directory's order decides";
    if (doubt->rival.reading == READING_SERVER)
        return "since servers that do different things share the name, and "
               "which of them gets the request is unknown";
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
    case READING_SERVER:
        return "servers of one version behind the name settle it";
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
