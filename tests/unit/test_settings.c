/* SPDX-License-Identifier: MIT */
/* facts/settings: a client's own settings, by version of Office. */
#include "test.h"

#include "facts/settings.h"

static void test_names(void)
{
    enum client_setting setting;
    enum office_version version;
    int i;

    for (i = 0; i < SETTING_COUNT; i++) {
        const char *name = setting_name((enum client_setting)i);

        CHECK(setting_find(span_of(name), &setting));
        CHECK_INT((int)setting, i);
    }
    CHECK(setting_find(span_of("excludeSCPlookup"), &setting));
    CHECK_INT(setting, SETTING_EXCLUDE_SCP_LOOKUP);
    CHECK(!setting_find(span_of("ExcludeSrvLookup"), &setting));
    for (i = 0; i < OFFICE_COUNT; i++) {
        CHECK(office_version_find(
            span_of(office_version_name((enum office_version)i)), &version));
        CHECK_INT((int)version, i);
    }
    CHECK(!office_version_find(span_of("13.0"), &version));
}

static void test_values(void)
{
    struct settings *settings = settings_new();
    struct settings *held = settings_hold(settings);
    const struct setting_value *value;

    settings->values[OFFICE_2010][SETTING_EXCLUDE_SRV_RECORD] =
        (struct setting_value){SETTING_BY_PREFERENCE, 1, "user.reg"};
    settings->values[OFFICE_2016][SETTING_EXCLUDE_SRV_RECORD] =
        (struct setting_value){SETTING_BY_POLICY, 0, "user.reg"};
    settings->values[OFFICE_2007][SETTING_EXCLUDE_LAST_KNOWN_GOOD_URL] =
        (struct setting_value){SETTING_BY_POLICY, 1, "user.reg"};
    value = setting_value(held, OFFICE_2010, SETTING_EXCLUDE_SRV_RECORD);
    CHECK_STR(value != NULL ? value->source : NULL, "user.reg");
    CHECK(setting_is_on(held, OFFICE_2010, SETTING_EXCLUDE_SRV_RECORD));
    CHECK(setting_value(held, OFFICE_2016, SETTING_EXCLUDE_SRV_RECORD) != NULL);
    CHECK(!setting_is_on(held, OFFICE_2016, SETTING_EXCLUDE_SRV_RECORD));
    CHECK(!setting_is_on(held, OFFICE_2013, SETTING_EXCLUDE_SRV_RECORD));
    /* Outlook 2007 does not know it. */
    CHECK(setting_value(held, OFFICE_2007,
                        SETTING_EXCLUDE_LAST_KNOWN_GOOD_URL) == NULL);
    CHECK(setting_value(NULL, OFFICE_2007, SETTING_EXCLUDE_SCP_LOOKUP) == NULL);
    settings_release(settings);
    settings_release(held);
}

static void test_hosts(void)
{
    static struct setting_host rows[] = {
        {OFFICE_2016, SETTING_BY_POLICY, "mail.corp.example", NULL, "a.reg"},
        {OFFICE_2016, SETTING_BY_PREFERENCE, "Mail.corp.example", NULL,
         "b.reg"},
        {OFFICE_2013, SETTING_BY_PREFERENCE, "mail.corp.example", NULL,
         "c.reg"},
        {OFFICE_2010, SETTING_BY_POLICY, "mail.corp.example", NULL, "d.reg"},
    };
    struct settings settings = {.redirect_servers = rows,
                                .redirect_server_count = 4};
    struct span host = span_of("MAIL.corp.example.");

    CHECK(setting_redirect_server(&settings, OFFICE_2016, host) == &rows[0]);
    CHECK(setting_redirect_server(&settings, OFFICE_2013, host) == &rows[2]);
    CHECK(setting_redirect_server(&settings, OFFICE_2007, host) == NULL);
    CHECK(setting_redirect_server(&settings, OFFICE_2010, host) == NULL);
    CHECK(setting_redirect_server(&settings, OFFICE_2010,
                                  span_of("mail.corp.example.")) == &rows[3]);
    CHECK(setting_redirect_server(NULL, OFFICE_2010, host) == NULL);
    CHECK(setting_local_xml(&settings, OFFICE_2016, host) == NULL);
}

static const struct test tests[] = {
    {"settings and versions by name", test_names},
    {"what a version goes by", test_values},
    {"a policy's host counts first", test_hosts},
};

TEST_MAIN(tests)
