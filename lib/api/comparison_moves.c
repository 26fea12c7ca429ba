/* SPDX-License-Identifier: MIT */
/*
 * What two coverages have, and which of their cells moved: getters.
 */
#include "api/comparison.h"
#include "api/count.h"

int adscp_comparison_site_count(const adscp_comparison *comparison)
{
    return comparison != NULL ? count_of(comparison->sites.count) : -1;
}

const char *adscp_comparison_site(const adscp_comparison *comparison, int site)
{
    const struct pair *row;

    if (comparison == NULL || !in_range(site, comparison->sites.count))
        return NULL;
    row = &comparison->sites.rows[site];
    return row->before >= 0
               ? adscp_coverage_site(comparison->before, row->before)
               : adscp_coverage_site(comparison->after, row->after);
}

int adscp_comparison_home_count(const adscp_comparison *comparison)
{
    return comparison != NULL ? count_of(comparison->homes.count) : -1;
}

static const struct pair *home_at(const adscp_comparison *comparison, int home)
{
    return comparison != NULL && in_range(home, comparison->homes.count)
               ? &comparison->homes.rows[home]
               : NULL;
}

int adscp_comparison_home_kind(const adscp_comparison *comparison, int home)
{
    const struct pair *row = home_at(comparison, home);

    if (row == NULL)
        return -1;
    return row->before >= 0
               ? adscp_coverage_home_kind(comparison->before, row->before)
               : adscp_coverage_home_kind(comparison->after, row->after);
}

const adscp_server *
adscp_comparison_home_server(const adscp_comparison *comparison, int home)
{
    const struct pair *row = home_at(comparison, home);

    if (row == NULL)
        return NULL;
    return row->before >= 0
               ? adscp_coverage_home_server(comparison->before, row->before)
               : adscp_coverage_home_server(comparison->after, row->after);
}

int adscp_comparison_home_mailboxes(const adscp_comparison *comparison,
                                    int home)
{
    const struct pair *row = home_at(comparison, home);

    return row != NULL ? row->mailboxes : -1;
}

int adscp_comparison_home_before(const adscp_comparison *comparison, int home)
{
    const struct pair *row = home_at(comparison, home);

    return row != NULL ? row->before : -1;
}

int adscp_comparison_home_after(const adscp_comparison *comparison, int home)
{
    const struct pair *row = home_at(comparison, home);

    return row != NULL ? row->after : -1;
}

int adscp_comparison_deleted_mailboxes(const adscp_comparison *comparison)
{
    return comparison != NULL && comparison->deleted >= 0
               ? count_of((size_t)comparison->deleted)
               : -1;
}

int adscp_comparison_added_mailboxes(const adscp_comparison *comparison)
{
    return comparison != NULL && comparison->added >= 0
               ? count_of((size_t)comparison->added)
               : -1;
}

int adscp_comparison_move_count(const adscp_comparison *comparison)
{
    return comparison != NULL ? count_of(comparison->move_count) : -1;
}

int adscp_comparison_count(const adscp_comparison *comparison, int change)
{
    return comparison != NULL && change >= 0 &&
                   change <= ADSCP_COMPARISON_CHANGE_WORSE
               ? count_of(comparison->counts[change])
               : -1;
}

static const struct move *move_at(const adscp_comparison *comparison, int move)
{
    return comparison != NULL && in_range(move, comparison->move_count)
               ? &comparison->moves[move]
               : NULL;
}

int adscp_comparison_move_site(const adscp_comparison *comparison, int move)
{
    const struct move *row = move_at(comparison, move);

    return row != NULL ? row->site : -1;
}

int adscp_comparison_move_home(const adscp_comparison *comparison, int move)
{
    const struct move *row = move_at(comparison, move);

    return row != NULL ? row->home : -1;
}

int adscp_comparison_move_change(const adscp_comparison *comparison, int move)
{
    const struct move *row = move_at(comparison, move);

    return row != NULL ? row->change : -1;
}

const adscp_prediction *
adscp_comparison_move_before(const adscp_comparison *comparison, int move)
{
    const struct move *row = move_at(comparison, move);

    return row != NULL ? adscp_coverage_class_prediction(comparison->before,
                                                         row->before)
                       : NULL;
}

const adscp_prediction *
adscp_comparison_move_after(const adscp_comparison *comparison, int move)
{
    const struct move *row = move_at(comparison, move);

    return row != NULL
               ? adscp_coverage_class_prediction(comparison->after, row->after)
               : NULL;
}
