/* SPDX-License-Identifier: MIT */
/*
 * A directory session: one connection, one bind, searches in flight together.
 * The only room that uses libldap, liblber and Cyrus SASL; their types do not
 * appear here, and the prefix is session_ since ldap_ is libldap's.
 */
#ifndef ADSCP_GATHER_LDAP_SESSION_H
#define ADSCP_GATHER_LDAP_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/deadline.h"
#include "base/error.h"
#include "base/stopwatch.h"
#include "facts/decode/decode.h"
#include "gather/resolve/resolve.h"

enum session_scheme { SESSION_LDAP, SESSION_LDAPS, SESSION_LDAPI };
enum session_bind { SESSION_ANONYMOUS, SESSION_SIMPLE, SESSION_SASL };

/* Everything borrowed until session_open() returns. */
struct session_config {
    enum session_scheme scheme;
    const char *host; /* verbatim name for TLS and Kerberos, no trailing dot */
    int port;
    const char *path; /* of the local socket, SESSION_LDAPI only */
    bool starttls;
    const char *ca_file;
    const char *certificate_file;
    const char *key_file;
    enum session_bind bind;
    const char *mechanism; /* GSSAPI, GSS-SPNEGO, EXTERNAL */
    const char *bind_dn;
    const char *password;
    const struct resolve_config *resolve;
    struct stopwatch *watch; /* NULL: nobody wants to know */
};

struct session;

/* Connect, protect, bind. Refuses, with ADSCP_E_SECURITY and before a secret is
 * sent, what adscp.h calls unsafe. */
int session_open(const struct session_config *config,
                 const struct deadline *deadline, struct detail *detail,
                 struct session **sessionp);
void session_close(struct session *session); /* NULL is fine */

enum session_scope { SESSION_BASE, SESSION_ONE, SESSION_SUBTREE };

/* One paged search, and how it ended. */
struct session_search {
    const char *base;
    enum session_scope scope;
    const char *filter;
    enum entry_kind kind; /* tells which attributes are asked for, too */
    /* out */
    int64_t entries;    /* taken, refused ones not counted */
    int result;         /* LDAP result code (RFC 4511 A.1) of the last page */
    bool partial;       /* something cut it short: see the notes */
    int64_t references; /* continuation references, none of them followed */
};

/* Run searches side by side, every entry into the decoder in the order in which
 * each search gave it. A result code other than success is no failure of the
 * call: the entries are kept, `partial` is set, and the directory's notes say
 * why; result 32 (noSuchObject) is an empty answer. ADSCP_E_ACCESS,
 * ADSCP_E_PROTOCOL, ADSCP_E_LIMIT, ADSCP_E_CONNECT, ADSCP_E_TIMEOUT,
 * ADSCP_E_CANCELLED. */
int session_search(struct session *session, struct session_search *searches,
                   int count, struct directory *directory,
                   struct decoder *decoder, const struct deadline *deadline,
                   struct detail *detail);

/* Messages sent since the session was opened: what a test counts. */
int session_round_trips(const struct session *session);

#endif
