/* SPDX-License-Identifier: MIT */
/*
 * Which certificate counts at a host, and on what that rests: what was seen, or
 * what the directory publishes; the forest's trust and the caller's; the second
 * wave; verdicts without a forest. What a verdict says about one chain is the
 * business of test_trust.
 */
#include <unistd.h>

#include "make_met.h"
#include "touch.h"

enum {
    NO_ALERT = ADSCP_ALERT_OUTCOME_NO_ALERT,
    UNCERTAIN = ADSCP_ALERT_OUTCOME_UNCERTAIN,
    ALERT = ADSCP_ALERT_OUTCOME_ALERT,
    FAILURE = ADSCP_ALERT_OUTCOME_CONNECT_FAILURE
};

/* What most tests have. */
struct scene {
    struct met met;
    adscp_forest *forest;
    adscp_predictor *predictor;
    struct adscp_sightings *sightings;
    adscp_prediction *answer;
};

static struct scene scene_new(void)
{
    struct scene scene = {.met = met_new(), .sightings = sightings_new()};

    must(scene.sightings != NULL);
    scene.forest = met_forest(&scene.met);
    scene.predictor = met_predictor(scene.forest);
    return scene;
}

static void scene_free(struct scene *scene)
{
    adscp_prediction_free(scene->answer);
    adscp_predictor_free(scene->predictor);
    sightings_release(scene->sightings);
    adscp_forest_free(scene->forest);
    met_free(&scene->met);
}

static void predict(struct scene *scene)
{
    adscp_prediction_free(scene->answer);
    scene->answer = NULL;
    CHECK_INT(adscp_predictor_predict(scene->predictor, &scene->answer),
              ADSCP_OK);
}

/* By what lies in the sightings now. */
static void predict_seen(struct scene *scene)
{
    CHECK_INT(sightings_freeze(scene->sightings), ADSCP_OK);
    CHECK_INT(adscp_predictor_set_sightings(scene->predictor, scene->sightings),
              ADSCP_OK);
    predict(scene);
}

static void expect_hop(const struct scene *scene, int index, int outcome,
                       int64_t flags)
{
    const adscp_hop *hop = adscp_prediction_hop(scene->answer, index);

    CHECK_INT(adscp_alert_outcome(adscp_hop_alert(hop)), outcome);
    CHECK_INT(adscp_alert_flags(adscp_hop_alert(hop)), flags);
}

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

/* Without a time, no date is judged; with another one, anew. */
static void test_time(void)
{
    struct scene scene = scene_new();

    CHECK_INT(adscp_predictor_set_time(scene.predictor, -1), ADSCP_OK);
    predict(&scene);
    CHECK_INT(adscp_alert_date_line(
                  adscp_hop_alert(adscp_prediction_hop(scene.answer, 0))),
              ADSCP_ALERT_LINE_UNKNOWN);
    CHECK_INT(adscp_predictor_set_time(scene.predictor, Y2015 + 1), ADSCP_OK);
    predict(&scene);
    expect_hop(&scene, 0, NO_ALERT, 0);
    expect_hop(&scene, 1, ALERT, 0x28);
    CHECK_INT(adscp_predictor_set_time(scene.predictor, Y2015), ADSCP_OK);
    predict(&scene);
    expect_hop(&scene, 1, ALERT, 8);
    scene_free(&scene);
}

static void write_file(char path[40], const void *bytes, size_t length)
{
    int fd;

    strcpy(path, "/tmp/adscp-unit-XXXXXX");
    fd = mkstemp(path);
    must(fd >= 0 && write(fd, bytes, length) == (ssize_t)length);
    close(fd);
}

