/* SPDX-License-Identifier: MIT */
/* facts/forest, facts/freeze, facts/finding: sharing, joining, reading rows. */
#include "test.h"

#include <pthread.h>
#include <stdlib.h>

#include "facts/decode/decode.h"
#include "facts/finding.h"
#include "facts/forest.h"

#define GUID "77378F46-2C66-4aa9-A6A6-3E7A48B19596"
#define CONFIG "CN=Configuration,DC=contoso,DC=com"
#define GROUP "CN=Servers,CN=Group,CN=Services," CONFIG

static uint32_t keyword(struct adscp_forest *forest, const char *text)
{
    uint32_t index = UINT32_MAX;

    CHECK(forest_keyword(forest, text, strlen(text), &index));
    return index;
}

static void test_keywords(void)
{
    static const struct {
        const char *text;
        enum keyword_kind kind;
        const char *value;
        bool blank;
        bool prefix_case;
    } rows[] = {
        {GUID, KEYWORD_URL_GUID, NULL, false, false},
        {"77378f46-2c66-4AA9-a6a6-3e7a48b19596", KEYWORD_URL_GUID, NULL, false,
         false},
        {"67661d7F-8FC4-4fa7-BFAC-E1D7794C1F68", KEYWORD_POINTER_GUID, NULL,
         false, false},
        {"D3614C7C-D214-4F1F-BD4C-00D91C67F93F", KEYWORD_LOOKALIKE_GUID, NULL,
         false, false},
        {GUID " ", KEYWORD_OTHER, NULL, true, false},
        {"{" GUID "}", KEYWORD_OTHER, NULL, false, false},
        {"Site=HQ", KEYWORD_SITE, "HQ", false, false},
        {"SITE=HQ", KEYWORD_SITE, "HQ", false, true},
        {"Site=", KEYWORD_SITE, "", false, false},
        {"Site= HQ", KEYWORD_SITE, " HQ", true, false},
        {"Site=HQ ", KEYWORD_SITE, "HQ ", true, false},
        {" Site=HQ", KEYWORD_OTHER, NULL, true, false},
        {"Site =HQ", KEYWORD_OTHER, NULL, false, false},
        {"Domain=contoso.com", KEYWORD_DOMAIN, "contoso.com", false, false},
        {"domain=x", KEYWORD_DOMAIN, "x", false, true},
        {"", KEYWORD_OTHER, NULL, false, false},
        {"Sit", KEYWORD_OTHER, NULL, false, false},
    };
    struct adscp_forest *forest = forest_new();
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint32_t index = keyword(forest, rows[i].text);
        const struct keyword *row = &forest->keywords[index];

        CHECK_INT(index, i);
        CHECK_STR(row->text, rows[i].text);
        CHECK_STR(row->value, rows[i].value);
        CHECK_INT(row->kind, rows[i].kind);
        CHECK_INT(row->blank, rows[i].blank);
        CHECK_INT(row->prefix_case, rows[i].prefix_case);
        CHECK(!row->marks);
    }
    CHECK_INT(keyword(forest, "Site=HQ"), 6);
    CHECK_INT(forest->keyword_count, sizeof(rows) / sizeof(rows[0]));
    forest_release(forest);
}

static void test_raw_bytes(void)
{
    struct adscp_forest *forest = forest_new();
    uint32_t guid, site, plain;

    CHECK(forest_keyword(forest, GUID "\0x", 38, &guid));
    CHECK_INT(forest->keywords[guid].kind, KEYWORD_OTHER);
    CHECK(forest->keywords[guid].marks);
    CHECK_STR(forest->keywords[guid].text, GUID "\\x00x");
    CHECK(forest_keyword(forest, "Site=H\x1BQ", 8, &site));
    CHECK_STR(forest->keywords[site].value, "H\\x1BQ");
    /* What the escaped form looks like is another value. */
    plain = keyword(forest, "Site=H\\x1BQ");
    CHECK(forest->keywords[plain].name != forest->keywords[site].name);
    CHECK_INT(forest_find_name(forest, "h\x1Bq", 3),
              forest->keywords[site].name);
    CHECK(!forest->keywords[plain].marks);
    forest_release(forest);
}

static void test_names(void)
{
    struct adscp_forest *forest = forest_new();
    uint32_t a = keyword(forest, "Site=Z\xC3\xBCrich");
    uint32_t b = keyword(forest, "SITE=Z\xC3\x9CRICH");
    uint32_t empty = keyword(forest, "Site=");
    name_id name;

    CHECK(a != b);
    CHECK_INT(forest->keywords[a].name, forest->keywords[b].name);
    CHECK_INT(forest->keywords[empty].name, NAME_NONE);
    CHECK(forest_name(forest, "z\xC3\xBCRICH", 7, &name));
    CHECK_INT(name, forest->keywords[a].name);
    CHECK_INT(forest_find_name(forest, "Zurich", 6), NAME_NONE);
    CHECK_INT(forest->name_count, 1);
    forest_release(forest);
}

