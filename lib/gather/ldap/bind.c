/* SPDX-License-Identifier: MIT */
/*
 * StartTLS and bind (RFC 4511 4.14 and 4.2, RFC 4513), and what servers say
 * where they refuse. A password goes out under TLS or to a local socket only; a
 * clear connection gets a SASL layer that signs and seals, and one under TLS
 * the binding to its channel ([MS-ADTS] 5.1.2). The mechanism is the caller's
 * choice: the server's list, which anybody on the way can forge, is not asked.
 */
#include <string.h>

#include "base/text.h"
#include "gather/ldap/private.h"

enum { SSF_MIN = 56, SSF_WANTED = 256, ROUNDS_MAX = 10 };

/* --------------------------------------------------------------- checks -- */

static bool is_protected(const struct session_config *config)
{
    return config->scheme != SESSION_LDAP || config->starttls;
}

static bool is_mechanism(const struct session_config *config, const char *name)
{
    return text_is(config->mechanism, strlen(config->mechanism), name);
}

static int check_simple(const struct session_config *config,
                        struct detail *detail)
{
    /* RFC 4513 5.1.2: a name without a password is an anonymous bind, which a
     * server may grant. */
    if (config->bind_dn == NULL || config->bind_dn[0] == '\0' ||
        config->password == NULL || config->password[0] == '\0')
        return detail_set(detail, ADSCP_E_ARGUMENT,
                          "a simple bind needs a name and a password that is "
                          "not empty");
    if (!is_protected(config))
        return detail_set(detail, ADSCP_E_SECURITY,
                          "a password is not sent in clear: use TLS or ldapi");
    return ADSCP_OK;
}

static int check_sasl(const struct session_config *config,
                      struct detail *detail)
{
    if (config->mechanism == NULL)
        return detail_set(detail, ADSCP_E_ARGUMENT, "no SASL mechanism");
    if (is_mechanism(config, "GSSAPI") || is_mechanism(config, "GSS-SPNEGO"))
        return ADSCP_OK;
    if (!is_mechanism(config, "EXTERNAL"))
        return detail_set(detail, ADSCP_E_ARGUMENT,
                          "the SASL mechanism %s cannot be used here",
                          config->mechanism);
    if (!is_protected(config))
        return detail_set(detail, ADSCP_E_SECURITY,
                          "EXTERNAL does not work in clear: use TLS or ldapi");
    if (config->scheme != SESSION_LDAPI && config->certificate_file == NULL)
        return detail_set(detail, ADSCP_E_ARGUMENT,
                          "EXTERNAL under TLS needs a client certificate");
    return ADSCP_OK;
}

int session_check_bind(const struct session_config *config,
                       struct detail *detail)
{
    if (config->starttls && config->scheme != SESSION_LDAP)
        return detail_set(detail, ADSCP_E_ARGUMENT,
                          "StartTLS goes with ldap:// only");
    if (config->bind == SESSION_SIMPLE)
        return check_simple(config, detail);
    if (config->bind == SESSION_SASL)
        return check_sasl(config, detail);
    return ADSCP_OK;
}

/* --------------------------------------------------------- result codes -- */

/* The reason that Active Directory hides in its diagnostic text:
 * "80090308: LdapErr: DSID-..., comment: AcceptSecurityContext error, data
 * 52e".
 */
struct reason {
    const char *mark;
    const char *words;
};

static const struct reason reasons[] = {
    {"80090346", "the channel binding was refused: something stands between "
                 "this machine and the server, and ends TLS there"},
    {"data 525", "no such user"},
    {"data 52e", "wrong user name or password"},
    {"data 530", "the user may not log on at this time"},
    {"data 531", "the user may not log on from this machine"},
    {"data 532", "the password has expired"},
    {"data 533", "the account is disabled"},
    {"data 701", "the account has expired"},
    {"data 773", "the user must change the password first"},
    {"data 775", "the account is locked"},
};

