/* SPDX-License-Identifier: MIT */
/*
 * One budget per public call, on the monotonic clock. Every wait of the library
 * is a poll on {descriptor, cancel} for at most what is left; nothing restarts
 * the budget, however the bytes drip in.
 */
#include "base/deadline.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "adscp.h"

enum { NS_PER_MS = 1000000, NS_PER_S = 1000000000 };

int cancel_open(struct cancel *cancel)
{
    atomic_init(&cancel->raised, 0);
    cancel->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return cancel->fd >= 0 ? ADSCP_OK : ADSCP_E_NOMEM;
}

void cancel_init(struct cancel *cancel)
{
    atomic_init(&cancel->raised, 0);
    cancel->fd = -1;
}

void cancel_close(struct cancel *cancel)
{
    if (cancel->fd >= 0)
        close(cancel->fd);
    cancel->fd = -1;
}

void cancel_raise(struct cancel *cancel)
{
    const uint64_t one = 1;
    int saved = errno;

    atomic_store(&cancel->raised, 1);
    /* The counter can only be full if the flag is already seen. */
    if (cancel->fd >= 0 && write(cancel->fd, &one, sizeof(one)) < 0)
        (void)errno;
    errno = saved;
}

void cancel_reset(struct cancel *cancel)
{
    uint64_t count;

    if (cancel->fd >= 0 && read(cancel->fd, &count, sizeof(count)) < 0)
        (void)errno;
    atomic_store(&cancel->raised, 0);
}

int64_t deadline_now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

void deadline_start(struct deadline *deadline, int64_t budget_ms,
                    const struct cancel *cancel)
{
    deadline->end_ns = deadline_now_ns() + budget_ms * NS_PER_MS;
    deadline->cancel = cancel;
}

int deadline_left_ms(const struct deadline *deadline)
{
    int64_t left = deadline->end_ns - deadline_now_ns();

    if (left <= 0)
        return 0;
    left = (left + NS_PER_MS - 1) / NS_PER_MS;
    return left > INT_MAX ? INT_MAX : (int)left;
}

struct deadline deadline_share(const struct deadline *deadline, int most_ms)
{
    struct deadline part;
    int half = deadline_left_ms(deadline) / 2;

    deadline_start(&part, half < most_ms ? half : most_ms, deadline->cancel);
    return part;
}

int deadline_check(const struct deadline *deadline)
{
    if (deadline->cancel != NULL && atomic_load(&deadline->cancel->raised) != 0)
        return ADSCP_E_CANCELLED;
    return deadline_left_ms(deadline) > 0 ? ADSCP_OK : ADSCP_E_TIMEOUT;
}

int deadline_look(const struct deadline *deadline)
{
    return deadline != NULL ? deadline_check(deadline) : ADSCP_OK;
}

/* poll(2) with the cancel descriptor behind the caller's. The number of ready
 * descriptors of the caller's, or an error. */
static int poll_once(const struct deadline *deadline, struct pollfd *fds,
                     int count, int timeout_ms)
{
    struct pollfd all[DEADLINE_FDS_MAX + 1];
    nfds_t used = (nfds_t)count;
    int ready;

    if (count > 0)
        memcpy(all, fds, (size_t)count * sizeof(all[0]));
    if (deadline->cancel != NULL)
        all[used++] =
            (struct pollfd){.fd = deadline->cancel->fd, .events = POLLIN};
    ready = poll(all, used, timeout_ms);
    if (ready < 0)
        return errno == EINTR || errno == EAGAIN ? 0 : ADSCP_E_NOMEM;
    if (count > 0)
        memcpy(fds, all, (size_t)count * sizeof(all[0]));
    if (deadline->cancel != NULL && all[count].revents != 0)
        return ADSCP_E_CANCELLED;
    return ready;
}

int deadline_wait_many(const struct deadline *deadline, struct pollfd *fds,
                       int count, int at_most_ms, int *readyp)
{
    struct deadline slice = *deadline;
    int rc, left, ready;

    if (count < 0 || count > DEADLINE_FDS_MAX)
        return ADSCP_E_ARGUMENT;
    if (at_most_ms >= 0 && at_most_ms < deadline_left_ms(deadline))
        deadline_start(&slice, at_most_ms, deadline->cancel);
    for (;;) {
        rc = deadline_check(deadline);
        if (rc != ADSCP_OK)
            return rc;
        left = deadline_left_ms(&slice);
        ready = poll_once(deadline, fds, count, left);
        if (ready < 0)
            return ready;
        if (ready > 0 || (left == 0 && slice.end_ns != deadline->end_ns)) {
            *readyp = ready;
            return ADSCP_OK;
        }
    }
}

int deadline_wait(const struct deadline *deadline, int fd, short events)
{
    struct pollfd one = {.fd = fd, .events = events};
    int ready;

    return deadline_wait_many(deadline, &one, 1, -1, &ready);
}
