/* SPDX-License-Identifier: MIT */
/* gather/netlogon: the bytes of a ping, and what answers of every kind are
 * taken for. Each answer lies in memory of exactly its size, so that a
 * sanitizer sees a read beyond its end. */
#include "test.h"

#include <stdbool.h>
#include <stdlib.h>

#include "gather/locate/netlogon.h"

enum { ID = 0x01020304 };

struct bytes {
    unsigned char at[8192];
    size_t length;
};

static void add(struct bytes *to, const void *from, size_t length)
{
    memcpy(to->at + to->length, from, length);
    to->length += length;
}

#define ADD(to, text) add((to), (text), sizeof(text) - 1)

/* -------------------------------------------------------------- request -- */

static void show(const unsigned char *bytes, size_t length, char *out)
{
    size_t i;

    for (i = 0; i < length; i++)
        snprintf(out + 2 * i, 3, "%02x", bytes[i]);
}

static void test_request(void)
{
    unsigned char request[NETLOGON_REQUEST_MAX];
    char hex[2 * NETLOGON_REQUEST_MAX + 1] = "";
    size_t length = netlogon_request(request, 1, "example.test");

    CHECK_INT(length, 80);
    show(request, length, hex);
    CHECK_STR(hex, "304e020101634904000a01000a0100020100020100010100a02aa319"
                   "0409446e73446f6d61696e040c6578616d706c652e74657374a30d04"
                   "054e74566572040416000000300a04086e65746c6f676f6e");
}

static void test_request_without_domain(void)
{
    unsigned char request[NETLOGON_REQUEST_MAX];
    char hex[2 * NETLOGON_REQUEST_MAX + 1] = "";
    size_t length = netlogon_request(request, 0x80, NULL);

    show(request, length, hex);
    CHECK_STR(hex, "303402020080632e04000a01000a0100020100020100010100a00fa3"
                   "0d04054e74566572040416000000300a04086e65746c6f676f6e");
}

static void test_request_limits(void)
{
    unsigned char request[NETLOGON_REQUEST_MAX];
    char domain[NETLOGON_NAME_MAX + 1];
    size_t length;

    memset(domain, 'x', sizeof(domain));
    domain[NETLOGON_NAME_MAX - 1] = '\0';
    length = netlogon_request(request, NETLOGON_ID_MAX, domain);
    CHECK(length > 255 && length <= NETLOGON_REQUEST_MAX);
    CHECK_INT(request[1], 0x82);
    CHECK_INT(request[2] << 8 | request[3], length - 4);
    CHECK_INT(request[5], 4); /* octets of the largest id */
    domain[NETLOGON_NAME_MAX - 1] = 'x';
    domain[NETLOGON_NAME_MAX] = '\0';
    CHECK_INT(netlogon_request(request, 1, domain), 0);
    CHECK_INT(netlogon_request(request, 1, ""), 0);
}

/* --------------------------------------------------------------- values -- */

#define HEAD                                                                   \
    "\x17\0\0\0"                                                               \
    "\xfd\x33\x01\x80"                                                         \
    "0123456789abcdef"
#define TAIL_PLAIN "\x05\0\0\0\xff\xff\xff\xff"
#define TAIL_CLOSEST "\x15\0\0\0\xff\xff\xff\xff"

/* Forest corp.example at 24, domain the same, host dc1 in it, NetBIOS names, no
 * user. */
#define FOREST                                                                 \
    "\4corp\7example\0"                                                        \
    "\xc0\x18"                                                                 \
    "\3dc1\xc0\x18"                                                            \
    "\4CORP\0\3DC1\0\0"

static enum netlogon_outcome decode(const struct bytes *value,
                                    struct netlogon *answer)
{
    unsigned char *exact = malloc(value->length > 0 ? value->length : 1);
    enum netlogon_outcome outcome;

    memcpy(exact, value->at, value->length);
    outcome = netlogon_decode(exact, value->length, answer);
    free(exact);
    return outcome;
}

static struct bytes value_of(const char *names, size_t length, const char *tail)
{
    struct bytes value = {.length = 0};

    ADD(&value, HEAD);
    add(&value, names, length);
    add(&value, tail, 8);
    return value;
}

#define VALUE(names, tail) value_of((names), sizeof(names) - 1, (tail))

static void test_value(void)
{
    struct bytes value = VALUE(FOREST "\2HQ\0"
                                      "\3Lab\0012\0",
                               TAIL_PLAIN);
    struct netlogon answer;

    CHECK_INT(decode(&value, &answer), NETLOGON_ANSWER);
    CHECK_INT(answer.flags, 0x800133fd);
    CHECK_STR(answer.forest, "corp.example");
    CHECK_STR(answer.domain, "corp.example");
    CHECK_STR(answer.host, "dc1.corp.example");
    CHECK_STR(answer.site, "HQ");
    CHECK_STR(answer.client_site, "Lab.2");
    CHECK_STR(answer.next_site, "");
}

