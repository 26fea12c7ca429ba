/* SPDX-License-Identifier: MIT */
/*
 * What lies between libldap and the byte stream: three of liber's layers.
 *
 *     frame  lets one checked LDAPMessage pass at a time
 *     SASL   signs and seals, from the end of the bind on
 *     wire   the transport, which reads ahead and knows TLS
 *
 * libldap has aborted, hung or filled the memory on hostile bytes (a notice of
 * disconnection without a name, half a message, a length of 2 GiB); it does not
 * get to see such. The frame holds no byte beyond the current message, so that
 * nothing sent in clear can pass for something that came through TLS. Why a
 * connection ended is kept here, since libldap tells only that it did. What is
 * inside a message stays libldap's business, but for the entries of a search:
 * they go another way (see tap.c).
 */
#include <errno.h>
#include <sasl/sasl.h>
#include <stdlib.h>
#include <string.h>

#include "gather/ldap/private.h"

enum {
    TAG_SEQUENCE = 0x30,
    TAG_INTEGER = 0x02,
    TAG_APPLICATION = 0x60,
    MESSAGE_MIN = 7,  /* 30 05 02 01 id op 00 */
    CHECKED_MAX = 12, /* behind the length: 02 04 id id id id op 84 and four */
    SASL_CHUNK = 16 * 1024
};

void guard_init(struct guard *guard, const struct guard_edge *edge,
                void *stream)
{
    *guard = (struct guard){.edge = edge, .stream = stream};
}

void guard_free(struct guard *guard)
{
    free(guard->entry);
    guard->entry = NULL;
    guard->entry_room = 0;
}

/* The first reason counts, as it does in a detail. libldap sees an error like
 * any other. */
static ber_slen_t guard_fail(struct guard *guard, int code, const char *what,
                             const char *more)
{
    if (guard->failure == ADSCP_OK)
        guard->failure = code;
    detail_set(&guard->why, code, "%s%s", what, more);
    errno = EPROTO;
    return -1;
}

void guard_stop(struct guard *guard)
{
    guard_fail(guard, ADSCP_E_CONNECT, "the session is over", "");
}

bool guard_expect(struct guard *guard, int id)
{
    if (guard->id_count == GUARD_IDS_MAX)
        return false;
    guard->ids[guard->id_count++] = id;
    return true;
}

void guard_tap(struct guard *guard,
               int (*take)(void *to, int id, struct span message), void *to)
{
    guard->tap = (struct guard_tap){take, to};
}

void guard_forget(struct guard *guard, int id)
{
    int i;

    for (i = 0; i < guard->id_count; i++)
        if (guard->ids[i] == id)
            guard->ids[i--] = guard->ids[--guard->id_count];
}

bool guard_is_empty(const struct guard *guard)
{
    return guard->head_length == 0 && guard->clear_length == 0 &&
           guard->sealed_length == 0;
}

static int layer_setup(Sockbuf_IO_Desc *layer, void *guard)
{
    layer->sbiod_pvt = guard;
    return 0;
}

/* ----------------------------------------------------------------- wire -- */

static ber_slen_t wire_failed(struct guard *guard)
{
    const char *reason = strerrordesc_np(errno);

    if (errno == EWOULDBLOCK)
        return -1;
    if (errno == EMSGSIZE) {
        guard->spent = guard->failure == ADSCP_OK;
        return guard_fail(
            guard, ADSCP_E_LIMIT,
            "the server sent more data than one session may bring", "");
    }
    return guard_fail(guard, ADSCP_E_CONNECT, "the connection was lost: ",
                      reason != NULL ? reason : "unknown error");
}

static ber_slen_t wire_read(Sockbuf_IO_Desc *layer, void *bytes,
                            ber_len_t length)
{
    struct guard *guard = layer->sbiod_pvt;
    ssize_t got;

    got = guard->edge->read(guard->stream, bytes, length);
    if (got > 0)
        return got;
    if (got == 0)
        return guard_fail(guard, ADSCP_E_CONNECT,
                          "the server closed the connection", "");
    return wire_failed(guard);
}

