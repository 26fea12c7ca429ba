/* SPDX-License-Identifier: MIT */
/* TLS on a connection: whose word counts, client certificates, channel binding,
 * and much to move. */
#include "transport_peers.h"

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

static const struct test tests[] = {
    {"certificates", set_up},
    {"TLS", test_tls},
    {"whose word counts", test_tls_trust},
    {"TLS refused", test_tls_refused},
    {"a megabyte by sevens", test_tls_bulk},
    {"a TLS peer that does not read", test_tls_full},
    {"client certificate", test_client_certificate},
    {"client certificate's files", test_client_files},
    {"channel binding", test_channel_binding},
    {"tidy up", tear_down},
};

TEST_MAIN(tests)
