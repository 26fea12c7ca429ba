/* SPDX-License-Identifier: MIT */
/* facts/decode: entries to rows, and the syntax of single values. */
#include "test.h"

#include <stdlib.h>

#include "base/hash.h"
#include "facts/decode/decode.h"
#include "facts/dn.h"
#include "facts/finding.h"

#define URL_GUID "77378F46-2C66-4aa9-A6A6-3E7A48B19596"
#define POINTER_GUID "67661D7F-8FC4-4fa7-BFAC-E1D7794C1F68"
#define CONFIG "CN=Configuration,DC=contoso,DC=com"
#define SERVERS ",CN=Servers,CN=Group,CN=Services," CONFIG
#define SCP_DN "CN=EX1,CN=Autodiscover,CN=Protocols,CN=EX1" SERVERS

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

/* --------------------------------------------------------------- entries -- */

struct world {
    struct adscp_forest *forest;
    struct directory *directory;
    struct decoder *decoder;
};

static struct world begin(void)
{
    struct world world = {.forest = forest_new()};

    world.directory = forest_add_directory(world.forest, NULL);
    world.decoder = decoder_new(world.forest, world.directory);
    return world;
}

static void finish(struct world *world)
{
    CHECK_INT(decoder_finish(world->decoder), ADSCP_OK);
    decoder_free(world->decoder);
    CHECK_INT(forest_freeze(world->forest, NULL), ADSCP_OK);
}

static void end(struct world *world)
{
    finish(world);
    forest_release(world->forest);
}

/* Feed one entry: lines of "attribute: value", as in an export. */
static void feed(struct world *world, enum entry_kind kind, const char *dn,
                 const char *lines)
{
    struct decoder *decoder = world->decoder;

    CHECK_INT(decoder_begin(decoder, kind, dn, strlen(dn), "f:1"), ADSCP_OK);
    while (*lines != '\0') {
        size_t name = strcspn(lines, ":");
        const char *value = lines + name + 1;
        size_t length = strcspn(value, "\n");

        if (decoder_attribute(decoder, lines, name))
            CHECK_INT(decoder_value(decoder, value, length), ADSCP_OK);
        lines = value + length + (value[length] == '\n');
    }
    CHECK_INT(decoder_end(decoder), ADSCP_OK);
}

static int notes(const struct world *world, enum finding_code code)
{
    size_t i;
    int count = 0;

    for (i = 0; i < world->directory->notes.count; i++)
        count += world->directory->notes.rows[i].code == code;
    return count;
}

static void test_scp(void)
{
    struct world world = begin();
    const struct adscp_scp *scp;

    feed(&world, ENTRY_SCP, SCP_DN,
         "serviceClassName:ms-Exchange-AutoDiscover-Service\n"
         "KEYWORDS:" URL_GUID "\n"
         "serviceBindingInformation:LDAP://x\n"
         "cn:ignored\n"
         "serviceBindingInformation;x:https://mail.contoso.com/Autodiscover/"
         "Autodiscover.xml\n"
         "whenCreated:20100115103000.0Z\n"
         "keywords;lang-de:Site=HQ\n"
         "serviceBindingInformation:http://b/\n");
    finish(&world);
    CHECK_INT(world.directory->scp_count, 1);
    scp = &world.directory->scps[0];
    CHECK_STR(scp_dn(scp), SCP_DN);
    CHECK_INT(scp->created, 1263551400);
    CHECK_STR(world.forest->texts[scp->class_name],
              "ms-Exchange-AutoDiscover-Service");
    CHECK_INT(scp->keyword_count, 2);
    CHECK_STR(scp_keyword(scp, 1)->text, "Site=HQ");
    CHECK_INT(scp->binding_count, 3);
    CHECK_STR(scp_binding(scp, 0), "LDAP://x");
    CHECK_STR(scp_binding(scp, 2), "http://b/");
    CHECK_INT(scp->first_http, 1);
    CHECK_INT(scp->url_hash,
              hash_ascii(scp_binding(scp, 1), strlen(scp_binding(scp, 1))));
    CHECK_INT(scp->flags, SCP_URL | SCP_SITE | SCP_SITE_EXACT | SCP_HTTP |
                              SCP_URL_ODD | SCP_UNDER_SERVERS);
    CHECK(scp_has(scp, KEYWORD_SITE, forest_find_name(world.forest, "hq", 2)));
    CHECK(
        !scp_has(scp, KEYWORD_DOMAIN, forest_find_name(world.forest, "hq", 2)));
    CHECK(!scp_has(scp, KEYWORD_SITE, NAME_NONE));
    CHECK_STR(world.directory->config_dn, CONFIG);
    CHECK_INT(world.directory->notes.count, 0);
    forest_release(world.forest);
}

