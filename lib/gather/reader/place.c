/* SPDX-License-Identifier: MIT */
/*
 * Where a server is, by the URI that a caller gave or an SCP pointer holds.
 */
#include "gather/reader/private.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "facts/host.h"
#include "facts/url.h"

void place_clear(struct place *place)
{
    free(place->host);
    free(place->path);
    *place = (struct place){0};
}

static int hex_digit(char c)
{
    c = text_lower_ascii(c);
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The socket's path behind ldapi://, percent-decoded (RFC 4516 2.1, as OpenLDAP
 * writes it), into path, which has room. false: none, or not well formed. */
static bool decode_path(const char *encoded, char *path)
{
    size_t length = strlen(encoded), used = 0, i;

    for (i = 0; i < length; i++) {
        int high = -1, low = -1;

        if (encoded[i] != '%') {
            path[used++] = encoded[i];
            continue;
        }
        if (i + 2 < length) {
            high = hex_digit(encoded[i + 1]);
            low = hex_digit(encoded[i + 2]);
        }
        if (high < 0 || low < 0 || high + low == 0)
            return false;
        path[used++] = (char)(high * 16 + low);
        i += 2;
    }
    path[used] = '\0';
    return path[0] == '/';
}

static int place_from_ldapi(const char *encoded, struct place *placep)
{
    char *path = malloc(strlen(encoded) + 1);

    if (path == NULL)
        return ADSCP_E_NOMEM;
    if (!decode_path(encoded, path)) {
        free(path);
        return ADSCP_E_ARGUMENT;
    }
    *placep = (struct place){.scheme = SESSION_LDAPI, .path = path};
    return ADSCP_OK;
}

/* As a certificate or an SPN has it. */
static char *host_copy(struct span host)
{
    host = host_without_dot(host);
    return strndup(host.text, host.length);
}

int place_from_url(const char *text, struct place *placep)
{
    struct place place = {.scheme = SESSION_LDAP};
    struct ldap_url url;

    if (!ldap_url_split(text, strlen(text), &url))
        return ADSCP_E_ARGUMENT;
    place.port = url.port;
    place.host = host_copy(url.host);
    if (place.host == NULL)
        return ADSCP_E_NOMEM;
    *placep = place;
    return ADSCP_OK;
}

/* ldaps://rest is ldap://rest with another port where it names none. */
static int place_from_ldaps(const char *uri, struct place *placep)
{
    size_t length = strlen(uri);
    struct url whole;
    char *plain;
    int rc;

    if (!url_split(uri, length, &whole))
        return ADSCP_E_ARGUMENT;
    plain = malloc(length);
    if (plain == NULL)
        return ADSCP_E_NOMEM;
    memcpy(plain, uri, 4);
    memcpy(plain + 4, uri + 5, length - 4);
    rc = place_from_url(plain, placep);
    free(plain);
    if (rc != ADSCP_OK)
        return rc;
    placep->scheme = SESSION_LDAPS;
    if (!whole.has_port)
        placep->port = LDAPS_PORT;
    return ADSCP_OK;
}

int place_from_uri(const char *uri, struct place *placep)
{
    size_t length = strlen(uri);

    if (text_starts(uri, length, "ldaps://"))
        return place_from_ldaps(uri, placep);
    if (text_starts(uri, length, "ldapi://"))
        return place_from_ldapi(uri + strlen("ldapi://"), placep);
    return place_from_url(uri, placep);
}

int reader_check_uri(const char *uri)
{
    struct place place = {0};
    int rc = place_from_uri(uri, &place);

    place_clear(&place);
    return rc;
}

static void choose_bind(const struct reader_plan *plan,
                        struct session_config *config)
{
    if (plan->bind_chosen) {
        config->bind = plan->bind;
        config->mechanism = plan->mechanism;
        config->bind_dn = plan->bind_dn;
        config->password = plan->password;
        return;
    }
    config->bind = SESSION_SASL;
    config->mechanism = config->scheme == SESSION_LDAPI ? "EXTERNAL" : "GSSAPI";
}

struct session_config place_settings(const struct reader_plan *plan,
                                     const struct place *place, bool starttls)
{
    struct session_config config = {
        .scheme = place->scheme,
        .host = place->host,
        .port = place->port,
        .path = place->path,
        .starttls = starttls,
        .ca_file = plan->ca_file,
        .certificate_file = plan->certificate_file,
        .key_file = plan->key_file,
        .resolve = &plan->resolve,
        .watch = plan->watch,
    };

    choose_bind(plan, &config);
    return config;
}
