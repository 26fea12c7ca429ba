/* SPDX-License-Identifier: MIT */
/*
 * TLS over the stream. Chain and name are verified, always, and there is no
 * switch. OpenSSL comes to life only
 * when TLS is wanted, since that costs more than many a whole reading.
 *
 * Traps: OpenSSL's own socket BIO raises SIGPIPE, hence ours. SSL_get_error()
 * looks at the thread's error queue, so that must be empty before a call that
 * may fail, and is left empty for the host program.
 */
#include <errno.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

#include "adscp.h"
#include "facts/host.h"
#include "gather/transport/private.h"
#include "gather/transport/tls.h"

enum { CHAIN_DEPTH = 10, PATIENCE = 256 };

struct tls {
    struct transport *transport;
    int patience; /* reads from the wire that this call may still make */
    SSL_CTX *context;
    SSL *ssl;
    BIO_METHOD *method;
    bool up;     /* the handshake is done */
    bool broken; /* a fatal error: not another byte */
    bool sent_certificate;
    int verify_error; /* the first, and about whom: */
    int verify_depth;
    char subject[160];
    char host[HOST_NAME_MAX_LENGTH + 1]; /* to be proven, without last dot */
};

/* ------------------------------------------------------- the wire's BIO -- */

/* OpenSSL goes on as long as there are bytes. From a server that sends records
 * without end and without content, a call takes so many and then pretends that
 * there are no more, so that its caller looks at the clock. */
static int bio_read(BIO *bio, char *bytes, size_t length, size_t *gotp)
{
    struct tls *tls = BIO_get_data(bio);
    bool enough = tls->patience-- <= 0;
    ssize_t got = enough ? -1 : wire_read(tls->transport, bytes, length);

    BIO_clear_retry_flags(bio);
    if (enough || (got < 0 && errno == EWOULDBLOCK))
        BIO_set_retry_read(bio);
    *gotp = got > 0 ? (size_t)got : 0;
    return got > 0;
}

static int bio_write(BIO *bio, const char *bytes, size_t length, size_t *sentp)
{
    const struct tls *tls = BIO_get_data(bio);
    ssize_t sent = wire_write(tls->transport, bytes, length);

    BIO_clear_retry_flags(bio);
    if (sent < 0 && errno == EWOULDBLOCK)
        BIO_set_retry_write(bio);
    *sentp = sent > 0 ? (size_t)sent : 0;
    return sent > 0;
}

/* Before every call that may touch the wire. */
static void call_begin(struct tls *tls)
{
    ERR_clear_error();
    tls->patience = PATIENCE;
}

/* There is nothing to flush, and nothing else to be asked. */
static long bio_control(BIO *bio, int command, long number, void *pointer)
{
    (void)bio;
    (void)number;
    (void)pointer;
    return command == BIO_CTRL_FLUSH;
}

static BIO *bio_open(struct tls *tls)
{
    BIO *bio;

    tls->method = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "adscp");
    if (tls->method == NULL ||
        BIO_meth_set_read_ex(tls->method, bio_read) != 1 ||
        BIO_meth_set_write_ex(tls->method, bio_write) != 1 ||
        BIO_meth_set_ctrl(tls->method, bio_control) != 1)
        return NULL;
    bio = BIO_new(tls->method);
    if (bio == NULL)
        return NULL;
    BIO_set_data(bio, tls);
    BIO_set_init(bio, 1);
    return bio;
}

/* -------------------------------------------------------------- context -- */

/* Keep what the first failed check was about: OpenSSL forgets it. */
static int verify_note(int ok, X509_STORE_CTX *store)
{
    const SSL *ssl =
        X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
    struct tls *tls = SSL_get_app_data(ssl);
    X509 *certificate = X509_STORE_CTX_get_current_cert(store);
    BIO *text = NULL;
    int length;

    if (ok || tls->verify_error != X509_V_OK)
        return ok;
    tls->verify_error = X509_STORE_CTX_get_error(store);
    tls->verify_depth = X509_STORE_CTX_get_error_depth(store);
    text = BIO_new(BIO_s_mem());
    if (text == NULL || certificate == NULL)
        goto out;
    X509_NAME_print_ex(text, X509_get_subject_name(certificate), 0,
                       XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB);
    length = BIO_read(text, tls->subject, sizeof(tls->subject) - 1);
    tls->subject[length > 0 ? length : 0] = '\0';
out:
    BIO_free(text);
    return ok;
}

