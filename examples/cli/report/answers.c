/* SPDX-License-Identifier: MIT */
/*
 * Every answer: whom it concerns, the way as a drawing and as a table, and what
 * the client connects to afterwards. Answers that end alike stand together, the
 * worst first; those behind the first ones get a line in a table.
 */
#include "report.h"

#include <stdlib.h>

enum { OPEN_MOST = 12, SERVICES_MOST = 10 };

/* ---------------------------------------------------------------- places -- */

int answer_number(const struct report_page *page, int row)
{
    return page->places[row] + 1;
}

bool answer_is_drawn(const struct report_page *page, int row)
{
    return page->places[row] < DRAWN_MOST;
}

const adscp_prediction *answer_at(const struct report_page *page, int place)
{
    return adscp_coverage_class_prediction(page->coverage,
                                           page->view->classes[place]);
}

const char *site_name(const struct report_page *page, int site)
{
    const char *name = adscp_coverage_site(page->coverage, site);

    return name != NULL ? name : "(unknown site)";
}

const char *home_name(const struct report_page *page, int home)
{
    int kind = adscp_coverage_home_kind(page->coverage, home);

    if (kind == ADSCP_COVERAGE_HOME_KIND_NONE)
        return "(no mail address)";
    return kind == ADSCP_COVERAGE_HOME_KIND_MAILBOX
               ? coverage_home_name(page->coverage, home)
               : "Microsoft 365";
}

int64_t report_count_mailboxes(const struct report_page *page)
{
    int i, count = adscp_coverage_home_count(page->coverage);
    int64_t sum = -1;

    for (i = 0; i < count; i++) {
        int mailboxes = adscp_coverage_home_mailboxes(page->coverage, i);

        if (mailboxes >= 0)
            sum = (sum < 0 ? 0 : sum) + mailboxes;
    }
    return sum;
}

/* ----------------------------------------------------------------- where -- */

/* "HQ, Branch and 9,998 more" of the sites, or homes, of a class. */
static void write_names(struct report_page *page, int row, bool homes)
{
    const adscp_coverage *coverage = page->coverage;
    struct html *html = &page->html;
    int i, count = homes ? adscp_coverage_class_home_count(coverage, row)
                         : adscp_coverage_class_site_count(coverage, row);

    for (i = 0; i < count && i < NAMES_MOST; i++) {
        html_put(html, i > 0 ? ", " : "");
        html_name(
            html,
            homes
                ? home_name(page, adscp_coverage_class_home(coverage, row, i))
                : site_name(page, adscp_coverage_class_site(coverage, row, i)));
    }
    if (i < count) {
        html_put(html, " and ");
        html_number(html->out, count - i);
        html_put(html, " more");
    }
}

/* Does a site of the class together with one of its homes belong to another
 * class? */
static bool has_gap(const adscp_coverage *coverage, int row)
{
    int sites = adscp_coverage_class_site_count(coverage, row);
    int homes = adscp_coverage_class_home_count(coverage, row), i, k;

    for (i = 0; i < sites; i++)
        for (k = 0; k < homes; k++)
            if (adscp_coverage_cell(
                    coverage, adscp_coverage_class_site(coverage, row, i),
                    adscp_coverage_class_home(coverage, row, k)) != row)
                return true;
    return false;
}

static void write_where(struct report_page *page, int row)
{
    int sites = adscp_coverage_class_site_count(page->coverage, row);
    int mailboxes = adscp_coverage_class_mailboxes(page->coverage, row);
    struct html *html = &page->html;

    html_put(html, "<dl class=\"where\"><div><dt>At</dt><dd>");
    if (sites == adscp_coverage_site_count(page->coverage))
        html_put(html, "every site");
    else
        write_names(page, row, false);
    html_put(html, "</dd></div><div><dt>Mailbox on</dt><dd>");
    write_names(page, row, true);
    if (mailboxes >= 0) {
        html_put(html, " (");
        html_number(html->out, mailboxes);
        html_put(html, mailboxes == 1 ? " mailbox)" : " mailboxes)");
    }
    html_put(html, "</dd></div>");
    if (has_gap(page->coverage, row))
        html_put(html,
                 "<div class=\"quiet\"><dt>Note</dt><dd>not every pair of "
                 "these: the picture shows which</dd></div>");
    html_put(html, "</dl>\n");
}

/* ------------------------------------------------------------------- way -- */

