/* SPDX-License-Identifier: MIT */
/*
 * Plans: what a step writes, what an administrator would type for it, whatever
 * names hold, and that the forest after it is the one that its records make.
 */
#include "plan_forest.h"
#include "test.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "adscp.h"
#include "facts/certificate/self_signed.h"

/* One step on a plan of its own. */
static void expect(const char *step, const char *changes, const char *cmdlet)
{
    adscp_plan *plan = open_plan();

    if (adscp_plan_add_step(plan, step) != ADSCP_OK)
        printf("# %s: %s\n", step, adscp_plan_error_detail(plan));
    CHECK_INT(adscp_plan_step_count(plan), 1);
    CHECK_STR(adscp_plan_step(plan, 0), step);
    CHECK_STR(adscp_plan_changes(plan, 0), changes);
    CHECK_INT(adscp_plan_cmdlet_count(plan, 0), 1);
    CHECK_STR(adscp_plan_cmdlet(plan, 0, 0), cmdlet);
    adscp_plan_free(plan);
}

#define SCP_DN                                                                 \
    "dn: CN=B,CN=Autodiscover,CN=Protocols,CN=B," SERVERS                      \
    "\nchangetype: modify\n"

static void test_steps(void)
{
    expect("scp-url b https://mail.example/A",
           SCP_DN "replace: serviceBindingInformation\n"
                  "serviceBindingInformation: https://mail.example/A\n-\n\n",
           "Set-ClientAccessServer -Identity 'B' "
           "-AutoDiscoverServiceInternalUri 'https://mail.example/A'");
    expect("scp-url B none", SCP_DN "replace: serviceBindingInformation\n-\n\n",
           "Set-ClientAccessServer -Identity 'B' "
           "-AutoDiscoverServiceInternalUri $null");
    expect("scp-sites B \"Head Quarters\" O'b",
           SCP_DN "replace: keywords\nkeywords: " GUID "\nkeywords: else\n"
                  "keywords: Site=Head Quarters\nkeywords: Site=O'b\n-\n\n",
           "Set-ClientAccessServer -Identity 'B' -AutoDiscoverSiteScope "
           "'Head Quarters','O''b'");
    expect("service-url B ews https://mail.example/E",
           "dn: CN=EWS (Default Web Site),CN=HTTP,CN=Protocols,CN=B," SERVERS
           "\nchangetype: modify\nreplace: msExchInternalHostName\n"
           "msExchInternalHostName: https://mail.example/E\n-\n\n",
           "Set-WebServicesVirtualDirectory -Identity "
           "'B\\EWS (Default Web Site)' -InternalUrl "
           "'https://mail.example/E'");
    expect("move-mailboxes ONE two",
           "dn: CN=Ann,DC=corp,DC=example\nchangetype: modify\n"
           "replace: homeMDB\nhomeMDB: CN=Two,CN=Databases," CONFIG "\n-\n"
           "replace: msExchHomeServerName\n"
           "msExchHomeServerName: /o=Org/cn=Servers/cn=B\n-\n\n",
           "Get-Mailbox -Database 'One' -ResultSize Unlimited | "
           "New-MoveRequest -TargetDatabase 'Two'");
}

/* Up to a # that begins a word. */
static void test_comments(void)
{
    adscp_plan *plan = open_plan();

    CHECK_INT(adscp_plan_add_step(plan, "scp-url B https://b/x#y\t # why"),
              ADSCP_OK);
    CHECK_STR(adscp_plan_step(plan, 0), "scp-url B https://b/x#y");
    CHECK(adscp_plan_step_file(plan, 0) == NULL);
    CHECK_INT(adscp_plan_add_step(plan, "database \"#1 \"\"#2\" on B #"),
              ADSCP_OK);
    CHECK_STR(adscp_plan_step(plan, 1), "database \"#1 \"\"#2\" on B");
    CHECK_STR(adscp_plan_cmdlet(plan, 1, 1),
              "Mount-Database -Identity '#1 \"#2'");
    adscp_plan_free(plan);
}

/* What is so already needs no record. */
static void test_nothing(void)
{
    expect("scp-url B https://b/x", "",
           "Set-ClientAccessServer -Identity 'B' "
           "-AutoDiscoverServiceInternalUri 'https://b/x'");
    expect("scp-sites B HQ", "",
           "Set-ClientAccessServer -Identity 'B' -AutoDiscoverSiteScope 'HQ'");
}