static void test_value_with_closest(void)
{
    struct bytes value = VALUE(FOREST "\2HQ\0\0\6Branch\0", TAIL_CLOSEST);
    struct bytes gone = VALUE(FOREST "\2HQ\0\0", TAIL_CLOSEST);
    struct bytes more = VALUE(FOREST "\2HQ\0\xc0\x34"
                                     "later fields",
                              TAIL_PLAIN);
    struct netlogon answer;

    CHECK_INT(decode(&value, &answer), NETLOGON_ANSWER);
    CHECK_STR(answer.client_site, "");
    CHECK_STR(answer.next_site, "Branch");
    CHECK_INT(decode(&gone, &answer), NETLOGON_ANSWER);
    CHECK_STR(answer.next_site, "");
    CHECK_INT(decode(&more, &answer), NETLOGON_ANSWER);
    CHECK_STR(answer.client_site, "DC1");
}

static void test_value_with_address(void)
{
    struct bytes value = VALUE(FOREST "\2HQ\0\0"
                                      "\x10\2\0\0\0\x7f\0\0\1\0\0\0\0\0\0\0\0"
                                      "\1X\0",
                               "\x1d\0\0\0\xff\xff\xff\xff");
    struct bytes cut =
        VALUE(FOREST "\2HQ\0\0\x10\2\0", "\x0d\0\0\0\xff\xff\xff\xff");
    struct netlogon answer;

    CHECK_INT(decode(&value, &answer), NETLOGON_ANSWER);
    CHECK_STR(answer.next_site, "X");
    CHECK_INT(decode(&cut, &answer), NETLOGON_STRANGE);
}

/* Names that no server writes: each in the place of the client's site, which is
 * the last one and begins at byte 62. */
#define AT_62 FOREST "\2HQ\0"

static void test_bad_names(void)
{
    static const struct {
        const char *what, *bytes;
        size_t length;
    } rows[] = {
#define ROW(what, bytes) {what, AT_62 bytes, sizeof(AT_62 bytes) - 1}
        ROW("a pointer to itself", "\xc0\x3e"),
        ROW("a pointer into its own name", "\1a\xc0\x3e"),
        ROW("a pointer forward", "\xc0\x40\1a\0"),
        ROW("a pointer beyond the end", "\xff\xff"),
        ROW("a pointer into the header", "\xc0\x04"),
        ROW("half a pointer", "\xc0"),
        ROW("label type 01", "\x40"
                             "aaaa\0"),
        ROW("label type 10", "\x80\0"),
        ROW("a label that is cut", "\5abc"),
        ROW("no end", "\3abc"),
        ROW("nothing", ""),
        ROW("a NUL inside", "\3a\0b\0"),
        ROW("a control byte", "\3a\x1b[\0"),
        ROW("a line feed", "\3a\nb\0"),
        ROW("no UTF-8", "\2\xc3(\0"),
        ROW("overlong UTF-8", "\2\xc0\xaf\0"),
        ROW("a mark that turns the writing", "\5a\xe2\x80\xae"
                                             "b\0"),
#undef ROW
    };
    struct netlogon answer;
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct bytes value =
            value_of(rows[i].bytes, rows[i].length, TAIL_PLAIN);

        if (decode(&value, &answer) != NETLOGON_STRANGE)
            CHECK_STR(rows[i].what, "refused");
    }
}

/* Two names that point at each other, and a chain of pointers that each lead
 * further back, which is odd and allowed. */
static void test_pointer_chains(void)
{
    struct bytes loop = VALUE("\xc0\x1a\xc0\x18\0\0\0\0\0\0", TAIL_PLAIN);
    struct bytes chain =
        VALUE("\1a\0\xc0\x18\xc0\x1b\xc0\x1d\xc0\x1f\0\0\xc0\x21", TAIL_PLAIN);
    struct netlogon answer;

    CHECK_INT(decode(&loop, &answer), NETLOGON_STRANGE);
    CHECK_INT(decode(&chain, &answer), NETLOGON_ANSWER);
    CHECK_STR(answer.client_site, "a");
}

static struct bytes long_name(size_t labels, size_t last)
{
    struct bytes value = {.length = 0};
    size_t i;

    ADD(&value, HEAD);
    for (i = 0; i < labels; i++) {
        size_t length = i + 1 < labels ? 63 : last;

        value.at[value.length++] = (unsigned char)length;
        memset(value.at + value.length, 'x', length);
        value.length += length;
    }
    ADD(&value, "\0\0\0\0\0\0\0\0" TAIL_PLAIN);
    return value;
}

