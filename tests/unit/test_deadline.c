/* SPDX-License-Identifier: MIT */
/* base/deadline and base/worker: budgets, cancelling, abandoned threads. */
#include "clock.h"
#include "test.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "adscp.h"
#include "base/deadline.h"
#include "base/worker.h"

static void test_budget(void)
{
    struct deadline deadline;
    int64_t start = now_ms();
    int ends[2];

    CHECK_INT(pipe(ends), 0);
    deadline_start(&deadline, 100, NULL);
    CHECK_INT(deadline_check(&deadline), ADSCP_OK);
    CHECK_INT(deadline_wait(&deadline, ends[0], POLLIN), ADSCP_E_TIMEOUT);
    CHECK(now_ms() - start >= 100 && now_ms() - start < 1000);
    CHECK_INT(deadline_left_ms(&deadline), 0);
    CHECK_INT(deadline_wait(&deadline, ends[1], POLLOUT), ADSCP_E_TIMEOUT);
    close(ends[0]);
    close(ends[1]);
}

static void test_ready(void)
{
    struct deadline deadline;
    struct pollfd fds[2];
    int ends[2], ready = -1;

    CHECK_INT(pipe(ends), 0);
    deadline_start(&deadline, 10000, NULL);
    fds[0] = (struct pollfd){.fd = ends[0], .events = POLLIN};
    fds[1] = (struct pollfd){.fd = ends[1], .events = POLLIN};
    CHECK_INT(deadline_wait_many(&deadline, fds, 2, 20, &ready), ADSCP_OK);
    CHECK_INT(ready, 0);
    CHECK_INT(write(ends[1], "x", 1), 1);
    CHECK_INT(deadline_wait_many(&deadline, fds, 2, -1, &ready), ADSCP_OK);
    CHECK_INT(ready, 1);
    CHECK(fds[0].revents & POLLIN);
    CHECK_INT(fds[1].revents, 0);
    CHECK_INT(deadline_wait(&deadline, ends[0], POLLIN), ADSCP_OK);
    close(ends[1]);
    CHECK_INT(read(ends[0], &ready, 1), 1);
    CHECK_INT(deadline_wait(&deadline, ends[0], POLLIN), ADSCP_OK); /* HUP */
    close(ends[0]);
    CHECK_INT(
        deadline_wait_many(&deadline, fds, DEADLINE_FDS_MAX + 1, 0, &ready),
        ADSCP_E_ARGUMENT);
}

static void *cancel_soon(void *cancel)
{
    nap(50);
    cancel_raise(cancel);
    return NULL;
}

static void test_cancel(void)
{
    struct deadline deadline;
    struct cancel cancel;
    pthread_t thread;
    int64_t start = now_ms();
    int ready;

    CHECK_INT(cancel_open(&cancel), ADSCP_OK);
    deadline_start(&deadline, 10000, &cancel);
    pthread_create(&thread, NULL, cancel_soon, &cancel);
    CHECK_INT(deadline_wait_many(&deadline, NULL, 0, -1, &ready),
              ADSCP_E_CANCELLED);
    pthread_join(thread, NULL);
    CHECK(now_ms() - start < 5000);
    CHECK_INT(deadline_check(&deadline), ADSCP_E_CANCELLED);
    cancel_reset(&cancel);
    CHECK_INT(deadline_check(&deadline), ADSCP_OK);
    cancel_close(&cancel);
}

struct nap_state {
    long ms;
    int worked;
    atomic_int *discarded;
};

static void nap_work(void *state)
{
    struct nap_state *s = state;

    nap(s->ms);
    s->worked = 1;
}

static void nap_discard(void *state)
{
    struct nap_state *s = state;

    atomic_fetch_add(s->discarded, 1);
    free(s);
}

static void test_worker(void)
{
    struct nap_state *state = calloc(1, sizeof(*state));
    static atomic_int discarded;
    struct deadline deadline;
    int64_t start = now_ms();
    int i;

    deadline_start(&deadline, 10000, NULL);
    *state = (struct nap_state){.discarded = &discarded};
    CHECK_INT(worker_run(&deadline, nap_work, nap_discard, state), ADSCP_OK);
    CHECK_INT(state->worked, 1);

    deadline_start(&deadline, 50, NULL);
    state->ms = 400;
    CHECK_INT(worker_run(&deadline, nap_work, nap_discard, state),
              ADSCP_E_TIMEOUT);
    CHECK(now_ms() - start < 350);
    CHECK_INT(atomic_load(&discarded), 0);
    for (i = 0; i < 100 && atomic_load(&discarded) == 0; i++)
        nap(50);
    CHECK_INT(atomic_load(&discarded), 1);
}

static const struct test tests[] = {
    {"a budget ends", test_budget},
    {"ready descriptors", test_ready},
    {"cancel wakes a wait", test_cancel},
    {"a worker is left behind", test_worker},
};
TEST_MAIN(tests)
