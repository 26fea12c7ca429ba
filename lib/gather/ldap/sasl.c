/* SPDX-License-Identifier: MIT */
/*
 * What Cyrus SASL says: one negotiation, step by step. Its mechanisms may wait
 * for a Kerberos server that never answers, and it looks up the name of this
 * machine, so every call that can block runs on a thread that can be left
 * behind, with nothing in its hands but this file's struct exchange. It asks
 * nobody for a name or a password. It is never shut down: the host program may
 * use Cyrus SASL itself.
 */
#include <pthread.h>
#include <sasl/sasl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/worker.h"
#include "gather/ldap/private.h"

enum { RECEIVE_MAX = 64 * 1024, EXTERNAL_SSF = 256 };

struct exchange {
    sasl_conn_t *conn;
    char *mechanism;
    char *host;
    unsigned min_ssf, max_ssf;
    bool external;
    sasl_channel_binding_t binding;
    unsigned char binding_bytes[TRANSPORT_BINDING_MAX];

    /* The step that is being taken. */
    char *challenge;
    unsigned challenge_length;
    bool has_challenge;
    const char *token; /* Cyrus SASL's own */
    unsigned token_length;
    int result;
    char said[300]; /* errors in its words */
};

/* -------------------------------------------------------------- priming -- */

static pthread_once_t prime_once = PTHREAD_ONCE_INIT;
static atomic_bool primed;

/* The first use of libldap reads its configuration, opens the SASL plug-ins and
 * looks up the own host name; with a dead resolver that takes seconds. */
static void prime(void)
{
    LDAPAPIInfo info = {.ldapai_info_version = LDAP_API_INFO_VERSION};

    if (ldap_get_option(NULL, LDAP_OPT_API_INFO, &info) == LDAP_SUCCESS) {
        ldap_memfree(info.ldapai_vendor_name);
        ber_memvfree((void **)info.ldapai_extensions);
    }
    sasl_client_init(NULL);
    atomic_store(&primed, true);
}

static void prime_work(void *state)
{
    (void)state;
    pthread_once(&prime_once, prime);
}

static void prime_discard(void *state)
{
    (void)state;
}

int session_prime(const struct deadline *deadline)
{
    if (atomic_load(&primed))
        return ADSCP_OK;
    return worker_run(deadline, prime_work, prime_discard, NULL);
}

/* ------------------------------------------------------------ callbacks -- */

/* No name is given, so that the ticket's or the certificate's owner is who
 * binds (RFC 4752 3.1, RFC 4422 A.1). */
static int say_nothing(void *context, int id, const char **result,
                       unsigned *length)
{
    (void)context;
    (void)id;
    *result = "";
    if (length != NULL)
        *length = 0;
    return SASL_OK;
}

static int log_nothing(void *context, int level, const char *message)
{
    (void)context;
    (void)level;
    (void)message;
    return SASL_OK;
}

/* Cyrus SASL casts them back by their id. */
#define CALLBACK(function) ((int (*)(void))(void (*)(void))(function))

static const sasl_callback_t callbacks[] = {
    {SASL_CB_USER, CALLBACK(say_nothing), NULL},
    {SASL_CB_AUTHNAME, CALLBACK(say_nothing), NULL},
    {SASL_CB_LOG, CALLBACK(log_nothing), NULL},
    {SASL_CB_LIST_END, NULL, NULL},
};

/* -------------------------------------------------- on the other thread -- */

static int set_properties(struct exchange *exchange)
{
    const sasl_security_properties_t properties = {
        .min_ssf = exchange->min_ssf,
        .max_ssf = exchange->max_ssf,
        .maxbufsize = RECEIVE_MAX,
        .security_flags = SASL_SEC_NOANONYMOUS | SASL_SEC_NOPLAINTEXT,
    };
    const sasl_ssf_t outer = EXTERNAL_SSF;
    int result = sasl_setprop(exchange->conn, SASL_SEC_PROPS, &properties);

    if (result == SASL_OK && exchange->binding.len > 0)
        result = sasl_setprop(exchange->conn, SASL_CHANNEL_BINDING,
                              &exchange->binding);
    if (result != SASL_OK || !exchange->external)
        return result;
    /* libldap knows nothing of our TLS, nor does Cyrus SASL. */
    result = sasl_setprop(exchange->conn, SASL_SSF_EXTERNAL, &outer);
    if (result == SASL_OK)
        result = sasl_setprop(exchange->conn, SASL_AUTH_EXTERNAL, "self");
    return result;
}

