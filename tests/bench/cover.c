/* SPDX-License-Identifier: MIT */
/*
 * cover FILE: what the answers for everybody cost beside reading the forest:
 * every AD site by every place where a mailbox may be. Reads an export, makes
 * its coverage, and then reads the table, cell by cell, as a report would.
 */
#include <stdlib.h>

#include "adscp.h"
#include "bench.h"

static adscp_reader *reader;
static adscp_predictor *predictor;

static int fail(void)
{
    fprintf(stderr, "cover: %s%s\n", adscp_reader_error_detail(reader),
            adscp_predictor_error_detail(predictor));
    exit(1);
}

static adscp_forest *read_forest(const char *file)
{
    adscp_forest *forest = NULL;
    int64_t cpu = bench_cpu_ns();

    if (adscp_reader_add_ldif_file(reader, file) != ADSCP_OK ||
        adscp_reader_read(reader, &forest) != ADSCP_OK)
        fail();
    printf("read %jd\n", (intmax_t)(bench_cpu_ns() - cpu));
    return forest;
}

/* The first coverage pays for what all answers share; the second one shows the
 * table. */
static adscp_coverage *cover(const char *pass)
{
    adscp_coverage *coverage = NULL;
    int64_t cpu = bench_cpu_ns(), bytes = bench_in_use();

    if (adscp_predictor_cover(predictor, &coverage) != ADSCP_OK)
        fail();
    printf("%s %jd\n%s-bytes %jd\n", pass, (intmax_t)(bench_cpu_ns() - cpu),
           pass, (intmax_t)(bench_in_use() - bytes));
    return coverage;
}

/* Every class has a cell, and no cell has another one's class. */
static int count_classes(const adscp_coverage *coverage, int sites, int homes)
{
    int classes = adscp_coverage_class_count(coverage), found = 0, i, k;
    char *seen = calloc((size_t)classes + 1, 1);

    for (i = 0; seen != NULL && i < sites; i++)
        for (k = 0; k < homes; k++) {
            int class = adscp_coverage_cell(coverage, i, k);

            if (class >= 0 && class < classes && seen[class] == 0) {
                seen[class] = 1;
                found++;
            }
        }
    free(seen);
    return found;
}

int main(int argc, char **argv)
{
    adscp_coverage *first, *second;
    adscp_forest *forest;
    int sites, homes;

    if (argc != 2)
        return fputs("usage: cover FILE\n", stderr), 2;
    reader = adscp_reader_new();
    predictor = adscp_predictor_new();
    forest = read_forest(argv[1]);
    if (adscp_predictor_set_forest(predictor, forest) != ADSCP_OK)
        fail();
    first = cover("cover");
    second = cover("again");
    sites = adscp_coverage_site_count(second);
    homes = adscp_coverage_home_count(second);
    printf("sites %d\nhomes %d\nclasses %d\nfound %d\n", sites, homes,
           adscp_coverage_class_count(second),
           count_classes(second, sites, homes));
    adscp_coverage_free(first);
    adscp_coverage_free(second);
    adscp_forest_free(forest);
    adscp_predictor_free(predictor);
    adscp_reader_free(reader);
    return 0;
}
