/* SPDX-License-Identifier: MIT */
/*
 * The plan of the search for a domain controller: site-specific SRV records
 * before those of the whole domain, a draw by priority and weight, pings, and,
 * where the answer shows that a nearer site exists, the same for that site. The
 * first good answer wins; the others are kept for the case that it dies before
 * it was read.
 */
#include "gather/locate/locate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adscp.h"
#include "base/text.h"
#include "facts/host.h"

enum {
    NEARER_MS = 3000, /* what looking for a nearer one may take */
    QUESTION_MAX = 2 * HOST_LABEL_MAX + RESOLVE_NAME_MAX + 64
};

/* One search: what it was told, and what it has found. */
struct search {
    const struct locate_config *config;
    const struct deadline *deadline;
    struct detail *detail;
    struct trace *trace;
    struct located *located;
    struct ping_config ping;
    int named; /* servers that DNS named */
    bool has_answer;
    bool denied;       /* DNS says that there is no such service */
    char refusal[300]; /* what became of those that were named */
};

/* ------------------------------------------------------------ SRV names -- */

/* A site is one label, whatever it holds; a dot in it would make two, and a
 * record of another name. false: DNS cannot be asked about this site. */
static bool site_label(const char *site, char out[2 * HOST_LABEL_MAX + 1])
{
    size_t length = strlen(site), used = 0, i;

    if (length == 0 || length > HOST_LABEL_MAX ||
        !text_is_clean(site, length) || strchr(site, '.') != NULL)
        return false;
    for (i = 0; i < length; i++) {
        if (site[i] == '\\')
            out[used++] = '\\';
        out[used++] = site[i];
    }
    out[used] = '\0';
    return true;
}

/* [MS-ADTS] 6.3.2.3 */
static bool question(const struct locate_config *config, const char *site,
                     char out[QUESTION_MAX])
{
    char label[2 * HOST_LABEL_MAX + 1];
    const char *middle = config->catalog ? "" : "dc._msdcs.";
    const char *service = config->catalog ? "_gc" : "_ldap";

    if (site == NULL) {
        snprintf(out, QUESTION_MAX, "%s._tcp.%s%s", service, middle,
                 config->domain);
        return true;
    }
    if (!site_label(site, label))
        return false;
    snprintf(out, QUESTION_MAX, "%s._tcp.%s._sites.%s%s", service, label,
             middle, config->domain);
    return true;
}

/* ---------------------------------------------------------- controllers -- */

static bool is_known(const struct located *located, const char *host, int port)
{
    int i;

    for (i = 0; i < located->count; i++)
        if (located->controllers[i].port == port &&
            text_is(host, strlen(host), located->controllers[i].host))
            return true;
    return false;
}

static void keep(struct located *located, const struct resolve_service *server)
{
    struct controller *controller;

    if (located->count == LOCATE_CONTROLLERS_MAX ||
        is_known(located, server->host, server->port))
        return;
    controller = &located->controllers[located->count++];
    memcpy(controller->host, server->host, sizeof(controller->host));
    controller->port = server->port;
}

/* Who may still be good if the best one dies: those that were not asked or had
 * no time to answer, and, last, those that hold a copy that cannot be written,
 * from which SCPs can be read as well. */
static void keep_all(struct located *located,
                     const struct resolve_services *servers,
                     const struct ping_outcome *outcomes, int best)
{
    int i;

    if (best >= 0)
        keep(located, &servers->rows[best]);
    for (i = 0; i < servers->count; i++)
        if (outcomes[i].state <= PING_RUNNING)
            keep(located, &servers->rows[i]);
    for (i = 0; i < servers->count; i++)
        if (outcomes[i].state == PING_READ_ONLY)
            keep(located, &servers->rows[i]);
}

/* ---------------------------------------------------------------- trace -- */

