/* SPDX-License-Identifier: MIT */
/* gather/transport against real TLS servers (openssl s_server) and hostile
 * peers of our own, all on loopback. SIGPIPE stands at its default: a write
 * that raised it would end this program. */
#include "clock.h"
#include "test.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "adscp.h"
#include "gather/transport/transport.h"

static char directory[] = "/tmp/adscp-transport-XXXXXX";

/* ------------------------------------------------------- certificates -- */

/* A configuration that would switch most of TLS's protection off, and which
 * this program runs under. */
static const char openssl_cnf[] =
    "openssl_conf = top\n"
    "[top]\nssl_conf = ssl\n"
    "[ssl]\nsystem_default = weak\n"
    "[weak]\nMinProtocol = TLSv1\nCipherString = ALL:@SECLEVEL=0\n"
    "VerifyMode = Once\nOptions = UnsafeLegacyRenegotiation\n"
    "[req]\ndistinguished_name = empty\n[empty]\n";

static const char make_certificates[] =
    "set -e\n"
    "exec 2> log\n"
    "ec='-newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc'\n"
    "ca() {\n"
    "    openssl req -x509 $ec -keyout $1.key -out $1.pem -days 30 \\\n"
    "        -subj \"/CN=$2\" -addext basicConstraints=critical,CA:TRUE\n"
    "}\n"
    /* Newer ones take no negative number of days, and have these instead. */
    "past='-days -1'\n"
    "if openssl x509 -help 2>&1 | grep -q not_before; then\n"
    "    past='-not_before 20200101000000Z -not_after 20200102000000Z'\n"
    "fi\n"
    "leaf() {\n" /* name, CN, SAN, days, CA, options of req */
    "    n=$1; cn=$2; alt=$3; days=$4; ca=$5; shift 5\n"
    "    openssl req -new \"$@\" -keyout $n.key -out $n.csr -subj \"/CN=$cn\"\n"
    "    valid=\"-days $days\"; [ $days -gt 0 ] || valid=$past\n"
    "    printf 'subjectAltName=%b\\n' \"$alt\" > $n.ext\n"
    "    openssl x509 -req -in $n.csr -CA $ca.pem -CAkey $ca.key $valid \\\n"
    "        -extfile $n.ext -out $n.pem -CAcreateserial $sign\n"
    "}\n"
    "self() {\n" /* name, options of req */
    "    n=$1; shift\n"
    "    openssl req -x509 \"$@\" -noenc -keyout $n.key -out $n.pem -days 30 "
    "\\\n"
    "        -subj /CN=dc.example.test -addext "
    "subjectAltName=DNS:dc.example.test\n"
    "}\n"
    "ca ca 'Example CA'; ca evil 'Evil CA'\n"
    "san=DNS:dc.example.test,DNS:*.wild.example.test,IP:127.0.0.1,IP:::1\n"
    "leaf good dc.example.test $san 30 ca $ec\n"
    "leaf other other.example.test DNS:other.example.test 30 ca $ec\n"
    "leaf foreign dc.example.test $san 30 evil $ec\n"
    "leaf expired dc.example.test $san -1 ca $ec\n"
    "leaf weak dc.example.test $san 30 ca -newkey rsa:1024 -noenc\n"
    "leaf client Client DNS:client.example.test 30 ca $ec\n"
    "sign=-sha384 leaf sha384 dc.example.test $san 30 ca $ec\n"
    "ca='\\nbasicConstraints=critical,CA:TRUE'\n"
    "leaf issuing 'Issuing CA' DNS:ca.example.test$ca 30 ca $ec\n"
    "leaf issued dc.example.test $san 30 issuing $ec\n"
    "self sha1 -newkey rsa:2048 -sha1\n"
    "self pss -newkey rsa:2048 -sha512 -sigopt rsa_padding_mode:pss\n"
    "self ed25519 -newkey ed25519\n"
    "cat client.pem client.key > both.pem\n"
    "openssl ec -in client.key -aes128 -passout pass:x -out locked.key\n"
    "head -c 1000000 /dev/urandom > data\n"
    "echo nothing > garbage.pem\n";

