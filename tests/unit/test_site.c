/* SPDX-License-Identifier: MIT */
/*
 * The client's site: told, or from its address by the forest's subnets.
 */
#include "judge/directory/subnets.h"
#include "make_forest.h"
#include "test.h"

static void check_address(int line, const char *text, int family,
                          const char *bytes, size_t length)
{
    struct site_address address;
    bool ok = site_parse_address(text, &address);

    test_report_int(ok ? address.family : 0, family, __FILE__, line, text);
    if (ok)
        test_report_int(memcmp(address.bytes, bytes, length), 0, __FILE__, line,
                        text);
}

#define CHECK_ADDRESS(text, family, bytes)                                     \
    check_address(__LINE__, (text), (family), (bytes), sizeof(bytes) - 1)

static void addresses(void)
{
    CHECK_ADDRESS("10.1.2.3", 4, "\x0A\x01\x02\x03");
    CHECK_ADDRESS("::ffff:10.1.2.3", 4, "\x0A\x01\x02\x03\0\0");
    CHECK_ADDRESS("2001:DB8::1", 6, "\x20\x01\x0D\xB8\0\0\0\0\0\0\0\0\0\0\0\1");
    CHECK_ADDRESS("fe80::1%eth0", 6, "\xFE\x80");
    CHECK_ADDRESS("10.1.2", 0, "");
    CHECK_ADDRESS("10.01.2.3", 0, "");
    CHECK_ADDRESS("10.1.2.3/8", 0, "");
    CHECK_ADDRESS("", 0, "");
    CHECK_ADDRESS("%eth0", 0, "");
    CHECK_ADDRESS("fe80::1%", 0, "");
    CHECK_ADDRESS("10.1.2.3%eth0", 0, "");
    CHECK_ADDRESS("1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb:cccc",
                  0, "");
}

static struct adscp_forest *make_sites(void)
{
    struct make make = {0};

    make_directory(&make, NULL);
    make_site(&make, "HQ");
    make_site(&make, "Branch");
    make_site(&make, "Lab");
    make_subnet(&make, "10.0.0.0/8", "hq");
    make_subnet(&make, "10.1.0.0/16", "Branch");
    make_subnet(&make, "10.1.2.0/25", "Lab");
    make_subnet(&make, "10.2.0.0/16", NULL);
    make_subnet(&make, "2001:db8::/32", "HQ");
    make_subnet(&make, "2001:db8:1::/48", "Gone");
    make_subnet(&make, "10.1.2.3/8", "Lab");
    make_subnet(&make,
                "10.9.0.0/16\\0ACNF:8d7b5c7e-0000-4000-8000-000000000001",
                "Lab");
    return make_done(&make);
}

static void check_site(int line, const adscp_forest *forest, const char *site,
                       const char *address, const char *expected, int source)
{
    adscp_prediction *prediction =
        ask(forest, (struct asks){.site = site, .address = address});

    test_report_str(adscp_prediction_site(prediction), expected, __FILE__, line,
                    "site");
    test_report_int(adscp_prediction_site_source(prediction), source, __FILE__,
                    line, "source");
    test_report_int(count_findings(prediction, "client-site-unknown"),
                    expected == NULL, __FILE__, line, "client-site-unknown");
    adscp_prediction_free(prediction);
}

#define CHECK_SITE(...) check_site(__LINE__, __VA_ARGS__)

enum {
    NONE = ADSCP_PREDICTION_SITE_SOURCE_NONE,
    GIVEN = ADSCP_PREDICTION_SITE_SOURCE_GIVEN,
    ADDRESS = ADSCP_PREDICTION_SITE_SOURCE_ADDRESS,
    DIRECTORY = ADSCP_PREDICTION_SITE_SOURCE_DIRECTORY
};

