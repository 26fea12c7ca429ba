/* SPDX-License-Identifier: MIT */
/* gather/ldap_guard under libldap: what passes, what is refused and why, and
 * requests that do not fit into a socket. */
#include "test.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gather/ldap/private.h"

/* Bytes of a server that come `at_once` at a time, and what it was sent, of
 * which `room` bytes are taken. */
struct script {
    const unsigned char *bytes;
    size_t length;
    size_t given;
    size_t at_once;
    int end; /* errno behind the last byte; 0: the end of the stream */
    size_t room;
    unsigned char sent[300000];
    size_t sent_length;
};

static ssize_t script_read(void *stream, void *bytes, size_t length)
{
    struct script *script = stream;
    size_t left = script->length - script->given;

    if (left == 0) {
        errno = script->end;
        return script->end != 0 ? -1 : 0;
    }
    if (length > left)
        length = left;
    if (length > script->at_once)
        length = script->at_once;
    memcpy(bytes, script->bytes + script->given, length);
    script->given += length;
    return (ssize_t)length;
}

static ssize_t script_write(void *stream, const void *bytes, size_t length)
{
    struct script *script = stream;

    if (length > script->room)
        length = script->room;
    if (length == 0) {
        errno = EWOULDBLOCK;
        return -1;
    }
    if (length > sizeof(script->sent) - script->sent_length) {
        errno = EPIPE;
        return -1;
    }
    memcpy(script->sent + script->sent_length, bytes, length);
    script->sent_length += length;
    script->room -= length;
    return (ssize_t)length;
}

static bool script_pending(const void *stream)
{
    const struct script *script = stream;

    return script->given < script->length || script->end != EWOULDBLOCK;
}

static const struct guard_edge edge = {script_read, script_write,
                                       script_pending};

/* A session over a script. The sockets are only there to be polled. */
struct fixture {
    struct session *session;
    struct script script;
    struct deadline deadline;
    struct detail detail;
    int ends[2];
};

static struct fixture *setup(const char *bytes, size_t length)
{
    struct fixture *fixture = calloc(1, sizeof(*fixture));

    fixture->session = calloc(1, sizeof(*fixture->session));
    fixture->script.bytes = (const unsigned char *)bytes;
    fixture->script.length = length;
    fixture->script.at_once = SIZE_MAX;
    fixture->script.room = SIZE_MAX;
    deadline_start(&fixture->deadline, 20000, NULL);
    CHECK_INT(socketpair(AF_UNIX, SOCK_STREAM, 0, fixture->ends), 0);
    CHECK_INT(session_prime(&fixture->deadline), ADSCP_OK);
    CHECK_INT(session_attach(fixture->session, fixture->ends[0], &edge,
                             &fixture->script, &fixture->detail),
              ADSCP_OK);
    fixture->session->doing = "a test";
    return fixture;
}

static void teardown(struct fixture *fixture)
{
    session_detach(fixture->session);
    close(fixture->ends[0]);
    close(fixture->ends[1]);
    free(fixture->session);
    free(fixture);
}

static int ask(struct fixture *fixture, const char *where, int *idp)
{
    const struct session_search search = {
        .base = where, .scope = SESSION_BASE, .filter = "(cn=*)"};

    return session_send_search(fixture->session, &search, NULL, NULL,
                               &fixture->deadline, &fixture->detail, idp);
}

static int receive(struct fixture *fixture, LDAPMessage **messagep)
{
    return session_receive(fixture->session, &fixture->deadline,
                           &fixture->detail, messagep);
}

/* SearchResultDone, success, to the first request. */
#define DONE "\x30\x0c\x02\x01\x01\x65\x07\x0a\x01\x00\x04\x00\x04\x00"
/* The same as Active Directory writes it. */
#define DONE_LONG                                                              \
    "\x30\x84\x00\x00\x00\x10\x02\x01\x01\x65\x84\x00\x00\x00\x07"             \
    "\x0a\x01\x00\x04\x00\x04\x00"
#define BYTES(text) text, sizeof(text) - 1

static void passes(const char *bytes, size_t length, size_t at_once)
{
    struct fixture *fixture = setup(bytes, length);
    LDAPMessage *message = NULL;
    int id = 0;

    fixture->script.at_once = at_once;
    CHECK_INT(ask(fixture, "", &id), ADSCP_OK);
    CHECK_INT(id, 1);
    CHECK_INT(receive(fixture, &message), ADSCP_OK);
    CHECK_INT(ldap_msgid(message), id);
    CHECK_INT(ldap_msgtype(message), LDAP_RES_SEARCH_RESULT);
    CHECK(guard_is_empty(&fixture->session->guard));
    CHECK_INT(session_round_trips(fixture->session), 1);
    ldap_msgfree(message);
    teardown(fixture);
}

static void test_passes(void)
{
    size_t at_once;

    for (at_once = 1; at_once < 24; at_once++) {
        passes(BYTES(DONE), at_once);
        passes(BYTES(DONE_LONG), at_once);
    }
    passes(BYTES(DONE), SIZE_MAX);
}

