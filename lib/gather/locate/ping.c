/* SPDX-License-Identifier: MIT */
/*
 * Many LDAP pings, and the look-ups of their servers' names, in one poll loop.
 * Sockets are connected, so that the kernel drops what comes from anybody but
 * the server that was asked; message ids are random, and what carries another
 * one is passed over. An answer that is none costs its server nothing but its
 * own chance: the loop goes on until the servers, or the budget, are used up.
 */
#include "gather/locate/ping.h"

#include <stdlib.h>
#include <string.h>

#include "adscp.h"
#include "gather/locate/trial.h"

enum {
    ADDRESSES_MAX = 8,  /* of one server */
    WRITABLE_MS = 1000, /* how long a read-only one waits for a better */
    NAME_MS = 3000      /* what one server's name may take */
};

/* -------------------------------------------------------------- servers -- */

/* As adcli and SSSD pace them, who follow [MS-DISO]: patient with the first
 * ones, which are likely the best. */
static int pace_ms(int server)
{
    if (server < 5)
        return 400;
    return server < 10 ? 200 : 100;
}

/* Ask for the addresses of the next server. */
static int server_start(struct loop *loop)
{
    int server = loop->started++;

    clock_start(&loop->begin[server]);
    deadline_start(&loop->next, pace_ms(server), NULL);
    loop->outcomes[server].state = PING_RUNNING;
    loop->naming[server] = true;
    loop->names++;
    return resolver_ask(loop->resolver, loop->servers[server].host,
                        loop->servers[server].port, (size_t)server);
}

/* A name that takes long holds up nobody; should its addresses come later, they
 * are still asked. */
static void server_named(struct loop *loop, int server)
{
    if (loop->naming[server])
        loop->names--;
    loop->naming[server] = false;
}

static int server_found(struct loop *loop, const struct resolve_answer *answer)
{
    int server = (int)answer->id, i, rc = ADSCP_OK;

    server_named(loop, server);
    if (answer->rc == ADSCP_E_NOMEM)
        return detail_set(loop->detail, answer->rc, "%s", answer->detail.text);
    if (answer->rc != ADSCP_OK)
        outcome_say(&loop->outcomes[server], PING_UNREACHABLE,
                    "its name has no address");
    for (i = 0; i < answer->count && i < ADDRESSES_MAX && rc == ADSCP_OK; i++)
        rc = trial_start(loop, server, false, &answer->addresses[i]);
    return rc;
}

static int servers_found(struct loop *loop)
{
    struct resolve_answer *answer;
    int rc = ADSCP_OK;

    while (rc == ADSCP_OK && (answer = resolver_take(loop->resolver)) != NULL) {
        rc = server_found(loop, answer);
        free(answer);
    }
    return rc;
}

static void servers_tick(struct loop *loop)
{
    int i;

    for (i = 0; i < loop->started; i++)
        if (loop->naming[i] && clock_ms(&loop->begin[i]) >= NAME_MS) {
            server_named(loop, i);
            outcome_say(&loop->outcomes[i], PING_UNREACHABLE,
                        "DNS did not give its address in time");
        }
}

/* Look at what has come of the servers that were started. */
static void loop_judge(struct loop *loop)
{
    int i;

    for (i = 0; i < loop->started; i++) {
        struct ping_outcome *outcome = &loop->outcomes[i];

        if (outcome->state <= PING_RUNNING && !loop->naming[i] &&
            !has_trial(loop, i))
            outcome_say(outcome, PING_UNREACHABLE, "no connection");
        if (outcome->state < PING_READ_ONLY)
            continue;
        if (loop->best >= 0 &&
            loop->outcomes[loop->best].state >= outcome->state)
            continue;
        if (loop->best < 0)
            deadline_start(&loop->grace, WRITABLE_MS, NULL);
        loop->best = i;
    }
}

static bool is_idle(const struct loop *loop)
{
    return loop->running == 0 && loop->names == 0;
}

