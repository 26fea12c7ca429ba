/* SPDX-License-Identifier: MIT */
/*
 * A client's settings: what they are called, and which of them a version of
 * Office goes by.
 */
#include "facts/settings.h"

#include <stdlib.h>
#include <string.h>

#include "facts/host.h"

static const struct {
    const char *name;
    enum office_version since;
} known[SETTING_COUNT] = {
#define SETTING(name, value, since) [SETTING_##name] = {value, since},
#include "facts/setting.def"
#undef SETTING
};

static const char *const versions[OFFICE_COUNT] = {"12.0", "14.0", "15.0",
                                                   "16.0"};

struct settings *settings_new(void)
{
    struct settings *settings = calloc(1, sizeof(*settings));

    if (settings == NULL)
        return NULL;
    arena_init(&settings->arena);
    atomic_init(&settings->holders, 1);
    return settings;
}

struct settings *settings_hold(const struct settings *settings)
{
    /* Constant to its readers; the count of holders alone changes. */
    struct settings *held = (struct settings *)(uintptr_t)settings;

    atomic_fetch_add(&held->holders, 1);
    return held;
}

void settings_release(struct settings *settings)
{
    if (settings == NULL || atomic_fetch_sub(&settings->holders, 1) > 1)
        return;
    free(settings->redirect_servers);
    free(settings->local_xml);
    finding_list_free(&settings->findings);
    arena_free(&settings->arena);
    free(settings);
}

const char *setting_name(enum client_setting setting)
{
    return known[setting].name;
}

bool setting_find(struct span name, enum client_setting *settingp)
{
    int i;

    for (i = 0; i < SETTING_COUNT; i++)
        if (text_is(name.text, name.length, known[i].name)) {
            *settingp = (enum client_setting)i;
            return true;
        }
    return false;
}

const char *office_version_name(enum office_version version)
{
    return versions[version];
}

bool office_version_find(struct span name, enum office_version *versionp)
{
    int i;

    for (i = 0; i < OFFICE_COUNT; i++)
        if (text_is(name.text, name.length, versions[i])) {
            *versionp = (enum office_version)i;
            return true;
        }
    return false;
}

bool setting_is_known_to(enum client_setting setting,
                         enum office_version version)
{
    return version >= known[setting].since;
}

const struct setting_value *setting_value(const struct settings *settings,
                                          enum office_version version,
                                          enum client_setting setting)
{
    const struct setting_value *value;

    if (settings == NULL || !setting_is_known_to(setting, version))
        return NULL;
    value = &settings->values[version][setting];
    return value->by != SETTING_UNSET ? value : NULL;
}

bool setting_is_on(const struct settings *settings, enum office_version version,
                   enum client_setting setting)
{
    const struct setting_value *value =
        setting_value(settings, version, setting);

    return value != NULL && value->number != 0;
}

/* A policy's row counts before a preference's, and a later one before an
 * earlier one. */
static const struct setting_host *find_host(const struct setting_host *rows,
                                            size_t count,
                                            enum office_version version,
                                            struct span host)
{
    const struct setting_host *found = NULL;
    size_t i;

    for (i = 0; i < count; i++)
        if (rows[i].version == version && host_is(host, rows[i].host) &&
            (found == NULL || rows[i].by >= found->by))
            found = &rows[i];
    return found;
}

/* Outlook 2010 compares letter by letter (KB2480582). */
static bool is_spelled(struct span host, const char *as)
{
    struct span bare = host_without_dot(host);

    return strlen(as) == bare.length && memcmp(as, bare.text, bare.length) == 0;
}

const struct setting_host *
setting_redirect_server(const struct settings *settings,
                        enum office_version version, struct span host)
{
    const struct setting_host *found =
        settings != NULL
            ? find_host(settings->redirect_servers,
                        settings->redirect_server_count, version, host)
            : NULL;

    return found != NULL && version == OFFICE_2010 &&
                   !is_spelled(host, found->host)
               ? NULL
               : found;
}

const struct setting_host *setting_local_xml(const struct settings *settings,
                                             enum office_version version,
                                             struct span domain)
{
    return settings != NULL
               ? find_host(settings->local_xml, settings->local_xml_count,
                           version, domain)
               : NULL;
}