static void expect_error(const char *step, const char *words)
{
    adscp_plan *plan = open_plan();

    CHECK_INT(adscp_plan_add_step(plan, step), ADSCP_E_ARGUMENT);
    CHECK(strstr(adscp_plan_error_detail(plan), words) != NULL);
    if (strstr(adscp_plan_error_detail(plan), words) == NULL)
        printf("# %s: %s\n", step, adscp_plan_error_detail(plan));
    CHECK_INT(adscp_plan_step_count(plan), 0);
    adscp_plan_free(plan);
}

static void test_errors(void)
{
    expect_error("", "no words");
    expect_error("shout B", "is no step");
    expect_error("uninstall", "the step is: uninstall NAME");
    expect_error("uninstall \"B", "double quote is missing");
    expect_error("uninstall NOBODY", "no server with the name NOBODY");
    expect_error("uninstall A B", "the step is: uninstall NAME");
    expect_error("scp-url B nonsense", "is not an http or https URL");
    expect_error("scp-url B ftp://b.example/x", "is not an http or https URL");
    expect_error("service-url B ews ldap://b/x", "is not an http or https URL");
    expect_error("scp-url B \"\"", "the URL is empty");
    expect_error("scp-sites B HQ Nowhere", "the forest has no site Nowhere");
    expect_error("scp-sites B HQ none", "the forest has no site none");
    expect_error("scp-sites B none HQ", "no site may follow");
    expect_error("scp-sites B HQ O'b hq", "the site hq is named twice");
    expect_error("# nothing", "no words");
    expect_error("uninstall # B", "the step is: uninstall NAME");
    expect_error("scp-url \"" ODD "\" none", "has no Autodiscover SCP");
    expect_error("service-url B ftp https://x", "is no service");
    expect_error("service-url B oab https://x", "no virtual directory");
    expect_error("move-mailboxes \"" ODD "\" One", "has no mailbox database");
    expect_error("move-mailboxes B B", "of B are on B already");
    expect_error("move-mailboxes One b", "of One are on b already");
    expect_error("move-mailboxes two TWO", "of two are on TWO already");
    expect_error("database One on B", "there is a database One already");
    expect_error("database Three at B", "the step is: database NAME on SERVER");
    expect_error("database Three on C", "no server with the name C");
    expect_error("database \"\" on B", "name of the database is missing");
    expect_error("publish-root B", "has no certificate");
    expect_error("install B site=HQ version=\"Exchange 2016 CU9\"",
                 "there is a server B already");
    expect_error("install C site=No version=\"Exchange 2016 CU9\"",
                 "the forest has no site No");
    expect_error("install C site=HQ version=\"Exchange 5\"",
                 "is no version of Exchange");
    expect_error("install C site=HQ version=\"Exchange 2016 CU9\" at=soon",
                 "is no date");
    expect_error("install C site=HQ version=\"Exchange 2016 CU9\" "
                 "at=x20x26-12-05",
                 "is no date");
    expect_error("install C site=HQ version=\"Exchange 2016 CU9\" quickly",
                 "\"quickly\" is not understood");
    expect_error("install C site=HQ version=\"Exchange 2016 CU9\" site=HQ",
                 "site= is given twice");
    expect_error("install C site=HQ version=\"Exchange 2016 CU9\" fqdn=\"a b\"",
                 "is not the full name of a host");
    expect_error("install C site=HQ version=\"Exchange 2016 CU9\" fqdn=c",
                 "is not the full name of a host");
    expect_error(
        "install C site=HQ version=\"Exchange 2016 CU9\" fqdn=10.1.1.1",
        "is not the full name of a host");
    expect_error("install C site=HQ version=\"Exchange 2016 CU9\" "
                 "fqdn=B.corp.example",
                 "B.corp.example is the name of the server B already");
    expect_error("install C;D site=HQ version=\"Exchange 2016 CU9\"",
                 "cannot be the name of a new server");
    expect_error("install SIXTEENLETTERS16 site=HQ "
                 "version=\"Exchange 2016 CU9\"",
                 "cannot be the name of a new server");
}