static void test_many(void)
{
    enum { COUNT = 20000 };
    struct adscp_forest *forest = forest_new();
    char text[32];
    uint32_t index;
    int i, wrong = 0;

    for (i = 0; i < COUNT; i++) {
        snprintf(text, sizeof(text), "Site=S%d", i);
        wrong += keyword(forest, text) != (uint32_t)i;
    }
    for (i = 0; i < COUNT; i++) {
        snprintf(text, sizeof(text), "Site=S%d", i);
        wrong += keyword(forest, text) != (uint32_t)i;
        wrong += strcmp(forest->keywords[i].text, text) != 0;
        snprintf(text, sizeof(text), "s%d", i);
        wrong += forest_find_name(forest, text, strlen(text)) != (uint32_t)i;
    }
    CHECK_INT(wrong, 0);
    CHECK(forest_text(forest, "x", 1, &index));
    CHECK_INT(index, 1);
    CHECK(forest->texts[0] == NULL);
    CHECK(forest_tail(forest, "", 0, &index));
    CHECK_INT(index, 0);
    CHECK_STR(forest->tails[0], "");
    forest_release(forest);
}

/* ------------------------------------------------------------ joined rows --
 */

static void feed(struct decoder *decoder, enum entry_kind kind, const char *dn,
                 const char *const *values)
{
    CHECK_INT(decoder_begin(decoder, kind, dn, strlen(dn), NULL), ADSCP_OK);
    for (; values[0] != NULL; values += 2) {
        CHECK(decoder_attribute(decoder, values[0], strlen(values[0])));
        CHECK_INT(decoder_value(decoder, values[1], strlen(values[1])),
                  ADSCP_OK);
    }
    CHECK_INT(decoder_end(decoder), ADSCP_OK);
}

static void feed_scp(struct decoder *decoder, const char *dn, const char *url)
{
    const char *values[] = {"keywords", GUID, "serviceBindingInformation", url,
                            NULL};

    feed(decoder, ENTRY_SCP, dn, values);
}

static void feed_server(struct decoder *decoder, const char *dn,
                        const char *address)
{
    const char *values[] = {"networkAddress", address, NULL};

    feed(decoder, ENTRY_EXCHANGE, dn, values);
}

static struct adscp_forest *joined(void)
{
    static const struct {
        const char *dn;
        const char *url;
    } rows[] = {
        {"CN=EX1,CN=Autodiscover,CN=Protocols,CN=EX1," GROUP,
         "https://ex1.contoso.com/Autodiscover/Autodiscover.xml"},
        {"CN=EX1,CN=AUTODISCOVER,CN=Protocols,CN=ex1,cn=servers,CN=GROUP,"
         "CN=Services," CONFIG,
         "https://EX1/autodiscover/autodiscover.xml"},
        {"CN=x,CN=EX1," GROUP, "https://mail.contoso.com/"},
        {"CN=GONE,CN=Autodiscover,CN=Protocols,CN=GONE," GROUP,
         "https://gone.contoso.com/Autodiscover/Autodiscover.xml"},
        {"CN=p,CN=Microsoft Exchange Autodiscover,CN=Services," CONFIG,
         "https://ex1.contoso.com/Autodiscover/Autodiscover.xml"},
        {"CN=EX1,CN=Protocols,CN=EX1," GROUP,
         "http://ex1.contoso.com/Autodiscover/Autodiscover.xml"},
        {"CN=EX1,CN=Protocols,CN=EX1," GROUP,
         "https://ex1.contoso.com:443/Autodiscover/Autodiscover.xml"},
        {"CN=EX1,CN=Protocols,CN=EX1," GROUP,
         "https://ex1.contoso.com/Autodiscover/Autodiscover.xml?x"},
        {"CN=EX1,CN=Protocols,CN=EX1,CN=Servers,CN=Other,CN=Services," CONFIG,
         "https://ex1.contoso.com/Autodiscover/Autodiscover.xml"},
        {"CN=a\\,CN=Servers\\,b,CN=EX1," GROUP, "https://a/"},
    };
    struct adscp_forest *forest = forest_new();
    struct directory *directory = forest_add_directory(forest, NULL);
    struct decoder *decoder = decoder_new(forest, directory);
    size_t i;

