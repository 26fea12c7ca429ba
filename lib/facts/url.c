/* SPDX-License-Identifier: MIT */
/*
 * URLs out of a directory, split by RFC 3986. What a URL says is taken as it
 * stands: nothing is decoded, completed or repaired, since the question is what
 * a client makes of the text, and nothing is resolved or opened.
 */
#include "facts/url.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "facts/host.h"

enum { PORT_HTTP = 80, PORT_HTTPS = 443, PORT_LDAP = 389 };

/* [userinfo "@"] host [":" port], RFC 3986 3.2. */
struct authority {
    struct span host; /* without brackets */
    int port;         /* -1: none */
    bool has_userinfo;
    bool is_ip;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_hex(char c)
{
    c = text_lower_ascii(c);
    return is_digit(c) || (c >= 'a' && c <= 'f');
}

/* Without query and fragment. */
static struct span span_path(struct span rest)
{
    return span_until(span_until(rest, '?'), '#');
}

/* What stands behind "//", without path, query and fragment. */
static struct span span_authority(struct span rest)
{
    return span_path(span_until(rest, '/'));
}

/* ------------------------------------------------------------- authority -- */

/* What a character may be part of, a bit each. */
enum {
    OF_NAME = 1,  /* a reg-name, RFC 3986 3.2.2; bytes beyond ASCII, RFC 3987 */
    OF_PLAIN = 2, /* "name/path" as almost every SCP publishes it */
};

/* clang-format off */
#define N OF_NAME
#define P OF_PLAIN
#define B (OF_NAME | OF_PLAIN)
#define N16 N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N
static const uint8_t parts[256] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, /* control characters */
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, N, 0, 0, N, 0, N, N, N, N, N, N, N, B, B, P, /* blank !"#$%&'()*+,-. / */
    B, B, B, B, B, B, B, B, B, B, 0, N, 0, N, 0, 0, /* 0-9 : ; < = > ? */
    0, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, /* @ A-O */
    B, B, B, B, B, B, B, B, B, B, B, 0, 0, 0, 0, N, /* P-Z [ backslash ] ^ _ */
    0, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, /* ` a-o */
    B, B, B, B, B, B, B, B, B, B, B, 0, 0, 0, N, 0, /* p-z { | } ~ DEL */
    N16, N16, N16, N16, N16, N16, N16, N16,         /* UTF-8 */
};
#undef N
#undef P
#undef B
#undef N16
/* clang-format on */

static bool is_part(char c, uint8_t of)
{
    return (parts[(uint8_t)c] & of) != 0;
}

static bool is_reg_name(struct span host)
{
    size_t i;

    for (i = 0; i < host.length; i++) {
        if (is_part(host.text[i], OF_NAME))
            continue;
        if (host.text[i] != '%' || host.length - i < 3 ||
            !is_hex(host.text[i + 1]) || !is_hex(host.text[i + 2]))
            return false;
    }
    return true;
}

/* Digits to 1..65535; nothing at all is no port (RFC 3986 3.2.3). */
static bool split_port(struct span digits, int *portp)
{
    int port = 0;
    size_t i;

    if (digits.length == 0)
        return true;
    for (i = 0; i < digits.length; i++) {
        if (!is_digit(digits.text[i]))
            return false;
        port = port * 10 + (digits.text[i] - '0');
        if (port > UINT16_MAX)
            return false;
    }
    if (port == 0)
        return false;
    *portp = port;
    return true;
}

/* What follows the host: nothing, or ":" and a port. */
static bool split_port_part(struct span rest, int *portp)
{
    if (rest.length == 0)
        return true;
    return rest.text[0] == ':' && split_port(span_from(rest, 1), portp);
}

static bool split_literal(struct span text, struct authority *authority)
{
    struct span inside = span_until(span_from(text, 1), ']');
    struct in6_addr ignored;

    if (inside.length + 1 == text.length ||
        !host_address(inside, AF_INET6, &ignored))
        return false;
    authority->host = inside;
    authority->is_ip = true;
    return split_port_part(span_from(text, inside.length + 2),
                           &authority->port);
}

static bool split_authority(struct span text, struct authority *authority)
{
    struct span user = span_until(text, '@');
    struct in_addr ignored;

    *authority = (struct authority){.port = -1};
    if (user.length < text.length) {
        authority->has_userinfo = true;
        text = span_from(text, user.length + 1);
    }
    if (text.length > 0 && text.text[0] == '[')
        return split_literal(text, authority);
    authority->host = span_until(text, ':');
    if (!is_reg_name(authority->host))
        return false;
    authority->is_ip = authority->host.length > 0 &&
                       is_digit(authority->host.text[0]) &&
                       host_address(authority->host, AF_INET, &ignored);
    return split_port_part(span_from(text, authority->host.length),
                           &authority->port);
}

/* ------------------------------------------------------------------- URL -- */

static bool is_url_text(struct span text, bool *plainp)
{
    *plainp = text_is_plain(text.text, text.length);
    return memchr(text.text, ' ', text.length) == NULL &&
           memchr(text.text, '\\', text.length) == NULL &&
           (*plainp || text_is_clean(text.text, text.length));
}

static bool is_scheme_char(char c)
{
    return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
}

/* Length of the scheme (RFC 3986 3.1), which ":" ends; 0: none. */
static size_t scheme_length(struct span text)
{
    size_t i = 0;

    if (text.length == 0 || !is_letter(text.text[0]))
        return 0;
    while (i < text.length && is_scheme_char(text.text[i]))
        i++;
    return i < text.length && text.text[i] == ':' ? i : 0;
}

