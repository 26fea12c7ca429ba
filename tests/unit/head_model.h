/* SPDX-License-Identifier: MIT */
/* The orders of Outlook and of the EWS Managed API once more, written as
 * plainly as their sources have them. */
#ifndef ADSCP_TESTS_HEAD_MODEL_H
#define ADSCP_TESTS_HEAD_MODEL_H

#include "head_forest.h"

/* ----------------------------------------------------------------- model -- */

struct row {
    unsigned int entry;
    const char *url;
    unsigned int date;
    int group;
};

struct model {
    struct row rows[ENTRIES];
    unsigned int count;
    unsigned int directory; /* of the rows */
    int evidence;
    const char *rival;
};

static struct model model;

struct asker {
    const char *site, *domain;
};

static inline bool same_fold(const char *a, const char *b)
{
    return text_equal_fold(a, strlen(a), b, strlen(b));
}

static inline bool same_ascii(const char *a, const char *b)
{
    return text_equal_ascii(a, strlen(a), b, strlen(b));
}

static inline bool has(const struct entry *entry, const char *prefix,
                       const char *value)
{
    char whole[100];
    unsigned int i;

    if (value == NULL)
        return false;
    snprintf(whole, sizeof(whole), "%s%s", prefix, value);
    for (i = 0; i < entry->word_count; i++)
        if (same_fold(entry->words[i], whole))
            return true;
    return false;
}

static inline bool is_scoped(const struct entry *entry)
{
    unsigned int i;

    for (i = 0; i < entry->word_count; i++)
        if (text_starts(entry->words[i], strlen(entry->words[i]), "Site="))
            return true;
    return false;
}

/* The GUIDs are keywords too. */
static inline bool is_wildcard(const struct entry *entry)
{
    return entry->word_count == 0 && !entry->is_url;
}

/* The directory behind a pointer; -1: none that is known. */
static inline int behind(const char *target)
{
    char name[32];
    unsigned int d;

    for (d = 0; d < world.directories; d++) {
        snprintf(name, sizeof(name), "LDAP://d%u.example", d);
        if (text_starts(target, strlen(target), name))
            return world.known[d] ? (int)d : -1;
    }
    return -1;
}

static inline const char *first_of(const struct entry *entry, bool is_http)
{
    unsigned int i;

    for (i = 0; i < entry->value_count; i++)
        if (is_http ? entry->kinds[i] == HTTP
                    : text_starts(entry->values[i], strlen(entry->values[i]),
                                  "LDAP://"))
            return entry->values[i];
    return NULL;
}

static inline void put(struct row *rows, unsigned int *countp, struct row row,
                       bool (*same)(const char *, const char *))
{
    unsigned int i;

    for (i = 0; i < *countp; i++)
        if (same(rows[i].url, row.url))
            return;
    rows[(*countp)++] = row;
}

static inline int group_of(const struct entry *entry, const char *site)
{
    if (has(entry, "Site=", site))
        return ADSCP_CANDIDATE_GROUP_IN_SITE;
    return is_scoped(entry) ? ADSCP_CANDIDATE_GROUP_ELSEWHERE
                            : ADSCP_CANDIDATE_GROUP_UNSCOPED;
}

/* -- Outlook -- */

static inline unsigned int age_of(unsigned int date)
{
    return date == 0 ? COUNT(dates) : date;
}

static inline bool is_before(const struct row *a, const struct row *b)
{
    if (a->group != b->group)
        return a->group < b->group;
    if (a->date != b->date)
        return age_of(a->date) < age_of(b->date);
    return a->entry < b->entry;
}

static inline void sort(struct row *rows, unsigned int count)
{
    unsigned int i, k;

    for (i = 1; i < count; i++) {
        struct row row = rows[i];

        for (k = i; k > 0 && is_before(&row, &rows[k - 1]); k--)
            rows[k] = rows[k - 1];
        rows[k] = row;
    }
}

/* By its DN, which the number of an entry is part of. */
static inline bool has_lower_dn(const struct row *a, const struct row *b)
{
    char first[24], second[24];

    snprintf(first, sizeof(first), "S%u,", a->entry);
    snprintf(second, sizeof(second), "S%u,", b->entry);
    return strcmp(first, second) < 0;
}

/* As put(); of the SCPs of one URL, group and date the first by DN stands for
 * all: the order of a directory decides between URLs, not between those. */
static inline void put_outlook(struct row row)
{
    unsigned int i;

    for (i = 0; i < model.count; i++) {
        struct row *known = &model.rows[i];

        if (!same_ascii(known->url, row.url))
            continue;
        if (known->group == row.group && known->date == row.date &&
            has_lower_dn(&row, known))
            *known = row;
        return;
    }
    model.rows[model.count++] = row;
}

/* Of the client's own site, one without a date that has another URL than the
 * first row may be older. */
static inline bool may_be_older(const struct row *row)
{
    return row->group == ADSCP_CANDIDATE_GROUP_IN_SITE && row->date == 0 &&
           !same_ascii(row->url, model.rows[0].url);
}

