/* SPDX-License-Identifier: MIT */
/*
 * One address on trial: by UDP, again, and by TCP. Sockets are connected, so
 * that the kernel drops what comes from anybody but the server that was asked;
 * message ids are random, and what carries another one is passed over.
 */
#include "gather/locate/trial.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "adscp.h"
#include "base/text.h"

enum {
    AGAIN_MS = 500,  /* a datagram may be lost: send it twice */
    TCP_MS = 1200,   /* ... or UDP be filtered */
    STRANGE_MAX = 16 /* useless messages from one address */
};

/* ------------------------------------------------------------- outcomes -- */

void outcome_say(struct ping_outcome *outcome, enum ping_state state,
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

/* --------------------------------------------------------------- trials -- */

void trial_end(struct loop *loop, struct trial *trial)
{
    if (trial->fd < 0)
        return;
    close(trial->fd);
    trial->fd = -1;
    loop->running--;
}

/* A slot that is free, or that of the oldest trial, which had its time. */
static struct trial *trial_slot(struct loop *loop)
{
    struct trial *oldest = &loop->trials[0];
    int i;

    for (i = 0; i < TRIALS_MAX; i++) {
        struct trial *trial = &loop->trials[i];

        if (trial->fd < 0)
            return trial;
        if (trial->born.end_ns < oldest->born.end_ns)
            oldest = trial;
    }
    trial_end(loop, oldest);
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

int trial_start(struct loop *loop, int server, bool tcp,
                const struct resolve_address *address)
{
    const struct sockaddr *to = (const struct sockaddr *)&address->storage;
    struct trial *trial = trial_slot(loop);
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
    trial->fd = fd;
    trial->server = server;
    trial->id = random_id();
    trial->tcp = tcp;
    trial->sent = trial->again = trial->moved = false;
    trial->strange = 0;
    trial->got = 0;
    trial->address = *address;
    clock_start(&trial->born);
    loop->running++;
    return ADSCP_OK;
}

static void trial_send(const struct loop *loop, struct trial *trial)
{
    unsigned char request[NETLOGON_REQUEST_MAX];
    size_t length = netlogon_request(request, trial->id, loop->config->domain);

    /* What cannot be sent is a loss like any other; for why, recv() knows. */
    if (send(trial->fd, request, length, MSG_NOSIGNAL) < 0)
        (void)errno;
    trial->again = trial->sent || trial->tcp;
    trial->sent = true;
}

/* What a message, or what has come of a stream, says. true: it is settled. */
static bool trial_read(struct loop *loop, struct trial *trial, size_t length)
{
    struct ping_outcome *outcome = &loop->outcomes[trial->server];
    struct netlogon answer;

    switch (netlogon_reply(trial->bytes, length, trial->id, &answer)) {
    case NETLOGON_ANSWER:
        outcome_note_client(outcome, trial->fd);
        outcome->took_ms = clock_ms(&loop->begin[trial->server]);
        outcome->by_tcp = trial->tcp;
        outcome_judge(loop->config, &answer, outcome);
        return true;
    case NETLOGON_UNKNOWN:
        outcome_say(outcome, PING_REFUSED, "it does not serve this domain");
        return true;
    case NETLOGON_PAUSED:
        outcome_say(outcome, PING_REFUSED, "its service is paused");
        return true;
    case NETLOGON_MORE:
        if (trial->tcp && length < sizeof(trial->bytes))
            return false;
        break;
    case NETLOGON_STRANGE:
        break;
    }
    outcome_say(outcome, PING_STRANGE, "its answer is malformed");
    return trial->tcp || ++trial->strange >= STRANGE_MAX;
}

/* One datagram, or one piece of a stream. true: the trial is done. */
static bool trial_take(struct loop *loop, struct trial *trial, int *reasonp)
{
    size_t room = sizeof(trial->bytes) - trial->got;
    ssize_t got = recv(trial->fd, trial->bytes + trial->got, room,
                       trial->tcp ? 0 : MSG_TRUNC);

    if (got < 0) {
        *reasonp = errno;
        return errno != EAGAIN && errno != EINTR;
    }
    if (got == 0 && trial->tcp) {
        outcome_say(&loop->outcomes[trial->server], PING_STRANGE,
                    "it closed the connection");
        return true;
    }
    if (!trial->tcp) /* one that was cut off is malformed */
        return trial_read(loop, trial, (size_t)got <= room ? (size_t)got : 0);
    trial->got += (size_t)got;
    return trial_read(loop, trial, trial->got);
}

/* A connection that was asked for stands, or does not. */
static void trial_joined(struct loop *loop, struct trial *trial)
{
    int reason = 0;
    socklen_t length = sizeof(reason);

    if (getsockopt(trial->fd, SOL_SOCKET, SO_ERROR, &reason, &length) < 0)
        reason = errno;
    if (reason == 0) {
        trial_send(loop, trial);
        return;
    }
    outcome_say(&loop->outcomes[trial->server], PING_UNREACHABLE,
                strerrordesc_np(reason));
    trial_end(loop, trial);
}

/* An ICMP refusal of UDP says nothing about TCP, which is asked next. */
int trial_ready(struct loop *loop, struct trial *trial, short events)
{
    struct resolve_address address = trial->address;
    bool goes_on = !trial->tcp && !trial->moved;
    int reason = 0, server = trial->server;

    if (trial->tcp && !trial->sent) {
        trial_joined(loop, trial);
        return ADSCP_OK;
    }
    if ((events & ~POLLOUT) == 0 || !trial_take(loop, trial, &reason))
        return ADSCP_OK;
    trial_end(loop, trial);
    return reason != 0 && goes_on ? trial_start(loop, server, true, &address)
                                  : ADSCP_OK;
}

int trial_tick(struct loop *loop, struct trial *trial)
{
    int age = clock_ms(&trial->born);
    int rc = ADSCP_OK;

    if (age >= TRIAL_LIFE_MS) {
        outcome_say(&loop->outcomes[trial->server], PING_SILENT, "no answer");
        trial_end(loop, trial);
        return ADSCP_OK;
    }
    if (trial->tcp)
        return ADSCP_OK;
    if (!trial->sent || (!trial->again && age >= AGAIN_MS))
        trial_send(loop, trial);
    if (age >= TCP_MS && !trial->moved) {
        struct resolve_address address = trial->address;

        trial->moved = true;
        rc = trial_start(loop, trial->server, true, &address);
    }
    return rc;
}

int trial_due_ms(const struct trial *trial)
{
    int due = TRIAL_LIFE_MS;

    if (!trial->tcp && !trial->again)
        due = AGAIN_MS;
    else if (!trial->tcp && !trial->moved)
        due = TCP_MS;
    due -= clock_ms(&trial->born);
    return due > 0 ? due : 0;
}

bool has_trial(const struct loop *loop, int server)
{
    int i;

    for (i = 0; i < TRIALS_MAX; i++)
        if (loop->trials[i].fd >= 0 && loop->trials[i].server == server)
            return true;
    return false;
}

int trials_watch(struct loop *loop, struct pollfd *fds, struct trial **who)
{
    int i, count = 0;

    for (i = 0; i < TRIALS_MAX; i++) {
        struct trial *trial = &loop->trials[i];
        bool joining = trial->tcp && !trial->sent;

        if (trial->fd < 0)
            continue;
        who[count] = trial;
        fds[count++] = (struct pollfd){.fd = trial->fd,
                                       .events = joining ? POLLOUT : POLLIN};
    }
    return count;
}
