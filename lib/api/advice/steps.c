/* SPDX-License-Identifier: MIT */
/*
 * What could help against an answer: the next steps of an attempt. Whether they
 * do, only a trial tells.
 */
#include <stdlib.h>
#include <string.h>

#include "api/advice/private.h"
#include "base/rows.h"
#include "base/text.h"
#include "facts/dn.h"
#include "facts/host.h"
#include "facts/url.h"

/* Behind one name there may be many servers, and a class may have many sites.
 */
enum { SERVERS_MAX = 16, SITES_MAX = 64, SITES_SHOWN = 3 };

void attempt_clear(struct attempt *attempt)
{
    size_t i;

    for (i = 0; i < attempt->share_count; i++) {
        free(attempt->shares[i].server);
        free(attempt->shares[i].sites);
    }
    free(attempt->shares);
    adscp_plan_free(attempt->plan);
}

/* --------------------------------------------------------------- servers -- */

/* Servers whose certificate, or whose SCP, it is about. */
struct servers {
    const adscp_server *rows[SERVERS_MAX];
    size_t count;
};

static void add_server(struct servers *servers, const adscp_server *server)
{
    size_t i;

    for (i = 0; i < servers->count; i++)
        if (servers->rows[i] == server)
            return;
    if (server != NULL && servers->count < SERVERS_MAX)
        servers->rows[servers->count++] = server;
}

static bool is_owner(const adscp_server *server, const adscp_scp *scp)
{
    const char *dn = adscp_scp_dn(scp), *top = adscp_server_dn(server);

    return dn != NULL && top != NULL &&
           dn_is_below(dn, strlen(dn), top, strlen(top));
}

static void add_owner(const adscp_forest *forest, struct servers *servers,
                      const adscp_scp *scp)
{
    int i, count = adscp_forest_server_count(forest);

    for (i = 0; scp != NULL && i < count; i++)
        if (is_owner(adscp_forest_server(forest, i), scp))
            add_server(servers, adscp_forest_server(forest, i));
}

/* Whose SCPs lead here. */
static void add_publishers(const adscp_forest *forest, struct servers *servers,
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

    return url_split_host(url, &parts) && host_is(parts.host, host);
}

/* Who has this name, or publishes it. */
static void add_hosts(const adscp_forest *forest, struct servers *servers,
                      const char *host)
{
    int i, count = adscp_forest_server_count(forest);

    for (i = 0; i < count; i++) {
        const adscp_server *server = adscp_forest_server(forest, i);
        const char *name = adscp_server_name(server);
        const char *fqdn = adscp_server_fqdn(server);

        if ((name != NULL && host_is(span_of(name), host)) ||
            (fqdn != NULL && host_is(span_of(fqdn), host)))
            add_server(servers, server);
    }
    count = adscp_forest_scp_count(forest);
    for (i = 0; i < count; i++) {
        const adscp_scp *scp = adscp_forest_scp(forest, i);

        if (is_host(adscp_scp_binding(scp, 0), host))
            add_owner(forest, servers, scp);
    }
}

/* A host that alerts, or may. */
struct subject {
    const adscp_server *server;
    const adscp_candidate *candidate;
    const adscp_certificate *certificate;
    const char *host;
};

static struct subject subject_of_hop(const adscp_hop *hop)
{
    return (struct subject){adscp_hop_server(hop), adscp_hop_candidate(hop),
                            adscp_hop_certificate(hop), adscp_hop_host(hop)};
}

/* What decides: a hop, or else a service. */
static struct subject subject_of(const adscp_prediction *answer)
{
    int i, count = adscp_prediction_service_count(answer);
    int hop = adscp_prediction_alert_hop(answer);

    if (hop >= 0)
        return subject_of_hop(adscp_prediction_hop(answer, hop));
    for (i = 0; i < count; i++) {
        const adscp_service *service = adscp_prediction_service(answer, i);

        if (adscp_service_alert(service) == adscp_prediction_alert(answer))
            return (struct subject){adscp_service_server(service), NULL,
                                    adscp_service_certificate(service),
                                    adscp_service_host(service)};
    }
    return (struct subject){NULL, NULL, NULL, NULL};
}

