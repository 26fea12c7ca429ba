/* SPDX-License-Identifier: MIT */
/* Exchange servers, virtual directories and databases, as they are decoded. */
#include "decode_notes.h"

/* --------------------------------------------------------------- servers -- */

static void check_states(const char *states, const char *inactive)
{
    struct make make = {0};
    struct adscp_forest *forest;

    make_directory(&make, NULL);
    make_exchange(&make, (struct exchange){.name = "EX1", .states = states});
    forest = make_done(&make);
    CHECK_STR(first_of(forest)->servers[0].inactive, inactive);
    adscp_forest_free(forest);
}

static void created(void)
{
    static const struct {
        const char *value;
        int64_t seconds;
    } rows[] = {
        {"20200101000000.0Z", 1577836800},
        {"20200101000000.0Z|20210101000000.0Z", 1577836800},
        {"99991231235959.0Z", TIME_UNKNOWN},
        {"yesterday", TIME_UNKNOWN},
        {NULL, TIME_UNKNOWN},
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct make make = {0};
        struct adscp_forest *forest;

        make_directory(&make, NULL);
        make_exchange(
            &make, (struct exchange){.name = "EX1", .created = rows[i].value});
        forest = make_done(&make);
        CHECK_INT(first_of(forest)->servers[0].created, rows[i].seconds);
        CHECK_INT(adscp_server_created(adscp_forest_server(forest, 0)),
                  rows[i].seconds == TIME_UNKNOWN ? -1 : rows[i].seconds);
        adscp_forest_free(forest);
    }
}

static void provisioning_flags(void)
{
    static const struct {
        const char *value;
        int64_t flags;
    } rows[] = {{NULL, -1}, {"0", 0},      {"8", 8},
                {"9", 9},   {"eight", -1}, {"-1", -1}};
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct make make = {0};
        struct adscp_forest *forest;

        make_directory(&make, NULL);
        make_exchange(&make, (struct exchange){.name = "EX1",
                                               .provisioning = rows[i].value});
        forest = make_done(&make);
        CHECK_INT(
            adscp_server_provisioning_flags(adscp_forest_server(forest, 0)),
            rows[i].flags);
        adscp_forest_free(forest);
    }
}

static void component_states(void)
{
    static const char *const nothing[] = {
        NULL,
        "",
        "1",
        ":",
        "::::",
        "1:ServerWideOffline",
        "1:ServerWideOffline:",
        "1:ServerWideOffline:Maintenance",
        "1:ServerWideOffline:Maintenance:",
        "1:ServerWideOffline:Maintenance:1:635187240270000000",
        "1:ServerWideOffline:Maintenance:2:1",
        "1:ServerWideOffline:Maintenance:00:1",
        "1:ServerWideOffline:Maintenance:-0:1",
        "1:ServerWideOffline:Maintenance: 0:1",
        "1:ServerWideOfflineX:Maintenance:0:1",
        "1:ServerWideOfflin:Maintenance:0:1",
        "1:HubTransport:Maintenance:0:1",
        "1:EwsProxy:Maintenance:0:1",
        "ServerWideOffline:Maintenance:0:1",
        "1::Maintenance:0:1"};
    size_t i;

    for (i = 0; i < sizeof(nothing) / sizeof(nothing[0]); i++)
        check_states(nothing[i], NULL);
    check_states("1:ServerWideOffline:Maintenance:0:635187240270000000",
                 "ServerWideOffline");
    check_states("1:serverwideoffline:x:0", "ServerWideOffline");
    check_states("1:AutoDiscoverProxy:Functional:0:1:more:and:more",
                 "AutoDiscoverProxy");
}

/* Inactive wins over active, and the whole server over one component, in
 * whichever order. */
static void disagreeing_requesters(void)
{
    check_states("1:ServerWideOffline:Maintenance:1:9|"
                 "1:ServerWideOffline:Functional:0:1",
                 "ServerWideOffline");
    check_states("1:ServerWideOffline:Functional:0:1|"
                 "1:ServerWideOffline:Maintenance:1:9",
                 "ServerWideOffline");
    check_states("1:AutoDiscoverProxy:Functional:0:1|"
                 "1:ServerWideOffline:Maintenance:0:1",
                 "ServerWideOffline");
    check_states("1:ServerWideOffline:Maintenance:0:1|"
                 "1:AutoDiscoverProxy:Functional:0:1",
                 "ServerWideOffline");
    check_states("1:ServerWideOffline:Maintenance:1:1|"
                 "1:AutoDiscoverProxy:Functional:0:1",
                 "AutoDiscoverProxy");
}

