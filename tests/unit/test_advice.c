/* SPDX-License-Identifier: MIT */
/*
 * Advice: every remedy is carried out once more here, and clears what it says
 * without making anything worse. Then allocations fail while it is sought.
 */
#include "test.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "adscp.h"
#include "failing.h"

#define CONFIG "CN=Configuration,DC=corp,DC=example"
#define NOW 1583107200

static const char export[] =
    "dn:\nconfigurationNamingContext: " CONFIG "\n\n"
    "dn: CN=HQ,CN=Sites," CONFIG "\nobjectClass: site\n\n"
    "dn: CN=Other Site,CN=Sites," CONFIG "\nobjectClass: site\n\n"
    "dn: CN=OLD,CN=Servers,CN=Group,CN=Administrative Groups,CN=Org,"
    "CN=Microsoft Exchange,CN=Services," CONFIG "\n"
    "objectClass: msExchExchangeServer\n"
    "networkAddress: ncacn_ip_tcp:old.corp.example\n\n";

/* Setup's certificate on each; that of GOOD is a root of the forest. */
static const char *const scene[] = {
    "install BAD site=HQ version=\"Exchange 2016 CU9\" at=2019-01-01",
    ("install GOOD site=\"Other Site\" version=\"Exchange 2016 CU9\" "
     "at=2018-01-01"),
    "publish-root GOOD"};

static adscp_forest *read_export(bool keep)
{
    char path[] = "/tmp/adscp-advice-XXXXXX";
    adscp_reader *reader = adscp_reader_new();
    adscp_forest *forest = NULL;
    int fd = mkstemp(path);

    CHECK(write(fd, export, strlen(export)) == (ssize_t)strlen(export));
    close(fd);
    adscp_reader_add_ldif_file(reader, path);
    adscp_reader_set_keep_entries(reader, keep);
    CHECK_INT(adscp_reader_read(reader, &forest), ADSCP_OK);
    adscp_reader_free(reader);
    unlink(path);
    return forest;
}

/* A step, or a change record. */
static int add(adscp_plan *plan, const char *step)
{
    char path[] = "/tmp/adscp-advice-XXXXXX";
    int fd, rc;

    if (strncmp(step, "dn: ", 4) != 0)
        return adscp_plan_add_step(plan, step);
    fd = mkstemp(path);
    CHECK(write(fd, step, strlen(step)) == (ssize_t)strlen(step));
    close(fd);
    rc = adscp_plan_add_changes_file(plan, path);
    unlink(path);
    return rc;
}

static adscp_forest *make_forest(const char *const *steps, size_t count)
{
    adscp_forest *first = read_export(true), *forest = NULL;
    adscp_plan *plan = adscp_plan_new();
    size_t i;

    CHECK_INT(adscp_plan_set_forest(plan, first), ADSCP_OK);
    CHECK_INT(adscp_plan_set_time(plan, NOW), ADSCP_OK);
    for (i = 0; i < count; i++) {
        CHECK_INT(add(plan, steps[i]), ADSCP_OK);
        if (adscp_plan_error_detail(plan)[0] != '\0')
            printf("# %s\n", adscp_plan_error_detail(plan));
    }
    CHECK_INT(adscp_plan_forest(plan, &forest), ADSCP_OK);
    adscp_plan_free(plan);
    adscp_forest_free(first);
    return forest;
}

struct scene {
    adscp_forest *forest;
    adscp_predictor *predictor;
    adscp_coverage *coverage;
};

static struct scene open_scene(const char *const *steps, size_t count)
{
    struct scene made = {make_forest(steps, count), adscp_predictor_new(),
                         NULL};

    adscp_predictor_set_time(made.predictor, NOW);
    CHECK_INT(adscp_predictor_set_forest(made.predictor, made.forest),
              ADSCP_OK);
    CHECK_INT(adscp_predictor_cover(made.predictor, &made.coverage), ADSCP_OK);
    return made;
}

static void close_scene(struct scene *made)
{
    adscp_coverage_free(made->coverage);
    adscp_predictor_free(made->predictor);
    adscp_forest_free(made->forest);
}

