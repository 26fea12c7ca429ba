/* SPDX-License-Identifier: MIT */
/* On which server a mailbox lives, and in which directory. */
#include "mailbox_forest.h"

/* ---------------------------------------------------------------- server -- */

static void put_ann(struct make *make, const char *database,
                    const char *home_server)
{
    make_person(make, (struct person){.cn = "Ann",
                                      .mail = MAIL,
                                      .database = database,
                                      .home_server = home_server});
}

static void by_database(void)
{
    struct answer answer;
    struct make make;

    begin(&make);
    put_ann(&make, "db1", LEGACY "ex10"); /* names compare in any case */
    make_database(&make, "DB1", "ex10");
    make_exchange(&make, (struct exchange){.name = "EX10",
                                           .site = "HQ",
                                           .version = MAKE_2010,
                                           .roles = MAKE_CAS,
                                           .legacy_dn = LEGACY "EX10"});
    answer = asked(&make, MAIL);
    CHECK_STR(adscp_mailbox_database(answer.mailbox), "DB1");
    CHECK_STR(adscp_server_name(adscp_mailbox_server(answer.mailbox)), "EX10");
    CHECK_STR(adscp_server_version(adscp_mailbox_server(answer.mailbox)),
              "Exchange 2010 SP3");
    CHECK_STR(adscp_server_site(adscp_mailbox_server(answer.mailbox)), "HQ");
    CHECK_FOUND(answer, "mailbox-database-unknown", 0);
    CHECK_FOUND(answer, "mailbox-home-stale", 0);
    CHECK_FOUND(answer, "mailbox-server-unknown", 0);
    done(&answer);
}

/* Exchange 2007: the database lies below its server, and names no owner. */
static void by_place(void)
{
    static const char dn[] =
        "CN=DB7,CN=SG,CN=InformationStore,CN=EX07," SERVERS_DN;
    struct answer answer;
    struct make make;

    begin(&make);
    make_exchange(&make, (struct exchange){.name = "EX07"});
    make_begin(&make, ENTRY_EXCHANGE, dn);
    make_values(&make, "objectClass", "msExchPrivateMDB");
    make_end(&make);
    make_begin(&make, ENTRY_BY_CLASS, "CN=Ann,DC=corp,DC=example");
    make_values(&make, "objectClass", "user");
    make_values(&make, "mail", MAIL);
    make_values(&make, "homeMDB", dn);
    make_end(&make);
    answer = asked(&make, MAIL);
    CHECK_STR(adscp_server_name(adscp_mailbox_server(answer.mailbox)), "EX07");
    CHECK_STR(adscp_mailbox_database(answer.mailbox), "DB7");
    CHECK_FOUND(answer, "mailbox-database-unknown", 0);
    CHECK_FOUND(answer, "attribute-not-exported", 1); /* versionNumber */
    done(&answer);
}

/* What tells the server where the database does not. */
static void check_fall_back(const char *database, const char *owner,
                            const char *home, const char *server,
                            int database_unknown, int server_unknown, int line)
{
    struct answer answer;
    struct make make;
    int failures = test_failures;

    begin(&make);
    make_exchange(&make, (struct exchange){.name = "EX10",
                                           .version = MAKE_2010,
                                           .roles = MAKE_CAS,
                                           .legacy_dn = LEGACY "EX10"});
    if (database != NULL)
        make_database(&make, database, owner);
    put_ann(&make, "DB1", home);
    answer = asked(&make, MAIL);
    CHECK_KIND(answer, "mailbox");
    CHECK_STR(adscp_server_name(adscp_mailbox_server(answer.mailbox)), server);
    CHECK_FOUND(answer, "mailbox-database-unknown", database_unknown);
    CHECK_FOUND(answer, "mailbox-server-unknown", server_unknown);
    if (test_failures != failures)
        printf("# the fall-back of line %d\n", line);
    done(&answer);
}

#define CHECK_FALL_BACK(...) check_fall_back(__VA_ARGS__, __LINE__)

static void fall_backs(void)
{
    /* database, its owner, msExchHomeServerName: server, findings */
    CHECK_FALL_BACK("DB1", "EX10", NULL, "EX10", 0, 0);
    CHECK_FALL_BACK("DB1", "GONE", NULL, NULL, 1, 1);
    CHECK_FALL_BACK("DB1", NULL, NULL, NULL, 1, 1);
    CHECK_FALL_BACK(NULL, NULL, NULL, NULL, 1, 1);
    CHECK_FALL_BACK("DB1", "GONE", LEGACY "EX10", "EX10", 1, 0);
    CHECK_FALL_BACK("DB1", NULL, LEGACY "ex10", "EX10", 1, 0);
    CHECK_FALL_BACK(NULL, NULL, LEGACY "EX10", "EX10", 1, 0);
    CHECK_FALL_BACK(NULL, NULL, LEGACY "GONE", NULL, 1, 1);
    CHECK_FALL_BACK("DB1", "EX10", LEGACY "GONE", "EX10", 0, 0);
}

static void home_server_alone(void)
{
    struct answer answer;
    struct make make;

    begin(&make);
    make_exchange(&make, (struct exchange){.name = "EX10",
                                           .version = MAKE_2010,
                                           .legacy_dn = LEGACY "EX10"});
    put_ann(&make, NULL, LEGACY "EX10");
    answer = asked(&make, MAIL);
    CHECK_STR(adscp_server_name(adscp_mailbox_server(answer.mailbox)), "EX10");
    CHECK_STR(adscp_mailbox_database(answer.mailbox), NULL);
    CHECK_FOUND(answer, "mailbox-database-unknown", 0);
    done(&answer);
}

