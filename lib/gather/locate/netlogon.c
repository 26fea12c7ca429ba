/* SPDX-License-Identifier: MIT */
/*
 * The bytes of an LDAP ping and of its answer. Pure: no socket, no clock. Every
 * byte of an answer moves through one checked cursor. Refused are layouts older
 * than Windows 2000's last, names that run in circles or forward, and names
 * that are not clean text; what stands behind the known fields is ignored, as
 * the specification wants it.
 *
 * The published pseudo-code for names ([MS-ADTS] 6.3.7) takes one byte of a
 * compression pointer and goes on behind one label; real servers do as RFC 1035
 * 4.1.4 says, and so does this file.
 */
#include "gather/locate/netlogon.h"

#include <string.h>

#include "base/text.h"

/* BER (X.690) as far as RFC 4511 needs it here. */
enum {
    BER_BOOLEAN = 0x01,
    BER_INTEGER = 0x02,
    BER_OCTETS = 0x04,
    BER_ENUMERATED = 0x0A,
    BER_SEQUENCE = 0x30,
    BER_SET = 0x31,
    LDAP_SEARCH = 0x63,
    LDAP_ENTRY = 0x64,
    LDAP_DONE = 0x65,
    LDAP_REFERENCE = 0x73,
    FILTER_AND = 0xA0,
    FILTER_EQUAL = 0xA3
};

/* -------------------------------------------------------------- request -- */

/* Written from the end, since a length stands before what it counts. */
struct writer {
    unsigned char bytes[NETLOGON_REQUEST_MAX];
    size_t begin;
};

static void put(struct writer *writer, const void *bytes, size_t length)
{
    writer->begin -= length;
    memcpy(writer->bytes + writer->begin, bytes, length);
}

static void put_byte(struct writer *writer, unsigned byte)
{
    writer->bytes[--writer->begin] = (unsigned char)byte;
}

/* Tag and length before what was written since the writer stood at `end`. */
static void put_head(struct writer *writer, unsigned tag, size_t end)
{
    size_t length = end - writer->begin;

    put_byte(writer, (unsigned)(length & 0xFF));
    if (length > 0xFF)
        put_byte(writer, (unsigned)(length >> 8));
    if (length > 0x7F)
        put_byte(writer, length > 0xFF ? 0x82 : 0x81);
    put_byte(writer, tag);
}

static void put_octets(struct writer *writer, const void *bytes, size_t length)
{
    size_t end = writer->begin;

    put(writer, bytes, length);
    put_head(writer, BER_OCTETS, end);
}

static void put_equal(struct writer *writer, const char *name,
                      const void *value, size_t length)
{
    size_t end = writer->begin;

    put_octets(writer, value, length);
    put_octets(writer, name, strlen(name));
    put_head(writer, FILTER_EQUAL, end);
}

/* The fewest octets that keep the sign. */
static void put_id(struct writer *writer, int id)
{
    unsigned left = (unsigned)id;
    size_t end = writer->begin;

    do {
        put_byte(writer, left & 0xFF);
        left >>= 8;
    } while (left > 0);
    if ((writer->bytes[writer->begin] & 0x80) != 0)
        put_byte(writer, 0);
    put_head(writer, BER_INTEGER, end);
}

/* Neither Host nor DnsHostName: a server that cannot place our address would
 * resolve that name and place its address instead ([MS-ADTS] 6.3.3.2). */
static void put_filter(struct writer *writer, const char *domain)
{
    /* V5, V5EX and the next closest site, little-endian (6.3.1.1) */
    static const unsigned char version[4] = {0x16, 0, 0, 0};
    size_t end = writer->begin;

    put_equal(writer, "NtVer", version, sizeof(version));
    if (domain != NULL)
        put_equal(writer, "DnsDomain", domain, strlen(domain));
    put_head(writer, FILTER_AND, end);
}

size_t netlogon_request(unsigned char out[NETLOGON_REQUEST_MAX], int id,
                        const char *domain)
{
    /* base "", scope and dereferencing 0, no limits, values wanted */
    static const unsigned char where[] = {
        BER_OCTETS, 0, BER_ENUMERATED, 1, 0, BER_ENUMERATED, 1, 0, BER_INTEGER,
        1,          0, BER_INTEGER,    1, 0, BER_BOOLEAN,    1, 0};
    struct writer writer = {.begin = NETLOGON_REQUEST_MAX};
    const size_t end = writer.begin;
    size_t length;

    if (domain != NULL &&
        (domain[0] == '\0' || strlen(domain) >= NETLOGON_NAME_MAX))
        return 0;
    put_octets(&writer, "netlogon", strlen("netlogon"));
    put_head(&writer, BER_SEQUENCE, end);
    put_filter(&writer, domain);
    put(&writer, where, sizeof(where));
    put_head(&writer, LDAP_SEARCH, end);
    put_id(&writer, id);
    put_head(&writer, BER_SEQUENCE, end);
    length = end - writer.begin;
    memcpy(out, writer.bytes + writer.begin, length);
    return length;
}

/* --------------------------------------------------------------- cursor -- */

