/* SPDX-License-Identifier: MIT */
/*
 * Small forests for the tests of judge/ and of the interface above it, fed
 * through the decoder as a reader would feed it.
 */
#ifndef ADSCP_TESTS_MAKE_FOREST_H
#define ADSCP_TESTS_MAKE_FOREST_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adscp.h"
#include "facts/decode/decode.h"
#include "facts/forest.h"

#define CONFIG_DN "CN=Configuration,DC=corp,DC=example"
#define SERVERS_DN                                                             \
    "CN=Servers,CN=AG,CN=Administrative Groups,CN=Org,CN=Microsoft "           \
    "Exchange,CN=Services," CONFIG_DN
#define SITES_DN "CN=Sites," CONFIG_DN
#define URL_GUID "77378F46-2C66-4aa9-A6A6-3E7A48B19596"
#define POINTER_GUID "67661d7F-8FC4-4fa7-BFAC-E1D7794C1F68"
#define LOOKALIKE_GUID "D3614C7C-D214-4F1F-BD4C-00D91C67F93F"
#define CLASS_NAME "ms-Exchange-AutoDiscover-Service"

struct make {
    struct adscp_forest *forest;
    struct directory *directory;
    struct decoder *decoder;
    struct arena values; /* of the entry in the making: the decoder borrows */
};

static inline void must(int ok)
{
    if (!ok) {
        puts("Bail out! the test's forest cannot be made");
        exit(1);
    }
}

static inline void make_value(struct make *make, const char *attribute,
                              const char *value, size_t length)
{
    const char *kept = arena_copy(&make->values, value, length);

    must(kept != NULL);
    if (decoder_attribute(make->decoder, attribute, strlen(attribute)))
        must(decoder_value(make->decoder, kept, length) == ADSCP_OK);
}

/* Values with "|" between them; NULL: none. */
static inline void make_values(struct make *make, const char *attribute,
                               const char *values)
{
    while (values != NULL) {
        const char *end = strchr(values, '|');
        size_t length = end != NULL ? (size_t)(end - values) : strlen(values);

        make_value(make, attribute, values, length);
        values = end != NULL ? end + 1 : NULL;
    }
}

static inline void make_begin(struct make *make, enum entry_kind kind,
                              const char *dn)
{
    must(decoder_begin(make->decoder, kind, dn, strlen(dn), NULL) == ADSCP_OK);
}

static inline void make_end(struct make *make)
{
    must(decoder_end(make->decoder) == ADSCP_OK);
    arena_free(&make->values);
}

/* The directory that was made so far is complete. */
static inline void make_close(struct make *make)
{
    if (make->decoder == NULL)
        return;
    must(decoder_finish(make->decoder) == ADSCP_OK);
    decoder_free(make->decoder);
    make->decoder = NULL;
}

/* The next directory; target "host:port", or NULL for the first one. */
static inline void make_directory(struct make *make, const char *target)
{
    make_close(make);
    if (make->forest == NULL)
        make->forest = forest_new();
    must(make->forest != NULL);
    make->directory = forest_add_directory(make->forest, target);
    must(make->directory != NULL);
    make->directory->allowed = true;
    make->directory->complete = true;
    make->decoder = decoder_new(make->forest, make->directory);
    must(make->decoder != NULL);
    make_begin(make, ENTRY_ROOT, "");
    make_values(make, "configurationNamingContext", CONFIG_DN);
    make_end(make);
}

/* A directory that could not be read. */
static inline void make_unread(struct make *make, const char *target,
                               bool allowed)
{
    make_directory(make, target);
    make_close(make);
    make->directory->allowed = allowed;
    make->directory->problem = allowed ? ADSCP_E_CONNECT : ADSCP_OK;
    make->directory->problem_text = allowed ? "connection refused" : NULL;
}

