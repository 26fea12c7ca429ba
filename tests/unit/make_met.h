/* SPDX-License-Identifier: MIT */
/*
 * The forest of KB2006728 with certificates, and what somebody may have seen:
 * EX07 answers first and has a certificate of the company's root, EX10 has the
 * one that setup made, and hands out mail.contoso.com.
 */
#ifndef ADSCP_TESTS_MAKE_MET_H
#define ADSCP_TESTS_MAKE_MET_H

#include "facts/sightings.h"
#include "make_certificate.h"
#include "make_forest.h"

#define MET_EX07 "ex07.contoso.com"
#define MET_EX10 "ex10.contoso.com"
#define MET_MAIL "mail.contoso.com"
#define MET_ANN "ann@contoso.com"
#define PKI_DN "CN=Public Key Services,CN=Services," CONFIG_DN

struct met {
    struct made root, ex07, ex10, mail;
};

static inline struct met met_new(void)
{
    struct met met = {.root = make_authority("Root", NULL)};

    met.ex07 = MAKE(.cn = MET_EX07, .san = "DNS:" MET_EX07,
                    .usage = "serverAuth", .issuer = &met.root);
    met.ex10 = MAKE(.cn = "EX10", .san = "DNS:EX10,DNS:" MET_EX10,
                    .usage = "serverAuth", .until = Y2015);
    met.mail = MAKE(.cn = MET_MAIL, .san = "DNS:" MET_MAIL,
                    .usage = "serverAuth", .issuer = &met.root);
    return met;
}

static inline void met_free(struct met *met)
{
    made_free(&met->root);
    made_free(&met->ex07);
    made_free(&met->ex10);
    made_free(&met->mail);
}

static inline void met_authority(struct make *make, const char *where,
                                 const struct made *made)
{
    char dn[512];

    snprintf(dn, sizeof(dn), "CN=CA,CN=%s," PKI_DN, where);
    make_begin(make, ENTRY_AUTHORITY, dn);
    make_values(make, "objectClass", "certificationAuthority");
    make_value(make, "cACertificate", (const char *)made->der, made->length);
    make_end(make);
}

/* Begun, so that more can be said of it; dn is room that lasts until the end.
 */
static inline void met_begin_server(struct make *make, const char *name,
                                    const char *version, char dn[512])
{
    char address[256];

    snprintf(address, sizeof(address), "ncacn_ip_tcp:%s.contoso.com", name);
    make_begin(make, ENTRY_EXCHANGE, make_server_dn(name, dn));
    make_values(make, "objectClass", "top|server|msExchExchangeServer");
    make_values(make, "networkAddress", address);
    make_reference(make, "msExchServerSite", "HQ", SITES_DN);
    make_values(make, "versionNumber", version);
    make_values(make, "msExchCurrentServerRoles", MAKE_CAS);
}

/* With an SCP for the site HQ, and with what it publishes; NULL: nothing. */
static inline void met_server(struct make *make, const char *name,
                              const char *version, const char *year,
                              const char *url, const struct made *published)
{
    char dn[512];

    met_begin_server(make, name, version, dn);
    if (published != NULL)
        make_value(make, "msExchServerInternalTLSCert",
                   (const char *)published->der, published->length);
    make_end(make);
    make_scp(make, name, "Site=HQ", year, url);
}

/* The first server's SCP is of that year; of 2010, as old as the other one's.
 */
static inline adscp_forest *met_forest_since(const struct met *met,
                                             const char *year)
{
    struct make make = {0};

    make_ask(&make, MET_ANN);
    make_directory(&make, NULL);
    make_site(&make, "HQ");
    met_authority(&make, "Certification Authorities", &met->root);
    met_server(&make, "EX07", MAKE_2007, year,
               "https://" MET_EX07 "/Autodiscover/Autodiscover.xml",
               &met->ex07);
    met_server(&make, "EX10", MAKE_2010, "2010",
               "https://" MET_EX10 "/Autodiscover/Autodiscover.xml",
               &met->ex10);
    make_service(&make, "EX10", "WebServices", "EWS",
                 "https://" MET_MAIL "/EWS/Exchange.asmx");
    make_service(&make, "EX10", "OAB", "OAB", "https://" MET_EX10 "/OAB");
    make_database(&make, "DB1", "EX10");
    make_person(&make, (struct person){.cn = "Ann",
                                       .proxies = "SMTP:" MET_ANN,
                                       .mail = MET_ANN,
                                       .nickname = "ann",
                                       .database = "DB1",
                                       .details = "1"});
    return make_done(&make);
}

static inline adscp_forest *met_forest(const struct met *met)
{
    return met_forest_since(met, "2008");
}

/* One more address of a host: what it did, and showed; NULL: no certificate. */
static inline struct adscp_sighting *met_seen(struct adscp_sightings *sightings,
                                              const char *host, int outcome,
                                              const struct made *made)
{
    struct adscp_sighting *row = sightings_add(sightings, host, 443);

    must(row != NULL);
    row->address = "192.0.2.1";
    row->outcome = outcome;
    row->request = ADSCP_SIGHTING_REQUEST_NONE;
    if (made == NULL) {
        row->detail = "said nothing";
        return row;
    }
    row->chain = arena_alloc(&sightings->arena, sizeof(*row->chain));
    must(row->chain != NULL);
    must(certificates_add(sightings->certificates, made->der, made->length,
                          &row->chain[0]) == ADSCP_OK);
    row->chain_count = 1;
    row->method = ADSCP_SIGHTING_METHOD_PLAINTEXT;
    row->version = 0x0303;
    return row;
}

/* The predictor for Ann at HQ in 2012. */
static inline adscp_predictor *met_predictor(const adscp_forest *forest)
{
    adscp_predictor *predictor = adscp_predictor_new();

    must(predictor != NULL);
    must(adscp_predictor_set_forest(predictor, forest) == ADSCP_OK);
    must(adscp_predictor_set_site(predictor, "HQ") == ADSCP_OK);
    must(adscp_predictor_set_mail(predictor, MET_ANN) == ADSCP_OK);
    must(adscp_predictor_set_time(predictor, Y2012) == ADSCP_OK);
    return predictor;
}

#endif
