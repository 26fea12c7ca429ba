/* SPDX-License-Identifier: MIT */
/*
 * Out of memory while a plan is made, while its answers are compared with those
 * before it, and while two forests are: allocation 1, 2, 3 ... of each call
 * fails, until none is left to fail. A call that failed has left everything as
 * it was, and gives the whole answer in the end.
 */
#include "test.h"

#include <stdlib.h>
#include <unistd.h>

#include "adscp.h"
#include "base/base64.h"
#include "facts/certificate/self_signed.h"
#include "failing.h"
#include "touch.h"

#define CONFIG "CN=Configuration,DC=corp,DC=example"
#define SERVERS                                                                \
    "CN=Servers,CN=Group,CN=Administrative Groups,CN=Org,"                     \
    "CN=Microsoft Exchange,CN=Services," CONFIG
#define GUID "77378F46-2C66-4aa9-A6A6-3E7A48B19596"

static const char export[] =
    "dn:\nconfigurationNamingContext: " CONFIG "\n\n"
    "dn: CN=HQ,CN=Sites," CONFIG "\nobjectClass: site\n\n"
    "dn: CN=Elsewhere,CN=Sites," CONFIG "\nobjectClass: site\n\n"
    "dn: CN=A," SERVERS "\nobjectClass: msExchExchangeServer\n"
    "versionNumber: 1942083019\nserialNumber: Version 15.1 (Build 32507.6)\n"
    "msExchServerSite: CN=HQ,CN=Sites," CONFIG "\n"
    "networkAddress: ncacn_ip_tcp:a.corp.example\n"
    "legacyExchangeDN: /o=Org/cn=Servers/cn=A\n\n"
    "dn: CN=A,CN=Autodiscover,CN=Protocols,CN=A," SERVERS "\n"
    "objectClass: serviceConnectionPoint\nkeywords: " GUID "\n"
    "keywords: Site=HQ\nserviceBindingInformation: https://a.corp.example/x\n"
    "whenCreated: 20150101000000.0Z\n\n"
    "dn: CN=EWS (Default Web Site),CN=HTTP,CN=Protocols,CN=A," SERVERS "\n"
    "objectClass: msExchVirtualDirectory\n"
    "objectClass: msExchWebServicesVirtualDirectory\n"
    "msExchInternalHostName: https://a.corp.example/EWS\n\n"
    "dn: CN=B," SERVERS "\nobjectClass: msExchExchangeServer\n"
    "versionNumber: 1942083019\nserialNumber: Version 15.1 (Build 32507.6)\n"
    "networkAddress: ncacn_ip_tcp:b.corp.example\n"
    "legacyExchangeDN: /o=Org/cn=Servers/cn=B\n\n"
    "dn: CN=One,CN=Databases," CONFIG "\nobjectClass: msExchPrivateMDB\n"
    "msExchOwningServer: CN=A," SERVERS "\n\n"
    "dn: CN=Two,CN=Databases," CONFIG "\nobjectClass: msExchPrivateMDB\n"
    "msExchOwningServer: CN=B," SERVERS "\n\n"
    "dn: CN=Ann,DC=corp,DC=example\nobjectClass: user\n"
    "homeMDB: CN=One,CN=Databases," CONFIG "\n\n";

static const char records[] =
    "dn: CN=Branch,CN=Sites," CONFIG "\nchangetype: add\nobjectClass: site\n";

static struct made_certificate made;
static char certificate[] = "/tmp/adscp-oom-XXXXXX";
static char changes[] = "/tmp/adscp-oom-XXXXXX";

/* Behind a blank or "=" at the end goes the file of a certificate. */
static const char *const steps[] = {
    ("install N site=HQ version=\"Exchange 2019 CU15\" at=2020-03-01 "
     "certificate="),
    "scp-url N https://mail.corp.example/A",
    "scp-sites N HQ Elsewhere",
    "service-url N ews https://mail.corp.example/E",
    "publish-root N",
    "publish-root ",
    "shows mail.corp.example:443 ",
    "certificate A ",
    "move-mailboxes A B",
    "uninstall A",
};
enum { STEPS = sizeof(steps) / sizeof(steps[0]) };

