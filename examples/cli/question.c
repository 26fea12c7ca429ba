/* SPDX-License-Identifier: MIT */
/*
 * What every report in words has: the page, the question that was asked, and
 * where the answer was read.
 */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

enum { STEPS = 16, TEXT_SIZE = 1024 };

const char *cli_name_profile(int profile)
{
    switch (profile) {
    case ADSCP_PROFILE_OUTLOOK:
        return "Outlook";
    case ADSCP_PROFILE_EWS:
        return "the EWS Managed API";
    case ADSCP_PROFILE_LEARN:
        return "the Microsoft Learn sample";
    case ADSCP_PROFILE_OXDISCO:
        return "a client that follows [MS-OXDISCO] literally";
    default:
        return "the client";
    }
}

const char *cli_name_kind(int client)
{
    switch (client) {
    case ADSCP_CLIENT_OUTLOOK_2007:
        return "Outlook 2007";
    case ADSCP_CLIENT_OUTLOOK_2010:
        return "Outlook 2010";
    case ADSCP_CLIENT_OUTLOOK_2013:
        return "Outlook 2013";
    case ADSCP_CLIENT_OUTLOOK_2016:
        return "Outlook 2016";
    case ADSCP_CLIENT_OUTLOOK_365:
        return "Outlook for Microsoft 365";
    default:
        return "Outlook";
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
char *cli_name_client(const adscp_prediction *answer)
{
    int kind = adscp_prediction_client(answer);
    const char *client =
        kind >= 0 ? cli_name_kind(kind)
                  : cli_name_profile(adscp_prediction_profile(answer));
    const char *site = adscp_prediction_site(answer);
    const char *domain = cli_assumed_domain(answer);
    char *text;

    if (asprintf(&text, "%s%s%s%s%s", client,
                 domain != NULL ? " on a computer of " : "",
                 domain != NULL ? domain : "",
                 site != NULL ? " in site " : " at an unknown site",
                 site != NULL ? site : "") < 0)
        return NULL;
    if (text[0] >= 'a' && text[0] <= 'z')
        text[0] = (char)(text[0] - 'a' + 'A');
    return text;
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
    char *text, when[CLI_TIME_SIZE];
    int length;

    if (config != NULL)
        page_label(page, "Forest", config);
    length = asprintf(&text, "%s%s%s", from,
                      server == NULL ? ""
                      : live != NULL ? ", answered by "
                                     : ", an export of ",
                      server != NULL ? server : "");
    text = length >= 0 ? cli_clean(text) : NULL;
    page_label(page, "Read from", page_text(page, text));
    free(text);
    if (cli_time_format(adscp_prediction_time(report->answer), when) != NULL)
        page_label(page, "As of", when);
}

/* How domain and domain controller were found, where they were looked for. */
static void print_search(struct page *page, const adscp_reader *reader)
{
    int i, count = adscp_reader_trace_count(reader);
    char text[TEXT_SIZE];

    for (i = 0; i < count && i < STEPS; i++)
        page_label(page, i == 0 ? "Found" : "", adscp_reader_trace(reader, i));
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

void question_print(struct page *page, const struct report *report)
{
    const adscp_prediction *answer = report->answer;

    print_client(page, answer);
    print_source(page, report);
    print_search(page, report->cli->reader);
    print_pointers(page, answer);
    if (!adscp_prediction_complete(answer))
        print_incomplete(page,
                         "not everything could be read; the findings say what");
    if (report->cli->kept != NULL)
        page_label(page, "Certificates",
                   "as the servers showed them when the file was saved "
                   "(--observe looks again)");
    if (adscp_prediction_looked(answer) == 0)
        print_incomplete(page, "not every server could be looked at");
    else if (adscp_sightings_complete(report->sightings) == 0)
        page_label(page, "Not seen",
                   "other servers, which this answer does not lead to");
}

/* The address to which the client is sent; NULL: it stays with its own. */
static const char *next_address(const adscp_prediction *answer)
{
    const adscp_hop *last =
        adscp_prediction_hop(answer, adscp_prediction_hop_count(answer) - 1);

    return adscp_hop_action(last) == ADSCP_HOP_ACTION_REDIRECT_ADDRESS &&
                   !story_is_dead(last)
               ? adscp_mailbox_target(adscp_prediction_mailbox(answer))
               : NULL;
}

static void print_then_heading(struct page *page,
                               const adscp_prediction *answer)
{
    const char *address = next_address(answer);
    char text[TEXT_SIZE];

    snprintf(text, sizeof(text), "Once it is sent to %s, from that domain",
             address != NULL ? address : "");
    page_heading(page,
                 address != NULL ? text : "After these, from the mail domain");
}

void question_print_then(struct page *page, const adscp_prediction *answer)
{
    int i, count = adscp_prediction_fallback_url_count(answer);

    if (count <= 0)
        return;
    print_then_heading(page, answer);
    for (i = 0; i < count; i++)
        fprintf(page->out, "  %s\n",
                page_text(page, adscp_prediction_fallback_url(answer, i)));
}