/* Which URLs and keywords are odd. */
static void test_scp_flags(void)
{
    enum { URL_FLAGS = SCP_HTTP | SCP_URL_ODD };
    static const struct {
        const char *lines;
        uint32_t flags;
    } rows[] = {
        {"serviceBindingInformation:https://a.b/autodiscover/autodiscover.xml",
         SCP_HTTP},
        {"serviceBindingInformation:https://a.b/", URL_FLAGS},
        {"serviceBindingInformation:https://a.b:443/autodiscover/"
         "autodiscover.xml",
         URL_FLAGS},
        {"serviceBindingInformation:http://a.b/autodiscover/autodiscover.xml",
         URL_FLAGS},
        {"serviceBindingInformation:https://a/autodiscover/autodiscover.xml",
         URL_FLAGS},
        {"serviceBindingInformation:https://a.local/autodiscover/"
         "autodiscover.xml",
         URL_FLAGS},
        {"serviceBindingInformation:https://1.2.3.4/autodiscover/"
         "autodiscover.xml",
         URL_FLAGS},
        {"serviceBindingInformation:ftp://a.b/", SCP_URL_ODD},
        {"serviceBindingInformation:nonsense", SCP_URL_ODD},
        {"serviceBindingInformation:", 0},
        {"serviceBindingInformation:https://a.b/\x1B",
         SCP_URL_ODD | SCP_UNCLEAN},
        {"whenCreated:2020", SCP_CREATED_ODD},
        {"keywords:Site=", SCP_SITE | SCP_SITE_EXACT | SCP_KEYWORD_ODD},
        {"keywords:SITE=HQ", SCP_SITE | SCP_KEYWORD_ODD},
        {"keywords:Site= HQ", SCP_SITE | SCP_SITE_EXACT | SCP_KEYWORD_ODD},
        {"keywords:Domain=a", SCP_DOMAIN | SCP_KEYWORD_ODD},
        {"keywords:x", SCP_KEYWORD_ODD},
        {"keywords:" POINTER_GUID, SCP_POINTER},
        {"keywords:D3614C7C-D214-4F1F-BD4C-00D91C67F93F", SCP_LOOKALIKE},
        {"serviceClassName:x\xFF", SCP_UNCLEAN},
    };
    struct world world = begin();
    char lines[512];
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        snprintf(lines, sizeof(lines), "keywords:" URL_GUID "\n%s",
                 rows[i].lines);
        feed(&world, ENTRY_SCP, "CN=x,CN=Services," CONFIG, lines);
    }
    finish(&world);
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        CHECK_INT(world.directory->scps[i].flags, rows[i].flags | SCP_URL);
    CHECK_INT(notes(&world, FINDING_TEXT_ESCAPED), 2);
    CHECK(world.directory->notes.rows[0].scp == &world.directory->scps[10]);
    forest_release(world.forest);
}

static void test_neighbours(void)
{
    struct world world = begin();
    const struct adscp_scp *scps;

    feed(&world, ENTRY_SCP, SCP_DN, "keywords:" URL_GUID "\nkeywords:Site=A\n");
    feed(&world, ENTRY_SCP, "CN=EX2,CN=EX2" SERVERS,
         "keywords:" URL_GUID "\nkeywords:Site=A\n");
    feed(&world, ENTRY_SCP, "CN=p,CN=Services," CONFIG,
         "keywords:" POINTER_GUID "\n");
    feed(&world, ENTRY_SCP, "CN=EX3,CN=EX3" SERVERS,
         "keywords:" URL_GUID "\nkeywords:Site=A\n");
    finish(&world);
    scps = world.directory->scps;
    CHECK(scps[0].keywords == scps[1].keywords);
    CHECK_INT(scps[0].dn_tail, scps[1].dn_tail);
    CHECK_INT(scps[0].dn_tail, scps[3].dn_tail);
    CHECK(scps[2].dn_tail != scps[0].dn_tail);
    CHECK_INT(scps[2].keyword_count, 1);
    CHECK_STR(scp_keyword(&scps[3], 1)->text, "Site=A");
    CHECK_STR(scp_dn(&scps[3]), "CN=EX3,CN=EX3" SERVERS);
    CHECK_INT(world.forest->keyword_count, 3);
    forest_release(world.forest);
}

