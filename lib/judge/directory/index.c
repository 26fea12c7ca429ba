/* SPDX-License-Identifier: MIT */
/*
 * The index of a directory that every question about it uses. One pass over the
 * SCPs counts and collects, a second one fills what had to be counted first. It
 * decides nothing: which client takes which row is judge/order's.
 */
#include "judge/directory/index.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "facts/host.h"
#include "facts/url.h"
#include "judge/directory/published.h"
#include "judge/directory/services.h"

static void release_forest(void *forest)
{
    forest_release(forest);
}

/* What the directories publish lies in the forest. */
static struct certificates *new_certificates(const struct adscp_forest *forest)
{
    struct adscp_forest *held = forest_hold(forest);
    struct certificates *store = certificates_new_in(held, release_forest);

    if (store == NULL)
        forest_release(held);
    return store;
}

struct forest_index *forest_index_new(const struct adscp_forest *forest)
{
    struct forest_index *forest_index = calloc(1, sizeof(*forest_index));

    if (forest_index == NULL)
        return NULL;
    arena_init(&forest_index->arena);
    forest_index->forest = forest_hold(forest);
    atomic_init(&forest_index->holders, 1);
    forest_index->pages =
        calloc(forest->directory_count, sizeof(*forest_index->pages));
    forest_index->certificates = new_certificates(forest);
    if (forest_index->pages != NULL && forest_index->certificates != NULL)
        return forest_index;
    forest_index_release(forest_index);
    return NULL;
}

struct forest_index *forest_index_hold(struct forest_index *forest_index)
{
    atomic_fetch_add_explicit(&forest_index->holders, 1, memory_order_relaxed);
    return forest_index;
}

static void page_free(struct directory_index *page)
{
    if (page == NULL)
        return;
    free(page->urls);
    table_clear(&page->hosts);
    topology_clear(&page->topology);
    directory_findings_free(
        atomic_load_explicit(&page->findings, memory_order_relaxed));
    free(page);
}

void forest_index_release(struct forest_index *forest_index)
{
    size_t i;

    if (forest_index == NULL ||
        atomic_fetch_sub_explicit(&forest_index->holders, 1,
                                  memory_order_acq_rel) != 1)
        return;
    for (i = 0; forest_index->pages != NULL &&
                i < forest_index->forest->directory_count;
         i++)
        page_free(forest_index->pages[i]);
    free(forest_index->pages);
    arena_free(&forest_index->arena);
    certificates_release(forest_index->certificates);
    forest_release(forest_index->forest);
    free(forest_index);
}

/* ---------------------------------------------------------------- index -- */

/* A page in the making. */
struct index {
    const struct adscp_forest *forest;
    struct arena *arena;
    struct directory_index *page;
    const struct deadline *deadline;
    struct url_row *spare;  /* for sorting */
    struct hash_index urls; /* the first row of each URL, by url_hash */
    uint32_t *leader;
    uint32_t *site_start;
};

static bool is_url_row(const struct adscp_scp *scp)
{
    return (scp->flags & (SCP_URL | SCP_HTTP)) == (SCP_URL | SCP_HTTP);
}

static bool is_site(const struct keyword *keyword)
{
    return keyword->kind == KEYWORD_SITE && keyword->name != NAME_NONE;
}

/* Counted two places ahead, so that the sum of all before it ends in its own.
 */
static void count_sites(struct index *index, const struct adscp_scp *scp)
{
    size_t i;

    if ((scp->flags & SCP_SITE) == 0)
        return;
    for (i = 0; i < scp->keyword_count; i++) {
        const struct keyword *keyword = scp_keyword(scp, i);

        if (is_site(keyword))
            index->site_start[keyword->name + 2]++;
    }
}

static bool same_url(const struct adscp_scp *a, const struct adscp_scp *b)
{
    const char *a_url, *b_url;

    a_url = scp_binding(a, a->first_http);
    b_url = scp_binding(b, b->first_http);
    return text_equal_ascii(a_url, strlen(a_url), b_url, strlen(b_url));
}

static uint32_t find_leader(struct index *index, const struct adscp_scp *scp,
                            uint32_t row)
{
    const struct adscp_scp *scps = index->page->directory->scps;
    uint32_t at, first = hash_first(&index->urls, scp->url_hash, &at);

    while (first != HASH_NONE && !same_url(&scps[first], scp))
        first = hash_next(&index->urls, scp->url_hash, &at);
    if (first != HASH_NONE)
        return first;
    (void)hash_add(&index->urls, scp->url_hash, row); /* there is room */
    return row;
}