static void write_file(const char *name, const char *text)
{
    int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    CHECK(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
}

/* Everything happens in a directory of our own, which is the working directory.
 */
static void set_up(void)
{
    CHECK(mkdtemp(directory) != NULL);
    CHECK_INT(chdir(directory), 0);
    write_file("openssl.cnf", openssl_cnf);
    write_file("make", make_certificates);
    setenv("OPENSSL_CONF", "openssl.cnf", 1);
    CHECK_INT(system("sh make"), 0);
}

static void tear_down(void)
{
    CHECK_INT(chdir("/"), 0);
    setenv("DIRECTORY", directory, 1);
    CHECK_INT(system("rm -r \"$DIRECTORY\""), 0);
}

/* ---------------------------------------------------------- s_server -- */

struct server {
    pid_t pid;
    int out;
    int port;
};

/* Reads "ACCEPT 127.0.0.1:port". */
static int server_port(int out)
{
    char line[200] = "";
    size_t used = 0;

    while (used < sizeof(line) - 1 && read(out, line + used, 1) == 1) {
        if (line[used++] != '\n')
            continue;
        line[used] = '\0';
        if (strncmp(line, "ACCEPT", 6) == 0)
            return (int)strtol(strrchr(line, ':') + 1, NULL, 10);
        used = 0;
    }
    return -1;
}

/* options are words; the certificate is `name`.pem. */
static void server_start(struct server *server, const char *name,
                         const char *options)
{
    char command[500];
    int ends[2];

    snprintf(
        command, sizeof(command),
        "exec openssl s_server -accept 127.0.0.1:0 -cert %s.pem -key %s.key "
        "%s 2>/dev/null",
        name, name, options);
    CHECK_INT(pipe2(ends, O_CLOEXEC), 0);
    server->pid = fork();
    if (server->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        dup2(open("/dev/null", O_RDONLY), 0);
        dup2(ends[1], 1);
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    server->out = ends[0];
    server->port = server_port(server->out);
    CHECK(server->port > 0);
}

static void server_end(struct server *server)
{
    kill(server->pid, SIGKILL);
    waitpid(server->pid, NULL, 0);
    close(server->out);
}

/* -------------------------------------------------------------- peers -- */

/* A thread that takes one connection and does as it is told. */
struct peer {
    void (*behave)(struct peer *peer, int fd);
    int server_port; /* of the server behind a relay */
    size_t cut;      /* what a relay lets through */
    bool drip;       /* ... and whether byte by byte */
    bool reset;      /* ends with RST instead of FIN */
    int listener, port;
    atomic_bool stop;
    pthread_t thread;
};

static void *peer_thread(void *user)
{
    const struct linger at_once = {.l_onoff = 1};
    struct peer *peer = user;
    int fd = accept4(peer->listener, NULL, NULL, SOCK_CLOEXEC);

    if (fd < 0)
        return NULL;
    peer->behave(peer, fd);
    if (peer->reset)
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    close(fd);
    return NULL;
}

/* A listener on loopback, on any port. */
static int listen_on(int family, int backlog, int *portp)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6,
                              .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    struct sockaddr *at =
        family == AF_INET ? (struct sockaddr *)&v4 : (struct sockaddr *)&v6;
    socklen_t length = family == AF_INET ? sizeof(v4) : sizeof(v6);
    int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);

    CHECK_INT(bind(fd, at, length), 0);
    CHECK_INT(listen(fd, backlog), 0);
    getsockname(fd, at, &length);
    *portp = ntohs(family == AF_INET ? v4.sin_port : v6.sin6_port);
    return fd;
}

static void peer_start(struct peer *peer)
{
    peer->listener = listen_on(AF_INET, 8, &peer->port);
    CHECK_INT(pthread_create(&peer->thread, NULL, peer_thread, peer), 0);
}

static void peer_end(struct peer *peer)
{
    atomic_store(&peer->stop, true);
    shutdown(peer->listener, SHUT_RDWR);
    pthread_join(peer->thread, NULL);
    close(peer->listener);
}

/* True when the other side has something for us, or has gone. */
static bool peer_wait(struct peer *peer, int fd)
{
    struct pollfd one = {.fd = fd, .events = POLLIN};

    while (!atomic_load(&peer->stop))
        if (poll(&one, 1, 10) > 0)
            return true;
    return false;
}

static void peer_send(int fd, const void *bytes, size_t length)
{
    if (send(fd, bytes, length, MSG_NOSIGNAL) < 0)
        return; /* it has gone, which the test will see by itself */
}

static void behave_silent(struct peer *peer, int fd)
{
    char sink[4096];

    while (peer_wait(peer, fd) && read(fd, sink, sizeof(sink)) > 0)
        ;
}

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

static void behave_http(struct peer *peer, int fd)
{
    static const char answer[] = "HTTP/1.1 400 Bad Request\r\n\r\n";

    if (peer_wait(peer, fd))
        peer_send(fd, answer, sizeof(answer) - 1);
    behave_silent(peer, fd);
}

