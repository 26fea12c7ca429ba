/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_BASE_DEADLINE_H
#define ADSCP_BASE_DEADLINE_H

#include <poll.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

/* A flag that another thread or a signal handler may raise, and a descriptor
 * that wakes whoever waits. */
struct cancel {
    atomic_int raised;
    int fd;
};

int cancel_open(struct cancel *cancel); /* ADSCP_OK or ADSCP_E_NOMEM */
/* Without a descriptor, for work that computes and never waits. */
void cancel_init(struct cancel *cancel);
void cancel_close(struct cancel *cancel);
void cancel_raise(struct cancel *cancel); /* async-signal-safe */
void cancel_reset(struct cancel *cancel);

/* One monotonic budget for one public call. Every wait of the library passes
 * through the functions below. */
struct deadline {
    int64_t end_ns;
    const struct cancel *cancel; /* may be NULL */
};

/* Nanoseconds since some moment. */
int64_t deadline_now_ns(void);

void deadline_start(struct deadline *deadline, int64_t budget_ms,
                    const struct cancel *cancel);

/* Half of what is left, and at most so much: for what is worth trying, but not
 * worth the whole budget. */
struct deadline deadline_share(const struct deadline *deadline, int most_ms);

/* Milliseconds left, rounded up; 0 when the budget is spent. */
int deadline_left_ms(const struct deadline *deadline);

/* ADSCP_OK, ADSCP_E_TIMEOUT or ADSCP_E_CANCELLED. */
int deadline_check(const struct deadline *deadline);

/* The same in a loop over rows: looks at the clock once in a few thousand of
 * them. NULL is no deadline. */
enum { DEADLINE_ROWS = 2048 };
int deadline_look(const struct deadline *deadline);
static inline int deadline_check_row(const struct deadline *deadline,
                                     size_t row)
{
    return row % DEADLINE_ROWS == 0 ? deadline_look(deadline) : 0;
}

/* Wait until fd is ready for one of the poll(2) events (POLLERR and POLLHUP
 * count as ready). ADSCP_OK, ADSCP_E_TIMEOUT or ADSCP_E_CANCELLED. */
int deadline_wait(const struct deadline *deadline, int fd, short events);

/* The same for several descriptors and for at most at_most_ms (-1: the whole
 * budget). *readyp is the number of ready ones, 0 when only at_most_ms passed.
 * count is at most DEADLINE_FDS_MAX. */
enum { DEADLINE_FDS_MAX = 64 };
int deadline_wait_many(const struct deadline *deadline, struct pollfd *fds,
                       int count, int at_most_ms, int *readyp);

#endif
