/* SPDX-License-Identifier: MIT */
/*
 * The public interface in any order. Every two bytes of the input are a call
 * and its argument: questions are asked and answers freed while others still
 * hold them, setters get what they must refuse. Nothing leaves this machine:
 * the one address is a port of loopback where nobody listens.
 */
#include <stdint.h>
#include <string.h>

#include "../unit/touch.h"
#include "judge.h"
#include "memory_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { HELD = 4 };

struct state {
    struct memory_file export;
    adscp_reader *reader;
    adscp_predictor *predictor;
    adscp_observer *observer;
    adscp_forest *forests[HELD];
    adscp_prediction *predictions[HELD];
    adscp_sightings *sightings[HELD];
};

/* No pointer: nobody else's directory is looked for. */
static const char export[] =
    "dn:\n"
    "configurationNamingContext: CN=Configuration,DC=corp,DC=example\n"
    "defaultNamingContext: DC=corp,DC=example\n"
    "\n"
    "dn: CN=HQ,CN=Sites,CN=Configuration,DC=corp,DC=example\n"
    "objectClass: site\n"
    "\n"
    "dn: CN=10.1.0.0/16,CN=Subnets,CN=Sites,CN=Configuration,DC=corp,"
    "DC=example\n"
    "objectClass: subnet\n"
    "siteObject: CN=HQ,CN=Sites,CN=Configuration,DC=corp,DC=example\n"
    "\n"
    "dn: CN=EX1,CN=Servers,CN=Org,CN=Services,CN=Configuration,DC=corp,"
    "DC=example\n"
    "objectClass: msExchExchangeServer\n"
    "versionNumber: 1942061522\n"
    "msExchCurrentServerRoles: 54\n"
    "networkAddress: ncacn_ip_tcp:ex1.corp.example\n"
    "\n"
    "dn: CN=EX1,CN=Autodiscover,CN=Protocols,CN=EX1,CN=Servers,CN=Org,"
    "CN=Services,CN=Configuration,DC=corp,DC=example\n"
    "objectClass: serviceConnectionPoint\n"
    "keywords: 77378F46-2C66-4aa9-A6A6-3E7A48B19596\n"
    "keywords: Site=HQ\n"
    "serviceBindingInformation: https://ex1.corp.example/autodiscover/"
    "autodiscover.xml\n"
    "whenCreated: 20120101000000.0Z\n"
    "\n"
    "dn: CN=Ann,DC=corp,DC=example\n"
    "objectClass: user\n"
    "proxyAddresses: SMTP:ann@corp.example\n"
    "mailNickname: ann\n"
    "homeMDB: CN=DB1,CN=Configuration,DC=corp,DC=example\n";

static const char *const texts[] = {
    NULL,
    "",
    "HQ",
    "Branch",
    "ann@corp.example",
    "nobody@elsewhere.example",
    "10.1.2.3",
    "2001:db8::1",
    "127.0.0.1:1",
    "corp.example:443:127.0.0.1:1",
    "EXTERNAL",
    "a b",
    "\xff\xfe",
    "CN=x,\x1b[31m",
    "/nonexistent",
};

static const char *text_for(unsigned int number)
{
    return texts[number % (sizeof(texts) / sizeof(texts[0]))];
}

/* What every call promises of the code that it gives. */
static int known(int rc)
{
    judge_require(adscp_error_text(rc) != NULL);
    judge_require(rc == ADSCP_OK || adscp_error_name(rc) != NULL);
    return rc;
}

