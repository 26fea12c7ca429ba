/* SPDX-License-Identifier: MIT */
/*
 * One logical line of LDIF: name, kind of value, value (RFC 2849,
 * attrval-spec). A line is judged by itself; what it means where it stands is
 * ldif.c's.
 */
#include "gather/ldif/line.h"

#include <string.h>

#include "base/base64.h"
#include "base/text.h"

static const struct {
    const char *text;
    size_t length;
    enum ldif_word word;
} words[] = {
    {"dn", 2, LDIF_WORD_DN},
    {"version", 7, LDIF_WORD_VERSION},
    {"include", 7, LDIF_WORD_INCLUDE},
    {"control", 7, LDIF_WORD_CONTROL},
    {"changetype", 10, LDIF_WORD_CHANGETYPE},
    {"search", 6, LDIF_WORD_SEARCH},
    {"result", 6, LDIF_WORD_RESULT},
    {"pagedresults", 12, LDIF_WORD_PAGED},
    {"ref", 3, LDIF_WORD_REF},
};

static enum ldif_word find_word(const char *name, size_t length)
{
    size_t i;

    for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (words[i].length == length && text_is(name, length, words[i].text))
            return words[i].word;
    return LDIF_WORD_NONE;
}

/* An attribute description (RFC 4512 2.5) with options; "=" and "*" stand in
 * [MS-ADTS] 3.1.1.3.1.3.3's "range=0-*". */
static bool is_description(const char *name, size_t length)
{
    size_t i;

    for (i = 0; i < length; i++) {
        const char c = name[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
              (c >= '0' && c <= '9') || c == '-' || c == ';' || c == '.' ||
              c == '_' || c == '=' || c == '*'))
            return false;
    }
    return length > 0;
}

/* Split the value off: name ":" value, name "::" base64, or name ":<" URL (RFC
 * 2849, value-spec). colon points into the text. */
static void split_value(const struct buffer *text, char *colon,
                        struct ldif_parsed *parsed)
{
    const char *end = text->bytes + text->used;
    char *value = colon + 1;
    const char kind = value < end ? *value : '\0';
    size_t length;

    if (kind == ':' || kind == '<')
        value++;
    while (value < end && *value == ' ')
        value++;
    length = (size_t)(end - value);
    parsed->stops = kind == ':' && length % 4 != 0;
    if (kind == ':' && !base64_decode(value, length, &length))
        parsed->why = "the value is not proper base64";
    parsed->row.value = (uint32_t)(value - text->bytes);
    parsed->row.value_length = (uint32_t)length;
    parsed->is_url = kind == '<';
}

struct ldif_parsed ldif_parse_line(const struct buffer *text,
                                   const struct ldif_line *line)
{
    char *name = text->bytes + line->start, *colon = NULL;
    struct ldif_parsed parsed = {.row.name = (uint32_t)line->start,
                                 .line = line->number};
    size_t length;

    if (line->too_long != NULL) {
        parsed.why = line->too_long;
        return parsed;
    }
    colon = memchr(name, ':', text->used - line->start);
    if (colon == NULL) {
        parsed.why = "a line without a colon";
        return parsed;
    }
    length = (size_t)(colon - name);
    if (!is_description(name, length)) {
        parsed.why = "the text before the colon is not an attribute name";
        return parsed;
    }
    parsed.row.name_length = (uint32_t)length;
    parsed.word = find_word(name, length);
    split_value(text, colon, &parsed);
    return parsed;
}

static const struct {
    const char *bytes;
    const char *what;
} strangers[] = {
    {"\x1F\x8B", "it is compressed by gzip"},
    {"BZh", "it is compressed by bzip2"},
    {"\3757zXZ", "it is compressed by xz"},
    {"PK\x03\x04", "it is a ZIP archive"},
    {"<", "it looks like XML or HTML"},
    {"{", "it looks like JSON"},
    {"[", "it looks like JSON"},
};

const char *ldif_name_stranger(const char *text, size_t length)
{
    size_t i;

    for (i = 0; i < sizeof(strangers) / sizeof(strangers[0]); i++) {
        size_t n = strlen(strangers[i].bytes);

        if (length >= n && memcmp(text, strangers[i].bytes, n) == 0)
            return strangers[i].what;
    }
    if (length > 0 && memchr(text, '\0', length) != NULL)
        return "it is binary, or UTF-16 without a byte order mark";
    return "an export begins with \"dn:\" or \"version:\"";
}
