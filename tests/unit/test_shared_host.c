/* SPDX-License-Identifier: MIT */
/*
 * A name that several servers publish: one verdict out of all that they
 * publish, the same for every hop and every service, however many they are.
 */
#include "shared_host_forest.h"

/* --------------------------------------------------------------- forests -- */

static int has_note(const adscp_alert *alert, const char *words)
{
    int i, found = 0;

    for (i = 0; i < adscp_alert_note_count(alert); i++)
        found += strstr(adscp_alert_note(alert, i), words) != NULL;
    return found;
}

/* ----------------------------------------------------------- certificates --
 */

static void test_one_certificate(void)
{
    struct met met = met_new();
    adscp_prediction *answer = predict_two(&met, &met.mail, &met.mail, NULL);
    const adscp_alert *alert = expect(answer, NO_ALERT, 0, MEDIUM);

    CHECK_INT(adscp_hop_certificate_source(first_hop(answer)),
              ADSCP_CERTIFICATE_SOURCE_DIRECTORY);
    CHECK_INT(adscp_alert_changes_on(alert), Y2020);
    CHECK_INT(has_note(alert, "publishes none"), 0);
    CHECK_STR(difference(answer), "");
    adscp_prediction_free(answer);
    met_free(&met);
}

/* What setup made stands behind a name that another certificate covers. */
static void test_one_is_setups(void)
{
    struct met met = met_new();
    int turn;

    for (turn = 0; turn < 2; turn++) {
        adscp_prediction *answer =
            predict_two(&met, turn == 0 ? &met.mail : &met.ex10,
                        turn == 0 ? &met.ex10 : &met.mail, NULL);

        expect(answer, ALERT, 0x18, LOW);
        expect_words(answer,
                     turn == 0 ? "EX1: CN=" MET_MAIL ", valid until 2019-12-31;"
                                 " EX2: CN=EX10, valid until 2015-01-01"
                               : "EX1: CN=EX10, valid until 2015-01-01; EX2: ");
        adscp_prediction_free(answer);
    }
    met_free(&met);
}

/* EX1 publishes the name, and EX2 by this SCP alone. */
static adscp_prediction *predict_alone(const struct met *met, const char *url)
{
    struct make make;
    adscp_forest *forest;
    adscp_prediction *answer;

    begin(&make, met);
    met_server(&make, "EX1", MAKE_2010, "2010", MAIL_URL, &met->mail);
    met_server(&make, "EX2", MAKE_2010, "2011", url, &met->ex10);
    make_service(&make, "EX1", "WebServices", "EWS",
                 "https://" MET_MAIL "/EWS/Exchange.asmx");
    forest = done(&make);
    answer = predict_at(forest, NULL, Y2012);
    adscp_forest_free(forest);
    return answer;
}

/* A dot at the end is no other host: its publisher counts among the others. */
static void test_one_has_a_dot(void)
{
    static const char *const urls[] = {
        "https://" MET_MAIL "./Autodiscover/Autodiscover.xml",
        "https://MAIL.contoso.com./autodiscover/autodiscover.xml"};
    struct met met = met_new();
    size_t i;

    for (i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
        adscp_prediction *answer =
            predict_spelt(&met, urls[i], &met.mail, &met.ex10, NULL);

        expect(answer, ALERT, 0x18, LOW);
        expect_words(answer, "; EX2: CN=EX10, valid until 2015-01-01");
        adscp_prediction_free(answer);
    }
    met_free(&met);
}

/* Another port is another server: who publishes that one shows nothing here. */
static void test_other_port(void)
{
    static const char *const urls[] = {
        "https://" MET_MAIL ":8443/Autodiscover/Autodiscover.xml",
        "https://" MET_MAIL ":443/Autodiscover/Autodiscover.xml"};
    struct met met = met_new();
    size_t i;

    for (i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
        adscp_prediction *answer = predict_alone(&met, urls[i]);

        if (i == 0) {
            expect(answer, NO_ALERT, 0, MEDIUM);
            CHECK_STR(difference(answer), "");
        } else {
            expect(answer, ALERT, 0x18, LOW);
            expect_words(answer, "; EX2: CN=EX10, valid until 2015-01-01");
        }
        adscp_prediction_free(answer);
    }
    met_free(&met);
}

