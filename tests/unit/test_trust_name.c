/* SPDX-License-Identifier: MIT */
/* Names as Windows compares them: the table of KB258858, and what results
 * recorded on Windows add to it. */
#include "test.h"

#include "trust_bench.h"

static struct certificate_name name_of(const char *text, size_t length)
{
    return (struct certificate_name){text, length, text};
}

static int match_pair(const char *name, const char *host, uint64_t *notesp)
{
    struct certificate_name entry = name_of(name, strlen(name));
    struct certificate_facts facts = {.dns_names = &entry,
                                      .dns_name_count = 1,
                                      .flags = CERTIFICATE_HAS_ALT_NAME};
    struct certificate_facts common = {.common_names = &entry,
                                       .common_name_count = 1};
    uint64_t notes = 0;
    int first = (int)trust_match(&facts, host, strlen(host), notesp);

    /* A common name alone is compared by the same rules. */
    CHECK_INT(trust_match(&common, host, strlen(host), &notes), first);
    return first;
}

struct name_row {
    const char *name, *host;
    int windows;
    int openssl; /* with its default flags; -1: not compared */
};

static const struct name_row kb258858[] = {
    {"www.example.com", "www.example.com", TRUST_NAME_YES, 1},
    {"www.example.com", "www.examPle.cOm", TRUST_NAME_YES, 1},
    {"Www.Example.com", "www.example.com", TRUST_NAME_YES, 1},
    {"*.example.com", "www.example.com", TRUST_NAME_YES, 1},
    {"w*.example.com", "www.example.com", TRUST_NAME_YES, 1},
    {"ww*.example.com", "www.example.com", TRUST_NAME_YES, 1},
    {"*www.example.com", "www.example.com", TRUST_NAME_NO, 1},
    {"*w.example.com", "www.example.com", TRUST_NAME_NO, 1},
    {"*ww.example.com", "www.example.com", TRUST_NAME_NO, 1},
    {"w*w.example.com", "www.example.com", TRUST_NAME_NO, 0},
    {"www.e*ample.com", "www.example.com", TRUST_NAME_NO, 0},
    {"www.*ample.com", "www.example.com", TRUST_NAME_NO, 0},
    {"www.ex*.com", "www.example.com", TRUST_NAME_NO, 0},
    {"www.*.com", "www.example.com", TRUST_NAME_NO, 0},
    {"*.com", "example.com", TRUST_NAME_NO, 0},
    {"*.*", "example.com", TRUST_NAME_NO, 0},
    {"*", "example", TRUST_NAME_NO, 0},
    {"*.abc.com", "www.example.abc.com", TRUST_NAME_NO, 0},
    {"a*.d*.example.com", "abc.def.example.com", TRUST_NAME_NO, 0},
    {"*.*.com.au", "www.example.com.au", TRUST_NAME_NO, 0},
    {"www.*.com.au", "www.example.com.au", TRUST_NAME_NO, 0},
};

/* What the article does not print. */
static const struct name_row further[] = {
    {"www.example.com", "www.example.com.", TRUST_NAME_YES, -1},
    {"www.example.com.", "www.example.com.", TRUST_NAME_NO, -1},
    {"www.example.com", "www.example.com..", TRUST_NAME_NO, -1},
    {"EX10", "ex10", TRUST_NAME_YES, -1},
    {"ex10.corp.example", "ex10", TRUST_NAME_NO, 0},
    {"ex10", "ex10.corp.example", TRUST_NAME_NO, 0},
    {"www*.example.com", "www.example.com", TRUST_NAME_MAYBE, -1},
    {"*.example.com", ".example.com", TRUST_NAME_NO, -1},
    {"*.example.com", "example.com", TRUST_NAME_NO, 0},
    {"wxyz*.example.com", "www.example.com", TRUST_NAME_NO, 0},
    {"*.example.com", "xn--80ak6aa92e.example.com", TRUST_NAME_YES, 1},
    {"x*.example.com", "xn--80ak6aa92e.example.com", TRUST_NAME_NO, 0},
    {"xn--80*.example.com", "xn--80ak6aa92e.example.com", TRUST_NAME_NO, 0},
    {"xn--80ak6aa92e.example.com", "xn--80ak6aa92e.example.com", TRUST_NAME_YES,
     1},
    {"www.example.com", "", TRUST_NAME_NO, -1},
    {"www.example.com", ".", TRUST_NAME_NO, -1},
    {".", "www.example.com", TRUST_NAME_NO, 0},
    {"w\xc3\xbcrst.example", "w\xc3\xbcrst.example", TRUST_NAME_NO, -1},
    {"www example.com", "www example.com", TRUST_NAME_NO, -1},
    {"www\x01.example.com", "www\x01.example.com", TRUST_NAME_NO, -1},
    {"**.example.com", "www.example.com", TRUST_NAME_NO, 0},
    {"w**.example.com", "www.example.com", TRUST_NAME_NO, 0},
    {"www.a*.example.com", "www.ab.example.com", TRUST_NAME_NO, 0},
    {"*.example.com.", "www.example.com", TRUST_NAME_NO, -1},
};