static void context_verify(SSL_CTX *context)
{
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, verify_note);
    SSL_CTX_set_verify_depth(context, CHAIN_DEPTH);
}

/* Not "asked for", but "sent": the Certificate message that leaves us is longer
 * than an empty list (3 bytes; in TLS 1.3, behind an empty context, 4). */
static void message_note(int outgoing, int version, int type, const void *bytes,
                         size_t length, SSL *ssl, void *user)
{
    enum { HEADER = 4, EMPTY = 4 };
    const unsigned char *message = bytes;
    struct tls *tls = user;

    (void)version;
    (void)ssl;
    if (outgoing && type == SSL3_RT_HANDSHAKE && length > HEADER + EMPTY &&
        message[0] == SSL3_MT_CERTIFICATE)
        tls->sent_certificate = true;
}

/* ------------------------------------------------------------- session -- */

/* A dot at the end belongs to DNS, not to the name in a certificate. An empty
 * name would switch OpenSSL's check off. */
static int session_set_host(struct tls *tls, const char *host,
                            struct detail *detail)
{
    struct span name = host_without_dot(span_of(host));

    if (name.length == 0 || name.length >= sizeof(tls->host))
        return detail_set(
            detail, ADSCP_E_ARGUMENT,
            "\"%.300s\" is not a name that a certificate can carry", host);
    memcpy(tls->host, name.text, name.length);
    return ADSCP_OK;
}

/* What must be proven, and what is announced: SNI carries names only (RFC 6066
 * 3). */