/* However much has come, the frame takes one message and leaves the rest below,
 * where TLS or a SASL layer would have to open it. */
static void test_takes_one_message(void)
{
    static const char *const both[] = {DONE, DONE_LONG};
    static const size_t lengths[] = {sizeof(DONE) - 1, sizeof(DONE_LONG) - 1};
    char bytes[100];
    size_t i;

    for (i = 0; i < 2; i++) {
        struct fixture *fixture;
        LDAPMessage *message = NULL;
        int id = 0;

        memset(bytes, 'x', sizeof(bytes));
        memcpy(bytes, both[i], lengths[i]);
        fixture = setup(bytes, sizeof(bytes));
        CHECK_INT(ask(fixture, "", &id), ADSCP_OK);
        CHECK_INT(receive(fixture, &message), ADSCP_OK);
        CHECK_INT(fixture->script.given, lengths[i]);
        CHECK(guard_is_empty(&fixture->session->guard));
        ldap_msgfree(message);
        teardown(fixture);
    }
}

struct refusal {
    const char *bytes;
    size_t length;
    int end;
    int code;
    const char *words;
};

static const struct refusal refusals[] = {
    {BYTES("\x30\x80\x02\x01\x01\x65\x00\x00\x00"), 0, ADSCP_E_PROTOCOL,
     "not an LDAP message"},
    {BYTES("\x30\x85\x00\x00\x00\x00\x0c\x02"), 0, ADSCP_E_PROTOCOL,
     "not an LDAP message"},
    {BYTES("\x31\x0c\x02\x01\x01\x65\x07"), 0, ADSCP_E_PROTOCOL,
     "not an LDAP message"},
    {BYTES("\x30\x04\x02\x01\x01\x65\x00"), 0, ADSCP_E_PROTOCOL,
     "not an LDAP message"},
    {BYTES("\x30\x84\x7f\xff\xff\xff\x02"), EWOULDBLOCK, ADSCP_E_LIMIT,
     "4 MiB"},
    {BYTES("\x30\x83\x40\x00\x01\x02\x01"), EWOULDBLOCK, ADSCP_E_LIMIT,
     "4 MiB"},
    {BYTES("\x30\x0c\x04\x01\x01\x65\x07\x0a\x01\x00\x04\x00\x04\x00"), 0,
     ADSCP_E_PROTOCOL, "proper ID"},
    {BYTES("\x30\x0c\x02\x00\x65\x07\x0a\x01\x00\x04\x00\x04\x00\x00"), 0,
     ADSCP_E_PROTOCOL, "proper ID"},
    {BYTES("\x30\x0c\x02\x05\x00\x00\x00\x00\x01\x65\x03\x04\x01\x78"), 0,
     ADSCP_E_PROTOCOL, "proper ID"},
    {BYTES("\x30\x05\x02\x02\x00\x01\x65"), 0, ADSCP_E_PROTOCOL, "proper ID"},
    {BYTES("\x30\x0c\x02\x01\x00\x78\x07\x0a\x01\x34\x04\x00\x04\x00"), 0,
     ADSCP_E_PROTOCOL, "notice of disconnection"},
    {BYTES("\x30\x0c\x02\x01\xff\x65\x07\x0a\x01\x00\x04\x00\x04\x00"), 0,
     ADSCP_E_PROTOCOL, "not made"},
    {BYTES("\x30\x0c\x02\x01\x02\x65\x07\x0a\x01\x00\x04\x00\x04\x00"), 0,
     ADSCP_E_PROTOCOL, "not made"},
    {BYTES("\x30\x0c\x02\x01\x01\x65\x08\x0a\x01\x00\x04\x00\x04\x00"), 0,
     ADSCP_E_PROTOCOL, "proper operation"},
    {BYTES("\x30\x0c\x02\x01\x01\x65\x80\x0a\x01\x00\x04\x00\x04\x00"), 0,
     ADSCP_E_PROTOCOL, "proper operation"},
    {BYTES("\x30\x0c\x02\x01\x01\x00\x07\x0a\x01\x00\x04\x00\x04\x00"), 0,
     ADSCP_E_PROTOCOL, "proper operation"},
    {BYTES("\x30\x05\x02\x01\x01\x65\x81"), 0, ADSCP_E_PROTOCOL,
     "proper operation"},
    {BYTES("\x30\x0c\x02\x01\x01\x7f\x65\x06\x01\x00\x04\x00\x04\x00"), 0,
     ADSCP_E_PROTOCOL, "proper operation"},
    {BYTES(""), 0, ADSCP_E_CONNECT, "closed"},
    {BYTES("\x30\x0c\x02\x01\x01"), 0, ADSCP_E_CONNECT, "closed"},
    {BYTES("\x30\x0c\x02\x01\x01\x65\x07\x0a\x01"), 0, ADSCP_E_CONNECT,
     "closed"},
    {BYTES("\x30\x0c"), ECONNRESET, ADSCP_E_CONNECT, "reset"},
    {BYTES(""), EIO, ADSCP_E_CONNECT, "lost"},
    {BYTES("\x30\x0c\x02"), EMSGSIZE, ADSCP_E_LIMIT, "more data"},
};

