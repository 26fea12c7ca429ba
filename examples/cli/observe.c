/* SPDX-License-Identifier: MIT */
/*
 * Looking at certificates: the hosts of the command line or of a prediction,
 * within what is left of the budget. When it takes longer than a second, and
 * somebody watches, a line on standard error tells how far it has come.
 */
#include "cli.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { PORT_HTTPS = 443, PORT_MAX = 65535, PATIENCE_MS = 1000, TICK_MS = 100 };

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

const char *cli_observe_assumes(void)
{
    return "the client is a member of this forest, trusts what it distributes "
           "and what was given, and speaks every version of TLS that the "
           "server does";
}

/* ---------------------------------------------------------------- hosts -- */

/* -1: no port. */
static int port_of(const char *text)
{
    size_t digits = strspn(text, "0123456789");
    long port = strtol(text, NULL, 10);

    return digits > 0 && digits <= 5 && text[digits] == '\0' && port >= 1 &&
                   port <= PORT_MAX
               ? (int)port
               : -1;
}

/* Where the port of "HOST:PORT" or "[IPV6]:PORT" begins, and where the host
 * does; a bare IPv6 address holds colons and no port. */
static const char *split(const char *text, const char **hostp, size_t *lengthp)
{
    const char *colon = strrchr(text, ':');
    const char *bracket = strchr(text, ']');

    *hostp = text;
    if (text[0] == '[' && bracket != NULL) {
        *hostp = text + 1;
        *lengthp = (size_t)(bracket - text - 1);
        return bracket[1] == ':' ? bracket + 2 : bracket + 1;
    }
    if (colon == NULL || strchr(text, ':') != colon) {
        *lengthp = strlen(text);
        return text + *lengthp;
    }
    *lengthp = (size_t)(colon - text);
    return colon + 1;
}

bool cli_observe_host(struct cli *cli, const char *text)
{
    size_t length = 0;
    const char *start, *port = split(text, &start, &length);
    int number = *port != '\0' ? port_of(port) : PORT_HTTPS;
    char *host = strndup(start, length);
    int rc = ADSCP_E_ARGUMENT;

    if (host == NULL) {
        cli_fail("out of memory");
        return false;
    }
    if (number < 0)
        cli_fail("\"%s\" has no port from 1 to 65535", text);
    else {
        rc = adscp_observer_add_host(cli->observer, host, number);
        if (rc != ADSCP_OK)
            cli_fail("%s", adscp_observer_error_detail(cli->observer));
    }
    free(host);
    cli->host_count++;
    return rc == ADSCP_OK;
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

    rc = adscp_observer_set_timeout_ms(cli->observer, cli_left_ms(cli));
    if (rc != ADSCP_OK)
        return rc;
    watch_start(&watch, cli->observer);
    cli_interrupts(cli->observer);
    rc = adscp_observer_look(cli->observer, out);
    cli_interrupts(NULL);
    watch_stop(&watch);
    cli_timing(cli, "observe", start);
    if (rc == ADSCP_E_CANCELLED)
        cli_interrupted();
    else if (rc != ADSCP_OK)
        cli_fail("%s", adscp_observer_error_detail(cli->observer)[0] != '\0'
                           ? adscp_observer_error_detail(cli->observer)
                           : adscp_error_text(rc));
    return rc;
}

static int print(const struct report *report)
{
    int64_t start = cli_clock_ns();
    char *text = report->cli->json ? cli_json_observe(report)
                                   : cli_words_observe(report);

    return cli_print(report->cli, text, start);
}

static int worst(const adscp_alerts *verdicts)
{
    int i, count = adscp_alerts_count(verdicts), most = -1;

    for (i = 0; i < count; i++) {
        int outcome = adscp_alert_outcome(adscp_alerts_alert(verdicts, i));

        most = outcome > most ? outcome : most;
    }
    return most;
}

int cli_observe(const struct cli *cli)
{
    struct report report = {.cli = cli, .time = cli->time};
    adscp_sightings *sightings = NULL;
    adscp_alerts *verdicts = NULL;
    int status = CLI_LOCAL, rc = cli_look(cli, &sightings);

    if (rc == ADSCP_E_CANCELLED)
        status = CLI_INTERRUPTED;
    if (rc != ADSCP_OK)
        goto out;
    adscp_predictor_set_sightings(cli->predictor, sightings);
    if (adscp_predictor_judge_sightings(cli->predictor, &verdicts) !=
        ADSCP_OK) {
        cli_fail("%s", adscp_predictor_error_detail(cli->predictor));
        goto out;
    }
    report.sightings = sightings;
    report.verdicts = verdicts;
    status = print(&report);
    if (status != CLI_DONE)
        goto out;
    if (worst(verdicts) >= ADSCP_ALERT_OUTCOME_ALERT)
        status = CLI_ALERT;
    else if (!adscp_sightings_complete(sightings))
        status = CLI_PARTIAL;
out:
    adscp_alerts_free(verdicts);
    adscp_sightings_free(sightings);
    return status;
}
