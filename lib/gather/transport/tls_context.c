/* SPDX-License-Identifier: MIT */
/*
 * What every TLS connection to a directory keeps to: whose word counts, who we
 * are, and which protocol will do. openssl.cnf applies to every SSL_CTX: it may
 * make TLS stricter here, but what would weaken it is set again.
 */
#include "gather/transport/tls.h"

#include <errno.h>
#include <openssl/err.h>

#include "adscp.h"
#include "gather/transport/private.h"

/* Since its release 3.2, OpenSSL may pack certificates (RFC 8879). That would
 * hide whether ours was sent, and unpack whatever a hostile server has packed.
 */
#ifdef SSL_OP_NO_TX_CERTIFICATE_COMPRESSION
#define NO_PACKED_CERTIFICATES                                                 \
    (SSL_OP_NO_TX_CERTIFICATE_COMPRESSION |                                    \
     SSL_OP_NO_RX_CERTIFICATE_COMPRESSION)
#else
#define NO_PACKED_CERTIFICATES 0
#endif

enum {
    SECURITY_LEVEL = 2 /* 112 bits: RSA 2048, no SHA-1 in certificates */
};

const char *tls_reason(void)
{
    unsigned long error = ERR_peek_error();
    const char *text;

    if (ERR_SYSTEM_ERROR(error))
        return transport_reason(ERR_GET_REASON(error));
    text = ERR_reason_error_string(error);
    return text != NULL ? text : "unknown reason";
}

int tls_fail(struct detail *detail)
{
    return detail_set(detail, ADSCP_E_NOMEM, "OpenSSL cannot start: %s",
                      tls_reason());
}

static int fail_file(struct detail *detail, const char *what, const char *path)
{
    unsigned long error = ERR_peek_error();
    int reason = ERR_SYSTEM_ERROR(error) ? ERR_GET_REASON(error) : 0;
    int code = ADSCP_E_FILE;

    if (reason == EMFILE || reason == ENFILE || reason == ENOMEM)
        code = ADSCP_E_NOMEM;
    return detail_set(detail, code, "%s %.300s: %s", what, path, tls_reason());
}

/* OpenSSL's default asks at the terminal. */
static int no_password(char *buffer, int size, int writing, void *user)
{
    (void)buffer;
    (void)size;
    (void)writing;
    (void)user;
    return -1;
}

/* Nothing but the named file vouches, whatever openssl.cnf says; and an issuing
 * CA in it does so without its root. */
static int context_trust(SSL_CTX *context, const char *ca_file,
                         struct detail *detail)
{
    X509_STORE *store;

    if (ca_file == NULL)
        return SSL_CTX_set_default_verify_paths(context) == 1
                   ? ADSCP_OK
                   : tls_fail(detail);
    store = X509_STORE_new();
    if (store == NULL)
        return tls_fail(detail);
    SSL_CTX_set_cert_store(context, store); /* takes it over */
    X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
    return SSL_CTX_load_verify_file(context, ca_file) == 1
               ? ADSCP_OK
               : fail_file(detail, "CA file", ca_file);
}

static int context_identify(SSL_CTX *context, const struct tls_config *config,
                            struct detail *detail)
{
    const char *certificate = config->certificate_file;
    const char *key = config->key_file != NULL ? config->key_file : certificate;

    if (certificate == NULL)
        return ADSCP_OK;
    SSL_CTX_set_default_passwd_cb(context, no_password);
    if (SSL_CTX_use_certificate_chain_file(context, certificate) != 1)
        return fail_file(detail, "certificate file", certificate);
    if (SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1)
        return fail_file(detail, "key file", key);
    return ADSCP_OK;
}

/* The protocol. Configuration may be stricter than this, not laxer. */
static void context_harden(SSL_CTX *context)
{
    if (SSL_CTX_get_min_proto_version(context) < TLS1_2_VERSION)
        SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    if (SSL_CTX_get_security_level(context) < SECURITY_LEVEL)
        SSL_CTX_set_security_level(context, SECURITY_LEVEL);
    SSL_CTX_clear_options(context, SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION |
                                       SSL_OP_LEGACY_SERVER_CONNECT |
                                       SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION |
                                     SSL_OP_NO_COMPRESSION |
                                     NO_PACKED_CERTIFICATES);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE |
                                  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                  SSL_MODE_AUTO_RETRY);
}

int tls_context_new(const struct tls_config *config, struct detail *detail,
                    SSL_CTX **contextp)
{
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    int rc;

    if (context == NULL)
        return tls_fail(detail);
    *contextp = context;
    context_harden(context);
    rc = context_trust(context, config->ca_file, detail);
    return rc == ADSCP_OK ? context_identify(context, config, detail) : rc;
}
