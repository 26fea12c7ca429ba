/* SPDX-License-Identifier: MIT */
/*
 * The oddities of one directory that do not depend on who asks. Every SCP is
 * passed once (scp_report.c), then what several say together, and sites and
 * subnets. Most steps of a plan are never asked for any of it.
 */
#include "judge/directory/report.h"
#include "facts/dn.h"

#include <stdlib.h>
#include <string.h>

#include "judge/site.h"

/* ---------------------------------------------------------------- sites -- */

/* The name as the site object spells it, or as the oldest SCP does. */
static const char *site_text(const struct finder *finder, name_id id,
                             const struct adscp_scp *scp)
{
    size_t i;

    if (finder->page->site_of[id] != 0)
        return finder->directory->sites[finder->page->site_of[id] - 1].name;
    for (i = 0; i < scp->keyword_count; i++) {
        const struct keyword *keyword = scp_keyword(scp, i);

        if (keyword->kind == KEYWORD_SITE && keyword->name == id)
            return keyword->value;
    }
    return NULL;
}

/* How many different URLs claim the site. */
static int64_t count_claims(struct finder *finder, name_id id)
{
    const struct directory_index *page = finder->page;
    int64_t count = 0;
    uint32_t i;

    for (i = page->site_start[id]; i < page->site_start[id + 1]; i++) {
        uint32_t *stamp = &finder->same[page->leader[page->site_rows[i]]];

        count += *stamp != id + 1;
        *stamp = id + 1;
    }
    return count;
}

static const struct adscp_scp *first_claimant(const struct finder *finder,
                                              name_id id)
{
    const struct directory_index *page = finder->page;
    const struct adscp_scp *scps = finder->directory->scps, *first = NULL;
    uint32_t i;

    for (i = page->site_start[id]; i < page->site_start[id + 1]; i++) {
        const struct adscp_scp *scp = &scps[page->site_rows[i]];

        if (first == NULL || url_row_stands_before(scp, first))
            first = scp;
    }
    return first;
}

static void find_claims(struct finder *finder, name_id id)
{
    const struct directory_index *page = finder->page;
    uint32_t first = page->site_start[id];
    const char *name;
    struct finding_what what = {0};

    if (page->site_start[id + 1] - first < 2)
        return;
    what.count = count_claims(finder, id);
    if (what.count < 2)
        return;
    name = site_text(finder, id, first_claimant(finder, id));
    if (name == NULL || name[0] == '\0')
        return;
    what.site = name;
    if (finder->page->site_of[id] != 0)
        what.dn = finder->directory->sites[finder->page->site_of[id] - 1].dn;
    report_tell(finder, FINDING_SITE_CLAIMED_TWICE, what);
}

static void find_sites(struct finder *finder)
{
    const struct directory *directory = finder->directory;
    const struct directory_index *page = finder->page;
    name_id id;
    size_t i;

    if (page->url_count == 0)
        return;
    if (directory->server_count == 0)
        report_tell(finder, FINDING_SERVERS_NOT_READ, (struct finding_what){0});
    if (directory->site_count == 0)
        report_tell(finder, FINDING_SITES_NOT_READ, (struct finding_what){0});
    for (i = 0; i < directory->site_count; i++) {
        const struct adscp_site *site = &directory->sites[i];

        if (!dn_name_is_mangled(site->name) &&
            page->site_start[site->id] == page->site_start[site->id + 1])
            report_tell(
                finder, FINDING_SITE_WITHOUT_SCP,
                (struct finding_what){.dn = site->dn, .site = site->name});
    }
    memset(finder->same, 0, directory->scp_count * sizeof(*finder->same));
    for (id = 0; id < finder->forest->name_count; id++)
        find_claims(finder, id);
}

static void find_subnets(struct finder *finder)
{
    size_t i;

    for (i = 0; i < finder->directory->subnet_count; i++) {
        const struct adscp_subnet *subnet = &finder->directory->subnets[i];
        struct finding_what what = {.dn = subnet->dn, .subnet = subnet->name};

        if (subnet->state == SUBNET_INVALID)
            report_tell(finder, FINDING_SUBNET_INVALID, what);
        if (subnet->state == SUBNET_CONFLICT)
            report_tell(finder, FINDING_SUBNET_CONFLICT, what);
    }
}

/* ---------------------------------------------------------------- whole -- */

static void tell_unexported(struct finder *finder, const char *attribute,
                            const char *unknown)
{
    report_tell(finder, FINDING_ATTRIBUTE_NOT_EXPORTED,
                (struct finding_what){.object = "URL SCP",
                                      .attribute = attribute,
                                      .words = unknown});
}

/* All nulled, or not exported: nothing tells the two apart. */
static void find_no_urls(struct finder *finder)
{
    enum { SEVERAL = 2 };
    const struct directory *directory = finder->directory;
    struct finding_list *findings = finder->findings;
    size_t i;

    for (i = 0; i < directory->scp_count; i++)
        if (directory->scps[i].binding_count > 0)
            return;
    finder->lacks_urls =
        directory_is_exported(directory) && directory->scp_count >= SEVERAL;
    if (!finder->lacks_urls)
        return;
    report_tell(finder, FINDING_ATTRIBUTE_NOT_EXPORTED,
                (struct finding_what){
                    .object = "SCP",
                    .attribute = "serviceBindingInformation",
                    .words = "what clients find is unknown; but it may also "
                             "have been set to $null everywhere, as is usual "
                             "after a migration to Microsoft 365"});
    if (finder->rc == ADSCP_OK)
        findings->rows[findings->count - 1].about = ADSCP_FINDING_ABOUT_CLIENT;
}

/* What no SCP of an export has was most likely not exported, rather than absent
 * from each: a global catalog, for one, does not hold all. */