/* Some products are not supported in one organisation. */
static void test_remarks(void)
{
    adscp_plan *plan = open_plan();

    CHECK_INT(adscp_plan_add_step(plan, "install C site=HQ "
                                        "version=\"Exchange 2010 SP3\""),
              ADSCP_OK);
    CHECK_INT(adscp_plan_remark_count(plan, 0), 0);
    CHECK_INT(adscp_plan_remark_count(NULL, 0), -1);
    CHECK_INT(adscp_plan_add_next(NULL), ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_plan_add_step(plan, "install D site=HQ "
                                        "version=\"Exchange 2019 CU15\""),
              ADSCP_OK);
    CHECK_INT(adscp_plan_remark_count(plan, 1), 1);
    CHECK_STR(adscp_plan_remark(plan, 1, 0),
              "Exchange 2019 is not supported in one organisation with "
              "Exchange 2010, such as C (Exchange 2019 system requirements)");
    CHECK(adscp_plan_remark(plan, 1, 1) == NULL);
    adscp_plan_free(plan);
}

static const char *const gone[] = {
    "dn: CN=B,CN=Autodiscover,CN=Protocols,CN=B,",
    "dn: CN=EWS (Default Web Site),CN=HTTP,CN=Protocols,CN=B,",
    "dn: CN=B,CN=Servers,"};

static void test_coming_and_going(void)
{
    adscp_plan *plan = open_plan();
    adscp_forest *forest = NULL;
    const char *at;
    size_t i;

    CHECK_INT(adscp_plan_add_step(plan, "uninstall B"), ADSCP_OK);
    at = adscp_plan_changes(plan, 0);
    for (i = 0; i < 3 && at != NULL; i++)
        at = strstr(at, gone[i]);
    CHECK(at != NULL);
    CHECK_INT(adscp_plan_add_step(plan, "install C site=hq at=2020-04-01 "
                                        "version=\"exchange 2019 CU9\""),
              ADSCP_OK);
    CHECK_INT(adscp_plan_forest(plan, &forest), ADSCP_OK);
    CHECK_INT(adscp_forest_server_count(forest), 2);
    CHECK_STR(adscp_server_name(adscp_forest_server(forest, 0)), ODD);
    CHECK_STR(adscp_server_version(adscp_forest_server(forest, 1)),
              "Exchange 2019 CU9");
    CHECK_STR(adscp_server_fqdn(adscp_forest_server(forest, 1)),
              "C.corp.example");
    CHECK_STR(adscp_server_site(adscp_forest_server(forest, 1)), "HQ");
    CHECK_INT(adscp_server_front_end(adscp_forest_server(forest, 1)), 1);
    CHECK_INT(adscp_forest_scp_count(forest), 1);
    CHECK_INT(adscp_scp_created(adscp_forest_scp(forest, 0)), 1585699200);
    CHECK_STR(adscp_scp_binding(adscp_forest_scp(forest, 0), 0),
              "https://C.corp.example/Autodiscover/Autodiscover.xml");
    adscp_forest_free(forest);
    /* What setup publishes can be published as a root, too. */
    CHECK_INT(adscp_plan_add_step(plan, "publish-root C"), ADSCP_OK);
    CHECK(strstr(adscp_plan_changes(plan, 2),
                 "dn: CN=C,CN=Certification Authorities,") != NULL);
    /* A name that is a trap for a shell: its quotes are doubled. */
    CHECK_INT(adscp_plan_add_step(plan, "uninstall \"" ODD "\""), ADSCP_OK);
    CHECK_INT(adscp_plan_add_step(plan, "scp-sites C \"" ODD "\""), ADSCP_OK);
    CHECK_STR(adscp_plan_cmdlet(plan, 4, 0),
              "Set-ClientAccessService -Identity 'C' -AutoDiscoverSiteScope "
              "'O''X\xE2\x80\x99\xE2\x80\x99$(1)`'");
    adscp_plan_free(plan);
}