struct cursor {
    const unsigned char *at;
    const unsigned char *end;
};

static size_t left(const struct cursor *cursor)
{
    return (size_t)(cursor->end - cursor->at);
}

static bool take(struct cursor *cursor, size_t length, struct cursor *partp)
{
    if (length > left(cursor))
        return false;
    *partp = (struct cursor){cursor->at, cursor->at + length};
    cursor->at += length;
    return true;
}

/* A definite length of at most four octets; Active Directory always writes four
 * behind 0x84. */
static bool take_length(struct cursor *cursor, size_t *lengthp)
{
    size_t length, octets;

    if (left(cursor) < 1)
        return false;
    length = *cursor->at++;
    if (length < 0x80) {
        *lengthp = length;
        return true;
    }
    octets = length - 0x80;
    if (octets < 1 || octets > 4 || octets > left(cursor))
        return false;
    for (length = 0; octets > 0; octets--)
        length = length << 8 | *cursor->at++;
    *lengthp = length;
    return true;
}

static bool take_element(struct cursor *cursor, unsigned *tagp,
                         struct cursor *contentp)
{
    size_t length;

    if (left(cursor) < 2)
        return false;
    *tagp = *cursor->at++;
    return take_length(cursor, &length) && take(cursor, length, contentp);
}

static bool take_tagged(struct cursor *cursor, unsigned tag,
                        struct cursor *contentp)
{
    unsigned found;

    return take_element(cursor, &found, contentp) && found == tag;
}

static unsigned u16_le(const unsigned char *at)
{
    return at[0] | (unsigned)at[1] << 8;
}

static uint32_t u32_le(const unsigned char *at)
{
    return u16_le(at) | (uint32_t)u16_le(at + 2) << 16;
}

/* ---------------------------------------------------------------- names -- */

/* The fields of a value: what compression pointers count from, and where its
 * names end. */
struct fields {
    const unsigned char *value;
    struct cursor rest;
};

enum { FIRST_NAME = 24, POINTER = 0xC0, LABEL_MAX = 63 };

/* Append a label and, before every one but the first, a dot. */
static bool name_append(char name[NETLOGON_NAME_MAX], size_t *usedp,
                        const unsigned char *label, size_t length)
{
    size_t used = *usedp, dot = used > 0;

    if (used + dot + length >= NETLOGON_NAME_MAX)
        return false;
    if (dot != 0)
        name[used++] = '.';
    memcpy(name + used, label, length);
    *usedp = used + length;
    return true;
}

/* Go where a pointer leads. Each must lead further back than the one before, so
 * that their number is bounded. */
static bool name_jump(const struct fields *fields, struct cursor *cursor,
                      const unsigned char **lowestp)
{
    const unsigned char *to;

    if (left(cursor) < 1)
        return false;
    to = fields->value +
         ((size_t)(cursor->at[-1] & ~POINTER & 0xFF) << 8 | cursor->at[0]);
    if (to < fields->value + FIRST_NAME || to >= *lowestp)
        return false;
    cursor->at = to;
    *lowestp = to;
    return true;
}

/* A compressed name, RFC 1035 4.1.4, as text; what is no domain name (a site, a
 * NetBIOS name) comes in dotted labels too. */
static bool take_name(struct fields *fields, char name[NETLOGON_NAME_MAX])
{
    struct cursor cursor = fields->rest;
    const unsigned char *lowest = cursor.at;
    bool jumped = false;
    size_t used = 0;

    while (left(&cursor) > 0) {
        size_t length = *cursor.at++;

        if (length >= POINTER) {
            if (!jumped)
                fields->rest.at = cursor.at + 1;
            jumped = true;
            if (!name_jump(fields, &cursor, &lowest))
                return false;
            continue;
        }
        if (length == 0) {
            if (!jumped)
                fields->rest.at = cursor.at;
            name[used] = '\0';
            return text_is_clean(name, used);
        }
        if (length > LABEL_MAX || length > left(&cursor) ||
            !name_append(name, &used, cursor.at, length))
            return false;
        cursor.at += length;
    }
    return false;
}

/* -------------------------------------------------------------- decoder -- */

enum {
    OPCODE_ANSWER = 23, /* LOGON_SAM_LOGON_RESPONSE_EX */
    OPCODE_PAUSED = 24,
    VERSION_5EX = 0x4,
    VERSION_WITH_ADDRESS = 0x8,
    VERSION_WITH_CLOSEST = 0x10,
    TAIL = 8,
    TOKEN = 0xFFFF
};

/* A socket address that we did not ask for: one octet tells its size. */
static bool skip_address(struct cursor *cursor)
{
    struct cursor skipped;

    return left(cursor) > 0 && take(cursor, 1U + *cursor->at, &skipped);
}

static bool take_names(struct fields *fields, uint32_t version,
                       struct netlogon *answer)
{
    char unused[NETLOGON_NAME_MAX]; /* NetBIOS names and the user */

