/* SPDX-License-Identifier: MIT */
/*
 * From one URL to the next, as long as nobody answers. Only what was seen tells
 * that, so that the list of all candidates is seldom needed.
 */
#include "judge/way.h"

#include <string.h>

/* The hops from this URL on, and the certificates there. */
static int follow_url(struct basis *basis, const struct way_question *question,
                      const struct order_first *start, struct arena *arena,
                      struct way *way)
{
    const struct order *order = question->order;
    const struct route_start from = {
        .page = order->forest_index->pages[start->directory],
        .order = order,
        .scp = start->scp,
        .url = start->url,
        .mailbox = question->mailbox,
        .answerer = question->answerer,
    };
    int first = way->route.count;
    int rc = route_add(&from, arena, &way->route);

    way->tried++;
    return rc == ADSCP_OK ? route_meet(basis, from.page, &way->route, first)
                          : rc;
}

/* Nobody answers where the last URL led: the client goes on. */
static bool is_silent(const struct way *way)
{
    const struct route *route = &way->route;

    return host_check_failed(&route->hops[route_last_start(route)].met);
}

/* Nobody predicts that the client ever comes to a row of the tail. */
static int follow_others(struct basis *basis,
                         const struct way_question *question,
                         const struct order_first *start, struct arena *arena,
                         struct way *way)
{
    const struct order_list *list = order_list(question->order);
    const struct adscp_candidate *first;
    int rc = ADSCP_OK;
    uint32_t i;

    if (list == NULL)
        return ADSCP_E_NOMEM;
    first = order_row(question->order, start->scp, start->url);
    for (i = 0; i < list->count && rc == ADSCP_OK && is_silent(way); i++) {
        const struct adscp_candidate *row = &list->rows[i];
        struct order_first next = {row->scp, order_url(row), row->directory};

        if (row->undocumented)
            break;
        way->route.has_more =
            row != first && way->route.count >= ROUTE_HOPS_MAX;
        if (way->route.has_more)
            break;
        if (row != first)
            rc = follow_url(basis, question, &next, arena, way);
    }
    return rc;
}

/* ------------------------------------------------------- the mail domain -- */

static const int vias[MAIL_HOSTS] = {
    [MAIL_HOST_ROOT] = ADSCP_HOP_VIA_HTTPS_ROOT,
    [MAIL_HOST_AUTODISCOVER] = ADSCP_HOP_VIA_HTTPS_AUTODISCOVER,
    [MAIL_HOST_SRV] = ADSCP_HOP_VIA_SRV,
};

/* Most domains have not all of these hosts, and then nobody is met. Any Outlook
 * is said to come only where something is known of the host. */
static bool comes_to(const struct way_question *question, int which)
{
    const struct mail_host *host = &question->mail_hosts->hosts[which];

    if (host->host == NULL || host_check_failed(&host->met) ||
        generation_is_off(&question->asker, mail_host_method(which)))
        return false;
    return question->asker.client >= 0 || mail_host_was_seen(host);
}

static int follow_mail_host(struct basis *basis,
                            const struct way_question *question, int which,
                            struct arena *arena, struct way *way)
{
    const struct mail_hosts *hosts = question->mail_hosts;
    const struct route_start from = {
        .via = vias[which],
        .page = hosts->page,
        .url = hosts->hosts[which].url,
        .mailbox = question->mailbox,
        .answerer = question->answerer,
    };
    int first = way->route.count;
    int rc = route_add(&from, arena, &way->route);

    return rc == ADSCP_OK ? route_meet(basis, from.page, &way->route, first)
                          : rc;
}

bool way_leads_on(const struct way *way)
{
    const struct route *route = &way->route;
    const struct adscp_hop *last;

    if (route->count == 0)
        return true;
    if (route->has_more)
        return false;
    last = &route->hops[route_last_start(route)];
    return host_check_failed(&last->met) ||
           (last->via != ADSCP_HOP_VIA_SCP && !hop_can_answer(last));
}

/* Who answers at the mail domain is often a web site, at which the client does
 * not stop. */
