/* SPDX-License-Identifier: MIT */
/*
 * The coverage: which cells there are, which of them are one class, and that it
 * is bounded. That a cell says what a prediction says is tried over many
 * exports by tests/contract/cells.py.
 */
#include "make_met.h"
#include "test.h"
#include "touch.h"

static adscp_coverage *cover_domain(const adscp_forest *forest, int profile,
                                    const char *domain)
{
    adscp_predictor *predictor = adscp_predictor_new();
    adscp_coverage *coverage = NULL;

    must(adscp_predictor_set_forest(predictor, forest) == ADSCP_OK);
    must(adscp_predictor_set_profile(predictor, profile) == ADSCP_OK);
    must(adscp_predictor_set_site(predictor, "Nowhere") == ADSCP_OK);
    must(adscp_predictor_set_mail(predictor, MET_ANN) == ADSCP_OK);
    must(domain == NULL ||
         adscp_predictor_set_mail_domain(predictor, domain) == ADSCP_OK);
    CHECK_INT(adscp_predictor_cover(predictor, &coverage), ADSCP_OK);
    adscp_predictor_free(predictor);
    return coverage;
}

static adscp_coverage *cover(const adscp_forest *forest, int profile)
{
    return cover_domain(forest, profile, NULL);
}

/* A client of this site whose mailbox is on this server. */
static const adscp_prediction *cell(const adscp_coverage *coverage, int site,
                                    int home)
{
    return adscp_coverage_class_prediction(
        coverage, adscp_coverage_cell(coverage, site, home));
}

static int outcome(const adscp_coverage *coverage, int site, int home)
{
    return adscp_alert_outcome(
        adscp_prediction_alert(cell(coverage, site, home)));
}

static const char *home(const adscp_coverage *coverage, int index)
{
    return adscp_server_name(adscp_coverage_home_server(coverage, index));
}

static const adscp_finding *find(const adscp_coverage *coverage,
                                 const char *code)
{
    int i, count = adscp_coverage_finding_count(coverage);

    for (i = 0; i < count; i++) {
        const adscp_finding *finding = adscp_coverage_finding(coverage, i);

        if (strcmp(adscp_finding_code(finding), code) != 0)
            continue;
        if (getenv("ADSCP_TELL_FINDINGS") != NULL)
            printf("# found %s\n", code);
        return finding;
    }
    return NULL;
}

/* ------------------------------------------------------------ interface -- */

static void of_nothing(void)
{
    adscp_predictor *predictor = adscp_predictor_new();
    adscp_coverage *coverage = NULL;

    CHECK_INT(adscp_predictor_cover(NULL, &coverage), ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_predictor_cover(predictor, NULL), ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_predictor_cover(predictor, &coverage), ADSCP_E_ARGUMENT);
    CHECK_STR(adscp_predictor_error_detail(predictor), "no forest was set");
    CHECK(coverage == NULL);
    CHECK_INT(adscp_coverage_cell(NULL, 0, 0), -1);
    CHECK_INT(adscp_coverage_class_count(NULL), -1);
    CHECK_INT(adscp_coverage_finding_count(NULL), -1);
    CHECK_STR(adscp_coverage_home_kind_name(99), NULL);
    CHECK_INT(adscp_coverage_prepare(NULL), ADSCP_E_ARGUMENT);
    adscp_coverage_free(NULL);
    adscp_predictor_free(predictor);
}

static void out_of_range(const adscp_coverage *coverage, int index)
{
    CHECK_STR(adscp_coverage_site(coverage, index), NULL);
    CHECK_INT(adscp_coverage_home_kind(coverage, index), -1);
    CHECK(adscp_coverage_home_server(coverage, index) == NULL);
    CHECK_INT(adscp_coverage_home_mailboxes(coverage, index), -1);
    CHECK_INT(adscp_coverage_cell(coverage, index, 0), -1);
    CHECK_INT(adscp_coverage_cell(coverage, 0, index), -1);
    CHECK(adscp_coverage_class_prediction(coverage, index) == NULL);
    CHECK_INT(adscp_coverage_class_site_count(coverage, index), -1);
    CHECK_INT(adscp_coverage_class_site(coverage, 0, index), -1);
    CHECK_INT(adscp_coverage_class_home(coverage, 0, index), -1);
    CHECK_INT(adscp_coverage_class_mailboxes(coverage, index), -1);
    CHECK(adscp_coverage_finding(coverage, index) == NULL);
}