/* A key of its own for each try: what it writes is never the same. */
static const char fresh[] = "certificate N trusted";

static void write_file(char *path, const void *bytes, size_t length)
{
    int fd = mkstemp(path);

    CHECK(fd >= 0 && write(fd, bytes, length) == (ssize_t)length);
    close(fd);
}

static adscp_forest *read_text(const char *text)
{
    char path[] = "/tmp/adscp-oom-XXXXXX";
    adscp_reader *reader = adscp_reader_new();
    adscp_forest *forest = NULL;

    write_file(path, text, strlen(text));
    adscp_reader_add_ldif_file(reader, path);
    adscp_reader_set_keep_entries(reader, 1);
    adscp_reader_set_census(reader, 1);
    CHECK_INT(adscp_reader_read(reader, &forest), ADSCP_OK);
    adscp_reader_free(reader);
    unlink(path);
    return forest;
}

static adscp_forest *read_export(void)
{
    return read_text(export);
}

/* ---------------------------------------------------------------- a plan -- */

static int add_step(adscp_plan *plan, int number)
{
    char step[256], last;

    if (number == STEPS)
        return adscp_plan_add_changes_file(plan, changes);
    if (number > STEPS)
        return adscp_plan_add_step(plan, fresh);
    last = steps[number][strlen(steps[number]) - 1];
    snprintf(step, sizeof(step), "%s%s", steps[number],
             last == ' ' || last == '=' ? certificate : "");
    return adscp_plan_add_step(plan, step);
}

static void add_until_it_works(adscp_plan *plan, int number)
{
    long n, before = 0;
    int rc = ADSCP_E_NOMEM;

    for (n = 0; rc == ADSCP_E_NOMEM && n < 100000; n++) {
        before = alive;
        until_failure = n;
        reached = false;
        rc = add_step(plan, number);
        until_failure = -1;
        CHECK(rc == ADSCP_OK || (rc == ADSCP_E_NOMEM && reached));
        CHECK_INT(adscp_plan_step_count(plan),
                  rc == ADSCP_OK ? number + 1 : number);
        CHECK((adscp_plan_error_detail(plan)[0] == '\0') == (rc == ADSCP_OK));
        CHECK(rc == ADSCP_OK || alive <= before + 1); /* the list of steps */
    }
    CHECK(n > 5);
    if (rc != ADSCP_OK)
        printf("# step %d: %s\n", number, adscp_plan_error_detail(plan));
}

static adscp_plan *begin_plan(const adscp_forest *forest)
{
    adscp_plan *plan = adscp_plan_new();

    CHECK_INT(adscp_plan_set_forest(plan, forest), ADSCP_OK);
    CHECK_INT(adscp_plan_set_time(plan, 1583020800), ADSCP_OK);
    return plan;
}

static void compare_steps(const adscp_plan *plan, const adscp_plan *whole)
{
    int step, i;

    for (step = 0; step <= STEPS; step++) {
        CHECK_STR(adscp_plan_step(plan, step), adscp_plan_step(whole, step));
        CHECK_STR(adscp_plan_changes(plan, step),
                  adscp_plan_changes(whole, step));
        CHECK_INT(adscp_plan_cmdlet_count(plan, step),
                  adscp_plan_cmdlet_count(whole, step));
        for (i = 0; i < adscp_plan_cmdlet_count(whole, step); i++)
            CHECK_STR(adscp_plan_cmdlet(plan, step, i),
                      adscp_plan_cmdlet(whole, step, i));
    }
}

static uint64_t touch_last(adscp_plan *plan)
{
    adscp_forest *forest = NULL;
    uint64_t sum;

    CHECK_INT(adscp_plan_forest(plan, &forest), ADSCP_OK);
    sum = touch_forest(forest);
    adscp_forest_free(forest);
    return sum;
}

