/* SPDX-License-Identifier: MIT */
/* judge/steps: what an Outlook does before the SCPs, beside them and after. */
#include "host_check_scene.h"

#include "api/predictor.h"

#define ROOT "contoso.com"
#define AUTODISCOVER "autodiscover.contoso.com"

enum { OFF = ADSCP_STEP_STATE_OFF, ON = ADSCP_STEP_STATE_ON };

static void ask_as(struct scene *scene, int client)
{
    CHECK_INT(adscp_predictor_set_client(scene->predictor, client), ADSCP_OK);
}

static const adscp_step *step_of(const struct scene *scene, int method)
{
    int i, count = adscp_prediction_step_count(scene->answer);

    for (i = 0; i < count; i++) {
        const adscp_step *step = adscp_prediction_step(scene->answer, i);

        if (adscp_step_method(step) == method)
            return step;
    }
    return NULL;
}

static void expect_state(const struct scene *scene, int method, int state,
                         const char *by)
{
    const adscp_step *step = step_of(scene, method);

    CHECK_INT(adscp_step_state(step), state);
    CHECK_STR(adscp_step_by(step), by);
    CHECK_STR(adscp_step_by_source(step), by != NULL ? "user.reg" : NULL);
}

static void expect_via(const struct scene *scene, int index, int via,
                       const char *host)
{
    const adscp_hop *hop = adscp_prediction_hop(scene->answer, index);

    CHECK_INT(adscp_hop_via(hop), via);
    CHECK_STR(adscp_hop_host(hop), host);
    CHECK(adscp_hop_why(hop) != NULL);
    CHECK(via == ADSCP_HOP_VIA_SCP || adscp_hop_candidate(hop) == NULL);
}

static void expect_alert(const struct scene *scene, int outcome, int hop)
{
    CHECK_INT(adscp_alert_outcome(adscp_prediction_alert(scene->answer)),
              outcome);
    CHECK_INT(adscp_prediction_alert_hop(scene->answer), hop);
}

static bool found(const struct scene *scene, const char *code)
{
    return finding_of(scene->answer, code, 0) != NULL;
}

/* Nobody answers at the servers of the SCPs. */
static void silence(struct scene *scene)
{
    met_seen(scene->sightings, MET_EX07, ADSCP_SIGHTING_OUTCOME_REFUSED, NULL);
    met_seen(scene->sightings, MET_EX10, ADSCP_SIGHTING_OUTCOME_REFUSED, NULL);
}

static struct settings *set(struct scene *scene, enum office_version version,
                            enum client_setting setting, uint32_t number)
{
    struct settings *settings = settings_new();

    must(settings != NULL);
    settings->values[version][setting] =
        (struct setting_value){SETTING_BY_POLICY, number, "user.reg"};
    basis_set_settings(&scene->predictor->basis, settings);
    return settings;
}

/* ----------------------------------------------------------------- names -- */

/* Words in the order of their numbers, and none beyond. */
static void expect_words(const char *(*name)(int), const char *const *words,
                         int count)
{
    int i;

    for (i = 0; i < count; i++)
        CHECK_STR(name(i), words[i]);
    CHECK_STR(name(-1), NULL);
    CHECK_STR(name(count), NULL);
}

static void test_names(void)
{
    static const char *const clients[] = {"outlook-2007", "outlook-2010",
                                          "outlook-2013", "outlook-2016",
                                          "outlook-365"};
    static const char *const methods[] = {"restart",
                                          "local-xml-preferred",
                                          "last-known-good",
                                          "office365-first",
                                          "scp",
                                          "https-root",
                                          "https-autodiscover",
                                          "local-xml",
                                          "http-redirect",
                                          "srv",
                                          "office365-failsafe"};
    static const char *const states[] = {"off", "on", "unknown"};
    static const char *const errors[] = {"none", "shown", "silent",
                                         "contested"};

    expect_words(adscp_client_name, clients, 5);
    expect_words(adscp_step_method_name, methods, 11);
    expect_words(adscp_step_state_name, states, 3);
    expect_words(adscp_step_errors_name, errors, 4);
}

