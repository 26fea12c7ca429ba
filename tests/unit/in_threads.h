/* SPDX-License-Identifier: MIT */
/* One function in many threads at once. */
#ifndef ADSCP_TESTS_IN_THREADS_H
#define ADSCP_TESTS_IN_THREADS_H

#include <arpa/inet.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>

#include "adscp.h"
#include "canned_tls.h"
#include "export.h"
#include "judge/trust/trust.h"
#include "make_met.h"
#include "test.h"
#include "touch.h"

enum { THREADS = 8, SERVERS = 40, SITES = SERVERS / 4, ROUNDS = 6 };

/* Run one function in all threads at once; each leaves a number. */
struct job {
    int index;
    const void *with;
    uint64_t sum;
    pthread_t thread;
};

static inline void in_threads(struct job jobs[THREADS], void *(*run)(void *),
                              const void *with)
{
    int i;

    for (i = 0; i < THREADS; i++) {
        jobs[i].index = i;
        jobs[i].with = with;
        jobs[i].sum = 0;
        if (pthread_create(&jobs[i].thread, NULL, run, &jobs[i]) != 0)
            abort();
    }
    for (i = 0; i < THREADS; i++)
        pthread_join(jobs[i].thread, NULL);
}

#endif
