/* SPDX-License-Identifier: MIT */
/* base/text: comparing, washing, lazily made texts. */
#include "test.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/text.h"

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
    bool unclean = false;

    arena_init(&arena);
    CHECK_STR(text_keep(&arena, "fine", 4, &unclean), "fine");
    CHECK(!unclean);
    CHECK_STR(text_keep(&arena, "a\0b", 3, &unclean), "a\\x00b");
    CHECK(unclean);
    CHECK_STR(text_lower(&arena, "HTTPS://M\xC3\x9CLL\xFF/", 15),
              "https://m\xC3\xBCll\xFF/");
    CHECK_STR(text_lower(&arena, "\xC8\xBA\xC8\xBA", 4),
              "\xE2\xB1\xA5\xE2\xB1\xA5"); /* grows from two bytes to three */
    CHECK_STR(text_lower(&arena, "", 0), "");
    arena_free(&arena);
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

static const struct test tests[] = {
    {"ascii words", test_ascii}, {"folding", test_fold},
    {"clean text", test_clean},  {"escaping", test_escape},
    {"kept text", test_keep},    {"lazily made text", test_slot},
};
TEST_MAIN(tests)
