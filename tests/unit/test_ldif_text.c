/* SPDX-License-Identifier: MIT */
/* gather/ldif: lines, encodings, limits. */
#include "test.h"

#include <stdlib.h>

#include "base/base64.h"
#include "gather/ldif/text.h"

/* ------------------------------------------------------------------ lines --
 */

/* All logical lines of a text, each followed by "|". */
static void expect_lines(const char *bytes, size_t length, const char *expected)
{
    struct buffer buffer = {0};
    struct ldif_input input;
    struct ldif_line line;
    struct detail detail = {{0}};

    ldif_input_memory(&input, "m", bytes, length, &detail);
    do {
        CHECK_INT(ldif_input_line(&input, &buffer, &line), ADSCP_OK);
        CHECK(buffer_reserve(&buffer, 2));
        if (!line.end)
            buffer.bytes[buffer.used++] = '|';
    } while (!line.end);
    buffer.bytes[buffer.used] = '\0';
    CHECK_STR(buffer.bytes, expected);
    ldif_input_close(&input);
    buffer_free(&buffer);
}

static void test_lines(void)
{
#define LINES(text, expected) expect_lines(text, sizeof(text) - 1, expected)
    LINES("", "");
    LINES("a\nb\n", "a|b|");
    LINES("a\r\nb", "a|b|");
    LINES("a\rb\r\r\n", "a\rb\r|");
    LINES("a\n b\n  c\nd\n", "ab c|d|");
    LINES("a\r\n b\r\n", "ab|");
    LINES("a\n\n b\n", "a|| b|");
    LINES("a\n \n b\n", "ab|");
    LINES("a\r\n \r\n", "a|");
    LINES("#a\n b\n\tc\n", "#ab|\tc|");
    LINES("\xEF\xBB\xBF"
          "a\n",
          "a|");
    LINES("a\xEF\xBB\xBF\n", "a\xEF\xBB\xBF|");
    LINES("\xEF\xBB", "\xEF\xBB|");
}

static void test_utf16(void)
{
    LINES("\xFF\xFE", "");
    LINES("\xFF\xFE"
          "a\0\r\0\n\0 \0b\0\n\0",
          "ab|");
    LINES("\xFE\xFF\0a\0\n\0b", "a|b|");
    LINES("\xFF\xFE\xFC\0\xAC\x20", "\xC3\xBC\xE2\x82\xAC|");
    LINES("\xFF\xFE\x3D\xD8\x00\xDE", "\xF0\x9F\x98\x80|");
    /* Half a pair: before a letter, before another half, at the end, the wrong
     * half; and a byte too many. */
    LINES("\xFF\xFE\x3D\xD8"
          "a\0",
          "\xED\xA0\xBD"
          "a|");
    LINES("\xFF\xFE\x3D\xD8\x3D\xD8\x00\xDE", "\xED\xA0\xBD\xF0\x9F\x98\x80|");
    LINES("\xFF\xFE"
          "a\0\x3D\xD8",
          "a\xED\xA0\xBD|");
    LINES("\xFF\xFE\x00\xDE", "\xED\xB8\x80|");
    LINES("\xFF\xFE"
          "a\0\n",
          "a\xFF|");
}

static void test_line_numbers(void)
{
    static const char text[] = "a\n b\n\nc\nd";
    static const size_t numbers[] = {1, 3, 4, 5};
    struct buffer buffer = {0};
    struct ldif_input input;
    struct ldif_line line;
    struct detail detail = {{0}};
    size_t i;

    ldif_input_memory(&input, "m", text, sizeof(text) - 1, &detail);
    for (i = 0; i < 4; i++) {
        CHECK_INT(ldif_input_line(&input, &buffer, &line), ADSCP_OK);
        CHECK_INT(line.number, numbers[i]);
    }
    CHECK(input.broken_off);
    ldif_input_close(&input);
    buffer_free(&buffer);
}

