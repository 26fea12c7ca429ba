/* SPDX-License-Identifier: MIT */
/*
 * One address: connect, say hello in plaintext, read the certificates, hang up.
 * Where that shows none, or a client certificate is asked for, the same once
 * more with a full handshake. Everything that a server may do ends in a row;
 * only our own lack of memory is an error.
 *
 * Nothing waits here. A probe goes on whenever its socket is ready, takes a
 * bounded number of bytes, and has one deadline for all of it.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>

#include "adscp.h"
#include "base/rows.h"
#include "base/text.h"
#include "gather/observe/private.h"

enum {
    BYTES_MAX = 2 * FLIGHT_MAX, /* on one connection, headers and all */
    READ_SIZE = 16 * 1024
};

/* ---------------------------------------------------------- what is seen -- */

/* "192.0.2.1, port 443, ...", as a clean text in the answer's arena. */
__attribute__((format(printf, 4, 5))) static int
set_detail(const struct probe *probe, const struct probe_context *context,
           struct adscp_sighting *seen, const char *format, ...)
{
    char address[RESOLVE_TEXT_MAX], said[400], text[480];
    va_list arguments;

    resolve_address_text(&probe->address, address);
    va_start(arguments, format);
    vsnprintf(said, sizeof(said), format, arguments);
    va_end(arguments);
    snprintf(text, sizeof(text), "%s, port %d, %s", address,
             resolve_address_port(&probe->address), said);
    seen->detail =
        text_keep(&context->sightings->arena, text, strlen(text), NULL);
    return seen->detail != NULL ? ADSCP_OK : ADSCP_E_NOMEM;
}

static struct adscp_sighting *add_seen(struct probe *probe, int outcome)
{
    struct adscp_sighting *seen = &probe->seen[probe->seen_count++];

    *seen = (struct adscp_sighting){
        .outcome = outcome, .method = -1, .request = -1};
    return seen;
}

static int keep_chain(const struct probe_context *context,
                      const struct der *chain, size_t count,
                      struct adscp_sighting *seen)
{
    struct adscp_sightings *sightings = context->sightings;
    size_t i;
    int rc = ADSCP_OK;

    seen->chain = arena_alloc(&sightings->arena, count * sizeof(*seen->chain));
    if (seen->chain == NULL)
        return ADSCP_E_NOMEM;
    for (i = 0; i < count && rc == ADSCP_OK; i++)
        rc = certificates_add(sightings->certificates, chain[i].bytes,
                              chain[i].length, &seen->chain[i]);
    seen->chain_count = i;
    return rc;
}

/* Farms and load balancers show one chain again and again: it is known by its
 * bytes, which costs a tenth of hashing it as certificates are. */
static int keep_known_chain(struct probe_context *context,
                            const unsigned char *body, size_t length,
                            struct adscp_sighting *seen)
{
    uint32_t count = context->bodies.count;
    uint32_t index = table_keep(&context->bodies, &context->scratch,
                                (const char *)body, length);
    struct known_chain *chains = context->chains;
    struct der chain[CHAIN_MAX];
    size_t found;
    int rc;

    if (index == TABLE_NONE)
        return ADSCP_E_NOMEM;
    if (index < count) {
        seen->chain = chains[index].rows;
        seen->chain_count = chains[index].count;
        return ADSCP_OK;
    }
    chains = rows_grow(chains, count, sizeof(*chains));
    if (chains == NULL)
        return ADSCP_E_NOMEM;
    context->chains = chains;
    chain_read(body, length, false, chain, &found);
    rc = keep_chain(context, chain, found, seen);
    chains[index] = (struct known_chain){seen->chain, seen->chain_count};
    return rc;
}

bool probe_same_chain(const struct adscp_sighting *a,
                      const struct adscp_sighting *b)
{
    /* A store has each certificate once. */
    return a->chain_count == b->chain_count &&
           (a->chain_count == 0 ||
            memcmp(a->chain, b->chain, a->chain_count * sizeof(*a->chain)) ==
                0);
}

/* ------------------------------------------------------------ connection -- */