/* "a" is short for https://a.contoso.com/autodiscover/autodiscover.xml. */
static inline const char *make_url(const char *url, char *out, size_t capacity)
{
    if (url == NULL || strchr(url, ':') != NULL)
        return url;
    snprintf(out, capacity, "https://%s.contoso.com/autodiscover/%s", url,
             "autodiscover.xml");
    return out;
}

static inline void make_scp_at(struct make *make, const char *dn,
                               const char *guid, const char *keywords,
                               const char *created, const char *bindings)
{
    char url[256];

    make_begin(make, ENTRY_SCP, dn);
    make_values(make, "objectClass", "serviceConnectionPoint");
    make_values(make, "keywords", guid);
    make_values(make, "keywords", keywords);
    make_values(make, "serviceBindingInformation",
                make_url(bindings, url, sizeof(url)));
    make_values(make, "serviceClassName", CLASS_NAME);
    make_values(make, "whenCreated", created);
    make_end(make);
}

/* A URL SCP in its usual place; year as "2015", or a whole time. */
static inline void make_scp(struct make *make, const char *name,
                            const char *keywords, const char *year,
                            const char *bindings)
{
    char dn[512], created[64];

    snprintf(dn, sizeof(dn), "CN=%s,CN=Autodiscover,CN=Protocols,CN=%s,%s",
             name, name, SERVERS_DN);
    if (year != NULL)
        snprintf(created, sizeof(created),
                 strlen(year) == 4 ? "%s0101000000.0Z" : "%s", year);
    make_scp_at(make, dn, URL_GUID, keywords, year != NULL ? created : NULL,
                bindings);
}

static inline void make_pointer(struct make *make, const char *name,
                                const char *keywords, const char *bindings)
{
    char dn[512];

    snprintf(dn, sizeof(dn),
             "CN=%s,CN=Microsoft Exchange Autodiscover,CN=Services,%s", name,
             CONFIG_DN);
    make_scp_at(make, dn, POINTER_GUID, keywords, "20150101000000.0Z",
                bindings);
}

static inline void make_server(struct make *make, const char *name,
                               const char *fqdn, const char *site)
{
    char dn[512], value[256];

    snprintf(dn, sizeof(dn), "CN=%s,%s", name, SERVERS_DN);
    make_begin(make, ENTRY_EXCHANGE, dn);
    make_values(make, "objectClass", "msExchExchangeServer");
    make_values(make, "cn", name);
    snprintf(value, sizeof(value), "ncacn_ip_tcp:%s", fqdn);
    make_values(make, "networkAddress", value);
    snprintf(value, sizeof(value), "CN=%s,%s", site, SITES_DN);
    make_values(make, "msExchServerSite", value);
    make_end(make);
}

/* A server of this version; NULL: the attribute is not there. */
static inline void make_version(struct make *make, const char *name,
                                const char *number, const char *serial)
{
    char dn[512], value[256];

    snprintf(dn, sizeof(dn), "CN=%s,%s", name, SERVERS_DN);
    make_begin(make, ENTRY_EXCHANGE, dn);
    make_values(make, "objectClass", "msExchExchangeServer");
    snprintf(value, sizeof(value), "ncacn_ip_tcp:%s.contoso.com", name);
    make_values(make, "networkAddress", value);
    make_values(make, "versionNumber", number);
    make_values(make, "serialNumber", serial);
    make_end(make);
}

/* Numbers of versions as the directory has them, and roles of whole servers. */
#define MAKE_2003 "6944"
#define MAKE_2007_OLD "1912636077"
#define MAKE_2007 "1912832083"
#define MAKE_2010 "1937997947"
#define MAKE_2013 "1941997017"
#define MAKE_2016 "1942063563"
#define MAKE_2019 "1942128340"
#define MAKE_SE "1942129154"
#define MAKE_NEWER "1946157057"
#define MAKE_CAS "38" /* 2007 and 2010 */
#define MAKE_BOTH "16439"

/* An Exchange server; NULL: it has no such attribute. fqdn is by default
 * name.contoso.com. */
