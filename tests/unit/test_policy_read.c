/* SPDX-License-Identifier: MIT */
/* facts/policy: bytes of every kind, and broken ones. */
#include "test.h"

#include "policy_given.h"

/* -------------------------------------------------------------- encodings */

/* The same text in each encoding that regedit and editors write. */
static void test_encodings(void)
{
    static const char text[] = "[HKEY_CURRENT_USER\\" AUTODISCOVER "]\r\n"
                               "\"ExcludeScpLookup\"=dword:00000001\r\n";
    struct bytes files[5] = {{0}};
    size_t i, j;

    bytes_add(&files[0], "\xFF\xFE", 2);
    bytes_add_wide(&files[0], REG_HEAD);
    bytes_add_wide(&files[0], text);
    bytes_add_wide(&files[1], REG_HEAD);
    bytes_add_wide(&files[1], text);
    bytes_add(&files[2], "\xEF\xBB\xBF" REG_HEAD, 3 + strlen(REG_HEAD));
    bytes_add(&files[2], text, strlen(text));
    bytes_add(&files[3], "REGEDIT4\n\n", 10);
    bytes_add(&files[3], text, strlen(text));
    bytes_add(&files[4], "\xFE\xFF", 2);
    for (j = 2; j < files[0].length; j += 2) {
        char unit[2] = {files[0].at[j + 1], files[0].at[j]};

        bytes_add(&files[4], unit, 2);
    }
    for (i = 0; i < 5; i++) {
        struct given given;

        given_begin(&given);
        add_pol(&given, "x.reg", &files[i]);
        apply(&given);
        expect_value(&given, OFFICE_2016, SCP, SETTING_BY_PREFERENCE, 1,
                     "x.reg");
        given_end(&given);
    }
}

/* REGEDIT4 has bytes where version 5 has UTF-16. */
static void test_ansi(void)
{
    struct given given;

    given_begin(&given);
    add_reg(&given, "old.reg",
            "REGEDIT4\r\n\r\n"
            "[HKEY_CURRENT_USER\\" AUTODISCOVER "]\r\n"
            "\"corp.example\"=hex(2):43,3a,5c,61,2e,78,6d,6c,00\r\n"
            "\"f\xFCr.example\"=\"x\"\r\n");
    apply(&given);
    CHECK_INT(given.outcome.settings->local_xml_count, 1);
    CHECK_STR(given.outcome.settings->local_xml[0].path, "C:\\a.xml");
    given_end(&given);
}

/* ------------------------------------------------------------------ errors */

static void expect_error(const char *bytes, size_t length, const char *expected)
{
    struct given given;

    given_begin(&given);
    CHECK_INT(add_bytes(&given, "f", bytes, length), ADSCP_E_FORMAT);
    CHECK_STR(given.detail.text, expected);
    CHECK_INT(policy_mark(given.policy), 0);
    given_end(&given);
}

#define KEY_LINE "[HKEY_CURRENT_USER\\" AUTODISCOVER "]\n"
#define REG_ERROR(text, expected)                                              \
    expect_error(REG_HEAD KEY_LINE text, strlen(REG_HEAD KEY_LINE text),       \
                 expected)

