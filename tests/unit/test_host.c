/* SPDX-License-Identifier: MIT */
/* facts/host and facts/mail: what a host and a mail address are called. */
#include "test.h"

#include <arpa/inet.h>

#include "facts/host.h"
#include "facts/mail.h"
#include "facts/sightings.h"

#define LABEL_16 "a23456789abcdefg"
#define LABEL_63 LABEL_16 LABEL_16 LABEL_16 "a23456789abcdef"
#define COUNT(rows) (sizeof(rows) / sizeof(rows[0]))

static void test_names(void)
{
    static const char *const names[] = {
        "a",     "EX01",    "ex-1_a.corp.example",   "a-",
        "_ldap", "1.2.3.4", "xn--zrich-kva.example", LABEL_63};
    static const char *const others[] = {"",
                                         ".",
                                         "a.",
                                         ".a",
                                         "a..b",
                                         "-a",
                                         "a.-b",
                                         "a b",
                                         "a%20b",
                                         "a/b",
                                         "z\xC3\xBC.example",
                                         "::1",
                                         "a@b.c",
                                         "a\\b",
                                         LABEL_63 "h"};
    char longest[256];
    size_t i;

    for (i = 0; i < COUNT(names); i++)
        CHECK(host_is_name(span_of(names[i])));
    for (i = 0; i < COUNT(others); i++)
        CHECK(!host_is_name(span_of(others[i])));
    CHECK(!host_is_name((struct span){"a\0b", 3}));
    for (i = 0; i < 254; i++)
        longest[i] = i % 64 == 63 ? '.' : 'A';
    CHECK(host_is_name((struct span){longest, 253}));
    CHECK(!host_is_name((struct span){longest, 254}));
}

/* One dot at the end, and the case of letters, change nothing. */
static void test_same(void)
{
    CHECK(host_equal(span_of("mail.x.example."), span_of("MAIL.x.example")));
    CHECK(host_equal(span_of("mail.x.example."), span_of("mail.x.example.")));
    CHECK(!host_equal(span_of("mail.x.example.."), span_of("mail.x.example")));
    CHECK(!host_equal(span_of("mail.x.example"), span_of("mail.y.example")));
    CHECK(host_is(span_of("EX1."), "ex1") && !host_is(span_of("EX1."), NULL));
    CHECK(host_hash(span_of("EX1.")) == host_hash(span_of("ex1")));
    CHECK(host_is_in(span_of("a.b.example."), "B.example"));
    CHECK(host_is_in(span_of("b.example"), "b.example"));
    CHECK(!host_is_in(span_of("ab.example"), "b.example"));
    CHECK(!host_is_in(span_of("example"), "b.example"));
}

static void test_table(void)
{
    struct table hosts;
    const uint32_t *value;

    CHECK_INT(table_init(&hosts, TABLE_ASCII, 1), 0);
    CHECK(table_value(&hosts, "mail.x.example",
                      host_hash(span_of("mail.x.example.")), 7) != NULL);
    value = host_get(&hosts, span_of("Mail.X.Example."));
    CHECK(value != NULL && *value == 7);
    CHECK(host_get(&hosts, span_of("mail.x.example..")) == NULL);
    table_clear(&hosts);
}

/* A host that is asked for with its dot was seen, whoever writes it how. */
static void test_sightings(void)
{
    struct adscp_sightings *seen = sightings_new();
    const struct sighted_host *host;

    CHECK(sightings_add(seen, "mail.x.example.", 443) != NULL);
    CHECK(sightings_add(seen, "MAIL.x.example", 443) != NULL);
    CHECK(sightings_add(seen, "mail.x.example", 444) != NULL);
    CHECK_INT(sightings_freeze(seen), 0);
    CHECK_INT(seen->host_count, 2);
    host = sightings_find(seen, "mail.X.example", 14, 443);
    CHECK(host != NULL && host->count == 2);
    CHECK(sightings_find(seen, "mail.x.example.", 15, 443) == host);
    CHECK(sightings_find(seen, "x.example.", 10, 443) == NULL);
    sightings_release(seen);
}

