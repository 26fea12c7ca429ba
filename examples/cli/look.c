/* SPDX-License-Identifier: MIT */
/*
 * Looking at certificates, within what is left of the budget. When it takes
 * longer than a second, and somebody watches, a line on standard error tells
 * how far it has come.
 */
#include "cli.h"

#include <pthread.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE_MS = 1000, TICK_MS = 100 };

int64_t cli_clock_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int cli_left_ms(const struct cli *cli)
{
    int64_t left = cli->timeout_ms - (cli_clock_ms() - cli->started);

    return left > 0 ? (int)left : 1;
}

/* ------------------------------------------------------------- progress -- */

struct watch {
    adscp_observer *observer;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t over;
    bool is_over;
    bool runs;
};

static void add_ms(struct timespec *time, long ms)
{
    time->tv_nsec += ms % 1000 * 1000000;
    time->tv_sec += ms / 1000 + time->tv_nsec / 1000000000;
    time->tv_nsec %= 1000000000;
}

/* Called with the lock held; true where the look is over. */
static bool wait_ms(struct watch *watch, long ms)
{
    struct timespec until;

    clock_gettime(CLOCK_REALTIME, &until);
    add_ms(&until, ms);
    while (!watch->is_over &&
           pthread_cond_timedwait(&watch->over, &watch->lock, &until) == 0)
        ;
    return watch->is_over;
}

static void *watch_run(void *argument)
{
    struct watch *watch = argument;
    bool shown = false;

    pthread_mutex_lock(&watch->lock);
    if (!wait_ms(watch, PATIENCE_MS)) {
        do {
            fprintf(stderr, "\radscp: looked at %d of %d addresses ",
                    adscp_observer_done_count(watch->observer),
                    adscp_observer_total_count(watch->observer));
            shown = true;
        } while (!wait_ms(watch, TICK_MS));
    }
    pthread_mutex_unlock(&watch->lock);
    if (shown)
        fprintf(stderr, "\r%*s\r", 60, "");
    return NULL;
}

/* Without a thread to spare there is no line, and nothing else is lost. */
static void watch_start(struct watch *watch, adscp_observer *observer)
{
    *watch = (struct watch){.observer = observer};
    pthread_mutex_init(&watch->lock, NULL);
    pthread_cond_init(&watch->over, NULL);
    watch->runs = isatty(STDERR_FILENO) == 1 &&
                  pthread_create(&watch->thread, NULL, watch_run, watch) == 0;
}

static void watch_stop(struct watch *watch)
{
    pthread_mutex_lock(&watch->lock);
    watch->is_over = true;
    pthread_cond_signal(&watch->over);
    pthread_mutex_unlock(&watch->lock);
    if (watch->runs)
        pthread_join(watch->thread, NULL);
    pthread_cond_destroy(&watch->over);
    pthread_mutex_destroy(&watch->lock);
}

/* ----------------------------------------------------------------- look -- */

int cli_look(const struct cli *cli, adscp_sightings **out)
{
    int64_t start = cli_clock_ns();
    struct watch watch;
    int rc;

    /* The last tenth is for what follows from what was seen. */
    rc = adscp_observer_set_timeout_ms(
        cli->observer, cli_left_ms(cli) - cli_left_ms(cli) / 10);
    if (rc != ADSCP_OK)
        return rc;
    watch_start(&watch, cli->observer);
    cli_interrupts(cli->observer);
    rc = adscp_observer_look(cli->observer, out);
    cli_interrupts(NULL);
    watch_stop(&watch);
    if (rc == ADSCP_OK)
        rc = adscp_sightings_prepare(*out);
    cli_timing(cli, "observe", start);
    if (rc == ADSCP_E_CANCELLED)
        cli_interrupted();
    else if (rc != ADSCP_OK)
        cli_fail("%s", adscp_observer_error_detail(cli->observer)[0] != '\0'
                           ? adscp_observer_error_detail(cli->observer)
                           : adscp_error_text(rc));
    return rc;
}
