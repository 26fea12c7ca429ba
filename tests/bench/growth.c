/* SPDX-License-Identifier: MIT */
/*
 * growth FILE...: what it takes to read each export and to answer everything
 * about it: the forest, a prediction in the site HQ, and the coverage. Under
 * callgrind a dump with the name "FILE WHAT" holds the instructions of each;
 * start-up and the freeing of memory are in none.
 */
#include <stdlib.h>
#if __has_include(<valgrind/callgrind.h>)
#include <valgrind/callgrind.h>
#else
#define CALLGRIND_ZERO_STATS (void)0
#define CALLGRIND_DUMP_STATS_AT(name) (void)(name)
#endif

#include "adscp.h"
#include "bench.h"
#include "touch.h"

static adscp_reader *reader;
static adscp_predictor *predictor;
static const char *file;

static void require(int rc)
{
    if (rc == ADSCP_OK)
        return;
    fprintf(stderr, "growth: %s: %s: %s%s\n", file, adscp_error_name(rc),
            adscp_reader_error_detail(reader),
            adscp_predictor_error_detail(predictor));
    exit(1);
}

static void begin(void)
{
    CALLGRIND_ZERO_STATS;
}

static void end(const char *what)
{
    char name[256];

    snprintf(name, sizeof(name), "%s %s", file, what);
    CALLGRIND_DUMP_STATS_AT(name);
}

static adscp_forest *read_forest(void)
{
    adscp_forest *forest = NULL;

    require(adscp_reader_add_ldif_file(reader, file));
    require(adscp_reader_add_mail(reader, "ann@corp.example.test"));
    begin();
    require(adscp_reader_read(reader, &forest));
    touch_forest(forest);
    end("read");
    return forest;
}

static void predict(void)
{
    adscp_prediction *prediction = NULL;

    begin();
    require(adscp_predictor_predict(predictor, &prediction));
    touch_prediction(prediction);
    end("predict");
    adscp_prediction_free(prediction);
}

/* The table of all sites and homes is as large as both together. */
static void cover(void)
{
    adscp_coverage *coverage = NULL;
    int count, i;

    begin();
    require(adscp_predictor_cover(predictor, &coverage));
    count = adscp_coverage_finding_count(coverage);
    for (i = 0; i < count; i++)
        touch_finding(0, adscp_coverage_finding(coverage, i));
    end("cover");
    adscp_coverage_free(coverage);
}

static void answer(void)
{
    adscp_forest *forest;

    reader = adscp_reader_new();
    predictor = adscp_predictor_new();
    forest = read_forest();
    require(adscp_predictor_set_forest(predictor, forest));
    require(adscp_predictor_set_time(predictor, 1800000000));
    require(adscp_predictor_set_site(predictor, "HQ"));
    require(adscp_predictor_set_mail(predictor, "ann@corp.example.test"));
    predict();
    cover();
    adscp_forest_free(forest);
    adscp_predictor_free(predictor);
    adscp_reader_free(reader);
}

int main(int argc, char **argv)
{
    int i;

    for (i = 1; i < argc; i++) {
        file = argv[i];
        answer();
    }
    return 0;
}