    directory->config_dn = CONFIG;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        feed_scp(decoder, rows[i].dn, rows[i].url);
    feed_server(decoder, "CN=EX0," GROUP, "ncacn_ip_tcp:ex0.contoso.com");
    feed_server(decoder, "CN=EX1," GROUP, "ncacn_ip_tcp:EX1.contoso.com");
    CHECK_INT(decoder_finish(decoder), ADSCP_OK);
    decoder_free(decoder);
    CHECK_INT(forest_freeze(forest, NULL), ADSCP_OK);
    return forest;
}

static void test_join(void)
{
    enum { OWN = SCP_HOST_OWN, BOTH = SCP_HOST_OWN | SCP_DEFAULT_URL };
    static const struct {
        uint32_t server;
        uint32_t flags;
    } rows[] = {{2, BOTH}, {2, OWN}, {2, 0},   {0, 0}, {0, 0},
                {2, OWN},  {2, OWN}, {2, OWN}, {0, 0}, {2, 0}};
    struct adscp_forest *forest = joined();
    const struct directory *directory = forest->directories[0];
    size_t i;

    CHECK_INT(directory->scp_count, sizeof(rows) / sizeof(rows[0]));
    for (i = 0; i < directory->scp_count; i++) {
        CHECK_INT(directory->scps[i].server, rows[i].server);
        CHECK_INT(directory->scps[i].flags & BOTH, rows[i].flags);
    }
    CHECK_INT(directory->notes.count, 0);
    CHECK_STR(scp_dn(&directory->scps[1]),
              "CN=EX1,CN=AUTODISCOVER,CN=Protocols,CN=ex1,cn=servers,CN=GROUP,"
              "CN=Services," CONFIG);
    CHECK_STR(scp_dn(&directory->scps[9]),
              "CN=a\\,CN=Servers\\,b,CN=EX1," GROUP);
    CHECK((directory->scps[4].flags & SCP_UNDER_SERVERS) == 0);
    forest_release(forest);
}

static void *ask_dn(void *of)
{
    const struct adscp_scp *scp = of;

    return (void *)(uintptr_t)scp_dn(scp);
}

static void test_threads(void)
{
    enum { THREADS = 4 };
    struct adscp_forest *forest = joined();
    pthread_t threads[THREADS];
    void *texts[THREADS];
    int i;

    for (i = 0; i < THREADS; i++)
        CHECK_INT(pthread_create(&threads[i], NULL, ask_dn,
                                 &forest->directories[0]->scps[0]),
                  0);
    for (i = 0; i < THREADS; i++)
        pthread_join(threads[i], &texts[i]);
    for (i = 1; i < THREADS; i++)
        CHECK(texts[i] == texts[0]);
    forest_release(forest);
}

static void test_directories(void)
{
    struct adscp_forest *forest = forest_new(), *held;
    char target[32] = "res.example:389";

    CHECK(forest_add_directory(forest, NULL) != NULL);
    CHECK(forest_find_directory(forest, target) == NULL);
    CHECK(forest_add_directory(forest, target) != NULL);
    memset(target, 'x', 3);
    CHECK(forest_find_directory(forest, "res.example:389") ==
          forest->directories[1]);
    CHECK(forest_find_directory(forest, "res.example:636") == NULL);
    CHECK(forest->directories[1]->complete);
    held = forest_hold(forest);
    CHECK(held == forest);
    forest_release(forest);
    CHECK_INT(held->directory_count, 2);
    forest_release(held);
    forest_release(NULL);
}

/* -------------------------------------------------------------- findings -- */

/* The sentence begins so; how it goes on may be reworded. */
static bool says(const struct adscp_finding *row, const char *beginning)
{
    return strncmp(finding_sentence(row), beginning, strlen(beginning)) == 0;
}

static const struct adscp_finding *
add(struct finding_list *list, enum finding_code code, struct finding_what what)
{
    CHECK_INT(finding_add(list, code, what), ADSCP_OK);
    return &list->rows[list->count - 1];
}

