/* SPDX-License-Identifier: MIT */
/* facts/decode: SCPs, and values that come in ranges. */
#include "decode_world.h"

/* --------------------------------------------------------------- entries -- */

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

static const struct test tests[] = {
    {"an SCP", test_scp},
    {"flags of an SCP", test_scp_flags},
    {"neighbours share", test_neighbours},
    {"ranges over several records", test_ranges},
    {"too many values", test_too_many},
    {"reserved places", test_places},
};

TEST_MAIN(tests)