static void test_reg_errors(void)
{
    static const char stranger[] =
        "f:1: this is neither a Registry.pol nor a .reg export: the first line "
        "of that is \"Windows Registry Editor Version 5.00\" or \"REGEDIT4\"";

    expect_error("", 0, "f: the file is empty");
    expect_error("dn: x\n", 6, stranger);
    expect_error("PRe", 3, stranger);
    expect_error(REG_HEAD "\"a\"=dword:1\n", strlen(REG_HEAD) + 12,
                 "f:3: a value before the first key");
    expect_error(REG_HEAD "[HKEY_USER\\a]\n", strlen(REG_HEAD) + 14,
                 "f:3: a key that begins with none of HKEY_LOCAL_MACHINE, "
                 "HKEY_CURRENT_USER, HKEY_USERS and their like");
    expect_error(REG_HEAD "[HKEY_CURRENT_USER\\a\n", strlen(REG_HEAD) + 21,
                 "f:3: the key's closing bracket is missing: the file is cut "
                 "or damaged");
    REG_ERROR("ExcludeScpLookup=1\n",
              "f:4: this is neither a key in brackets nor a value");
    REG_ERROR("\"a\"=1\n", "f:4: none of a quoted text, dword:, hex: and - "
                           "behind the equals sign");
    REG_ERROR("\"a\" dword:1\n",
              "f:4: the equals sign behind a value's name is missing");
    REG_ERROR("\"a\"=dword:\n", "f:4: a dword without digits");
    REG_ERROR("\"a\"=dword:000000001\n",
              "f:4: a dword of more than eight digits");
    REG_ERROR("\"a\"=dword:1x\n", "f:4: something stands behind the value");
    REG_ERROR("\"a\"=dword:1", "f:4: the file ends within a dword: it is cut");
    REG_ERROR("\"a\"=hex:01,0g\n", "f:4: a comma is missing in a hex value");
    REG_ERROR("\"a\"=hex:01,\\\n\n\"b\"=hex:x\n",
              "f:6: a character that is no hex digit in a hex value");
    REG_ERROR("\"a\"=hex:01,\\",
              "f:4: the file ends within a hex value: it is cut");
    REG_ERROR("\"a\"=hex(4):01,00,00,00",
              "f:4: the file ends within a hex value: it is cut");
    REG_ERROR("\"a\"=hex(4:01\n",
              "f:4: the type of a hex value cannot be read");
    REG_ERROR("\"a\"=hex(123456789):01\n",
              "f:4: the type of a hex value cannot be read");
    REG_ERROR("\"a\"=hex 01\n", "f:4: the colon of a hex value is missing");
    REG_ERROR("\"a\"=hex:01,\\ 02\n", "f:4: a backslash within a hex value");
    REG_ERROR("\"a\nb\"=dword:1\n", "f:4: the closing quotation mark is "
                                    "missing: the file is cut or damaged");
    REG_ERROR("\"a\"=\"b\n\n", "f:4: the closing quotation mark is missing: "
                               "the file is cut or damaged");
    expect_error(REG_HEAD KEY_LINE "\"a\0b\"=-\n",
                 sizeof(REG_HEAD KEY_LINE "\"a\0b\"=-\n") - 1,
                 "f:4: a NUL character");
}

/* Bytes of the file at a place become others; NULL: it ends there. */
static void expect_pol_error(size_t at, const char *bytes, size_t length,
                             const char *expected)
{
    struct bytes pol = small_pol();

    if (bytes != NULL)
        memcpy(pol.at + at, bytes, length);
    else
        pol.length = at;
    expect_error(pol.at, pol.length, expected);
    bytes_free(&pol);
}

static void test_pol_errors(void)
{
    struct bytes pol = small_pol();
    size_t end = pol.length;
    size_t key = 2 * strlen(AUTODISCOVER_POLICY), size = end - 12;

    bytes_free(&pol);
    expect_pol_error(5, NULL, 0, "f: offset 5: the head of eight bytes is cut");
    expect_pol_error(4, "\2", 1,
                     "f: offset 4: the version of the format is not 1");
    expect_pol_error(7, "\1", 1,
                     "f: offset 4: the version of the format is not 1");
    expect_pol_error(8, "x", 1,
                     "f: offset 8: \"[\" is missing: the file is cut or "
                     "damaged");
    expect_pol_error(20, "\0", 1,
                     "f: offset 22: \";\" is missing: the file is cut or "
                     "damaged");
    expect_pol_error(10 + key, NULL, 0,
                     "f: offset 10: the key's name has no end: the file is cut "
                     "or damaged");
    expect_pol_error(size, "\0\0\0\x80", 4,
                     "f: offset 182: data of 2147483648 bytes, but only 6 "
                     "follow: the file is cut or damaged");
    expect_pol_error(size, "\3", 1,
                     "f: offset 185: \"]\" is missing: the file is cut or "
                     "damaged");
    expect_pol_error(end - 1, NULL, 0,
                     "f: offset 186: \"]\" is missing: the file is cut or "
                     "damaged");
}

/* Whatever is cut off, but for whole records: an error, or all that is needed
 * is there. */
