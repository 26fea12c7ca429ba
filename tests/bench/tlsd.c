/* SPDX-License-Identifier: MIT */
/*
 * tlsd PORT COUNT SILENT CHAIN KEY: TLS servers by OpenSSL, one on each of
 * 127.0.62.1 ... 127.0.62.COUNT, from one thread. Behind them come SILENT ones
 * that take connections and never say a word. Prints "ready" when all listen.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

/* A listener has no ssl. */
struct end {
    int fd;
    SSL *ssl;
};

static int epoll;

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static void watch(int fd, SSL *ssl)
{
    struct end *end = calloc(1, sizeof(*end));
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = end};

    if (end == NULL)
        fail("calloc");
    *end = (struct end){fd, ssl};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0)
        fail("epoll_ctl");
}

static int listen_on(int number, int port)
{
    const int on = 1;
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    address.sin_addr.s_addr = htonl(0x7f003e00U + (unsigned int)number);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
        listen(fd, 128) < 0)
        fail("listen");
    return fd;
}

static SSL_CTX *make_context(const char *chain, const char *key)
{
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());

    if (context == NULL ||
        SSL_CTX_use_certificate_chain_file(context, chain) != 1 ||
        SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1)
        fail("certificate");
    return context;
}

static void take_all(const struct end *listener, SSL_CTX *context)
{
    int fd;
    SSL *ssl;

    while ((fd = accept4(listener->fd, NULL, NULL,
                         SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        ssl = SSL_new(context);
        if (ssl == NULL || SSL_set_fd(ssl, fd) != 1)
            fail("SSL_new");
        SSL_set_accept_state(ssl);
        watch(fd, ssl);
    }
}

/* Shake hands, take what comes, answer nothing. */
static void go_on(struct end *end)
{
    char bytes[4096];
    int got = SSL_read(end->ssl, bytes, sizeof(bytes));

    if (got > 0 || SSL_get_error(end->ssl, got) == SSL_ERROR_WANT_READ)
        return;
    SSL_free(end->ssl);
    close(end->fd);
    free(end);
}

int main(int argc, char **argv)
{
    struct epoll_event events[64];
    SSL_CTX *context;
    int i, count;

    if (argc != 6)
        return fputs("usage: tlsd PORT COUNT SILENT CHAIN KEY\n", stderr), 2;
    signal(SIGPIPE, SIG_IGN);
    context = make_context(argv[4], argv[5]);
    epoll = epoll_create1(EPOLL_CLOEXEC);
    for (i = 1; i <= atoi(argv[2]); i++)
        watch(listen_on(i, atoi(argv[1])), NULL);
    for (; i <= atoi(argv[2]) + atoi(argv[3]); i++)
        listen_on(i, atoi(argv[1]));
    puts("ready");
    fflush(stdout);
    for (;;) {
        count = epoll_wait(epoll, events, 64, -1);
        for (i = 0; i < count; i++) {
            struct end *end = events[i].data.ptr;

            if (end->ssl == NULL)
                take_all(end, context);
            else
                go_on(end);
        }
    }
}
