/* SPDX-License-Identifier: MIT */
/*
 * The report in words, for people. `list` shows the order, `predict` tells the
 * story of the first contact. What is printed here may become better with every
 * version; programs read the JSON.
 */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

/* `predict` tells a story, in which a long list would drown. */
enum { PREDICT_ROWS = 12, REASONS = 12, STEPS = 16, TEXT_SIZE = 1024 };

static const char *client_name(int profile)
{
    switch (profile) {
    case ADSCP_PROFILE_OUTLOOK:
        return "Outlook";
    case ADSCP_PROFILE_EWS:
        return "the EWS Managed API";
    case ADSCP_PROFILE_LEARN:
        return "the Microsoft Learn sample";
    case ADSCP_PROFILE_OXDISCO:
        return "a client by the letter of [MS-OXDISCO]";
    default:
        return "the client";
    }
}

static const char *site_words(int source)
{
    switch (source) {
    case ADSCP_PREDICTION_SITE_SOURCE_GIVEN:
        return "as given";
    case ADSCP_PREDICTION_SITE_SOURCE_ADDRESS:
        return "by its address and the subnets";
    case ADSCP_PREDICTION_SITE_SOURCE_DIRECTORY:
        return "as the directory says";
    default:
        return "from nowhere";
    }
}

const char *cli_assumed_domain(const adscp_prediction *answer)
{
    int i, count = adscp_prediction_finding_count(answer);

    for (i = 0; i < count; i++)
        if (strcmp(adscp_finding_code(adscp_prediction_finding(answer, i)),
                   "domain-from-mail") == 0)
            return adscp_forest_domain(adscp_prediction_forest(answer));
    return NULL;
}

/* "The EWS Managed API in site HQ" */
static void name_client(const adscp_prediction *answer, char out[TEXT_SIZE])
{
    const char *client = client_name(adscp_prediction_profile(answer));
    const char *site = adscp_prediction_site(answer);

    const char *domain = cli_assumed_domain(answer);

    snprintf(out, TEXT_SIZE, "%s%s%s%s%s", client,
             domain != NULL ? " on a computer of " : "",
             domain != NULL ? domain : "",
             site != NULL ? " in site " : " at an unknown site",
             site != NULL ? site : "");
    if (out[0] >= 'a' && out[0] <= 'z')
        out[0] = (char)(out[0] - 'a' + 'A');
    cli_clean(out);
}

static void end_title(struct page *page)
{
    page_style(page, PAGE_PLAIN);
    fputc('\n', page->out);
}

static void print_client(struct page *page, const adscp_prediction *answer)
{
    const char *site = adscp_prediction_site(answer);
    const char *address = adscp_prediction_address(answer);
    const char *mail = adscp_prediction_mail(answer);
    char text[TEXT_SIZE];

    if (site != NULL) {
        snprintf(text, sizeof(text), "%s (%s)", site,
                 site_words(adscp_prediction_site_source(answer)));
        page_label(page, "Site", text);
    } else
        page_label(page, "Site", "unknown");
    if (address != NULL)
        page_label(page, "Address", address);
    if (mail != NULL)
        page_label(page, "User", mail);
}

static void print_source(struct page *page, const struct report *report)
{
    const adscp_forest *forest = adscp_prediction_forest(report->answer);
    const char *config = adscp_forest_config_dn(forest);
    const char *server = adscp_forest_domain_controller(forest);
    const struct cli *cli = report->cli;
    const char *domain = adscp_forest_domain(forest);
    const char *live = domain != NULL ? domain : cli->uri;
    const char *from = live != NULL ? live : cli->export;
    char text[TEXT_SIZE], when[CLI_TIME_SIZE];

    if (config != NULL)
        page_label(page, "Forest", config);
    if (server != NULL)
        snprintf(text, sizeof(text), "%s, %s %s", from,
                 live != NULL ? "answered by" : "an export of", server);
    else
        snprintf(text, sizeof(text), "%s", from);
    cli_clean(text);
    page_label(page, "Read from", text);
    if (cli_time_format(adscp_prediction_time(report->answer), when) != NULL)
        page_label(page, "As of", when);
}

/* How domain and domain controller were found, where they were looked for. */
static void print_search(struct page *page, const adscp_reader *reader)
{
    int i, count = adscp_reader_trace_count(reader);
    char text[TEXT_SIZE];

    for (i = 0; i < count && i < STEPS; i++) {
        snprintf(text, sizeof(text), "%s", adscp_reader_trace(reader, i));
        cli_clean(text);
        page_label(page, i == 0 ? "Found" : "", text);
    }
    if (i < count) {
        snprintf(text, sizeof(text), "and %d more steps", count - i);
        page_label(page, "", text);
    }
}

