/* SPDX-License-Identifier: MIT */
/*
 * An export in a file of its own, big enough to show every kind of row: some
 * servers in some sites, SCPs of every sort, and a pointer to another forest,
 * whose export is the second text.
 */
#ifndef ADSCP_TESTS_EXPORT_H
#define ADSCP_TESTS_EXPORT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXPORT_CONFIG "CN=Configuration,DC=corp,DC=example"
#define EXPORT_ORG                                                             \
    "CN=Servers,CN=Exchange Administrative Group,CN=Org,"                      \
    "CN=Microsoft Exchange,CN=Services," EXPORT_CONFIG
#define EXPORT_URL_GUID "77378F46-2C66-4aa9-A6A6-3E7A48B19596"
#define EXPORT_POINTER_GUID "67661D7F-8FC4-4fa7-BFAC-E1D7794C1F68"

static const char export_frame[] =
    "dn:\n"
    "configurationNamingContext: " EXPORT_CONFIG "\n"
    "dnsHostName: dc1.corp.example\n\n"
    "dn: CN=10.1.0.0/16,CN=Subnets,CN=Sites," EXPORT_CONFIG "\n"
    "objectClass: subnet\n"
    "siteObject: CN=Site-1,CN=Sites," EXPORT_CONFIG "\n\n"
    "dn: CN=broken,CN=Subnets,CN=Sites," EXPORT_CONFIG "\n"
    "objectClass: subnet\n\n"
    "dn: CN=odd,CN=Autodiscover,CN=Protocols,CN=GONE," EXPORT_ORG "\n"
    "objectClass: serviceConnectionPoint\n"
    "keywords: " EXPORT_URL_GUID "\n"
    "keywords: site= Site-1\n"
    "keywords: nonsense\n"
    "serviceClassName: ms-Exchange-AutoDiscover-Service\n"
    "serviceBindingInformation: http://short/x\n"
    "serviceBindingInformation: ftp://a.example\n"
    "serviceBindingInformation:: aHR0cHM6Ly9hG1szMW0uZXhhbXBsZQ==\n"
    "whenCreated: yesterday\n\n"
    "dn: CN=res,CN=Microsoft Exchange Autodiscover,"
    "CN=Services," EXPORT_CONFIG "\n"
    "objectClass: serviceConnectionPoint\n"
    "keywords: " EXPORT_POINTER_GUID "\n"
    "keywords: Domain=fabrikam.example\n"
    "serviceBindingInformation: LDAP://res.example\n"
    "whenCreated: 20090115103000.0Z\n\n"
    "dn: CN=parts,CN=Autodiscover,CN=Protocols,CN=EX1," EXPORT_ORG "\n"
    "objectClass: serviceConnectionPoint\n"
    "keywords;range=0-0: " EXPORT_URL_GUID "\n"
    "serviceBindingInformation: https://parts.corp.example/x\n"
    "serviceBindingInformation: https://192.0.2.1/x\n\n"
    "dn: CN=parts,CN=Autodiscover,CN=Protocols,CN=EX1," EXPORT_ORG "\n"
    "keywords;range=1-*: Site=Nowhere\n\n"
    "dn: CN=outside,CN=Services,CN=Configuration,DC=else,DC=example\n"
    "objectClass: serviceConnectionPoint\n"
    "keywords: " EXPORT_URL_GUID "\n\n"
    "dn: CN=broken,CN=Services," EXPORT_CONFIG "\n"
    "objectClass: serviceConnectionPoint\n"
    "keywords:: !\n\n";

#define EXPORT_RES                                                             \
    "CN=Servers,CN=Org,CN=Services,"                                           \
    "CN=Configuration,DC=res"
#define EXPORT_RES_SERVER(name, host, version)                                 \
    "dn: CN=" name "," EXPORT_RES "\n"                                         \
    "objectClass: msExchExchangeServer\n"                                      \
    "networkAddress: ncacn_ip_tcp:" host "\n"                                  \
    "versionNumber: " version "\n"                                             \
    "msExchCurrentServerRoles: 38\n"                                           \
    "msExchComponentStates: 1:ServerWideOffline:x:0:1\n"                       \
    "msExchMDBAvailabilityGroupLink: CN=DAG1,DC=res\n"                         \
    "legacyExchangeDN: /o=Org/cn=" name "\n"                                   \
    "msExchServerInternalTLSCert:: MIIB\n"                                     \
    "msExchServerSite: CN=" name "-Site,CN=Sites,CN=Configuration,"            \
    "DC=res\n\n"
#define EXPORT_RES_SCP(name, host, created)                                    \
    "dn: CN=" name ",CN=Autodiscover,CN=Protocols,CN=" name "," EXPORT_RES     \
    "\nobjectClass: serviceConnectionPoint\n"                                  \
    "keywords: " EXPORT_URL_GUID "\n"                                          \
    "keywords: Site=Site-1\n"                                                  \
    "serviceBindingInformation: "                                              \
    "https://" host "/Autodiscover/Autodiscover.xml\n"                         \
    "whenCreated: " created "\n\n"
#define EXPORT_RES_SERVICE(name, kind, url)                                    \
    "dn: CN=" kind ",CN=HTTP,CN=Protocols,CN=" name "," EXPORT_RES             \
    "\nobjectClass: msExch" kind "VirtualDirectory\n"                          \
    "msExchInternalHostName: " url "\n\n"

/* Exchange 2007 first, and a mailbox on 2010: a redirect with alternatives, to
 * servers that setup has just left, and what follows it. */