static void test_by_class(void)
{
    struct world world = begin();

    feed(&world, ENTRY_BY_CLASS, "CN=1,CN=Services," CONFIG,
         "keywords:" URL_GUID "\nobjectClass:top\n"
         "objectClass:SERVICECONNECTIONPOINT\n");
    feed(&world, ENTRY_BY_CLASS, "CN=2,CN=Services," CONFIG,
         "keywords:" URL_GUID "\n");
    feed(&world, ENTRY_BY_CLASS, "CN=3,CN=Services," CONFIG,
         "keywords:" URL_GUID "\nobjectClass:container\n");
    feed(&world, ENTRY_BY_CLASS, "CN=4,CN=Services," CONFIG,
         "keywords:other\nobjectClass:serviceConnectionPoint\n");
    feed(&world, ENTRY_BY_CLASS, "CN=EX1" SERVERS,
         "networkAddress:netbios:EX1\nobjectClass:msExchExchangeServer\n"
         "networkAddress:NCACN_ip_tcp:ex1.contoso.com\n"
         "msExchServerSite:CN=HQ,CN=Sites," CONFIG "\n");
    feed(&world, ENTRY_BY_CLASS, "CN=array" SERVERS,
         "objectClass:msExchExchangeServer\n"
         "objectClass:msExchClientAccessArray\n");
    feed(&world, ENTRY_BY_CLASS, "CN=transport" SERVERS,
         "objectClass:msExchExchangeTransportServer\n"
         "objectClass:msExchExchangeServer\n");
    feed(&world, ENTRY_BY_CLASS, "CN=HQ,CN=Sites," CONFIG,
         "objectClass:top\nobjectClass:site\n");
    feed(&world, ENTRY_BY_CLASS, "CN=10.1.0.0/16,CN=Subnets," CONFIG,
         "objectClass:subnet\nsiteObject:CN=hq,CN=Sites," CONFIG "\n");
    feed(&world, ENTRY_BY_CLASS, "",
         "configurationNamingContext:" CONFIG
         "\ndnsHostName:dc1.contoso.com\n");
    finish(&world);
    CHECK_INT(world.directory->scp_count, 2);
    CHECK_INT(world.directory->server_count, 1);
    CHECK_STR(world.directory->servers[0].name, "EX1");
    CHECK_STR(world.directory->servers[0].fqdn, "ex1.contoso.com");
    CHECK_STR(world.directory->servers[0].site, "HQ");
    CHECK_INT(world.directory->site_count, 1);
    CHECK_INT(world.directory->subnet_count, 1);
    CHECK_STR(world.directory->subnets[0].name, "10.1.0.0/16");
    CHECK_STR(world.directory->subnets[0].site, "HQ"); /* by its object */
    CHECK_INT(world.directory->subnets[0].site_id,
              world.directory->sites[0].id);
    CHECK_INT(world.directory->servers[0].site_name,
              world.directory->sites[0].id);
    CHECK_STR(world.directory->server, "dc1.contoso.com");
    CHECK_INT(world.directory->notes.count, 0);
    forest_release(world.forest);
}

