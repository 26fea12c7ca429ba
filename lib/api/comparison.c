/* SPDX-License-Identifier: MIT */
/*
 * The public comparison: two coverages, cell by cell. Few pairs of classes
 * differ, so that each pair is looked at once. It stands on what anybody can
 * ask of a coverage.
 */
#include "adscp.h"

#include <stdlib.h>
#include <string.h>

#include "api/comparison.h"
#include "api/count.h"
#include "base/rows.h"
#include "base/table.h"
#include "base/text.h"

const char *adscp_comparison_change_name(int change)
{
    static const char *const names[] = {
        [ADSCP_COMPARISON_CHANGE_SAME] = "same",
        [ADSCP_COMPARISON_CHANGE_OTHER] = "other",
        [ADSCP_COMPARISON_CHANGE_BETTER] = "better",
        [ADSCP_COMPARISON_CHANGE_WORSE] = "worse",
    };

    return change >= 0 && change <= ADSCP_COMPARISON_CHANGE_WORSE
               ? names[change]
               : NULL;
}

/* ---------------------------------------------------------- two answers -- */

static int outcome_of(const adscp_prediction *answer)
{
    return adscp_alert_outcome(adscp_prediction_alert(answer));
}

static int services_outcome(const adscp_prediction *answer)
{
    int worst = -1, i, count = adscp_prediction_service_count(answer);

    for (i = 0; i < count; i++) {
        int outcome = adscp_alert_outcome(
            adscp_service_alert(adscp_prediction_service(answer, i)));

        if (outcome > worst)
            worst = outcome;
    }
    return worst;
}

static bool same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static bool same_hop(const adscp_hop *a, const adscp_hop *b)
{
    return adscp_hop_action(a) == adscp_hop_action(b) &&
           adscp_alert_outcome(adscp_hop_alert(a)) ==
               adscp_alert_outcome(adscp_hop_alert(b)) &&
           same_text(adscp_hop_host(a), adscp_hop_host(b));
}

static bool same_way(const adscp_prediction *a, const adscp_prediction *b)
{
    int i, count = adscp_prediction_hop_count(a);

    if (count != adscp_prediction_hop_count(b) ||
        !same_text(adscp_hop_url(adscp_prediction_hop(a, 0)),
                   adscp_hop_url(adscp_prediction_hop(b, 0))))
        return false;
    for (i = 0; i < count; i++)
        if (!same_hop(adscp_prediction_hop(a, i), adscp_prediction_hop(b, i)))
            return false;
    return true;
}

static bool is_led(const adscp_prediction *answer)
{
    return adscp_prediction_hop_count(answer) > 0;
}

/* Who is led to no server meets no alert there. */
static int fear(int outcome)
{
    return outcome < 0 ? ADSCP_ALERT_OUTCOME_NO_ALERT : outcome;
}

static int compare_alerts(const adscp_prediction *before,
                          const adscp_prediction *after)
{
    int first = fear(outcome_of(before)), second = fear(outcome_of(after));

    if (first == second) {
        first = adscp_prediction_doubtful(before);
        second = adscp_prediction_doubtful(after);
    }
    if (first == second) {
        first = fear(services_outcome(before));
        second = fear(services_outcome(after));
    }
    return second - first;
}

int adscp_prediction_compare(const adscp_prediction *before,
                             const adscp_prediction *after)
{
    int worse;

    if (before == NULL || after == NULL)
        return ADSCP_COMPARISON_CHANGE_ABSENT;
    /* The URLs of the mail domain are next, and nobody judged those. */
    worse =
        is_led(before) && !is_led(after) ? 1 : compare_alerts(before, after);
    if (worse != 0)
        return worse > 0 ? ADSCP_COMPARISON_CHANGE_WORSE
                         : ADSCP_COMPARISON_CHANGE_BETTER;
    return outcome_of(before) == outcome_of(after) &&
                   services_outcome(before) == services_outcome(after) &&
                   same_way(before, after)
               ? ADSCP_COMPARISON_CHANGE_SAME
               : ADSCP_COMPARISON_CHANGE_OTHER;
}

/* ------------------------------------------------------ sites and homes -- */

static const char *site_key(const adscp_coverage *coverage, int site)
{
    const char *name = adscp_coverage_site(coverage, site);

    return name != NULL ? name : "";
}

static const char *home_key(const adscp_coverage *coverage, int home)
{
    const adscp_server *server = adscp_coverage_home_server(coverage, home);

    return server != NULL ? adscp_server_dn(server)
                          : adscp_coverage_home_kind_name(
                                adscp_coverage_home_kind(coverage, home));
}

static bool add_pair(struct pairs *pairs, struct pair pair)
{
    struct pair *rows = rows_grow(pairs->rows, pairs->count, sizeof(*rows));

    if (rows == NULL)
        return false;
    pairs->rows = rows;
    rows[pairs->count++] = pair;
    return true;
}

/* What is common to both ways of counting: names, and whose they are. */
struct keys {
    int count_before, count_after;
    const char *(*key)(const adscp_coverage *coverage, int index);
};