static void behave_banner(struct peer *peer, int fd)
{
    peer_send(fd, "220 hello\r\n", 11);
    behave_silent(peer, fd);
}

static int relay_connect(int port)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    CHECK_INT(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
    return fd;
}

/* From the server to the client. False when that was enough. */
static bool relay_down(struct peer *peer, int server, int fd)
{
    char bytes[4096];
    size_t most = peer->drip ? 1 : sizeof(bytes);
    ssize_t got = read(server, bytes, most < peer->cut ? most : peer->cut);

    if (got <= 0)
        return false;
    peer_send(fd, bytes, (size_t)got);
    peer->cut -= (size_t)got;
    if (peer->drip)
        nap(100);
    return peer->cut > 0;
}

static bool relay_up(int fd, int server)
{
    char bytes[4096];
    ssize_t got = read(fd, bytes, sizeof(bytes));

    if (got > 0)
        peer_send(server, bytes, (size_t)got);
    return got > 0;
}

/* Stand between the client and a server until `cut` bytes came down. */
static void behave_relay(struct peer *peer, int fd)
{
    int server = relay_connect(peer->server_port);
    struct pollfd fds[2] = {{.fd = fd, .events = POLLIN},
                            {.fd = server, .events = POLLIN}};
    bool on = peer->cut > 0;

    if (!on) /* at least the ClientHello is read, so that FIN is no RST */
        peer_wait(peer, fd);
    while (on && !atomic_load(&peer->stop)) {
        if (poll(fds, 2, 10) <= 0)
            continue;
        if (fds[1].revents != 0)
            on = relay_down(peer, server, fd);
        if (on && fds[0].revents != 0)
            on = relay_up(fd, server);
    }
    close(server);
}

/* -------------------------------------------------------- the client -- */

struct client {
    int rc;
    int64_t took_ms;
    struct transport *transport;
    struct detail detail;
};

static bool says(const struct client *client, const char *words)
{
    if (strstr(client->detail.text, words) != NULL)
        return true;
    CHECK_STR(client->detail.text, words);
    return false;
}

/* addresses: pins without their "dc.example.test:port:", or NULL: 127.0.0.1. */
static struct client connect_to(int port, const char *const *addresses,
                                int budget_ms, const struct cancel *cancel)
{
    static const char *const loopback[] = {"127.0.0.1", NULL};
    struct client client = {.transport = NULL};
    struct resolve_config resolve = {.pins = NULL};
    struct deadline deadline;
    int64_t start = now_ms();
    char pin[100];

    if (addresses == NULL)
        addresses = loopback;
    for (; *addresses != NULL; addresses++) {
        snprintf(pin, sizeof(pin), "dc.example.test:%d:%s", port, *addresses);
        CHECK_INT(resolve_config_add(&resolve, pin), ADSCP_OK);
    }
    deadline_start(&deadline, budget_ms, cancel);
    client.rc = transport_connect(&resolve, "dc.example.test", port, &deadline,
                                  &client.detail, &client.transport);
    client.took_ms = now_ms() - start;
    resolve_config_clear(&resolve);
    return client;
}

static void start_tls(struct client *client, const struct tls_config *config,
                      int budget_ms, const struct cancel *cancel)
{
    struct deadline deadline;
    int64_t start = now_ms();

    if (client->transport == NULL)
        return;
    deadline_start(&deadline, budget_ms, cancel);
    client->rc = transport_start_tls(client->transport, config, &deadline,
                                     &client->detail);
    client->took_ms = now_ms() - start;
    CHECK_INT(ERR_peek_error(), 0);
    CHECK_INT(transport_is_tls(client->transport), client->rc == ADSCP_OK);
}

static const struct tls_config trusting = {.ca_file = "ca.pem",
                                           .host = "dc.example.test"};

/* Connect, with TLS unless tls is NULL. */
static struct client client_open(int port, const struct tls_config *tls)
{
    struct client client = connect_to(port, NULL, 5000, NULL);

    CHECK_INT(client.rc, ADSCP_OK);
    if (tls != NULL)
        start_tls(&client, tls, 5000, NULL);
    return client;
}

static void client_close(struct client *client)
{
    transport_free(client->transport);
    client->transport = NULL;
}

/* As transport_read(), but waits for at most five seconds. */
static ssize_t read_some(struct transport *transport, void *bytes,
                         size_t length)
{
    struct deadline deadline;
    ssize_t got;

    deadline_start(&deadline, 5000, NULL);
    for (;;) {
        got = transport_read(transport, bytes, length);
        if (got >= 0 || errno != EWOULDBLOCK)
            return got;
        if (deadline_wait(&deadline, transport_fd(transport),
                          transport_events(transport)) != ADSCP_OK)
            return -2;
    }
}

