/* SPDX-License-Identifier: MIT */
/*
 * Text without a locale: ASCII words of protocols, directory values compared by
 * simple upper-case forms, and the washing of hostile bytes. This room and
 * visible.c alone use libunistring. Its functions abort on nothing and allocate
 * nothing; what is kept goes to an arena.
 */
#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <unicase.h>
#include <unistr.h>

#include "base/visible.h"

struct span span_until(struct span whole, char c)
{
    const char *at =
        whole.length > 0 ? memchr(whole.text, c, whole.length) : NULL;

    if (at != NULL)
        whole.length = (size_t)(at - whole.text);
    return whole;
}

static const uint8_t *as_u8(const char *text)
{
    return (const uint8_t *)text;
}

char text_lower_ascii(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static char upper_ascii(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c & ~0x20) : c;
}

/* Eight bytes of both: they may differ in the case bit of letters, which stands
 * two below the high bit. */
static bool equal_word(const char *a, const char *b)
{
    uint64_t first, second, differ;

    memcpy(&first, a, sizeof(first));
    memcpy(&second, b, sizeof(second));
    differ = first ^ second;
    return differ == 0 || ((differ & ~TEXT_CASE_BITS) == 0 &&
                           (differ << 2 & ~text_word_letters(first)) == 0);
}

bool text_equal_ascii(const char *a, size_t a_length, const char *b,
                      size_t b_length)
{
    enum { STEP = sizeof(uint64_t) };
    size_t i = 0;

    if (a_length != b_length)
        return false;
    for (; a_length - i >= STEP; i += STEP)
        if (!equal_word(a + i, b + i))
            return false;
    if (i > 0) /* the last step may overlap the one before */
        return equal_word(a + a_length - STEP, b + a_length - STEP);
    for (; i < a_length; i++)
        if (a[i] != b[i] && text_lower_ascii(a[i]) != text_lower_ascii(b[i]))
            return false;
    return true;
}

bool text_is(const char *text, size_t length, const char *word)
{
    return text_equal_ascii(text, length, word, strlen(word));
}

bool text_starts(const char *text, size_t length, const char *prefix)
{
    size_t n = strlen(prefix);

    return length >= n && text_equal_ascii(text, n, prefix, n);
}

bool text_ends(const char *text, size_t length, const char *suffix)
{
    size_t n = strlen(suffix);

    return length >= n && text_equal_ascii(text + length - n, n, suffix, n);
}

int text_compare_ascii(const char *a, const char *b)
{
    while (*a != '\0' && text_lower_ascii(*a) == text_lower_ascii(*b)) {
        a++;
        b++;
    }
    return (unsigned char)text_lower_ascii(*a) -
           (unsigned char)text_lower_ascii(*b);
}

/* The next character of two pieces; 0: they end. */
static unsigned char next_joined(const char *at[2])
{
    const char **piece = *at[0] != '\0' ? &at[0] : &at[1];

    return **piece != '\0' ? (unsigned char)*(*piece)++ : 0;
}

char *text_join(const char *const pieces[], size_t count)
{
    size_t length = 0, i;
    char *text, *at;

    for (i = 0; i < count; i++)
        length += strlen(pieces[i]);
    text = malloc(length + 1);
    if (text == NULL)
        return NULL;
    *text = '\0';
    for (at = text, i = 0; i < count; i++)
        at = stpcpy(at, pieces[i]);
    return text;
}

char *text_put_number(char *out, uint64_t number)
{
    char digits[20], *at = digits + sizeof(digits);
    size_t length;

    do
        *--at = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    length = (size_t)(digits + sizeof(digits) - at);
    memcpy(out, at, length);
    out[length] = '\0';
    return out + length;
}

int text_compare_joined(const char *const a[2], const char *const b[2])
{
    const char *left[] = {a[0], a[1]}, *right[] = {b[0], b[1]};
    unsigned char x, y;
    int by_case = 0;

    do {
        x = next_joined(left);
        y = next_joined(right);
        if (x != y && by_case == 0)
            by_case = x - y;
        if (text_lower_ascii((char)x) != text_lower_ascii((char)y))
            return (unsigned char)text_lower_ascii((char)x) -
                   (unsigned char)text_lower_ascii((char)y);
    } while (x != 0 && y != 0);
    return by_case;
}