static inline void grade_outlook(const struct row *all, unsigned int count)
{
    const struct row *newest = &all[0];
    unsigned int i, in_site = 0, equal = 0, undated = 0;

    for (i = 0; i < model.count; i++) {
        in_site += model.rows[i].group == ADSCP_CANDIDATE_GROUP_IN_SITE;
        equal += model.rows[i].group == ADSCP_CANDIDATE_GROUP_IN_SITE &&
                 model.rows[i].date == model.rows[0].date;
    }
    for (i = 0; i < count; i++)
        undated += may_be_older(&all[i]);
    for (i = 1; i < count; i++)
        if (all[i].date > newest->date ||
            (all[i].date == newest->date && all[i].entry < newest->entry))
            newest = &all[i];
    for (i = 0; i < count; i++)
        if (all[i].date == newest->date &&
            same_ascii(all[i].url, newest->url) &&
            has_lower_dn(&all[i], newest))
            newest = &all[i];
    if (in_site == 0) {
        model.evidence = ADSCP_EVIDENCE_CONTESTED;
        model.rival = newest->url;
    } else if (in_site == 1) {
        model.evidence = ADSCP_EVIDENCE_DOCUMENTED;
    } else {
        model.evidence = equal > 1 || undated > 0 ? ADSCP_EVIDENCE_INFERRED
                                                  : ADSCP_EVIDENCE_OBSERVED;
    }
}

static inline void rank_outlook(unsigned int d, const struct asker *asker)
{
    static struct row all[ENTRIES];
    unsigned int count = 0, i;

    for (i = 0; i < world.counts[d]; i++) {
        const struct entry *entry = &world.entries[d][i];
        const char *url = first_of(entry, true);

        if (entry->is_url && url != NULL)
            all[count++] =
                (struct row){i, url, entry->date, group_of(entry, asker->site)};
    }
    if (count == 0)
        return;
    sort(all, count);
    for (i = 0; i < count; i++)
        put_outlook(all[i]);
    model.directory = d;
    grade_outlook(all, count);
}

static inline void model_outlook(int d, const struct asker *asker,
                                 unsigned int *seenp, unsigned int depth)
{
    const char *fallback = NULL;
    unsigned int i;

    if (d < 0 || depth == SEARCHES || (*seenp & 1u << d) != 0)
        return;
    *seenp |= 1u << d;
    for (i = 0; i < world.counts[d]; i++) {
        const struct entry *entry = &world.entries[d][i];
        const char *target = first_of(entry, false);

        if (!entry->is_pointer || target == NULL)
            continue;
        if (has(entry, "Domain=", asker->domain)) {
            model_outlook(behind(target), asker, seenp, depth + 1);
            return;
        }
        if (is_wildcard(entry) && fallback == NULL)
            fallback = target;
    }
    rank_outlook((unsigned int)d, asker);
    if (model.count == 0 && fallback != NULL)
        model_outlook(behind(fallback), asker, seenp, depth + 1);
}

/* -- the EWS Managed API -- */

/* How many entries it sees: the filter asks for either GUID. */
static inline unsigned int window(unsigned int d)
{
    unsigned int i, seen = 0;

    for (i = 0; i < world.counts[d] && seen < UNPAGED; i++)
        seen += world.entries[d][i].is_url || world.entries[d][i].is_pointer;
    return i;
}

static inline void rank_ews(unsigned int d, const struct asker *asker)
{
    static struct row rest[ENTRIES];
    unsigned int count = 0, i;

    for (i = 0; i < window(d); i++) {
        const struct entry *entry = &world.entries[d][i];
        struct row row = {.entry = i, .url = entry->values[0]};
        unsigned int before = count;

        if (!entry->is_url || entry->value_count == 0)
            continue;
        row.group = group_of(entry, asker->site);
        if (row.group == ADSCP_CANDIDATE_GROUP_IN_SITE) {
            put(model.rows, &model.count, row, same_fold);
            continue;
        }
        put(rest, &count, row, same_fold);
        if (count > before && row.group == ADSCP_CANDIDATE_GROUP_UNSCOPED) {
            memmove(rest + 1, rest, before * sizeof(*rest));
            rest[0] = row;
        }
    }
    for (i = 0; i < count; i++)
        put(model.rows, &model.count, rest[i], same_fold);
    model.directory = d;
}

/* new Uri() throws. */
static inline void check_uris(void)
{
    unsigned int i;
    size_t u;

    for (i = 0; i < model.count; i++)
        for (u = USUAL_URLS; u < URLS; u++)
            if (strcmp(model.rows[i].url, urls[u].text) == 0)
                model.count = 0;
}

static inline void model_ews(int d, const struct asker *asker,
                             unsigned int hops)
{
    const char *fallback = NULL;
    unsigned int i;

    if (d < 0 || hops == 0)
        return;
    for (i = 0; i < window((unsigned int)d); i++) {
        const struct entry *entry = &world.entries[d][i];

        if (!entry->is_pointer)
            continue;
        if (entry->value_count == 0)
            return;
        if (has(entry, "Domain=", asker->domain)) {
            model_ews(behind(entry->values[0]), asker, hops - 1);
            return;
        }
        if (is_wildcard(entry) && fallback == NULL)
            fallback = entry->values[0];
    }
    if (asker->site != NULL)
        rank_ews((unsigned int)d, asker);
    if (model.count > 0)
        check_uris();
    else if (fallback != NULL)
        model_ews(behind(fallback), asker, hops - 1);
}

static inline void run_model(int profile, const struct asker *asker)
{
    unsigned int seen = 0;

    model.count = 0;
    model.evidence = -1;
    model.rival = NULL;
    if (profile == ADSCP_PROFILE_OUTLOOK) {
        model_outlook(0, asker, &seen, 0);
        return;
    }
    model_ews(0, asker, SEARCHES);
    if (model.count > 0)
        model.evidence = ADSCP_EVIDENCE_DOCUMENTED;
}

#endif
