/* SPDX-License-Identifier: MIT */
/*
 * From a name, or a path, to a connected socket. All addresses of a name run a
 * race with staggered starts (RFC 8305 5), so that one that swallows packets
 * costs a quarter of a second, not the budget. What each of them said is kept
 * for the case that all fail.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "adscp.h"
#include "gather/transport/private.h"

enum {
    STAGGER_MS = 250,   /* RFC 8305 8: Connection Attempt Delay */
    LOCAL_RETRY_MS = 10 /* poll(2) does not tell of a local queue with room */
};

/* One address on trial. */
struct attempt {
    int fd;     /* -1: not running */
    int reason; /* errno, where it failed */
};

struct race {
    int count;            /* of addresses */
    int started;          /* the first so many */
    int running;          /* of those */
    struct deadline next; /* when the next one may start */
    struct resolve_address addresses[RESOLVE_ADDRESSES_MAX];
    struct attempt attempts[RESOLVE_ADDRESSES_MAX];
};

static bool is_exhaustion(int reason)
{
    return reason == EMFILE || reason == ENFILE || reason == ENOBUFS ||
           reason == ENOMEM;
}

static int socket_error(int reason, struct detail *detail)
{
    return detail_set(detail,
                      is_exhaustion(reason) ? ADSCP_E_NOMEM : ADSCP_E_CONNECT,
                      "cannot make a socket: %s", transport_reason(reason));
}

/* A socket on its way to an address. *fdp is -1 where there could be none. 0,
 * or errno. */
static int dial(const struct resolve_address *address, int *fdp)
{
    const struct sockaddr *to = (const struct sockaddr *)&address->storage;
    const int on = 1;

    *fdp = socket(to->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
                  IPPROTO_TCP);
    if (*fdp < 0)
        return errno;
    /* A message is written in one piece and then waits for its answer. */
    setsockopt(*fdp, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    if (connect(*fdp, to, address->length) < 0 && errno != EINPROGRESS &&
        errno != EINTR)
        return errno;
    return 0;
}

static int dialled(int fd)
{
    int reason = 0;
    socklen_t length = sizeof(reason);

    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &reason, &length) < 0)
        reason = errno;
    return reason;
}

/* ----------------------------------------------------------- the race -- */

static void race_end(struct race *race, int i, int reason)
{
    struct attempt *attempt = &race->attempts[i];

    if (attempt->fd >= 0) {
        close(attempt->fd);
        race->running--;
    }
    attempt->fd = -1;
    attempt->reason = reason;
    /* A refusal is an answer: no need to give it time. */
    deadline_start(&race->next, 0, NULL);
}

/* Start the next attempt. That an address cannot be tried is its outcome; that
 * there are no descriptors left is ours. */
static int race_start(struct race *race, struct detail *detail)
{
    int i = race->started, fd;
    int reason = dial(&race->addresses[i], &fd);

    if (fd < 0 && is_exhaustion(reason))
        return socket_error(reason, detail);
    race->started++;
    race->attempts[i] = (struct attempt){.fd = fd};
    race->running += fd >= 0;
    deadline_start(&race->next, STAGGER_MS, NULL);
    if (reason != 0)
        race_end(race, i, reason);
    return ADSCP_OK;
}

/* The outcome of one that poll(2) calls ready: true if connected. */
static bool race_judge(struct race *race, int i)
{
    int reason = dialled(race->attempts[i].fd);

    if (reason != 0)
        race_end(race, i, reason);
    return reason == 0;
}

/* Wait until an attempt ends or the next is due. *winnerp stays where nobody
 * has won yet. */
static int race_wait(struct race *race, const struct deadline *deadline,
                     int *winnerp)
{
    struct pollfd fds[RESOLVE_ADDRESSES_MAX];
    int who[RESOLVE_ADDRESSES_MAX];
    int i, rc, ready, count = 0;
    int at_most =
        race->started < race->count ? deadline_left_ms(&race->next) : -1;

    for (i = 0; i < race->started; i++) {
        if (race->attempts[i].fd < 0)
            continue;
        who[count] = i;
        fds[count++] =
            (struct pollfd){.fd = race->attempts[i].fd, .events = POLLOUT};
    }
    rc = deadline_wait_many(deadline, fds, count, at_most, &ready);
    if (rc != ADSCP_OK)
        return rc;
    for (i = 0; i < count && *winnerp < 0; i++)
        if (fds[i].revents != 0 && race_judge(race, who[i]))
            *winnerp = who[i];
    return ADSCP_OK;
}

/* ADSCP_OK also where all have failed: then *winnerp stays. */
static int race_run(struct race *race, const struct deadline *deadline,
                    struct detail *detail, int *winnerp)
{
    int rc = ADSCP_OK;

    while (rc == ADSCP_OK && *winnerp < 0) {
        bool more = race->started < race->count;

        if (more && (race->running == 0 || deadline_left_ms(&race->next) == 0))
            rc = race_start(race, detail);
        else if (race->running > 0)
            rc = race_wait(race, deadline, winnerp);
        else
            break;
    }
    return rc;
}

