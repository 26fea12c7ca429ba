/* SPDX-License-Identifier: MIT */
/* The matrix of versions, cell by cell. */
#include "test.h"

#include "adscp.h"
#include "judge/route/matrix.h"

/* Letters of a cell: A(nswer) P(roxy) R(edirect) E(rror) U(nknown);
 * D(ocumented) O(bserved) I(nferred); "!" a risk. */
static const char *const columns[] = {"2003 or older", "2007 before SP2",
                                      "2007",          "2010",
                                      "2013",          "2016",
                                      "2019",          "SE",
                                      "newer",         "unknown"};
static const enum version_line mailboxes[] = {
    VERSION_LEGACY, VERSION_2007_OLD, VERSION_2007, VERSION_2010,
    VERSION_2013,   VERSION_2016,     VERSION_2019, VERSION_SE,
    VERSION_NEWER,  VERSION_UNKNOWN};
enum { COLUMNS = sizeof(mailboxes) / sizeof(mailboxes[0]) };

static const struct {
    const char *name;
    enum version_line first;
    const char *cells[COLUMNS];
} rows[] = {
    {"unknown",
     VERSION_UNKNOWN,
     {"ED!", "UI", "UI", "UI", "UI", "UI", "UI", "UI", "UI", "UI"}},
    {"2003 or older",
     VERSION_LEGACY,
     {"ED!", "UI", "UI", "UI", "UI", "UI", "UI", "UI", "UI", "UI"}},
    {"2007 before SP2",
     VERSION_2007_OLD,
     {"ED!", "AI", "AI", "UI!", "UI!", "UI!", "UI!", "UI!", "UI", "UI"}},
    {"2007",
     VERSION_2007,
     {"ED!", "AD", "AD", "RD", "UI!", "UD!", "UD!", "UD!", "UI", "UI"}},
    {"2010",
     VERSION_2010,
     {"ED!", "AI", "AI", "AD", "UI!", "UI!", "UD!", "UD!", "UI", "UI"}},
    {"2013",
     VERSION_2013,
     {"ED!", "PO", "PO", "PO", "PD", "PI", "PI", "UO!", "UI", "UI"}},
    {"2016",
     VERSION_2016,
     {"ED!", "UD!", "UD!", "PD", "PD", "PD", "PD", "PI", "UI", "UI"}},
    {"2019",
     VERSION_2019,
     {"ED!", "UD!", "UD!", "UD!", "PI", "PD", "PD", "PI", "UI", "UI"}},
    {"SE",
     VERSION_SE,
     {"ED!", "UD!", "UD!", "UD!", "UO!", "PI", "PI", "PD", "UI", "UI"}},
    {"newer",
     VERSION_NEWER,
     {"ED!", "UI", "UI", "UI", "UI", "UI", "UI", "UI", "UI", "UI"}},
};
enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

static char action_letter(int action)
{
    static const char letters[] = {
        [ADSCP_HOP_ACTION_UNKNOWN] = 'U', [ADSCP_HOP_ACTION_ANSWER] = 'A',
        [ADSCP_HOP_ACTION_PROXY] = 'P',   [ADSCP_HOP_ACTION_REDIRECT] = 'R',
        [ADSCP_HOP_ACTION_ERROR] = 'E',
    };

    return action >= 0 && action < (int)sizeof(letters) ? letters[action] : '?';
}

static char evidence_letter(int evidence)
{
    static const char letters[] = {[ADSCP_EVIDENCE_DOCUMENTED] = 'D',
                                   [ADSCP_EVIDENCE_OBSERVED] = 'O',
                                   [ADSCP_EVIDENCE_INFERRED] = 'I'};

    return evidence >= 0 && evidence < (int)sizeof(letters) ? letters[evidence]
                                                            : '?';
}

static void check_cell(int row, int column)
{
    const struct exchange_rule *rule =
        exchange_rule(rows[row].first, mailboxes[column]);
    char found[4] = {action_letter(rule->action),
                     evidence_letter(rule->evidence),
                     rule->is_a_risk ? '!' : '\0', '\0'};
    int failures = test_failures;

    CHECK_STR(found, rows[row].cells[column]);
    CHECK(rule->why != NULL && rule->why[0] != '\0');
    if (test_failures != failures)
        printf("# first server %s, mailbox on %s\n", rows[row].name,
               columns[column]);
}

static void matrix(void)
{
    int row, column;

    CHECK_INT(ROWS, VERSION_LINE_COUNT);
    CHECK_INT(COLUMNS, VERSION_LINE_COUNT);
    for (row = 0; row < ROWS; row++)
        for (column = 0; column < COLUMNS; column++)
            check_cell(row, column);
}

/* The reasons that an administrator reads name the right thing. */
static void reasons(void)
{
    CHECK(strstr(exchange_rule(VERSION_2007, VERSION_2010)->why, "KB2006728") !=
          NULL);
    CHECK(strstr(exchange_rule(VERSION_2016, VERSION_2010)->why,
                 "mailbox's site") != NULL);
    CHECK(strstr(exchange_rule(VERSION_2013, VERSION_2007)->why,
                 "2013 Mailbox server") != NULL);
    CHECK(strstr(exchange_rule(VERSION_SE, VERSION_2010)->why,
                 "does not support") != NULL);
    CHECK(exchange_rule(VERSION_2016, VERSION_2016)->why ==
          exchange_rule(VERSION_2019, VERSION_2019)->why);
}

/* Some answer, some pass on: the client is sent nowhere else. */
static void serving(void)
{
    uint32_t old = 1U << VERSION_2007, middle = 1U << VERSION_2010,
             new = 1U << VERSION_2016;

    CHECK(exchange_serves_here(middle | new, VERSION_2010));
    CHECK(exchange_serves_here(new, VERSION_2016));
    CHECK(!exchange_serves_here(middle | new, VERSION_2016));
    CHECK(!exchange_serves_here(old | middle, VERSION_2010));
    CHECK(!exchange_serves_here(0, VERSION_2010));
}

/* Older by product: a service pack of 2007 makes none, unknown is neither. */
static void older(void)
{
    static const enum version_line products[] = {
        VERSION_LEGACY, VERSION_2007_OLD, VERSION_2010, VERSION_2013,
        VERSION_2016,   VERSION_2019,     VERSION_SE,   VERSION_NEWER};
    enum { COUNT = sizeof(products) / sizeof(products[0]) };
    int i, k;

    for (i = 0; i < COUNT; i++)
        for (k = 0; k < COUNT; k++)
            CHECK_INT(exchange_is_older(products[i], products[k]), i < k);
    CHECK(!exchange_is_older(VERSION_2007_OLD, VERSION_2007));
    CHECK(!exchange_is_older(VERSION_2007, VERSION_2007_OLD));
    CHECK(exchange_is_older(VERSION_2007, VERSION_2010));
    for (i = 0; i < COUNT; i++) {
        CHECK(!exchange_is_older(VERSION_UNKNOWN, products[i]));
        CHECK(!exchange_is_older(products[i], VERSION_UNKNOWN));
    }
}

static const struct test tests[] = {
    {"every cell of the matrix", matrix},
    {"reasons", reasons},
    {"several versions that keep the client", serving},
    {"which product is older", older},
};

TEST_MAIN(tests)