static int follow_domain(struct basis *basis,
                         const struct way_question *question,
                         struct arena *arena, struct way *way)
{
    int rc = ADSCP_OK, i;

    for (i = 0; i < MAIL_HOSTS && rc == ADSCP_OK && way_leads_on(way); i++)
        if (comes_to(question, i))
            rc = follow_mail_host(basis, question, i, arena, way);
    return rc;
}

/* ---------------------------------------------------------------- verdict --
 */

/* Such hosts are asked while an SCP's server answers. */
static bool has_beside(const struct way_question *question,
                       const struct way *way)
{
    return question->mail_hosts != NULL && way->route.count > 0 &&
           way->route.hops[0].via == ADSCP_HOP_VIA_SCP &&
           generation_is_parallel(question->asker.client);
}

/* What the user sees of a host that is asked while an SCP's server answers:
 * a dialog, or nothing. */
static void settle_beside(const struct way_question *question, struct way *way)
{
    int i;

    if (!has_beside(question, way))
        return;
    for (i = MAIL_HOST_ROOT; i <= MAIL_HOST_AUTODISCOVER; i++) {
        const struct mail_host *host = &question->mail_hosts->hosts[i];

        if (!comes_to(question, i) ||
            host->met.alert->outcome != ADSCP_ALERT_OUTCOME_ALERT ||
            way->alert->outcome >= ADSCP_ALERT_OUTCOME_ALERT)
            continue;
        way->alert = host->met.alert;
        way->alert_hop = WAY_BESIDE;
    }
}

int64_t way_beside_changes_on(const struct way_question *question,
                              const struct way *way)
{
    int64_t first = -1;
    int i;

    if (!has_beside(question, way))
        return first;
    for (i = MAIL_HOST_ROOT; i <= MAIL_HOST_AUTODISCOVER; i++)
        if (comes_to(question, i))
            first = alert_sooner(
                first, question->mail_hosts->hosts[i].met.alert->changes_on);
    return first;
}

/* The hop, or else the service, that decides what the user sees. */
static void settle_route(const struct service_checks *service_checks,
                         struct way *way)
{
    int worst = route_worst(&way->route);

    way->alert_hop = worst;
    way->alert = way->route.hops[worst].met.alert;
    if (service_checks == NULL || service_checks->worst == NULL ||
        way->alert->outcome >= ADSCP_ALERT_OUTCOME_ALERT)
        return;
    way->alert_hop = -1;
    way->alert = service_checks->worst->alert;
}

bool way_has_scp(const struct way_question *question,
                 const struct order_first *start)
{
    return start->scp != NULL &&
           !generation_is_off(&question->asker, ADSCP_STEP_METHOD_SCP);
}

static int follow_scps(struct basis *basis, const struct way_question *question,
                       const struct order_first *start, struct arena *arena,
                       struct way *way)
{
    int rc = follow_url(basis, question, start, arena, way);

    if (rc == ADSCP_OK && question->order->count > 1 && is_silent(way))
        rc = follow_others(basis, question, start, arena, way);
    return rc;
}

int way_follow(struct basis *basis, const struct way_question *question,
               const struct order_first *start, struct arena *arena,
               struct way *way)
{
    int rc = ADSCP_OK;

    *way = (struct way){.alert_hop = -1};
    if (way_has_scp(question, start))
        rc = follow_scps(basis, question, start, arena, way);
    if (rc == ADSCP_OK && question->mail_hosts != NULL && way_leads_on(way))
        rc = follow_domain(basis, question, arena, way);
    if (rc != ADSCP_OK || way->route.count == 0)
        return rc;
    settle_route(question->service_checks, way);
    settle_beside(question, way);
    return ADSCP_OK;
}

struct severity way_severity(const struct way *way)
{
    return (struct severity){
        .outcome = way->alert != NULL ? way->alert->outcome : -1,
        .refused = route_refusal(&way->route) != ADSCP_REFUSAL_NONE,
        .services = -1};
}

void way_clear(struct way *way)
{
    route_clear(&way->route);
    *way = (struct way){.alert_hop = -1};
}