static int kinds_of(const adscp_advice *advice)
{
    int i, kinds = 0;

    for (i = 0; i < adscp_advice_remedy_count(advice); i++)
        kinds |= 1 << adscp_advice_remedy_kind(advice, i);
    return kinds;
}

static int outcome_of(const adscp_coverage *coverage, int site, int home)
{
    return adscp_alert_outcome(
        adscp_prediction_alert(adscp_coverage_class_prediction(
            coverage, adscp_coverage_cell(coverage, site, home))));
}

/* Every cell of a class that is cleared. */
static void check_cleared(const struct scene *made, const adscp_advice *advice,
                          int remedy, const adscp_coverage *after)
{
    int i, site, home;

    for (i = 0; i < adscp_advice_remedy_clears_count(advice, remedy); i++) {
        int row = adscp_advice_remedy_clears(advice, remedy, i);

        for (site = 0; site < adscp_coverage_site_count(after); site++)
            for (home = 0; home < adscp_coverage_home_count(after); home++)
                if (adscp_coverage_cell(made->coverage, site, home) == row)
                    CHECK_INT(outcome_of(after, site, home),
                              ADSCP_ALERT_OUTCOME_NO_ALERT);
    }
}

static void check_remedy(const struct scene *made, const adscp_advice *advice,
                         int remedy)
{
    adscp_comparison *comparison = NULL;
    adscp_coverage *after = NULL;
    adscp_plan *plan = NULL;

    CHECK_INT(adscp_advice_remedy_plan(advice, remedy, &plan), ADSCP_OK);
    CHECK_INT(adscp_plan_step_count(plan),
              adscp_advice_remedy_step_count(advice, remedy));
    CHECK_STR(adscp_plan_step(plan, 0),
              adscp_advice_remedy_step(advice, remedy, 0));
    CHECK(adscp_plan_cmdlet_count(plan, 0) > 0);
    CHECK_INT(adscp_predictor_set_plan(made->predictor, plan), ADSCP_OK);
    CHECK_INT(adscp_predictor_cover(made->predictor, &after), ADSCP_OK);
    CHECK_INT(adscp_coverage_compare(made->coverage, after, &comparison),
              ADSCP_OK);
    CHECK_INT(adscp_comparison_count(comparison, ADSCP_COMPARISON_CHANGE_WORSE),
              0);
    CHECK(adscp_advice_remedy_clears_count(advice, remedy) > 0);
    check_cleared(made, advice, remedy, after);
    adscp_comparison_free(comparison);
    adscp_coverage_free(after);
    adscp_plan_free(plan);
}

static void test_remedies(void)
{
    struct scene made = open_scene(scene, 3);
    adscp_advice *advice = NULL;
    int i, count, row = adscp_coverage_cell(made.coverage, 0, 0), best;

    CHECK_INT(outcome_of(made.coverage, 0, 0), ADSCP_ALERT_OUTCOME_ALERT);
    CHECK_INT(
        adscp_predictor_advise(made.predictor, made.coverage, -1, &advice),
        ADSCP_OK);
    CHECK_INT(adscp_advice_complete(advice), 1);
    CHECK_INT(adscp_advice_problem(advice, 0), row);
    CHECK_INT(kinds_of(advice), 0x1F); /* each kind of change helps here */
    count = adscp_advice_remedy_count(advice);
    for (i = 0; i < count; i++)
        check_remedy(&made, advice, i);
    best = adscp_advice_best(advice, row);
    CHECK_INT(best, 0);
    CHECK_STR(adscp_advice_remedy_step(advice, best, 0),
              "scp-url BAD https://GOOD.corp.example/Autodiscover/"
              "Autodiscover.xml");
    CHECK_STR(adscp_advice_remedy_text(advice, best),
              "Let the SCP of BAD name https://GOOD.corp.example/Autodiscover/"
              "Autodiscover.xml");
    CHECK_INT(adscp_advice_remedy_mailboxes(advice, best), -1);
    CHECK_INT(adscp_advice_remedy_others(advice, best), 0);
    CHECK_INT(adscp_advice_tried(advice, row, ADSCP_ADVICE_KIND_SCP_SITES), 1);
    CHECK_INT(adscp_advice_tried(advice, 999, ADSCP_ADVICE_KIND_SCP_SITES), -1);
    CHECK_INT(adscp_advice_tried(advice, row, ADSCP_ADVICE_KIND_BEHIND), 1);
    CHECK_INT(adscp_advice_tried(advice, row, 7), -1);
    adscp_advice_free(advice);
    /* Of a class that is fine there is nothing to say. */
    row = adscp_coverage_cell(made.coverage, 1, 0);
    CHECK_INT(
        adscp_predictor_advise(made.predictor, made.coverage, row, &advice),
        ADSCP_OK);
    CHECK_INT(adscp_advice_problem_count(advice), 0);
    CHECK_INT(adscp_advice_remedy_count(advice), 0);
    CHECK_INT(adscp_advice_best(advice, row), -1);
    adscp_advice_free(advice);
    close_scene(&made);
}