/* A line beyond the limit keeps one byte, and the next one is whole again. */
static void test_long_line(void)
{
    const size_t size = (size_t)LDIF_LINE_MAX + 8;
    char *text = malloc(size);
    struct buffer buffer = {0};
    struct ldif_input input;
    struct ldif_line line;
    struct detail detail = {{0}};

    memset(text, 'x', size);
    text[100] = '\n'; /* folded: the limit is the whole line's */
    text[101] = ' ';
    text[LDIF_LINE_MAX + 4] = '\n';
    ldif_input_memory(&input, "m", text, size, &detail);
    CHECK_INT(ldif_input_line(&input, &buffer, &line), ADSCP_OK);
    CHECK_STR(line.too_long, "a line is longer than 16 MiB");
    CHECK_INT(buffer.used, 1);
    CHECK_INT(ldif_input_line(&input, &buffer, &line), ADSCP_OK);
    CHECK(line.too_long == NULL);
    CHECK_INT(buffer.used, 4);
    ldif_input_close(&input);

    text[LDIF_LINE_MAX + 2] = '\n'; /* exactly at the limit */
    buffer.used = 0;
    ldif_input_memory(&input, "m", text, size, &detail);
    CHECK_INT(ldif_input_line(&input, &buffer, &line), ADSCP_OK);
    CHECK(line.too_long == NULL);
    CHECK_INT(buffer.used, LDIF_LINE_MAX);
    ldif_input_close(&input);
    buffer_free(&buffer);
    free(text);
}

/* One line behind a record of this size, in pieces of 4 MiB, and the one behind
 * it. Pages that nobody touches cost nothing. */
static void expect_record(size_t before, size_t line_size, const char *too_long)
{
    const size_t piece = 4 << 20;
    struct buffer buffer = {.bytes = malloc(2 * (size_t)LDIF_RECORD_MAX),
                            .capacity = 2 * (size_t)LDIF_RECORD_MAX,
                            .used = before};
    char *text = malloc(line_size + 3);
    struct ldif_input input;
    struct ldif_line line;
    struct detail detail = {{0}};
    size_t i, folds = 0;

    memset(text, 'x', line_size);
    for (i = piece; i + 1 < line_size; i += piece, folds++)
        memcpy(text + i, "\n ", 2);
    memcpy(text + line_size, "\ny", 3);
    ldif_input_memory(&input, "m", text, line_size + 2, &detail);
    CHECK_INT(ldif_input_line(&input, &buffer, &line), ADSCP_OK);
    CHECK_STR(line.too_long, too_long);
    CHECK_INT(buffer.used,
              before + (too_long != NULL ? 1 : line_size - 2 * folds));
    CHECK_INT(ldif_input_line(&input, &buffer, &line), ADSCP_OK);
    CHECK((line.too_long == NULL) == (buffer.used <= LDIF_RECORD_MAX));
    ldif_input_close(&input);
    buffer_free(&buffer);
    free(text);
}

static void test_large_record(void)
{
    static const char limit[] = "the record is larger than 256 MiB";
    const size_t whole = LDIF_RECORD_MAX, mib = 1 << 20;

    expect_record(whole - 20 * mib, 10 * mib, NULL);
    expect_record(whole - 11, 10, NULL);
    expect_record(whole - 10, 10, NULL);
    expect_record(whole - 10, 11, limit);
    expect_record(whole - 6 * mib, 10 * mib, limit); /* no piece is too large */
    expect_record(whole, 1, limit);
    expect_record(whole + mib, 2 * mib, limit);
    expect_record(whole - 6 * mib, 20 * mib, limit);
}

/* ----------------------------------------------------------------- base64 --
 */

static void expect_base64(const char *text, const char *expected)
{
    char bytes[32];
    size_t length = 0;

    strcpy(bytes, text);
    if (!base64_decode(bytes, strlen(bytes), &length)) {
        CHECK_STR(expected, NULL);
        return;
    }
    bytes[length] = '\0';
    CHECK_STR(bytes, expected);
}

static void test_base64(void)
{
    expect_base64("", "");
    expect_base64("Zg==", "f");
    expect_base64("Zm8=", "fo");
    expect_base64("Zm9v", "foo");
    expect_base64("Zm9vYmFy", "foobar");
    expect_base64("/+//", "\xFF\xEF\xFF");
    expect_base64("Zg=", NULL);
    expect_base64("Zg", NULL);
    expect_base64("Z===", NULL);
    expect_base64("====", NULL);
    expect_base64("Zg==Zg==", NULL);
    expect_base64("Zh==", NULL); /* bits that would be thrown away */
    expect_base64("Zm9=", NULL);
    expect_base64("Zm-v", NULL);
    expect_base64("Zm 9", NULL);
    expect_base64("Zm9v\n", NULL);
    expect_base64("    Zm9v", NULL);
    expect_base64("Zm9v    ", NULL);
    expect_base64("Zm9v----", NULL);
    expect_base64("Z=9v", NULL);
    expect_base64("Zm9=vYmFy", NULL);
}

static const struct test tests[] = {
    {"logical lines", test_lines},
    {"UTF-16", test_utf16},
    {"line numbers", test_line_numbers},
    {"a line beyond the limit", test_long_line},
    {"a record beyond the limit", test_large_record},
    {"base64", test_base64},
};

TEST_MAIN(tests)
