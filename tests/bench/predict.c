/* SPDX-License-Identifier: MIT */
/*
 * predict FILE MAIL PASSES [CLIENT]: what all answers about a forest cost
 * beside reading it. Reads an export, then asks for a prediction for each AD
 * site, for the owner of a mail address, and keeps them all. Of each, what a
 * table of all sites would show is read: the first URL, the evidence, the
 * server and what it does. The first pass makes what predictions share as well:
 * the index, and one verdict about each certificate; another pass shows what a
 * prediction costs by itself.
 */
#include <stdlib.h>
#include <string.h>

#include "adscp.h"
#include "bench.h"

static adscp_reader *reader;
static adscp_predictor *predictor;
static const char *mail;

static int fail(void)
{
    fprintf(stderr, "predict: %s%s\n", adscp_reader_error_detail(reader),
            adscp_predictor_error_detail(predictor));
    exit(1);
}

static adscp_forest *read_forest(const char *file)
{
    adscp_forest *forest = NULL;
    int64_t cpu = bench_cpu_ns(), before = bench_in_use();

    if (adscp_reader_add_ldif_file(reader, file) != ADSCP_OK ||
        adscp_reader_add_mail(reader, mail) != ADSCP_OK ||
        adscp_reader_read(reader, &forest) != ADSCP_OK)
        fail();
    printf("read %jd\nforest-bytes %jd\n", (intmax_t)(bench_cpu_ns() - cpu),
           (intmax_t)(bench_in_use() - before));
    return forest;
}

/* The number of "outlook-2016"; one that is refused where there is none. */
static int client_of(const char *name)
{
    int client;

    for (client = 0; adscp_client_name(client) != NULL; client++)
        if (strcmp(adscp_client_name(client), name) == 0)
            break;
    return client;
}

static adscp_prediction *predict(const adscp_site *site)
{
    adscp_prediction *prediction = NULL;

    if (adscp_predictor_set_site(predictor, adscp_site_name(site)) !=
            ADSCP_OK ||
        adscp_predictor_predict(predictor, &prediction) != ADSCP_OK)
        fail();
    return prediction;
}

/* What the answers say, so that a wrong one shows. */
struct sums {
    int evidence[4];
    int servers, acting;
    size_t urls;
};

static void add(struct sums *sums, const adscp_prediction *prediction)
{
    const adscp_hop *hop = adscp_prediction_hop(prediction, 0);
    int evidence = adscp_prediction_evidence(prediction);

    if (evidence >= 0)
        sums->evidence[evidence]++;
    if (hop == NULL)
        return;
    sums->urls += strlen(adscp_hop_url(hop));
    sums->servers += adscp_hop_server(hop) != NULL;
    sums->acting += adscp_hop_action(hop) != ADSCP_HOP_ACTION_UNKNOWN;
}

/* A prediction for each site, all of them kept until the last one is there. */
static void predict_all(const adscp_forest *forest, const char *pass)
{
    int count = adscp_forest_site_count(forest), i;
    adscp_prediction **predictions =
        calloc((size_t)count, sizeof(*predictions));
    struct sums sums = {0};
    int64_t cpu = bench_cpu_ns(), bytes = bench_in_use();

    for (i = 0; i < count; i++) {
        predictions[i] = predict(adscp_forest_site(forest, i));
        add(&sums, predictions[i]);
    }
    printf("%s %jd\n%s-bytes %jd\n", pass, (intmax_t)(bench_cpu_ns() - cpu),
           pass, (intmax_t)(bench_in_use() - bytes));
    printf("documented %d\nobserved %d\ninferred %d\ncontested %d\n"
           "servers %d\nacting %d\nurls %zu\n",
           sums.evidence[0], sums.evidence[1], sums.evidence[2],
           sums.evidence[3], sums.servers, sums.acting, sums.urls);
    for (i = 0; i < count; i++)
        adscp_prediction_free(predictions[i]);
    free(predictions);
}

int main(int argc, char **argv)
{
    adscp_forest *forest;
    int64_t cpu;
    int i;

    if (argc != 4 && argc != 5)
        return fputs("usage: predict FILE MAIL PASSES [CLIENT]\n", stderr), 2;
    mail = argv[2];
    reader = adscp_reader_new();
    predictor = adscp_predictor_new();
    forest = read_forest(argv[1]);
    printf("rows %d\nsites %d\n", adscp_forest_scp_count(forest),
           adscp_forest_site_count(forest));
    cpu = bench_cpu_ns();
    if (adscp_predictor_set_forest(predictor, forest) != ADSCP_OK ||
        adscp_predictor_set_mail(predictor, mail) != ADSCP_OK ||
        (argc == 5 &&
         adscp_predictor_set_client(predictor, client_of(argv[4])) != ADSCP_OK))
        fail();
    printf("set %jd\n", (intmax_t)(bench_cpu_ns() - cpu));
    predict_all(forest, "predict");
    for (i = 1; i < strtol(argv[3], NULL, 10); i++)
        predict_all(forest, "again");
    adscp_forest_free(forest);
    adscp_predictor_free(predictor);
    adscp_reader_free(reader);
    return 0;
}