static const char export_other[] = EXPORT_RES_SERVER("RES1", "res1.res.example",
                                                     "1912832083")
    EXPORT_RES_SERVER(
        "RES2", "res2.res.example",
        "1937997947") "dn: CN=RES3," EXPORT_RES "\n"
                      "objectClass: msExchExchangeServer\n"
                      "networkAddress: ncacn_ip_tcp:res3.res.example\n"
                      "versionNumber: 1937997947\n"
                      "msExchCurrentServerRoles: 4\n"
                      "msExchServerSite: "
                      "CN=RES2-Site,CN=Sites,CN=Configuration,"
                      "DC=res\n\n" EXPORT_RES_SCP("RES1", "res1.res.example",
                                                  "20090115103000.0Z")
                          EXPORT_RES_SCP("RES2", "res2.res.example",
                                         "20120115103000.0Z")
                              EXPORT_RES_SCP("RES3", "mail.res.example",
                                             "20120116103000.0Z")
                                  EXPORT_RES_SCP("GONE", "mail.res.example",
                                                 "20120117103000.0Z")
                                      EXPORT_RES_SERVICE(
                                          "RES2", "WebServices",
                                          "https://mail.res.example/ews")
                                          EXPORT_RES_SERVICE(
                                              "RES3", "WebServices",
                                              "https://mail.res.example/EWS")
                                              EXPORT_RES_SERVICE(
                                                  "RES3", "RpcHttp",
                                                  "rpc.res.example")
                                                  EXPORT_RES_SERVICE(
                                                      "RES3", "AutoDiscover",
                                                      "https://ad.res.example/"
                                                      "x") "dn: "
                                                           "CN=Root,CN="
                                                           "Certification "
                                                           "Authorities,CN="
                                                           "Public Key "
                                                           "Services,"
                                                           "CN=Services,CN="
                                                           "Configuration,DC="
                                                           "res\n"
                                                           "objectClass: "
                                                           "certificationAuthor"
                                                           "ity\n"
                                                           "cACertificate:: "
                                                           "MIIB\n"
                                                           "cACertificate:: "
                                                           "MIIC\n\n"
                                                           "dn: "
                                                           "CN=DB1,CN="
                                                           "Databases,CN="
                                                           "Configuration,DC="
                                                           "res\n"
                                                           "objectClass: "
                                                           "msExchPrivateMDB\n"
                                                           "msExchOwningServer:"
                                                           " CN="
                                                           "RES2," EXPORT_RES
                                                           "\n\n"
                                                           "dn: CN=Bob,DC=res\n"
                                                           "objectClass: "
                                                           "contact\n"
                                                           "mailNickname: bob\n"
                                                           "proxyAddresses: "
                                                           "smtp:bob@fabrikam."
                                                           "example\n"
                                                           "targetAddress: "
                                                           "SMTP:bob@else."
                                                           "example\n\n"
                                                           "dn: CN=Ann\\ "
                                                           ",DC=res\n"
                                                           "objectClass: user\n"
                                                           "mail: "
                                                           "ann@fabrikam."
                                                           "example\n"
                                                           "proxyAddresses: "
                                                           "SMTP:ann@fabrikam."
                                                           "example\n"
                                                           "msExchHomeServerNam"
                                                           "e: /o=Org/cn=RES1\n"
                                                           "homeMDB: "
                                                           "CN=DB1,CN="
                                                           "Databases,CN="
                                                           "Configuration,DC="
                                                           "res\n\n";

/* One server with its SCP; every fourth starts a site. */
static inline void export_put_server(FILE *file, int i)
{
    fprintf(file,
            "dn: CN=EX%d," EXPORT_ORG "\n"
            "objectClass: msExchExchangeServer\n"
            "networkAddress: ncacn_ip_tcp:ex%d.corp.example\n"
            "msExchServerSite: CN=Site-%d,CN=Sites," EXPORT_CONFIG "\n"
            "versionNumber: %d\n"
            "serialNumber: Version 15.1 (Build 32507.6)\n\n",
            i, i, i / 4, i % 6 == 5 ? 1937997947 : 1942063563);
    if (i % 4 == 0)
        fprintf(file,
                "dn: CN=Site-%d,CN=Sites," EXPORT_CONFIG "\n"
                "objectClass: site\n\n",
                i / 4);
    fprintf(file,
            "dn: CN=EX%d,CN=Autodiscover,CN=Protocols,CN=EX%d," EXPORT_ORG "\n"
            "objectClass: serviceConnectionPoint\n"
            "keywords: " EXPORT_URL_GUID "\n",
            i, i);
    if (i % 5 != 0)
        fprintf(file, "keywords: Site=Site-%d\n", i / 4);
    fprintf(file,
            "serviceBindingInformation: "
            "https://ex%d.corp.example/Autodiscover/Autodiscover.xml\n"
            "whenCreated: 20%02d0115103000.0Z\n\n",
            i % 7 == 6 ? i - 1 : i, 8 + i * 7 % 11);
}

/* Write a file; path becomes its name, and the caller unlinks it. */
static inline void export_write(char path[40], int servers, const char *text)
{
    FILE *file;
    int i, fd;

    strcpy(path, "/tmp/adscp-export-XXXXXX");
    fd = mkstemp(path);
    file = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (file == NULL) {
        puts("Bail out! no temporary file");
        exit(1);
    }
    fputs(text, file);
    for (i = 0; i < servers; i++)
        export_put_server(file, i);
    fclose(file);
}

#endif
