/* SPDX-License-Identifier: MIT */
/*
 * A call into a library that cannot be interrupted (a Kerberos exchange with a
 * silent KDC, libldap looking up its own host name) runs on a thread that can
 * be left behind. Job and state are counted: whoever lets go last cleans up.
 */
#include "base/worker.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "adscp.h"

struct job {
    void (*work)(void *state);
    void (*discard)(void *state);
    void *state;
    int done_fd;
    atomic_bool done;
    atomic_bool abandoned;
    atomic_int holders; /* the caller and the thread */
};

static void job_release(struct job *job)
{
    if (atomic_fetch_sub(&job->holders, 1) != 1)
        return;
    if (atomic_load(&job->abandoned))
        job->discard(job->state);
    close(job->done_fd);
    free(job);
}

static void *job_main(void *argument)
{
    const uint64_t one = 1;
    struct job *job = argument;

    job->work(job->state);
    atomic_store_explicit(&job->done, true, memory_order_release);
    /* A fresh eventfd always takes its first count. */
    if (write(job->done_fd, &one, sizeof(one)) < 0)
        abort();
    job_release(job);
    return NULL;
}

static struct job *job_new(void (*work)(void *), void (*discard)(void *),
                           void *state)
{
    struct job *job = calloc(1, sizeof(*job));

    if (job == NULL)
        return NULL;
    job->done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (job->done_fd < 0) {
        free(job);
        return NULL;
    }
    job->work = work;
    job->discard = discard;
    job->state = state;
    atomic_init(&job->done, false);
    atomic_init(&job->abandoned, false);
    atomic_init(&job->holders, 2);
    return job;
}

/* A detached thread that takes no signal: those are the host program's. */
static int job_start(struct job *job)
{
    sigset_t all, before;
    pthread_t thread;
    int failed;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    failed = pthread_create(&thread, NULL, job_main, job);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failed != 0)
        return ADSCP_E_NOMEM;
    pthread_detach(thread);
    return ADSCP_OK;
}

/* The descriptor wakes; the flag orders the work before what the caller does.
 */
static int job_wait(const struct job *job, const struct deadline *deadline)
{
    int rc = deadline_wait(deadline, job->done_fd, POLLIN);

    if (rc == ADSCP_OK &&
        !atomic_load_explicit(&job->done, memory_order_acquire))
        rc = ADSCP_E_TIMEOUT;
    return rc;
}

int worker_run(const struct deadline *deadline, void (*work)(void *state),
               void (*discard)(void *state), void *state)
{
    struct job *job = job_new(work, discard, state);
    int rc;

    if (job == NULL) {
        discard(state);
        return ADSCP_E_NOMEM;
    }
    rc = job_start(job);
    if (rc == ADSCP_OK)
        rc = job_wait(job, deadline);
    else
        atomic_store(&job->holders, 1);
    if (rc != ADSCP_OK)
        atomic_store(&job->abandoned, true);
    job_release(job);
    return rc;
}
