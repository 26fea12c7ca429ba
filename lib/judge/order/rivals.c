/* SPDX-License-Identifier: MIT */
/*
 * Which other URLs may come first: those that chance alone (the directory's
 * order within one second) or another reading of the sources puts there. Made
 * from the index, so that no list of all rows is needed for it.
 */
#include "judge/order/order.h"

#include "base/text.h"

/* Rivals in the making, and the URLs that are known already: that of the first
 * row, and theirs. */
struct search {
    const struct order *order;
    const struct directory_index *page;
    struct order_rivals *rivals;
    uint32_t leaders[ORDER_RIVALS_MAX + 1];
    size_t leader_count;
};

static const struct adscp_scp *scp_at(const struct search *search, uint32_t row)
{
    return &search->page->directory->scps[row];
}

static bool is_known(const struct search *search, uint32_t leader)
{
    size_t i;

    for (i = 0; i < search->leader_count; i++)
        if (search->leaders[i] == leader)
            return true;
    return false;
}

static void add(struct search *search, uint32_t row, enum order_reading reading)
{
    struct order_rivals *rivals = search->rivals;
    const struct adscp_scp *scp = scp_at(search, row);
    struct order_rival rival = {
        .start = {scp, scp_binding(scp, scp->first_http),
                  search->order->first.directory},
        .reading = reading,
    };

    if (is_known(search, search->page->leader[row]))
        return;
    if (rivals->count == ORDER_RIVALS_MAX) {
        if (!rivals->is_cut)
            rivals->next = rival;
        rivals->is_cut = true;
        return;
    }
    search->leaders[search->leader_count++] = search->page->leader[row];
    rivals->rows[rivals->count++] = rival;
}

/* ----------------------------------------------------------------- ties -- */

static enum order_reading reading_of(const struct adscp_scp *scp)
{
    return scp_is_undated(scp) ? READING_UNDATED : READING_TIE;
}

static bool is_scoped(const struct adscp_scp *scp)
{
    return (scp->flags & SCP_SITE) != 0;
}

/* It is as old, or may be older. */
static bool may_come_before(const struct adscp_scp *first,
                            const struct adscp_scp *other)
{
    return scp_is_undated(other) ||
           (url_row_age(other) == url_row_age(first) && !scp_is_undated(first));
}

/* Rows of the client's own site. */
static void add_in_site_ties(struct search *search,
                             const struct adscp_scp *first)
{
    const struct directory_index *page = search->page;
    name_id site = search->order->client.site_id;
    uint32_t i;

    for (i = page->site_start[site];
         i < page->site_start[site + 1] && !search->rivals->is_cut; i++) {
        const struct adscp_scp *scp = scp_at(search, page->site_rows[i]);

        if (may_come_before(first, scp))
            add(search, page->site_rows[i], reading_of(scp));
    }
}

/* Rows below it, of the first one's kind. */
static void add_lower_ties(struct search *search, const struct adscp_scp *first)
{
    const struct directory_index *page = search->page;
    int64_t age = url_row_age(first);
    size_t i;

    for (i = directory_index_first_since(page, age);
         i < page->url_count && page->urls[i].created == age &&
         !search->rivals->is_cut;
         i++) {
        const struct adscp_scp *scp = scp_at(search, page->urls[i].row);

        if (is_scoped(scp) == is_scoped(first) && may_come_before(first, scp))
            add(search, page->urls[i].row, reading_of(scp));
    }
}

static void add_row(struct search *search, const struct adscp_candidate *row)
{
    add(search, (uint32_t)(row->scp - search->page->directory->scps),
        reading_of(row->scp));
}

/* Behind a row that was tried, those of its second. */
static void add_ties_of(struct search *search, const struct order_list *list,
                        uint32_t tried)
{
    const struct adscp_candidate *row = &list->rows[tried];
    uint32_t k;

    for (k = tried + 1;
         k < list->count && list->rows[k].group == row->group &&
         url_row_age(list->rows[k].scp) == url_row_age(row->scp) &&
         !search->rivals->is_cut;
         k++)
        if (may_come_before(row->scp, list->rows[k].scp))
            add_row(search, &list->rows[k]);
}

/* Where the client went on to later rows, those that may come before them. */
static void add_later_ties(struct search *search, uint32_t tried)
{
    const struct order_list *list = order_list(search->order);
    uint32_t i;

    for (i = 1; list != NULL && i < tried; i++)
        add_ties_of(search, list, i);
    for (i = tried; list != NULL && i < list->count &&
                    list->rows[i].group == list->rows[tried - 1].group &&
                    !search->rivals->is_cut;
         i++)
        if (scp_is_undated(list->rows[i].scp))
            add_row(search, &list->rows[i]);
}

/* --------------------------------------------------------------- newest -- */

/* The newest one, and those that are as new. */
static void add_newest(struct search *search)
{
    const struct directory_index *page = search->page;
    const struct adscp_scp *first = search->order->first.scp;
    const struct adscp_scp *newest = scp_at(search, page->newest);
    bool as_old = url_row_age(newest) == url_row_age(first) &&
                  is_scoped(newest) == is_scoped(first);

    add(search, page->newest, as_old ? reading_of(newest) : READING_NEWEST);
}

static void add_as_new(struct search *search)
{
    const struct directory_index *page = search->page;
    int64_t age = url_row_age(scp_at(search, page->newest));
    size_t i;

    for (i = directory_index_first_since(page, age);
         age != INT64_MAX && i < page->url_count &&
         page->urls[i].created == age && !search->rivals->is_cut;
         i++)
        add(search, page->urls[i].row, READING_NEWEST);
}

/* By either reading, one without a date may come first: it may be the oldest,
 * and the newest. They stand behind all others. */
static void add_undated(struct search *search)
{
    const struct directory_index *page = search->page;
    size_t i;

    for (i = directory_index_first_since(page, INT64_MAX);
         i < page->url_count && !search->rivals->is_cut; i++)
        if (scp_is_undated(scp_at(search, page->urls[i].row)))
            add(search, page->urls[i].row, READING_UNDATED);
}

/* ---------------------------------------------------------------- whole -- */

void order_rivals(const struct order *order, uint32_t tried,
                  struct order_rivals *rivals)
{
    const struct adscp_scp *first = order->first.scp;
    struct search search;
    bool contested = order->evidence == ADSCP_EVIDENCE_CONTESTED;

    rivals->count = 0;
    rivals->is_cut = false;
    if (order->profile != ADSCP_PROFILE_OUTLOOK || first == NULL)
        return;
    if (!contested && order->evidence != ADSCP_EVIDENCE_INFERRED && tried < 2)
        return;
    search.order = order;
    search.page = order->forest_index->pages[order->first.directory];
    search.rivals = rivals;
    search.leader_count = 1;
    search.leaders[0] =
        search.page->leader[first - search.page->directory->scps];
    if (contested) {
        add_newest(&search);
        add_lower_ties(&search, first);
        add_as_new(&search);
        add_undated(&search);
    } else {
        add_in_site_ties(&search, first);
    }
    if (tried > 1)
        add_later_ties(&search, tried);
}

const char *order_reading_name(enum order_reading reading)
{
    switch (reading) {
    case READING_TIE:
        return "tie";
    case READING_UNDATED:
        return "age-unknown";
    case READING_SERVER:
        return "shared-name";
    default:
        return "newest-first";
    }
}
