/* SPDX-License-Identifier: MIT */
/*
 * What is to be told of a client's steps: what may come before the first hop,
 * what its settings switch off, and the hosts of the mail domain.
 */
#include "facts/dn.h"
#include "facts/host.h"
#include "judge/predict.h"
#include "judge/steps/mail_hosts.h"
#include "judge/steps/steps.h"

struct telling {
    const struct adscp_prediction *prediction;
    struct arena *arena;
    struct finding_list *findings;
    int rc;
};

static void tell(struct telling *telling, enum finding_code code,
                 struct finding_what what)
{
    if (telling->rc == ADSCP_OK)
        telling->rc = finding_add(telling->findings, code, what);
}

/* NULL where something failed: nothing more is told then. */
static const char *made(struct telling *telling, const char *text)
{
    if (text == NULL)
        telling->rc = ADSCP_E_NOMEM;
    return text;
}

/* ---------------------------------------------------------- preconditions --
 */

/* Where the first hop comes from; without one, the end of the list. */
static int first_method(const struct adscp_prediction *prediction)
{
    const struct route *route = &prediction->way.route;

    if (route->count == 0)
        return -1;
    switch (route->hops[0].via) {
    case ADSCP_HOP_VIA_HTTPS_ROOT:
        return ADSCP_STEP_METHOD_HTTPS_ROOT;
    case ADSCP_HOP_VIA_HTTPS_AUTODISCOVER:
        return ADSCP_STEP_METHOD_HTTPS_AUTODISCOVER;
    case ADSCP_HOP_VIA_SRV:
        return ADSCP_STEP_METHOD_SRV;
    default:
        return ADSCP_STEP_METHOD_SCP;
    }
}

static const char *remedy_of(int method)
{
    switch (method) {
    case ADSCP_STEP_METHOD_LAST_KNOWN_GOOD:
        return " (ExcludeLastKnownGoodURL keeps it from that)";
    case ADSCP_STEP_METHOD_OFFICE365_FIRST:
        return " (ExcludeExplicitO365Endpoint keeps it from that)";
    default:
        return "";
    }
}

/* A file that comes first decides as well, whatever stands in it. */
static bool is_open(const struct adscp_step *step)
{
    return step->is.state == ADSCP_STEP_STATE_UNKNOWN ||
           (step->method == ADSCP_STEP_METHOD_LOCAL_XML_PREFERRED &&
            step->is.state == ADSCP_STEP_STATE_ON);
}

static void find_before(struct telling *telling, const struct steps *steps)
{
    int first = first_method(telling->prediction);
    size_t i;

    for (i = 0; i < steps->count && steps->rows[i].method != first; i++) {
        const struct adscp_step *step = &steps->rows[i];
        const char *words;

        if (!is_open(step) ||
            (first < 0 && step->method >= ADSCP_STEP_METHOD_SCP))
            continue;
        words = made(telling, arena_format(telling->arena, "%s%s", step->why,
                                           remedy_of(step->method)));
        if (words == NULL)
            return;
        tell(telling, FINDING_STEP_BEFORE_FIRST,
             (struct finding_what){.step = step_method_name(step->method),
                                   .words = words});
    }
}

/* --------------------------------------------------------------- policies --
 */

static void tell_excluded(struct telling *telling,
                          const struct setting_value *value,
                          enum office_version office)
{
    bool is_asker = predict_asker(telling->prediction)->client >= 0;
    const char *words = made(
        telling,
        is_asker
            ? arena_format(telling->arena,
                           "this Outlook does not look up SCPs, and begins "
                           "with the mail domain")
            : arena_format(telling->arena,
                           "an Outlook that reads it does not look up SCPs, "
                           "and this answer does not apply to it"));

    if (words != NULL)
        tell(telling, FINDING_POLICY_SCP_EXCLUDED,
             (struct finding_what){.version = office_version_name(office),
                                   .source = value->source,
                                   .words = words});
}

/* Of the version that asks, or of every version where nobody said which. */
static void find_excluded(struct telling *telling)
{
    const struct outlook_client *asker = predict_asker(telling->prediction);
    enum office_version office;

    for (office = OFFICE_2007; office < OFFICE_COUNT; office++) {
        const struct setting_value *value =
            setting_value(asker->settings, office, SETTING_EXCLUDE_SCP_LOOKUP);

        if (value != NULL && value->number != 0 &&
            (asker->client < 0 || office == generation_office(asker->client)))
            tell_excluded(telling, value, office);
    }
}

/* What differs from a client without any settings. */
static bool matters(const struct setting_value *value,
                    enum client_setting setting)
{
    return value->by != SETTING_UNSET &&
           (value->number != 0 || setting == SETTING_SHOW_CERT_ERRORS ||
            setting == SETTING_ENABLE_OFFICE365_CONFIG_SERVICE);
}

/* Is it for another client than the one that asks, or may it be? Who asks no
 * SCP is told of by find_excluded(). */
static bool is_unused(const struct outlook_client *asker,
                      enum office_version office, enum client_setting setting)
{
    const struct settings *settings = asker->settings;
    enum office_version own = generation_office(asker->client);

