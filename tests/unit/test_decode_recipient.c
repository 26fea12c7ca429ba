/* SPDX-License-Identifier: MIT */
/* Recipients and authorities, as they are decoded. */
#include "decode_notes.h"

#define PKI_DN "CN=Public Key Services,CN=Services," CONFIG_DN

/* ----------------------------------------------------------- authorities -- */

static void put_authority(struct make *make, enum entry_kind kind,
                          const char *dn)
{
    make_begin(make, kind, dn);
    make_values(make, "objectClass", "top|certificationAuthority");
    make_value(make, "cACertificate", "\x30\x00\x01", 3);
    make_value(make, "cACertificate", "\x30", 1);
    make_end(make);
}

static void check_authority(const char *dn, int kept, int is_root)
{
    int kind;

    for (kind = 0; kind < 2; kind++) {
        struct make make = {0};
        struct adscp_forest *forest;
        const struct directory *directory;

        make_directory(&make, NULL);
        put_authority(&make, kind == 0 ? ENTRY_AUTHORITY : ENTRY_BY_CLASS, dn);
        forest = make_done(&make);
        directory = first_of(forest);
        CHECK_INT((int64_t)directory->authority_count, kept);
        if (directory->authority_count > 0) {
            const struct authority *row = directory->authorities;

            CHECK_INT(row->is_root, is_root);
            CHECK_INT((int64_t)row->certificate_count, 2);
            CHECK_INT((int64_t)row->certificates[0].length, 3);
            CHECK(memcmp(row->certificates[0].bytes, "\x30\x00\x01", 3) == 0);
        }
        if (test_failures > 0)
            printf("# %s\n", dn);
        adscp_forest_free(forest);
    }
}

static void authorities(void)
{
    check_authority("CN=Corp-CA,CN=Certification Authorities," PKI_DN, 1, 1);
    check_authority("cn=Corp-CA,cn=CERTIFICATION AUTHORITIES," PKI_DN, 1, 1);
    check_authority("CN=a\\,b,CN=Certification Authorities," PKI_DN, 1, 1);
    check_authority("CN=Corp-CA,CN=AIA," PKI_DN, 1, 0);
    check_authority("CN=NTAuthCertificates," PKI_DN, 0, 0);
    check_authority("CN=Corp-CA,CN=Enrollment Services," PKI_DN, 0, 0);
    check_authority("CN=Corp-CA,CN=KRA," PKI_DN, 0, 0);
    check_authority("CN=Certification Authorities," PKI_DN, 0, 0);
    /* deeper than where the enterprise's roots lie */
    check_authority("CN=x,CN=y,CN=Certification Authorities," PKI_DN, 0, 0);
    /* an RDN that looks like two, and a container that looks like one */
    check_authority("CN=x\\,CN=Certification Authorities," PKI_DN, 0, 0);
    check_authority("CN=x,OU=Certification Authorities," PKI_DN, 0, 0);
    check_authority("CN=x,CN=Certification Authorities2," PKI_DN, 0, 0);
    check_authority("CN=x,CN=Certification Authorities,CN=Public Key Services,"
                    "CN=Services,DC=else,DC=example",
                    0, 0);
    check_authority("CN=x,CN=Certification Authorities,CN=Public Key Services,"
                    "CN=Services,",
                    0, 0);
    check_authority("CN=x,CN=Certification Authorities," PKI_DN ",DC=sub", 0,
                    0);
}

static void authority_without_certificate(void)
{
    struct make make = {0};
    struct adscp_forest *forest;

    make_directory(&make, NULL);
    make_begin(&make, ENTRY_AUTHORITY, "CN=x,CN=AIA," PKI_DN);
    make_values(&make, "objectClass", "certificationAuthority");
    make_end(&make);
    forest = make_done(&make);
    CHECK_INT((int64_t)first_of(forest)->authority_count, 1);
    CHECK_INT((int64_t)first_of(forest)->authorities[0].certificate_count, 0);
    adscp_forest_free(forest);
}

/* ------------------------------------------------------------ recipients -- */

/* What a server sent that nobody asked for is told; an export may hold it. */
static void unasked(void)
{
    struct make make = {0};
    struct adscp_forest *forest;
    int i;

    make_ask(&make, "ann@contoso.com");
    make_directory(&make, NULL);
    for (i = 0; i < 2; i++) {
        make_begin(&make, i == 0 ? ENTRY_RECIPIENT : ENTRY_BY_CLASS,
                   "CN=Bob,DC=corp,DC=example");
        make_values(&make, "objectClass", "user");
        make_values(&make, "mail", "bob@contoso.com");
        make_end(&make);
    }
    forest = make_done(&make);
    CHECK_INT((int64_t)first_of(forest)->recipient_count, 0);
    CHECK_INT(count_notes(first_of(forest), FINDING_ENTRY_UNASKED), 1);
    CHECK(first_of(forest)->recipients_read);
    adscp_forest_free(forest);
}