/* sasl_client_new() looks up the name of this machine. */
static int begin(struct exchange *exchange)
{
    const char *chosen = NULL;
    int result;

    result = sasl_client_new("ldap", exchange->host, NULL, NULL, callbacks, 0,
                             &exchange->conn);
    if (result == SASL_OK)
        result = set_properties(exchange);
    if (result == SASL_OK)
        result = sasl_client_start(exchange->conn, exchange->mechanism, NULL,
                                   &exchange->token, &exchange->token_length,
                                   &chosen);
    return result;
}

static void exchange_work(void *state)
{
    struct exchange *exchange = state;
    const char *said;

    exchange->token = NULL;
    exchange->token_length = 0;
    if (exchange->conn == NULL)
        exchange->result = begin(exchange);
    else
        exchange->result = sasl_client_step(
            exchange->conn, exchange->challenge, exchange->challenge_length,
            NULL, &exchange->token, &exchange->token_length);
    if (exchange->result == SASL_OK || exchange->result == SASL_CONTINUE)
        return;
    said = exchange->conn != NULL
               ? sasl_errdetail(exchange->conn)
               : sasl_errstring(exchange->result, NULL, NULL);
    text_escape(exchange->said, sizeof(exchange->said), said, strlen(said));
}

static void exchange_discard(void *state)
{
    exchange_free(state);
}

/* ----------------------------------------------------------------- here -- */

struct exchange *exchange_new(const struct exchange_config *config)
{
    struct exchange *exchange = calloc(1, sizeof(*exchange));

    if (exchange == NULL)
        return NULL;
    exchange->mechanism = strdup(config->mechanism);
    exchange->host = strdup(config->host);
    if (exchange->mechanism == NULL || exchange->host == NULL) {
        exchange_free(exchange);
        return NULL;
    }
    exchange->min_ssf = config->min_ssf;
    exchange->max_ssf = config->max_ssf;
    exchange->external = config->external;
    if (config->binding_length > 0) {
        memcpy(exchange->binding_bytes, config->binding,
               config->binding_length);
        exchange->binding.name = "ldap";
        exchange->binding.critical = 0;
        exchange->binding.len = config->binding_length;
        exchange->binding.data = exchange->binding_bytes;
    }
    return exchange;
}

void exchange_free(struct exchange *exchange)
{
    if (exchange == NULL)
        return;
    sasl_dispose(&exchange->conn);
    free(exchange->challenge);
    free(exchange->mechanism);
    free(exchange->host);
    free(exchange);
}

static int keep_challenge(struct exchange *exchange,
                          const struct berval *challenge)
{
    free(exchange->challenge);
    exchange->challenge = NULL;
    exchange->challenge_length = 0;
    if (challenge == NULL)
        return ADSCP_OK;
    exchange->challenge = malloc(challenge->bv_len + 1);
    if (exchange->challenge == NULL)
        return ADSCP_E_NOMEM;
    memcpy(exchange->challenge, challenge->bv_val, challenge->bv_len);
    exchange->challenge_length = (unsigned)challenge->bv_len;
    return ADSCP_OK;
}

/* The words of MIT's and Heimdal's Kerberos for what goes wrong daily, and what
 * to do about it. "No credentials" comes last: where a keytab should have
 * brought them, the words behind tell why it did not. */
struct cause {
    const char *words;
    const char *advice;
};