static void trace_outcome(struct trace *trace,
                          const struct resolve_service *server,
                          const struct ping_outcome *outcome)
{
    switch (outcome->state) {
    case PING_UNTRIED:
        trace_add(trace, "%s, port %d: not asked", server->host, server->port);
        break;
    case PING_RUNNING:
        trace_add(trace, "%s, port %d: no answer yet", server->host,
                  server->port);
        break;
    case PING_GOOD:
    case PING_READ_ONLY:
        trace_add(trace,
                  "%s, port %d: answers%s after %d ms: %s, site \"%s\", the "
                  "client's site \"%s\"%s",
                  server->host, server->port, outcome->by_tcp ? " by TCP" : "",
                  outcome->took_ms, outcome->answer.host, outcome->answer.site,
                  outcome->answer.client_site,
                  outcome->state == PING_READ_ONLY ? ", read-only" : "");
        break;
    default:
        trace_add(trace, "%s, port %d: passed over: %s", server->host,
                  server->port, outcome->why);
    }
}

/* The sentence about a search in vain names the first failures. */
static void note_refusal(struct search *search,
                         const struct resolve_service *server,
                         const struct ping_outcome *outcome)
{
    size_t used = strlen(search->refusal);

    if (outcome->state >= PING_READ_ONLY || outcome->state == PING_UNTRIED ||
        used + 1 >= sizeof(search->refusal))
        return;
    snprintf(search->refusal + used, sizeof(search->refusal) - used, "%s%s: %s",
             used > 0 ? "; " : "", server->host,
             outcome->why[0] != '\0' ? outcome->why : "no answer in time");
}

static void trace_services(struct trace *trace, const char *name,
                           const struct resolve_services *servers)
{
    if (servers->denied)
        trace_add(trace, "%s: DNS says that the service is not available",
                  name);
    else if (servers->count == 0 && servers->dropped == 0)
        trace_add(trace, "%s: DNS has no such records", name);
    else
        trace_add(trace, "%s: servers that DNS names: %d", name,
                  servers->count);
    if (servers->dropped > 0)
        trace_add(trace,
                  "%s: records left out, without a usable host and port or "
                  "too many: %d",
                  name, servers->dropped);
}

/* ----------------------------------------------------------------- asking --
 */

/* Keep each server once, and no more than can be asked. */
static void services_limit(struct resolve_services *servers)
{
    int from, i, count = 0;

    for (from = 0; from < servers->count && count < PING_SERVERS_MAX; from++) {
        const struct resolve_service *row = &servers->rows[from];

        for (i = 0; i < count; i++)
            if (servers->rows[i].port == row->port &&
                text_is(row->host, strlen(row->host), servers->rows[i].host))
                break;
        if (i == count)
            servers->rows[count++] = *row;
    }
    servers->count = count;
}

static int ask_servers(struct search *search, struct resolve_services *servers,
                       const struct deadline *deadline)
{
    struct ping_outcome *outcomes;
    int rc, i, best = -1;

    outcomes = calloc(PING_SERVERS_MAX, sizeof(*outcomes));
    if (outcomes == NULL)
        return ADSCP_E_NOMEM;
    rc = ping_servers(&search->ping, servers->rows, servers->count, deadline,
                      search->detail, outcomes, &best);
    for (i = 0; i < servers->count; i++) {
        trace_outcome(search->trace, &servers->rows[i], &outcomes[i]);
        note_refusal(search, &servers->rows[i], &outcomes[i]);
    }
    if (best >= 0) {
        keep_all(search->located, servers, outcomes, best);
        search->located->answer = outcomes[best].answer;
        memcpy(search->located->client, outcomes[best].client,
               sizeof(search->located->client));
        search->has_answer = true;
    }
    free(outcomes);
    return best >= 0 && rc == ADSCP_E_TIMEOUT ? ADSCP_OK : rc;
}

/* Ask DNS for the servers of a site (NULL: of the whole domain), then them. A
 * failure of DNS is a failure only where nothing else is left to ask. */
static int ask(struct search *search, const char *site,
               const struct deadline *deadline)
{
    struct resolve_services servers = {.rows = NULL};
    char name[QUESTION_MAX];
    struct detail detail;
    int rc;

    if (!question(search->config, site, name)) {
        trace_add(search->trace,
                  "site \"%s\": DNS cannot be asked about this name", site);
        return ADSCP_OK;
    }
    detail_clear(&detail);
    rc = resolve_service(search->config->resolve, name, deadline, &detail,
                         &servers);
    if (rc != ADSCP_OK) {
        trace_add(search->trace, "%s", detail.text);
        return detail_set(search->detail, rc, "%s", detail.text);
    }
    trace_services(search->trace, name, &servers);
    search->named += servers.count;
    search->denied |= servers.denied;
    resolve_services_order(&servers, search->config->seed);
    services_limit(&servers);
    if (servers.count > 0)
        rc = ask_servers(search, &servers, deadline);
    resolve_services_clear(&servers);
    return rc;
}

