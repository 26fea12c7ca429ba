/* SPDX-License-Identifier: MIT */
/*
 * order URI: what judging costs beside reading. Reads a forest, then asks for
 * one prediction in each profile, for a client whose site a few SCPs name, and
 * for its last candidate, which makes all rows. No text is made that nobody
 * asks for: of the last row, the URL is read.
 */
#include <string.h>

#include "adscp.h"
#include "bench.h"

static int fail(const char *detail)
{
    fprintf(stderr, "order: %s\n", detail);
    return 1;
}

static int predict(adscp_predictor *predictor, int profile)
{
    adscp_prediction *prediction = NULL;
    int64_t cpu = bench_cpu_ns();
    const char *url;
    int rows;

    if (adscp_predictor_set_profile(predictor, profile) != ADSCP_OK ||
        adscp_predictor_predict(predictor, &prediction) != ADSCP_OK)
        return fail(adscp_predictor_error_detail(predictor));
    rows = adscp_prediction_candidate_count(prediction);
    url = adscp_candidate_url(adscp_prediction_candidate(prediction, rows - 1));
    cpu = bench_cpu_ns() - cpu;
    printf("predict-%s %jd\ncandidates-%s %d\nurl-%s %s\n",
           adscp_profile_name(profile), (intmax_t)cpu,
           adscp_profile_name(profile), rows, adscp_profile_name(profile),
           url != NULL ? url : "");
    adscp_prediction_free(prediction);
    return 0;
}

int main(int argc, char **argv)
{
    int64_t cpu = bench_cpu_ns();
    adscp_reader *reader;
    adscp_predictor *predictor;
    adscp_forest *forest = NULL;
    int profile, failed = 0;

    if (argc != 2)
        return fputs("usage: order URI\n", stderr), 2;
    reader = adscp_reader_new();
    predictor = adscp_predictor_new();
    if (adscp_reader_set_uri(reader, argv[1]) != ADSCP_OK ||
        adscp_reader_set_anonymous_bind(reader) != ADSCP_OK ||
        adscp_reader_read(reader, &forest) != ADSCP_OK)
        return fail(adscp_reader_error_detail(reader));
    printf("rows %d\ncpu %jd\n", adscp_forest_scp_count(forest),
           (intmax_t)(bench_cpu_ns() - cpu));
    if (adscp_predictor_set_forest(predictor, forest) != ADSCP_OK ||
        adscp_predictor_set_site(predictor, "Site-00001") != ADSCP_OK)
        return fail(adscp_predictor_error_detail(predictor));
    for (profile = 0; adscp_profile_name(profile) != NULL; profile++)
        failed |= predict(predictor, profile);
    adscp_forest_free(forest);
    adscp_predictor_free(predictor);
    adscp_reader_free(reader);
    return failed;
}