/* Nobody knows what a server shows that publishes nothing. */
static void test_one_is_silent(void)
{
    static unsigned char text[] = "no certificate";
    const struct made odd = {.der = text, .length = sizeof(text) - 1};
    struct met met = met_new();
    int turn;

    for (turn = 0; turn < 3; turn++) {
        adscp_prediction *answer =
            predict_two(&met, turn == 1 ? NULL : &met.mail,
                        turn == 0   ? NULL
                        : turn == 1 ? &met.mail
                                    : &odd,
                        NULL);
        const adscp_alert *alert = expect(answer, UNCERTAIN, 0, LOW);

        CHECK_INT(has_note(alert, "publishes none"), 0);
        CHECK_INT(has_note(alert, "publish no readable certificate"), 1);
        CHECK_INT(adscp_alert_changes_on(alert), Y2020);
        CHECK(adscp_hop_certificate(first_hop(answer)) != NULL);
        expect_words(answer, turn == 0   ? "; EX2: none)"
                             : turn == 1 ? "; EX1: none)"
                                         : "; EX2: none that can be read)");
        CHECK_INT(count_findings(answer, "cert-unreadable"), turn == 2);
        adscp_prediction_free(answer);
    }
    met_free(&met);
}

/* Each has what setup made for it, and IIS surely another one. */
static void test_all_are_setups(void)
{
    struct met met = met_new();
    struct made other = MAKE(.cn = "EX2", .san = "DNS:EX2");
    adscp_prediction *answer = predict_two(&met, &met.ex10, &other, NULL);
    const adscp_alert *alert = expect(answer, UNCERTAIN, 0x18, LOW);

    CHECK_INT(has_note(alert, "not one of the server's own names"), 1);
    CHECK(difference(answer)[0] != '\0');
    adscp_prediction_free(answer);
    answer = predict_two(&met, NULL, NULL, NULL);
    alert = expect(answer, UNCERTAIN, 0, -1);
    CHECK_INT(has_note(alert, "publishes none"), 1);
    CHECK_STR(difference(answer), "");
    CHECK(adscp_hop_certificate(first_hop(answer)) == NULL);
    adscp_prediction_free(answer);
    made_free(&other);
    met_free(&met);
}

/* Both are fine; the first one that ends is the first that anybody notices. */
static void test_renewed_at_one(void)
{
    struct met met = met_new();
    struct made old = MAKE(.cn = MET_MAIL, .san = "DNS:" MET_MAIL,
                           .issuer = &met.root, .until = Y2015);
    struct made twin =
        MAKE(.cn = MET_MAIL, .san = "DNS:" MET_MAIL, .issuer = &met.root);
    adscp_prediction *answer = predict_two(&met, &met.mail, &old, NULL);
    const adscp_alert *alert = expect(answer, NO_ALERT, 0, LOW);

    CHECK_INT(adscp_alert_changes_on(alert), Y2015 + 1);
    expect_words(answer, "EX1: CN=" MET_MAIL ", valid until 2019-12-31; EX2: "
                         "CN=" MET_MAIL ", valid until 2015-01-01)");
    adscp_prediction_free(answer);
    answer = predict_two(&met, &met.mail, &twin, NULL);
    expect_words(answer, "valid until 2019-12-31, thumbprint ");
    adscp_prediction_free(answer);
    made_free(&twin);
    made_free(&old);
    met_free(&met);
}

