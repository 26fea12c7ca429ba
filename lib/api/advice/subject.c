/* SPDX-License-Identifier: MIT */
/*
 * Whom an answer is about: the host whose certificate decides, the servers
 * behind it, and those of them that publish this certificate.
 */
#include <string.h>

#include "api/advice/private.h"
#include "api/prepare.h"
#include "base/text.h"
#include "facts/certificate/certificate.h"
#include "facts/dn.h"
#include "facts/forest.h"
#include "facts/host.h"
#include "facts/url.h"

/* --------------------------------------------------------------- servers -- */

/* A forest after a change has rows of its own. */
static bool is_same_server(const adscp_server *a, const adscp_server *b)
{
    const char *first = adscp_server_dn(a), *second = adscp_server_dn(b);

    return first != NULL && second != NULL && strcmp(first, second) == 0;
}

bool has_server(const struct servers *servers, const adscp_server *server)
{
    size_t i;

    for (i = 0; i < servers->count; i++)
        if (servers->rows[i] == server ||
            is_same_server(servers->rows[i], server))
            return true;
    return false;
}

static void add_server(struct servers *servers, const adscp_server *server)
{
    if (server != NULL && servers->count < SERVERS_MAX &&
        !has_server(servers, server))
        servers->rows[servers->count++] = server;
}

bool is_owner(const adscp_server *server, const adscp_scp *scp)
{
    const char *dn = adscp_scp_dn(scp), *top = adscp_server_dn(server);

    return dn != NULL && top != NULL &&
           dn_is_below(dn, strlen(dn), top, strlen(top));
}

void add_owner(const adscp_forest *forest, struct servers *servers,
               const adscp_scp *scp)
{
    int i, count = adscp_forest_server_count(forest);

    for (i = 0; scp != NULL && i < count; i++)
        if (is_owner(adscp_forest_server(forest, i), scp))
            add_server(servers, adscp_forest_server(forest, i));
}

void add_publishers(const adscp_forest *forest, struct servers *servers,
                    const adscp_candidate *candidate)
{
    int i, count = adscp_candidate_duplicate_count(candidate);

    add_owner(forest, servers, adscp_candidate_scp(candidate));
    for (i = 0; i < count; i++)
        add_owner(forest, servers, adscp_candidate_duplicate(candidate, i));
}

static bool is_host(const char *url, const char *host)
{
    struct url parts;

    return url != NULL && url_split_host(url, &parts) &&
           host_is(parts.host, host);
}

bool is_name_of(const adscp_server *server, const char *host)
{
    const char *name = adscp_server_name(server);
    const char *fqdn = adscp_server_fqdn(server);

    return (name != NULL && host_is(span_of(name), host)) ||
           (fqdn != NULL && host_is(span_of(fqdn), host));
}

/* Whose virtual directories name it. */
static void add_service_owners(const adscp_forest *forest,
                               struct servers *servers, const char *host)
{
    size_t i, k;

    for (i = 0; i < forest->directory_count; i++) {
        const struct directory *directory = forest->directories[i];

        for (k = 0; k < directory->service_count; k++) {
            const struct virtual_directory *row = &directory->services[k];

            if (row->server > 0 && is_host(row->url, host))
                add_server(servers, &directory->servers[row->server - 1]);
        }
    }
}

/* Who has this name, or publishes it. */
static void add_hosts(const adscp_forest *forest, struct servers *servers,
                      const char *host)
{
    int i, count = adscp_forest_server_count(forest);

    for (i = 0; i < count; i++) {
        const adscp_server *server = adscp_forest_server(forest, i);

        if (is_name_of(server, host))
            add_server(servers, server);
    }
    count = adscp_forest_scp_count(forest);
    for (i = 0; i < count; i++) {
        const adscp_scp *scp = adscp_forest_scp(forest, i);

        if (is_host(adscp_scp_binding(scp, 0), host))
            add_owner(forest, servers, scp);
    }
    add_service_owners(forest, servers, host);
}

/* --------------------------------------------------------------- subject -- */

static struct subject subject_of_hop(const adscp_hop *hop)
{
    return (struct subject){.server = adscp_hop_server(hop),
                            .candidate = adscp_hop_candidate(hop),
                            .certificate = adscp_hop_certificate(hop),
                            .alert = adscp_hop_alert(hop),
                            .host = adscp_hop_host(hop)};
}

