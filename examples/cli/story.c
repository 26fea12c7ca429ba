/* SPDX-License-Identifier: MIT */
/*
 * The story of one request, hop by hop: where the client comes, what the server
 * does with it and who says so, and where the client connects afterwards. Every
 * sentence stands beside the object that it rests on.
 */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

enum { TEXT_SIZE = 1024, SERVICES_SHOWN = 12 };

const char *story_evidence(int evidence)
{
    switch (evidence) {
    case ADSCP_EVIDENCE_DOCUMENTED:
        return "documented by Microsoft";
    case ADSCP_EVIDENCE_OBSERVED:
        return "observed by practitioners; Microsoft does not document it";
    case ADSCP_EVIDENCE_INFERRED:
        return "inferred from what is documented; no source states it";
    case ADSCP_EVIDENCE_CONTESTED:
        return "contested: the sources disagree";
    default:
        return "unknown";
    }
}

const char *story_action(int action)
{
    switch (action) {
    case ADSCP_HOP_ACTION_ANSWER:
        return "answers";
    case ADSCP_HOP_ACTION_PROXY:
        return "passes the request on";
    case ADSCP_HOP_ACTION_REDIRECT:
        return "redirects the client";
    case ADSCP_HOP_ACTION_REDIRECT_ADDRESS:
        return "sends the client to another address";
    case ADSCP_HOP_ACTION_ERROR:
        return "answers with an error";
    default:
        return "(what it does is unknown)";
    }
}

const char *story_name(const adscp_hop *hop)
{
    const char *name = adscp_server_name(adscp_hop_server(hop));

    if (name == NULL)
        name = adscp_hop_host(hop);
    return name != NULL ? name : adscp_hop_url(hop);
}

/* "  Based on    CN=EX07,CN=Servers,...": what a sentence rests on. */
static void print_fact(struct page *page, const struct report *report,
                       const char *label, const char *dn)
{
    const adscp_forest *forest = adscp_prediction_forest(report->answer);

    if (dn == NULL)
        return;
    page_begin_label(page, label);
    page_dn(page, dn, adscp_forest_config_dn(forest),
            page->width - page_label_columns(page));
}

/* ------------------------------------------------------------- mailbox -- */

static const char *kind_words(int kind)
{
    switch (kind) {
    case ADSCP_MAILBOX_KIND_NOT_READ:
        return "unknown: no user with this address was read";
    case ADSCP_MAILBOX_KIND_NOT_FOUND:
        return "no recipient with this address was found";
    case ADSCP_MAILBOX_KIND_AMBIGUOUS:
        return "unknown: several recipients have this address";
    case ADSCP_MAILBOX_KIND_MAILBOX:
        return "a mailbox of this organisation";
    case ADSCP_MAILBOX_KIND_MAIL_USER:
        return "a mail user: the mailbox is elsewhere";
    case ADSCP_MAILBOX_KIND_CONTACT:
        return "a mail contact: the mailbox is elsewhere";
    case ADSCP_MAILBOX_KIND_REMOTE:
        return "a remote mailbox, in Microsoft 365";
    default:
        return "unknown";
    }
}

static const char *type_words(const adscp_prediction *answer,
                              const adscp_mailbox *mailbox)
{
    int kind = adscp_mailbox_kind(mailbox);

    if (kind == ADSCP_MAILBOX_KIND_NOT_FOUND &&
        adscp_mailbox_dn(mailbox) != NULL)
        return "no recipient: the owner of the address is not mail-enabled";
    if (kind == ADSCP_MAILBOX_KIND_NOT_READ &&
        adscp_prediction_find_finding(answer, "mailbox-not-read") == NULL)
        return "unknown: what tells it was probably not exported";
    if (kind == ADSCP_MAILBOX_KIND_MAIL_USER &&
        adscp_mailbox_target(mailbox) == NULL)
        return "a recipient without a mailbox, such as a distribution group";
    return kind_words(kind);
}

/* "EX10, Exchange 2010 SP2, site HQ", as far as it is known. */
static void print_home(struct page *page, const adscp_mailbox *mailbox)
{
    const adscp_server *server = adscp_mailbox_server(mailbox);
    const char *version = adscp_server_version(server);
    const char *site = adscp_server_site(server);
    char text[TEXT_SIZE];

    if (server == NULL)
        return;
    snprintf(text, sizeof(text), "%s, %s, %s%s", adscp_server_name(server),
             version != NULL ? version : "of an unknown version",
             site != NULL ? "site " : "in no site", site != NULL ? site : "");
    page_label(page, "Server", text);
}

static void print_mailbox(struct page *page, const struct report *report)
{
    const adscp_mailbox *mailbox = adscp_prediction_mailbox(report->answer);

    if (mailbox == NULL)
        return;
    page_heading(page, "The mailbox");
    page_label(page, "Type", type_words(report->answer, mailbox));
    if (adscp_mailbox_database(mailbox) != NULL)
        page_label(page, "Database", adscp_mailbox_database(mailbox));
    print_home(page, mailbox);
    if (adscp_mailbox_target(mailbox) != NULL)
        page_label(page, "Target", adscp_mailbox_target(mailbox));
    print_fact(page, report, "Based on", adscp_mailbox_dn(mailbox));
}

/* ---------------------------------------------------------------- hops -- */

