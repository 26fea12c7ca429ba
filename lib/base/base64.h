/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_BASE_BASE64_H
#define ADSCP_BASE_BASE64_H

#include <stdbool.h>
#include <stddef.h>

/* RFC 4648 4. length is at most BASE64_MAX; out has room for
 * BASE64_SIZE(length), which includes a NUL. Returns the number of characters.
 */
#define BASE64_MAX ((size_t)1 << 30)
#define BASE64_SIZE(length) (((length) + 2) / 3 * 4 + 1)
size_t base64_encode(char *out, const char *bytes, size_t length);

/* In place. false: anything but whole groups of four, padding at the end only,
 * and no bit set that is thrown away. */
bool base64_decode(char *text, size_t length, size_t *decoded_lengthp);

#endif
