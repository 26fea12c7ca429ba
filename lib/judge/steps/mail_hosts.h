/* SPDX-License-Identifier: MIT */
/*
 * The hosts that a client derives from a mail domain, and the certificates that
 * it meets there. Many people share a domain, so each is judged once for a
 * basis.
 */
#ifndef ADSCP_JUDGE_STEPS_MAIL_HOSTS_H
#define ADSCP_JUDGE_STEPS_MAIL_HOSTS_H

#include <stdatomic.h>
#include <stdbool.h>

#include "base/arena.h"
#include "facts/sightings.h"
#include "judge/basis.h"
#include "judge/route/host_check.h"

enum { MAIL_HOST_ROOT, MAIL_HOST_AUTODISCOVER, MAIL_HOST_SRV, MAIL_HOSTS };

struct mail_host {
    const char *url; /* NULL: the SRV record is unknown, or there is none */
    const char *host;
    struct destination to;
    struct host_check met; /* with an alert where there is a host */
};

/* Shared by all predictions that need it; it never changes. */
struct mail_hosts {
    atomic_int holders;
    struct arena arena;
    const struct directory_index *page; /* whose servers may stand there */
    const char *domain;
    int client;                               /* ADSCP_CLIENT_* of the asker */
    const char *redirect_url, *redirect_host; /* asked by plain http */
    const struct sighted_service *service;    /* NULL: nobody asked DNS */
    struct mail_host hosts[MAIL_HOSTS];
};

/* Those of this domain, made when they are first asked for; one holder's worth
 * is the caller's. ADSCP_OK or ADSCP_E_NOMEM. */
int mail_hosts_read(struct basis *basis, const struct directory_index *page,
                    const char *domain, struct mail_hosts **hostsp);
void mail_hosts_release(struct mail_hosts *hosts); /* NULL is fine */

/* By ADSCP_STEP_METHOD_*; NULL: the method has no such host. */
const struct mail_host *mail_host_of(const struct mail_hosts *hosts,
                                     int method);
/* ADSCP_STEP_METHOD_* of a MAIL_HOST_*. */
int mail_host_method(int which);
/* Somebody looked there, or a plan says what it shows. */
bool mail_host_was_seen(const struct mail_host *host);

/* For the basis: forget all, since they were judged on other grounds. */
void mail_hosts_forget(struct basis *basis);

#endif
