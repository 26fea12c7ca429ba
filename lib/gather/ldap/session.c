/* SPDX-License-Identifier: MIT */
/*
 * A directory session: libldap over our own transport, nothing but asynchronous
 * calls, every wait under the caller's deadline. libldap gets no address that
 * it could connect to, no option from its configuration files, and no way to
 * follow a referral.
 */
#include "gather/ldap/session.h"

#include <openldap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gather/ldap/private.h"

/* Where libldap would connect by itself after a loss: nowhere. */
static const char nowhere[] = "ldapi://%2Fdev%2Fnull";

/* ----------------------------------------------------------------- edge -- */

static ssize_t edge_read(void *stream, void *bytes, size_t length)
{
    return transport_read(stream, bytes, length);
}

static ssize_t edge_write(void *stream, const void *bytes, size_t length)
{
    return transport_write(stream, bytes, length);
}

static bool edge_pending(const void *stream)
{
    return transport_pending(stream);
}

static const struct guard_edge transport_edge = {edge_read, edge_write,
                                                 edge_pending};

/* --------------------------------------------------------------- attach -- */

/* All that ldap.conf, ldaprc and LDAP* could have decided and that matters to
 * us. RESTART: libldap's own poll has no timeout to restart, and without it a
 * signal would end the session. */
static bool set_options(LDAP *ld)
{
    const int version = LDAP_VERSION3, deref = LDAP_DEREF_NEVER, none = 0;

    return ldap_set_option(ld, LDAP_OPT_PROTOCOL_VERSION, &version) == 0 &&
           ldap_set_option(ld, LDAP_OPT_DEREF, &deref) == 0 &&
           ldap_set_option(ld, LDAP_OPT_SIZELIMIT, &none) == 0 &&
           ldap_set_option(ld, LDAP_OPT_TIMELIMIT, &none) == 0 &&
           ldap_set_option(ld, LDAP_OPT_REFERRALS, LDAP_OPT_OFF) == 0 &&
           ldap_set_option(ld, LDAP_OPT_RESTART, LDAP_OPT_ON) == 0 &&
           ldap_set_option(ld, LDAP_OPT_X_SASL_NOCANON, LDAP_OPT_ON) == 0;
}

/* liber aborts where a connection without any layer is closed: where there is
 * no memory for one even at the second try, libldap's own is given up. */
static int push_guard(struct session *session)
{
    if (guard_push(&session->guard, session->sockbuf) == ADSCP_OK)
        return ADSCP_OK;
    if (guard_push(&session->guard, session->sockbuf) != ADSCP_OK)
        session->ld = NULL;
    session->broken = true;
    return ADSCP_E_NOMEM;
}

int session_attach(struct session *session, int fd,
                   const struct guard_edge *edge, void *stream,
                   struct detail *detail)
{
    ber_len_t largest = GUARD_MESSAGE_MAX;
    int result, rc;

    guard_init(&session->guard, edge, stream);
    result = ldap_init_fd(fd, LDAP_PROTO_EXT, nowhere, &session->ld);
    if (result != LDAP_SUCCESS)
        return detail_set(detail, ADSCP_E_NOMEM, "libldap cannot start: %s",
                          ldap_err2string(result));
    ldap_get_option(session->ld, LDAP_OPT_SOCKBUF, &session->sockbuf);
    rc = push_guard(session);
    if (rc != ADSCP_OK)
        return rc;
    ber_sockbuf_ctrl(session->sockbuf, LBER_SB_OPT_SET_MAX_INCOMING, &largest);
    if (!set_options(session->ld))
        return detail_set(detail, ADSCP_E_NOMEM, "libldap rejects its options");
    return ADSCP_OK;
}

/* libldap takes leave by an unbind request, which must not follow half of
 * another one, nor go out in clear where TLS was to be. */
void session_detach(struct session *session)
{
    if (session->broken || session->guard.blocked)
        guard_stop(&session->guard);
    if (session->ld != NULL)
        ldap_unbind_ext(session->ld, NULL, NULL);
    guard_free(&session->guard);
    exchange_free(session->exchange);
}

/* ---------------------------------------------------------- open, close -- */

static void session_set_name(struct session *session,
                             const struct session_config *config)
{
    if (config->scheme == SESSION_LDAPI)
        snprintf(session->name, sizeof(session->name), "%s", config->path);
    else
        snprintf(session->name, sizeof(session->name),
                 strchr(config->host, ':') != NULL ? "[%s]:%d" : "%s:%d",
                 config->host, config->port);
}

static int session_connect(struct session *session,
                           const struct session_config *config,
                           const struct deadline *deadline,
                           struct detail *detail)
{
    if (config->scheme == SESSION_LDAPI)
        return transport_connect_local(config->path, deadline, detail,
                                       &session->transport);
    return transport_connect(config->resolve, config->host, config->port,
                             deadline, detail, &session->transport);
}

static int session_secure(struct session *session,
                          const struct session_config *config,
                          const struct deadline *deadline,
                          struct detail *detail)
{
    const struct tls_config tls = {
        .ca_file = config->ca_file,
        .certificate_file = config->certificate_file,
        .key_file = config->key_file,
        .host = config->host,
    };

    return transport_start_tls(session->transport, &tls, deadline, detail);
}

/* Connect and protect. ldaps:// has TLS before libldap comes in; for StartTLS
 * libldap sends one request in clear (RFC 4511 4.14.1). */
static int session_begin(struct session *session,
                         const struct session_config *config,
                         const struct deadline *deadline, struct detail *detail)
{
    int rc;

    session_set_name(session, config);
    rc = session_connect(session, config, deadline, detail);
    if (rc == ADSCP_OK && config->scheme == SESSION_LDAPS)
        rc = session_secure(session, config, deadline, detail);
    if (rc == ADSCP_OK)
        rc = session_attach(session, transport_fd(session->transport),
                            &transport_edge, session->transport, detail);
    if (rc != ADSCP_OK || !config->starttls)
        return rc;
    rc = session_start_tls(session, deadline, detail);
    if (rc != ADSCP_OK)
        return rc;
    rc = session_secure(session, config, deadline, detail);
    if (rc != ADSCP_OK)
        session->broken = true;
    return rc;
}

int session_open(const struct session_config *config,
                 const struct deadline *deadline, struct detail *detail,
                 struct session **sessionp)
{
    struct session *session = NULL;
    int rc;

    stopwatch_enter(config->watch, ADSCP_READER_PHASE_CONNECT);
    rc = session_check_bind(config, detail);
    if (rc != ADSCP_OK)
        goto out;
    rc = session_prime(deadline);
    if (rc != ADSCP_OK)
        goto out;
    rc = ADSCP_E_NOMEM;
    session = calloc(1, sizeof(*session));
    if (session == NULL)
        goto out;
    rc = session_begin(session, config, deadline, detail);
    if (rc != ADSCP_OK)
        goto out;
    stopwatch_enter(config->watch, ADSCP_READER_PHASE_BIND);
    rc = session_bind(session, config, deadline, detail);
    if (rc != ADSCP_OK)
        goto out;
    *sessionp = session;
    session = NULL;
out:
    session_close(session);
    return rc;
}

void session_close(struct session *session)
{
    if (session == NULL)
        return;
    session_detach(session);
    transport_free(session->transport);
    free(session);
}
