/* SPDX-License-Identifier: MIT */
/*
 * read URI [census]: adscp_reader_read() by an anonymous bind, with everything
 * that belongs to it: rootDSE, SCPs, servers and sites, decoded, checked and
 * kept. Prints the resident memory while the forest lives.
 */
#include <string.h>

#include "adscp.h"
#include "bench.h"

static int fail(const adscp_reader *reader)
{
    fprintf(stderr, "read: %s\n", adscp_reader_error_detail(reader));
    return 1;
}

int main(int argc, char **argv)
{
    int64_t cpu = bench_cpu_ns(), before = bench_resident();
    adscp_forest *forest = NULL;
    adscp_reader *reader;
    const adscp_scp *last;
    int rows;

    if (argc != 2 && !(argc == 3 && strcmp(argv[2], "census") == 0))
        return fputs("usage: read URI [census]\n", stderr), 2;
    reader = adscp_reader_new();
    if (adscp_reader_set_uri(reader, argv[1]) != ADSCP_OK ||
        adscp_reader_set_anonymous_bind(reader) != ADSCP_OK ||
        adscp_reader_set_census(reader, argc == 3) != ADSCP_OK ||
        adscp_reader_read(reader, &forest) != ADSCP_OK)
        return fail(reader);
    cpu = bench_cpu_ns() - cpu;
    rows = adscp_forest_scp_count(forest);
    last = adscp_forest_scp(forest, rows - 1);
    printf("rows %d\ncpu %jd\nresident %jd\ncomplete %d\n", rows, (intmax_t)cpu,
           (intmax_t)(bench_resident() - before),
           adscp_forest_complete(forest));
    printf("mailboxes %jd\n",
           (intmax_t)adscp_forest_census(forest, ADSCP_CENSUS_KIND_MAILBOXES));
    printf("last %s\nurl %s\ncreated %jd\nkeywords %d\n", adscp_scp_dn(last),
           adscp_scp_binding(last, 0), (intmax_t)adscp_scp_created(last),
           adscp_scp_keyword_count(last));
    adscp_forest_free(forest);
    adscp_reader_free(reader);
    return 0;
}
