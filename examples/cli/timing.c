/* SPDX-License-Identifier: MIT */
/*
 * Where the time went: lines "  12.345 ms  phase" on standard error, in the
 * order in which the phases ended.
 */
#include "cli.h"

#include <inttypes.h>
#include <time.h>

int64_t cli_clock_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void print(const char *phase, int64_t ns)
{
    fprintf(stderr, "adscp: %6" PRId64 ".%03" PRId64 " ms  %s\n", ns / 1000000,
            ns / 1000 % 1000, phase);
}

void cli_timing_reader(const struct cli *cli)
{
    const char *name;
    int phase;

    for (phase = 0;
         cli->timing && (name = adscp_reader_phase_name(phase)) != NULL;
         phase++)
        if (adscp_reader_phase_ns(cli->reader, phase) > 0)
            print(name, adscp_reader_phase_ns(cli->reader, phase));
}

void cli_timing(const struct cli *cli, const char *phase, int64_t start)
{
    if (cli->timing)
        print(phase, cli_clock_ns() - start);
}
