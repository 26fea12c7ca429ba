/* SPDX-License-Identifier: MIT */
/* What the predictor is told decides verdicts: time, roots, sightings; and who
 * keeps them alive. */
#include "host_check_scene.h"

/* ------------------------------------------------------------------ basis --
 */

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

/* What the caller says a host shows counts before what was seen. */
static void test_assumed_file(void)
{
    struct scene scene = scene_new();
    adscp_predictor *predictor = scene.predictor;
    struct made fine =
        MAKE(.cn = MET_EX07, .san = "DNS:" MET_EX07, .issuer = &scene.met.root);
    adscp_prediction *first;
    char path[40], wrong[40], odd[40];

    write_file(path, fine.der, fine.length);
    write_file(wrong, scene.met.mail.der, scene.met.mail.length);
    write_file(odd, "0\4\60\2\5", 6);
    met_seen(scene.sightings, MET_EX07, ADSCP_SIGHTING_OUTCOME_OK,
             &scene.met.mail);
    predict_seen(&scene);
    expect_hop(&scene, 0, ALERT, 0x10);
    CHECK_INT(adscp_predictor_add_assumed_file(predictor, MET_EX07, 443, odd),
              ADSCP_E_FORMAT);
    CHECK(strstr(adscp_predictor_error_detail(predictor), odd) != NULL);
    CHECK_INT(adscp_predictor_add_assumed_file(predictor, MET_EX07, 0, path),
              ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_predictor_add_assumed_file(predictor, NULL, 443, path),
              ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_predictor_add_assumed_file(predictor, "a/b", 443, path),
              ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_predictor_add_assumed_file(predictor, MET_EX07, 443, NULL),
              ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_predictor_add_assumed_file(NULL, MET_EX07, 443, path),
              ADSCP_E_ARGUMENT);
    CHECK_INT(
        adscp_predictor_add_assumed_file(predictor, MET_EX07, 443, "/nowhere"),
        ADSCP_E_FILE);
    predict(&scene);
    expect_hop(&scene, 0, ALERT, 0x10);
    CHECK_INT(adscp_predictor_add_assumed_file(predictor, MET_EX07, 443, path),
              ADSCP_OK);
    CHECK_STR(adscp_predictor_error_detail(predictor), "");
    CHECK_INT(
        adscp_predictor_add_assumed_file(predictor, MET_EX07 ".", 443, wrong),
        ADSCP_E_ARGUMENT);
    predict(&scene);
    expect_hop(&scene, 0, NO_ALERT, 0);
    CHECK_INT(
        adscp_hop_certificate_source(adscp_prediction_hop(scene.answer, 0)),
        ADSCP_CERTIFICATE_SOURCE_ASSUMED);
    CHECK(adscp_hop_sighting(adscp_prediction_hop(scene.answer, 0)) == NULL);
    /* Answers of before keep what they rest on. */
    first = scene.answer;
    scene.answer = NULL;
    CHECK_INT(adscp_predictor_add_assumed_file(predictor, "other.example", 443,
                                               wrong),
              ADSCP_OK);
    predict(&scene);
    expect_hop(&scene, 0, NO_ALERT, 0);
    adscp_predictor_free(predictor);
    scene.predictor = NULL;
    CHECK(adscp_certificate_sha1(
              adscp_hop_certificate(adscp_prediction_hop(first, 0))) != NULL);
    adscp_prediction_free(first);
    unlink(path);
    unlink(wrong);
    unlink(odd);
    made_free(&fine);
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

    check_own_forest(
        "CN=Configuration,DC=res,DC=example", ALERT,
        "the issuer CN=Root is published in the forest res.example "
        "only: computers of the client's own forest do not trust "
        "it");
    check_own_forest("cn=configuration,DC=corp,DC=example", UNCERTAIN, unknown);
    check_own_forest(NULL, UNCERTAIN, unknown);
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

/* A remote user's server, and one that redirects and is asked when the first is
 * silent. */
static adscp_forest *later_forest(void)
{
    struct make make = {0};
    char dn[512];

    make_ask(&make, MET_ANN);
    make_ask(&make, "bob@contoso.com");
    make_directory(&make, NULL);
    make_site(&make, "HQ");
    met_server(&make, "EX12", MAKE_2010, "2008",
               "https://ex12.contoso.com/Autodiscover/Autodiscover.xml", NULL);
    met_server(&make, "EX07", MAKE_2007, "2009",
               "https://" MET_EX07 "/Autodiscover/Autodiscover.xml", NULL);
    /* No SCP names it, and so it is no candidate. */
    met_begin_server(&make, "CAS10", MAKE_2010, dn);
    make_end(&make);
    make_database(&make, "DB1", "EX12");
    make_person(&make, (struct person){.cn = "Ann",
                                       .proxies = "SMTP:" MET_ANN,
                                       .nickname = "ann",
                                       .database = "DB1",
                                       .details = "1"});
    make_person(&make, (struct person){.cn = "Bob",
                                       .proxies = "SMTP:bob@contoso.com",
                                       .nickname = "bob",
                                       .target = "SMTP:bob@tenant.example",
                                       .details = "2147483648"});
    return make_done(&make);
}

/* Where the second server would redirect the client is looked at, too: the
 * first one may be silent. */
static void test_later_redirects(void)
{
    adscp_forest *forest = later_forest();
    adscp_predictor *predictor = met_predictor(forest);
    adscp_observer *observer = adscp_observer_new();
    adscp_prediction *answer = NULL;
    adscp_sightings *seen = NULL;
    int i, found = 0;

    CHECK_INT(adscp_predictor_predict(predictor, &answer), ADSCP_OK);
    CHECK_INT(adscp_prediction_hop_count(answer), 1);
    CHECK_INT(adscp_observer_add_prediction(observer, answer), ADSCP_OK);
    CHECK_INT(adscp_observer_set_timeout_ms(observer, 1), ADSCP_OK);
    CHECK_INT(adscp_observer_look(observer, &seen), ADSCP_OK);
    for (i = 0; i < adscp_sightings_count(seen); i++)
        found +=
            strcasecmp(adscp_sighting_host(adscp_sightings_sighting(seen, i)),
                       "CAS10.contoso.com") == 0;
    CHECK_INT(found, 1);
    adscp_sightings_free(seen);
    adscp_observer_free(observer);
    adscp_prediction_free(answer);
    adscp_predictor_free(predictor);
    adscp_forest_free(forest);
}

/* A server that nobody reaches sends nobody to another address. */
static void test_fallback(void)
{
    adscp_forest *forest = later_forest();
    adscp_predictor *predictor = met_predictor(forest);
    struct adscp_sightings *seen = sightings_new();
    adscp_prediction *answer = NULL;

    adscp_predictor_set_mail(predictor, "bob@contoso.com");
    CHECK_INT(adscp_predictor_predict(predictor, &answer), ADSCP_OK);
    CHECK_STR(adscp_prediction_fallback_url(answer, 0),
              "https://tenant.example/autodiscover/autodiscover.xml");
    adscp_prediction_free(answer);
    met_seen(seen, "ex12.contoso.com", ADSCP_SIGHTING_OUTCOME_REFUSED, NULL);
    met_seen(seen, MET_EX07, ADSCP_SIGHTING_OUTCOME_REFUSED, NULL);
    must(sightings_freeze(seen) == ADSCP_OK);
    adscp_predictor_set_sightings(predictor, seen);
    CHECK_INT(adscp_predictor_predict(predictor, &answer), ADSCP_OK);
    CHECK_STR(adscp_prediction_fallback_url(answer, 0),
              "https://contoso.com/autodiscover/autodiscover.xml");
    adscp_prediction_free(answer);
    sightings_release(seen);
    adscp_predictor_free(predictor);
    adscp_forest_free(forest);
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
    {"another time, another answer", test_time},
    {"a certificate that the caller trusts", test_trust_file},
    {"a list of public roots", test_roots_file},
    {"a certificate that is not there yet", test_assumed_file},
    {"the client trusts what its own forest distributes", test_own_forest_only},
    {"verdicts of addresses alone", test_verdicts},
    {"whom to look at", test_whom_to_look_at},
    {"where a later server redirects", test_later_redirects},
    {"what follows servers that are silent", test_fallback},
    {"predictions outlive what they rest on", test_lifetimes},
};

TEST_MAIN(tests)
