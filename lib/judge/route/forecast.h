/* SPDX-License-Identifier: MIT */
/*
 * How far to believe that the certificate which Exchange publishes in the
 * directory, for mail transport, is the one on port 443. Pure.
 */
#ifndef ADSCP_JUDGE_ROUTE_FORECAST_H
#define ADSCP_JUDGE_ROUTE_FORECAST_H

#include <stdbool.h>
#include <stddef.h>

#include "facts/certificate/certificate.h"

struct forecast_question {
    const struct certificate_facts *facts; /* NULL: none is published */
    const char *host;                      /* that the client asks */
    size_t host_length;
    const char *server; /* short name of the server that publishes; NULL: the
                           host belongs to no server that is known */
    const char *fqdn;   /* or NULL */
    bool default_url;   /* the URL is the one that setup writes */
    bool other_urls;    /* an InternalUrl of that server is not */
    /* Of a name that several servers publish: */
    bool several;        /* their certificates differ, or one has none */
    bool covered_beside; /* somebody's certificate covers the host */
};

struct forecast {
    int confidence;    /* ADSCP_ALERT_CONFIDENCE_*; 0: nothing can be said */
    bool other_likely; /* an administrator probably put another one there */
};

struct forecast forecast_make(const struct forecast_question *question);

/* As setup makes one: self-signed, CN the short name, alternative names that
 * and the FQDN. */
bool forecast_is_default(const struct certificate_facts *facts,
                         const char *server, const char *fqdn);

#endif
