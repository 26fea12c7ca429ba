/* SPDX-License-Identifier: MIT */
/*
 * The caller's own words, such as the name of a file, as the library shows
 * those of a directory: what is no UTF-8, controls a terminal or turns the
 * direction of writing is written as \xHH.
 */
#include "cli.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { HEX_LENGTH = 4 };

/* How many bytes a character has that begins so, and the smallest one that has
 * as many; 0: none does. */
static size_t length_of(unsigned char lead, uint32_t *pointp, uint32_t *leastp)
{
    *leastp = lead < 0x80   ? 0
              : lead < 0xe0 ? 0x80
              : lead < 0xf0 ? 0x800
                            : 0x10000;
    *pointp = lead < 0x80   ? lead
              : lead < 0xe0 ? lead & 0x1fU
              : lead < 0xf0 ? lead & 0x0fU
                            : lead & 0x07U;
    if (lead < 0x80)
        return 1;
    if (lead < 0xc0 || lead >= 0xf8)
        return 0;
    return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

static bool is_shown(uint32_t point)
{
    return point >= ' ' && (point < 0x7f || point >= 0xa0) && point != 0x61c &&
           point != 0x200e && point != 0x200f &&
           (point < 0x2028 || point > 0x202e) &&
           (point < 0x2066 || point > 0x2069) &&
           (point < 0xd800 || point > 0xdfff) && point <= 0x10ffff;
}

/* The bytes of the first character; 0: it is none that can be shown. */
static size_t clean_length(const char *text)
{
    uint32_t point, least;
    size_t length = length_of((unsigned char)*text, &point, &least), i;

    for (i = 1; i < length; i++) {
        unsigned char next = (unsigned char)text[i];

        if ((next & 0xc0) != 0x80)
            return 0;
        point = point << 6 | (next & 0x3fU);
    }
    return point >= least && is_shown(point) ? length : 0;
}

char *cli_clean(char *text)
{
    char *shown = text != NULL ? malloc(HEX_LENGTH * strlen(text) + 1) : NULL;
    char *to = shown;
    const char *at = text;

    if (shown == NULL) {
        free(text);
        return NULL;
    }
    while (*at != '\0') {
        size_t length = clean_length(at);

        if (length == 0)
            to += sprintf(to, "\\x%02X", (unsigned)(unsigned char)*at++);
        else
            to = (char *)memcpy(to, at, length) + length;
        at += length;
    }
    *to = '\0';
    free(text);
    return shown;
}
