/* SPDX-License-Identifier: MIT */
/* facts/policy: Registry.pol and .reg files, and what they come to. */
#include "test.h"

#include "make_certificate.h"
#include "policy_given.h"

/* --------------------------------------------------------------- settings */

static void test_pol(void)
{
    struct given given;
    struct bytes pol;

    given_begin(&given);
    pol_begin(&pol);
    pol_add_number(&pol, "SOFTWARE\\policies\\Microsoft\\Windows", "Other", 7);
    pol_add_number(&pol, AUTODISCOVER_POLICY, "excludescplookup", 1);
    pol_add_number(&pol, AUTODISCOVER_POLICY, "ExcludeSrvRecord", 0);
    pol_add_number(&pol,
                   "software\\POLICIES\\microsoft\\office\\12.0\\outlook\\"
                   "autodiscover",
                   "EXCLUDEHTTPSROOTDOMAIN", 0x80000000);
    pol_add(&pol, AUTODISCOVER_POLICY, "", 0, "", 0);
    add_pol(&given, "Registry.pol", &pol);
    apply(&given);
    expect_value(&given, OFFICE_2016, SCP, SETTING_BY_POLICY, 1,
                 "Registry.pol");
    expect_value(&given, OFFICE_2016, SETTING_EXCLUDE_SRV_RECORD,
                 SETTING_BY_POLICY, 0, "Registry.pol");
    expect_value(&given, OFFICE_2007, SETTING_EXCLUDE_HTTPS_ROOT_DOMAIN,
                 SETTING_BY_POLICY, 0x80000000, "Registry.pol");
    expect_value(&given, OFFICE_2013, SCP, UNSET);
    expect_findings(&given, "");
    given_end(&given);
}

static void test_reg(void)
{
    struct given given;

    given_begin(&given);
    add_reg(&given, "a.reg",
            REG_HEAD
            "; a comment\r\n"
            "[HKEY_CURRENT_USER\\" AUTODISCOVER "]\r\n"
            "\"ExcludeScpLookup\"=dword:00000001\r\n"
            "  \"ExcludeSrvRecord\" = hex(4):02,00,\\\r\n  00,00 ; two\r\n"
            "\"PreferLocalXML\"=dword:1\r\n"
            "\"Corp.example\"=\"C:\\\\Xml\\\\corp \\\"new\\\".xml\"\r\n"
            "\"other.example\"=hex(2):25,00,41,00,25,00,00,00\r\n"
            "@=\"\"\r\n"
            "\"Odd one\"=\"two\r\nlines\"\r\n"
            "[HKEY_CURRENT_USER\\" AUTODISCOVER "\\RedirectServers] ; hosts\r\n"
            "\"Auto.corp.example\"=\"\"\r\n"
            "[hkey_users\\S-1-5-21-1-2-3-1001\\" AUTODISCOVER_POLICY "]\r\n"
            "\"ExcludeHttpRedirect\"=dword:00000001");
    apply(&given);
    expect_value(&given, OFFICE_2016, SCP, SETTING_BY_PREFERENCE, 1, "a.reg");
    expect_value(&given, OFFICE_2016, SETTING_EXCLUDE_SRV_RECORD,
                 SETTING_BY_PREFERENCE, 2, "a.reg");
    expect_value(&given, OFFICE_2016, SETTING_PREFER_LOCAL_XML,
                 SETTING_BY_PREFERENCE, 1, "a.reg");
    expect_value(&given, OFFICE_2016, SETTING_EXCLUDE_HTTP_REDIRECT,
                 SETTING_BY_POLICY, 1, "a.reg");
    CHECK_INT(given.outcome.settings->local_xml_count, 2);
    CHECK_STR(given.outcome.settings->local_xml[0].host, "Corp.example");
    CHECK_STR(given.outcome.settings->local_xml[0].path,
              "C:\\Xml\\corp \"new\".xml");
    CHECK_STR(given.outcome.settings->local_xml[1].path, "%A%");
    CHECK_INT(given.outcome.settings->redirect_server_count, 1);
    CHECK_STR(given.outcome.settings->redirect_servers[0].host,
              "Auto.corp.example");
    expect_findings(&given, "");
    given_end(&given);
}

