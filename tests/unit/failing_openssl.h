/* SPDX-License-Identifier: MIT */
/* Allocations of OpenSSL that fail, one or all from one on. */
#ifndef ADSCP_TESTS_FAILING_OPENSSL_H
#define ADSCP_TESTS_FAILING_OPENSSL_H

#include <stdbool.h>
#include <stdlib.h>

static long until_failure = -1; /* allocations that still succeed; -1: all */
static long asked;
static bool once; /* the failure is the only one */

static bool fails(void)
{
    asked++;
    if (until_failure < 0 || until_failure-- > 0)
        return false;
    until_failure = once ? -1 : 0;
    return true;
}

static void *allocate(size_t size, const char *file, int line)
{
    (void)file;
    (void)line;
    return fails() ? NULL : malloc(size);
}

static void *reallocate(void *memory, size_t size, const char *file, int line)
{
    (void)file;
    (void)line;
    return fails() ? NULL : realloc(memory, size);
}

static void release(void *memory, const char *file, int line)
{
    (void)file;
    (void)line;
    free(memory);
}

/* Every one where all are wanted. */
static long step_of(long sample)
{
    return getenv("ADSCP_TEST_ALL") != NULL ? 1 : sample;
}

#endif