/* Of equal ones with one URL the first by DN is the newest. */
static bool is_newest(const struct index *index, const struct adscp_scp *scp,
                      uint32_t leader)
{
    const struct directory_index *page = index->page;
    const struct adscp_scp *newest;

    if (page->newest == INDEX_NONE)
        return true;
    newest = &page->directory->scps[page->newest];
    if (scp->created != newest->created)
        return scp->created > newest->created;
    return index->leader[page->newest] == leader &&
           scp_compare_dn(scp, newest) < 0;
}

static void index_url(struct index *index, const struct adscp_scp *scp,
                      uint32_t row)
{
    struct directory_index *page = index->page;
    uint32_t leader = find_leader(index, scp, row);

    index->leader[row] = leader;
    page->distinct_count += leader == row;
    page->urls[page->url_count++] = (struct url_row){
        .created = url_row_age(scp),
        .row = row,
        .leader = leader & INT32_MAX,
        .is_scoped = (scp->flags & SCP_SITE) != 0,
    };
    count_sites(index, scp);
    if (is_newest(index, scp, leader))
        page->newest = row;
}

/* The filter of every client asks for either GUID. */
static void index_window(struct directory_index *page,
                         const struct adscp_scp *scp, size_t row)
{
    if ((scp->flags & (SCP_URL | SCP_POINTER)) == 0)
        return;
    page->entry_count++;
    if (page->entry_count <= INDEX_UNPAGED_MAX)
        page->window = row + 1;
}

static int index_rows(struct index *index)
{
    const struct directory *directory = index->page->directory;
    uint32_t row;

    for (row = 0; row < directory->scp_count; row++) {
        const struct adscp_scp *scp = &directory->scps[row];
        int rc = deadline_check_row(index->deadline, row);

        if (rc != ADSCP_OK)
            return rc;
        index_window(index->page, scp, row);
        index->leader[row] = INDEX_NONE;
        if (is_url_row(scp))
            index_url(index, scp, row);
        if ((scp->flags & SCP_POINTER) != 0)
            index->page->pointer_count++;
    }
    return ADSCP_OK;
}

static int index_pointers(struct index *index)
{
    struct directory_index *page = index->page;
    const struct directory *directory = page->directory;
    uint32_t *pointers =
        arena_alloc(index->arena, page->pointer_count * sizeof(*pointers));
    size_t count = 0, i;

    if (pointers == NULL)
        return ADSCP_E_NOMEM;
    for (i = 0; count < page->pointer_count; i++) {
        const struct adscp_scp *scp = &directory->scps[i];
        int rc = deadline_check_row(index->deadline, i);
        struct ldap_url url;
        const char *value;

        if (rc != ADSCP_OK)
            return rc;
        if ((scp->flags & SCP_POINTER) == 0)
            continue;
        pointers[count++] = (uint32_t)i;
        value = scp_pointer_value(scp);
        if (value != NULL && ldap_url_split(value, strlen(value), &url))
            page->usable_pointer_count++;
    }
    page->pointers = pointers;
    return ADSCP_OK;
}

/* Counts become places; filling then moves each place to its end, which is
 * where the next site begins. */
static int index_sites(struct index *index)
{
    const struct directory *directory = index->page->directory;
    size_t names = index->forest->name_count, i, k;
    uint32_t *start = index->site_start, *rows;

    for (i = 2; i < names + 2; i++)
        start[i] += start[i - 1];
    rows = arena_alloc(index->arena, start[names + 1] * sizeof(*rows));
    if (rows == NULL)
        return ADSCP_E_NOMEM;
    for (i = 0; i < directory->scp_count; i++) {
        const struct adscp_scp *scp = &directory->scps[i];
        int rc = deadline_check_row(index->deadline, i);

        if (rc != ADSCP_OK)
            return rc;
        if (!is_url_row(scp) || (scp->flags & SCP_SITE) == 0)
            continue;
        for (k = 0; k < scp->keyword_count; k++) {
            const struct keyword *keyword = scp_keyword(scp, k);

            if (is_site(keyword))
                rows[start[keyword->name + 1]++] = (uint32_t)i;
        }
    }
    index->page->site_start = start;
    index->page->site_rows = rows;
    return ADSCP_OK;
}

