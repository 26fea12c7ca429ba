/* SPDX-License-Identifier: MIT */
/*
 * The SCPs of the directory that are no candidate: without a URL, pointers, or
 * passed over by this kind of client. What they are is said here, why it is so
 * by the findings.
 */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

enum { SHOWN = 10, WHAT = 28 };

/* DNs of the SCPs that stand behind a candidate. */
struct tried {
    const char **dns;
    size_t count;
};

static int compare_dns(const void *a, const void *b)
{
    const char *const *left = a, *const *right = b;

    return strcmp(*left, *right);
}

static size_t count_tried(const adscp_prediction *answer)
{
    int i, rows = adscp_prediction_candidate_count(answer);
    size_t count = 0;

    for (i = 0; i < rows; i++)
        count += 1 + (size_t)adscp_candidate_duplicate_count(
                         adscp_prediction_candidate(answer, i));
    return count;
}

static bool collect_tried(struct page *page, const adscp_prediction *answer,
                          struct tried *tried)
{
    size_t room = count_tried(answer);
    int i, j;

    tried->dns = calloc(room + 1, sizeof(*tried->dns));
    if (tried->dns == NULL)
        return false;
    for (i = 0; tried->count < room; i++) {
        const adscp_candidate *row = adscp_prediction_candidate(answer, i);

        tried->dns[tried->count++] =
            page_text(page, adscp_scp_dn(adscp_candidate_scp(row)));
        for (j = 0; j < adscp_candidate_duplicate_count(row); j++)
            tried->dns[tried->count++] = page_text(
                page, adscp_scp_dn(adscp_candidate_duplicate(row, j)));
    }
    qsort(tried->dns, tried->count, sizeof(*tried->dns), compare_dns);
    return true;
}

static bool is_tried(const struct tried *tried, const char *dn)
{
    return bsearch(&dn, tried->dns, tried->count, sizeof(*tried->dns),
                   compare_dns) != NULL;
}

/* "no URL                      CN=EX12,CN=Autodiscover,..." */
static void print_scp(struct page *page, const adscp_scp *scp,
                      const char *config_dn)
{
    const char *what = adscp_scp_binding(scp, 0);
    int columns;

    if (what == NULL)
        what = "no URL";
    columns = page_columns(what);
    fprintf(page->out, "  %s", what);
    if (columns < WHAT)
        fprintf(page->out, "%*s", WHAT - columns, "");
    else
        fprintf(page->out, "\n%*s", 2 + WHAT, "");
    page_style(page, PAGE_DIM);
    page_dn(page, page_text(page, adscp_scp_dn(scp)), config_dn,
            page->width - 2 - WHAT);
    page_style(page, PAGE_PLAIN);
}

bool untried_print(struct page *page, const adscp_prediction *answer)
{
    const adscp_forest *forest = adscp_prediction_forest(answer);
    int i, count = adscp_forest_scp_count(forest), found = 0;
    struct tried tried = {0};

    if (!collect_tried(page, answer, &tried))
        return false;
    for (i = 0; i < count; i++) {
        const adscp_scp *scp = adscp_forest_scp(forest, i);

        if (is_tried(&tried, page_text(page, adscp_scp_dn(scp))))
            continue;
        if (found == 0)
            page_heading(page, "Not among them");
        if (found++ < SHOWN)
            print_scp(page, scp, adscp_forest_config_dn(forest));
    }
    if (found > SHOWN)
        fprintf(page->out, "  and %d more\n", found - SHOWN);
    free(tried.dns);
    return true;
}
