/* SPDX-License-Identifier: MIT */
/*
 * The head of an order, its list, and the finding profile-disagree, against a
 * model: the rules of Outlook and of the EWS Managed API, written down a second
 * time in the plainest way, over thousands of small random forests with
 * pointers, ties, duplicates, missing dates, nulled and invalid URLs. Whatever
 * fails names its round, which gives the same forest again.
 */
#include "make_forest.h"
#include "test.h"

#include "base/text.h"
#include "facts/mail.h"
#include "judge/order/order.h"
#include "judge/predict.h"

enum {
    ROUNDS = 4000,
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
static const char *const clients[] = {
    NULL,      "HQ",  "hq",  "Branch", "Z\xC3\x9CRICH",
    "Nowhere", " HQ", "Lab", "S1040"};
static const char *const mails[] = {NULL, "a@contoso.com", "a@Fabrikam.example",
                                    "a@other.example"};
static const char *const dates[] = {NULL, "20100101000000.0Z",
                                    "20110101000000.0Z", "20120101000000.0Z"};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static uint64_t state;

/* xorshift64*, by Marsaglia and Vigna */
static unsigned int pick(unsigned int below)
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

static void add_value(struct entry *entry, const char *text, enum kind kind)
{
    entry->values[entry->value_count] = text;
    entry->kinds[entry->value_count++] = kind;
}

/* A pointer's value is a URL like any other where its object is both. */
static void add_target(struct entry *entry, const char *text)
{
    add_value(entry, text, text[0] == 'h' ? HTTP : OTHER);
}

static void invent_values(struct entry *entry)
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

static struct entry invent_entry(unsigned int pointers)
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
static void make_own(struct entry *entry, unsigned int index)
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

static void join(const char *const *texts, unsigned int count, char *out)
{
    unsigned int i;

    *out = '\0';
    for (i = 0; i < count; i++) {
        if (i > 0)
            *out++ = '|';
        out = stpcpy(out, texts[i]);
    }
}

static void put_entry(struct make *make, const struct entry *entry,
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
static struct adscp_forest *invent(unsigned int most, unsigned int pointers)
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

static bool same_fold(const char *a, const char *b)
{
    return text_equal_fold(a, strlen(a), b, strlen(b));
}

static bool same_ascii(const char *a, const char *b)
{
    return text_equal_ascii(a, strlen(a), b, strlen(b));
}

static bool has(const struct entry *entry, const char *prefix,
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

static bool is_scoped(const struct entry *entry)
{
    unsigned int i;

    for (i = 0; i < entry->word_count; i++)
        if (text_starts(entry->words[i], strlen(entry->words[i]), "Site="))
            return true;
    return false;
}

/* The GUIDs are keywords too. */
static bool is_wildcard(const struct entry *entry)
{
    return entry->word_count == 0 && !entry->is_url;
}

/* The directory behind a pointer; -1: none that is known. */
static int behind(const char *target)
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

static const char *first_of(const struct entry *entry, bool is_http)
{
    unsigned int i;

    for (i = 0; i < entry->value_count; i++)
        if (is_http ? entry->kinds[i] == HTTP
                    : text_starts(entry->values[i], strlen(entry->values[i]),
                                  "LDAP://"))
            return entry->values[i];
    return NULL;
}

static void put(struct row *rows, unsigned int *countp, struct row row,
                bool (*same)(const char *, const char *))
{
    unsigned int i;

    for (i = 0; i < *countp; i++)
        if (same(rows[i].url, row.url))
            return;
    rows[(*countp)++] = row;
}

static int group_of(const struct entry *entry, const char *site)
{
    if (has(entry, "Site=", site))
        return ADSCP_CANDIDATE_GROUP_IN_SITE;
    return is_scoped(entry) ? ADSCP_CANDIDATE_GROUP_ELSEWHERE
                            : ADSCP_CANDIDATE_GROUP_UNSCOPED;
}

/* -- Outlook -- */

static unsigned int age_of(unsigned int date)
{
    return date == 0 ? COUNT(dates) : date;
}

static bool is_before(const struct row *a, const struct row *b)
{
    if (a->group != b->group)
        return a->group < b->group;
    if (a->date != b->date)
        return age_of(a->date) < age_of(b->date);
    return a->entry < b->entry;
}

static void sort(struct row *rows, unsigned int count)
{
    unsigned int i, k;

    for (i = 1; i < count; i++) {
        struct row row = rows[i];

        for (k = i; k > 0 && is_before(&row, &rows[k - 1]); k--)
            rows[k] = rows[k - 1];
        rows[k] = row;
    }
}

static void grade_outlook(const struct row *all, unsigned int count)
{
    const struct row *newest = &all[0];
    unsigned int i, in_site = 0, equal = 0;

    for (i = 0; i < model.count; i++) {
        in_site += model.rows[i].group == ADSCP_CANDIDATE_GROUP_IN_SITE;
        equal += model.rows[i].group == ADSCP_CANDIDATE_GROUP_IN_SITE &&
                 model.rows[i].date == model.rows[0].date;
    }
    for (i = 1; i < count; i++)
        if (all[i].date > newest->date ||
            (all[i].date == newest->date && all[i].entry < newest->entry))
            newest = &all[i];
    if (in_site == 0) {
        model.evidence = ADSCP_EVIDENCE_CONTESTED;
        model.rival = newest->url;
    } else if (in_site == 1) {
        model.evidence = ADSCP_EVIDENCE_DOCUMENTED;
    } else {
        model.evidence =
            equal > 1 ? ADSCP_EVIDENCE_INFERRED : ADSCP_EVIDENCE_OBSERVED;
    }
}

static void rank_outlook(unsigned int d, const struct asker *asker)
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
        put(model.rows, &model.count, all[i], same_ascii);
    model.directory = d;
    grade_outlook(all, count);
}

static void model_outlook(int d, const struct asker *asker, unsigned int *seenp,
                          unsigned int depth)
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
static unsigned int window(unsigned int d)
{
    unsigned int i, seen = 0;

    for (i = 0; i < world.counts[d] && seen < UNPAGED; i++)
        seen += world.entries[d][i].is_url || world.entries[d][i].is_pointer;
    return i;
}

static void rank_ews(unsigned int d, const struct asker *asker)
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
static void check_uris(void)
{
    unsigned int i;
    size_t u;

    for (i = 0; i < model.count; i++)
        for (u = USUAL_URLS; u < URLS; u++)
            if (strcmp(model.rows[i].url, urls[u].text) == 0)
                model.count = 0;
}

static void model_ews(int d, const struct asker *asker, unsigned int hops)
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

static void run_model(int profile, const struct asker *asker)
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

/* ----------------------------------------------------------- comparison -- */

static const struct adscp_scp *scp_of(const struct adscp_forest *forest,
                                      unsigned int row)
{
    return &forest->directories[model.directory]->scps[model.rows[row].entry];
}

static void check_list(const struct order *order)
{
    const struct order_list *list = order_list(order);
    unsigned int i;

    CHECK(list != NULL && order_list(order) == list);
    CHECK_INT(list->count, model.count);
    for (i = 0; i < model.count && i < list->count; i++) {
        CHECK_STR(order_url(&list->rows[i]), model.rows[i].url);
        CHECK(list->rows[i].scp == scp_of(order->forest_index->forest, i));
        CHECK_INT(list->rows[i].directory, model.directory);
        CHECK_INT(list->rows[i].group, model.rows[i].group);
    }
}

static void check_order(struct forest_index *forest_index, int profile,
                        const struct client *client)
{
    struct order order;

    must(order_make(forest_index, profile, client, &order) == ADSCP_OK);
    CHECK_INT(order.count, model.count);
    CHECK_INT(order.evidence, model.evidence);
    CHECK_STR(order.rival_url, model.rival);
    CHECK_STR(order.first.url, model.count > 0 ? model.rows[0].url : NULL);
    if (model.count > 0) {
        CHECK(order.first.scp == scp_of(forest_index->forest, 0));
        CHECK_INT(order.first.directory, model.directory);
        check_list(&order);
    } else {
        CHECK(order.first.scp == NULL);
    }
    order_clear(&order);
}

static name_id name_of(const struct adscp_forest *forest, const char *text)
{
    return text != NULL ? forest_find_name(forest, text, strlen(text))
                        : NAME_NONE;
}

static void check_disagree(const struct adscp_forest *forest, const char *mail,
                           const char *site, bool disagree)
{
    int profile;

    for (profile = ADSCP_PROFILE_OUTLOOK; profile <= ADSCP_PROFILE_EWS;
         profile++) {
        adscp_prediction *prediction =
            ask(forest,
                (struct asks){.site = site, .mail = mail, .profile = profile});

        CHECK_INT(count_findings(prediction, "profile-disagree"), disagree);
        adscp_prediction_free(prediction);
    }
}

static void check_client(struct forest_index *forest_index, const char *mail,
                         const char *site)
{
    const char *domain = mail != NULL ? mail_domain(mail) : NULL;
    const struct asker asker = {site, domain};
    const struct client client = {
        .site = site,
        .site_id = name_of(forest_index->forest, site),
        .domain = domain,
        .domain_id = name_of(forest_index->forest, domain)};
    const char *first[2];
    int profile;

    for (profile = ADSCP_PROFILE_OUTLOOK; profile <= ADSCP_PROFILE_EWS;
         profile++) {
        run_model(profile, &asker);
        check_order(forest_index, profile, &client);
        first[profile] = model.count > 0 ? model.rows[0].url : NULL;
    }
    check_disagree(forest_index->forest, mail, site,
                   (first[0] == NULL) != (first[1] == NULL) ||
                       (first[0] != NULL && !same_ascii(first[0], first[1])));
}

static void check_round(unsigned int round, unsigned int most,
                        unsigned int pointers)
{
    struct adscp_forest *forest;
    struct forest_index *forest_index;
    unsigned int i, k;
    int before = test_failures;

    state = UINT64_C(0x9E3779B97F4A7C15) * (round + 1);
    forest = invent(most, pointers);
    forest_index = forest_index_new(forest);
    must(forest_index != NULL);
    for (i = 0; i < COUNT(clients); i++)
        for (k = 0; k < COUNT(mails); k++)
            if (pick(4) == 0 && test_failures == before)
                check_client(forest_index, mails[k], clients[i]);
    if (test_failures != before)
        printf("# in round %u\n", round);
    forest_index_release(forest_index);
    adscp_forest_free(forest);
}

static void test_flat(void)
{
    unsigned int round;

    for (round = 0; round < ROUNDS; round++)
        check_round(round, 2 + round % 9, 3);
}

static void test_pointers(void)
{
    unsigned int round;

    for (round = 0; round < ROUNDS; round++)
        check_round(ROUNDS + round, 1 + round % 5, 60);
}

/* More than the client that does not page sees. */
static void test_many(void)
{
    unsigned int round;

    for (round = 0; round < 12; round++)
        check_round(2 * ROUNDS + round, ENTRIES, round % 3 == 0 ? 1 : 0);
}

static const struct test tests[] = {
    {"forests with few pointers", test_flat},
    {"forests with many pointers", test_pointers},
    {"forests beyond one page", test_many},
};

TEST_MAIN(tests)
