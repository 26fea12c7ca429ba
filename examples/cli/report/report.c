/* SPDX-License-Identifier: MIT */
/*
 * The command `report`: the whole coverage as one HTML file, to be read, shown
 * and printed by people who never see a terminal.
 */
#include "report.h"

#include <stdlib.h>
#include <string.h>

#include "../command.h"
#include "style.h"

static const struct {
    const char *id;
    const char *name;
} contents[] = {
    {"summary", "Summary"},
    {"coverage", "Who sees what"},
    {"helps", "What helps"},
    {"answers", "The answers"},
    {"ends", "When certificates end"},
    {"findings", "Findings"},
    {"assumptions", "Assumptions"},
    {"reading", "How it was read"},
};

/* ------------------------------------------------------------------ head -- */

/* "corp.example" of "CN=Configuration,DC=corp,DC=example"; another DN as it is.
 */
static void write_forest(FILE *out, const char *dn)
{
    const char *p = dn != NULL ? strstr(dn, ",DC=") : NULL;
    const char *joint = "";

    if (p == NULL || strchr(dn, '\\') != NULL) {
        fputs(dn != NULL ? dn : "a directory", out);
        return;
    }
    for (; p != NULL; p = strstr(p, ",DC=")) {
        p += strlen(",DC=");
        fprintf(out, "%s%.*s", joint, (int)strcspn(p, ","), p);
        joint = ".";
    }
}

static void write_title(struct report_page *page, const char *before)
{
    struct line_text line;

    if (!html_begin(&page->html, &line))
        return;
    fputs(before, line.out);
    write_forest(line.out, adscp_forest_config_dn(page->forest));
    html_end(&page->html, &line);
}

static void write_head(struct report_page *page)
{
    struct html *html = &page->html;
    size_t i;

    html_put(html, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
                   "<meta charset=\"utf-8\">\n"
                   "<meta http-equiv=\"Content-Security-Policy\" "
                   "content=\"default-src 'none'; style-src '" STYLE_HASH
                   "'; base-uri 'none'; form-action 'none'\">\n"
                   "<meta name=\"viewport\" content=\"width=device-width, "
                   "initial-scale=1\">\n"
                   "<meta name=\"color-scheme\" content=\"light dark\">\n"
                   "<meta name=\"referrer\" content=\"no-referrer\">\n<title>");
    write_title(page, "Autodiscover in ");
    html_put(html, "</title>\n<style>");
    for (i = 0; i < sizeof(style_lines) / sizeof(style_lines[0]); i++)
        html_put(html, style_lines[i]);
    html_put(html, "</style>\n</head>\n");
}

static void write_banner(struct report_page *page)
{
    struct html *html = &page->html;
    enum mark worst = mark_of(answer_at(page, 0));
    char day[CLI_TIME_SIZE];

    fprintf(html->out, "<header class=\"%s\">\n<p class=\"kicker\">",
            mark_name(worst));
    mark_draw(html, worst, false);
    html_put(html, " What clients meet by Autodiscover in</p>\n<h1>");
    write_title(page, "");
    fprintf(html->out, "</h1>\n<p>As of %s. Made by adscp %s.</p>\n</header>\n",
            seen_day(page->time, day), adscp_version());
}

static void write_contents(struct html *html)
{
    size_t i;

    html_put(html, "<nav aria-label=\"Contents\"><ul>\n");
    for (i = 0; i < sizeof(contents) / sizeof(contents[0]); i++)
        fprintf(html->out, "<li><a href=\"#%s\">%s</a></li>\n", contents[i].id,
                contents[i].name);
    html_put(html, "</ul></nav>\n");
}

/* ----------------------------------------------------------------- whole -- */

static void write_page(struct report_page *page)
{
    struct html *html = &page->html;

    write_head(page);
    html_put(html, "<body>\n<a class=\"skip\" href=\"#main\">To the "
                   "summary</a>\n");
    mark_define(html);
    write_banner(page);
    write_contents(html);
    html_put(html, "<main id=\"main\">\n");
    summary_write(page);
    picture_write(page);
    remedies_write(page);
    answers_write(page);
    ends_write(page);
    report_findings_write(page);
    grounds_write(page);
    html_put(html, "</main>\n</body>\n</html>\n");
}

/* malloc()ed; NULL: out of memory. */
static char *make_report(const struct coverage_view *view)
{
    int *places = calloc((size_t)adscp_coverage_class_count(view->coverage),
                         sizeof(*places));
    struct report_page page = {.view = view,
                               .coverage = view->coverage,
                               .forest = adscp_coverage_forest(view->coverage),
                               .places = places,
                               .time = adscp_coverage_time(view->coverage)};
    struct line_text whole;
    char *text = NULL;
    int i;

    for (i = 0; i < view->count && places != NULL; i++)
        places[view->classes[i]] = i;
    if (places != NULL && html_begin(&page.html, &whole)) {
        page.html.out = whole.out;
        write_page(&page);
        text = html_take(&page.html, &whole);
    }
    free(places);
    if (!page.html.failed)
        return text;
    free(text);
    return NULL;
}

/* Whoever waits at a terminal is told the two lines that begin the summary. */
static char *make_brief(const struct coverage_view *view)
{
    struct cli brief = *view->cli;
    struct coverage_view told = *view;

    brief.brief = true;
    told.cli = &brief;
    return page_write(coverage_print, &told);
}

/* Both are there before anything is written. */
static int tell(const struct coverage_view *view)
{
    const char *to = view->cli->words[0];
    int64_t start = cli_clock_ns();
    char *text = make_report(view), *brief = make_brief(view);
    int status;

    if (text == NULL || brief == NULL)
        status = cli_fail("out of memory");
    else
        status = file_deliver(to, text);
    if (status == CLI_DONE && !file_is_output(to))
        status = cli_deliver(brief);
    free(text);
    free(brief);
    cli_timing(view->cli, "report", start);
    return status == CLI_DONE ? coverage_status(view) : status;
}

bool report_ready(struct cli *cli)
{
    return advise_ready(cli) && file_ready(cli, cli->words[0]);
}

int report_run(const struct cli *cli, const adscp_forest *forest)
{
    (void)forest;
    return coverage_answer(cli, tell);
}