static void test_policy_first(void)
{
    struct given given;
    struct bytes pol;

    given_begin(&given);
    pol_begin(&pol);
    pol_add_number(&pol, AUTODISCOVER_POLICY, "ExcludeScpLookup", 0);
    add_pol(&given, "Registry.pol", &pol);
    add_reg(&given, "user.reg",
            REG_HEAD "[HKEY_CURRENT_USER\\" AUTODISCOVER "]\n"
                     "\"ExcludeScpLookup\"=dword:00000001\n");
    apply(&given);
    expect_value(&given, OFFICE_2016, SCP, SETTING_BY_POLICY, 0,
                 "Registry.pol");
    expect_findings(&given, "");
    /* A policy that goes leaves the preference. */
    pol_begin(&pol);
    pol_add_text(&pol, AUTODISCOVER_POLICY, "**del.ExcludeScpLookup", " ");
    add_pol(&given, "second.pol", &pol);
    apply(&given);
    expect_value(&given, OFFICE_2016, SCP, SETTING_BY_PREFERENCE, 1,
                 "user.reg");
    expect_findings(&given, "policy-contradiction ");
    expect_sentence(
        &given, 0,
        "ExcludeScpLookup of Office 16.0 is set more than once, and "
        "differently: 0 in Registry.pol, offset 8, then deleted in second.pol, "
        "offset 8; the later one counts, so give the files in the order in "
        "which the client applies them");
    given_end(&given);
}

static void test_contradiction(void)
{
    struct given given;

    given_begin(&given);
    add_reg(&given, "a.reg",
            REG_HEAD "[HKEY_CURRENT_USER\\" AUTODISCOVER "]\n"
                     "\"ExcludeScpLookup\"=dword:00000001\n"
                     "\"ExcludeSrvRecord\"=dword:00000001\n");
    add_reg(&given, "b.reg",
            REG_HEAD "[HKEY_CURRENT_USER\\" AUTODISCOVER "]\n"
                     "\"EXCLUDESCPLOOKUP\"=dword:00000000\n"
                     "\"ExcludeSrvRecord\"=dword:00000001\n");
    apply(&given);
    expect_value(&given, OFFICE_2016, SCP, SETTING_BY_PREFERENCE, 0, "b.reg");
    expect_findings(&given, "policy-contradiction ");
    expect_sentence(
        &given, 0,
        "ExcludeScpLookup of Office 16.0 is set more than once, and "
        "differently: 1 in a.reg, line 4, then 0 in b.reg, line 4; the later "
        "one counts, so give the files in the order in which the client "
        "applies them");
    given_end(&given);
    /* In one file there is no order to give. */
    given_begin(&given);
    add_reg(&given, "a.reg",
            REG_HEAD "[HKEY_CURRENT_USER\\" AUTODISCOVER "]\n"
                     "\"ExcludeScpLookup\"=dword:00000001\n"
                     "\"ExcludeScpLookup\"=dword:00000000\n");
    apply(&given);
    expect_sentence(&given, 0,
                    "ExcludeScpLookup of Office 16.0 is set more than once, "
                    "and differently: 1 in a.reg, line 4, then 0 in a.reg, "
                    "line 5; the later one counts");
    given_end(&given);
}

/* Deleted with a key above, then set again, which is what an administrator's
 * file does that replaces all. */
static void test_deletions(void)
{
    struct given given;

    given_begin(&given);
    add_reg(&given, "a.reg",
            REG_HEAD "[HKEY_CURRENT_USER\\" AUTODISCOVER "]\n"
                     "\"ExcludeScpLookup\"=dword:00000001\n"
                     "\"ExcludeSrvRecord\"=dword:00000001\n"
                     "\"corp.example\"=\"C:\\\\a.xml\"\n"
                     "[HKEY_CURRENT_USER\\" AUTODISCOVER "\\RedirectServers]\n"
                     "\"one.example\"=\"\"\n"
                     "\"two.example\"=\"\"\n"
                     "\"two.example\"=-\n");
    apply(&given);
    CHECK_INT(given.outcome.settings->redirect_server_count, 1);
    add_reg(&given, "b.reg",
            REG_HEAD "[-HKEY_CURRENT_USER\\Software\\microsoft\\Office\\16.0]\n"
                     "\"ExcludeScpLookup\"=dword:00000001\n"
                     "[HKEY_CURRENT_USER\\" AUTODISCOVER "]\n"
                     "\"ExcludeSrvRecord\"=dword:00000001\n"
                     "[-HKEY_CURRENT_USER\\" AUTODISCOVER "x]\n"
                     "[-HKEY_LOCAL_MACHINE]\n");
    apply(&given);
    expect_value(&given, OFFICE_2016, SCP, UNSET);
    expect_value(&given, OFFICE_2016, SETTING_EXCLUDE_SRV_RECORD,
                 SETTING_BY_PREFERENCE, 1, "b.reg");
    CHECK_INT(given.outcome.settings->redirect_server_count, 0);
    CHECK_INT(given.outcome.settings->local_xml_count, 0);
    expect_findings(&given, "policy-contradiction ");
    given_end(&given);
}

