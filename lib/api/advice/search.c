/* SPDX-License-Identifier: MIT */
/*
 * Which classes need help, and in which order it is sought: what matters most
 * first, since the time and the number of trials are bounded. Where one host is
 * mended and the next one on the way alerts, that one is mended, too.
 */
#include <stdlib.h>
#include <string.h>

#include "api/advice/private.h"

enum { TRIALS_MAX = 512, DEPTH_MAX = 6 };

/* -------------------------------------------------------------- problems -- */

struct problem {
    int row, rank, mailboxes, cells;
};

static int compare_problems(const void *a, const void *b)
{
    const struct problem *left = a, *right = b;

    if (left->rank != right->rank)
        return right->rank - left->rank;
    if (left->mailboxes != right->mailboxes)
        return left->mailboxes < right->mailboxes ? 1 : -1;
    if (left->cells != right->cells)
        return left->cells < right->cells ? 1 : -1;
    return left->row - right->row;
}

static int count_cells(struct search *search)
{
    const adscp_coverage *coverage = search->coverage;
    int sites = adscp_coverage_site_count(coverage), i, k;
    int homes = adscp_coverage_home_count(coverage);
    size_t classes = (size_t)adscp_coverage_class_count(coverage);

    search->cells = calloc(classes + 1, sizeof(*search->cells));
    if (search->cells == NULL)
        return ADSCP_E_NOMEM;
    for (i = 0; i < sites; i++)
        for (k = 0; k < homes; k++)
            search->cells[adscp_coverage_cell(coverage, i, k)]++;
    return ADSCP_OK;
}

static int find_problems(struct search *search, int only)
{
    const adscp_coverage *coverage = search->coverage;
    int i, count = adscp_coverage_class_count(coverage);
    struct problem *rows = calloc((size_t)count + 1, sizeof(*rows));
    size_t found = 0, k;
    int rc = rows != NULL ? ADSCP_OK : ADSCP_E_NOMEM;

    for (i = 0; rows != NULL && i < count; i++) {
        int rank = advice_rank(adscp_coverage_class_prediction(coverage, i));

        if (rank > 0 && (only < 0 || only == i))
            rows[found++] = (struct problem){
                i, rank, adscp_coverage_class_mailboxes(coverage, i),
                search->cells[i]};
    }
    if (found > 0)
        qsort(rows, found, sizeof(*rows), compare_problems);
    for (k = 0; k < found && rc == ADSCP_OK; k++)
        if (!numbers_add(&search->advice->problems, rows[k].row))
            rc = ADSCP_E_NOMEM;
    free(rows);
    return rc;
}

/* ------------------------------------------------------------------ URLs -- */

static bool has_url(const char *const *urls, size_t count, const char *url)
{
    size_t i;

    for (i = 0; i < count; i++)
        if (strcmp(urls[i], url) == 0)
            return true;
    return false;
}

static const char *first_url(const adscp_prediction *answer)
{
    return adscp_hop_url(adscp_prediction_hop(answer, 0));
}

static size_t add_url(const char *urls[URLS_MAX], size_t count,
                      const adscp_prediction *answer, const char *url)
{
    const char *own = first_url(answer);

    if (url == NULL || count == URLS_MAX || has_url(urls, count, url) ||
        (own != NULL && strcmp(own, url) == 0))
        return count;
    urls[count] = url;
    return count + 1;
}

/* Those that lead others to no alert, and then what this client tries next. */
size_t advice_good_urls(const struct search *search, int row,
                        const char *urls[URLS_MAX])
{
    const adscp_coverage *coverage = search->coverage;
    const adscp_prediction *answer =
        adscp_coverage_class_prediction(coverage, row);
    int i, classes = adscp_coverage_class_count(coverage);
    int candidates = adscp_prediction_candidate_count(answer);
    size_t count = 0;

    for (i = 0; i < classes && count < URLS_MAX; i++) {
        const adscp_prediction *other =
            adscp_coverage_class_prediction(coverage, i);

        if (advice_is_fine(other))
            count = add_url(urls, count, answer, first_url(other));
    }
    for (i = 1; i < candidates && count < URLS_MAX; i++)
        count =
            add_url(urls, count, answer,
                    adscp_candidate_url(adscp_prediction_candidate(answer, i)));
    return count;
}

/* -------------------------------------------------------------- attempts -- */

/* Step after step, as long as each one brings something to light. */
static int follow(struct search *search, struct attempt *attempt)
{
    const adscp_prediction *answer =
        adscp_coverage_class_prediction(search->coverage, attempt->row);
    adscp_coverage *after = NULL, *before = NULL;
    int most = advice_goes_on(attempt->kind) ? DEPTH_MAX : 1;
    int depth, rc = ADSCP_OK;

    for (depth = 0; depth < most && answer != NULL; depth++) {
        size_t steps = attempt->share_count;

        rc = advice_add_steps(search, attempt, answer);
        adscp_coverage_free(before);
        before = NULL;
        if (rc != ADSCP_OK || attempt->share_count == steps)
            break;
        if (search->trials == TRIALS_MAX) {
            search->advice->complete = false;
            break;
        }
        rc = advice_try(search, attempt, &after, &answer);
        before = after;
        after = NULL;
        if (rc != ADSCP_OK || (answer != NULL && advice_is_fine(answer)))
            break;
    }
    adscp_coverage_free(before);
    return rc;
}