static void race_close(struct race *race)
{
    int i;

    for (i = 0; i < race->started; i++)
        if (race->attempts[i].fd >= 0)
            close(race->attempts[i].fd);
}

/* "192.0.2.1: Connection refused; 192.0.2.2: no answer" */
static void race_describe(const struct race *race, char *out, size_t size)
{
    size_t used = 0;
    int i;

    for (i = 0; i < race->started && used < size; i++) {
        const struct attempt *attempt = &race->attempts[i];
        char address[RESOLVE_TEXT_MAX];
        int n;

        resolve_address_text(&race->addresses[i], address);
        n = snprintf(
            out + used, size - used, "%s%s: %s", i == 0 ? "" : "; ", address,
            attempt->fd >= 0 ? "no answer" : transport_reason(attempt->reason));
        used += n > 0 ? (size_t)n : 0;
    }
}

static int race_explain(const struct race *race, int rc, const char *host,
                        int port, struct detail *detail)
{
    char said[400] = "";

    race_describe(race, said, sizeof(said));
    if (rc == ADSCP_E_TIMEOUT)
        return detail_set(detail, rc,
                          "no connection to %s, port %d, in time: %s", host,
                          port, said);
    if (rc == ADSCP_OK)
        return detail_set(detail, ADSCP_E_CONNECT,
                          "cannot connect to %s, port %d: %s", host, port,
                          said);
    return detail_set(detail, rc, "while connecting to %s, port %d: %s", host,
                      port, adscp_error_text(rc));
}

int transport_connect(const struct resolve_config *resolve, const char *host,
                      int port, const struct deadline *deadline,
                      struct detail *detail, struct transport **transportp)
{
    struct race race = {.count = 0};
    int rc, fd, winner = -1;

    rc = resolve_host(resolve, host, port, deadline, detail, race.addresses,
                      &race.count);
    if (rc != ADSCP_OK)
        return rc;
    rc = race_run(&race, deadline, detail, &winner);
    if (winner < 0) {
        rc = race_explain(&race, rc, host, port, detail);
        goto out;
    }
    fd = race.attempts[winner].fd;
    race.attempts[winner].fd = -1;
    rc = transport_new(fd, transportp);
out:
    race_close(&race);
    return rc;
}

/* ------------------------------------------------- one address, no wait -- */

int transport_begin(const struct resolve_address *address, int *reasonp,
                    struct transport **transportp)
{
    int fd, reason = dial(address, &fd);

    if (reason == 0)
        return transport_new(fd, transportp);
    if (fd >= 0)
        close(fd);
    else if (is_exhaustion(reason))
        return ADSCP_E_NOMEM;
    *reasonp = reason;
    return ADSCP_E_CONNECT;
}

int transport_connected(const struct transport *transport)
{
    return dialled(transport->fd);
}

/* ------------------------------------------------------- local sockets -- */

static int local_address(const char *path, struct sockaddr_un *addressp)
{
    size_t length = strlen(path);

    if (length == 0 || length >= sizeof(addressp->sun_path))
        return ADSCP_E_ARGUMENT;
    *addressp = (struct sockaddr_un){.sun_family = AF_UNIX};
    memcpy(addressp->sun_path, path, length);
    return ADSCP_OK;
}

/* A local socket connects at once or says EAGAIN while the listener's queue is
 * full; there is nothing to poll for. */
static int local_run(int fd, const struct sockaddr_un *address,
                     const struct deadline *deadline, struct detail *detail)
{
    int rc = ADSCP_OK, ready;

    while (connect(fd, (const struct sockaddr *)address, sizeof(*address)) <
           0) {
        if (errno == EINTR)
            continue;
        if (errno == EISCONN)
            break;
        if (errno != EAGAIN)
            return detail_set(detail, ADSCP_E_CONNECT,
                              "cannot connect to %s: %s", address->sun_path,
                              transport_reason(errno));
        rc = deadline_wait_many(deadline, NULL, 0, LOCAL_RETRY_MS, &ready);
        if (rc != ADSCP_OK)
            return detail_set(detail, rc, "%s does not accept connections: %s",
                              address->sun_path, adscp_error_text(rc));
    }
    return ADSCP_OK;
}

int transport_connect_local(const char *path, const struct deadline *deadline,
                            struct detail *detail,
                            struct transport **transportp)
{
    struct sockaddr_un address;
    int rc, fd = -1;

    rc = local_address(path, &address);
    if (rc != ADSCP_OK)
        return detail_set(detail, rc, "%.300s is not a path for a socket",
                          path);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return socket_error(errno, detail);
    rc = local_run(fd, &address, deadline, detail);
    if (rc != ADSCP_OK)
        goto out;
    rc = transport_new(fd, transportp);
    fd = -1;
out:
    if (fd >= 0)
        close(fd);
    return rc;
}
