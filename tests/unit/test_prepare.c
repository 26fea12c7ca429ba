/* SPDX-License-Identifier: MIT */
/*
 * What answers make late, made at once: while allocation 1, 2, 3 ... fails,
 * preparing ends with ADSCP_E_NOMEM, and a second call makes the rest. From
 * then on no getter asks for memory, and every one tells what a run in peace
 * tells.
 */
#include "test.h"

#include "adscp.h"
#include "export.h"
#include "failing.h"
#include "make_met.h"
#include "touch.h"

#define MAIL "ann@fabrikam.example"

static char path[40], other[40];

struct asked {
    adscp_forest *forest;
    struct adscp_sightings *sightings;
    adscp_prediction *prediction;
};

static void asked_free(struct asked *asked)
{
    adscp_prediction_free(asked->prediction);
    adscp_sightings_free(asked->sightings);
    adscp_forest_free(asked->forest);
}

static uint64_t touch_sightings(const adscp_sightings *sightings)
{
    uint64_t sum = 0;
    int i;

    for (i = 0; i < adscp_sightings_count(sightings); i++)
        sum = touch_sighting(sum, adscp_sightings_sighting(sightings, i));
    return sum;
}

static uint64_t touch(const struct asked *asked)
{
    return touch_forest(asked->forest) + touch_sightings(asked->sightings) +
           touch_prediction(asked->prediction);
}

static int prepare(const struct asked *asked)
{
    int rc = adscp_prediction_prepare(asked->prediction);

    if (rc == ADSCP_OK)
        rc = adscp_forest_prepare(asked->forest);
    if (rc == ADSCP_OK && asked->sightings != NULL)
        rc = adscp_sightings_prepare(asked->sightings);
    return rc;
}

/* Allocation n fails, and those behind it unless it is the only one. Was it
 * reached? */
static bool fail_at(const struct asked *asked, long n, uint64_t whole)
{
    bool failed;
    int rc;

    until_failure = n;
    reached = false;
    rc = prepare(asked);
    failed = reached;
    CHECK_INT(rc, failed ? ADSCP_E_NOMEM : ADSCP_OK);
    until_failure = -1;
    CHECK_INT(prepare(asked), ADSCP_OK);
    until_failure = 0;
    reached = false;
    CHECK(touch(asked) == whole);
    CHECK(!reached);
    until_failure = -1;
    return failed;
}

static void fail_each(struct asked (*make)(int number), int number)
{
    int failures = test_failures;
    struct asked asked = make(number);
    uint64_t whole = touch(&asked);
    long n = 0, before;
    bool more = true;

    asked_free(&asked);
    before = alive;
    for (; more && test_failures == failures; n++) {
        asked = make(number);
        more = fail_at(&asked, n, whole);
        asked_free(&asked);
        CHECK_INT(alive, before);
    }
    CHECK(n > 20);
    printf("# %ld allocations\n", n - 1);
}

/* --------------------------------------------------------------- exports -- */

static adscp_forest *read_exports(void)
{
    adscp_reader *reader = adscp_reader_new();
    adscp_forest *forest = NULL;

    CHECK_INT(adscp_reader_add_ldif_file(reader, path), ADSCP_OK);
    CHECK_INT(
        adscp_reader_add_ldif_file_at(reader, "LDAP://res.example", other),
        ADSCP_OK);
    CHECK_INT(adscp_reader_allow_pointer(reader, "res.example"), ADSCP_OK);
    CHECK_INT(adscp_reader_add_mail(reader, MAIL), ADSCP_OK);
    CHECK_INT(adscp_reader_set_keep_entries(reader, 1), ADSCP_OK);
    CHECK_INT(adscp_reader_read(reader, &forest), ADSCP_OK);
    adscp_reader_free(reader);
    return forest;
}

static struct asked ask_export(int profile)
{
    adscp_predictor *predictor = adscp_predictor_new();
    struct asked asked = {.forest = read_exports()};

    CHECK_INT(adscp_predictor_set_forest(predictor, asked.forest), ADSCP_OK);
    CHECK_INT(adscp_predictor_set_mail(predictor, MAIL), ADSCP_OK);
    CHECK_INT(adscp_predictor_set_site(predictor, "Site-1"), ADSCP_OK);
    CHECK_INT(adscp_predictor_set_profile(predictor, profile), ADSCP_OK);
    CHECK_INT(adscp_predictor_set_time(predictor, Y2012), ADSCP_OK);
    CHECK_INT(adscp_predictor_predict(predictor, &asked.prediction), ADSCP_OK);
    adscp_predictor_free(predictor);
    return asked;
}

static void test_exports(void)
{
    int profile;

    for (profile = 0; profile < 4; profile++) {
        once = true;
        fail_each(ask_export, profile);
        once = false;
        fail_each(ask_export, profile);
    }
}

/* ------------------------------------------------------- certificates -- */

static struct met met;

static struct asked ask_met(int number)
{
    struct asked asked = {.forest = met_forest(&met),
                          .sightings = sightings_new()};
    adscp_predictor *predictor = met_predictor(asked.forest);

    (void)number;
    met_seen(asked.sightings, MET_EX07, ADSCP_SIGHTING_OUTCOME_OK, &met.ex07);
    met_seen(asked.sightings, MET_EX07, ADSCP_SIGHTING_OUTCOME_OK, &met.mail);
    met_seen(asked.sightings, "else.contoso.com", ADSCP_SIGHTING_OUTCOME_OK,
             &met.ex10);
    must(sightings_freeze(asked.sightings) == ADSCP_OK);
    CHECK_INT(adscp_predictor_set_sightings(predictor, asked.sightings),
              ADSCP_OK);
    CHECK_INT(adscp_predictor_predict(predictor, &asked.prediction), ADSCP_OK);
    adscp_predictor_free(predictor);
    return asked;
}

static void test_certificates(void)
{
    met = met_new();
    once = true;
    fail_each(ask_met, 0);
    once = false;
    fail_each(ask_met, 0);
    met_free(&met);
}

static void test_arguments(void)
{
    CHECK_INT(adscp_forest_prepare(NULL), ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_sightings_prepare(NULL), ADSCP_E_ARGUMENT);
    CHECK_INT(adscp_prediction_prepare(NULL), ADSCP_E_ARGUMENT);
}

static const struct test tests[] = {
    {"forests and predictions", test_exports},
    {"certificates that were seen and judged", test_certificates},
    {"nothing to prepare", test_arguments},
};

int main(void)
{
    int failed;

    export_write(path, 12, export_frame);
    export_write(other, 0, export_other);
    failed = test_main(tests, (int)(sizeof(tests) / sizeof(tests[0])));
    unlink(path);
    unlink(other);
    return failed;
}
