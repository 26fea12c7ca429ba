/* SPDX-License-Identifier: MIT */
/*
 * The reason for a rank, as one would give it to an administrator. Made when it
 * is asked for: most of many rows are never looked at. It explains what
 * order_*.c decided, and decides nothing.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/date.h"
#include "judge/order/order.h"

enum { PLACE_MAX = 160 };

/* The place of a row among those of its group. A row is a URL, and several SCPs
 * may publish it. */
struct place {
    uint32_t number;    /* from 1 */
    uint32_t count;     /* of URLs */
    const char *things; /* "SCPs" */
    char urls[48];      /* ... or "URLs of 5 SCPs" */
    const char *has;    /* what they have in common, behind the only one */
    const char *have;   /* ... and behind several */
};

static void place_of(const struct adscp_candidate *row, struct place *placep)
{
    const struct order_list *list = row->list;
    uint32_t index = (uint32_t)(row - list->rows);
    uint32_t scps = list->group_scps[row->group];
    bool in_site = row->group == ADSCP_CANDIDATE_GROUP_IN_SITE;

    placep->number = index - list->group_first[row->group] + 1;
    placep->count = list->group_count[row->group];
    placep->have = in_site ? "that do" : "of that kind";
    placep->has = in_site && scps == 1 ? "that does" : placep->have;
    placep->things = scps == 1 ? "SCP" : "SCPs";
    if (scps == placep->count)
        return;
    stpcpy(text_put_number(stpcpy(placep->urls,
                                  placep->count == 1 ? "URL of " : "URLs of "),
                           scps),
           " SCPs");
    placep->things = placep->urls;
}

/* "5 SCPs that do" */
static char *put_things(char *out, const struct place *place)
{
    if (place->count == 1)
        return stpcpy(
            stpcpy(stpcpy(stpcpy(out, "the only "), place->things), " "),
            place->has);
    out = stpcpy(text_put_number(out, place->count), " ");
    return stpcpy(stpcpy(stpcpy(out, place->things), " "), place->have);
}

static char *put_rank(char *out, const struct place *place, const char *of)
{
    out = text_put_number(stpcpy(out, "number "), place->number);
    return put_things(stpcpy(out, of), place);
}

/* By the directory's order, or by its reverse. */
static void write_order(const struct adscp_candidate *row, char out[PLACE_MAX])
{
    struct place place;
    bool reversed = row->list->order->profile == ADSCP_PROFILE_EWS &&
                    row->group == ADSCP_CANDIDATE_GROUP_UNSCOPED;

    place_of(row, &place);
    if (place.count == 1)
        put_things(out, &place);
    else
        stpcpy(put_rank(out, &place, " of "),
               reversed ? ", in the reverse of the directory's order"
                        : ", in the directory's order");
}

static void write_date(const struct adscp_candidate *row,
                       char out[DATE_MAX + 16])
{
    static const char unknown[] = "creation date unknown";
    static const char created[] = "created ";

    if (row->scp->created == TIME_UNKNOWN)
        memcpy(out, unknown, sizeof(unknown));
    else
        date_write(row->scp->created, stpcpy(out, created));
}

/* Some SCP of the row's group has no date: what is known of ages is not all. */
static bool is_undated(const struct adscp_candidate *row)
{
    return row->list->group_undated[row->group];
}

static void write_age(const struct adscp_candidate *row, char out[PLACE_MAX])
{
    struct place place;
    char date[DATE_MAX + 16];

    place_of(row, &place);
    write_date(row, date);
    if (place.count == 1)
        out = put_things(out, &place);
    else if (row->scp->created == TIME_UNKNOWN)
        out = put_rank(out, &place, " of ");
    else if (place.number == 1)
        out = put_things(stpcpy(out, is_undated(row) ? "the oldest known of "
                                                     : "the oldest of "),
                         &place);
    else
        out = put_rank(out, &place,
                       is_undated(row) ? " by known age of " : " by age of ");
    stpcpy(stpcpy(stpcpy(out, " ("), date), ")");
}