/* --------------------------------------------------------------- cells -- */

/* HQ has servers of 2007 and 2010, Branch one of 2007; Depot has none. */
static adscp_forest *two_versions(void)
{
    struct make make = {0};

    make_directory(&make, NULL);
    make_site(&make, "HQ");
    make_site(&make, "Branch");
    make_site(&make, "Depot");
    make_site(&make, "hq");
    make_site(&make, "Old\nCNF:5f3759df");
    make_exchange(&make, (struct exchange){.name = "ex07",
                                           .site = "HQ",
                                           .version = MAKE_2007,
                                           .roles = MAKE_CAS});
    make_exchange(&make, (struct exchange){.name = "EX10",
                                           .site = "HQ",
                                           .version = MAKE_2010,
                                           .roles = MAKE_CAS});
    make_exchange(&make, (struct exchange){.name = "BR07",
                                           .site = "Branch",
                                           .version = MAKE_2007,
                                           .roles = MAKE_CAS});
    make_scp(&make, "ex07", "Site=HQ", "2008", "ex07");
    make_scp(&make, "EX10", "Site=HQ", "2010", "EX10");
    make_scp(&make, "BR07", "Site=Branch", "2009", "BR07");
    make_database(&make, "DB1", "EX10");
    make_database(&make, "DB2", "ex07");
    make_database(&make, "DB3", "EX10");
    make_database(&make, "DB4", NULL);
    return make_done(&make);
}

static void sites_and_homes(void)
{
    adscp_forest *forest = two_versions();
    adscp_coverage *coverage = cover(forest, ADSCP_PROFILE_OUTLOOK);

    adscp_forest_free(forest);
    CHECK_INT(adscp_coverage_site_count(coverage), 4);
    CHECK_STR(adscp_coverage_site(coverage, 0), "HQ");
    CHECK_STR(adscp_coverage_site(coverage, 2), "Depot");
    CHECK_STR(adscp_coverage_site(coverage, 3), NULL);
    CHECK_INT(adscp_coverage_home_count(coverage), 3);
    CHECK_STR(home(coverage, 0), "ex07");
    CHECK_STR(home(coverage, 1), "EX10");
    CHECK_STR(home(coverage, 2), NULL);
    CHECK_INT(adscp_coverage_home_kind(coverage, 0),
              ADSCP_COVERAGE_HOME_KIND_MAILBOX);
    CHECK_INT(adscp_coverage_home_kind(coverage, 2),
              ADSCP_COVERAGE_HOME_KIND_NONE);
    CHECK_INT(adscp_coverage_home_mailboxes(coverage, 0), -1);
    CHECK_INT(adscp_coverage_complete(coverage), 1);
    CHECK_INT(adscp_coverage_profile(coverage), ADSCP_PROFILE_OUTLOOK);
    CHECK(adscp_coverage_assumes(coverage) != NULL);
    CHECK_INT(adscp_coverage_time(coverage), -1);
    out_of_range(coverage, -1);
    out_of_range(coverage, 4096);
    adscp_coverage_free(coverage);
}

