/* SPDX-License-Identifier: MIT */
/*
 * What is odd in the whole organisation: about the table itself, about what its
 * classes meet, each thing once, and about the directories that were searched.
 */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "facts/finding.h"
#include "judge/coverage/private.h"
#include "judge/directory/lifecycle.h"
#include "judge/directory/new_servers.h"
#include "judge/finding_parts.h"
#include "judge/unmet.h"

struct coverage_findings {
    const struct adscp_coverage *coverage;
    struct arena arena;
    struct finding_list whole;
    struct hash_index known; /* the rows of whole */
    struct finding_parts parts;
};

/* ------------------------------------------------------------ each once -- */

static bool is_known(const struct coverage_findings *findings,
                     const struct adscp_finding *finding, uint32_t hash)
{
    uint32_t at, found = hash_first(&findings->known, hash, &at);

    while (found != HASH_NONE &&
           !finding_same(&findings->whole.rows[found], finding))
        found = hash_next(&findings->known, hash, &at);
    return found != HASH_NONE;
}

static int tell_once(struct coverage_findings *findings,
                     const struct adscp_finding *finding)
{
    uint32_t hash = finding_hash(finding);

    if (is_known(findings, finding, hash))
        return ADSCP_OK;
    if (!hash_add(&findings->known, hash, (uint32_t)findings->whole.count))
        return ADSCP_E_NOMEM;
    return finding_add_row(&findings->whole, finding);
}

static int tell_list(struct coverage_findings *findings,
                     const struct finding_list *list)
{
    int rc = ADSCP_OK;
    size_t i;

    for (i = 0; i < list->count && rc == ADSCP_OK; i++)
        rc = tell_once(findings, &list->rows[i]);
    return rc;
}

/* -------------------------------------------------------------- classes -- */

static int tell_class(struct coverage_findings *findings,
                      const struct coverage_class *class)
{
    struct finding_list list = {0};
    int rc = tell_list(findings, &class->prediction->order.findings);

    if (rc == ADSCP_OK)
        rc = predict_report(class->prediction, &findings->arena, &list);
    if (rc == ADSCP_OK)
        rc = tell_list(findings, &list);
    finding_list_free(&list);
    return rc;
}

/* ---------------------------------------------------------- the table -- */

enum { DOMAINS_NAMED = 10, DOMAINS_SIZE = 400 };

/* Mail domains, as many as a sentence holds. */
struct domains {
    char text[DOMAINS_SIZE];
    size_t length;
    int64_t named, count;
};

static void add_domain(struct domains *domains, const char *name)
{
    size_t length = strlen(name);

    domains->count++;
    if (domains->named < domains->count - 1 ||
        domains->named == DOMAINS_NAMED ||
        domains->length + length + 3 > DOMAINS_SIZE)
        return;
    if (domains->length > 0) {
        memcpy(domains->text + domains->length, ", ", 2);
        domains->length += 2;
    }
    memcpy(domains->text + domains->length, name, length);
    domains->length += length;
    domains->named++;
}

static void add_domains_of(struct domains *domains, const struct adscp_scp *scp,
                           bool *seen)
{
    size_t i;

    if (scp_pointer_value(scp) == NULL)
        return;
    for (i = 0; i < scp->keyword_count; i++) {
        const struct keyword *keyword = scp_keyword(scp, i);

        if (keyword->kind != KEYWORD_DOMAIN || keyword->name == NAME_NONE ||
            seen[keyword->name])
            continue;
        seen[keyword->name] = true;
        add_domain(domains, keyword->value);
    }
}

/* The table's own domain is no other one. */
static void leave_out_own(const struct adscp_coverage *coverage, bool *seen)
{
    const struct adscp_forest *forest = coverage->forest_index->forest;
    const char *own = coverage->domain;
    name_id name =
        own != NULL ? forest_find_name(forest, own, strlen(own)) : NAME_NONE;

    if (name != NAME_NONE)
        seen[name] = true;
}

/* Users of these domains are led elsewhere, wherever they sit. */
static int tell_domains(struct coverage_findings *findings)
{
    const struct forest_index *forest_index = findings->coverage->forest_index;
    const struct directory_index *page = forest_index->pages[0];
    bool *seen =
        calloc((size_t)forest_index->forest->name_count + 1, sizeof(*seen));
    struct finding_what what = {0};
    struct domains domains = {0};
    size_t i;

    if (seen == NULL)
        return ADSCP_E_NOMEM;
    leave_out_own(findings->coverage, seen);
    for (i = 0; i < page->pointer_count; i++)
        add_domains_of(&domains, &page->directory->scps[page->pointers[i]],
                       seen);
    free(seen);
    if (domains.count == 0)
        return ADSCP_OK;
    what.count = domains.count;
    what.domains = arena_copy(&findings->arena, domains.text, domains.length);
    what.words =
        finding_and_more(&findings->arena, domains.count - domains.named);
    if (what.domains == NULL || what.words == NULL)
        return ADSCP_E_NOMEM;
    return finding_add(&findings->whole, FINDING_COVERAGE_OTHER_DOMAINS, what);
}

/* ------------------------------------------------------------- together -- */

