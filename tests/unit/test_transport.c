/* SPDX-License-Identifier: MIT */
/* gather/transport against real TLS servers (openssl s_server) and hostile
 * peers of our own, all on loopback. SIGPIPE stands at its default: a write
 * that raised it would end this program. */
#include "transport_peers.h"

/* -------------------------------------------------------------- peers -- */

static void behave_leave(struct peer *peer, int fd)
{
    peer_wait(peer, fd);
}

static void behave_deaf(struct peer *peer, int fd)
{
    (void)fd;
    while (!atomic_load(&peer->stop))
        nap(5);
}

static void behave_echo(struct peer *peer, int fd)
{
    char bytes[4096];
    ssize_t got;

    while (peer_wait(peer, fd) && (got = read(fd, bytes, sizeof(bytes))) > 0)
        peer_send(fd, bytes, (size_t)got);
}

/* ----------------------------------------------------------- the wire -- */

static void test_plain(void)
{
    struct peer peer = {.behave = behave_echo};
    struct client client;
    char bytes[16] = "";

    peer_start(&peer);
    client = client_open(peer.port, NULL);
    CHECK(!transport_is_tls(client.transport));
    CHECK(!transport_sent_certificate(client.transport));
    CHECK_INT(transport_read(client.transport, bytes, 7), -1);
    CHECK_INT(errno, EWOULDBLOCK);
    CHECK_INT(transport_write(client.transport, "hello, world", 12), 12);
    CHECK_INT(read_some(client.transport, bytes, 7), 7);
    CHECK_STR(bytes, "hello, ");
    CHECK(transport_pending(client.transport));
    CHECK_INT(transport_read(client.transport, bytes, sizeof(bytes)), 5);
    CHECK(!transport_pending(client.transport));
    CHECK_INT(fcntl(transport_fd(client.transport), F_GETFD), FD_CLOEXEC);
    peer_end(&peer);
    CHECK_INT(read_some(client.transport, bytes, 1), 0);
    client_close(&client);
    transport_free(NULL);
}

static void test_limit(void)
{
    struct peer peer = {.behave = behave_banner};
    struct client client;
    char bytes[16] = "";

    peer_start(&peer);
    client = client_open(peer.port, NULL);
    transport_limit(client.transport, 7);
    CHECK_INT(read_all(client.transport, bytes, 7, 3), 7);
    CHECK_STR(bytes, "220 hel");
    CHECK_INT(read_some(client.transport, bytes, 1), -1);
    CHECK_INT(errno, EMSGSIZE);
    client_close(&client);
    peer_end(&peer);
}

static void test_full(void)
{
    static char bytes[1 << 20];
    struct peer peer = {.behave = behave_deaf};
    struct client client;
    ssize_t sent;

    peer_start(&peer);
    client = client_open(peer.port, NULL);
    CHECK_INT(transport_events(client.transport), POLLIN);
    do
        sent = transport_write(client.transport, bytes, sizeof(bytes));
    while (sent > 0);
    CHECK_INT(sent, -1);
    CHECK_INT(errno, EWOULDBLOCK);
    CHECK_INT(transport_events(client.transport), POLLIN | POLLOUT);
    client_close(&client);
    peer_end(&peer);
}

static void test_reset(void)
{
    struct peer peer = {.behave = behave_leave, .reset = true};
    struct client client;
    char byte;

    peer_start(&peer);
    client = client_open(peer.port, NULL);
    CHECK_INT(transport_write(client.transport, "x", 1), 1);
    CHECK_INT(read_some(client.transport, &byte, 1), -1);
    CHECK_INT(errno, ECONNRESET);
    CHECK_INT(transport_write(client.transport, "x", 1), -1);
    CHECK_INT(errno, EPIPE);
    client_close(&client);
    peer_end(&peer);
}

/* -------------------------------------------------------- connecting -- */

/* An address whose queue is full swallows what it is sent. */
struct hole {
    int listener, port;
    int fill[4];
};

static void hole_open(struct hole *hole)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int i;

    hole->listener = listen_on(AF_INET, 0, &hole->port);
    to.sin_port = htons((uint16_t)hole->port);
    for (i = 0; i < 4; i++) {
        hole->fill[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        if (connect(hole->fill[i], (struct sockaddr *)&to, sizeof(to)) < 0)
            CHECK_INT(errno, EINPROGRESS);
    }
}

static void hole_close(struct hole *hole)
{
    int i;

    for (i = 0; i < 4; i++)
        close(hole->fill[i]);
    close(hole->listener);
}

static int unused_port(void)
{
    int port;

    close(listen_on(AF_INET, 1, &port));
    return port;
}

static void test_refused(void)
{
    const char *const addresses[] = {"127.0.0.1", "[::1]", NULL};
    struct client client = connect_to(unused_port(), addresses, 2000, NULL);

    CHECK_INT(client.rc, ADSCP_E_CONNECT);
    CHECK(says(&client, "dc.example.test"));
    CHECK(says(&client, "127.0.0.1: Connection refused; ::1: Connection"));
    CHECK(client.took_ms < 200);
}

static void test_refused_then_good(void)
{
    struct peer peer = {.behave = behave_banner};
    char good[40], bad[40];
    const char *const addresses[] = {bad, good, NULL};
    struct client client;

    peer_start(&peer);
    snprintf(bad, sizeof(bad), "127.0.0.1:%d", unused_port());
    snprintf(good, sizeof(good), "127.0.0.1:%d", peer.port);
    client = connect_to(389, addresses, 2000, NULL);
    CHECK_INT(client.rc, ADSCP_OK);
    CHECK(client.took_ms < 200);
    client_close(&client);
    peer_end(&peer);
}

