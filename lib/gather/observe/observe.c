/* SPDX-License-Identifier: MIT */
/*
 * Many servers at once, from one thread: names to addresses, addresses to
 * probes, each distinct (address, port, announced name) once, and all of it
 * back into rows in the order of the question. A host that fails is a row; the
 * budget's end makes rows of what is left.
 *
 * So many probes are begun at a time that neither this machine nor a network
 * notices. One that has been silent for a moment no longer counts among them,
 * so silent addresses do not hold up the others. A shared host is looked at
 * several times, since a balancer may choose another server each time.
 */
#include "gather/observe/observe.h"

#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "adscp.h"
#include "gather/observe/private.h"

enum {
    BUSY_MAX = 32,     /* probes that are young */
    RUNNING_MAX = 256, /* those and the silent ones */
    /* Servers behind shared hosts are compared as of one moment. Fewer than the
     * descriptors that a process has by default. */
    WIDE_MAX = 768,
    YOUNG_MS = 250,     /* a round trip around the world */
    ADDRESS_MS = 10000, /* for one address, whatever it does */
    EVENTS_PER_WAIT = 64
};

static size_t running(const struct observation *all)
{
    return all->started - all->done;
}

/* ---------------------------------------------------------------- probes -- */

static bool is_young(const struct probe *probe)
{
    return ADDRESS_MS - deadline_left_ms(&probe->deadline) < YOUNG_MS;
}

static void note_done(struct observation *all, size_t index)
{
    all->done++;
    if (index >= all->young)
        all->busy--;
}

static void grow_older(struct observation *all)
{
    while (all->young < all->started) {
        const struct probe *probe = &all->probes[all->young];

        if (probe->state != PROBE_DONE) {
            if (is_young(probe))
                break;
            all->busy--;
        }
        all->young++;
    }
}

/* Those whose turn it is. Where there are no descriptors left, it comes when
 * another probe gives its own back. */
static int start_probes(struct observation *all)
{
    size_t busy_max = all->is_wide ? WIDE_MAX : BUSY_MAX;
    size_t running_max = all->is_wide ? WIDE_MAX : RUNNING_MAX;
    int rc;

    grow_older(all);
    while (all->started < all->probe_count && all->busy < busy_max &&
           running(all) < running_max) {
        size_t index = all->started;

        rc = probe_start(&all->probes[index], index, &all->context);
        if (rc == ADSCP_E_NOMEM && all->probes[index].state == PROBE_WAITING &&
            running(all) > 0)
            break;
        if (rc != ADSCP_OK)
            return rc;
        all->started++;
        all->busy++;
        if (all->probes[index].state == PROBE_DONE)
            note_done(all, index);
    }
    return ADSCP_OK;
}

static int advance(struct observation *all, size_t index)
{
    struct probe *probe = &all->probes[index];
    int rc;

    if (probe->state == PROBE_DONE)
        return ADSCP_OK;
    rc = probe_advance(probe, index, &all->context);
    if (probe->state == PROBE_DONE)
        note_done(all, index);
    return rc;
}

/* All have the same time, so the oldest is the first whose time is over. */
static int expire_probes(struct observation *all)
{
    int rc = ADSCP_OK;

    for (; all->oldest < all->started && rc == ADSCP_OK; all->oldest++) {
        struct probe *probe = &all->probes[all->oldest];

        if (probe->state == PROBE_DONE)
            continue;
        if (deadline_left_ms(&probe->deadline) > 0)
            break;
        rc = probe_expire(probe, false, &all->context);
        note_done(all, all->oldest);
    }
    return rc;
}

/* ------------------------------------------------------------------ wait -- */

static int sooner(int a, int b)
{
    return b < 0 || (a >= 0 && a < b) ? a : b;
}

static int longest_wait_ms(const struct observation *all, int at_most)
{
    if (all->oldest < all->started)
        at_most = sooner(at_most,
                         deadline_left_ms(&all->probes[all->oldest].deadline));
    if (all->started < all->probe_count)
        at_most = sooner(at_most, YOUNG_MS / 8);
    return at_most;
}