static void longest_prefix(void)
{
    struct adscp_forest *forest = make_sites();

    CHECK_SITE(forest, NULL, "10.200.0.1", "HQ", ADDRESS);
    CHECK_SITE(forest, NULL, "10.1.200.1", "Branch", ADDRESS);
    CHECK_SITE(forest, NULL, "10.1.2.127", "Lab", ADDRESS);
    CHECK_SITE(forest, NULL, "10.1.2.128", "Branch", ADDRESS);
    CHECK_SITE(forest, NULL, "::ffff:10.1.2.127", "Lab", ADDRESS);
    CHECK_SITE(forest, NULL, "2001:db8:2::1%eth0", "HQ", ADDRESS);
    CHECK_SITE(forest, NULL, "2001:db8:1::1", "Gone", ADDRESS);
    CHECK_SITE(forest, NULL, "10.2.0.1", NULL, NONE);
    CHECK_SITE(forest, NULL, "192.0.2.1", NULL, NONE);
    CHECK_SITE(forest, NULL, "a01:203::1", NULL, NONE);
    CHECK_SITE(forest, NULL, NULL, NULL, NONE);
    /* the conflict object holds nobody */
    CHECK_SITE(forest, NULL, "10.9.0.1", "HQ", ADDRESS);
    adscp_forest_free(forest);
}

/* What subnets_find() should find. */
static size_t count_holding(const struct directory *directory,
                            const struct site_address *address, unsigned length,
                            const struct adscp_subnet **firstp)
{
    size_t count = 0, i;
    unsigned bit;

    for (i = directory->subnet_count; i-- > 0;) {
        const struct adscp_subnet *row = &directory->subnets[i];

        for (bit = 0; bit < length; bit++)
            if (((row->address[bit / 8] ^ address->bytes[bit / 8]) >>
                     (7 - bit % 8) &
                 1) != 0)
                break;
        if (row->state != SUBNET_VALID || row->family != address->family ||
            row->prefix != length || bit < length)
            continue;
        *firstp = row;
        count++;
    }
    return count;
}

static void compare_all(const struct adscp_forest *forest,
                        const struct subnets *subnets, const char *text)
{
    const struct adscp_subnet *const *rows, *first = NULL;
    struct site_address address;
    unsigned length;

    CHECK(site_parse_address(text, &address));
    for (length = 0; length <= subnets_longest(&address); length++) {
        size_t count = subnets_find(subnets, &address, length, &rows);

        CHECK_INT((int64_t)count,
                  (int64_t)count_holding(forest->directories[0], &address,
                                         length, &first));
        if (count > 0)
            CHECK(rows[0] == first);
    }
}

/* Every length, at and beside the ends of prefixes; two of one prefix, and bits
 * behind it. */
static void every_length(void)
{
    static const char *const addresses[] = {
        "0.0.0.0",  "10.0.0.0", "10.0.0.1",        "10.255.255.255",
        "11.0.0.0", "9.9.9.9",  "255.255.255.255", "::",
        "2001::",   "2001::1",  "2001:0:ffff::",   "ffff::ffff"};
    struct make make = {0};
    struct adscp_forest *forest;
    struct forest_index *forest_index;
    const struct subnets *subnets = NULL;
    char name[64];
    size_t i;

    make_directory(&make, NULL);
    for (i = 0; i <= 128; i++) {
        snprintf(name, sizeof(name), "2001::%s/%zu", i % 2 ? "1" : "", i);
        make_subnet(&make, name, "A");
        snprintf(name, sizeof(name), "%s.0.0.0/%zu", i < 7 ? "0" : "10", i);
        make_subnet(&make, name, "B");
        snprintf(name, sizeof(name), "2001::/%zu", i);
        make_subnet(&make, name, "C");
    }
    forest = make_done(&make);
    forest_index = forest_index_new(forest);
    CHECK_INT(subnets_read(forest_index, &subnets), ADSCP_OK);
    for (i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++)
        compare_all(forest, subnets, addresses[i]);
    forest_index_release(forest_index);
    adscp_forest_free(forest);
}

