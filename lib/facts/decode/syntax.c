/* SPDX-License-Identifier: MIT */
/*
 * Single values of directory attributes: times, numbers, names, prefixes,
 * attribute options. Pure functions over (pointer, length), without a locale, a
 * clock or an allocation. What a value does not say is not guessed.
 */
#include "facts/decode/decode.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/text.h"
#include "facts/decode/private.h"
#include "facts/dn.h"
#include "facts/host.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Take digits off the front, `least` to `most` of them. -1: not so. */
static int64_t take_number(struct span *text, size_t least, size_t most)
{
    int64_t number = 0;
    size_t i = 0;

    while (i < most && i < text->length && is_digit(text->text[i]))
        number = number * 10 + (text->text[i++] - '0');
    if (i < least)
        return -1;
    text->text += i;
    text->length -= i;
    return number;
}

bool decode_number(const char *text, size_t length, int64_t *numberp)
{
    enum { DIGITS_MAX = 18 }; /* always fit into int64_t */
    struct span rest = {text, length};
    int64_t number = take_number(&rest, 1, DIGITS_MAX);

    if (number < 0 || rest.length > 0)
        return false;
    *numberp = number;
    return true;
}

static bool take_char(struct span *text, char c)
{
    if (text->length == 0 || text->text[0] != c)
        return false;
    text->text++;
    text->length--;
    return true;
}

/* ------------------------------------------------------------------ time -- */

enum {
    YEAR_MIN = 1970,
    YEAR_NEVER = 9999,
    ZONE_HOURS_MAX = 12,
    FRACTION_MAX = 9
};

struct moment {
    int64_t year, month, day, hour, minute, second;
};

static bool is_leap(int64_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int64_t days_in(int64_t year, int64_t month)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30,
                                   31, 31, 30, 31, 30, 31};

    return days[month - 1] + (month == 2 && is_leap(year));
}

static bool is_moment(const struct moment *at)
{
    return at->year >= YEAR_MIN && at->year < YEAR_NEVER && at->month >= 1 &&
           at->month <= 12 && at->day >= 1 &&
           at->day <= days_in(at->year, at->month) && at->hour >= 0 &&
           at->hour < 24 && at->minute >= 0 && at->minute < 60 &&
           at->second >= 0 && at->second < 60;
}

/* Days from 1970-01-01 to a day of the Gregorian calendar. The year is taken to
 * begin in March, so that the leap day is its last. */
static int64_t days_since_1970(const struct moment *at)
{
    int64_t year = at->month > 2 ? at->year : at->year - 1;
    int64_t month = at->month > 2 ? at->month - 3 : at->month + 9;
    int64_t day_of_year = (153 * month + 2) / 5 + at->day - 1;

    return 365 * year + year / 4 - year / 100 + year / 400 + day_of_year -
           719468;
}

/* "Z", "+hhmm" or "-hhmm", and nothing behind it: seconds ahead of UTC. */
static bool take_zone(struct span *text, int64_t *aheadp)
{
    bool east = take_char(text, '+');
    int64_t hours, minutes;

    if (!east && take_char(text, 'Z')) {
        *aheadp = 0;
        return text->length == 0;
    }
    if (!east && !take_char(text, '-'))
        return false;
    hours = take_number(text, 2, 2);
    minutes = take_number(text, 2, 2);
    if (hours < 0 || minutes < 0 || minutes > 59 ||
        hours * 60 + minutes > INT64_C(60) * ZONE_HOURS_MAX)
        return false;
    *aheadp = (hours * 60 + minutes) * (east ? 60 : -60);
    return text->length == 0;
}

/* Two digits at a fixed place; anything else becomes a number that no part of a
 * time can be. */
static int64_t pair_at(const char *text, size_t at)
{
    unsigned tens = (unsigned)(text[at] - '0');
    unsigned ones = (unsigned)(text[at + 1] - '0');

    return tens < 10 && ones < 10 ? (int64_t)(tens * 10 + ones) : -10000;
}

