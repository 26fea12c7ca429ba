/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_GATHER_LDAP_PRIVATE_H
#define ADSCP_GATHER_LDAP_PRIVATE_H

#include <ldap.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/text.h"
#include "gather/ldap/session.h"
#include "gather/transport/transport.h"

/* What the files of this room share among themselves, and with nobody else:
 *
 *     ldap.c         one session: open, close, send, receive
 *     ldap_guard.c   what lies between libldap and the byte stream
 *     ldap_sasl.c    what Cyrus SASL says
 *     ldap_bind.c    StartTLS and bind, and their refusals in words
 *     ldap_search.c  paged searches side by side
 *     ldap_result.c  the ends of their pages
 *     ldap_entry.c   one entry into the decoder
 *     ldap_range.c   attributes that come in parts
 *     ldap_tap.c     entries that go past libldap
 */

/* ---------------------------------------------------------------- guard -- */

/* The byte stream under libldap: results as of transport_read() and
 * transport_write(). */
struct guard_edge {
    ssize_t (*read)(void *stream, void *bytes, size_t length);
    ssize_t (*write)(void *stream, const void *bytes, size_t length);
    bool (*pending)(const void *stream);
};

enum {
    GUARD_HEAD_MAX = 6 + 12, /* the message's length, its ID, its operation's */
    GUARD_IDS_MAX = 16,
    GUARD_MESSAGE_MAX = 4 << 20,
    MESSAGES_PER_CHECK = 64 /* of the budget, by a server that never pauses */
};

struct sasl_conn;

/* Who takes the entries of searches (RFC 4511 4.5.2), each a whole LDAPMessage
 * that lives until this returns. What is not ADSCP_OK ends the session;
 * ADSCP_E_LIMIT as one that has brought enough. It sends nothing. */
struct guard_tap {
    int (*take)(void *to, int id, struct span message);
    void *to;
};

struct guard {
    const struct guard_edge *edge;
    void *stream;
    bool blocked; /* a write found no room */

    /* The message that is passing through: its checked head, and how much of
     * its body has yet to come. */
    unsigned char head[GUARD_HEAD_MAX];
    size_t head_length;
    size_t head_given;
    size_t body_left;
    bool checked;
    int id;
    unsigned char operation; /* its tag */

    /* An entry on its way past libldap. */
    struct guard_tap tap;
    bool tapped; /* the message that is passing through */
    unsigned char *entry;
    size_t entry_room;
    size_t entry_length;
    unsigned taken;

    /* Requests that have not got their last answer. */
    int ids[GUARD_IDS_MAX];
    int id_count;

    /* SASL security layer; both texts belong to Cyrus SASL. */
    struct sasl_conn *sasl;
    unsigned sasl_room; /* bytes that one call may encode */
    const char *clear;
    unsigned clear_length;
    const char *sealed;
    unsigned sealed_length;
    size_t sealed_from; /* clear bytes that became `sealed` */

    /* Why libldap was cut off: ADSCP_OK while it was not. */
    int failure;
    bool spent; /* ... because the session has brought enough */
    struct detail why;
};

void guard_init(struct guard *guard, const struct guard_edge *edge,
                void *stream);
void guard_free(struct guard *guard);

/* Put the wire and the frame under libldap: before the first request. */
int guard_push(struct guard *guard, Sockbuf *sockbuf);

/* Sign and seal from the next byte on. */
int guard_push_sasl(struct guard *guard, Sockbuf *sockbuf,
                    struct sasl_conn *sasl, unsigned room);

/* Neither reads nor writes from now on. */
void guard_stop(struct guard *guard);

/* Entries go here from the next message on; `take` NULL: to libldap. */
void guard_tap(struct guard *guard,
               int (*take)(void *to, int id, struct span message), void *to);

/* tap.c: does the message that the frame has checked go past libldap; let it.
 * Results as of a layer's read: above 0, it is gone. *rcp: what its taker said.
 */
bool tap_opens(struct guard *guard);
ber_slen_t tap_pass(struct guard *guard, Sockbuf_IO_Desc *layer, int *rcp);

/* Responses to this request are welcome; they are no longer. A response to
 * anything else ends the session. false: too many at once. */
bool guard_expect(struct guard *guard, int id);
void guard_forget(struct guard *guard, int id);

/* No byte above the wire: the only moment to change the protection. */
bool guard_is_empty(const struct guard *guard);

/* ----------------------------------------------------------------- sasl -- */

/* One SASL negotiation. It may end on a thread that was left behind, so it owns
 * all that it needs and nothing else refers to it then. */
struct exchange;

struct exchange_config {
    const char *mechanism;
    const char *host;
    unsigned min_ssf, max_ssf;
    bool external; /* the connection itself is protected or local */
    const unsigned char *binding; /* channel binding, or NULL */
    size_t binding_length;
};

/* NULL: out of memory. */
struct exchange *exchange_new(const struct exchange_config *config);
void exchange_free(struct exchange *exchange); /* NULL is fine */