static void test_long_names(void)
{
    struct bytes longest = long_name(4, 63), longer = long_name(5, 1);
    struct netlogon answer;

    CHECK_INT(decode(&longest, &answer), NETLOGON_ANSWER);
    CHECK_INT(strlen(answer.forest), 255);
    CHECK_INT(decode(&longer, &answer), NETLOGON_STRANGE);
}

/* Every shorter value, and every one with a byte changed: never a crash, and a
 * shorter one is never an answer. */
static void test_damaged_values(void)
{
    const struct bytes whole = VALUE(FOREST "\2HQ\0\2HQ\0\1N\0", TAIL_CLOSEST);
    struct netlogon answer;
    size_t i;
    unsigned bit;

    for (i = 0; i < whole.length; i++) {
        struct bytes value = whole;

        value.length = i;
        CHECK_INT(decode(&value, &answer), NETLOGON_STRANGE);
        for (bit = 0; bit < 8; bit++) {
            value = whole;
            value.at[i] ^= (unsigned char)(1U << bit);
            (void)decode(&value, &answer);
        }
    }
}

static void test_opcodes(void)
{
    static const int refused[] = {0, 18, 19, 20, 21, 22, 25, 26, 0x1700};
    struct bytes value = VALUE(FOREST "\2HQ\0\0", TAIL_PLAIN);
    struct netlogon answer = {.host = "untouched"};
    size_t i;

    value.at[0] = 24;
    CHECK_INT(decode(&value, &answer), NETLOGON_PAUSED);
    for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        value.at[0] = (unsigned char)refused[i];
        value.at[1] = (unsigned char)(refused[i] >> 8);
        CHECK_INT(decode(&value, &answer), NETLOGON_STRANGE);
    }
    value.at[0] = 23;
    value.at[1] = 0;
    value.at[value.length - 8] = 3; /* not V5EX */
    CHECK_INT(decode(&value, &answer), NETLOGON_STRANGE);
    CHECK_STR(answer.host, "untouched");
}

/* ------------------------------------------------------------- messages -- */

/* tag, length in the form that Active Directory writes, content */
static struct bytes element(unsigned tag, const struct bytes *content)
{
    struct bytes made = {.length = 6};

    made.at[0] = (unsigned char)tag;
    made.at[1] = 0x84;
    made.at[4] = (unsigned char)(content->length >> 8);
    made.at[5] = (unsigned char)content->length;
    add(&made, content->at, content->length);
    return made;
}

static struct bytes octets(const void *bytes, size_t length)
{
    struct bytes content = {.length = 0};

    add(&content, bytes, length);
    return element(0x04, &content);
}

static struct bytes message(unsigned operation, const struct bytes *content)
{
    const unsigned char id[] = {2, 4, 1, 2, 3, 4};
    struct bytes inside = element(operation, content);
    struct bytes whole = {.length = 0};

    add(&whole, id, sizeof(id));
    add(&whole, inside.at, inside.length);
    return element(0x30, &whole);
}

static struct bytes attribute(const char *name, const struct bytes *value)
{
    struct bytes inside = octets(value->at, value->length);
    struct bytes set = element(0x31, &inside);
    struct bytes both = octets(name, strlen(name));

    add(&both, set.at, set.length);
    return element(0x30, &both);
}

static struct bytes entry_with(const struct bytes *attributes)
{
    struct bytes list = element(0x30, attributes);
    struct bytes content = octets("", 0);

    add(&content, list.at, list.length);
    return message(0x64, &content);
}

static struct bytes good_entry(void)
{
    struct bytes value = VALUE(FOREST "\2HQ\0\2HQ\0", TAIL_PLAIN);
    struct bytes one = attribute("Netlogon", &value);

    return entry_with(&one);
}

static struct bytes done(int result)
{
    struct bytes content = {.length = 0};

    ADD(&content, "\x0a\1\0\4\0\4\0");
    content.at[2] = (unsigned char)result;
    return message(0x65, &content);
}

static enum netlogon_outcome read_reply(const struct bytes *reply,
                                        struct netlogon *answer)
{
    unsigned char *exact = malloc(reply->length > 0 ? reply->length : 1);
    enum netlogon_outcome outcome;

    memcpy(exact, reply->at, reply->length);
    outcome = netlogon_reply(exact, reply->length, ID, answer);
    free(exact);
    return outcome;
}

static void test_reply(void)
{
    struct bytes reply = good_entry(), end = done(0);
    struct netlogon answer = {.flags = 0};

    CHECK_INT(read_reply(&reply, &answer), NETLOGON_ANSWER);
    CHECK_STR(answer.host, "dc1.corp.example");
    add(&reply, end.at, end.length);
    CHECK_INT(read_reply(&reply, &answer), NETLOGON_ANSWER);
    CHECK_INT(netlogon_reply(reply.at, reply.length, ID + 1, &answer),
              NETLOGON_STRANGE);
}

