/* SPDX-License-Identifier: MIT */
/* Forests by chance, so that an order can be compared with a plain model. */
#ifndef ADSCP_TESTS_HEAD_FOREST_H
#define ADSCP_TESTS_HEAD_FOREST_H

#include "base/text.h"
#include "facts/mail.h"
#include "judge/order/order.h"
#include "judge/predict.h"
#include "make_forest.h"
#include "test.h"

enum {
    ROUNDS = 4000 / SAMPLE,
    DIRECTORIES = 5,
    ENTRIES = 1100,
    WORDS = 4,
    SEARCHES = 10,
    UNPAGED = 1000
};

enum kind { HTTP, OTHER, INVALID };

struct value {
    const char *text;
    enum kind kind;
};

/* Equal ones ignoring ASCII case, and beyond it; the last ones are rare. */
static const struct value urls[] = {
    {"https://a.example/x", HTTP},
    {"https://A.example/X", HTTP},
    {"https://b.example/", HTTP},
    {"https://c.example/", HTTP},
    {"http://d.example/", HTTP},
    {"https://z\xC3\xBCrich.example/", HTTP},
    {"HTTPS://Z\xC3\x9CRICH.example/", HTTP},
    {"ftp://e.example/", OTHER},
    {"mailto:f@example.test", OTHER},
    {"https:///x", INVALID},
    {"not:a url", INVALID},
};

enum { URLS = sizeof(urls) / sizeof(urls[0]), USUAL_URLS = URLS - 2 };

static const char *const targets[] = {
    "LDAP://d0.example",     "LDAP://d1.example", "ldap://D2.example",
    "LDAP://d3.example:389", "LDAP://d4.example", "LDAP://gone.example",
    "https://a.example/x",   "LDAP://",
};

static const char *const sites[] = {
    "Site=HQ", "site=hq",  "SITE=Branch", "Site=Z\xC3\xBCrich",
    "Site=",   "Site= HQ", "Site=Lab"};

static const char *const domains[] = {"Domain=contoso.com",
                                      "domain=CONTOSO.COM",
                                      "Domain=fabrikam.example", "Other"};

static const char *const dates[] = {NULL, "20100101000000.0Z",
                                    "20110101000000.0Z", "20120101000000.0Z"};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static uint64_t state;

/* xorshift64*, by Marsaglia and Vigna */
static inline unsigned int pick(unsigned int below)
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (unsigned int)((state * UINT64_C(0x2545F4914F6CDD1D)) >> 33) % below;
}

#define ONE_OF(array) ((array)[pick(COUNT(array))])

/* ---------------------------------------------------------------- forest -- */

struct entry {
    bool is_url, is_pointer;
    const char *words[WORDS]; /* keywords but the GUIDs */
    unsigned int word_count;
    const char *values[WORDS];
    enum kind kinds[WORDS];
    unsigned int value_count;
    unsigned int date; /* index of dates; 0: none */
};

struct world {
    struct entry entries[DIRECTORIES][ENTRIES];
    unsigned int counts[DIRECTORIES];
    bool known[DIRECTORIES];
    unsigned int directories;
    char own_urls[ENTRIES][40], own_sites[ENTRIES][24];
};

static struct world world;

static inline void add_value(struct entry *entry, const char *text,
                             enum kind kind)
{
    entry->values[entry->value_count] = text;
    entry->kinds[entry->value_count++] = kind;
}

/* A pointer's value is a URL like any other where its object is both. */
static inline void add_target(struct entry *entry, const char *text)
{
    add_value(entry, text, text[0] == 'h' ? HTTP : OTHER);
}

static inline void invent_values(struct entry *entry)
{
    unsigned int count = pick(8) == 0 ? pick(4) : 1;

    while (count-- > 0) {
        const struct value *url =
            &urls[pick(pick(40) == 0 ? URLS : USUAL_URLS)];

        if (entry->is_pointer && (!entry->is_url || pick(2) == 0))
            add_target(entry, ONE_OF(targets));
        else
            add_value(entry, url->text, url->kind);
    }
}

static inline struct entry invent_entry(unsigned int pointers)
{
    struct entry entry = {.date = pick(COUNT(dates))};
    unsigned int count = pick(3);

    entry.is_pointer = pick(100) < pointers;
    entry.is_url = !entry.is_pointer || pick(6) == 0;
    if (pick(30) == 0)
        entry.is_url = entry.is_pointer = false;
    while (count-- > 0)
        entry.words[entry.word_count++] = pick(entry.is_pointer ? 2 : 8) == 0
                                              ? ONE_OF(domains)
                                              : ONE_OF(sites);
    invent_values(&entry);
    return entry;
}

/* Beyond what the fixed words have to offer. */
static inline void make_own(struct entry *entry, unsigned int index)
{
    snprintf(world.own_urls[index], sizeof(world.own_urls[0]),
             "https://own%u.example/", index);
    snprintf(world.own_sites[index], sizeof(world.own_sites[0]), "Site=S%u",
             index);
    if (entry->value_count > 0 && !entry->is_pointer) {
        entry->values[0] = world.own_urls[index];
        entry->kinds[0] = HTTP;
    }
    if (entry->word_count > 0)
        entry->words[0] = world.own_sites[index];
}

static inline void join(const char *const *texts, unsigned int count, char *out)
{
    unsigned int i;

    *out = '\0';
    for (i = 0; i < count; i++) {
        if (i > 0)
            *out++ = '|';
        out = stpcpy(out, texts[i]);
    }
}

static inline void put_entry(struct make *make, const struct entry *entry,
                             unsigned int index)
{
    char dn[200], words[200], values[300];
    const char *guid = LOOKALIKE_GUID;

    if (entry->is_url)
        guid = entry->is_pointer ? POINTER_GUID "|" URL_GUID : URL_GUID;
    else if (entry->is_pointer)
        guid = POINTER_GUID;
    join(entry->words, entry->word_count, words);
    join(entry->values, entry->value_count, values);
    snprintf(dn, sizeof(dn), "CN=S%u,CN=Services,%s", index, CONFIG_DN);
    make_scp_at(make, dn, guid, entry->word_count > 0 ? words : NULL,
                dates[entry->date], entry->value_count > 0 ? values : NULL);
}

/* Some directories, of which one may be unknown. */
static inline struct adscp_forest *invent(unsigned int most,
                                          unsigned int pointers)
{
    struct make make = {0};
    unsigned int d, i;
    char target[32];

    world.directories = 1 + pick(DIRECTORIES);
    for (d = 0; d < world.directories; d++) {
        snprintf(target, sizeof(target), "d%u.example:389", d);
        world.known[d] = d == 0 || pick(5) > 0;
        world.counts[d] =
            world.known[d] ? most - pick(most < 200 ? most + 1 : 200) : 0;
        if (!world.known[d]) {
            make_unread(&make, target, pick(2) == 0);
            continue;
        }
        make_directory(&make, target);
        for (i = 0; i < world.counts[d]; i++) {
            world.entries[d][i] = invent_entry(pointers);
            if (most > 100 && pick(2) == 0)
                make_own(&world.entries[d][i], i);
            put_entry(&make, &world.entries[d][i], i);
        }
    }
    return make_done(&make);
}

#endif