static void test_null(void)
{
    CHECK_INT(adscp_predictor_set_client(NULL, 0), ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_prediction_client(NULL), -1);
    CHECK_INT(adscp_prediction_step_count(NULL), -1);
    CHECK(adscp_prediction_step(NULL, 0) == NULL);
    CHECK_INT(adscp_step_method(NULL), -1);
    CHECK_INT(adscp_step_state(NULL), -1);
    CHECK_STR(adscp_step_by(NULL), NULL);
    CHECK_STR(adscp_step_by_source(NULL), NULL);
    CHECK_STR(adscp_step_url(NULL), NULL);
    CHECK_STR(adscp_step_host(NULL), NULL);
    CHECK_INT(adscp_step_evidence(NULL), -1);
    CHECK_INT(adscp_step_errors(NULL), -1);
    CHECK_STR(adscp_step_why(NULL), NULL);
    CHECK(adscp_step_certificate(NULL) == NULL);
    CHECK_INT(adscp_step_certificate_source(NULL), -1);
    CHECK(adscp_step_sighting(NULL) == NULL);
    CHECK(adscp_step_alert(NULL) == NULL);
}

/* ----------------------------------------------------------- generations -- */

static void test_generations(void)
{
    static const struct {
        int client, count, scp; /* the place of the SCPs, from 0 */
    } rows[] = {{ADSCP_CLIENT_OUTLOOK_2007, 7, 1},
                {ADSCP_CLIENT_OUTLOOK_2010, 8, 2},
                {ADSCP_CLIENT_OUTLOOK_2013, 8, 2},
                {ADSCP_CLIENT_OUTLOOK_2016, 11, 4},
                {ADSCP_CLIENT_OUTLOOK_365, 11, 4}};
    struct scene scene = scene_new();
    size_t i;
    int k;

    predict(&scene);
    CHECK_INT(adscp_prediction_client(scene.answer), -1);
    CHECK_INT(adscp_prediction_step_count(scene.answer), 0);
    CHECK(adscp_prediction_step(scene.answer, 0) == NULL);
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        ask_as(&scene, rows[i].client);
        predict(&scene);
        CHECK_INT(adscp_prediction_client(scene.answer), rows[i].client);
        CHECK_INT(adscp_prediction_step_count(scene.answer), rows[i].count);
        CHECK_INT(
            adscp_step_method(adscp_prediction_step(scene.answer, rows[i].scp)),
            ADSCP_STEP_METHOD_SCP);
        for (k = 0; k < rows[i].count; k++) {
            const adscp_step *step = adscp_prediction_step(scene.answer, k);

            CHECK(adscp_step_why(step) != NULL);
            CHECK(adscp_step_evidence(step) >= 0);
        }
        CHECK(adscp_prediction_step(scene.answer, k) == NULL);
        CHECK_INT(adscp_prediction_prepare(scene.answer), ADSCP_OK);
        expect_via(&scene, 0, ADSCP_HOP_VIA_SCP, MET_EX07);
    }
    CHECK_STR(adscp_step_host(step_of(&scene, ADSCP_STEP_METHOD_HTTPS_ROOT)),
              ROOT);
    CHECK_STR(
        adscp_step_url(step_of(&scene, ADSCP_STEP_METHOD_HTTPS_AUTODISCOVER)),
        "https://" AUTODISCOVER "/autodiscover/autodiscover.xml");
    CHECK_STR(adscp_step_host(step_of(&scene, ADSCP_STEP_METHOD_SCP)),
              MET_EX07);
    CHECK(adscp_step_alert(step_of(&scene, ADSCP_STEP_METHOD_SCP)) ==
          adscp_hop_alert(adscp_prediction_hop(scene.answer, 0)));
    CHECK(adscp_step_alert(step_of(&scene, ADSCP_STEP_METHOD_HTTPS_ROOT)) ==
          NULL);
    scene_free(&scene);
}