/* Marks a byte that is not UTF-8: no code point is so large. */
#define RAW_BYTE 0x80000000U

uint32_t text_next_folded(const char *text, size_t length, size_t *atp)
{
    ucs4_t point, upper;
    int used;

    if ((uint8_t)text[*atp] < 0x80)
        return (uint8_t)upper_ascii(text[(*atp)++]);
    used = u8_mbtoucr(&point, as_u8(text) + *atp, length - *atp);
    if (used <= 0)
        return RAW_BYTE | (uint8_t)text[(*atp)++];
    *atp += (size_t)used;
    upper = uc_toupper(point);
    return upper < 0x80 ? point : upper;
}

bool text_equal_fold(const char *a, size_t a_length, const char *b,
                     size_t b_length)
{
    size_t i = 0, j = 0;

    if (a_length == b_length && (a_length == 0 || memcmp(a, b, a_length) == 0))
        return true;
    while (i < a_length && j < b_length)
        if (text_next_folded(a, a_length, &i) !=
            text_next_folded(b, b_length, &j))
            return false;
    return i == a_length && j == b_length;
}

const char *text_lower(struct arena *arena, const char *text, size_t length)
{
    size_t i = 0, used = 0;
    char *out;

    /* A lower-case form is at most three bytes where two were. */
    if (length > (SIZE_MAX - 1) / 2)
        return NULL;
    out = arena_bytes(arena, 2 * length + 1);
    if (out == NULL)
        return NULL;
    while (i < length) {
        ucs4_t point;
        int n = u8_mbtoucr(&point, as_u8(text) + i, length - i);

        if (n <= 0) {
            out[used++] = text[i++];
            continue;
        }
        i += (size_t)n;
        n = u8_uctomb((uint8_t *)out + used, uc_tolower(point),
                      (ptrdiff_t)(2 * length - used));
        used += n > 0 ? (size_t)n : 0;
    }
    out[used] = '\0';
    return out;
}

/* Length of the clean character at text, 0 if it has to be escaped. */
static size_t clean_length(const char *text, size_t length)
{
    ucs4_t point;
    int used;

    if ((uint8_t)text[0] >= 0x20 && (uint8_t)text[0] < 0x7F)
        return 1;
    used = u8_mbtoucr(&point, as_u8(text), length);
    return used > 0 && !visible_is_control(point) ? (size_t)used : 0;
}

static bool is_plain_word(const char *text)
{
    uint64_t word;

    memcpy(&word, text, sizeof(word));
    return ((word | (word - 0x20 * TEXT_EACH_BYTE) | (word + TEXT_EACH_BYTE)) &
            TEXT_HIGH_BITS) == 0;
}

/* How many bytes at the beginning are printable ASCII, as far as steps of eight
 * can tell; the last step may overlap the one before. */
static size_t plain_length(const char *text, size_t length)
{
    enum { STEP = sizeof(uint64_t) };
    size_t i = 0;

    while (length - i >= STEP && is_plain_word(text + i))
        i += STEP;
    if (i > 0 && length - i < STEP && is_plain_word(text + length - STEP))
        i = length;
    return i;
}

bool text_is_plain(const char *text, size_t length)
{
    return plain_length(text, length) == length;
}

bool text_is_clean(const char *text, size_t length)
{
    size_t i = plain_length(text, length);

    while (i < length) {
        size_t used = clean_length(text + i, length - i);

        if (used == 0)
            return false;
        i += used;
    }
    return true;
}

/* One character of text, clean, into out (room for four bytes). *takenp bytes
 * of text were used. Where the whole is not clean, a backslash is escaped too.
 */
static size_t escape_next(char out[4], const char *text, size_t length,
                          bool clean, size_t *takenp)
{
    static const char digits[] = "0123456789ABCDEF";
    size_t used = clean || text[0] != '\\' ? clean_length(text, length) : 0;

    *takenp = used > 0 ? used : 1;
    if (used > 0) {
        memcpy(out, text, used);
        return used;
    }
    out[0] = '\\';
    out[1] = 'x';
    out[2] = digits[(uint8_t)text[0] >> 4];
    out[3] = digits[(uint8_t)text[0] & 15];
    return 4;
}

