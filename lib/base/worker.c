/* SPDX-License-Identifier: MIT */
/*
 * A call into a library that cannot be interrupted (a Kerberos exchange with a
 * silent KDC, libldap looking up its own host name) runs on a thread that can
 * be left behind. Job and state are counted: whoever lets go last cleans up.
 */
#include "base/worker.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "adscp.h"

enum { PARTING_MS = 40 };

struct job {
    void (*work)(void *state);
    void (*discard)(void *state);
    void *state;
    int done_fd;
    atomic_bool abandoned;
    atomic_int holders; /* the caller and the thread */
};

/* Jobs that were abandoned and are not over. */
static atomic_int abandoned;

static void job_abandon(struct job *job)
{
    atomic_fetch_add(&abandoned, 1);
    atomic_store(&job->abandoned, true);
}

static void job_release(struct job *job)
{
    if (atomic_fetch_sub(&job->holders, 1) != 1)
        return;
    if (atomic_load(&job->abandoned)) {
        job->discard(job->state);
        atomic_fetch_sub(&abandoned, 1);
    }
    close(job->done_fd);
    free(job);
}

static void *job_main(void *argument)
{
    const uint64_t one = 1;
    struct job *job = argument;

    job->work(job->state);
    /* A fresh eventfd always takes its first count; were it not so, the caller
     * would wait for its whole budget and give up. */
    if (write(job->done_fd, &one, sizeof(one)) < 0)
        (void)errno;
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
    atomic_init(&job->abandoned, false);
    atomic_init(&job->holders, 2);
    return job;
}

/* A thread that takes no signal: those are the host program's. A crash is the
 * thread's own, and the program may want to say where it was. */
static int job_start(struct job *job, pthread_t *threadp)
{
    static const int own[] = {SIGBUS, SIGFPE, SIGILL, SIGSEGV};
    sigset_t all, before;
    size_t i;
    int failed;

    sigfillset(&all);
    for (i = 0; i < sizeof(own) / sizeof(own[0]); i++)
        sigdelset(&all, own[i]);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    failed = pthread_create(threadp, NULL, job_main, job);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failed == 0 ? ADSCP_OK : ADSCP_E_NOMEM;
}

/* Done, the thread has nothing left to do but to end, and is joined, which also
 * orders its work before what the caller does. Else it is left behind. */
static int job_wait(struct job *job, pthread_t thread,
                    const struct deadline *deadline)
{
    int rc = deadline_wait(deadline, job->done_fd, POLLIN);

    if (rc == ADSCP_OK) {
        pthread_join(thread, NULL);
        return ADSCP_OK;
    }
    job_abandon(job);
    pthread_detach(thread);
    return rc;
}

int worker_run(const struct deadline *deadline, void (*work)(void *state),
               void (*discard)(void *state), void *state)
{
    struct job *job = job_new(work, discard, state);
    pthread_t thread;
    int rc;

    if (job == NULL) {
        discard(state);
        return ADSCP_E_NOMEM;
    }
    rc = job_start(job, &thread);
    if (rc == ADSCP_OK) {
        rc = job_wait(job, thread, deadline);
    } else {
        atomic_store(&job->holders, 1);
        job_abandon(job);
    }
    job_release(job);
    return rc;
}

/* Kerberos aborts the process where its libraries are taken down while a thread
 * still sets them up, so the end of the process waits a moment for that: not
 * for a silent KDC. */
static void __attribute__((destructor)) part(void)
{
    struct deadline deadline;
    int ready;

    if (atomic_load(&abandoned) == 0)
        return;
    deadline_start(&deadline, PARTING_MS, NULL);
    while (atomic_load(&abandoned) > 0 &&
           deadline_wait_many(&deadline, NULL, 0, 1, &ready) == ADSCP_OK)
        continue;
}