/* The remedy with this first step; -1: there is none. */
static int find_remedy(const adscp_advice *advice, const char *step)
{
    int i, count = adscp_advice_remedy_count(advice);

    for (i = 0; i < count; i++)
        if (strcmp(adscp_advice_remedy_step(advice, i, 0), step) == 0)
            return i;
    return -1;
}

static adscp_advice *advise(const struct scene *made)
{
    adscp_advice *advice = NULL;
    int i;

    CHECK_INT(
        adscp_predictor_advise(made->predictor, made->coverage, -1, &advice),
        ADSCP_OK);
    for (i = 0; i < adscp_advice_remedy_count(advice); i++)
        check_remedy(made, advice, i);
    return advice;
}

/* The certificate has another name than the SCP, and than a URL that the server
 * hands out. */
static void test_other_name(void)
{
    static const char *const steps[] = {
        ("install S site=HQ version=\"Exchange 2016 CU9\" at=2019-01-01 "
         "fqdn=mx.corp.example"),
        "publish-root S", "scp-url S https://s.corp.local/Autodiscover/x.xml"};
    struct scene made = open_scene(steps, 3);
    adscp_advice *advice = advise(&made);

    CHECK_INT(adscp_advice_remedy_kind(advice, 0), ADSCP_ADVICE_KIND_SCP_URL);
    CHECK_STR(adscp_advice_remedy_step(advice, 0, 0),
              "scp-url S https://mx.corp.example/Autodiscover/x.xml");
    CHECK_STR(adscp_advice_remedy_text(advice, 0),
              "Let the SCP of S name https://mx.corp.example/Autodiscover/"
              "x.xml, a name that its certificate has and that must lead to "
              "it");
    CHECK(find_remedy(advice, "certificate S trusted") > 0);
    adscp_advice_free(advice);
    close_scene(&made);
}

/* Two servers behind one name: one certificate for both. */
static void test_shared_name(void)
{
    static const char *const steps[] = {
        "install A site=HQ version=\"Exchange 2016 CU9\" at=2019-01-01",
        "scp-url A https://mail.corp.example/Autodiscover/x.xml",
        "install B site=HQ version=\"Exchange 2016 CU9\" at=2019-02-01",
        "scp-url B https://mail.corp.example/Autodiscover/x.xml"};
    struct scene made = open_scene(steps, 4);
    adscp_advice *advice = advise(&made);
    int all = find_remedy(advice, "certificate A B trusted");

    CHECK_STR(adscp_advice_remedy_text(advice, all),
              "Give A and B one certificate that covers the hosts of all, from "
              "a CA that every client trusts");
    CHECK_INT(find_remedy(advice, "certificate A trusted"), -1);
    CHECK_INT(find_remedy(advice, "certificate B trusted"), -1);
    adscp_advice_free(advice);
    close_scene(&made);
}

