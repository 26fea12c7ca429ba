/* SPDX-License-Identifier: MIT */
/*
 * Up to TLS 1.2 a server shows its certificates before any key is agreed upon.
 * So we ask for every cipher that a server of 2003 or of today may know, and
 * never need one: RC4, 3DES and export suites are here, which no TLS library
 * offers any more. What is seen so is unproven, since the server has not shown
 * that it holds the key.
 *
 * Every byte of the answer is the peer's to choose. It is read through checked
 * cursors, sizes are bounded before memory is asked for, and nothing is
 * believed but its form.
 */
#include "gather/observe/hello.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adscp.h"

/* RFC 5246 6.2.1, 7.4 and RFC 6066 8 */
enum record_type { CHANGE_CIPHER = 20, ALERT = 21, HANDSHAKE = 22, DATA = 23 };
enum message_type {
    HELLO_REQUEST = 0,
    CLIENT_HELLO = 1,
    SERVER_HELLO = 2,
    CERTIFICATE = 11,
    SERVER_KEY_EXCHANGE = 12,
    CERTIFICATE_REQUEST = 13,
    SERVER_HELLO_DONE = 14,
    CERTIFICATE_STATUS = 22
};

enum {
    RECORD_HEADER = 5,
    RECORD_MAX = (1 << 14) + 2048, /* RFC 5246 6.2.3 */
    MESSAGE_HEADER = 4,
    WARNING = 1,
    CLOSE_NOTIFY = 0
};

/* ----------------------------------------------------------- our hello -- */

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

/* ------------------------------------------------------- checked cursor -- */

struct cursor {
    const unsigned char *at, *end;
};

static bool take(struct cursor *cursor, size_t length,
                 const unsigned char **bytesp)
{
    if ((size_t)(cursor->end - cursor->at) < length)
        return false;
    *bytesp = cursor->at;
    cursor->at += length;
    return true;
}

static bool take_number(struct cursor *cursor, int width, size_t *numberp)
{
    const unsigned char *bytes;
    size_t number = 0;
    int i;

    if (!take(cursor, (size_t)width, &bytes))
        return false;
    for (i = 0; i < width; i++)
        number = number << 8 | bytes[i];
    *numberp = number;
    return true;
}

/* A length of so many bytes, and what it counts. */
static bool take_vector(struct cursor *cursor, int width, struct cursor *inside)
{
    const unsigned char *bytes;
    size_t length;

    if (!take_number(cursor, width, &length) || !take(cursor, length, &bytes))
        return false;
    *inside = (struct cursor){bytes, bytes + length};
    return true;
}

bool chain_read(const unsigned char *body, size_t length, bool has_context,
                struct der chain[CHAIN_MAX], size_t *countp)
{
    struct cursor message = {body, body + length}, list, entry, ignored;
    size_t count = 0;

    *countp = 0;
    if (has_context && !take_vector(&message, 1, &ignored))
        return false;
    if (!take_vector(&message, 3, &list) || message.at != message.end)
        return false;
    while (list.at < list.end && count < CHAIN_MAX) {
        if (!take_vector(&list, 3, &entry) || entry.at == entry.end)
            return false;
        if (has_context && !take_vector(&list, 2, &ignored))
            return false;
        chain[count++] = (struct der){entry.at, (size_t)(entry.end - entry.at)};
    }
    *countp = count;
    return list.at == list.end;
}

/* --------------------------------------------------------------- alerts -- */

static const struct {
    int number;
    const char *name;
} alerts[] = {
    {0, "close_notify"},
    {10, "unexpected_message"},
    {20, "bad_record_mac"},
    {22, "record_overflow"},
    {40, "handshake_failure"},
    {41, "no_certificate"},
    {42, "bad_certificate"},
    {43, "unsupported_certificate"},
    {44, "certificate_revoked"},
    {45, "certificate_expired"},
    {46, "certificate_unknown"},
    {47, "illegal_parameter"},
    {48, "unknown_ca"},
    {49, "access_denied"},
    {50, "decode_error"},
    {51, "decrypt_error"},
    {70, "protocol_version"},
    {71, "insufficient_security"},
    {80, "internal_error"},
    {86, "inappropriate_fallback"},
    {90, "user_canceled"},
    {109, "missing_extension"},
    {110, "unsupported_extension"},
    {112, "unrecognized_name"},
    {116, "certificate_required"},
};

