/* SPDX-License-Identifier: MIT */
#include "make_certificate.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#include "adscp.h"
#include "base/lock.h"
#include "clock.h"
#include "facts/certificate/certificate.h"

enum { CHILD_SECONDS = 10, HOLD_MS = 60, FORKS = 60 };

/* 0: the child did its work; a child that waits for ever is ended. */
static int end_of(pid_t pid)
{
    int status = -1;

    return waitpid(pid, &status, 0) == pid ? status : -1;
}

/* ----------------------------------------------------------- while held -- */

struct holder {
    enum lock lock;
    atomic_bool holds, released;
};

static void *hold(void *user)
{
    struct holder *holder = user;

    lock_take(holder->lock);
    atomic_store(&holder->holds, true);
    nap(HOLD_MS);
    atomic_store(&holder->released, true);
    lock_release(holder->lock);
    return NULL;
}

static void fork_while_held(enum lock lock)
{
    struct holder holder = {.lock = lock};
    pthread_t thread;
    pid_t pid;
    int i;

    CHECK_INT(pthread_create(&thread, NULL, hold, &holder), 0);
    while (!atomic_load(&holder.holds))
        nap(1);
    fflush(stdout);
    pid = fork();
    if (pid == 0) {
        alarm(CHILD_SECONDS);
        for (i = 0; i < LOCKS; i++)
            lock_take((enum lock)i);
        /* What the lock guards is whole. */
        _exit(atomic_load(&holder.released) ? 0 : 1);
    }
    CHECK_INT(end_of(pid), 0);
    pthread_join(thread, NULL);
    lock_take(lock); /* the parent has them as before */
    lock_release(lock);
}

static void test_held(void)
{
    int i;

    for (i = 0; i < LOCKS; i++)
        fork_while_held((enum lock)i);
}

/* --------------------------------------------------------- certificates -- */

struct sharer {
    const struct made *made;
    atomic_bool ends;
};

/* The same bytes in a store of its own; taken apart they are already. */
static bool share(const struct made *made)
{
    struct certificates *store = certificates_new();
    const struct adscp_certificate *row = NULL;
    bool ok =
        store != NULL &&
        certificates_add(store, made->der, made->length, &row) == ADSCP_OK &&
        adscp_certificate_not_after(row) == Y2015;

    certificates_release(store);
    return ok;
}

static void *share_on(void *user)
{
    struct sharer *sharer = user;
    bool ok = true;

    while (!atomic_load(&sharer->ends))
        ok = share(sharer->made) && ok;
    return ok ? sharer : NULL;
}

static void test_shared(void)
{
    struct made made = MAKE(.cn = "a", .until = Y2015);
    struct certificates *store = certificates_new();
    struct sharer sharer = {.made = &made};
    const struct adscp_certificate *row = NULL;
    pthread_t thread;
    void *ended = NULL;
    pid_t pid;
    int i;

    CHECK_INT(certificates_add(store, made.der, made.length, &row), ADSCP_OK);
    CHECK_INT(adscp_certificate_not_after(row), Y2015);
    CHECK_INT(pthread_create(&thread, NULL, share_on, &sharer), 0);
    fflush(stdout);
    for (i = 0; i < FORKS; i++) {
        pid = fork();
        if (pid == 0) {
            alarm(CHILD_SECONDS);
            _exit(share(&made) ? 0 : 1);
        }
        CHECK_INT(end_of(pid), 0);
    }
    atomic_store(&sharer.ends, true);
    pthread_join(thread, &ended);
    CHECK(ended == &sharer);
    certificates_release(store);
    made_free(&made);
}

static const struct test tests[] = {
    {"a fork waits for every lock, and its child finds them open", test_held},
    {"children of a process whose threads share certificates", test_shared},
};
TEST_MAIN(tests)
