/* SPDX-License-Identifier: MIT */
/*
 * Many LDAP pings, and the look-ups of their servers' names, in one poll loop.
 * Sockets are connected, so that the kernel drops what comes from anybody but
 * the server that was asked; message ids are random, and what carries another
 * one is passed over. An answer that is none costs its server nothing but its
 * own chance: the loop goes on until the servers, or the budget, are used up.
 */
#include "gather/locate/ping.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "adscp.h"
#include "base/text.h"

enum {
    /* addresses asked at one time, beside the names */
    PROBES_MAX = DEADLINE_FDS_MAX - RESOLVER_FDS_MAX,
    ADDRESSES_MAX = 8,  /* of one server */
    AGAIN_MS = 500,     /* a datagram may be lost: send it twice */
    TCP_MS = 1200,      /* ... or UDP be filtered */
    LIFE_MS = 4000,     /* nobody waits longer for one address */
    WRITABLE_MS = 1000, /* how long a read-only one waits for a better */
    NAME_MS = 3000,     /* what one server's name may take */
    STRANGE_MAX = 16    /* useless messages from one address */
};

/* One address on trial. */
struct probe {
    int fd; /* -1: free */
    int server;
    int id;
    bool tcp;
    bool sent;   /* once */
    bool again;  /* the second time, or the first by TCP */
    bool moved;  /* TCP was begun */
    int strange; /* messages */
    struct deadline born;
    struct resolve_address address;
    size_t got; /* of a stream */
    unsigned char bytes[NETLOGON_MESSAGE_MAX];
};

struct loop {
    const struct ping_config *config;
    const struct resolve_service *servers;
    struct ping_outcome *outcomes;
    const struct deadline *deadline;
    struct detail *detail;
    int count;
    int started; /* the first so many servers */
    int running; /* probes */
    int names;   /* that are being looked up */
    int best;
    struct deadline next;  /* when the next server may start */
    struct deadline grace; /* when a read-only one will do */
    struct deadline begin[PING_SERVERS_MAX];
    bool naming[PING_SERVERS_MAX]; /* its name is being looked up */
    struct resolver *resolver;
    struct probe probes[PROBES_MAX];
};

/* Time since a clock was started with far more than it will ever need. */
enum { CLOCK_MS = 1000000 };

static void clock_start(struct deadline *clock)
{
    deadline_start(clock, CLOCK_MS, NULL);
}

static int clock_ms(const struct deadline *clock)
{
    return CLOCK_MS - deadline_left_ms(clock);
}

/* ------------------------------------------------------------- outcomes -- */

/* Words for a state that no better one has replaced. */
static void outcome_say(struct ping_outcome *outcome, enum ping_state state,
                        const char *why)
{
    if (outcome->state >= state)
        return;
    outcome->state = state;
    snprintf(outcome->why, sizeof(outcome->why), "%s", why);
}

static bool same(const char *a, const char *b)
{
    return text_is(a, strlen(a), b);
}

static void outcome_judge(const struct ping_config *config,
                          const struct netlogon *answer,
                          struct ping_outcome *outcome)
{
    if (config->domain != NULL && !same(answer->domain, config->domain)) {
        outcome_say(outcome, PING_REFUSED, "it answers for another domain");
    } else if (config->forest != NULL &&
               !same(answer->forest, config->forest)) {
        outcome_say(outcome, PING_REFUSED, "it answers for another forest");
    } else if ((answer->flags & config->flags) != config->flags) {
        outcome_say(outcome, PING_REFUSED, "its flags deny the service");
    } else {
        outcome_say(outcome,
                    (answer->flags & NETLOGON_WRITABLE) != 0 ? PING_GOOD
                                                             : PING_READ_ONLY,
                    "");
        outcome->answer = *answer;
    }
}

