/* SPDX-License-Identifier: MIT */
/*
 * Base64 by OpenSSL, and what it lets pass. EVP_DecodeBlock() drops blanks,
 * line ends and "-" at both ends of the text, takes "=" for a digit anywhere,
 * and counts the bytes of the padding.
 */
#include "base/base64.h"

#include <openssl/evp.h>
#include <string.h>

enum { GROUPS = 1024 /* at a time, through a buffer of our own */ };

size_t base64_encode(char *out, const char *bytes, size_t length)
{
    return (size_t)EVP_EncodeBlock((unsigned char *)out,
                                   (const unsigned char *)bytes, (int)length);
}

static bool is_digit(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c >= '0' && c <= '9') || c == '+' || c == '/';
}

/* Some whole groups. What stands at their ends must be looked at first. */
static bool decode_groups(const char *text, size_t length, char *out)
{
    unsigned char bytes[3 * GROUPS];

    if (!is_digit(text[0]) ||
        (!is_digit(text[length - 1]) && text[length - 1] != '='))
        return false;
    if (EVP_DecodeBlock(bytes, (const unsigned char *)text, (int)length) < 0)
        return false;
    memcpy(out, bytes, length / 4 * 3);
    return true;
}

bool base64_decode(char *text, size_t length, size_t *decoded_lengthp)
{
    size_t pads = 0, used = 0, i, n;

    if (length % 4 != 0)
        return false;
    while (pads < 2 && pads < length && text[length - 1 - pads] == '=')
        pads++;
    if (length > 0 && memchr(text, '=', length - pads) != NULL)
        return false;
    for (i = 0; i < length; i += n, used += n / 4 * 3) {
        n = length - i < (size_t)4 * GROUPS ? length - i : (size_t)4 * GROUPS;
        if (!decode_groups(text + i, n, text + used))
            return false;
    }
    for (; pads > 0; pads--)
        if (text[--used] != 0)
            return false;
    *decoded_lengthp = used;
    return true;
}