static ssize_t read_all(struct transport *transport, char *bytes, size_t length,
                        size_t step)
{
    size_t used = 0;

    while (used < length) {
        size_t want = length - used < step ? length - used : step;
        ssize_t got = read_some(transport, bytes + used, want);

        if (got <= 0)
            return got;
        used += (size_t)got;
    }
    return (ssize_t)used;
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

/* ---------------------------------------------------------------- TLS -- */

static void test_tls(void)
{
    static const char *const hosts[] = {"dc.example.test", "DC.Example.Test.",
                                        "a.wild.example.test", "127.0.0.1",
                                        "::1"};
    struct server server;
    size_t i;

    server_start(&server, "good", "-rev");
    for (i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
        const struct tls_config config = {.ca_file = "ca.pem",
                                          .host = hosts[i]};
        struct client client = client_open(server.port, &config);
        char bytes[8] = "";

        CHECK_INT(client.rc, ADSCP_OK);
        CHECK_STR(client.detail.text, "");
        CHECK(!transport_sent_certificate(client.transport));
        CHECK_INT(transport_write(client.transport, "olleh\n", 6), 6);
        CHECK_INT(read_some(client.transport, bytes, 2), 2);
        CHECK(transport_pending(client.transport));
        CHECK_INT(read_all(client.transport, bytes + 2, 4, 1), 4);
        CHECK_STR(bytes, "hello\n");
        CHECK(!transport_pending(client.transport));
        CHECK_INT(transport_read(client.transport, bytes, 1), -1);
        CHECK_INT(errno, EWOULDBLOCK);
        client_close(&client);
    }
    server_end(&server);
}

/* An issuing CA in the file is trusted without its root, and the
 * administrator's default place counts where no file is named. */
static void test_tls_trust(void)
{
    static const struct {
        const char *certificate, *ca, *environment;
        int rc;
    } rows[] = {
        {"issued", "issuing.pem", "evil.pem", ADSCP_OK},
        {"issued", "ca.pem", "evil.pem", ADSCP_E_TLS}, /* a gap */
        {"good", NULL, "ca.pem", ADSCP_OK},
        {"good", NULL, "evil.pem", ADSCP_E_TLS},
        {"good", "evil.pem", "ca.pem", ADSCP_E_TLS},
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct tls_config config = {.ca_file = rows[i].ca,
                                          .host = "dc.example.test"};
        struct server server;
        struct client client;

        setenv("SSL_CERT_FILE", rows[i].environment, 1);
        server_start(&server, rows[i].certificate, "-rev");
        client = client_open(server.port, &config);
        CHECK_INT(client.rc, rows[i].rc);
        client_close(&client);
        server_end(&server);
    }
    unsetenv("SSL_CERT_FILE");
}

static void test_tls_refused(void)
{
    static const struct {
        const char *certificate, *options, *ca, *host;
        int rc;
        const char *says[2];
    } rows[] = {
        {"foreign",
         "-rev",
         "ca.pem",
         "dc.example.test",
         ADSCP_E_TLS,
         {"CN=dc.example.test", "unable to get local issuer"}},
        {"good",
         "-rev",
         "evil.pem",
         "dc.example.test",
         ADSCP_E_TLS,
         {"CN=dc.example.test", "unable to get local issuer"}},
        {"good",
         "-rev",
         NULL,
         "dc.example.test",
         ADSCP_E_TLS,
         {"dc.example.test", "unable to get local issuer"}},
        {"other",
         "-rev",
         "ca.pem",
         "dc.example.test",
         ADSCP_E_TLS,
         {"CN=other.example.test", "name dc.example.test: hostname mismatch"}},
        {"good",
         "-rev",
         "ca.pem",
         "dc.example",
         ADSCP_E_TLS,
         {"name dc.example:", "hostname mismatch"}},
        {"good",
         "-rev",
         "ca.pem",
         "a.b.wild.example.test",
         ADSCP_E_TLS,
         {"a.b.wild", "hostname mismatch"}},
        {"good",
         "-rev",
         "ca.pem",
         "127.0.0.2",
         ADSCP_E_TLS,
         {"127.0.0.2", "IP address mismatch"}},
        {"expired",
         "-rev",
         "ca.pem",
         "dc.example.test",
         ADSCP_E_TLS,
         {"CN=dc.example.test", "certificate has expired"}},
        {"ed25519",
         "-rev",
         "ca.pem",
         "dc.example.test",
         ADSCP_E_TLS,
         {"CN=dc.example.test", "self-signed certificate"}},
        {"weak",
         "-rev",
         "ca.pem",
         "dc.example.test",
         ADSCP_E_TLS,
         {"CN=dc.example.test", "EE certificate key too weak"}},
        {"good",
         "-rev -tls1_1 -cipher ALL:@SECLEVEL=0",
         "ca.pem",
         "dc.example.test",
         ADSCP_E_TLS,
         {"dc.example.test", "protocol"}},
        {"good",
         "-rev -tls1_2 -cipher ECDHE-ECDSA-NULL-SHA:@SECLEVEL=0",
         "ca.pem",
         "dc.example.test",
         ADSCP_E_TLS,
         {"dc.example.test", "handshake"}},
        {"good",
         "-rev",
         "missing.pem",
         "dc.example.test",
         ADSCP_E_FILE,
         {"missing.pem", "No such file"}},
        {"good",
         "-rev",
         "garbage.pem",
         "dc.example.test",
         ADSCP_E_FILE,
         {"garbage.pem", ""}},
        {"good", "-rev", "ca.pem", "", ADSCP_E_ARGUMENT, {"", ""}},
        {"good", "-rev", "ca.pem", ".", ADSCP_E_ARGUMENT, {"", ""}},
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct tls_config config = {.ca_file = rows[i].ca,
                                          .host = rows[i].host};
        struct server server;
        struct client client;
        char byte;

        server_start(&server, rows[i].certificate, rows[i].options);
        client = client_open(server.port, &config);
        if (client.rc != rows[i].rc)
            CHECK_STR(client.detail.text, rows[i].says[1]);
        CHECK_INT(client.rc, rows[i].rc);
        CHECK(says(&client, rows[i].says[0]));
        CHECK(says(&client, rows[i].says[1]));
        /* Nothing goes out in clear after that. */
        CHECK_INT(transport_write(client.transport, "secret", 6), -1);
        CHECK_INT(errno, EIO);
        CHECK_INT(transport_read(client.transport, &byte, 1), -1);
        CHECK_INT(errno, EIO);
        client_close(&client);
        server_end(&server);
    }
}

static void test_not_tls(void)
{
    struct peer peer = {.behave = behave_http};
    struct client client;

    peer_start(&peer);
    client = client_open(peer.port, &trusting);
    CHECK_INT(client.rc, ADSCP_E_TLS);
    CHECK(says(&client, "wrong version number"));
    client_close(&client);
    peer_end(&peer);
}

static void test_silent_handshake(void)
{
    struct peer peer = {.behave = behave_silent};
    struct client client;

    peer_start(&peer);
    client = client_open(peer.port, NULL);
    start_tls(&client, &trusting, 500, NULL);
    CHECK_INT(client.rc, ADSCP_E_TIMEOUT);
    CHECK(client.took_ms >= 500 && client.took_ms <= 550);
    CHECK(says(&client, "TLS handshake with dc.example.test"));
    client_close(&client);
    peer_end(&peer);
}

static void test_dripping_handshake(void)
{
    struct peer peer = {.behave = behave_relay, .cut = 1000000, .drip = true};
    struct server server;
    struct client client;

    server_start(&server, "good", "-rev");
    peer.server_port = server.port;
    peer_start(&peer);
    client = client_open(peer.port, NULL);
    start_tls(&client, &trusting, 500, NULL);
    CHECK_INT(client.rc, ADSCP_E_TIMEOUT);
    CHECK(client.took_ms >= 500 && client.took_ms <= 550);
    client_close(&client);
    peer_end(&peer);
    server_end(&server);
}

/* A server that never ends its handshake, faster than any deadline. */
static void behave_endless(struct peer *peer, int fd)
{
    /* a record of TLS 1.2 with an empty, harmless HelloRequest */
    static const unsigned char request[] = {22, 3, 3, 0, 4, 0, 0, 0, 0};

    if (!peer_wait(peer, fd))
        return;
    while (send(fd, request, sizeof(request), MSG_NOSIGNAL) > 0)
        ;
}

static void test_endless_handshake(void)
{
    struct peer peer = {.behave = behave_endless};
    struct client client;

    peer_start(&peer);
    client = client_open(peer.port, NULL);
    start_tls(&client, &trusting, 500, NULL);
    CHECK_INT(client.rc, ADSCP_E_TIMEOUT);
    CHECK(client.took_ms >= 500 && client.took_ms <= 550);
    client_close(&client);
    peer_end(&peer);
}

/* The connection ends after each of many numbers of bytes, by FIN and by RST.
 */
static void test_cut_off(void)
{
    static const size_t cuts[] = {0, 1, 5, 6, 50, 127, 128, 200, 500, 700};
    struct server server;
    size_t i;

    server_start(&server, "good", "-rev");
    for (i = 0; i < 2 * sizeof(cuts) / sizeof(cuts[0]); i++) {
        struct peer peer = {.behave = behave_relay,
                            .server_port = server.port,
                            .cut = cuts[i / 2],
                            .reset = i % 2 != 0};
        struct client client;

        peer_start(&peer);
        client = client_open(peer.port, &trusting);
        CHECK_INT(client.rc, ADSCP_E_CONNECT);
        CHECK(says(&client, "dc.example.test"));
        transport_write(client.transport, "x", 1);
        client_close(&client);
        peer_end(&peer);
    }
    server_end(&server);
}

/* After the handshake: an end without farewell is no end of the stream. */
static void test_cut_off_later(void)
{
    struct peer peer = {.behave = behave_relay, .cut = 100000};
    struct server server;
    struct client client;
    char byte;

    server_start(&server, "good", "-rev");
    peer.server_port = server.port;
    peer_start(&peer);
    client = client_open(peer.port, &trusting);
    CHECK_INT(client.rc, ADSCP_OK);
    peer_end(&peer);
    CHECK_INT(read_some(client.transport, &byte, 1), -1);
    CHECK_INT(errno, ECONNRESET);
    CHECK_INT(transport_write(client.transport, "x", 1), -1);
    CHECK_INT(ERR_peek_error(), 0);
    client_close(&client);
    server_end(&server);
}

/* Bytes ahead of TLS, both not yet read and read ahead. */
static void test_injected(void)
{
    int held;

    for (held = 0; held < 2; held++) {
        struct peer peer = {.behave = behave_banner};
        struct client client;
        struct pollfd one;
        char bytes[4];

        peer_start(&peer);
        client = client_open(peer.port, NULL);
        one = (struct pollfd){.fd = transport_fd(client.transport),
                              .events = POLLIN};
        CHECK_INT(poll(&one, 1, 1000), 1);
        if (held)
            CHECK_INT(transport_read(client.transport, bytes, 3), 3);
        start_tls(&client, &trusting, 1000, NULL);
        CHECK_INT(client.rc, ADSCP_E_PROTOCOL);
        CHECK(says(&client, "plain bytes ahead of TLS"));
        CHECK_INT(transport_read(client.transport, bytes, 3), -1);
        client_close(&client);
        peer_end(&peer);
    }
}

static void test_tls_limit(void)
{
    struct server server;
    struct client client;
    char bytes[64];
    ssize_t got;

    server_start(&server, "good", "-HTTP");
    client = client_open(server.port, &trusting);
    CHECK_INT(client.rc, ADSCP_OK);
    transport_limit(client.transport, 100000);
    CHECK(transport_write(client.transport, "GET /data HTTP/1.0\r\n\r\n", 22) ==
          22);
    do
        got = read_some(client.transport, bytes, sizeof(bytes));
    while (got > 0);
    CHECK_INT(got, -1);
    CHECK_INT(errno, EMSGSIZE);
    client_close(&client);
    server_end(&server);
}

/* A server that sends session tickets, and no byte of content, without end. */
static void behave_tickets(struct peer *peer, int fd)
{
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    SSL *ssl;
    sigset_t pipe;

    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE); /* OpenSSL's own socket BIO raises it */
    pthread_sigmask(SIG_BLOCK, &pipe, NULL);
    SSL_CTX_use_certificate_file(context, "good.pem", SSL_FILETYPE_PEM);
    SSL_CTX_use_PrivateKey_file(context, "good.key", SSL_FILETYPE_PEM);
    ssl = SSL_new(context);
    SSL_set_fd(ssl, fd);
    if (SSL_accept(ssl) == 1)
        while (!atomic_load(&peer->stop) && SSL_new_session_ticket(ssl) == 1 &&
               SSL_do_handshake(ssl) == 1)
            ;
    SSL_free(ssl);
    SSL_CTX_free(context);
}

