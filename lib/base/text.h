/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_BASE_TEXT_H
#define ADSCP_BASE_TEXT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"

/* A piece of somebody else's text. */
struct span {
    const char *text;
    size_t length;
};

/* A whole C string. */
static inline struct span span_of(const char *text)
{
    return (struct span){text, strlen(text)};
}

/* What stands from this place on. */
static inline struct span span_from(struct span whole, size_t at)
{
    return (struct span){whole.text + at, whole.length - at};
}

/* What stands before the first such character, or the whole. */
struct span span_until(struct span whole, char c);

/* ASCII words of protocols: attribute names, URL schemes, host names. No locale
 * takes part. */
char text_lower_ascii(char c);
bool text_equal_ascii(const char *a, size_t a_length, const char *b,
                      size_t b_length);
/* The same against a C string. */
bool text_is(const char *text, size_t length, const char *word);
bool text_starts(const char *text, size_t length, const char *prefix);
bool text_ends(const char *text, size_t length, const char *suffix);
/* Below, at or above zero, as strcmp() of the lower-case forms. */
int text_compare_ascii(const char *a, const char *b);
/* Likewise, for texts that each consist of two pieces; and those that differ in
 * case alone are told apart. */
int text_compare_joined(const char *const a[2], const char *const b[2]);

/* The pieces as one text, malloc()ed. NULL: out of memory. */
char *text_join(const char *const pieces[], size_t count);
#define TEXT_JOIN(...)                                                         \
    text_join((const char *const[]){__VA_ARGS__},                              \
              sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))
/* In decimal digits, 20 at most, and a NUL. Returns where that is. */
char *text_put_number(char *out, uint64_t number);

/* Eight bytes at a time: what tells an ASCII letter's cases apart, and what no
 * ASCII character has. */
#define TEXT_EACH_BYTE UINT64_C(0x0101010101010101)
#define TEXT_CASE_BITS (0x20 * TEXT_EACH_BYTE)
#define TEXT_HIGH_BITS (0x80 * TEXT_EACH_BYTE)

/* In each byte the high bit, where that byte of the word is an ASCII letter. */
static inline uint64_t text_word_letters(uint64_t word)
{
    const uint64_t low = (word | TEXT_CASE_BITS) & ~TEXT_HIGH_BITS;

    return (low + (0x80 - 'a') * TEXT_EACH_BYTE) &
           ~(low + (0x80 - 'z' - 1) * TEXT_EACH_BYTE) & ~word & TEXT_HIGH_BITS;
}

/* Its letters in lower case; nothing else changes. */
static inline uint64_t text_word_lower(uint64_t word)
{
    return word | text_word_letters(word) >> 2;
}

/* Values of the directory: equal if their simple upper-case forms are, code
 * point by code point, as .NET's OrdinalIgnoreCase compares. A letter beyond
 * ASCII never equals an ASCII letter: dotless i and long s stay themselves.
 * Bytes that are not UTF-8 equal only themselves. */
bool text_equal_fold(const char *a, size_t a_length, const char *b,
                     size_t b_length);
/* The next code point in the form that is compared; *atp moves behind it. */
uint32_t text_next_folded(const char *text, size_t length, size_t *atp);

/* The simple lower-case form, code point by code point; other bytes unchanged.
 * NULL: out of memory. */
const char *text_lower(struct arena *arena, const char *text, size_t length);

/* Valid UTF-8 without control characters, line or paragraph separators and
 * without the marks that turn the direction of writing. */
bool text_is_clean(const char *text, size_t length);
/* Printable ASCII. A quick look: false may be wrong for short texts. */
bool text_is_plain(const char *text, size_t length);

/* Write text into out (capacity bytes, NUL included), every unclean byte as
 * \xHH, cut at a whole character. Beside such a byte a backslash is written so
 * too: whatever looks like an escape is one. Returns the length that the whole
 * would need.
 */
size_t text_escape(char *out, size_t capacity, const char *text, size_t length);

/* What may mislead whoever reads a text. */
enum {
    TEXT_UNCLEAN = 1 << 0,   /* a byte had to be escaped */
    TEXT_INVISIBLE = 1 << 1, /* a character is not seen (visible.h) */
    TEXT_MIXED = 1 << 2      /* letters of scripts that do not go together */
};

/* TEXT_*, all that hold for it. */
unsigned text_marks(const char *text, size_t length);

/* A clean copy in the arena. What is to be said of it is added to *marksp, if
 * that is not NULL. NULL: out of memory. */
const char *text_keep(struct arena *arena, const char *text, size_t length,
                      unsigned *marksp);

/* UTF-16 to UTF-8: of at most `length` bytes, the whole characters; returns the
 * bytes written, of which a unit needs three at most. Half of a surrogate pair
 * becomes the three bytes that its number would have, which are no UTF-8 and
 * will be shown as \xHH; where more may come, one that ends the text is left.
 */
size_t text_from_utf16(char *out, const char *bytes, size_t length, bool is_big,
                       bool is_end, size_t *takenp);

/* A text that is made when it is first asked for, and kept: what makes rows
 * small and immutable answers honest. The slot starts as NULL; make() returns
 * malloc()ed memory or NULL. Any number of threads may ask at once. */
typedef _Atomic(char *) text_slot;
const char *text_slot_get(text_slot *slot, char *(*make)(const void *of),
                          const void *of);
void text_slot_free(text_slot *slot);

#endif