static void write_link(struct html *html, const adscp_certificate *certificate)
{
    char day[CLI_TIME_SIZE];

    if (certificate == NULL) {
        html_put(html, "not known");
        return;
    }
    if (adscp_certificate_problem(certificate) != NULL) {
        html_text(html, adscp_certificate_problem(certificate));
        return;
    }
    html_name(html, adscp_certificate_subject(certificate));
    if (adscp_certificate_self_signed(certificate) == 1) {
        html_put(html, ", self-signed");
    } else {
        html_put(html, ", issued by ");
        html_name(html, adscp_certificate_issuer(certificate));
    }
    fprintf(html->out, ", until %s",
            seen_day(adscp_certificate_not_after(certificate), day));
}

/* "Security Alert (untrusted issuer)" */
static void write_alert(struct html *html, const adscp_alert *alert)
{
    enum mark mark = mark_of_outcome(adscp_alert_outcome(alert));

    mark_draw(html, mark, false);
    fprintf(html->out, " %s", mark_words(mark));
    if (adscp_alert_reason_count(alert) > 0) {
        fputs(" (", html->out);
        verdict_reasons(html->out, alert);
        fputs(")", html->out);
    }
}

static void write_hop(struct html *html, const adscp_hop *hop, int index)
{
    fprintf(html->out, "<tr><td>%d</td><th scope=\"row\">", index + 1);
    html_name(html, story_name(hop));
    html_put(html, "</th><td class=\"url\">");
    html_name(html, adscp_hop_url(hop));
    html_put(html, "</td><td>");
    html_text(html, adscp_hop_why(hop));
    html_put(html, "</td><td>");
    write_link(html, adscp_hop_certificate(hop));
    html_put(html, "</td><td>");
    write_alert(html, adscp_hop_alert(hop));
    html_put(html, "</td></tr>\n");
}

static void write_way(struct html *html, const adscp_prediction *answer)
{
    int i, count = adscp_prediction_hop_count(answer);

    html_put(html,
             "<details><summary>The same in words</summary>"
             "<div class=\"scroll\"><table><thead><tr>"
             "<th scope=\"col\">Step</th><th scope=\"col\">Server</th>"
             "<th scope=\"col\">URL</th><th scope=\"col\">What it "
             "does</th><th scope=\"col\">Certificate</th>"
             "<th scope=\"col\">The user sees</th></tr></thead><tbody>\n");
    for (i = 0; i < count; i++)
        write_hop(html, adscp_prediction_hop(answer, i), i);
    html_put(html, "</tbody></table></div></details>\n");
}

static void write_service(struct html *html, const adscp_service *service)
{
    html_put(html, "<li>");
    html_put(html, adscp_service_kind_name(adscp_service_kind(service)));
    html_put(html, " <span class=\"url\">");
    html_name(html, adscp_service_url(service));
    html_put(html, "</span> ");
    write_alert(html, adscp_service_alert(service));
    html_put(html, "</li>\n");
}

static void write_services(struct html *html, const adscp_prediction *answer)
{
    int i, count = adscp_prediction_service_count(answer);
    enum mark worst =
        mark_of_outcome(adscp_prediction_services_outcome(answer));

    if (count <= 0)
        return;
    html_put(html,
             "<details><summary>After the answer, the client connects to ");
    html_count(html->out, count, "URL");
    html_put(html, ": ");
    mark_say(html->out, worst);
    html_put(html, " at worst</summary><ul>\n");
    for (i = 0; i < count && i < SERVICES_MOST; i++)
        write_service(html, adscp_prediction_service(answer, i));
    if (i < count)
        fprintf(html->out, "<li>and %d more</li>\n", count - i);
    html_put(html, "</ul></details>\n");
}

/* ------------------------------------------------------------ one answer -- */

static void write_verdict(struct report_page *page,
                          const adscp_prediction *answer)
{
    struct html *html = &page->html;
    struct line_text line;

    html_put(html, "<p class=\"verdict-line\">");
    if (html_begin(html, &line)) {
        if (adscp_prediction_hop_count(answer) > 0)
            verdict_print(line.out, page->view->cli, answer);
        else
            fputs("No SCP leads to a server: the client tries the URLs of the "
                  "user's mail domain",
                  line.out);
        caveat_fault(line.out, "; ", answer);
        caveat_doubt(line.out, "; ", answer);
        html_end_sentence(html, &line);
    }
    html_put(html, ".</p>\n");
}

static void write_change(struct report_page *page,
                         const adscp_prediction *answer)
{
    int64_t on = adscp_prediction_changes_on(answer);
    char day[CLI_TIME_SIZE];

    if (on < 0)
        return;
    fprintf(page->html.out, "<p class=\"quiet\">This verdict holds until %s (",
            seen_day(on, day));
    html_days(page->html.out, page->time, on);
    fputs("), when a certificate changes it.</p>\n", page->html.out);
}

