/* SPDX-License-Identifier: MIT */
/*
 * The way of one request. The first hop is the SCP's URL; a redirect adds one
 * hop for each server that it may lead to, of which one is the next hop and the
 * others are its alternatives.
 */
#include "judge/route/route.h"

#include <stdlib.h>
#include <string.h>

#include "facts/host.h"
#include "judge/route/redirect.h"

/* --------------------------------------------------------------- action -- */

static void set(struct adscp_hop *hop, enum hop_ground ground, int action,
                int evidence)
{
    hop->ground = ground;
    hop->action = action;
    hop->evidence = evidence;
}

static void set_unknown(struct adscp_hop *hop, enum hop_ground ground)
{
    set(hop, ground, ADSCP_HOP_ACTION_UNKNOWN, ADSCP_EVIDENCE_INFERRED);
}

/* Behind a load balancer nobody is sure, whatever the matrix says. */
static void apply_rule(struct adscp_hop *hop, const struct exchange_rule *rule)
{
    hop->rule = rule;
    set(hop, GROUND_RULE, rule->action,
        hop->is_own_name ? rule->evidence : ADSCP_EVIDENCE_INFERRED);
}

/* Servers that are too old for the mailbox publish the name as well once it has
 * moved to newer ones, as Microsoft advises, which then get the requests. */
static const struct exchange_rule *rule_of_newer(struct adscp_hop *hop,
                                                 enum version_line mailbox)
{
    uint32_t lines = exchange_leave_out_older(hop->front->lines, mailbox);

    return lines != 0 ? exchange_common_rule(lines, mailbox, &hop->line) : NULL;
}

static void apply_mixed(struct adscp_hop *hop, enum version_line mailbox)
{
    const struct exchange_rule *rule = rule_of_newer(hop, mailbox);

    if (exchange_serves_here(hop->front->lines, mailbox))
        set(hop, GROUND_MIXED_SERVERS, ADSCP_HOP_ACTION_PROXY,
            ADSCP_EVIDENCE_INFERRED);
    else if (rule != NULL && rule->action != ADSCP_HOP_ACTION_UNKNOWN)
        set(hop, GROUND_NEWER_SERVERS, rule->action, ADSCP_EVIDENCE_INFERRED);
    else
        set_unknown(hop, GROUND_MIXED_SERVERS);
}

/* Any server behind the name may get the request. */
static void apply_front(struct adscp_hop *hop, enum version_line mailbox)
{
    const struct front *front = hop->front;
    const struct exchange_rule *rule;

    if (front == NULL || front->servers == 0) {
        set_unknown(hop, GROUND_UNKNOWN_SERVER);
        return;
    }
    if (front->lines == 0) {
        set_unknown(hop, GROUND_NO_FRONT_END);
        return;
    }
    rule = exchange_common_rule(front->lines, mailbox, &hop->line);
    if (rule != NULL)
        apply_rule(hop, rule);
    else
        apply_mixed(hop, mailbox);
}

/* Every version answers redirectAddr for a recipient whose mailbox is elsewhere
 * ([MS-OXDSCLI] 3.2.5; "Autodiscover service", Exchange 2013). */
static void apply_target(struct adscp_hop *hop)
{
    if (hop->mailbox->target == NULL && !hop->mailbox->is_anybodys)
        set(hop, GROUND_NO_TARGET, ADSCP_HOP_ACTION_ERROR,
            ADSCP_EVIDENCE_INFERRED);
    else
        set(hop, GROUND_TARGET, ADSCP_HOP_ACTION_REDIRECT_ADDRESS,
            hop->is_own_name ? ADSCP_EVIDENCE_DOCUMENTED
                             : ADSCP_EVIDENCE_INFERRED);
}