const char *alert_name(int alert)
{
    size_t i;

    for (i = 0; i < sizeof(alerts) / sizeof(alerts[0]); i++)
        if (alerts[i].number == alert)
            return alerts[i].name;
    return "unknown";
}

int tls_alert_outcome(int alert)
{
    switch (alert) {
    case 40: /* RFC 5246 7.2.2: no acceptable set of security parameters */
    case 71:
        return ADSCP_SIGHTING_OUTCOME_NO_COMMON_CIPHER;
    case 70:
    case 86:
        return ADSCP_SIGHTING_OUTCOME_PROTOCOL_VERSION;
    default:
        return ADSCP_SIGHTING_OUTCOME_CLOSED;
    }
}

/* --------------------------------------------------- the server's answer -- */

__attribute__((format(printf, 3, 4))) static void
flight_fail(struct flight *flight, int outcome, const char *format, ...)
{
    va_list arguments;

    /* Nothing that comes behind the certificates takes them away. */
    flight->state = flight->chain_size > 0 ? FLIGHT_DONE : FLIGHT_FAILED;
    if (flight->chain_size > 0)
        return;
    flight->outcome = outcome;
    va_start(arguments, format);
    vsnprintf(flight->reason, sizeof(flight->reason), format, arguments);
    va_end(arguments);
}

static void malformed(struct flight *flight, const char *what)
{
    flight_fail(flight, ADSCP_SIGHTING_OUTCOME_NOT_TLS,
                "speaks no proper TLS: %s", what);
}

static void take_server_hello(struct flight *flight, struct cursor body)
{
    const unsigned char *random, *rest;
    struct cursor session;
    size_t version;

    if (flight->version != 0) {
        malformed(flight, "a second ServerHello");
        return;
    }
    /* version, random, session, then suite and compression */
    if (!take_number(&body, 2, &version) || !take(&body, 32, &random) ||
        !take_vector(&body, 1, &session) || !take(&body, 3, &rest)) {
        malformed(flight, "a ServerHello that is cut off");
        return;
    }
    if (version < 0x0300 || version > 0x0303) {
        malformed(flight, "a ServerHello of a version that was not offered");
        return;
    }
    flight->version = (uint16_t)version;
}

static void take_certificates(struct flight *flight, struct cursor body)
{
    struct der chain[CHAIN_MAX];
    size_t count, length = (size_t)(body.end - body.at);
    bool good = chain_read(body.at, length, false, chain, &count);

    if (flight->chain_size > 0)
        malformed(flight, "a second Certificate message");
    else if (flight->version == 0)
        malformed(flight, "certificates before its ServerHello");
    else if (!good && count == CHAIN_MAX)
        flight_fail(flight, ADSCP_SIGHTING_OUTCOME_LIMIT,
                    "sent more than %d certificates", CHAIN_MAX);
    else if (!good)
        malformed(flight, "a list of certificates whose lengths do not fit");
    else if (count == 0)
        malformed(flight, "an empty list of certificates");
    else {
        flight->chain_at = (size_t)(body.at - flight->bytes);
        flight->chain_size = length;
    }
}

static void take_message(struct flight *flight, int type, struct cursor body)
{
    switch (type) {
    case HELLO_REQUEST: /* RFC 5246 7.4.1.1: ignored during a handshake */
        break;
    case SERVER_HELLO:
        take_server_hello(flight, body);
        break;
    case CERTIFICATE:
        take_certificates(flight, body);
        break;
    case CERTIFICATE_REQUEST:
        flight->is_asking = flight->chain_size > 0;
        break;
    case CERTIFICATE_STATUS:
        break;
    case SERVER_KEY_EXCHANGE:
        if (flight->chain_size == 0)
            malformed(flight, "a key exchange without a certificate");
        break;
    case SERVER_HELLO_DONE:
        flight->is_finished = true;
        malformed(flight, "a handshake without a certificate");
        break;
    default:
        malformed(flight, "a handshake message of unknown type");
    }
}

