/* SPDX-License-Identifier: MIT */
/*
 * The library as a guest in somebody's process: few descriptors, a foreign
 * locale, fork(), a storm of signals, SIGPIPE at its default, and a peer that
 * hangs up or dribbles. Whatever happens, the answer is a code, and in time.
 */
#include "test.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <wctype.h>

#include "adscp.h"
#include "export.h"
#include "touch.h"

static char path[40], other[40];

static int read_export(adscp_forest **forestp)
{
    adscp_reader *reader = adscp_reader_new();
    int rc = ADSCP_E_NOMEM;

    if (reader == NULL)
        return rc;
    rc = adscp_reader_add_ldif_file(reader, path);
    if (rc == ADSCP_OK)
        rc = adscp_reader_add_ldif_file_at(reader, "LDAP://res.example", other);
    if (rc == ADSCP_OK)
        rc = adscp_reader_read(reader, forestp);
    adscp_reader_free(reader);
    return rc;
}

/* Everything that the exports and one question give, as a number. */
static uint64_t everything(void)
{
    adscp_forest *forest = NULL;
    adscp_predictor *predictor = adscp_predictor_new();
    adscp_prediction *prediction = NULL;
    uint64_t sum;

    CHECK_INT(read_export(&forest), ADSCP_OK);
    CHECK_INT(adscp_predictor_set_forest(predictor, forest), ADSCP_OK);
    CHECK_INT(adscp_predictor_set_site(predictor, "SITE-1"), ADSCP_OK);
    CHECK_INT(adscp_predictor_predict(predictor, &prediction), ADSCP_OK);
    sum = touch_forest(forest) ^ touch_prediction(prediction);
    adscp_prediction_free(prediction);
    adscp_predictor_free(predictor);
    adscp_forest_free(forest);
    return sum;
}

static double seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* ----------------------------------------------------------------- peers */

struct peer {
    int listener;
    char uri[48];
    pthread_t thread;
};

/* Connections are taken by the kernel; nobody answers them. */
static void peer_open(struct peer *peer)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t length = sizeof(address);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    peer->listener = socket(AF_INET, SOCK_STREAM, 0);
    if (peer->listener < 0 ||
        bind(peer->listener, (struct sockaddr *)&address, length) != 0 ||
        listen(peer->listener, 8) != 0 ||
        getsockname(peer->listener, (struct sockaddr *)&address, &length) != 0)
        abort();
    snprintf(peer->uri, sizeof(peer->uri), "ldap://127.0.0.1:%d",
             ntohs(address.sin_port));
}

static void peer_start(struct peer *peer, void *(*run)(void *))
{
    peer_open(peer);
    if (pthread_create(&peer->thread, NULL, run, peer) != 0)
        abort();
}

/* shutdown() ends an accept() that waits; close() alone does not. */
static void peer_end(struct peer *peer)
{
    shutdown(peer->listener, SHUT_RDWR);
    pthread_join(peer->thread, NULL);
    close(peer->listener);
}

/* RFC 4511 4.2.2, to the message id that follows "30 len 02 01"; and the NUL
 * behind it, which begins no message. */
static void answer_bind(int fd, const char *request)
{
    char response[] = "\x30\x0c\x02\x01?\x61\x07\x0a\x01\x00\x04\x00\x04";

    response[4] = request[4];
    (void)!send(fd, response, sizeof(response), MSG_NOSIGNAL);
}

/* Hang up by a reset: at once, after the first request, or behind an answer, a
 * byte of nonsense, and the stream's end: when the client takes leave of such a
 * peer, its write meets EPIPE. */
static void *run_reset(void *argument)
{
    const struct linger now = {1, 0};
    const struct peer *peer = argument;
    char request[512] = "";
    int fd, turn = 0;

    while ((fd = accept(peer->listener, NULL, NULL)) >= 0) {
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
        if (turn % 3 != 0)
            (void)!recv(fd, request, sizeof(request), 0);
        if (turn++ % 3 == 2) {
            answer_bind(fd, request);
            shutdown(fd, SHUT_WR);
        }
        close(fd);
    }
    return NULL;
}

/* One byte of a bind response after the other, and never the last one. */
static void *run_dribble(void *argument)
{
    static const char response[] = "\x30\x84\x00\x00\x00\x20\x02\x01\x01\x61";
    const struct timespec pause = {0, 50 * 1000 * 1000};
    const struct peer *peer = argument;
    size_t i;
    int fd = accept(peer->listener, NULL, NULL);

    for (i = 0; fd >= 0 && i < 40; i++) {
        const char *byte = i < sizeof(response) ? &response[i] : "";

        if (send(fd, byte, 1, MSG_NOSIGNAL) != 1)
            break;
        nanosleep(&pause, NULL);
    }
    if (fd >= 0)
        close(fd);
    return NULL;
}