/* Depot and the unknown site share their answers. */
static void few_classes(void)
{
    adscp_forest *forest = two_versions();
    adscp_coverage *coverage = cover(forest, ADSCP_PROFILE_OUTLOOK);
    const adscp_prediction *first = cell(coverage, 0, 1);

    CHECK_INT(adscp_coverage_class_count(coverage), 9);
    CHECK_INT(adscp_coverage_cell(coverage, 0, 0), 0);
    CHECK_INT(adscp_coverage_cell(coverage, 0, 1), 1);
    CHECK_INT(adscp_coverage_cell(coverage, 2, 1),
              adscp_coverage_cell(coverage, 3, 1));
    CHECK_INT(adscp_prediction_hop_count(first), 2);
    CHECK_STR(adscp_hop_host(adscp_prediction_hop(first, 1)),
              "EX10.contoso.com");
    CHECK_STR(adscp_prediction_site(first), "HQ");
    CHECK_STR(adscp_prediction_mail(first), NULL);
    CHECK_INT(adscp_mailbox_kind(adscp_prediction_mailbox(first)),
              ADSCP_MAILBOX_KIND_MAILBOX);
    CHECK_STR(adscp_mailbox_dn(adscp_prediction_mailbox(first)), NULL);
    CHECK(adscp_prediction_mailbox(cell(coverage, 0, 2)) == NULL);
    CHECK_STR(adscp_hop_host(adscp_prediction_hop(cell(coverage, 1, 1), 0)),
              "BR07.contoso.com");
    CHECK_INT(adscp_coverage_class_site_count(coverage, 7), 2);
    CHECK_INT(adscp_coverage_class_site(coverage, 7, 0), 2);
    CHECK_INT(adscp_coverage_class_site(coverage, 7, 1), 3);
    CHECK_INT(adscp_coverage_class_home_count(coverage, 7), 1);
    CHECK_INT(adscp_coverage_class_home(coverage, 7, 0), 1);
    adscp_coverage_free(coverage);
    adscp_forest_free(forest);
}

/* [MS-OXDISCO] knows no sites; the EWS Managed API asks nobody without one. */
static void other_profiles(void)
{
    adscp_forest *forest = two_versions();
    adscp_coverage *oxdisco = cover(forest, ADSCP_PROFILE_OXDISCO);
    adscp_coverage *ews = cover(forest, ADSCP_PROFILE_EWS);

    CHECK_INT(adscp_coverage_class_site_count(oxdisco, 0), 4);
    CHECK_INT(adscp_prediction_hop_count(cell(ews, 3, 0)), 0);
    CHECK_INT(adscp_prediction_hop_count(cell(ews, 0, 0)), 1);
    adscp_coverage_free(oxdisco);
    adscp_coverage_free(ews);
    adscp_forest_free(forest);
}

/* Without site objects, those that SCPs name. */
static void named_sites(void)
{
    struct make make = {0};
    adscp_coverage *coverage;
    adscp_forest *forest;

    make_directory(&make, NULL);
    make_scp(&make, "A", "Site=HQ|Site=Branch|Site=hq", "2008", "a");
    make_scp(&make, "B", "Site=Depot", "2009", "b");
    forest = make_done(&make);
    coverage = cover(forest, ADSCP_PROFILE_OUTLOOK);
    CHECK_INT(adscp_coverage_site_count(coverage), 4);
    CHECK_STR(adscp_coverage_site(coverage, 1), "Branch");
    CHECK_INT(adscp_coverage_home_count(coverage), 1);
    CHECK_INT(adscp_coverage_cell(coverage, 0, 0),
              adscp_coverage_cell(coverage, 1, 0));
    adscp_coverage_free(coverage);
    adscp_forest_free(forest);
}

static void nothing_there(void)
{
    struct make make = {0};
    adscp_coverage *coverage;
    adscp_forest *forest;

    make_directory(&make, NULL);
    forest = make_done(&make);
    coverage = cover(forest, ADSCP_PROFILE_OUTLOOK);
    CHECK_INT(adscp_coverage_class_count(coverage), 1);
    CHECK_INT(adscp_prediction_hop_count(cell(coverage, 0, 0)), 0);
    CHECK(find(coverage, "scp-none") != NULL);
    adscp_coverage_free(coverage);
    adscp_forest_free(forest);
}

/* ------------------------------------------------------------- sightings -- */