static void test_every_cut(void)
{
    static const char reg[] = "[HKEY_CURRENT_USER\\" AUTODISCOVER "]\r\n"
                              "\"ExcludeScpLookup\"=dword:00000001\r\n"
                              "\"ExcludeSrvRecord\"=hex(4):01,00,\\\r\n"
                              "  00,00\r\n"
                              "\"corp.example\"=\"C:\\\\a.xml\"\r\n\r\n";
    struct bytes files[2];
    int i;

    files[0] = small_pol();
    files[1] = (struct bytes){0};
    bytes_add(&files[1], "\xFF\xFE", 2);
    bytes_add_wide(&files[1], REG_HEAD);
    bytes_add_wide(&files[1], reg);
    for (i = 0; i < 2; i++) {
        size_t length;

        for (length = 0; length < files[i].length; length++) {
            struct given given;
            /* A copy, so that a sanitizer sees whoever reads too far. */
            char *cut = malloc(length + 1);
            int rc;

            memcpy(cut, files[i].at, length);
            given_begin(&given);
            rc = add_bytes(&given, "f", cut, length);
            CHECK(rc == ADSCP_OK || rc == ADSCP_E_FORMAT);
            CHECK((rc == ADSCP_OK) == (given.detail.text[0] == '\0'));
            if (i == 0)
                CHECK_INT(rc, length == 8 ? ADSCP_OK : ADSCP_E_FORMAT);
            apply(&given);
            CHECK(given.outcome.settings->values[OFFICE_2016][SCP].number ==
                  (given.outcome.settings->values[OFFICE_2016][SCP].by !=
                   SETTING_UNSET));
            expect_findings(&given, "");
            given_end(&given);
            free(cut);
        }
        bytes_free(&files[i]);
    }
}

/* A file that is broken at its end leaves nothing behind. */
static void test_all_or_nothing(void)
{
    struct given given;
    static const char broken[] =
        REG_HEAD "[HKEY_CURRENT_USER\\" AUTODISCOVER "]\n"
                 "\"ExcludeScpLookup\"=dword:00000000\n"
                 "\"ExcludeSrvRecord\"=dword:\n";

    given_begin(&given);
    add_reg(&given, "a.reg",
            REG_HEAD "[HKEY_CURRENT_USER\\" AUTODISCOVER "]\n"
                     "\"ExcludeScpLookup\"=dword:00000001\n");
    CHECK_INT(add_bytes(&given, "b.reg", broken, strlen(broken)),
              ADSCP_E_FORMAT);
    apply(&given);
    expect_value(&given, OFFICE_2016, SCP, SETTING_BY_PREFERENCE, 1, "a.reg");
    expect_findings(&given, "");
    given_end(&given);
}

/* A hex value in one line of a megabyte, and names longer than any that
 * matters. */
static void test_long(void)
{
    enum { LONG = 1 << 20 };
    struct bytes reg = {0};
    struct given given;
    int i;

    bytes_add_text(&reg, REG_HEAD KEY_LINE "\"a\"=hex:");
    for (i = 0; i < LONG / 3; i++)
        bytes_add_text(&reg, "ab,");
    bytes_add_text(&reg, "\n\"");
    for (i = 0; i < LONG; i++)
        bytes_add_text(&reg, "E");
    bytes_add_text(&reg, "\"=dword:1\n[HKEY_CURRENT_USER\\");
    for (i = 0; i < LONG / 2; i++)
        bytes_add_text(&reg, "]\\");
    bytes_add_text(&reg, "]\n\"ExcludeScpLookup\"=dword:1\n");
    given_begin(&given);
    add_pol(&given, "long.reg", &reg);
    apply(&given);
    expect_value(&given, OFFICE_2016, SCP, UNSET);
    given_end(&given);
}

/* ---------------------------------------------------------------- folders */

/* A Registry.pol does not tell whose it is; folders of SYSVOL do. */
static void test_folders(void)
{
    static const struct {
        const char *name;
        bool is_told, is_user;
    } rows[] = {{"Registry.pol", false, true},
                {"User/Registry.pol", true, true},
                {"a\\USER\\b.pol", true, true},
                {"Machine/Registry.pol", true, false},
                {"Users/Registry.pol", false, true}};
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct bytes pol = small_pol();
        const struct finding_list *list;
        struct given given;

        given_begin(&given);
        add_pol(&given, rows[i].name, &pol);
        apply(&given);
        list = &given.outcome.settings->findings;
        CHECK_INT(given.outcome.settings->values[OFFICE_2016][SCP].by,
                  rows[i].is_user ? SETTING_BY_POLICY : SETTING_UNSET);
        CHECK_INT(list->count > 0 &&
                      list->rows[0].code == FINDING_POLICY_HIVE_ASSUMED,
                  !rows[i].is_told);
        given_end(&given);
    }
}

