/* SPDX-License-Identifier: MIT */
/*
 * What servers publish as their certificates: one server, and all that publish
 * a host which is no server's own name. Facts only; what they are worth as a
 * forecast is judge/route's business.
 */
#ifndef ADSCP_JUDGE_DIRECTORY_PUBLISHED_H
#define ADSCP_JUDGE_DIRECTORY_PUBLISHED_H

#include <stdbool.h>
#include <stddef.h>

#include "judge/directory/index.h"

/* The certificate that a server publishes (msExchServerInternalTLSCert). */
struct published {
    const struct adscp_certificate *certificate; /* NULL: none, or not known */
    bool is_known;                               /* it was looked at */
    bool is_unreadable;
    bool has_default_url; /* its SCP names it as setup does */
    bool has_other_urls;  /* a web service has another host than the server's
                             own names */
    bool is_contradicted; /* all of them have, and the certificate carries none
                             of those hosts */
};

/* For index.c: room for what is read later. ADSCP_OK or ADSCP_E_NOMEM. */
int published_prepare(struct arena *arena, struct directory_index *page);

/* Read when it is first asked for. ADSCP_OK or ADSCP_E_NOMEM. */
int forest_index_published(struct forest_index *forest_index,
                           const struct directory_index *page,
                           const struct adscp_server *server,
                           const struct published **publishedp);

/* One certificate of a shared host, and the servers that publish it. */
struct shared_certificate {
    const struct adscp_certificate *certificate;
    const struct adscp_server *publisher; /* the first one */
    size_t order;                         /* of that */
};

/* All that the publishers of a host publish, each certificate once. */
struct shared_host {
    size_t number; /* 0, 1, 2 ... in the order of their making */
    struct shared_certificate *rows; /* as the publishers come */
    size_t count;
    size_t silent;       /* publishers without a certificate that can be read */
    bool has_unreadable; /* ... since what one publishes cannot be */
    const char *differs; /* who publishes what; NULL: all the same */
};

/* Made when it is first asked for; *sharedp is NULL where nobody publishes the
 * host, or the front is NULL. ADSCP_OK or ADSCP_E_NOMEM. */
int forest_index_shared_host(struct forest_index *forest_index,
                             const struct directory_index *page,
                             const struct front *front,
                             const struct shared_host **sharedp);

#endif
