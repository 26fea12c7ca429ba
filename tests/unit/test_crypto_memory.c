/* SPDX-License-Identifier: MIT */
/*
 * Each allocation of OpenSSL's start fails in turn, alone and with all behind
 * it: there is a context or there is none, and the next try, with memory, makes
 * it. A sample of them; with ADSCP_TEST_ALL=1 in the environment every one.
 */
#include "test.h"

#include <openssl/crypto.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "adscp.h"

#include "base/crypto.h"
#include "failing_openssl.h"

/*
 * In a process of its own: the context is made once. The status tells how.
 * OpenSSL 3.5 waits for itself for ever where the very first thing that it
 * allocates in a process is refused (ERR_new() inside of its own start), and no
 * call of ours comes before that: so it has begun here.
 */
static int begin_failing(long number)
{
    const char *missing = NULL;
    int status = -1, rc;
    pid_t child = fork();

    if (child == 0) {
        alarm(60);
        OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CRYPTO_STRINGS, NULL);
        until_failure = number;
        rc = crypto_begin(&missing);
        until_failure = -1;
        if (rc == ADSCP_E_NOMEM) /* and again, with memory */
            rc = crypto_begin(&missing);
        _exit(rc == ADSCP_OK || rc == ADSCP_E_NOMEM ? 0 : 1);
    }
    waitpid(child, &status, 0);
    return status;
}

/* OpenSSL from 3.4 on asserts that a thread's first read lock of a context
 * finds memory. Our context takes that lock while it is made. */
static bool is_foreign(int status)
{
    return OpenSSL_version_num() >= 0x30400000UL && WIFSIGNALED(status) &&
           WTERMSIG(status) == SIGABRT;
}

static void test_start(void)
{
    const char *missing = NULL;
    int foreign = 0;
    long step = step_of(151), n, count = 12000;

    for (n = 0; n < count; n += step) {
        once = n % 2 == 0;
        int status = begin_failing(n);

        if (is_foreign(status)) {
            printf("# allocation %ld: an assertion of OpenSSL's own\n", n);
            foreign++;
        } else if (status != 0) {
            printf("# allocation %ld of the start: %d\n", n, status);
            CHECK(false);
        }
    }
    CHECK(foreign <= 20); /* from where memory ends up to that lock */
    asked = 0;
    CHECK_INT(crypto_begin(&missing), ADSCP_OK);
    CHECK(asked > 100 && asked < count);
    printf("# %ld allocations\n", asked);
}

static const struct test tests[] = {
    {"OpenSSL's start, without memory", test_start},
};

int main(void)
{
    if (CRYPTO_set_mem_functions(allocate, reallocate, release) != 1)
        return puts("Bail out! OpenSSL was used before"), 1;
    return test_main(tests, (int)(sizeof(tests) / sizeof(tests[0])));
}