size_t text_escape(char *out, size_t capacity, const char *text, size_t length)
{
    bool clean = text_is_clean(text, length), full = capacity == 0;
    size_t i = 0, used = 0, needed = 0, taken;

    while (i < length) {
        char piece[4];
        size_t n = escape_next(piece, text + i, length - i, clean, &taken);

        full = full || n >= capacity - used;
        if (!full) {
            memcpy(out + used, piece, n);
            used += n;
        }
        needed += n;
        i += taken;
    }
    if (capacity > 0)
        out[used] = '\0';
    return needed;
}

/* What is to be said of a text that is more than printable ASCII. */
static unsigned marks_beyond(const char *text, size_t length)
{
    unsigned marks = text_is_clean(text, length) ? 0 : TEXT_UNCLEAN;
    size_t ascii = 0;

    while (ascii < length && (uint8_t)text[ascii] < 0x80)
        ascii++;
    if (ascii == length)
        return marks;
    if (!visible_is_whole(text, length))
        marks |= TEXT_INVISIBLE;
    if (visible_mixes_scripts(text, length))
        marks |= TEXT_MIXED;
    return marks;
}

unsigned text_marks(const char *text, size_t length)
{
    return plain_length(text, length) < length ? marks_beyond(text, length) : 0;
}

const char *text_keep(struct arena *arena, const char *text, size_t length,
                      unsigned *marksp)
{
    unsigned marks = text_marks(text, length);
    size_t needed;
    char *out;

    if (marksp != NULL)
        *marksp |= marks;
    if ((marks & TEXT_UNCLEAN) == 0)
        return arena_copy(arena, text, length);
    needed = text_escape(NULL, 0, text, length);
    out = arena_bytes(arena, needed + 1);
    if (out != NULL)
        text_escape(out, needed + 1, text, length);
    return out;
}

/* Half a pair, in the form of other numbers of its size (RFC 3629 3). */
static size_t put_half(uint8_t *out, uint16_t unit)
{
    out[0] = (uint8_t)(0xE0 | unit >> 12);
    out[1] = (uint8_t)(0x80 | (unit >> 6 & 0x3F));
    out[2] = (uint8_t)(0x80 | (unit & 0x3F));
    return 3;
}

static uint16_t unit_at(const char *bytes, bool is_big)
{
    const uint8_t first = (uint8_t)bytes[is_big],
                  other = (uint8_t)bytes[!is_big];

    return (uint16_t)(first | other << 8);
}

size_t text_from_utf16(char *out, const char *bytes, size_t length, bool is_big,
                       bool is_end, size_t *takenp)
{
    enum { UNIT = sizeof(uint16_t), POINT_MAX = 4 };
    size_t used = 0, at = 0;

    while (length - at >= UNIT) {
        uint16_t pair[2] = {unit_at(bytes + at, is_big)};
        size_t units = length - at >= (size_t)2 * UNIT ? 2 : 1;
        ucs4_t point = pair[0];
        int taken = 1;

        if (units == 2)
            pair[1] = unit_at(bytes + at + UNIT, is_big);
        if (point >= 0x80)
            taken = u16_mbtoucr(&point, pair, units);
        if (taken == -2 && !is_end)
            break;
        if (taken > 0)
            used += (size_t)u8_uctomb((uint8_t *)out + used, point, POINT_MAX);
        else
            used += put_half((uint8_t *)out + used, pair[0]);
        at += taken > 0 ? (size_t)taken * UNIT : UNIT;
    }
    *takenp = at;
    return used;
}

const char *text_slot_get(text_slot *slot, char *(*make)(const void *of),
                          const void *of)
{
    char *text = atomic_load_explicit(slot, memory_order_acquire);
    char *mine;

    if (text != NULL)
        return text;
    mine = make(of);
    if (mine == NULL)
        return NULL;
    if (atomic_compare_exchange_strong(slot, &text, mine))
        return mine;
    free(mine);
    return text;
}

void text_slot_free(text_slot *slot)
{
    free(atomic_load_explicit(slot, memory_order_relaxed));
    atomic_store_explicit(slot, NULL, memory_order_relaxed);
}
