/* SPDX-License-Identifier: MIT */
/* BER, as far as a directory that answers from memory has to write and read it.
 */
#ifndef ADSCP_BENCH_BER_H
#define ADSCP_BENCH_BER_H

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { /* tags of RFC 4511 */
       TAG_INTEGER = 0x02,
       TAG_OCTETS = 0x04,
       TAG_ENUMERATED = 0x0a,
       TAG_SEQUENCE = 0x30,
       TAG_SET = 0x31,
       TAG_BIND = 0x60,
       TAG_BIND_DONE = 0x61,
       TAG_UNBIND = 0x42,
       TAG_SEARCH = 0x63,
       TAG_ENTRY = 0x64,
       TAG_SEARCH_DONE = 0x65,
       TAG_ABANDON = 0x50,
       TAG_EXTENDED_DONE = 0x78,
       TAG_CONTROLS = 0xa0
};

static inline void die(const char *what)
{
    fprintf(stderr, "canned: %s: %s\n", what, strerror(errno));
    exit(1);
}

/* --------------------------------------------------------------- writing */

struct bytes {
    unsigned char *data;
    size_t length, capacity;
};

static inline void put(struct bytes *out, const void *data, size_t length)
{
    if (out->capacity - out->length < length) {
        out->capacity = (out->capacity + length) * 2;
        out->data = realloc(out->data, out->capacity);
        if (out->data == NULL)
            die("memory");
    }
    memcpy(out->data + out->length, data, length);
    out->length += length;
}

static inline void put_byte(struct bytes *out, unsigned int value)
{
    unsigned char byte = (unsigned char)value;

    put(out, &byte, 1);
}

/* Begin something constructed; its length is known when it is closed. */
static inline size_t put_open(struct bytes *out, unsigned int tag)
{
    put_byte(out, tag);
    put(out, "\x84\0\0\0", 5);
    return out->length;
}

static inline void put_close(struct bytes *out, size_t begin)
{
    uint32_t length = htonl((uint32_t)(out->length - begin));

    memcpy(out->data + begin - 4, &length, 4);
}

static inline void put_octets(struct bytes *out, const void *data,
                              size_t length)
{
    put_byte(out, TAG_OCTETS);
    if (length >= 128)
        put_byte(out, 0x81);
    put_byte(out, (unsigned int)length);
    put(out, data, length);
}

static inline void put_text(struct bytes *out, const char *text)
{
    put_octets(out, text, strlen(text));
}

/* Octets of a message id in the shortest form. */
static inline int id_width(uint32_t id)
{
    return id < 0x80 ? 1 : id < 0x8000 ? 2 : id < 0x800000 ? 3 : 4;
}

static inline void patch_id(unsigned char *at, uint32_t id, int width)
{
    while (width-- > 0) {
        at[width] = (unsigned char)id;
        id >>= 8;
    }
}

static inline size_t put_message(struct bytes *out, uint32_t id)
{
    size_t begin = put_open(out, TAG_SEQUENCE);
    int width = id_width(id);

    put_byte(out, TAG_INTEGER);
    put_byte(out, (unsigned int)width);
    put(out, "\0\0\0", (size_t)width);
    patch_id(out->data + out->length - width, id, width);
    return begin;
}

static inline void put_attribute(struct bytes *out, const char *name,
                                 const char *a, const char *b)
{
    size_t attribute = put_open(out, TAG_SEQUENCE), set;

    put_text(out, name);
    set = put_open(out, TAG_SET);
    put_text(out, a);
    if (b != NULL)
        put_text(out, b);
    put_close(out, set);
    put_close(out, attribute);
}

/* --------------------------------------------------------------- reading */

struct span {
    const unsigned char *at, *end;
};

/* Take one element off the front; false where there is no whole one. */
static inline bool take(struct span *in, unsigned int *tagp,
                        struct span *valuep)
{
    const unsigned char *at = in->at;
    size_t length, octets;

    if (in->end - at < 2)
        return false;
    *tagp = *at++;
    length = *at++;
    if (length >= 0x80) {
        octets = length & 0x7f;
        if (octets > 4 || (size_t)(in->end - at) < octets)
            return false;
        for (length = 0; octets > 0; octets--)
            length = length << 8 | *at++;
    }
    if ((size_t)(in->end - at) < length)
        return false;
    valuep->at = at;
    valuep->end = in->at = at + length;
    return true;
}

static inline uint32_t number(struct span value)
{
    uint32_t n = 0;

    while (value.at < value.end)
        n = n << 8 | *value.at++;
    return n;
}

static inline bool contains(struct span text, const char *word)
{
    return memmem(text.at, (size_t)(text.end - text.at), word, strlen(word)) !=
           NULL;
}

static inline bool equals(struct span text, const char *word)
{
    return (size_t)(text.end - text.at) == strlen(word) &&
           strncasecmp((const char *)text.at, word, strlen(word)) == 0;
}

#endif
