/* SPDX-License-Identifier: MIT */
/*
 * Many servers at once, from one thread: names to addresses, addresses to
 * probes, each distinct (address, port, announced name) once, and all of it
 * back into rows in the order of the question. A host that fails is a row; the
 * budget's end makes rows of what is left.
 *
 * So many probes are begun at a time that neither this machine nor a network
 * notices. One that has been silent for a moment no longer counts among them,
 * so silent addresses do not hold up the others.
 */
#include "gather/observe/observe.h"

#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "adscp.h"
#include "base/rows.h"
#include "base/text.h"
#include "facts/host.h"
#include "gather/observe/private.h"

enum {
    NAMES_MAX = 64,     /* asked for at a time */
    BUSY_MAX = 32,      /* probes that are young */
    RUNNING_MAX = 256,  /* those and the silent ones */
    YOUNG_MS = 250,     /* a round trip around the world */
    ADDRESS_MS = 10000, /* for one address, whatever it does */
    EVENTS_PER_WAIT = 64
};

/* A host that was asked for: its probes, or what became of its name. */
struct host {
    const char *name;
    int port;
    size_t first_link, link_count;
    int outcome;  /* ADSCP_SIGHTING_OUTCOME_OK, or a row of its own */
    bool untried; /* ... which decides nothing */
    const char *detail;
};

struct observation {
    const struct observe_plan *plan;
    const struct deadline *deadline;
    struct observe_progress *progress;
    struct probe_context context;
    struct resolver *resolver;
    struct table known_hosts, known_probes;
    struct host *hosts;
    size_t host_count, asked, answered, nameless;
    size_t *links; /* indexes of probes, host by host */
    size_t link_count;
    struct probe *probes;
    size_t probe_count;
    size_t started, oldest,
        done;     /* probes run in order: those before are ... */
    size_t young; /* the first that still is */
    size_t busy;  /* young and running */
};

static size_t running(const struct observation *all)
{
    return all->started - all->done;
}

/* ----------------------------------------------------------------- hosts -- */

/* Names are at most 253 bytes long (RFC 1035 2.3.4); the API sees to that. */
enum { HOST_KEY_MAX = 256 };

/* A host name as everywhere else: only ASCII letters have a case, so that no
 * name becomes longer or shorter. Returns its length. */
static size_t put_host(char out[HOST_KEY_MAX], const char *name)
{
    size_t length = 0;

    for (; name[length] != '\0' && length < HOST_KEY_MAX; length++)
        out[length] = text_lower_ascii(name[length]);
    return length;
}

/* One host of the plan, unless it was there before. */
static int add_host(struct observation *all, const struct observe_host *asked)
{
    uint32_t count = all->known_hosts.count;
    struct host *hosts;
    char key[sizeof(asked->port) + HOST_KEY_MAX];
    size_t length = sizeof(asked->port);

    memcpy(key, &asked->port, sizeof(asked->port));
    length += put_host(key + length, asked->name);
    if (table_keep(&all->known_hosts, &all->context.scratch, key, length) ==
        TABLE_NONE)
        return ADSCP_E_NOMEM;
    if (all->known_hosts.count == count)
        return ADSCP_OK;
    hosts = rows_grow(all->hosts, all->host_count, sizeof(*hosts));
    if (hosts == NULL)
        return ADSCP_E_NOMEM;
    all->hosts = hosts;
    hosts[all->host_count++] =
        (struct host){.name = asked->name, .port = asked->port};
    return ADSCP_OK;
}

static int add_hosts(struct observation *all)
{
    size_t i;
    int rc = ADSCP_OK;

    for (i = 0; i < all->plan->host_count && rc == ADSCP_OK; i++)
        rc = add_host(all, &all->plan->hosts[i]);
    return rc;
}

/* The probe for an address: a new one, or one that another host brought. */
static int add_probe(struct observation *all, const char *name,
                     const struct resolve_address *address, size_t *indexp)
{
    struct probe *probes;
    uint32_t index;
    int port = resolve_address_port(address);
    char key[RESOLVE_TEXT_MAX + sizeof(port) + HOST_KEY_MAX] = "";
    size_t length = RESOLVE_TEXT_MAX + sizeof(port);

    resolve_address_text(address, key);
    memcpy(key + RESOLVE_TEXT_MAX, &port, sizeof(port));
    if (name != NULL)
        length += put_host(key + length, name);
    index = table_keep(&all->known_probes, &all->context.scratch, key, length);
    if (index == TABLE_NONE)
        return ADSCP_E_NOMEM;
    *indexp = index;
    if (index < all->probe_count)
        return ADSCP_OK;
    probes = rows_grow(all->probes, all->probe_count, sizeof(*probes));
    if (probes == NULL)
        return ADSCP_E_NOMEM;
    all->probes = probes;
    probes[all->probe_count++] = (struct probe){.address = *address};
    return ADSCP_OK;
}

