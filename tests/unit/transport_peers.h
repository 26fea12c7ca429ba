/* SPDX-License-Identifier: MIT */
/* The other sides of a connection, good and bad, and a client to them. */
#ifndef ADSCP_TESTS_TRANSPORT_PEERS_H
#define ADSCP_TESTS_TRANSPORT_PEERS_H

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
#include "clock.h"
#include "gather/transport/transport.h"
#include "test.h"

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

static inline void write_file(const char *name, const char *text)
{
    int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    CHECK(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
}

/* Everything happens in a directory of our own, which is the working directory.
 */
static inline void make_directory(void)
{
    CHECK(mkdtemp(directory) != NULL);
    CHECK_INT(chdir(directory), 0);
}

static inline void set_up(void)
{
    make_directory();
    write_file("openssl.cnf", openssl_cnf);
    write_file("make", make_certificates);
    setenv("OPENSSL_CONF", "openssl.cnf", 1);
    CHECK_INT(system("sh make"), 0);
}

static inline void tear_down(void)
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
static inline int server_port(int out)
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
static inline void server_start(struct server *server, const char *name,
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

static inline void server_end(struct server *server)
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

static inline void *peer_thread(void *user)
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
static inline int listen_on(int family, int backlog, int *portp)
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

static inline void peer_start(struct peer *peer)
{
    peer->listener = listen_on(AF_INET, 8, &peer->port);
    CHECK_INT(pthread_create(&peer->thread, NULL, peer_thread, peer), 0);
}

static inline void peer_end(struct peer *peer)
{
    atomic_store(&peer->stop, true);
    shutdown(peer->listener, SHUT_RDWR);
    pthread_join(peer->thread, NULL);
    close(peer->listener);
}

/* True when the other side has something for us, or has gone. */
static inline bool peer_wait(struct peer *peer, int fd)
{
    struct pollfd one = {.fd = fd, .events = POLLIN};

    while (!atomic_load(&peer->stop))
        if (poll(&one, 1, 10) > 0)
            return true;
    return false;
}

static inline void peer_send(int fd, const void *bytes, size_t length)
{
    if (send(fd, bytes, length, MSG_NOSIGNAL) < 0)
        return; /* it has gone, which the test will see by itself */
}

static inline void behave_silent(struct peer *peer, int fd)
{
    char sink[4096];

    while (peer_wait(peer, fd) && read(fd, sink, sizeof(sink)) > 0)
        ;
}

static inline void behave_banner(struct peer *peer, int fd)
{
    peer_send(fd, "220 hello\r\n", 11);
    behave_silent(peer, fd);
}

/* -------------------------------------------------------- the client -- */

struct client {
    int rc;
    int64_t took_ms;
    struct transport *transport;
    struct detail detail;
};

static inline bool says(const struct client *client, const char *words)
{
    if (strstr(client->detail.text, words) != NULL)
        return true;
    CHECK_STR(client->detail.text, words);
    return false;
}

/* addresses: pins without their "dc.example.test:port:", or NULL: 127.0.0.1. */
static inline struct client connect_to(int port, const char *const *addresses,
                                       int budget_ms,
                                       const struct cancel *cancel)
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

static inline void start_tls(struct client *client,
                             const struct tls_config *config, int budget_ms,
                             const struct cancel *cancel)
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
static inline struct client client_open(int port, const struct tls_config *tls)
{
    struct client client = connect_to(port, NULL, 5000, NULL);

    CHECK_INT(client.rc, ADSCP_OK);
    if (tls != NULL)
        start_tls(&client, tls, 5000, NULL);
    return client;
}

static inline void client_close(struct client *client)
{
    transport_free(client->transport);
    client->transport = NULL;
}

/* As transport_read(), but waits for at most five seconds. */
static inline ssize_t read_some(struct transport *transport, void *bytes,
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

static inline ssize_t read_all(struct transport *transport, char *bytes,
                               size_t length, size_t step)
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

/* -------------------------------------------------------- cancelling -- */

static inline void *cancel_soon(void *user)
{
    nap(100);
    cancel_raise(user);
    return NULL;
}

#endif