static ber_slen_t wire_write(Sockbuf_IO_Desc *layer, void *bytes,
                             ber_len_t length)
{
    struct guard *guard = layer->sbiod_pvt;
    ssize_t sent;

    if (guard->failure != ADSCP_OK)
        return guard_fail(guard, guard->failure, "", "");
    sent = guard->edge->write(guard->stream, bytes, length);
    guard->blocked = sent < 0 && errno == EWOULDBLOCK;
    return sent >= 0 ? sent : wire_failed(guard);
}

static int wire_control(Sockbuf_IO_Desc *layer, int option, void *argument)
{
    struct guard *guard = layer->sbiod_pvt;

    /* A failure, too, is something that waits to be read. */
    if (option == LBER_SB_OPT_DATA_READY)
        return guard->failure != ADSCP_OK ||
               guard->edge->pending(guard->stream);
    return LBER_SBIOD_CTRL_NEXT(layer, option, argument);
}

/* ----------------------------------------------------------------- SASL -- */

/* Cyrus SASL keeps what is no whole packet yet, so bytes may yield nothing. */
static ber_slen_t sasl_fill(Sockbuf_IO_Desc *layer)
{
    struct guard *guard = layer->sbiod_pvt;
    char sealed[SASL_CHUNK];
    ber_slen_t got;

    while (guard->clear_length == 0) {
        got = LBER_SBIOD_READ_NEXT(layer, sealed, sizeof(sealed));
        if (got <= 0)
            return got;
        if (sasl_decode(guard->sasl, sealed, (unsigned)got, &guard->clear,
                        &guard->clear_length) != SASL_OK) {
            guard->clear_length = 0;
            return guard_fail(guard, ADSCP_E_PROTOCOL,
                              "a sealed message cannot be opened: ",
                              sasl_errdetail(guard->sasl));
        }
    }
    return 1;
}

static ber_slen_t sasl_read(Sockbuf_IO_Desc *layer, void *bytes,
                            ber_len_t length)
{
    struct guard *guard = layer->sbiod_pvt;
    ber_slen_t got = sasl_fill(layer);

    if (got <= 0)
        return got;
    if (length > guard->clear_length)
        length = guard->clear_length;
    memcpy(bytes, guard->clear, length);
    guard->clear += length;
    guard->clear_length -= (unsigned)length;
    return (ber_slen_t)length;
}

/* What was encoded must go out to the last byte before its clear text counts as
 * written: liber comes back with the same bytes until then. */
static ber_slen_t sasl_write(Sockbuf_IO_Desc *layer, void *bytes,
                             ber_len_t length)
{
    struct guard *guard = layer->sbiod_pvt;
    ber_slen_t sent;

    if (guard->sealed_length == 0) {
        if (length > guard->sasl_room)
            length = guard->sasl_room;
        if (sasl_encode(guard->sasl, bytes, (unsigned)length, &guard->sealed,
                        &guard->sealed_length) != SASL_OK)
            return guard_fail(
                guard, ADSCP_E_PROTOCOL,
                "a message cannot be sealed: ", sasl_errdetail(guard->sasl));
        guard->sealed_from = length;
    }
    while (guard->sealed_length > 0) {
        sent = LBER_SBIOD_WRITE_NEXT(layer, session_text(guard->sealed),
                                     guard->sealed_length);
        if (sent <= 0)
            return sent;
        guard->sealed += sent;
        guard->sealed_length -= (unsigned)sent;
    }
    return (ber_slen_t)guard->sealed_from;
}

static int sasl_control(Sockbuf_IO_Desc *layer, int option, void *argument)
{
    const struct guard *guard = layer->sbiod_pvt;

    if (option == LBER_SB_OPT_DATA_READY && guard->clear_length > 0)
        return 1;
    return LBER_SBIOD_CTRL_NEXT(layer, option, argument);
}

/* ---------------------------------------------------------------- frame -- */

static bool frame_id_is_expected(const struct guard *guard, uint32_t id)
{
    int i;

    for (i = 0; i < guard->id_count; i++)
        if ((uint32_t)guard->ids[i] == id)
            return true;
    return false;
}

/* Of the length in head: how many octets it takes, and its value. false: not
 * definite, or more than four octets behind the first. */