static int take_events(struct observation *all)
{
    struct epoll_event events[EVENTS_PER_WAIT];
    int i, rc = ADSCP_OK;
    int count = epoll_wait(all->context.epoll, events, EVENTS_PER_WAIT, 0);

    for (i = 0; i < count && rc == ADSCP_OK; i++)
        rc = advance(all, (size_t)events[i].data.u64);
    return rc;
}

static int wait_and_go_on(struct observation *all)
{
    struct pollfd fds[1 + RESOLVER_FDS_MAX];
    int rc, ready, at_most = -1, names = 0;
    bool is_resolving = all->answered < all->asked;

    fds[0] = (struct pollfd){.fd = all->context.epoll, .events = POLLIN};
    if (is_resolving)
        names = resolver_watch(all->resolver, fds + 1, &at_most);
    rc = deadline_wait_many(all->deadline, fds, 1 + names,
                            longest_wait_ms(all, at_most), &ready);
    if (rc != ADSCP_OK)
        return rc;
    if (is_resolving)
        resolver_step(all->resolver, fds + 1, names);
    if (fds[0].revents != 0)
        rc = take_events(all);
    return rc;
}

static void tell_progress(const struct observation *all)
{
    size_t total =
        all->probe_count + all->nameless + (all->host_count - all->answered);

    atomic_store(&all->progress->done, (int)(all->done + all->nameless));
    atomic_store(&all->progress->total, (int)total);
}

static int go_on(struct observation *all)
{
    int rc = ADSCP_OK;

    while (rc == ADSCP_OK) {
        rc = hosts_go_on(all);
        if (rc == ADSCP_OK)
            rc = expire_probes(all);
        if (rc == ADSCP_OK)
            rc = start_probes(all);
        tell_progress(all);
        if (all->answered == all->host_count && all->done == all->probe_count)
            break;
        if (rc == ADSCP_OK)
            rc = wait_and_go_on(all);
    }
    return rc;
}

/* The budget is over: what is missing becomes a row that says so. */
static int give_up(struct observation *all)
{
    size_t i;
    int rc = ADSCP_OK;

    all->context.sightings->complete = false;
    for (i = all->oldest; i < all->probe_count && rc == ADSCP_OK; i++)
        if (all->probes[i].state != PROBE_DONE)
            rc = probe_expire(&all->probes[i], true, &all->context);
    for (i = 0; i < all->host_count && rc == ADSCP_OK; i++)
        if (all->hosts[i].link_count == 0 &&
            all->hosts[i].outcome == ADSCP_SIGHTING_OUTCOME_OK) {
            all->hosts[i].untried = true;
            rc = host_tell(all, &all->hosts[i], ADSCP_SIGHTING_OUTCOME_TIMEOUT,
                           "no DNS answer before the budget ended");
        }
    return rc;
}

/* ------------------------------------------------------------------ rows -- */

static int write_row(const struct observation *all, const struct host *host,
                     const struct probe *probe,
                     const struct adscp_sighting *seen)
{
    struct adscp_sightings *sightings = all->context.sightings;
    char address[RESOLVE_TEXT_MAX];
    struct adscp_sighting kept,
        *row = host->front == NULL
                   ? sightings_add(sightings, host->name, host->port)
                   : sightings_add_behind(sightings, host->front, host->name,
                                          host->port);

    if (row == NULL)
        return ADSCP_E_NOMEM;
    kept = *row;
    *row = *seen;
    row->host = kept.host;
    row->port = kept.port;
    row->address_port = -1;
    if (probe == NULL)
        return ADSCP_OK;
    resolve_address_text(&probe->address, address);
    row->address = arena_copy(&sightings->arena, address, strlen(address));
    row->address_port = resolve_address_port(&probe->address);
    return row->address != NULL ? ADSCP_OK : ADSCP_E_NOMEM;
}

static const struct probe *linked(const struct observation *all,
                                  const struct host *host, size_t link)
{
    return &all->probes[all->links[host->first_link + link]];
}

