/* SPDX-License-Identifier: MIT */
/*
 * What helps: for each host that an alert or a doubt is about, what to do there
 * (the same at several hosts is said once), and how many answers that touches.
 */
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

/* The hop or service whose certificate decides. */
struct subject {
    const char *host;
    const adscp_certificate *certificate;
    const adscp_alert *alert;
};

static struct subject find_subject(const adscp_prediction *answer)
{
    const adscp_alert *alert = adscp_prediction_alert(answer);
    const adscp_hop *hop =
        adscp_prediction_hop(answer, adscp_prediction_alert_hop(answer));
    int i, count = adscp_prediction_service_count(answer);

    if (hop != NULL)
        return (struct subject){adscp_hop_host(hop), adscp_hop_certificate(hop),
                                alert};
    for (i = 0; i < count; i++) {
        const adscp_service *service = adscp_prediction_service(answer, i);

        if (adscp_service_alert(service) == alert)
            return (struct subject){adscp_service_host(service),
                                    adscp_service_certificate(service), alert};
    }
    return (struct subject){.alert = alert};
}

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
    const struct subject subject = find_subject(answer);
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

static bool collect(struct remedies *remedies)
{
    const struct report_page *page = remedies->page;
    int i, count = 0;

    remedies->rows =
        calloc((size_t)page->view->count + 1, sizeof(struct remedy));
    if (remedies->rows == NULL)
        return false;
    for (i = 0; i < page->view->count; i++)
        if (mark_of(answer_at(page, i)) != MARK_FINE)
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

static void write_issuer(FILE *out, const struct subject *subject)
{
    if (adscp_certificate_self_signed(subject->certificate) == 1)
        fprintf(out,
                "Publish the certificate of %s in the forest (certutil "
                "-dspublish -f FILE RootCA)",
                subject->host);
    else
        fprintf(out,
                "Publish the root above the certificate of %s in the "
                "forest (certutil -dspublish -f FILE RootCA)",
                subject->host);
    fprintf(out,
            ", or give %s a certificate from a CA that every client trusts. ",
            subject->host);
}

static void write_reason(FILE *out, const struct subject *subject, int reason)
{
    char day[CLI_TIME_SIZE];

    switch (reason) {
    case ADSCP_ALERT_REASON_UNTRUSTED_ISSUER:
        write_issuer(out, subject);
        break;
    case ADSCP_ALERT_REASON_EXPIRED:
        fprintf(out,
                "Renew the certificate of %s, or of the CA above it: see "
                "\"When certificates end\". ",
                subject->host);
        break;
    case ADSCP_ALERT_REASON_NOT_YET_VALID:
        fprintf(
            out,
            "The certificate of %s begins on %s: use another one until "
            "then. ",
            subject->host,
            seen_day(adscp_certificate_not_before(subject->certificate), day));
        break;
    case ADSCP_ALERT_REASON_NAME_MISMATCH:
        fprintf(out,
                "Give %s a certificate with this name, or let the URL carry "
                "a name that the certificate has. ",
                subject->host);
        break;
    case ADSCP_ALERT_REASON_WRONG_USAGE:
        fprintf(out, "Give %s a certificate for server authentication. ",
                subject->host);
        break;
    case ADSCP_ALERT_REASON_WEAK_KEY:
        fprintf(out,
                "Give %s a certificate with an RSA key of at least 2048 "
                "bits. ",
                subject->host);
        break;
    default:
        fprintf(out, "Give %s another certificate: Windows rejects this one. ",
                subject->host);
    }
}

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
    const struct subject subject = find_subject(remedy->answer);
    int i, count = adscp_alert_reason_count(subject.alert);

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
    case MARK_DEAD:
        fprintf(out,
                "Bring %s back on port 443, or let no SCP lead to it "
                "(Set-ClientAccessServer -AutoDiscoverServiceInternalUri "
                "$null). ",
                remedy->host);
        break;
    default:
        for (i = 0; i < count && subject.host != NULL; i++)
            write_reason(out, &subject, adscp_alert_reason(subject.alert, i));
        if (i == 0)
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

static void write_answers(struct html *html, const struct remedy *rows,
                          int count)
{
    int i, answers = 0, place = rows->place;

    for (i = 0; i < count; i++) {
        answers += rows[i].answers;
        if (rows[i].place < place)
            place = rows[i].place;
    }
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

    html_put(&remedies->page->html, "<ul class=\"helps\">\n");
    for (i = 0; i < remedies->count; i = end) {
        for (end = i + 1; end < remedies->count; end++)
            if (compare_kind(&remedies->rows[i], &remedies->rows[end]) != 0)
                break;
        write_kind(remedies->page, &remedies->rows[i], end - i);
    }
    html_put(&remedies->page->html, "</ul>\n");
}

void remedies_write(struct report_page *page)
{
    struct remedies remedies = {.page = page};
    struct html *html = &page->html;

    html_put(html, "<section aria-labelledby=\"helps\">\n"
                   "<h2 id=\"helps\">What helps</h2>\n");
    if (!collect(&remedies))
        html->failed = true;
    if (remedies.count > 0)
        write_kinds(&remedies);
    else
        html_put(html, "<p>Nothing needs help: no alert is predicted, and no "
                       "doubt could bring one.</p>\n");
    html_put(html, "</section>\n");
    free(remedies.rows);
}