static void test_tickets(void)
{
    struct peer peer = {.behave = behave_tickets};
    struct client client;
    int i, queued = 0;
    char byte;

    peer_start(&peer);
    client = client_open(peer.port, &trusting);
    CHECK_INT(client.rc, ADSCP_OK);
    for (i = 0; i < 500 && queued < 60000; i++) {
        nap(10);
        ioctl(transport_fd(client.transport), FIONREAD, &queued);
    }
    CHECK_INT(transport_read(client.transport, &byte, 1), -1);
    CHECK_INT(errno, EWOULDBLOCK);
    CHECK(transport_pending(client.transport));
    client_close(&client);
    peer_end(&peer);
}

/* A file of a megabyte in small pieces, then the orderly end. */
static void test_tls_bulk(void)
{
    static char expected[1000000], bytes[1000000];
    struct server server;
    struct client client;
    int fd = open("data", O_RDONLY | O_CLOEXEC);

    CHECK(read(fd, expected, sizeof(expected)) == sizeof(expected));
    close(fd);
    server_start(&server, "good", "-HTTP");
    client = client_open(server.port, &trusting);
    CHECK(transport_write(client.transport, "GET /data HTTP/1.0\r\n\r\n", 22) ==
          22);
    CHECK_INT(read_all(client.transport, bytes, sizeof(bytes), 7),
              sizeof(bytes));
    CHECK(memcmp(bytes, expected, sizeof(bytes)) == 0);
    client_close(&client);
    server_end(&server);
}