bool story_is_dead(const adscp_hop *hop)
{
    return adscp_alert_outcome(adscp_hop_alert(hop)) ==
           ADSCP_ALERT_OUTCOME_CONNECT_FAILURE;
}

bool story_is_derived(const adscp_hop *hop)
{
    switch (adscp_hop_via(hop)) {
    case ADSCP_HOP_VIA_HTTPS_ROOT:
    case ADSCP_HOP_VIA_HTTPS_AUTODISCOVER:
    case ADSCP_HOP_VIA_SRV:
        return true;
    default:
        return false;
    }
}

static void print_hop_title(struct page *page, const adscp_hop *hop, int number)
{
    fputc('\n', page->out);
    page_style(page, PAGE_BOLD);
    fprintf(page->out, "Hop %d: %s %s", number, story_name(hop),
            story_is_dead(hop) ? "cannot be reached"
                               : story_action(adscp_hop_action(hop)));
    page_style(page, PAGE_PLAIN);
    fputc('\n', page->out);
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
    snprintf(text, sizeof(text), "\"%s\" begins with%s", reading,
             same ? " the same URL" : "");
    page_label(page, "Other reading", text);
    if (!same)
        page_label(page, "", rival);
}

/* Why no server of an SCP comes first. */
static const char *why_derived(const adscp_prediction *answer)
{
    if (steps_skip_scps(answer))
        return "the client skips the SCPs (ExcludeScpLookup)";
    return adscp_prediction_candidate_count(answer) > 0
               ? "no server that an SCP names can be reached"
               : "no SCP leads anywhere";
}

/* Why the client comes to the URL of an SCP is the order's business. */
static void print_arrival(struct page *page, const struct report *report,
                          const adscp_hop *hop)
{
    const adscp_prediction *answer = report->answer;
    const adscp_candidate *row = adscp_hop_candidate(hop);
    char text[TEXT_SIZE];

    if (story_is_derived(hop)) {
        snprintf(text, sizeof(text), "%s, and %s", why_derived(answer),
                 adscp_hop_via(hop) == ADSCP_HOP_VIA_SRV
                     ? "DNS names this host (SRV)"
                     : "the mail domain comes next");
        page_label(page, "Reached because", text);
        return;
    }
    if (adscp_hop_via(hop) != ADSCP_HOP_VIA_SCP) {
        page_label(page, "Reached because",
                   "the previous server redirects the client here");
        return;
    }
    if (adscp_candidate_rank(row) > 1)
        page_label(page, "After", "no answer at the URL before");
    page_label(page, "Reached because",
               page_text(page, adscp_candidate_why(row)));
    page_label(page, "Order",
               story_evidence(adscp_prediction_evidence(answer)));
    if (adscp_candidate_rank(row) == 1)
        story_rival(page, answer);
    print_fact(page, report, "SCP", adscp_scp_dn(adscp_candidate_scp(row)));
}

static void print_alternatives(struct page *page, const adscp_hop *hop)
{
    int i, count = adscp_hop_alternative_count(hop);

    for (i = 0; i < count; i++)
        page_label(page, i == 0 ? "Or to" : "",
                   adscp_hop_url(adscp_hop_alternative(hop, i)));
}

static void print_hop(struct page *page, const struct report *report, int index)
{
    const adscp_hop *hop = adscp_prediction_hop(report->answer, index);

    print_hop_title(page, hop, index + 1);
    page_label(page, "URL", adscp_hop_url(hop));
    print_arrival(page, report, hop);
    if (!story_is_dead(hop)) {
        page_label(page, "Action", page_text(page, adscp_hop_why(hop)));
        page_label(page, "Evidence", story_evidence(adscp_hop_evidence(hop)));
    }
    if (adscp_hop_server(hop) != NULL)
        print_fact(page, report, "Based on", adscp_hop_dn(hop));
    seen_print(page, adscp_hop_certificate(hop),
               adscp_hop_certificate_source(hop), adscp_hop_sighting(hop),
               adscp_hop_alert(hop));
    print_alternatives(page, hop);
}

/* ------------------------------------------------------------ services -- */

static void print_service(struct page *page, const adscp_service *service)
{
    const char *server = adscp_server_name(adscp_service_server(service));
    int outcome = adscp_alert_outcome(adscp_service_alert(service));

    page_begin_label(page,
                     adscp_service_kind_name(adscp_service_kind(service)));
    fprintf(page->out, "%s", adscp_service_url(service));
    page_put(page, PAGE_DIM, server != NULL ? "  of " : "  of several servers");
    fprintf(page->out, "%s  ", server != NULL ? server : "");
    page_put(page, seen_style(outcome), seen_outcome(outcome));
    fputc('\n', page->out);
}

static void print_services(struct page *page, const adscp_prediction *answer)
{
    int i, count = adscp_prediction_service_count(answer);

    if (count <= 0)
        return;
    page_heading(page, "After the answer, the client connects to");
    for (i = 0; i < count && i < SERVICES_SHOWN; i++)
        print_service(page, adscp_prediction_service(answer, i));
    if (i < count)
        fprintf(page->out, "  and %d more; --json has all of them\n",
                count - i);
}

void story_print(struct page *page, const struct report *report)
{
    int i, count = adscp_prediction_hop_count(report->answer);

    print_mailbox(page, report);
    for (i = 0; i < count; i++)
        print_hop(page, report, i);
    print_services(page, report->answer);
}