static void test_refuses(void)
{
    size_t i;

    for (i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
        const struct refusal *refusal = &refusals[i];
        struct fixture *fixture = setup(refusal->bytes, refusal->length);
        LDAPMessage *message = NULL;
        int id = 0;

        fixture->script.end = refusal->end;
        CHECK_INT(ask(fixture, "", &id), ADSCP_OK);
        CHECK_INT(receive(fixture, &message), refusal->code);
        CHECK(message == NULL);
        CHECK(strstr(fixture->detail.text, refusal->words) != NULL);
        CHECK_INT(fixture->session->guard.spent, refusal->end == EMSGSIZE);
        /* It is over: neither read nor sent, nor connected to elsewhere. */
        CHECK_INT(receive(fixture, &message), refusal->code);
        fixture->script.sent_length = 0;
        CHECK_INT(ask(fixture, "", &id), ADSCP_E_CONNECT);
        CHECK_INT(fixture->script.sent_length, 0);
        teardown(fixture);
    }
}

/* A second answer to a request that has had its last. */
static void test_forgets(void)
{
    struct fixture *fixture = setup(BYTES(DONE DONE));
    LDAPMessage *message = NULL;
    int id = 0;

    CHECK_INT(ask(fixture, "", &id), ADSCP_OK);
    CHECK_INT(receive(fixture, &message), ADSCP_OK);
    ldap_msgfree(message);
    guard_forget(&fixture->session->guard, id);
    CHECK_INT(receive(fixture, &message), ADSCP_E_PROTOCOL);
    teardown(fixture);
}

/* A request larger than the socket's room goes out piece by piece while answers
 * are waited for; a second one has to wait until it is out. */
static void test_large_request(void)
{
    enum { LARGE = 200000, PIECE = 7000 };
    struct fixture *fixture = setup(BYTES(""));
    char *where = malloc(LARGE + 1);
    LDAPMessage *message = NULL;
    int id = 0, second = 0;

    fixture->script.end = EWOULDBLOCK;
    fixture->script.room = PIECE;
    memset(where, 'x', LARGE);
    memcpy(where, "CN=", 3);
    where[LARGE] = '\0';
    CHECK_INT(ask(fixture, where, &id), ADSCP_OK);
    CHECK(fixture->session->guard.blocked);
    CHECK_INT(ask(fixture, "", &second), SESSION_BUSY);
    CHECK_INT(second, 0);
    while (fixture->session->guard.blocked && fixture->script.room == 0) {
        struct timeval at_once = {0, 0};

        fixture->script.room = PIECE;
        CHECK_INT(ldap_result(fixture->session->ld, LDAP_RES_ANY, LDAP_MSG_ONE,
                              &at_once, &message),
                  0);
    }
    CHECK(!fixture->session->guard.blocked);
    CHECK(fixture->script.sent_length > LARGE);
    fixture->script.room = SIZE_MAX;
    CHECK_INT(ask(fixture, "", &second), ADSCP_OK);
    /* libldap has used up a number for the request that it did not take. */
    CHECK_INT(second, id + 2);
    CHECK_INT(session_round_trips(fixture->session), 2);
    free(where);
    teardown(fixture);
}

/* An orderly end takes leave (RFC 4511 4.3), a broken one is silent. */
static void test_leave(void)
{
    static const unsigned char unbind[] = {0x02, 0x01, 0x01, 0x42, 0x00};
    struct fixture *fixture = setup(BYTES(""));
    const struct script *script = &fixture->script;

    session_detach(fixture->session);
    CHECK(script->sent_length == 7 &&
          memcmp(script->sent + 2, unbind, sizeof(unbind)) == 0);
    memset(fixture->session, 0, sizeof(*fixture->session));
    fixture->script.sent_length = 0;
    CHECK_INT(session_attach(fixture->session, fixture->ends[0], &edge,
                             &fixture->script, &fixture->detail),
              ADSCP_OK);
    fixture->session->broken = true;
    session_detach(fixture->session);
    CHECK_INT(script->sent_length, 0);
    close(fixture->ends[0]);
    close(fixture->ends[1]);
    free(fixture->session);
    free(fixture);
}

static void test_expect(void)
{
    struct guard guard;
    int i;

    guard_init(&guard, &edge, NULL);
    for (i = 1; i <= GUARD_IDS_MAX; i++)
        CHECK(guard_expect(&guard, i));
    CHECK(!guard_expect(&guard, i));
    guard_forget(&guard, 1);
    guard_forget(&guard, 99);
    CHECK_INT(guard.id_count, GUARD_IDS_MAX - 1);
    CHECK(guard_expect(&guard, i));
    CHECK(guard_is_empty(&guard));
}

static const struct test tests[] = {
    {"messages pass, however they arrive", test_passes},
    {"not a byte beyond the message is taken", test_takes_one_message},
    {"what is refused, and why", test_refuses},
    {"a request has one last answer", test_forgets},
    {"requests larger than the socket's room", test_large_request},
    {"leaving", test_leave},
    {"expected answers", test_expect},
};

TEST_MAIN(tests)