static bool is_searched(const struct adscp_coverage *coverage, size_t directory)
{
    size_t i;

    for (i = 0; i < coverage->class_count; i++)
        if (coverage->classes[i].prediction->order.states[directory] != 0)
            return true;
    return false;
}

static bool is_met(const struct adscp_coverage *coverage,
                   const struct sighted_host *host)
{
    size_t i;

    for (i = 0; i < coverage->class_count; i++)
        if (unmet_is_met(coverage->classes[i].prediction, host))
            return true;
    return false;
}

/* What was assumed is the same for every class. */
static int tell_unmet(struct coverage_findings *findings)
{
    const struct adscp_coverage *coverage = findings->coverage;
    const struct adscp_sightings *given =
        coverage->class_count > 0 ? coverage->classes[0].prediction->given
                                  : NULL;
    int rc = ADSCP_OK;
    size_t i;

    for (i = 0; given != NULL && i < given->host_count && rc == ADSCP_OK; i++)
        if (!is_met(coverage, &given->hosts[i]))
            rc = unmet_tell(&given->hosts[i], &findings->arena,
                            &findings->whole);
    return rc;
}

/* What the day makes of a directory. */
static int tell_directory(struct coverage_findings *findings, size_t directory)
{
    const struct adscp_coverage *coverage = findings->coverage;
    const struct directory_index *page =
        coverage->forest_index->pages[directory];
    int rc;

    if (!is_searched(coverage, directory))
        return ADSCP_OK;
    rc = new_servers_report(page, coverage->time, &findings->arena,
                            &findings->whole);
    return rc == ADSCP_OK ? lifecycle_report(page, coverage->time,
                                             &findings->arena, &findings->whole)
                          : rc;
}

static int tell_whole(struct coverage_findings *findings)
{
    const struct adscp_coverage *coverage = findings->coverage;
    int rc = tell_domains(findings);
    size_t i;

    if (rc == ADSCP_OK)
        rc = tell_unmet(findings);

    for (i = 0; i < coverage->class_count && rc == ADSCP_OK; i++)
        rc = tell_class(findings, &coverage->classes[i]);
    for (i = 0; i < coverage->forest_index->forest->directory_count; i++)
        if (rc == ADSCP_OK)
            rc = tell_directory(findings, i);
    return rc == ADSCP_OK ? unused_names_report(coverage, &findings->arena,
                                                &findings->whole)
                          : rc;
}

static int fill(struct coverage_findings *findings)
{
    const struct adscp_coverage *coverage = findings->coverage;
    const struct adscp_forest *forest = coverage->forest_index->forest;
    int rc = finding_parts_reserve(&findings->parts,
                                   2 * forest->directory_count + 1);
    size_t i;

    if (rc == ADSCP_OK)
        rc = tell_whole(findings);
    if (rc != ADSCP_OK)
        return rc;
    finding_parts_append_list(&findings->parts, &findings->whole);
    for (i = 0; i < forest->directory_count; i++) {
        const struct directory_index *page = coverage->forest_index->pages[i];
        const struct finding_list *list;

        if (!is_searched(coverage, i))
            continue;
        list = directory_index_findings(page);
        if (list == NULL)
            return ADSCP_E_NOMEM;
        finding_parts_append_list(&findings->parts, list);
        finding_parts_append_list(&findings->parts, &page->directory->notes);
    }
    return ADSCP_OK;
}

void coverage_findings_free(struct coverage_findings *findings)
{
    if (findings == NULL)
        return;
    finding_list_free(&findings->whole);
    hash_clear(&findings->known);
    finding_parts_clear(&findings->parts);
    arena_free(&findings->arena);
    free(findings);
}

static struct coverage_findings *
make_findings(const struct adscp_coverage *coverage)
{
    struct coverage_findings *findings = calloc(1, sizeof(*findings));

    if (findings == NULL)
        return NULL;
    arena_init(&findings->arena);
    findings->coverage = coverage;
    if (fill(findings) == ADSCP_OK)
        return findings;
    coverage_findings_free(findings);
    return NULL;
}

/* As text_slot_get(): whoever comes second drops what he made. */
static const struct coverage_findings *
findings_of(const struct adscp_coverage *coverage)
{
    /* Constant to its readers; this slot alone changes, once and atomically. */
    _Atomic(struct coverage_findings *) *slot =
        (_Atomic(struct coverage_findings *) *)(uintptr_t)&coverage->findings;
    struct coverage_findings *findings =
        atomic_load_explicit(slot, memory_order_acquire);
    struct coverage_findings *mine;

    if (findings != NULL)
        return findings;
    mine = make_findings(coverage);
    if (mine == NULL || atomic_compare_exchange_strong(slot, &findings, mine))
        return mine;
    coverage_findings_free(mine);
    return findings;
}

bool coverage_count_findings(const struct adscp_coverage *coverage,
                             size_t *countp)
{
    const struct coverage_findings *findings = findings_of(coverage);

    if (findings == NULL)
        return false;
    *countp = finding_parts_total(&findings->parts);
    return true;
}

const struct adscp_finding *
coverage_finding(const struct adscp_coverage *coverage, size_t index)
{
    const struct coverage_findings *findings = findings_of(coverage);

    return findings != NULL ? finding_parts_at(&findings->parts, index) : NULL;
}
