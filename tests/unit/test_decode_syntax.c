/* SPDX-License-Identifier: MIT */
/* facts/decode: single values of attributes. */
#include "decode_world.h"

/* ---------------------------------------------------------------- syntax -- */

static void test_domain(void)
{
    static const struct {
        const char *dn, *domain;
    } rows[] = {
        {CONFIG, "contoso.com"},
        {"dc=a,dc=b", "a.b"},
        {"DC=a", "a"},
        {"CN=Configuration,CN={GUID}", NULL}, /* AD LDS */
        {"DC=x,CN=a,DC=b", "b"},
        {"CN=a\\,DC=b", NULL},
        {"CN=a\\\\,DC=b", "b"},
        {"DC=a,DC=,DC=c", NULL},
        {"DC=1234567,DC=12345678", NULL}, /* 16 bytes and the end */
        {"DC=123456,DC=12345678", "123456.12345678"},
        {"", NULL},
    };
    char out[16];
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        bool has = dn_domain(rows[i].dn, strlen(rows[i].dn), out, sizeof(out));

        CHECK_STR(has ? out : NULL, rows[i].domain);
    }
}

/* What a directory calls a deleted object or a conflict copy, and what only
 * looks like it. */
static void test_mangled(void)
{
#define GUID "6f9619ff-8b86-d011-b42d-00c04fc964ff"
    static const struct {
        const char *dn;
        bool deleted, conflict;
    } rows[] = {
        {"CN=A\\0ADEL:" GUID "," CONFIG, true, false},
        {"CN=A\\0aDEL:" GUID "," CONFIG, true, false},
        {"CN=A\nDEL:" GUID "," CONFIG, true, false},
        {"CN=A\\\\\\0ADEL:" GUID "," CONFIG, true, false},
        {"CN=B,CN=A\\0ADEL:" GUID "," CONFIG, true, false},
        {"CN=B,CN=A\\0ACNF:" GUID "," CONFIG, false, true},
        {"CN=A\\0ACNF:" GUID "\\0ADEL:" GUID ",DC=a", true, false},
        {"CN=A,CN=Deleted Objects,DC=a,DC=b", true, false},
        {"CN=A,cn=deleted objects," CONFIG, true, false},
        {"CN=A,CN=Deleted Objects,CN=Schema," CONFIG, true, false},
        {"CN=A,CN=Deleted Objects,OU=b,DC=a", false, false},
        {"CN=Deleted Objects,DC=a", false, false},
        {"CN=A\\,CN=Deleted Objects,DC=a", false, false},
        {"CN=A\\\\0ADEL:" GUID "," CONFIG, false, false},
        {"CN=A\\\\0ACNF:" GUID "," CONFIG, false, false},
        {"CN=A DEL:" GUID "," CONFIG, false, false},
        {"CN=A\\0ADEL:" GUID "x," CONFIG, false, false},
        {"CN=A\\0ADEL:6f9619ff," CONFIG, false, false},
        {"DEL:" GUID, false, false},
        {"\nDEL:" GUID, true, false},
        {"CN=A\\", false, false},
        {"", false, false},
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *dn = rows[i].dn;

        CHECK_INT(dn_is_deleted(dn, strlen(dn)), rows[i].deleted);
        CHECK_INT(dn_is_conflict(dn, strlen(dn)), rows[i].conflict);
    }
#undef GUID
}