static void write_answer(struct report_page *page, int row)
{
    const adscp_prediction *answer =
        adscp_coverage_class_prediction(page->coverage, row);
    struct html *html = &page->html;
    enum mark mark = mark_of(answer);
    int number = answer_number(page, row);

    fprintf(html->out,
            "<section class=\"answer %s\" id=\"answer-%d\" "
            "aria-labelledby=\"answer-%d-title\">\n"
            "<h4 id=\"answer-%d-title\">",
            mark_name(mark), number, number, number);
    mark_draw(html, mark, false);
    fprintf(html->out, " Answer %d: %s", number, mark_words(mark));
    if (adscp_prediction_evidence(answer) >= 0)
        fprintf(html->out, " <span class=\"grade\">%s</span>",
                adscp_evidence_name(adscp_prediction_evidence(answer)));
    html_put(html, "</h4>\n");
    write_where(page, row);
    write_verdict(page, answer);
    if (adscp_prediction_hop_count(answer) > 0) {
        drawing_write(page, row);
        write_way(html, answer);
    }
    write_services(html, answer);
    write_change(page, answer);
    html_put(html, "</section>\n");
}

/* ----------------------------------------------------------------- lines -- */

static void write_line(struct report_page *page, int row)
{
    const adscp_prediction *answer =
        adscp_coverage_class_prediction(page->coverage, row);
    const adscp_hop *hop = adscp_prediction_hop(answer, 0);
    struct html *html = &page->html;

    fprintf(html->out, "<tr><th scope=\"row\">%d</th><td>",
            answer_number(page, row));
    write_names(page, row, false);
    html_put(html, "</td><td>");
    write_names(page, row, true);
    html_put(html, "</td><td>");
    if (hop != NULL)
        html_name(html, story_name(hop));
    html_put(html, "</td><td>");
    write_alert(html, adscp_prediction_alert(answer));
    html_put(html, "</td></tr>\n");
}

static void write_lines(struct report_page *page, int first, int end)
{
    struct html *html = &page->html;
    int i, last = end < ROWS_MOST ? end : ROWS_MOST;

    if (first < last) {
        html_put(html,
                 "<div class=\"scroll\"><table><thead><tr>"
                 "<th scope=\"col\">Answer</th><th scope=\"col\">At</th>"
                 "<th scope=\"col\">Mailbox on</th><th scope=\"col\">First "
                 "server</th><th scope=\"col\">The user sees</th></tr>"
                 "</thead><tbody>\n");
        for (i = first; i < last; i++)
            write_line(page, page->view->classes[i]);
        html_put(html, "</tbody></table></div>\n");
    } else {
        last = first;
    }
    if (last == end)
        return;
    html_put(html, "<p class=\"quiet\">And ");
    html_number(html->out, end - last);
    html_put(html, " more; <code>adscp coverage --csv</code> has all of "
                   "them.</p>\n");
}

/* ---------------------------------------------------------------- groups -- */

/* The places from `first` on that end as that one does. */
static int find_end(const struct report_page *page, int first)
{
    enum mark mark = mark_of(answer_at(page, first));
    int end = first + 1;

    while (end < page->view->count && mark_of(answer_at(page, end)) == mark)
        end++;
    return end;
}

static void write_group(struct report_page *page, int first, int end)
{
    enum mark mark = mark_of(answer_at(page, first));
    struct html *html = &page->html;
    bool open = mark > MARK_FINE || end <= OPEN_MOST;
    int i;

    fprintf(html->out,
            "<details class=\"verdict\" id=\"verdict-%s\"%s><summary><h3>",
            mark_name(mark), open ? " open" : "");
    mark_draw(html, mark, false);
    fprintf(html->out, " %s <span class=\"quiet\">", mark_words(mark));
    html_count(html->out, end - first, "answer");
    html_put(html, "</span></h3></summary>\n");
    for (i = first; i < end && i < DRAWN_MOST; i++)
        write_answer(page, page->view->classes[i]);
    write_lines(page, i, end);
    html_put(html, "</details>\n");
}

void answers_write(struct report_page *page)
{
    int i, end;

    html_put(&page->html,
             "<section aria-labelledby=\"answers\">\n"
             "<h2 id=\"answers\">The answers</h2>\n"
             "<p>Each answer once: the client, the servers that it "
             "meets one after the other, what each of them does, "
             "and its certificate.</p>\n");
    for (i = 0; i < page->view->count; i = end) {
        end = find_end(page, i);
        write_group(page, i, end);
    }
    html_put(&page->html, "</section>\n");
}
