/* SPDX-License-Identifier: MIT */
/*
 * look BUDGET [+DNS] [=PIN]... [!CANCEL-MS] HOST PORT [HOST PORT]...
 *
 * One adscp_observer_look() in a process of its own, with SIGPIPE at its
 * default. Prints what came of it, a line for each fact; certificates as hex.
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "adscp.h"
#include "facts/certificate/certificate.h"

static int cancel_after_ms;

static void *cancel(void *observer)
{
    const struct timespec pause = {.tv_sec = cancel_after_ms / 1000,
                                   .tv_nsec =
                                       cancel_after_ms % 1000 * 1000000L};

    nanosleep(&pause, NULL);
    adscp_observer_cancel(observer);
    return NULL;
}

static long now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* KiB, the most that there ever was. */
static long resident(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

static void print_certificate(const adscp_certificate *certificate)
{
    size_t i, length;
    const unsigned char *der = certificate_der(certificate, &length);

    printf("\t");
    for (i = 0; i < length; i++)
        printf("%02x", (unsigned int)der[i]);
}

static const char *or_none(const char *text)
{
    return text != NULL ? text : "-";
}

static void print_row(const adscp_sighting *row)
{
    int i;

    printf("row %s\t%d\t%s\t%d\t%s\t%s\t%d\t%s\t%s\t%s",
           adscp_sighting_host(row), adscp_sighting_port(row),
           or_none(adscp_sighting_address(row)),
           adscp_sighting_address_port(row),
           or_none(adscp_sighting_outcome_name(adscp_sighting_outcome(row))),
           or_none(adscp_sighting_method_name(adscp_sighting_method(row))),
           adscp_sighting_proven(row), or_none(adscp_sighting_version(row)),
           or_none(adscp_sighting_request_name(adscp_sighting_request(row))),
           or_none(adscp_sighting_detail(row)));
    for (i = 0; i < adscp_sighting_certificate_count(row); i++)
        print_certificate(adscp_sighting_certificate(row, i));
    printf("\n");
}

static int take_option(adscp_observer *observer, const char *word)
{
    switch (word[0]) {
    case '+':
        return adscp_observer_set_dns_server(observer, word + 1);
    case '=':
        return adscp_observer_add_resolve(observer, word + 1);
    default:
        cancel_after_ms = atoi(word + 1);
        return ADSCP_OK;
    }
}

static int take_words(adscp_observer *observer, char **words)
{
    int rc = adscp_observer_set_timeout_ms(observer, atoi(*words++));

    for (; rc == ADSCP_OK && *words != NULL; words++) {
        if (strchr("+=!", words[0][0]) != NULL) {
            rc = take_option(observer, words[0]);
        } else {
            rc = adscp_observer_add_host(observer, words[0], atoi(words[1]));
            words++;
        }
    }
    return rc;
}

int main(int argc, char **argv)
{
    adscp_observer *observer = adscp_observer_new();
    adscp_sightings *sightings = NULL;
    pthread_t thread;
    long start, size;
    int i, rc;

    signal(SIGPIPE, SIG_DFL);
    if (argc < 2 || take_words(observer, argv + 1) != ADSCP_OK)
        return fprintf(stderr, "%s\n", adscp_observer_error_detail(observer)),
               2;
    if (cancel_after_ms > 0)
        pthread_create(&thread, NULL, cancel, observer);
    size = resident();
    start = now_ms();
    rc = adscp_observer_look(observer, &sightings);
    printf("elapsed %ld\n", now_ms() - start);
    printf("growth %ld\n", resident() - size);
    printf("code %s\ndetail %s\n", adscp_error_name(rc),
           adscp_observer_error_detail(observer));
    printf("progress %d %d\n", adscp_observer_done_count(observer),
           adscp_observer_total_count(observer));
    printf("complete %d\n", adscp_sightings_complete(sightings));
    for (i = 0; i < adscp_sightings_count(sightings); i++)
        print_row(adscp_sightings_sighting(sightings, i));
    if (cancel_after_ms > 0)
        pthread_join(thread, NULL);
    adscp_sightings_free(sightings);
    adscp_observer_free(observer);
    return 0;
}
