/* SPDX-License-Identifier: MIT */
/*
 * The order of methods: of Outlook 2016 and later by KB3211279, of 2010 by
 * KB2212902 (which says itself that its list is no order) and the picture of a
 * log in it, of 2007 and 2013 by practitioners. The registry values: KB2212902.
 */
#include "judge/steps/generation.h"

#define DOCUMENTED ADSCP_EVIDENCE_DOCUMENTED
#define OBSERVED ADSCP_EVIDENCE_OBSERVED
#define INFERRED ADSCP_EVIDENCE_INFERRED
#define CONTESTED ADSCP_EVIDENCE_CONTESTED

/* That PreferLocalXML puts the file first is documented for all. */
static const struct generation_step steps_2007[] = {
    {ADSCP_STEP_METHOD_LOCAL_XML_PREFERRED, DOCUMENTED},
    {ADSCP_STEP_METHOD_SCP, OBSERVED},
    {ADSCP_STEP_METHOD_HTTPS_ROOT, OBSERVED},
    {ADSCP_STEP_METHOD_HTTPS_AUTODISCOVER, OBSERVED},
    {ADSCP_STEP_METHOD_LOCAL_XML, OBSERVED},
    {ADSCP_STEP_METHOD_HTTP_REDIRECT, OBSERVED},
    {ADSCP_STEP_METHOD_SRV, OBSERVED},
};

/* The last known good URL came with 14.0.7140.5001; where it stands is not
 * said. Practitioners have the local file last, the log has it here. */
static const struct generation_step steps_2010[] = {
    {ADSCP_STEP_METHOD_LOCAL_XML_PREFERRED, DOCUMENTED},
    {ADSCP_STEP_METHOD_LAST_KNOWN_GOOD, INFERRED},
    {ADSCP_STEP_METHOD_SCP, DOCUMENTED},
    {ADSCP_STEP_METHOD_HTTPS_ROOT, DOCUMENTED},
    {ADSCP_STEP_METHOD_HTTPS_AUTODISCOVER, DOCUMENTED},
    {ADSCP_STEP_METHOD_LOCAL_XML, CONTESTED},
    {ADSCP_STEP_METHOD_HTTP_REDIRECT, DOCUMENTED},
    {ADSCP_STEP_METHOD_SRV, DOCUMENTED},
};

static const struct generation_step steps_2013[] = {
    {ADSCP_STEP_METHOD_LOCAL_XML_PREFERRED, DOCUMENTED},
    {ADSCP_STEP_METHOD_LAST_KNOWN_GOOD, INFERRED},
    {ADSCP_STEP_METHOD_SCP, OBSERVED},
    {ADSCP_STEP_METHOD_HTTPS_ROOT, OBSERVED},
    {ADSCP_STEP_METHOD_HTTPS_AUTODISCOVER, OBSERVED},
    {ADSCP_STEP_METHOD_LOCAL_XML, CONTESTED},
    {ADSCP_STEP_METHOD_HTTP_REDIRECT, OBSERVED},
    {ADSCP_STEP_METHOD_SRV, OBSERVED},
};

static const struct generation_step steps_2016[] = {
    {ADSCP_STEP_METHOD_RESTART, DOCUMENTED},
    {ADSCP_STEP_METHOD_LOCAL_XML_PREFERRED, DOCUMENTED},
    {ADSCP_STEP_METHOD_LAST_KNOWN_GOOD, DOCUMENTED},
    {ADSCP_STEP_METHOD_OFFICE365_FIRST, DOCUMENTED},
    {ADSCP_STEP_METHOD_SCP, DOCUMENTED},
    {ADSCP_STEP_METHOD_HTTPS_ROOT, DOCUMENTED},
    {ADSCP_STEP_METHOD_HTTPS_AUTODISCOVER, DOCUMENTED},
    {ADSCP_STEP_METHOD_LOCAL_XML, DOCUMENTED},
    {ADSCP_STEP_METHOD_HTTP_REDIRECT, DOCUMENTED},
    {ADSCP_STEP_METHOD_SRV, DOCUMENTED},
    {ADSCP_STEP_METHOD_OFFICE365_FAILSAFE, DOCUMENTED},
};