struct exchange {
    const char *name;
    const char *fqdn;
    const char *site;
    const char *version;
    const char *roles;
    const char *dag;
    const char *legacy_dn;
    const char *states;
    const char *created;
    const char *provisioning;
};

/* "CN=name,CN=Servers,...". */
static inline const char *make_server_dn(const char *name, char out[512])
{
    snprintf(out, 512, "CN=%s,%s", name, SERVERS_DN);
    return out;
}

static inline void make_reference(struct make *make, const char *attribute,
                                  const char *name, const char *container)
{
    char dn[512];

    if (name == NULL)
        return;
    snprintf(dn, sizeof(dn), "CN=%s,%s", name, container);
    make_value(make, attribute, dn, strlen(dn));
}

static inline void make_exchange(struct make *make, struct exchange server)
{
    char dn[512], address[256];

    make_begin(make, ENTRY_EXCHANGE, make_server_dn(server.name, dn));
    make_values(make, "objectClass", "top|server|msExchExchangeServer");
    snprintf(address, sizeof(address), "ncacn_ip_tcp:%s%s",
             server.fqdn != NULL ? server.fqdn : server.name,
             server.fqdn != NULL ? "" : ".contoso.com");
    make_values(make, "networkAddress", address);
    make_reference(make, "msExchServerSite", server.site, SITES_DN);
    make_values(make, "versionNumber", server.version);
    make_values(make, "msExchCurrentServerRoles", server.roles);
    make_reference(make, "msExchMDBAvailabilityGroupLink", server.dag,
                   "CN=Database Availability Groups," CONFIG_DN);
    make_values(make, "legacyExchangeDN", server.legacy_dn);
    make_values(make, "msExchComponentStates", server.states);
    make_values(make, "whenCreated", server.created);
    make_values(make, "msExchProvisioningFlags", server.provisioning);
    make_end(make);
}

/* A virtual directory; kind as in "WebServices". */
static inline void make_service(struct make *make, const char *server,
                                const char *kind, const char *name,
                                const char *url)
{
    char dn[512], classes[256];

    snprintf(dn, sizeof(dn), "CN=%s,CN=HTTP,CN=Protocols,CN=%s,%s", name,
             server, SERVERS_DN);
    snprintf(classes, sizeof(classes),
             "top|msExchVirtualDirectory|msExch%sVirtualDirectory", kind);
    make_begin(make, ENTRY_EXCHANGE, dn);
    make_values(make, "objectClass", classes);
    make_values(make, "msExchInternalHostName", url);
    make_end(make);
}

#define DATABASES_DN "CN=Databases,CN=AG,CN=Org,CN=Services," CONFIG_DN

/* A database of 2010 or later; owner: the server's name, or NULL. */
static inline void make_database(struct make *make, const char *name,
                                 const char *owner)
{
    char dn[512];

    snprintf(dn, sizeof(dn), "CN=%s,%s", name, DATABASES_DN);
    make_begin(make, ENTRY_EXCHANGE, dn);
    make_values(make, "objectClass", "top|msExchMDB|msExchPrivateMDB");
    make_reference(make, "msExchOwningServer", owner, SERVERS_DN);
    make_end(make);
}

/* Whom an export may hold; values with "|" between them, NULL: none. */
struct person {
    const char *cn;
    const char *classes; /* NULL: those of a user */
    const char *proxies;
    const char *mail;
    const char *nickname;
    const char *database; /* its name */
    const char *home_server;
    const char *target;
    const char *details;
    const char *remote;
};

