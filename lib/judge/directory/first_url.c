/* SPDX-License-Identifier: MIT */
/*
 * What comes first in a directory: for a client whose site no SCP serves, which
 * is one answer for all of them, and for each site that the unpaged client
 * knows. Ten thousand clients are answered from here. As index.c, it holds
 * what is there; the rules by which it is taken are judge/order's, and each
 * member says which one it serves.
 */
#include "judge/directory/index.h"

#include <string.h>

#include "facts/url.h"

/* Of the rows from this one on that differ from it in nothing but their SCP,
 * the first by DN. */
static uint32_t first_of_equal(const struct directory_index *page, size_t from)
{
    const struct adscp_scp *scps = page->directory->scps;
    const struct url_row *first = &page->urls[from];
    uint32_t row = first->row;
    size_t i;

    for (i = from + 1;
         i < page->url_count && page->urls[i].created == first->created; i++)
        if (page->urls[i].leader == first->leader &&
            page->urls[i].is_scoped == first->is_scoped &&
            scp_compare_dn(&scps[page->urls[i].row], &scps[row]) < 0)
            row = page->urls[i].row;
    return row;
}

static void find_lower(struct directory_index *page)
{
    size_t i = 0;

    page->lower_first = INDEX_NONE;
    if (page->url_count == 0)
        return;
    while (i < page->url_count && page->urls[i].is_scoped)
        i++;
    page->lower_first = first_of_equal(page, i < page->url_count ? i : 0);
}

/* The window in the making. */
struct window {
    struct unpaged_window *seen;
    struct table urls;
    uint32_t *site_first;
    uint32_t unscoped, scoped; /* the last and the first such row */
};

static void note_sites(struct window *window, const struct adscp_scp *scp,
                       uint32_t row)
{
    size_t i;

    if ((scp->flags & SCP_SITE) == 0)
        return;
    for (i = 0; i < scp->keyword_count; i++) {
        const struct keyword *keyword = scp_keyword(scp, i);

        if (keyword->kind == KEYWORD_SITE && keyword->name != NAME_NONE &&
            window->site_first[keyword->name] == 0)
            window->site_first[keyword->name] = row + 1;
    }
}

/* Spellings of one URL are all valid, or none is: validity ignores case. */
static void note_url(struct window *window, const struct adscp_scp *scp,
                     uint32_t row)
{
    const char *text = scp_binding(scp, 0);
    struct url url;

    if (*table_value(&window->urls, text, table_hash(&window->urls, text),
                     row) != row)
        return;
    window->seen->distinct_count++;
    if ((scp->flags & SCP_SITE) == 0)
        window->unscoped = row;
    else if (window->scoped == INDEX_NONE)
        window->scoped = row;
    if ((scp->flags & SCP_URL_ODD) != 0 && !url_split(text, strlen(text), &url))
        window->seen->has_invalid = true;
}

static int find_window(const struct adscp_forest *forest, struct arena *arena,
                       struct directory_index *page)
{
    struct window window = {
        .seen = &page->unpaged, .unscoped = INDEX_NONE, .scoped = INDEX_NONE};
    uint32_t i;

    window.site_first =
        arena_alloc(arena, (forest->name_count + 1) * sizeof(uint32_t));
    if (window.site_first == NULL ||
        table_init(&window.urls, TABLE_FOLD,
                   page->window < INDEX_UNPAGED_MAX
                       ? page->window
                       : (size_t)INDEX_UNPAGED_MAX) != ADSCP_OK)
        return ADSCP_E_NOMEM;
    for (i = 0; i < page->window; i++) {
        const struct adscp_scp *scp = &page->directory->scps[i];

        if ((scp->flags & SCP_URL) == 0 || scp->binding_count == 0)
            continue;
        note_url(&window, scp, i);
        note_sites(&window, scp, i);
    }
    table_clear(&window.urls);
    page->unpaged.site_first = window.site_first;
    page->unpaged.lower_first =
        window.unscoped != INDEX_NONE ? window.unscoped : window.scoped;
    return ADSCP_OK;
}

static int find_sites(const struct adscp_forest *forest, struct arena *arena,
                      struct directory_index *page)
{
    const struct directory *directory = page->directory;
    uint32_t *site_of =
        arena_alloc(arena, (forest->name_count + 1) * sizeof(*site_of));
    size_t i;

    if (site_of == NULL)
        return ADSCP_E_NOMEM;
    for (i = directory->site_count; i-- > 0;)
        site_of[directory->sites[i].id] = (uint32_t)i + 1;
    page->site_of = site_of;
    return ADSCP_OK;
}

size_t directory_index_first_since(const struct directory_index *page,
                                   int64_t time)
{
    size_t low = 0, high = page->url_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (page->urls[middle].created < time)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

int directory_index_first_url(const struct adscp_forest *forest,
                              struct arena *arena, struct directory_index *page)
{
    int rc = find_sites(forest, arena, page);

    if (rc != ADSCP_OK)
        return rc;
    find_lower(page);
    return find_window(forest, arena, page);
}