static void test_versions(void)
{
    static const struct {
        const char *lines;
        const char *name;
        int revision;
        int disagree;
    } rows[] = {
        /* both, one, none */
        {"versionNumber:1912832083\nserialNumber:Version 8.3 (Build 30083.6)",
         "Exchange 2007 SP3", 6, 0},
        {"versionNumber:1912832083", "Exchange 2007 SP3", -1, 0},
        {"serialNumber:Version 8.3 (Build 30083.6)", "Exchange 2007 SP3", 6, 0},
        {"", NULL, -1, 0},
        {"versionNumber:\nserialNumber:", NULL, -1, 0},
        {"VERSIONNUMBER:1912832083", "Exchange 2007 SP3", -1, 0},
        /* The revision alone tells the preview of 2016 from its release. */
        {"versionNumber:1942061281\n"
         "serialNumber:Version 15.1 (Build 30225.16)",
         "Exchange 2016 Preview", 16, 0},
        {"versionNumber:1942061281", "Exchange 2016 RTM", -1, 0},
        /* 2003 stores the bare build. */
        {"versionNumber:6944\nserialNumber:Version 6.5 (Build 6944.4)",
         "Exchange 2003 or older", 4, 0},
        {"versionNumber:6944\nserialNumber:Version 6.5 (Build 7638.2)",
         "Exchange 2003 or older", -1, 1},
        /* versionNumber is believed. */
        {"versionNumber:1942063563\nserialNumber:Version 14.3 (Build 30123.4)",
         "Exchange 2016 CU23", -1, 1},
        {"versionNumber:1942063563\nserialNumber:Version 15.1 (Build 32506.6)",
         "Exchange 2016 CU23", -1, 1},
        {"versionNumber:1917321216\nserialNumber:Version 15.1 (Build 32507.6)",
         NULL, -1, 1},
        /* Of several, the one that agrees, or the first that can be read. */
        {"versionNumber:1942063563\nserialNumber:Version 14.3 (Build 30123.4)\n"
         "serialNumber:Version 15.1 (Build 32507.6)",
         "Exchange 2016 CU23", 6, 0},
        {"serialNumber:none\nserialNumber:Version 14.3 (Build 30123.4)\n"
         "serialNumber:Version 15.1 (Build 32507.6)",
         "Exchange 2010 SP3", 4, 0},
        /* What cannot be read tells nothing. */
        {"versionNumber:1942063563\nserialNumber:15.1", "Exchange 2016 CU23",
         -1, 0},
        {"versionNumber:fifteen\nserialNumber:Version 15.1 (Build 32507.6)",
         "Exchange 2016 CU23", 6, 0},
        {"versionNumber:0\nserialNumber:\x1B[31m", NULL, -1, 0},
        {"versionNumber:-1\nserialNumber:Version 15", NULL, -1, 0},
        {"versionNumber:99999999999999999999", NULL, -1, 0},
        {"versionNumber:2147483648", NULL, -1, 0},
    };
    enum { COUNT = sizeof(rows) / sizeof(rows[0]) };
    struct world world = begin();
    const struct adscp_server *servers;
    char dn[128];
    int i, disagree = 0;

    for (i = 0; i < COUNT; i++) {
        snprintf(dn, sizeof(dn), "CN=EX%d" SERVERS, i);
        feed(&world, ENTRY_EXCHANGE, dn, rows[i].lines);
        disagree += rows[i].disagree;
    }
    finish(&world);
    CHECK_INT(notes(&world, FINDING_SERVER_VERSION_DISAGREE), disagree);
    servers = world.directory->servers;
    CHECK_INT(world.directory->server_count, COUNT);
    CHECK_INT(world.directory->notes.count, disagree);
    for (i = 0; i < COUNT; i++) {
        CHECK_STR(servers[i].version_name, rows[i].name);
        CHECK_INT(servers[i].version.revision, rows[i].revision);
    }
    CHECK_STR(servers[0].name, "EX0");
    CHECK(servers[0].version_name == servers[1].version_name);
    forest_release(world.forest);
}

static void check_disagree(int line, const struct world *world, size_t index,
                           const char *dn, const char *version,
                           const char *serial_version)
{
    const struct adscp_finding *note = &world->directory->notes.rows[index];

    test_report_str(note->dn, dn, __FILE__, line, "dn");
    test_report_str(adscp_finding_parameter_text(note, 0), version, __FILE__,
                    line, "version");
    test_report_str(adscp_finding_parameter_text(note, 1), serial_version,
                    __FILE__, line, "serial version");
}

/* Both are named so that they can be told apart; a server that is left out is
 * not told of. */
