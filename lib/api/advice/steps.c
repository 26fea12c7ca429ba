/* SPDX-License-Identifier: MIT */
/*
 * What could help against an answer: the next steps of an attempt. Whether they
 * do, only a trial tells.
 */
#include <stdlib.h>
#include <string.h>

#include "api/advice/private.h"
#include "base/text.h"
#include "facts/host.h"
#include "facts/url.h"

int advice_kind(enum means means)
{
    static const int kinds[MEANS_COUNT] = {
        [MEANS_BEHIND] = ADSCP_ADVICE_KIND_BEHIND,
        [MEANS_CERTIFICATE] = ADSCP_ADVICE_KIND_CERTIFICATE,
        [MEANS_CERTIFICATES] = ADSCP_ADVICE_KIND_CERTIFICATE,
        [MEANS_COPY] = ADSCP_ADVICE_KIND_CERTIFICATE,
        [MEANS_SCP_URL] = ADSCP_ADVICE_KIND_SCP_URL,
        [MEANS_SERVICE_URL] = ADSCP_ADVICE_KIND_SERVICE_URL,
        [MEANS_ROOT] = ADSCP_ADVICE_KIND_PUBLISH_ROOT,
        [MEANS_SCP_NULL] = ADSCP_ADVICE_KIND_SCP_NULL,
        [MEANS_NULL_THEN_CERTIFICATE] = ADSCP_ADVICE_KIND_SCP_NULL,
        [MEANS_NARROW] = ADSCP_ADVICE_KIND_SCP_SITES,
        [MEANS_WIDEN] = ADSCP_ADVICE_KIND_SCP_SITES,
        [MEANS_BOTH] = ADSCP_ADVICE_KIND_SCP_SITES,
    };

    return kinds[means];
}

bool advice_goes_on(enum means means)
{
    return advice_kind(means) != ADSCP_ADVICE_KIND_SCP_SITES;
}

/* ---------------------------------------------------------- certificates -- */

/* "VERB SERVER REST", where REST is a word. */
static int add_simple(struct attempt *attempt, const char *verb,
                      const adscp_server *server, const char *rest,
                      enum act act, const char *detail)
{
    const char *name = adscp_server_name(server);
    struct export_text text = {.bytes = NULL};
    int rc;

    if (name == NULL)
        return ADSCP_OK;
    put_text(&text, verb);
    put_word(&text, name);
    if (rest != NULL)
        put_word(&text, rest);
    rc = add_step(attempt, &text, act, server, detail);
    export_free(&text);
    return rc;
}

static bool publishes(const adscp_server *server,
                      const adscp_certificate *certificate)
{
    return adscp_certificate_self_signed(certificate) == 1 &&
           same_certificate(adscp_server_certificate(server), certificate);
}

/* Each server that needs it gets one of its own. */
static int add_each(struct attempt *attempt, const struct servers *servers)
{
    int rc = ADSCP_OK;
    size_t i;

    for (i = 0; i < servers->count && rc == ADSCP_OK; i++)
        rc = add_simple(attempt, "certificate", servers->rows[i], "trusted",
                        ACT_CERTIFICATE, NULL);
    return rc;
}

/* The roots of what they show: their own, or that of another forest. */
static int add_roots(const adscp_forest *forest, struct attempt *attempt,
                     const struct subject *subject,
                     const struct servers *servers)
{
    int rc = ADSCP_OK;
    size_t i;

    for (i = 0; i < servers->count && rc == ADSCP_OK; i++)
        if (publishes(servers->rows[i], subject->certificate))
            rc = add_simple(attempt, "publish-root", servers->rows[i], NULL,
                            ACT_ROOT, NULL);
    return rc == ADSCP_OK ? add_other_root(forest, attempt, subject->alert)
                          : rc;
}

static int add_copy(struct attempt *attempt, const struct servers *guilty)
{
    const char *name = adscp_server_name(attempt->source);

    return name != NULL && !has_server(guilty, attempt->source)
               ? add_joint(attempt, guilty, name, ACT_COPY, name)
               : ADSCP_OK;
}

/* Against the certificate of the host that decides. */
static int add_for_host(const adscp_forest *forest, struct attempt *attempt,
                        const struct subject *subject)
{
    struct servers servers, guilty;

    if (subject_is_silent(subject))
        return ADSCP_OK;
    find_servers(forest, subject, &servers);
    find_guilty(subject, &servers, &guilty);
    switch (attempt->means) {
    case MEANS_CERTIFICATES:
        return servers.count > 1 ? add_joint(attempt, &servers, "trusted",
                                             ACT_CERTIFICATES, NULL)
                                 : ADSCP_OK;
    case MEANS_COPY:
        return add_copy(attempt, &guilty);
    case MEANS_ROOT:
        return add_roots(forest, attempt, subject, &guilty);
    default:
        return add_each(attempt, &guilty);
    }
}

/* ------------------------------------------------------------------ URLs -- */

