/* SPDX-License-Identifier: MIT */
/*
 * Whoever forks waits until no thread holds a lock of ours: in the child there
 * would be nobody to release it. The C library forgets the handlers when this
 * library is unloaded.
 */
#include "base/lock.h"

#include <pthread.h>

static pthread_mutex_t locks[LOCKS] = {
    [LOCK_CRYPTO] = PTHREAD_MUTEX_INITIALIZER,
    [LOCK_KEY] = PTHREAD_MUTEX_INITIALIZER,
    [LOCK_CERTIFICATES] = PTHREAD_MUTEX_INITIALIZER,
};

static void before_fork(void)
{
    int i;

    for (i = 0; i < LOCKS; i++)
        pthread_mutex_lock(&locks[i]);
}

/* In the parent, and in the child. */
static void after_fork(void)
{
    int i;

    for (i = LOCKS - 1; i >= 0; i--)
        pthread_mutex_unlock(&locks[i]);
}

/* Without memory for the handlers, all is as it would be without them. */
static void watch_forks(void)
{
    (void)pthread_atfork(before_fork, after_fork, after_fork);
}

void lock_take(enum lock lock)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, watch_forks);
    pthread_mutex_lock(&locks[lock]);
}

void lock_release(enum lock lock)
{
    pthread_mutex_unlock(&locks[lock]);
}
