/* SPDX-License-Identifier: MIT */
/*
 * Distinguished names as strings (RFC 4514): where to cut them. Names are not
 * normalized, since a directory and its exports spell one name in one way; the
 * obsolete quoted form is not understood.
 */
#include "facts/dn.h"

#include <string.h>

#include "adscp.h"
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

/* ---------------------------------------------------------- comparable -- */

static struct span trim(struct span text)
{
    while (text.length > 0 && text.text[0] == ' ') {
        text.text++;
        text.length--;
    }
    while (text.length > 0 && text.text[text.length - 1] == ' ' &&
           !is_escaped(text.text, text.length - 1))
        text.length--;
    return text;
}

static int hex_digit(char c)
{
    c = text_lower_ascii(c);
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The character behind a backslash: itself, or the byte that two hex digits
 * stand for. 0: there is none; else how much of the text it takes. */
static size_t unescape(struct span text, size_t at, char *outp)
{
    int high = at + 1 < text.length ? hex_digit(text.text[at + 1]) : -1;
    int low = at + 2 < text.length ? hex_digit(text.text[at + 2]) : -1;

    if (at + 1 >= text.length)
        return 0;
    *outp = high >= 0 && low >= 0 ? (char)(high * 16 + low) : text.text[at + 1];
    return high >= 0 && low >= 0 ? 3 : 2;
}

/* Escaped stay the separators, and the blanks that trim() would take. */
static bool needs_escape(char c, bool is_end)
{
    return c == ',' || c == '\\' || c == '+' || (c == ' ' && is_end);
}

/* The value without needless escapes, behind what was written already. */
static bool put_value(struct span value, char *out, size_t *usedp)
{
    size_t at = 0, used = *usedp;

    while (at < value.length) {
        size_t taken = 1, start = at;
        char c = value.text[at];

        if (c == '\\')
            taken = unescape(value, at, &c);
        if (taken == 0)
            return false;
        at += taken;
        if (taken > 1 && needs_escape(c, start == 0 || at == value.length))
            out[used++] = '\\';
        out[used++] = c;
    }
    *usedp = used;
    return true;
}

int dn_comparable_rdn(struct arena *arena, struct span rdn,
                      struct span *comparablep)
{
    const char *equals =
        rdn.length > 0 ? memchr(rdn.text, '=', rdn.length) : NULL;
    struct span type, value;
    size_t used;
    char *out;

    if (equals == NULL)
        return ADSCP_E_ARGUMENT;
    type = trim((struct span){rdn.text, (size_t)(equals - rdn.text)});
    value = trim((struct span){equals + 1,
                               rdn.length - (size_t)(equals + 1 - rdn.text)});
    if (type.length == 0 || value.length == 0)
        return ADSCP_E_ARGUMENT;
    *comparablep = rdn;
    if (type.length + 1 + value.length == rdn.length &&
        memchr(value.text, '\\', value.length) == NULL)
        return ADSCP_OK;
    out = arena_bytes(arena, rdn.length);
    if (out == NULL)
        return ADSCP_E_NOMEM;
    memcpy(out, type.text, type.length);
    used = type.length;
    out[used++] = '=';
    if (!put_value(value, out, &used))
        return ADSCP_E_ARGUMENT;
    *comparablep = (struct span){out, used};
    return ADSCP_OK;
}

static bool is_ascii(const char *text, size_t length)
{
    uint64_t seen = 0, word;
    size_t i = 0;

    for (; i + sizeof(word) <= length; i += sizeof(word)) {
        memcpy(&word, text + i, sizeof(word));
        seen |= word;
    }
    for (; i < length; i++)
        seen |= (uint64_t)(unsigned char)text[i];
    return (seen & TEXT_HIGH_BITS) == 0;
}

static bool is_separator(char c)
{
    return c == ',' || c == '=';
}

bool dn_is_plain(const char *dn, size_t length)
{
    const char *end = dn + length, *blank = dn;

    if (!is_ascii(dn, length) || memchr(dn, '\\', length) != NULL)
        return false;
    while ((blank = memchr(blank, ' ', (size_t)(end - blank))) != NULL) {
        if (blank == dn || blank + 1 == end || is_separator(blank[-1]) ||
            is_separator(blank[1]))
            return false;
        blank++;
    }
    return true;
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

/* ------------------------------------------------------------- mangled -- */

enum { MARK_LENGTH = 4, GUID_LENGTH = 36 };

static bool is_guid(const char *text)
{
    size_t i;

    for (i = 0; i < GUID_LENGTH; i++)
        if (i == 8 || i == 13 || i == 18 || i == 23 ? text[i] != '-'
                                                    : hex_digit(text[i]) < 0)
            return false;
    return true;
}

/* As it stands, or as "\\0A", where the backslash is not escaped itself. */
static bool is_behind_line_feed(const char *rdn, size_t at)
{
    return rdn[at - 1] == '\n' ||
           (at >= 3 && rdn[at - 3] == '\\' && rdn[at - 2] == '0' &&
            text_lower_ascii(rdn[at - 1]) == 'a' && !is_escaped(rdn, at - 3));
}

static bool rdn_has_mark(const char *rdn, size_t length, const char *mark)
{
    size_t at;

    if (length <= MARK_LENGTH + GUID_LENGTH)
        return false;
    at = length - MARK_LENGTH - GUID_LENGTH;
    return memcmp(rdn + at, mark, MARK_LENGTH) == 0 &&
           is_guid(rdn + at + MARK_LENGTH) && is_behind_line_feed(rdn, at);
}

/* Hardly any DN holds a line feed: one byte is found faster than several. */
static bool has_mark(const char *dn, size_t length, const char *mark)
{
    size_t rdn;

    if (length == 0 ||
        (memchr(dn, '\\', length) == NULL && memchr(dn, '\n', length) == NULL))
        return false;
    for (; length > 0; dn += rdn, length -= rdn) {
        rdn = dn_first_length(dn, length);
        if (rdn_has_mark(dn, rdn, mark))
            return true;
        rdn += rdn < length;
    }
    return false;
}

/* "DC=contoso,DC=com", and its configuration or schema. */
static bool is_naming_context(const char *dn, size_t length)
{
    static const char *const heads[] = {"CN=Schema,", "CN=Configuration,"};
    size_t i, rdn;

    for (i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
        if (text_starts(dn, length, heads[i])) {
            dn += strlen(heads[i]);
            length -= strlen(heads[i]);
        }
    for (; length > 0; dn += rdn, length -= rdn) {
        rdn = dn_first_length(dn, length);
        if (!text_starts(dn, rdn, "DC="))
            return false;
        rdn += rdn < length;
    }
    return true;
}

/* Directly, as every object does that was moved there. Anybody may have a
 * container of that name elsewhere. */
static bool lies_in_bin(const char *dn, size_t length)
{
    static const char bin[] = ",CN=Deleted Objects,";
    size_t rdn = dn_first_length(dn, length);

    return text_starts(dn + rdn, length - rdn, bin) &&
           is_naming_context(dn + rdn + strlen(bin),
                             length - rdn - strlen(bin));
}

bool dn_is_deleted(const char *dn, size_t length)
{
    return lies_in_bin(dn, length) || has_mark(dn, length, "DEL:");
}

bool dn_is_conflict(const char *dn, size_t length)
{
    return has_mark(dn, length, "CNF:");
}

/* The RDN of such an object holds a line feed, the word, and a GUID; clean text
 * shows the line feed escaped. */
bool dn_name_is_mangled(const char *name)
{
    return strstr(name, "\\x0ACNF:") != NULL ||
           strstr(name, "\\x0ADEL:") != NULL;
}
