/* SPDX-License-Identifier: MIT */
/*
 * A forest after a change takes over what the change left alone: it is the one
 * that is read from nothing, row by row and number by number, whatever steps
 * led there.
 */
#include "test.h"

#include <stdlib.h>
#include <unistd.h>

#include "adscp.h"
#include "facts/entries.h"
#include "same_forest.h"

enum { STEPS = 60, WALKS = 24, TEXT_MAX_SIZE = 4096 };

#define CONFIG "CN=Configuration,DC=corp,DC=example"
#define SITES "CN=Sites," CONFIG
#define SERVERS                                                                \
    "CN=Servers,CN=Group,CN=Administrative Groups,CN=Org,"                     \
    "CN=Microsoft Exchange,CN=Services," CONFIG
#define ROOTS                                                                  \
    "CN=Certification Authorities,CN=Public Key Services,CN=Services," CONFIG
#define GUID "77378F46-2C66-4aa9-A6A6-3E7A48B19596"
#define POINTER "67661D7F-8FC4-4fa7-BFAC-E1D7794C1F68"

#define SITE(name) "dn: CN=" name "," SITES "\nobjectClass: site\n\n"
#define SUBNET(name, site)                                                     \
    "dn: CN=" name ",CN=Subnets," SITES "\nobjectClass: subnet\n"              \
    "siteObject: CN=" site "," SITES "\n\n"
#define SERVER(name, site, more)                                               \
    "dn: CN=" name "," SERVERS "\nobjectClass: msExchExchangeServer\n"         \
    "networkAddress: ncacn_ip_tcp:" name ".corp.example\n"                     \
    "msExchServerSite: CN=" site "," SITES "\n"                                \
    "legacyExchangeDN: /o=Org/cn=" name "\n" more "\n"
#define SCP(name, more)                                                        \
    "dn: CN=" name ",CN=Autodiscover,CN=Protocols,CN=" name "," SERVERS        \
    "\nobjectClass: serviceConnectionPoint\nserviceClassName: ms-Exchange\n"   \
    "keywords: " GUID "\n" more "\n"
#define URL(host) "serviceBindingInformation: https://" host "/a\n"
#define DATABASE(name, owner)                                                  \
    "dn: CN=" name ",CN=Databases," SERVERS "\nobjectClass: msExchPrivateMDB"  \
    "\nmsExchOwningServer: CN=" owner "," SERVERS "\n\n"
#define EWS(server, url)                                                       \
    "dn: CN=EWS,CN=HTTP,CN=Protocols,CN=" server "," SERVERS "\n"              \
    "objectClass: msExchWebServicesVirtualDirectory\n"                         \
    "msExchInternalHostName: " url "\n\n"
#define AUTHORITY(name)                                                        \
    "dn: CN=" name "," ROOTS "\nobjectClass: certificationAuthority\n"         \
    "cACertificate:: MAMCAQE=\n\n"

/* Odd ones among them: texts that are not clean, a version that two attributes
 * tell differently, a subnet that spells its site otherwise, rows outside. */
static const char *const plain[] = {
    "dn:\nconfigurationNamingContext: " CONFIG "\n\n",
    SITE("HQ") SITE("Branch") SITE("Stra\xc3\x9f"
                                   "e"),
    SUBNET("10.0.0.0/8", "hq") SUBNET("10.1.0.0/16", "Branch"),
    SUBNET("10.2.0.0/16", "Nowhere") SUBNET("fd00::/64", "STRASSE"),
    SERVER("EX1", "HQ",
           "versionNumber: 1912832083\n"
           "serialNumber: Version 8.3 (Build 30083.6)\n"),
    SERVER("EX2", "branch",
           "versionNumber: 1942061281\n"
           "serialNumber: Version 14.1 (Build 30225.16)\n"
           "msExchServerInternalTLSCert:: MAMCAQE=\n"),
    SERVER("EX3", "HQ",
           "msExchCurrentServerRoles: 54\nversionNumber: 1912832083\n"),
    SCP("EX1", "keywords: Site=HQ\n" URL("ex1")),
    SCP("EX2",
        "keywords: Site=hq\nkeywords: Site=Branch\n" URL("ex2.corp.example")),
    SCP("EX3", "keywords:: U2l0ZT1BCUI=\n" URL("ex3") URL("mail.corp.example")),
    DATABASE("DB1", "EX1") DATABASE("DB2", "Gone"),
    EWS("EX1", "https://mail.corp.example/ews") AUTHORITY("Root CA"),
    SITE("Late"),
    "dn: CN=Folder," CONFIG "\nobjectClass: container\n\n",
    "dn: CN=Anna,DC=corp,DC=example\nobjectClass: user\n"
    "mail: anna@corp.example\nlegacyExchangeDN: x\n"
    "homeMDB: CN=DB1,CN=Databases," SERVERS "\n\n",
    NULL};