static void try_plan(const adscp_forest *forest, adscp_plan *whole)
{
    long before = alive;
    adscp_plan *plan = begin_plan(forest);
    int failures = test_failures, number;

    for (number = 0; number <= STEPS && test_failures == failures; number++)
        add_until_it_works(plan, number);
    if (test_failures == failures) {
        compare_steps(plan, whole);
        CHECK(touch_last(plan) == touch_last(whole));
        add_until_it_works(plan, STEPS + 1);
    }
    adscp_plan_free(plan);
    CHECK_INT(alive, before);
}

static adscp_plan *whole_plan(const adscp_forest *forest)
{
    adscp_plan *plan = begin_plan(forest);
    int number;

    for (number = 0; number <= STEPS; number++)
        CHECK_INT(add_step(plan, number), ADSCP_OK);
    (void)touch_last(plan); /* which makes some texts */
    return plan;
}

static void test_plan(void)
{
    adscp_forest *forest = read_export();
    adscp_plan *whole = whole_plan(forest);

    once = true;
    try_plan(forest, whole);
    once = false;
    try_plan(forest, whole);
    adscp_plan_free(whole);
    adscp_forest_free(forest);
}

/* ---------------------------------------------------------- a comparison -- */

static uint64_t touch_comparison(const adscp_comparison *comparison)
{
    uint64_t sum = 0;
    int i;

    for (i = 0; i < adscp_comparison_site_count(comparison); i++)
        sum = touch_text(sum, adscp_comparison_site(comparison, i));
    for (i = 0; i < adscp_comparison_home_count(comparison); i++) {
        sum = touch_text(sum, adscp_server_name(
                                  adscp_comparison_home_server(comparison, i)));
        sum = touch_number(sum, adscp_comparison_home_before(comparison, i));
        sum = touch_number(sum, adscp_comparison_home_after(comparison, i));
        sum = touch_number(sum, adscp_comparison_home_mailboxes(comparison, i));
    }
    sum = touch_number(sum, adscp_comparison_deleted_mailboxes(comparison));
    sum = touch_number(sum, adscp_comparison_added_mailboxes(comparison));
    for (i = ADSCP_COMPARISON_CHANGE_SAME; i <= ADSCP_COMPARISON_CHANGE_WORSE;
         i++)
        sum = touch_number(sum, adscp_comparison_count(comparison, i));
    for (i = 0; i < adscp_comparison_move_count(comparison); i++) {
        sum = touch_number(sum, adscp_comparison_move_site(comparison, i));
        sum = touch_number(sum, adscp_comparison_move_home(comparison, i));
        sum = touch_number(sum, adscp_comparison_move_change(comparison, i));
    }
    for (i = 0; i < adscp_comparison_fact_count(comparison); i++) {
        sum = touch_text(sum, adscp_comparison_fact_kind(comparison, i));
        sum = touch_text(sum, adscp_comparison_fact_change(comparison, i));
        sum = touch_text(sum, adscp_comparison_fact_dn(comparison, i));
        sum = touch_text(sum, adscp_comparison_fact_attribute(comparison, i));
        sum = touch_text(sum, adscp_comparison_fact_before(comparison, i));
        sum = touch_text(sum, adscp_comparison_fact_after(comparison, i));
    }
    return sum;
}

struct pair {
    const void *before, *after;
    int (*compare)(const struct pair *pair, adscp_comparison **out);
};

static int compare_forests(const struct pair *pair, adscp_comparison **out)
{
    return adscp_forest_compare(pair->before, pair->after, out);
}

static int compare_coverages(const struct pair *pair, adscp_comparison **out)
{
    return adscp_coverage_compare(pair->before, pair->after, out);
}