static void hang_up(struct probe *probe, const struct probe_context *context)
{
    handshake_free(probe->handshake);
    probe->handshake = NULL;
    if (probe->transport == NULL)
        return;
    /* A child process may hold the descriptor open. */
    epoll_ctl(context->epoll, EPOLL_CTL_DEL, transport_fd(probe->transport),
              NULL);
    transport_free(probe->transport);
    probe->transport = NULL;
}

static int finish(struct probe *probe, const struct probe_context *context)
{
    hang_up(probe, context);
    flight_clear(&probe->flight);
    probe->state = PROBE_DONE;
    return ADSCP_OK;
}

void probe_clear(struct probe *probe)
{
    handshake_free(probe->handshake);
    transport_free(probe->transport);
    flight_clear(&probe->flight);
}

static int wait_for(struct probe *probe, size_t index, short events,
                    const struct probe_context *context)
{
    struct epoll_event event = {.events = (uint32_t)events, .data.u64 = index};
    int how = probe->events == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;

    if (probe->events == events)
        return ADSCP_OK;
    probe->events = events;
    return epoll_ctl(context->epoll, how, transport_fd(probe->transport),
                     &event) == 0
               ? ADSCP_OK
               : ADSCP_E_NOMEM;
}

static int connect_outcome(int reason)
{
    switch (reason) {
    case ECONNREFUSED:
        return ADSCP_SIGHTING_OUTCOME_REFUSED;
    case ETIMEDOUT:
        return ADSCP_SIGHTING_OUTCOME_TIMEOUT;
    case ECONNRESET:
    case EPIPE:
        return ADSCP_SIGHTING_OUTCOME_CLOSED;
    default: /* no route, no such family, forbidden by a local rule */
        return ADSCP_SIGHTING_OUTCOME_UNREACHABLE;
    }
}

/* The first connection decides; the second one is only another attempt. */
static int connect_failed(struct probe *probe, int reason,
                          const struct probe_context *context)
{
    struct adscp_sighting *seen;

    if (probe->seen_count > 0)
        return finish(probe, context);
    seen = add_seen(probe, connect_outcome(reason));
    finish(probe, context);
    return set_detail(probe, context, seen,
                      seen->outcome == ADSCP_SIGHTING_OUTCOME_REFUSED
                          ? "refused the connection (%s)"
                          : "cannot be reached from this machine: %s",
                      transport_reason(reason));
}

static int begin(struct probe *probe, size_t index, enum probe_state state,
                 const struct probe_context *context)
{
    int reason = 0;
    int rc = transport_begin(&probe->address, &reason, &probe->transport);

    probe->events = 0;
    if (rc == ADSCP_E_CONNECT)
        return connect_failed(probe, reason, context);
    if (rc != ADSCP_OK)
        return rc;
    transport_limit(probe->transport, BYTES_MAX);
    probe->state = state;
    return wait_for(probe, index, EPOLLOUT, context);
}

int probe_start(struct probe *probe, size_t index,
                struct probe_context *context)
{
    deadline_start(&probe->deadline, context->limit_ms, context->cancel);
    return begin(probe, index, PROBE_CONNECTING, context);
}

/* ------------------------------------------------------------- plaintext -- */

static int send_hello(struct probe *probe)
{
    unsigned char hello[HELLO_MAX], random[HELLO_RANDOM];
    size_t length;

    /* It protects nothing here, but a server may refuse to see it twice. */
    if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
        memset(random, 0x5a, sizeof(random));
    length = hello_write(hello, random, probe->name);
    /* An empty socket buffer takes it whole. */
    if (transport_write(probe->transport, hello, length) != (ssize_t)length)
        flight_end(&probe->flight, "closed the connection at once");
    return ADSCP_OK;
}

/* A full handshake may show what the plaintext way did not. */
static bool may_show_more(const struct flight *flight)
{
    if (flight->state == FLIGHT_DONE)
        return flight->is_asking;
    switch (flight->outcome) {
    case ADSCP_SIGHTING_OUTCOME_CLOSED:
    case ADSCP_SIGHTING_OUTCOME_NO_COMMON_CIPHER:
    case ADSCP_SIGHTING_OUTCOME_PROTOCOL_VERSION:
        return true;
    case ADSCP_SIGHTING_OUTCOME_NOT_TLS:
        return flight->has_record;
    default:
        return false;
    }
}