/* What was seen counts, also where nobody answers and the client goes on. */
static void seen(void)
{
    struct met met = met_new();
    adscp_forest *forest = met_forest(&met);
    adscp_predictor *predictor = met_predictor(forest);
    struct adscp_sightings *sightings = sightings_new();
    adscp_coverage *before = NULL, *after = NULL;

    must(sightings != NULL);
    met_seen(sightings, MET_EX07, ADSCP_SIGHTING_OUTCOME_REFUSED, NULL);
    must(sightings_freeze(sightings) == ADSCP_OK);
    CHECK_INT(adscp_predictor_cover(predictor, &before), ADSCP_OK);
    adscp_predictor_set_sightings(predictor, sightings);
    CHECK_INT(adscp_predictor_cover(predictor, &after), ADSCP_OK);
    sightings_release(sightings);
    adscp_predictor_free(predictor);
    adscp_forest_free(forest);
    CHECK_INT(outcome(before, 0, 0), ADSCP_ALERT_OUTCOME_ALERT);
    CHECK_INT(outcome(before, 0, 1), ADSCP_ALERT_OUTCOME_NO_ALERT);
    CHECK_INT(adscp_prediction_changes_on(cell(before, 0, 0)), Y2020);
    CHECK_INT(adscp_prediction_hop_count(cell(after, 0, 1)), 2);
    CHECK_STR(adscp_hop_host(adscp_prediction_hop(cell(after, 0, 1), 1)),
              MET_EX10);
    CHECK_INT(adscp_coverage_time(after), Y2012);
    CHECK_INT(adscp_coverage_prepare(after), ADSCP_OK);
    CHECK(find(after, "host-no-answer") != NULL);
    CHECK(touch_coverage(before) == touch_coverage(before));
    adscp_coverage_free(before);
    adscp_coverage_free(after);
    met_free(&met);
}

/* -------------------------------------------------------------- pointers -- */

/* The pointer for all leads to the forest of the servers; mailboxes may be in
 * either one. */
static adscp_forest *two_forests(void)
{
    struct make make = {0};

    make_directory(&make, NULL);
    make_site(&make, "HQ");
    make_exchange(&make, (struct exchange){.name = "OLD",
                                           .site = "HQ",
                                           .version = MAKE_2010,
                                           .roles = MAKE_CAS});
    make_database(&make, "DB1", "OLD");
    make_pointer(&make, "all", NULL, "LDAP://res.example");
    make_pointer(&make, "some", "Domain=fabrikam.com|Domain=Fabrikam.com",
                 "LDAP://fab.example");
    make_directory(&make, "res.example:389");
    make_exchange(&make, (struct exchange){.name = "NEW",
                                           .site = "HQ",
                                           .version = MAKE_2010,
                                           .roles = MAKE_CAS});
    make_scp(&make, "NEW", "Site=HQ", "2012", "NEW");
    make_database(&make, "DB2", "NEW");
    make_directory(&make, "fab.example:389");
    make_exchange(&make, (struct exchange){.name = "FAB",
                                           .site = "HQ",
                                           .version = MAKE_2010,
                                           .roles = MAKE_CAS});
    make_scp(&make, "FAB", "Site=HQ", "2012", "FAB");
    make_database(&make, "DB3", "FAB");
    return make_done(&make);
}

static int action(const adscp_prediction *prediction)
{
    return adscp_hop_action(adscp_prediction_hop(prediction, 0));
}

static void behind_a_pointer(void)
{
    adscp_forest *forest = two_forests();
    adscp_coverage *coverage = cover(forest, ADSCP_PROFILE_OUTLOOK);
    const adscp_finding *finding = find(coverage, "coverage-other-domains");

    CHECK_INT(adscp_coverage_home_count(coverage), 3);
    CHECK_STR(home(coverage, 0), "NEW");
    CHECK_STR(home(coverage, 1), "OLD");
    CHECK_INT(action(cell(coverage, 0, 0)), ADSCP_HOP_ACTION_ANSWER);
    CHECK_INT(action(cell(coverage, 0, 1)), ADSCP_HOP_ACTION_UNKNOWN);
    CHECK(finding != NULL &&
          strstr(adscp_finding_text(finding), "in fabrikam.com are") != NULL);
    adscp_coverage_free(coverage);
    coverage = cover_domain(forest, ADSCP_PROFILE_OUTLOOK, "Fabrikam.com");
    CHECK(find(coverage, "coverage-other-domains") == NULL);
    adscp_coverage_free(coverage);
    adscp_forest_free(forest);
}