/* The address that the server saw, unless a NAT lies between. */
static void outcome_note_client(struct ping_outcome *outcome, int fd)
{
    struct sockaddr_storage own;
    socklen_t length = sizeof(own);
    const void *bytes;

    if (getsockname(fd, (struct sockaddr *)&own, &length) != 0)
        return;
    bytes = own.ss_family == AF_INET
                ? (const void *)&((struct sockaddr_in *)&own)->sin_addr
                : &((struct sockaddr_in6 *)&own)->sin6_addr;
    if (inet_ntop(own.ss_family, bytes, outcome->client,
                  sizeof(outcome->client)) == NULL)
        outcome->client[0] = '\0';
}

/* --------------------------------------------------------------- probes -- */

static void probe_end(struct loop *loop, struct probe *probe)
{
    if (probe->fd < 0)
        return;
    close(probe->fd);
    probe->fd = -1;
    loop->running--;
}

/* A slot that is free, or that of the oldest probe, which had its time. */
static struct probe *probe_slot(struct loop *loop)
{
    struct probe *oldest = &loop->probes[0];
    int i;

    for (i = 0; i < PROBES_MAX; i++) {
        struct probe *probe = &loop->probes[i];

        if (probe->fd < 0)
            return probe;
        if (probe->born.end_ns < oldest->born.end_ns)
            oldest = probe;
    }
    probe_end(loop, oldest);
    return oldest;
}

static int random_id(void)
{
    unsigned id = 0;

    if (getrandom(&id, sizeof(id), GRND_NONBLOCK) != sizeof(id))
        id = 1;
    return (int)(id & NETLOGON_ID_MAX) | 1;
}

static bool is_exhaustion(int reason)
{
    return reason == EMFILE || reason == ENFILE || reason == ENOBUFS ||
           reason == ENOMEM;
}

/* That an address cannot be tried is its outcome; that there are no descriptors
 * left is ours. */