/* Those of the beginning, in its order, then those that came. */
static int match(const adscp_comparison *comparison, const struct keys *keys,
                 struct pairs *pairs)
{
    struct table table = {.sense = TABLE_FOLD};
    struct arena arena;
    int rc = ADSCP_OK, i;

    arena_init(&arena);
    for (i = 0; i < keys->count_before && rc == ADSCP_OK; i++) {
        const char *key = keys->key(comparison->before, i);

        if (table_keep(&table, &arena, key, strlen(key)) == TABLE_NONE ||
            !add_pair(pairs, (struct pair){i, -1}))
            rc = ADSCP_E_NOMEM;
        else if (table.count < pairs->count)
            pairs->count--; /* the same name again */
    }
    for (i = 0; i < keys->count_after && rc == ADSCP_OK; i++) {
        const char *key = keys->key(comparison->after, i);
        uint32_t before = table.count;
        uint32_t number = table_keep(&table, &arena, key, strlen(key));

        if (number == TABLE_NONE)
            rc = ADSCP_E_NOMEM;
        else if (number < before)
            pairs->rows[number].after = i;
        else if (!add_pair(pairs, (struct pair){-1, i}))
            rc = ADSCP_E_NOMEM;
    }
    table_clear(&table);
    arena_free(&arena);
    return rc;
}

/* ---------------------------------------------------------------- moves -- */

static uint32_t hash_classes(int before, int after)
{
    return hash_join((uint32_t)before, (uint32_t)after);
}

static int judge(adscp_comparison *comparison, int before, int after,
                 int *changep)
{
    uint32_t hash = hash_classes(before, after), at, found;
    struct verdict *rows;

    for (found = hash_first(&comparison->by_classes, hash, &at);
         found != HASH_NONE;
         found = hash_next(&comparison->by_classes, hash, &at)) {
        *changep = comparison->verdicts[found].change;
        if (comparison->verdicts[found].before == before &&
            comparison->verdicts[found].after == after)
            return ADSCP_OK;
    }
    rows = rows_grow(comparison->verdicts, comparison->verdict_count,
                     sizeof(*rows));
    if (rows == NULL)
        return ADSCP_E_NOMEM;
    comparison->verdicts = rows;
    *changep =
        before < 0 || after < 0
            ? ADSCP_COMPARISON_CHANGE_OTHER
            : adscp_prediction_compare(
                  adscp_coverage_class_prediction(comparison->before, before),
                  adscp_coverage_class_prediction(comparison->after, after));
    if (!hash_add(&comparison->by_classes, hash,
                  (uint32_t)comparison->verdict_count))
        return ADSCP_E_NOMEM;
    rows[comparison->verdict_count++] =
        (struct verdict){before, after, *changep};
    return ADSCP_OK;
}

static int64_t count_mailboxes(const adscp_coverage *coverage)
{
    int i, count = adscp_coverage_home_count(coverage);
    int64_t sum = 0;

    for (i = 0; i < count; i++) {
        int mailboxes = adscp_coverage_home_mailboxes(coverage, i);

        sum += mailboxes > 0 ? mailboxes : 0;
    }
    return sum;
}

/* A home is gone, and its mailboxes are nowhere else. */
static bool is_lost(const adscp_comparison *comparison, const struct pair *home)
{
    return home->after < 0 && comparison->loses_mailboxes &&
           adscp_coverage_home_mailboxes(comparison->before, home->before) > 0;
}

static int compare_cell(adscp_comparison *comparison, int site, int home)
{
    const struct pair *at = &comparison->sites.rows[site];
    const struct pair *of = &comparison->homes.rows[home];
    struct move move = {.site = site, .home = home};
    struct move *rows;
    int rc;

    move.before =
        adscp_coverage_cell(comparison->before, at->before, of->before);
    move.after = adscp_coverage_cell(comparison->after, at->after, of->after);
    if (move.before < 0 && move.after < 0)
        return ADSCP_OK;
    if (move.before >= 0 && is_lost(comparison, of)) {
        move.change = ADSCP_COMPARISON_CHANGE_WORSE;
    } else if (comparison->last.before == move.before &&
               comparison->last.after == move.after) {
        move.change = comparison->last.change;
    } else {
        rc = judge(comparison, move.before, move.after, &move.change);
        if (rc != ADSCP_OK)
            return rc;
        comparison->last =
            (struct verdict){move.before, move.after, move.change};
    }
    comparison->counts[move.change]++;
    if (move.change == ADSCP_COMPARISON_CHANGE_SAME)
        return ADSCP_OK;
    rows = rows_grow(comparison->moves, comparison->move_count, sizeof(*rows));
    if (rows == NULL)
        return ADSCP_E_NOMEM;
    comparison->moves = rows;
    rows[comparison->move_count++] = move;
    return ADSCP_OK;
}

static int compare_new(adscp_comparison *comparison, int site)
{
    int k, rc = ADSCP_OK;

    for (k = 0; rc == ADSCP_OK && k < (int)comparison->homes.count; k++)
        rc = compare_cell(comparison, site, k);
    return rc;
}

