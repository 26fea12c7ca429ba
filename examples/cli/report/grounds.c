/* SPDX-License-Identifier: MIT */
/*
 * What the report rests on: what is taken for granted, how well things are
 * founded, and how it was read and looked at.
 */
#include "report.h"

enum { INPUTS_MOST = 50 };

static void write_term(struct html *html, const char *term)
{
    fprintf(html->out, "<div><dt>%s</dt><dd>", term);
}

static void write_end(struct html *html)
{
    html_put(html, "</dd></div>\n");
}

/* ----------------------------------------------------------- assumptions -- */

static void write_grades(struct html *html)
{
    int grade;

    html_put(html, "<dl class=\"grades\">\n");
    for (grade = ADSCP_EVIDENCE_DOCUMENTED; grade <= ADSCP_EVIDENCE_CONTESTED;
         grade++) {
        write_term(html, adscp_evidence_name(grade));
        html_text(html, story_evidence(grade));
        write_end(html);
    }
    html_put(html, "</dl>\n");
}

static void write_assumptions(struct report_page *page)
{
    struct html *html = &page->html;

    html_put(html, "<section aria-labelledby=\"assumptions\">\n"
                   "<h2 id=\"assumptions\">Assumptions</h2>\n<p>");
    html_text(html, adscp_coverage_assumes(page->coverage));
    html_put(html, ".</p>\n<p>No directory says at which site a user works: "
                   "mailboxes are grouped by the server that has them, not by "
                   "site.</p>\n<p>How well the first server of an answer is "
                   "founded:</p>\n");
    write_grades(html);
    html_put(html, "</section>\n");
}

/* --------------------------------------------------------------- reading -- */

static void write_inputs(struct report_page *page)
{
    int i, count = adscp_forest_input_count(page->forest);
    struct html *html = &page->html;

    write_term(html, "Read from");
    for (i = 0; i < count && i < INPUTS_MOST; i++) {
        html_put(html, i > 0 ? "<br>" : "");
        html_name(html, adscp_forest_input(page->forest, i));
    }
    if (i < count)
        fprintf(html->out, "<br>and %d more", count - i);
    write_end(html);
}

static void write_if_there(struct html *html, const char *term,
                           const char *text)
{
    if (text == NULL)
        return;
    write_term(html, term);
    html_name(html, text);
    write_end(html);
}

static void write_counts(struct report_page *page)
{
    const adscp_forest *forest = page->forest;
    FILE *out = page->html.out;

    write_term(&page->html, "It has");
    html_count(out, adscp_forest_scp_count(forest), "SCP");
    fputs(", ", out);
    html_count(out, adscp_forest_server_count(forest), "Exchange server");
    fputs(", ", out);
    html_count(out, adscp_forest_site_count(forest), "AD site");
    fputs(", ", out);
    html_count(out, adscp_forest_subnet_count(forest), "subnet");
    write_end(&page->html);
}

static void write_look(struct report_page *page)
{
    const adscp_sightings *sightings = page->view->sightings;
    int i, seen = 0, count = adscp_sightings_count(sightings);
    FILE *out = page->html.out;

    write_term(&page->html, "Port 443");
    for (i = 0; i < count; i++)
        seen +=
            adscp_sighting_outcome(adscp_sightings_sighting(sightings, i)) ==
            ADSCP_SIGHTING_OUTCOME_OK;
    if (sightings == NULL)
        fputs("not looked at; <code>--observe</code> does", out);
    else
        fprintf(out,
                "looked at %d address%s, of which %d showed a "
                "certificate%s",
                count, count == 1 ? "" : "es", seen,
                adscp_sightings_complete(sightings) == 1
                    ? ""
                    : "; not every one could be looked at in time");
    write_end(&page->html);
}

static void write_census(struct report_page *page)
{
    int64_t sum = report_count_mailboxes(page);

    if (sum < 0)
        return;
    write_term(&page->html, "Mailboxes");
    html_number(page->html.out, sum);
    fputs(" counted; no names were kept", page->html.out);
    write_end(&page->html);
}

static void write_reading(struct report_page *page)
{
    struct html *html = &page->html;
    char time[CLI_TIME_SIZE];

    html_put(html, "<section aria-labelledby=\"reading\">\n"
                   "<h2 id=\"reading\">How it was read</h2>\n<dl>\n");
    write_inputs(page);
    write_if_there(html, "Domain controller",
                   adscp_forest_domain_controller(page->forest));
    write_if_there(html, "Configuration", adscp_forest_config_dn(page->forest));
    write_term(html, "Complete");
    html_put(html, adscp_coverage_complete(page->coverage) == 1
                       ? "yes"
                       : "no: something was cut short or not allowed; the "
                         "findings say what");
    write_end(html);
    write_counts(page);
    write_census(page);
    write_look(page);
    write_if_there(html, "Judged as of", cli_time_format(page->time, time));
    write_if_there(html, "Order of trial",
                   adscp_profile_name(adscp_coverage_profile(page->coverage)));
    write_if_there(html, "Made by adscp", adscp_version());
    html_put(html, "</dl></section>\n");
}

void grounds_write(struct report_page *page)
{
    write_assumptions(page);
    write_reading(page);
}