static bool session_expect_host(struct tls *tls)
{
    X509_VERIFY_PARAM *parameters = SSL_get0_param(tls->ssl);

    X509_VERIFY_PARAM_set_hostflags(parameters,
                                    X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (host_is_address(span_of(tls->host)))
        return X509_VERIFY_PARAM_set1_ip_asc(parameters, tls->host) == 1;
    return X509_VERIFY_PARAM_set1_host(parameters, tls->host, 0) == 1 &&
           SSL_set_tlsext_host_name(tls->ssl, tls->host) == 1;
}

static int session_open(struct tls *tls, const struct tls_config *config,
                        struct detail *detail)
{
    BIO *bio;
    int rc;

    rc = tls_context_new(config, detail, &tls->context);
    if (rc != ADSCP_OK)
        return rc;
    context_verify(tls->context);
    tls->ssl = SSL_new(tls->context);
    bio = tls->ssl != NULL ? bio_open(tls) : NULL;
    if (bio == NULL)
        return tls_fail(detail);
    SSL_set_bio(tls->ssl, bio, bio); /* takes it over */
    SSL_set_app_data(tls->ssl, tls);
    SSL_set_msg_callback(tls->ssl, message_note);
    SSL_set_msg_callback_arg(tls->ssl, tls);
    return session_expect_host(tls) ? ADSCP_OK : tls_fail(detail);
}

/* ------------------------------------------------------------ handshake -- */

static int explain_certificate(const struct tls *tls, struct detail *detail)
{
    const char *reason = X509_verify_cert_error_string(tls->verify_error);

    if (tls->verify_error == X509_V_ERR_HOSTNAME_MISMATCH ||
        tls->verify_error == X509_V_ERR_IP_ADDRESS_MISMATCH)
        return detail_set(
            detail, ADSCP_E_TLS,
            "the server's certificate, for \"%s\", does not prove "
            "the name %s: %s",
            tls->subject, tls->host, reason);
    if (tls->verify_depth == 0)
        return detail_set(detail, ADSCP_E_TLS,
                          "the certificate of %s, for \"%s\", is not accepted: "
                          "%s",
                          tls->host, tls->subject, reason);
    return detail_set(
        detail, ADSCP_E_TLS,
        "the certificate of %s is not accepted, because of that of "
        "its issuer, \"%s\": %s",
        tls->host, tls->subject, reason);
}

/* The connection itself failed, not TLS. */
static int explain_wire(const struct tls *tls, struct detail *detail)
{
    if (tls->transport->failure == EMSGSIZE)
        return detail_set(detail, ADSCP_E_LIMIT,
                          "%s sent too much for a TLS handshake", tls->host);
    if (tls->transport->ended)
        return detail_set(detail, ADSCP_E_CONNECT,
                          "%s closed the connection during the TLS handshake",
                          tls->host);
    return detail_set(detail, ADSCP_E_CONNECT,
                      "%s: the connection broke during the TLS handshake: %s",
                      tls->host, transport_reason(tls->transport->failure));
}

static int explain_handshake(const struct tls *tls, struct detail *detail)
{
    unsigned long error = ERR_peek_error();

    if (tls->verify_error != X509_V_OK)
        return explain_certificate(tls, detail);
    if (tls->transport->failure != 0 || tls->transport->ended)
        return explain_wire(tls, detail);
    if (ERR_GET_REASON(error) == ERR_R_MALLOC_FAILURE)
        return detail_set(detail, ADSCP_E_NOMEM, "no memory for TLS with %s",
                          tls->host);
    return detail_set(detail, ADSCP_E_TLS, "no TLS with %s: %s", tls->host,
                      tls_reason());
}

static int handshake_wait(const struct tls *tls, short events,
                          const struct deadline *deadline,
                          struct detail *detail)
{
    int rc = deadline_wait(deadline, tls->transport->fd, events);

    if (rc == ADSCP_OK)
        return rc;
    return detail_set(detail, rc, "during the TLS handshake with %s: %s",
                      tls->host, adscp_error_text(rc));
}

static int handshake_run(struct tls *tls, const struct deadline *deadline,
                         struct detail *detail)
{
    int result, rc = ADSCP_OK;

    while (rc == ADSCP_OK) {
        call_begin(tls);
        result = SSL_connect(tls->ssl);
        if (result == 1)
            return ADSCP_OK;
        switch (SSL_get_error(tls->ssl, result)) {
        case SSL_ERROR_WANT_READ:
            rc = handshake_wait(tls, POLLIN, deadline, detail);
            break;
        case SSL_ERROR_WANT_WRITE:
            rc = handshake_wait(tls, POLLOUT, deadline, detail);
            break;
        default:
            rc = explain_handshake(tls, detail);
        }
    }
    return rc;
}

/* What the server said before TLS would be read as if it came through TLS:
 * answers to a StartTLS that was not yet protected (as in CVE-2011-0411), or a
 * server that does not speak TLS on this port. */
static int refuse_early_bytes(struct tls *tls, struct detail *detail)
{
    struct transport *transport = tls->transport;

    if (transport->begin == transport->end && wire_fill(transport) == 0)
        return explain_wire(tls, detail);
    if (transport->begin < transport->end)
        return detail_set(detail, ADSCP_E_PROTOCOL,
                          "%s sent plain bytes ahead of TLS", tls->host);
    if (transport->failure != 0)
        return explain_wire(tls, detail);
    return ADSCP_OK;
}

int transport_start_tls(struct transport *transport,
                        const struct tls_config *config,
                        const struct deadline *deadline, struct detail *detail)
{
    struct tls *tls;
    int rc;

    if (transport->tls != NULL)
        return detail_set(detail, ADSCP_E_ARGUMENT, "TLS was started before");
    tls = calloc(1, sizeof(*tls));
    if (tls == NULL)
        return ADSCP_E_NOMEM;
    tls->transport = transport;
    /* From here on the stream is TLS or nothing: where this fails, no byte goes
     * out, or in, in clear. */
    transport->tls = tls;
    rc = session_set_host(tls, config->host, detail);
    if (rc != ADSCP_OK)
        return rc;
    ERR_clear_error();
    rc = session_open(tls, config, detail);
    if (rc == ADSCP_OK)
        rc = refuse_early_bytes(tls, detail);
    if (rc == ADSCP_OK)
        rc = handshake_run(tls, deadline, detail);
    ERR_clear_error();
    tls->up = rc == ADSCP_OK;
    if (tls->up)
        SSL_set_msg_callback(tls->ssl, NULL);
    return rc;
}

void tls_free(struct tls *tls)
{
    if (tls->up && !tls->broken) {
        call_begin(tls);
        SSL_shutdown(tls->ssl); /* once: says farewell, waits for none */
        ERR_clear_error();
    }
    SSL_free(tls->ssl);
    SSL_CTX_free(tls->context);
    BIO_meth_free(tls->method);
    free(tls);
}

/* ---------------------------------------------------------------- bytes -- */

static ssize_t tls_break(struct tls *tls, int reason)
{
    tls->broken = true;
    errno = reason;
    return -1;
}

/* The result of a call that gave no bytes. */
static ssize_t tls_result(struct tls *tls)
{
    const struct transport *transport = tls->transport;
    int error = SSL_get_error(tls->ssl, 0);

    ERR_clear_error();
    switch (error) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
        errno = EWOULDBLOCK;
        return -1;
    case SSL_ERROR_ZERO_RETURN:
        return 0;
    default:
        if (transport->failure != 0)
            return tls_break(tls, transport->failure);
        /* An end without farewell may be an attacker's. */
        return tls_break(tls, transport->ended ? ECONNRESET : EIO);
    }
}