static void test_stars(void)
{
    struct given given;
    struct bytes pol;

    given_begin(&given);
    pol_begin(&pol);
    pol_add_number(&pol, AUTODISCOVER_POLICY, "ExcludeScpLookup", 1);
    pol_add_text(&pol, AUTODISCOVER_POLICY, "**delvals.", " ");
    pol_add_number(&pol, AUTODISCOVER_POLICY, "**soft.ExcludeSrvRecord", 1);
    pol_add_number(&pol, AUTODISCOVER_POLICY, "**soft.ExcludeSrvRecord", 0);
    pol_add_number(&pol, AUTODISCOVER_POLICY, "ExcludeHttpRedirect", 1);
    pol_add_number(&pol, AUTODISCOVER_POLICY, "ExcludeHttpsRootDomain", 1);
    pol_add_number(&pol, AUTODISCOVER_POLICY, "PreferLocalXML", 1);
    pol_add_text(&pol, AUTODISCOVER_POLICY, "**DeleteValues",
                 "ExcludeHttpRedirect; excludehttpsrootdomain;;");
    pol_add_text(&pol, AUTODISCOVER_POLICY "\\RedirectServers", "a.example",
                 "");
    pol_add_number(&pol, AUTODISCOVER_POLICY, "**SecureKey", 1);
    pol_add_text(&pol, AUTODISCOVER_POLICY, "**Comment:", "ExcludeScpLookup");
    add_pol(&given, "Registry.pol", &pol);
    apply(&given);
    expect_value(&given, OFFICE_2016, SCP, UNSET);
    expect_value(&given, OFFICE_2016, SETTING_EXCLUDE_SRV_RECORD,
                 SETTING_BY_POLICY, 1, "Registry.pol");
    expect_value(&given, OFFICE_2016, SETTING_EXCLUDE_HTTP_REDIRECT, UNSET);
    expect_value(&given, OFFICE_2016, SETTING_EXCLUDE_HTTPS_ROOT_DOMAIN, UNSET);
    expect_value(&given, OFFICE_2016, SETTING_PREFER_LOCAL_XML,
                 SETTING_BY_POLICY, 1, "Registry.pol");
    CHECK_INT(given.outcome.settings->redirect_server_count, 1);
    pol_begin(&pol);
    pol_add_text(&pol, AUTODISCOVER_POLICY, "**DeleteKeys",
                 "Other;redirectservers");
    add_pol(&given, "second.pol", &pol);
    apply(&given);
    CHECK_INT(given.outcome.settings->redirect_server_count, 0);
    expect_value(&given, OFFICE_2016, SETTING_PREFER_LOCAL_XML,
                 SETTING_BY_POLICY, 1, "Registry.pol");
    given_end(&given);
}

/* Whose part of the registry: the export says it, of a Registry.pol its
 * folder. */
static void test_hives(void)
{
    static const struct {
        const char *name;
        bool counts;
    } folders[] = {{"Registry.pol", true},
                   {"gpo/User/Registry.pol", true},
                   {"gpo\\user\\registry.pol", true},
                   {"gpo/Machine/Registry.pol", false},
                   {"MACHINE/r.pol", false},
                   {"/Registry.pol", true}};
    struct given given;
    size_t i;

    for (i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
        struct bytes pol;

        given_begin(&given);
        pol_begin(&pol);
        pol_add_number(&pol, AUTODISCOVER_POLICY, "ExcludeScpLookup", 1);
        add_pol(&given, folders[i].name, &pol);
        apply(&given);
        CHECK_INT(setting_is_on(given.outcome.settings, OFFICE_2016, SCP),
                  folders[i].counts);
        expect_findings(&given, folders[i].counts ? "" : "policy-wrong-hive ");
        given_end(&given);
    }
    given_begin(&given);
    add_reg(&given, "all.reg",
            REG_HEAD "[HKEY_LOCAL_MACHINE\\" AUTODISCOVER_POLICY "]\n"
                     "\"ExcludeScpLookup\"=dword:1\n"
                     "\"ExcludeSrvRecord\"=dword:1\n"
                     "[HKEY_USERS\\.DEFAULT\\" AUTODISCOVER_POLICY "]\n"
                     "\"ExcludeScpLookup\"=dword:1\n"
                     "[HKEY_USERS\\S-1-5-18\\" AUTODISCOVER_POLICY "]\n"
                     "\"ExcludeScpLookup\"=dword:1\n"
                     "[HKEY_USERS\\S-1-5-21-1-2-3-4_Classes\\" AUTODISCOVER
                     "]\n"
                     "\"ExcludeScpLookup\"=dword:1\n"
                     "[HKEY_CLASSES_ROOT\\" AUTODISCOVER "]\n"
                     "\"ExcludeScpLookup\"=dword:1\n");
    apply(&given);
    expect_value(&given, OFFICE_2016, SCP, UNSET);
    expect_findings(&given, "policy-wrong-hive ");
    expect_sentence(
        &given, 0,
        "ExcludeScpLookup (all.reg, line 4) has no effect where it stands: "
        "Outlook's own values are read from a user's part of the registry "
        "(HKEY_CURRENT_USER, User\\Registry.pol), certificates of a policy "
        "from the computer's (HKEY_LOCAL_MACHINE, Machine\\Registry.pol) (and "
        "1 more)");
    given_end(&given);
}