/* A mailbox of this organisation. */
static void apply_mailbox(struct adscp_hop *hop)
{
    const struct adscp_server *server = hop->mailbox->server;

    if (server == NULL)
        set_unknown(hop, GROUND_NO_SERVER);
    else if (hop->server != NULL || server->line == VERSION_LEGACY)
        apply_rule(hop, exchange_rule(hop->server != NULL ? hop->server->line
                                                          : VERSION_UNKNOWN,
                                      server->line));
    else
        apply_front(hop, server->line);
}

/* Somebody has the address, but no recipient: Exchange finds none. Without even
 * that, it may be a matter of rights. */
static void apply_nobody(struct adscp_hop *hop)
{
    if (hop->mailbox->recipient != NULL)
        set(hop, GROUND_NOT_ENABLED, ADSCP_HOP_ACTION_ERROR,
            ADSCP_EVIDENCE_INFERRED);
    else
        set_unknown(hop, GROUND_NO_MAILBOX);
}

/* An organisation knows the recipients of its own forest only. */
static bool is_foreign(const struct directory_index *page,
                       const struct adscp_mailbox *mailbox)
{
    bool is_known = mailbox->recipient != NULL || mailbox->is_anybodys ||
                    mailbox->kind == ADSCP_MAILBOX_KIND_AMBIGUOUS;

    return is_known && mailbox->directory != page->directory;
}

/* Exchange Online knows the mailboxes that it holds. */
static void apply_online(struct adscp_hop *hop)
{
    if (hop->mailbox->kind == ADSCP_MAILBOX_KIND_MAILBOX)
        set(hop, GROUND_ONLINE_STRANGER, ADSCP_HOP_ACTION_ERROR,
            ADSCP_EVIDENCE_INFERRED);
    else if (hop->mailbox->kind == ADSCP_MAILBOX_KIND_REMOTE)
        set(hop, GROUND_ONLINE_HOME, ADSCP_HOP_ACTION_ANSWER,
            ADSCP_EVIDENCE_INFERRED);
    else
        set_unknown(hop, GROUND_ONLINE);
}

static void decide(const struct directory_index *page, struct adscp_hop *hop)
{
    if (hop->server != NULL && hop->server->front_end == FRONT_END_NO) {
        set_unknown(hop, GROUND_NO_FRONT_END);
        return;
    }
    if (hop->mailbox == NULL) {
        set_unknown(hop, GROUND_NO_MAIL);
        return;
    }
    if (hop->is_online) {
        apply_online(hop);
        return;
    }
    if (is_foreign(page, hop->mailbox)) {
        set_unknown(hop, GROUND_FOREIGN);
        return;
    }
    if (hop->mailbox->missing != MISSING_NOTHING) {
        set_unknown(hop, GROUND_NOT_EXPORTED);
        return;
    }
    switch (hop->mailbox->kind) {
    case ADSCP_MAILBOX_KIND_MAILBOX:
        apply_mailbox(hop);
        break;
    case ADSCP_MAILBOX_KIND_MAIL_USER:
    case ADSCP_MAILBOX_KIND_CONTACT:
    case ADSCP_MAILBOX_KIND_REMOTE:
        apply_target(hop);
        break;
    case ADSCP_MAILBOX_KIND_NOT_FOUND:
        apply_nobody(hop);
        break;
    case ADSCP_MAILBOX_KIND_AMBIGUOUS:
        set(hop, GROUND_AMBIGUOUS, ADSCP_HOP_ACTION_ERROR,
            ADSCP_EVIDENCE_INFERRED);
        break;
    default:
        set_unknown(hop, GROUND_NO_MAILBOX);
        break;
    }
}

/* ----------------------------------------------------------------- hops -- */

/* Microsoft's hosts are nobody's of this organisation, whatever it publishes.
 */
static void set_answerer(struct adscp_hop *hop,
                         const struct adscp_server *server,
                         const struct front *front,
                         const struct route_answerer *answerer)
{
    hop->is_online = host_is_microsoft(hop->to->host);
    if (hop->is_online)
        return;
    if (server == NULL && front != NULL && front == answerer->front)
        server = answerer->server;
    hop->server = server;
    hop->is_own_name = server != NULL && server == hop->to->owner;
    hop->front = front;
}

