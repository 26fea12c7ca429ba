/* SPDX-License-Identifier: MIT */
/* base/text: comparing, washing, lazily made texts. */
#include "test.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/text.h"
#include "base/visible.h"

static int fold(const char *a, const char *b)
{
    return text_equal_fold(a, strlen(a), b, strlen(b));
}

static void test_ascii(void)
{
    CHECK(text_is("KeyWords", 8, "keywords"));
    CHECK(!text_is("keywords", 7, "keywords"));
    CHECK(!text_is("k\xC3\xA4", 3, "k\xC3\x84"));
    CHECK(text_starts("SITE=HQ", 7, "Site="));
    CHECK(!text_starts("Sit", 3, "Site="));
    CHECK(text_ends("a.LOCAL", 7, ".local"));
    /* '@' and '`', '[' and '{' differ by 0x20 but are no letters. */
    CHECK(!text_is("@[", 2, "`{"));
}

static void test_fold(void)
{
    CHECK(fold("Z\xC3\xBCrich", "Z\xC3\x9CRICH")); /* Zürich ZÜRICH */
    CHECK(fold("\xD0\xBC\xD0\xB8\xD1\x80", "\xD0\x9C\xD0\x98\xD0\xA0"));
    CHECK(!fold("stra\xC3\x9F"
                "e",
                "STRASSE"));       /* sharp s is not SS */
    CHECK(!fold("\xC4\xB1", "I")); /* dotless i */
    CHECK(!fold("\xC4\xB1", "i"));
    CHECK(!fold("\xC5\xBF", "S")); /* long s */
    CHECK(!fold("\xC5\xBF", "s"));
    CHECK(fold("\xC5\xBF", "\xC5\xBF"));
    CHECK(!fold("\xC3", "\xE3")); /* broken bytes equal themselves */
    CHECK(fold("a\xC3", "A\xC3"));
    CHECK(!fold("HQ", "HQ2"));
    CHECK(!text_equal_fold("a\0b", 3, "a\0c", 3));
    CHECK(text_equal_fold("a\0b", 3, "A\0B", 3));
}

static void test_clean(void)
{
    static const char *const dirty[] = {
        "a\x1B[31m", "\x7F",          "\xC2\x9B",     "\xE2\x80\xAE",
        "\xC0\xAF",  "\xED\xA0\x80",  "\xE2\x80\xA8", "\xF5\x80\x80\x80",
        "tab\t",     "\xE2\x81\xA6x", "\xC3",         "\xD8\x9C"};
    size_t i;

    CHECK(text_is_clean("", 0));
    CHECK(text_is_clean("Z\xC3\xBCrich \xE6\xBC\xA2 \xF0\x9F\x98\x80", 16));
    CHECK(!text_is_clean("a\0b", 3));
    for (i = 0; i < sizeof(dirty) / sizeof(dirty[0]); i++)
        CHECK(!text_is_clean(dirty[i], strlen(dirty[i])));
}

static void test_escape(void)
{
    char out[16];

    CHECK_INT(text_escape(out, sizeof(out), "a\x1B\xC3\xBC", 4), 7);
    CHECK_STR(out, "a\\x1B\xC3\xBC");
    CHECK_INT(text_escape(out, 5, "ab\x1B", 3), 6);
    CHECK_STR(out, "ab"); /* no half escapes */
    CHECK_INT(text_escape(out, 1, "ab", 2), 2);
    CHECK_STR(out, "");
    CHECK_INT(text_escape(NULL, 0, "\0", 1), 4);
}

static void test_keep(void)
{
    struct arena arena;
    unsigned marks = 0;

    arena_init(&arena);
    CHECK_STR(text_keep(&arena, "fine", 4, &marks), "fine");
    CHECK_INT(marks, 0);
    CHECK_STR(text_keep(&arena, "a\0b", 3, &marks), "a\\x00b");
    CHECK_INT(marks, TEXT_UNCLEAN);
    /* Whatever looks like an escape is one. */
    CHECK_STR(text_keep(&arena, "a\\x41\x1B", 6, NULL), "a\\x5Cx41\\x1B");
    CHECK_STR(text_keep(&arena, "a\\x5Cx41\\x1B", 12, NULL), "a\\x5Cx41\\x1B");
    CHECK_STR(text_keep(&arena, "CN=a\\,b", 7, NULL), "CN=a\\,b");
    CHECK_STR(text_lower(&arena, "HTTPS://M\xC3\x9CLL\xFF/", 15),
              "https://m\xC3\xBCll\xFF/");
    CHECK_STR(text_lower(&arena, "\xC8\xBA\xC8\xBA", 4),
              "\xE2\xB1\xA5\xE2\xB1\xA5"); /* grows from two bytes to three */
    CHECK_STR(text_lower(&arena, "", 0), "");
    arena_free(&arena);
}

static void check_visible(const char *text, const char *shown)
{
    char out[64];

    CHECK_INT(visible_write(out, sizeof(out), text, strlen(text)),
              strlen(shown));
    CHECK_STR(out, shown);
    CHECK_INT(visible_is_whole(text, strlen(text)), strcmp(text, shown) == 0);
}