/* Every message that is whole by now. */
static void take_messages(struct flight *flight)
{
    while (flight->state == FLIGHT_MORE) {
        struct cursor rest = {flight->bytes + flight->parsed,
                              flight->bytes + flight->used};
        const unsigned char *body;
        size_t type, length;

        if (!take_number(&rest, 1, &type) || !take_number(&rest, 3, &length))
            break;
        if (length > FLIGHT_MAX - MESSAGE_HEADER) {
            flight_fail(flight, ADSCP_SIGHTING_OUTCOME_LIMIT,
                        "announced a handshake message of %zu bytes", length);
            break;
        }
        if (!take(&rest, length, &body))
            break;
        flight->parsed += MESSAGE_HEADER + length;
        take_message(flight, (int)type, (struct cursor){body, body + length});
    }
}

/* Memory follows what came, not what was announced. */
static int take_handshake(struct flight *flight, const unsigned char *bytes,
                          size_t length)
{
    enum { ROOM = 4096 };
    size_t room = flight->room > 0 ? flight->room : ROOM;
    unsigned char *grown;

    if (length > FLIGHT_MAX - flight->used) {
        flight_fail(flight, ADSCP_SIGHTING_OUTCOME_LIMIT,
                    "sent more than %d bytes of handshake", FLIGHT_MAX);
        return ADSCP_OK;
    }
    while (room < flight->used + length)
        room *= 2;
    if (room > flight->room) {
        grown = realloc(flight->bytes, room);
        if (grown == NULL)
            return ADSCP_E_NOMEM;
        flight->bytes = grown;
        flight->room = room;
    }
    memcpy(flight->bytes + flight->used, bytes, length);
    flight->used += length;
    take_messages(flight);
    return ADSCP_OK;
}

static void take_alert(struct flight *flight, unsigned char byte)
{
    int alert;

    flight->alert[flight->alert_used++] = byte;
    if (flight->alert_used < sizeof(flight->alert))
        return;
    flight->alert_used = 0;
    alert = flight->alert[1];
    /* RFC 6066 3: unrecognized_name may come as a warning. */
    if (flight->alert[0] == WARNING && alert != CLOSE_NOTIFY)
        return;
    flight_fail(flight, tls_alert_outcome(alert),
                "refused TLS with the alert %s (%d)", alert_name(alert), alert);
}

static void take_header(struct flight *flight, unsigned char byte)
{
    const unsigned char *header = flight->header;

    flight->header[flight->header_used++] = byte;
    if (flight->header_used < RECORD_HEADER) {
        /* The first bytes tell a web page from TLS, however short it is. */
        if (header[0] < CHANGE_CIPHER || header[0] > DATA ||
            (flight->header_used > 1 && header[1] != 3))
            flight_fail(flight, ADSCP_SIGHTING_OUTCOME_NOT_TLS,
                        flight->has_record
                            ? "speaks no proper TLS: a record of unknown type"
                            : "does not speak TLS on this port");
        return;
    }
    flight->has_record = true;
    flight->left = (size_t)header[3] << 8 | header[4];
    if (flight->left > RECORD_MAX)
        flight_fail(flight, ADSCP_SIGHTING_OUTCOME_LIMIT,
                    "announced a record of %zu bytes, more than TLS allows",
                    flight->left);
    else if (header[0] == CHANGE_CIPHER || header[0] == DATA)
        malformed(flight, "data before the handshake is done");
    else if (flight->left == 0)
        flight->header_used = 0;
}

int flight_feed(struct flight *flight, const unsigned char *bytes,
                size_t length)
{
    size_t part;
    int rc = ADSCP_OK;

    while (rc == ADSCP_OK && flight->state == FLIGHT_MORE && length > 0) {
        part = 1;
        if (flight->header_used < RECORD_HEADER) {
            take_header(flight, *bytes);
        } else {
            if (flight->header[0] == ALERT) {
                take_alert(flight, *bytes);
            } else {
                part = length < flight->left ? length : flight->left;
                rc = take_handshake(flight, bytes, part);
            }
            flight->left -= part;
            if (flight->left == 0)
                flight->header_used = 0;
        }
        bytes += part;
        length -= part;
    }
    return rc;
}

void flight_end(struct flight *flight, const char *how)
{
    if (flight->state == FLIGHT_MORE)
        flight_fail(flight, ADSCP_SIGHTING_OUTCOME_CLOSED, "%s", how);
}

void flight_exceed(struct flight *flight)
{
    flight_fail(flight, ADSCP_SIGHTING_OUTCOME_LIMIT,
                "sent more than a TLS handshake takes");
}

void flight_clear(struct flight *flight)
{
    free(flight->bytes);
    *flight = (struct flight){.bytes = NULL};
}