static void test_time(void)
{
    static const struct {
        const char *text;
        int64_t seconds;
    } good[] = {
        {"19700101000000Z", 0},
        {"20100115103000.0Z", 1263551400},
        {"20100115103000Z", 1263551400},
        {"20100115103000,123Z", 1263551400},
        {"20100115103000.123456789Z", 1263551400},
        {"20100115113000.0+0100", 1263551400},
        {"20100115070000.0-0330", 1263551400},
        {"20000229235959.0Z", 951868799},
        {"20000301000000.0Z", 951868800},
        {"99981231235959.0Z", 253370764799},
        {"20380119031408.0Z", 2147483648},
    };
    static const char *const bad[] = {"",
                                      "2020",
                                      "20100115103000",
                                      "20100115103000.0",
                                      "20100115103000.Z",
                                      "201001151030Z",
                                      "2010011510Z",
                                      "20100115103000.0Zx",
                                      "20100115103000.0z",
                                      "20100115103000.0 Z",
                                      "00000101000000.0Z",
                                      "19691231235959.0Z",
                                      "99991231235959.0Z",
                                      "20100015103000.0Z",
                                      "20101315103000.0Z",
                                      "20100100103000.0Z",
                                      "20100231103000.0Z",
                                      "21000229000000.0Z",
                                      "20100115240000.0Z",
                                      "20100115106000.0Z",
                                      "20161231235960.0Z",
                                      "2010-01-15 10:30",
                                      "-0100115103000.0Z",
                                      "+0100115103000.0Z",
                                      "20100115103000.0+1400",
                                      "20100115103000.0+01",
                                      "20100115103000.0+0160",
                                      "20100115103000.0+0100Z",
                                      "19700101000000.0+0100",
                                      "20100115103000.1234567890Z"};
    char many[512];
    int64_t seconds;
    size_t i;

    for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        seconds = -1;
        CHECK(decode_time(good[i].text, strlen(good[i].text), &seconds));
        CHECK_INT(seconds, good[i].seconds);
    }
    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        seconds = -7;
        if (decode_time(bad[i], strlen(bad[i]), &seconds))
            printf("# taken for a time: %s\n", bad[i]);
        CHECK_INT(seconds, -7);
    }
    snprintf(many, sizeof(many), "20100115103000.%0400dZ", 0);
    CHECK(!decode_time(many, strlen(many), &seconds));
    CHECK(!decode_time("20100115103000\0Z", 16, &seconds));
}

static void test_number(void)
{
    static const struct {
        const char *text;
        int64_t number;
    } rows[] = {
        {"0", 0},
        {"1912832083", 1912832083},
        {"007", 7},
        {"999999999999999999", INT64_C(999999999999999999)},
        {"1000000000000000000", -7},
        {"99999999999999999999999", -7},
        {"", -7},
        {"-1", -7},
        {"+1", -7},
        {" 1", -7},
        {"1 ", -7},
        {"1.0", -7},
        {"0x1", -7},
        {"1e3", -7},
        {"\xD9\xA1", -7},
    };
    int64_t number;
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        number = -7;
        CHECK_INT(decode_number(rows[i].text, strlen(rows[i].text), &number),
                  rows[i].number >= 0);
        CHECK_INT(number, rows[i].number);
    }
    CHECK(!decode_number("1\0", 2, &number));
}

static void test_rdn(void)
{
    static const struct {
        const char *dn;
        const char *value;
    } rows[] = {
        {"CN=HQ,CN=Sites", "HQ"},
        {"cn=HQ", "HQ"},
        {"CN=Lab.2+OU=x,DC=a", "Lab.2"},
        {"CN=a\\,b\\+c\\\\,DC=a", "a,b+c\\"},
        {"CN=Z\\C3\\BCrich,DC=a", "Z\xC3\xBCrich"},
        {"CN=10.0.0.0/8\\0ACNF:x,DC=a", "10.0.0.0/8\nCNF:x"},
        {"CN=a=b,DC=a", "a=b"},
        {"CN=\\#1,DC=a", "#1"},
        {"CN=,DC=a", ""},
    };
    static const char *const bad[] = {
        "", "CN", "=HQ", ",CN=HQ", "CN=#0401,DC=a", "CN=a\\"};
    char out[64];
    size_t length, i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        CHECK(decode_first_rdn(rows[i].dn, strlen(rows[i].dn), out, sizeof(out),
                               &length));
        CHECK_STR(out, rows[i].value);
        CHECK_INT(length, strlen(rows[i].value));
    }
    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        CHECK(!decode_first_rdn(bad[i], strlen(bad[i]), out, sizeof(out),
                                &length));
    CHECK(decode_first_rdn("CN=HQ", 5, out, 3, &length));
    CHECK(!decode_first_rdn("CN=HQ", 5, out, 2, &length));
    CHECK(!decode_first_rdn("CN=", 3, out, 0, &length));
    CHECK(decode_first_rdn("CN=a\\00b", 8, out, sizeof(out), &length));
    CHECK_INT(length, 3);
}

