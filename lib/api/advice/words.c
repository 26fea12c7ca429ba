/* SPDX-License-Identifier: MIT */
/*
 * A remedy in a sentence.
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

/* "EX10, EX11 and 3 more" */
static void put_names(struct export_text *out, const struct attempt *attempt)
{
    size_t i, count = attempt->share_count;

    for (i = 0; i < count && i < NAMES_SHOWN; i++) {
        if (i > 0)
            put_text(out, i + 1 == count ? " and " : ", ");
        put_text(out, attempt->shares[i].server);
    }
    put_more(out, count - i, "");
}

static void put_sites(struct export_text *out, const struct attempt *attempt)
{
    size_t i;

    for (i = 0; i < attempt->share_count; i++) {
        put_text(out, i == 0                         ? "Let"
                      : i + 1 < attempt->share_count ? ","
                                                     : ", and");
        put_text(out, " the SCP of ");
        put_text(out, attempt->shares[i].server);
        put_text(out, " serve ");
        put_text(out, attempt->shares[i].sites);
    }
}

/* Of one, or of several. */
struct words {
    const char *begin, *end;
};

static const struct words words[][2] = {
    [ADSCP_ADVICE_KIND_CERTIFICATE] =
        {{"Give ", " a certificate that covers its hosts, from a CA that every "
                   "client trusts"},
         {"Give ", " certificates that cover their hosts, from a CA that every "
                   "client trusts"}},
    [ADSCP_ADVICE_KIND_PUBLISH_ROOT] =
        {{"Publish the self-signed certificate of ",
          " as a root in the forest: every workstation then trusts it, until "
          "it "
          "expires or is renewed"},
         {"Publish the self-signed certificates of ",
          " as roots in the forest: every workstation then trusts them, until "
          "they expire or are renewed"}},
    [ADSCP_ADVICE_KIND_SCP_URL] = {{"Let the SCP of ", " name "},
                                   {"Let the SCPs of ", " name "}},
    [ADSCP_ADVICE_KIND_SCP_NULL] = {{"Take the URL out of the SCP of ",
                                     ": clients then begin at another one"},
                                    {"Take the URL out of the SCPs of ",
                                     ": clients then begin at another one"}},
};

void advice_words(const struct attempt *attempt, struct export_text *out)
{
    const struct words *row;

    if (attempt->kind == ADSCP_ADVICE_KIND_SCP_SITES) {
        put_sites(out, attempt);
        return;
    }
    row = &words[attempt->kind][attempt->share_count > 1];
    put_text(out, row->begin);
    put_names(out, attempt);
    put_text(out, row->end);
    if (attempt->kind == ADSCP_ADVICE_KIND_SCP_URL)
        put_text(out, attempt->url);
}
