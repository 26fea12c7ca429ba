/* SPDX-License-Identifier: MIT */
/*
 * A remedy in a sentence: a clause for all steps that do the same.
 */
#include <stdio.h>
#include <string.h>

#include "api/advice/private.h"

enum { NAMES_SHOWN = 4 };

void put_text(struct export_text *out, const char *text)
{
    export_put(out, text, strlen(text));
}

void put_more(struct export_text *out, size_t count, const char *what)
{
    char text[64];

    if (count == 0)
        return;
    snprintf(text, sizeof(text), " and %zu more%s", count, what);
    put_text(out, text);
}

static bool is_same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static bool is_alike(const struct share *a, const struct share *b)
{
    return a->act == b->act && is_same_text(a->detail, b->detail);
}

/* Is it the first of its clause, or the first about its server there? */
static bool is_first(const struct attempt *attempt, size_t index,
                     bool of_server)
{
    const struct share *shares = attempt->shares;
    size_t i;

    for (i = 0; i < index; i++)
        if (is_alike(&shares[i], &shares[index]) &&
            (!of_server || strcmp(shares[i].server, shares[index].server) == 0))
            return false;
    return true;
}

static size_t count_servers(const struct attempt *attempt, size_t index)
{
    size_t i, count = 0;

    for (i = index; i < attempt->share_count; i++)
        count += is_alike(&attempt->shares[i], &attempt->shares[index]) &&
                 is_first(attempt, i, true);
    return count;
}

/* "EX10, EX11 and 3 more": those of one clause. */
static void put_names(struct export_text *out, const struct attempt *attempt,
                      size_t index)
{
    size_t i, shown = 0, count = count_servers(attempt, index);

    for (i = index; i < attempt->share_count && shown < NAMES_SHOWN; i++) {
        if (!is_alike(&attempt->shares[i], &attempt->shares[index]) ||
            !is_first(attempt, i, true))
            continue;
        if (shown > 0)
            put_text(out, shown + 1 == count ? " and " : ", ");
        put_text(out, attempt->shares[i].server);
        shown++;
    }
    put_more(out, count - shown, "");
}

/* Of one server, or of several; the detail comes last, unless it is given a
 * place by what follows it. */
struct words {
    const char *begin, *end, *after;
};

static const struct words words[][2] = {
    [ACT_SCP_URL] = {{"let the SCP of ", " name ",
                      ", a name that its certificate has and that must lead "
                      "to it"},
                     {"let the SCPs of ", " name ",
                      ", a name that their certificate has and that must lead "
                      "to them"}},
    [ACT_SERVICE_URL] = {{"let the virtual directories of ", " name ", NULL},
                         {"let the virtual directories of ", " name ", NULL}},
    [ACT_SCP_AWAY] = {{"let the SCP of ", " name ", NULL},
                      {"let the SCPs of ", " name ", NULL}},
    [ACT_SCP_SITES] = {{"let the SCP of ", " serve ", NULL},
                       {"let the SCPs of ", " serve ", NULL}},
    [ACT_SCP_NULL] = {{"take the URL out of the SCP of ", NULL,
                       ", so that clients begin at another one"},
                      {"take the URLs out of the SCPs of ", NULL,
                       ", so that clients begin at another one"}},
    [ACT_COPY] = {{"give ", " the certificate of ", NULL},
                  {"give ", " the certificate of ", NULL}},
    [ACT_CERTIFICATE] =
        {{"give ", NULL,
          " a certificate that covers its hosts, from a CA that every client "
          "trusts"},
         {"give ", NULL,
          " certificates that cover their hosts, from a CA that every client "
          "trusts"}},
    [ACT_CERTIFICATES] =
        {{"give ", NULL,
          " a certificate that covers its hosts, from a CA that every client "
          "trusts"},
         {"give ", NULL,
          " one certificate that covers the hosts of all, from a CA that every "
          "client trusts"}},
    [ACT_ROOT] = {{"publish the self-signed certificate of ", NULL,
                   " as a root in the forest: every workstation then trusts "
                   "it, until it expires or is renewed"},
                  {"publish the self-signed certificates of ", NULL,
                   " as roots in the forest: every workstation then trusts "
                   "them, until they expire or are renewed"}},
    [ACT_OTHER_ROOT] = {{"publish the root ", " of the forest ",
                         " in this forest, too: every workstation then trusts "
                         "what it issues"},
                        {"publish the roots ", " of the forest ",
                         " in this forest, too: every workstation then trusts "
                         "what they issue"}},
    [ACT_FRONT] = {{"let ", " show the certificate of ",
                    ", as the servers behind it do"},
                   {"let ", " show the certificate of ",
                    ", as the servers behind them do"}},
    [ACT_FRONT_COPY] = {{"give ", " the certificate of ", NULL},
                        {"give ", " the certificate of ", NULL}},
    [ACT_FRONT_NEW] = {{"give ",
                        " a certificate from a CA that every client trusts, so "
                        "that ",
                        NULL},
                       {"give ",
                        " one certificate from a CA that every client trusts, "
                        "so that ",
                        NULL}},
};

static void put_begin(struct export_text *out, const char *begin, bool first)
{
    char letter[2] = {begin[0], '\0'};

    if (!first)
        put_text(out, ", and ");
    else if (letter[0] >= 'a' && letter[0] <= 'z')
        letter[0] = (char)(letter[0] - 'a' + 'A');
    put_text(out, letter);
    put_text(out, begin + 1);
}

static void put_clause(struct export_text *out, const struct attempt *attempt,
                       size_t index)
{
    const struct share *share = &attempt->shares[index];
    const struct words *row =
        &words[share->act][count_servers(attempt, index) > 1];

    put_begin(out, row->begin, index == 0);
    put_names(out, attempt, index);
    if (row->end != NULL)
        put_text(out, row->end);
    if (row->end != NULL && share->detail != NULL)
        put_text(out, share->detail);
    if (row->after != NULL)
        put_text(out, row->after);
}

void advice_words(const struct attempt *attempt, struct export_text *out)
{
    size_t i;

    for (i = 0; i < attempt->share_count; i++)
        if (is_first(attempt, i, false))
            put_clause(out, attempt, i);
}