/* The same steps in another order are the same remedy. */
static void test_order(void)
{
    struct scene made = open_scene(scene, 2);
    adscp_advice *advice = advise(&made);
    int i, k, count = adscp_advice_remedy_count(advice);

    for (i = 0; i < count; i++)
        for (k = 0; k < i; k++)
            CHECK(adscp_advice_remedy_step_count(advice, i) != 2 ||
                  adscp_advice_remedy_step_count(advice, k) != 2 ||
                  strcmp(adscp_advice_remedy_step(advice, i, 0),
                         adscp_advice_remedy_step(advice, k, 1)) != 0 ||
                  strcmp(adscp_advice_remedy_step(advice, i, 1),
                         adscp_advice_remedy_step(advice, k, 0)) != 0);
    CHECK(count > 1);
    adscp_advice_free(advice);
    close_scene(&made);
}

/* Names that a step must quote, and shells would read. */
static void test_names(void)
{
    static const char *const steps[] = {
        "install ONE site=\"Other Site\" version=\"Exchange 2016 CU9\"",
        "dn: CN=ONE,CN=Servers,CN=Group,CN=Administrative Groups,CN=Org,"
        "CN=Microsoft Exchange,CN=Services," CONFIG "\n"
        "changetype: modrdn\nnewrdn: CN=\\#1 $(x) 'y\ndeleteoldrdn: 1\n\n"};
    struct scene made = open_scene(steps, 2);
    adscp_advice *advice = NULL;
    adscp_plan *plan = NULL;

    CHECK_INT(
        adscp_predictor_advise(made.predictor, made.coverage, -1, &advice),
        ADSCP_OK);
    CHECK(adscp_advice_remedy_count(advice) >= 2);
    CHECK_STR(adscp_advice_remedy_step(advice, 0, 0),
              "certificate \"#1 $(x) 'y\" trusted");
    CHECK_INT(adscp_advice_remedy_plan(advice, 0, &plan), ADSCP_OK);
    CHECK(strstr(adscp_plan_cmdlet(plan, 0, 0), "'#1 $(x) ''y'") != NULL);
    adscp_plan_free(plan);
    adscp_advice_free(advice);
    close_scene(&made);
}

/* Both servers of a way alert, one behind the other: one alone does not help.
 */
static void test_many(void)
{
    enum { SERVERS = 9 };
    char text[SERVERS][96];
    const char *steps[SERVERS];
    struct scene made;
    adscp_advice *advice = NULL;
    int i;

    for (i = 0; i < SERVERS; i++) {
        snprintf(text[i], sizeof(text[i]),
                 "install S%d site=HQ version=\"Exchange 2016 CU9\" "
                 "at=2019-01-%02d",
                 i, 1 + i % 28);
        steps[i] = text[i];
    }
    made = open_scene(steps, SERVERS);
    CHECK_INT(
        adscp_predictor_advise(made.predictor, made.coverage, -1, &advice),
        ADSCP_OK);
    CHECK(adscp_advice_remedy_count(advice) > 0);
    CHECK(adscp_advice_remedy_step_count(advice, 0) <= 6 * 16);
    adscp_advice_free(advice);
    /* No time for anything: what was found is told, and that it is not all. */
    CHECK_INT(adscp_predictor_set_timeout_ms(made.predictor, 1), ADSCP_OK);
    usleep(2000);
    CHECK_INT(
        adscp_predictor_advise(made.predictor, made.coverage, -1, &advice),
        ADSCP_OK);
    CHECK_INT(adscp_advice_complete(advice), 0);
    CHECK_INT(adscp_advice_problem_count(advice) > 0, 1);
    CHECK_INT(adscp_advice_tried(advice, adscp_advice_problem(advice, 0),
                                 ADSCP_ADVICE_KIND_SCP_SITES),
              0);
    adscp_advice_free(advice);
    close_scene(&made);
}

