/* SPDX-License-Identifier: MIT */
#include "base/visible.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unictype.h>
#include <unistr.h>

/* "\u{10FFFF}" */
enum { ESCAPED_MAX = 10 };

static const uint8_t *as_u8(const char *text)
{
    return (const uint8_t *)text;
}

/* Scripts whose spelling needs joiners: UAX #31, 2.3. */
static bool joins(ucs4_t point)
{
    static const char *const names[] = {
        "Arabic", "Bengali",   "Devanagari", "Gujarati", "Gurmukhi", "Kannada",
        "Khmer",  "Malayalam", "Mongolian",  "Oriya",    "Sinhala",  "Syriac",
        "Tamil",  "Telugu",    "Nko",        "Mandaic",  "Myanmar"};
    const uc_script_t *script = uc_script(point);
    size_t i;

    for (i = 0; script != NULL && i < sizeof(names) / sizeof(names[0]); i++)
        if (strcmp(script->name, names[i]) == 0)
            return true;
    return false;
}

bool visible_is_control(uint32_t point)
{
    return point < 0x20 || (point >= 0x7F && point < 0xA0) || point == 0x061C ||
           point == 0x200E || point == 0x200F ||
           (point >= 0x2028 && point <= 0x202E) ||
           (point >= 0x2066 && point <= 0x2069);
}

static bool is_joiner(ucs4_t point)
{
    return point == 0x200C || point == 0x200D;
}

static bool has_no_shape(ucs4_t point)
{
    enum { BRAILLE_BLANK = 0x2800 };

    if (point < 0x80 || visible_is_control(point)) /* those are escaped */
        return false;
    return uc_is_property_default_ignorable_code_point(point) ||
           uc_is_general_category(point, UC_FORMAT) ||
           uc_is_property_not_a_character(point) || point == BRAILLE_BLANK;
}

/* A character within its text. */
struct place {
    ucs4_t before; /* 0: none */
    ucs4_t point;
    size_t used;  /* bytes of it */
    ucs4_t after; /* 0: none */
};

static struct place place_at(const char *text, size_t length, size_t at,
                             ucs4_t before)
{
    struct place place = {.before = before};
    int used = u8_mbtoucr(&place.point, as_u8(text + at), length - at);

    place.used = used > 0 ? (size_t)used : 1;
    at += place.used;
    if (used <= 0)
        place.point = (uint8_t)text[at - 1];
    if (at < length &&
        u8_mbtoucr(&place.after, as_u8(text + at), length - at) <= 0)
        place.after = 0;
    return place;
}

static bool is_invisible(const struct place *place)
{
    if (is_joiner(place->point) && joins(place->before) && joins(place->after))
        return false;
    return has_no_shape(place->point);
}

bool visible_is_whole(const char *text, size_t length)
{
    struct place place = {0};
    size_t at;

    for (at = 0; at < length; at += place.used) {
        place = place_at(text, length, at, place.point);
        if (is_invisible(&place))
            return false;
    }
    return true;
}

/* Somebody else's text that looks like our way to show a character. */
static bool looks_escaped(const char *text, size_t length)
{
    return length > 2 && memcmp(text, "\\u{", 3) == 0;
}

size_t visible_write(char *out, size_t capacity, const char *text,
                     size_t length)
{
    struct place place = {0};
    size_t at, used = 0, needed = 0;
    bool full = capacity == 0;

    for (at = 0; at < length; at += place.used) {
        char escaped[ESCAPED_MAX + 1];
        const char *piece = text + at;
        size_t n;

        place = place_at(text, length, at, place.point);
        n = place.used;
        if (is_invisible(&place) || looks_escaped(piece, length - at)) {
            n = (size_t)snprintf(escaped, sizeof(escaped), "\\u{%X}",
                                 (unsigned)place.point);
            piece = escaped;
        }
        full = full || n >= capacity - used;
        if (!full) {
            memcpy(out + used, piece, n);
            used += n;
        }
        needed += n;
    }
    if (capacity > 0)
        out[used] = '\0';
    return needed;
}

/* -------------------------------------------------------------- scripts -- */

/* The scripts that UTS #39 lets stand together, and any other one. */
enum {
    SCRIPT_LATIN = 1 << 0,
    SCRIPT_HAN = 1 << 1,
    SCRIPT_KANA = 1 << 2, /* Hiragana and Katakana */
    SCRIPT_BOPOMOFO = 1 << 3,
    SCRIPT_HANGUL = 1 << 4,
    SCRIPT_OTHER = 1 << 5
};

static unsigned group_of(const char *script)
{
    static const struct {
        const char *name;
        unsigned group;
    } known[] = {{"Latin", SCRIPT_LATIN},       {"Han", SCRIPT_HAN},
                 {"Hiragana", SCRIPT_KANA},     {"Katakana", SCRIPT_KANA},
                 {"Bopomofo", SCRIPT_BOPOMOFO}, {"Hangul", SCRIPT_HANGUL}};
    size_t i;

    for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (strcmp(script, known[i].name) == 0)
            return known[i].group;
    return SCRIPT_OTHER;
}

static bool is_within(unsigned groups, unsigned allowed)
{
    return (groups & ~allowed) == 0;
}

bool visible_mixes_scripts(const char *text, size_t length)
{
    const char *other = NULL;
    struct place place = {0};
    unsigned groups = 0;
    size_t at;

    for (at = 0; at < length; at += place.used) {
        const uc_script_t *script;

        place = place_at(text, length, at, place.point);
        script = uc_script(place.point);
        if (script == NULL || strcmp(script->name, "Common") == 0 ||
            strcmp(script->name, "Inherited") == 0)
            continue;
        if (group_of(script->name) == SCRIPT_OTHER) {
            if (other != NULL && strcmp(other, script->name) != 0)
                return true;
            other = script->name;
        }
        groups |= group_of(script->name);
    }
    if (groups == SCRIPT_OTHER)
        return false;
    return !is_within(groups, SCRIPT_LATIN | SCRIPT_HAN | SCRIPT_KANA) &&
           !is_within(groups, SCRIPT_LATIN | SCRIPT_HAN | SCRIPT_BOPOMOFO) &&
           !is_within(groups, SCRIPT_LATIN | SCRIPT_HAN | SCRIPT_HANGUL);
}