static void fail_comparison(const struct pair *pair, uint64_t whole)
{
    int failures = test_failures;
    long n, before = alive;

    reached = true;
    for (n = 0; reached && test_failures == failures; n++) {
        adscp_comparison *comparison = NULL;
        int rc;

        until_failure = n;
        reached = false;
        rc = pair->compare(pair, &comparison);
        until_failure = -1;
        CHECK(rc == ADSCP_OK || (rc == ADSCP_E_NOMEM && reached));
        CHECK((comparison != NULL) == (rc == ADSCP_OK));
        if (rc == ADSCP_OK)
            CHECK(touch_comparison(comparison) == whole);
        adscp_comparison_free(comparison);
        CHECK_INT(alive, before);
    }
    CHECK(n > 2);
    printf("# %ld allocations\n", n - 1);
}

static void try_comparison(const struct pair *pair)
{
    adscp_comparison *comparison = NULL;
    uint64_t whole;

    CHECK_INT(pair->compare(pair, &comparison), ADSCP_OK);
    whole = touch_comparison(comparison);
    CHECK(adscp_comparison_fact_count(comparison) > 3 ||
          adscp_comparison_move_count(comparison) > 3);
    adscp_comparison_free(comparison);
    once = true;
    fail_comparison(pair, whole);
    once = false;
    fail_comparison(pair, whole);
}

/* What is assumed is told again until there is memory for it. */
static void set_plan(adscp_predictor *predictor, const adscp_plan *plan)
{
    int rc = ADSCP_E_NOMEM;
    long n;

    for (n = 0; rc == ADSCP_E_NOMEM && n < 1000; n++) {
        until_failure = n;
        reached = false;
        rc = adscp_predictor_set_plan(predictor, plan);
        until_failure = -1;
        CHECK(rc == ADSCP_OK || (rc == ADSCP_E_NOMEM && reached));
    }
    CHECK_INT(rc, ADSCP_OK);
}

static adscp_coverage *cover(const adscp_plan *plan, const adscp_forest *forest)
{
    adscp_predictor *predictor = adscp_predictor_new();
    adscp_coverage *coverage = NULL;

    adscp_predictor_set_time(predictor, 1583107200);
    if (plan != NULL)
        set_plan(predictor, plan);
    else
        CHECK_INT(adscp_predictor_set_forest(predictor, forest), ADSCP_OK);
    CHECK_INT(adscp_predictor_cover(predictor, &coverage), ADSCP_OK);
    adscp_predictor_free(predictor);
    return coverage;
}

static void test_comparison(void)
{
    adscp_forest *forest = read_export(), *after = NULL;
    adscp_plan *plan = whole_plan(forest);
    adscp_coverage *before = cover(NULL, forest), *changed;
    struct pair coverages = {before, NULL, compare_coverages};
    struct pair forests = {forest, NULL, compare_forests};

    CHECK_INT(add_step(plan, STEPS + 1), ADSCP_OK);
    changed = cover(plan, NULL);
    coverages.after = changed;
    CHECK_INT(adscp_plan_forest(plan, &after), ADSCP_OK);
    forests.after = after;
    try_comparison(&coverages);
    try_comparison(&forests);
    adscp_coverage_free(before);
    adscp_coverage_free(changed);
    adscp_forest_free(after);
    adscp_plan_free(plan);
    adscp_forest_free(forest);
}

/* ---------------------------------------------------------------- looks -- */

enum { LOOK_SIZE = 8192 };

static void add_seen(char *text, const char *const *hosts, const char *rest)
{
    size_t used = strlen(text);
    int i;

    for (i = 0; hosts[i] != NULL; i++)
        used += (size_t)snprintf(text + used, LOOK_SIZE - used,
                                 "\nadscpReading: seen %s\t443\t%s", hosts[i],
                                 rest);
}

/* What servers showed: one certificate at these hosts, some of them behind a
 * shared name, and nothing at the others. */