/* A write that finds no room returns, and goes on from another buffer later. */
static void test_tls_full(void)
{
    static char bytes[1 << 20], moved[1 << 20];
    struct server server;
    struct client client;
    struct deadline deadline;
    ssize_t sent;

    memset(bytes, 'a', sizeof(bytes));
    memset(moved, 'a', sizeof(moved));
    server_start(&server, "good", "-rev");
    client = client_open(server.port, &trusting);
    CHECK_INT(client.rc, ADSCP_OK);
    kill(server.pid, SIGSTOP);
    do
        sent = transport_write(client.transport, bytes, sizeof(bytes));
    while (sent > 0);
    CHECK_INT(sent, -1);
    CHECK_INT(errno, EWOULDBLOCK);
    CHECK_INT(transport_events(client.transport), POLLIN | POLLOUT);
    kill(server.pid, SIGCONT);
    deadline_start(&deadline, 5000, NULL);
    do {
        CHECK_INT(deadline_wait(&deadline, transport_fd(client.transport),
                                transport_events(client.transport)),
                  ADSCP_OK);
        while (transport_read(client.transport, bytes, sizeof(bytes)) > 0)
            ;
        CHECK_INT(errno, EWOULDBLOCK);
        sent = transport_write(client.transport, moved, sizeof(moved));
    } while (sent < 0 && deadline_check(&deadline) == ADSCP_OK);
    CHECK(sent > 0);
    client_close(&client);
    server_end(&server);
}