    if (!take_name(fields, answer->forest) ||
        !take_name(fields, answer->domain) ||
        !take_name(fields, answer->host) || !take_name(fields, unused) ||
        !take_name(fields, unused) || !take_name(fields, unused) ||
        !take_name(fields, answer->site) ||
        !take_name(fields, answer->client_site))
        return false;
    if ((version & VERSION_WITH_ADDRESS) != 0 && left(&fields->rest) > 0 &&
        !skip_address(&fields->rest))
        return false;
    return (version & VERSION_WITH_CLOSEST) == 0 || left(&fields->rest) == 0 ||
           take_name(fields, answer->next_site);
}

enum netlogon_outcome netlogon_decode(const unsigned char *value, size_t length,
                                      struct netlogon *answer)
{
    struct netlogon found = {.flags = 0};
    struct fields fields;
    const unsigned char *tail;
    unsigned opcode;
    uint32_t version;

    if (length < FIRST_NAME + TAIL)
        return NETLOGON_STRANGE;
    opcode = u16_le(value);
    tail = value + length - TAIL;
    version = u32_le(tail);
    if ((opcode != OPCODE_ANSWER && opcode != OPCODE_PAUSED) ||
        (version & VERSION_5EX) == 0 || u16_le(tail + 4) != TOKEN ||
        u16_le(tail + 6) != TOKEN)
        return NETLOGON_STRANGE;
    fields = (struct fields){value, {value + FIRST_NAME, tail}};
    found.flags = u32_le(value + 4);
    if (!take_names(&fields, version, &found))
        return NETLOGON_STRANGE;
    if (opcode == OPCODE_PAUSED)
        return NETLOGON_PAUSED;
    *answer = found;
    return NETLOGON_ANSWER;
}

/* ------------------------------------------------------------- messages -- */

/* Of an entry without the attribute, the domain is not known: Active Directory
 * answers so ([MS-ADTS] 6.3.3.3). */
static enum netlogon_outcome read_entry(struct cursor entry,
                                        struct netlogon *answer)
{
    struct cursor dn, list, attribute, type, values, value;

    if (!take_tagged(&entry, BER_OCTETS, &dn) ||
        !take_tagged(&entry, BER_SEQUENCE, &list))
        return NETLOGON_STRANGE;
    while (left(&list) > 0) {
        if (!take_tagged(&list, BER_SEQUENCE, &attribute) ||
            !take_tagged(&attribute, BER_OCTETS, &type) ||
            !take_tagged(&attribute, BER_SET, &values))
            return NETLOGON_STRANGE;
        if (!text_is((const char *)type.at, left(&type), "netlogon"))
            continue;
        if (!take_tagged(&values, BER_OCTETS, &value))
            return NETLOGON_STRANGE;
        return netlogon_decode(value.at, left(&value), answer);
    }
    return NETLOGON_UNKNOWN;
}

static bool read_id(const struct cursor *number, int *idp)
{
    uint32_t id = 0;
    size_t i;

    if (left(number) < 1 || left(number) > 4 || number->at[0] > 0x7F)
        return false;
    for (i = 0; i < left(number); i++)
        id = id << 8 | number->at[i];
    *idp = (int)id;
    return true;
}

/* Samba answers for a domain that it does not know with no entry at all: then
 * the end of the search comes first, whatever its result code. */
static enum netlogon_outcome read_message(struct cursor message, int id,
                                          struct netlogon *answer)
{
    struct cursor number, content;
    unsigned operation;
    int found;

    if (!take_tagged(&message, BER_INTEGER, &number) ||
        !read_id(&number, &found) || found != id ||
        !take_element(&message, &operation, &content))
        return NETLOGON_STRANGE;
    if (operation == LDAP_ENTRY)
        return read_entry(content, answer);
    if (operation == LDAP_REFERENCE)
        return NETLOGON_MORE;
    return operation == LDAP_DONE ? NETLOGON_UNKNOWN : NETLOGON_STRANGE;
}

/* False: not yet, or no message at all (*strangep). */
static bool take_message(struct cursor *stream, struct cursor *messagep,
                         bool *strangep)
{
    struct cursor ahead = *stream;
    size_t length;

    *strangep = left(&ahead) > 0 && ahead.at[0] != BER_SEQUENCE;
    if (left(&ahead) < 2 || *strangep)
        return false;
    ahead.at++;
    *strangep = ahead.at[0] == 0x80 || ahead.at[0] > 0x84;
    if (*strangep || !take_length(&ahead, &length))
        return false;
    *strangep = length > NETLOGON_MESSAGE_MAX;
    if (*strangep || !take(&ahead, length, messagep))
        return false;
    *stream = ahead;
    return true;
}

enum netlogon_outcome netlogon_reply(const unsigned char *bytes, size_t length,
                                     int id, struct netlogon *answer)
{
    struct cursor stream = {bytes, bytes + length}, message;
    enum netlogon_outcome outcome = NETLOGON_MORE;
    bool strange;

    while (outcome == NETLOGON_MORE &&
           take_message(&stream, &message, &strange))
        outcome = read_message(message, id, answer);
    if (outcome == NETLOGON_MORE && strange)
        return NETLOGON_STRANGE;
    return outcome;
}
