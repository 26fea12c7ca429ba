/* SPDX-License-Identifier: MIT */
/*
 * How a reader connects, whom it believes, and who it says it is.
 */
#include "api/reader.h"

#include <stdlib.h>
#include <string.h>

#include "api/setter.h"
#include "base/text.h"
#include "gather/resolve/resolve.h"

void reader_free_secret(char *secret)
{
    if (secret != NULL)
        explicit_bzero(secret, strlen(secret));
    free(secret);
}

int adscp_reader_set_starttls(adscp_reader *reader, int required)
{
    int rc = setter_begin(SETTER_DETAIL(reader), NULL);

    if (rc != ADSCP_OK)
        return rc;
    reader->plan.starttls = required != 0;
    return ADSCP_OK;
}

int adscp_reader_set_ca_file(adscp_reader *reader, const char *path)
{
    int rc = setter_begin(SETTER_DETAIL(reader), NULL);

    return rc != ADSCP_OK
               ? rc
               : setter_path(&reader->detail, &reader->plan.ca_file, path);
}

int adscp_reader_set_certificate_file(adscp_reader *reader, const char *path)
{
    int rc = setter_begin(SETTER_DETAIL(reader), NULL);

    return rc != ADSCP_OK ? rc
                          : setter_path(&reader->detail,
                                        &reader->plan.certificate_file, path);
}

int adscp_reader_set_key_file(adscp_reader *reader, const char *path)
{
    int rc = setter_begin(SETTER_DETAIL(reader), NULL);

    return rc != ADSCP_OK
               ? rc
               : setter_path(&reader->detail, &reader->plan.key_file, path);
}

/* Forget the way to bind that was chosen before, password included. */
static void choose_bind(adscp_reader *reader, enum session_bind bind)
{
    struct reader_plan *plan = &reader->plan;

    free(plan->mechanism);
    free(plan->bind_dn);
    reader_free_secret(plan->password);
    plan->mechanism = NULL;
    plan->bind_dn = NULL;
    plan->password = NULL;
    plan->bind = bind;
    plan->bind_chosen = true;
}

int adscp_reader_set_sasl_mechanism(adscp_reader *reader, const char *mechanism)
{
    static const char *const known[] = {"GSSAPI", "GSS-SPNEGO", "EXTERNAL"};
    int rc = setter_begin_with(SETTER_DETAIL(reader), mechanism);
    size_t i;

    if (rc != ADSCP_OK)
        return rc;
    for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        char *copy;

        if (!text_is(mechanism, strlen(mechanism), known[i]))
            continue;
        copy = strdup(known[i]);
        if (copy == NULL)
            return setter_no_memory(&reader->detail);
        choose_bind(reader, SESSION_SASL);
        reader->plan.mechanism = copy;
        return ADSCP_OK;
    }
    return detail_set(&reader->detail, ADSCP_E_ARGUMENT,
                      "the mechanism \"%s\" is not GSSAPI, GSS-SPNEGO or "
                      "EXTERNAL",
                      mechanism);
}

int adscp_reader_set_simple_bind(adscp_reader *reader, const char *dn,
                                 const char *password)
{
    char *dn_copy, *password_copy;
    int rc = setter_begin_with(SETTER_DETAIL(reader), dn);

    if (rc != ADSCP_OK)
        return rc;
    /* RFC 4513 5.1.2: a name without a password is an anonymous bind that looks
     * like a success. */
    if (dn[0] == '\0' || password == NULL || password[0] == '\0')
        return detail_set(&reader->detail, ADSCP_E_ARGUMENT,
                          "a simple bind requires a name and a password");
    dn_copy = strdup(dn);
    password_copy = strdup(password);
    if (dn_copy == NULL || password_copy == NULL) {
        free(dn_copy);
        reader_free_secret(password_copy);
        return setter_no_memory(&reader->detail);
    }
    choose_bind(reader, SESSION_SIMPLE);
    reader->plan.bind_dn = dn_copy;
    reader->plan.password = password_copy;
    return ADSCP_OK;
}

int adscp_reader_set_anonymous_bind(adscp_reader *reader)
{
    int rc = setter_begin(SETTER_DETAIL(reader), NULL);

    if (rc == ADSCP_OK)
        choose_bind(reader, SESSION_ANONYMOUS);
    return rc;
}

int adscp_reader_set_dns_server(adscp_reader *reader, const char *address)
{
    int rc = setter_begin(SETTER_DETAIL(reader), address);

    if (rc != ADSCP_OK)
        return rc;
    if (address != NULL && resolve_check_server(address) != ADSCP_OK)
        return detail_set(&reader->detail, ADSCP_E_ARGUMENT,
                          "\"%s\" is not the address of a DNS server", address);
    return setter_replace(&reader->detail, &reader->plan.resolve.dns_server,
                          address);
}

int adscp_reader_add_resolve(adscp_reader *reader, const char *pin)
{
    int rc = setter_begin_with(SETTER_DETAIL(reader), pin);

    if (rc != ADSCP_OK)
        return rc;
    rc = resolve_config_add(&reader->plan.resolve, pin);
    if (rc == ADSCP_E_ARGUMENT)
        detail_set(&reader->detail, rc,
                   "\"%s\" is not HOST:PORT:ADDRESS[:PORT]", pin);
    return rc == ADSCP_E_NOMEM ? setter_no_memory(&reader->detail) : rc;
}