/* KB2006728's workaround; what is no certificate changes nothing. */
static void test_trust_file(void)
{
    static const char text[] = "-----BEGIN CERTIFICATE-----\n";
    /* A sequence in a sequence, and nothing else of a certificate. */
    static const unsigned char shell[] = {0x30, 4, 0x30, 2, 5, 0};
    struct scene scene = scene_new();
    adscp_predictor *predictor = scene.predictor;
    char path[40], wrong[40], odd[40];

    write_file(path, scene.met.ex10.der, scene.met.ex10.length);
    write_file(wrong, text, sizeof(text) - 1);
    write_file(odd, shell, sizeof(shell));
    CHECK_INT(adscp_predictor_add_trust_file(predictor, wrong), ADSCP_E_FORMAT);
    CHECK(strstr(adscp_predictor_error_detail(predictor), wrong) != NULL);
    CHECK_INT(adscp_predictor_add_trust_file(predictor, odd), ADSCP_E_FORMAT);
    CHECK_INT(adscp_predictor_set_roots_file(predictor, odd), ADSCP_E_FORMAT);
    CHECK_INT(adscp_predictor_add_trust_file(predictor, "/nowhere"),
              ADSCP_E_FILE);
    CHECK_INT(adscp_predictor_add_trust_file(predictor, NULL),
              ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_predictor_add_trust_file(NULL, path), ADSCP_E_ARGUMENT);
    predict(&scene);
    expect_hop(&scene, 1, ALERT, 8);
    CHECK_INT(adscp_predictor_add_trust_file(predictor, path), ADSCP_OK);
    CHECK_STR(adscp_predictor_error_detail(predictor), "");
    predict(&scene);
    expect_hop(&scene, 1, NO_ALERT, 0);
    /* It belongs to the client, not to a forest. */
    CHECK_INT(adscp_predictor_set_forest(predictor, scene.forest), ADSCP_OK);
    predict(&scene);
    expect_hop(&scene, 1, NO_ALERT, 0);
    unlink(path);
    unlink(wrong);
    unlink(odd);
    scene_free(&scene);
}

/* A list of public roots replaces the one before; none is not an empty one. */
static void test_roots_file(void)
{
    struct scene scene = scene_new();
    struct made public = make_authority("Public", NULL);
    struct made sold =
        MAKE(.cn = MET_EX07, .san = "DNS:" MET_EX07, .issuer = &public);
    char ours[40], theirs[40];

    write_file(theirs, public.der, public.length);
    write_file(ours, scene.met.root.der, scene.met.root.length);
    met_seen(scene.sightings, MET_EX07, ADSCP_SIGHTING_OUTCOME_OK, &sold);
    predict_seen(&scene);
    expect_hop(&scene, 0, UNCERTAIN, 8);
    adscp_predictor_set_roots_file(scene.predictor, ours);
    predict(&scene);
    expect_hop(&scene, 0, ALERT, 8);
    adscp_predictor_set_roots_file(scene.predictor, theirs);
    predict(&scene);
    expect_hop(&scene, 0, NO_ALERT, 0);
    CHECK_INT(adscp_predictor_set_roots_file(scene.predictor, "/nowhere"),
              ADSCP_E_FILE);
    predict(&scene);
    expect_hop(&scene, 0, NO_ALERT, 0);
    CHECK_INT(adscp_predictor_set_roots_file(scene.predictor, ""),
              ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_predictor_set_roots_file(scene.predictor, NULL), ADSCP_OK);
    predict(&scene);
    expect_hop(&scene, 0, UNCERTAIN, 8);
    unlink(ours);
    unlink(theirs);
    made_free(&sold);
    made_free(&public);
    scene_free(&scene);
}

