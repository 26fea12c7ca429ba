/* SPDX-License-Identifier: MIT */
/* gather/ldap/tap: entries go past libldap, however they arrive, and nothing
 * else does. */
#include "test.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gather/ldap/private.h"

/* Bytes of a server that come `at_once` at a time; behind the last one there is
 * nothing yet. */
struct script {
    unsigned char *bytes;
    size_t length;
    size_t given;
    size_t at_once;
    bool pauses; /* with every second read */
    bool paused;
};

static ssize_t script_read(void *stream, void *bytes, size_t length)
{
    struct script *script = stream;
    size_t left = script->length - script->given;

    script->paused = script->pauses && !script->paused;
    if (left == 0 || script->paused) {
        errno = EWOULDBLOCK;
        return -1;
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
    (void)stream;
    (void)bytes;
    return (ssize_t)length;
}

static bool script_pending(const void *stream)
{
    const struct script *script = stream;

    return script->given < script->length;
}

static const struct guard_edge edge = {script_read, script_write,
                                       script_pending};

/* What came, one after the other. */
struct taken {
    size_t count;
    size_t length; /* of the last one */
    int id;
    char dn[32];
    int rc;         /* what is said to the entry that ... */
    size_t fail_at; /* ... has this number */
};

struct fixture {
    struct session *session;
    struct script script;
    struct taken taken;
    struct deadline deadline;
    struct detail detail;
    int ends[2];
    int id;
};

static int take(void *to, int id, struct span message)
{
    struct taken *taken = to;
    struct entry entry;

    taken->id = id;
    taken->length = message.length;
    if (entry_open(message, &entry) && entry.dn.length < sizeof(taken->dn)) {
        memcpy(taken->dn, entry.dn.text, entry.dn.length);
        taken->dn[entry.dn.length] = '\0';
    }
    return ++taken->count == taken->fail_at ? taken->rc : ADSCP_OK;
}

static struct fixture *setup(size_t room)
{
    struct fixture *fixture = calloc(1, sizeof(*fixture));
    const struct session_search search = {
        .base = "", .scope = SESSION_BASE, .filter = "(cn=*)"};

    fixture->session = calloc(1, sizeof(*fixture->session));
    fixture->script.bytes = malloc(room);
    fixture->script.at_once = SIZE_MAX;
    deadline_start(&fixture->deadline, 20000, NULL);
    CHECK_INT(socketpair(AF_UNIX, SOCK_STREAM, 0, fixture->ends), 0);
    CHECK_INT(session_prime(&fixture->deadline), ADSCP_OK);
    CHECK_INT(session_attach(fixture->session, fixture->ends[0], &edge,
                             &fixture->script, &fixture->detail),
              ADSCP_OK);
    guard_tap(&fixture->session->guard, take, &fixture->taken);
    CHECK_INT(session_send_search(fixture->session, &search, NULL, NULL,
                                  &fixture->deadline, &fixture->detail,
                                  &fixture->id),
              ADSCP_OK);
    CHECK_INT(fixture->id, 1);
    return fixture;
}

static void teardown(struct fixture *fixture)
{
    session_detach(fixture->session);
    close(fixture->ends[0]);
    close(fixture->ends[1]);
    free(fixture->script.bytes);
    free(fixture->session);
    free(fixture);
}

static void say(struct fixture *fixture, const char *bytes, size_t length)
{
    memcpy(fixture->script.bytes + fixture->script.length, bytes, length);
    fixture->script.length += length;
}

static int receive(struct fixture *fixture, LDAPMessage **messagep)
{
    return session_receive(fixture->session, &fixture->deadline,
                           &fixture->detail, messagep);
}

#define BYTES(text) text, sizeof(text) - 1
#define ENTRY                                                                  \
    "\x30\x0d\x02\x01\x01\x64\x08\x04\x04"                                     \
    "CN=a"                                                                     \
    "\x30\x00"
#define ENTRY_LONG                                                             \
    "\x30\x84\x00\x00\x00\x11\x02\x01\x01\x64\x84\x00\x00\x00\x08\x04\x04"     \
    "CN=b\x30\x00"
#define DONE "\x30\x0c\x02\x01\x01\x65\x07\x0a\x01\x00\x04\x00\x04\x00"

static void arrives(size_t at_once, bool pauses)
{
    struct fixture *fixture = setup(1000);
    LDAPMessage *message = NULL;

    fixture->script.at_once = at_once;
    fixture->script.pauses = pauses;
    say(fixture, BYTES(ENTRY ENTRY ENTRY_LONG DONE));
    CHECK_INT(receive(fixture, &message), ADSCP_OK);
    CHECK_INT(ldap_msgtype(message), LDAP_RES_SEARCH_RESULT);
    CHECK_INT(fixture->taken.count, 3);
    CHECK_INT(fixture->taken.id, 1);
    CHECK_INT(fixture->taken.length, sizeof(ENTRY_LONG) - 1);
    CHECK_STR(fixture->taken.dn, "CN=b");
    CHECK(guard_is_empty(&fixture->session->guard));
    ldap_msgfree(message);
    teardown(fixture);
}

static void test_arrives(void)
{
    size_t at_once;

    for (at_once = 1; at_once < 24; at_once++) {
        arrives(at_once, false);
        arrives(at_once, true);
    }
    arrives(SIZE_MAX, false);
    arrives(SIZE_MAX, true);
}

/* A large one between small ones; the buffer is one for all. */
static void test_large(void)
{
    enum { LARGE = 100000, HEAD = 10 };
    static const char head[] = "\x30\x83\x01\x86\xa5\x02\x01\x01\x64\x00"
                               "\x04\x04"
                               "CN=c"
                               "\x30\x00";
    struct fixture *fixture = setup(LARGE + 1000);
    LDAPMessage *message = NULL;
    char *bytes = calloc(1, LARGE + HEAD);

    say(fixture, BYTES(ENTRY));
    memcpy(bytes, head, HEAD);
    bytes[9] = 8;
    memcpy(bytes + HEAD, head + HEAD, 8);
    say(fixture, bytes, 5 + 0x186a5);
    say(fixture, BYTES(ENTRY DONE));
    CHECK_INT(receive(fixture, &message), ADSCP_OK);
    CHECK_INT(ldap_msgtype(message), LDAP_RES_SEARCH_RESULT);
    CHECK_INT(fixture->taken.count, 3);
    CHECK_INT(fixture->taken.length, sizeof(ENTRY) - 1);
    CHECK(fixture->session->guard.entry_room >= LARGE);
    ldap_msgfree(message);
    free(bytes);
    teardown(fixture);
}

/* A server that never pauses does not outlast the budget. */
static void test_budget(void)
{
    enum { ENTRIES = 4000 };
    struct fixture *fixture = setup(ENTRIES * sizeof(ENTRY));
    LDAPMessage *message = NULL;
    int i;

    for (i = 0; i < ENTRIES; i++)
        say(fixture, BYTES(ENTRY));
    deadline_start(&fixture->deadline, 0, NULL);
    CHECK_INT(receive(fixture, &message), ADSCP_E_TIMEOUT);
    CHECK(fixture->taken.count <= MESSAGES_PER_CHECK);
    CHECK(message == NULL);
    teardown(fixture);
}

/* What the taker says ends the session. */
static void ends(int rc)
{
    struct fixture *fixture = setup(1000);
    LDAPMessage *message = NULL;

    fixture->taken.rc = rc;
    fixture->taken.fail_at = 2;
    say(fixture, BYTES(ENTRY ENTRY ENTRY DONE));
    CHECK_INT(receive(fixture, &message), rc);
    CHECK(message == NULL);
    CHECK_INT(receive(fixture, &message), rc);
    CHECK_INT(fixture->taken.count, 2);
    CHECK_INT(fixture->session->guard.spent, rc == ADSCP_E_LIMIT);
    teardown(fixture);
}

static void test_ends(void)
{
    ends(ADSCP_E_NOMEM);
    ends(ADSCP_E_LIMIT);
}

/* Nobody takes them: libldap gets them, but for one that is half taken. */
static void test_closed(void)
{
    struct fixture *fixture = setup(1000);
    struct timeval at_once = {0, 0};
    LDAPMessage *message = NULL;
    LDAP *ld = fixture->session->ld;

    say(fixture, BYTES(ENTRY));
    fixture->script.length--;
    CHECK_INT(ldap_result(ld, LDAP_RES_ANY, LDAP_MSG_ONE, &at_once, &message),
              0);
    guard_tap(&fixture->session->guard, NULL, NULL);
    fixture->script.length++;
    say(fixture, BYTES(ENTRY_LONG DONE));
    CHECK_INT(receive(fixture, &message), ADSCP_OK);
    CHECK_INT(ldap_msgtype(message), LDAP_RES_SEARCH_ENTRY);
    ldap_msgfree(message);
    CHECK_INT(receive(fixture, &message), ADSCP_OK);
    CHECK_INT(ldap_msgtype(message), LDAP_RES_SEARCH_RESULT);
    CHECK_INT(fixture->taken.count, 0);
    ldap_msgfree(message);
    teardown(fixture);
}

/* References are libldap's. */
static void test_others(void)
{
    struct fixture *fixture = setup(1000);
    LDAPMessage *message = NULL;

    say(fixture, BYTES(ENTRY "\x30\x0f\x02\x01\x01\x73\x0a\x04\x08"
                             "ldap://a" ENTRY DONE));
    CHECK_INT(receive(fixture, &message), ADSCP_OK);
    CHECK_INT(ldap_msgtype(message), LDAP_RES_SEARCH_REFERENCE);
    CHECK_INT(fixture->taken.count, 1);
    ldap_msgfree(message);
    CHECK_INT(receive(fixture, &message), ADSCP_OK);
    CHECK_INT(ldap_msgtype(message), LDAP_RES_SEARCH_RESULT);
    CHECK_INT(fixture->taken.count, 2);
    ldap_msgfree(message);
    teardown(fixture);
}

static bool opens(const char *bytes, size_t length)
{
    struct entry entry;

    return entry_open((struct span){bytes, length}, &entry);
}

static void test_shape(void)
{
    CHECK(opens(BYTES(ENTRY)));
    CHECK(opens(BYTES(ENTRY_LONG)));
    /* Of another kind: the DN, the list; the list missing, or too long. */
    CHECK(!opens(BYTES("\x30\x0d\x02\x01\x01\x64\x08\x0c\x04"
                       "CN=a\x30\x00")));
    CHECK(!opens(BYTES("\x30\x0d\x02\x01\x01\x64\x08\x04\x04"
                       "CN=a\x31\x00")));
    CHECK(!opens(BYTES("\x30\x0b\x02\x01\x01\x64\x06\x04\x04"
                       "CN=a")));
    CHECK(!opens(BYTES("\x30\x0d\x02\x01\x01\x64\x08\x04\x04"
                       "CN=a\x30\x01")));
    CHECK(!opens(BYTES("\x30\x05\x02\x01\x01\x64\x00")));
    /* Controls behind the operation, and more within it. */
    CHECK(opens(BYTES("\x30\x0f\x02\x01\x01\x64\x08\x04\x04"
                      "CN=a\x30\x00\xa0\x00")));
    CHECK(opens(BYTES("\x30\x0f\x02\x01\x01\x64\x0a\x04\x04"
                      "CN=a\x30\x00\x05\x00")));
}

static const struct test tests[] = {
    {"entries are taken, however they arrive", test_arrives},
    {"a large entry", test_large},
    {"the budget counts", test_budget},
    {"what ends the session", test_ends},
    {"without a taker", test_closed},
    {"references are left to libldap", test_others},
    {"what an entry looks like", test_shape},
};

TEST_MAIN(tests)