static void test_files(void)
{
    static const char text[] = "# what we do\n\nscp-url B none\r\n"
                               "  scp-sites B none # all\nuninstall NOBODY\n";
    adscp_plan *plan = open_plan();
    char path[] = "/tmp/adscp-plan-XXXXXX", place[64];
    int fd = mkstemp(path);

    CHECK(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
    CHECK_INT(adscp_plan_add_file(plan, path), ADSCP_E_ARGUMENT);
    snprintf(place, sizeof(place), "%s:5: there is no server", path);
    CHECK(strstr(adscp_plan_error_detail(plan), place) != NULL);
    CHECK_INT(adscp_plan_step_count(plan), 2);
    CHECK_STR(adscp_plan_step(plan, 0), "scp-url B none");
    CHECK_STR(adscp_plan_step(plan, 1), "scp-sites B none");
    CHECK(truncate(path, 0) == 0);
    fd = open(path, O_WRONLY);
    CHECK(write(fd, "\xEF\xBB\xBFuninstall B\n\0x", 17) == 17);
    CHECK_INT(adscp_plan_add_file(plan, path), ADSCP_E_ARGUMENT);
    CHECK(strstr(adscp_plan_error_detail(plan), "holds a NUL byte") != NULL);
    CHECK(ftruncate(fd, 15) == 0);
    close(fd);
    CHECK_INT(adscp_plan_add_file(plan, path), ADSCP_OK);
    CHECK_STR(adscp_plan_step(plan, 2), "uninstall B");
    /* Step by step, from Windows' own coding; then none. */
    fd = open(path, O_WRONLY | O_TRUNC);
    CHECK(write(fd, "\xFF\xFE#\0\r\0\n\0i\0", 10) == 10);
    close(fd);
    CHECK_INT(adscp_plan_open_file(plan, path), ADSCP_OK);
    CHECK_INT(adscp_plan_add_next(plan), ADSCP_E_ARGUMENT);
    snprintf(place, sizeof(place), "%s:2: \"i\" is no step", path);
    CHECK(strstr(adscp_plan_error_detail(plan), place) != NULL);
    CHECK_INT(adscp_plan_add_next(plan), ADSCP_OK);
    CHECK_INT(adscp_plan_step_count(plan), 3);
    /* Cut within a character, be it in a comment. */
    fd = open(path, O_WRONLY | O_TRUNC);
    CHECK(write(fd, "\xFE\xFF\0#\0\n\0#\0", 9) == 9);
    close(fd);
    CHECK_INT(adscp_plan_add_file(plan, path), ADSCP_E_ARGUMENT);
    snprintf(place, sizeof(place), "%s:2: the file ends within a", path);
    CHECK(strstr(adscp_plan_error_detail(plan), place) != NULL);
    CHECK(strstr(adscp_plan_error_detail(plan), "at offset 8") != NULL);
    CHECK(truncate(path, 6) == 0);
    CHECK_INT(adscp_plan_add_file(plan, path), ADSCP_E_ARGUMENT);
    CHECK(strstr(adscp_plan_error_detail(plan), "no steps") != NULL);
    unlink(path);
    CHECK_INT(adscp_plan_add_file(plan, path), ADSCP_E_FILE);
    CHECK_INT(adscp_plan_add_step(plan, "certificate B /none/such"),
              ADSCP_E_FILE);
    adscp_plan_free(plan);
}

/* What a client of HQ meets who has no mailbox. */
static int outcome_of(adscp_predictor *predictor, const adscp_plan *plan,
                      int *sourcep)
{
    adscp_prediction *answer = NULL;
    const adscp_hop *hop;
    int outcome;

    CHECK_INT(adscp_predictor_set_plan(predictor, plan), ADSCP_OK);
    CHECK_INT(adscp_predictor_predict(predictor, &answer), ADSCP_OK);
    hop = adscp_prediction_hop(answer, 0);
    outcome = adscp_alert_outcome(adscp_hop_alert(hop));
    *sourcep = adscp_hop_certificate_source(hop);
    adscp_prediction_free(answer);
    return outcome;
}

static void write_certificate(const struct made_certificate *made,
                              const char *path)
{
    FILE *file = fopen(path, "wb");

    CHECK(file != NULL &&
          fwrite(made->bytes, 1, made->length, file) == made->length);
    fclose(file);
}

static void test_assumed(void)
{
    adscp_predictor *predictor = adscp_predictor_new();
    struct made_certificate made = {NULL, 0};
    adscp_plan *plan = open_plan();
    char path[] = "/tmp/adscp-plan-XXXXXX", step[128];
    int fd = mkstemp(path), source;

    close(fd);
    CHECK_INT(adscp_predictor_set_site(predictor, "HQ"), ADSCP_OK);
    CHECK_INT(adscp_predictor_set_time(predictor, 1583020801), ADSCP_OK);
    CHECK_INT(outcome_of(predictor, plan, &source),
              ADSCP_ALERT_OUTCOME_UNCERTAIN);
    CHECK_INT(source, -1);
    /* What is shown wins over what is published, and the newest step over the
     * one before. */
    CHECK_INT(self_signed_make("B", "b", 1583020800, &made), ADSCP_OK);
    write_certificate(&made, path);
    free(made.bytes);
    snprintf(step, sizeof(step), "shows b %s", path);
    CHECK_INT(adscp_plan_add_step(plan, step), ADSCP_OK);
    CHECK_STR(adscp_plan_changes(plan, 0), "");
    CHECK_STR(adscp_plan_step_file(plan, 0), path);
    CHECK_INT(outcome_of(predictor, plan, &source), ADSCP_ALERT_OUTCOME_ALERT);
    CHECK_INT(source, ADSCP_CERTIFICATE_SOURCE_ASSUMED);
    CHECK_INT(adscp_plan_add_step(plan, "certificate B trusted"), ADSCP_OK);
    CHECK_INT(outcome_of(predictor, plan, &source),
              ADSCP_ALERT_OUTCOME_NO_ALERT);
    CHECK_INT(source, ADSCP_CERTIFICATE_SOURCE_DIRECTORY);
    CHECK_INT(adscp_plan_add_step(plan, step), ADSCP_OK);
    CHECK_INT(outcome_of(predictor, plan, &source), ADSCP_ALERT_OUTCOME_ALERT);
    /* The forest stays, and nothing is assumed any more. */
    CHECK_INT(outcome_of(predictor, NULL, &source),
              ADSCP_ALERT_OUTCOME_UNCERTAIN);
    CHECK_INT(source, ADSCP_CERTIFICATE_SOURCE_DIRECTORY);
    unlink(path);
    adscp_predictor_free(predictor);
    adscp_plan_free(plan);
}

static adscp_coverage *cover(adscp_predictor *predictor, const adscp_plan *plan)
{
    adscp_coverage *coverage = NULL;

    CHECK_INT(adscp_predictor_set_plan(predictor, plan), ADSCP_OK);
    CHECK_INT(adscp_predictor_cover(predictor, &coverage), ADSCP_OK);
    return coverage;
}

/* The four sites and the unknown one, by the homes B and nobody's. */
static void expect_worse(const char *step, bool census, int worse, int other)
{
    adscp_predictor *predictor = adscp_predictor_new();
    adscp_plan *plan = open_plan_with(census);
    adscp_coverage *before, *after;
    adscp_comparison *comparison = NULL;

    before = cover(predictor, plan);
    CHECK_INT(adscp_plan_add_step(plan, step), ADSCP_OK);
    after = cover(predictor, plan);
    CHECK_INT(adscp_coverage_compare(before, after, &comparison), ADSCP_OK);
    CHECK_INT(adscp_comparison_count(comparison, ADSCP_COMPARISON_CHANGE_WORSE),
              worse);
    CHECK_INT(adscp_comparison_count(comparison, ADSCP_COMPARISON_CHANGE_OTHER),
              other);
    adscp_comparison_free(comparison);
    adscp_coverage_free(before);
    adscp_coverage_free(after);
    adscp_plan_free(plan);
    adscp_predictor_free(predictor);
}

static void test_lost(void)
{
    /* Ann lives on B, which is gone: that is a loss where she was counted. */
    expect_worse("uninstall B", true, 10, 0);
    expect_worse("uninstall B", false, 5, 5);
    /* Nobody is led anywhere any more. */
    expect_worse("scp-url B none", true, 10, 0);
    expect_worse("move-mailboxes One Two", true, 0, 0);
}

int main(void)
{
    static const struct test tests[] = {
        {"what steps write, and the cmdlets for it", test_steps},
        {"a step that changes nothing", test_nothing},
        {"what is no step is refused", test_errors},
        {"comments", test_comments},
        {"what is lost is worse", test_lost},
        {"servers come and go", test_coming_and_going},
        {"a plan in a file", test_files},
        {"what stands in the way", test_remarks},
        {"what is assumed wins over what is known", test_assumed},
    };

    return test_main(tests, sizeof(tests) / sizeof(tests[0]));
}