static void find_unexported(struct finder *finder)
{
    const struct directory *directory = finder->directory;
    bool exported = directory_is_exported(directory);
    size_t count = 0, i;

    finder->has_classes = finder->has_dates = !exported;
    finder->lacks_names = topology_lacks_names(directory);
    for (i = 0; i < directory->scp_count; i++) {
        const struct adscp_scp *scp = &directory->scps[i];

        if ((scp->flags & SCP_URL) == 0)
            continue;
        count++;
        finder->has_classes |= scp->class_name != 0;
        finder->has_dates |=
            scp->created != TIME_UNKNOWN || (scp->flags & SCP_CREATED_ODD) != 0;
        if (finder->has_classes && finder->has_dates)
            return;
    }
    if (count > 0 && !finder->has_classes)
        tell_unexported(finder, "serviceClassName",
                        "whether an SCP lacks it, and by one account stays "
                        "hidden from Outlook, is unknown (a global catalog "
                        "does not hold it)");
    if (count > 0 && !finder->has_dates)
        tell_unexported(finder, "whenCreated",
                        count == 1 ? "its age is unknown"
                                   : "which SCP is the oldest, and so the "
                                     "first for Outlook, is unknown");
}

/* The count of each URL, from its first row to the one that stands for all. */
static int move_counts(struct finder *finder)
{
    const struct directory_index *page = finder->page;
    const struct adscp_scp *scps = finder->directory->scps;
    size_t count = finder->directory->scp_count, i;
    uint32_t *best = calloc(count, sizeof(*best)); /* per leader: 1 + row */

    if (best == NULL)
        return ADSCP_E_NOMEM;
    for (i = 0; i < page->url_count; i++) {
        uint32_t *row = &best[page->urls[i].leader];

        if (*row == 0 ||
            url_row_stands_before(&scps[page->urls[i].row], &scps[*row - 1]))
            *row = page->urls[i].row + 1;
    }
    for (i = 0; i < count; i++) {
        uint32_t same = finder->same[i];

        if (best[i] == 0)
            continue;
        finder->same[i] = 0;
        finder->same[best[i] - 1] = same;
    }
    free(best);
    return ADSCP_OK;
}

static int finder_prepare(struct finder *finder)
{
    const struct directory *directory = finder->directory;
    size_t names = finder->forest->name_count, i;

    finder->same = calloc(directory->scp_count + 1, sizeof(uint32_t));
    finder->claimant = calloc(names + 1, sizeof(uint32_t));
    if (finder->same == NULL || finder->claimant == NULL)
        return ADSCP_E_NOMEM;
    for (i = 0; i < directory->scp_count; i++)
        if (finder->page->leader[i] != INDEX_NONE)
            finder->same[finder->page->leader[i]]++;
    return finder->page->distinct_count < finder->page->url_count
               ? move_counts(finder)
               : ADSCP_OK;
}

static void finder_run(struct finder *finder)
{
    const struct directory *directory = finder->directory;
    size_t first, i;

    if (finder->page->entry_count > INDEX_UNPAGED_MAX)
        report_tell(
            finder, FINDING_SCP_OVER_1000,
            (struct finding_what){.count = (int64_t)finder->page->entry_count});
    find_unexported(finder);
    find_no_urls(finder);
    for (i = 0; i < directory->scp_count && finder->rc == ADSCP_OK; i++) {
        report_scp(finder, &directory->scps[i]);
    }
    if (finder->rc == ADSCP_OK)
        finder->rc = finding_list_sort(finder->findings, 0, NULL);
    if (finder->rc != ADSCP_OK)
        return;
    first = finder->findings->count;
    report_pointers(finder);
    find_sites(finder);
    find_subnets(finder);
    if (finder->rc == ADSCP_OK)
        finder->rc = finding_list_sort(finder->findings, first, NULL);
}

struct directory_findings {
    struct arena arena;
    struct finding_list list;
};

static int report(const struct directory_index *page,
                  struct directory_findings *findings)
{
    struct finder finder = {.directory = page->directory,
                            .arena = &findings->arena,
                            .page = page,
                            .forest = page->forest,
                            .findings = &findings->list};

    finder.rc = finder_prepare(&finder);
    if (finder.rc == ADSCP_OK)
        finder_run(&finder);
    free(finder.same);
    free(finder.claimant);
    return finder.rc == ADSCP_OK
               ? topology_report(&page->topology, &findings->list)
               : finder.rc;
}

void directory_findings_free(struct directory_findings *findings)
{
    if (findings == NULL)
        return;
    finding_list_free(&findings->list);
    arena_free(&findings->arena);
    free(findings);
}

static struct directory_findings *
make_findings(const struct directory_index *page)
{
    struct directory_findings *findings = calloc(1, sizeof(*findings));

    if (findings == NULL)
        return NULL;
    arena_init(&findings->arena);
    if (report(page, findings) == ADSCP_OK)
        return findings;
    directory_findings_free(findings);
    return NULL;
}

/* As text_slot_get(): whoever comes second drops what he made. */
const struct finding_list *
directory_index_findings(const struct directory_index *page)
{
    /* Constant to its readers; this slot alone changes, once and atomically. */
    _Atomic(struct directory_findings *) *slot =
        (_Atomic(struct directory_findings *) *)(uintptr_t)&page->findings;
    struct directory_findings *findings =
        atomic_load_explicit(slot, memory_order_acquire);
    struct directory_findings *mine;

    if (findings != NULL)
        return &findings->list;
    mine = make_findings(page);
    if (mine == NULL)
        return NULL;
    if (atomic_compare_exchange_strong(slot, &findings, mine))
        return &mine->list;
    directory_findings_free(mine);
    return &findings->list;
}