static void test_versions_disagree(void)
{
    struct world world = begin();

    feed(&world, ENTRY_ROOT, "", "configurationNamingContext:" CONFIG "\n");
    feed(&world, ENTRY_EXCHANGE, "CN=X,CN=Configuration,DC=evil,DC=com",
         "versionNumber:1937997947\n"
         "serialNumber:Version 15.2 (Build 32562.17)\n");
    feed(&world, ENTRY_EXCHANGE, "CN=A" SERVERS,
         "versionNumber:1937997947\n"
         "serialNumber:Version 15.2 (Build 32562.17)\n");
    feed(&world, ENTRY_EXCHANGE, "CN=B" SERVERS,
         "versionNumber:6944\nserialNumber:Version 6.5 (Build 7638.2)\n");
    feed(&world, ENTRY_EXCHANGE, "CN=C" SERVERS,
         "versionNumber:1917321216\n"
         "serialNumber:Version 65535.65535 (Build 65535.65535)\n");
    finish(&world);
    CHECK_INT(notes(&world, FINDING_ENTRY_OUTSIDE), 1);
    CHECK_INT(notes(&world, FINDING_SERVER_VERSION_DISAGREE), 3);
    check_disagree(__LINE__, &world, 1, "CN=A" SERVERS,
                   "Exchange 2010 SP3 (14.3.123)",
                   "Exchange SE RTM (15.2.2562)");
    check_disagree(__LINE__, &world, 2, "CN=B" SERVERS,
                   "Exchange 2003 or older (build 6944)",
                   "Exchange 2003 or older (6.5.7638)");
    check_disagree(__LINE__, &world, 3, "CN=C" SERVERS,
                   "an unknown version (9.8.0)",
                   "newer than Exchange SE (65535.65535.35535)");
    forest_release(world.forest);
}

static void test_unasked(void)
{
    struct world world = begin();

    feed(&world, ENTRY_SCP, SCP_DN, "keywords:none of ours\n");
    feed(&world, ENTRY_SCP, SCP_DN, "");
    feed(&world, ENTRY_SITE_OR_SUBNET, "CN=x," CONFIG, "objectClass:top\n");
    feed(&world, ENTRY_EXCHANGE, "x" SERVERS, "");
    /* These carry the server's class too, so a search brings them. */
    feed(&world, ENTRY_EXCHANGE, "CN=array,CN=Arrays" SERVERS,
         "objectClass:msExchExchangeServer\n"
         "objectClass:msExchClientAccessArray\n");
    feed(&world, ENTRY_EXCHANGE, "CN=Transport,CN=EX1" SERVERS,
         "objectClass:msExchExchangeTransportServer\n"
         "objectClass:msExchExchangeServer\n");
    finish(&world);
    CHECK_INT(world.directory->scp_count, 0);
    CHECK_INT(world.directory->server_count, 0);
    CHECK_INT(notes(&world, FINDING_ENTRY_UNASKED), 3);
    CHECK_INT(notes(&world, FINDING_ENTRY_REFUSED), 1);
    CHECK_STR(world.directory->notes.rows[0].dn, SCP_DN);
    forest_release(world.forest);
}

static void test_nul(void)
{
    struct world world = begin();
    struct decoder *decoder = world.decoder;

    CHECK_INT(decoder_begin(decoder, ENTRY_SCP, "CN=a\0b," CONFIG,
                            7 + strlen(CONFIG), NULL),
              ADSCP_OK);
    CHECK(!decoder_attribute(decoder, "keywords", 8));
    CHECK_INT(decoder_end(decoder), ADSCP_OK);
    CHECK_INT(decoder_begin(decoder, ENTRY_SCP, SCP_DN, strlen(SCP_DN), NULL),
              ADSCP_OK);
    CHECK(decoder_attribute(decoder, "keywords", 8));
    decoder_value(decoder, URL_GUID "\0x", 38);
    decoder_value(decoder, POINTER_GUID, 36);
    CHECK(decoder_attribute(decoder, "serviceBindingInformation", 25));
    decoder_value(decoder, "https://good\0.evil/", 19);
    CHECK_INT(decoder_end(decoder), ADSCP_OK);
    finish(&world);
    CHECK_INT(world.directory->scp_count, 1);
    CHECK_INT(world.directory->scps[0].flags, SCP_POINTER | SCP_KEYWORD_ODD |
                                                  SCP_URL_ODD | SCP_UNCLEAN |
                                                  SCP_UNDER_SERVERS);
    CHECK_STR(scp_binding(world.directory->scps, 0), "https://good\\x00.evil/");
    CHECK_INT(notes(&world, FINDING_ENTRY_REFUSED), 1);
    CHECK_STR(world.directory->notes.rows[0].dn, "CN=a\\x00b," CONFIG);
    forest_release(world.forest);
}