static int keep_flight(struct probe *probe, struct probe_context *context)
{
    const struct flight *flight = &probe->flight;
    struct adscp_sighting *seen;

    if (flight->state != FLIGHT_DONE) {
        seen = add_seen(probe, flight->outcome);
        return set_detail(probe, context, seen, "%s", flight->reason);
    }
    seen = add_seen(probe, ADSCP_SIGHTING_OUTCOME_OK);
    seen->method = ADSCP_SIGHTING_METHOD_PLAINTEXT;
    seen->version = flight->version;
    if (flight->is_asking)
        seen->request = ADSCP_SIGHTING_REQUEST_ASKED;
    else if (flight->is_finished)
        seen->request = ADSCP_SIGHTING_REQUEST_NONE;
    return keep_known_chain(context, flight->bytes + flight->chain_at,
                            flight->chain_size, seen);
}

static int plaintext_over(struct probe *probe, size_t index,
                          struct probe_context *context)
{
    int rc = keep_flight(probe, context);

    if (rc != ADSCP_OK || !may_show_more(&probe->flight))
        return rc != ADSCP_OK ? rc : finish(probe, context);
    hang_up(probe, context);
    return begin(probe, index, PROBE_RECONNECTING, context);
}

static int read_plaintext(struct probe *probe, size_t index,
                          struct probe_context *context)
{
    unsigned char bytes[READ_SIZE];
    struct flight *flight = &probe->flight;
    ssize_t got;
    int rc = ADSCP_OK;

    while (rc == ADSCP_OK && flight->state == FLIGHT_MORE) {
        got = transport_read(probe->transport, bytes, sizeof(bytes));
        if (got > 0)
            rc = flight_feed(flight, bytes, (size_t)got);
        else if (got < 0 && errno == EWOULDBLOCK)
            return ADSCP_OK;
        else if (got < 0 && errno == EMSGSIZE)
            flight_exceed(flight);
        else
            flight_end(flight, got == 0 ? "closed the connection without a "
                                          "certificate"
                                        : "broke the connection without a "
                                          "certificate");
    }
    return rc == ADSCP_OK ? plaintext_over(probe, index, context) : rc;
}

/* -------------------------------------------------------- full handshake -- */

/* The chain of a handshake: the row of the plaintext way becomes its row where
 * that had none, or the same one; else it is one more. */
static int keep_handshake_chain(struct probe *probe,
                                const struct handshake_result *result,
                                const struct probe_context *context)
{
    struct der chain[CHAIN_MAX];
    struct adscp_sighting made = {.outcome = ADSCP_SIGHTING_OUTCOME_OK,
                                  .method = ADSCP_SIGHTING_METHOD_HANDSHAKE,
                                  .proven = result->is_done,
                                  .version = result->version};
    size_t count;
    int rc;

    if (!chain_read(result->chain, result->chain_size, result->has_context,
                    chain, &count) ||
        count == 0)
        return ADSCP_OK;
    rc = keep_chain(context, chain, count, &made);
    if (rc != ADSCP_OK)
        return rc;
    made.request = result->is_asking ? ADSCP_SIGHTING_REQUEST_ASKED
                   : result->is_done ? ADSCP_SIGHTING_REQUEST_NONE
                                     : -1;
    if (result->is_asking && result->is_refused)
        made.request = ADSCP_SIGHTING_REQUEST_DEMANDED;
    if (probe->seen[0].outcome == ADSCP_SIGHTING_OUTCOME_OK &&
        !probe_same_chain(&made, &probe->seen[0]))
        probe->seen_count++;
    probe->seen[probe->seen_count - 1] = made;
    if (result->reason[0] == '\0')
        return ADSCP_OK;
    return set_detail(probe, context, &probe->seen[probe->seen_count - 1],
                      "showed its certificate and then %s", result->reason);
}

/* Neither way showed one: the better reason of the two stands. */
static int keep_handshake_failure(struct probe *probe,
                                  const struct handshake_result *result,
                                  const struct probe_context *context)
{
    struct adscp_sighting *seen = &probe->seen[0];

    if (seen->outcome == ADSCP_SIGHTING_OUTCOME_OK)
        return ADSCP_OK;
    if (seen->outcome == ADSCP_SIGHTING_OUTCOME_CLOSED && result->has_alert)
        seen->outcome = result->outcome;
    return set_detail(probe, context, seen, "%s; in a full handshake it %s",
                      probe->flight.reason, result->reason);
}