static int probe_start(struct loop *loop, int server, bool tcp,
                       const struct resolve_address *address)
{
    const struct sockaddr *to = (const struct sockaddr *)&address->storage;
    struct probe *probe = probe_slot(loop);
    int type = (tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC | SOCK_NONBLOCK;
    int fd = socket(to->sa_family, type, 0);

    if (fd < 0 && is_exhaustion(errno))
        return detail_set(loop->detail, ADSCP_E_NOMEM,
                          "no memory or descriptors to ask %s",
                          loop->servers[server].host);
    if (fd >= 0 && connect(fd, to, address->length) < 0 &&
        errno != EINPROGRESS && errno != EINTR) {
        close(fd);
        fd = -1;
    }
    if (fd < 0)
        return ADSCP_OK;
    probe->fd = fd;
    probe->server = server;
    probe->id = random_id();
    probe->tcp = tcp;
    probe->sent = probe->again = probe->moved = false;
    probe->strange = 0;
    probe->got = 0;
    probe->address = *address;
    clock_start(&probe->born);
    loop->running++;
    return ADSCP_OK;
}

static void probe_send(const struct loop *loop, struct probe *probe)
{
    unsigned char request[NETLOGON_REQUEST_MAX];
    size_t length = netlogon_request(request, probe->id, loop->config->domain);

    /* What cannot be sent is a loss like any other; for why, recv() knows. */
    if (send(probe->fd, request, length, MSG_NOSIGNAL) < 0)
        (void)errno;
    probe->again = probe->sent || probe->tcp;
    probe->sent = true;
}

/* What a message, or what has come of a stream, says. true: it is settled. */
static bool probe_read(struct loop *loop, struct probe *probe, size_t length)
{
    struct ping_outcome *outcome = &loop->outcomes[probe->server];
    struct netlogon answer;

    switch (netlogon_reply(probe->bytes, length, probe->id, &answer)) {
    case NETLOGON_ANSWER:
        outcome_note_client(outcome, probe->fd);
        outcome->took_ms = clock_ms(&loop->begin[probe->server]);
        outcome->by_tcp = probe->tcp;
        outcome_judge(loop->config, &answer, outcome);
        return true;
    case NETLOGON_UNKNOWN:
        outcome_say(outcome, PING_REFUSED, "it does not serve this domain");
        return true;
    case NETLOGON_PAUSED:
        outcome_say(outcome, PING_REFUSED, "its service is paused");
        return true;
    case NETLOGON_MORE:
        if (probe->tcp && length < sizeof(probe->bytes))
            return false;
        break;
    case NETLOGON_STRANGE:
        break;
    }
    outcome_say(outcome, PING_STRANGE, "its answer is malformed");
    return probe->tcp || ++probe->strange >= STRANGE_MAX;
}

/* One datagram, or one piece of a stream. true: the probe is done. */
static bool probe_take(struct loop *loop, struct probe *probe, int *reasonp)
{
    size_t room = sizeof(probe->bytes) - probe->got;
    ssize_t got = recv(probe->fd, probe->bytes + probe->got, room,
                       probe->tcp ? 0 : MSG_TRUNC);

    if (got < 0) {
        *reasonp = errno;
        return errno != EAGAIN && errno != EINTR;
    }
    if (got == 0 && probe->tcp) {
        outcome_say(&loop->outcomes[probe->server], PING_STRANGE,
                    "it closed the connection");
        return true;
    }
    if (!probe->tcp) /* one that was cut off is malformed */
        return probe_read(loop, probe, (size_t)got <= room ? (size_t)got : 0);
    probe->got += (size_t)got;
    return probe_read(loop, probe, probe->got);
}

/* A connection that was asked for stands, or does not. */
static void probe_joined(struct loop *loop, struct probe *probe)
{
    int reason = 0;
    socklen_t length = sizeof(reason);

    if (getsockopt(probe->fd, SOL_SOCKET, SO_ERROR, &reason, &length) < 0)
        reason = errno;
    if (reason == 0) {
        probe_send(loop, probe);
        return;
    }
    outcome_say(&loop->outcomes[probe->server], PING_UNREACHABLE,
                strerrordesc_np(reason));
    probe_end(loop, probe);
}

/* An ICMP refusal of UDP says nothing about TCP, which is asked next. */
static int probe_ready(struct loop *loop, struct probe *probe, short events)
{
    struct resolve_address address = probe->address;
    bool goes_on = !probe->tcp && !probe->moved;
    int reason = 0, server = probe->server;

    if (probe->tcp && !probe->sent) {
        probe_joined(loop, probe);
        return ADSCP_OK;
    }
    if ((events & ~POLLOUT) == 0 || !probe_take(loop, probe, &reason))
        return ADSCP_OK;
    probe_end(loop, probe);
    return reason != 0 && goes_on ? probe_start(loop, server, true, &address)
                                  : ADSCP_OK;
}

/* What is due without anything having come. */
static int probe_tick(struct loop *loop, struct probe *probe)
{
    int age = clock_ms(&probe->born);
    int rc = ADSCP_OK;

    if (age >= LIFE_MS) {
        outcome_say(&loop->outcomes[probe->server], PING_SILENT, "no answer");
        probe_end(loop, probe);
        return ADSCP_OK;
    }
    if (probe->tcp)
        return ADSCP_OK;
    if (!probe->sent || (!probe->again && age >= AGAIN_MS))
        probe_send(loop, probe);
    if (age >= TCP_MS && !probe->moved) {
        struct resolve_address address = probe->address;

        probe->moved = true;
        rc = probe_start(loop, probe->server, true, &address);
    }
    return rc;
}

/* Milliseconds until probe_tick() has something to do. */
static int probe_due_ms(const struct probe *probe)
{
    int due = LIFE_MS;

    if (!probe->tcp && !probe->again)
        due = AGAIN_MS;
    else if (!probe->tcp && !probe->moved)
        due = TCP_MS;
    due -= clock_ms(&probe->born);
    return due > 0 ? due : 0;
}

/* -------------------------------------------------------------- servers -- */

/* As adcli and SSSD pace them, who follow [MS-DISO]: patient with the first
 * ones, which are likely the best. */
static int pace_ms(int server)
{
    if (server < 5)
        return 400;
    return server < 10 ? 200 : 100;
}

/* Ask for the addresses of the next server. */
static int server_start(struct loop *loop)
{
    int server = loop->started++;

    clock_start(&loop->begin[server]);
    deadline_start(&loop->next, pace_ms(server), NULL);
    loop->outcomes[server].state = PING_RUNNING;
    loop->naming[server] = true;
    loop->names++;
    return resolver_ask(loop->resolver, loop->servers[server].host,
                        loop->servers[server].port, (size_t)server);
}

/* A name that takes long holds up nobody; should its addresses come later, they
 * are still asked. */
static void server_named(struct loop *loop, int server)
{
    if (loop->naming[server])
        loop->names--;
    loop->naming[server] = false;
}

static int server_found(struct loop *loop, const struct resolve_answer *answer)
{
    int server = (int)answer->id, i, rc = ADSCP_OK;

    server_named(loop, server);
    if (answer->rc == ADSCP_E_NOMEM)
        return detail_set(loop->detail, answer->rc, "%s", answer->detail.text);
    if (answer->rc != ADSCP_OK)
        outcome_say(&loop->outcomes[server], PING_UNREACHABLE,
                    "its name has no address");
    for (i = 0; i < answer->count && i < ADDRESSES_MAX && rc == ADSCP_OK; i++)
        rc = probe_start(loop, server, false, &answer->addresses[i]);
    return rc;
}

static int servers_found(struct loop *loop)
{
    struct resolve_answer *answer;
    int rc = ADSCP_OK;

    while (rc == ADSCP_OK && (answer = resolver_take(loop->resolver)) != NULL) {
        rc = server_found(loop, answer);
        free(answer);
    }
    return rc;
}

static void servers_tick(struct loop *loop)
{
    int i;

    for (i = 0; i < loop->started; i++)
        if (loop->naming[i] && clock_ms(&loop->begin[i]) >= NAME_MS) {
            server_named(loop, i);
            outcome_say(&loop->outcomes[i], PING_UNREACHABLE,
                        "DNS did not give its address in time");
        }
}

static bool has_probe(const struct loop *loop, int server)
{
    int i;

    for (i = 0; i < PROBES_MAX; i++)
        if (loop->probes[i].fd >= 0 && loop->probes[i].server == server)
            return true;
    return false;
}

/* Look at what has come of the servers that were started. */
static void loop_judge(struct loop *loop)
{
    int i;

    for (i = 0; i < loop->started; i++) {
        struct ping_outcome *outcome = &loop->outcomes[i];

        if (outcome->state <= PING_RUNNING && !loop->naming[i] &&
            !has_probe(loop, i))
            outcome_say(outcome, PING_UNREACHABLE, "no connection");
        if (outcome->state < PING_READ_ONLY)
            continue;
        if (loop->best >= 0 &&
            loop->outcomes[loop->best].state >= outcome->state)
            continue;
        if (loop->best < 0)
            deadline_start(&loop->grace, WRITABLE_MS, NULL);
        loop->best = i;
    }
}

static bool is_idle(const struct loop *loop)
{
    return loop->running == 0 && loop->names == 0;
}

static bool loop_is_over(const struct loop *loop)
{
    if (loop->best >= 0 && (loop->outcomes[loop->best].state == PING_GOOD ||
                            deadline_left_ms(&loop->grace) == 0))
        return true;
    return is_idle(loop) && loop->started == loop->count;
}

static void at_most(int *mostp, int ms)
{
    if (ms >= 0 && (*mostp < 0 || ms < *mostp))
        *mostp = ms;
}

static int loop_wait_ms(const struct loop *loop)
{
    int i, most = LIFE_MS;

    if (loop->started < loop->count)
        at_most(&most, deadline_left_ms(&loop->next));
    if (loop->best >= 0)
        at_most(&most, deadline_left_ms(&loop->grace));
    for (i = 0; i < loop->started; i++)
        if (loop->naming[i])
            at_most(&most, NAME_MS - clock_ms(&loop->begin[i]));
    for (i = 0; i < PROBES_MAX; i++)
        if (loop->probes[i].fd >= 0)
            at_most(&most, probe_due_ms(&loop->probes[i]));
    return most;
}

static int watch_probes(struct loop *loop, struct pollfd *fds,
                        struct probe **who)
{
    int i, count = 0;

    for (i = 0; i < PROBES_MAX; i++) {
        struct probe *probe = &loop->probes[i];
        bool joining = probe->tcp && !probe->sent;

        if (probe->fd < 0)
            continue;
        who[count] = probe;
        fds[count++] = (struct pollfd){.fd = probe->fd,
                                       .events = joining ? POLLOUT : POLLIN};
    }
    return count;
}

static int loop_wait(struct loop *loop)
{
    struct pollfd fds[PROBES_MAX + RESOLVER_FDS_MAX];
    struct probe *who[PROBES_MAX];
    int i, rc, ready, names, most = loop_wait_ms(loop), names_ms;
    int count = watch_probes(loop, fds, who);

    names = resolver_watch(loop->resolver, fds + count, &names_ms);
    at_most(&most, names_ms);
    rc = deadline_wait_many(loop->deadline, fds, count + names, most, &ready);
    if (rc != ADSCP_OK)
        return rc;
    resolver_step(loop->resolver, fds + count, names);
    for (i = 0; i < count && rc == ADSCP_OK; i++)
        if (fds[i].revents != 0 && who[i]->fd == fds[i].fd)
            rc = probe_ready(loop, who[i], fds[i].revents);
    return rc;
}

static int loop_step(struct loop *loop)
{
    int i, rc = ADSCP_OK;

    if (loop->started < loop->count &&
        (is_idle(loop) || deadline_left_ms(&loop->next) == 0))
        rc = server_start(loop);
    if (rc == ADSCP_OK)
        rc = servers_found(loop);
    servers_tick(loop);
    for (i = 0; i < PROBES_MAX && rc == ADSCP_OK; i++)
        if (loop->probes[i].fd >= 0)
            rc = probe_tick(loop, &loop->probes[i]);
    if (rc == ADSCP_OK && !is_idle(loop))
        rc = loop_wait(loop);
    return rc;
}

int ping_servers(const struct ping_config *config,
                 const struct resolve_service *servers, int count,
                 const struct deadline *deadline, struct detail *detail,
                 struct ping_outcome *outcomes, int *bestp)
{
    struct loop *loop = calloc(1, sizeof(*loop));
    int i, rc = ADSCP_OK;

    if (loop == NULL)
        return ADSCP_E_NOMEM;
    loop->config = config;
    loop->servers = servers;
    loop->outcomes = outcomes;
    loop->deadline = deadline;
    loop->detail = detail;
    loop->count = count < PING_SERVERS_MAX ? count : PING_SERVERS_MAX;
    loop->best = -1;
    memset(outcomes, 0, (size_t)loop->count * sizeof(*outcomes));
    for (i = 0; i < PROBES_MAX; i++)
        loop->probes[i].fd = -1;
    rc = resolver_new(config->resolve, &loop->resolver);
    while (rc == ADSCP_OK && !loop_is_over(loop)) {
        rc = loop_step(loop);
        loop_judge(loop);
    }
    *bestp = loop->best;
    for (i = 0; i < PROBES_MAX; i++)
        probe_end(loop, &loop->probes[i]);
    resolver_free(loop->resolver);
    free(loop);
    return rc;
}