static int read_live(const char *uri, int budget_ms, double *tookp)
{
    adscp_reader *reader = adscp_reader_new();
    adscp_forest *forest = NULL;
    double start = seconds();
    int rc = ADSCP_E_NOMEM;

    if (reader == NULL)
        return rc;
    rc = adscp_reader_set_uri(reader, uri);
    if (rc == ADSCP_OK)
        rc = adscp_reader_set_anonymous_bind(reader);
    if (rc == ADSCP_OK)
        rc = adscp_reader_set_timeout_ms(reader, budget_ms);
    if (rc == ADSCP_OK)
        rc = adscp_reader_read(reader, &forest);
    *tookp = seconds() - start;
    if (rc != ADSCP_OK)
        CHECK(adscp_reader_error_detail(reader)[0] != '\0');
    adscp_reader_free(reader);
    adscp_forest_free(forest);
    return rc;
}

/* ----------------------------------------------------------- descriptors */

static int count_descriptors(void)
{
    DIR *directory = opendir("/proc/self/fd");
    int count = 0;

    while (directory != NULL && readdir(directory) != NULL)
        count++;
    closedir(directory);
    return count;
}

static void limit_descriptors(rlim_t limit)
{
    struct rlimit now;

    getrlimit(RLIMIT_NOFILE, &now);
    now.rlim_cur = limit;
    setrlimit(RLIMIT_NOFILE, &now);
}

/* Eight in all are enough for an export; with fewer, each lack is a code. */
static void test_few_descriptors_export(void)
{
    struct rlimit before;
    rlim_t limit;
    int open_before = count_descriptors(), last = ADSCP_E_NOMEM;

    getrlimit(RLIMIT_NOFILE, &before);
    for (limit = 1; limit <= 8; limit++) {
        adscp_forest *forest = NULL;

        limit_descriptors(limit);
        last = read_export(&forest);
        limit_descriptors(before.rlim_cur);
        CHECK(last == ADSCP_OK || last == ADSCP_E_NOMEM);
        adscp_forest_free(forest);
    }
    CHECK_INT(last, ADSCP_OK);
    CHECK_INT(count_descriptors(), open_before);
}

/* A live reading says what it lacks, or gets as far as the silence. */
static void test_few_descriptors_live(void)
{
    struct rlimit before;
    struct peer peer;
    rlim_t limit;
    double took;
    int open_before = count_descriptors(), rc;

    peer_open(&peer);
    getrlimit(RLIMIT_NOFILE, &before);
    for (limit = 1; limit <= 16; limit++) {
        limit_descriptors(limit);
        rc = read_live(peer.uri, 200, &took);
        limit_descriptors(before.rlim_cur);
        CHECK(rc == ADSCP_E_NOMEM || rc == ADSCP_E_TIMEOUT);
        if (rc != ADSCP_E_NOMEM && rc != ADSCP_E_TIMEOUT)
            printf("# %d descriptors: %s\n", (int)limit, adscp_error_name(rc));
    }
    CHECK_INT(rc, ADSCP_E_TIMEOUT);
    close(peer.listener);
    CHECK_INT(count_descriptors(), open_before);
}

/* ---------------------------------------------------------------- locale */

static int spawn(const char *const argv[])
{
    pid_t pid;
    int status = -1;

    /* posix_spawnp() takes its words as char *, and does not write to them. */
    if (posix_spawnp(&pid, argv[0], NULL, NULL, (char **)(uintptr_t)argv,
                     environ) != 0 ||
        waitpid(pid, &status, 0) != pid)
        return -1;
    return status;
}

/* Everything again, in a Turkish locale that is made for the purpose: small i
 * and capital I are no pair there. */
static void test_turkish(void)
{
    char directory[] = "/tmp/adscp-locale-XXXXXX", locale[64];
    const char *const make[] = {"localedef", "-i",   "tr_TR", "-f",
                                "UTF-8",     locale, NULL};
    const char *const clear[] = {"rm", "-r", directory, NULL};
    uint64_t sum = everything();

    if (mkdtemp(directory) == NULL)
        abort();
    snprintf(locale, sizeof(locale), "%s/tr_TR.UTF-8", directory);
    CHECK_INT(spawn(make), 0);
    setenv("LOCPATH", directory, 1);
    CHECK_STR(setlocale(LC_ALL, "tr_TR.UTF-8"), "tr_TR.UTF-8");
    CHECK_INT(towupper(L'i'), 0x130);
    CHECK(everything() == sum);
    CHECK_STR(setlocale(LC_ALL, NULL), "tr_TR.UTF-8");
    setlocale(LC_ALL, "C");
    unsetenv("LOCPATH");
    CHECK_INT(spawn(clear), 0);
}