static enum url_kind kind_of_scheme(struct span text, size_t length)
{
    if (text_is(text.text, length, "https"))
        return URL_HTTPS;
    return text_is(text.text, length, "http") ? URL_HTTP : URL_OTHER;
}

static int default_port(enum url_kind kind)
{
    if (kind == URL_HTTPS)
        return PORT_HTTPS;
    return kind == URL_HTTP ? PORT_HTTP : -1;
}

/* rest begins behind "//". */
static bool split_hierarchy(struct span rest, struct url *url)
{
    struct span text = span_authority(rest);
    struct authority authority;

    if (!split_authority(text, &authority))
        return false;
    url->host = authority.host;
    url->host_is_ip = authority.is_ip;
    url->has_userinfo = authority.has_userinfo;
    url->has_port = authority.port > 0;
    if (url->has_port)
        url->port = authority.port;
    url->path = span_path(span_from(rest, text.length));
    return true;
}

static bool split_whole(struct span text, struct url *url)
{
    size_t length = scheme_length(text);
    struct span rest;

    if (length == 0 || length + 1 == text.length ||
        !is_url_text(text, &url->is_plain))
        return false;
    url->kind = kind_of_scheme(text, length);
    url->port = default_port(url->kind);
    rest = span_from(text, length + 1);
    if (text_starts(rest.text, rest.length, "//"))
        return split_hierarchy(span_from(rest, 2), url) &&
               (url->kind == URL_OTHER || url->host.length > 0);
    url->path = span_path(rest);
    return url->kind == URL_OTHER;
}

/* Four at a time, since every SCP's URL comes here. */
static bool is_all_plain(struct span text)
{
    const uint8_t *at = (const uint8_t *)text.text;
    uint8_t all = OF_PLAIN;
    size_t i = 0;

    for (; i + 4 <= text.length; i += 4)
        all &= parts[at[i]] & parts[at[i + 1]] & parts[at[i + 2]] &
               parts[at[i + 3]];
    for (; i < text.length; i++)
        all &= parts[at[i]];
    return all != 0;
}

/* What almost every SCP publishes, "https://name/path", in one pass. false:
 * look closer. */
static bool split_plain(struct span text, struct url *url)
{
    static const char scheme[] = "https://";
    const size_t start = sizeof(scheme) - 1;
    size_t slash;
    const char *at;

    if (text.length <= start || memcmp(text.text, scheme, start) != 0 ||
        !is_letter(text.text[start]))
        return false;
    if (!is_all_plain(span_from(text, start)))
        return false;
    at = memchr(text.text + start, '/', text.length - start);
    slash = at != NULL ? (size_t)(at - text.text) : text.length;
    url->kind = URL_HTTPS;
    url->port = PORT_HTTPS;
    url->host = (struct span){text.text + start, slash - start};
    url->path = span_from(text, slash);
    url->is_plain = true;
    return true;
}

bool url_split(const char *text, size_t length, struct url *url)
{
    struct url split = {.port = -1};
    struct span whole = {text, length};
    bool is_url = split_plain(whole, &split) || split_whole(whole, &split);

    *url = is_url ? split : (struct url){.kind = URL_INVALID, .port = -1};
    return is_url;
}

bool url_split_host(const char *text, struct url *url)
{
    return text != NULL && url_split(text, strlen(text), url) &&
           url->host.length > 0;
}

int url_server_port(const struct url *url)
{
    enum { HTTP_PORT = 80, HTTPS_PORT = 443 };

    return url->kind == URL_HTTP && url->port == HTTP_PORT ? HTTPS_PORT
                                                           : url->port;
}

bool url_is_http(const struct url *url)
{
    return url->kind == URL_HTTP || url->kind == URL_HTTPS;
}

bool url_path_is_default(struct span path)
{
    return text_is(path.text, path.length, "/Autodiscover/Autodiscover.xml");
}

/* ---------------------------------------------------------- SCP pointers -- */

bool ldap_url_split(const char *text, size_t length, struct ldap_url *url)
{
    struct span whole = {text, length}, rest, tail;
    struct authority authority;

    if (!text_starts(text, length, "ldap://"))
        return false;
    rest = span_from(whole, strlen("ldap://"));
    tail = span_from(rest, span_authority(rest).length);
    rest.length -= tail.length;
    if (!split_authority(rest, &authority) || authority.has_userinfo ||
        (!authority.is_ip && !host_is_name(host_without_dot(authority.host))))
        return false;
    url->host = authority.host;
    url->port = authority.port > 0 ? authority.port : PORT_LDAP;
    url->has_rest =
        tail.length > 1 || (tail.length == 1 && tail.text[0] != '/');
    return true;
}

void ldap_url_target(const struct ldap_url *url,
                     char target[LDAP_URL_TARGET_MAX])
{
    struct span from = host_without_dot(url->host);
    char host[HOST_NAME_MAX_LENGTH + 1];
    bool is_v6;
    size_t i;

    for (i = 0; i < from.length && i < HOST_NAME_MAX_LENGTH; i++)
        host[i] = text_lower_ascii(from.text[i]);
    host[i] = '\0';
    /* Two spellings of one address name one directory. */
    host_address_text(from, host);
    is_v6 = strchr(host, ':') != NULL;
    snprintf(target, LDAP_URL_TARGET_MAX, is_v6 ? "[%s]:%d" : "%s:%d", host,
             url->port);
}