/* What no directory tells is told, and what was switched off is not. */
static void test_before(void)
{
    struct scene scene = scene_new();
    struct settings *settings;

    ask_as(&scene, ADSCP_CLIENT_OUTLOOK_2007);
    predict(&scene);
    CHECK(!found(&scene, "step-before-first"));
    ask_as(&scene, ADSCP_CLIENT_OUTLOOK_2010);
    predict(&scene);
    CHECK(found(&scene, "step-before-first"));
    settings = set(&scene, OFFICE_2010, SETTING_EXCLUDE_LAST_KNOWN_GOOD_URL, 1);
    predict(&scene);
    CHECK(!found(&scene, "step-before-first"));
    expect_state(&scene, ADSCP_STEP_METHOD_LAST_KNOWN_GOOD, OFF,
                 "ExcludeLastKnownGoodURL");
    settings_release(settings);
    scene_free(&scene);
}

static void test_local_file(void)
{
    struct scene scene = scene_new();
    struct settings *settings =
        set(&scene, OFFICE_2013, SETTING_PREFER_LOCAL_XML, 1);
    const adscp_step *step;

    settings->local_xml = calloc(1, sizeof(*settings->local_xml));
    must(settings->local_xml != NULL);
    settings->local_xml[0] = (struct setting_host){
        OFFICE_2013, SETTING_BY_POLICY, "Contoso.com", "C:\\a.xml", "user.reg"};
    settings->local_xml_count = 1;
    ask_as(&scene, ADSCP_CLIENT_OUTLOOK_2013);
    predict(&scene);
    expect_state(&scene, ADSCP_STEP_METHOD_LOCAL_XML_PREFERRED, ON,
                 "PreferLocalXML");
    step = step_of(&scene, ADSCP_STEP_METHOD_LOCAL_XML_PREFERRED);
    CHECK(strstr(adscp_step_why(step), "C:\\a.xml") != NULL);
    CHECK_STR(adscp_finding_parameter_text(
                  finding_of(scene.answer, "step-before-first", 0), 0),
              "local-xml-preferred");
    CHECK_INT(adscp_step_state(step_of(&scene, ADSCP_STEP_METHOD_LOCAL_XML)),
              ON);
    settings->local_xml[0].host = "fabrikam.com"; /* the client's own may */
    predict(&scene);
    expect_state(&scene, ADSCP_STEP_METHOD_LOCAL_XML_PREFERRED,
                 ADSCP_STEP_STATE_UNKNOWN, "PreferLocalXML");
    settings_release(settings);
    scene_free(&scene);
}

/* ------------------------------------------------------------- no SCP -- */

static void test_excluded(void)
{
    struct scene scene = scene_new();
    struct settings *settings =
        set(&scene, OFFICE_2013, SETTING_EXCLUDE_SCP_LOOKUP, 1);

    predict(&scene);
    CHECK(found(&scene, "policy-scp-excluded"));
    CHECK_STR(adscp_finding_parameter_text(
                  finding_of(scene.answer, "policy-scp-excluded", 0), 0),
              "15.0");
    expect_via(&scene, 0, ADSCP_HOP_VIA_SCP, MET_EX07);
    ask_as(&scene, ADSCP_CLIENT_OUTLOOK_2016);
    predict(&scene);
    CHECK(!found(&scene, "policy-scp-excluded"));
    expect_via(&scene, 0, ADSCP_HOP_VIA_SCP, MET_EX07);
    ask_as(&scene, ADSCP_CLIENT_OUTLOOK_2013);
    predict(&scene);
    CHECK(found(&scene, "policy-scp-excluded"));
    expect_state(&scene, ADSCP_STEP_METHOD_SCP, OFF, "ExcludeScpLookup");
    expect_via(&scene, 0, ADSCP_HOP_VIA_HTTPS_ROOT, ROOT);
    expect_via(&scene, 1, ADSCP_HOP_VIA_HTTPS_AUTODISCOVER, AUTODISCOVER);
    CHECK_INT(adscp_prediction_hop_count(scene.answer), 2);
    expect_hop(&scene, 0, UNCERTAIN, 0);
    expect_alert(&scene, ALERT, -1); /* of a service */
    CHECK_INT(adscp_prediction_doubtful(scene.answer), 0);
    settings_release(settings);
    scene_free(&scene);
}

