/* SPDX-License-Identifier: MIT */
/*
 * Steps about mailbox databases: one comes, mailboxes move, one goes.
 */
#include "plan_forest.h"
#include "test.h"

#include <string.h>

/* What New-MailboxDatabase writes: mailboxes can move to a new server. */
static void test_database(void)
{
    adscp_plan *plan = open_plan();

    CHECK_INT(adscp_plan_add_step(plan, "install C site=HQ "
                                        "version=\"Exchange 2019 CU9\""),
              ADSCP_OK);
    CHECK_INT(adscp_plan_remark_count(plan, 0), 0);
    CHECK_INT(adscp_plan_add_step(plan, "move-mailboxes One C"),
              ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_plan_add_step(plan, "database \"DB, \"\"3\"\"\" on c"),
              ADSCP_OK);
    CHECK(strstr(adscp_plan_changes(plan, 1),
                 "dn: CN=DB\\, \\\"3\\\",CN=Databases,CN=Group,CN="
                 "Administrative Groups,CN=Org,") != NULL);
    CHECK_STR(adscp_plan_cmdlet(plan, 1, 0),
              "New-MailboxDatabase -Name 'DB, \"3\"' -Server 'C'");
    CHECK_INT(adscp_plan_add_step(plan, "move-mailboxes One C"), ADSCP_OK);
    CHECK(strstr(adscp_plan_changes(plan, 2), "homeMDB: CN=DB\\, ") != NULL);
    CHECK_INT(adscp_plan_add_step(plan, "uninstall C"), ADSCP_OK);
    CHECK_STR(adscp_plan_remark(plan, 3, 0),
              "Setup refuses this while mailboxes are left in the database "
              "\"DB, \"3\"\" of C: move them first");
    adscp_plan_free(plan);
}

/* A database goes with its copies; what is left in it, or may be, is told. */
static void test_remove_database(void)
{
    static const char *const whole[] = {
        "move-mailboxes One Two", "remove-database One", "database New on B",
        "move-mailboxes Two New", "remove-database two", "uninstall B"};
    adscp_plan *plan = open_plan();
    size_t i;

    CHECK_INT(adscp_plan_add_step(plan, "remove-database None"),
              ADSCP_E_ARGUMENT);
    for (i = 0; i < sizeof(whole) / sizeof(whole[0]); i++) {
        CHECK_INT(adscp_plan_add_step(plan, whole[i]), ADSCP_OK);
        CHECK_INT(adscp_plan_remark_count(plan, (int)i), i == 5);
    }
    CHECK_STR(adscp_plan_changes(plan, 1),
              "dn: CN=One,CN=Databases," CONFIG "\nchangetype: delete\n\n");
    CHECK_STR(adscp_plan_cmdlet(plan, 1, 0),
              "Remove-MailboxDatabase -Identity 'One'");
    CHECK_STR(adscp_plan_remark(plan, 5, 0),
              "Setup refuses this while mailboxes are left in the database "
              "\"New\" of B: move them first");
    adscp_plan_free(plan);
    plan = open_plan();
    CHECK_INT(adscp_plan_add_step(plan, "remove-database One"), ADSCP_OK);
    CHECK_STR(adscp_plan_remark(plan, 0, 0),
              "Exchange refuses this while mailboxes are left in the database "
              "\"One\": move them first");
    CHECK_INT(adscp_plan_add_step(plan, "database New on B"), ADSCP_OK);
    CHECK_INT(adscp_plan_add_step(plan, "remove-database New"), ADSCP_OK);
    CHECK_INT(adscp_plan_remark_count(plan, 2), 0);
    CHECK(strncmp(adscp_plan_changes(plan, 2), "dn: CN=B,CN=New,", 16) == 0);
    adscp_plan_free(plan);
}

/* Active Directory's limit, in units of UTF-16. */
static void test_long_name(void)
{
    char step[512] = "database ";
    adscp_plan *plan = open_plan();
    int i;

    for (i = 0; i < 32; i++)
        strcat(step, "\xF0\x9F\x93\xA6");
    strcat(step, "x on B");
    CHECK_INT(adscp_plan_add_step(plan, step), ADSCP_E_ARGUMENT);
    CHECK(strstr(adscp_plan_error_detail(plan), "more than 64 characters") !=
          NULL);
    strcpy(strchr(step, 'x'), " on B");
    CHECK_INT(adscp_plan_add_step(plan, step), ADSCP_OK);
    adscp_plan_free(plan);
}

int main(void)
{
    static const struct test tests[] = {
        {"a database for a new server", test_database},
        {"a database goes", test_remove_database},
        {"a long name", test_long_name},
    };

    return test_main(tests, sizeof(tests) / sizeof(tests[0]));
}
