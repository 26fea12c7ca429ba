/* SPDX-License-Identifier: MIT */
/* Servers that setup has just finished with. */
#include "test.h"

#include "make_forest.h"

/* 2026-01-08T12:00:00Z, a week after the first of the year. */
enum { DAY = 86400, NOON = 1767873600, TEXT_MAX = 2048 };

#define DEFAULT(name)                                                          \
    "https://" name ".contoso.com/Autodiscover/Autodiscover.xml"

static void put(struct make *make, const char *name, const char *keywords,
                const char *created, const char *url)
{
    make_server(make, name, name, "HQ");
    make_scp(make, name, keywords, created, url);
}

static int found(struct make *make, int64_t time, const char *code,
                 char text[TEXT_MAX])
{
    struct adscp_forest *forest = make_done(make);
    adscp_prediction *prediction = ask(forest, (struct asks){.time = time});
    const adscp_finding *finding = finding_of(prediction, code, 0);
    int count = count_findings(prediction, code);

    text[0] = '\0';
    if (finding != NULL)
        snprintf(text, TEXT_MAX, "%s", adscp_finding_text(finding));
    adscp_prediction_free(prediction);
    adscp_forest_free(forest);
    return count;
}

/* One server with the default URL, created at this time. */
static int fresh(const char *created, int64_t time)
{
    struct make make = {0};
    char text[TEXT_MAX];

    make_directory(&make, NULL);
    put(&make, "ex1.contoso.com", NULL, created, DEFAULT("ex1"));
    return found(&make, time, "scp-fresh-default", text);
}

static void a_week(void)
{
    CHECK_INT(fresh("20260108115959.0Z", NOON), 1);
    CHECK_INT(fresh("20260108120000.0Z", NOON), 1);
    CHECK_INT(fresh("20260108120001.0Z", NOON), 0); /* not yet there */
    CHECK_INT(fresh("20260101120000.0Z", NOON), 1);
    CHECK_INT(fresh("20260101115959.0Z", NOON), 0);
    CHECK_INT(fresh(NULL, NOON), 0);
    CHECK_INT(fresh("nonsense", NOON), 0);
    CHECK_INT(fresh("20260108115959.0Z", -1), 0); /* nobody said which day */
    CHECK_INT(fresh("19700102000000.0Z", 2 * DAY), 1);
    CHECK_INT(fresh("20260108115959.0Z", INT64_MAX), 0);
}

/* Whoever has been configured is not fresh, however new he is. */
static void configured(void)
{
    static const char *const urls[] = {
        "https://mail.contoso.com/Autodiscover/Autodiscover.xml",
        "http://ex1.contoso.com/Autodiscover/Autodiscover.xml",
        "https://ex1.contoso.com/other.xml", NULL};
    size_t i;

    for (i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
        struct make make = {0};
        char text[TEXT_MAX];

        make_directory(&make, NULL);
        put(&make, "ex1.contoso.com", NULL, "20260108000000.0Z", urls[i]);
        CHECK_INT(found(&make, NOON, "scp-fresh-default", text), 0);
    }
}

/* The sites whose clients it takes: those that no older SCP serves. */
static void first_of_sites(void)
{
    struct make make = {0};
    char text[TEXT_MAX];

    make_directory(&make, NULL);
    put(&make, "ex1.contoso.com", "Site=HQ", "2015", DEFAULT("ex1"));
    put(&make, "ex2.contoso.com", "Site=HQ|Site=Lab|Site=Far|Site=|Site= x",
        "20260107000000.0Z", DEFAULT("ex2"));
    put(&make, "ex3.contoso.com", "Site=Lab|Site=HQ", "20260108000000.0Z",
        DEFAULT("ex3"));
    CHECK_INT(found(&make, NOON, "scp-fresh-first", text), 1);
    CHECK(strstr(text, "of Lab, Far") != NULL);
    CHECK(strstr(text, "HQ") == NULL);
    CHECK(strstr(text, " x") == NULL); /* a blank matches nobody */
}

static void no_site_of_its_own(void)
{
    struct make make = {0};
    char text[TEXT_MAX];

    make_directory(&make, NULL);
    put(&make, "ex1.contoso.com", "Site=HQ", "2015", DEFAULT("ex1"));
    put(&make, "ex2.contoso.com", "Site=HQ", "20260107000000.0Z",
        DEFAULT("ex2"));
    put(&make, "ex3.contoso.com", NULL, "20260107000000.0Z", DEFAULT("ex3"));
    CHECK_INT(found(&make, NOON, "scp-fresh-first", text), 0);
}

/* Two of one second: the first that the directory gives. One without a date is
 * behind every other. */
static void ties(void)
{
    struct make make = {0};
    char text[TEXT_MAX];

    make_directory(&make, NULL);
    put(&make, "ex1.contoso.com", "Site=HQ", NULL, DEFAULT("ex1"));
    put(&make, "ex2.contoso.com", "Site=HQ", "20260107000000.0Z",
        DEFAULT("ex2"));
    put(&make, "ex3.contoso.com", "Site=HQ", "20260107000000.0Z",
        DEFAULT("ex3"));
    CHECK_INT(found(&make, NOON, "scp-fresh-first", text), 1);
}

/* Very many sites, with very long names: five are told, the rest counted, and
 * names that do not fit are left out. */
static void many_sites(void)
{
    struct make make = {0};
    char keywords[16384], text[TEXT_MAX], name[300];
    size_t used = 0;
    int i;

    memset(name, 'x', sizeof(name));
    name[sizeof(name) - 1] = '\0';
    for (i = 0; i < 40; i++)
        used += (size_t)snprintf(keywords + used, sizeof(keywords) - used,
                                 "%sSite=%d%s", i > 0 ? "|" : "", i, name);
    make_directory(&make, NULL);
    put(&make, "ex1.contoso.com", keywords, "20260107000000.0Z",
        DEFAULT("ex1"));
    CHECK_INT(found(&make, NOON, "scp-fresh-first", text), 1);
    CHECK(strstr(text, "of 0xxx") != NULL);
    CHECK(strstr(text, "(and 39 more)") != NULL);
}

static const struct test tests[] = {
    {"within a week", a_week},
    {"configured already", configured},
    {"the first of some sites", first_of_sites},
    {"the first of none", no_site_of_its_own},
    {"ties", ties},
    {"many sites", many_sites},
};

TEST_MAIN(tests)