static void test_duplicates(void)
{
    struct world world = begin();
    int i;

    for (i = 0; i < 2; i++) {
        feed(&world, ENTRY_BY_CLASS,
             i == 0 ? "CN=x,CN=EX1" SERVERS : "cn=X,CN=ex1" SERVERS,
             "objectClass:serviceConnectionPoint\nkeywords:" URL_GUID "\n");
        feed(&world, ENTRY_BY_CLASS, "CN=HQ,CN=Sites," CONFIG,
             "objectClass:site\n");
        feed(&world, ENTRY_BY_CLASS, "CN=EX1" SERVERS,
             "objectClass:msExchExchangeServer\n");
        feed(&world, ENTRY_BY_CLASS, "CN=10.0.0.0/8,CN=Subnets," CONFIG,
             "objectClass:subnet\n");
    }
    finish(&world);
    CHECK_INT(world.directory->scp_count, 1);
    CHECK_INT(world.directory->site_count, 1);
    CHECK_INT(world.directory->server_count, 1);
    CHECK_INT(world.directory->subnet_count, 1);
    CHECK_INT(notes(&world, FINDING_ENTRY_DUPLICATE), 4);
    CHECK_STR(adscp_finding_parameter_text(&world.directory->notes.rows[0], 0),
              "f:1");
    forest_release(world.forest);
}

static void test_ranges(void)
{
    struct world world = begin();
    const struct adscp_scp *scps;

    feed(&world, ENTRY_BY_CLASS, SCP_DN,
         "objectClass:serviceConnectionPoint\nkeywords;range=0-1:Site=A\n"
         "keywords;range=0-1:Site=B\nwhenCreated:20100115103000.0Z\n");
    feed(&world, ENTRY_BY_CLASS, "CN=2,CN=2" SERVERS,
         "objectClass:serviceConnectionPoint\nkeywords;range=0-0:" URL_GUID
         "\nkeywords;range=1-*:Site=C\n");
    feed(&world, ENTRY_BY_CLASS, "CN=3,CN=3" SERVERS,
         "objectClass:serviceConnectionPoint\nkeywords;range=0-0:" URL_GUID);
    feed(&world, ENTRY_BY_CLASS, SCP_DN, "keywords;range=2-2:Site=D\n");
    feed(&world, ENTRY_BY_CLASS, SCP_DN,
         "keywords;range=3-*:" URL_GUID
         "\nserviceBindingInformation:https://a.b/\n");
    /* Nothing is open there any more. */
    feed(&world, ENTRY_BY_CLASS, SCP_DN,
         "objectClass:serviceConnectionPoint\nkeywords;range=4-*:" URL_GUID);
    finish(&world);
    scps = world.directory->scps;
    CHECK_INT(world.directory->scp_count, 3);
    CHECK_STR(scp_dn(&scps[0]), SCP_DN);
    CHECK_INT(scps[0].keyword_count, 4);
    CHECK_STR(scp_keyword(&scps[0], 2)->text, "Site=D");
    CHECK_INT(scps[0].flags & (SCP_URL | SCP_RANGE_OPEN), SCP_URL);
    CHECK_INT(scps[0].created, 1263551400);
    CHECK_INT(scps[0].binding_count, 1);
    CHECK_INT(scps[1].keyword_count, 2);
    CHECK((scps[1].flags & SCP_RANGE_OPEN) == 0);
    CHECK((scps[2].flags & SCP_RANGE_OPEN) != 0);
    CHECK_INT(notes(&world, FINDING_RANGE_INCOMPLETE), 1);
    CHECK_INT(notes(&world, FINDING_ENTRY_DUPLICATE), 1);
    CHECK(!world.directory->complete);
    forest_release(world.forest);
}