static bool loop_is_over(const struct loop *loop)
{
    if (loop->best >= 0 && (loop->outcomes[loop->best].state == PING_GOOD ||
                            deadline_left_ms(&loop->grace) == 0))
        return true;
    return is_idle(loop) && loop->started == loop->count;
}

static void at_most(int *mostp, int ms)
{
    if (ms >= 0 && (*mostp < 0 || ms < *mostp))
        *mostp = ms;
}

static int loop_wait_ms(const struct loop *loop)
{
    int i, most = TRIAL_LIFE_MS;

    if (loop->started < loop->count)
        at_most(&most, deadline_left_ms(&loop->next));
    if (loop->best >= 0)
        at_most(&most, deadline_left_ms(&loop->grace));
    for (i = 0; i < loop->started; i++)
        if (loop->naming[i])
            at_most(&most, NAME_MS - clock_ms(&loop->begin[i]));
    for (i = 0; i < TRIALS_MAX; i++)
        if (loop->trials[i].fd >= 0)
            at_most(&most, trial_due_ms(&loop->trials[i]));
    return most;
}

static int loop_wait(struct loop *loop)
{
    struct pollfd fds[TRIALS_MAX + RESOLVER_FDS_MAX];
    struct trial *who[TRIALS_MAX];
    int i, rc, ready, names, most = loop_wait_ms(loop), names_ms;
    int count = trials_watch(loop, fds, who);

    names = resolver_watch(loop->resolver, fds + count, &names_ms);
    at_most(&most, names_ms);
    rc = deadline_wait_many(loop->deadline, fds, count + names, most, &ready);
    if (rc != ADSCP_OK)
        return rc;
    resolver_step(loop->resolver, fds + count, names);
    for (i = 0; i < count && rc == ADSCP_OK; i++)
        if (fds[i].revents != 0 && who[i]->fd == fds[i].fd)
            rc = trial_ready(loop, who[i], fds[i].revents);
    return rc;
}

static int loop_step(struct loop *loop)
{
    int i, rc = ADSCP_OK;

    if (loop->started < loop->count &&
        (is_idle(loop) || deadline_left_ms(&loop->next) == 0))
        rc = server_start(loop);
    if (rc == ADSCP_OK)
        rc = servers_found(loop);
    servers_tick(loop);
    for (i = 0; i < TRIALS_MAX && rc == ADSCP_OK; i++)
        if (loop->trials[i].fd >= 0)
            rc = trial_tick(loop, &loop->trials[i]);
    if (rc == ADSCP_OK && !is_idle(loop))
        rc = loop_wait(loop);
    return rc;
}

int ping_servers(const struct ping_config *config,
                 const struct resolve_service *servers, int count,
                 const struct deadline *deadline, struct detail *detail,
                 struct ping_outcome *outcomes, int *bestp)
{
    struct loop *loop = calloc(1, sizeof(*loop));
    int i, rc = ADSCP_OK;

    if (loop == NULL)
        return ADSCP_E_NOMEM;
    loop->config = config;
    loop->servers = servers;
    loop->outcomes = outcomes;
    loop->deadline = deadline;
    loop->detail = detail;
    loop->count = count < PING_SERVERS_MAX ? count : PING_SERVERS_MAX;
    loop->best = -1;
    memset(outcomes, 0, (size_t)loop->count * sizeof(*outcomes));
    for (i = 0; i < TRIALS_MAX; i++)
        loop->trials[i].fd = -1;
    rc = resolver_new(config->resolve, &loop->resolver);
    while (rc == ADSCP_OK && !loop_is_over(loop)) {
        rc = loop_step(loop);
        loop_judge(loop);
    }
    *bestp = loop->best;
    for (i = 0; i < TRIALS_MAX; i++)
        trial_end(loop, &loop->trials[i]);
    resolver_free(loop->resolver);
    free(loop);
    return rc;
}
