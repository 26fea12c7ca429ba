/* SPDX-License-Identifier: MIT */
/*
 * Host names: which texts are some, which of them mean the same host, and what
 * a name tells by itself. Nothing is resolved, and a name beyond ASCII stays
 * the bytes that it is.
 */
#include "facts/host.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

struct span host_without_dot(struct span host)
{
    if (host.length > 0 && host.text[host.length - 1] == '.')
        host.length--;
    return host;
}

bool host_is_letter(char c)
{
    c = text_lower_ascii(c);
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
}

static bool is_label(struct span label)
{
    size_t i;

    if (label.length == 0 || label.length > HOST_LABEL_MAX ||
        label.text[0] == '-')
        return false;
    for (i = 0; i < label.length; i++)
        if (!host_is_letter(label.text[i]))
            return false;
    return true;
}

bool host_is_name(struct span host)
{
    struct span label = span_until(host, '.');

    if (host.length > HOST_NAME_MAX_LENGTH)
        return false;
    while (is_label(label)) {
        if (label.length == host.length)
            return true;
        host = span_from(host, label.length + 1);
        label = span_until(host, '.');
    }
    return false;
}

bool host_address(struct span text, int family, void *bytes)
{
    char copy[HOST_ADDRESS_TEXT_MAX];

    /* Most hosts are names, and show it at a glance. */
    if (text.length == 0 || text.length >= sizeof(copy) ||
        (family == AF_INET && (text.text[0] < '0' || text.text[0] > '9')) ||
        (family == AF_INET6 && memchr(text.text, ':', text.length) == NULL) ||
        memchr(text.text, '\0', text.length) != NULL)
        return false;
    snprintf(copy, sizeof(copy), "%.*s", (int)text.length, text.text);
    return inet_pton(family, copy, bytes) == 1;
}

bool host_is_address(struct span host)
{
    char ignored[HOST_ADDRESS_TEXT_MAX];

    return host_address_text(host, ignored);
}

bool host_address_text(struct span host, char out[HOST_ADDRESS_TEXT_MAX])
{
    struct in6_addr bytes; /* room for either */
    int family = AF_INET;

    if (!host_address(host, family, &bytes)) {
        family = AF_INET6;
        if (!host_address(host, family, &bytes))
            return false;
    }
    return inet_ntop(family, &bytes, out, HOST_ADDRESS_TEXT_MAX) != NULL;
}

bool host_equal(struct span a, struct span b)
{
    a = host_without_dot(a);
    b = host_without_dot(b);
    return text_equal_ascii(a.text, a.length, b.text, b.length);
}

bool host_is(struct span host, const char *name)
{
    return name != NULL && host_equal(host, span_of(name));
}

uint32_t host_hash(struct span host)
{
    host = host_without_dot(host);
    return hash_ascii(host.text, host.length);
}

const uint32_t *host_get(const struct table *hosts, struct span host)
{
    host = host_without_dot(host);
    return table_get(hosts, host.text, host.length);
}

static bool is_under(struct span host, const char *domain)
{
    size_t length = strlen(domain);

    return text_ends(host.text, host.length, domain) &&
           (host.length == length ||
            host.text[host.length - length - 1] == '.');
}

bool host_is_in(struct span host, const char *domain)
{
    return is_under(host_without_dot(host), domain);
}

bool host_is_short(struct span host)
{
    host = host_without_dot(host);
    return host.length > 0 && memchr(host.text, '.', host.length) == NULL &&
           memchr(host.text, ':', host.length) == NULL;
}

/* Names that nobody can own in the public DNS: RFC 6762 and its appendix G, RFC
 * 6761, RFC 8375 (home.arpa), ICANN's internal; localdomain by custom. */
#define WORD(word)                                                             \
    {                                                                          \
        word, sizeof(word) - 1                                                 \
    }
static const struct span internal_domains[] = {
    WORD("local"),     WORD("internal"), WORD("lan"),     WORD("intranet"),
    WORD("corp"),      WORD("home"),     WORD("private"), WORD("localdomain"),
    WORD("localhost"), WORD("invalid")};
enum {
    INTERNAL_COUNT = sizeof(internal_domains) / sizeof(internal_domains[0])
};
#undef WORD

bool host_is_internal(struct span host)
{
    const char *dot;
    struct span last;
    size_t i;

    host = host_without_dot(host);
    dot = host.length > 0 ? memrchr(host.text, '.', host.length) : NULL;
    if (dot == NULL)
        return false;
    last = span_from(host, (size_t)(dot + 1 - host.text));
    for (i = 0; i < INTERNAL_COUNT; i++)
        if (last.length == internal_domains[i].length &&
            text_lower_ascii(last.text[0]) == internal_domains[i].text[0] &&
            text_equal_ascii(last.text, last.length, internal_domains[i].text,
                             last.length))
            return true;
    return last.length == strlen("arpa") && (last.text[0] | 0x20) == 'a' &&
           text_ends(host.text, host.length, ".home.arpa");
}

bool host_is_microsoft(struct span host)
{
    static const char *const domains[] = {"outlook.com", "office365.com",
                                          "office.com", "microsoftonline.com"};
    size_t i;

    host = host_without_dot(host);
    /* All end in "m", and hardly any other host does. */
    if (host.length == 0 || (host.text[host.length - 1] | 0x20) != 'm')
        return false;
    for (i = 0; i < sizeof(domains) / sizeof(domains[0]); i++)
        if (is_under(host, domains[i]))
            return true;
    return false;
}

bool host_is_private(struct span address)
{
    static const unsigned char loopback[16] = {[15] = 1};
    unsigned char b[16];

    if (host_address(address, AF_INET, b))
        return b[0] == 10 || b[0] == 127 || (b[0] == 172 && b[1] >> 4 == 1) ||
               (b[0] == 192 && b[1] == 168) || (b[0] == 169 && b[1] == 254) ||
               (b[0] == 100 && b[1] >> 6 == 1);
    return host_address(address, AF_INET6, b) &&
           ((b[0] & 0xFE) == 0xFC || (b[0] == 0xFE && b[1] >> 6 == 2) ||
            memcmp(b, loopback, sizeof(loopback)) == 0);
}