/* An SCP whose values are spread over two records. */
static const char *const spread[] = {
    "dn: CN=S,CN=Autodiscover,CN=Protocols,CN=EX3," SERVERS
    "\nobjectClass: serviceConnectionPoint\nkeywords;range=0-0: " GUID
    "\n" URL("s") "\n",
    "dn: CN=S,CN=Autodiscover,CN=Protocols,CN=EX3," SERVERS
    "\nkeywords;range=1-*: Site=HQ\n\n",
    NULL};

/* A row outside the configuration. */
static const char *const outside[] = {
    "dn: CN=Elsewhere," SERVERS "x\nobjectClass: site\n\n", NULL};

static char *join(const char *const *first, const char *const *second)
{
    char *text = calloc(1, 16384);

    for (; *first != NULL; first++)
        strcat(text, *first);
    for (; second != NULL && *second != NULL; second++)
        strcat(text, *second);
    return text;
}

/* -------------------------------------------------------------- reading -- */

static adscp_forest *read_text(const char *text)
{
    char path[] = "/tmp/adscp-steps-XXXXXX";
    int fd = mkstemp(path);
    adscp_reader *reader = adscp_reader_new();
    adscp_forest *forest = NULL;

    CHECK(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
    CHECK_INT(adscp_reader_add_ldif_file(reader, path), ADSCP_OK);
    CHECK_INT(adscp_reader_set_keep_entries(reader, 1), ADSCP_OK);
    CHECK_INT(adscp_reader_add_mail(reader, "anna@corp.example"), ADSCP_OK);
    CHECK_INT(adscp_reader_read(reader, &forest), ADSCP_OK);
    adscp_reader_free(reader);
    unlink(path);
    return forest;
}

/* The forest becomes the one after the change, if it fits. */
static bool step(adscp_forest **forestp, const char *changes)
{
    adscp_reader *reader = adscp_reader_new();
    adscp_forest *after = NULL;
    bool fits;

    CHECK_INT(adscp_reader_set_forest(reader, *forestp), ADSCP_OK);
    CHECK_INT(adscp_reader_add_changes(reader, "step", changes,
                                       (int64_t)strlen(changes)),
              ADSCP_OK);
    fits = adscp_reader_read(reader, &after) == ADSCP_OK;
    adscp_reader_free(reader);
    if (!fits)
        return false;
    adscp_forest_free(*forestp);
    *forestp = after;
    return true;
}

/* --------------------------------------------------------------- chance -- */

static uint32_t state;

static uint32_t chance(size_t count)
{
    state = state * 1664525 + 1013904223;
    return (uint32_t)((state >> 8) % (count > 0 ? count : 1));
}

#define ONE_OF(texts) texts[chance(sizeof(texts) / sizeof(texts[0]))]

static const char *any_site(void)
{
    static const char *const names[] = {
        "HQ", "hq", "Branch", "BRANCH", "Nowhere", "Strasse", "Late", "New"};

    return ONE_OF(names);
}

/* A DN that the forest has, or may have had. */
static const char *any_dn(const adscp_forest *forest)
{
    const struct directory *d = forest->directories[0];

    switch (chance(9)) {
    case 0:
    case 1:
        if (d->scp_count > 0)
            return adscp_scp_dn(&d->scps[chance(d->scp_count)]);
        break;
    case 2:
        if (d->server_count > 0)
            return d->servers[chance(d->server_count)].dn;
        break;
    case 3:
        if (d->site_count > 0)
            return d->sites[chance(d->site_count)].dn;
        break;
    case 4:
        if (d->subnet_count > 0)
            return d->subnets[chance(d->subnet_count)].dn;
        break;
    case 5:
        if (d->service_count > 0)
            return d->services[chance(d->service_count)].dn;
        break;
    case 6:
        if (d->database_count > 0)
            return d->databases[chance(d->database_count)].dn;
        break;
    case 7:
        if (d->authority_count > 0)
            return d->authorities[chance(d->authority_count)].dn;
        break;
    default:
        break;
    }
    return chance(2) == 0 ? "CN=Anna,DC=corp,DC=example" : "CN=Folder," CONFIG;
}

static void write_add(char *out)
{
    uint32_t number = chance(40);

    switch (chance(6)) {
    case 0:
        snprintf(out, TEXT_MAX_SIZE,
                 "dn: CN=S%u,CN=Autodiscover,CN=Protocols,CN=EX%u," SERVERS
                 "\nchangetype: add\nobjectClass: serviceConnectionPoint\n"
                 "keywords: %s\nkeywords: Site=%s\nkeywords: %s\n"
                 "serviceBindingInformation: https://ex%u.corp.example/"
                 "Autodiscover/Autodiscover.xml\n",
                 number, chance(4), chance(4) == 0 ? POINTER : GUID, any_site(),
                 chance(3) == 0 ? "Domain=corp.example" : "x", chance(4));
        return;
    case 1:
        snprintf(out, TEXT_MAX_SIZE,
                 "dn: CN=%s%u," SITES "\nchangetype: add\nobjectClass: site\n",
                 any_site(), number / 8);
        return;
    case 2:
        snprintf(out, TEXT_MAX_SIZE,
                 "dn: CN=10.%u.0.0/16,CN=Subnets," SITES "\nchangetype: add\n"
                 "objectClass: subnet\nsiteObject: CN=%s," SITES "\n",
                 number, any_site());
        return;
    case 3:
        snprintf(out, TEXT_MAX_SIZE,
                 "dn: CN=EX%u," SERVERS "\nchangetype: add\n"
                 "objectClass: msExchExchangeServer\n"
                 "networkAddress: ncacn_ip_tcp:ex%u.corp.example\n"
                 "msExchServerSite: CN=%s," SITES "\n",
                 number / 4, number / 4, any_site());
        return;
    case 4:
        snprintf(out, TEXT_MAX_SIZE,
                 "dn: CN=DB%u,CN=Databases," SERVERS "\nchangetype: add\n"
                 "objectClass: msExchPrivateMDB\nmsExchOwningServer: "
                 "CN=EX%u," SERVERS "\n",
                 number, chance(5));
        return;
    default:
        snprintf(out, TEXT_MAX_SIZE,
                 "dn: CN=%s," SITES "\nchangetype: add\nobjectClass: site\n",
                 any_site());
    }
}

static void write_modify(char *out, const char *dn)
{
    static const char *const parts[] = {
        "serviceBindingInformation\nserviceBindingInformation: https://a/b",
        "serviceBindingInformation\nserviceBindingInformation: http://ex1/x",
        "keywords\nkeywords: " GUID "\nkeywords: Site=HQ",
        "keywords\nkeywords: " GUID "\nkeywords: site=Nowhere",
        "keywords\nkeywords: " POINTER "\nkeywords: Domain=x.example",
        "keywords\nkeywords:: U2l0ZT1BCUI=\nkeywords: " GUID,
        "keywords",
        "siteObject\nsiteObject: CN=HQ," SITES,
        "siteObject\nsiteObject: CN=bRANCH," SITES,
        "msExchServerSite\nmsExchServerSite: CN=New," SITES,
        "networkAddress\nnetworkAddress: ncacn_ip_tcp:mail.corp.example",
        "serialNumber\nserialNumber: Version 15.1 (Build 30225.16)",
        "versionNumber\nversionNumber: 1942061281",
        "msExchOwningServer\nmsExchOwningServer: CN=EX2," SERVERS,
        "msExchInternalHostName\nmsExchInternalHostName: https://n/ews",
        "cACertificate\ncACertificate:: MAMCAQI=\ncACertificate:: MAMCAQM=",
        "msExchServerInternalTLSCert\nmsExchServerInternalTLSCert:: MAMCAQU=",
        "mail\nmail: anna@corp.example",
        "mail\nmail: else@corp.example",
        "objectClass\nobjectClass: site",
        "objectClass\nobjectClass: container",
        "objectClass\nobjectClass: serviceConnectionPoint",
        "objectClass\nobjectClass: msExchExchangeServer",
        "objectClass\nobjectClass: subnet",
        "description\ndescription:: AQI=",
    };

    snprintf(out, TEXT_MAX_SIZE, "dn: %s\nchangetype: modify\nreplace: %s\n-\n",
             dn, ONE_OF(parts));
}

/* Rename, also to a name that only its case tells from the old one. */
static void write_rename(char *out, const char *dn)
{
    snprintf(out, TEXT_MAX_SIZE,
             "dn: %s\nchangetype: modrdn\nnewrdn: CN=%s%s\ndeleteoldrdn: 1\n%s",
             dn, any_site(), chance(2) == 0 ? "" : "-2",
             chance(3) == 0 ? "newsuperior: CN=EX2," SERVERS "\n" : "");
}

static void write_step(char *out, const adscp_forest *forest)
{
    const char *dn = any_dn(forest);

    switch (chance(8)) {
    case 0:
    case 1:
        write_add(out);
        return;
    case 2:
        snprintf(out, TEXT_MAX_SIZE, "dn: %s\nchangetype: delete\n", dn);
        return;
    case 3:
        write_rename(out, dn);
        return;
    default:
        write_modify(out, dn);
    }
}

/* An entry that came twice keeps a reading from taking anything over. */
static bool step_slowly(adscp_forest **forestp, const char *changes)
{
    (*forestp)->directories[0]->entries->is_repeating = true;
    return step(forestp, changes);
}

/* The rows of a snapshot have another order. */
static void same_snapshot(const adscp_forest *forest)
{
    adscp_forest *fresh = read_text(adscp_forest_snapshot(forest));

    same_counts(forest->directories[0], fresh->directories[0]);
    CHECK_STR(adscp_forest_snapshot(forest), adscp_forest_snapshot(fresh));
    adscp_forest_free(fresh);
}

static int takes; /* so many steps took something over */

static void walk(const char *const *more, uint32_t seed)
{
    char *export = join(plain, more), text[TEXT_MAX_SIZE];
    adscp_forest *forest = read_text(export), *slow = read_text(export);
    int done = 0, i, before = test_failures;

    state = seed;
    for (i = 0; i < STEPS && test_failures == before; i++) {
        write_step(text, forest);
        if (!step(&forest, text)) {
            CHECK(!step_slowly(&slow, text));
            continue;
        }
        done++;
        takes += forest->memory->base != NULL;
        CHECK(step_slowly(&slow, text));
        same_forest(forest, slow);
        same_snapshot(forest);
        if (test_failures != before)
            printf("# seed %u, step %d:\n# %s", seed, i, text);
    }
    CHECK(done > STEPS / 4);
    adscp_forest_free(forest);
    adscp_forest_free(slow);
    free(export);
}

static void test_plain(void)
{
    uint32_t i;

    for (i = 1; i <= WALKS / SAMPLE; i++)
        walk(NULL, i);
    CHECK(takes > WALKS / SAMPLE * STEPS / 4);
}

static void test_spread(void)
{
    walk(spread, 100);
    walk(outside, 101);
}

/* What was taken over outlives the forest that it came from, and that one is
 * as it was. */
static void test_apart(void)
{
    char *export = join(plain, NULL);
    adscp_forest *first = read_text(export), *second = forest_hold(first);
    adscp_forest *fresh = read_text(export);

    CHECK(step(&second, "dn: CN=Late," SITES "\nchangetype: delete\n"));
    same_forest(first, fresh);
    adscp_forest_free(first);
    CHECK(step(&second, "dn: CN=Late," SITES "\nchangetype: add\n"
                        "objectClass: site\n"));
    same_counts(second->directories[0], fresh->directories[0]);
    CHECK_INT(second->directories[0]->sites[3].id, 7);
    adscp_forest_free(second);
    adscp_forest_free(fresh);
    free(export);
}

int main(void)
{
    static const struct test tests[] = {
        {"steps by chance", test_plain},
        {"... where values are spread over records", test_spread},
        {"each forest by itself", test_apart},
    };

    return test_main(tests, sizeof(tests) / sizeof(tests[0]));
}