static inline void make_person(struct make *make, struct person person)
{
    char dn[512];

    snprintf(dn, sizeof(dn), "CN=%s,CN=Users,DC=corp,DC=example", person.cn);
    make_begin(make, ENTRY_BY_CLASS, dn);
    make_values(make, "objectClass",
                person.classes != NULL ? person.classes : "top|person|user");
    make_values(make, "proxyAddresses", person.proxies);
    make_values(make, "mail", person.mail);
    make_values(make, "mailNickname", person.nickname);
    make_reference(make, "homeMDB", person.database, DATABASES_DN);
    make_values(make, "msExchHomeServerName", person.home_server);
    make_values(make, "targetAddress", person.target);
    make_values(make, "msExchRecipientTypeDetails", person.details);
    make_values(make, "msExchRemoteRecipientType", person.remote);
    make_end(make);
}

/* Ask for an address; before the first directory is made. */
static inline void make_ask(struct make *make, const char *mail)
{
    if (make->forest == NULL)
        make->forest = forest_new();
    must(make->forest != NULL && forest_ask(make->forest, mail));
}

static inline void make_site(struct make *make, const char *name)
{
    char dn[512];

    snprintf(dn, sizeof(dn), "CN=%s,%s", name, SITES_DN);
    make_begin(make, ENTRY_SITE_OR_SUBNET, dn);
    make_values(make, "objectClass", "top|site");
    make_values(make, "cn", name);
    make_end(make);
}

static inline void make_subnet(struct make *make, const char *name,
                               const char *site)
{
    char dn[512], value[256];

    snprintf(dn, sizeof(dn), "CN=%s,CN=Subnets,%s", name, SITES_DN);
    make_begin(make, ENTRY_SITE_OR_SUBNET, dn);
    make_values(make, "objectClass", "top|subnet");
    make_values(make, "cn", name);
    if (site != NULL) {
        snprintf(value, sizeof(value), "CN=%s,%s", site, SITES_DN);
        make_values(make, "siteObject", value);
    }
    make_end(make);
}

/* The forest, frozen; the caller's. */
static inline struct adscp_forest *make_done(struct make *make)
{
    struct adscp_forest *forest = make->forest;

    make_close(make);
    must(forest_freeze(forest, NULL) == ADSCP_OK);
    *make = (struct make){0};
    return forest;
}

/* What a client is told, for one prediction. NULL, and -1 for time: not told.
 */
struct asks {
    const char *site;
    const char *address;
    const char *mail;
    int profile;
    int64_t time;
};

static inline adscp_prediction *ask(const adscp_forest *forest,
                                    struct asks asks)
{
    adscp_predictor *predictor = adscp_predictor_new();
    adscp_prediction *prediction = NULL;

    must(predictor != NULL);
    must(adscp_predictor_set_forest(predictor, forest) == ADSCP_OK);
    must(adscp_predictor_set_site(predictor, asks.site) == ADSCP_OK);
    must(adscp_predictor_set_address(predictor, asks.address) == ADSCP_OK);
    must(adscp_predictor_set_mail(predictor, asks.mail) == ADSCP_OK);
    must(adscp_predictor_set_profile(predictor, asks.profile) == ADSCP_OK);
    if (asks.time > 0)
        must(adscp_predictor_set_time(predictor, asks.time) == ADSCP_OK);
    must(adscp_predictor_predict(predictor, &prediction) == ADSCP_OK);
    adscp_predictor_free(predictor);
    return prediction;
}

/* The nth finding with this code, from 0; NULL: there are fewer. */
static inline const adscp_finding *
finding_of(const adscp_prediction *prediction, const char *code, int nth)
{
    int i, count = adscp_prediction_finding_count(prediction);

    for (i = 0; i < count; i++) {
        const adscp_finding *finding = adscp_prediction_finding(prediction, i);

        if (strcmp(adscp_finding_code(finding), code) == 0 && nth-- == 0) {
            /* For tests/contract/findings.py. */
            if (getenv("ADSCP_TELL_FINDINGS") != NULL)
                printf("# found %s\n", code);
            return finding;
        }
    }
    return NULL;
}

static inline int count_findings(const adscp_prediction *prediction,
                                 const char *code)
{
    int count = 0;

    while (finding_of(prediction, code, count) != NULL)
        count++;
    return count;
}

#endif