/* Otherwise the server only says no. A ticket that the Kerberos server gave and
 * this one refuses was made for another key or another hour. */
static const char *find_reason(const char *text, bool by_ticket)
{
    size_t i;

    for (i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
        if (strstr(text, reasons[i].mark) != NULL)
            return reasons[i].words;
    return by_ticket
               ? "the Kerberos ticket was not accepted: the server's clock "
                 "or its key in Kerberos differs, and \"kinit\" may help"
               : "name or password was not accepted";
}

/* What the server's result code of a bind means to an administrator. */
struct refusal {
    int result;
    int code;
    const char *words;
    const char *under_tls; /* NULL: the same */
};

static const struct refusal refusals[] = {
    {LDAP_AUTH_METHOD_NOT_SUPPORTED, ADSCP_E_SECURITY,
     "the server does not offer this way to bind, and nothing weaker is tried",
     NULL},
    {LDAP_STRONG_AUTH_REQUIRED, ADSCP_E_SECURITY,
     "the server insists on signing or TLS",
     "under TLS the server does not take this bind: it requires one that signs "
     "or seals, as Kerberos does on an ldap:// connection without StartTLS"},
    {LDAP_CONFIDENTIALITY_REQUIRED, ADSCP_E_SECURITY,
     "the server insists on TLS", NULL},
    {LDAP_UNWILLING_TO_PERFORM, ADSCP_E_AUTH,
     "the server does not let this user bind this way", NULL},
    {LDAP_INSUFFICIENT_ACCESS, ADSCP_E_ACCESS, "the user may not bind", NULL},
    {LDAP_REFERRAL, ADSCP_E_DIRECTORY,
     "the server refers to another one, which is not contacted", NULL},
    {LDAP_BUSY, ADSCP_E_DIRECTORY, "the server is busy", NULL},
    {LDAP_UNAVAILABLE, ADSCP_E_DIRECTORY, "the server is not available", NULL},
};

static const struct refusal *find_refusal(int result)
{
    size_t i;

    for (i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
        if (refusals[i].result == result)
            return &refusals[i];
    return NULL;
}

/* -------------------------------------------------------------- answers -- */

/* Of a bind or an extended operation; text and token may be NULL. */
struct answer {
    int result;
    char *text;
    struct berval *token;
};

static void answer_clear(struct answer *answer)
{
    ldap_memfree(answer->text);
    ber_bvfree(answer->token);
    *answer = (struct answer){0};
}

/* Frees the message. What cannot be taken apart is no answer. */
static int answer_read(struct session *session, LDAPMessage *message,
                       struct detail *detail, struct answer *answerp)
{
    struct answer answer = {0};
    bool decoded;

    decoded = ldap_parse_result(session->ld, message, &answer.result, NULL,
                                &answer.text, NULL, NULL, 0) == LDAP_SUCCESS;
    if (decoded && ldap_msgtype(message) == LDAP_RES_BIND)
        decoded = ldap_parse_sasl_bind_result(session->ld, message,
                                              &answer.token, 0) == LDAP_SUCCESS;
    ldap_msgfree(message);
    if (decoded) {
        *answerp = answer;
        return ADSCP_OK;
    }
    answer_clear(&answer);
    session->broken = true;
    return detail_set(detail, ADSCP_E_PROTOCOL,
                      "%s: the answer to %s cannot be decoded", session->name,
                      session->doing);
}

/* ------------------------------------------------------------- StartTLS -- */

/* The layer comes only after this answer, and nothing may stand behind it: what
 * did would have been sent in clear. (The transport refuses such bytes too.) */
int session_start_tls(struct session *session, const struct deadline *deadline,
                      struct detail *detail)
{
    LDAPMessage *message = NULL;
    struct answer answer = {0};
    int result, id = 0, rc;

    session->doing = "StartTLS";
    result = ldap_extended_operation(session->ld, LDAP_EXOP_START_TLS, NULL,
                                     NULL, NULL, &id);
    rc = session_call(session, result, id, LDAP_RES_EXTENDED, deadline, detail,
                      &message);
    if (rc == ADSCP_OK)
        rc = answer_read(session, message, detail, &answer);
    if (rc != ADSCP_OK)
        return rc;
    if (answer.result != LDAP_SUCCESS)
        rc = detail_set(
            detail, ADSCP_E_SECURITY, "%s does not grant StartTLS: %s (%d, %s)",
            session->name, ldap_err2string(answer.result), answer.result,
            answer.text != NULL ? answer.text : "no details");
    else if (!guard_is_empty(&session->guard))
        rc = detail_set(detail, ADSCP_E_PROTOCOL,
                        "%s sent data in clear after it agreed to TLS",
                        session->name);
    answer_clear(&answer);
    return rc;
}

/* ----------------------------------------------------------------- bind -- */

static int bind_refused(const struct session *session,
                        const struct answer *answer, struct detail *detail)
{
    const struct refusal *refusal = find_refusal(answer->result);
    const char *text = answer->text, *words = "the bind was refused";
    int code = ADSCP_E_AUTH;

    if (text == NULL || text[0] == '\0')
        text = "no details";
    if (refusal != NULL) {
        words =
            refusal->under_tls != NULL && transport_is_tls(session->transport)
                ? refusal->under_tls
                : refusal->words;
        code = refusal->code;
    } else if (answer->result == LDAP_INVALID_CREDENTIALS) {
        words = find_reason(text, session->exchange != NULL);
    }
    return detail_set(detail, code, "%s refused the bind: %s (%d, %s: %s)",
                      session->name, words, answer->result,
                      ldap_err2string(answer->result), text);
}

static int bind_once(struct session *session, const char *dn,
                     const char *mechanism, const struct berval *credentials,
                     const struct deadline *deadline, struct detail *detail,
                     struct answer *answerp)
{
    struct berval sent = *credentials;
    LDAPMessage *message = NULL;
    int result, id = 0, rc;

    session->doing = "the bind";
    result = ldap_sasl_bind(session->ld, dn, mechanism, &sent, NULL, NULL, &id);
    rc = session_call(session, result, id, LDAP_RES_BIND, deadline, detail,
                      &message);
    if (rc != ADSCP_OK)
        return rc;
    return answer_read(session, message, detail, answerp);
}

static int bind_simple(struct session *session,
                       const struct session_config *config,
                       const struct deadline *deadline, struct detail *detail)
{
    const struct berval password = {
        .bv_val = session_text(config->password),
        .bv_len = strlen(config->password),
    };
    struct answer answer = {0};
    int rc;

    rc = bind_once(session, config->bind_dn, LDAP_SASL_SIMPLE, &password,
                   deadline, detail, &answer);
    if (rc == ADSCP_OK && answer.result != LDAP_SUCCESS)
        rc = bind_refused(session, &answer, detail);
    answer_clear(&answer);
    return rc;
}

/* Under TLS or on a local socket no layer, which Active Directory would refuse
 * there ([MS-ADTS] 5.1.2.1); in clear at least DES' strength, and AES' asked
 * for. */
static int exchange_open(struct session *session,
                         const struct session_config *config)
{
    unsigned char binding[TRANSPORT_BINDING_MAX];
    struct exchange_config settings = {
        .mechanism = config->mechanism,
        .host = config->host != NULL ? config->host : "localhost",
        .external = is_mechanism(config, "EXTERNAL"),
        .binding = binding,
        .binding_length =
            transport_channel_binding(session->transport, binding),
    };

    if (!is_protected(config)) {
        settings.min_ssf = SSF_MIN;
        settings.max_ssf = SSF_WANTED;
    }
    session->exchange = exchange_new(&settings);
    return session->exchange != NULL ? ADSCP_OK : ADSCP_E_NOMEM;
}

/* The server is content. So must the mechanism be, which may learn from the
 * last token only that it was the right server. */
static int finish_rounds(struct session *session, const struct answer *answer,
                         bool done, const struct deadline *deadline,
                         struct detail *detail)
{
    struct berval token = {0, NULL};
    int rc = ADSCP_OK;

    if (!done && answer->token != NULL)
        rc = exchange_step(&session->exchange, answer->token, deadline, detail,
                           &token, &done);
    if (rc != ADSCP_OK)
        return rc;
    if (!done || token.bv_len > 0)
        return detail_set(detail, ADSCP_E_SECURITY,
                          "%s ended the bind before it had proved its identity",
                          session->name);
    return ADSCP_OK;
}

static int bind_rounds(struct session *session,
                       const struct session_config *config,
                       const struct deadline *deadline, struct detail *detail)
{
    struct answer answer = {0};
    struct berval token;
    bool done = false;
    int round, rc;

    for (round = 0; round < ROUNDS_MAX; round++) {
        rc = exchange_step(&session->exchange, answer.token, deadline, detail,
                           &token, &done);
        answer_clear(&answer);
        if (rc == ADSCP_OK)
            rc = bind_once(session, NULL, config->mechanism, &token, deadline,
                           detail, &answer);
        if (rc != ADSCP_OK)
            return rc;
        if (answer.result == LDAP_SASL_BIND_IN_PROGRESS)
            continue;
        rc = answer.result == LDAP_SUCCESS
                 ? finish_rounds(session, &answer, done, deadline, detail)
                 : bind_refused(session, &answer, detail);
        answer_clear(&answer);
        return rc;
    }
    answer_clear(&answer);
    return detail_set(detail, ADSCP_E_PROTOCOL,
                      "%s did not complete the bind in %d rounds",
                      session->name, ROUNDS_MAX);
}

/* What was agreed on counts, not what was asked for. */
static int bind_layer(struct session *session,
                      const struct session_config *config,
                      struct detail *detail)
{
    unsigned ssf = exchange_ssf(session->exchange);
    unsigned room = exchange_room(session->exchange);

    if (!is_protected(config) && (ssf < SSF_MIN || room == 0))
        return detail_set(detail, ADSCP_E_SECURITY,
                          "%s granted no signing and sealing (strength %u; at "
                          "least %d is required)",
                          session->name, ssf, SSF_MIN);
    if (ssf == 0) {
        exchange_free(session->exchange);
        session->exchange = NULL;
        return ADSCP_OK;
    }
    if (!guard_is_empty(&session->guard))
        return detail_set(detail, ADSCP_E_PROTOCOL,
                          "%s sent data in clear after the bind",
                          session->name);
    return guard_push_sasl(&session->guard, session->sockbuf,
                           exchange_sasl(session->exchange), room);
}

static int bind_sasl(struct session *session,
                     const struct session_config *config,
                     const struct deadline *deadline, struct detail *detail)
{
    int rc;

    if (is_mechanism(config, "EXTERNAL") && config->scheme != SESSION_LDAPI &&
        !transport_sent_certificate(session->transport))
        return detail_set(
            detail, ADSCP_E_AUTH,
            "%s did not ask for the client certificate, which EXTERNAL needs",
            session->name);
    rc = exchange_open(session, config);
    if (rc == ADSCP_OK)
        rc = bind_rounds(session, config, deadline, detail);
    if (rc == ADSCP_OK)
        rc = bind_layer(session, config, detail);
    return rc;
}

/* An anonymous session needs no bind (RFC 4513 4). */
int session_bind(struct session *session, const struct session_config *config,
                 const struct deadline *deadline, struct detail *detail)
{
    session->anonymous = config->bind == SESSION_ANONYMOUS;
    if (config->bind == SESSION_SIMPLE)
        return bind_simple(session, config, deadline, detail);
    if (config->bind == SESSION_SASL)
        return bind_sasl(session, config, deadline, detail);
    return ADSCP_OK;
}
