/* SPDX-License-Identifier: MIT */
/*
 * look PORT FROM TO [SILENT-FROM SILENT-TO]: adscp_observer_look() at the
 * addresses 127.0.62.FROM to 127.0.62.TO; silent ones are put evenly among
 * them. Prints when the last of those that answer was done, as seen by a second
 * thread, and what the look cost.
 */
#include <pthread.h>
#include <stdlib.h>

#include "adscp.h"
#include "bench.h"

struct watcher {
    const adscp_observer *observer;
    int wanted;
    int64_t seen_ns;
};

static int64_t now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void *watch(void *user)
{
    struct watcher *watcher = user;
    const struct timespec pause = {.tv_nsec = 200000};

    while (adscp_observer_done_count(watcher->observer) < watcher->wanted)
        nanosleep(&pause, NULL);
    watcher->seen_ns = now_ns();
    return NULL;
}

static int add(adscp_observer *observer, int port, int number)
{
    char address[32];

    snprintf(address, sizeof(address), "127.0.62.%d", number);
    return adscp_observer_add_host(observer, address, port);
}

static int add_all(adscp_observer *observer, int count, const int *numbers)
{
    int port = numbers[0], from = numbers[1], total = numbers[2] - from + 1;
    int silent = count > 3 ? numbers[4] - numbers[3] + 1 : 0;
    int i, rc = ADSCP_OK, put = 0;

    for (i = 0; i < total && rc == ADSCP_OK; i++) {
        while (put * total < i * silent && rc == ADSCP_OK)
            rc = add(observer, port, numbers[3] + put++);
        rc = add(observer, port, from + i);
    }
    while (put < silent && rc == ADSCP_OK)
        rc = add(observer, port, numbers[3] + put++);
    return rc;
}

static int count_seen(const adscp_sightings *sightings, int method)
{
    int i, found = 0;

    for (i = 0; i < adscp_sightings_count(sightings); i++) {
        const adscp_sighting *row = adscp_sightings_sighting(sightings, i);

        found += adscp_sighting_method(row) == method &&
                 adscp_sighting_certificate_count(row) == 2;
    }
    return found;
}

int main(int argc, char **argv)
{
    adscp_observer *observer = adscp_observer_new();
    adscp_sightings *sightings = NULL;
    struct watcher watcher = {.observer = observer};
    pthread_t thread;
    int64_t start, cpu;
    int i, rc, numbers[5];

    for (i = 1; i < argc && i <= 5; i++)
        numbers[i - 1] = atoi(argv[i]);
    if (argc < 4 || argc == 5 || add_all(observer, argc - 1, numbers) != 0)
        return fputs("usage: look PORT FROM TO [SILENT...]\n", stderr), 2;
    adscp_observer_set_timeout_ms(observer, argc > 4 ? 2000 : 30000);
    watcher.wanted = numbers[2] - numbers[1] + 1;
    start = now_ns();
    cpu = bench_cpu_ns();
    if (argc > 4)
        pthread_create(&thread, NULL, watch, &watcher);
    rc = adscp_observer_look(observer, &sightings);
    cpu = bench_cpu_ns() - cpu;
    if (argc > 4)
        pthread_join(thread, NULL);
    else
        watcher.seen_ns = now_ns();
    printf("code %d\nrows %d\nplaintext %d\nwall %jd\ncpu %jd\n", rc,
           adscp_sightings_count(sightings),
           count_seen(sightings, ADSCP_SIGHTING_METHOD_PLAINTEXT),
           (intmax_t)(watcher.seen_ns - start), (intmax_t)cpu);
    adscp_sightings_free(sightings);
    adscp_observer_free(observer);
    return rc != ADSCP_OK;
}
