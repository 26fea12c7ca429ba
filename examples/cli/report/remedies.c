/* SPDX-License-Identifier: MIT */
/*
 * What helps: what simulation shows; and for each host of an alert or a doubt
 * that is left, what to do there in general (the same at several hosts is said
 * once), and how many answers that touches.
 */
#include "../subject.h"
#include "report.h"

#include <stdlib.h>
#include <string.h>

enum { HOSTS_MOST = 4 };

struct remedy {
    const adscp_prediction *answer; /* the worst that it is for */
    enum mark mark;
    const char *host; /* whom it is about; "": nobody */
    int64_t flags;
    bool own;    /* the certificate is signed by itself */
    bool lost;   /* only SCPs of a site lead anywhere, and it is unknown */
    int place;   /* of that answer */
    int answers; /* that it touches */
};

struct remedies {
    struct report_page *page;
    struct remedy *rows;
    int count;
};

/* --------------------------------------------------------------- collect -- */

static bool only_unknown_sites(const struct report_page *page, int row)
{
    const adscp_coverage *coverage = page->coverage;
    int i, count = adscp_coverage_class_site_count(coverage, row);

    for (i = 0; i < count; i++)
        if (adscp_coverage_site(
                coverage, adscp_coverage_class_site(coverage, row, i)) != NULL)
            return false;
    return true;
}

/* The places are those of the marks, the worst first: who is led nowhere comes
 * last. */
static bool leads_others(const struct report_page *page)
{
    return page->view->count > 0 && mark_of(answer_at(page, 0)) != MARK_NOTHING;
}

/* Clients of a known site are led to a server, these are not. */
static bool is_lost(const struct report_page *page, int place)
{
    return mark_of(answer_at(page, place)) == MARK_NOTHING &&
           leads_others(page) &&
           only_unknown_sites(page, page->view->classes[place]);
}

static struct remedy make(const struct report_page *page, int place)
{
    const adscp_prediction *answer = answer_at(page, place);
    const struct subject subject = subject_find(answer);
    enum mark mark = mark_of(answer);
    const char *host =
        mark == MARK_DOUBT ? adscp_prediction_doubt_url(answer) : subject.host;

    return (struct remedy){
        .answer = answer,
        .mark = mark,
        .host = host != NULL ? host : "",
        .flags = adscp_alert_flags(adscp_prediction_alert(answer)),
        .own = adscp_certificate_self_signed(subject.certificate) == 1,
        .lost = is_lost(page, place),
        .place = place,
        .answers = 1};
}

/* What helps is the same. */
static int compare_kind(const struct remedy *left, const struct remedy *right)
{
    if (left->mark != right->mark)
        return left->mark < right->mark ? 1 : -1;
    if (left->flags != right->flags)
        return left->flags < right->flags ? -1 : 1;
    if (left->own != right->own)
        return left->own - right->own;
    return left->lost - right->lost;
}

static int compare_same(const void *a, const void *b)
{
    const struct remedy *left = a, *right = b;
    int order = compare_kind(left, right);

    if (order == 0)
        order = strcmp(left->host, right->host);
    return order != 0 ? order : left->place - right->place;
}

static bool is_same(const struct remedy *a, const struct remedy *b)
{
    return compare_kind(a, b) == 0 && strcmp(a->host, b->host) == 0;
}

/* Kind by kind, the worst first; then what touches most. */
static int compare_weight(const void *a, const void *b)
{
    const struct remedy *left = a, *right = b;
    int order = compare_kind(left, right);

    if (order != 0)
        return order;
    return left->answers != right->answers ? right->answers - left->answers
                                           : left->place - right->place;
}

/* Those that nothing else helps. */
static bool collect(struct remedies *remedies, const bool *helped)
{
    const struct report_page *page = remedies->page;
    int i, count = 0;

    remedies->rows =
        calloc((size_t)page->view->count + 1, sizeof(struct remedy));
    if (remedies->rows == NULL)
        return false;
    for (i = 0; i < page->view->count; i++)
        if (mark_of(answer_at(page, i)) != MARK_FINE && !helped[i])
            remedies->rows[count++] = make(page, i);
    qsort(remedies->rows, (size_t)count, sizeof(struct remedy), compare_same);
    for (i = 0; i < count; i++) {
        const struct remedy *row = &remedies->rows[i];

        if (remedies->count > 0 &&
            is_same(&remedies->rows[remedies->count - 1], row))
            remedies->rows[remedies->count - 1].answers++;
        else
            remedies->rows[remedies->count++] = *row;
    }
    qsort(remedies->rows, (size_t)remedies->count, sizeof(struct remedy),
          compare_weight);
    return true;
}

/* ----------------------------------------------------------------- words -- */