static bool has_seen(const struct probe *probe,
                     const struct adscp_sighting *seen)
{
    size_t i;

    for (i = 0; i < probe->seen_count; i++)
        if (probe->seen[i].outcome == seen->outcome &&
            probe_same_chain(&probe->seen[i], seen))
            return true;
    return false;
}

/* Did an earlier turn at the same address come to the same? They stand one
 * after the other. */
static bool was_written(const struct observation *all, const struct host *host,
                        size_t link, const struct adscp_sighting *seen)
{
    size_t turn;

    for (turn = link - link % (size_t)host->turns; turn < link; turn++)
        if (has_seen(linked(all, host, turn), seen))
            return true;
    return false;
}

static int write_host(const struct observation *all, const struct host *host)
{
    size_t i, j;
    int rc = ADSCP_OK;

    for (i = 0; i < host->link_count; i++) {
        const struct probe *probe = linked(all, host, i);

        for (j = 0; j < probe->seen_count && rc == ADSCP_OK; j++)
            if (!was_written(all, host, i, &probe->seen[j]))
                rc = write_row(all, host, probe, &probe->seen[j]);
    }
    if (rc == ADSCP_OK && host->outcome != ADSCP_SIGHTING_OUTCOME_OK) {
        const struct adscp_sighting seen = {.outcome = host->outcome,
                                            .untried = host->untried,
                                            .detail = host->detail,
                                            .method = -1,
                                            .request = -1};

        rc = write_row(all, host, NULL, &seen);
    }
    return rc;
}

static int write_rows(const struct observation *all)
{
    size_t i;
    int rc = ADSCP_OK;

    for (i = 0; i < all->host_count && rc == ADSCP_OK; i++)
        rc = write_host(all, &all->hosts[i]);
    return rc == ADSCP_OK ? sightings_freeze(all->context.sightings) : rc;
}

/* ------------------------------------------------------------------- run -- */

static int open_all(struct observation *all)
{
    struct probe_context *context = &all->context;

    context->limit_ms = ADDRESS_MS;
    context->cancel = all->deadline->cancel;
    context->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (context->epoll < 0)
        return ADSCP_E_NOMEM;
    context->sightings = sightings_new();
    if (context->sightings == NULL)
        return ADSCP_E_NOMEM;
    return resolver_new(&all->plan->resolve, &all->resolver);
}

static void close_all(struct observation *all)
{
    size_t i;

    for (i = 0; i < all->probe_count; i++)
        probe_clear(&all->probes[i]);
    free(all->probes);
    free(all->links);
    free(all->hosts);
    free(all->context.chains);
    table_clear(&all->context.bodies);
    table_clear(&all->known_hosts);
    table_clear(&all->known_probes);
    arena_free(&all->context.scratch);
    resolver_free(all->resolver);
    handshaker_free(all->context.handshaker);
    if (all->context.epoll >= 0)
        close(all->context.epoll);
    sightings_release(all->context.sightings);
}

int observe_run(const struct observe_plan *plan,
                const struct deadline *deadline,
                struct observe_progress *progress, struct detail *detail,
                struct adscp_sightings **sightingsp)
{
    struct observation all = {.plan = plan,
                              .deadline = deadline,
                              .progress = progress,
                              .context.epoll = -1};
    int rc;

    arena_init(&all.context.scratch);
    rc = open_all(&all);
    if (rc == ADSCP_OK)
        rc = hosts_add(&all);
    if (rc == ADSCP_OK)
        rc = services_add(&all);
    if (rc == ADSCP_OK)
        rc = go_on(&all);
    if (rc == ADSCP_E_TIMEOUT)
        rc = give_up(&all);
    if (rc == ADSCP_OK)
        rc = write_rows(&all);
    if (rc == ADSCP_OK) {
        *sightingsp = all.context.sightings;
        all.context.sightings = NULL;
    }
    close_all(&all);
    return rc == ADSCP_OK ? rc
                          : detail_set(detail, rc, "%s", adscp_error_text(rc));
}