/* Zero is a value, and means that nothing is switched off. */
static void test_zero(void)
{
    struct scene scene = scene_new();
    struct settings *settings =
        set(&scene, OFFICE_2016, SETTING_EXCLUDE_SCP_LOOKUP, 0);

    ask_as(&scene, ADSCP_CLIENT_OUTLOOK_365);
    predict(&scene);
    expect_state(&scene, ADSCP_STEP_METHOD_SCP, ON, "ExcludeScpLookup");
    CHECK(!found(&scene, "policy-scp-excluded"));
    settings_release(settings);
    scene_free(&scene);
}

/* The web site alerts; what it shows counts where no SCP's server answers. */
static void test_silent_scps(void)
{
    struct scene scene = scene_new();

    silence(&scene);
    met_seen(scene.sightings, ROOT, ADSCP_SIGHTING_OUTCOME_OK, &scene.met.mail);
    met_seen(scene.sightings, AUTODISCOVER,
             ADSCP_SIGHTING_OUTCOME_NAME_NOT_FOUND, NULL);
    predict_seen(&scene);
    CHECK_INT(adscp_prediction_hop_count(scene.answer), 3);
    expect_via(&scene, 2, ADSCP_HOP_VIA_HTTPS_ROOT, ROOT);
    expect_hop(&scene, 2, ALERT, 0x10);
    expect_alert(&scene, ALERT, 2);
    CHECK(found(&scene, "host-address-public"));
    CHECK(!found(&scene, "mail-domain-is-ad-domain"));
    CHECK(!found(&scene, "alert-may-be-silent"));
    ask_as(&scene, ADSCP_CLIENT_OUTLOOK_2016);
    predict(&scene);
    expect_alert(&scene, ALERT, 2);
    CHECK(found(&scene, "alert-may-be-silent"));
    CHECK_INT(adscp_step_errors(step_of(&scene, ADSCP_STEP_METHOD_HTTPS_ROOT)),
              ADSCP_STEP_ERRORS_CONTESTED);
    ask_as(&scene, ADSCP_CLIENT_OUTLOOK_2010);
    predict(&scene);
    CHECK(!found(&scene, "alert-may-be-silent"));
    CHECK_INT(adscp_step_errors(step_of(&scene, ADSCP_STEP_METHOD_HTTPS_ROOT)),
              ADSCP_STEP_ERRORS_SHOWN);
    scene_free(&scene);
}

/* A web site without a fault makes up for nothing. */
static void test_fine_web_site(void)
{
    struct scene scene = scene_new();
    struct made web = MAKE(.cn = ROOT, .san = "DNS:" ROOT,
                           .usage = "serverAuth", .issuer = &scene.met.root);

    silence(&scene);
    met_seen(scene.sightings, ROOT, ADSCP_SIGHTING_OUTCOME_OK, &web);
    predict_seen(&scene);
    expect_hop(&scene, 2, NO_ALERT, 0);
    expect_alert(&scene, FAILURE, 1);
    made_free(&web);
    scene_free(&scene);
}