static void test_too_many(void)
{
    enum { MANY = 131072 + 5 };
    struct world world = begin();
    struct decoder *decoder = world.decoder;
    char text[32];
    char *texts = malloc(MANY * sizeof(text));
    int i;

    decoder_begin(decoder, ENTRY_SCP, SCP_DN, strlen(SCP_DN), NULL);
    decoder_attribute(decoder, "keywords", 8);
    decoder_value(decoder, URL_GUID, 36);
    decoder_attribute(decoder, "serviceBindingInformation", 25);
    for (i = 0; i < MANY; i++) {
        char *at = texts + (size_t)i * sizeof(text);

        snprintf(at, sizeof(text), "https://h%d.b/", i);
        CHECK_INT(decoder_value(decoder, at, strlen(at)), ADSCP_OK);
    }
    CHECK_INT(decoder_end(decoder), ADSCP_OK);
    finish(&world);
    free(texts);
    CHECK_INT(world.directory->scps[0].binding_count, 131072);
    CHECK_STR(scp_binding(world.directory->scps, 131071), "https://h131071.b/");
    CHECK((world.directory->scps[0].flags & SCP_RANGE_OPEN) != 0);
    CHECK_INT(notes(&world, FINDING_RANGE_INCOMPLETE), 1);
    CHECK_STR(adscp_finding_parameter_text(&world.directory->notes.rows[0], 0),
              "serviceBindingInformation");
    forest_release(world.forest);
}

static void test_places(void)
{
    struct world world = begin();
    uint32_t first, second;

    CHECK_INT(decoder_reserve(world.decoder, &first), ADSCP_OK);
    feed(&world, ENTRY_SCP, "CN=2,CN=2" SERVERS, "keywords:" URL_GUID "\n");
    CHECK_INT(decoder_reserve(world.decoder, &second), ADSCP_OK);
    feed(&world, ENTRY_SCP, "CN=4,CN=4" SERVERS, "keywords:" URL_GUID "\n");
    decoder_use_place(world.decoder, first);
    feed(&world, ENTRY_SCP, "CN=1,CN=1" SERVERS, "keywords:" URL_GUID "\n");
    feed(&world, ENTRY_SCP, "CN=5,CN=5" SERVERS, "keywords:" URL_GUID "\n");
    finish(&world);
    CHECK_INT(world.directory->scp_count, 4);
    CHECK_STR(world.directory->scps[0].dn_head, "CN=1,CN=1");
    CHECK_STR(world.directory->scps[1].dn_head, "CN=2,CN=2");
    CHECK_STR(world.directory->scps[2].dn_head, "CN=4,CN=4");
    CHECK_STR(world.directory->scps[3].dn_head, "CN=5,CN=5");
    forest_release(world.forest);
}

static void test_outside(void)
{
    struct world world = begin();
    size_t i;

    feed(&world, ENTRY_BY_CLASS, "",
         "configurationNamingContext:cn=configuration,dc=CONTOSO,dc=com\n");
    feed(&world, ENTRY_BY_CLASS, "CN=1,CN=Configuration,DC=evil,DC=com",
         "keywords:" URL_GUID "\n");
    feed(&world, ENTRY_BY_CLASS, SCP_DN, "keywords:" URL_GUID "\n");
    feed(&world, ENTRY_BY_CLASS, "CN=s,DC=contoso,DC=com",
         "objectClass:site\n");
    feed(&world, ENTRY_BY_CLASS, "CN=s,xCN=Configuration,DC=contoso,DC=com",
         "objectClass:site\n");
    feed(&world, ENTRY_BY_CLASS, "CN=s,CN=Sites," CONFIG, "objectClass:site\n");
    finish(&world);
    CHECK_INT(world.directory->scp_count, 1);
    CHECK_STR(scp_dn(world.directory->scps), SCP_DN);
    CHECK_INT(world.directory->site_count, 1);
    CHECK_INT(notes(&world, FINDING_ENTRY_OUTSIDE), 3);
    for (i = 0; i < world.directory->notes.count; i++)
        CHECK_STR(
            adscp_finding_parameter_text(&world.directory->notes.rows[i], 0),
            "cn=configuration,dc=CONTOSO,dc=com");
    forest_release(world.forest);
}

