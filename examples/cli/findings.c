/* SPDX-License-Identifier: MIT */
/*
 * Findings in words: those about this client first, of these the gravest first,
 * those of one code together. The others are counted, or follow with -v. A
 * directory may bring thousands of one code, of which a few examples say
 * enough;
 * --json has them all.
 */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

enum { EXAMPLES = 5, INDENT = 11 };

/* Whose they are. */
struct source {
    const adscp_prediction *answer; /* NULL: they are a coverage's ... */
    const adscp_coverage *coverage; /* ... this one's */
    const bool *elsewhere;          /* per finding of it; or NULL */
    const adscp_forest *forest;
    bool verbose;
};

static int count_of(const struct source *source)
{
    return source->answer != NULL
               ? adscp_prediction_finding_count(source->answer)
               : adscp_coverage_finding_count(source->coverage);
}

static const adscp_finding *finding_at(const struct source *source, int index)
{
    return source->answer != NULL
               ? adscp_prediction_finding(source->answer, index)
               : adscp_coverage_finding(source->coverage, index);
}

/* Orders findings without moving them. */
struct item {
    const adscp_finding *finding;
    const char *code;
    bool elsewhere; /* not about this client */
    int severity;
    int index;
};

static int compare_items(const void *a, const void *b)
{
    const struct item *left = a, *right = b;
    int order;

    if (left->elsewhere != right->elsewhere)
        return left->elsewhere - right->elsewhere;
    if (left->severity != right->severity)
        return right->severity - left->severity;
    order = strcmp(left->code, right->code);
    return order != 0 ? order : left->index - right->index;
}

static bool is_dn(const char *dn, const char *other)
{
    return other != NULL && strcmp(dn, other) == 0;
}

bool findings_is_met(const adscp_prediction *answer, const char *site,
                     const char *dn)
{
    int i;

    if (is_dn(dn, adscp_mailbox_dn(adscp_prediction_mailbox(answer))))
        return true;
    for (i = 0; i < adscp_prediction_hop_count(answer); i++) {
        const adscp_hop *hop = adscp_prediction_hop(answer, i);

        if (is_dn(dn, adscp_hop_dn(hop)) ||
            is_dn(dn,
                  adscp_scp_dn(adscp_candidate_scp(adscp_hop_candidate(hop)))))
            return true;
    }
    return site != NULL && page_compare_start(dn, "CN=") &&
           page_compare_start(dn + strlen("CN="), site) &&
           page_compare_start(dn + strlen("CN=") + strlen(site), ",CN=Sites,");
}

/* What is about no object is about the answer; and where the client reaches no
 * server, anything may be why. */
static bool is_elsewhere(const adscp_prediction *answer,
                         const adscp_finding *finding)
{
    const char *dn = adscp_finding_dn(finding);

    return adscp_finding_about(finding) != ADSCP_FINDING_ABOUT_CLIENT &&
           dn != NULL && adscp_prediction_hop_count(answer) > 0 &&
           !findings_is_met(answer, adscp_prediction_site(answer), dn);
}

static struct item *sort_findings(const struct source *source, int count)
{
    struct item *items = calloc((size_t)count, sizeof(*items));
    int i;

    if (items == NULL)
        return NULL;
    for (i = 0; i < count; i++) {
        const adscp_finding *finding = finding_at(source, i);

        items[i].finding = finding;
        items[i].code = adscp_finding_code(finding);
        items[i].elsewhere =
            source->answer != NULL
                ? is_elsewhere(source->answer, finding)
                : source->elsewhere != NULL && source->elsewhere[i];
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

static void print_dn(struct page *page, const struct source *source,
                     const adscp_finding *finding)
{
    const char *dn = adscp_finding_dn(finding);

    if (dn == NULL)
        return;
    fprintf(page->out, "%*s", INDENT, "");
    page_style(page, PAGE_DIM);
    page_dn(page, dn, adscp_forest_config_dn(source->forest),
            page->width - INDENT);
    page_style(page, PAGE_PLAIN);
}

/* The examples of one code. A sentence that they share is said once. */
static void print_group(struct page *page, const struct source *source,
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
        print_dn(page, source, items[i].finding);
    }
    if (count > EXAMPLES) {
        snprintf(more, sizeof(more), "and %d more", count - EXAMPLES);
        fprintf(page->out, "%*s%s\n", INDENT, "", more);
    }
}

/* Those from `i` on that are about this client, or about others. */
static int print_part(struct page *page, const struct source *source,
                      const struct item *items, int i, int count)
{
    bool elsewhere = items[i].elsewhere;
    int end;

    page_heading(page, elsewhere ? "Findings about the rest of the forest"
                                 : "Findings");
    for (; i < count && items[i].elsewhere == elsewhere; i = end) {
        for (end = i + 1; end < count; end++)
            if (items[end].elsewhere != elsewhere ||
                strcmp(items[end].code, items[i].code) != 0)
                break;
        print_group(page, source, items + i, end - i);
    }
    return i;
}

/* "and 12 about the rest of the forest (1 error, 4 warnings, 7 info)" */
static void count_others(struct page *page, const struct item *items, int count)
{
    int severity, i, n;
    const char *joint = " (";

    fprintf(page->out, "\n  %d finding%s about the rest of the forest", count,
            count == 1 ? "" : "s");
    for (severity = ADSCP_FINDING_SEVERITY_ERROR;
         severity >= ADSCP_FINDING_SEVERITY_INFO; severity--) {
        for (i = n = 0; i < count; i++)
            n += items[i].severity == severity;
        if (n == 0)
            continue;
        fprintf(page->out, "%s%s %d", joint,
                adscp_finding_severity_name(severity), n);
        joint = ", ";
    }
    fputs("); -v shows them\n", page->out);
}

static bool print(struct page *page, const struct source *source)
{
    int count = count_of(source), i = 0;
    struct item *items = NULL;

    if (count <= 0)
        return true;
    items = sort_findings(source, count);
    if (items == NULL)
        return false;
    if (!items[0].elsewhere)
        i = print_part(page, source, items, 0, count);
    if (i < count && source->verbose)
        print_part(page, source, items, i, count);
    else if (i < count)
        count_others(page, items + i, count - i);
    free(items);
    return true;
}

bool findings_print(struct page *page, const struct report *report)
{
    return print(page, &(struct source){
                           .answer = report->answer,
                           .forest = adscp_prediction_forest(report->answer),
                           .verbose = report->cli->verbose});
}

bool findings_print_coverage(struct page *page, const adscp_coverage *coverage,
                             const bool *elsewhere, bool verbose)
{
    return print(page,
                 &(struct source){.coverage = coverage,
                                  .elsewhere = elsewhere,
                                  .forest = adscp_coverage_forest(coverage),
                                  .verbose = verbose});
}