static int openssl_match(const char *name, const char *host)
{
    char san[128];
    struct made made;
    int result;

    snprintf(san, sizeof(san), "DNS:%s", name);
    made = MAKE(.san = san);
    result = X509_check_host(made.x509, host, strlen(host), 0, NULL);
    made_free(&made);
    return result;
}

static void check_names(const struct name_row *rows, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++) {
        uint64_t notes = 0;
        int failures = test_failures;

        CHECK_INT(match_pair(rows[i].name, rows[i].host, &notes),
                  rows[i].windows);
        if (rows[i].openssl >= 0)
            CHECK_INT(openssl_match(rows[i].name, rows[i].host),
                      rows[i].openssl);
        if (test_failures > failures)
            printf("# name \"%s\", host \"%s\"\n", rows[i].name, rows[i].host);
    }
}

static void test_kb258858(void)
{
    check_names(kb258858, sizeof(kb258858) / sizeof(kb258858[0]));
}

static void test_further_names(void)
{
    check_names(further, sizeof(further) / sizeof(further[0]));
}

static void test_name_notes(void)
{
    struct certificate_name names[3] = {
        name_of("www.example.com\0.evil.example", 29),
        name_of("w*.example.com", 14), name_of("a.example.com.", 14)};
    struct certificate_name common = name_of("b.test", 6);
    struct certificate_facts facts = {.dns_names = names,
                                      .dns_name_count = 3,
                                      .common_names = &common,
                                      .common_name_count = 1,
                                      .flags = CERTIFICATE_HAS_ALT_NAME};
    uint64_t notes = 0;

    CHECK_INT(trust_match(&facts, "www.example.com", 15, &notes),
              TRUST_NAME_YES);
    CHECK_INT(notes, bit(NOTE_ODD_NAME) | bit(NOTE_PARTIAL_WILDCARD) |
                         bit(NOTE_NAME_DOT));
    notes = 0;
    names[2] = name_of("www.example.com", 15); /* then the form is no matter */
    CHECK_INT(trust_match(&facts, "www.example.com", 15, &notes),
              TRUST_NAME_YES);
    CHECK_INT(notes, bit(NOTE_ODD_NAME));
    notes = 0;
    CHECK_INT(trust_match(&facts, "b.test", 6, &notes), TRUST_NAME_NO);
    CHECK_INT(notes, bit(NOTE_ODD_NAME) | bit(NOTE_COMMON_NAME));
    notes = 0;
    facts.dns_name_count = 1;
    CHECK_INT(trust_match(&facts, "www.example.com", 15, &notes),
              TRUST_NAME_NO);
}

/* What a certificate with these names makes of a host: DNS names and common
 * names, each list with blanks between, and one address. */
struct holder {
    const char *dns, *common, *address;
};

static size_t cut_words(char *text, struct certificate_name *names)
{
    size_t count = 0;
    char *word;

    for (word = strtok(text, " "); word != NULL; word = strtok(NULL, " "))
        names[count++] = name_of(word, strlen(word));
    return count;
}

static int match_holder(const struct holder *holder, const char *host,
                        uint64_t *notesp)
{
    struct certificate_name dns[4], common[4];
    char dns_text[128] = "", common_text[128] = "";
    const char *address = holder->address;
    struct certificate_facts facts = {.dns_names = dns,
                                      .common_names = common,
                                      .ip_addresses = &address,
                                      .ip_address_count = address != NULL};

    if (holder->dns != NULL)
        snprintf(dns_text, sizeof(dns_text), "%s", holder->dns);
    if (holder->common != NULL)
        snprintf(common_text, sizeof(common_text), "%s", holder->common);
    facts.dns_name_count = cut_words(dns_text, dns);
    facts.common_name_count = cut_words(common_text, common);
    return (int)trust_match(&facts, host, strlen(host), notesp);
}