/* RedirectServers forgive a name, and nothing else; of this version alone. */
static void test_forgiven(void)
{
    struct scene scene = scene_new();
    struct settings *settings =
        set(&scene, OFFICE_2010, SETTING_EXCLUDE_SCP_LOOKUP, 1);

    settings->redirect_servers = calloc(2, sizeof(struct setting_host));
    must(settings->redirect_servers != NULL);
    settings->redirect_servers[0] = (struct setting_host){
        OFFICE_2010, SETTING_BY_POLICY, ROOT, NULL, "user.reg"};
    settings->redirect_servers[1] = (struct setting_host){
        OFFICE_2010, SETTING_BY_POLICY, AUTODISCOVER, NULL, "user.reg"};
    settings->redirect_server_count = 2;
    met_seen(scene.sightings, ROOT, ADSCP_SIGHTING_OUTCOME_OK, &scene.met.mail);
    met_seen(scene.sightings, AUTODISCOVER, ADSCP_SIGHTING_OUTCOME_OK,
             &scene.met.ex10);
    ask_as(&scene, ADSCP_CLIENT_OUTLOOK_2010);
    predict_seen(&scene);
    expect_hop(&scene, 0, NO_ALERT, 0);
    expect_hop(&scene, 1, ALERT, 0x08);
    CHECK_INT(adscp_alert_outcome(adscp_step_alert(
                  step_of(&scene, ADSCP_STEP_METHOD_HTTPS_ROOT))),
              NO_ALERT);
    ask_as(&scene, ADSCP_CLIENT_OUTLOOK_2013);
    predict(&scene);
    expect_via(&scene, 0, ADSCP_HOP_VIA_SCP, MET_EX07);
    CHECK_INT(adscp_alert_flags(adscp_step_alert(
                  step_of(&scene, ADSCP_STEP_METHOD_HTTPS_ROOT))),
              0x10);
    settings_release(settings);
    scene_free(&scene);
}

/* Where nobody looked, any Outlook is said to come to no derived host. */
static void test_unseen(void)
{
    struct scene scene = scene_new();

    silence(&scene);
    predict_seen(&scene);
    CHECK_INT(adscp_prediction_hop_count(scene.answer), 2);
    expect_alert(&scene, FAILURE, 1);
    scene_free(&scene);
}

static void test_srv(void)
{
    struct scene scene = scene_new();
    struct settings *settings;

    silence(&scene);
    met_seen(scene.sightings, MET_MAIL, ADSCP_SIGHTING_OUTCOME_OK,
             &scene.met.mail);
    CHECK_INT(sightings_add_service(scene.sightings, "CONTOSO.com", MET_MAIL,
                                    443, NULL),
              ADSCP_OK);
    ask_as(&scene, ADSCP_CLIENT_OUTLOOK_2010);
    predict_seen(&scene);
    expect_via(&scene, 4, ADSCP_HOP_VIA_SRV, MET_MAIL);
    CHECK(found(&scene, "redirect-asks"));
    CHECK_STR(adscp_step_url(step_of(&scene, ADSCP_STEP_METHOD_SRV)),
              "https://" MET_MAIL "/autodiscover/autodiscover.xml");
    settings = set(&scene, OFFICE_2010, SETTING_EXCLUDE_HTTPS_ROOT_DOMAIN, 1);
    settings->redirect_servers = calloc(1, sizeof(struct setting_host));
    must(settings->redirect_servers != NULL);
    settings->redirect_servers[0] = (struct setting_host){
        OFFICE_2010, SETTING_BY_POLICY, MET_MAIL, NULL, "user.reg"};
    settings->redirect_server_count = 1;
    predict(&scene);
    expect_via(&scene, 2, ADSCP_HOP_VIA_HTTPS_AUTODISCOVER, AUTODISCOVER);
    expect_via(&scene, 3, ADSCP_HOP_VIA_SRV, MET_MAIL);
    CHECK(!found(&scene, "redirect-asks"));
    settings_release(settings);
    scene_free(&scene);
}

/* -------------------------------------------------------- side by side -- */

