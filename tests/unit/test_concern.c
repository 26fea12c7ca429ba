/* SPDX-License-Identifier: MIT */
/* Whom a finding concerns: the client that asks, a site, or the forest. */
#include "test.h"

#include "make_forest.h"

/* About whom the nth finding of this code is; -1: there are fewer. */
static int about(const adscp_prediction *prediction, const char *code, int nth)
{
    return adscp_finding_about(finding_of(prediction, code, nth));
}

/* EX1 serves HQ, EX2 LAB, EX3 whoever comes; each publishes something odd. */
static struct adscp_forest *make_three(void)
{
    struct make make = {0};

    make_directory(&make, NULL);
    make_site(&make, "HQ");
    make_site(&make, "LAB");
    make_site(&make, "FAR");
    make_server(&make, "EX1", "ex1.contoso.com", "HQ");
    make_server(&make, "EX2", "ex2.contoso.com", "LAB");
    make_server(&make, "EX3", "ex3.contoso.com", "HQ");
    make_scp(&make, "EX1", "Site=HQ", "2015", "https://ex1.contoso.com/x");
    make_scp(&make, "EX2", "Site=LAB", "2016", "https://ex2.contoso.com/x");
    make_scp(&make, "EX3", NULL, "2017", "https://ex3.contoso.com/x");
    return make_done(&make);
}

/* The same findings, in the same order, but for another client. */
static void one_forest_two_clients(void)
{
    struct adscp_forest *forest = make_three();
    adscp_prediction *here = ask(forest, (struct asks){.site = "hq"});
    adscp_prediction *there = ask(forest, (struct asks){.site = "FAR"});
    int i;

    CHECK_INT(about(here, "scp-url-path", 0), ADSCP_FINDING_ABOUT_CLIENT);
    CHECK_INT(about(here, "scp-url-path", 1), ADSCP_FINDING_ABOUT_SITE);
    CHECK_INT(about(here, "scp-url-path", 2), ADSCP_FINDING_ABOUT_FOREST);
    CHECK_INT(about(here, "site-without-scp", 0), ADSCP_FINDING_ABOUT_SITE);
    CHECK_INT(about(there, "scp-url-path", 0), ADSCP_FINDING_ABOUT_SITE);
    CHECK_INT(about(there, "scp-url-path", 2), ADSCP_FINDING_ABOUT_CLIENT);
    CHECK_INT(about(there, "site-without-scp", 0), ADSCP_FINDING_ABOUT_CLIENT);
    CHECK_INT(adscp_prediction_finding_count(here),
              adscp_prediction_finding_count(there));
    for (i = 0; i < adscp_prediction_finding_count(here); i++)
        CHECK_STR(adscp_finding_text(adscp_prediction_finding(here, i)),
                  adscp_finding_text(adscp_prediction_finding(there, i)));
    adscp_prediction_free(here);
    adscp_prediction_free(there);
    adscp_forest_free(forest);
}

/* A pointer without a URL ends the search of the EWS Managed API; Outlook
 * passes it over. */
static void what_stops_a_profile(void)
{
    struct make make = {0};
    struct adscp_forest *forest;
    adscp_prediction *outlook, *ews;

    make_directory(&make, NULL);
    make_pointer(&make, "P", NULL, NULL);
    make_scp(&make, "EX1", "Site=HQ", "2015", "ex1");
    forest = make_done(&make);
    outlook = ask(forest, (struct asks){.site = "HQ"});
    ews =
        ask(forest, (struct asks){.site = "HQ", .profile = ADSCP_PROFILE_EWS});
    CHECK_INT(adscp_prediction_candidate_count(outlook), 1);
    CHECK_INT(adscp_prediction_candidate_count(ews), 0);
    CHECK_INT(about(outlook, "pointer-no-binding", 0),
              ADSCP_FINDING_ABOUT_FOREST);
    CHECK_INT(about(ews, "pointer-no-binding", 0), ADSCP_FINDING_ABOUT_CLIENT);
    adscp_prediction_free(outlook);
    adscp_prediction_free(ews);
    adscp_forest_free(forest);
}

/* An odd server concerns those who come to it, and those whose mailbox it has.
 */
static void servers_on_the_way(void)
{
    struct make make = {0};
    struct adscp_forest *forest;
    adscp_prediction *first, *other;

    make_directory(&make, NULL);
    make_exchange(&make, (struct exchange){.name = "EX1",
                                           .version = MAKE_2016,
                                           .roles = MAKE_BOTH});
    make_exchange(&make, (struct exchange){.name = "EX2",
                                           .version = MAKE_2016,
                                           .roles = MAKE_BOTH});
    make_exchange(&make, (struct exchange){.name = "EX3",
                                           .site = "HQ",
                                           .version = MAKE_2016,
                                           .roles = MAKE_BOTH});
    make_scp(&make, "EX1", "Site=HQ", "2015", "ex1");
    make_scp(&make, "EX2", "Site=LAB", "2015", "ex2");
    forest = make_done(&make);
    first = ask(forest, (struct asks){.site = "HQ"});
    other = ask(forest, (struct asks){.site = "LAB"});
    CHECK_INT(about(first, "server-no-site", 0), ADSCP_FINDING_ABOUT_CLIENT);
    CHECK_INT(about(first, "server-no-site", 1), ADSCP_FINDING_ABOUT_FOREST);
    CHECK_INT(about(other, "server-no-site", 0), ADSCP_FINDING_ABOUT_FOREST);
    CHECK_INT(about(other, "server-no-site", 1), ADSCP_FINDING_ABOUT_CLIENT);
    CHECK_INT(about(other, "server-no-site", 2), ADSCP_FINDING_ABOUT_ABSENT);
    adscp_prediction_free(first);
    adscp_prediction_free(other);
    adscp_forest_free(forest);
}

static const struct test tests[] = {
    {"one forest, two clients", one_forest_two_clients},
    {"what stops a profile", what_stops_a_profile},
    {"servers on the way", servers_on_the_way},
};

TEST_MAIN(tests)