static void set_reader(struct state *state, unsigned int which,
                       unsigned int number)
{
    adscp_reader *reader = state->reader;
    const char *text = text_for(number);

    switch (which) {
    case 0:
        known(adscp_reader_add_ldif_file(reader, state->export.path));
        return;
    case 1:
        known(adscp_reader_add_ldif_file(reader, text));
        return;
    case 2:
        known(adscp_reader_add_ldif_file_at(reader, text, state->export.path));
        return;
    case 3:
        known(adscp_reader_set_uri(
            reader, number % 2 == 0 ? "ldap://127.0.0.1:1" : text));
        return;
    case 4:
        known(adscp_reader_set_starttls(reader, (int)number % 3));
        return;
    case 5:
        known(adscp_reader_set_simple_bind(reader, text, text_for(number / 8)));
        return;
    case 6:
        known(adscp_reader_set_keep_entries(reader, (int)number % 3));
        return;
    case 7:
        known(adscp_reader_add_mail(reader, text));
        return;
    case 8:
        known(adscp_reader_set_timeout_ms(reader, (int)number - 1));
        return;
    case 9:
        known(adscp_reader_set_ca_file(reader, text));
        return;
    default:
        known(adscp_reader_set_sasl_mechanism(reader, text));
    }
}

static void set_predictor(struct state *state, unsigned int which,
                          unsigned int number)
{
    adscp_predictor *predictor = state->predictor;
    const char *text = text_for(number);

    switch (which) {
    case 0:
        known(adscp_predictor_set_forest(predictor,
                                         state->forests[number % HELD]));
        return;
    case 1:
        known(adscp_predictor_set_sightings(predictor,
                                            state->sightings[number % HELD]));
        return;
    case 2:
        known(adscp_predictor_set_site(predictor, text));
        return;
    case 3:
        known(adscp_predictor_set_address(predictor, text));
        return;
    case 4:
        known(adscp_predictor_set_mail(predictor, text));
        return;
    case 5:
        known(adscp_predictor_set_profile(predictor, (int)number - 1));
        return;
    case 6:
        known(adscp_predictor_set_time(predictor,
                                       (int64_t)number * 100000000 - 1));
        return;
    case 7:
        known(adscp_predictor_add_trust_file(predictor, text));
        return;
    case 8:
        known(adscp_predictor_set_timeout_ms(predictor, (int)number * 10));
        return;
    case 9:
        known(adscp_predictor_add_assumed_file(predictor, text,
                                               (int)number * 111, text));
        return;
    case 10:
        known(adscp_predictor_add_policy(
            predictor, text, text, text != NULL ? (int64_t)strlen(text) : 0));
        return;
    default:
        known(adscp_predictor_set_roots_file(predictor, text));
    }
}

/* A failure leaves *out alone, and says why. */
static void read_forest(struct state *state, unsigned int place)
{
    adscp_forest *forest = NULL;
    int rc = known(adscp_reader_read(state->reader, &forest));

    judge_require((rc == ADSCP_OK) == (forest != NULL));
    judge_clean(adscp_reader_error_detail(state->reader));
    judge_require(rc == ADSCP_OK || state->reader == NULL ||
                  adscp_reader_error_detail(state->reader)[0] != '\0');
    if (forest == NULL)
        return;
    adscp_forest_free(state->forests[place]);
    state->forests[place] = forest;
}

static void predict(struct state *state, unsigned int place)
{
    adscp_prediction *prediction = NULL;
    int rc = known(adscp_predictor_predict(state->predictor, &prediction));

    judge_require((rc == ADSCP_OK) == (prediction != NULL));
    judge_clean(adscp_predictor_error_detail(state->predictor));
    if (prediction == NULL)
        return;
    adscp_prediction_free(state->predictions[place]);
    state->predictions[place] = prediction;
}

static void look(struct state *state, unsigned int place)
{
    adscp_sightings *sightings = NULL;
    int rc = known(adscp_observer_look(state->observer, &sightings));

    judge_require((rc == ADSCP_OK) == (sightings != NULL));
    if (sightings == NULL)
        return;
    adscp_sightings_free(state->sightings[place]);
    state->sightings[place] = sightings;
}

