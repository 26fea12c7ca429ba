/* SPDX-License-Identifier: MIT */
/* Where Exchange 2007 sends the client of a newer mailbox. */
#include "route_forest.h"

/* -------------------------------------------------------------- redirect -- */

/* Who is no target: a server of another site, version or role. */
static void no_redirect_target(void)
{
    struct answer answer;
    struct make make;

    begin_redirect(&make, "HQ");
    put_server(&make, "FAR10", "Lab", MAKE_2010, MAKE_CAS);
    put_server(&make, "EX13", "HQ", MAKE_2013, MAKE_BOTH);
    put_server(&make, "ODD10", "HQ", MAKE_2010, NULL);
    put_server(&make, "NONE10", NULL, MAKE_2010, MAKE_CAS);
    answer = asked(&make, MAIL);
    CHECK_INT(adscp_prediction_hop_count(answer.prediction), 1);
    CHECK_HOP(answer.first, "EX07", "redirect", "documented");
    CHECK_FOUND(answer, "redirect-no-target", 1);
    CHECK_STR(adscp_finding_dn(
                  finding_of(answer.prediction, "redirect-no-target", 0)),
              "CN=MBX10," SERVERS_DN);
    done(&answer);
    begin_redirect(&make, NULL); /* a mailbox server without site */
    put_server(&make, "NONE10", NULL, MAKE_2010, MAKE_CAS);
    answer = asked(&make, MAIL);
    CHECK_INT(adscp_prediction_hop_count(answer.prediction), 1);
    CHECK_FOUND(answer, "redirect-no-target", 1);
    done(&answer);
}

/* Where the host comes from: the SCP, the virtual directories of Autodiscover
 * and EWS, the FQDN. */
static void check_source(const char *scp, const char *autodiscover,
                         const char *ews, const char *url, const char *server,
                         int unsure)
{
    struct answer answer;
    struct make make;

    begin_redirect(&make, "HQ");
    put_server(&make, "EX10", "HQ", MAKE_2010, MAKE_CAS);
    if (scp != NULL)
        make_scp(&make, "EX10", "Site=Lab", "2010", scp);
    make_service(&make, "EX10", "OAB", "OAB", "https://no.contoso.com/");
    make_service(&make, "EX10", "AutoDiscover", "Autodiscover", autodiscover);
    make_service(&make, "EX10", "WebServices", "EWS", ews);
    answer = asked(&make, MAIL);
    CHECK_STR(adscp_hop_url(answer.second), url);
    CHECK_HOP(answer.second, server, "answer",
              unsure ? "inferred" : "documented");
    CHECK_FOUND(answer, "redirect-host-unsure", unsure);
    done(&answer);
}

static void sources(void)
{
    static const char *const a = "https://a.contoso.com/x",
                             *const b = "https://b.contoso.com/y",
                             *const c = "https://c.contoso.com/z";

    /* Whether another name leads to the same server is an inference. */
    check_source(a, b, c, a, "EX10", 1);
    check_source(NULL, b, c, "https://b.contoso.com" PATH, "EX10", 1);
    check_source(NULL, NULL, c, "https://c.contoso.com" PATH, "EX10", 1);
    check_source(NULL, NULL, NULL, "https://EX10.contoso.com" PATH, "EX10", 0);
    check_source("ftp://x.contoso.com", "urn:x", "nonsense",
                 "https://EX10.contoso.com" PATH, "EX10", 0);
    check_source("https://EX10/x", NULL, NULL, "https://EX10/x", "EX10", 0);
    check_source("http://ex10.contoso.com/x", NULL, NULL,
                 "http://ex10.contoso.com/x", "EX10", 0);
}