/* Answer a challenge (the first time: NULL, to begin). *donep: the mechanism
 * has nothing more to do. *tokenp: for the server, or NULL data for none; it
 * lives until the next step. Where this fails without leaving *exchangep (which
 * becomes NULL), the thread that still works at it will free it. */
int exchange_step(struct exchange **exchangep, const struct berval *challenge,
                  const struct deadline *deadline, struct detail *detail,
                  struct berval *tokenp, bool *donep);

/* Strength of the layer that was agreed on, in bits; 0: none. */
unsigned exchange_ssf(const struct exchange *exchange);
unsigned exchange_room(const struct exchange *exchange);
struct sasl_conn *exchange_sasl(struct exchange *exchange);

/* Bring libldap and Cyrus SASL to life, once in a process. */
int session_prime(const struct deadline *deadline);

/* -------------------------------------------------------------- session -- */

struct session {
    LDAP *ld;
    Sockbuf *sockbuf;
    struct transport *transport;
    struct guard guard;
    struct exchange *exchange; /* as long as its layer is in use */
    const char *doing;         /* what a sentence about a failure names */
    bool anonymous;
    bool broken; /* nothing may be sent any more */
    unsigned received;
    int sent;
    char name[288]; /* "host:port", or the path of the socket */
};

/* libldap over this guard, every option set. `fd` is only polled. */
int session_attach(struct session *session, int fd,
                   const struct guard_edge *edge, void *stream,
                   struct detail *detail);
void session_detach(struct session *session);

/* Account for a request: `result` and `id` are what libldap's call gave.
 * SESSION_BUSY: an earlier request has not gone out yet, send again later. */
enum { SESSION_BUSY = 1 };
int session_sent(struct session *session, int result, int id,
                 struct detail *detail);

/* The next message, whatever it answers; free it with ldap_msgfree(). */
int session_receive(struct session *session, const struct deadline *deadline,
                    struct detail *detail, LDAPMessage **messagep);

/* Account for a request that gets one answer, and wait for that. */
int session_call(struct session *session, int result, int id, int type,
                 const struct deadline *deadline, struct detail *detail,
                 LDAPMessage **messagep);

/* StartTLS (RFC 4511 4.14) up to the server's consent. */
int session_start_tls(struct session *session, const struct deadline *deadline,
                      struct detail *detail);

/* What of this configuration is unsafe or impossible, before any byte is sent.
 */
int session_check_bind(const struct session_config *config,
                       struct detail *detail);
int session_bind(struct session *session, const struct session_config *config,
                 const struct deadline *deadline, struct detail *detail);

/* Send one page's request of a search. */
int session_send_search(struct session *session,
                        const struct session_search *search,
                        const char *const *attributes, LDAPControl *control,
                        const struct deadline *deadline, struct detail *detail,
                        int *idp);

/* libldap takes text that it never writes to as char *. */
static inline char *session_text(const char *text)
{
    union {
        const char *given;
        char *taken;
    } either = {.given = text};

    return either.taken;
}

static inline char **session_list(const char *const *texts)
{
    union {
        const char *const *given;
        char **taken;
    } either = {.given = texts};

    return either.taken;
}

/* ---------------------------------------------------------------- entry -- */

/* One entry, attribute by attribute; all of it lies in its message. */
struct entry {
    struct span dn;
    struct span rest;   /* attributes to come */
    struct span type;   /* of the current attribute, with its options */
    struct span values; /* ... and the contents of its SET */
    bool malformed;
};

/* false: no entry is to be seen in this LDAPMessage. */
bool entry_open(struct span message, struct entry *entry);
/* false: the end, or `malformed`. */
bool entry_next(struct entry *entry);

/* Feed the attributes that the decoder wants. *openp is set to true where a
 * range has more to come. ADSCP_OK, perhaps with entry->malformed, or
 * ADSCP_E_NOMEM. */
int entry_feed(struct entry *entry, struct decoder *decoder, bool *openp);

/* The entry lies where this search looks. */
bool entry_is_inside(const struct entry *entry,
                     const struct session_search *search);

/* ---------------------------------------------------------------- range -- */

/* An entry whose attributes come in parts: the messages that hold them. */
struct range_part {
    char *bytes;
    size_t length;
};

struct range_entry {
    uint32_t place;
    struct range_part *parts;
    size_t part_count;
};

struct range_list {
    struct range_entry *rows;
    size_t count;
};

enum { RANGE_ENTRIES_MAX = 1000 };

void range_list_free(struct range_list *list);

/* Reserve the place of an entry and keep its message. */
int range_list_add(struct range_list *list, struct span message,
                   struct decoder *decoder);

/* Fetch what is missing, where the session allows it, and feed the entries. */
int range_list_fetch(struct range_list *list, struct session *session,
                     struct decoder *decoder, const struct deadline *deadline,
                     struct detail *detail);

#endif
