/* SPDX-License-Identifier: MIT */
/*
 * Findings in words: the gravest first, those of one code together. A directory
 * may bring thousands of one code, of which a few examples say enough; --json
 * has them all.
 */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

enum { EXAMPLES = 5, INDENT = 11 };

/* Orders findings without moving them. */
struct item {
    const adscp_finding *finding;
    const char *code;
    int severity;
    int index;
};

static int compare_items(const void *a, const void *b)
{
    const struct item *left = a, *right = b;
    int order;

    if (left->severity != right->severity)
        return right->severity - left->severity;
    order = strcmp(left->code, right->code);
    return order != 0 ? order : left->index - right->index;
}

static struct item *sort_findings(const adscp_prediction *answer, int count)
{
    struct item *items = calloc((size_t)count, sizeof(*items));
    int i;

    if (items == NULL)
        return NULL;
    for (i = 0; i < count; i++) {
        const adscp_finding *finding = adscp_prediction_finding(answer, i);

        items[i].finding = finding;
        items[i].code = adscp_finding_code(finding);
        items[i].severity = adscp_finding_severity(finding);
        items[i].index = i;
    }
    qsort(items, (size_t)count, sizeof(*items), compare_items);
    return items;
}

static enum page_style severity_style(int severity)
{
    switch (severity) {
    case ADSCP_FINDING_SEVERITY_ERROR:
        return PAGE_RED;
    case ADSCP_FINDING_SEVERITY_WARNING:
        return PAGE_YELLOW;
    default:
        return PAGE_CYAN;
    }
}

static void print_dn(struct page *page, const adscp_prediction *answer,
                     const adscp_finding *finding)
{
    const char *dn = adscp_finding_dn(finding);
    const adscp_forest *forest = adscp_prediction_forest(answer);

    if (dn == NULL)
        return;
    fprintf(page->out, "%*s", INDENT, "");
    page_style(page, PAGE_DIM);
    page_dn(page, dn, adscp_forest_config_dn(forest), page->width - INDENT);
    page_style(page, PAGE_PLAIN);
}

/* The examples of one code. A sentence that they share is said once. */
static void print_group(struct page *page, const adscp_prediction *answer,
                        const struct item *items, int count)
{
    const char *said = "";
    char more[32];
    int i;

    fputs("  ", page->out);
    page_put(page, severity_style(items->severity),
             adscp_finding_severity_name(items->severity));
    fprintf(page->out, "%*s%s",
            INDENT - 2 -
                page_columns(adscp_finding_severity_name(items->severity)),
            "", items->code);
    if (count > 1)
        fprintf(page->out, " (%d)", count);
    fputc('\n', page->out);
    for (i = 0; i < count && i < EXAMPLES; i++) {
        const char *text =
            page_text(page, adscp_finding_text(items[i].finding));

        if (strcmp(text, said) != 0) {
            fprintf(page->out, "%*s", INDENT, "");
            page_prose(page, INDENT, INDENT, text);
        }
        said = text;
        print_dn(page, answer, items[i].finding);
    }
    if (count > EXAMPLES) {
        snprintf(more, sizeof(more), "and %d more", count - EXAMPLES);
        fprintf(page->out, "%*s%s\n", INDENT, "", more);
    }
}

bool findings_print(struct page *page, const adscp_prediction *answer)
{
    int count = adscp_prediction_finding_count(answer);
    struct item *items = NULL;
    int i, end;

    if (count <= 0)
        return true;
    items = sort_findings(answer, count);
    if (items == NULL)
        return false;
    page_heading(page, "Findings");
    for (i = 0; i < count; i = end) {
        for (end = i + 1; end < count; end++)
            if (strcmp(items[end].code, items[i].code) != 0)
                break;
        print_group(page, answer, items + i, end - i);
    }
    free(items);
    return true;
}