/* What was seen decides, and what it is compared with is any publisher's. */
static void test_seen(void)
{
    struct met met = met_new();
    struct adscp_sightings *sightings = sightings_new();
    adscp_prediction *answer;

    met_seen(sightings, MET_MAIL, ADSCP_SIGHTING_OUTCOME_OK, &met.mail);
    must(sightings_freeze(sightings) == ADSCP_OK);
    answer = predict_two(&met, &met.ex10, &met.mail, sightings);
    expect(answer, NO_ALERT, 0, -1);
    CHECK_STR(difference(answer), "");
    CHECK_INT(count_findings(answer, "cert-differs"), 0);
    adscp_prediction_free(answer);
    answer = predict_two(&met, &met.ex10, &met.ex07, sightings);
    CHECK_INT(count_findings(answer, "cert-differs"), 1);
    adscp_prediction_free(answer);
    sightings_release(sightings);
    met_free(&met);
}

/* An address that could not be looked at tells nothing about the directory. */
static void test_not_seen(void)
{
    struct met met = met_new();
    struct adscp_sightings *sightings = sightings_new();
    adscp_prediction *answer;

    met_seen(sightings, MET_MAIL, ADSCP_SIGHTING_OUTCOME_UNREACHABLE, NULL);
    must(sightings_freeze(sightings) == ADSCP_OK);
    answer = predict_two(&met, &met.mail, &met.mail, sightings);
    CHECK_INT(has_note(adscp_hop_alert(first_hop(answer)), "publishes none"),
              0);
    adscp_prediction_free(answer);
    sightings_release(sightings);
    met_free(&met);
}

/* The services alone share a name; the other server publishes it for one kind
 * of service, whatever that is. */
static void test_services_only(void)
{
    static const char *const kinds[] = {"OAB", "Mapi", "ECP", "RpcHttp"};
    struct met met = met_new();
    size_t i;

    for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        struct make make;
        adscp_forest *forest;
        adscp_prediction *answer;

        begin(&make, &met);
        met_server(&make, "EX1", MAKE_2010, "2010",
                   "https://ex1.contoso.com/Autodiscover/Autodiscover.xml",
                   &met.mail);
        met_server(&make, "EX2", MAKE_2007, "2011", NULL, &met.ex10);
        make_service(&make, "EX1", "WebServices", "EWS",
                     "https://" MET_MAIL "/EWS/Exchange.asmx");
        make_service(&make, "EX2", kinds[i], "x",
                     strcmp(kinds[i], "RpcHttp") == 0 ? MET_MAIL
                                                      : "https://" MET_MAIL
                                                        "/x");
        forest = done(&make);
        answer = predict_at(forest, NULL, Y2012);
        CHECK_INT(adscp_alert_flags(
                      adscp_service_alert(adscp_prediction_service(answer, 0))),
                  0x18);
        expect_words(answer, "EX2: CN=EX10");
        adscp_prediction_free(answer);
        adscp_forest_free(forest);
    }
    met_free(&met);
}

/* One host, one forecast: however the client comes there. */
static void test_own_name(void)
{
    struct met met = met_new();
    struct made setup = MAKE(.cn = "EX1", .san = "DNS:EX1,DNS:ex1.contoso.com");
    struct make make;
    adscp_forest *forest;
    adscp_prediction *answer;
    const adscp_alert *hop, *service;

    begin(&make, &met);
    met_server(&make, "EX1", MAKE_2010, "2010",
               "https://ex1.contoso.com/Autodiscover/Autodiscover.xml", &setup);
    make_service(&make, "EX1", "OAB", "OAB", "https://ex1.contoso.com:443/OAB");
    forest = done(&make);
    answer = predict_at(forest, NULL, Y2012);
    hop = adscp_hop_alert(first_hop(answer));
    service = adscp_service_alert(adscp_prediction_service(answer, 0));
    CHECK_INT(adscp_alert_outcome(hop), ALERT);
    CHECK_INT(adscp_alert_confidence(hop), ADSCP_ALERT_CONFIDENCE_HIGH);
    CHECK_INT(adscp_alert_outcome(service), ALERT);
    CHECK_INT(adscp_alert_confidence(service), ADSCP_ALERT_CONFIDENCE_HIGH);
    adscp_prediction_free(answer);
    adscp_forest_free(forest);
    made_free(&setup);
    met_free(&met);
}