static void told(void)
{
    struct adscp_forest *forest = make_sites();
    adscp_prediction *prediction;

    CHECK_SITE(forest, "hQ", "10.1.2.3", "hQ", GIVEN);
    CHECK_SITE(forest, "", NULL, NULL, NONE);
    prediction = ask(forest, (struct asks){.site = "hQ"});
    CHECK_INT(count_findings(prediction, "client-site-missing"), 0);
    adscp_prediction_free(prediction);
    forest->directories[0]->complete = false;
    prediction = ask(forest, (struct asks){.site = "Paris"});
    CHECK_STR(adscp_prediction_site(prediction), "Paris");
    CHECK_INT(count_findings(prediction, "client-site-missing"), 1);
    adscp_prediction_free(prediction);
    adscp_forest_free(forest);
}

/* The site that was told counts; what the address says of it is a finding. */
static void told_and_address(void)
{
    static const struct {
        const char *site, *address, *code;
    } rows[] = {
        {"hQ", "10.200.0.1", NULL},
        {"Branch", "10.200.0.1", "client-site-stale"},
        {"Paris", "10.200.0.1", "client-site-stale"},
        {"gone", "2001:db8:1::1", NULL},
        {"HQ", "2001:db8:1::1", "client-site-stale"},
        {"HQ", "192.0.2.1", "client-address-no-subnet"},
        {"HQ", "10.2.0.1", "client-subnet-no-site"},
    };
    static const char *const codes[] = {"client-site-stale",
                                        "client-address-no-subnet",
                                        "client-subnet-no-site"};
    struct adscp_forest *forest = make_sites();
    size_t i, j;

    forest->directories[0]->complete = false;
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        adscp_prediction *prediction =
            ask(forest, (struct asks){.site = rows[i].site,
                                      .address = rows[i].address});

        CHECK_STR(adscp_prediction_site(prediction), rows[i].site);
        CHECK_STR(adscp_prediction_address(prediction), rows[i].address);
        for (j = 0; j < sizeof(codes) / sizeof(codes[0]); j++)
            CHECK_INT(count_findings(prediction, codes[j]),
                      rows[i].code != NULL &&
                          strcmp(rows[i].code, codes[j]) == 0);
        adscp_prediction_free(prediction);
    }
    adscp_forest_free(forest);
}

static void subnet_findings(void)
{
    struct adscp_forest *forest = make_sites();
    adscp_prediction *prediction =
        ask(forest, (struct asks){.address = "10.1.2.3"});

    CHECK_INT(count_findings(prediction, "client-subnet-shadowed"), 2);
    CHECK(strncmp(adscp_finding_dn(
                      finding_of(prediction, "client-subnet-shadowed", 0)),
                  "CN=10.0.0.0/8,", 14) == 0);
    CHECK_INT(count_findings(prediction, "subnet-invalid"), 1);
    CHECK_INT(count_findings(prediction, "subnet-conflict"), 1);
    adscp_prediction_free(prediction);
    prediction = ask(forest, (struct asks){.address = "10.2.0.1"});
    CHECK_INT(count_findings(prediction, "client-subnet-no-site"), 1);
    CHECK_INT(count_findings(prediction, "client-subnet-shadowed"), 1);
    adscp_prediction_free(prediction);
    prediction = ask(forest, (struct asks){.address = "2001:db8:1::1"});
    CHECK_INT(count_findings(prediction, "client-site-missing"), 1);
    adscp_prediction_free(prediction);
    prediction = ask(forest, (struct asks){.address = "192.0.2.1"});
    CHECK_INT(count_findings(prediction, "client-address-no-subnet"), 1);
    CHECK_INT(count_findings(prediction, "client-site-missing"), 0);
    CHECK_STR(adscp_prediction_address(prediction), "192.0.2.1");
    adscp_prediction_free(prediction);
    adscp_forest_free(forest);
}

/* [MS-ADTS] 6.3.3.2: the only site holds every client, whatever subnets say; a
 * conflict object is no site. */