static void stale_home(void)
{
    const adscp_finding *finding;
    struct answer answer;
    struct make make;

    begin(&make);
    make_exchange(&make, (struct exchange){.name = "EX1",
                                           .version = MAKE_2016,
                                           .legacy_dn = LEGACY "EX1"});
    make_exchange(&make, (struct exchange){.name = "EX2",
                                           .version = MAKE_2016,
                                           .legacy_dn = LEGACY "EX2"});
    make_database(&make, "DB1", "EX2");
    put_ann(&make, "DB1", LEGACY "EX1");
    answer = asked(&make, MAIL);
    CHECK_STR(adscp_server_name(adscp_mailbox_server(answer.mailbox)), "EX2");
    finding = finding_of(answer.prediction, "mailbox-home-stale", 0);
    CHECK(finding != NULL && strstr(adscp_finding_text(finding), "EX1"));
    CHECK_STR(adscp_finding_dn(finding), "CN=Ann,CN=Users,DC=corp,DC=example");
    done(&answer);
}

/* A group in `sites` sites, of which one server each; and a server of another
 * group in yet another site. */
static void check_group(int sites, int expected)
{
    struct answer answer;
    struct make make;
    char name[16], site[16];
    int i;

    begin(&make);
    for (i = 0; i < 4; i++) {
        snprintf(name, sizeof(name), "EX%d", i);
        snprintf(site, sizeof(site), "S%d", i % sites);
        make_exchange(&make, (struct exchange){.name = name,
                                               .site = site,
                                               .version = MAKE_2016,
                                               .dag = "DAG1"});
    }
    make_exchange(&make, (struct exchange){.name = "EX8", .dag = "DAG1"});
    make_exchange(
        &make, (struct exchange){.name = "EX9", .site = "S9", .dag = "DAG2"});
    make_database(&make, "DB1", "EX0");
    put_ann(&make, "DB1", NULL);
    answer = asked(&make, MAIL);
    CHECK_FOUND(answer, "mailbox-dag-sites", expected);
    if (expected > 0)
        CHECK(strstr(adscp_finding_text(
                         finding_of(answer.prediction, "mailbox-dag-sites", 0)),
                     "2 sites") != NULL);
    done(&answer);
}

static void group_sites(void)
{
    check_group(1, 0);
    check_group(2, 1);
}

/* ------------------------------------------------------------ directories --
 */

/* The servers of a pointer's target are asked, so its users come first; the
 * first directory's only where that one knows nothing. */
static void put_forests(struct make *make, const char *first,
                        const char *second, int several)
{
    begin(make);
    make_pointer(make, "P", "Domain=contoso.com", "LDAP://res.example");
    make_person(make,
                (struct person){.cn = "Own", .nickname = "own", .mail = first});
    make_directory(make, "res.example:389");
    make_scp(make, "EX1", NULL, "2015", "ex1");
    make_person(
        make, (struct person){.cn = "Far", .nickname = "far", .mail = second});
    if (several)
        make_person(make, (struct person){
                              .cn = "Far 2", .nickname = "f", .mail = second});
}

static void second_directory(void)
{
    struct answer answer;
    struct make make;

    put_forests(&make, MAIL, MAIL, 0);
    answer = asked(&make, MAIL);
    CHECK_STR(adscp_mailbox_dn(answer.mailbox),
              "CN=Far,CN=Users,DC=corp,DC=example");
    done(&answer);
    put_forests(&make, MAIL, "b@contoso.com", 0);
    answer = asked(&make, MAIL);
    CHECK_STR(adscp_mailbox_dn(answer.mailbox),
              "CN=Own,CN=Users,DC=corp,DC=example");
    done(&answer);
    put_forests(&make, "b@contoso.com", "c@contoso.com", 0);
    answer = asked(&make, MAIL);
    CHECK_KIND(answer, "not-found");
    done(&answer);
    put_forests(&make, MAIL, MAIL, 1);
    answer = asked(&make, MAIL);
    CHECK_KIND(answer, "ambiguous");
    done(&answer);
}

static void getters_of_nothing(void)
{
    CHECK_INT(adscp_mailbox_kind(NULL), -1);
    CHECK_STR(adscp_mailbox_dn(NULL), NULL);
    CHECK_STR(adscp_mailbox_database(NULL), NULL);
    CHECK(adscp_mailbox_server(NULL) == NULL);
    CHECK_STR(adscp_mailbox_target(NULL), NULL);
    CHECK_STR(adscp_mailbox_kind_name(-1), NULL);
    CHECK_STR(adscp_mailbox_kind_name(7), NULL);
    CHECK(adscp_prediction_mailbox(NULL) == NULL);
}

static const struct test tests[] = {
    {"the server by the database", by_database},
    {"the server above the database", by_place},
    {"fall-backs", fall_backs},
    {"msExchHomeServerName alone", home_server_alone},
    {"a stale msExchHomeServerName", stale_home},
    {"an availability group in several sites", group_sites},
    {"two directories", second_directory},
    {"getters of nothing", getters_of_nothing},
};

TEST_MAIN(tests)
