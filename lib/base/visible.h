/* SPDX-License-Identifier: MIT */
/*
 * What a reader cannot see in a name, or takes for something else: characters
 * without a shape of their own, and letters of scripts that do not go together.
 */
#ifndef ADSCP_BASE_VISIBLE_H
#define ADSCP_BASE_VISIBLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* C0 and C1 controls, DEL, line and paragraph separator, and the marks of
 * bidirectional text, which can make a line read as another: text.h escapes
 * them. */
bool visible_is_control(uint32_t point);

/* Clean text (text.h). Default-ignorable and format characters, fillers and
 * noncharacters are invisible; joiners between letters of a script that writes
 * with them are not. */
bool visible_is_whole(const char *text, size_t length);

/* Write text into out (capacity bytes, NUL included), every invisible character
 * as \u{200B}, cut at a whole character. A backslash before "u{" becomes
 * \u{5C}, so that no text of somebody else looks like that. Returns the length
 * that the whole would need. */
size_t visible_write(char *out, size_t capacity, const char *text,
                     size_t length);

/* A name that is not "highly restrictive" by UTS #39, 5.2: letters of several
 * scripts other than those that Japanese, Chinese and Korean mix, with Latin or
 * without. */
bool visible_mixes_scripts(const char *text, size_t length);

#endif
