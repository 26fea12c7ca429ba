/* SPDX-License-Identifier: MIT */
/*
 * Which classes need help, and in which order it is sought: what matters most
 * first, since the time and the number of trials are bounded. Where one host is
 * mended and the next one on the way alerts, that one is mended, too.
 */
#include <stdlib.h>
#include <string.h>

#include "api/advice/private.h"
#include "api/prepare.h"

enum { TRIALS_MAX = 512, DEPTH_MAX = 6, COPIES_MAX = 2 };

/* -------------------------------------------------------------- problems -- */

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
    size_t found = 0;

    if (rows == NULL)
        return ADSCP_E_NOMEM;
    for (i = 0; i < count; i++) {
        int rank = advice_rank(adscp_coverage_class_prediction(coverage, i));

        if (rank > 0 && (only < 0 || only == i))
            rows[found++] = (struct problem){
                .row = i,
                .rank = rank,
                .mailboxes = adscp_coverage_class_mailboxes(coverage, i),
                .cells = search->cells[i]};
    }
    if (found > 0)
        qsort(rows, found, sizeof(*rows), compare_problems);
    search->advice->problems = rows;
    search->advice->problem_count = found;
    return ADSCP_OK;
}

/* -------------------------------------------------------------- attempts -- */

/* Step after step, as long as each one brings something to light. */
static int follow(struct search *search, struct attempt *attempt)
{
    const adscp_prediction *answer =
        adscp_coverage_class_prediction(search->coverage, attempt->row);
    adscp_coverage *after = NULL, *before = NULL;
    int most = advice_goes_on(attempt->means) ? DEPTH_MAX : 1;
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
        if (rc != ADSCP_OK)
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

static int try_urls(struct search *search, int row, enum means means)
{
    struct attempt attempt = {.means = means, .row = row};
    struct other_urls urls;
    int rc;
    size_t i;

    if (means == MEANS_SERVICE_URL)
        find_service_urls(search, row, &urls);
    else
        find_urls(search, row, &urls);
    rc = urls.failed ? ADSCP_E_NOMEM : ADSCP_OK;
    for (i = 0; i < urls.count && rc == ADSCP_OK; i++) {
        attempt.url = urls.rows[i].text;
        attempt.own = urls.rows[i].own;
        /* the sites of a name that nobody publishes are nobody's */
        if (!attempt.own || means == MEANS_SCP_URL ||
            means == MEANS_SERVICE_URL)
            rc = try_one(search, &attempt);
    }
    urls_clear(&urls);
    return rc;
}

/* Whose certificate the others behind the name could have as well: each once.
 */
static int try_copies(struct search *search, int row)
{
    const adscp_prediction *answer =
        adscp_coverage_class_prediction(search->coverage, row);
    const struct subject subject = advice_subject(answer);
    const adscp_forest *forest = adscp_coverage_forest(search->coverage);
    struct attempt attempt = {.means = MEANS_COPY, .row = row};
    const adscp_certificate *last = NULL;
    struct servers servers, guilty;
    int rc = ADSCP_OK, tried = 0;
    size_t i;

    find_servers(forest, &subject, &servers);
    find_guilty(&subject, &servers, &guilty);
    for (i = 0; i < servers.count && rc == ADSCP_OK && tried < COPIES_MAX;
         i++) {
        const adscp_certificate *own =
            adscp_server_certificate(servers.rows[i]);

        if (own == NULL || has_server(&guilty, servers.rows[i]) ||
            (last != NULL && same_certificate(own, last)))
            continue;
        attempt.source = servers.rows[i];
        last = own;
        tried++;
        rc = try_one(search, &attempt);
    }
    return rc;
}

/* The certificate of each server behind the shared host, each once, and a new
 * one. What a server publishes may not be what it shows, and a copy is one of
 * what it publishes. */
static int try_behind(struct search *search, int row)
{
    const adscp_front *front =
        advice_front(adscp_coverage_class_prediction(search->coverage, row));
    struct attempt attempt = {.means = MEANS_BEHIND, .row = row};
    const adscp_certificate *last = NULL;
    int i, count = adscp_front_backend_count(front), rc = ADSCP_OK, tried = 0;

    for (i = 0; i < count && rc == ADSCP_OK && tried < COPIES_MAX; i++) {
        const adscp_backend *backend = adscp_front_backend(front, i);
        const adscp_certificate *own =
            adscp_server_certificate(adscp_backend_server(backend));

        if (own == NULL || (last != NULL && same_certificate(own, last)) ||
            (backend_shown(backend) != NULL &&
             !same_certificate(own, backend_shown(backend))))
            continue;
        attempt.source = adscp_backend_server(backend);
        last = own;
        tried++;
        rc = try_one(search, &attempt);
    }
    attempt.source = NULL;
    return rc == ADSCP_OK && front != NULL ? try_one(search, &attempt) : rc;
}

static int try_means(struct search *search, int row, enum means means)
{
    const struct attempt attempt = {.means = means, .row = row};

    if (!advice_prepare(adscp_coverage_class_prediction(search->coverage, row)))
        return ADSCP_E_NOMEM;
    switch (means) {
    case MEANS_BEHIND:
        return try_behind(search, row);
    case MEANS_COPY:
        return try_copies(search, row);
    case MEANS_SCP_URL:
    case MEANS_SERVICE_URL:
    case MEANS_WIDEN:
    case MEANS_BOTH:
        return try_urls(search, row, means);
    default:
        return try_one(search, &attempt);
    }
}

/* Is it the last one of its kind? */
static bool ends_kind(enum means means)
{
    return means + 1 == MEANS_COUNT ||
           advice_kind(means) != advice_kind(means + 1);
}

/* Every kind for every class, before the next kind. */
static int try_all(struct search *search)
{
    struct adscp_advice *advice = search->advice;
    int rc = ADSCP_OK;
    enum means means;
    size_t i;

    for (means = 0; means < MEANS_COUNT && rc == ADSCP_OK; means++)
        for (i = 0; i < advice->problem_count && rc == ADSCP_OK; i++) {
            struct problem *problem = &advice->problems[i];

            rc = try_means(search, problem->row, means);
            if (rc == ADSCP_OK && search->trials < TRIALS_MAX &&
                ends_kind(means))
                problem->kinds |= 1 << advice_kind(means);
        }
    return rc;
}

int advice_search(struct search *search, int row)
{
    int rc = count_cells(search);

    if (rc == ADSCP_OK)
        rc = find_problems(search, row);
    if (rc == ADSCP_OK && search->advice->problem_count > 0 &&
        !forest_prepare(adscp_coverage_forest(search->coverage)))
        rc = ADSCP_E_NOMEM;
    if (rc == ADSCP_OK)
        rc = try_all(search);
    if (rc == ADSCP_E_TIMEOUT) {
        search->advice->complete = false;
        rc = ADSCP_OK;
    }
    if (rc == ADSCP_OK)
        rc = advice_sort(search);
    return rc == ADSCP_OK ? advice_choose(search) : rc;
}
