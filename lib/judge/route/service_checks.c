/* SPDX-License-Identifier: MIT */
/*
 * The certificates of the second wave. Many mailboxes share a site, and so the
 * services that they are handed: each list is judged once for a basis.
 */
#include "judge/route/service_checks.h"

#include <stdlib.h>
#include <string.h>

#include "facts/finding.h"

void service_checks_release(struct service_checks *service_checks)
{
    size_t i;

    if (service_checks == NULL ||
        atomic_fetch_sub_explicit(&service_checks->holders, 1,
                                  memory_order_acq_rel) != 1)
        return;
    for (i = 0; i < service_checks->count; i++)
        host_check_clear(&service_checks->rows[i].met);
    free(service_checks);
}

/* The hosts that a list met last: its servers have several services each. */
enum { HOSTS_KEPT = 8 };

struct meeting {
    struct basis *basis;
    const struct directory_index *page;
    struct destination hosts[HOSTS_KEPT];
    const struct host_check *met[HOSTS_KEPT];
    size_t count; /* of all that were new */
};

static bool is_same(const struct destination *a, const struct destination *b)
{
    return a->port == b->port && a->kind == b->kind &&
           a->host.length == b->host.length &&
           memcmp(a->host.text, b->host.text, a->host.length) == 0;
}

/* NULL: it was not met, or long ago. */
static const struct host_check *find_met(const struct meeting *meeting,
                                         const struct destination *to)
{
    size_t i;

    for (i = 0; i < HOSTS_KEPT && i < meeting->count; i++)
        if (is_same(&meeting->hosts[i], to))
            return meeting->met[i];
    return NULL;
}

static int meet(struct meeting *meeting, struct adscp_service *row)
{
    struct destination to = destination_of(meeting->page, row->service->url);
    struct visit visit = {.page = meeting->page, .destination = &to};
    const struct host_check *known = find_met(meeting, &to);
    size_t at;

    if (known != NULL) {
        row->met = *known;
        alert_hold(row->met.alert);
        return ADSCP_OK;
    }
    at = meeting->count++ % HOSTS_KEPT;
    meeting->hosts[at] = to;
    meeting->met[at] = &row->met;
    return host_check_make(meeting->basis, &visit, &row->met);
}

static void find_worst(struct service_checks *service_checks)
{
    size_t i;

    service_checks->outcome = -1;
    for (i = 0; i < service_checks->count; i++) {
        const struct host_check *met = &service_checks->rows[i].met;

        if (met->alert->outcome > service_checks->outcome)
            service_checks->outcome = met->alert->outcome;
        if (met->alert->outcome >= ADSCP_ALERT_OUTCOME_ALERT &&
            (service_checks->worst == NULL ||
             host_check_is_worse(met, service_checks->worst)))
            service_checks->worst = met;
    }
}

static int make(struct basis *basis, const struct directory_index *page,
                const struct service_list *list,
                struct service_checks **checksp)
{
    struct service_checks *service_checks =
        calloc(1, sizeof(*service_checks) +
                      list->count * sizeof(*service_checks->rows));
    struct meeting meeting = {.basis = basis, .page = page};
    int rc = ADSCP_OK;
    size_t i;

    if (service_checks == NULL)
        return ADSCP_E_NOMEM;
    atomic_init(&service_checks->holders, 1);
    for (i = 0; i < list->count && rc == ADSCP_OK; i++) {
        service_checks->rows[i].service = &list->rows[i];
        rc = meet(&meeting, &service_checks->rows[i]);
        service_checks->count++;
    }
    if (rc != ADSCP_OK) {
        service_checks_release(service_checks);
        return rc;
    }
    find_worst(service_checks);
    *checksp = service_checks;
    return ADSCP_OK;
}

/* Room for the checks of this list. */
static int reserve(struct basis *basis, size_t number)
{
    size_t count = basis->service_checks_count, room = count > 0 ? count : 16;
    struct service_checks **service_checks;

    if (number < count)
        return ADSCP_OK;
    while (room <= number)
        room *= 2;
    service_checks =
        realloc(basis->service_checks, room * sizeof(*service_checks));
    if (service_checks == NULL)
        return ADSCP_E_NOMEM;
    memset(service_checks + count, 0, (room - count) * sizeof(*service_checks));
    basis->service_checks = service_checks;
    basis->service_checks_count = room;
    return ADSCP_OK;
}

int service_checks_read(struct basis *basis, const struct directory_index *page,
                        const struct service_list *list,
                        struct service_checks **checksp)
{
    int rc = reserve(basis, list->number);

    if (rc == ADSCP_OK && basis->service_checks[list->number] == NULL)
        rc = make(basis, page, list, &basis->service_checks[list->number]);
    if (rc != ADSCP_OK)
        return rc;
    *checksp = basis->service_checks[list->number];
    atomic_fetch_add_explicit(&(*checksp)->holders, 1, memory_order_relaxed);
    return ADSCP_OK;
}

/* One text for each host: the same one was told, here or of a hop. */
static bool was_told(const struct service_checks *service_checks, size_t end,
                     const struct route *route)
{
    const char *differs = service_checks->rows[end].met.differs;
    size_t i;
    int hop;

    for (hop = 0; hop < route->count; hop++)
        if (hop_tells(&route->hops[hop], differs))
            return true;
    for (i = 0; i < end; i++)
        if (service_checks->rows[i].met.differs == differs)
            return true;
    return false;
}

int service_checks_report(const struct service_checks *service_checks,
                          const struct route *route,
                          struct finding_list *findings)
{
    int rc = ADSCP_OK;
    size_t i;

    for (i = 0; i < service_checks->count && rc == ADSCP_OK; i++) {
        const struct adscp_service *row = &service_checks->rows[i];

        if (row->met.differs != NULL && !was_told(service_checks, i, route))
            rc = finding_add(
                findings, FINDING_SERVERS_CERTIFICATES_DIFFER,
                (struct finding_what){.dn = row->service->dn,
                                      .host = row->service->host,
                                      .certificates = row->met.differs});
    }
    return rc;
}