/* Text of every attribute is kept clean, or compared and not kept. */
static void hostile_text(void)
{
    static const char bad[] = "CN=\x1B[31m\xFF\n";
    static const char *const attributes[] = {"homeMDB", "msExchHomeServerName",
                                             "targetAddress"};
    const struct recipient *row;
    struct make make = {0};
    struct adscp_forest *forest;
    size_t i;

    make_ask(&make, "ann@contoso.com");
    make_directory(&make, NULL);
    make_begin(&make, ENTRY_BY_CLASS, "CN=Ann\x07,DC=corp,DC=example");
    make_values(&make, "objectClass", "user");
    make_values(&make, "mail", "ann@contoso.com");
    for (i = 0; i < sizeof(attributes) / sizeof(attributes[0]); i++)
        make_value(&make, attributes[i], bad, sizeof(bad)); /* and a NUL */
    make_end(&make);
    forest = make_done(&make);
    CHECK_INT((int64_t)first_of(forest)->recipient_count, 1);
    row = first_of(forest)->recipients;
    CHECK_STR(row->dn, "CN=Ann\\x07,DC=corp,DC=example");
    CHECK_STR(row->database_dn, "CN=\\x1B[31m\\xFF\\x0A\\x00");
    CHECK_STR(row->home_server, "CN=\\x1B[31m\\xFF\\x0A\\x00");
    CHECK_STR(row->target, "CN=\\x1B[31m\\xFF\\x0A\\x00");
    CHECK_INT(count_notes(first_of(forest), FINDING_TEXT_ESCAPED), 1);
    adscp_forest_free(forest);
}

/* A NUL ends no address. */
static void nul_in_address(void)
{
    static const char address[] = "smtp:ann@contoso.com\0.evil";
    struct make make = {0};
    struct adscp_forest *forest;

    make_ask(&make, "ann@contoso.com");
    make_directory(&make, NULL);
    make_begin(&make, ENTRY_BY_CLASS, "CN=Eve,DC=corp,DC=example");
    make_values(&make, "objectClass", "user");
    make_value(&make, "proxyAddresses", address, sizeof(address) - 1);
    make_value(&make, "mail", address + 5, sizeof(address) - 6);
    make_end(&make);
    forest = make_done(&make);
    CHECK_INT((int64_t)first_of(forest)->recipient_count, 0);
    adscp_forest_free(forest);
}

/* A domain may hold a hundred thousand: those for whom nobody asked leave
 * nothing behind, neither a row nor text nor a name. */
static void strangers(void)
{
    struct make make = {0};
    struct adscp_forest *forest;
    uint32_t names;
    const char *free_from;
    char cn[32], mail[64], proxies[160];
    int i;

    make_ask(&make, "u77777@contoso.com");
    make_directory(&make, NULL);
    names = make.forest->name_count;
    free_from = make.forest->arena->next;
    for (i = 0; i < 100000; i++) {
        if (i == 77777) {
            CHECK_INT(make.forest->name_count, names);
            CHECK(make.forest->arena->next == free_from);
        }
        snprintf(cn, sizeof(cn), "User %d", i);
        snprintf(mail, sizeof(mail), "u%d@contoso.com", i);
        snprintf(proxies, sizeof(proxies), "SMTP:%s|X500:/o=%s", mail, mail);
        make_person(&make, (struct person){.cn = cn,
                                           .mail = mail,
                                           .proxies = proxies,
                                           .nickname = cn,
                                           .database = "DB1"});
    }
    forest = make_done(&make);
    CHECK_INT((int64_t)first_of(forest)->recipient_count, 1);
    CHECK_STR(first_of(forest)->recipients[0].dn,
              "CN=User 77777,CN=Users,DC=corp,DC=example");
    CHECK_INT((int64_t)first_of(forest)->notes.count, 0);
    adscp_forest_free(forest);
}

/* Without a question nobody's address is looked at. */
static void nobody_asked(void)
{
    struct make make = {0};
    struct adscp_forest *forest;

    make_directory(&make, NULL);
    make_begin(&make, ENTRY_BY_CLASS, "CN=Ann,DC=corp,DC=example");
    make_values(&make, "objectClass", "user");
    CHECK(!decoder_attribute(make.decoder, "proxyAddresses", 14));
    CHECK(!decoder_attribute(make.decoder, "mail", 4));
    CHECK(!decoder_attribute(make.decoder, "homeMDB", 7));
    make_end(&make);
    forest = make_done(&make);
    CHECK_INT((int64_t)first_of(forest)->recipient_count, 0);
    CHECK(!first_of(forest)->recipients_read);
    adscp_forest_free(forest);
}

static const struct test tests[] = {
    {"which CAs count", authorities},
    {"a CA without certificate", authority_without_certificate},
    {"recipients for whom nobody asked", unasked},
    {"hostile text of a recipient", hostile_text},
    {"a NUL in an address", nul_in_address},
    {"a hundred thousand strangers", strangers},
    {"no question", nobody_asked},
};

TEST_MAIN(tests)
