/* SPDX-License-Identifier: MIT */
/*
 * The server's answer in clear. Every byte of it is the peer's to choose. It is
 * read through checked cursors, sizes are bounded before memory is asked for,
 * and nothing is believed but its form.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adscp.h"
#include "gather/observe/hello.h"
#include "gather/observe/record.h"

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
