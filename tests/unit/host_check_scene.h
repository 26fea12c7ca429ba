/* SPDX-License-Identifier: MIT */
/* One server, its certificate, and who looked at it. */
#ifndef ADSCP_TESTS_HOST_CHECK_SCENE_H
#define ADSCP_TESTS_HOST_CHECK_SCENE_H

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

static inline struct scene scene_new(void)
{
    struct scene scene = {.met = met_new(), .sightings = sightings_new()};

    must(scene.sightings != NULL);
    scene.forest = met_forest(&scene.met);
    scene.predictor = met_predictor(scene.forest);
    return scene;
}

static inline void scene_free(struct scene *scene)
{
    adscp_prediction_free(scene->answer);
    adscp_predictor_free(scene->predictor);
    sightings_release(scene->sightings);
    adscp_forest_free(scene->forest);
    met_free(&scene->met);
}

static inline void predict(struct scene *scene)
{
    adscp_prediction_free(scene->answer);
    scene->answer = NULL;
    CHECK_INT(adscp_predictor_predict(scene->predictor, &scene->answer),
              ADSCP_OK);
}

/* By what lies in the sightings now. */
static inline void predict_seen(struct scene *scene)
{
    CHECK_INT(sightings_freeze(scene->sightings), ADSCP_OK);
    CHECK_INT(adscp_predictor_set_sightings(scene->predictor, scene->sightings),
              ADSCP_OK);
    predict(scene);
}

static inline void expect_hop(const struct scene *scene, int index, int outcome,
                              int64_t flags)
{
    const adscp_hop *hop = adscp_prediction_hop(scene->answer, index);

    CHECK_INT(adscp_alert_outcome(adscp_hop_alert(hop)), outcome);
    CHECK_INT(adscp_alert_flags(adscp_hop_alert(hop)), flags);
}

#endif
