/* SPDX-License-Identifier: MIT */
/*
 * The census: who counts as what, that the users may come before their
 * databases, that nothing of them is kept, and what a snapshot keeps.
 */
#include <stdlib.h>
#include <unistd.h>

#include "facts/census.h"
#include "make_forest.h"
#include "test.h"

#define DATABASES ",CN=Databases,CN=AG,CN=Org," CONFIG_DN
#define DB1 "CN=DB1" DATABASES
#define USERS ",CN=Users,DC=corp,DC=example"

enum {
    MAILBOX = ADSCP_CENSUS_KIND_MAILBOXES,
    SHARED = ADSCP_CENSUS_KIND_SHARED,
    ARCHIVE = ADSCP_CENSUS_KIND_ARCHIVE,
    ARBITRATION = ADSCP_CENSUS_KIND_ARBITRATION,
    SYSTEM = ADSCP_CENSUS_KIND_SYSTEM,
    REMOTE = ADSCP_CENSUS_KIND_REMOTE
};

static void begin(struct make *make)
{
    make->forest = forest_new();
    must(make->forest != NULL);
    make->forest->counted = true;
    make_directory(make, NULL);
}

/* Values as of make_values(); NULL: none. */
static void user(struct make *make, enum entry_kind kind, const char *dn,
                 const char *database, const char *type)
{
    make_begin(make, kind, dn);
    if (kind == ENTRY_BY_CLASS)
        make_values(make, "objectClass", "top|person|user");
    make_values(make, "homeMDB", database);
    make_values(make, "msExchRecipientTypeDetails", type);
    make_end(make);
}

static void database(struct make *make, const char *name, const char *owner)
{
    char dn[512], server[512];

    snprintf(dn, sizeof(dn), "CN=%s" DATABASES, name);
    make_begin(make, ENTRY_EXCHANGE, dn);
    make_values(make, "objectClass", "top|msExchMDB|msExchPrivateMDB");
    if (owner != NULL) {
        snprintf(server, sizeof(server), "CN=%s,%s", owner, SERVERS_DN);
        make_values(make, "msExchOwningServer", server);
    }
    make_end(make);
}

static adscp_forest *done(struct make *make)
{
    make_close(make);
    must(forest_freeze(make->forest, NULL) == ADSCP_OK);
    return make->forest;
}

static int64_t notes(const adscp_forest *forest, enum finding_code code)
{
    const struct finding_list *list = &forest->directories[0]->notes;
    int64_t count = 0;
    size_t i;

    for (i = 0; i < list->count; i++)
        count += list->rows[i].code == code;
    return count;
}

/* What the first note of this code counts. */
static int64_t count_of(const adscp_forest *forest, enum finding_code code)
{
    const struct finding_list *list = &forest->directories[0]->notes;
    size_t i;

    for (i = 0; i < list->count; i++)
        if (list->rows[i].code == code)
            return finding_value(&list->rows[i], FINDING_PARAMETER_count)
                .number;
    return 0;
}

static void expect(const adscp_forest *forest, const int *counts)
{
    int kind;

    for (kind = MAILBOX; kind <= REMOTE; kind++) {
        if (adscp_forest_census(forest, kind) != counts[kind])
            printf("# %s\n", adscp_census_kind_name(kind));
        CHECK_INT(adscp_forest_census(forest, kind), counts[kind]);
    }
}

/* -------------------------------------------------------------- kinds -- */

static void put_kinds(struct make *make, enum entry_kind kind)
{
    static const struct {
        const char *database, *type;
    } rows[] = {
        {DB1, "1"},           {DB1, NULL},
        {DB1, "2"},           {DB1, "x"},
        {DB1, "4"},           {DB1, "16"},
        {DB1, "32"},          {DB1, "8388608"},
        {DB1, "536870912"},   {DB1, "256"},
        {DB1, "4096"},        {NULL, "1"},
        {NULL, "2147483648"}, {NULL, "34359738368"},
        {NULL, "128"},        {NULL, NULL},
    };
    char dn[128];
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        snprintf(dn, sizeof(dn), "CN=secret%zu" USERS, i);
        user(make, kind, dn, rows[i].database, rows[i].type);
    }
    make_begin(make, kind, "CN=archived" USERS);
    make_values(make, "objectClass", "user");
    make_values(make, "homeMDB", DB1);
    make_values(make, "msExchArchiveGUID", "0123456789abcdef");
    make_values(make, "msExchArchiveDatabaseLink", DB1);
    make_end(make);
    make_begin(make, kind, "CN=cloud" USERS);
    make_values(make, "objectClass", "user");
    make_values(make, "msExchRemoteRecipientType", "1");
    make_end(make);
    user(make, kind,
         "CN=SystemMailbox{1},CN=Microsoft Exchange System Objects,"
         "DC=corp,DC=example",
         DB1, NULL);
    user(make, kind, "CN=Microsoft System Attendant,CN=EX1," SERVERS_DN, DB1,
         NULL);
}