/* The examples of [MS-ADTS] 6.1.1.2.2.2.1, and others. */
static void test_subnet(void)
{
    static const char *const good[] = {
        "10.0.0.0/8",  "10.1.7.0/24",   "10.1.7.1/32",
        "128.0.0.0/2", "2001:db8::/32", "2001:DB8::1/64",
        "::/1",        "fe80::/10",     "2001:db8:0:1:1:1:1:1/128",
        "::1/128"};
    static const char *const bad[] = {"",
                                      "/",
                                      "10.0.0.0",
                                      "10.0.0.0/",
                                      "10.0.0.0/0",
                                      "10.0.0.0/08",
                                      "10.0.0.0/33",
                                      "10.0.0.0/8/8",
                                      "10.0.0.0/+8",
                                      "10.0.0.0/ 8",
                                      "10.010.0.0/16",
                                      "10.0.0/8",
                                      "010.0.0.0/8",
                                      "10.0.0.1/8",
                                      "255.255.255.0/24",
                                      "255.255.255.255/32",
                                      "x/8",
                                      "2001:db8::/0",
                                      "2001:db8::/129",
                                      "2001:0db8::/32",
                                      "2001:db8:0:0:0:0:0:0/32",
                                      "2001:db8::0/32",
                                      "2001:db8/32",
                                      "10.0.0.0/4294967304",
                                      "2001:db8:0:1::/064",
                                      "::ffff:a00:0/104"};
    struct adscp_subnet subnet;
    size_t i;

    for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        subnet.state = SUBNET_CONFLICT;
        CHECK(decode_subnet(good[i], strlen(good[i]), &subnet));
        CHECK_INT(subnet.state, SUBNET_VALID);
    }
    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        subnet.state = SUBNET_VALID;
        if (decode_subnet(bad[i], strlen(bad[i]), &subnet))
            printf("# taken for a subnet: %s\n", bad[i]);
        CHECK_INT(subnet.state, SUBNET_INVALID);
    }
    CHECK(decode_subnet("10.1.6.0/23", 11, &subnet));
    CHECK_INT(subnet.family, 4);
    CHECK_INT(subnet.prefix, 23);
    CHECK(memcmp(subnet.address, "\x0A\x01\x06\x00", 4) == 0);
    CHECK(decode_subnet("2001:db8::ffff/33", 17, &subnet));
    CHECK_INT(subnet.family, 6);
    CHECK(memcmp(subnet.address, "\x20\x01\x0D\xB8\0\0\0\0\0\0\0\0\0\0\0\0",
                 16) == 0);
    CHECK(!decode_subnet("10.0.0.0/8\nCNF:1", 16, &subnet));
    CHECK_INT(subnet.state, SUBNET_CONFLICT);
    CHECK(!decode_subnet("10.0.0.0\0/8", 11, &subnet));
}

static void test_range(void)
{
    static const struct {
        const char *text;
        uint32_t next;
        size_t base;
    } rows[] = {
        {"keywords", 0, 8},
        {"keywords;range=0-1499", 1500, 8},
        {"KEYWORDS;RANGE=1500-*", 0, 8},
        {"keywords;lang-de;range=5-9;x", 10, 8},
        {"keywords;range=9-5", 0, 8},
        {"keywords;range=-5", 0, 8},
        {"keywords;range=0-", 0, 8},
        {"keywords;range=0-99999999999999999999", 0, 8},
        {"keywords;range=0-9x", 0, 8},
        {"keywords;", 0, 8},
        {";range=0-1", 2, 0},
        {"", 0, 0},
    };
    size_t base, i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        CHECK_INT(decode_range_next(rows[i].text, strlen(rows[i].text), &base),
                  rows[i].next);
        CHECK_INT(base, rows[i].base);
    }
}

static const struct test tests[] = {
    {"times", test_time},
    {"numbers", test_number},
    {"first RDNs", test_rdn},
    {"the domain of a DN", test_domain},
    {"subnet names", test_subnet},
    {"range options", test_range},
    {"deleted objects and conflict copies", test_mangled},
};

TEST_MAIN(tests)
