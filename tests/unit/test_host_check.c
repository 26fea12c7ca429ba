/* SPDX-License-Identifier: MIT */
/*
 * Which certificate counts at a host, and on what that rests: what was seen, or
 * what the directory publishes; the forest's trust and the caller's; the second
 * wave; verdicts without a forest. What a verdict says about one chain is the
 * business of test_trust.
 */
#include "host_check_scene.h"

static int source_of(const struct scene *scene, int index)
{
    return adscp_hop_certificate_source(
        adscp_prediction_hop(scene->answer, index));
}

/* ------------------------------------------------------------------ basis --
 */

static void test_forecast(void)
{
    struct scene scene = scene_new();

    predict(&scene);
    CHECK_INT(adscp_prediction_hop_count(scene.answer), 2);
    expect_hop(&scene, 0, NO_ALERT, 0);
    expect_hop(&scene, 1, ALERT, 8);
    CHECK_INT(source_of(&scene, 1), ADSCP_CERTIFICATE_SOURCE_DIRECTORY);
    CHECK(adscp_hop_sighting(adscp_prediction_hop(scene.answer, 1)) == NULL);
    CHECK_INT(adscp_prediction_alert_hop(scene.answer), 1);
    CHECK(adscp_prediction_alert(scene.answer) ==
          adscp_hop_alert(adscp_prediction_hop(scene.answer, 1)));
    scene_free(&scene);
}

/* ------------------------------------------------------------- host check --
 */

static void test_seen_beats_published(void)
{
    struct scene scene = scene_new();
    const adscp_hop *hop;

    met_seen(scene.sightings, MET_EX07, ADSCP_SIGHTING_OUTCOME_OK,
             &scene.met.ex07);
    met_seen(scene.sightings, MET_EX10, ADSCP_SIGHTING_OUTCOME_OK,
             &scene.met.mail);
    predict_seen(&scene);
    expect_hop(&scene, 0, NO_ALERT, 0);
    expect_hop(&scene, 1, ALERT, 0x10);
    hop = adscp_prediction_hop(scene.answer, 1);
    CHECK_INT(source_of(&scene, 1), ADSCP_CERTIFICATE_SOURCE_OBSERVED);
    CHECK_INT(adscp_alert_confidence(adscp_hop_alert(hop)), -1);
    CHECK(adscp_hop_certificate(hop) ==
          adscp_sighting_certificate(adscp_hop_sighting(hop), 0));
    CHECK_INT(count_findings(scene.answer, "cert-differs"), 1);
    scene_free(&scene);
}

/* The worst certificate decides, wherever it stands. */
static void test_worst_address(void)
{
    int turn;

    for (turn = 0; turn < 2; turn++) {
        struct scene scene = scene_new();

        met_seen(scene.sightings, MET_EX07, ADSCP_SIGHTING_OUTCOME_OK,
                 turn == 0 ? &scene.met.ex07 : &scene.met.ex10);
        met_seen(scene.sightings, MET_EX07, ADSCP_SIGHTING_OUTCOME_REFUSED,
                 NULL);
        met_seen(scene.sightings, MET_EX07, ADSCP_SIGHTING_OUTCOME_OK,
                 turn == 0 ? &scene.met.ex10 : &scene.met.ex07);
        predict_seen(&scene);
        expect_hop(&scene, 0, ALERT, 0x18);
        CHECK_INT(count_findings(scene.answer, "cert-several"), 1);
        CHECK_INT(count_findings(scene.answer, "host-no-answer"), 0);
        scene_free(&scene);
    }
}

/* Also where the first address shows no certificate at all. */
static void test_several_behind_dead(void)
{
    int certificates;

    for (certificates = 1; certificates <= 2; certificates++) {
        struct scene scene = scene_new();

        met_seen(scene.sightings, MET_EX07, ADSCP_SIGHTING_OUTCOME_REFUSED,
                 NULL);
        met_seen(scene.sightings, MET_EX07, ADSCP_SIGHTING_OUTCOME_OK,
                 &scene.met.ex07);
        met_seen(scene.sightings, MET_EX07, ADSCP_SIGHTING_OUTCOME_OK,
                 certificates == 1 ? &scene.met.ex07 : &scene.met.ex10);
        predict_seen(&scene);
        CHECK_INT(count_findings(scene.answer, "cert-several"),
                  certificates == 2);
        scene_free(&scene);
    }
}

/* Outcomes of an address alone, and beside one that shows a good certificate:
 * what answers counts first. */