static void only_site(void)
{
    struct make make = {0};
    struct adscp_forest *forest;

    make_directory(&make, NULL);
    make_site(&make, "Default-First-Site-Name");
    make_site(&make, "Other\\0ACNF:8d7b5c7e-0000-4000-8000-000000000002");
    make_subnet(&make, "10.0.0.0/8", "Elsewhere");
    forest = make_done(&make);
    CHECK_SITE(forest, NULL, "10.1.2.3", "Default-First-Site-Name", ADDRESS);
    CHECK_SITE(forest, NULL, "192.0.2.1", "Default-First-Site-Name", ADDRESS);
    CHECK_SITE(forest, NULL, NULL, NULL, NONE);
    forest->directories[0]->first_hand = true;
    CHECK_SITE(forest, NULL, NULL, "Default-First-Site-Name", DIRECTORY);
    CHECK_SITE(forest, "", NULL, NULL, NONE);
    adscp_forest_free(forest);
}

/* What the server answered comes after what the caller told, and counts. */
static void server_answer(void)
{
    struct adscp_forest *forest = make_sites();
    adscp_prediction *prediction;

    forest->client_site = "hq";
    CHECK_SITE(forest, NULL, NULL, "hq", DIRECTORY);
    CHECK_SITE(forest, "Branch", NULL, "Branch", GIVEN);
    CHECK_SITE(forest, NULL, "10.1.2.127", "Lab", ADDRESS);
    CHECK_SITE(forest, "", NULL, NULL, NONE);
    forest->client_site = "Paris";
    prediction = ask(forest, (struct asks){0});
    CHECK_INT(count_findings(prediction, "client-site-missing"), 1);
    adscp_prediction_free(prediction);
    forest->client_site = "";
    CHECK_SITE(forest, NULL, NULL, NULL, NONE);
    prediction = ask(forest, (struct asks){0});
    CHECK_INT(count_findings(prediction, "client-site-none"), 1);
    adscp_prediction_free(prediction);
    adscp_forest_free(forest);
}

/* The sentence about a question that is refused; "": it is answered. */
static void check_refused(int line, const adscp_forest *forest,
                          const char *site, const char *expected)
{
    adscp_predictor *predictor = adscp_predictor_new();
    adscp_prediction *prediction = NULL;

    CHECK_INT(adscp_predictor_set_forest(predictor, forest), ADSCP_OK);
    CHECK_INT(adscp_predictor_set_site(predictor, site), ADSCP_OK);
    test_report_int(adscp_predictor_predict(predictor, &prediction),
                    expected[0] != '\0' ? ADSCP_E_ARGUMENT : ADSCP_OK, __FILE__,
                    line, "code");
    test_report_str(adscp_predictor_error_detail(predictor), expected, __FILE__,
                    line, "detail");
    test_report_int(prediction == NULL, expected[0] != '\0', __FILE__, line,
                    "no prediction");
    adscp_prediction_free(prediction);
    /* The predictor answers the next question. */
    CHECK_INT(adscp_predictor_set_site(predictor, NULL), ADSCP_OK);
    CHECK_INT(adscp_predictor_predict(predictor, &prediction), ADSCP_OK);
    adscp_prediction_free(prediction);
    adscp_predictor_free(predictor);
}

#define CHECK_REFUSED(forest, site, expected)                                  \
    check_refused(__LINE__, forest, site, expected)
#define NO_SITE(name) "the forest has no site \"" name "\": "

