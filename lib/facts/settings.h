/* SPDX-License-Identifier: MIT */
/*
 * What is known of a client's own settings, as its policies and its registry
 * have them: facts without an opinion. Whoever reads such files fills this; the
 * judge reads it.
 */
#ifndef ADSCP_FACTS_SETTINGS_H
#define ADSCP_FACTS_SETTINGS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/text.h"
#include "facts/finding.h"

/* Each version of Office has keys of its own: 12.0, 14.0, 15.0, 16.0. */
enum office_version {
    OFFICE_2007,
    OFFICE_2010,
    OFFICE_2013,
    OFFICE_2016, /* and all later ones */
    OFFICE_COUNT
};

enum client_setting {
#define SETTING(name, value, since) SETTING_##name,
#include "facts/setting.def"
#undef SETTING
    SETTING_COUNT
};

/* Whose word it is; the later one counts before the earlier one. */
enum setting_by { SETTING_UNSET, SETTING_BY_PREFERENCE, SETTING_BY_POLICY };

/* One value, after all files have been read: that of the policy, else that of
 * the preference; of two files the later one's. Zero is a value, and means off.
 */
struct setting_value {
    enum setting_by by;
    uint32_t number;
    const char *source; /* the file, as the caller named it */
};

/* The names below the key RedirectServers, and for PreferLocalXML the files of
 * mail domains, in the order of the files; each host or domain once for each
 * version. */
struct setting_host {
    enum office_version version;
    enum setting_by by;
    const char *host; /* or mail domain; clean, as it is spelled there */
    const char *path; /* of the domain's XML file; NULL of a host */
    const char *source;
};

/* Never changes once it is handed out. */
struct settings {
    struct arena arena; /* of all texts */
    struct setting_value values[OFFICE_COUNT][SETTING_COUNT];
    struct setting_host *redirect_servers;
    size_t redirect_server_count;
    struct setting_host *local_xml;
    size_t local_xml_count;
    /* What reading the files brought; every answer that was made with them
     * tells it. */
    struct finding_list findings;
    atomic_int holders;
};

struct settings *settings_new(void); /* one holder; nothing set */
struct settings *settings_hold(const struct settings *settings);
void settings_release(struct settings *settings); /* NULL is fine */

/* "ExcludeScpLookup" */
const char *setting_name(enum client_setting setting);
/* By its name, in any case. false: there is none. */
bool setting_find(struct span name, enum client_setting *settingp);
/* "16.0"; and by that. false: there is no such version. */
const char *office_version_name(enum office_version version);
bool office_version_find(struct span name, enum office_version *versionp);
/* Does this version look at it at all? */
bool setting_is_known_to(enum client_setting setting,
                         enum office_version version);

/* The value that a client of this version goes by; NULL: nobody set it, the
 * version does not know it, or there are no settings. */
const struct setting_value *setting_value(const struct settings *settings,
                                          enum office_version version,
                                          enum client_setting setting);
/* Is it set, and not to zero? */
bool setting_is_on(const struct settings *settings, enum office_version version,
                   enum client_setting setting);

/* The row of a host or a mail domain, whatever the case of its letters; NULL:
 * there is none. */
const struct setting_host *
setting_redirect_server(const struct settings *settings,
                        enum office_version version, struct span host);
const struct setting_host *setting_local_xml(const struct settings *settings,
                                             enum office_version version,
                                             struct span domain);

#endif
