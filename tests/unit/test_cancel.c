/* SPDX-License-Identifier: MIT */
/* Another thread or a signal ends what runs. */
#include "in_threads.h"

/* ------------------------------------------------------------ cancelling */

static adscp_reader *waiting;

static int listener = -1;

/* A server whose kernel takes the connection, and that says nothing. */
static void open_silence(char uri[48])
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t length = sizeof(address);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    listener = socket(AF_INET, SOCK_STREAM, 0);
    if (listener < 0 ||
        bind(listener, (struct sockaddr *)&address, length) != 0 ||
        listen(listener, 8) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &length) != 0)
        abort();
    snprintf(uri, 48, "ldap://127.0.0.1:%d", ntohs(address.sin_port));
}

static void make_waiting(int budget_ms)
{
    char uri[48];

    open_silence(uri);
    waiting = adscp_reader_new();
    CHECK_INT(adscp_reader_set_uri(waiting, uri), ADSCP_OK);
    CHECK_INT(adscp_reader_set_anonymous_bind(waiting), ADSCP_OK);
    CHECK_INT(adscp_reader_set_timeout_ms(waiting, budget_ms), ADSCP_OK);
}

static void end_waiting(void)
{
    adscp_reader_free(waiting);
    waiting = NULL;
    close(listener);
}

static double seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void expect_cancelled(void)
{
    adscp_forest *forest = NULL;
    double start = seconds();

    CHECK_INT(adscp_reader_read(waiting, &forest), ADSCP_E_CANCELLED);
    CHECK(seconds() - start < 10);
    CHECK(forest == NULL);
    CHECK(adscp_reader_error_detail(waiting)[0] != '\0');
}

static void *cancel_soon(void *argument)
{
    const struct timespec pause = {0, 200 * 1000 * 1000};

    nanosleep(&pause, NULL);
    CHECK_INT(adscp_reader_cancel(waiting), ADSCP_OK);
    return argument;
}

static void test_cancel_thread(void)
{
    pthread_t thread;

    make_waiting(20000);
    if (pthread_create(&thread, NULL, cancel_soon, NULL) != 0)
        abort();
    expect_cancelled();
    pthread_join(thread, NULL);
    end_waiting();
}

static void on_alarm(int number)
{
    (void)number;
    adscp_reader_cancel(waiting);
}

static void test_cancel_signal(void)
{
    const struct itimerval soon = {.it_value = {0, 200000}};
    struct sigaction action = {0}, before;

    action.sa_handler = on_alarm;
    make_waiting(20000);
    sigaction(SIGALRM, &action, &before);
    setitimer(ITIMER_REAL, &soon, NULL);
    expect_cancelled();
    sigaction(SIGALRM, &before, NULL);
    end_waiting();
}

/* Before the call: that one call ends, and no later one. */
static void test_cancel_once(void)
{
    adscp_forest *forest = NULL;

    make_waiting(300);
    CHECK_INT(adscp_reader_cancel(waiting), ADSCP_OK);
    expect_cancelled();
    CHECK_INT(adscp_reader_read(waiting, &forest), ADSCP_E_TIMEOUT);
    CHECK_INT(adscp_reader_cancel(waiting), ADSCP_OK);
    CHECK_INT(adscp_reader_cancel(waiting), ADSCP_OK);
    expect_cancelled();
    CHECK_INT(adscp_reader_read(waiting, &forest), ADSCP_E_TIMEOUT);
    CHECK(forest == NULL);
    end_waiting();
}

/* Several wait at once, each on a reader of its own. */
static void *run_wait(void *argument)
{
    struct job *job = argument;
    adscp_reader *reader = adscp_reader_new();
    adscp_forest *forest = NULL;

    if (adscp_reader_set_uri(reader, job->with) == ADSCP_OK &&
        adscp_reader_set_anonymous_bind(reader) == ADSCP_OK &&
        adscp_reader_set_timeout_ms(reader, 300) == ADSCP_OK)
        job->sum = (uint64_t)-adscp_reader_read(reader, &forest);
    adscp_reader_free(reader);
    return NULL;
}

static void test_many_wait(void)
{
    struct job jobs[THREADS];
    char uri[48];
    int i;

    open_silence(uri);
    in_threads(jobs, run_wait, uri);
    for (i = 0; i < THREADS; i++)
        CHECK_INT(-(int64_t)jobs[i].sum, ADSCP_E_TIMEOUT);
    close(listener);
}

static const struct test tests[] = {
    {"cancelled from another thread", test_cancel_thread},
    {"cancelled from a signal handler", test_cancel_signal},
    {"one call is cancelled, and no later one", test_cancel_once},
    {"many wait at once", test_many_wait},
};

TEST_MAIN(tests)