ssize_t tls_read(struct tls *tls, void *bytes, size_t length)
{
    size_t got;

    if (!tls->up || tls->broken)
        return tls_break(tls, EIO);
    if (SSL_pending(tls->ssl) == 0) /* else nothing can go wrong */
        call_begin(tls);
    if (SSL_read_ex(tls->ssl, bytes, length, &got) == 1)
        return (ssize_t)got;
    return tls_result(tls);
}

ssize_t tls_write(struct tls *tls, const void *bytes, size_t length)
{
    size_t sent;

    if (!tls->up || tls->broken)
        return tls_break(tls, EIO);
    call_begin(tls);
    if (SSL_write_ex(tls->ssl, bytes, length, &sent) == 1)
        return (ssize_t)sent;
    return tls_result(tls);
}

/* Not SSL_has_pending(): that counts a record of which a part is still to come,
 * for which poll(2) must be asked. */
bool tls_pending(const struct tls *tls)
{
    return tls->up && SSL_pending(tls->ssl) > 0;
}

/* ---------------------------------------------------------------- facts -- */

bool transport_is_tls(const struct transport *transport)
{
    return transport->tls != NULL && transport->tls->up;
}

bool transport_sent_certificate(const struct transport *transport)
{
    return transport_is_tls(transport) && transport->tls->sent_certificate;
}

/* RFC 5929 4.1. For RSA-PSS the hash stands in the parameters, where
 * X509_get_signature_info() looks and X509_get_signature_nid() does not. */
static const EVP_MD *binding_hash(X509 *certificate)
{
    int hash = NID_undef;

    if (X509_get_signature_info(certificate, &hash, NULL, NULL, NULL) != 1)
        return NULL;
    if (hash == NID_md5 || hash == NID_sha1)
        hash = NID_sha256;
    return hash != NID_undef ? EVP_get_digestbynid(hash) : NULL;
}

size_t transport_channel_binding(const struct transport *transport,
                                 unsigned char out[TRANSPORT_BINDING_MAX])
{
    static const char prefix[] = "tls-server-end-point:";
    enum { PREFIX = sizeof(prefix) - 1 };
    X509 *certificate = NULL;
    const EVP_MD *hash = NULL;
    unsigned int length = 0;

    if (!transport_is_tls(transport))
        return 0;
    ERR_clear_error();
    certificate = SSL_get0_peer_certificate(transport->tls->ssl);
    if (certificate != NULL)
        hash = binding_hash(certificate);
    memcpy(out, prefix, PREFIX);
    if (hash != NULL &&
        X509_digest(certificate, hash, out + PREFIX, &length) != 1)
        length = 0;
    ERR_clear_error();
    return length > 0 ? PREFIX + length : 0;
}