/* What another forest, to which a pointer leads, distributes to its members. */
static void check_own_forest(const char *config_dn, int outcome,
                             const char *note)
{
    struct met met = met_new();
    struct make make = {0};
    adscp_forest *forest;
    adscp_predictor *predictor;
    struct scene scene = {0};
    const adscp_alert *alert;

    make_directory(&make, NULL);
    make_site(&make, "HQ");
    make_pointer(&make, "res", "Domain=contoso.com", "LDAP://res.example");
    make_directory(&make, "res.example:389");
    make_site(&make, "HQ");
    met_authority(&make, "Certification Authorities", &met.root);
    met_server(&make, "EX07", MAKE_2010, "2008",
               "https://" MET_EX07 "/Autodiscover/Autodiscover.xml", &met.ex07);
    forest = make_done(&make);
    forest->directories[1]->config_dn = config_dn;
    predictor = met_predictor(forest);
    scene.predictor = predictor;
    predict(&scene);
    CHECK_INT(adscp_prediction_hop_count(scene.answer), 1);
    expect_hop(&scene, 0, outcome, 8);
    alert = adscp_hop_alert(adscp_prediction_hop(scene.answer, 0));
    CHECK_STR(adscp_alert_note(alert, 1), note);
    adscp_prediction_free(scene.answer);
    adscp_predictor_free(predictor);
    adscp_forest_free(forest);
    met_free(&met);
}

/* That another forest has the root is sure to be no help, and is told; the same
 * forest by another way, or one whose name nobody knows, says nothing. */