static const struct cause causes[] = {
    {"Ticket expired", "the Kerberos ticket has expired: run kinit"},
    {"credentials have expired", "the Kerberos ticket has expired: run kinit"},
    {"Server krbtgt/",
     "Kerberos knows no way to the server's realm: a trust is missing, or the "
     "name belongs to another realm (krb5.conf, domain_realm)"},
    {"Client '", "Kerberos does not know the user whose key the keytab holds"},
    {"not found in Kerberos database",
     "Kerberos does not know the service under this host name: give the "
     "server's own full name, not an alias or address (else its SPN or a "
     "trust is missing)"},
    {"Clock skew",
     "the clocks of this machine and the Kerberos server differ too much"},
    {"Cannot contact any KDC", "no Kerberos server (KDC) could be reached"},
    {"Cannot find KDC",
     "no Kerberos server (KDC) is known for the realm: see krb5.conf"},
    {"Preauthentication failed",
     "the password or key is not the user's: a keytab may be out of date"},
    {"Decrypt integrity check failed",
     "the password or key is not the user's: a keytab may be out of date"},
    {"have been revoked", "the account is disabled or locked"},
    {"no support for encryption type",
     "the Kerberos server and this machine have no encryption type in common"},
    {"No Kerberos credentials", "no Kerberos ticket: run kinit"},
    {"No credentials", "no Kerberos ticket: run kinit"},
};

static const struct cause *find_cause(const char *said)
{
    size_t i;

    for (i = 0; i < sizeof(causes) / sizeof(causes[0]); i++)
        if (strstr(said, causes[i].words) != NULL)
            return &causes[i];
    return NULL;
}

static bool is_installed(const char *mechanism)
{
    const char **all = sasl_global_listmech();
    size_t i;

    for (i = 0; all != NULL && all[i] != NULL; i++)
        if (text_is(all[i], strlen(all[i]), mechanism))
            return true;
    return false;
}

static int exchange_failed(const struct exchange *exchange,
                           struct detail *detail)
{
    const struct cause *cause = find_cause(exchange->said);

    if (exchange->result == SASL_NOMEM)
        return ADSCP_E_NOMEM;
    if (cause != NULL)
        return detail_set(detail, ADSCP_E_AUTH, "%s: %s (%s)", exchange->host,
                          cause->advice, exchange->said);
    if (exchange->result == SASL_NOMECH && !is_installed(exchange->mechanism))
        return detail_set(detail, ADSCP_E_AUTH,
                          "this machine has no plug-in of Cyrus SASL for %s "
                          "(Debian: libsasl2-modules-gssapi-mit)",
                          exchange->mechanism);
    if (exchange->result == SASL_TOOWEAK || exchange->result == SASL_NOMECH)
        return detail_set(detail, ADSCP_E_SECURITY,
                          "%s: %s does not give the protection that is "
                          "required, signing and sealing (%s)",
                          exchange->host, exchange->mechanism, exchange->said);
    return detail_set(detail, ADSCP_E_AUTH, "%s: %s failed: %s", exchange->host,
                      exchange->mechanism, exchange->said);
}

int exchange_step(struct exchange **exchangep, const struct berval *challenge,
                  const struct deadline *deadline, struct detail *detail,
                  struct berval *tokenp, bool *donep)
{
    struct exchange *exchange = *exchangep;
    int rc = keep_challenge(exchange, challenge);

    if (rc != ADSCP_OK)
        return rc;
    *exchangep = NULL;
    rc = worker_run(deadline, exchange_work, exchange_discard, exchange);
    if (rc == ADSCP_E_TIMEOUT)
        return detail_set(
            detail, rc,
            "Kerberos did not finish in time: its server (KDC) may not answer");
    if (rc != ADSCP_OK)
        return rc;
    *exchangep = exchange;
    if (exchange->result != SASL_OK && exchange->result != SASL_CONTINUE)
        return exchange_failed(exchange, detail);
    tokenp->bv_val = session_text(exchange->token);
    tokenp->bv_len = exchange->token_length;
    *donep = exchange->result == SASL_OK;
    return ADSCP_OK;
}

unsigned exchange_ssf(const struct exchange *exchange)
{
    const void *value = NULL;

    if (sasl_getprop(exchange->conn, SASL_SSF, &value) != SASL_OK ||
        value == NULL)
        return 0;
    return *(const sasl_ssf_t *)value;
}

unsigned exchange_room(const struct exchange *exchange)
{
    const void *value = NULL;

    if (sasl_getprop(exchange->conn, SASL_MAXOUTBUF, &value) != SASL_OK ||
        value == NULL)
        return 0;
    return *(const unsigned *)value;
}

sasl_conn_t *exchange_sasl(struct exchange *exchange)
{
    return exchange->conn;
}
