/* SPDX-License-Identifier: MIT */
/* facts/decode: which entries become rows, and what is told about others. */
#include "decode_world.h"

/* --------------------------------------------------------------- entries -- */

static void end(struct world *world)
{
    finish(world);
    forest_release(world->forest);
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
    check_disagree(__LINE__, &world, 0, "CN=A" SERVERS,
                   "Exchange 2010 SP3 (14.3.123)",
                   "Exchange SE RTM (15.2.2562)");
    check_disagree(__LINE__, &world, 1, "CN=B" SERVERS,
                   "Exchange 2003 or older (build 6944)",
                   "Exchange 2003 or older (6.5.7638)");
    check_disagree(__LINE__, &world, 2, "CN=C" SERVERS,
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
    CHECK_STR(world.directory->notes.rows[1].dn, SCP_DN);
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
    {"an export's classes", test_by_class},
    {"versions of servers", test_versions},
    {"two versions of one server", test_versions_disagree},
    {"what was not asked for", test_unasked},
    {"NUL bytes", test_nul},
    {"duplicates", test_duplicates},
    {"outside the configuration", test_outside},
    {"rootDSEs", test_roots},
    {"a reading that breaks off", test_broken_off},
    {"searches", test_searches},
};

TEST_MAIN(tests)