static void check_roles(const char *roles, int64_t expected, const char *names)
{
    struct make make = {0};
    struct adscp_forest *forest;

    make_directory(&make, NULL);
    make_exchange(
        &make,
        (struct exchange){.name = "EX1", .version = MAKE_2010, .roles = roles});
    forest = make_done(&make);
    CHECK_INT(first_of(forest)->servers[0].roles, expected);
    CHECK_STR(first_of(forest)->servers[0].role_names, names);
    CHECK_INT(first_of(forest)->servers[0].front_end,
              expected < 0          ? FRONT_END_UNKNOWN
              : (expected & 4) != 0 ? FRONT_END_YES
                                    : FRONT_END_NO);
    adscp_forest_free(forest);
}

static void roles(void)
{
    check_roles("38", 38, "Mailbox, Client Access, Hub Transport");
    check_roles("4", 4, "Client Access");
    check_roles("0", 0, NULL);
    check_roles("-1", -1, NULL);
    check_roles("x", -1, NULL);
    check_roles("", -1, NULL);
    check_roles(" 38", -1, NULL);
    check_roles("0x26", -1, NULL);
    check_roles("99999999999999999999", -1, NULL);
    check_roles(NULL, -1, NULL);
}

/* Of networkAddress, the first TCP name; of everything else, what is there. */
static void addresses(void)
{
    static const struct {
        const char *values;
        const char *fqdn;
    } rows[] = {
        {"ncacn_vns_spp:X|netbios:EX1|ncacn_ip_tcp:a.b|ncacn_ip_tcp:c", "a.b"},
        {"NCACN_IP_TCP:A.b", "A.b"},
        {"ncacn_ip_tcp:", NULL},
        {"ncacn_ip_tcp", NULL},
        {"ncacn_ip_tcp:|ncacn_ip_tcp:x", "x"},
        {" ncacn_ip_tcp:x", NULL},
        {"ncacn_ip_tcp:a\x1B[31m", "a\\x1B[31m"},
        {NULL, NULL},
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct make make = {0};
        struct adscp_forest *forest;

        make_directory(&make, NULL);
        make_begin(&make, ENTRY_EXCHANGE, "CN=EX1," SERVERS_DN);
        make_values(&make, "objectClass", "msExchExchangeServer");
        make_values(&make, "networkAddress", rows[i].values);
        make_end(&make);
        forest = make_done(&make);
        CHECK_STR(first_of(forest)->servers[0].fqdn, rows[i].fqdn);
        adscp_forest_free(forest);
    }
}

/* Classes with a server's class that are none. */
static void no_servers(void)
{
    static const char *const classes[] = {
        "top|server|msExchExchangeServer|msExchExchangeTransportServer",
        "msExchExchangeServer|msExchClientAccessArray",
        "MSEXCHEXCHANGESERVER|MSEXCHCLIENTACCESSARRAY", "top|server",
        "msExchExchangeServerPolicy"};
    struct make make = {0};
    struct adscp_forest *forest;
    size_t i;

    make_directory(&make, NULL);
    for (i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
        make_begin(&make, ENTRY_EXCHANGE, "CN=EX1," SERVERS_DN);
        make_values(&make, "objectClass", classes[i]);
        make_end(&make);
    }
    make_begin(&make, ENTRY_EXCHANGE, "CN=EX2," SERVERS_DN);
    make_values(&make, "objectClass", "MSEXCHEXCHANGESERVER");
    make_end(&make);
    forest = make_done(&make);
    CHECK_INT((int64_t)first_of(forest)->server_count, 1);
    CHECK_STR(first_of(forest)->servers[0].name, "EX2");
    CHECK_INT(count_notes(first_of(forest), FINDING_ENTRY_UNASKED), 0);
    adscp_forest_free(forest);
}

/* Bytes stay bytes, and as many as they were. */
static void certificate(void)
{
    const size_t length = 3 << 20;
    struct make make = {0};
    struct adscp_forest *forest;
    const struct blob *blob;
    char *bytes = malloc(length);
    size_t i;

    for (i = 0; i < length; i++)
        bytes[i] = (char)(i % 251);
    make_directory(&make, NULL);
    make_begin(&make, ENTRY_EXCHANGE, "CN=EX1," SERVERS_DN);
    make_values(&make, "objectClass", "msExchExchangeServer");
    make_value(&make, "msExchServerInternalTLSCert", bytes, length);
    make_value(&make, "msExchServerInternalTLSCert", "second", 6);
    make_end(&make);
    make_exchange(&make, (struct exchange){.name = "EX2"});
    forest = make_done(&make);
    blob = &first_of(forest)->servers[0].certificate;
    CHECK_INT((int64_t)blob->length, (int64_t)length);
    CHECK(blob->bytes != NULL && memcmp(blob->bytes, bytes, length) == 0);
    CHECK(first_of(forest)->servers[1].certificate.bytes == NULL);
    CHECK_INT(count_notes(first_of(forest), FINDING_TEXT_ESCAPED), 0);
    adscp_forest_free(forest);
    free(bytes);
}