    if (!matters(&settings->values[office][setting], setting))
        return false;
    if (asker->client < 0)
        return setting != SETTING_EXCLUDE_SCP_LOOKUP &&
               setting_is_known_to(setting, office);
    return office != own && settings->values[own][setting].by == SETTING_UNSET;
}

/* Names of one file's, joined; NULL: there are none, or no memory is left. */
static const char *join_unused(struct telling *telling,
                               enum office_version office, const char *source)
{
    const struct outlook_client *asker = predict_asker(telling->prediction);
    const char *names = NULL;
    int i;

    for (i = 0; i < SETTING_COUNT && telling->rc == ADSCP_OK; i++) {
        enum client_setting setting = (enum client_setting)i;

        if (is_unused(asker, office, setting) &&
            asker->settings->values[office][i].source == source)
            names = made(telling, arena_format(telling->arena, "%s%s%s",
                                               names != NULL ? names : "",
                                               names != NULL ? ", " : "",
                                               setting_name(setting)));
    }
    return names;
}

static const char *unused_words(struct telling *telling,
                                enum office_version office)
{
    const struct outlook_client *asker = predict_asker(telling->prediction);

    if (asker->client >= 0)
        return made(telling,
                    arena_format(
                        telling->arena, "%s reads the keys of Office %s",
                        generation_title(asker->client),
                        office_version_name(generation_office(asker->client))));
    return setting_is_on(asker->settings, office, SETTING_PREFER_LOCAL_XML)
               ? "an Outlook that reads it takes a local file before all else "
                 "where one is named for the mail domain, and never comes here"
               : "an Outlook that reads it goes another way than this answer, "
                 "which speaks of any";
}

/* The first of a file's stands for all of them. */
static void tell_unused(struct telling *telling, enum office_version office,
                        int first)
{
    const struct outlook_client *asker = predict_asker(telling->prediction);
    const struct setting_value *values = asker->settings->values[office];
    struct finding_what what = {.version = office_version_name(office),
                                .source = values[first].source};
    int i;

    for (i = 0; i < first; i++)
        if (values[i].source == what.source &&
            is_unused(asker, office, (enum client_setting)i))
            return;
    what.names = join_unused(telling, office, what.source);
    what.words = unused_words(telling, office);
    tell(telling,
         asker->client >= 0 ? FINDING_POLICY_OTHER_VERSION
                            : FINDING_POLICY_NEEDS_CLIENT,
         what);
}

static void find_unused(struct telling *telling)
{
    const struct outlook_client *asker = predict_asker(telling->prediction);
    int office, i;

    for (office = 0; asker->settings != NULL && office < OFFICE_COUNT; office++)
        for (i = 0; i < SETTING_COUNT && telling->rc == ADSCP_OK; i++)
            if (is_unused(asker, (enum office_version)office,
                          (enum client_setting)i))
                tell_unused(telling, (enum office_version)office, i);
}

/* What reading the settings brought. */
static void find_settings(struct telling *telling)
{
    const struct settings *settings =
        predict_asker(telling->prediction)->settings;
    size_t i;

    for (i = 0; settings != NULL && i < settings->findings.count &&
                telling->rc == ADSCP_OK;
         i++)
        telling->rc =
            finding_add_row(telling->findings, &settings->findings.rows[i]);
}

/* ------------------------------------------------------- the mail domain -- */

/* The host is on the way, or is asked at the same time. */
static bool is_met(const struct adscp_prediction *prediction, int which)
{
    const struct mail_host *host =
        &predict_mail_hosts(prediction)->hosts[which];
    const struct route *route = &prediction->way.route;
    int i;

    if (host->host == NULL)
        return false;
    for (i = 0; i < route->count; i++)
        if (route->hops[i].url == host->url)
            return true;
    return which != MAIL_HOST_SRV && route->count > 0 &&
           generation_is_parallel(predict_asker(prediction)->client) &&
           !generation_is_off(predict_asker(prediction),
                              mail_host_method(which));
}

/* The first address outside the private ranges at which it was looked at. */
static void find_public(struct telling *telling, const struct mail_host *host)
{
    const struct adscp_sightings *sightings = telling->prediction->sightings;
    const struct sighted_host *seen =
        sightings != NULL ? sightings_find(sightings, host->host,
                                           strlen(host->host), host->to.port)
                          : NULL;
    size_t i;

    for (i = 0; seen != NULL && i < seen->count; i++) {
        const char *address = sightings->rows[seen->first + i].address;

        if (address == NULL || host_is_private(span_of(address)))
            continue;
        tell(telling, FINDING_HOST_ADDRESS_PUBLIC,
             (struct finding_what){.host = host->host, .address = address});
        return;
    }
}

/* The mail domain is the DNS name of the domain that was read, or of the
 * forest's first one. */
