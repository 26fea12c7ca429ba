/* SPDX-License-Identifier: MIT */
/*
 * Policy files for the tests, put together byte by byte: records of a
 * Registry.pol, and exports in UTF-16.
 */
#ifndef ADSCP_TESTS_POLICY_FILES_H
#define ADSCP_TESTS_POLICY_FILES_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define AUTODISCOVER "Software\\Microsoft\\Office\\16.0\\Outlook\\AutoDiscover"
#define AUTODISCOVER_POLICY                                                    \
    "Software\\Policies\\Microsoft\\Office\\16.0\\Outlook\\AutoDiscover"
#define STORES_POLICY "Software\\Policies\\Microsoft\\SystemCertificates\\"
#define REG_HEAD "Windows Registry Editor Version 5.00\r\n\r\n"

struct bytes {
    char *at;
    size_t length;
    size_t room;
};

static inline void bytes_add(struct bytes *bytes, const void *from,
                             size_t length)
{
    while (bytes->room - bytes->length < length) {
        bytes->room = bytes->room > 0 ? 2 * bytes->room : 1024;
        bytes->at = realloc(bytes->at, bytes->room);
        if (bytes->at == NULL)
            abort();
    }
    memcpy(bytes->at + bytes->length, from, length);
    bytes->length += length;
}

static inline void bytes_add_text(struct bytes *bytes, const char *text)
{
    bytes_add(bytes, text, strlen(text));
}

static inline void bytes_free(struct bytes *bytes)
{
    free(bytes->at);
    *bytes = (struct bytes){0};
}

static inline void bytes_add_number(struct bytes *bytes, uint32_t number)
{
    unsigned char four[4];
    int i;

    for (i = 0; i < 4; i++)
        four[i] = (unsigned char)(number >> 8 * i & 0xFF);
    bytes_add(bytes, four, sizeof(four));
}

/* ASCII as UTF-16LE, without a NUL. */
static inline void bytes_add_wide(struct bytes *bytes, const char *text)
{
    for (; *text != '\0'; text++) {
        char unit[2] = {*text, '\0'};

        bytes_add(bytes, unit, sizeof(unit));
    }
}

static inline void pol_begin(struct bytes *pol)
{
    *pol = (struct bytes){0};
    bytes_add(pol, "PReg\1\0\0\0", 8);
}

static inline void pol_add(struct bytes *pol, const char *key,
                           const char *value, uint32_t type, const void *data,
                           size_t size)
{
    bytes_add_wide(pol, "[");
    bytes_add_wide(pol, key);
    bytes_add(pol, "\0\0", 2);
    bytes_add_wide(pol, ";");
    bytes_add_wide(pol, value);
    bytes_add(pol, "\0\0", 2);
    bytes_add_wide(pol, ";");
    bytes_add_number(pol, type);
    bytes_add_wide(pol, ";");
    bytes_add_number(pol, (uint32_t)size);
    bytes_add_wide(pol, ";");
    bytes_add(pol, data, size);
    bytes_add_wide(pol, "]");
}

static inline void pol_add_number(struct bytes *pol, const char *key,
                                  const char *value, uint32_t number)
{
    struct bytes data = {0};

    bytes_add_number(&data, number);
    pol_add(pol, key, value, 4, data.at, data.length);
    bytes_free(&data);
}

static inline void pol_add_text(struct bytes *pol, const char *key,
                                const char *value, const char *text)
{
    struct bytes data = {0};

    bytes_add_wide(&data, text);
    bytes_add(&data, "\0\0", 2);
    pol_add(pol, key, value, 1, data.at, data.length);
    bytes_free(&data);
}

/* A serialized certificate: a property that nobody needs, and the DER. */
static inline void element_of(struct bytes *element, const void *der,
                              size_t length)
{
    *element = (struct bytes){0};
    bytes_add_number(element, 3);
    bytes_add_number(element, 1);
    bytes_add_number(element, 20);
    bytes_add(element, "01234567890123456789", 20);
    bytes_add_number(element, 32);
    bytes_add_number(element, 1);
    bytes_add_number(element, (uint32_t)length);
    bytes_add(element, der, length);
}

#endif