static void test_outcomes(void)
{
    static const struct {
        int seen, outcome;
        int64_t flags;
    } rows[] = {
        {ADSCP_SIGHTING_OUTCOME_REFUSED, FAILURE, 0},
        {ADSCP_SIGHTING_OUTCOME_TIMEOUT, FAILURE, 0},
        {ADSCP_SIGHTING_OUTCOME_CLOSED, FAILURE, 0},
        {ADSCP_SIGHTING_OUTCOME_NAME_NOT_FOUND, FAILURE, 0},
        {ADSCP_SIGHTING_OUTCOME_NOT_TLS, FAILURE, 0x80000000},
        {ADSCP_SIGHTING_OUTCOME_NO_COMMON_CIPHER, FAILURE, 0x80000000},
        {ADSCP_SIGHTING_OUTCOME_PROTOCOL_VERSION, FAILURE, 0x80000000},
        /* of this machine, and of our own patience */
        {ADSCP_SIGHTING_OUTCOME_UNREACHABLE, UNCERTAIN, 0},
        {ADSCP_SIGHTING_OUTCOME_LIMIT, UNCERTAIN, 0},
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct scene scene = scene_new();

        met_seen(scene.sightings, MET_EX07, rows[i].seen, NULL);
        met_seen(scene.sightings, MET_EX10, rows[i].seen, NULL);
        met_seen(scene.sightings, MET_EX10, ADSCP_SIGHTING_OUTCOME_OK,
                 &scene.met.ex10);
        predict_seen(&scene);
        expect_hop(&scene, 0, rows[i].outcome, rows[i].flags);
        CHECK(adscp_hop_certificate(adscp_prediction_hop(scene.answer, 0)) ==
              NULL);
        expect_hop(&scene, 1, ALERT, 8);
        CHECK_INT(count_findings(scene.answer, "host-no-answer") +
                      count_findings(scene.answer, "scp-host-unresolved"),
                  1);
        scene_free(&scene);
    }
}

/* An address that this machine cannot reach is no failure of the client's, even
 * where all others are dead. */
static void test_unreachable_beside_dead(void)
{
    struct scene scene = scene_new();

    met_seen(scene.sightings, MET_EX07, ADSCP_SIGHTING_OUTCOME_REFUSED, NULL);
    met_seen(scene.sightings, MET_EX07, ADSCP_SIGHTING_OUTCOME_UNREACHABLE,
             NULL);
    predict_seen(&scene);
    expect_hop(&scene, 0, UNCERTAIN, 0);
    CHECK_INT(adscp_prediction_hop_count(scene.answer), 2);
    CHECK_INT(adscp_hop_via(adscp_prediction_hop(scene.answer, 1)),
              ADSCP_HOP_VIA_REDIRECT);
    scene_free(&scene);
}

/* Who does not answer redirects nobody: the next SCP is tried. */
static void test_goes_on(void)
{
    struct scene scene = scene_new();

    met_seen(scene.sightings, MET_EX07, ADSCP_SIGHTING_OUTCOME_REFUSED, NULL);
    met_seen(scene.sightings, MET_EX10, ADSCP_SIGHTING_OUTCOME_OK,
             &scene.met.ex10);
    predict_seen(&scene);
    CHECK_INT(adscp_prediction_hop_count(scene.answer), 2);
    expect_hop(&scene, 0, FAILURE, 0);
    expect_hop(&scene, 1, ALERT, 8);
    CHECK_INT(adscp_hop_via(adscp_prediction_hop(scene.answer, 1)),
              ADSCP_HOP_VIA_SCP);
    CHECK_INT(adscp_prediction_alert_hop(scene.answer), 1);
    scene_free(&scene);
}

static void test_demanded(void)
{
    struct scene scene = scene_new();
    struct adscp_sighting *row = met_seen(
        scene.sightings, MET_EX07, ADSCP_SIGHTING_OUTCOME_OK, &scene.met.ex07);

    row->request = ADSCP_SIGHTING_REQUEST_DEMANDED;
    row->version = 0x0301;
    predict_seen(&scene);
    expect_hop(&scene, 0, FAILURE, 0x80000000);
    CHECK(adscp_hop_certificate(adscp_prediction_hop(scene.answer, 0)) != NULL);
    CHECK_INT(count_findings(scene.answer, "cert-demanded"), 1);
    CHECK_INT(count_findings(scene.answer, "tls-old"), 1);
    scene_free(&scene);
}

