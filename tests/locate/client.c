/* SPDX-License-Identifier: MIT */
/*
 * client DNS MILLISECONDS [WORD...]: one search for a domain controller, and
 * what came of it, as lines "key value". Words: "domain=D", "mail=M" (and the
 * domain is discovered), "discover", "site=S", "catalog", "seed=N",
 * "pin=HOST:PORT:ADDRESS[:PORT]", "srv=NAME" (only ask DNS), "own" (only the
 * machine's own domain), "cancel=MILLISECONDS", "fail=N" (allocations fail
 * after the first N; "failed 1" where it came to that).
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "gather/locate/locate.h"

void fail_after(long count); /* failing.c */
bool has_failed(void);

struct order {
    struct resolve_config resolve;
    struct locate_config locate;
    const char *mail;
    const char *srv;
    bool discover, own;
    struct cancel cancel;
    int cancel_ms;
    long fail_after;
};

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static const char *value_of(const char *word, const char *key)
{
    size_t length = strlen(key);

    return strncmp(word, key, length) == 0 ? word + length : NULL;
}

static void take_word(struct order *order, const char *word)
{
    const char *value;

    if ((value = value_of(word, "domain=")) != NULL)
        order->locate.domain = value;
    else if ((value = value_of(word, "mail=")) != NULL)
        order->mail = value;
    else if ((value = value_of(word, "site=")) != NULL)
        order->locate.site = value;
    else if ((value = value_of(word, "seed=")) != NULL)
        order->locate.seed = strtoull(value, NULL, 10);
    else if ((value = value_of(word, "srv=")) != NULL)
        order->srv = value;
    else if ((value = value_of(word, "cancel=")) != NULL)
        order->cancel_ms = (int)strtol(value, NULL, 10);
    else if ((value = value_of(word, "fail=")) != NULL)
        order->fail_after = strtol(value, NULL, 10);
    else if ((value = value_of(word, "pin=")) != NULL)
        resolve_config_add(&order->resolve, value);
    order->locate.catalog |= strcmp(word, "catalog") == 0;
    order->discover |= strcmp(word, "discover") == 0;
    order->own |= strcmp(word, "own") == 0;
}

static void print_located(const struct located *located)
{
    int i;

    for (i = 0; i < located->count; i++)
        printf("controller %s %d\n", located->controllers[i].host,
               located->controllers[i].port);
    printf("host %s\nsite %s\nclient_site %s\nclient %s\n",
           located->answer.host, located->answer.site,
           located->answer.client_site, located->client);
}

static int run_srv(const struct order *order, const struct deadline *deadline,
                   struct detail *detail)
{
    struct resolve_services services = {.rows = NULL};
    int i, rc;

    rc = resolve_service(&order->resolve, order->srv, deadline, detail,
                         &services);
    if (rc != ADSCP_OK)
        return rc;
    resolve_services_order(&services, order->locate.seed);
    printf("count %d\ndropped %d\ndenied %d\n", services.count,
           services.dropped, services.denied);
    for (i = 0; i < services.count && i < 20; i++)
        printf("service %s %d\n", services.rows[i].host, services.rows[i].port);
    resolve_services_clear(&services);
    return ADSCP_OK;
}

static int run(const struct order *order, const struct deadline *deadline,
               struct detail *detail, struct trace *trace)
{
    struct discovered *found = calloc(1, sizeof(*found));
    char own[RESOLVE_NAME_MAX];
    int rc = ADSCP_E_NOMEM;

    if (order->srv != NULL) {
        rc = run_srv(order, deadline, detail);
    } else if (order->own) {
        rc = resolve_own_domain(&order->resolve, deadline, own);
        printf("own %s\n", own);
    } else if (order->discover || order->mail != NULL) {
        rc = locate_discover(&order->locate, order->mail, deadline, detail,
                             trace, found);
        if (rc == ADSCP_OK)
            printf("domain %s\nsource %s\n", found->domain,
                   domain_source_name(found->source));
    } else {
        rc = locate(&order->locate, deadline, detail, trace, &found->located);
    }
    if (rc == ADSCP_OK && found->located.count > 0)
        print_located(&found->located);
    free(found);
    return rc;
}

static void *cancel_later(void *argument)
{
    struct order *order = argument;

    usleep((useconds_t)order->cancel_ms * 1000);
    cancel_raise(&order->cancel);
    return NULL;
}

int main(int argc, char **argv)
{
    struct order order = {.cancel_ms = -1, .fail_after = -1};
    struct trace trace = {.lines = NULL};
    struct deadline deadline;
    struct detail detail;
    pthread_t thread;
    int64_t start = now_ms();
    int i, rc;

    if (argc < 3 || cancel_open(&order.cancel) != ADSCP_OK)
        return fputs("usage: client DNS MILLISECONDS [WORD...]\n", stderr), 2;
    order.resolve.dns_server = strdup(argv[1]);
    order.locate.resolve = &order.resolve;
    for (i = 3; i < argc; i++)
        take_word(&order, argv[i]);
    detail_clear(&detail);
    deadline_start(&deadline, strtol(argv[2], NULL, 10), &order.cancel);
    if (order.cancel_ms >= 0)
        pthread_create(&thread, NULL, cancel_later, &order);
    fail_after(order.fail_after);
    rc = run(&order, &deadline, &detail, &trace);
    if (rc == ADSCP_OK && trace.failed)
        rc = ADSCP_E_NOMEM;
    fail_after(-1);
    printf("failed %d\n", has_failed());
    if (order.cancel_ms >= 0)
        pthread_join(thread, NULL);
    printf("code %s\nelapsed %jd\ndetail %s\n", adscp_error_name(rc),
           (intmax_t)(now_ms() - start), detail.text);
    for (i = 0; i < trace.count; i++)
        printf("trace %s\n", trace.lines[i]);
    trace_clear(&trace);
    resolve_config_clear(&order.resolve);
    cancel_close(&order.cancel);
    return 0;
}