static bool is_ad_domain(const struct adscp_prediction *prediction)
{
    const struct adscp_forest *forest = prediction->forest_index->forest;
    const char *config_dn = forest->directories[0]->config_dn;
    struct span domain = span_of(prediction->domain);
    char root[HOST_NAME_MAX_LENGTH + 1];

    if (forest->domain != NULL && host_is(domain, forest->domain))
        return true;
    return config_dn != NULL &&
           dn_domain(config_dn, strlen(config_dn), root, sizeof(root)) &&
           host_is(domain, root);
}

static void find_ad_domain(struct telling *telling,
                           const struct mail_host *host)
{
    if (mail_host_was_seen(host) && !host_check_failed(&host->met) &&
        is_ad_domain(telling->prediction))
        tell(telling, FINDING_MAIL_DOMAIN_IS_AD_DOMAIN,
             (struct finding_what){.domain = telling->prediction->domain,
                                   .raised = host->met.alert->outcome ==
                                             ADSCP_ALERT_OUTCOME_ALERT});
}

/* Outlook asks its user before it goes to a host that only DNS named. */
static void find_question(struct telling *telling, const struct mail_host *host)
{
    const struct outlook_client *asker = predict_asker(telling->prediction);

    if (asker->client >= 0 && !host_check_failed(&host->met) &&
        setting_redirect_server(asker->settings,
                                generation_office(asker->client),
                                span_of(host->host)) == NULL)
        tell(telling, FINDING_REDIRECT_ASKS,
             (struct finding_what){.host = host->host});
}

/* Of a client that asks the mail domain while it asks the SCPs' servers. */
static void find_beside(struct telling *telling, const struct mail_host *host)
{
    const struct adscp_prediction *prediction = telling->prediction;

    if (prediction->way.route.hops[0].via != ADSCP_HOP_VIA_SCP)
        return;
    if (host->met.alert->outcome == ADSCP_ALERT_OUTCOME_ALERT)
        tell(telling, FINDING_STEP_BESIDE_ALERT,
             (struct finding_what){.host = host->host, .url = host->url});
    else if (host->met.certificate == NULL && host->met.sighting == NULL)
        tell(telling, FINDING_STEP_BESIDE_UNSEEN,
             (struct finding_what){.host = host->host, .url = host->url});
}

static void find_host(struct telling *telling, int which)
{
    const struct adscp_prediction *prediction = telling->prediction;
    const struct mail_host *host =
        &predict_mail_hosts(prediction)->hosts[which];

    find_public(telling, host);
    if (which == MAIL_HOST_ROOT)
        find_ad_domain(telling, host);
    if (which == MAIL_HOST_SRV)
        find_question(telling, host);
    else if (generation_is_parallel(predict_asker(prediction)->client))
        find_beside(telling, host);
}

/* ---------------------------------------------------------------- dialogs --
 */

static const char *silent_words(const struct outlook_client *asker,
                                const struct adscp_hop *hop)
{
    int method = hop->via == ADSCP_HOP_VIA_HTTPS_ROOT
                     ? ADSCP_STEP_METHOD_HTTPS_ROOT
                     : ADSCP_STEP_METHOD_SCP;
    int errors = hop->via == ADSCP_HOP_VIA_HTTPS_AUTODISCOVER
                     ? ADSCP_STEP_ERRORS_SHOWN
                     : generation_errors(asker, method);

    if (errors == ADSCP_STEP_ERRORS_SILENT)
        return "since ShowCertErrors is 0";
    if (errors != ADSCP_STEP_ERRORS_CONTESTED)
        return NULL;
    return method == ADSCP_STEP_METHOD_HTTPS_ROOT
               ? "since it keeps errors of the mail domain's own host to "
                 "itself; KB2783881 shows the dialog for that very URL"
               : "unless ShowCertErrors is 1, and its default is 0; users of "
                 "these versions report the dialog all the same";
}

/* Two texts of Microsoft, one of which says that nobody sees this alert. */
static void find_silent(struct telling *telling)
{
    const struct adscp_prediction *prediction = telling->prediction;
    const struct way *way = &prediction->way;
    const struct adscp_hop *hop;
    const char *words;

    if (predict_asker(prediction)->client < 0 || way->alert_hop < 0 ||
        way->alert->outcome != ADSCP_ALERT_OUTCOME_ALERT)
        return;
    hop = &way->route.hops[way->alert_hop];
    words = silent_words(predict_asker(prediction), hop);
    if (words != NULL)
        tell(telling, FINDING_ALERT_MAY_BE_SILENT,
             (struct finding_what){.url = hop->url, .words = words});
}

int steps_report(const struct adscp_prediction *prediction, struct arena *arena,
                 struct finding_list *findings)
{
    struct telling telling = {prediction, arena, findings, ADSCP_OK};
    const struct steps *steps;
    int i;

    find_excluded(&telling);
    find_unused(&telling);
    find_settings(&telling);
    if (predict_asker(prediction)->client >= 0) {
        steps = steps_of(prediction);
        if (steps == NULL)
            return ADSCP_E_NOMEM;
        find_before(&telling, steps);
        find_silent(&telling);
    }
    for (i = 0; predict_mail_hosts(prediction) != NULL && i < MAIL_HOSTS; i++)
        if (is_met(prediction, i))
            find_host(&telling, i);
    return telling.rc;
}