static void test_findings(void)
{
    struct finding_list list = {0};
    const struct adscp_finding *row;
    size_t i;

    for (i = 0; i < 100; i++)
        add(&list, FINDING_SCP_NONE, (struct finding_what){0});
    row = add(&list, FINDING_SCP_OVER_1000,
              (struct finding_what){.count = -1234567890123});
    CHECK(says(row, "-1234567890123 SCP entries"));
    row =
        add(&list, FINDING_PROFILE_DISAGREE,
            (struct finding_what){
                .dn = "DN", .outlook_url = "{ews_url}{more}", .ews_url = "B"});
    CHECK(says(row, "Outlook goes to {ews_url}{more} first, the EWS Managed "
                    "API to B"));
    CHECK(finding_sentence(row) == finding_sentence(row));
    CHECK_STR(finding_dn(row), "DN");
    row = add(&list, FINDING_PROFILE_DISAGREE,
              (struct finding_what){.ews_url = "B"});
    CHECK(says(row, "Outlook goes to no SCP at all first, the EWS Managed API "
                    "to B"));
    row = add(&list, FINDING_SCP_HOST_IP, (struct finding_what){0});
    CHECK(says(row, "the host  is an IP address"));
    CHECK(finding_dn(row) == NULL);
    row = add(&list, FINDING_SCP_HOST_IP,
              (struct finding_what){.host = "10.0.0.1", .count = 1});
    CHECK(says(row, "the host 10.0.0.1 is an IP address"));
    row = add(&list, FINDING_SCP_HOST_IP,
              (struct finding_what){.host = "10.0.0.1", .count = 3});
    CHECK(says(row, "the host 10.0.0.1 (and 2 more) is an IP address"));
    finding_list_free(&list);
    CHECK_INT(list.count, 0);
}

/* Those that the sentence names, once each, in its order; a value is there or
 * not, and 0 is a value. */
static void test_parameters(void)
{
    struct finding_list list = {0};
    const struct adscp_finding *row;

    row = add(&list, FINDING_SCP_HOST_OTHER_SERVER,
              (struct finding_what){.server = "A", .owner = "B"});
    CHECK_INT(adscp_finding_parameter_count(row), 2);
    CHECK_STR(adscp_finding_parameter_name(row, 0), "server");
    CHECK_STR(adscp_finding_parameter_name(row, 1), "owner");
    CHECK_STR(adscp_finding_parameter_text(row, 0), "A");
    CHECK_INT(adscp_finding_parameter_number(row, 0), -1);
    CHECK_STR(adscp_finding_parameter_text(row, 1), "B");
    CHECK(adscp_finding_parameter_name(row, 2) == NULL);
    CHECK(adscp_finding_parameter_name(row, -1) == NULL);
    row = add(&list, FINDING_CERT_CHANGES_SOON,
              (struct finding_what){.host = "H"});
    CHECK_INT(adscp_finding_parameter_count(row), 2);
    CHECK_STR(adscp_finding_parameter_name(row, 0), "days");
    CHECK_INT(adscp_finding_parameter_number(row, 0), 0);
    CHECK(adscp_finding_parameter_text(row, 0) == NULL);
    row = add(&list, FINDING_REDIRECT_NO_TARGET, (struct finding_what){0});
    CHECK_STR(adscp_finding_parameter_name(row, 0), "site");
    CHECK(adscp_finding_parameter_text(row, 0) == NULL);
    row = add(&list, FINDING_SCP_FIRST_OLDER_VERSION,
              (struct finding_what){.action = "proxy", .words = "; it passes"});
    CHECK_INT(adscp_finding_parameter_count(row), 3);
    CHECK_STR(adscp_finding_parameter_name(row, 2), "action");
    CHECK(strstr(finding_sentence(row), "proxy") == NULL);
    row = add(&list, FINDING_SCP_LOOKALIKE, (struct finding_what){0});
    CHECK_INT(adscp_finding_parameter_count(row), 0);
    finding_list_free(&list);
}

/* Every code is there, in small letters, once, and says something. */
static void test_codes(void)
{
    int i, k;

    for (i = 0; i < FINDING_CODE_COUNT; i++) {
        const char *name = finding_code_name((enum finding_code)i);
        struct adscp_finding row = {.code = (uint16_t)i};
        int severity = finding_severity(&row);

        CHECK_INT(strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-"),
                  strlen(name));
        CHECK(severity >= ADSCP_FINDING_SEVERITY_INFO &&
              severity <= ADSCP_FINDING_SEVERITY_ERROR);
        CHECK(strlen(finding_sentence(&row)) > 10);
        CHECK(strpbrk(finding_sentence(&row), "{}") == NULL);
        for (k = 0; k < adscp_finding_parameter_count(&row); k++)
            CHECK(adscp_finding_parameter_name(&row, k) != NULL);
        text_slot_free(&row.sentence);
        for (k = 0; k < i; k++)
            CHECK(strcmp(name, finding_code_name((enum finding_code)k)) != 0);
    }
}

static const struct test tests[] = {
    {"keywords are classified", test_keywords},
    {"comparison uses raw bytes", test_raw_bytes},
    {"values that differ by case share a name", test_names},
    {"twenty thousand keywords", test_many},
    {"SCPs join their servers", test_join},
    {"threads ask one DN", test_threads},
    {"directories, holders", test_directories},
    {"sentences", test_findings},
    {"what varies in a finding", test_parameters},
    {"codes", test_codes},
};

TEST_MAIN(tests)
