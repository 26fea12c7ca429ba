/* SPDX-License-Identifier: MIT */
/* What a version and the roles of a server are called. */
#include "exchange_releases.h"

/* -------------------------------------------------------------------- names --
 */

static void names(void)
{
    static const struct {
        struct version version;
        const char *name;
    } rows[] = {
        {VERSION_NONE, ""},
        {{-1, -1, 6944, -1}, "Exchange 2003 or older"},
        {{6, 5, 6944, 4}, "Exchange 2003 or older"},
        {{9, 0, 1, 0}, ""},
        {{8, 4, 1, 0}, ""},
        {{14, 4, 1, 0}, ""},
        {{15, 3, 1, 0}, "newer than Exchange SE"},
        {{16, 0, 1, 0}, "newer than Exchange SE"},
        {{8, 0, 684, -1}, "Exchange 2007 before release"},
        {{8, 0, 685, 24}, "Exchange 2007 RTM"},
        {{14, 1, 217, -1}, "Exchange 2010 before release"},
        {{15, 0, 1497, 2}, "Exchange 2013 CU23"},
        {{15, 0, 1497, 48}, "Exchange 2013 CU23 + update"},
        {{15, 0, 1498, 0},
         "Exchange 2013, newer than CU23 (build 15.0.1498.0)"},
        {{15, 0, 32767, 65535},
         "Exchange 2013, newer than CU23 (build 15.0.32767.65535)"},
        {{8, 1, 400, 1}, "Exchange 2007 SP1 + update"},
        {{8, 3, 84, -1}, "Exchange 2007, newer than SP3 (build 8.3.84)"},
        {{14, 2, 390, 3}, "Exchange 2010 SP2 + update"},
        {{14, 3, 496, 0}, "Exchange 2010, newer than SP3 (build 14.3.496.0)"},
        {{15, 1, 2508, -1}, "Exchange 2016, newer than CU23 (build 15.1.2508)"},
        {{15, 1, 224, -1}, "Exchange 2016 before release"},
        {{15, 1, 225, 15}, "Exchange 2016 Preview"},
        {{15, 1, 225, 16}, "Exchange 2016 Preview"},
        {{15, 1, 225, 17}, "Exchange 2016 Preview + update"},
        {{15, 1, 225, 42}, "Exchange 2016 RTM"},
        {{15, 1, 225, 43}, "Exchange 2016 RTM + update"},
        {{15, 1, 225, -1}, "Exchange 2016 RTM"},
        {{15, 2, 195, -1}, "Exchange 2019 before release"},
        {{15, 2, 196, 0}, "Exchange 2019 Preview"},
        {{15, 2, 220, -1}, "Exchange 2019 Preview + update"},
        {{15, 2, 1748, 39}, "Exchange 2019 CU15 + update"},
        {{15, 2, 2561, -1}, "Exchange 2019, newer than CU15 (build 15.2.2561)"},
        {{15, 2, 2562, 20}, "Exchange SE RTM + update"},
        {{15, 2, 2563, -1}, "Exchange SE, newer than RTM (build 15.2.2563)"},
        {{15, 2, 3100, 7}, "Exchange SE, newer than RTM (build 15.2.3100.7)"},
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        check_name(__LINE__, &rows[i].version, rows[i].name);
}

static void short_of_room(void)
{
    static const struct version cu23 = {15, 1, 2507, 6};
    char *out = malloc(9);

    CHECK_INT(version_name(&cu23, NULL, 0), 18);
    CHECK_INT(version_name(&cu23, out, 9), 18);
    CHECK_STR(out, "Exchange");
    CHECK_INT(version_roles(VERSION_2010, 6, NULL, 0), 22);
    CHECK_INT(version_roles(VERSION_2010, 6, out, 9), 22);
    CHECK_STR(out, "Mailbox,");
    CHECK_INT(version_roles(VERSION_2010, 6, out, 1), 22);
    CHECK_STR(out, "");
    free(out);
}

/* -------------------------------------------------------------------- roles --
 */

static void roles(void)
{
    static const struct {
        enum version_line line;
        int64_t roles;
        enum front_end front_end;
        const char *names;
    } rows[] = {
        {VERSION_2007_OLD, 4, FRONT_END_YES, "Client Access"},
        {VERSION_2007, 4, FRONT_END_YES, "Client Access"},
        {VERSION_2010, 36, FRONT_END_YES, "Client Access, Hub Transport"},
        {VERSION_2010, 38, FRONT_END_YES,
         "Mailbox, Client Access, Hub Transport"},
        {VERSION_2010, 54, FRONT_END_YES,
         "Mailbox, Client Access, Hub Transport, Unified Messaging"},
        {VERSION_2010, 6, FRONT_END_YES, "Mailbox, Client Access"},
        {VERSION_2010, 2, FRONT_END_NO, "Mailbox"},
        {VERSION_2010, 32, FRONT_END_NO, "Hub Transport"},
        {VERSION_2010, 16, FRONT_END_NO, "Unified Messaging"},
        {VERSION_2010, 64, FRONT_END_NO, "Edge Transport"},
        {VERSION_2010, 4096, FRONT_END_NO, "provisioned only"},
        {VERSION_2010, 1, FRONT_END_NO, ""},
        {VERSION_2010, 0, FRONT_END_NO, ""},
        {VERSION_2013, 54, FRONT_END_NO, "Mailbox"},
        {VERSION_2013, 16385, FRONT_END_YES, "Client Access"},
        {VERSION_2013, 16439, FRONT_END_YES, "Mailbox, Client Access"},
        {VERSION_2013, 64, FRONT_END_NO, "Edge Transport"},
        {VERSION_2016, 16439, FRONT_END_YES, "Mailbox"},
        {VERSION_2019, 16423, FRONT_END_YES, "Mailbox"},
        {VERSION_SE, 16423, FRONT_END_YES, "Mailbox"},
        {VERSION_SE, 64, FRONT_END_NO, "Edge Transport"},
        {VERSION_SE, 38, FRONT_END_NO, "Mailbox"},
        {VERSION_NEWER, 16423, FRONT_END_YES, "Mailbox"},
        {VERSION_UNKNOWN, 54, FRONT_END_UNKNOWN, ""},
        {VERSION_LEGACY, -1, FRONT_END_NO, ""},
        {VERSION_LEGACY, 1, FRONT_END_NO, ""},
        {VERSION_2010, -1, FRONT_END_UNKNOWN, ""},
        {VERSION_2016, -1, FRONT_END_UNKNOWN, ""},
        {VERSION_2010, INT64_MIN, FRONT_END_UNKNOWN, ""},
        {VERSION_2010, INT64_MAX, FRONT_END_YES,
         "Mailbox, Client Access, Hub Transport, Unified Messaging, Edge "
         "Transport, provisioned only"},
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[VERSION_ROLES_MAX];

        CHECK_INT(version_front_end(rows[i].line, rows[i].roles),
                  rows[i].front_end);
        CHECK_INT(
            version_roles(rows[i].line, rows[i].roles, text, sizeof(text)),
            strlen(rows[i].names));
        CHECK_STR(text, rows[i].names);
    }
}

static const struct test tests[] = {
    {"names", names},
    {"little room", short_of_room},
    {"roles and front ends", roles},
};

TEST_MAIN(tests)