/* One server with this URL and certificate, and what becomes of its host. */
static adscp_prediction *predict_one(const struct met *met, const char *url,
                                     const struct made *published,
                                     adscp_sightings *sightings)
{
    struct scene scene = {0};
    struct make make = {0};
    adscp_forest *forest;

    make_directory(&make, NULL);
    make_site(&make, "HQ");
    met_authority(&make, "Certification Authorities", &met->root);
    met_server(&make, "EX10", MAKE_2010, "2010", url, published);
    forest = make_done(&make);
    scene.predictor = met_predictor(forest);
    CHECK_INT(adscp_predictor_set_sightings(scene.predictor, sightings),
              ADSCP_OK);
    predict(&scene);
    adscp_predictor_free(scene.predictor);
    adscp_forest_free(forest);
    return scene.answer;
}

static void expect_one(const struct met *met, const char *url,
                       const struct made *published, int outcome,
                       int confidence)
{
    adscp_prediction *answer = predict_one(met, url, published, NULL);
    const adscp_alert *alert = adscp_prediction_alert(answer);

    CHECK_INT(adscp_alert_outcome(alert), outcome);
    CHECK_INT(adscp_alert_confidence(alert), confidence);
    adscp_prediction_free(answer);
}

/* How far what is published is to be believed. */
static void test_confidence(void)
{
    struct met met = met_new();

    expect_one(&met, "https://" MET_EX10 "/x", &met.ex10, ALERT,
               ADSCP_ALERT_CONFIDENCE_HIGH);
    expect_one(&met, "https://" MET_EX10 ":444/x", &met.ex10, ALERT,
               ADSCP_ALERT_CONFIDENCE_MEDIUM);
    expect_one(&met, "https://ex10/x", &met.ex10, ALERT,
               ADSCP_ALERT_CONFIDENCE_MEDIUM);
    /* An alias of one server: an administrator was there. */
    expect_one(&met, "https://" MET_MAIL "/x", &met.ex10, UNCERTAIN,
               ADSCP_ALERT_CONFIDENCE_MEDIUM);
    expect_one(&met, "https://" MET_MAIL "/x", &met.mail, NO_ALERT,
               ADSCP_ALERT_CONFIDENCE_MEDIUM);
    expect_one(&met, "https://" MET_MAIL "/x", &met.ex07, ALERT,
               ADSCP_ALERT_CONFIDENCE_LOW);
    expect_one(&met, "https://" MET_EX10 "/x", &met.mail, ALERT,
               ADSCP_ALERT_CONFIDENCE_LOW);
    expect_one(&met, "https://" MET_EX10 "/x", NULL, UNCERTAIN, -1);
    met_free(&met);
}

/* Over plain http nobody meets a certificate, whatever was seen on 443. */
static void test_plain(void)
{
    struct met met = met_new();
    struct adscp_sightings *sightings = sightings_new();
    adscp_prediction *answer;
    const adscp_hop *hop;

    met_seen(sightings, MET_EX10, ADSCP_SIGHTING_OUTCOME_OK, &met.ex07);
    CHECK_INT(sightings_freeze(sightings), ADSCP_OK);
    answer =
        predict_one(&met, "http://" MET_EX10 ":443/x", &met.ex10, sightings);
    hop = adscp_prediction_hop(answer, 0);
    CHECK_INT(adscp_alert_outcome(adscp_hop_alert(hop)), UNCERTAIN);
    CHECK_INT(adscp_alert_flags(adscp_hop_alert(hop)), 0);
    CHECK(adscp_hop_certificate(hop) == NULL);
    CHECK_INT(adscp_hop_certificate_source(hop), -1);
    CHECK_INT(count_findings(answer, "hop-plain-http"), 1);
    adscp_prediction_free(answer);
    sightings_release(sightings);
    met_free(&met);
}

/* Bytes of no certificate, and such as only begin like one. */
static void test_unreadable(void)
{
    static unsigned char text[] = "certificate",
                         shell[] = {0x30, 4, 0x30, 2, 5, 0};
    const struct made odd[] = {{.der = text, .length = sizeof(text) - 1},
                               {.der = shell, .length = sizeof(shell)}};
    struct met met = met_new();
    int i;

    for (i = 0; i < 2; i++) {
        adscp_prediction *answer =
            predict_one(&met, "https://" MET_EX10 "/x", &odd[i], NULL);
        const adscp_alert *alert = adscp_prediction_alert(answer);

        CHECK_INT(adscp_alert_outcome(alert), UNCERTAIN);
        CHECK_INT(adscp_alert_flags(alert), 0);
        CHECK_INT(count_findings(answer, "cert-unreadable"), 1);
        adscp_prediction_free(answer);
    }
    met_free(&met);
}