static void test_beside(void)
{
    struct scene scene = scene_new();

    met_seen(scene.sightings, ROOT, ADSCP_SIGHTING_OUTCOME_OK, &scene.met.mail)
        ->address = "10.0.0.1";
    met_seen(scene.sightings, MET_EX07, ADSCP_SIGHTING_OUTCOME_OK,
             &scene.met.ex07);
    met_seen(scene.sightings, MET_EX10, ADSCP_SIGHTING_OUTCOME_OK,
             &scene.met.ex10);
    CHECK_INT(adscp_predictor_set_mail(scene.predictor, "eve@" ROOT), ADSCP_OK);
    ask_as(&scene, ADSCP_CLIENT_OUTLOOK_2013);
    predict_seen(&scene);
    CHECK_INT(adscp_prediction_hop_count(scene.answer), 1);
    expect_hop(&scene, 0, NO_ALERT, 0);
    expect_alert(&scene, ALERT, -1);
    CHECK(adscp_prediction_alert(scene.answer) ==
          adscp_step_alert(step_of(&scene, ADSCP_STEP_METHOD_HTTPS_ROOT)));
    CHECK(found(&scene, "step-beside-alert"));
    CHECK(found(&scene, "step-beside-unseen"));
    CHECK(!found(&scene, "host-address-public"));
    ask_as(&scene, ADSCP_CLIENT_OUTLOOK_2016);
    predict(&scene);
    expect_alert(&scene, NO_ALERT, 0);
    CHECK(!found(&scene, "step-beside-alert"));
    scene_free(&scene);
}

/* Whatever listens on a domain controller is taken for the web server. */
static void test_domain_controllers(void)
{
    struct scene scene = scene_new();

    met_seen(scene.sightings, "corp.example", ADSCP_SIGHTING_OUTCOME_OK,
             &scene.met.mail);
    CHECK_INT(adscp_predictor_set_mail(scene.predictor, "eve@corp.example"),
              ADSCP_OK);
    ask_as(&scene, ADSCP_CLIENT_OUTLOOK_2013);
    predict_seen(&scene);
    expect_alert(&scene, ALERT, -1);
    CHECK_INT(adscp_finding_severity(
                  finding_of(scene.answer, "mail-domain-is-ad-domain", 0)),
              ADSCP_FINDING_SEVERITY_WARNING);
    scene_free(&scene);
}

static void test_other_profile(void)
{
    struct scene scene = scene_new();
    struct settings *settings =
        set(&scene, OFFICE_2016, SETTING_EXCLUDE_SCP_LOOKUP, 1);

    ask_as(&scene, ADSCP_CLIENT_OUTLOOK_2016);
    CHECK_INT(adscp_predictor_set_profile(scene.predictor, ADSCP_PROFILE_EWS),
              ADSCP_OK);
    predict(&scene);
    CHECK_INT(adscp_prediction_client(scene.answer), -1);
    CHECK_INT(adscp_prediction_step_count(scene.answer), 0);
    expect_via(&scene, 0, ADSCP_HOP_VIA_SCP, MET_EX07);
    settings_release(settings);
    scene_free(&scene);
}

static const struct test tests[] = {
    {"every constant has its name", test_names},
    {"no step", test_null},
    {"the steps of each generation", test_generations},
    {"what comes before the first hop", test_before},
    {"a local file comes first", test_local_file},
    {"SCP lookup is switched off", test_excluded},
    {"zero switches nothing off", test_zero},
    {"no server of an SCP answers", test_silent_scps},
    {"a web site without a fault", test_fine_web_site},
    {"RedirectServers forgive a name", test_forgiven},
    {"nobody looked at the mail domain", test_unseen},
    {"the host that DNS names", test_srv},
    {"Outlook 2013 asks both at once", test_beside},
    {"the mail domain is that of the directory", test_domain_controllers},
    {"a client that is no Outlook", test_other_profile},
};

TEST_MAIN(tests)
