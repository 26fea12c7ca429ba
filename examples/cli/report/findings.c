/* SPDX-License-Identifier: MIT */
/*
 * What is odd in the directory: by code, the gravest first, a few examples of
 * each in sight and more behind a fold.
 */
#include "report.h"

#include <stdlib.h>
#include <string.h>

enum { EXAMPLES = 3, MORE = 100 };

struct item {
    const adscp_finding *finding;
    const char *code;
    int severity;
    int index;
};

static int compare(const void *a, const void *b)
{
    const struct item *left = a, *right = b;
    int order = strcmp(left->code, right->code);

    if (left->severity != right->severity)
        return right->severity - left->severity;
    return order != 0 ? order : left->index - right->index;
}

static struct item *sort(const adscp_coverage *coverage, int count)
{
    struct item *items = calloc((size_t)count, sizeof(*items));
    int i;

    for (i = 0; items != NULL && i < count; i++) {
        const adscp_finding *finding = adscp_coverage_finding(coverage, i);

        items[i] = (struct item){finding, adscp_finding_code(finding),
                                 adscp_finding_severity(finding), i};
    }
    if (items != NULL)
        qsort(items, (size_t)count, sizeof(*items), compare);
    return items;
}

static enum mark severity_mark(int severity)
{
    switch (severity) {
    case ADSCP_FINDING_SEVERITY_ERROR:
        return MARK_FAILURE;
    case ADSCP_FINDING_SEVERITY_WARNING:
        return MARK_ALERT;
    default:
        return MARK_NOTHING;
    }
}

static void write_item(struct html *html, const adscp_finding *finding)
{
    html_put(html, "<li>");
    html_text(html, adscp_finding_text(finding));
    if (adscp_finding_dn(finding) != NULL) {
        html_put(html, " <span class=\"dn\">");
        html_name(html, adscp_finding_dn(finding));
        html_put(html, "</span>");
    }
    html_put(html, "</li>\n");
}

static void write_items(struct html *html, const struct item *items, int count)
{
    int i;

    html_put(html, "<ul>\n");
    for (i = 0; i < count; i++)
        write_item(html, items[i].finding);
    html_put(html, "</ul>\n");
}

static void write_more(struct html *html, const struct item *items, int count)
{
    int most = count < MORE ? count : MORE;

    if (count <= 0)
        return;
    fprintf(html->out, "<details><summary>%d more</summary>\n", count);
    write_items(html, items, most);
    if (most < count)
        fprintf(html->out,
                "<p class=\"quiet\">And %d more; <code>adscp coverage "
                "--json</code> has all of them.</p>\n",
                count - most);
    html_put(html, "</details>\n");
}

/* Those of one code. */
static void write_group(struct html *html, const struct item *items, int count)
{
    const char *severity = adscp_finding_severity_name(items->severity);
    int shown = count < EXAMPLES ? count : EXAMPLES;

    fprintf(html->out, "<div class=\"finding %s\"><h3>", severity);
    mark_draw(html, severity_mark(items->severity), false);
    fprintf(html->out, " %s <code>%s</code>", severity, items->code);
    if (count > 1)
        fprintf(html->out, " <span class=\"quiet\">%d</span>", count);
    html_put(html, "</h3>\n");
    write_items(html, items, shown);
    write_more(html, items + shown, count - shown);
    html_put(html, "</div>\n");
}

void report_findings_write(struct report_page *page)
{
    int count = adscp_coverage_finding_count(page->coverage), i, end;
    struct html *html = &page->html;
    struct item *items = NULL;

    html_put(html, "<section aria-labelledby=\"findings\">\n"
                   "<h2 id=\"findings\">Findings</h2>\n");
    if (count > 0)
        items = sort(page->coverage, count);
    else
        html_put(html, "<p>Nothing odd was found.</p>\n");
    if (count < 0 || (count > 0 && items == NULL)) {
        html->failed = true;
        count = 0;
    }
    for (i = 0; i < count; i = end) {
        for (end = i + 1; end < count; end++)
            if (strcmp(items[end].code, items[i].code) != 0)
                break;
        write_group(html, items + i, end - i);
    }
    html_put(html, "</section>\n");
    free(items);
}