static void kinds(void)
{
    static const int counts[] = {5, 3, 1, 1, 2, 3};
    enum entry_kind kind = ENTRY_CENSUS;
    int order;

    for (order = 0; order < 2; order++, kind = ENTRY_BY_CLASS) {
        struct make make = {0};
        adscp_forest *forest;

        begin(&make);
        put_kinds(&make, kind);
        make_server(&make, "EX1", "ex1.corp.example", "HQ");
        database(&make, "DB1", "EX1");
        forest = done(&make);
        expect(forest, counts);
        CHECK_INT(adscp_forest_census_complete(forest), 1);
        CHECK_INT(forest->directories[0]->databases[0].mailboxes, 5);
        CHECK_INT(notes(forest, FINDING_CENSUS_ASTRAY), 0);
        CHECK_INT((int64_t)forest->directories[0]->recipient_count, 0);
        adscp_forest_free(forest);
    }
}

static void contact_is_nobody(void)
{
    static const int counts[] = {1, 0, 0, 0, 0, 0};
    struct make make = {0};
    adscp_forest *forest;

    begin(&make);
    make_begin(&make, ENTRY_BY_CLASS, "CN=c" USERS);
    make_values(&make, "objectClass", "contact");
    make_values(&make, "msExchRemoteRecipientType", "1");
    make_end(&make);
    user(&make, ENTRY_BY_CLASS, "CN=u" USERS, DB1, NULL);
    forest = done(&make);
    expect(forest, counts);
    adscp_forest_free(forest);
}

/* --------------------------------------------------------------- where -- */

/* A database that is not there, one that nobody owns, and DNs that are none. */
static void astray(void)
{
    static const int counts[] = {7, 0, 0, 0, 0, 0};
    char longest[2000], dn[64];
    struct make make = {0};
    adscp_forest *forest;
    int i;

    memset(longest, 'x', sizeof(longest));
    longest[sizeof(longest) - 1] = '\0';
    begin(&make);
    make_server(&make, "EX1", "ex1.corp.example", "HQ");
    database(&make, "DB1", "EX1");
    database(&make, "DB2", NULL);
    user(&make, ENTRY_CENSUS, "CN=a" USERS, "cn=db1" DATABASES, NULL);
    user(&make, ENTRY_CENSUS, "CN=b" USERS, "CN=DB2" DATABASES, NULL);
    user(&make, ENTRY_CENSUS, "CN=c" USERS, longest, NULL);
    for (i = 0; i < 4; i++) {
        snprintf(dn, sizeof(dn), "CN=gone%d", i);
        user(&make, ENTRY_CENSUS, "CN=d" USERS, dn, NULL);
    }
    forest = done(&make);
    expect(forest, counts);
    CHECK_INT(forest->directories[0]->databases[0].mailboxes, 1);
    CHECK_INT(notes(forest, FINDING_CENSUS_ASTRAY), 1);
    CHECK_INT(count_of(forest, FINDING_CENSUS_ASTRAY), 6);
    adscp_forest_free(forest);
}

/* More names of databases than are kept: the rest counts, but nowhere. */
static void hostile_databases(void)
{
    enum { MANY = 20000 };
    struct make make = {0};
    adscp_forest *forest;
    char dn[64];
    int i;

    begin(&make);
    for (i = 0; i < MANY; i++) {
        snprintf(dn, sizeof(dn), "CN=%d", i);
        user(&make, ENTRY_CENSUS, "CN=u" USERS, dn, NULL);
    }
    CHECK(make.directory->census->databases.count < MANY);
    forest = done(&make);
    CHECK_INT(adscp_forest_census(forest, MAILBOX), MANY);
    CHECK_INT(count_of(forest, FINDING_CENSUS_ASTRAY), MANY);
    adscp_forest_free(forest);
}

/* ------------------------------------------------------------- privacy -- */

static int holds(const char *text, const char *name)
{
    return text != NULL && strstr(text, name) != NULL;
}

/* Also where an entry is refused. */
static void nobody_is_named(void)
{
    static const char odd[] = "CN=sec\0ret" USERS;
    struct make make = {0};
    adscp_forest *forest;
    size_t i;

    begin(&make);
    make.directory->source = ADSCP_FOREST_SOURCE_LDAP;
    must(decoder_begin(make.decoder, ENTRY_CENSUS, odd, sizeof(odd) - 1,
                       NULL) == ADSCP_OK);
    make_end(&make);
    user(&make, ENTRY_CENSUS, "CN=secret" USERS, DB1, NULL);
    must(decoder_refuse(make.decoder, "it is malformed") == ADSCP_OK);
    forest = done(&make);
    CHECK_INT(notes(forest, FINDING_ENTRY_REFUSED), 2);
    for (i = 0; i < forest->directories[0]->notes.count; i++) {
        const struct adscp_finding *row =
            &forest->directories[0]->notes.rows[i];

        CHECK(!holds(finding_sentence(row), "sec"));
        CHECK(finding_dn(row) == NULL);
    }
    adscp_forest_free(forest);
}