static void several_targets(void)
{
    const adscp_hop *other;
    struct answer answer;
    struct make make;

    begin_redirect(&make, "HQ");
    put_server(&make, "CAS3", "HQ", MAKE_2010, MAKE_CAS);
    put_server(&make, "CAS1", "HQ", MAKE_2010, MAKE_CAS);
    put_server(&make, "CAS2", "HQ", MAKE_2010, MAKE_CAS);
    make_scp(&make, "CAS1", "Site=HQ", "2012", "cas1");
    make_scp(&make, "CAS2", "Site=HQ", "2011", "cas2");
    answer = asked(&make, MAIL);
    CHECK_HOP(answer.second, "CAS1", "answer", "documented");
    CHECK_INT(adscp_hop_alternative_count(answer.second), 2);
    other = adscp_hop_alternative(answer.second, 0);
    CHECK_HOP(other, "CAS2", "answer", "documented");
    CHECK_INT(adscp_hop_via(other), ADSCP_HOP_VIA_REDIRECT);
    CHECK(adscp_hop_candidate(other) == NULL);
    CHECK(adscp_hop_candidate(answer.second) == NULL);
    CHECK_INT(adscp_candidate_rank(adscp_hop_candidate(answer.first)), 1);
    CHECK_HOP(adscp_hop_alternative(answer.second, 1), "CAS3", "answer",
              "documented");
    CHECK(adscp_hop_alternative(answer.second, 2) == NULL);
    CHECK(adscp_hop_alternative(answer.second, -1) == NULL);
    done(&answer);
}

/* All front ends publish one name: one hop, nobody's. */
static void shared_target(void)
{
    struct answer answer;
    struct make make;

    begin_redirect(&make, "HQ");
    put_server(&make, "CAS1", "HQ", MAKE_2010, MAKE_CAS);
    put_server(&make, "CAS2", "HQ", MAKE_2010, MAKE_CAS);
    make_scp(&make, "CAS1", "Site=HQ", "2012", "mail");
    make_scp(&make, "CAS2", "Site=HQ", "2011", "MAIL");
    answer = asked(&make, MAIL);
    CHECK_HOP(answer.second, NULL, "answer", "inferred");
    CHECK(adscp_hop_server(answer.second) == NULL);
    CHECK_INT(adscp_hop_alternative_count(answer.second), 0);
    CHECK_FOUND(answer, "redirect-host-unsure", 2);
    done(&answer);
}

/* The name that a front end publishes may be another server's own. */
static void target_of_another_name(void)
{
    struct answer answer;
    struct make make;

    begin_redirect(&make, "HQ");
    put_server(&make, "CAS1", "HQ", MAKE_2010, MAKE_CAS);
    put_server(&make, "EX13", "HQ", MAKE_2013, MAKE_BOTH);
    make_scp(&make, "CAS1", "Site=Lab", "2012", "ex13");
    answer = asked(&make, MAIL);
    CHECK_HOP(answer.second, "EX13", "proxy", "observed");
    CHECK_FOUND(answer, "redirect-host-unsure", 1);
    done(&answer);
}

/* Back to where the client has been, and on for ever if it could. */
static void loop(void)
{
    struct answer answer;
    struct make make;

    begin_redirect(&make, "HQ");
    put_server(&make, "CAS1", "HQ", MAKE_2010, MAKE_CAS);
    make_scp(&make, "CAS1", "Site=Lab", "2012",
             "https://EX07.contoso.com/autodiscover/AUTODISCOVER.xml");
    answer = asked(&make, MAIL);
    CHECK_INT(adscp_prediction_hop_count(answer.prediction), 1);
    CHECK_FOUND(answer, "redirect-loop", 1);
    done(&answer);
    begin_redirect(&make, "HQ");
    put_server(&make, "CAS1", "HQ", MAKE_2010, MAKE_CAS);
    make_scp(&make, "CAS1", "Site=Lab", "2012", "https://ex07/other");
    answer = asked(&make, MAIL);
    CHECK_INT(adscp_prediction_hop_count(answer.prediction), 2);
    CHECK_HOP(answer.second, "EX07", "redirect", "documented");
    CHECK_FOUND(answer, "redirect-loop", 1);
    done(&answer);
    begin_redirect(&make, "HQ"); /* one of two leads on */
    put_server(&make, "CAS1", "HQ", MAKE_2010, MAKE_CAS);
    put_server(&make, "CAS2", "HQ", MAKE_2010, MAKE_CAS);
    make_scp(&make, "CAS1", "Site=Lab", "2012", "ex07");
    make_scp(&make, "CAS2", "Site=Lab", "2012", "ex10");
    answer = asked(&make, MAIL);
    CHECK_STR(adscp_hop_host(answer.second), "ex10.contoso.com");
    CHECK_INT(adscp_hop_alternative_count(answer.second), 0);
    CHECK_FOUND(answer, "redirect-loop", 0);
    done(&answer);
}