/* NULL: out of memory. */
static const struct destination *
make_destination(const struct directory_index *page, struct arena *arena,
                 const char *url)
{
    struct destination *made = arena_alloc(arena, sizeof(*made));

    if (made != NULL)
        *made = destination_of(page, url);
    return made;
}

static int fill_target(const struct route_start *start, struct arena *arena,
                       struct adscp_hop *hop, const struct redirect *target)
{
    const struct directory_index *page = start->page;

    *hop = (struct adscp_hop){.via = ADSCP_HOP_VIA_REDIRECT,
                              .url = target->url,
                              .to = make_destination(page, arena, target->url),
                              .mailbox = start->mailbox};
    if (hop->to == NULL)
        return ADSCP_E_NOMEM;
    set_answerer(hop, target->server, target->front, &start->answerer);
    decide(page, hop);
    return ADSCP_OK;
}

/* Room for one more, empty; nearly all ways have one hop. NULL: out of memory.
 */
static struct adscp_hop *add_hop(struct route *route)
{
    struct adscp_hop *hops =
        realloc(route->hops, ((size_t)route->count + 1) * sizeof(*hops));

    if (hops == NULL)
        return NULL;
    route->hops = hops;
    hops[route->count] = (struct adscp_hop){0};
    return &hops[route->count++];
}

/* A redirect that leads back to where the client has been ends the way. URLs
 * where nobody answered led nowhere. */
static bool was_visited(const struct route *route, const char *url)
{
    int i;

    for (i = route_last_start(route); i < route->count; i++)
        if (text_equal_ascii(url, strlen(url), route->hops[i].url,
                             strlen(route->hops[i].url)))
            return true;
    return false;
}

/* Returns how many targets lead on. */
static size_t leave_out_visited(const struct route *route,
                                struct redirect *targets, size_t count)
{
    size_t kept = 0, i;

    for (i = 0; i < count; i++)
        if (!was_visited(route, targets[i].url))
            targets[kept++] = targets[i];
    return kept;
}

/* The next hop, and its alternatives. */
static int follow(const struct route_start *start, struct arena *arena,
                  struct route *route)
{
    struct redirect *targets = NULL;
    struct adscp_hop *next;
    size_t found = 0, count, i;
    int rc;

    route->redirects = true;
    rc = redirect_targets(start->page, start->mailbox->server, arena, &targets,
                          &found);
    if (rc != ADSCP_OK)
        return rc;
    count = leave_out_visited(route, targets, found);
    route->loops = found > 0 && count == 0;
    if (count == 0)
        return ADSCP_OK;
    next = add_hop(route);
    if (next == NULL)
        return ADSCP_E_NOMEM;
    rc = fill_target(start, arena, next, &targets[0]);
    if (rc != ADSCP_OK || count == 1)
        return rc;
    next->alternatives =
        arena_alloc(arena, (count - 1) * sizeof(*next->alternatives));
    if (next->alternatives == NULL)
        return ADSCP_E_NOMEM;
    for (i = 1; i < count && rc == ADSCP_OK; i++)
        rc = fill_target(start, arena,
                         &next->alternatives[next->alternative_count++],
                         &targets[i]);
    return rc;
}

/* Thousands of predictions begin at the few URLs that the forest has. */
static const struct destination *
first_destination(const struct route_start *start, struct arena *arena)
{
    const struct adscp_scp *scp = start->scp;

    if (scp != NULL && start->url == scp_binding(scp, scp->first_http))
        return forest_index_destination(start->order->forest_index, start->page,
                                        scp);
    return make_destination(start->page, arena, start->url);
}

int route_add(const struct route_start *start, struct arena *arena,
              struct route *route)
{
    const struct directory_index *page = start->page;
    struct adscp_hop *first = add_hop(route);
    int rc = ADSCP_OK, before;