/* The web services have another host, and so IIS another certificate. */
static void test_contradicted(void)
{
    static const struct {
        const char *ews, *oab;
        int outcome;
    } rows[] = {
        {"https://" MET_MAIL "/EWS", "https://" MET_MAIL "/OAB", UNCERTAIN},
        {"https://" MET_MAIL "/EWS", "https://owa.contoso.com/OAB", UNCERTAIN},
        {"https://" MET_MAIL "/EWS", "https://ex1.contoso.com/OAB", ALERT},
        {"https://" MET_MAIL "/EWS", "https://kept.contoso.com/OAB", ALERT},
        {"https://ex1.contoso.com/EWS", NULL, ALERT},
        {NULL, NULL, ALERT},
    };
    struct met met = met_new();
    struct made setup =
        MAKE(.cn = "EX1", .san = "DNS:EX1,DNS:ex1.contoso.com,DNS:kept."
                                 "contoso.com");
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct make make;
        adscp_forest *forest;
        adscp_prediction *answer;
        const adscp_alert *alert;

        begin(&make, &met);
        met_server(&make, "EX1", MAKE_2010, "2010",
                   "https://ex1.contoso.com/Autodiscover/Autodiscover.xml",
                   &setup);
        make_service(&make, "EX1", "WebServices", "EWS", rows[i].ews);
        make_service(&make, "EX1", "OAB", "OAB", rows[i].oab);
        forest = done(&make);
        answer = predict_at(forest, NULL, Y2012);
        alert = adscp_hop_alert(first_hop(answer));
        CHECK_INT(adscp_alert_outcome(alert), rows[i].outcome);
        CHECK_INT(adscp_alert_flags(alert), 8);
        CHECK_INT(adscp_alert_flags_possible(alert) & 0x18,
                  rows[i].outcome == UNCERTAIN ? 0x18 : 0);
        CHECK_INT(has_note(alert, "all virtual directories"),
                  rows[i].outcome == UNCERTAIN);
        adscp_prediction_free(answer);
        adscp_forest_free(forest);
    }
    made_free(&setup);
    met_free(&met);
}

/* What a shared verdict says of an issuer is what the single one said. */
static void test_words(void)
{
    struct adscp_alert *alert = alert_new(NULL, 0), *copy;

    must(alert != NULL);
    alert->other_path = strdup("by another path");
    alert->other_forest = strdup("in another forest");
    copy = alert_with_change(alert, 7);
    must(copy != NULL);
    alert_release(alert);
    CHECK_INT(copy->changes_on, 7);
    CHECK_STR(alert_note_text(copy, NOTE_OTHER_PATH), "by another path");
    CHECK_STR(alert_note_text(copy, NOTE_OTHER_FOREST), "in another forest");
    alert_release(copy);
}

static const struct test tests[] = {
    {"all publish one certificate", test_one_certificate},
    {"one publishes what setup made", test_one_is_setups},
    {"one publishes the name with a dot at its end", test_one_has_a_dot},
    {"one publishes the name at another port", test_other_port},
    {"one publishes nothing that can be read", test_one_is_silent},
    {"all publish what setup made, or nothing", test_all_are_setups},
    {"one has a newer certificate", test_renewed_at_one},
    {"what was seen decides", test_seen},
    {"what could not be looked at", test_not_seen},
    {"services alone share the name", test_services_only},
    {"a server's own name", test_own_name},
    {"a forecast that the web services contradict", test_contradicted},
    {"the words of a verdict", test_words},
};

TEST_MAIN(tests)
