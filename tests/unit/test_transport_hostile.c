/* SPDX-License-Identifier: MIT */
/* TLS with servers that are slow, cut off, or never end. */
#include "transport_peers.h"

/* -------------------------------------------------------------- peers -- */

static void behave_http(struct peer *peer, int fd)
{
    static const char answer[] = "HTTP/1.1 400 Bad Request\r\n\r\n";

    if (peer_wait(peer, fd))
        peer_send(fd, answer, sizeof(answer) - 1);
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

/* ---------------------------------------------------------------- TLS -- */

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

/* -------------------------------------------------------- cancelling -- */

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
    {"HTTP where TLS should be", test_not_tls},
    {"silent handshake", test_silent_handshake},
    {"dripping handshake", test_dripping_handshake},
    {"endless handshake", test_endless_handshake},
    {"cut off in the handshake", test_cut_off},
    {"cut off later", test_cut_off_later},
    {"bytes ahead of TLS", test_injected},
    {"byte limit in TLS", test_tls_limit},
    {"tickets without end", test_tickets},
    {"cancel a handshake", test_cancel_handshake},
    {"tidy up", tear_down},
};

TEST_MAIN(tests)