/* A host's link to its probe; the same address twice counts once. */
static int add_link(struct observation *all, struct host *host,
                    const struct resolve_address *address)
{
    bool is_literal = host_is_address(span_of(host->name));
    size_t i, index, *links;
    int rc = add_probe(all, is_literal ? NULL : host->name, address, &index);

    if (rc != ADSCP_OK)
        return rc;
    all->probes[index].name = is_literal ? NULL : host->name;
    for (i = 0; i < host->link_count; i++)
        if (all->links[host->first_link + i] == index)
            return ADSCP_OK;
    links = rows_grow(all->links, all->link_count, sizeof(*links));
    if (links == NULL)
        return ADSCP_E_NOMEM;
    all->links = links;
    links[all->link_count++] = index;
    host->link_count++;
    return ADSCP_OK;
}

static int add_row(struct observation *all, struct host *host, int outcome,
                   const char *detail)
{
    host->outcome = outcome;
    host->detail =
        text_keep(&all->context.sightings->arena, detail, strlen(detail), NULL);
    return host->detail != NULL ? ADSCP_OK : ADSCP_E_NOMEM;
}

static int take_answer(struct observation *all,
                       const struct resolve_answer *answer)
{
    struct host *host = &all->hosts[answer->id];
    int i, rc = ADSCP_OK;

    all->answered++;
    host->first_link = all->link_count;
    for (i = 0; i < answer->count && rc == ADSCP_OK; i++)
        rc = add_link(all, host, &answer->addresses[i]);
    if (rc != ADSCP_OK || answer->rc == ADSCP_E_NOMEM)
        return ADSCP_E_NOMEM;
    if (answer->has_more) {
        all->context.sightings->complete = false;
        return add_row(all, host, ADSCP_SIGHTING_OUTCOME_LIMIT,
                       "the name has further addresses, which were not looked "
                       "at");
    }
    if (answer->rc == ADSCP_OK && answer->count > 0)
        return ADSCP_OK;
    all->nameless++;
    if (answer->rc == ADSCP_OK)
        return add_row(all, host, ADSCP_SIGHTING_OUTCOME_NAME_NOT_FOUND,
                       "the name has no IPv4 or IPv6 address");
    if (!answer->unanswered)
        return add_row(all, host, ADSCP_SIGHTING_OUTCOME_NAME_NOT_FOUND,
                       answer->detail.text);
    all->context.sightings->complete = false;
    host->untried = true;
    return add_row(all, host, ADSCP_SIGHTING_OUTCOME_TIMEOUT,
                   answer->detail.text);
}

/* SNI and DNS take such names only; others go nowhere. */
static bool is_host_name(const char *name)
{
    for (; *name != '\0'; name++)
        if (*name <= ' ' || *name > '~')
            return false;
    return true;
}

static int ask(struct observation *all, size_t index)
{
    struct resolve_answer none = {.id = index, .rc = ADSCP_E_RESOLVE};
    const struct host *host = &all->hosts[index];

    if (is_host_name(host->name))
        return resolver_ask(all->resolver, host->name, host->port, index);
    detail_set(&none.detail, none.rc,
               "\"%s\" is not a host name that DNS knows: letters beyond ASCII "
               "must be in their xn-- form",
               host->name);
    return take_answer(all, &none);
}

/* Ask for the next names, and take what answers there are. */
static int go_on_resolving(struct observation *all)
{
    struct resolve_answer *answer;
    int rc = ADSCP_OK;

    while (rc == ADSCP_OK) {
        answer = resolver_take(all->resolver);
        if (answer != NULL)
            rc = take_answer(all, answer);
        else if (all->asked < all->host_count &&
                 all->asked - all->answered < NAMES_MAX)
            rc = ask(all, all->asked++);
        else
            break;
        free(answer);
    }
    return rc;
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
    int rc;

    grow_older(all);
    while (all->started < all->probe_count && all->busy < BUSY_MAX &&
           running(all) < RUNNING_MAX) {
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
        rc = go_on_resolving(all);
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
            rc = add_row(all, &all->hosts[i], ADSCP_SIGHTING_OUTCOME_TIMEOUT,
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
        *row = sightings_add(sightings, host->name, host->port);

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

static int write_host(const struct observation *all, const struct host *host)
{
    size_t i, j;
    int rc = ADSCP_OK;

    for (i = 0; i < host->link_count; i++) {
        const struct probe *probe =
            &all->probes[all->links[host->first_link + i]];

        for (j = 0; j < probe->seen_count && rc == ADSCP_OK; j++)
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
        rc = add_hosts(&all);
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