static void test_refusals(void)
{
    struct scene made = open_scene(scene, 1);
    adscp_forest *bare = read_export(false);
    adscp_advice *advice = NULL;
    adscp_coverage *coverage = NULL;
    adscp_plan *plan = NULL;

    CHECK_INT(adscp_predictor_advise(NULL, made.coverage, -1, &advice),
              ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_predictor_advise(made.predictor, NULL, -1, &advice),
              ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_predictor_advise(made.predictor, made.coverage, -1, NULL),
              ADSCP_E_ARGUMENT);
    CHECK_INT(
        adscp_predictor_advise(made.predictor, made.coverage, 99, &advice),
        ADSCP_E_ARGUMENT);
    CHECK(adscp_predictor_error_detail(made.predictor)[0] != '\0');
    adscp_predictor_set_forest(made.predictor, bare);
    CHECK_INT(adscp_predictor_cover(made.predictor, &coverage), ADSCP_OK);
    CHECK_INT(adscp_predictor_advise(made.predictor, coverage, -1, &advice),
              ADSCP_E_ARGUMENT);
    CHECK(strstr(adscp_predictor_error_detail(made.predictor), "kept") != NULL);
    CHECK(advice == NULL);
    CHECK_INT(adscp_advice_remedy_plan(NULL, 0, &plan), ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_advice_remedy_count(NULL), -1);
    CHECK_INT(adscp_advice_best(NULL, 0), -1);
    CHECK_INT(adscp_advice_tried(NULL, 0, ADSCP_ADVICE_KIND_SCP_URL), -1);
    CHECK(adscp_plan_certificate(NULL, 0) == NULL);
    CHECK(adscp_plan_certificate_name(NULL, 0) == NULL);
    CHECK(adscp_advice_remedy_text(NULL, 0) == NULL);
    CHECK(adscp_advice_kind_name(-1) == NULL);
    CHECK_STR(adscp_advice_kind_name(ADSCP_ADVICE_KIND_BEHIND), "behind");
    CHECK(adscp_advice_kind_name(7) == NULL);
    CHECK_INT(adscp_advice_chosen_count(NULL), -1);
    CHECK_INT(adscp_advice_chosen(NULL, 0), -1);
    CHECK_INT(adscp_advice_chosen_clears_count(NULL), -1);
    CHECK_INT(adscp_advice_chosen_clears(NULL, 0), -1);
    CHECK_INT(adscp_advice_remedy_unknown_count(NULL, 0), -1);
    CHECK_INT(adscp_advice_remedy_unknown(NULL, 0, 0), -1);
    CHECK_INT(adscp_advice_plan(NULL, &plan), ADSCP_E_ARGUMENT);
    CHECK(adscp_prediction_find_finding(NULL, "scp-none") == NULL);
    CHECK_STR(adscp_advice_kind_name(ADSCP_ADVICE_KIND_SCP_SITES), "scp-sites");
    adscp_coverage_free(coverage);
    adscp_forest_free(bare);
    close_scene(&made);
}

/* ---------------------------------------------------------------- memory -- */

/* Thousands of allocations, of which some are tried. */
static void test_memory(void)
{
    struct scene made = open_scene(scene, 3);
    adscp_advice *whole = NULL;
    long n, before;

    CHECK_INT(adscp_predictor_advise(made.predictor, made.coverage, -1, &whole),
              ADSCP_OK);
    before = alive;
    reached = true;
    for (n = 0; reached; n += 1 + n / 2) {
        adscp_advice *advice = NULL;
        int rc;

        until_failure = n;
        reached = false;
        once = n % 2 == 0;
        rc = adscp_predictor_advise(made.predictor, made.coverage, -1, &advice);
        until_failure = -1;
        CHECK(rc == ADSCP_OK || (rc == ADSCP_E_NOMEM && reached));
        CHECK((advice != NULL) == (rc == ADSCP_OK));
        if (rc == ADSCP_OK)
            CHECK_INT(adscp_advice_remedy_count(advice),
                      adscp_advice_remedy_count(whole));
        adscp_advice_free(advice);
        if (test_failures > 0)
            break;
    }
    CHECK(n > 1000);
    printf("# %ld allocations\n", n);
    adscp_advice_free(whole);
    close_scene(&made);
    CHECK(alive <= before);
}

int main(void)
{
    static const struct test tests[] = {
        {"every remedy clears, and makes nothing worse", test_remedies},
        {"another name of the certificate", test_other_name},
        {"servers behind one name", test_shared_name},
        {"sets of steps, not sequences", test_order},
        {"names that are traps", test_names},
        {"many servers, and no time", test_many},
        {"what is refused", test_refusals},
        {"memory fails", test_memory},
    };

    return test_main(tests, sizeof(tests) / sizeof(tests[0]));
}