static void test_odd_values(void)
{
    struct given given;

    given_begin(&given);
    add_reg(&given, "a.reg",
            REG_HEAD "[HKEY_CURRENT_USER\\" AUTODISCOVER "]\n"
                     "\"ExcludeScpLookup\"=\"1\"\n"
                     "\"ExcludeHttpRedirect\"=hex:01,00,00,00\n"
                     "\"ExcludeHttpsRootDomain\"=hex(4):01,00\n"
                     "\"ExcludeSrvLookup\"=dword:00000001\n"
                     "\"ExcludeScpLookups\"=dword:00000001\n"
                     "\"Excluded\"=dword:00000001\n"
                     "\"ZeroConfigExchange\"=dword:00000001\n"
                     "[HKEY_CURRENT_USER\\Software\\Microsoft\\Office\\13.0\\"
                     "Outlook\\AutoDiscover]\n"
                     "\"ExcludeScpLookup\"=dword:00000001\n");
    apply(&given);
    expect_value(&given, OFFICE_2016, SCP, UNSET);
    expect_value(&given, OFFICE_2016, SETTING_EXCLUDE_HTTP_REDIRECT, UNSET);
    expect_value(&given, OFFICE_2016, SETTING_EXCLUDE_HTTPS_ROOT_DOMAIN, UNSET);
    expect_findings(&given, "policy-type-wrong policy-type-wrong "
                            "policy-type-wrong policy-srv-misnamed "
                            "policy-value-unknown policy-version-unknown ");
    expect_sentence(&given, 3,
                    "ExcludeSrvLookup of Office 16.0 (a.reg, line 7) has no "
                    "effect: Outlook knows no such value. The one that makes "
                    "it skip the SRV record is ExcludeSrvRecord");
    expect_sentence(&given, 4,
                    "ExcludeScpLookups (a.reg, line 8) has no effect: "
                    "Outlook's Autodiscover knows no value of that name (and 1 "
                    "more)");
    given_end(&given);
}

/* ----------------------------------------------------------- certificates */

static void add_certificate(struct bytes *pol, const char *key,
                            const struct made *made)
{
    struct bytes element;

    element_of(&element, made->der, made->length);
    pol_add(pol, key, "Blob", 3, element.at, element.length);
    bytes_free(&element);
}

static void expect_stores(const struct given *given, int roots, int authorities,
                          int disallowed)
{
    const struct certificate_list *stores = given->outcome.stores;

    CHECK_INT(stores[POLICY_STORE_ROOT].count, roots);
    CHECK_INT(stores[POLICY_STORE_CA].count, authorities);
    CHECK_INT(stores[POLICY_STORE_DISALLOWED].count, disallowed);
}

static void test_certificates(void)
{
    struct made one = make_certificate((struct recipe){.cn = "One"});
    struct made two = make_certificate((struct recipe){.cn = "Two"});
    struct given given;
    struct bytes pol;

    given_begin(&given);
    pol_begin(&pol);
    pol_add(&pol, STORES_POLICY "Root\\Certificates", "", 0, "", 0);
    add_certificate(&pol, STORES_POLICY "ROOT\\Certificates\\11", &one);
    add_certificate(&pol, STORES_POLICY "CA\\Certificates\\22", &two);
    add_certificate(&pol, STORES_POLICY "Disallowed\\Certificates\\11", &one);
    add_certificate(&pol, STORES_POLICY "TrustedPeople\\Certificates\\11",
                    &one);
    pol_add(&pol, STORES_POLICY "Root\\Certificates\\33", "Blob", 3, "rubbish",
            7);
    pol_add(&pol, STORES_POLICY "Root\\Certificates\\44", "Blob", 3, one.der,
            one.length);
    pol_add_number(&pol, STORES_POLICY "AuthRoot", "DisableRootAutoUpdate", 1);
    add_pol(&given, "GPO/Machine/Registry.pol", &pol);
    apply(&given);
    expect_stores(&given, 1, 1, 1);
    CHECK(given.outcome.no_root_update);
    expect_findings(&given, "policy-certificate-unreadable ");
    CHECK(strncmp(finding_sentence(&given.outcome.settings->findings.rows[0]),
                  "33 (GPO/Machine/Registry.pol, offset ", 37) == 0);
    /* The key goes, and the certificate with it. */
    pol_begin(&pol);
    pol_add_text(&pol, STORES_POLICY "Root\\Certificates", "**DeleteKeys",
                 "11;33;44");
    pol_add_number(&pol, STORES_POLICY "AuthRoot", "DisableRootAutoUpdate", 0);
    add_pol(&given, "Registry.pol", &pol);
    apply(&given);
    expect_stores(&given, 0, 1, 1);
    CHECK(!given.outcome.no_root_update);
    given_end(&given);
    made_free(&one);
    made_free(&two);
}