/* --------------------------------------------------- client certificate -- */

static void test_client_certificate(void)
{
    static const struct {
        const char *options, *certificate, *key;
        bool sent;
    } rows[] = {
        {"-rev -Verify 1 -CAfile ca.pem", "client.pem", "client.key", true},
        {"-rev -Verify 1 -CAfile ca.pem -tls1_2", "both.pem", NULL, true},
        {"-rev -verify 1 -CAfile ca.pem", NULL, NULL, false},
        {"-rev -verify 1 -CAfile ca.pem -tls1_2", NULL, NULL, false},
        {"-rev", "both.pem", NULL, false},
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct tls_config config = {.ca_file = "ca.pem",
                                          .certificate_file =
                                              rows[i].certificate,
                                          .key_file = rows[i].key,
                                          .host = "dc.example.test"};
        struct server server;
        struct client client;
        char bytes[4] = "";

        server_start(&server, "good", rows[i].options);
        client = client_open(server.port, &config);
        CHECK_INT(client.rc, ADSCP_OK);
        CHECK_INT(transport_sent_certificate(client.transport), rows[i].sent);
        CHECK_INT(transport_write(client.transport, "ba\n", 3), 3);
        CHECK_INT(read_all(client.transport, bytes, 3, 3), 3);
        CHECK_STR(bytes, "ab\n");
        client_close(&client);
        server_end(&server);
    }
}

static void test_client_files(void)
{
    static const struct {
        const char *certificate, *key, *says;
    } rows[] = {
        {"missing.pem", NULL, "certificate file missing.pem: No such file"},
        {"garbage.pem", NULL, "certificate file garbage.pem"},
        {"client.pem", NULL, "key file client.pem"},
        {"client.pem", "missing.key", "key file missing.key: No such file"},
        {"client.pem", "good.key", "key file good.key: key values mismatch"},
        {"client.pem", "locked.key", "key file locked.key"},
    };
    struct peer peer = {.behave = behave_silent};
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct tls_config config = {.ca_file = "ca.pem",
                                          .certificate_file =
                                              rows[i].certificate,
                                          .key_file = rows[i].key,
                                          .host = "dc.example.test"};
        struct client client;

        peer_start(&peer);
        client = client_open(peer.port, &config);
        CHECK_INT(client.rc, ADSCP_E_FILE);
        CHECK(says(&client, rows[i].says));
        client_close(&client);
        peer_end(&peer);
        atomic_store(&peer.stop, false);
    }
}

