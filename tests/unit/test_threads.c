/* SPDX-License-Identifier: MIT */
/*
 * What the header says about threads, tried: one forest and one prediction read
 * by many, readers and predictors side by side, cancelling from another thread
 * and from a signal handler. Worth most under ThreadSanitizer.
 */
#include "in_threads.h"

static char path[40];

static adscp_forest *read_export(void)
{
    adscp_reader *reader = adscp_reader_new();
    adscp_forest *forest = NULL;

    if (adscp_reader_add_ldif_file(reader, path) != ADSCP_OK ||
        adscp_reader_read(reader, &forest) != ADSCP_OK)
        printf("# %s\n", adscp_reader_error_detail(reader));
    adscp_reader_free(reader);
    return forest;
}

static adscp_prediction *pose(adscp_predictor *predictor,
                              const adscp_forest *forest, int question)
{
    char site[16];
    adscp_prediction *prediction = NULL;

    snprintf(site, sizeof(site), "Site-%d", question % SITES);
    if (adscp_predictor_set_forest(predictor, forest) != ADSCP_OK ||
        adscp_predictor_set_site(predictor, site) != ADSCP_OK ||
        adscp_predictor_set_profile(predictor, question % 4) != ADSCP_OK ||
        adscp_predictor_predict(predictor, &prediction) != ADSCP_OK)
        printf("# %s\n", adscp_predictor_error_detail(predictor));
    return prediction;
}

static uint64_t questions(const adscp_forest *forest, int first)
{
    adscp_predictor *predictor = adscp_predictor_new();
    uint64_t sum = 0;
    int i;

    for (i = 0; i < ROUNDS; i++) {
        adscp_prediction *prediction = pose(predictor, forest, first + i);

        sum += touch_prediction(prediction) + touch_forest(forest);
        adscp_prediction_free(prediction);
    }
    adscp_predictor_free(predictor);
    return sum;
}

static void *run_questions(void *argument)
{
    struct job *job = argument;

    job->sum = questions(job->with, job->index * ROUNDS);
    return NULL;
}

/* A second forest, never shared, says what is right. */
static void test_one_forest(void)
{
    adscp_forest *shared = read_export(), *own = read_export();
    struct job jobs[THREADS];
    int i;

    CHECK(shared != NULL && own != NULL);
    in_threads(jobs, run_questions, shared);
    for (i = 0; i < THREADS; i++)
        CHECK(jobs[i].sum == questions(own, i * ROUNDS));
    CHECK(touch_forest(shared) == touch_forest(own));
    adscp_forest_free(shared);
    adscp_forest_free(own);
}

static void *run_touch(void *argument)
{
    struct job *job = argument;

    job->sum = touch_prediction(job->with);
    return NULL;
}

static void test_one_prediction(void)
{
    adscp_forest *forest = read_export();
    adscp_predictor *predictor = adscp_predictor_new();
    adscp_prediction *prediction = pose(predictor, forest, 1);
    struct job jobs[THREADS];
    int i;

    adscp_forest_free(forest);
    adscp_predictor_free(predictor);
    in_threads(jobs, run_touch, prediction);
    for (i = 0; i < THREADS; i++)
        CHECK(jobs[i].sum == touch_prediction(prediction));
    adscp_prediction_free(prediction);
}

/* With certificates and verdicts in it, when everything else is gone. */
static void test_one_seen_prediction(void)
{
    struct met met = met_new();
    adscp_forest *forest = met_forest(&met);
    adscp_predictor *predictor = met_predictor(forest);
    struct adscp_sightings *sightings = sightings_new();
    adscp_prediction *prediction = NULL;
    struct job jobs[THREADS];
    int i;

    met_seen(sightings, MET_EX07, ADSCP_SIGHTING_OUTCOME_OK, &met.ex07);
    met_seen(sightings, MET_MAIL, ADSCP_SIGHTING_OUTCOME_OK, &met.ex10);
    must(sightings_freeze(sightings) == ADSCP_OK);
    adscp_predictor_set_sightings(predictor, sightings);
    CHECK_INT(adscp_predictor_predict(predictor, &prediction), ADSCP_OK);
    adscp_predictor_free(predictor);
    adscp_sightings_free(sightings);
    adscp_forest_free(forest);
    in_threads(jobs, run_touch, prediction);
    for (i = 0; i < THREADS; i++)
        CHECK(jobs[i].sum == touch_prediction(prediction));
    adscp_prediction_free(prediction);
    met_free(&met);
}

/* Predictors side by side, by one forest and by what one look saw. */
struct shared {
    const adscp_forest *forest;
    const adscp_sightings *sightings;
};

static void *run_seen(void *argument)
{
    struct job *job = argument;
    const struct shared *shared = job->with;
    adscp_predictor *predictor = met_predictor(shared->forest);
    adscp_prediction *prediction = NULL;
    adscp_alerts *verdicts = NULL;

    adscp_predictor_set_sightings(predictor, shared->sightings);
    if (adscp_predictor_predict(predictor, &prediction) == ADSCP_OK &&
        adscp_predictor_judge_sightings(predictor, &verdicts) == ADSCP_OK)
        job->sum = touch_alert(touch_prediction(prediction),
                               adscp_alerts_alert(verdicts, 1));
    adscp_predictor_free(predictor);
    adscp_prediction_free(prediction);
    adscp_alerts_free(verdicts);
    return NULL;
}

