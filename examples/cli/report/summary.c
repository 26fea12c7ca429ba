/* SPDX-License-Identifier: MIT */
/*
 * The summary: five lines. The first two are those of `adscp coverage`, which
 * says the same in words.
 */
#include "report.h"

#include <stdlib.h>
#include <string.h>

/* The two lines, as the command prints them on a page without end. */
static void write_head(struct report_page *page)
{
    struct cli brief = *page->view->cli;
    struct coverage_view view = *page->view;
    struct page words = {.utf8 = true};
    struct html *html = &page->html;
    struct line_text line;
    char *text, *rest, *one;

    if (!html_begin(html, &line))
        return;
    brief.brief = true;
    view.cli = &brief;
    words.out = line.out;
    if (!coverage_print(&words, &view) || words.failed)
        html->failed = true;
    text = html_take(html, &line);
    for (rest = text; rest != NULL && (one = strsep(&rest, "\n")) != NULL;) {
        if (one[0] == '\0')
            continue;
        html_put(html, "<li>");
        html_text(html, one);
        html_put(html, ".</li>\n");
    }
    free(text);
}

/* Homes that are servers. */
static int count_servers(const struct report_page *page)
{
    int i, found = 0, count = adscp_coverage_home_count(page->coverage);

    for (i = 0; i < count; i++)
        found += adscp_coverage_home_server(page->coverage, i) != NULL;
    return found;
}

/* Those that were counted. */
static void write_mailboxes(struct report_page *page)
{
    FILE *out = page->html.out;
    int64_t sum = report_count_mailboxes(page);

    if (sum < 0)
        return;
    fputs(" (", out);
    html_number(out, sum);
    fputs(sum == 1 ? " mailbox)" : " mailboxes)", out);
}

static void write_size(struct report_page *page)
{
    FILE *out = page->html.out;
    int counts[MARKS] = {0}, i;
    const char *joint = ": ";

    for (i = 0; i < page->view->count; i++)
        counts[mark_of(answer_at(page, i))]++;
    fputs("<li>", out);
    html_count(out, adscp_coverage_site_count(page->coverage) - 1, "AD site");
    fputs(" and an unknown one, ", out);
    html_count(out, count_servers(page), "server");
    fputs(" with mailboxes", out);
    write_mailboxes(page);
    fputs(": ", out);
    html_count(out, page->view->count, "different answer");
    for (i = MARKS - 1; i >= 0; i--) {
        if (counts[i] == 0)
            continue;
        fputs(joint, out);
        html_number(out, counts[i]);
        fputs(" \xc3\x97 ", out);
        mark_say(out, (enum mark)i);
        joint = "; ";
    }
    fputs(".</li>\n", out);
}

static void write_next(struct report_page *page)
{
    FILE *out = page->html.out;
    int64_t next = -1;
    char day[CLI_TIME_SIZE];
    int i;

    for (i = 0; i < page->view->count; i++) {
        int64_t on = adscp_prediction_changes_on(answer_at(page, i));

        if (on >= 0 && (next < 0 || on < next))
            next = on;
    }
    fputs("<li>", out);
    if (next < 0) {
        fputs("No certificate that is known changes an answer by its date.",
              out);
    } else {
        fprintf(out, "The first answer changes on %s (", seen_day(next, day));
        html_days(out, page->time, next);
        fputs("), when a certificate becomes valid or expires.", out);
    }
    fputs("</li>\n", out);
}

static void write_basis(struct report_page *page)
{
    FILE *out = page->html.out;
    int count = adscp_sightings_count(page->view->sightings);
    char day[CLI_TIME_SIZE];

    fprintf(out, "<li>Judged as of %s, from ", seen_day(page->time, day));
    fputs(adscp_coverage_complete(page->coverage) == 1
              ? "a complete reading of the directory"
              : "an incomplete reading of the directory",
          out);
    if (page->view->sightings == NULL)
        fputs("; certificates are forecasts from what servers publish, since "
              "port 443 was not looked at (add --observe).</li>\n",
              out);
    else
        fprintf(out, "; certificates as seen at %d address%s.</li>\n", count,
                count == 1 ? "" : "es");
}

void summary_write(struct report_page *page)
{
    html_put(&page->html, "<section aria-labelledby=\"summary\">\n"
                          "<h2 id=\"summary\">Summary</h2>\n"
                          "<ul class=\"summary\">\n");
    write_head(page);
    write_size(page);
    write_next(page);
    write_basis(page);
    html_put(&page->html, "</ul></section>\n");
}
