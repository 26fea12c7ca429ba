/* SPDX-License-Identifier: MIT */
/* What every contender measures with. */
#ifndef ADSCP_TESTS_BENCH_H
#define ADSCP_TESTS_BENCH_H

#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

/* User and system time of this process. */
static inline int64_t bench_cpu_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* Resident memory of this process; 0 where /proc does not tell. */
static inline int64_t bench_resident(void)
{
    FILE *file = fopen("/proc/self/statm", "r");
    long total = 0, resident = 0;

    if (file == NULL)
        return 0;
    if (fscanf(file, "%ld %ld", &total, &resident) != 2)
        resident = 0;
    fclose(file);
    return resident * sysconf(_SC_PAGESIZE);
}

/* Bytes that malloc() has handed out. */
static inline int64_t bench_in_use(void)
{
    struct mallinfo2 info = mallinfo2();

    return (int64_t)(info.uordblks + info.hblkhd);
}

#endif
