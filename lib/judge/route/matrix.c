/* SPDX-License-Identifier: MIT */
/*
 * The matrix: the first server's version against the mailbox's. One cell, one
 * rule, with its evidence; nothing here knows of a server, a site or a URL.
 *
 * Sources: KB2006728 and "RedirectUrl (POX)" for the redirect of 2007;
 * "Client Connectivity in an Exchange 2016 Coexistence Environment with
 * Exchange 2010" and "... with Mixed Exchange Versions" for 2010 and 2016;
 * "Autodiscover service in Exchange Server" for 2016 and later; "Exchange
 * Server system requirements" for what is supported together. What
 * practitioners saw is graded observed, what follows from the rest inferred.
 */
#include "judge/route/matrix.h"

#define ANSWER(grade, why)                                                     \
    {                                                                          \
        ADSCP_HOP_ACTION_ANSWER, ADSCP_EVIDENCE_##grade, false, why            \
    }
#define PROXY(grade, why)                                                      \
    {                                                                          \
        ADSCP_HOP_ACTION_PROXY, ADSCP_EVIDENCE_##grade, false, why             \
    }
#define REDIRECT(grade, why)                                                   \
    {                                                                          \
        ADSCP_HOP_ACTION_REDIRECT, ADSCP_EVIDENCE_##grade, false, why          \
    }
#define UNKNOWN(grade, risk, why)                                              \
    {                                                                          \
        ADSCP_HOP_ACTION_UNKNOWN, ADSCP_EVIDENCE_##grade, risk, why            \
    }

static const char own[] = "a server answers for mailboxes of its own version";
static const char serves_2007[] =
    "Exchange 2010 serves mailboxes on Exchange 2007 without a redirect";
static const char redirects[] =
    "Exchange 2007 from SP2 on sends the clients of Exchange 2010 mailboxes to "
    "an Exchange 2010 Client Access server by HTTP 302 (KB2006728)";
static const char silent[] =
    "no source says what it does for a mailbox this new";
static const char before_sp2[] =
    "before SP2, Exchange 2007 does not know of newer servers, and no source "
    "says what it does";
static const char upward[] = "Exchange 2010 cannot serve newer mailboxes, and "
                             "no source says whether it redirects or fails";
static const char apart[] =
    "Microsoft does not support these two versions in one organisation";
static const char to_mailbox_server[] =
    "its front end passes the request to an Exchange 2013 Mailbox server, "
    "which answers";
static const char to_2010[] = "its front end passes the request to an Exchange "
                              "2010 Client Access server in the mailbox's site";
static const char to_back_end[] =
    "its front end passes the request to the back end of the mailbox";
static const char se_2013[] =
    "setup of the Subscription Edition refuses an organisation that still has "
    "Exchange 2013, so that the two do not work together";

/* Columns: what tells mailboxes apart. */
enum column { ON_2007, ON_2010, ON_2013, ON_2016, ON_2019, ON_SE, COLUMNS };

static const struct exchange_rule rules[VERSION_LINE_COUNT][COLUMNS] =
    {
        [VERSION_2007_OLD] =
            {
                [ON_2007] = ANSWER(INFERRED, own),
                [ON_2010] = UNKNOWN(INFERRED, true, before_sp2),
                [ON_2013] = UNKNOWN(INFERRED, true, before_sp2),
                [ON_2016] = UNKNOWN(INFERRED, true, before_sp2),
                [ON_2019] = UNKNOWN(INFERRED, true, before_sp2),
                [ON_SE] = UNKNOWN(INFERRED, true, before_sp2),
            },
        [VERSION_2007] =
            {
                [ON_2007] = ANSWER(DOCUMENTED, own),
                [ON_2010] = REDIRECT(DOCUMENTED, redirects),
                [ON_2013] = UNKNOWN(INFERRED, true, silent),
                [ON_2016] = UNKNOWN(DOCUMENTED, true, apart),
                [ON_2019] = UNKNOWN(DOCUMENTED, true, apart),
                [ON_SE] = UNKNOWN(DOCUMENTED, true, apart),
            },
        [VERSION_2010] =
            {
                [ON_2007] = ANSWER(INFERRED, serves_2007),
                [ON_2010] = ANSWER(DOCUMENTED, own),
                [ON_2013] = UNKNOWN(INFERRED, true, upward),
                [ON_2016] = UNKNOWN(INFERRED, true, upward),
                [ON_2019] = UNKNOWN(DOCUMENTED, true, apart),
                [ON_SE] = UNKNOWN(DOCUMENTED, true, apart),
            },
        [VERSION_2013] =
            {
                [ON_2007] = PROXY(OBSERVED, to_mailbox_server),
                [ON_2010] = PROXY(OBSERVED, to_2010),
                [ON_2013] = PROXY(DOCUMENTED, to_back_end),
                [ON_2016] = PROXY(INFERRED, to_back_end),
                [ON_2019] = PROXY(INFERRED, to_back_end),
                [ON_SE] = UNKNOWN(OBSERVED, true, se_2013),
            },
        [VERSION_2016] =
            {
                [ON_2007] = UNKNOWN(DOCUMENTED, true, apart),
                [ON_2010] = PROXY(DOCUMENTED, to_2010),
                [ON_2013] = PROXY(DOCUMENTED, to_back_end),
                [ON_2016] = PROXY(DOCUMENTED, to_back_end),
                [ON_2019] = PROXY(DOCUMENTED, to_back_end),
                [ON_SE] = PROXY(INFERRED, to_back_end),
            },
        [VERSION_2019] =
            {
                [ON_2007] = UNKNOWN(DOCUMENTED, true, apart),
                [ON_2010] = UNKNOWN(DOCUMENTED, true, apart),
                [ON_2013] = PROXY(INFERRED, to_back_end),
                [ON_2016] = PROXY(DOCUMENTED, to_back_end),
                [ON_2019] = PROXY(DOCUMENTED, to_back_end),
                [ON_SE] = PROXY(INFERRED, to_back_end),
            },
        [VERSION_SE] =
            {
                [ON_2007] = UNKNOWN(DOCUMENTED, true, apart),
                [ON_2010] = UNKNOWN(DOCUMENTED, true, apart),
                [ON_2013] = UNKNOWN(OBSERVED, true, se_2013),
                [ON_2016] = PROXY(INFERRED, to_back_end),
                [ON_2019] = PROXY(INFERRED, to_back_end),
                [ON_SE] = PROXY(DOCUMENTED, to_back_end),
            },
};