static adscp_forest *read_look(const char *const *shown,
                               const char *const *behind,
                               const char *const *silent)
{
    char text[LOOK_SIZE] = "dn:\nadscpReading: directory 1\n"
                           "adscpReading: looked whole\nadscpReading: shown ";

    base64_encode(text + strlen(text), (const char *)made.bytes, made.length);
    add_seen(text, shown, "\t127.0.0.1\t443\t0\t0\t0\t0\t0\t771\t0\t");
    add_seen(text, behind,
             "mail.corp.example\t127.0.0.1\t443\t0\t0\t0\t0\t0\t771\t0\t");
    add_seen(text, silent, "\t127.0.0.1\t443\t1\t0\t-1\t0\t-1\t0\t\trefused");
    strcat(text, "\nconfigurationNamingContext: " CONFIG
                 "\n\ndn:\nadscpReading: end\n\n");
    return read_text(text);
}

static void test_look(void)
{
    static const char *const then[] = {"a.corp.example", "b.corp.example",
                                       "c.corp.example", NULL};
    static const char *const now[] = {"a.corp.example", "x.corp.example", NULL};
    static const char *const behind[] = {"d.corp.example", NULL};
    static const char *const no_more[] = {"b.corp.example", "c.corp.example",
                                          "y.corp.example", NULL};
    static const char *const nobody[] = {NULL};
    adscp_forest *before = read_look(then, behind, nobody),
                 *after = read_look(now, behind, no_more);
    struct pair forests = {before, after, compare_forests};

    CHECK_INT(adscp_sightings_count(adscp_forest_sightings(before)), 3);
    CHECK_INT(adscp_sightings_complete(adscp_forest_sightings(after)), 1);
    try_comparison(&forests);
    adscp_forest_free(before);
    adscp_forest_free(after);
}

/* ------------------------------------------------------------ many records --
 */

/* So many records, each with one more value for the same attribute. */
static size_t asked_by(const adscp_forest *forest, int count)
{
    static const char record[] =
        "dn: CN=A,CN=Autodiscover,CN=Protocols,CN=A," SERVERS
        "\nchangetype: modify\nadd: keywords\n"
        "keywords: Site=%d\n\n";
    size_t room = (size_t)count * (sizeof(record) + 10), used = 0, before;
    char *text = malloc(room);
    adscp_reader *reader = adscp_reader_new();
    adscp_forest *after = NULL;
    int i;

    for (i = 0; i < count; i++)
        used += (size_t)snprintf(text + used, room - used, record, i);
    CHECK_INT(adscp_reader_set_forest(reader, forest), ADSCP_OK);
    CHECK_INT(adscp_reader_add_changes(reader, "many", text, (int64_t)used),
              ADSCP_OK);
    before = bytes_asked;
    CHECK_INT(adscp_reader_read(reader, &after), ADSCP_OK);
    before = bytes_asked - before;
    CHECK_INT(adscp_scp_keyword_count(adscp_forest_scp(after, 0)), count + 2);
    adscp_forest_free(after);
    adscp_reader_free(reader);
    free(text);
    return before;
}

static void test_many(void)
{
    adscp_forest *forest = read_export();
    size_t some = asked_by(forest, 500), more = asked_by(forest, 1500);

    CHECK(more < 4 * some);
    adscp_forest_free(forest);
}

int main(void)
{
    static const struct test tests[] = {
        {"memory fails in each step of a plan", test_plan},
        {"memory fails in a comparison", test_comparison},
        {"memory fails in a comparison of what was seen", test_look},
        {"many changes of one entry take no more memory each", test_many},
    };
    int failed;

    if (self_signed_make("N", "n.corp.example", 1583020800, &made) != ADSCP_OK)
        return 1;
    write_file(certificate, made.bytes, made.length);
    write_file(changes, records, strlen(records));
    failed = test_main(tests, sizeof(tests) / sizeof(tests[0]));
    free(made.bytes);
    unlink(certificate);
    unlink(changes);
    return failed;
}
