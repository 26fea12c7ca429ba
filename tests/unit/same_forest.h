/* SPDX-License-Identifier: MIT */
/* Two forests, row by row and number by number. */
#ifndef ADSCP_TESTS_SAME_FOREST_H
#define ADSCP_TESTS_SAME_FOREST_H

#include "test.h"

#include "adscp.h"
#include "facts/finding.h"
#include "facts/forest.h"
#include "facts/intern.h"

/* Which of several spellings of a name comes first does not matter. */
static inline bool same_name(const struct table_row *a,
                             const struct table_row *b)
{
    return text_equal_fold(a->text, a->length, b->text, b->length);
}

static inline void same_scp(const struct adscp_scp *a,
                            const struct adscp_scp *b)
{
    uint32_t i;

    CHECK_STR(adscp_scp_dn(a), adscp_scp_dn(b));
    CHECK_INT(a->flags, b->flags);
    CHECK_INT(a->created, b->created);
    CHECK_INT(a->server, b->server);
    CHECK_INT(a->dn_tail, b->dn_tail);
    CHECK_INT(a->first_http, b->first_http);
    CHECK_INT(a->url_hash, b->url_hash);
    CHECK_INT(a->keyword_count, b->keyword_count);
    CHECK_INT(a->binding_count, b->binding_count);
    CHECK_STR(a->forest->tails[a->dn_tail], b->forest->tails[b->dn_tail]);
    CHECK_STR(a->forest->texts[a->class_name], b->forest->texts[b->class_name]);
    for (i = 0; i < a->keyword_count && i < b->keyword_count; i++)
        CHECK_INT(a->keywords[i], b->keywords[i]);
    for (i = 0; i < a->binding_count && i < b->binding_count; i++)
        CHECK_STR(scp_binding(a, i), scp_binding(b, i));
}

static inline void same_keywords(const adscp_forest *a, const adscp_forest *b)
{
    size_t i;

    CHECK_INT(a->keyword_count, b->keyword_count);
    for (i = 0; i < a->keyword_count && i < b->keyword_count; i++) {
        const struct keyword *x = &a->keywords[i], *y = &b->keywords[i];

        CHECK_STR(x->text, y->text);
        CHECK_STR(x->value, y->value);
        CHECK_INT(x->name, y->name);
        CHECK(x->kind == y->kind && x->blank == y->blank &&
              x->prefix_case == y->prefix_case && x->marks == y->marks);
    }
    CHECK_INT(a->name_count, b->name_count);
    for (i = 0; i < a->name_count && i < b->name_count; i++)
        CHECK(same_name(&a->intern->names.rows[i], &b->intern->names.rows[i]));
}

static inline void same_server(const struct adscp_server *a,
                               const struct adscp_server *b)
{
    CHECK_STR(a->dn, b->dn);
    CHECK_STR(a->name, b->name);
    CHECK_STR(a->fqdn, b->fqdn);
    CHECK_STR(a->site, b->site);
    CHECK_INT(a->site_name, b->site_name);
    CHECK_STR(a->version_name, b->version_name);
    CHECK_STR(a->build, b->build);
    CHECK_INT(a->roles, b->roles);
    CHECK_STR(a->role_names, b->role_names);
    CHECK_INT(a->front_end, b->front_end);
    CHECK_STR(a->legacy_dn, b->legacy_dn);
    CHECK_STR(a->inactive, b->inactive);
    CHECK_INT(a->created, b->created);
    CHECK_INT(a->certificate.length, b->certificate.length);
    CHECK(a->certificate.length != b->certificate.length ||
          a->certificate.length == 0 ||
          memcmp(a->certificate.bytes, b->certificate.bytes,
                 a->certificate.length) == 0);
}

