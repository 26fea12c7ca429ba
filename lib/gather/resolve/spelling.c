/* SPDX-License-Identifier: MIT */
/*
 * Names that are no host names. A site of Active Directory is one label,
 * whatever its letters: "_ldap._tcp.Site One._sites...". Newer releases of
 * c-ares take no such name, however it is escaped. So c-ares asks about a host
 * name of the same shape, and the socket puts the true bytes into the question,
 * and takes them out of the answer's.
 */
#include <string.h>

#include "base/text.h"
#include "gather/resolve/private.h"

/* One label, its length before it, to `wire`; 0: it is none. */
static size_t take_label(const char **atp, unsigned char *wire, size_t room)
{
    const char *at = *atp;
    size_t length = 0;

    while (*at != '\0' && *at != '.') {
        if (*at == '\\' && *++at == '\0')
            return 0;
        if (length == HOST_LABEL_MAX || length + 2 >= room)
            return 0;
        wire[++length] = (unsigned char)*at++;
    }
    wire[0] = (unsigned char)length;
    *atp = *at == '.' ? at + 1 : at;
    return length == 0 ? 0 : length + 1;
}

/* The name's text again, of letters that c-ares takes. */
static void stand_in(struct spelling *spelling, size_t end,
                     char out[RESOLVE_NAME_MAX])
{
    size_t at, i, length, used = 0;

    memcpy(spelling->stand_in, spelling->wire, end);
    for (at = 0; at < end; at += length + 1) {
        length = spelling->wire[at];
        if (at > 0)
            out[used++] = '.';
        for (i = 1; i <= length; i++) {
            char c = (char)spelling->wire[at + i];

            if (!host_is_letter(c)) {
                spelling->length = end;
                c = 'x';
            }
            spelling->stand_in[at + i] = (unsigned char)c;
            out[used++] = c;
        }
    }
    out[used] = '\0';
}

bool spelling_make(const char *name, struct spelling *spelling,
                   char out[RESOLVE_NAME_MAX])
{
    size_t end = 0, label;

    spelling->length = 0;
    while (*name != '\0') {
        label =
            take_label(&name, spelling->wire + end, RESOLVE_NAME_MAX + 1 - end);
        if (label == 0)
            return false;
        end += label;
    }
    if (end == 0)
        return false;
    stand_in(spelling, end, out);
    return true;
}

static bool is_inside(const struct spelling *spelling, size_t index)
{
    return index >= DNS_HEADER && index - DNS_HEADER < spelling->length;
}

unsigned char spelling_out(const struct spelling *spelling, size_t index,
                           unsigned char byte)
{
    return is_inside(spelling, index) ? spelling->wire[index - DNS_HEADER]
                                      : byte;
}

/* An answer to another question stays one, even if it asks for the stand-in. */
unsigned char spelling_in(const struct spelling *spelling, size_t index,
                          unsigned char byte)
{
    if (!is_inside(spelling, index))
        return byte;
    index -= DNS_HEADER;
    if (text_lower_ascii((char)byte) ==
        text_lower_ascii((char)spelling->wire[index]))
        return spelling->stand_in[index];
    return byte == spelling->stand_in[index] ? '?' : byte;
}
