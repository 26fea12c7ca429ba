/* SPDX-License-Identifier: MIT */
/*
 * Several servers of a domain, one after the other: which failures are worth
 * another one, and how much time each of them gets.
 */
#include <limits.h>
#include <string.h>
#include <sys/random.h>

#include "gather/reader/private.h"

bool reader_ends(int rc)
{
    return rc == ADSCP_E_NOMEM || rc == ADSCP_E_CANCELLED;
}

int reader_begin(struct run *run)
{
    const struct reader_plan *plan = run->plan;
    size_t k;
    int i;

    forest_release(run->forest);
    run->forest = forest_new();
    if (run->forest == NULL)
        return ADSCP_E_NOMEM;
    run->forest->kept = run->keeps;
    run->forest->counted = plan->census;
    for (i = 0; i < plan->mail_count; i++)
        if (!forest_ask(run->forest, plan->mails[i]))
            return ADSCP_E_NOMEM;
    for (k = 0; k < run->followed_count; k++)
        if (!forest_ask(run->forest, run->followed[k]))
            return ADSCP_E_NOMEM;
    return ADSCP_OK;
}

struct locate_config reader_locate_config(const struct run *run,
                                          const char *domain)
{
    struct locate_config config = {.resolve = &run->plan->resolve,
                                   .domain = domain};

    /* Without chance there is still an order. */
    if (getrandom(&config.seed, sizeof(config.seed), GRND_NONBLOCK) < 0)
        config.seed = 0;
    return config;
}

bool reader_may_retry(int rc)
{
    return rc == ADSCP_E_CONNECT || rc == ADSCP_E_TIMEOUT ||
           rc == ADSCP_E_RESOLVE || rc == ADSCP_E_PROTOCOL ||
           rc == ADSCP_E_DIRECTORY;
}

bool reader_tries_next(int rc, const struct deadline *deadline)
{
    return reader_may_retry(rc) && deadline_left_ms(deadline) > 0;
}

struct deadline reader_share(const struct deadline *deadline, bool last)
{
    return last ? *deadline : deadline_share(deadline, INT_MAX);
}

struct place reader_place_of(struct controller *controller)
{
    return (struct place){.scheme = SESSION_LDAP,
                          .host = controller->host,
                          .port = controller->port,
                          .found = true};
}

void reader_trace_read(const struct run *run,
                       const struct controller *controller, int rc,
                       struct detail *detail)
{
    if (rc == ADSCP_OK) {
        trace_add(run->plan->trace, "%s, port %d: read", controller->host,
                  controller->port);
        return;
    }
    detail_set(detail, rc, "%s", adscp_error_text(rc));
    trace_add(run->plan->trace, "%s, port %d: not read: %s", controller->host,
              controller->port, detail->text);
}
