/* SPDX-License-Identifier: MIT */
/*
 * A full handshake with a server whose certificates do not travel in clear, or
 * who must show whether it insists on one of ours. As lax as OpenSSL can be
 * made, on purpose: whoever answers shall be seen, and judged elsewhere. This
 * context is used for nothing else, and no byte of data goes through it.
 *
 * The chain is taken from the Certificate message itself, as it came: OpenSSL
 * parses the same bytes later, and where that fails they are still seen.
 *
 * Traps: the library's own context has every algorithm, whatever the host
 * program chose, but openssl.cnf applies to every SSL_CTX, so what matters is
 * set after SSL_CTX_new_ex(). OpenSSL's own socket BIO raises SIGPIPE, hence
 * ours. The thread's error queue must be empty before a call that may fail, and
 * is left empty for the host program.
 */
#include "gather/observe/tls.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adscp.h"
#include "base/crypto.h"
#include "gather/observe/hello.h"

enum {
    MESSAGE_HEADER = 4,
    FATAL = 2,
    NAME_LENGTH_MAX = 253 /* RFC 1035 2.3.4 */
};

struct handshaker {
    SSL_CTX *context;
    BIO_METHOD *method;
};

struct handshake {
    struct transport *transport;
    SSL *ssl;
    int alert; /* the fatal one that came, or -1 */
    bool has_ended;
    bool is_leaving; /* connected, and said farewell */
    int failure;     /* errno of the wire, or 0 */
    unsigned char *chain;
    struct handshake_result result;
};

/* ------------------------------------------------------- the wire's BIO -- */

/* OpenSSL goes on as long as there are bytes: the transport's limit bounds it.
 */
static int bio_read(BIO *bio, char *bytes, size_t length, size_t *gotp)
{
    struct handshake *handshake = BIO_get_data(bio);
    ssize_t got = transport_read(handshake->transport, bytes, length);

    BIO_clear_retry_flags(bio);
    if (got < 0 && errno == EWOULDBLOCK)
        BIO_set_retry_read(bio);
    else if (got < 0)
        handshake->failure = errno;
    else if (got == 0)
        handshake->has_ended = true;
    *gotp = got > 0 ? (size_t)got : 0;
    return got > 0;
}

static int bio_write(BIO *bio, const char *bytes, size_t length, size_t *sentp)
{
    struct handshake *handshake = BIO_get_data(bio);
    ssize_t sent = transport_write(handshake->transport, bytes, length);

    BIO_clear_retry_flags(bio);
    if (sent < 0 && errno == EWOULDBLOCK)
        BIO_set_retry_write(bio);
    else if (sent < 0)
        handshake->failure = errno;
    *sentp = sent > 0 ? (size_t)sent : 0;
    return sent > 0;
}

static long bio_control(BIO *bio, int command, long number, void *pointer)
{
    (void)bio;
    (void)number;
    (void)pointer;
    return command == BIO_CTRL_FLUSH;
}

/* -------------------------------------------------------------- context -- */

static int verify_nothing(X509_STORE_CTX *store, void *user)
{
    (void)store;
    (void)user;
    return 1;
}

/* 64 suites at most, for old servers; plain RSA first, since that is what they
 * speak; nothing that goes without a certificate. */
static bool context_soften(SSL_CTX *context)
{
    char groups[] = "X25519:P-256:P-384:P-521";

    SSL_CTX_set_security_level(context, 0);
    SSL_CTX_clear_options(context, SSL_OP_NO_SSL_MASK);
    SSL_CTX_set_options(context, SSL_OP_LEGACY_SERVER_CONNECT |
                                     SSL_OP_NO_TICKET |
                                     SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_max_cert_list(context, FLIGHT_MAX);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_cert_verify_callback(context, verify_nothing, NULL);
    return SSL_CTX_set_min_proto_version(context, TLS1_VERSION) == 1 &&
           SSL_CTX_set_max_proto_version(context, 0) == 1 &&
           SSL_CTX_set_cipher_list(
               context,
               "kRSA+AES:kECDHE+AESGCM:kECDHE+CHACHA20:kECDHE+AES:"
               "kDHE+AESGCM:kDHE+AES:kRSA+CAMELLIA:"
               "!aNULL:!eNULL:!PSK:!SRP:!ARIA:!AESCCM:@SECLEVEL=0") == 1 &&
           SSL_CTX_set1_groups_list(context, groups) == 1;
}

static BIO_METHOD *method_new(void)
{
    BIO_METHOD *method = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "adscp");

    if (method != NULL && BIO_meth_set_read_ex(method, bio_read) == 1 &&
        BIO_meth_set_write_ex(method, bio_write) == 1 &&
        BIO_meth_set_ctrl(method, bio_control) == 1)
        return method;
    BIO_meth_free(method);
    return NULL;
}