static void test_addresses(void)
{
    static const struct {
        const char *text;
        const char *usual;
    } rows[] = {{"192.0.2.1", "192.0.2.1"},
                {"2001:DB8:0:0::1", "2001:db8::1"},
                {"::ffff:192.0.2.1", "::ffff:192.0.2.1"},
                {"192.0.2.01", NULL},
                {"192.0.2", NULL},
                {"[::1]", NULL},
                {"ex1", NULL},
                {"", NULL},
                {"1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa", NULL}};
    char text[HOST_ADDRESS_TEXT_MAX];
    struct in_addr v4;
    size_t i;

    for (i = 0; i < COUNT(rows); i++) {
        bool is_one = host_address_text(span_of(rows[i].text), text);

        CHECK(is_one == (rows[i].usual != NULL));
        CHECK(host_is_address(span_of(rows[i].text)) == is_one);
        CHECK_STR(is_one ? text : NULL, rows[i].usual);
    }
    CHECK(!host_address((struct span){"192.0.2.1\0", 10}, AF_INET, &v4));
    CHECK(!host_address(span_of("::1"), AF_INET, &v4));
    CHECK(host_address(span_of("127.0.0.1"), AF_INET, &v4));
    CHECK_INT(ntohl(v4.s_addr), INADDR_LOOPBACK);
}

static void test_odd(void)
{
    static const char *const internal[] = {
        "mail.contoso.local", "MAIL.LAN.",  "a.internal",
        "a.home.arpa",        "a.corp",     "a.home",
        "a.private",          "a.intranet", "a.localdomain",
        "a.localhost",        "a.invalid"};
    static const char *const public[] = {
        "local",     "a.locals",   "a.arpa", "", "mylocal", "corp.example.test",
        "a.example", "xhome.arpa", "."};
    size_t i;

    for (i = 0; i < COUNT(internal); i++)
        CHECK(host_is_internal(span_of(internal[i])));
    for (i = 0; i < COUNT(public); i++)
        CHECK(!host_is_internal(span_of(public[i])));
    CHECK(host_is_short(span_of("CAS01")));
    CHECK(host_is_short(span_of("cas01.")));
    CHECK(!host_is_short(span_of("cas01.contoso.com")));
    CHECK(!host_is_short(span_of("::1")));
    CHECK(!host_is_short(span_of("")));
    CHECK(host_is_microsoft(span_of("autodiscover-s.outlook.com.")));
    CHECK(host_is_microsoft(span_of("OFFICE365.com")));
    CHECK(!host_is_microsoft(span_of("notoutlook.com")));
    CHECK(!host_is_microsoft(span_of("outlook.com.example")));
}

static void test_mail(void)
{
    static const char *const others[] = {
        "",      "ann",           "@b.example", "ann@",
        "a@b@c", "a b@c.example", "a@b c",      "a@b\x01.example"};
    struct span address;
    size_t i;

    CHECK_STR(mail_domain("ann@corp.example"), "corp.example");
    CHECK_STR(mail_domain("a@z\xC3\xBCrich.example"), "z\xC3\xBCrich.example");
    for (i = 0; i < COUNT(others); i++)
        CHECK_STR(mail_domain(others[i]), NULL);
    CHECK(mail_proxy(span_of("SMTP:a@b.example"), &address));
    CHECK_STR(address.text, "a@b.example");
    CHECK(!mail_proxy(span_of("X500:/o=Corp"), &address));
    CHECK_STR(mail_target("smtp:a@b.example"), "a@b.example");
    CHECK_STR(mail_target("SMTP:a@z\xC3\xBCrich.example"),
              "a@z\xC3\xBCrich.example");
    CHECK_STR(mail_target(NULL), NULL);
    CHECK_STR(mail_target("a@b.example"), NULL);
    CHECK_STR(mail_target("SMTP:a\\x00@b.example"), NULL);
    CHECK_STR(mail_target("SMTP:a@b.example/x"), NULL);
    CHECK_STR(mail_target("SMTP:ann"), NULL);
}

static void test_private(void)
{
    static const char *const ours[] = {
        "10.1.2.3",    "172.16.0.1", "172.31.255.1", "192.168.1.1", "127.0.0.1",
        "169.254.1.1", "100.64.0.1", "fd00::1",      "fe80::1",     "::1"};
    static const char *const others[] = {"192.0.2.1",   "172.32.0.1",
                                         "100.128.0.1", "11.0.0.1",
                                         "2001:db8::1", "::2"};
    size_t i;

    for (i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
        CHECK(host_is_private(span_of(ours[i])));
    for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        CHECK(!host_is_private(span_of(others[i])));
}

static const struct test tests[] = {
    {"what is a host name", test_names},
    {"two names of one host", test_same},
    {"a table finds a host with its dot", test_table},
    {"a host with its dot was seen", test_sightings},
    {"addresses and their usual spelling", test_addresses},
    {"short, internal and Microsoft's hosts", test_odd},
    {"mail addresses and their domains", test_mail},
    {"private addresses", test_private},
};

TEST_MAIN(tests)