/* ------------------------------------------------------------ snapshots -- */

static const char export[] =
    "dn:\nconfigurationNamingContext: " CONFIG_DN "\n\n"
    "dn: CN=secret" USERS "\nobjectClass: user\nhomeMDB: " DB1 "\n\n"
    "dn: CN=secret2" USERS "\nobjectClass: user\nhomeMDB: CN=gone\n\n"
    "dn: CN=secret3" USERS "\nobjectClass: user\nhomeMDB: " DB1 "\n"
    "msExchRecipientTypeDetails: 4\n\n"
    "dn: CN=secret4" USERS "\nobjectClass: user\n"
    "msExchRemoteRecipientType: 4\n\n"
    "dn: CN=EX1," SERVERS_DN "\nobjectClass: msExchExchangeServer\n\n"
    "dn: " DB1 "\nobjectClass: msExchPrivateMDB\n"
    "msExchOwningServer: CN=EX1," SERVERS_DN "\n";

static void write_file(char path[32], const char *text)
{
    FILE *file;

    strcpy(path, "/tmp/adscp-census-XXXXXX");
    file = fdopen(mkstemp(path), "w");
    must(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0);
}

/* With a second file, or NULL. */
static adscp_forest *read_files(const char *first, const char *second,
                                int census)
{
    adscp_reader *reader = adscp_reader_new();
    adscp_forest *forest = NULL;
    char paths[2][32];

    write_file(paths[0], first);
    write_file(paths[1], second != NULL ? second : "");
    adscp_reader_add_ldif_file(reader, paths[0]);
    if (second != NULL)
        adscp_reader_add_ldif_file(reader, paths[1]);
    adscp_reader_set_census(reader, census);
    adscp_reader_set_keep_entries(reader, 1);
    must(adscp_reader_read(reader, &forest) == ADSCP_OK);
    adscp_reader_free(reader);
    unlink(paths[0]);
    unlink(paths[1]);
    return forest;
}

static const int counts_of_export[] = {2, 1, 0, 0, 0, 1};

static void snapshot(void)
{
    adscp_forest *first = read_files(export, NULL, 1), *again;
    const char *text = adscp_forest_snapshot(first);
    int census;

    expect(first, counts_of_export);
    CHECK_INT(notes(first, FINDING_CENSUS_ASTRAY), 1);
    CHECK(text != NULL && !holds(text, "secret"));
    for (census = 0; census < 2; census++) {
        again = read_files(text, NULL, census);
        expect(again, counts_of_export);
        CHECK_INT(adscp_forest_census_complete(again), 1);
        CHECK_INT(again->directories[0]->databases[0].mailboxes, 1);
        CHECK_INT(notes(again, FINDING_CENSUS_ASTRAY), 1);
        CHECK_STR(adscp_forest_snapshot(again), text);
        adscp_forest_free(again);
    }
    /* The users beside it have been counted. */
    again = read_files(text, export, 1);
    expect(again, counts_of_export);
    adscp_forest_free(again);
    again = read_files(export, text, 1);
    expect(again, counts_of_export);
    adscp_forest_free(again);
    adscp_forest_free(first);
}

static void nobody(void)
{
    static const int none[] = {0, 0, 0, 0, 0, 0};
    adscp_forest *forest =
        read_files("dn:\nconfigurationNamingContext: " CONFIG_DN "\n", NULL, 1);
    adscp_forest *again;

    expect(forest, none);
    CHECK_INT(adscp_forest_census_complete(forest), 0);
    CHECK_INT(notes(forest, FINDING_CENSUS_INCOMPLETE), 1);
    again = read_files(adscp_forest_snapshot(forest), NULL, 0);
    CHECK_INT(adscp_forest_census_complete(again), 0);
    CHECK_INT(notes(again, FINDING_CENSUS_INCOMPLETE), 1);
    adscp_forest_free(again);
    adscp_forest_free(forest);
    forest = read_files(export, NULL, 0);
    CHECK_INT(adscp_forest_census_complete(forest), -1);
    CHECK_INT(adscp_forest_census(forest, MAILBOX), -1);
    adscp_forest_free(forest);
    CHECK_INT(adscp_forest_census(NULL, MAILBOX), -1);
    CHECK_INT(adscp_forest_census_complete(NULL), -1);
    CHECK_STR(adscp_census_kind_name(-1), NULL);
    CHECK_STR(adscp_census_kind_name(REMOTE + 1), NULL);
}