int handshaker_new(struct handshaker **handshakerp)
{
    struct handshaker *handshaker = calloc(1, sizeof(*handshaker));

    if (handshaker == NULL)
        return ADSCP_E_NOMEM;
    ERR_clear_error();
    handshaker->method = method_new();
    handshaker->context =
        SSL_CTX_new_ex(crypto_context(), NULL, TLS_client_method());
    if (handshaker->method == NULL || handshaker->context == NULL ||
        !context_soften(handshaker->context)) {
        handshaker_free(handshaker);
        return ADSCP_E_NOMEM;
    }
    *handshakerp = handshaker;
    return ADSCP_OK;
}

void handshaker_free(struct handshaker *handshaker)
{
    if (handshaker == NULL)
        return;
    SSL_CTX_free(handshaker->context);
    BIO_meth_free(handshaker->method);
    free(handshaker);
    ERR_clear_error();
}

/* ------------------------------------------------------- what comes by -- */

/* The first Certificate message. */
static void keep_chain(struct handshake *handshake, const unsigned char *body,
                       size_t length, SSL *ssl)
{
    struct handshake_result *result = &handshake->result;

    if (handshake->chain != NULL || length == 0 || length > FLIGHT_MAX)
        return;
    handshake->chain = malloc(length);
    if (handshake->chain == NULL) {
        result->is_exhausted = true;
        return;
    }
    memcpy(handshake->chain, body, length);
    result->chain = handshake->chain;
    result->chain_size = length;
    result->has_context = SSL_version(ssl) >= TLS1_3_VERSION;
}

static void message_seen(int outgoing, int version, int type, const void *bytes,
                         size_t length, SSL *ssl, void *user)
{
    const unsigned char *message = bytes;
    struct handshake *handshake = user;

    (void)version;
    if (outgoing)
        return;
    if (type == SSL3_RT_ALERT && length == 2) {
        if (message[0] == FATAL)
            handshake->alert = message[1];
        else if (message[1] == SSL_AD_CLOSE_NOTIFY)
            handshake->has_ended = true;
    }
    if (type != SSL3_RT_HANDSHAKE || length < MESSAGE_HEADER)
        return;
    if (message[0] == SSL3_MT_CERTIFICATE)
        keep_chain(handshake, message + MESSAGE_HEADER, length - MESSAGE_HEADER,
                   ssl);
    else if (message[0] == SSL3_MT_CERTIFICATE_REQUEST)
        handshake->result.is_asking = true;
}

/* ----------------------------------------------------------- one of them -- */

static bool announce(SSL *ssl, const char *name)
{
    char copy[NAME_LENGTH_MAX + 1]; /* OpenSSL's macro casts const away */

    snprintf(copy, sizeof(copy), "%s", name);
    return SSL_set_tlsext_host_name(ssl, copy) == 1;
}

int handshake_new(struct handshaker *handshaker, struct transport *transport,
                  const char *name, bool is_old, struct handshake **handshakep)
{
    struct handshake *handshake = calloc(1, sizeof(*handshake));
    BIO *bio = NULL;

    if (handshake == NULL)
        return ADSCP_E_NOMEM;
    handshake->transport = transport;
    handshake->alert = -1;
    ERR_clear_error();
    handshake->ssl = SSL_new(handshaker->context);
    if (handshake->ssl != NULL)
        bio = BIO_new(handshaker->method);
    if (bio == NULL)
        goto fail;
    BIO_set_data(bio, handshake);
    BIO_set_init(bio, 1);
    SSL_set_bio(handshake->ssl, bio, bio); /* takes it over */
    SSL_set_msg_callback(handshake->ssl, message_seen);
    SSL_set_msg_callback_arg(handshake->ssl, handshake);
    if (is_old &&
        SSL_set_max_proto_version(handshake->ssl, TLS1_2_VERSION) != 1)
        goto fail;
    if (name != NULL && !announce(handshake->ssl, name))
        goto fail;
    *handshakep = handshake;
    return ADSCP_OK;
fail:
    handshake_free(handshake);
    return ADSCP_E_NOMEM;
}

void handshake_free(struct handshake *handshake)
{
    if (handshake == NULL)
        return;
    SSL_free(handshake->ssl); /* without farewell: no more bytes */
    free(handshake->chain);
    free(handshake);
    ERR_clear_error();
}

static void add_finding(struct handshake *handshake, int outcome,
                        const char *reason)
{
    handshake->result.outcome = outcome;
    snprintf(handshake->result.reason, sizeof(handshake->result.reason), "%s",
             reason);
}