/* The URL that clients begin at. */
static int add_for_url(const adscp_forest *forest, struct attempt *attempt,
                       const adscp_prediction *answer)
{
    bool is_null = advice_kind(attempt->means) == ADSCP_ADVICE_KIND_SCP_NULL;
    enum act act = is_null        ? ACT_SCP_NULL
                   : attempt->own ? ACT_SCP_URL
                                  : ACT_SCP_AWAY;
    const char *url = is_null ? "none" : attempt->url;
    struct servers servers = {.count = 0};
    int rc = ADSCP_OK;
    size_t i;

    add_publishers(forest, &servers, advice_candidate(answer));
    for (i = 0; i < servers.count && rc == ADSCP_OK; i++)
        rc = add_simple(attempt, "scp-url", servers.rows[i], url, act,
                        is_null ? NULL : url);
    return rc;
}

/* What a URL of a service is replaced by; Outlook Anywhere has a host alone. */
static bool make_service_url(const char *url, const char *host, char **textp)
{
    if (!host_is_name(span_of(url)))
        return url_with_host(url, host, textp);
    *textp = strdup(host);
    return *textp != NULL;
}

static int add_service(struct attempt *attempt, const adscp_service *service,
                       const char *host)
{
    const adscp_server *server = adscp_service_server(service);
    const char *kind = adscp_service_kind_name(adscp_service_kind(service));
    const char *name = adscp_server_name(server);
    struct export_text text = {.bytes = NULL};
    int rc = ADSCP_OK;
    char *url;

    if (name == NULL || kind == NULL || adscp_service_url(service) == NULL)
        return ADSCP_OK;
    if (!make_service_url(adscp_service_url(service), host, &url))
        return ADSCP_E_NOMEM;
    put_text(&text, "service-url");
    put_word(&text, name);
    put_word(&text, kind);
    if (url != NULL) {
        put_word(&text, url);
        rc = add_step(attempt, &text, ACT_SERVICE_URL, server, host);
    }
    free(url);
    export_free(&text);
    return rc;
}

/* Those that alert, or may, get the host of the other URL. */
static int add_services(struct attempt *attempt, const adscp_prediction *answer,
                        const char *host)
{
    int i, count = adscp_prediction_service_count(answer), rc = ADSCP_OK;

    for (i = 0; i < count && rc == ADSCP_OK; i++) {
        const adscp_service *service = adscp_prediction_service(answer, i);

        if (adscp_alert_outcome(adscp_service_alert(service)) >
            ADSCP_ALERT_OUTCOME_NO_ALERT)
            rc = add_service(attempt, service, host);
    }
    return rc;
}

static int add_for_services(struct attempt *attempt,
                            const adscp_prediction *answer)
{
    const char *url = attempt->url;
    struct url parts;
    char *host;
    int rc;

    if (url == NULL)
        url = adscp_hop_url(adscp_prediction_hop(answer, 0));
    if (url == NULL || !url_split_host(url, &parts))
        return ADSCP_OK;
    host = strndup(parts.host.text, parts.host.length);
    rc = host != NULL ? add_services(attempt, answer, host) : ADSCP_E_NOMEM;
    free(host);
    return rc;
}

/* ----------------------------------------------------------------- whole -- */

/* Once the way there is mended, what the server hands out is next. */
static bool goes_on_to_services(const struct attempt *attempt)
{
    return attempt->share_count > 0 &&
           (attempt->means == MEANS_COPY ||
            (attempt->means == MEANS_SCP_URL && attempt->own));
}

int advice_add_steps(const struct search *search, struct attempt *attempt,
                     const adscp_prediction *answer)
{
    const adscp_forest *forest = adscp_coverage_forest(search->coverage);
    struct subject subject;

    if (!advice_prepare(answer))
        return ADSCP_E_NOMEM;
    subject = advice_subject(answer);
    if (subject.is_service && goes_on_to_services(attempt))
        return add_for_services(attempt, answer);
    if (attempt->means == MEANS_NULL_THEN_CERTIFICATE &&
        attempt->share_count > 0)
        return add_for_host(forest, attempt, &subject);
    switch (advice_kind(attempt->means)) {
    case ADSCP_ADVICE_KIND_BEHIND:
        return attempt->share_count == 0 ? add_for_front(attempt, answer)
                                         : ADSCP_OK;
    case ADSCP_ADVICE_KIND_CERTIFICATE:
    case ADSCP_ADVICE_KIND_PUBLISH_ROOT:
        return add_for_host(forest, attempt, &subject);
    case ADSCP_ADVICE_KIND_SCP_URL:
    case ADSCP_ADVICE_KIND_SCP_NULL:
        return add_for_url(forest, attempt, answer);
    case ADSCP_ADVICE_KIND_SERVICE_URL:
        return subject.is_service ? add_for_services(attempt, answer)
                                  : ADSCP_OK;
    default:
        return add_for_sites(search, forest, attempt, answer);
    }
}
