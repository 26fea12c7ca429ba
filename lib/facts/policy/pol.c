/* SPDX-License-Identifier: MIT */
/*
 * Registry.pol, [MS-GPREG] 2.2.1: a head, and records
 * [key;value;type;size;data] whose brackets and semicolons are UTF-16LE as the
 * names are. Names that begin with two stars delete something instead. A record
 * that is cut ends the reading: whoever gave the file believes that it is
 * whole.
 */
#include <string.h>

#include "facts/policy/private.h"

enum { HEAD = 8, UNIT = 2, NUMBER = 4, VERSION = 1 };

static const char signature[4] = {'P', 'R', 'e', 'g'};

struct pol {
    const struct policy_source *source;
    size_t at;
    policy_take *take;
    void *to;
    struct buffer key, name, data;
};

bool policy_is_pol(const char *bytes, size_t length)
{
    return length >= sizeof(signature) &&
           memcmp(bytes, signature, sizeof(signature)) == 0;
}

static int broken(const struct pol *pol, size_t at, const char *why)
{
    return detail_set(pol->source->detail, ADSCP_E_FORMAT, "%s: offset %zu: %s",
                      pol->source->name, at, why);
}

static size_t left(const struct pol *pol)
{
    return pol->source->length - pol->at;
}

static uint32_t unit_at(const struct pol *pol)
{
    const uint8_t *bytes = (const uint8_t *)pol->source->bytes + pol->at;

    return bytes[0] | (uint32_t)bytes[1] << 8;
}

static int expect(struct pol *pol, char mark)
{
    char why[] = "\"?\" is missing: the file is cut or damaged";

    if (left(pol) >= UNIT && unit_at(pol) == (uint32_t)mark) {
        pol->at += UNIT;
        return ADSCP_OK;
    }
    why[1] = mark;
    return broken(pol, pol->at, why);
}

/* A name, its NUL, and the semicolon that must follow: one that holds a NUL
 * ends here too. */
static int take_name(struct pol *pol, const char *why, struct buffer *buffer)
{
    size_t begin = pol->at;

    while (left(pol) >= UNIT && unit_at(pol) != 0)
        pol->at += UNIT;
    if (left(pol) < UNIT)
        return broken(pol, begin, why);
    buffer->used = 0;
    if (!policy_add_utf16(buffer, pol->source->bytes + begin, pol->at - begin))
        return ADSCP_E_NOMEM;
    pol->at += UNIT;
    return expect(pol, ';');
}

static int take_number(struct pol *pol, uint32_t *numberp)
{
    const uint8_t *bytes = (const uint8_t *)pol->source->bytes + pol->at;

    if (left(pol) < NUMBER)
        return broken(pol, pol->at,
                      "a number of four bytes is missing: the file is cut or "
                      "damaged");
    *numberp = bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
               (uint32_t)bytes[3] << 24;
    pol->at += NUMBER;
    return expect(pol, ';');
}

static int take_data(struct pol *pol, uint32_t size, struct span *datap)
{
    if (size > left(pol))
        return detail_set(pol->source->detail, ADSCP_E_FORMAT,
                          "%s: offset %zu: data of %lu bytes, but only %zu "
                          "follow: the file is cut or damaged",
                          pol->source->name, pol->at, (unsigned long)size,
                          left(pol));
    *datap = (struct span){pol->source->bytes + pol->at, size};
    pol->at += size;
    return expect(pol, ']');
}

/* ------------------------------------------------------------- records -- */

static int give(const struct pol *pol, struct policy_record record)
{
    if (record.key.length > POLICY_NAME_MAX ||
        record.name.length > POLICY_NAME_MAX)
        return ADSCP_OK;
    return pol->take(pol->to, &record);
}

/* A key below the record's own. */
static int give_key(struct pol *pol, struct policy_record record,
                    struct span name)
{
    struct buffer *key = &pol->key;
    size_t length = key->used;
    int rc;

    if (!buffer_add(key, "\\", 1) || !buffer_add(key, name.text, name.length))
        return ADSCP_E_NOMEM;
    record.key = policy_span(key);
    rc = give(pol, record);
    key->used = length;
    return rc;
}