/* What moved at a site of the same groups moves here, too. */
static int compare_again(adscp_comparison *comparison, int site,
                         const struct site_row *like)
{
    size_t i;

    for (i = 0; i < like->move_count; i++) {
        struct move *rows =
            rows_grow(comparison->moves, comparison->move_count, sizeof(*rows));

        if (rows == NULL)
            return ADSCP_E_NOMEM;
        comparison->moves = rows;
        rows[comparison->move_count] = rows[like->first_move + i];
        rows[comparison->move_count++].site = site;
    }
    for (i = 0; i <= ADSCP_COMPARISON_CHANGE_WORSE; i++)
        comparison->counts[i] += like->counts[i];
    return ADSCP_OK;
}

static const struct site_row *find_row(const adscp_comparison *comparison,
                                       int before, int after, uint32_t hash)
{
    uint32_t at, found = hash_first(&comparison->by_groups, hash, &at);

    while (found != HASH_NONE && (comparison->rows[found].before != before ||
                                  comparison->rows[found].after != after))
        found = hash_next(&comparison->by_groups, hash, &at);
    return found != HASH_NONE ? &comparison->rows[found] : NULL;
}

static int add_row(adscp_comparison *comparison, const struct site_row *row,
                   uint32_t hash)
{
    struct site_row *rows =
        rows_grow(comparison->rows, comparison->row_count, sizeof(*rows));

    if (rows == NULL)
        return ADSCP_E_NOMEM;
    comparison->rows = rows;
    if (!hash_add(&comparison->by_groups, hash,
                  (uint32_t)comparison->row_count))
        return ADSCP_E_NOMEM;
    rows[comparison->row_count++] = *row;
    return ADSCP_OK;
}

static int compare_site(adscp_comparison *comparison, int site)
{
    const struct pair *at = &comparison->sites.rows[site];
    struct site_row row = {
        .before = adscp_coverage_site_group(comparison->before, at->before),
        .after = adscp_coverage_site_group(comparison->after, at->after),
        .first_move = comparison->move_count};
    uint32_t hash = hash_join((uint32_t)row.before, (uint32_t)row.after);
    const struct site_row *like =
        find_row(comparison, row.before, row.after, hash);
    size_t i, counts[ADSCP_COMPARISON_CHANGE_WORSE + 1];
    int rc;

    if (like != NULL)
        return compare_again(comparison, site, like);
    memcpy(counts, comparison->counts, sizeof(counts));
    rc = compare_new(comparison, site);
    if (rc != ADSCP_OK)
        return rc;
    row.move_count = comparison->move_count - row.first_move;
    for (i = 0; i <= ADSCP_COMPARISON_CHANGE_WORSE; i++)
        row.counts[i] = comparison->counts[i] - counts[i];
    return add_row(comparison, &row, hash);
}

static int compare(adscp_comparison *comparison)
{
    const adscp_coverage *before = comparison->before;
    const adscp_coverage *after = comparison->after;
    const struct keys sites = {adscp_coverage_site_count(before),
                               adscp_coverage_site_count(after), site_key};
    const struct keys homes = {adscp_coverage_home_count(before),
                               adscp_coverage_home_count(after), home_key};
    int rc = match(comparison, &sites, &comparison->sites), i;

    if (rc == ADSCP_OK)
        rc = match(comparison, &homes, &comparison->homes);
    for (i = 0; rc == ADSCP_OK && i < (int)comparison->sites.count; i++)
        rc = compare_site(comparison, i);
    return rc;
}

/* What only the comparing needed. */
static void forget(adscp_comparison *comparison)
{
    hash_clear(&comparison->by_classes);
    hash_clear(&comparison->by_groups);
    free(comparison->rows);
    comparison->rows = NULL;
}

int adscp_coverage_compare(const adscp_coverage *before,
                           const adscp_coverage *after, adscp_comparison **out)
{
    adscp_comparison *comparison;
    int rc;

    if (before == NULL || after == NULL || out == NULL)
        return ADSCP_E_ARGUMENT;
    comparison = calloc(1, sizeof(*comparison));
    if (comparison == NULL)
        return ADSCP_E_NOMEM;
    comparison->before = before;
    comparison->after = after;
    /* What was not read is not gone. */
    comparison->loses_mailboxes =
        (adscp_coverage_complete(after) || !adscp_coverage_complete(before)) &&
        count_mailboxes(after) < count_mailboxes(before);
    comparison->last = (struct verdict){-1, -1, 0};
    rc = compare(comparison);
    forget(comparison);
    if (rc != ADSCP_OK) {
        adscp_comparison_free(comparison);
        return rc;
    }
    *out = comparison;
    return ADSCP_OK;
}

void adscp_comparison_free(adscp_comparison *comparison)
{
    if (comparison == NULL)
        return;
    difference_clear(&comparison->facts);
    finding_list_free(&comparison->findings);
    free(comparison->sites.rows);
    free(comparison->homes.rows);
    free(comparison->moves);
    free(comparison->verdicts);
    free(comparison);
}