/* Of the other way, which the client may go as well. */
static struct subject subject_of_doubt(const adscp_prediction *answer)
{
    int hop = adscp_prediction_doubt_alert_hop(answer);

    return hop >= 0 ? subject_of_hop(adscp_prediction_doubt_hop(answer, hop))
                    : (struct subject){NULL, NULL, NULL, NULL};
}

static struct subject next_subject(const adscp_prediction *answer)
{
    int outcome = adscp_alert_outcome(adscp_prediction_alert(answer));

    return outcome > ADSCP_ALERT_OUTCOME_NO_ALERT ? subject_of(answer)
                                                  : subject_of_doubt(answer);
}

static void find_servers(const adscp_forest *forest,
                         const struct subject *subject, struct servers *servers)
{
    add_server(servers, subject->server);
    if (servers->count == 0 && subject->candidate != NULL)
        add_publishers(forest, servers, subject->candidate);
    if (servers->count == 0 && subject->host != NULL)
        add_hosts(forest, servers, subject->host);
}

/* ----------------------------------------------------------------- steps -- */

/* A word of a step. False: it cannot be one. */
static bool put_word(struct export_text *out, const char *word)
{
    bool quoted = word[0] == '\0' || strpbrk(word, " \t#") != NULL;

    if (strchr(word, '"') != NULL)
        return false;
    put_text(out, quoted ? " \"" : " ");
    put_text(out, word);
    put_text(out, quoted ? "\"" : "");
    return true;
}

static bool has_share(const struct attempt *attempt, const char *server)
{
    size_t i;

    for (i = 0; i < attempt->share_count; i++)
        if (strcmp(attempt->shares[i].server, server) == 0)
            return true;
    return false;
}

static int add_share(struct attempt *attempt, const char *server, char *sites)
{
    struct share *rows =
        rows_grow(attempt->shares, attempt->share_count, sizeof(*rows));

    char *name = strdup(server);

    if (rows != NULL)
        attempt->shares = rows;
    if (rows == NULL || name == NULL) {
        free(name);
        free(sites);
        return ADSCP_E_NOMEM;
    }
    rows[attempt->share_count++] = (struct share){name, sites};
    return ADSCP_OK;
}

/* What does not fit this forest is no step: a name that two servers have, or
 * one that no step can spell. `sites` is taken over. */
static int add_step(struct attempt *attempt, const char *server,
                    const struct export_text *step, char *sites)
{
    int rc = step->failed ? ADSCP_E_NOMEM
                          : adscp_plan_add_step(attempt->plan, step->bytes);

    if (rc == ADSCP_OK)
        return add_share(attempt, server, sites);
    free(sites);
    return rc == ADSCP_E_NOMEM ? rc : ADSCP_OK;
}

/* "VERB SERVER REST", where REST is a word. */
static int add_simple(struct attempt *attempt, const char *verb,
                      const adscp_server *server, const char *rest)
{
    const char *name = adscp_server_name(server);
    struct export_text text = {.bytes = NULL};
    int rc = ADSCP_OK;

    if (name == NULL || has_share(attempt, name))
        return ADSCP_OK;
    put_text(&text, verb);
    if (put_word(&text, name) && (rest == NULL || put_word(&text, rest)))
        rc = add_step(attempt, name, &text, NULL);
    export_free(&text);
    return rc;
}

static bool publishes(const adscp_server *server,
                      const adscp_certificate *certificate)
{
    const char *own = adscp_certificate_sha1(adscp_server_certificate(server));
    const char *met = adscp_certificate_sha1(certificate);

    return adscp_certificate_self_signed(certificate) == 1 && own != NULL &&
           met != NULL && strcmp(own, met) == 0;
}