static int index_alloc(struct index *index)
{
    size_t count = index->page->directory->scp_count;
    size_t names = index->forest->name_count;

    if (count > INT32_MAX / 4 || !hash_reserve(&index->urls, count))
        return ADSCP_E_NOMEM;
    index->page->urls = malloc((count + 1) * sizeof(*index->page->urls));
    index->spare = malloc((count + 1) * sizeof(*index->spare));
    index->leader = arena_alloc(index->arena, count * sizeof(uint32_t));
    index->site_start =
        arena_alloc(index->arena, (names + 2) * sizeof(uint32_t));
    if (index->page->urls == NULL || index->spare == NULL ||
        index->leader == NULL || index->site_start == NULL)
        return ADSCP_E_NOMEM;
    return ADSCP_OK;
}

/* What clients ask first: the rows, by URL, age, site and host. */
static int index_fill(struct index *index)
{
    int rc = index_alloc(index);

    if (rc == ADSCP_OK)
        rc = index_rows(index);
    if (rc != ADSCP_OK)
        return rc;
    index->page->leader = index->leader;
    rc = url_rows_sort(&index->page->urls, &index->spare,
                       index->page->url_count, index->deadline);
    if (rc != ADSCP_OK)
        return rc;
    rc = index_pointers(index);
    if (rc == ADSCP_OK)
        rc = index_sites(index);
    if (rc == ADSCP_OK)
        rc = directory_index_hosts(index->page, index->deadline);
    return rc == ADSCP_OK ? deadline_look(index->deadline) : rc;
}

static int page_fill(const struct forest_index *forest_index,
                     struct arena *arena, struct directory_index *page)
{
    const struct adscp_forest *forest = forest_index->forest;
    const struct deadline *deadline = forest_index->deadline;
    struct index index = {
        .forest = forest, .arena = arena, .page = page, .deadline = deadline};
    int rc;

    rc = index_fill(&index);
    if (rc != ADSCP_OK)
        goto out;
    rc = topology_make(forest, arena, page, deadline, &page->topology);
    if (rc != ADSCP_OK)
        goto out;
    rc = deadline_look(deadline);
    if (rc != ADSCP_OK)
        goto out;
    page->destinations = arena_alloc(arena, (page->directory->scp_count + 1) *
                                                sizeof(struct destination *));
    rc = page->destinations != NULL ? published_prepare(arena, page)
                                    : ADSCP_E_NOMEM;
    if (rc == ADSCP_OK)
        rc = deadline_look(deadline);
    if (rc != ADSCP_OK)
        goto out;
    rc = directory_index_first_url(forest, arena, page);
    if (rc == ADSCP_OK)
        rc = deadline_look(deadline);
out:
    hash_clear(&index.urls);
    free(index.spare);
    return rc;
}

int forest_index_read(struct forest_index *forest_index, size_t index,
                      const struct directory_index **pagep)
{
    struct directory_index *page = forest_index->pages[index];
    int rc = ADSCP_OK;

    if (page == NULL) {
        page = calloc(1, sizeof(*page));
        if (page == NULL)
            return ADSCP_E_NOMEM;
        page->forest = forest_index->forest;
        page->directory = page->forest->directories[index];
        page->newest = INDEX_NONE;
        rc = page_fill(forest_index, &forest_index->arena, page);
        if (rc != ADSCP_OK) {
            page_free(page);
            return rc;
        }
        forest_index->pages[index] = page;
    }
    *pagep = page;
    return ADSCP_OK;
}

int forest_index_services(struct forest_index *forest_index,
                          const struct directory *directory,
                          const struct adscp_server *server,
                          const struct directory_index **pagep,
                          const struct service_list **listp)
{
    size_t i = 0;
    int rc;

    while (forest_index->forest->directories[i] != directory)
        i++;
    rc = forest_index_read(forest_index, i, pagep);
    if (rc != ADSCP_OK)
        return rc;
    return services_read(&forest_index->pages[i]->topology,
                         &forest_index->arena, server,
                         &forest_index->service_lists, listp);
}

struct certificates *
forest_index_certificates(struct forest_index *forest_index)
{
    return forest_index->certificates;
}
