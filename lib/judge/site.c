/* SPDX-License-Identifier: MIT */
/*
 * Which AD site is the client's computer in? What a domain controller would
 * compute ([MS-ADTS] 6.3.3.2): the only site of a forest that has one, else the
 * site of the subnet that holds the address. The specification leaves open
 * which of several subnets wins; practice is the longest prefix, and the losers
 * are named. Asks no DNS and no directory: subnets are facts of the forest.
 */
#include "judge/site.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/text.h"
#include "facts/dn.h"
#include "facts/finding.h"
#include "facts/host.h"
#include "judge/directory/subnets.h"
#include "judge/wrong_site.h"

bool site_parse_address(const char *text, struct site_address *addressp)
{
    static const uint8_t mapped[12] = {0, 0, 0, 0, 0,    0,
                                       0, 0, 0, 0, 0xFF, 0xFF};
    struct site_address address = {.family = 4};
    size_t length = strcspn(text, "%");

    /* RFC 4007 11: a scope has a name, and only IPv6 has scopes. */
    if (strcmp(text + length, "%") == 0)
        return false;
    if (!host_address(span_of(text), AF_INET, address.bytes)) {
        if (!host_address((struct span){text, length}, AF_INET6, address.bytes))
            return false;
        address.family = 6;
    }
    if (address.family == 6 &&
        memcmp(address.bytes, mapped, sizeof(mapped)) == 0) {
        memmove(address.bytes, address.bytes + sizeof(mapped), 4);
        memset(address.bytes + 4, 0, sizeof(mapped));
        address.family = 4;
    }
    *addressp = address;
    return true;
}

/* The longest prefix; of equal ones (IPv6 names may keep host bits) the first.
 */
static const struct adscp_subnet *
find_subnet(const struct subnets *subnets, const struct site_address *address)
{
    const struct adscp_subnet *const *rows;
    unsigned length = subnets_longest(address) + 1;

    while (length-- > 0)
        if (subnets_find(subnets, address, length, &rows) > 0)
            return rows[0];
    return NULL;
}

/* The widest comes first. */
static int report_shadowed(const struct subnets *subnets,
                           const struct site_address *address,
                           const struct adscp_subnet *best,
                           struct finding_list *findings)
{
    const struct adscp_subnet *const *rows;
    unsigned length;
    int rc = ADSCP_OK;

    for (length = 0; length <= best->prefix; length++) {
        size_t count = subnets_find(subnets, address, length, &rows), i;

        for (i = 0; i < count && rc == ADSCP_OK; i++)
            if (rows[i] != best)
                rc = finding_add(
                    findings, FINDING_CLIENT_SUBNET_SHADOWED,
                    (struct finding_what){.dn = rows[i]->dn,
                                          .subnet = rows[i]->name,
                                          .deciding_subnet = best->name});
    }
    return rc;
}

/* [MS-ADTS] 6.3.3.2: where the forest has one site, subnets decide nothing. */
static const struct adscp_site *only_site(const struct directory *directory)
{
    const struct adscp_site *only = NULL;
    size_t i;

    for (i = 0; i < directory->site_count; i++) {
        if (dn_name_is_mangled(directory->sites[i].name))
            continue;
        if (only != NULL)
            return NULL;
        only = &directory->sites[i];
    }
    return only;
}

static const struct adscp_site *find_site(const struct directory_index *page,
                                          name_id id)
{
    if (id == NAME_NONE || page->site_of[id] == 0)
        return NULL;
    return &page->directory->sites[page->site_of[id] - 1];
}

static int judge_address(struct forest_index *forest_index,
                         const struct directory_index *page, const char *text,
                         struct finding_list *findings,
                         struct client_site *sitep)
{
    const struct adscp_site *only = only_site(page->directory);
    struct site_address address;
    const struct subnets *subnets;
    const struct adscp_subnet *subnet;
    int rc;

    if (only != NULL) {
        *sitep = (struct client_site){.name = only->name,
                                      .id = only->id,
                                      .source =
                                          ADSCP_PREDICTION_SITE_SOURCE_ADDRESS};
        return ADSCP_OK;
    }
    if (!site_parse_address(text, &address))
        return ADSCP_E_ARGUMENT;
    rc = subnets_read(forest_index, &subnets);
    if (rc != ADSCP_OK)
        return rc;
    subnet = find_subnet(subnets, &address);
    if (subnet == NULL)
        return finding_add(findings, FINDING_CLIENT_ADDRESS_NO_SUBNET,
                           (struct finding_what){.address = text});
    rc = report_shadowed(subnets, &address, subnet, findings);
    if (rc != ADSCP_OK)
        return rc;
    if (subnet->site == NULL || dn_name_is_mangled(subnet->site))
        return finding_add(findings, FINDING_CLIENT_SUBNET_NO_SITE,
                           (struct finding_what){.dn = subnet->dn,
                                                 .address = text,
                                                 .subnet = subnet->name});
    *sitep =
        (struct client_site){.name = subnet->site,
                             .id = subnet->site_id,
                             .source = ADSCP_PREDICTION_SITE_SOURCE_ADDRESS};
    return ADSCP_OK;
}