static void test_one_look(void)
{
    struct met met = met_new();
    adscp_forest *forest = met_forest(&met);
    struct adscp_sightings *sightings = sightings_new();
    const struct shared shared = {forest, sightings};
    struct job jobs[THREADS];
    int i;

    met_seen(sightings, MET_EX07, ADSCP_SIGHTING_OUTCOME_OK, &met.ex07);
    met_seen(sightings, MET_MAIL, ADSCP_SIGHTING_OUTCOME_OK, &met.ex10);
    must(sightings_freeze(sightings) == ADSCP_OK);
    in_threads(jobs, run_seen, &shared);
    for (i = 0; i < THREADS; i++)
        CHECK(jobs[i].sum != 0 && jobs[i].sum == jobs[0].sum);
    adscp_sightings_free(sightings);
    adscp_forest_free(forest);
    met_free(&met);
}

static void *run_reader(void *argument)
{
    struct job *job = argument;
    adscp_forest *forest = read_export();

    job->sum = touch_forest(forest);
    adscp_forest_free(forest);
    return NULL;
}

static void test_readers(void)
{
    adscp_forest *forest = read_export();
    uint64_t sum = touch_forest(forest);
    struct job jobs[THREADS];
    int i;

    in_threads(jobs, run_reader, NULL);
    for (i = 0; i < THREADS; i++)
        CHECK(jobs[i].sum == sum);
    adscp_forest_free(forest);
}

/* Predictions of one forest freed in the threads that made them, the forest
 * first: the last one that lets go frees it. */
static void *run_hold(void *argument)
{
    struct job *job = argument;
    adscp_predictor *predictor = adscp_predictor_new();
    adscp_prediction *prediction = pose(predictor, job->with, job->index);

    adscp_predictor_free(predictor);
    job->sum = touch_forest(adscp_prediction_forest(prediction));
    adscp_prediction_free(prediction);
    return NULL;
}

static void test_holders(void)
{
    adscp_forest *forest = read_export();
    struct job jobs[THREADS];
    int i;

    in_threads(jobs, run_hold, forest);
    for (i = 1; i < THREADS; i++)
        CHECK(jobs[i].sum == jobs[0].sum);
    adscp_forest_free(forest);
}

/* ------------------------------------------------------------ cancelling */

/* A certificate that nobody has looked into yet, and a verdict about it, by all
 * at once. */
static void *run_verdicts(void *argument)
{
    struct job *job = argument;
    const struct adscp_certificate *row = job->with;
    struct trust *trust = trust_new();
    const struct adscp_alert *alert = NULL;
    struct trust_question question = {.chain = &row,
                                      .chain_count = 1,
                                      .host = "a.example",
                                      .host_length = 9,
                                      .time = Y2012};

    if (trust_add(trust, TRUST_CALLER, row) == ADSCP_OK &&
        trust_judge(trust, &question, &alert) == ADSCP_OK)
        job->sum = touch_alert(0, alert);
    alert_release(alert);
    trust_free(trust);
    return NULL;
}

static void test_certificates(void)
{
    struct certificates *store = certificates_new();
    struct made made = MAKE(.cn = "a.example", .san = "DNS:a.example");
    const struct adscp_certificate *row = NULL;
    struct job jobs[THREADS];
    int i;

    CHECK_INT(certificates_add(store, made.der, made.length, &row), ADSCP_OK);
    in_threads(jobs, run_verdicts, row);
    for (i = 0; i < THREADS; i++)
        CHECK(jobs[i].sum != 0 && jobs[i].sum == jobs[0].sum);
    made_free(&made);
    certificates_release(store);
}

/* --------------------------------------------------------------- observers --
 */

static void *run_progress(void *observer)
{
    const struct timespec pause = {0, 1000 * 1000};
    int done, before = 0;

    while ((done = adscp_observer_done_count(observer)) < 2) {
        CHECK(done >= before && done <= 2);
        before = done;
        nanosleep(&pause, NULL);
    }
    return NULL;
}

/* Looks, while another thread reads how far it has come. */
static void *run_look(void *argument)
{
    struct job *job = argument;
    adscp_observer *observer = adscp_observer_new();
    adscp_sightings *sightings = NULL;
    pthread_t watcher;

    adscp_observer_add_host(observer, "127.0.0.1", *(const int *)job->with);
    adscp_observer_add_host(observer, "::ffff:127.0.0.1",
                            *(const int *)job->with);
    if (pthread_create(&watcher, NULL, run_progress, observer) != 0)
        abort();
    if (adscp_observer_look(observer, &sightings) == ADSCP_OK)
        job->sum = (uint64_t)adscp_sightings_count(sightings);
    pthread_join(watcher, NULL);
    adscp_sightings_free(sightings);
    adscp_observer_free(observer);
    return NULL;
}

static void look_in_threads(const unsigned char *bytes, size_t length)
{
    struct job jobs[THREADS];
    struct canned canned;
    int i;

    canned_start(&canned, bytes, length);
    in_threads(jobs, run_look, &canned.port);
    for (i = 0; i < THREADS; i++)
        CHECK_INT(jobs[i].sum, 2);
    canned_stop(&canned);
}

/* In plaintext, and by OpenSSL. */
static void test_observers(void)
{
    look_in_threads(canned_flight, sizeof(canned_flight));
    look_in_threads(canned_alert, sizeof(canned_alert));
}

static const struct test tests[] = {
    {"one certificate, many threads", test_certificates},
    {"one forest, many predictors", test_one_forest},
    {"one prediction, many that read it", test_one_prediction},
    {"one prediction with certificates", test_one_seen_prediction},
    {"one look, many predictors", test_one_look},
    {"many readers", test_readers},
    {"a forest held by many", test_holders},
    {"observers side by side, their progress read meanwhile", test_observers},
};

int main(void)
{
    int failed;

    export_write(path, SERVERS, export_frame);
    failed = test_main(tests, (int)(sizeof(tests) / sizeof(tests[0])));
    unlink(path);
    return failed;
}