/* The silent one is given its quarter of a second, the one that refuses none.
 */
static void test_silent_then_good(void)
{
    struct peer peer = {.behave = behave_banner};
    struct hole hole;
    char silent[40], refuses[40], good[40];
    const char *const addresses[] = {silent, refuses, good, NULL};
    struct client client;

    hole_open(&hole);
    peer_start(&peer);
    snprintf(silent, sizeof(silent), "127.0.0.1:%d", hole.port);
    snprintf(refuses, sizeof(refuses), "127.0.0.1:%d", unused_port());
    snprintf(good, sizeof(good), "127.0.0.1:%d", peer.port);
    client = connect_to(389, addresses, 2000, NULL);
    CHECK_INT(client.rc, ADSCP_OK);
    CHECK(client.took_ms >= 250 && client.took_ms < 450);
    client_close(&client);
    peer_end(&peer);
    hole_close(&hole);
}

static void test_nobody_answers(void)
{
    struct hole hole;
    struct client client;

    hole_open(&hole);
    client = connect_to(hole.port, NULL, 400, NULL);
    CHECK_INT(client.rc, ADSCP_E_TIMEOUT);
    CHECK(says(&client, "127.0.0.1: no answer"));
    CHECK(client.took_ms >= 400 && client.took_ms <= 440);
    hole_close(&hole);
}

static void test_ipv6(void)
{
    struct peer peer = {.behave = behave_banner};
    struct resolve_config resolve = {.pins = NULL};
    struct deadline deadline;
    struct client client = {.transport = NULL};
    char bytes[4] = "";

    peer.listener = listen_on(AF_INET6, 1, &peer.port);
    pthread_create(&peer.thread, NULL, peer_thread, &peer);
    deadline_start(&deadline, 2000, NULL);
    client.rc = transport_connect(&resolve, "::1", peer.port, &deadline,
                                  &client.detail, &client.transport);
    CHECK_INT(client.rc, ADSCP_OK);
    CHECK_INT(read_all(client.transport, bytes, 3, 3), 3);
    CHECK_STR(bytes, "220");
    client_close(&client);
    peer_end(&peer);
}

static void test_no_descriptors(void)
{
    struct rlimit saved, none;
    struct client client;
    int lowest = dup(0);

    close(lowest);
    getrlimit(RLIMIT_NOFILE, &saved);
    none = saved;
    none.rlim_cur = (rlim_t)lowest;
    CHECK_INT(setrlimit(RLIMIT_NOFILE, &none), 0);
    client = connect_to(389, NULL, 1000, NULL);
    setrlimit(RLIMIT_NOFILE, &saved);
    CHECK_INT(client.rc, ADSCP_E_NOMEM);
}

static struct client connect_local(const char *path, int budget_ms)
{
    struct client client = {.transport = NULL};
    struct deadline deadline;
    int64_t start = now_ms();

    deadline_start(&deadline, budget_ms, NULL);
    client.rc = transport_connect_local(path, &deadline, &client.detail,
                                        &client.transport);
    client.took_ms = now_ms() - start;
    return client;
}

static void test_local(void)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX, .sun_path = "socket"};
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct client first, second, third;

    CHECK_INT(bind(listener, (struct sockaddr *)&at, sizeof(at)), 0);
    CHECK_INT(listen(listener, 0), 0);
    first = connect_local("socket", 1000);
    CHECK_INT(first.rc, ADSCP_OK);
    /* The queue holds one; the next has to wait until it is taken out. */
    second = connect_local("socket", 300);
    CHECK_INT(second.rc, ADSCP_E_TIMEOUT);
    CHECK(second.took_ms >= 300 && second.took_ms <= 330);
    close(accept(listener, NULL, NULL));
    third = connect_local("socket", 300);
    CHECK_INT(third.rc, ADSCP_OK);
    client_close(&first);
    client_close(&third);
    close(listener);
}

static void test_local_errors(void)
{
    struct client client = connect_local("missing", 1000);
    char path[200];

    CHECK_INT(client.rc, ADSCP_E_CONNECT);
    CHECK(says(&client, "missing: No such file or directory"));
    memset(path, 'a', sizeof(path));
    path[sizeof(path) - 1] = '\0';
    CHECK_INT(connect_local(path, 1000).rc, ADSCP_E_ARGUMENT);
    CHECK_INT(connect_local("", 1000).rc, ADSCP_E_ARGUMENT);
}

/* -------------------------------------------------------- cancelling -- */

static void test_cancel_connect(void)
{
    struct hole hole;
    struct cancel cancel;
    struct client client;
    pthread_t thread;

    hole_open(&hole);
    CHECK_INT(cancel_open(&cancel), ADSCP_OK);
    pthread_create(&thread, NULL, cancel_soon, &cancel);
    client = connect_to(hole.port, NULL, 5000, &cancel);
    CHECK_INT(client.rc, ADSCP_E_CANCELLED);
    CHECK(client.took_ms >= 100 && client.took_ms < 300);
    pthread_join(thread, NULL);
    cancel_close(&cancel);
    hole_close(&hole);
}

static const struct test tests[] = {
    {"a directory", make_directory},
    {"plain bytes", test_plain},
    {"byte limit", test_limit},
    {"a peer that does not read", test_full},
    {"reset", test_reset},
    {"refused", test_refused},
    {"refused, the next is good", test_refused_then_good},
    {"silent, the next is good", test_silent_then_good},
    {"nobody answers", test_nobody_answers},
    {"IPv6", test_ipv6},
    {"no descriptors", test_no_descriptors},
    {"local socket", test_local},
    {"local socket that is none", test_local_errors},
    {"cancel a connect", test_cancel_connect},
    {"tidy up", tear_down},
};

TEST_MAIN(tests)