static void print_pointers(struct page *page, const adscp_prediction *answer)
{
    int i, count = adscp_prediction_pointer_count(answer);

    for (i = 0; i < count; i++)
        page_label(page, i == 0 ? "Pointer" : "",
                   adscp_prediction_pointer_target(answer, i));
}

static void print_incomplete(struct page *page, const char *text)
{
    page_style(page, PAGE_YELLOW);
    page_label(page, "Incomplete", text);
    page_style(page, PAGE_PLAIN);
}

static void print_question(struct page *page, const struct report *report)
{
    const adscp_prediction *answer = report->answer;

    print_client(page, answer);
    print_source(page, report);
    print_search(page, report->cli->reader);
    print_pointers(page, answer);
    if (!adscp_prediction_complete(answer))
        print_incomplete(page,
                         "not everything could be read; the findings say what");
    if (adscp_sightings_complete(report->sightings) == 0)
        print_incomplete(page, "not every server could be looked at");
}

void story_rival(struct page *page, const adscp_prediction *answer)
{
    const char *reading = adscp_prediction_rival_reading(answer);
    const char *rival = adscp_prediction_rival_url(answer);
    const adscp_candidate *first = adscp_prediction_candidate(answer, 0);
    bool same;
    char text[TEXT_SIZE];

    if (reading == NULL || rival == NULL)
        return;
    same = strcmp(rival, adscp_candidate_url(first)) == 0;
    snprintf(text, sizeof(text), "\"%s\", another reading, begins with%s",
             reading, same ? " the same URL" : "");
    page_label(page, "Rival", text);
    if (!same)
        page_label(page, "", rival);
}

static void print_assumed(struct page *page, const adscp_prediction *answer)
{
    const char *assumes = adscp_prediction_assumes(answer);

    if (assumes != NULL)
        page_label(page, "Assumed", assumes);
}

static void print_evidence(struct page *page, const adscp_prediction *answer)
{
    page_label(page, "Evidence",
               story_evidence(adscp_prediction_evidence(answer)));
    story_rival(page, answer);
}

static const char *reason(struct page *page, const adscp_prediction *answer,
                          int index)
{
    return page_text(
        page, adscp_candidate_why(adscp_prediction_candidate(answer, index)));
}

/* Ranks whose reason is the same share a line: "2-14". */
static int reason_end(struct page *page, const adscp_prediction *answer,
                      int start, int count)
{
    const char *why = reason(page, answer, start);
    int end;

    for (end = start + 1; end < count; end++)
        if (strcmp(why, reason(page, answer, end)) != 0)
            break;
    return end;
}

static void print_reasons(struct page *page, const adscp_prediction *answer,
                          int count)
{
    int i, end, lines;
    char ranks[32];

    page_heading(page, "Why in this order");
    for (i = 0, lines = 0; i < count && lines < REASONS; i = end, lines++) {
        end = reason_end(page, answer, i, count);
        if (end - i > 1)
            snprintf(ranks, sizeof(ranks), "%d-%d", i + 1, end);
        else
            snprintf(ranks, sizeof(ranks), "%d", i + 1);
        fprintf(page->out, "  %-4s ", ranks);
        page_prose(page, 2 + 4 + 1, 2 + 4 + 1, reason(page, answer, i));
    }
    if (i < count)
        fprintf(page->out, "  and %d more; --json has every reason\n",
                count - i);
}

static void print_then(struct page *page, const adscp_prediction *answer)
{
    int i, count = adscp_prediction_fallback_url_count(answer);

    if (count <= 0)
        return;
    page_heading(page, "After these, from the mail domain");
    for (i = 0; i < count; i++)
        fprintf(page->out, "  %s\n",
                page_text(page, adscp_prediction_fallback_url(answer, i)));
}

static bool print_list(struct page *page, const struct report *report)
{
    const adscp_prediction *answer = report->answer;
    int count = adscp_prediction_candidate_count(answer);
    char client[TEXT_SIZE];

    name_client(answer, client);
    page_style(page, PAGE_BOLD);
    fprintf(page->out, "%s finds %d URL%s in the directory", client, count,
            count == 1 ? "" : "s");
    end_title(page);
    print_question(page, report);
    if (count > 0) {
        page_heading(page, "The order of trial");
        if (!table_print(page, report, count))
            return false;
        print_reasons(page, answer, count);
        fputc('\n', page->out);
        print_evidence(page, answer);
        print_assumed(page, answer);
    }
    if (!untried_print(page, answer))
        return false;
    print_then(page, answer);
    return findings_print(page, answer);
}