/* ------------------------------------------------------ channel binding -- */

/* What openssl dgst says about the certificate, as bytes. */
static size_t digest_of(const char *name, const char *hash,
                        unsigned char out[64])
{
    char command[200];
    size_t length;
    FILE *pipe;

    snprintf(command, sizeof(command),
             "openssl x509 -in %s.pem -outform DER | openssl dgst -%s -binary",
             name, hash);
    pipe = popen(command, "r");
    length = fread(out, 1, 64, pipe);
    pclose(pipe);
    return length;
}

static void test_channel_binding(void)
{
    static const struct {
        const char *certificate, *hash;
        const char *ca;
    } rows[] = {
        {"good", "sha256", "ca.pem"}, {"sha384", "sha384", "ca.pem"},
        {"sha1", "sha256", NULL},     {"pss", "sha512", NULL},
        {"ed25519", NULL, NULL},
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        unsigned char binding[TRANSPORT_BINDING_MAX], hash[64];
        char own[40];
        const struct tls_config config = {
            .ca_file = rows[i].ca != NULL ? rows[i].ca : own,
            .host = "dc.example.test"};
        size_t length = 0, expected = 0;
        struct server server;
        struct client client;

        snprintf(own, sizeof(own), "%s.pem", rows[i].certificate);
        server_start(&server, rows[i].certificate, "-rev");
        client = client_open(server.port, NULL);
        CHECK_INT(transport_channel_binding(client.transport, binding), 0);
        start_tls(&client, &config, 5000, NULL);
        CHECK_INT(client.rc, ADSCP_OK);
        CHECK_STR(client.detail.text, "");
        length = transport_channel_binding(client.transport, binding);
        if (rows[i].hash != NULL)
            expected = 21 + digest_of(rows[i].certificate, rows[i].hash, hash);
        CHECK_INT(length, expected);
        if (length == expected && length > 0) {
            CHECK(memcmp(binding, "tls-server-end-point:", 21) == 0);
            CHECK(memcmp(binding + 21, hash, length - 21) == 0);
        }
        client_close(&client);
        server_end(&server);
    }
}

/* -------------------------------------------------------- cancelling -- */

static void *cancel_soon(void *user)
{
    nap(100);
    cancel_raise(user);
    return NULL;
}

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

static void test_cancel_handshake(void)
{
    struct peer peer = {.behave = behave_silent};
    struct cancel cancel;
    struct client client;
    pthread_t thread;

    peer_start(&peer);
    client = client_open(peer.port, NULL);
    CHECK_INT(cancel_open(&cancel), ADSCP_OK);
    pthread_create(&thread, NULL, cancel_soon, &cancel);
    start_tls(&client, &trusting, 5000, &cancel);
    CHECK_INT(client.rc, ADSCP_E_CANCELLED);
    CHECK(client.took_ms >= 100 && client.took_ms < 300);
    pthread_join(thread, NULL);
    cancel_close(&cancel);
    client_close(&client);
    peer_end(&peer);
}

static const struct test tests[] = {
    {"certificates", set_up},
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
    {"TLS", test_tls},
    {"whose word counts", test_tls_trust},
    {"TLS refused", test_tls_refused},
    {"HTTP where TLS should be", test_not_tls},
    {"silent handshake", test_silent_handshake},
    {"dripping handshake", test_dripping_handshake},
    {"endless handshake", test_endless_handshake},
    {"cut off in the handshake", test_cut_off},
    {"cut off later", test_cut_off_later},
    {"bytes ahead of TLS", test_injected},
    {"byte limit in TLS", test_tls_limit},
    {"tickets without end", test_tickets},
    {"a megabyte by sevens", test_tls_bulk},
    {"a TLS peer that does not read", test_tls_full},
    {"client certificate", test_client_certificate},
    {"client certificate's files", test_client_files},
    {"channel binding", test_channel_binding},
    {"cancel a connect", test_cancel_connect},
    {"cancel a handshake", test_cancel_handshake},
    {"tidy up", tear_down},
};

TEST_MAIN(tests)