    if (first == NULL)
        return ADSCP_E_NOMEM;
    *first = (struct adscp_hop){.via = start->via,
                                .url = start->url,
                                .to = first_destination(start, arena),
                                .order = start->order,
                                .scp = start->scp,
                                .mailbox = start->mailbox};
    if (first->to == NULL)
        return ADSCP_E_NOMEM;
    set_answerer(first, first->to->owner, first->to->front, &start->answerer);
    decide(page, first);
    do {
        before = route->count;
        if (route->hops[before - 1].action == ADSCP_HOP_ACTION_REDIRECT &&
            before < ROUTE_HOPS_MAX)
            rc = follow(start, arena, route);
    } while (rc == ADSCP_OK && route->count > before);
    return rc;
}

static void hop_clear(struct adscp_hop *hop)
{
    int i;

    for (i = 0; i < hop->alternative_count; i++)
        hop_clear(&hop->alternatives[i]);
    host_check_clear(&hop->met);
    text_slot_free(&hop->host);
    text_slot_free(&hop->why);
}

void route_clear(struct route *route)
{
    int i;

    for (i = 0; i < route->count; i++)
        hop_clear(&route->hops[i]);
    free(route->hops);
    *route = (struct route){0};
}

/* ---------------------------------------------------------- certificates -- */

static int meet(struct basis *basis, const struct directory_index *page,
                struct adscp_hop *hop)
{
    const struct visit visit = {
        .page = page,
        .destination = hop->to,
        .from_scp = hop->via == ADSCP_HOP_VIA_SCP,
        .is_autodiscover = true,
    };

    return host_check_make(basis, &visit, &hop->met);
}

/* Hops have no identity yet: nobody has seen them. */
static void put_worst_first(struct adscp_hop *hop)
{
    struct adscp_hop *alternatives = hop->alternatives, before = *hop;
    int count = hop->alternative_count, worst = -1, i;

    for (i = 0; i < count; i++)
        if (alert_compare(alternatives[i].met.alert,
                          worst < 0 ? hop->met.alert
                                    : alternatives[worst].met.alert) < 0)
            worst = i;
    if (worst < 0)
        return;
    before.alternatives = NULL;
    before.alternative_count = 0;
    *hop = alternatives[worst];
    alternatives[worst] = before;
    hop->alternatives = alternatives;
    hop->alternative_count = count;
}

/* Who does not answer does not redirect either. */
static void cut(struct route *route, int count)
{
    if (route->count == count)
        return;
    while (route->count > count)
        hop_clear(&route->hops[--route->count]);
    route->loops = false;
}

int route_meet(struct basis *basis, const struct directory_index *page,
               struct route *route, int from)
{
    int rc = ADSCP_OK, i, k;

    for (i = from; i < route->count && rc == ADSCP_OK; i++) {
        struct adscp_hop *hop = &route->hops[i];

        rc = meet(basis, page, hop);
        for (k = 0; k < hop->alternative_count && rc == ADSCP_OK; k++)
            rc = meet(basis, page, &hop->alternatives[k]);
        if (rc != ADSCP_OK)
            return rc;
        put_worst_first(hop);
        if (host_check_failed(&hop->met))
            cut(route, i + 1);
    }
    return rc;
}

bool hop_tells(const struct adscp_hop *hop, const char *differs)
{
    int i;

    if (hop->met.differs == differs)
        return true;
    for (i = 0; i < hop->alternative_count; i++)
        if (hop_tells(&hop->alternatives[i], differs))
            return true;
    return false;
}

bool hop_has_host(const struct adscp_hop *hop)
{
    return hop->to->host.length > 0;
}

static char *make_host(const void *of)
{
    const struct adscp_hop *hop = of;

    return hop_has_host(hop) ? strndup(hop->to->host.text, hop->to->host.length)
                             : NULL;
}

const char *hop_host(const struct adscp_hop *hop)
{
    /* Constant to its readers; the slot alone changes, once and atomically. */
    return text_slot_get((text_slot *)(uintptr_t)&hop->host, make_host, hop);
}