/* COLUMNS: no cell is about that. */
static enum column column_of(enum version_line mailbox)
{
    switch (version_product(mailbox)) {
    case VERSION_2007:
        return ON_2007;
    case VERSION_2010:
        return ON_2010;
    case VERSION_2013:
        return ON_2013;
    case VERSION_2016:
        return ON_2016;
    case VERSION_2019:
        return ON_2019;
    case VERSION_SE:
        return ON_SE;
    default:
        return COLUMNS;
    }
}

const struct exchange_rule *exchange_rule(enum version_line first,
                                          enum version_line mailbox)
{
    static const struct exchange_rule legacy = {
        ADSCP_HOP_ACTION_ERROR, ADSCP_EVIDENCE_DOCUMENTED, true,
        "Autodiscover answers that mailboxes must be on Exchange 2007 or "
        "later"};
    static const struct exchange_rule unknown = UNKNOWN(
        INFERRED, false,
        "one of the two versions is unknown, or newer than what is known");
    enum column column = column_of(mailbox);

    if (mailbox == VERSION_LEGACY)
        return &legacy;
    if (column == COLUMNS || rules[first][column].why == NULL)
        return &unknown;
    return &rules[first][column];
}

const struct exchange_rule *exchange_common_rule(uint32_t firsts,
                                                 enum version_line mailbox,
                                                 enum version_line *firstp)
{
    const struct exchange_rule *common = NULL;
    enum version_line line;

    for (line = VERSION_UNKNOWN; line < VERSION_LINE_COUNT; line++) {
        const struct exchange_rule *rule;

        if ((firsts >> line & 1) == 0)
            continue;
        rule = exchange_rule(line, mailbox);
        if (common != NULL && common->action != rule->action)
            return NULL;
        if (common != NULL && common->is_a_risk >= rule->is_a_risk)
            continue;
        common = rule;
        *firstp = line;
    }
    return common;
}

bool exchange_serves_here(uint32_t firsts, enum version_line mailbox)
{
    enum version_line line;

    for (line = VERSION_UNKNOWN; line < VERSION_LINE_COUNT; line++) {
        int action = exchange_rule(line, mailbox)->action;

        if ((firsts >> line & 1) != 0 && action != ADSCP_HOP_ACTION_ANSWER &&
            action != ADSCP_HOP_ACTION_PROXY)
            return false;
    }
    return firsts != 0;
}

uint32_t exchange_leave_out_older(uint32_t firsts, enum version_line mailbox)
{
    enum version_line line;

    for (line = VERSION_UNKNOWN; line < VERSION_LINE_COUNT; line++) {
        const struct exchange_rule *rule = exchange_rule(line, mailbox);

        if (exchange_is_older(line, mailbox) && rule->is_a_risk &&
            rule->action == ADSCP_HOP_ACTION_UNKNOWN)
            firsts &= ~(UINT32_C(1) << line);
    }
    return firsts;
}

bool exchange_is_older(enum version_line first, enum version_line second)
{
    if (first == VERSION_UNKNOWN || second == VERSION_UNKNOWN)
        return false;
    return version_product(first) < version_product(second);
}