/* Any common name counts unless a DNS name stands beside it. */
static void test_common_names(void)
{
    static const struct {
        struct holder holder;
        const char *host;
        int match;
    } rows[] = {
        {{NULL, "a.test", NULL}, "a.test", TRUST_NAME_YES},
        {{NULL, "a.test", "10.0.0.1"}, "a.test", TRUST_NAME_YES},
        {{NULL, "x b.test a.test", NULL}, "a.test", TRUST_NAME_YES},
        {{NULL, "x *.corp.test", "fd00::1"}, "a.corp.test", TRUST_NAME_YES},
        {{"b.test", "a.test", NULL}, "a.test", TRUST_NAME_NO},
        {{"b.test", "a.test", "10.0.0.1"}, "a.test", TRUST_NAME_NO},
        {{"b.test a.test", "x", NULL}, "a.test", TRUST_NAME_YES},
        {{NULL, NULL, "10.0.0.1"}, "a.test", TRUST_NAME_NO},
        {{NULL, NULL, NULL}, "a.test", TRUST_NAME_NO},
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint64_t notes = 0;

        CHECK_INT(match_holder(&rows[i].holder, rows[i].host, &notes),
                  rows[i].match);
        CHECK_INT(notes, rows[i].match == TRUST_NAME_NO &&
                                 rows[i].holder.common != NULL
                             ? bit(NOTE_COMMON_NAME)
                             : 0);
    }
}

static void test_addresses(void)
{
    static const struct {
        struct holder holder;
        const char *host;
        int match;
    } rows[] = {
        {{NULL, "x", "10.0.0.1"}, "10.0.0.1", TRUST_NAME_YES},
        {{"a.test", "x", "10.0.0.1"}, "10.0.0.1", TRUST_NAME_YES},
        {{NULL, "10.0.0.1", NULL}, "10.0.0.1", TRUST_NAME_YES},
        {{NULL, "x 10.0.0.1", "10.0.0.2"}, "10.0.0.1", TRUST_NAME_YES},
        {{"a.test", "10.0.0.1", NULL}, "10.0.0.1", TRUST_NAME_NO},
        {{"a.test", "10.0.0.1", "10.0.0.2"}, "10.0.0.1", TRUST_NAME_NO},
        {{NULL, "x", "10.0.0.2"}, "10.0.0.1", TRUST_NAME_NO},
        {{"10.0.0.1", "x", "10.0.0.2"}, "10.0.0.1", TRUST_NAME_MAYBE},
        {{"10.0.0.1", "x", "10.0.0.1"}, "10.0.0.1", TRUST_NAME_YES},
        {{NULL, "x", "fd00::1"}, "FD00:0::0:1", TRUST_NAME_YES},
        {{NULL, "fd00::1", NULL}, "fd00::1", TRUST_NAME_YES},
        {{"fd00::1", "x", NULL}, "fd00::1", TRUST_NAME_MAYBE},
        {{NULL, "*.0.0.1", NULL}, "10.0.0.1", TRUST_NAME_NO},
        {{NULL, "1*.0.0.1", "10.0.0.2"}, "10.0.0.1", TRUST_NAME_NO},
        {{"*.0.0.1", "x", NULL}, "10.0.0.1", TRUST_NAME_NO},
        {{"*.0.0.1 10.0.0.1", "x", NULL}, "10.0.0.1", TRUST_NAME_MAYBE},
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint64_t notes = 0;
        int failures = test_failures;

        CHECK_INT(match_holder(&rows[i].holder, rows[i].host, &notes),
                  rows[i].match);
        CHECK_INT((notes & bit(NOTE_IP_LITERAL)) != 0,
                  rows[i].match == TRUST_NAME_MAYBE);
        if (test_failures > failures)
            printf("# row %d\n", (int)i);
    }
}

static const struct test tests[] = {
    {"every form of KB258858", test_kb258858},
    {"forms that it does not print", test_further_names},
    {"notes on names", test_name_notes},
    {"common names", test_common_names},
    {"an address as the host", test_addresses},
};

TEST_MAIN(tests)