static int handshake_over(struct probe *probe,
                          const struct probe_context *context)
{
    const struct handshake_result *result = handshake_result(probe->handshake);
    int rc;

    if (result->is_exhausted)
        return ADSCP_E_NOMEM;
    rc = keep_handshake_chain(probe, result, context);
    if (rc == ADSCP_OK && probe->seen[probe->seen_count - 1].method < 0)
        rc = keep_handshake_failure(probe, result, context);
    finish(probe, context);
    return rc;
}

static int go_on_handshaking(struct probe *probe, size_t index,
                             const struct probe_context *context)
{
    switch (handshake_step(probe->handshake)) {
    case HANDSHAKE_READS:
        return wait_for(probe, index, EPOLLIN, context);
    case HANDSHAKE_WRITES:
        return wait_for(probe, index, EPOLLIN | EPOLLOUT, context);
    default:
        return handshake_over(probe, context);
    }
}

static int start_handshake(struct probe *probe, size_t index,
                           struct probe_context *context)
{
    int rc = ADSCP_OK;

    if (context->handshaker == NULL)
        rc = handshaker_new(&context->handshaker);
    if (rc == ADSCP_OK)
        rc = handshake_new(context->handshaker, probe->transport, probe->name,
                           probe->flight.is_asking, &probe->handshake);
    if (rc != ADSCP_OK)
        return rc;
    probe->state = PROBE_HANDSHAKING;
    return go_on_handshaking(probe, index, context);
}

/* ------------------------------------------------------------- all of it -- */

static int connected(struct probe *probe, size_t index,
                     struct probe_context *context)
{
    int reason = transport_connected(probe->transport);

    if (reason != 0)
        return connect_failed(probe, reason, context);
    if (probe->state == PROBE_RECONNECTING)
        return start_handshake(probe, index, context);
    probe->state = PROBE_READING;
    send_hello(probe);
    if (probe->flight.state != FLIGHT_MORE)
        return plaintext_over(probe, index, context);
    return wait_for(probe, index, EPOLLIN, context);
}

int probe_advance(struct probe *probe, size_t index,
                  struct probe_context *context)
{
    switch (probe->state) {
    case PROBE_CONNECTING:
    case PROBE_RECONNECTING:
        return connected(probe, index, context);
    case PROBE_READING:
        return read_plaintext(probe, index, context);
    case PROBE_HANDSHAKING:
        return go_on_handshaking(probe, index, context);
    default:
        return ADSCP_OK;
    }
}

static const char *what_is_missing(const struct probe *probe)
{
    switch (probe->state) {
    case PROBE_WAITING:
        return "was not looked at";
    case PROBE_CONNECTING:
        return "did not accept a connection";
    default:
        return probe->flight.has_record ? "did not finish its answer"
                                        : "accepted a connection and said "
                                          "nothing";
    }
}

int probe_expire(struct probe *probe, bool with_budget,
                 struct probe_context *context)
{
    const char *what = what_is_missing(probe);
    bool untried = probe->state == PROBE_WAITING;
    struct adscp_sighting *seen;
    int rc = ADSCP_OK;

    if (probe->state == PROBE_HANDSHAKING &&
        handshake_result(probe->handshake)->chain != NULL)
        return handshake_over(probe, context);
    if (probe->flight.chain_size > 0 && probe->seen_count == 0) {
        probe->flight.state = FLIGHT_DONE;
        rc = keep_flight(probe, context);
    }
    finish(probe, context);
    if (rc != ADSCP_OK || probe->seen_count > 0)
        return rc;
    seen = add_seen(probe, ADSCP_SIGHTING_OUTCOME_TIMEOUT);
    seen->untried = untried;
    if (with_budget)
        return set_detail(probe, context, seen, "%s before the budget ended",
                          what);
    return set_detail(probe, context, seen, "%s within %d ms", what,
                      context->limit_ms);
}