/* From a month before. */
static void test_changes_soon(void)
{
    struct scene scene = scene_new();
    int days;

    CHECK_INT(adscp_alert_changes_on(NULL), -1);
    for (days = 29; days < 33; days++) {
        CHECK_INT(adscp_predictor_set_time(scene.predictor, Y2020 - days * DAY),
                  ADSCP_OK);
        predict(&scene);
        CHECK_INT(adscp_alert_changes_on(
                      adscp_hop_alert(adscp_prediction_hop(scene.answer, 0))),
                  Y2020);
        CHECK_INT(count_findings(scene.answer, "cert-changes-soon"),
                  days <= 30);
    }
    scene_free(&scene);
}

/* ------------------------------------------------------------------- service
 * checks --
 */

static void test_services(void)
{
    struct scene scene = scene_new();
    const adscp_service *row;
    const adscp_alert *before;

    predict(&scene);
    CHECK_INT(adscp_prediction_service_count(scene.answer), 2);
    row = adscp_prediction_service(scene.answer, 0);
    CHECK_STR(adscp_service_host(row), MET_MAIL);
    /* The name is not that of the server, whose own one is self-signed. */
    CHECK_INT(adscp_alert_outcome(adscp_service_alert(row)), UNCERTAIN);
    before = adscp_service_alert(row);
    predict(&scene);
    CHECK(before ==
          adscp_service_alert(adscp_prediction_service(scene.answer, 0)));
    met_seen(scene.sightings, MET_EX07, ADSCP_SIGHTING_OUTCOME_OK,
             &scene.met.ex07);
    met_seen(scene.sightings, MET_MAIL, ADSCP_SIGHTING_OUTCOME_OK,
             &scene.met.mail);
    predict_seen(&scene);
    row = adscp_prediction_service(scene.answer, 0);
    CHECK_INT(adscp_alert_outcome(adscp_service_alert(row)), NO_ALERT);
    CHECK_INT(adscp_service_certificate_source(row),
              ADSCP_CERTIFICATE_SOURCE_OBSERVED);
    CHECK(adscp_service_sighting(row) ==
          adscp_sightings_sighting(scene.sightings, 1));
    scene_free(&scene);
}

/* A service decides only where it alerts and no hop does. */
static void test_service_decides(void)
{
    struct scene scene = scene_new();

    met_seen(scene.sightings, MET_EX07, ADSCP_SIGHTING_OUTCOME_OK,
             &scene.met.ex07);
    met_seen(scene.sightings, MET_MAIL, ADSCP_SIGHTING_OUTCOME_OK,
             &scene.met.ex07);
    predict_seen(&scene);
    CHECK_INT(adscp_prediction_alert_hop(scene.answer), 1);
    CHECK_INT(adscp_alert_flags(adscp_prediction_alert(scene.answer)), 8);
    sightings_release(scene.sightings);
    scene.sightings = sightings_new();
    met_seen(scene.sightings, MET_EX10, ADSCP_SIGHTING_OUTCOME_UNREACHABLE,
             NULL);
    met_seen(scene.sightings, MET_MAIL, ADSCP_SIGHTING_OUTCOME_OK,
             &scene.met.ex07);
    predict_seen(&scene);
    CHECK_INT(adscp_prediction_alert_hop(scene.answer), -1);
    CHECK_INT(adscp_alert_flags(adscp_prediction_alert(scene.answer)), 0x10);
    scene_free(&scene);
}

static const struct test tests[] = {
    {"a forecast from the directory", test_forecast},
    {"what was seen beats what is published", test_seen_beats_published},
    {"the worst address decides", test_worst_address},
    {"two certificates behind a dead address", test_several_behind_dead},
    {"addresses that show no certificate", test_outcomes},
    {"an unreachable address beside a dead one", test_unreachable_beside_dead},
    {"a dead server redirects nobody", test_goes_on},
    {"a demand for a certificate", test_demanded},
    {"how good a forecast is", test_confidence},
    {"plain http", test_plain},
    {"unreadable bytes", test_unreadable},
    {"a change within a month is a finding", test_changes_soon},
    {"services are judged once, and by what was seen", test_services},
    {"a service decides where no hop alerts", test_service_decides},
};

TEST_MAIN(tests)
