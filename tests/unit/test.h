/* SPDX-License-Identifier: MIT */
/*
 * The unit tests' frame: a program is a list of named tests, its output is TAP.
 * A failed comparison prints both sides and where it stands; the test goes on
 * to its next line, so that one run shows every failure.
 */
#ifndef ADSCP_TESTS_TEST_H
#define ADSCP_TESTS_TEST_H

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct test {
    const char *name;
    void (*run)(void);
};

static int test_failures;

#define CHECK(condition)                                                       \
    test_report((condition) ? 1 : 0, __FILE__, __LINE__, #condition)
#define CHECK_INT(actual, expected)                                            \
    test_report_int((int64_t)(actual), (int64_t)(expected), __FILE__,          \
                    __LINE__, #actual)
#define CHECK_STR(actual, expected)                                            \
    test_report_str((actual), (expected), __FILE__, __LINE__, #actual)

static inline void test_report(int ok, const char *file, int line,
                               const char *what)
{
    if (ok)
        return;
    test_failures++;
    printf("# %s:%d: not true: %s\n", file, line, what);
}

static inline void test_report_int(int64_t actual, int64_t expected,
                                   const char *file, int line, const char *what)
{
    if (actual == expected)
        return;
    test_failures++;
    printf("# %s:%d: %s is %" PRId64 ", not %" PRId64 "\n", file, line, what,
           actual, expected);
}

static inline void test_report_str(const char *actual, const char *expected,
                                   const char *file, int line, const char *what)
{
    if (actual == expected ||
        (actual != NULL && expected != NULL && strcmp(actual, expected) == 0))
        return;
    test_failures++;
    printf("# %s:%d: %s is \"%s\", not \"%s\"\n", file, line, what,
           actual != NULL ? actual : "(null)",
           expected != NULL ? expected : "(null)");
}

static inline int test_main(const struct test *tests, int count)
{
    int i, failed = 0;

    printf("1..%d\n", count);
    for (i = 0; i < count; i++) {
        test_failures = 0;
        tests[i].run();
        printf("%sok %d - %s\n", test_failures == 0 ? "" : "not ", i + 1,
               tests[i].name);
        failed += test_failures != 0;
        fflush(stdout);
    }
    return failed == 0 ? 0 : 1;
}

#define TEST_MAIN(tests)                                                       \
    int main(void)                                                             \
    {                                                                          \
        return test_main((tests), (int)(sizeof(tests) / sizeof((tests)[0])));  \
    }

#endif