/* ---------------------------------------------------------------- bounds -- */

enum { MANY_SITES = 700, MANY_HOMES = 6 };

/* Each site has a server of its own. */
static adscp_forest *many_sites(void)
{
    static const char *const versions[] = {MAKE_2007, MAKE_2010, MAKE_2013,
                                           MAKE_2016, MAKE_2019, MAKE_SE};
    struct make make = {0};
    int i;

    make_directory(&make, NULL);
    for (i = 0; i < MANY_SITES; i++) {
        char site[32], name[32], keyword[48];

        snprintf(site, sizeof(site), "Site-%d", i);
        snprintf(name, sizeof(name), "EX%d", i);
        snprintf(keyword, sizeof(keyword), "Site=%s", site);
        make_site(&make, site);
        make_exchange(&make,
                      (struct exchange){
                          .name = name,
                          .site = site,
                          .version = versions[i % MANY_HOMES],
                          .roles = i % MANY_HOMES < 2 ? MAKE_CAS : MAKE_BOTH});
        make_scp(&make, name, keyword, "2015", name);
        if (i < MANY_HOMES)
            make_database(&make, name, name);
    }
    return make_done(&make);
}

static void many_classes(void)
{
    adscp_forest *forest = many_sites();
    adscp_coverage *coverage = cover(forest, ADSCP_PROFILE_OUTLOOK);
    int i, sites = 0;

    CHECK_INT(adscp_coverage_site_count(coverage), MANY_SITES + 1);
    CHECK(adscp_coverage_class_count(coverage) > 2 * MANY_SITES);
    for (i = 0; i < adscp_coverage_class_count(coverage); i++)
        sites += adscp_coverage_class_site_count(coverage, i);
    CHECK(sites >= adscp_coverage_class_count(coverage));
    adscp_coverage_free(coverage);
    adscp_forest_free(forest);
}

/* Neither leaves an answer, and the next call is as if nothing had been. */
static void budget_and_cancel(void)
{
    adscp_forest *forest = many_sites();
    adscp_predictor *predictor = adscp_predictor_new();
    adscp_coverage *coverage = NULL;

    must(adscp_predictor_set_forest(predictor, forest) == ADSCP_OK);
    must(adscp_predictor_set_timeout_ms(predictor, 1) == ADSCP_OK);
    CHECK_INT(adscp_predictor_cover(predictor, &coverage), ADSCP_E_TIMEOUT);
    CHECK(coverage == NULL);
    must(adscp_predictor_set_timeout_ms(predictor, 0) == ADSCP_OK);
    must(adscp_predictor_cancel(predictor) == ADSCP_OK);
    CHECK_INT(adscp_predictor_cover(predictor, &coverage), ADSCP_E_CANCELLED);
    CHECK_INT(adscp_predictor_cover(predictor, &coverage), ADSCP_OK);
    adscp_coverage_free(coverage);
    adscp_predictor_free(predictor);
    adscp_forest_free(forest);
}

static const struct test tests[] = {
    {"getters of nothing, and no forest", of_nothing},
    {"sites in their order, homes by name", sites_and_homes},
    {"cells that look alike are one class", few_classes},
    {"other kinds of client", other_profiles},
    {"sites that only SCPs name", named_sites},
    {"an empty directory", nothing_there},
    {"what was seen counts", seen},
    {"homes and domains behind pointers", behind_a_pointer},
    {"many classes", many_classes},
    {"a budget and a cancel", budget_and_cancel},
};

TEST_MAIN(tests)