/* ------------------------------------------------------------------- cuts */

/* Of a file's first so many bytes: nothing is kept where they are no file, and
 * the error names the file. Behind the copy there is nothing to read. */
static bool is_taken(const struct bytes *whole, size_t length)
{
    char *cut = malloc(length > 0 ? length : 1);
    struct given given;
    int rc;

    if (cut == NULL)
        abort();
    memcpy(cut, whole->at, length);
    given_begin(&given);
    rc = add_bytes(&given, "f", cut, length);
    free(cut);
    if (rc == ADSCP_OK) {
        apply(&given);
    } else {
        CHECK_INT(rc, ADSCP_E_FORMAT);
        CHECK(strncmp(given.detail.text, "f:", 2) == 0);
        CHECK_INT(policy_mark(given.policy), 0);
    }
    given_end(&given);
    return rc == ADSCP_OK;
}

/* A Registry.pol may end behind its head or behind a record, and nowhere else.
 */
static void test_every_cut_of_a_pol(void)
{
    struct bytes pol;
    size_t ends[4], i, found = 0;

    pol_begin(&pol);
    ends[0] = pol.length;
    pol_add_number(&pol, AUTODISCOVER_POLICY, "ExcludeScpLookup", 1);
    ends[1] = pol.length;
    pol_add_text(&pol, AUTODISCOVER_POLICY, "corp.example", "C:\\a.xml");
    ends[2] = pol.length;
    pol_add_text(&pol, AUTODISCOVER_POLICY, "**del.ExcludeSrvRecord", " ");
    ends[3] = pol.length;
    for (i = 8; i <= pol.length; i++) {
        bool is_end = found < 4 && ends[found] == i;

        CHECK_INT(is_taken(&pol, i), is_end);
        found += is_end;
    }
    for (i = 0; i < 8; i++)
        is_taken(&pol, i);
    CHECK_INT(found, 4);
    bytes_free(&pol);
}

/* An export is text, whose lines may end anywhere: what is kept of it is whole.
 */
static void test_every_cut_of_a_reg(void)
{
    static const char text[] =
        REG_HEAD "[HKEY_CURRENT_USER\\" AUTODISCOVER "]\r\n"
                 "\"ExcludeScpLookup\"=dword:00000001\r\n"
                 "\"ExcludeSrvRecord\"=hex(4):02,00,\\\r\n  00,00 ; two\r\n"
                 "\"corp.example\"=\"C:\\\\a \\\"b\\\".xml\"\r\n"
                 "[-HKEY_CURRENT_USER\\" AUTODISCOVER "\\RedirectServers]\r\n";
    struct bytes narrow = {0}, wide = {0};
    size_t i, taken = 0;

    bytes_add_text(&narrow, text);
    bytes_add(&wide, "\xFF\xFE", 2);
    bytes_add_wide(&wide, text);
    for (i = 0; i <= narrow.length; i++)
        taken += is_taken(&narrow, i);
    for (i = 0; i <= wide.length; i++)
        taken += is_taken(&wide, i);
    CHECK(taken > 2 && taken < narrow.length + wide.length);
    CHECK(is_taken(&narrow, narrow.length) && is_taken(&wide, wide.length));
    bytes_free(&narrow);
    bytes_free(&wide);
}

static const struct test tests[] = {
    {"whose file it is", test_folders},
    {"every cut of a Registry.pol", test_every_cut_of_a_pol},
    {"every cut of an export", test_every_cut_of_a_reg},
    {"encodings of an export", test_encodings},
    {"an export of old", test_ansi},
    {"broken exports", test_reg_errors},
    {"broken Registry.pol files", test_pol_errors},
    {"every cut", test_every_cut},
    {"all of a file, or nothing", test_all_or_nothing},
    {"long ones", test_long},
};

TEST_MAIN(tests)