static bool is_doubt(const adscp_prediction *answer)
{
    return adscp_alert_outcome(adscp_prediction_alert(answer)) <=
           ADSCP_ALERT_OUTCOME_NO_ALERT;
}

/* Where it alerts: of the other way, which the client may go as well, where
 * this one is quiet. NULL: on no hop. */
static const adscp_hop *alerting_hop(const adscp_prediction *answer)
{
    return is_doubt(answer)
               ? adscp_prediction_doubt_hop(
                     answer, adscp_prediction_doubt_alert_hop(answer))
               : adscp_prediction_hop(answer,
                                      adscp_prediction_alert_hop(answer));
}

static struct subject subject_of_service(const adscp_prediction *answer)
{
    int i, count = adscp_prediction_service_count(answer);

    for (i = 0; i < count; i++) {
        const adscp_service *service = adscp_prediction_service(answer, i);

        if (adscp_service_alert(service) == adscp_prediction_alert(answer))
            return (struct subject){.server = adscp_service_server(service),
                                    .certificate =
                                        adscp_service_certificate(service),
                                    .alert = adscp_service_alert(service),
                                    .host = adscp_service_host(service),
                                    .is_service = true};
    }
    return (struct subject){.host = NULL};
}

bool advice_is_refused(const adscp_prediction *answer)
{
    return adscp_prediction_refusal(answer) > ADSCP_REFUSAL_NONE;
}

/* What decides: a hop, or else a service. */
struct subject advice_subject(const adscp_prediction *answer)
{
    const adscp_hop *hop = alerting_hop(answer);

    if (hop != NULL)
        return subject_of_hop(hop);
    return is_doubt(answer) ? (struct subject){.host = NULL}
                            : subject_of_service(answer);
}

bool advice_prepare(const adscp_prediction *answer)
{
    const adscp_hop *hop = alerting_hop(answer);
    struct subject subject;

    if (hop != NULL)
        return hop_prepare(hop) && server_prepare(adscp_hop_server(hop));
    subject = advice_subject(answer);
    return server_prepare(subject.server) &&
           (subject.certificate == NULL ||
            certificate_prepare(subject.certificate));
}

const adscp_candidate *advice_candidate(const adscp_prediction *answer)
{
    const struct subject subject = advice_subject(answer);
    bool other_way = is_doubt(answer) && !advice_is_refused(answer);

    if (subject.candidate != NULL)
        return subject.candidate;
    return adscp_hop_candidate(other_way ? adscp_prediction_doubt_hop(answer, 0)
                                         : adscp_prediction_hop(answer, 0));
}

bool subject_is_silent(const struct subject *subject)
{
    return adscp_alert_outcome(subject->alert) ==
           ADSCP_ALERT_OUTCOME_CONNECT_FAILURE;
}

void find_servers(const adscp_forest *forest, const struct subject *subject,
                  struct servers *servers)
{
    servers->count = 0;
    add_server(servers, subject->server);
    if (subject->is_service && subject->host != NULL &&
        !is_name_of(subject->server, subject->host))
        add_hosts(forest, servers, subject->host);
    if (servers->count == 0 && subject->candidate != NULL)
        add_publishers(forest, servers, subject->candidate);
    if (servers->count == 0 && subject->host != NULL)
        add_hosts(forest, servers, subject->host);
}

bool same_certificate(const adscp_certificate *a, const adscp_certificate *b)
{
    return a == NULL || b == NULL ? a == b : certificate_same(a, b);
}

void find_guilty(const struct subject *subject, const struct servers *servers,
                 struct servers *guilty)
{
    size_t i;

    /* Nobody knows what a server shows that publishes nothing. */
    const adscp_certificate *met =
        adscp_alert_outcome(subject->alert) == ADSCP_ALERT_OUTCOME_UNCERTAIN
            ? NULL
            : subject->certificate;

    guilty->count = 0;
    for (i = 0; i < servers->count; i++)
        if (same_certificate(met, adscp_server_certificate(servers->rows[i])))
            add_server(guilty, servers->rows[i]);
    if (guilty->count == 0)
        *guilty = *servers;
}