static void wrong_site(void)
{
    static const char list[] = "Branch;HQ";
    struct adscp_forest *forest = make_sites();

    CHECK_REFUSED(forest, "hQ", "");
    CHECK_REFUSED(forest, "", "");
    CHECK_REFUSED(
        forest, "branhc",
        NO_SITE("branhc") "its sites are \"Branch\", \"HQ\", \"Lab\"");
    CHECK_REFUSED(forest, " HQ",
                  NO_SITE(" HQ") "its sites are \"HQ\", "
                                 "\"Lab\", \"Branch\"");
    CHECK_REFUSED(
        forest, "HQ,Lab",
        NO_SITE(
            "HQ,Lab") "a client is in one site: ask for each site separately; "
                      "its sites are \"HQ\", \"Lab\", \"Branch\"");
    CHECK_REFUSED(forest, list,
                  NO_SITE("Branch;HQ") "a client is in one site: ask for each "
                                       "site separately; its sites are "
                                       "\"Branch\", \"Lab\", \"HQ\"");
    CHECK_REFUSED(
        forest, "cn=lab,CN=Sites,CN=Configuration,DC=x",
        NO_SITE(
            "cn=lab,CN=Sites,CN=Configuration,DC=x") "that is a DN: give the "
                                                     "site's name alone; its "
                                                     "sites are \"Lab\", "
                                                     "\"HQ\", \"Branch\"");
    CHECK_REFUSED(
        forest, "Site=HQ",
        NO_SITE("Site=HQ") "that is a keyword: give the site's name alone; its "
                           "sites are \"HQ\", \"Lab\", \"Branch\"");
    forest->directories[0]->complete = false;
    CHECK_REFUSED(forest, "branhc", "");
    adscp_forest_free(forest);
}

/* Of many sites a few are named, and long or hostile names do not push the
 * sentence out of its room. */
static void many_sites(void)
{
    char name[80], longest[200];
    struct make make = {0};
    struct adscp_forest *forest;
    adscp_predictor *predictor = adscp_predictor_new();
    adscp_prediction *prediction = NULL;
    const char *detail;
    int i;

    make_directory(&make, NULL);
    for (i = 0; i < 45; i++) {
        snprintf(name, sizeof(name), "Site-%02d", i);
        make_site(&make, name);
    }
    make_site(&make, "Old\\0ACNF:8d7b5c7e-0000-4000-8000-000000000002");
    forest = make_done(&make);
    CHECK_REFUSED(
        forest, "Site-7",
        NO_SITE(
            "Site-7") "its sites are "
                      "\"Site-07\", \"Site-17\", \"Site-27\", \"Site-37\", "
                      "\"Site-00\", \"Site-01\", \"Site-02\", \"Site-03\" (and "
                      "37 more)");
    adscp_forest_free(forest);

    make = (struct make){0};
    make_directory(&make, NULL);
    for (i = 0; i < 9; i++) {
        memset(name, 'a' + i, 70);
        name[70] = '\0';
        make_site(&make, name);
    }
    forest = make_done(&make);
    memset(longest, 'i', sizeof(longest) - 1);
    longest[sizeof(longest) - 1] = '\0';
    CHECK_INT(adscp_predictor_set_forest(predictor, forest), ADSCP_OK);
    CHECK_INT(adscp_predictor_set_site(predictor, longest), ADSCP_OK);
    CHECK_INT(adscp_predictor_predict(predictor, &prediction),
              ADSCP_E_ARGUMENT);
    detail = adscp_predictor_error_detail(predictor);
    CHECK(strstr(detail, "its sites are \"iiii") != NULL);
    CHECK(strstr(detail, "b\" (and 6 more)") != NULL);
    adscp_predictor_free(predictor);
    adscp_forest_free(forest);
}

/* Where no site was read, none is missing. */
static void no_sites(void)
{
    struct make make = {0};
    struct adscp_forest *forest;
    adscp_prediction *prediction;

    make_directory(&make, NULL);
    make_scp(&make, "A", NULL, "2010", "A");
    forest = make_done(&make);
    CHECK_REFUSED(forest, "Paris", "");
    prediction = ask(forest, (struct asks){.site = "Paris"});
    CHECK_STR(adscp_prediction_site(prediction), "Paris");
    CHECK_INT(count_findings(prediction, "sites-not-read"), 1);
    adscp_prediction_free(prediction);
    adscp_forest_free(forest);
}

static const struct test tests[] = {
    {"a site that there is not", wrong_site},
    {"one of many sites", many_sites},
    {"no site at all", no_sites},
    {"addresses", addresses},
    {"longest prefix", longest_prefix},
    {"every length", every_length},
    {"a site that was told", told},
    {"a site that was told, and an address", told_and_address},
    {"findings about subnets", subnet_findings},
    {"the only site", only_site},
    {"the server's answer", server_answer},
};

TEST_MAIN(tests)