/* --------------------------------------------------- virtual directories -- */

static void check_service(const char *classes, int expected)
{
    struct make make = {0};
    struct adscp_forest *forest;
    const struct directory *directory;

    make_directory(&make, NULL);
    make_begin(&make, ENTRY_EXCHANGE,
               "CN=x,CN=HTTP,CN=Protocols,CN=EX1," SERVERS_DN);
    make_values(&make, "objectClass", classes);
    make_values(&make, "msExchInternalHostName", "https://a/|https://b/");
    make_end(&make);
    forest = make_done(&make);
    directory = first_of(forest);
    CHECK_INT((int64_t)directory->service_count, expected != SERVICE_NONE);
    if (directory->service_count > 0) {
        CHECK_INT(directory->services[0].service, expected);
        CHECK_STR(directory->services[0].url, "https://a/");
        CHECK_INT(directory->services[0].server, 0);
    }
    adscp_forest_free(forest);
}

static void services(void)
{
    check_service("top|msExchVirtualDirectory|msExchECPVirtualDirectory",
                  SERVICE_ECP);
    check_service("msExchAutoDiscoverVirtualDirectory", SERVICE_AUTODISCOVER);
    check_service("MSEXCHWEBSERVICESVIRTUALDIRECTORY", SERVICE_EWS);
    check_service("msExchMapiVirtualDirectory", SERVICE_MAPI);
    check_service("msExchOABVirtualDirectory", SERVICE_OAB);
    check_service("msExchRpcHttpVirtualDirectory", SERVICE_RPC);
    check_service("msExchUMVirtualDirectory", SERVICE_UM);
    check_service("msExchOWAVirtualDirectory", SERVICE_NONE);
    check_service("msExchMobileVirtualDirectory", SERVICE_NONE);
    check_service("msExchVirtualDirectory", SERVICE_NONE);
    check_service("msExchECPVirtualDirectory|container", SERVICE_NONE);
    check_service("msExchECPVirtualDirector", SERVICE_NONE);
}

/* ------------------------------------------------------------- databases -- */

static void databases(void)
{
    struct make make = {0};
    struct adscp_forest *forest;
    const struct database *rows;

    make_directory(&make, NULL);
    make_exchange(&make, (struct exchange){.name = "EX1"});
    make_exchange(&make, (struct exchange){.name = "EX2"});
    make_database(&make, "DB1", "ex2");
    make_database(&make, "DB2", "GONE");
    make_database(&make, "DB3", NULL);
    make_begin(&make, ENTRY_EXCHANGE,
               "CN=DB4,CN=SG,CN=InformationStore,CN=EX1," SERVERS_DN);
    make_values(&make, "objectClass", "MSEXCHPRIVATEMDB");
    make_reference(&make, "msExchOwningServer", "GONE", SERVERS_DN);
    make_end(&make);
    make_begin(&make, ENTRY_EXCHANGE, "CN=DB5," DATABASES_DN);
    make_values(&make, "objectClass", "msExchPrivateMDB");
    make_values(&make, "msExchOwningServer", "EX1"); /* no DN */
    make_end(&make);
    make_begin(&make, ENTRY_EXCHANGE, "CN=PUB," DATABASES_DN);
    make_values(&make, "objectClass", "msExchMDB|msExchPublicMDB");
    make_end(&make);
    forest = make_done(&make);
    rows = first_of(forest)->databases;
    CHECK_INT((int64_t)first_of(forest)->database_count, 5);
    CHECK_INT(rows[0].server, 2);
    CHECK(rows[0].owner_is_told);
    CHECK_STR(rows[0].name, "DB1");
    CHECK_INT(rows[1].server, 0);
    CHECK(!rows[1].owner_is_told && rows[1].owner != NULL);
    CHECK_INT(rows[2].server, 0);
    CHECK_STR(rows[2].owner, NULL);
    CHECK_INT(rows[3].server, 1); /* the one above */
    CHECK(!rows[3].owner_is_told);
    CHECK_INT(rows[4].server, 0);
    adscp_forest_free(forest);
}

static const struct test tests[] = {
    {"when a server was made", created},
    {"a server's provisioning flags", provisioning_flags},
    {"component states", component_states},
    {"requesters that disagree", disagreeing_requesters},
    {"roles", roles},
    {"network addresses", addresses},
    {"classes that are no server", no_servers},
    {"a large certificate", certificate},
    {"classes of virtual directories", services},
    {"databases and their owners", databases},
};

TEST_MAIN(tests)
