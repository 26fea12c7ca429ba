/* SPDX-License-Identifier: MIT */
#include "base/table.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "adscp.h"
#include "test.h"

/* In place of the C library's: the key of the published test values, or, in a
 * child, none. */
static int refuses;

ssize_t getrandom(void *buffer, size_t length, unsigned flags)
{
    size_t i;

    (void)flags;
    if (refuses) {
        errno = EAGAIN;
        return -1;
    }
    for (i = 0; i < length; i++)
        ((unsigned char *)buffer)[i] = (unsigned char)i;
    return (ssize_t)length;
}

/* Before anything is hashed here: a child without a key of the kernel's has one
 * all the same. */
static void test_no_random(void)
{
    int status = -1;
    pid_t child = fork();

    if (child == 0) {
        refuses = 1;
        _exit(hash_bytes("", 0) == 0x050fc4dc ||
              hash_bytes("", 0) == 0x150c532c);
    }
    CHECK(child > 0 && waitpid(child, &status, 0) == child);
    CHECK_INT(status, 0);
}

/* The low half of SipHash-1-3 of 0, 1, 2 ... under the key 0, 1, ... 15. */
static void test_values(void)
{
    static const struct {
        size_t length;
        uint32_t hash;
    } known[] = {
        {0, 0x050fc4dc},  {1, 0x7d57ca93},  {7, 0x9bb11140},
        {8, 0x8d299a8e},  {9, 0x6c063de4},  {15, 0x2a519956},
        {16, 0x7d908b66}, {17, 0x63dbd80c}, {63, 0xb7bbb3a8},
    };
    char bytes[64];
    size_t i;

    for (i = 0; i < sizeof(bytes); i++)
        bytes[i] = (char)i;
    for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        CHECK_INT(hash_bytes(bytes, known[i].length), known[i].hash);
}

static void test_sense(void)
{
    CHECK_INT(hash_ascii("HQ", 2), hash_ascii("hq", 2));
    CHECK_INT(hash_ascii("Servers of HQ", 13), hash_ascii("sERVERS OF hq", 13));
    CHECK(hash_bytes("HQ", 2) != hash_bytes("hq", 2));
    CHECK(hash_ascii("[", 1) != hash_ascii("{", 1));
    CHECK(hash_ascii("a", 1) != hash_ascii("a\0", 2));
    CHECK_INT(hash_fold("Z\xC3\xBC", 3), hash_fold("z\xC3\x9C", 3));
    /* U+2C65 and U+023A: three bytes and two */
    CHECK_INT(hash_fold("\xE2\xB1\xA5", 3), hash_fold("\xC8\xBA", 2));
    CHECK(hash_fold("\xC3", 1) != hash_fold("\xE3", 1));
    CHECK(hash_join(1, 2) != hash_join(2, 1));
}

static int by_value(const void *a, const void *b)
{
    uint32_t first = *(const uint32_t *)a, second = *(const uint32_t *)b;

    return (first > second) - (first < second);
}

/* How many of the 16384 texts, of fourteen times one piece or the other, share
 * the hash of another. */
static int shared(uint32_t (*hash)(const char *, size_t),
                  const char *const by[2])
{
    enum { BITS = 14, COUNT = 1 << BITS };
    static uint32_t hashes[COUNT];
    char text[BITS * 4 + 1];
    int i, bit, found = 0;

    for (i = 0; i < COUNT; i++) {
        text[0] = '\0';
        for (bit = 0; bit < BITS; bit++)
            strcat(text, by[i >> bit & 1]);
        hashes[i] = hash(text, strlen(text));
    }
    qsort(hashes, COUNT, sizeof(hashes[0]), by_value);
    for (i = 1; i < COUNT; i++)
        found += hashes[i] == hashes[i - 1];
    return found;
}

static void test_hostile(void)
{
    static const char *const brackets[] = {"[", "{"},
                             *const marks[] = {"^", "~"},
                             *const cases[] = {"a", "A"},
                             /* U+10000 and U+20000; U+0141 and U+0241 */
                                 *const planes[] = {"\xF0\x90\x80\x80",
                                                    "\xF0\xA0\x80\x80"},
                             *const high[] = {"\xC5\x81", "\xC9\x81"};

    CHECK(shared(hash_ascii, brackets) < 4);
    CHECK(shared(hash_ascii, marks) < 4);
    CHECK(shared(hash_bytes, cases) < 4);
    CHECK(shared(hash_fold, planes) < 4);
    CHECK(shared(hash_fold, high) < 4);
    CHECK_INT(shared(hash_fold, cases), 16383);
}

static void test_index(void)
{
    struct hash_index index = {0};
    uint32_t at, i, seen = 0;

    CHECK_INT(hash_first(&index, 7, &at), HASH_NONE);
    for (i = 0; i < 1000; i++)
        CHECK(hash_add(&index, i % 10, i));
    for (i = hash_first(&index, 3, &at); i != HASH_NONE;
         i = hash_next(&index, 3, &at)) {
        CHECK_INT(i % 10, 3);
        seen++;
    }
    CHECK_INT(seen, 100);
    CHECK_INT(hash_first(&index, 11, &at), HASH_NONE);
    CHECK(!hash_reserve(&index, UINT32_MAX));
    CHECK_INT(index.count, 1000);
    hash_clear(&index);
    CHECK_INT(hash_first(&index, 3, &at), HASH_NONE);
}

static void test_keep(void)
{
    struct table table = {.sense = TABLE_FOLD};
    struct arena arena = {0};
    char name[16];
    uint32_t i;

    CHECK_INT(table_find(&table, "hq", 2), TABLE_NONE);
    for (i = 0; i < 500; i++) {
        snprintf(name, sizeof(name), "Site-%u", i);
        CHECK_INT(table_keep(&table, &arena, name, strlen(name)), i);
    }
    CHECK_INT(table_keep(&table, &arena, "SITE-7", 6), 7);
    CHECK_INT(table_find(&table, "site-499", 8), 499);
    CHECK_STR(table.rows[7].text, "Site-7");
    CHECK(table_is(&table, 7, "site-7", 6) &&
          !table_is(&table, 7, "site-8", 6));
    CHECK_INT(table.count, 500);
    table_clear(&table);
    CHECK_INT(table_find(&table, "site-7", 6), TABLE_NONE);
    arena_free(&arena);
}

static void test_value(void)
{
    struct table table;
    uint32_t *value;

    CHECK_INT(table_init(&table, TABLE_ASCII, 2), ADSCP_OK);
    value = table_value(&table, "EX01", table_hash(&table, "EX01"), 4);
    CHECK_INT(*value, 4);
    *value = 5;
    CHECK_INT(*table_value(&table, "ex01", table_hash(&table, "ex01"), 6), 5);
    CHECK_INT(*table_get(&table, "Ex01", 4), 5);
    CHECK(table_get(&table, "Ex02", 4) == NULL);
    table_clear(&table);
    CHECK_INT(table_init(&table, TABLE_EXACT, SIZE_MAX / 2), ADSCP_E_NOMEM);
    table_clear(&table);
    CHECK(table_get(&table, "", 0) == NULL);
}

static const struct test tests[] = {
    {"without the kernel's random bytes there is a key", test_no_random},
    {"SipHash-1-3 has its published values", test_values},
    {"what is the same has one hash, and nothing else", test_sense},
    {"texts cannot be made to share a hash", test_hostile},
    {"numbers are found by their hash", test_index},
    {"texts are kept once and numbered", test_keep},
    {"texts have values", test_value},
};

TEST_MAIN(tests)