static bool frame_length(const unsigned char *head, size_t *octetsp,
                         size_t *lengthp)
{
    size_t count = head[1] & 0x7f, length = 0, i;

    if (head[1] < 0x80) {
        *octetsp = 1;
        *lengthp = head[1];
        return true;
    }
    if (count == 0 || count > 4)
        return false;
    for (i = 0; i < count; i++)
        length = length << 8 | head[2 + i];
    *octetsp = 1 + count;
    *lengthp = length;
    return true;
}

/* The message ID, at head[at], is the request's that is answered (RFC 4511
 * 4.1.1.1), and behind it there is room for an operation. 0 is the server's
 * own, and then it hangs up (4.4.1). */
static ber_slen_t frame_check_id(struct guard *guard, size_t at, size_t room)
{
    const unsigned char *head = guard->head + at;
    uint32_t id = 0;
    size_t i;

    if (head[0] != TAG_INTEGER || head[1] < 1 || head[1] > 4 ||
        head[1] + 4u > room)
        return guard_fail(guard, ADSCP_E_PROTOCOL,
                          "the server sent a message without a proper ID", "");
    for (i = 0; i < head[1]; i++)
        id = id << 8 | head[2 + i];
    if (id == 0)
        return guard_fail(guard, ADSCP_E_PROTOCOL,
                          "the server ended the session (notice of "
                          "disconnection, RFC 4511 4.4)",
                          "");
    if ((head[2] & 0x80) != 0 || !frame_id_is_expected(guard, id))
        return guard_fail(guard, ADSCP_E_PROTOCOL,
                          "the server answered a request that was not made",
                          "");
    guard->id = (int)id;
    return 1;
}

/* The operation, at head[at], lies within the message, which ends at `end`.
 * Where it does not, libldap loses the request that it answers, and the memory
 * of it. */
static ber_slen_t frame_check_operation(struct guard *guard, size_t at,
                                        size_t end)
{
    const unsigned char *head = guard->head + at;
    size_t octets, length;

    if ((head[0] & 0xe0) != TAG_APPLICATION || (head[0] & 0x1f) == 0x1f ||
        !frame_length(head, &octets, &length) || at + 1 + octets > end ||
        length > end - at - 1 - octets)
        return guard_fail(
            guard, ADSCP_E_PROTOCOL,
            "the server sent a message without a proper operation", "");
    guard->operation = head[0];
    return 1;
}

/* Look at the octets of the head that are there. 1: the message may pass; 0:
 * *needp octets are needed, none of them beyond the message; -1: refused. */
static ber_slen_t frame_check(struct guard *guard, size_t *needp)
{
    const unsigned char *head = guard->head;
    size_t octets, content, id;

    *needp = MESSAGE_MIN;
    if (guard->head_length < *needp)
        return 0;
    if (head[0] != TAG_SEQUENCE || !frame_length(head, &octets, &content) ||
        content < MESSAGE_MIN - 2)
        return guard_fail(
            guard, ADSCP_E_PROTOCOL,
            "the server sent something that is not an LDAP message", "");
    if (content > GUARD_MESSAGE_MAX)
        return guard_fail(guard, ADSCP_E_LIMIT,
                          "the server announced a message of more than 4 MiB",
                          "");
    id = 1 + octets;
    *needp = id + (content < CHECKED_MAX ? content : CHECKED_MAX);
    if (guard->head_length < *needp)
        return 0;
    guard->body_left = id + content - guard->head_length;
    if (frame_check_id(guard, id, content) < 0)
        return -1;
    return frame_check_operation(guard, id + 2 + head[id + 1], id + content);
}

/* Collect the head of the next message. */
static ber_slen_t frame_open(Sockbuf_IO_Desc *layer)
{
    struct guard *guard = layer->sbiod_pvt;
    ber_slen_t got;
    size_t need;

    for (;;) {
        got = frame_check(guard, &need);
        if (got != 0) {
            guard->checked = got > 0;
            return got;
        }
        got = LBER_SBIOD_READ_NEXT(layer, guard->head + guard->head_length,
                                   need - guard->head_length);
        if (got <= 0)
            return got;
        guard->head_length += (size_t)got;
    }
}

static size_t frame_give_head(struct guard *guard, unsigned char *bytes,
                              size_t length)
{
    size_t held = guard->head_length - guard->head_given;

    if (length > held)
        length = held;
    memcpy(bytes, guard->head + guard->head_given, length);
    guard->head_given += length;
    return length;
}

