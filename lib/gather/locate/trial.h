/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_GATHER_LOCATE_TRIAL_H
#define ADSCP_GATHER_LOCATE_TRIAL_H

#include "gather/locate/ping.h"

/* What ping.c (the servers, and the loop) and trial.c (one address) share among
 * themselves, and with nobody else. */
enum {
    /* addresses asked at one time, beside the names */
    TRIALS_MAX = DEADLINE_FDS_MAX - RESOLVER_FDS_MAX,
    TRIAL_LIFE_MS = 4000 /* nobody waits longer for one address */
};

/* One address on trial. */
struct trial {
    int fd; /* -1: free */
    int server;
    int id;
    bool tcp;
    bool sent;   /* once */
    bool again;  /* the second time, or the first by TCP */
    bool moved;  /* TCP was begun */
    int strange; /* messages */
    struct deadline born;
    struct resolve_address address;
    size_t got; /* of a stream */
    unsigned char bytes[NETLOGON_MESSAGE_MAX];
};

struct loop {
    const struct ping_config *config;
    const struct resolve_service *servers;
    struct ping_outcome *outcomes;
    const struct deadline *deadline;
    struct detail *detail;
    int count;
    int started; /* the first so many servers */
    int running; /* trials */
    int names;   /* that are being looked up */
    int best;
    struct deadline next;  /* when the next server may start */
    struct deadline grace; /* when a read-only one will do */
    struct deadline begin[PING_SERVERS_MAX];
    bool naming[PING_SERVERS_MAX]; /* its name is being looked up */
    struct resolver *resolver;
    struct trial trials[TRIALS_MAX];
};

/* Time since a clock was started with far more than it will ever need. */
enum { CLOCK_MS = 1000000 };

static inline void clock_start(struct deadline *clock)
{
    deadline_start(clock, CLOCK_MS, NULL);
}

static inline int clock_ms(const struct deadline *clock)
{
    return CLOCK_MS - deadline_left_ms(clock);
}

/* Words for a state that no better one has replaced. */
void outcome_say(struct ping_outcome *outcome, enum ping_state state,
                 const char *why);

/* That an address cannot be tried is its outcome; that there are no descriptors
 * left is ours. */
int trial_start(struct loop *loop, int server, bool tcp,
                const struct resolve_address *address);
/* Its descriptor is ready for these events. */
int trial_ready(struct loop *loop, struct trial *trial, short events);
/* What is due without anything having come. */
int trial_tick(struct loop *loop, struct trial *trial);
/* Milliseconds until trial_tick() has something to do. */
int trial_due_ms(const struct trial *trial);
void trial_end(struct loop *loop, struct trial *trial); /* once is enough */

bool has_trial(const struct loop *loop, int server);
/* What the trials wait for, and which they are. */
int trials_watch(struct loop *loop, struct pollfd *fds, struct trial **who);

#endif