static void test_own_forest_only(void)
{
    static const char unknown[] = "the issuer may be a public authority: no "
                                  "list of public roots was given";

    check_own_forest("CN=Configuration,DC=res,DC=example", ALERT,
                     "the issuer CN=Root is published in the forest res.example "
                     "only: computers of the client's own forest do not trust "
                     "it");
    check_own_forest("cn=configuration,DC=corp,DC=example", UNCERTAIN, unknown);
    check_own_forest(NULL, UNCERTAIN, unknown);
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

/* --------------------------------------------------------------- verdicts --
 */

static void test_verdicts(void)
{
    struct scene scene = scene_new();
    adscp_predictor *alone = adscp_predictor_new();
    adscp_alerts *verdicts = NULL;

    CHECK_INT(adscp_predictor_judge_sightings(alone, &verdicts), ADSCP_OK);
    CHECK_INT(adscp_alerts_count(verdicts), 0);
    CHECK(adscp_alerts_alert(verdicts, 0) == NULL);
    adscp_alerts_free(verdicts);
    CHECK_INT(adscp_predictor_judge_sightings(NULL, &verdicts),
              ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_predictor_judge_sightings(alone, NULL), ADSCP_E_ARGUMENT);
    met_seen(scene.sightings, MET_EX07, ADSCP_SIGHTING_OUTCOME_OK,
             &scene.met.ex07);
    met_seen(scene.sightings, MET_EX10, ADSCP_SIGHTING_OUTCOME_CLOSED, NULL);
    must(sightings_freeze(scene.sightings) == ADSCP_OK);
    adscp_predictor_set_sightings(alone, scene.sightings);
    adscp_predictor_set_time(alone, Y2012);
    CHECK_INT(adscp_predictor_judge_sightings(alone, &verdicts), ADSCP_OK);
    adscp_predictor_free(alone);
    CHECK_INT(adscp_alerts_count(verdicts), 2);
    CHECK_INT(adscp_alert_outcome(adscp_alerts_alert(verdicts, 0)), UNCERTAIN);
    CHECK_INT(adscp_alert_outcome(adscp_alerts_alert(verdicts, 1)), FAILURE);
    CHECK(adscp_alerts_alert(verdicts, 2) == NULL);
    CHECK(adscp_alerts_alert(verdicts, -1) == NULL);
    adscp_alerts_free(verdicts);
    /* Whom the forest trusts counts where there is one. */
    adscp_predictor_set_sightings(scene.predictor, scene.sightings);
    CHECK_INT(adscp_predictor_judge_sightings(scene.predictor, &verdicts),
              ADSCP_OK);
    CHECK_INT(adscp_alert_outcome(adscp_alerts_alert(verdicts, 0)), NO_ALERT);
    adscp_alerts_free(verdicts);
    scene_free(&scene);
}

/* --------------------------------------------------------------- looking -- */

/* Everybody whom the client may meet, once; plain http has nothing to show. */
static void test_whom_to_look_at(void)
{
    static const char *const hosts[] = {MET_EX07, MET_EX10, MET_MAIL};
    struct scene scene = scene_new();
    adscp_observer *observer = adscp_observer_new();
    adscp_sightings *seen = NULL;
    char pin[64];
    int i;

    predict(&scene);
    CHECK_INT(adscp_observer_add_prediction(observer, NULL), ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_observer_add_prediction(NULL, scene.answer),
              ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_observer_add_prediction(observer, scene.answer), ADSCP_OK);
    CHECK_INT(adscp_observer_add_prediction(observer, scene.answer), ADSCP_OK);
    for (i = 0; i < 3; i++) {
        /* Port 1 of a loopback address of our own: nobody is there. */
        snprintf(pin, sizeof(pin), "%s:443:127.0.64.1:1", hosts[i]);
        CHECK_INT(adscp_observer_add_resolve(observer, pin), ADSCP_OK);
    }
    CHECK_INT(adscp_observer_look(observer, &seen), ADSCP_OK);
    CHECK_INT(adscp_sightings_count(seen), 3);
    for (i = 0; i < 3; i++)
        CHECK_STR(adscp_sighting_host(adscp_sightings_sighting(seen, i)),
                  hosts[i]);
    adscp_sightings_free(seen);
    adscp_observer_free(observer);
    scene_free(&scene);
}

/* -------------------------------------------------------------- lifetimes --
 */

/* What a prediction rests on, let go in this order; it still tells all. */
static void let_go(const int order[4])
{
    struct scene scene = scene_new();
    adscp_alerts *verdicts = NULL;
    uint64_t before, alerts;
    int i;

    met_seen(scene.sightings, MET_EX07, ADSCP_SIGHTING_OUTCOME_OK,
             &scene.met.ex07);
    met_seen(scene.sightings, MET_MAIL, ADSCP_SIGHTING_OUTCOME_OK,
             &scene.met.mail);
    predict_seen(&scene);
    CHECK_INT(adscp_predictor_judge_sightings(scene.predictor, &verdicts),
              ADSCP_OK);
    before = touch_prediction(scene.answer);
    alerts = touch_alert(0, adscp_alerts_alert(verdicts, 1));
    for (i = 0; i < 4; i++) {
        CHECK(scene.answer == NULL || touch_prediction(scene.answer) == before);
        CHECK(touch_alert(0, adscp_alerts_alert(verdicts, 1)) == alerts);
        if (order[i] == 0) {
            adscp_predictor_free(scene.predictor);
            scene.predictor = NULL;
        } else if (order[i] == 1) {
            adscp_forest_free(scene.forest);
            scene.forest = NULL;
        } else if (order[i] == 2) {
            adscp_sightings_free(scene.sightings);
            scene.sightings = NULL;
        } else {
            adscp_prediction_free(scene.answer);
            scene.answer = NULL;
        }
    }
    adscp_alerts_free(verdicts);
    scene_free(&scene);
}

static void test_lifetimes(void)
{
    int a, b, c;

    for (a = 0; a < 4; a++)
        for (b = 0; b < 4; b++)
            for (c = 0; c < 4; c++) {
                const int order[4] = {a, b, c, 6 - a - b - c};

                if (a != b && b != c && a != c)
                    let_go(order);
            }
}

static const struct test tests[] = {
    {"a forecast from the directory", test_forecast},
    {"another time, another answer", test_time},
    {"a certificate that the caller trusts", test_trust_file},
    {"a list of public roots", test_roots_file},
    {"the client trusts what its own forest distributes", test_own_forest_only},
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
    {"verdicts of addresses alone", test_verdicts},
    {"whom to look at", test_whom_to_look_at},
    {"predictions outlive what they rest on", test_lifetimes},
};

TEST_MAIN(tests)