static void test_visible(void)
{
    char out[8];

    check_visible("", "");
    check_visible("EX1", "EX1");
    check_visible("M\u00FCnchen", "M\u00FCnchen");
    check_visible("E\u200BX1", "E\\u{200B}X1");      /* zero width space */
    check_visible("EX\u00AD1", "EX\\u{AD}1");        /* soft hyphen */
    check_visible("EX1\U000E0041", "EX1\\u{E0041}"); /* tag */
    check_visible("EX\u31641", "EX\\u{3164}1");      /* Hangul filler */
    check_visible("\u2800", "\\u{2800}");            /* Braille blank */
    check_visible("a\uFFF9b\uFDD0c", "a\\u{FFF9}b\\u{FDD0}c");
    check_visible("\uFEFFEX1", "\\u{FEFF}EX1");
    check_visible("EX\uFE0F1", "EX\\u{FE0F}1"); /* variation selector */
    /* Joiners between letters that need them, and others. */
    check_visible("\u0645\u06CC\u200C\u062E", "\u0645\u06CC\u200C\u062E");
    check_visible("\u0915\u094D\u200D\u0937", "\u0915\u094D\u200D\u0937");
    check_visible("E\u200DX", "E\\u{200D}X");
    check_visible("\u200C\u0645", "\\u{200C}\u0645");
    CHECK_INT(visible_write(out, sizeof(out), "ab\u200B", 5), 10);
    CHECK_STR(out, "ab"); /* no half of it */
}

/* What somebody wrote to look like ours. */
static void test_visible_escape(void)
{
    char out[32];

    CHECK_INT(visible_write(out, sizeof(out), "a\\u{200B}", 9), 14);
    CHECK_STR(out, "a\\u{5C}u{200B}");
    CHECK_INT(visible_write(out, sizeof(out), "a\\,b", 4), 4);
    CHECK_STR(out, "a\\,b");
}

static unsigned marks_of(const char *text)
{
    return text_marks(text, strlen(text));
}

static void test_scripts(void)
{
    CHECK_INT(marks_of("EX01-mail_2.corp"), 0);
    CHECK_INT(marks_of("M\u00FCnchen"), 0);
    CHECK_INT(marks_of("\u041C\u043E\u0441\u043A\u0432\u0430 1"), 0);
    CHECK_INT(marks_of("E\u041501"), TEXT_MIXED);    /* Cyrillic IE */
    CHECK_INT(marks_of("ex\u03BF"), TEXT_MIXED);     /* Greek omicron */
    CHECK_INT(marks_of("\u0391\u0410"), TEXT_MIXED); /* Greek and Cyrillic */
    CHECK_INT(marks_of("\u6771\u4EAC\u30AA\u3075 HQ"), 0); /* Japanese */
    CHECK_INT(marks_of("\u6771\u3105 HQ"), 0);             /* Bopomofo */
    CHECK_INT(marks_of("\uC11C\uC6B8\u6771 HQ"), 0);       /* Korean */
    CHECK_INT(marks_of("\uC11C\u30AA"), TEXT_MIXED);
    CHECK_INT(marks_of("e\u0301"), 0); /* a combining accent is inherited */
    CHECK_INT(marks_of("a\u200Bb\x1B"), TEXT_INVISIBLE | TEXT_UNCLEAN);
}

static char *make_text(const void *of)
{
    return strdup(of);
}

static void *ask(void *slot)
{
    return (void *)(uintptr_t)text_slot_get(slot, make_text, "made once");
}

static void test_slot(void)
{
    enum { THREADS = 8 };
    pthread_t threads[THREADS];
    text_slot slot = NULL;
    void *texts[THREADS];
    int i;

    for (i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, ask, &slot);
    for (i = 0; i < THREADS; i++)
        pthread_join(threads[i], &texts[i]);
    for (i = 0; i < THREADS; i++)
        CHECK(texts[i] == texts[0]);
    CHECK_STR(texts[0], "made once");
    text_slot_free(&slot);
    CHECK(atomic_load(&slot) == NULL);
}

static void test_join(void)
{
    char *text = TEXT_JOIN("one", "", " and ", "two"), digits[24];

    CHECK_STR(text, "one and two");
    free(text);
    text = text_join(NULL, 0);
    CHECK_STR(text, "");
    free(text);
    CHECK(text_put_number(digits, 0) == digits + 1);
    CHECK_STR(digits, "0");
    CHECK(text_put_number(digits, UINT64_MAX) == digits + 20);
    CHECK_STR(digits, "18446744073709551615");
}

static const struct test tests[] = {
    {"ascii words", test_ascii},
    {"folding", test_fold},
    {"clean text", test_clean},
    {"escaping", test_escape},
    {"kept text", test_keep},
    {"joined text", test_join},
    {"lazily made text", test_slot},
    {"invisible characters", test_visible},
    {"what looks like their escape", test_visible_escape},
    {"mixed scripts", test_scripts},
};
TEST_MAIN(tests)