/* "; but Security Alert if EX19, the newest SCP, comes first" */
static void print_but(struct page *page, const adscp_prediction *answer,
                      bool (*write)(FILE *out, const adscp_prediction *answer))
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    bool said = out != NULL && write(out, answer);

    if (out != NULL)
        text = cli_take(out, &text);
    if (text == NULL)
        page->failed = true;
    else if (said) {
        fputs("; ", page->out);
        page_put(page, PAGE_YELLOW, text);
    }
    free(text);
}

/* A mistyped address would else be answered as anybody's. */
static void print_nobody(struct page *page, const adscp_prediction *answer)
{
    const adscp_mailbox *mailbox = adscp_prediction_mailbox(answer);

    if (mailbox != NULL &&
        adscp_mailbox_kind(mailbox) == ADSCP_MAILBOX_KIND_NOT_FOUND)
        fprintf(page->out, "; no recipient has the address %s",
                adscp_prediction_mail(answer));
}

/* What it comes to, and where. */
static void print_verdict(struct page *page, const adscp_prediction *answer)
{
    const adscp_alert *alert = adscp_prediction_alert(answer);
    int hop = adscp_prediction_alert_hop(answer);
    int outcome = adscp_alert_outcome(alert);

    if (alert == NULL)
        return;
    page_put(page, PAGE_BOLD, "The user sees: ");
    page_style(page, seen_style(outcome));
    fputs(seen_outcome(outcome), page->out);
    if (outcome != ADSCP_ALERT_OUTCOME_NO_ALERT && hop >= 0)
        fprintf(page->out, " at hop %d, %s", hop + 1,
                story_name(adscp_prediction_hop(answer, hop)));
    else if (outcome != ADSCP_ALERT_OUTCOME_NO_ALERT)
        fprintf(page->out, " at %s, after the answer", story_alerting(answer));
    page_style(page, PAGE_PLAIN);
    print_but(page, answer, headline_fault);
    print_but(page, answer, headline_doubt);
    fputc('\n', page->out);
}

static void print_headline(struct page *page, const adscp_prediction *answer)
{
    char client[TEXT_SIZE];

    name_client(answer, client);
    page_style(page, PAGE_BOLD);
    headline_meets(page->out, answer, client);
    print_nobody(page, answer);
    end_title(page);
}

static bool print_predict(struct page *page, const struct report *report)
{
    const adscp_prediction *answer = report->answer;

    print_headline(page, answer);
    print_verdict(page, answer);
    print_question(page, report);
    story_print(page, report);
    if (adscp_prediction_hop_count(answer) > 0) {
        page_heading(page, "All this takes for granted");
        fputs("  ", page->out);
        page_prose(page, 2, 2, adscp_prediction_assumes(answer));
    }
    if (adscp_prediction_candidate_count(answer) > 1) {
        page_heading(page, "The order of trial");
        if (!table_print(page, report, PREDICT_ROWS))
            return false;
    }
    print_then(page, answer);
    return findings_print(page, answer);
}

static bool print_observe(struct page *page, const struct report *report)
{
    int i, count = adscp_sightings_count(report->sightings);

    for (i = 0; i < count; i++) {
        const adscp_sighting *sighting =
            adscp_sightings_sighting(report->sightings, i);
        const char *address = adscp_sighting_address(sighting);

        if (i > 0)
            fputc('\n', page->out);
        page_style(page, PAGE_BOLD);
        fprintf(page->out, "%s:%d", adscp_sighting_host(sighting),
                adscp_sighting_port(sighting));
        page_style(page, PAGE_PLAIN);
        fprintf(page->out, "%s%s\n", address != NULL ? " at " : "",
                address != NULL ? address : "");
        seen_print(page, adscp_sighting_certificate(sighting, 0),
                   ADSCP_CERTIFICATE_SOURCE_OBSERVED, sighting,
                   adscp_alerts_alert(report->verdicts, i));
    }
    page_heading(page, "All this takes for granted");
    fputs("  ", page->out);
    page_prose(page, 2, 2, cli_observe_assumes());
    return true;
}

static char *write_page(const struct report *report,
                        bool (*print)(struct page *page,
                                      const struct report *report))
{
    struct page page = {0};
    char *text = NULL;
    size_t size = 0;
    bool ok;

    page.out = open_memstream(&text, &size);
    if (page.out == NULL)
        return NULL;
    page_open(&page);
    ok = print(&page, report);
    text = cli_take(page.out, &text);
    if (ok && !page.failed)
        return text;
    free(text);
    return NULL;
}

char *cli_words(const struct report *report)
{
    return write_page(report, report->cli->command == CLI_PREDICT
                                  ? print_predict
                                  : print_list);
}

char *cli_words_observe(const struct report *report)
{
    return write_page(report, print_observe);
}