static void test_reply_unknown_domain(void)
{
    struct bytes none = {.length = 0};
    struct bytes empty = entry_with(&none), samba = done(0), refused = done(50);
    struct bytes value = {.length = 0};
    struct bytes other = attribute("netlogonX", &value);
    struct netlogon answer;

    other = entry_with(&other);
    CHECK_INT(read_reply(&empty, &answer), NETLOGON_UNKNOWN);
    CHECK_INT(read_reply(&samba, &answer), NETLOGON_UNKNOWN);
    CHECK_INT(read_reply(&refused, &answer), NETLOGON_UNKNOWN);
    CHECK_INT(read_reply(&other, &answer), NETLOGON_UNKNOWN);
}

/* A stream that has not given it all yet, byte by byte. */
static void test_reply_in_parts(void)
{
    struct bytes reply = good_entry();
    struct netlogon answer;
    size_t whole = reply.length;

    for (reply.length = 0; reply.length < whole; reply.length++)
        CHECK_INT(read_reply(&reply, &answer), NETLOGON_MORE);
    CHECK_INT(read_reply(&reply, &answer), NETLOGON_ANSWER);
}

/* Continuation references come first and lead nowhere. */
static void test_reply_with_reference(void)
{
    struct bytes url = octets("ldap://elsewhere", 16);
    struct bytes reply = message(0x73, &url), entry = good_entry();
    struct netlogon answer;

    CHECK_INT(read_reply(&reply, &answer), NETLOGON_MORE);
    add(&reply, entry.at, entry.length);
    CHECK_INT(read_reply(&reply, &answer), NETLOGON_ANSWER);
}

static void test_strange_replies(void)
{
    static const struct {
        const char *what, *bytes;
        size_t length;
    } rows[] = {
#define ROW(what, bytes) {what, bytes, sizeof(bytes) - 1}
        ROW("no sequence", "\x31\5\2\1\1\x65\0"),
        ROW("indefinite length", "\x30\x80\2\1\1"),
        ROW("five octets of length", "\x30\x85\0\0\0\0\5"),
        ROW("two gigabytes announced", "\x30\x84\x7f\xff\xff\xff"),
        ROW("no id", "\x30\2\x65\0"),
        ROW("a negative id", "\x30\5\2\1\x81\x65\0"),
        ROW("id 0", "\x30\5\2\1\0\x65\0"),
        ROW("an id of five octets", "\x30\x9\2\5\0\1\2\3\4\x65\0"),
        ROW("an empty id", "\x30\4\2\0\x65\0"),
        ROW("no operation", "\x30\6\2\4\1\2\3\4"),
        ROW("another operation", "\x30\x8\2\4\1\2\3\4\x61\0"),
        ROW("an empty entry", "\x30\x8\2\4\1\2\3\4\x64\0"),
        ROW("an entry beyond its message", "\x30\x8\2\4\1\2\3\4\x64\5"),
        ROW("attributes that are no list", "\x30\xc\2\4\1\2\3\4\x64\4\4\0\4\0"),
        ROW("an attribute without values",
            "\x30\x18\2\4\1\2\3\4\x64\x10\4\0\x30\xc\x30\xa\4\x8netlogon"),
        ROW("an attribute with no value", "\x30\x1a\2\4\1\2\3\4\x64\x12\4\0\x30"
                                          "\xe\x30\xc\4\x8netlogon\x31\0"),
#undef ROW
    };
    struct netlogon answer;
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct bytes reply = {.length = 0};

        add(&reply, rows[i].bytes, rows[i].length);
        if (read_reply(&reply, &answer) != NETLOGON_STRANGE)
            CHECK_STR(rows[i].what, "refused");
    }
}

static const struct test tests[] = {
    {"the request is the published one", test_request},
    {"a request for the server's own domain", test_request_without_domain},
    {"the longest request, and too long a domain", test_request_limits},
    {"a value", test_value},
    {"a value with the next closest site", test_value_with_closest},
    {"a value with an address", test_value_with_address},
    {"names that no server writes", test_bad_names},
    {"chains of pointers", test_pointer_chains},
    {"names of 255 and more octets", test_long_names},
    {"damaged values", test_damaged_values},
    {"paused servers and other layouts", test_opcodes},
    {"a reply", test_reply},
    {"a domain that is not known", test_reply_unknown_domain},
    {"a reply in parts", test_reply_in_parts},
    {"a reply behind a reference", test_reply_with_reference},
    {"replies that are none", test_strange_replies},
};

TEST_MAIN(tests)