#define ROWS(rows) rows, sizeof(rows) / sizeof(rows[0])
static const struct {
    const char *name, *title;
    enum office_version office;
    const struct generation_step *rows;
    size_t count;
} generations[] = {
    [ADSCP_CLIENT_OUTLOOK_2007] = {"outlook-2007", "Outlook 2007", OFFICE_2007,
                                   ROWS(steps_2007)},
    [ADSCP_CLIENT_OUTLOOK_2010] = {"outlook-2010", "Outlook 2010", OFFICE_2010,
                                   ROWS(steps_2010)},
    [ADSCP_CLIENT_OUTLOOK_2013] = {"outlook-2013", "Outlook 2013", OFFICE_2013,
                                   ROWS(steps_2013)},
    [ADSCP_CLIENT_OUTLOOK_2016] = {"outlook-2016", "Outlook 2016, 2019 or LTSC",
                                   OFFICE_2016, ROWS(steps_2016)},
    [ADSCP_CLIENT_OUTLOOK_365] = {"outlook-365", "Outlook for Microsoft 365",
                                  OFFICE_2016, ROWS(steps_2016)},
};
#undef ROWS

static bool is_generation(int client)
{
    return client >= 0 &&
           client < (int)(sizeof(generations) / sizeof(generations[0]));
}

size_t generation_steps(int client, const struct generation_step **rowsp)
{
    if (!is_generation(client))
        return 0;
    *rowsp = generations[client].rows;
    return generations[client].count;
}

const char *generation_name(int client)
{
    return is_generation(client) ? generations[client].name : NULL;
}

const char *generation_title(int client)
{
    return is_generation(client) ? generations[client].title : "Outlook";
}

enum office_version generation_office(int client)
{
    return is_generation(client) ? generations[client].office : OFFICE_2016;
}

bool generation_is_parallel(int client)
{
    return client == ADSCP_CLIENT_OUTLOOK_2013;
}

/* ------------------------------------------------------------- switches -- */

/* Where the value is not set; where it is, the state follows from it. */
struct rule {
    enum client_setting setting; /* SETTING_COUNT: none */
    uint8_t unset, on, off;      /* ADSCP_STEP_STATE_* */
};

#define STATE(state) ADSCP_STEP_STATE_##state
static const struct rule rules[] = {
    [ADSCP_STEP_METHOD_RESTART] = {SETTING_COUNT, STATE(UNKNOWN), 0, 0},
    [ADSCP_STEP_METHOD_LOCAL_XML_PREFERRED] = {SETTING_PREFER_LOCAL_XML,
                                               STATE(OFF), STATE(ON),
                                               STATE(OFF)},
    [ADSCP_STEP_METHOD_LAST_KNOWN_GOOD] = {SETTING_EXCLUDE_LAST_KNOWN_GOOD_URL,
                                           STATE(UNKNOWN), STATE(OFF),
                                           STATE(UNKNOWN)},
    [ADSCP_STEP_METHOD_OFFICE365_FIRST] =
        {SETTING_EXCLUDE_EXPLICIT_O365_ENDPOINT, STATE(UNKNOWN), STATE(OFF),
         STATE(UNKNOWN)},
    [ADSCP_STEP_METHOD_SCP] = {SETTING_EXCLUDE_SCP_LOOKUP, STATE(ON),
                               STATE(OFF), STATE(ON)},
    [ADSCP_STEP_METHOD_HTTPS_ROOT] = {SETTING_EXCLUDE_HTTPS_ROOT_DOMAIN,
                                      STATE(ON), STATE(OFF), STATE(ON)},
    [ADSCP_STEP_METHOD_HTTPS_AUTODISCOVER] =
        {SETTING_EXCLUDE_HTTPS_AUTODISCOVER_DOMAIN, STATE(ON), STATE(OFF),
         STATE(ON)},
    [ADSCP_STEP_METHOD_LOCAL_XML] = {SETTING_COUNT, STATE(UNKNOWN), 0, 0},
    [ADSCP_STEP_METHOD_HTTP_REDIRECT] = {SETTING_EXCLUDE_HTTP_REDIRECT,
                                         STATE(ON), STATE(OFF), STATE(ON)},
    [ADSCP_STEP_METHOD_SRV] = {SETTING_EXCLUDE_SRV_RECORD, STATE(ON),
                               STATE(OFF), STATE(ON)},
    [ADSCP_STEP_METHOD_OFFICE365_FAILSAFE] =
        {SETTING_EXCLUDE_EXPLICIT_O365_ENDPOINT, STATE(ON), STATE(OFF),
         STATE(ON)},
};
#undef STATE

