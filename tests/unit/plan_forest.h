/* SPDX-License-Identifier: MIT */
/* The forest that the tests of plans begin with. */
#ifndef ADSCP_TESTS_PLAN_FOREST_H
#define ADSCP_TESTS_PLAN_FOREST_H

#include "test.h"

#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "adscp.h"

#define CONFIG "CN=Configuration,DC=corp,DC=example"
#define SERVERS                                                                \
    "CN=Servers,CN=Group,CN=Administrative Groups,CN=Org,"                     \
    "CN=Microsoft Exchange,CN=Services," CONFIG
#define GUID "77378F46-2C66-4aa9-A6A6-3E7A48B19596"

/* A server whose name is a trap for a shell, one that is plain, and two
 * mailboxes. */
#define ODD "O'X\xE2\x80\x99$(1)`"
static const char plan_export[] =
    "dn:\nconfigurationNamingContext: " CONFIG "\n\n"
    "dn: CN=HQ,CN=Sites," CONFIG "\nobjectClass: site\n\n"
    "dn: CN=Head Quarters,CN=Sites," CONFIG "\nobjectClass: site\n\n"
    "dn: CN=O'b,CN=Sites," CONFIG "\nobjectClass: site\n\n"
    "dn: CN=" ODD ",CN=Sites," CONFIG "\nobjectClass: site\n\n"
    "dn:: Q049TydY4oCZJCgxKWAsQ049U2VydmVycyxDTj1Hcm91cCxDTj1BZG1pbmlzdHJhdGl2"
    "ZSBHcm91cHMsQ049T3JnLENOPU1pY3Jvc29mdCBFeGNoYW5nZSxDTj1TZXJ2aWNlcyxDTj1D"
    "b25maWd1cmF0aW9uLERDPWNvcnAsREM9ZXhhbXBsZQ==\n"
    "objectClass: msExchExchangeServer\n"
    "versionNumber: 1942083019\nserialNumber: Version 15.1 (Build 32507.6)\n"
    "legacyExchangeDN: /o=Org/cn=Servers/cn=ODD\n\n"
    "dn: CN=B,CN=Autodiscover,CN=Protocols,CN=B," SERVERS "\n"
    "objectClass: serviceConnectionPoint\nkeywords: " GUID "\n"
    "keywords: Site=HQ\nkeywords: else\n"
    "serviceBindingInformation: https://b/x\nwhenCreated: 20150101000000.0Z\n\n"
    "dn: CN=B," SERVERS "\nobjectClass: msExchExchangeServer\n"
    "networkAddress: ncacn_ip_tcp:b.corp.example\n"
    "legacyExchangeDN: /o=Org/cn=Servers/cn=B\n\n"
    "dn: CN=EWS (Default Web Site),CN=HTTP,CN=Protocols,CN=B," SERVERS "\n"
    "objectClass: msExchVirtualDirectory\n"
    "objectClass: msExchWebServicesVirtualDirectory\n"
    "msExchInternalHostName: https://b/EWS\n\n"
    "dn: CN=One,CN=Databases," CONFIG "\nobjectClass: msExchPrivateMDB\n"
    "msExchOwningServer: CN=B," SERVERS "\n\n"
    "dn: CN=Two,CN=Databases," CONFIG "\nobjectClass: msExchPrivateMDB\n"
    "msExchOwningServer: CN=B," SERVERS "\n\n"
    "dn: CN=Ann,DC=corp,DC=example\nobjectClass: user\n"
    "homeMDB: CN=one,CN=Databases," CONFIG "\n\n";

static inline adscp_plan *open_plan_with(bool census)
{
    adscp_reader *reader = adscp_reader_new();
    adscp_plan *plan = adscp_plan_new();
    char path[] = "/tmp/adscp-plan-XXXXXX";
    adscp_forest *forest = NULL;
    int fd = mkstemp(path);

    CHECK(write(fd, plan_export, strlen(plan_export)) ==
          (ssize_t)strlen(plan_export));
    close(fd);
    adscp_reader_add_ldif_file(reader, path);
    adscp_reader_set_keep_entries(reader, 1);
    adscp_reader_set_census(reader, census);
    CHECK_INT(adscp_reader_read(reader, &forest), ADSCP_OK);
    adscp_reader_free(reader);
    unlink(path);
    CHECK_INT(adscp_plan_set_forest(plan, forest), ADSCP_OK);
    CHECK_INT(adscp_plan_set_time(plan, 1583020800), ADSCP_OK);
    adscp_forest_free(forest);
    return plan;
}

static inline adscp_plan *open_plan(void)
{
    return open_plan_with(false);
}

#endif