static void test_roots(void)
{
    struct world world = begin();

    feed(&world, ENTRY_ROOT, "",
         "configurationNamingContext:" CONFIG
         "\nconfigurationNamingContext:CN=x\nconfigurationNamingContext:"
         "cn=configuration,DC=contoso,DC=com\n");
    CHECK_INT(decoder_root(world.decoder)->config_dn_count, 2);
    CHECK_STR(decoder_root(world.decoder)->config_dn, CONFIG);
    CHECK(decoder_root(world.decoder)->server == NULL);
    end(&world);

    world = begin();
    feed(&world, ENTRY_ROOT, "", "configurationNamingContext:CN=\x1B\n");
    CHECK(decoder_root(world.decoder)->config_dn == NULL);
    finish(&world);
    CHECK(world.directory->config_dn == NULL);
    CHECK_INT(notes(&world, FINDING_CONFIG_UNKNOWN), 1);
    forest_release(world.forest);
}

static void test_broken_off(void)
{
    struct world world = begin();
    uint32_t place;

    CHECK_INT(decoder_reserve(world.decoder, &place), ADSCP_OK);
    feed(&world, ENTRY_SCP, SCP_DN, "keywords:" URL_GUID "\n");
    CHECK_INT(decoder_refuse(world.decoder, "the line is cut"), ADSCP_OK);
    decoder_free(world.decoder);
    CHECK_INT(world.directory->scp_count, 0);
    CHECK_INT(notes(&world, FINDING_ENTRY_REFUSED), 1);
    CHECK_STR(adscp_finding_parameter_text(&world.directory->notes.rows[0], 1),
              "the line is cut");
    CHECK_INT(forest_freeze(world.forest, NULL), ADSCP_OK);
    forest_release(world.forest);
}

static void test_searches(void)
{
    const char *names[DECODE_ATTRIBUTES_MAX];

    CHECK_STR(decode_filter(ENTRY_SCP),
              "(&(objectClass=serviceConnectionPoint)"
              "(|(keywords=67661d7F-8FC4-4fa7-BFAC-E1D7794C1F68)"
              "(keywords=77378F46-2C66-4aa9-A6A6-3E7A48B19596)"
              "(keywords=D3614C7C-D214-4F1F-BD4C-00D91C67F93F)))");
    CHECK_STR(decode_filter(ENTRY_SITE_OR_SUBNET),
              "(|(objectClass=site)(objectClass=subnet))");
    decode_attributes(ENTRY_SCP, names);
    CHECK_STR(names[3], "serviceClassName");
    CHECK(names[4] == NULL);
    decode_attributes(ENTRY_EXCHANGE, names);
    CHECK_STR(names[0], "whenCreated");
    CHECK_STR(names[3], "versionNumber");
    CHECK_STR(names[4], "serialNumber");
    CHECK_STR(names[12], "msExchOwningServer");
    CHECK_STR(names[13], "msExchProvisioningFlags");
    CHECK(names[14] == NULL);
    decode_attributes(ENTRY_BY_CLASS, names);
    CHECK_STR(names[0], "*");
    CHECK(names[1] == NULL);
}

static const struct test tests[] = {
    {"times", test_time},
    {"numbers", test_number},
    {"first RDNs", test_rdn},
    {"the domain of a DN", test_domain},
    {"subnet names", test_subnet},
    {"range options", test_range},
    {"an SCP", test_scp},
    {"flags of an SCP", test_scp_flags},
    {"neighbours share", test_neighbours},
    {"an export's classes", test_by_class},
    {"versions of servers", test_versions},
    {"two versions of one server", test_versions_disagree},
    {"what was not asked for", test_unasked},
    {"NUL bytes", test_nul},
    {"duplicates", test_duplicates},
    {"ranges over several records", test_ranges},
    {"too many values", test_too_many},
    {"reserved places", test_places},
    {"outside the configuration", test_outside},
    {"rootDSEs", test_roots},
    {"a reading that breaks off", test_broken_off},
    {"searches", test_searches},
};

TEST_MAIN(tests)
