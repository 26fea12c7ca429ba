/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as an LDIF export, through the public interface: read, everything
 * that the forest and its predictions tell, the snapshot, and the same again
 * from that. A snapshot reads back to the forest that it was taken of.
 */
#include <stdint.h>
#include <string.h>

#include "../unit/touch.h"
#include "judge.h"
#include "memory_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* NULL: the bytes are no export. */
static adscp_forest *read_bytes(const void *bytes, size_t size)
{
    adscp_reader *reader = adscp_reader_new();
    adscp_forest *forest = NULL;
    struct memory_file file;
    int rc;

    judge_require(reader != NULL);
    memory_file_open(&file, bytes, size);
    judge_require(adscp_reader_add_ldif_file(reader, file.path) == ADSCP_OK);
    judge_require(adscp_reader_add_mail(reader, JUDGE_MAIL) == ADSCP_OK);
    judge_require(adscp_reader_set_keep_entries(reader, 1) == ADSCP_OK);
    rc = adscp_reader_read(reader, &forest);
    memory_file_close(&file);
    judge_require((rc == ADSCP_OK) == (forest != NULL));
    judge_require(rc == ADSCP_OK || rc == ADSCP_E_FORMAT || rc == ADSCP_E_FILE);
    judge_clean(adscp_reader_error_detail(reader));
    adscp_reader_free(reader);
    return forest;
}

/* All but the sentences of findings: some name a line of the file. */
static uint64_t sum_of(const adscp_prediction *prediction)
{
    uint64_t sum = touch_question(prediction);
    int i;

    sum = touch_doubt(sum, prediction);
    for (i = 0; i < adscp_prediction_candidate_count(prediction); i++)
        sum = touch_candidate(sum, adscp_prediction_candidate(prediction, i));
    for (i = 0; i < adscp_prediction_hop_count(prediction); i++)
        sum = touch_hop(sum, adscp_prediction_hop(prediction, i));
    for (i = 0; i < adscp_prediction_service_count(prediction); i++)
        sum = touch_service(sum, adscp_prediction_service(prediction, i));
    sum = touch_mailbox(sum, adscp_prediction_mailbox(prediction));
    sum = touch_alert(sum, adscp_prediction_alert(prediction));
    for (i = 0; i < adscp_prediction_finding_count(prediction); i++) {
        const adscp_finding *finding = adscp_prediction_finding(prediction, i);

        sum = touch_text(sum, adscp_finding_code(finding));
        sum = touch_text(sum, adscp_finding_dn(finding));
    }
    return touch_number(sum, i);
}

static uint64_t judge_by(const adscp_forest *forest, int profile)
{
    adscp_predictor *predictor = adscp_predictor_new();
    adscp_prediction *prediction = NULL;
    uint64_t sum;

    judge_require(predictor != NULL);
    judge_require(adscp_predictor_set_forest(predictor, forest) == ADSCP_OK);
    judge_require(adscp_predictor_set_mail(predictor, JUDGE_MAIL) == ADSCP_OK);
    judge_require(adscp_predictor_set_time(predictor, 1263600000) == ADSCP_OK);
    judge_require(adscp_predictor_set_profile(predictor, profile) == ADSCP_OK);
    judge_require(adscp_predictor_predict(predictor, &prediction) == ADSCP_OK);
    judge_require(adscp_prediction_prepare(prediction) == ADSCP_OK);
    judge_prediction(prediction);
    sum = sum_of(prediction);
    adscp_prediction_free(prediction);
    adscp_predictor_free(predictor);
    return sum;
}

/* adscp_forest_domain_controller() and all other facts are in the sum, and the
 * snapshot's own text. */
static void compare(const adscp_forest *forest, const adscp_forest *again)
{
    int profile;

    judge_require(strcmp(adscp_forest_snapshot(forest),
                         adscp_forest_snapshot(again)) == 0);
    judge_require(touch_forest(forest) == touch_forest(again));
    for (profile = 0; adscp_profile_name(profile) != NULL; profile++)
        judge_require(judge_by(forest, profile) == judge_by(again, profile));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    adscp_forest *forest = read_bytes(data, size), *again;
    const char *text;

    if (forest == NULL)
        return 0;
    judge_require(adscp_forest_prepare(forest) == ADSCP_OK);
    text = adscp_forest_snapshot(forest);
    judge_require(text != NULL);
    again = read_bytes(text, strlen(text));
    judge_require(again != NULL);
    judge_require(adscp_forest_prepare(again) == ADSCP_OK);
    compare(forest, again);
    adscp_forest_free(forest);
    adscp_forest_free(again);
    return 0;
}