/* Against the certificate of the host that decides. */
static int add_for_host(const adscp_forest *forest, struct attempt *attempt,
                        const adscp_prediction *answer)
{
    const struct subject subject = next_subject(answer);
    struct servers servers = {.count = 0};
    int rc = ADSCP_OK;
    size_t i;

    find_servers(forest, &subject, &servers);
    for (i = 0; i < servers.count && rc == ADSCP_OK; i++) {
        if (attempt->kind == ADSCP_ADVICE_KIND_CERTIFICATE)
            rc = add_simple(attempt, "certificate", servers.rows[i], "trusted");
        else if (publishes(servers.rows[i], subject.certificate))
            rc = add_simple(attempt, "publish-root", servers.rows[i], NULL);
    }
    return rc;
}

/* The URL that clients begin at. */
static int add_for_url(const adscp_forest *forest, struct attempt *attempt,
                       const adscp_prediction *answer)
{
    const adscp_hop *first = adscp_prediction_hop(answer, 0);
    const char *url =
        attempt->kind == ADSCP_ADVICE_KIND_SCP_NULL ? "none" : attempt->url;
    struct servers servers = {.count = 0};
    int rc = ADSCP_OK;
    size_t i;

    add_publishers(forest, &servers, adscp_hop_candidate(first));
    for (i = 0; i < servers.count && rc == ADSCP_OK; i++)
        rc = add_simple(attempt, "scp-url", servers.rows[i], url);
    return rc;
}

/* ----------------------------------------------------------------- sites -- */

struct sites {
    const char *rows[2 * SITES_MAX];
    size_t count;
};

static bool has_site(const struct sites *sites, const char *name)
{
    size_t i;

    for (i = 0; i < sites->count; i++)
        if (text_equal_fold(sites->rows[i], strlen(sites->rows[i]), name,
                            strlen(name)))
            return true;
    return false;
}

static bool add_site(struct sites *sites, const char *name)
{
    if (has_site(sites, name))
        return true;
    if (sites->count == 2 * (size_t)SITES_MAX)
        return false;
    sites->rows[sites->count++] = name;
    return true;
}

/* Those of the class that have names. False: there are too many. */
static bool sites_of_class(const struct search *search, int row,
                           struct sites *sites)
{
    int i, count = adscp_coverage_class_site_count(search->coverage, row);

    if (count > SITES_MAX)
        return false;
    for (i = 0; i < count; i++) {
        const char *name = adscp_coverage_site(
            search->coverage,
            adscp_coverage_class_site(search->coverage, row, i));

        if (name != NULL && !add_site(sites, name))
            return false;
    }
    return sites->count > 0;
}

/* Those that the SCPs of a server name now. False: there are too many. */
static bool sites_of_server(const adscp_forest *forest,
                            const adscp_server *server, struct sites *sites)
{
    static const char prefix[] = "Site=";
    int i, k, count = adscp_forest_scp_count(forest);

    for (i = 0; i < count; i++) {
        const adscp_scp *scp = adscp_forest_scp(forest, i);
        int keywords = is_owner(server, scp) ? adscp_scp_keyword_count(scp) : 0;

        for (k = 0; k < keywords; k++) {
            const char *word = adscp_scp_keyword(scp, k);

            if (text_starts(word, strlen(word), prefix) &&
                word[strlen(prefix)] != '\0' &&
                !add_site(sites, word + strlen(prefix)))
                return false;
        }
    }
    return true;
}

/* "HQ, Branch and 3 more sites"; NULL: out of memory. */
static char *name_sites(const struct sites *sites)
{
    struct export_text out = {.bytes = NULL};
    size_t i;

    for (i = 0; i < sites->count && i < SITES_SHOWN; i++) {
        if (i > 0)
            put_text(&out, i + 1 == sites->count ? " and " : ", ");
        put_text(&out, sites->rows[i]);
    }
    put_more(&out, sites->count - i, " sites");
    if (!out.failed)
        return out.bytes;
    export_free(&out);
    return NULL;
}