static void say_wire(struct handshake *handshake)
{
    if (handshake->failure == EMSGSIZE)
        add_finding(handshake, ADSCP_SIGHTING_OUTCOME_LIMIT,
                    "sent too much for a TLS handshake");
    else if (handshake->failure != 0)
        add_finding(handshake, ADSCP_SIGHTING_OUTCOME_CLOSED,
                    "broke the connection during the TLS handshake");
    else
        add_finding(handshake, ADSCP_SIGHTING_OUTCOME_CLOSED,
                    "closed the connection during the TLS handshake");
}

/* What OpenSSL itself did not like. */
static void say_library(struct handshake *handshake)
{
    unsigned long error = ERR_peek_error();
    const char *text = ERR_reason_error_string(error);
    struct handshake_result *result = &handshake->result;

    switch (ERR_GET_REASON(error)) {
    case ERR_R_MALLOC_FAILURE:
        result->is_exhausted = true;
        break;
    case SSL_R_EXCESSIVE_MESSAGE_SIZE:
        result->outcome = ADSCP_SIGHTING_OUTCOME_LIMIT;
        break;
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_WRONG_SSL_VERSION:
        result->outcome = ADSCP_SIGHTING_OUTCOME_PROTOCOL_VERSION;
        break;
    case SSL_R_UNKNOWN_CIPHER_RETURNED:
    case SSL_R_WRONG_CIPHER_RETURNED:
    case SSL_R_NO_CIPHERS_AVAILABLE:
        result->outcome = ADSCP_SIGHTING_OUTCOME_NO_COMMON_CIPHER;
        break;
    default:
        result->outcome = ADSCP_SIGHTING_OUTCOME_NOT_TLS;
    }
    snprintf(result->reason, sizeof(result->reason),
             "does not complete a TLS handshake: %s",
             text != NULL ? text : "unknown reason");
}

static void explain(struct handshake *handshake)
{
    struct handshake_result *result = &handshake->result;

    if (handshake->alert >= 0) {
        result->outcome = tls_alert_outcome(handshake->alert);
        result->is_refused = true;
        result->has_alert = true;
        snprintf(result->reason, sizeof(result->reason),
                 "refused TLS with the alert %s (%d)",
                 alert_name(handshake->alert), handshake->alert);
    } else if (handshake->failure != 0 || handshake->has_ended) {
        say_wire(handshake);
        result->is_refused = handshake->failure != EMSGSIZE;
    } else {
        say_library(handshake);
    }
}

static enum handshake_state stopped(struct handshake *handshake, int result)
{
    switch (SSL_get_error(handshake->ssl, result)) {
    case SSL_ERROR_WANT_READ:
        return HANDSHAKE_READS;
    case SSL_ERROR_WANT_WRITE:
        return HANDSHAKE_WRITES;
    default:
        return HANDSHAKE_OVER;
    }
}

/* In TLS 1.3 the server says only behind our own Finished what it thinks of a
 * client without a certificate. Our farewell makes it say one thing or the
 * other: an alert, or its own farewell. What else comes is thrown away. */
static enum handshake_state take_leave(struct handshake *handshake)
{
    enum handshake_state state;
    char ignored[1024];
    int got;

    if (!handshake->is_leaving)
        SSL_shutdown(handshake->ssl);
    handshake->is_leaving = true;
    do {
        ERR_clear_error();
        got = SSL_read(handshake->ssl, ignored, sizeof(ignored));
    } while (got > 0);
    state = stopped(handshake, got);
    if (state == HANDSHAKE_OVER && handshake->alert >= 0)
        explain(handshake);
    return state;
}

static enum handshake_state connect_on(struct handshake *handshake)
{
    struct handshake_result *result = &handshake->result;
    enum handshake_state state = HANDSHAKE_OVER;
    int done = SSL_connect(handshake->ssl);

    if (done != 1) {
        state = stopped(handshake, done);
        if (state == HANDSHAKE_OVER)
            explain(handshake);
        return state;
    }
    result->is_done = true;
    result->outcome = ADSCP_SIGHTING_OUTCOME_OK;
    if (result->is_asking && SSL_version(handshake->ssl) >= TLS1_3_VERSION)
        return take_leave(handshake);
    return state;
}

enum handshake_state handshake_step(struct handshake *handshake)
{
    enum handshake_state state;

    ERR_clear_error();
    state =
        handshake->is_leaving ? take_leave(handshake) : connect_on(handshake);
    if (handshake->chain != NULL) /* else it is only what we asked for */
        handshake->result.version = (uint16_t)SSL_version(handshake->ssl);
    ERR_clear_error();
    return state;
}

const struct handshake_result *
handshake_result(const struct handshake *handshake)
{
    return &handshake->result;
}