static int try_one(struct search *search, const struct attempt *what)
{
    struct attempt attempt = *what;
    int rc = advice_new_plan(search->advice, &attempt.plan);

    if (rc == ADSCP_OK)
        rc = follow(search, &attempt);
    attempt_clear(&attempt);
    return rc;
}

static int try_urls(struct search *search, int row, int kind)
{
    const char *urls[URLS_MAX];
    size_t count = advice_good_urls(search, row, urls), i;
    struct attempt attempt = {.kind = kind, .row = row};
    int rc = ADSCP_OK;

    for (i = 0; i < count && rc == ADSCP_OK; i++) {
        attempt.url = urls[i];
        attempt.widens = kind == ADSCP_ADVICE_KIND_SCP_SITES;
        rc = try_one(search, &attempt);
        attempt.narrows = attempt.widens;
        if (rc == ADSCP_OK && attempt.narrows)
            rc = try_one(search, &attempt);
        attempt.narrows = false;
    }
    return rc;
}

static int try_kind(struct search *search, int row, int kind)
{
    struct attempt attempt = {.kind = kind, .row = row};
    int rc = ADSCP_OK;

    if (kind == ADSCP_ADVICE_KIND_SCP_SITES)
        attempt.narrows = true;
    if (kind != ADSCP_ADVICE_KIND_SCP_URL)
        rc = try_one(search, &attempt);
    if (rc == ADSCP_OK && (kind == ADSCP_ADVICE_KIND_SCP_URL ||
                           kind == ADSCP_ADVICE_KIND_SCP_SITES))
        rc = try_urls(search, row, kind);
    return rc;
}

/* Every kind for every class, before the next kind. */
static int try_all(struct search *search)
{
    const struct numbers *problems = &search->advice->problems;
    int kind, rc = ADSCP_OK;
    size_t i;

    for (kind = ADSCP_ADVICE_KIND_CERTIFICATE;
         kind <= ADSCP_ADVICE_KIND_SCP_SITES && rc == ADSCP_OK; kind++)
        for (i = 0; i < problems->count && rc == ADSCP_OK; i++)
            rc = try_kind(search, problems->rows[i], kind);
    return rc;
}

/* ------------------------------------------------------------------ rows -- */

/* Against alerts before doubts; and then the smallest change first. */
static int compare_remedies(const void *a, const void *b)
{
    const struct remedy *left = a, *right = b;

    if (left->rank != right->rank)
        return right->rank - left->rank;
    if (left->others != right->others)
        return left->others - right->others;
    if (left->step_count != right->step_count)
        return left->step_count < right->step_count ? -1 : 1;
    if (left->cleared != right->cleared)
        return left->cleared < right->cleared ? 1 : -1;
    if (left->kind != right->kind)
        return left->kind - right->kind;
    return strcmp(left->steps[0], right->steps[0]);
}

static bool is_part(const struct numbers *part, const struct numbers *whole)
{
    size_t i;

    for (i = 0; i < part->count; i++)
        if (!numbers_have(whole, part->rows[i]))
            return false;
    return true;
}

/* Does another one of its kind do all that, with fewer steps? */
static bool is_needless(const struct adscp_advice *advice, size_t index)
{
    const struct remedy *remedy = &advice->remedies[index];
    size_t i;

    for (i = 0; i < advice->remedy_count; i++) {
        const struct remedy *other = &advice->remedies[i];

        if (other->kind == remedy->kind &&
            other->step_count < remedy->step_count &&
            other->others <= remedy->others &&
            is_part(&remedy->clears, &other->clears))
            return true;
    }
    return false;
}

static int sort(struct adscp_advice *advice)
{
    size_t i, kept = 0, count = advice->remedy_count;
    bool *drop = calloc(count + 1, sizeof(*drop));

    if (drop == NULL)
        return ADSCP_E_NOMEM;
    for (i = 0; i < count; i++)
        drop[i] = is_needless(advice, i);
    for (i = 0; i < count; i++) {
        if (drop[i])
            remedy_clear(&advice->remedies[i]);
        else
            advice->remedies[kept++] = advice->remedies[i];
    }
    advice->remedy_count = kept;
    free(drop);
    if (kept > 0)
        qsort(advice->remedies, kept, sizeof(*advice->remedies),
              compare_remedies);
    return ADSCP_OK;
}

int advice_search(struct search *search, int row)
{
    int rc = count_cells(search);

    if (rc == ADSCP_OK)
        rc = find_problems(search, row);
    if (rc == ADSCP_OK)
        rc = try_all(search);
    if (rc == ADSCP_E_TIMEOUT) {
        search->advice->complete = false;
        rc = ADSCP_OK;
    }
    return rc == ADSCP_OK ? sort(search->advice) : rc;
}