/* At the end of a message the frame forgets it, and holds nothing. */
static void frame_close(struct guard *guard)
{
    if (guard->head_given < guard->head_length || guard->body_left > 0)
        return;
    guard->checked = false;
    guard->head_length = 0;
    guard->head_given = 0;
}

/* The next message that libldap gets to see. */
static ber_slen_t frame_next(Sockbuf_IO_Desc *layer)
{
    struct guard *guard = layer->sbiod_pvt;
    ber_slen_t got = 1;
    int rc = ADSCP_OK;

    while (got > 0) {
        if (!guard->checked)
            got = frame_open(layer);
        if (got <= 0 || !tap_opens(guard))
            return got;
        got = tap_pass(guard, layer, &rc);
        frame_close(guard);
    }
    if (rc == ADSCP_OK)
        return got;
    guard->spent = rc == ADSCP_E_LIMIT;
    return guard_fail(guard, rc, adscp_error_text(rc), "");
}

static ber_slen_t frame_read(Sockbuf_IO_Desc *layer, void *buffer,
                             ber_len_t length)
{
    struct guard *guard = layer->sbiod_pvt;
    unsigned char *bytes = buffer;
    ber_slen_t got;
    size_t given;

    if (guard->failure != ADSCP_OK)
        return guard_fail(guard, guard->failure, "", "");
    got = frame_next(layer);
    if (got <= 0)
        return got;
    given = frame_give_head(guard, bytes, length);
    while (given < length && guard->body_left > 0) {
        size_t want = length - given;

        if (want > guard->body_left)
            want = guard->body_left;
        got = LBER_SBIOD_READ_NEXT(layer, bytes + given, want);
        if (got <= 0)
            break;
        given += (size_t)got;
        guard->body_left -= (size_t)got;
    }
    frame_close(guard);
    return given > 0 ? (ber_slen_t)given : got;
}

static ber_slen_t frame_write(Sockbuf_IO_Desc *layer, void *bytes,
                              ber_len_t length)
{
    return LBER_SBIOD_WRITE_NEXT(layer, bytes, length);
}

static int frame_control(Sockbuf_IO_Desc *layer, int option, void *argument)
{
    const struct guard *guard = layer->sbiod_pvt;

    if (option == LBER_SB_OPT_DATA_READY && guard->checked &&
        guard->head_given < guard->head_length)
        return 1;
    return LBER_SBIOD_CTRL_NEXT(layer, option, argument);
}

/* --------------------------------------------------------------- tables -- */

/* liber wants them mutable and leaves them alone. */
static Sockbuf_IO wire_layer = {
    .sbi_setup = layer_setup,
    .sbi_ctrl = wire_control,
    .sbi_read = wire_read,
    .sbi_write = wire_write,
};
static Sockbuf_IO sasl_layer = {
    .sbi_setup = layer_setup,
    .sbi_ctrl = sasl_control,
    .sbi_read = sasl_read,
    .sbi_write = sasl_write,
};
static Sockbuf_IO frame_layer = {
    .sbi_setup = layer_setup,
    .sbi_ctrl = frame_control,
    .sbi_read = frame_read,
    .sbi_write = frame_write,
};

int guard_push(struct guard *guard, Sockbuf *sockbuf)
{
    if (ber_sockbuf_add_io(sockbuf, &wire_layer, LBER_SBIOD_LEVEL_PROVIDER,
                           guard) != 0 ||
        ber_sockbuf_add_io(sockbuf, &frame_layer,
                           LBER_SBIOD_LEVEL_APPLICATION + 1, guard) != 0)
        return ADSCP_E_NOMEM;
    return ADSCP_OK;
}

int guard_push_sasl(struct guard *guard, Sockbuf *sockbuf, sasl_conn_t *sasl,
                    unsigned room)
{
    guard->sasl = sasl;
    guard->sasl_room = room;
    if (ber_sockbuf_add_io(sockbuf, &sasl_layer, LBER_SBIOD_LEVEL_APPLICATION,
                           guard) != 0)
        return ADSCP_E_NOMEM;
    return ADSCP_OK;
}