static int add_scope(struct attempt *attempt, const adscp_server *server,
                     const struct sites *sites)
{
    const char *name = adscp_server_name(server);
    struct export_text text = {.bytes = NULL};
    int rc = ADSCP_OK;
    size_t i;
    bool ok;

    if (name == NULL || has_share(attempt, name) || sites->count == 0)
        return ADSCP_OK;
    put_text(&text, "scp-sites");
    ok = put_word(&text, name);
    for (i = 0; i < sites->count && ok; i++)
        ok = put_word(&text, sites->rows[i]);
    if (ok) {
        char *names = name_sites(sites);

        rc = names != NULL ? add_step(attempt, name, &text, names)
                           : ADSCP_E_NOMEM;
    }
    export_free(&text);
    return rc;
}

/* Those who come first serve these sites no more, but at least one other. */
static int narrow(const adscp_forest *forest, struct attempt *attempt,
                  const adscp_prediction *answer, const struct sites *away)
{
    const adscp_hop *first = adscp_prediction_hop(answer, 0);
    struct servers servers = {.count = 0};
    int rc = ADSCP_OK;
    size_t i, k;

    add_publishers(forest, &servers, adscp_hop_candidate(first));
    for (i = 0; i < servers.count && rc == ADSCP_OK; i++) {
        struct sites now = {.count = 0}, left = {.count = 0};

        if (!sites_of_server(forest, servers.rows[i], &now))
            continue;
        for (k = 0; k < now.count; k++)
            if (!has_site(away, now.rows[k]))
                add_site(&left, now.rows[k]);
        if (left.count < now.count)
            rc = add_scope(attempt, servers.rows[i], &left);
    }
    return rc;
}

/* Whoever publishes a good URL serves these sites, too. */
static int widen(const adscp_forest *forest, struct attempt *attempt,
                 const struct sites *more)
{
    int i, count = adscp_forest_scp_count(forest), rc = ADSCP_OK;
    struct servers servers = {.count = 0};
    size_t k, n;

    for (i = 0; i < count; i++) {
        const adscp_scp *scp = adscp_forest_scp(forest, i);
        const char *url = adscp_scp_binding(scp, 0);

        if (url != NULL && strcmp(url, attempt->url) == 0)
            add_owner(forest, &servers, scp);
    }
    for (k = 0; k < servers.count && rc == ADSCP_OK; k++) {
        struct sites all = {.count = 0};
        bool fits = sites_of_server(forest, servers.rows[k], &all);

        for (n = 0; n < more->count && fits; n++)
            fits = add_site(&all, more->rows[n]);
        if (fits)
            rc = add_scope(attempt, servers.rows[k], &all);
    }
    return rc;
}

static int add_for_sites(const struct search *search,
                         const adscp_forest *forest, struct attempt *attempt,
                         const adscp_prediction *answer)
{
    struct sites sites = {.count = 0};
    int rc = ADSCP_OK;

    if (attempt->share_count > 0 ||
        !sites_of_class(search, attempt->row, &sites))
        return ADSCP_OK;
    if (attempt->narrows)
        rc = narrow(forest, attempt, answer, &sites);
    if (rc == ADSCP_OK && attempt->widens)
        rc = widen(forest, attempt, &sites);
    return rc;
}

/* ----------------------------------------------------------------- whole -- */

int advice_add_steps(const struct search *search, struct attempt *attempt,
                     const adscp_prediction *answer)
{
    const adscp_forest *forest = adscp_coverage_forest(search->coverage);

    switch (attempt->kind) {
    case ADSCP_ADVICE_KIND_CERTIFICATE:
    case ADSCP_ADVICE_KIND_PUBLISH_ROOT:
        return add_for_host(forest, attempt, answer);
    case ADSCP_ADVICE_KIND_SCP_URL:
    case ADSCP_ADVICE_KIND_SCP_NULL:
        return add_for_url(forest, attempt, answer);
    default:
        return add_for_sites(search, forest, attempt, answer);
    }
}
