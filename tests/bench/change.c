/* SPDX-License-Identifier: MIT */
/*
 * change FILE STEPS: reads an export and keeps its entries; then so many steps,
 * each of which gives one SCP another URL. With -1 steps nothing is kept, which
 * is what a step is compared with. Prints the processor time of both.
 */
#include <stdlib.h>
#include <string.h>

#include "adscp.h"
#include "bench.h"

static int fail(const adscp_reader *reader)
{
    fprintf(stderr, "change: %s\n", adscp_reader_error_detail(reader));
    return 1;
}

/* The forest becomes the one after the step. */
static int step(adscp_forest **forestp, int number)
{
    const adscp_scp *scp = adscp_forest_scp(
        *forestp, number * 7 % adscp_forest_scp_count(*forestp));
    adscp_reader *reader = adscp_reader_new();
    adscp_forest *after = NULL;
    char text[2048];
    int rc;

    snprintf(text, sizeof(text),
             "dn: %s\nchangetype: modify\nreplace: serviceBindingInformation\n"
             "serviceBindingInformation: https://step%d.example/x\n",
             adscp_scp_dn(scp), number);
    rc = adscp_reader_set_forest(reader, *forestp);
    if (rc == ADSCP_OK)
        rc = adscp_reader_add_changes(reader, "step", text,
                                      (int64_t)strlen(text));
    if (rc == ADSCP_OK)
        rc = adscp_reader_read(reader, &after);
    if (rc != ADSCP_OK)
        fail(reader);
    adscp_reader_free(reader);
    if (rc == ADSCP_OK) {
        adscp_forest_free(*forestp);
        *forestp = after;
    }
    return rc;
}

int main(int argc, char **argv)
{
    int64_t start = bench_cpu_ns(), read;
    adscp_forest *forest = NULL;
    adscp_reader *reader;
    int steps, i;

    if (argc != 3)
        return fputs("usage: change FILE STEPS\n", stderr), 2;
    steps = atoi(argv[2]);
    reader = adscp_reader_new();
    if (adscp_reader_add_ldif_file(reader, argv[1]) != ADSCP_OK ||
        adscp_reader_set_keep_entries(reader, steps >= 0) != ADSCP_OK ||
        adscp_reader_read(reader, &forest) != ADSCP_OK)
        return fail(reader);
    read = bench_cpu_ns() - start;
    for (i = 0; i < steps; i++)
        if (step(&forest, i) != ADSCP_OK)
            return 1;
    printf("rows %d\nread %jd\nsteps %jd\nresident %jd\n",
           adscp_forest_scp_count(forest), (intmax_t)read,
           (intmax_t)(bench_cpu_ns() - start - read),
           (intmax_t)bench_resident());
    adscp_forest_free(forest);
    adscp_reader_free(reader);
    return 0;
}