static const char *tie_words(const struct adscp_candidate *row)
{
    return row->tie ? "; another is as old, and the directory's order decides"
                    : "";
}

/* The first site that an SCP of other sites names, and how many more. */
static const char *other_site(const struct adscp_candidate *row, char *more,
                              size_t capacity)
{
    const char *site = NULL;
    unsigned count = 0;
    size_t i;

    for (i = 0; i < row->scp->keyword_count; i++) {
        const struct keyword *keyword = scp_keyword(row->scp, i);

        if (keyword->kind != KEYWORD_SITE || keyword->value == NULL ||
            keyword->value[0] == '\0')
            continue;
        if (count++ == 0)
            site = keyword->value;
    }
    more[0] = '\0';
    if (count > 1)
        snprintf(more, capacity, " and %u more", count - 1);
    return site;
}

/* "serves Branch and 2 more", for the lower groups. */
static char *whom(const struct adscp_candidate *row)
{
    char more[32];
    const char *site;

    if (row->group == ADSCP_CANDIDATE_GROUP_UNSCOPED)
        return strdup("names no site");
    site = other_site(row, more, sizeof(more));
    return TEXT_JOIN("serves other sites only (",
                     site != NULL ? site : "without a name", more, ")");
}

/* What holds for all rows below the client's own site. */
static char *below(const struct order_list *list, bool undocumented)
{
    const char *site = list->order->client.site;

    if (site == NULL)
        return strdup("the client's site is unknown");
    if (undocumented)
        return TEXT_JOIN(
            "Outlook probably never tries it: by one account it makes one list "
            "only, here that of site ",
            site, " (observed)");
    if (list->group_count[ADSCP_CANDIDATE_GROUP_IN_SITE] > 0)
        return TEXT_JOIN("comes after those of site ", site);
    return TEXT_JOIN("no SCP serves the client's site ", site);
}

static char *make_lower(const struct adscp_candidate *row, const char *place)
{
    char *who = whom(row), *rest = below(row->list, row->undocumented),
         *text = NULL;

    if (who != NULL && rest != NULL)
        text = TEXT_JOIN(who, "; ", place, tie_words(row), "; ", rest);
    free(who);
    free(rest);
    return text;
}

static char *make_in_site(const struct adscp_candidate *row, const char *place)
{
    return TEXT_JOIN("serves the client's site ", row->list->order->client.site,
                     "; ", place, tie_words(row));
}

static char *make_unranked(const struct adscp_candidate *row)
{
    struct place place;
    char *text = NULL;

    place_of(row, &place);
    if (asprintf(&text,
                 "number %u of %u in the directory's order; [MS-OXDISCO] ranks "
                 "nothing",
                 (unsigned)place.number, (unsigned)place.count) < 0)
        return NULL;
    return text;
}

static char *make_why(const void *of)
{
    const struct adscp_candidate *row = of;
    char place[PLACE_MAX];

    if (row->group == 0)
        return make_unranked(row);
    if (row->list->order->profile == ADSCP_PROFILE_OUTLOOK)
        write_age(row, place);
    else
        write_order(row, place);
    return row->group == ADSCP_CANDIDATE_GROUP_IN_SITE
               ? make_in_site(row, place)
               : make_lower(row, place);
}

const char *order_why(const struct adscp_candidate *row)
{
    return order_text(row, ORDER_WHY, make_why);
}

/* The model of trust, in words: whatever is not said is not known to it.
 * Without policy files, and with them. */
#define TRUSTS(policies)                                                       \
    "; Windows trusts the authorities that this forest distributes and those " \
    "that were given, no root comes by Group Policy" policies                  \
    ", nothing was revoked, and the client speaks the server's version of TLS"
#define UNTOLD TRUSTS("")
#define TOLD TRUSTS(" but by the policies given here")

/* Three sentences that differ in what Windows knows of the site. */
#define OUTLOOK(site, exclude, trusts)                                         \
    "Outlook for Windows runs on a computer that is joined to this forest "    \
    "and looks SCPs up (" exclude "; no local file, cached URL or Office 365 " \
    "answer comes first); " site                                               \
    "certificate errors are shown (ShowCertErrors, from Outlook 2016 "         \
    "on)" trusts