static bool is_missing(const struct directory_index *page,
                       const struct client_site *site)
{
    return site->name != NULL && page->directory->site_count > 0 &&
           find_site(page, site->id) == NULL;
}

/* A name that no site has is a mistake somewhere. */
static int check_site(const struct directory_index *page,
                      const struct client_site *site,
                      struct finding_list *findings)
{
    if (!is_missing(page, site))
        return ADSCP_OK;
    return finding_add(
        findings, FINDING_CLIENT_SITE_MISSING,
        (struct finding_what){.site = site->name,
                              .words =
                                  page->directory->complete
                                      ? ""
                                      : " (but not all of it could be read)"});
}

/* Whether any site is known by a name that a client can have. */
static bool has_sites(const struct directory *directory)
{
    size_t i;

    for (i = 0; i < directory->site_count; i++)
        if (!dn_name_is_mangled(directory->sites[i].name))
            return true;
    return false;
}

/* A mistyped question gets no answer, where the mistake is certain. */
static int refuse_site(const struct directory_index *page,
                       const struct client_site *site, struct detail *detail)
{
    if (!is_missing(page, site) || !page->directory->complete ||
        !has_sites(page->directory))
        return ADSCP_OK;
    return wrong_site(page->directory, site->name, detail);
}

/* By its name, or as a site's name is shown where some of it is escaped. */
static name_id site_named(const struct adscp_forest *forest,
                          const struct directory_index *page, const char *name)
{
    const struct directory *directory = page->directory;
    size_t length = strlen(name), i;
    name_id id = forest_find_name(forest, name, length);

    for (i = 0; i < directory->site_count && find_site(page, id) == NULL; i++) {
        const char *shown = directory->sites[i].name;

        if (shown != NULL &&
            text_equal_fold(shown, strlen(shown), name, length))
            id = directory->sites[i].id;
    }
    return id;
}

static int judge_name(const struct adscp_forest *forest,
                      const struct directory_index *page, const char *name,
                      int source, struct finding_list *findings,
                      struct client_site *sitep)
{
    *sitep = (struct client_site){
        .name = name,
        .id = site_named(forest, page, name),
        .source = source,
    };
    return check_site(page, sitep, findings);
}

/* What the server answered, or would answer ([MS-ADTS] 6.3.3.2) any client of a
 * forest with one site. Of another export than a snapshot nobody knows whether
 * it is of this client's forest, or holds all its sites. */
static int judge_directory(const struct adscp_forest *forest,
                           const struct directory_index *page,
                           struct finding_list *findings,
                           struct client_site *sitep)
{
    const struct adscp_site *only = only_site(page->directory);
    const char *name = forest->client_site;

    if (name != NULL && name[0] != '\0')
        return judge_name(forest, page, name,
                          ADSCP_PREDICTION_SITE_SOURCE_DIRECTORY, findings,
                          sitep);
    if (only != NULL && page->directory->first_hand)
        *sitep = (struct client_site){
            .name = only->name,
            .id = only->id,
            .source = ADSCP_PREDICTION_SITE_SOURCE_DIRECTORY};
    else if (name != NULL)
        return finding_add(findings, FINDING_CLIENT_SITE_NONE,
                           (struct finding_what){0});
    return ADSCP_OK;
}

/* A client that was told its site at one place and time is moved, or the
 * subnets are changed, while it still goes by the old one. */
static int compare_address(struct forest_index *forest_index,
                           const struct directory_index *page,
                           const char *address, const struct client_site *told,
                           struct finding_list *findings)
{
    struct client_site found = {.id = NAME_NONE};
    int rc = judge_address(forest_index, page, address, findings, &found);

    if (rc != ADSCP_OK || found.name == NULL || found.id == told->id)
        return rc;
    return finding_add(
        findings, FINDING_CLIENT_SITE_STALE,
        (struct finding_what){.site = told->name, .address_site = found.name});
}

/* A site that was told by the name "" is unknown, whoever else may know it. */
int site_judge(struct forest_index *forest_index,
               const struct directory_index *page, const char *site,
               const char *address, struct finding_list *findings,
               struct client_site *sitep, struct detail *detail)
{
    const struct adscp_forest *forest = forest_index->forest;
    struct client_site found = {.id = NAME_NONE,
                                .source = ADSCP_PREDICTION_SITE_SOURCE_NONE};
    int rc = ADSCP_OK;

    if (site != NULL && site[0] != '\0') {
        rc = judge_name(forest, page, site, ADSCP_PREDICTION_SITE_SOURCE_GIVEN,
                        findings, &found);
        if (rc == ADSCP_OK)
            rc = refuse_site(page, &found, detail);
        if (rc == ADSCP_OK && address != NULL)
            rc = compare_address(forest_index, page, address, &found, findings);
    } else if (site == NULL && address != NULL) {
        rc = judge_address(forest_index, page, address, findings, &found);
        if (rc == ADSCP_OK)
            rc = check_site(page, &found, findings);
    } else if (site == NULL) {
        rc = judge_directory(forest, page, findings, &found);
    }
    if (rc == ADSCP_OK && found.name == NULL)
        rc = finding_add(findings, FINDING_CLIENT_SITE_UNKNOWN,
                         (struct finding_what){0});
    if (rc == ADSCP_OK)
        *sitep = found;
    return rc;
}