static void other_site(void)
{
    const adscp_finding *finding;
    struct answer answer;
    struct make make;

    begin_redirect(&make, "Lab");
    put_server(&make, "CAS1", "Lab", MAKE_2010, MAKE_CAS);
    answer = asked(&make, MAIL);
    CHECK_HOP(answer.second, "CAS1", "answer", "documented");
    finding = finding_of(answer.prediction, "redirect-other-site", 0);
    CHECK(finding != NULL && strstr(adscp_finding_text(finding), "Lab"));
    done(&answer);
}

/* What becomes of EX07 by one row of sightings. */
static int outcome_of_row(const struct adscp_forest *forest, int outcome,
                          bool untried)
{
    struct adscp_sightings *sightings = sightings_new();
    adscp_predictor *predictor = adscp_predictor_new();
    adscp_prediction *prediction = NULL;
    struct adscp_sighting *row;

    row = sightings_add(sightings, "ex07.contoso.com", 443);
    row->outcome = outcome;
    row->untried = untried;
    CHECK_INT(sightings_freeze(sightings), ADSCP_OK);
    adscp_predictor_set_forest(predictor, forest);
    adscp_predictor_set_site(predictor, "HQ");
    adscp_predictor_set_sightings(predictor, sightings);
    CHECK_INT(adscp_predictor_predict(predictor, &prediction), ADSCP_OK);
    outcome = adscp_alert_outcome(
        adscp_hop_alert(adscp_prediction_hop(prediction, 0)));
    adscp_prediction_free(prediction);
    adscp_predictor_free(predictor);
    adscp_sightings_free(sightings);
    return outcome;
}

/* Who had no turn before the budget ended did not fail. */
static void untried(void)
{
    struct adscp_forest *forest;
    struct make make;

    begin_redirect(&make, "HQ");
    forest = make_done(&make);
    CHECK_INT(outcome_of_row(forest, ADSCP_SIGHTING_OUTCOME_TIMEOUT, false),
              ADSCP_ALERT_OUTCOME_CONNECT_FAILURE);
    CHECK_INT(outcome_of_row(forest, ADSCP_SIGHTING_OUTCOME_TIMEOUT, true),
              ADSCP_ALERT_OUTCOME_UNCERTAIN);
    adscp_forest_free(forest);
}

static void getters_of_nothing(void)
{
    CHECK_STR(adscp_hop_url(NULL), NULL);
    CHECK_STR(adscp_hop_host(NULL), NULL);
    CHECK_INT(adscp_hop_via(NULL), -1);
    CHECK(adscp_hop_server(NULL) == NULL);
    CHECK_INT(adscp_hop_action(NULL), -1);
    CHECK_INT(adscp_hop_evidence(NULL), -1);
    CHECK_STR(adscp_hop_dn(NULL), NULL);
    CHECK_STR(adscp_hop_why(NULL), NULL);
    CHECK_INT(adscp_hop_alternative_count(NULL), -1);
    CHECK(adscp_hop_alternative(NULL, 0) == NULL);
    CHECK_STR(adscp_hop_via_name(ADSCP_HOP_VIA_REDIRECT), "redirect");
    CHECK_STR(adscp_hop_via_name(ADSCP_HOP_VIA_REDIRECT_ADDRESS),
              "redirect-address");
    CHECK_STR(adscp_hop_action_name(6), NULL);
}

static const struct test tests[] = {
    {"a redirect", redirect},
    {"a redirect to nobody", no_redirect_target},
    {"where the redirect's host comes from", sources},
    {"a redirect to one of several", several_targets},
    {"a redirect to a name of several", shared_target},
    {"a redirect to another server's name", target_of_another_name},
    {"a redirect that comes back", loop},
    {"a redirect into another site", other_site},
    {"a server that nobody looked at", untried},
    {"getters of nothing", getters_of_nothing},
};

TEST_MAIN(tests)