/* What ends the whole search. */
static bool is_fatal(int rc)
{
    return rc == ADSCP_E_NOMEM || rc == ADSCP_E_CANCELLED;
}

/* The servers of a site, before or after those of the domain. Failing here is
 * no failure. */
static int ask_site(struct search *search, const char *site)
{
    struct deadline part = deadline_share(search->deadline, NEARER_MS);
    struct detail *told = search->detail, ignored;
    int rc;

    detail_clear(&ignored);
    search->detail = &ignored;
    rc = ask(search, site, &part);
    search->detail = told;
    return is_fatal(rc) ? rc : ADSCP_OK;
}

/* A server that says that it is not the closest one, and that we are in another
 * site than it, has told where to look ([MS-ADTS] 6.3.6.1). */
static int ask_nearer(struct search *search)
{
    const struct netlogon answer = search->located->answer;
    struct located far = *search->located;
    int rc, i;

    if ((answer.flags & NETLOGON_CLOSEST) != 0 ||
        answer.client_site[0] == '\0' ||
        text_equal_fold(answer.client_site, strlen(answer.client_site),
                        answer.site, strlen(answer.site)))
        return ADSCP_OK;
    search->located->count = 0;
    rc = ask_site(search, answer.client_site);
    for (i = 0; i < far.count; i++) {
        struct resolve_service again = {.port = far.controllers[i].port};

        memcpy(again.host, far.controllers[i].host, sizeof(again.host));
        keep(search->located, &again);
    }
    return rc;
}

static int search_in_vain(const struct search *search, int rc)
{
    const char *what =
        search->config->catalog ? "global catalog" : "domain controller";
    const char *domain = search->config->domain;

    if (search->named > 0)
        return detail_set(search->detail, rc != ADSCP_OK ? rc : ADSCP_E_CONNECT,
                          "no %s of %s answers as one: %s", what, domain,
                          search->refusal);
    if (rc != ADSCP_OK)
        return detail_set(search->detail, rc, "%s", adscp_error_text(rc));
    if (search->denied)
        return detail_set(search->detail, ADSCP_E_RESOLVE,
                          "DNS says that %s has no %s", domain, what);
    return detail_set(search->detail, ADSCP_E_RESOLVE,
                      "DNS names no %s of %s: it is not a domain of Active "
                      "Directory, or this DNS server does not know it",
                      what, domain);
}

static int search_run(struct search *search)
{
    const char *site = search->config->site;
    int rc = ADSCP_OK;

    if (site != NULL)
        rc = ask_site(search, site);
    if (rc == ADSCP_OK && !search->has_answer)
        rc = ask(search, NULL, search->deadline);
    if (!search->has_answer)
        return is_fatal(rc) ? rc : search_in_vain(search, rc);
    if (site == NULL && !search->config->catalog)
        rc = ask_nearer(search);
    return rc;
}

int locate(const struct locate_config *config, const struct deadline *deadline,
           struct detail *detail, struct trace *trace, struct located *locatedp)
{
    struct located *located = NULL;
    struct search search = {
        .config = config,
        .deadline = deadline,
        .detail = detail,
        .trace = trace,
        .ping = {.resolve = config->resolve,
                 .domain = config->catalog ? NULL : config->domain,
                 .forest = config->catalog ? config->domain : NULL,
                 .flags = NETLOGON_LDAP | NETLOGON_DS |
                          (config->catalog ? NETLOGON_GC : 0)},
    };
    int rc;

    if (!host_is_name(span_of(config->domain)))
        return detail_set(detail, ADSCP_E_ARGUMENT,
                          "\"%s\" is not the name of a domain", config->domain);
    located = calloc(1, sizeof(*located));
    if (located == NULL)
        return ADSCP_E_NOMEM;
    search.located = located;
    rc = search_run(&search);
    if (rc == ADSCP_OK)
        *locatedp = *located;
    free(located);
    return rc;
}