/* The configuration service tells Outlook where a mailbox of Office 365 is
 * (observed): off, nothing leads there. */
static bool is_config_service_off(const struct outlook_client *asker,
                                  int method, struct step_switch *result)
{
    enum office_version office = generation_office(asker->client);
    const struct setting_value *value = setting_value(
        asker->settings, office, SETTING_ENABLE_OFFICE365_CONFIG_SERVICE);

    if (method != ADSCP_STEP_METHOD_OFFICE365_FIRST || value == NULL ||
        value->number != 0)
        return false;
    *result = (struct step_switch){
        ADSCP_STEP_STATE_OFF,
        setting_name(SETTING_ENABLE_OFFICE365_CONFIG_SERVICE), value->source};
    return true;
}

struct step_switch generation_switch(const struct outlook_client *asker,
                                     int method)
{
    const struct rule *rule = &rules[method];
    struct step_switch result = {.state = rule->unset};
    const struct setting_value *value = NULL;

    if (rule->setting != SETTING_COUNT && asker->client >= 0)
        value = setting_value(asker->settings, generation_office(asker->client),
                              rule->setting);
    if (value != NULL)
        result =
            (struct step_switch){value->number != 0 ? rule->on : rule->off,
                                 setting_name(rule->setting), value->source};
    if (result.state != ADSCP_STEP_STATE_OFF)
        is_config_service_off(asker, method, &result);
    return result;
}

bool generation_is_off(const struct outlook_client *asker, int method)
{
    return asker->client >= 0 && asker->settings != NULL &&
           generation_switch(asker, method).state == ADSCP_STEP_STATE_OFF;
}

/* --------------------------------------------------------------- errors -- */

/* KB3211279, of Outlook 2016 and later: errors are not shown unless
 * ShowCertErrors is 1, and those of the root domain never, but those of
 * autodiscover.<domain> always are. KB2783881 shows the dialog for the root
 * domain. Users of all versions report it for SCPs. */
static int errors_from_2016(const struct outlook_client *asker, int method)
{
    const struct setting_value *value =
        setting_value(asker->settings, OFFICE_2016, SETTING_SHOW_CERT_ERRORS);

    if (method == ADSCP_STEP_METHOD_HTTPS_AUTODISCOVER)
        return ADSCP_STEP_ERRORS_SHOWN;
    if (value != NULL && value->number == 0)
        return ADSCP_STEP_ERRORS_SILENT;
    if (value != NULL && method != ADSCP_STEP_METHOD_HTTPS_ROOT)
        return ADSCP_STEP_ERRORS_SHOWN;
    return ADSCP_STEP_ERRORS_CONTESTED;
}

int generation_errors(const struct outlook_client *asker, int method)
{
    switch (method) {
    case ADSCP_STEP_METHOD_RESTART:
    case ADSCP_STEP_METHOD_LOCAL_XML_PREFERRED:
    case ADSCP_STEP_METHOD_LOCAL_XML:
    case ADSCP_STEP_METHOD_LAST_KNOWN_GOOD:
        return ADSCP_STEP_ERRORS_NONE;
    default:
        return generation_office(asker->client) < OFFICE_2016
                   ? ADSCP_STEP_ERRORS_SHOWN
                   : errors_from_2016(asker, method);
    }
}