#define BY_DEFAULT(site) OUTLOOK(site, "ExcludeScpLookup is off", UNTOLD)
#define BY_POLICY(site)                                                        \
    OUTLOOK(site,                                                              \
            "ExcludeScpLookup is off, whatever the policies given here say: "  \
            "those count for an Outlook whose version is known",               \
            TOLD)
#define STEPS(site, others, trusts)                                            \
    "Outlook for Windows runs on a computer that is joined to this forest "    \
    "and takes the steps that this answer lists; " others site                 \
    "where it is contested whether certificate errors are shown, they "        \
    "are" trusts
#define STEPS_BY_DEFAULT(site)                                                 \
    STEPS(site, "its registry holds no setting that changes them; ", UNTOLD)
#define STEPS_BY_POLICY(site)                                                  \
    STEPS(site,                                                                \
          "its registry holds no other settings than the policies given "      \
          "here; ",                                                            \
          TOLD)
#define EWS(site, trusts)                                                      \
    "a program asks the EWS Managed API, with SCP lookup on, on a computer "   \
    "that is joined to this forest; the API reads the first 1000 entries "     \
    "and " site trusts
#define LEARN(site, trusts)                                                    \
    "a program on a computer that is joined to this forest does what the "     \
    "sample of Microsoft Learn does; it reads the first 1000 entries "         \
    "and " site trusts
#define UNASKED(trusts)                                                        \
    "a client does what [MS-OXDISCO] 3.1.5.1 says and no more: the URLs are "  \
    "a set, tried in the order in which the directory gave them" trusts
#define NO_SITE "does not know the computer's site"
#define WINDOWS "takes the computer's site from Windows"
#define ANY_SITE "takes the computer's site, where one is named, from Windows"
#define OLDEST "of that site's SCPs the oldest is tried first; "
#define BY_SITE(sentence)                                                      \
    {                                                                          \
        sentence("the computer's site is unknown; "),                          \
            sentence("Windows knows the computer's site; " OLDEST),            \
            sentence("Windows knows the computer's site, where one is "        \
                     "named; " OLDEST),                                        \
    }
#define BY_READING(sentence, trusts)                                           \
    {                                                                          \
        sentence(NO_SITE, trusts), sentence(WINDOWS, trusts),                  \
            sentence(ANY_SITE, trusts)                                         \
    }
#define ALIKE(sentence)                                                        \
    {                                                                          \
        sentence, sentence, sentence                                           \
    }

const char *order_assumes(const struct assumption *assumption)
{
    static const char *const steps[2][SITE_EITHER + 1] = {
        BY_SITE(STEPS_BY_DEFAULT), BY_SITE(STEPS_BY_POLICY)};
    static const char *const sentences[][2][SITE_EITHER + 1] = {
        [ADSCP_PROFILE_OUTLOOK] = {BY_SITE(BY_DEFAULT), BY_SITE(BY_POLICY)},
        [ADSCP_PROFILE_EWS] = {BY_READING(EWS, UNTOLD), BY_READING(EWS, TOLD)},
        [ADSCP_PROFILE_LEARN] = {BY_READING(LEARN, UNTOLD),
                                 BY_READING(LEARN, TOLD)},
        [ADSCP_PROFILE_OXDISCO] = {ALIKE(UNASKED(UNTOLD)),
                                   ALIKE(UNASKED(TOLD))},
    };

    return assumption->steps
               ? steps[assumption->policies][assumption->site]
               : sentences[assumption->profile][assumption->policies]
                          [assumption->site];
}
#undef TRUSTS
#undef UNTOLD
#undef TOLD
#undef OUTLOOK
#undef BY_DEFAULT
#undef BY_POLICY
#undef STEPS
#undef STEPS_BY_DEFAULT
#undef STEPS_BY_POLICY
#undef EWS
#undef LEARN
#undef UNASKED
#undef NO_SITE
#undef WINDOWS
#undef ANY_SITE
#undef OLDEST
#undef BY_SITE
#undef BY_READING
#undef ALIKE