bool decode_time(const char *text, size_t length, int64_t *secondsp)
{
    enum { FIXED = 14 }; /* YYYYMMDDHHMMSS */
    struct span rest;
    struct moment at;
    int64_t ahead, seconds;

    if (length < FIXED)
        return false;
    at.year = pair_at(text, 0) * 100 + pair_at(text, 2);
    at.month = pair_at(text, 4);
    at.day = pair_at(text, 6);
    at.hour = pair_at(text, 8);
    at.minute = pair_at(text, 10);
    at.second = pair_at(text, 12);
    if (!is_moment(&at))
        return false;
    rest = (struct span){text + FIXED, length - FIXED};
    if ((take_char(&rest, '.') || take_char(&rest, ',')) &&
        take_number(&rest, 1, FRACTION_MAX) < 0)
        return false;
    if (!take_zone(&rest, &ahead))
        return false;
    seconds = days_since_1970(&at) * 86400 + at.hour * 3600 + at.minute * 60 +
              at.second - ahead;
    if (seconds < 0)
        return false;
    *secondsp = seconds;
    return true;
}

/* ------------------------------------------------------------------- RDN -- */

static int hex_value(char c)
{
    if (is_digit(c))
        return c - '0';
    c = text_lower_ascii(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The byte behind a backslash: two hex digits, or the character itself (RFC
 * 4514 2.4). false: nothing is there. */
static bool take_escaped(struct span *text, char *bytep)
{
    int high, low;

    if (text->length == 0)
        return false;
    high = hex_value(text->text[0]);
    low = text->length > 1 ? hex_value(text->text[1]) : -1;
    if (high < 0 || low < 0) {
        *bytep = text->text[0];
        return take_char(text, *bytep);
    }
    *bytep = (char)(high * 16 + low);
    text->text += 2;
    text->length -= 2;
    return true;
}

static bool unescape(struct span value, char *out, size_t capacity,
                     size_t *out_lengthp)
{
    size_t used = 0;

    while (value.length > 0 && value.text[0] != ',' && value.text[0] != '+') {
        char byte = value.text[0];

        take_char(&value, byte);
        if (byte == '\\' && !take_escaped(&value, &byte))
            return false;
        if (used + 1 >= capacity)
            return false;
        out[used++] = byte;
    }
    if (used >= capacity)
        return false;
    out[used] = '\0';
    *out_lengthp = used;
    return true;
}

bool decode_first_rdn(const char *dn, size_t length, char *out, size_t capacity,
                      size_t *out_lengthp)
{
    size_t rdn = dn_first_length(dn, length);
    const char *equals = rdn > 0 ? memchr(dn, '=', rdn) : NULL;
    struct span value;

    if (equals == NULL || equals == dn)
        return false;
    value.text = equals + 1;
    value.length = (size_t)(dn + rdn - value.text);
    /* "#" begins a value in BER, which no directory writes for a name. */
    if (value.length > 0 && value.text[0] == '#')
        return false;
    return unescape(value, out, capacity, out_lengthp);
}

/* ---------------------------------------------------------------- subnet -- */

static void clear_host_bits(uint8_t *address, size_t size, unsigned prefix)
{
    size_t i;

    for (i = 0; i < size; i++) {
        if (prefix >= 8)
            prefix -= 8;
        else {
            address[i] &= (uint8_t)(0xFF00U >> prefix);
            prefix = 0;
        }
    }
}

static bool has_host_bits(const uint8_t *address, size_t size, unsigned prefix)
{
    uint8_t masked[16];

    memcpy(masked, address, size);
    clear_host_bits(masked, size, prefix);
    return memcmp(masked, address, size) != 0;
}

static bool is_mask(const uint8_t *address, size_t size, unsigned prefix)
{
    uint8_t mask[16];

    memset(mask, 0xFF, size);
    clear_host_bits(mask, size, prefix);
    return memcmp(mask, address, size) == 0;
}

/* 1..most, in digits without leading zeros. 0: not so. */
static unsigned parse_prefix(struct span text, unsigned most)
{
    int64_t prefix;

    if (text.length == 0 || text.text[0] == '0')
        return 0;
    prefix = take_number(&text, 1, 3);
    return text.length == 0 && prefix > 0 && prefix <= (int64_t)most
               ? (unsigned)prefix
               : 0;
}

/* An address, if it is written as inet_ntop() writes it: dotted decimal without
 * leading zeros, or RFC 5952 (in any case of letters). */
static bool parse_address(struct span text, int family, uint8_t address[16])
{
    char usual[HOST_ADDRESS_TEXT_MAX];

    return host_address(text, family, address) &&
           host_address_text(text, usual) &&
           text_is(text.text, text.length, usual);
}

static bool parse_subnet(struct span name, struct adscp_subnet *subnet)
{
    const char *slash = memchr(name.text, '/', name.length);
    struct span left = {name.text, 0}, right;
    uint8_t address[16] = {0};
    unsigned prefix;
    bool v6;

    if (slash == NULL)
        return false;
    left.length = (size_t)(slash - name.text);
    right.text = slash + 1;
    right.length = name.length - left.length - 1;
    v6 = memchr(left.text, ':', left.length) != NULL;
    prefix = parse_prefix(right, v6 ? 128 : 32);
    if (prefix == 0 || !parse_address(left, v6 ? AF_INET6 : AF_INET, address))
        return false;
    /* IPv6 examples of [MS-ADTS] with host bits are valid. */
    if (!v6 &&
        (has_host_bits(address, 4, prefix) || is_mask(address, 4, prefix)))
        return false;
    clear_host_bits(address, sizeof(address), prefix);
    memcpy(subnet->address, address, sizeof(address));
    subnet->family = v6 ? 6 : 4;
    subnet->prefix = (uint8_t)prefix;
    return true;
}

bool decode_subnet(const char *name, size_t length, struct adscp_subnet *subnet)
{
    bool valid =
        length > 0 && parse_subnet((struct span){name, length}, subnet);

    subnet->state = valid ? SUBNET_VALID : SUBNET_INVALID;
    /* The name of a conflicting or deleted object is "<name> LF CNF:<guid>". */
    if (length > 0 && memchr(name, '\n', length) != NULL)
        subnet->state = SUBNET_CONFLICT;
    return valid;
}

/* --------------------------------------------------- attribute options -- */

/* "range=0-1499" or "range=1500-*". Anything else is no range. */
static void parse_range(struct span option, struct description *description)
{
    int64_t start, last = 0;

    if (!text_starts(option.text, option.length, "range="))
        return;
    option.text += strlen("range=");
    option.length -= strlen("range=");
    start = take_number(&option, 1, 9);
    if (start < 0 || !take_char(&option, '-'))
        return;
    if (!take_char(&option, '*')) {
        last = take_number(&option, 1, 9);
        if (last < start)
            return;
        last++;
    }
    if (option.length > 0)
        return;
    description->ranged = true;
    description->start = (uint32_t)start;
    description->next = (uint32_t)last;
}

struct description decode_description(const char *text, size_t length)
{
    struct description description = {.base_length = length};
    const char *end = text + length;
    const char *at = length > 0 ? memchr(text, ';', length) : NULL;

    if (at == NULL)
        return description;
    description.base_length = (size_t)(at - text);
    while (at != NULL) {
        const char *option = at + 1;

        at = memchr(option, ';', (size_t)(end - option));
        parse_range(
            (struct span){option, (size_t)((at != NULL ? at : end) - option)},
            &description);
    }
    return description;
}

uint32_t decode_range_next(const char *description, size_t length,
                           size_t *base_lengthp)
{
    struct description parsed = decode_description(description, length);

    *base_lengthp = parsed.base_length;
    return parsed.next;
}
