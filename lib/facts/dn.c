/* SPDX-License-Identifier: MIT */
/*
 * Distinguished names as strings (RFC 4514): where to cut them. Names are not
 * normalized, since a directory and its exports spell one name in one way; the
 * obsolete quoted form is not understood.
 */
#include "facts/dn.h"

#include <string.h>

#include "base/text.h"

static const char servers[] = ",CN=Servers,";
enum { SERVERS_LENGTH = sizeof(servers) - 1, SERVERS_LETTER = 4 };

/* A backslash escapes the next character (RFC 4514 2.4), itself included: the
 * character at `at` is escaped behind an odd number of them. */
static bool is_escaped(const char *dn, size_t at)
{
    size_t i = at;

    while (i > 0 && dn[i - 1] == '\\')
        i--;
    return (at - i) % 2 == 1;
}

size_t dn_first_length(const char *dn, size_t length)
{
    size_t i;

    for (i = 0; i < length && dn[i] != ','; i++)
        if (dn[i] == '\\')
            i++;
    return i < length ? i : length;
}

size_t dn_last_length(const char *dn, size_t length)
{
    size_t i;

    for (i = length; i > 0; i--)
        if (dn[i - 1] == ',' && !is_escaped(dn, i - 1))
            break;
    return length - i;
}

/* Every RDN above an SCP begins with CN=, so the letter behind it is what tells
 * most of them apart. */
static bool is_servers(const char *at, size_t length)
{
    return length >= SERVERS_LENGTH &&
           (at[SERVERS_LETTER] == 'S' || at[SERVERS_LETTER] == 's') &&
           text_equal_ascii(at, SERVERS_LENGTH, servers, SERVERS_LENGTH);
}

/* Where ",CN=Servers," begins, or length. */
static size_t find_servers(const char *dn, size_t length)
{
    const char *at = dn, *end = dn + length;

    while (at < end) {
        at = memchr(at, ',', (size_t)(end - at));
        if (at == NULL)
            break;
        if (is_servers(at, (size_t)(end - at)) &&
            !is_escaped(dn, (size_t)(at - dn)))
            return (size_t)(at - dn);
        at++;
    }
    return length;
}

struct dn_parts dn_split(const char *dn, size_t length)
{
    struct dn_parts parts = {.under_servers = true};
    size_t cut = find_servers(dn, length);

    if (cut == length) {
        parts.under_servers = false;
        cut = dn_first_length(dn, length);
    }
    parts.head = (struct span){dn, cut};
    parts.tail = (struct span){dn + cut, length - cut};
    return parts;
}

bool dn_is_below(const char *dn, size_t length, const char *above,
                 size_t above_length)
{
    size_t at;

    if (length <= above_length)
        return false;
    at = length - above_length;
    return dn[at - 1] == ',' && !is_escaped(dn, at - 1) &&
           text_equal_fold(dn + at, above_length, above, above_length);
}

/* Puts a label and a dot, where there was one before, ahead of what is there.
 */
static bool prepend_label(const char *label, size_t length, char *out,
                          size_t size)
{
    size_t used = strlen(out), dot = used > 0;

    if (length == 0 || length + dot + used >= size)
        return false;
    memmove(out + length + dot, out, used + 1);
    memcpy(out, label, length);
    if (dot > 0)
        out[length] = '.';
    return true;
}

bool dn_domain(const char *dn, size_t length, char *out, size_t size)
{
    static const char type[] = "DC=";
    const size_t skip = strlen(type);

    out[0] = '\0';
    while (length > 0) {
        size_t last = dn_last_length(dn, length);
        const char *rdn = dn + length - last;

        if (!text_starts(rdn, last, type))
            break;
        if (!prepend_label(rdn + skip, last - skip, out, size))
            return false;
        length -= last < length ? last + 1 : last;
    }
    return out[0] != '\0';
}

/* The RDN of such an object holds a line feed, the word, and a GUID; clean text
 * shows the line feed escaped. */
bool dn_name_is_mangled(const char *name)
{
    return strstr(name, "\\x0ACNF:") != NULL ||
           strstr(name, "\\x0ADEL:") != NULL;
}