static void judge_sightings(struct state *state, unsigned int place)
{
    adscp_alerts *alerts = NULL;
    const adscp_sightings *sightings = state->sightings[place];
    int i;

    known(adscp_predictor_set_sightings(state->predictor, sightings));
    if (known(adscp_predictor_judge_sightings(state->predictor, &alerts)) !=
        ADSCP_OK)
        return;
    judge_require(adscp_alerts_count(alerts) ==
                  (sightings != NULL ? adscp_sightings_count(sightings) : 0));
    for (i = -1; i <= adscp_alerts_count(alerts); i++)
        (void)touch_alert(0, adscp_alerts_alert(alerts, i));
    adscp_alerts_free(alerts);
}

static void touch(const struct state *state, unsigned int place)
{
    const adscp_sightings *sightings = state->sightings[place];
    int i;

    (void)touch_forest(state->forests[place]);
    (void)touch_prediction(state->predictions[place]);
    for (i = -1; i <= adscp_sightings_count(sightings); i++)
        (void)touch_sighting(0, adscp_sightings_sighting(sightings, i));
}

static void free_one(struct state *state, unsigned int what, unsigned int place)
{
    if (what == 0) {
        adscp_forest_free(state->forests[place]);
        state->forests[place] = NULL;
    } else if (what == 1) {
        adscp_prediction_free(state->predictions[place]);
        state->predictions[place] = NULL;
    } else {
        adscp_sightings_free(state->sightings[place]);
        state->sightings[place] = NULL;
    }
}

/* A question is gone, or begins anew. */
static void replace(struct state *state, unsigned int number)
{
    if (number % 3 == 0) {
        adscp_reader_free(state->reader);
        state->reader = number % 2 == 0 ? adscp_reader_new() : NULL;
    } else if (number % 3 == 1) {
        adscp_predictor_free(state->predictor);
        state->predictor = number % 2 == 0 ? adscp_predictor_new() : NULL;
    } else {
        adscp_observer_free(state->observer);
        state->observer = number % 2 == 0 ? adscp_observer_new() : NULL;
    }
}

static void prepare(const struct state *state, unsigned int place)
{
    known(adscp_forest_prepare(state->forests[place]));
    known(adscp_prediction_prepare(state->predictions[place]));
    known(adscp_sightings_prepare(state->sightings[place]));
}

static void cancel(struct state *state, unsigned int number)
{
    if (number % 3 == 0)
        known(adscp_reader_cancel(state->reader));
    else if (number % 3 == 1)
        known(adscp_predictor_cancel(state->predictor));
    else
        known(adscp_observer_cancel(state->observer));
}

static void call(struct state *state, unsigned int what, unsigned int number)
{
    unsigned int place = number % HELD;

    if (what < 64)
        set_reader(state, what % 11, number);
    else if (what < 128)
        set_predictor(state, what % 12, number);
    else if (what < 160)
        read_forest(state, place);
    else if (what < 192)
        predict(state, place);
    else if (what < 200)
        known(adscp_observer_add_host(state->observer, "127.0.0.1", 1));
    else if (what < 204)
        look(state, place);
    else if (what < 212)
        judge_sightings(state, place);
    else if (what < 232)
        touch(state, place);
    else if (what < 244)
        free_one(state, what % 3, place);
    else if (what < 248)
        prepare(state, place);
    else if (what < 252)
        cancel(state, number);
    else
        replace(state, number);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct state state = {.reader = adscp_reader_new(),
                          .predictor = adscp_predictor_new(),
                          .observer = adscp_observer_new()};
    unsigned int place, what;
    size_t at;

    memory_file_open(&state.export, export, strlen(export));
    for (at = 0; at + 1 < size; at += 2)
        call(&state, data[at], data[at + 1]);
    adscp_reader_free(state.reader);
    adscp_observer_free(state.observer);
    adscp_predictor_free(state.predictor);
    for (place = 0; place < HELD; place++)
        touch(&state, place);
    for (place = 0; place < HELD; place++)
        for (what = 0; what < 3; what++)
            free_one(&state, what, place);
    memory_file_close(&state.export);
    return 0;
}
