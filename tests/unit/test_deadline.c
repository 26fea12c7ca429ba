/* SPDX-License-Identifier: MIT */
/* base/deadline and base/worker: budgets, cancelling, abandoned threads. */
#include "clock.h"
#include "test.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/wait.h>
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

/* ---------------------------------------------------------------- signals --
 */

static void ask_mask(void *state)
{
    pthread_sigmask(SIG_SETMASK, NULL, state);
}

static void keep(void *state)
{
    (void)state;
}

/* The program's signals are not taken from it; its handler for crashes can say
 * where one was. */
static void test_signals(void)
{
    struct deadline deadline;
    sigset_t mask;

    sigemptyset(&mask);
    deadline_start(&deadline, 10000, NULL);
    CHECK_INT(worker_run(&deadline, ask_mask, keep, &mask), ADSCP_OK);
    CHECK_INT(sigismember(&mask, SIGINT), 1);
    CHECK_INT(sigismember(&mask, SIGALRM), 1);
    CHECK_INT(sigismember(&mask, SIGPIPE), 1);
    CHECK_INT(sigismember(&mask, SIGSEGV), 0);
    CHECK_INT(sigismember(&mask, SIGBUS), 0);
}

/* ----------------------------------------------- the end of the process -- */

struct late {
    long ms;
    int end; /* of a pipe */
};

static void late_work(void *state)
{
    const struct late *late = state;

    nap(late->ms);
    if (write(late->end, "x", 1) != 1)
        abort();
}

static void late_discard(void *state)
{
    (void)state;
}

/* A process leaves such work behind and ends. How long that took it, and
 * whether the work was done by then. */
static int64_t end_process(long ms, bool *done)
{
    static struct late late;
    struct deadline deadline;
    int64_t start = now_ms();
    int ends[2], status = -1;
    char byte;
    pid_t pid;

    CHECK_INT(pipe(ends), 0);
    fflush(stdout);
    pid = fork();
    if (pid == 0) {
        late = (struct late){ms, ends[1]};
        deadline_start(&deadline, 0, NULL);
        exit(worker_run(&deadline, late_work, late_discard, &late) !=
             ADSCP_E_TIMEOUT);
    }
    CHECK_INT(waitpid(pid, &status, 0), pid);
    CHECK_INT(status, 0);
    close(ends[1]);
    *done = read(ends[0], &byte, 1) == 1;
    close(ends[0]);
    return now_ms() - start;
}

static void test_parting(void)
{
    bool done = false;
    int tries;

    for (tries = 0; tries < 5 && !done; tries++) /* on a busy machine */
        (void)end_process(15, &done);
    CHECK(done);
    CHECK(end_process(5000, &done) < 3000);
    CHECK(!done);
}

static const struct test tests[] = {
    {"a budget ends", test_budget},
    {"ready descriptors", test_ready},
    {"cancel wakes a wait", test_cancel},
    {"a worker is left behind", test_worker},
    {"its thread takes no signal but its own", test_signals},
    {"the end of the process waits a moment for it", test_parting},
};
TEST_MAIN(tests)