/* Lines of a snapshot that somebody edited. */
static void edited(void)
{
    static const int counts[] = {0, 7, 0, 0, 0, 0};
    adscp_forest *forest = read_files(
        "dn:\nadscpReading: directory 1\nadscpReading: census\n"
        "adscpReading: mailboxes shared 7\nadscpReading: mailboxes nothing 3\n"
        "adscpReading: mailboxes mailboxes 99999999999\n"
        "adscpReading: mailboxes-in -1 CN=x\nadscpReading: mailboxes-in\n"
        "adscpReading: mailboxes-astray x\nadscpReading: mailboxes\n\n"
        "dn:\nadscpReading: end\n",
        NULL, 0);

    expect(forest, counts);
    CHECK_INT(adscp_forest_census_complete(forest), 0);
    adscp_forest_free(forest);
}

/* ------------------------------------------------------------- coverage -- */

static adscp_coverage *cover(const adscp_forest *forest)
{
    adscp_predictor *predictor = adscp_predictor_new();
    adscp_coverage *coverage = NULL;

    must(adscp_predictor_set_forest(predictor, forest) == ADSCP_OK);
    must(adscp_predictor_cover(predictor, &coverage) == ADSCP_OK);
    adscp_predictor_free(predictor);
    return coverage;
}

static int action(const adscp_coverage *coverage, int home)
{
    return adscp_hop_action(adscp_prediction_hop(
        adscp_coverage_class_prediction(coverage,
                                        adscp_coverage_cell(coverage, 0, home)),
        0));
}

static void homes(void)
{
    struct make make = {0};
    adscp_coverage *coverage;
    adscp_forest *forest;

    begin(&make);
    make_site(&make, "HQ");
    make_exchange(&make, (struct exchange){.name = "EX1",
                                           .site = "HQ",
                                           .version = MAKE_2010,
                                           .roles = MAKE_CAS});
    make_exchange(&make, (struct exchange){.name = "EX2",
                                           .site = "HQ",
                                           .version = MAKE_2010,
                                           .roles = MAKE_CAS});
    make_scp(&make, "EX1", "Site=HQ", "2010", "ex1");
    database(&make, "DB1", "EX1");
    database(&make, "DB2", "EX1");
    database(&make, "DB3", "EX2");
    user(&make, ENTRY_CENSUS, "CN=a" USERS, DB1, NULL);
    user(&make, ENTRY_CENSUS, "CN=b" USERS, "CN=DB2" DATABASES, NULL);
    user(&make, ENTRY_CENSUS, "CN=c" USERS, NULL, "2147483648");
    forest = done(&make);
    coverage = cover(forest);
    CHECK_INT(adscp_coverage_home_count(coverage), 4);
    CHECK_INT(adscp_coverage_home_mailboxes(coverage, 0), 2);
    CHECK_INT(adscp_coverage_home_mailboxes(coverage, 1), 0);
    CHECK_INT(adscp_coverage_home_kind(coverage, 2),
              ADSCP_COVERAGE_HOME_KIND_REMOTE);
    CHECK(adscp_coverage_home_server(coverage, 2) == NULL);
    CHECK_INT(adscp_coverage_home_mailboxes(coverage, 2), 1);
    CHECK_INT(adscp_coverage_home_kind(coverage, 3),
              ADSCP_COVERAGE_HOME_KIND_NONE);
    CHECK_INT(adscp_coverage_home_mailboxes(coverage, 3), -1);
    CHECK_INT(action(coverage, 0), ADSCP_HOP_ACTION_ANSWER);
    CHECK_INT(action(coverage, 2), ADSCP_HOP_ACTION_REDIRECT_ADDRESS);
    CHECK_INT(action(coverage, 3), ADSCP_HOP_ACTION_UNKNOWN);
    CHECK_INT(adscp_coverage_class_mailboxes(
                  coverage, adscp_coverage_cell(coverage, 0, 0)),
              2);
    CHECK_INT(adscp_coverage_class_mailboxes(
                  coverage, adscp_coverage_cell(coverage, 0, 2)),
              1);
    adscp_coverage_free(coverage);
    adscp_forest_free(forest);
}

static const struct test tests[] = {
    {"who counts as what", kinds},
    {"a contact has no mailbox", contact_is_nobody},
    {"a database that leads nowhere", astray},
    {"twenty thousand names of databases", hostile_databases},
    {"nobody is named", nobody_is_named},
    {"a snapshot keeps the numbers", snapshot},
    {"nobody to count, or nobody wants to", nobody},
    {"a snapshot that was edited", edited},
    {"mailboxes of homes and classes", homes},
};
TEST_MAIN(tests)