/* ------------------------------------------------------------------ fork */

/* In the child: the parent's answers can be read, and new ones made. */
static int child(const adscp_forest *forest, uint64_t sum, uint64_t all)
{
    if (touch_forest(forest) != sum)
        return 1;
    if (everything() != all || test_failures != 0)
        return 2;
    return 0;
}

static void test_fork(void)
{
    adscp_forest *forest = NULL;
    struct peer peer;
    uint64_t sum, all = everything();
    double took;
    int status = -1;
    pid_t pid;

    peer_open(&peer);
    CHECK_INT(read_live(peer.uri, 100, &took), ADSCP_E_TIMEOUT);
    CHECK_INT(read_export(&forest), ADSCP_OK);
    sum = touch_forest(forest);
    fflush(stdout);
    pid = fork();
    if (pid == 0) {
        status = child(forest, sum, all);
        if (status == 0 && read_live(peer.uri, 100, &took) != ADSCP_E_TIMEOUT)
            status = 3;
        _exit(status);
    }
    CHECK_INT(waitpid(pid, &status, 0), pid);
    CHECK_INT(status, 0);
    CHECK(touch_forest(forest) == sum);
    adscp_forest_free(forest);
    close(peer.listener);
}

/* --------------------------------------------------------------- signals */

static volatile sig_atomic_t storms;

static void on_alarm(int number)
{
    (void)number;
    storms++;
}

static void storm(int on)
{
    const struct itimerval every = {{0, on ? 1000 : 0}, {0, on ? 1000 : 0}};
    struct sigaction action = {0};

    action.sa_handler = on ? on_alarm : SIG_IGN; /* and no SA_RESTART */
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &every, NULL);
}

static void expect_timeout(const char *uri)
{
    double took = 0;

    CHECK_INT(read_live(uri, 500, &took), ADSCP_E_TIMEOUT);
    CHECK(took >= 0.499);
    CHECK(took < 0.55 + 0.2); /* a tenth, and a busy machine */
}

/* A timer of 1 ms interrupts every wait; the budget stays the budget. */
static void test_interrupted(void)
{
    struct peer peer;
    uint64_t sum = everything();

    peer_open(&peer);
    storms = 0;
    storm(1);
    expect_timeout(peer.uri);
    CHECK(everything() == sum);
    storm(0);
    CHECK(storms > 50);
    close(peer.listener);
}

static void test_dribble(void)
{
    struct peer peer;

    peer_start(&peer, run_dribble);
    expect_timeout(peer.uri);
    peer_end(&peer);
}

/* A write to a connection that was reset raises SIGPIPE, unless it is told not
 * to; at its default that ends the program. */
static void test_reset(void)
{
    struct peer peer;
    double took;
    int i, rc;

    signal(SIGPIPE, SIG_DFL);
    peer_start(&peer, run_reset);
    for (i = 0; i < 60; i++) {
        rc = read_live(peer.uri, 2000, &took);
        CHECK(rc == ADSCP_E_CONNECT || (i % 3 == 2 && rc == ADSCP_E_PROTOCOL));
    }
    peer_end(&peer);
}

/* Handlers, mask and environment are the program's. */
static void test_guest_habits(void)
{
    struct peer peer;
    struct sigaction before, after;
    sigset_t mask_before, mask_after;
    double took;
    int number;

    peer_open(&peer);
    sigaction(SIGPIPE, NULL, &before);
    pthread_sigmask(SIG_SETMASK, NULL, &mask_before);
    CHECK_INT(read_live(peer.uri, 100, &took), ADSCP_E_TIMEOUT);
    (void)everything();
    sigaction(SIGPIPE, NULL, &after);
    pthread_sigmask(SIG_SETMASK, NULL, &mask_after);
    CHECK(before.sa_handler == after.sa_handler);
    for (number = 1; number < SIGRTMIN; number++)
        CHECK_INT(sigismember(&mask_after, number),
                  sigismember(&mask_before, number));
    close(peer.listener);
}

static const struct test tests[] = {
    {"an export with few descriptors", test_few_descriptors_export},
    {"a server with few descriptors", test_few_descriptors_live},
    {"a Turkish locale makes no difference", test_turkish},
    {"a child of fork() goes on", test_fork},
    {"every wait is interrupted", test_interrupted},
    {"a peer that dribbles", test_dribble},
    {"a peer that hangs up, and SIGPIPE", test_reset},
    {"signals are left alone", test_guest_habits},
};

int main(void)
{
    int failed;

    export_write(path, 12, export_frame);
    export_write(other, 0, export_other);
    failed = test_main(tests, (int)(sizeof(tests) / sizeof(tests[0])));
    unlink(path);
    unlink(other);
    return failed;
}
