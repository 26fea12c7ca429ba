/* SPDX-License-Identifier: MIT */
/*
 * Names in a certificate that nobody leads a client to. Of all that clients of
 * the organisation meet each certificate is told once; that a single client
 * does not use a name would say nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "base/rows.h"
#include "base/table.h"
#include "facts/certificate/certificate.h"
#include "facts/host.h"
#include "facts/url.h"
#include "judge/coverage/private.h"

enum { NAMES_TOLD = 5, TEXT_MAX = 512 };

struct unused {
    struct arena *arena;
    struct finding_list *findings;
    struct table hosts;     /* that somebody may lead a client to */
    struct table domains;   /* right above them: ".corp.example" */
    struct hash_index told; /* certificates, by what they are */
    const struct adscp_certificate **seen;
    uint32_t count;
};

/* ----------------------------------------------------------------- hosts -- */

static int keep(struct unused *unused, struct span host)
{
    const char *dot;

    host = host_without_dot(host);
    dot = memchr(host.text, '.', host.length);
    if (table_keep(&unused->hosts, unused->arena, host.text, host.length) ==
            TABLE_NONE ||
        (dot != NULL &&
         table_keep(&unused->domains, unused->arena, dot,
                    host.length - (size_t)(dot - host.text)) == TABLE_NONE))
        return ADSCP_E_NOMEM;
    return ADSCP_OK;
}

static int keep_url(struct unused *unused, const char *text)
{
    struct url url;

    return url_split_host(text, &url) ? keep(unused, url.host) : ADSCP_OK;
}

static int keep_name(struct unused *unused, const char *name)
{
    return name != NULL ? keep(unused, (struct span){name, strlen(name)})
                        : ADSCP_OK;
}

static int keep_scps(struct unused *unused, const struct directory *directory)
{
    int rc = ADSCP_OK;
    uint32_t k;
    size_t i;

    for (i = 0; i < directory->scp_count; i++)
        for (k = 0; k < directory->scps[i].binding_count && rc == ADSCP_OK; k++)
            rc = keep_url(unused, scp_binding(&directory->scps[i], k));
    return rc;
}

static int keep_directory(struct unused *unused,
                          const struct directory *directory)
{
    int rc = keep_scps(unused, directory);
    size_t i;

    for (i = 0; i < directory->server_count && rc == ADSCP_OK; i++) {
        rc = keep_name(unused, directory->servers[i].name);
        if (rc == ADSCP_OK)
            rc = keep_name(unused, directory->servers[i].fqdn);
    }
    for (i = 0; i < directory->service_count && rc == ADSCP_OK; i++)
        rc = keep_url(unused, directory->services[i].url);
    return rc;
}

/* ----------------------------------------------------------------- names -- */

/* "*.corp.example" is for hosts right below that domain. */
static bool is_used(const struct unused *unused, struct span name)
{
    if (text_starts(name.text, name.length, "autodiscover."))
        return true; /* Outlook makes it of a mail domain */
    return text_starts(name.text, name.length, "*.")
               ? table_find(&unused->domains, name.text + 1, name.length - 1) !=
                     TABLE_NONE
               : table_find(&unused->hosts, name.text, name.length) !=
                     TABLE_NONE;
}

/* Those that are not, as far as there is room; returns their count. */
static int64_t list_names(const struct unused *unused,
                          const struct certificate_facts *facts,
                          char text[TEXT_MAX], int64_t *toldp)
{
    size_t i, length = 0;
    int64_t count = 0;

    *toldp = 0;
    for (i = 0; i < facts->dns_name_count; i++) {
        const char *name = facts->dns_names[i].text;
        struct span host = host_without_dot((struct span){name, strlen(name)});

        if (is_used(unused, host))
            continue;
        count++;
        if (*toldp == NAMES_TOLD || *toldp < count - 1 ||
            length + host.length + 3 > TEXT_MAX)
            continue;
        if (length > 0) {
            memcpy(text + length, ", ", 2);
            length += 2;
        }
        memcpy(text + length, host.text, host.length);
        length += host.length;
        ++*toldp;
    }
    text[length] = '\0';
    return count;
}

/* ---------------------------------------------------------- certificates -- */

/* Lack of memory counts as known. */
static bool is_new(struct unused *unused,
                   const struct adscp_certificate *certificate, int *rcp)
{
    uint32_t hash = hash_bytes((const char *)&certificate, sizeof(certificate));
    uint32_t at, found = hash_first(&unused->told, hash, &at);
    const struct adscp_certificate **seen;

    while (found != HASH_NONE && unused->seen[found] != certificate)
        found = hash_next(&unused->told, hash, &at);
    if (found != HASH_NONE)
        return false;
    seen = rows_grow(unused->seen, unused->count, sizeof(*seen));
    if (seen != NULL)
        unused->seen = seen;
    if (seen == NULL || !hash_add(&unused->told, hash, unused->count)) {
        *rcp = ADSCP_E_NOMEM;
        return false;
    }
    seen[unused->count++] = certificate;
    return true;
}

static int find_names(struct unused *unused, const struct host_check *met,
                      const char *host)
{
    const struct certificate_facts *facts;
    struct finding_what what = {.host = host};
    char text[TEXT_MAX];
    int64_t told;
    int rc = ADSCP_OK;

    if (met->certificate == NULL || !is_new(unused, met->certificate, &rc))
        return rc;
    facts = certificate_facts(met->certificate);
    if (facts == NULL)
        return ADSCP_E_NOMEM;
    what.count =
        facts->problem == NULL ? list_names(unused, facts, text, &told) : 0;
    if (what.count == 0)
        return ADSCP_OK;
    what.names = arena_copy(unused->arena, text, strlen(text));
    what.words = finding_and_more(unused->arena, what.count - told);
    if (what.names == NULL || what.words == NULL)
        return ADSCP_E_NOMEM;
    return finding_add(unused->findings, FINDING_CERT_NAMES_UNUSED, what);
}

static int find_class(struct unused *unused,
                      const struct adscp_prediction *prediction)
{
    const struct route *route = &prediction->way.route;
    const struct service_checks *checks = prediction->service_checks;
    int rc = ADSCP_OK, i;
    size_t k;

    for (i = 0; i < route->count && rc == ADSCP_OK; i++) {
        const struct adscp_hop *hop = &route->hops[i];
        const char *host = hop_host(hop);

        rc = find_names(unused, &hop->met, host != NULL ? host : hop->url);
    }
    for (k = 0; checks != NULL && k < checks->count && rc == ADSCP_OK; k++)
        rc = find_names(unused, &checks->rows[k].met,
                        checks->rows[k].service->host);
    return rc;
}

int unused_names_report(const struct adscp_coverage *coverage,
                        struct arena *arena, struct finding_list *findings)
{
    const struct adscp_forest *forest = coverage->forest_index->forest;
    struct unused unused = {.arena = arena,
                            .findings = findings,
                            .hosts = {.sense = TABLE_ASCII},
                            .domains = {.sense = TABLE_ASCII}};
    int rc = ADSCP_OK;
    size_t i;

    for (i = 0; i < forest->directory_count && rc == ADSCP_OK; i++)
        if (coverage->forest_index->pages[i] != NULL)
            rc = keep_directory(&unused,
                                coverage->forest_index->pages[i]->directory);
    for (i = 0; i < coverage->class_count && rc == ADSCP_OK; i++)
        rc = find_class(&unused, coverage->classes[i].prediction);
    table_clear(&unused.hosts);
    table_clear(&unused.domains);
    hash_clear(&unused.told);
    free(unused.seen);
    return rc;
}
