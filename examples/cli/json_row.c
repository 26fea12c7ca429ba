/* SPDX-License-Identifier: MIT */
#include "json_row.h"

#include <assert.h>
#include <string.h>

enum { KEY_MAX = 64 };

static void put(FILE *out, const char *text, size_t length)
{
    fwrite_unlocked(text, 1, length, out);
}

static void put_text(FILE *out, const char *text)
{
    put(out, text, strlen(text));
}

static void put_indent(FILE *out, int indent)
{
    static const char blanks[] = "                ";

    put(out, blanks, (size_t)indent);
}

/* Two characters, or an escape of six. */
static void put_escape(FILE *out, unsigned char c)
{
    static const char letters[] = {
        ['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r',
        ['\t'] = 't', ['"'] = '"',  ['\\'] = '\\'};

    if (letters[c] != '\0') {
        putc_unlocked('\\', out);
        putc_unlocked(letters[c], out);
    } else {
        fprintf(out, "\\u%04X", c);
    }
}

static bool is_plain(unsigned char c)
{
    return c >= ' ' && c != '"' && c != '\\';
}

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Some byte of the word is 0; it may also say so of one that stands above such
 * a byte. */
static uint64_t has_zero(uint64_t word)
{
    return (word - EACH(1)) & ~word & EACH(0x80);
}

/* Eight bytes at a time: long lists are mostly of such. */
static size_t plain_length(const char *text, size_t length)
{
    size_t at = 0;
    uint64_t word;

    for (; length - at >= sizeof(word); at += sizeof(word)) {
        memcpy(&word, text + at, sizeof(word));
        if ((((word - EACH(' ')) & ~word & EACH(0x80)) |
             has_zero(word ^ EACH('"')) | has_zero(word ^ EACH('\\'))) != 0)
            break;
    }
    while (at < length && is_plain((unsigned char)text[at]))
        at++;
    return at;
}

static void put_string(FILE *out, const char *text)
{
    size_t left = strlen(text);

    putc_unlocked('"', out);
    for (;;) {
        size_t length = plain_length(text, left);

        put(out, text, length);
        if (length == left)
            break;
        put_escape(out, (unsigned char)text[length]);
        text += length + 1;
        left -= length + 1;
    }
    putc_unlocked('"', out);
}

void row_put_number(FILE *out, int64_t value)
{
    char digits[24], *at = digits + sizeof(digits);

    do
        *--at = (char)('0' + value % 10);
    while ((value /= 10) > 0);
    put(out, at, (size_t)(digits + sizeof(digits) - at));
}

static void put_value(FILE *out, const char *text)
{
    if (text != NULL)
        put_string(out, text);
    else
        put_text(out, "null");
}

/* ------------------------------------------------------------------ rows --
 */

void row_begin(struct json_row *row, FILE *out, int indent)
{
    *row = (struct json_row){.out = out, .indent = indent};
    putc_unlocked('{', out);
}

bool row_end(struct json_row *row)
{
    if (row->keys > 0) {
        putc_unlocked('\n', row->out);
        put_indent(row->out, row->indent);
    }
    putc_unlocked('}', row->out);
    return !row->failed;
}

/* Keys are words of our own, of plain characters; a long list has many. */
static void put_key(struct json_row *row, const char *key)
{
    static const char before[] = ",\n                ";
    size_t first = row->keys++ > 0 ? 0 : 1, length = strlen(key);
    size_t used = 2 - first + (size_t)row->indent + 2;
    char text[sizeof(before) + KEY_MAX + 4];

    assert(length <= KEY_MAX);
    memcpy(text, before + first, used);
    text[used++] = '"';
    memcpy(text + used, key, length);
    memcpy(text + used + length, "\": ", 3);
    put(row->out, text, used + length + 3);
}

void row_text(struct json_row *row, const char *key, const char *value)
{
    put_key(row, key);
    put_value(row->out, value);
}

void row_sure_text(struct json_row *row, const char *key, const char *value)
{
    row->failed |= value == NULL;
    row_text(row, key, value);
}

void row_number(struct json_row *row, const char *key, int64_t value)
{
    put_key(row, key);
    if (value >= 0)
        row_put_number(row->out, value);
    else
        put_text(row->out, "null");
}

void row_truth(struct json_row *row, const char *key, bool value)
{
    put_key(row, key);
    put_text(row->out, value ? "true" : "false");
}

void row_moment(struct json_row *row, const char *key, int64_t seconds)
{
    char text[CLI_TIME_SIZE];

    row_text(row, key, cli_time_format(seconds, text));
}

void row_list(struct json_row *row, const char *key)
{
    put_key(row, key);
    putc_unlocked('[', row->out);
    row->items = 0;
}

void row_item(struct json_row *row, const char *value)
{
    if (row->items++ > 0)
        putc_unlocked(',', row->out);
    putc_unlocked('\n', row->out);
    put_indent(row->out, row->indent + 4);
    put_value(row->out, value);
    row->failed |= value == NULL;
}

void row_list_end(struct json_row *row)
{
    if (row->items > 0) {
        putc_unlocked('\n', row->out);
        put_indent(row->out, row->indent + 2);
    }
    putc_unlocked(']', row->out);
}

void row_object(struct json_row *row, const char *key, struct json_row *inner)
{
    put_key(row, key);
    row_begin(inner, row->out, row->indent + 2);
}