/* "first;second". */
static int give_list(struct pol *pol, struct policy_record record)
{
    struct span rest = record.data;
    int rc = ADSCP_OK;

    if (record.key.length > POLICY_NAME_MAX || !policy_is_text(record.type))
        return ADSCP_OK;
    while (rest.length > 0 && rc == ADSCP_OK) {
        struct span name = span_until(rest, ';');

        rest = span_from(rest, name.length + (name.length < rest.length));
        while (name.length > 0 && name.text[0] == ' ')
            name = span_from(name, 1);
        record.name = name;
        if (name.length == 0 || name.length > POLICY_NAME_MAX)
            continue;
        rc = record.deed == POLICY_DELETE_KEY ? give_key(pol, record, name)
                                              : give(pol, record);
    }
    return rc;
}

/* Those that end in a dot have the name of a value behind it. */
static const struct {
    const char *name;
    enum policy_deed deed;
} stars[] = {
    {"**del.", POLICY_DELETE_VALUE},
    {"**delvals", POLICY_DELETE_VALUES},
    {"**deletevalues", POLICY_DELETE_VALUE},
    {"**deletekeys", POLICY_DELETE_KEY},
    {"**soft.", POLICY_SET_NEW},
};

/* **SecureKey, **Comment: and others set nothing. */
static int give_starred(struct pol *pol, struct policy_record record)
{
    size_t i;

    for (i = 0; i < sizeof(stars) / sizeof(stars[0]); i++) {
        size_t length = strlen(stars[i].name);

        if (!text_starts(record.name.text, record.name.length, stars[i].name))
            continue;
        record.deed = stars[i].deed;
        if (stars[i].name[length - 1] == '.') {
            record.name = span_from(record.name, length);
            return give(pol, record);
        }
        return record.deed == POLICY_DELETE_VALUES ? give(pol, record)
                                                   : give_list(pol, record);
    }
    return ADSCP_OK;
}

/* A record without a name and a type only makes the key. */
static int give_record(struct pol *pol, struct policy_record record)
{
    record.key = policy_span(&pol->key);
    record.name = policy_span(&pol->name);
    if (policy_is_text(record.type)) {
        pol->data.used = 0;
        if (!policy_add_utf16(&pol->data, record.data.text, record.data.length))
            return ADSCP_E_NOMEM;
        record.data = policy_span(&pol->data);
    }
    if (record.type == 0 && record.name.length == 0)
        return ADSCP_OK;
    return text_starts(record.name.text, record.name.length, "**")
               ? give_starred(pol, record)
               : give(pol, record);
}

static int take_record(struct pol *pol)
{
    struct policy_record record = {
        .deed = POLICY_SET, .hive = POLICY_HIVE_UNTOLD, .place = pol->at};
    uint32_t size = 0;
    int rc = expect(pol, '[');

    if (rc == ADSCP_OK)
        rc = take_name(pol,
                       "the key's name has no end: the file is cut or "
                       "damaged",
                       &pol->key);
    if (rc == ADSCP_OK)
        rc = take_name(pol,
                       "the value's name has no end: the file is cut or "
                       "damaged",
                       &pol->name);
    if (rc == ADSCP_OK)
        rc = take_number(pol, &record.type);
    if (rc == ADSCP_OK)
        rc = take_number(pol, &size);
    if (rc == ADSCP_OK)
        rc = take_data(pol, size, &record.data);
    return rc == ADSCP_OK ? give_record(pol, record) : rc;
}

static int take_head(struct pol *pol)
{
    uint32_t version;

    if (pol->source->length < HEAD)
        return broken(pol, pol->source->length,
                      "the head of eight bytes is cut");
    version = (uint8_t)pol->source->bytes[sizeof(signature)];
    if (version != VERSION || pol->source->bytes[5] != 0 ||
        pol->source->bytes[6] != 0 || pol->source->bytes[7] != 0)
        return broken(pol, sizeof(signature),
                      "the version of the format is not 1");
    pol->at = HEAD;
    return ADSCP_OK;
}

int policy_read_pol(const struct policy_source *source, policy_take *take,
                    void *to)
{
    struct pol pol = {.source = source, .take = take, .to = to};
    int rc = take_head(&pol);
    size_t row;

    for (row = 0; rc == ADSCP_OK && left(&pol) > 0; row++) {
        rc = deadline_check_row(source->deadline, row);
        if (rc == ADSCP_OK)
            rc = take_record(&pol);
    }
    buffer_free(&pol.key);
    buffer_free(&pol.name);
    buffer_free(&pol.data);
    return rc;
}
