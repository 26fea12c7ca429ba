/* SPDX-License-Identifier: MIT */
/*
 * Names as Windows compares them, by KB258858: OpenSSL's own matcher differs,
 * and none of its flags makes it the same.
 */
#include <string.h>

#include "facts/host.h"
#include "judge/trust/trust.h"

static size_t count_char(struct span name, char c)
{
    size_t count = 0, i;

    for (i = 0; i < name.length; i++)
        count += name.text[i] == c;
    return count;
}

static bool equal(struct span a, struct span b)
{
    return text_equal_ascii(a.text, a.length, b.text, b.length);
}

static bool is_odd(const struct certificate_name *name)
{
    size_t i;

    for (i = 0; i < name->length; i++)
        if (name->bytes[i] <= ' ' || name->bytes[i] > '~')
            return true;
    return false;
}

/* "*" as the last character of the first of at least three labels, and no other
 * one; it stands for that label's rest. A label in the encoding of RFC 5891 has
 * no rest, and an address no labels. */
static enum trust_name match_wildcard(struct span name, struct span host,
                                      uint64_t *notesp)
{
    struct span label = span_until(name, '.'), mine = span_until(host, '.');
    struct span prefix = {label.text, label.length - 1};
    struct span tail = span_from(name, label.length);
    struct span rest = span_from(host, mine.length);

    if (count_char(name, '*') != 1 || label.length == 0 ||
        label.text[label.length - 1] != '*' || count_char(name, '.') < 2 ||
        !equal(tail, rest) || mine.length == 0 || host_is_address(host))
        return TRUST_NAME_NO;
    if (prefix.length > 0 && text_starts(mine.text, mine.length, "xn--"))
        return TRUST_NAME_NO;
    if (prefix.length == 0)
        return TRUST_NAME_YES;
    if (mine.length < prefix.length ||
        !text_equal_ascii(mine.text, prefix.length, prefix.text, prefix.length))
        return TRUST_NAME_NO;
    *notesp |=
        UINT64_C(1) << (mine.length == prefix.length ? NOTE_EMPTY_WILDCARD
                                                     : NOTE_PARTIAL_WILDCARD);
    return mine.length == prefix.length ? TRUST_NAME_MAYBE : TRUST_NAME_YES;
}

static enum trust_name match_one(const struct certificate_name *entry,
                                 struct span host, uint64_t *notesp)
{
    struct span name = {entry->bytes, entry->length};

    if (name.length == 0)
        return TRUST_NAME_NO;
    if (is_odd(entry)) {
        *notesp |= UINT64_C(1) << NOTE_ODD_NAME;
        return TRUST_NAME_NO;
    }
    if (name.text[name.length - 1] == '.')
        *notesp |= UINT64_C(1) << NOTE_NAME_DOT;
    if (count_char(name, '*') > 0)
        return match_wildcard(name, host, notesp);
    return equal(name, host) ? TRUST_NAME_YES : TRUST_NAME_NO;
}

/* The best of several. */
static enum trust_name match_text(const struct certificate_name *names,
                                  size_t count, struct span host,
                                  uint64_t *notesp)
{
    const uint64_t forms = UINT64_C(1) << NOTE_PARTIAL_WILDCARD |
                           UINT64_C(1) << NOTE_EMPTY_WILDCARD;
    enum trust_name best = TRUST_NAME_NO;
    uint64_t decided = 0;
    size_t i;

    for (i = 0; i < count; i++) {
        uint64_t notes = 0;
        enum trust_name one = match_one(&names[i], host, &notes);

        *notesp |= notes & ~forms;
        if (one > best || (one == best && (notes & forms) == 0))
            decided = notes & forms;
        if (one > best)
            best = one;
    }
    *notesp |= decided;
    return best;
}

/* The DNS names, or where there is none any common name: alternative names of
 * other kinds beside it do not matter. */
static enum trust_name match_names(const struct certificate_facts *facts,
                                   struct span host, uint64_t *notesp)
{
    uint64_t notes = 0;

    if (facts->dns_name_count == 0)
        return match_text(facts->common_names, facts->common_name_count, host,
                          notesp);
    if (match_text(facts->common_names, facts->common_name_count, host,
                   &notes) == TRUST_NAME_YES)
        notes = UINT64_C(1) << NOTE_COMMON_NAME;
    else
        notes = 0;
    switch (match_text(facts->dns_names, facts->dns_name_count, host, notesp)) {
    case TRUST_NAME_YES:
        return TRUST_NAME_YES;
    case TRUST_NAME_MAYBE:
        return TRUST_NAME_MAYBE;
    default:
        *notesp |= notes;
        return TRUST_NAME_NO;
    }
}

static bool has_address(const struct certificate_facts *facts,
                        const char *address)
{
    size_t i;

    for (i = 0; i < facts->ip_address_count; i++)
        if (strcmp(facts->ip_addresses[i], address) == 0)
            return true;
    return false;
}

/* An iPAddress, or where there are no DNS names the text in a common name. A
 * text among the DNS names is what no source decides. */
static enum trust_name match_address(const struct certificate_facts *facts,
                                     struct span host, const char *address,
                                     uint64_t *notesp)
{
    if (has_address(facts, address))
        return TRUST_NAME_YES;
    if (match_names(facts, host, notesp) != TRUST_NAME_YES)
        return TRUST_NAME_NO;
    if (facts->dns_name_count == 0)
        return TRUST_NAME_YES;
    *notesp |= UINT64_C(1) << NOTE_IP_LITERAL;
    return TRUST_NAME_MAYBE;
}

enum trust_name trust_match(const struct certificate_facts *facts,
                            const char *host, size_t length, uint64_t *notesp)
{
    struct span view = host_without_dot((struct span){host, length});
    char address[HOST_ADDRESS_TEXT_MAX];

    if (view.length == 0)
        return TRUST_NAME_NO;
    if (host_address_text(view, address))
        return match_address(facts, view, address, notesp);
    return match_names(facts, view, notesp);
}
