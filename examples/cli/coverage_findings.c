/* SPDX-License-Identifier: MIT */
/*
 * Which findings of a coverage are about the one site that is shown: those of
 * the answers that its clients get, and those about what they meet.
 */
#include "coverage.h"

#include <stdlib.h>
#include <string.h>

/* What is told about this site's clients, sorted. */
struct shown {
    const adscp_finding **rows;
    size_t count;
    bool failed;
};

static int compare_texts(const char *a, const char *b)
{
    return strcmp(a != NULL ? a : "", b != NULL ? b : "");
}

static int compare(const void *a, const void *b)
{
    const adscp_finding *const *left = a, *const *right = b;
    int order =
        compare_texts(adscp_finding_code(*left), adscp_finding_code(*right));

    if (order == 0)
        order =
            compare_texts(adscp_finding_dn(*left), adscp_finding_dn(*right));
    return order != 0 ? order
                      : compare_texts(adscp_finding_text(*left),
                                      adscp_finding_text(*right));
}

/* A class that several sites share is told by its first one, and what names
 * that one is not so here. */
static bool names_other(const adscp_finding *finding, const char *other)
{
    int i;

    for (i = 0; i < adscp_finding_parameter_count(finding); i++) {
        const char *text = adscp_finding_parameter_text(finding, i);

        if (text != NULL && page_compare(text, other) == 0)
            return true;
    }
    return false;
}

static void add(struct shown *shown, const adscp_finding *finding)
{
    const adscp_finding **rows;

    if (shown->failed)
        return;
    if ((shown->count & (shown->count - 1)) == 0) { /* it doubles */
        rows =
            reallocarray(shown->rows, shown->count > 0 ? 2 * shown->count : 1,
                         sizeof(*rows));
        shown->failed = rows == NULL;
        if (rows == NULL)
            return;
        shown->rows = rows;
    }
    shown->rows[shown->count++] = finding;
}

static void add_answer(struct shown *shown, const adscp_prediction *answer,
                       const char *site)
{
    const char *other = adscp_prediction_site(answer);
    int i, count = adscp_prediction_finding_count(answer);

    if (other != NULL && page_compare(other, site) == 0)
        other = NULL;
    for (i = 0; i < count; i++) {
        const adscp_finding *finding = adscp_prediction_finding(answer, i);

        if (adscp_finding_about(finding) == ADSCP_FINDING_ABOUT_CLIENT &&
            (other == NULL || !names_other(finding, other)))
            add(shown, finding);
    }
}

static const adscp_prediction *answer_of(const struct coverage_view *view,
                                         int home)
{
    return adscp_coverage_class_prediction(
        view->coverage, adscp_coverage_cell(view->coverage, view->site, home));
}

static void fill(struct shown *shown, const struct coverage_view *view,
                 const char *site)
{
    int i, count = adscp_coverage_home_count(view->coverage);

    for (i = 0; i < count; i++)
        if (i == 0 || answer_of(view, i) != answer_of(view, i - 1))
            add_answer(shown, answer_of(view, i), site);
    if (shown->count > 0)
        qsort(shown->rows, shown->count, sizeof(const adscp_finding *),
              compare);
}

/* What is about no object is about everybody; and where a client reaches no
 * server, anything may be why. */
static bool is_met(const struct coverage_view *view, const char *site,
                   const char *dn)
{
    int i, count = adscp_coverage_home_count(view->coverage);

    for (i = 0; i < count; i++) {
        const adscp_prediction *answer = answer_of(view, i);

        if (dn == NULL || adscp_prediction_hop_count(answer) <= 0 ||
            findings_is_met(answer, site, dn))
            return true;
    }
    return false;
}

static bool is_here(const struct coverage_view *view, const struct shown *shown,
                    const char *site, const adscp_finding *finding)
{
    if (adscp_finding_about(finding) != ADSCP_FINDING_ABOUT_CLIENT)
        return is_met(view, site, adscp_finding_dn(finding));
    return shown->count > 0 &&
           bsearch(&finding, shown->rows, shown->count,
                   sizeof(const adscp_finding *), compare) != NULL;
}

/* Per finding; NULL: out of memory. */
static bool *find_elsewhere(const struct coverage_view *view, int count)
{
    const char *site = adscp_coverage_site(view->coverage, view->site);
    bool *elsewhere = calloc((size_t)count + 1, sizeof(*elsewhere));
    struct shown shown = {0};
    int i;

    fill(&shown, view, site);
    for (i = 0; i < count && elsewhere != NULL; i++)
        elsewhere[i] = !is_here(view, &shown, site,
                                adscp_coverage_finding(view->coverage, i));
    free(shown.rows);
    if (!shown.failed)
        return elsewhere;
    free(elsewhere);
    return NULL;
}

bool coverage_print_findings(struct page *page,
                             const struct coverage_view *view)
{
    int count = adscp_coverage_finding_count(view->coverage);
    bool *elsewhere = NULL, ok;

    if (view->site >= 0 && count > 0) {
        elsewhere = find_elsewhere(view, count);
        if (elsewhere == NULL)
            return false;
    }
    ok = findings_print_coverage(page, view->coverage, elsewhere,
                                 view->cli->verbose);
    free(elsewhere);
    return ok;
}