/* A user's policies carry no certificates, his own store does; and what is
 * disallowed is so wherever it stands. */
static void test_user_certificates(void)
{
    struct made one = make_certificate((struct recipe){.cn = "One"});
    struct given given;
    struct bytes pol;

    given_begin(&given);
    pol_begin(&pol);
    add_certificate(&pol, STORES_POLICY "Root\\Certificates\\11", &one);
    add_certificate(&pol, STORES_POLICY "Disallowed\\Certificates\\11", &one);
    add_certificate(&pol,
                    "Software\\Microsoft\\SystemCertificates\\Root\\"
                    "Certificates\\11",
                    &one);
    pol_add_number(&pol, STORES_POLICY "AuthRoot", "DisableRootAutoUpdate", 1);
    add_pol(&given, "User/Registry.pol", &pol);
    apply(&given);
    expect_stores(&given, 1, 0, 1);
    CHECK(!given.outcome.no_root_update);
    expect_findings(&given, "policy-wrong-hive ");
    given_end(&given);
    made_free(&one);
}

/* ------------------------------------------------------------------ limits */

/* As many values as somebody may write, each deleted with its key again: no
 * work that grows faster than the file. */
static void test_many(void)
{
    enum { MANY = 20000 };
    struct bytes reg = {0};
    struct given given;
    char line[200];
    int i;

    bytes_add(&reg, REG_HEAD, strlen(REG_HEAD));
    for (i = 0; i < MANY; i++) {
        int length =
            snprintf(line, sizeof(line),
                     "[HKEY_CURRENT_USER\\" AUTODISCOVER "\\RedirectServers]\n"
                     "\"h%d.example\"=\"\"\n",
                     i);

        bytes_add(&reg, line, (size_t)length);
        length = snprintf(line, sizeof(line),
                          "[-HKEY_CURRENT_USER\\Software\\Microsoft\\"
                          "SystemCertificates\\Root\\Certificates\\%d]\n",
                          i);
        bytes_add(&reg, line, (size_t)length);
    }
    given_begin(&given);
    add_pol(&given, "many.reg", &reg);
    apply(&given);
    CHECK_INT(given.outcome.settings->redirect_server_count, MANY);
    given_end(&given);
}

static void test_budget(void)
{
    struct given given;
    struct bytes pol = small_pol();
    struct deadline deadline = {.end_ns = 0};
    struct policy_source source = {"f",        "f",       pol.at,
                                   pol.length, &deadline, &given.detail};

    given_begin(&given);
    CHECK_INT(policy_add(given.policy, &source), ADSCP_E_TIMEOUT);
    CHECK_INT(policy_mark(given.policy), 0);
    source.deadline = NULL;
    CHECK_INT(policy_add(given.policy, &source), ADSCP_OK);
    CHECK_INT(
        policy_apply(given.policy, given.store, &deadline, &given.outcome),
        ADSCP_E_TIMEOUT);
    CHECK(given.outcome.settings == NULL);
    given_end(&given);
    bytes_free(&pol);
}

static const struct test tests[] = {
    {"a Registry.pol", test_pol},
    {"an export", test_reg},
    {"policy before preference", test_policy_first},
    {"the later one counts", test_contradiction},
    {"deletions", test_deletions},
    {"names with two stars", test_stars},
    {"the user's part and the computer's", test_hives},
    {"odd types and names", test_odd_values},
    {"certificates", test_certificates},
    {"certificates of a user", test_user_certificates},
    {"many values", test_many},
    {"a budget", test_budget},
};

TEST_MAIN(tests)