static void write_doubt(FILE *out, const struct remedy *remedy)
{
    fprintf(out,
            "Settle which server comes first: now it may be %s instead. "
            "An SCP that names the clients' site does that "
            "(Set-ClientAccessServer -AutoDiscoverSiteScope); where the "
            "site is unknown, so does a subnet object for the clients' "
            "addresses. ",
            remedy->host[0] != '\0' ? remedy->host : "another one");
}

static void write_words(FILE *out, const struct report_page *page,
                        const struct remedy *remedy)
{
    switch (remedy->mark) {
    case MARK_NOTHING:
        if (remedy->lost) {
            fputs("Clients of a known site find a server, these do not: make "
                  "a subnet object for their addresses, linked to their site "
                  "(New-ADReplicationSubnet). ",
                  out);
            break;
        }
        fputs(
            "No SCP leads these clients to a server: let a server publish a "
            "URL (Set-ClientAccessServer -AutoDiscoverServiceInternalUri), or "
            "publish autodiscover in the DNS of the mail domain. ",
            out);
        break;
    case MARK_DOUBT:
        write_doubt(out, remedy);
        break;
    case MARK_UNKNOWN:
        verdict_unknown(out, page->view->cli, remedy->answer);
        fputs(". ", out);
        break;
    default:
        if (!subject_write_help(out, remedy->answer))
            fputs("See the findings. ", out);
    }
}

/* "The same holds for ex11.corp.example and 3 more." */
static void write_others(FILE *out, const struct remedy *rows, int count)
{
    int i;

    if (count <= 1)
        return;
    fputs("The same holds for ", out);
    for (i = 1; i < count && i <= HOSTS_MOST; i++)
        fprintf(out, "%s%s",
                i == 1           ? ""
                : i + 1 == count ? " and "
                                 : ", ",
                rows[i].host);
    if (i < count) {
        fputs(" and ", out);
        html_number(out, count - i);
        fputs(" more", out);
    }
    fputs(". ", out);
}

void remedies_name_answers(struct html *html, int place, int answers)
{
    html_put(html, "<span class=\"quiet\">For ");
    if (place < DRAWN_MOST)
        fprintf(html->out, "<a href=\"#answer-%d\">answer %d</a>", place + 1,
                place + 1);
    else
        fprintf(html->out, "answer %d", place + 1);
    if (answers > 1) {
        html_put(html, " and ");
        html_number(html->out, answers - 1);
        html_put(html, " more");
    }
    html_put(html, "</span>");
}

static void write_answers(struct html *html, const struct remedy *rows,
                          int count)
{
    int i, answers = 0, place = rows->place;

    for (i = 0; i < count; i++) {
        answers += rows[i].answers;
        if (rows[i].place < place)
            place = rows[i].place;
    }
    remedies_name_answers(html, place, answers);
}

/* Those of one kind. */
static void write_kind(struct report_page *page, const struct remedy *rows,
                       int count)
{
    struct html *html = &page->html;
    struct line_text line;

    html_put(html, "<li>");
    mark_draw(html, rows->mark, true);
    html_put(html, " <div>");
    if (html_begin(html, &line)) {
        write_words(line.out, page, rows);
        write_others(line.out, rows, count);
        html_end_sentence(html, &line);
    }
    write_answers(html, rows, count);
    html_put(html, "</div></li>\n");
}

static void write_kinds(const struct remedies *remedies)
{
    int i, end;

    for (i = 0; i < remedies->count; i = end) {
        for (end = i + 1; end < remedies->count; end++)
            if (compare_kind(&remedies->rows[i], &remedies->rows[end]) != 0)
                break;
        write_kind(remedies->page, &remedies->rows[i], end - i);
    }
}

/* Does any answer call for help? */
static bool needs_help(const struct report_page *page)
{
    int i;

    for (i = 0; i < page->view->count; i++)
        if (mark_of(answer_at(page, i)) != MARK_FINE)
            return true;
    return false;
}

static void write_list(struct report_page *page)
{
    bool *helped = calloc((size_t)page->view->count + 1, sizeof(*helped));
    struct remedies remedies = {.page = page};
    struct html *html = &page->html;

    if (helped == NULL) {
        html->failed = true;
        return;
    }
    html_put(html, "<ul class=\"helps\">\n");
    advice_write(page, helped);
    if (collect(&remedies, helped))
        write_kinds(&remedies);
    else
        html->failed = true;
    html_put(html, "</ul>\n");
    free(remedies.rows);
    free(helped);
}

void remedies_write(struct report_page *page)
{
    struct html *html = &page->html;

    html_put(html, "<section aria-labelledby=\"helps\">\n"
                   "<h2 id=\"helps\">What helps</h2>\n");
    if (needs_help(page))
        write_list(page);
    else
        html_put(html, "<p>Nothing needs help: no alert is predicted, and no "
                       "doubt could bring one.</p>\n");
    html_put(html, "</section>\n");
}
