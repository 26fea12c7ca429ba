/* SPDX-License-Identifier: MIT */
/*
 * Up to TLS 1.2 a server shows its certificates before any key is agreed upon.
 * So we ask for every cipher that a server of 2003 or of today may know, and
 * never need one: RC4, 3DES and export suites are here, which no TLS library
 * offers any more. What is seen so is unproven, since the server has not shown
 * that it holds the key.
 */
#include "gather/observe/hello.h"

#include <stdarg.h>
#include <string.h>

#include "gather/observe/record.h"

/* Windows Server 2003 reads the first 64 suites only. Plain RSA comes first: a
 * server that lets the client choose has then nothing to sign. */
static const uint16_t suites[] = {
    0x002f, 0x0035, 0x000a, 0x0005, 0x0004, 0x0009, /* RSA: AES, 3DES, RC4 */
    0x003c, 0x003d, 0x009c, 0x009d,                 /* RSA, TLS 1.2 */
    0xc013, 0xc014, 0xc009, 0xc00a, 0xc027, 0xc028, 0xc023, 0xc024, /* ECDHE */
    0xc02f, 0xc030, 0xc02b, 0xc02c, 0xcca8, 0xcca9, 0xc011, 0xc012, 0xc007,
    0xc008, 0x0033, 0x0039, 0x0016, 0x0067, 0x006b, 0x009e, 0x009f, /* DHE */
    0x0032, 0x0038, 0x0013, 0x0066, /* DHE, DSS */
    0x0003, 0x0006, 0x0062, 0x0064, /* export */
    0x00ff /* RFC 5746 3.3: willing to renegotiate safely */
};

static const uint16_t groups[] = {0x001d, 0x0017, 0x0018, 0x0019, 0x0016};

static const uint16_t signatures[] = {0x0401, 0x0403, 0x0804, 0x0501,
                                      0x0503, 0x0805, 0x0601, 0x0603,
                                      0x0806, 0x0201, 0x0203, 0x0202};

/* What is being written; never beyond HELLO_MAX, for all parts are of known
 * size but the name. */
struct writer {
    unsigned char *bytes;
    size_t used;
};

static void put(struct writer *writer, size_t number, int width)
{
    while (width-- > 0)
        writer->bytes[writer->used++] = (unsigned char)(number >> (8 * width));
}

static void put_bytes(struct writer *writer, const void *bytes, size_t length)
{
    memcpy(writer->bytes + writer->used, bytes, length);
    writer->used += length;
}

static void put_list(struct writer *writer, const uint16_t *numbers,
                     size_t count)
{
    size_t i;

    put(writer, count * 2, 2);
    for (i = 0; i < count; i++)
        put(writer, numbers[i], 2);
}

/* Leave room for a length, and fill it in later. */
static size_t open_length(struct writer *writer, int width)
{
    put(writer, 0, width);
    return writer->used;
}

static void close_length(struct writer *writer, size_t start, int width)
{
    struct writer back = {writer->bytes, start - (size_t)width};

    put(&back, writer->used - start, width);
}

static void put_extension(struct writer *writer, unsigned int type,
                          const uint16_t *numbers, size_t count)
{
    put(writer, type, 2);
    put(writer, 2 + count * 2, 2);
    put_list(writer, numbers, count);
}

static void put_name(struct writer *writer, const char *name)
{
    size_t length = strlen(name);

    put(writer, 0, 2); /* RFC 6066 3: server_name */
    put(writer, length + 5, 2);
    put(writer, length + 3, 2);
    put(writer, 0, 1); /* host_name */
    put(writer, length, 2);
    put_bytes(writer, name, length);
}

/* RFC 7685: some servers never answer a hello of 256 to 511 bytes. */
static void put_padding(struct writer *writer)
{
    enum { SHORT = 256, LONG = 512, EXTENSION_HEADER = 4 };
    size_t length = writer->used - RECORD_HEADER, padding = 0;

    if (length < SHORT || length >= LONG)
        return;
    if (length + EXTENSION_HEADER < LONG)
        padding = LONG - EXTENSION_HEADER - length;
    put(writer, 21, 2);
    put(writer, padding, 2);
    memset(writer->bytes + writer->used, 0, padding);
    writer->used += padding;
}

static void put_extensions(struct writer *writer, const char *name)
{
    size_t start = open_length(writer, 2);

    if (name != NULL)
        put_name(writer, name);
    put_extension(writer, 10, groups, sizeof(groups) / sizeof(groups[0]));
    put(writer, 0x000b, 2); /* RFC 8422 5.1.2: uncompressed points */
    put(writer, 2, 2);
    put(writer, 0x0100, 2);
    put_extension(writer, 13, signatures,
                  sizeof(signatures) / sizeof(signatures[0]));
    put_padding(writer);
    close_length(writer, start, 2);
}

size_t hello_write(unsigned char out[HELLO_MAX],
                   const unsigned char random[HELLO_RANDOM], const char *name)
{
    struct writer writer = {out, 0};
    size_t record, message;

    put(&writer, HANDSHAKE, 1);
    put(&writer, 0x0301, 2); /* RFC 5246 E.1: for the sake of old servers */
    record = open_length(&writer, 2);
    put(&writer, CLIENT_HELLO, 1);
    message = open_length(&writer, 3);
    put(&writer, 0x0303, 2);
    put_bytes(&writer, random, HELLO_RANDOM);
    put(&writer, 0, 1); /* no session */
    put_list(&writer, suites, sizeof(suites) / sizeof(suites[0]));
    put(&writer, 0x0100, 2); /* no compression */
    put_extensions(&writer, name);
    close_length(&writer, message, 3);
    close_length(&writer, record, 2);
    return writer.used;
}