static inline void same_places(const struct directory *a,
                               const struct directory *b)
{
    size_t i;

    for (i = 0; i < a->site_count; i++) {
        CHECK_STR(a->sites[i].dn, b->sites[i].dn);
        CHECK_STR(a->sites[i].name, b->sites[i].name);
        CHECK_INT(a->sites[i].id, b->sites[i].id);
    }
    for (i = 0; i < a->subnet_count; i++) {
        CHECK_STR(a->subnets[i].dn, b->subnets[i].dn);
        CHECK_STR(a->subnets[i].name, b->subnets[i].name);
        CHECK_STR(a->subnets[i].site, b->subnets[i].site);
        CHECK_INT(a->subnets[i].site_id, b->subnets[i].site_id);
        CHECK_INT(a->subnets[i].state, b->subnets[i].state);
        CHECK_INT(a->subnets[i].prefix, b->subnets[i].prefix);
    }
}

static inline void same_small_rows(const struct directory *a,
                                   const struct directory *b)
{
    size_t i;

    for (i = 0; i < a->service_count; i++) {
        CHECK_STR(a->services[i].dn, b->services[i].dn);
        CHECK_STR(a->services[i].url, b->services[i].url);
        CHECK_INT(a->services[i].server, b->services[i].server);
    }
    for (i = 0; i < a->database_count; i++) {
        CHECK_STR(a->databases[i].dn, b->databases[i].dn);
        CHECK_STR(a->databases[i].owner, b->databases[i].owner);
        CHECK_INT(a->databases[i].server, b->databases[i].server);
        CHECK_INT(a->databases[i].owner_is_told, b->databases[i].owner_is_told);
    }
    for (i = 0; i < a->authority_count; i++) {
        CHECK_STR(a->authorities[i].dn, b->authorities[i].dn);
        CHECK_INT(a->authorities[i].certificate_count,
                  b->authorities[i].certificate_count);
    }
    for (i = 0; i < a->recipient_count; i++) {
        CHECK_STR(a->recipients[i].dn, b->recipients[i].dn);
        CHECK_INT(a->recipients[i].database, b->recipients[i].database);
    }
}

static inline void same_notes(const struct directory *a,
                              const struct directory *b)
{
    size_t i;

    CHECK_INT(a->notes.count, b->notes.count);
    for (i = 0; i < a->notes.count && i < b->notes.count; i++) {
        CHECK_STR(adscp_finding_code(&a->notes.rows[i]),
                  adscp_finding_code(&b->notes.rows[i]));
        CHECK_STR(adscp_finding_dn(&a->notes.rows[i]),
                  adscp_finding_dn(&b->notes.rows[i]));
    }
}

static inline bool same_counts(const struct directory *a,
                               const struct directory *b)
{
    CHECK_INT(a->scp_count, b->scp_count);
    CHECK_INT(a->server_count, b->server_count);
    CHECK_INT(a->site_count, b->site_count);
    CHECK_INT(a->subnet_count, b->subnet_count);
    CHECK_INT(a->service_count, b->service_count);
    CHECK_INT(a->database_count, b->database_count);
    CHECK_INT(a->authority_count, b->authority_count);
    CHECK_INT(a->recipient_count, b->recipient_count);
    return a->scp_count == b->scp_count && a->server_count == b->server_count &&
           a->site_count == b->site_count &&
           a->subnet_count == b->subnet_count &&
           a->service_count == b->service_count &&
           a->database_count == b->database_count &&
           a->authority_count == b->authority_count &&
           a->recipient_count == b->recipient_count;
}

static inline void same_forest(const adscp_forest *a, const adscp_forest *b)
{
    const struct directory *x = a->directories[0], *y = b->directories[0];
    size_t i;

    CHECK_STR(x->config_dn, y->config_dn);
    CHECK_INT(x->complete, y->complete);
    CHECK_INT(a->has_domains, b->has_domains);
    if (!same_counts(x, y))
        return;
    for (i = 0; i < x->scp_count; i++) {
        CHECK(x->scps[i].forest == a);
        same_scp(&x->scps[i], &y->scps[i]);
    }
    for (i = 0; i < x->server_count; i++)
        same_server(&x->servers[i], &y->servers[i]);
    same_places(x, y);
    same_small_rows(x, y);
    same_keywords(a, b);
    same_notes(x, y);
}

#endif
