/* SPDX-License-Identifier: MIT */
/*
 * A certificate in words, and what Outlook says to its user.
 */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

enum { TEXT_SIZE = 1024, NAMES_SHOWN = 6, DAY = 10 };

const char *seen_outcome(int outcome)
{
    switch (outcome) {
    case ADSCP_ALERT_OUTCOME_NO_ALERT:
        return "no alert";
    case ADSCP_ALERT_OUTCOME_UNCERTAIN:
        return "unknown";
    case ADSCP_ALERT_OUTCOME_ALERT:
        return "Security Alert";
    case ADSCP_ALERT_OUTCOME_HARD_FAILURE:
        return "an error that cannot be bypassed";
    case ADSCP_ALERT_OUTCOME_CONNECT_FAILURE:
        return "no connection";
    default:
        return "unknown";
    }
}

enum page_style seen_style(int outcome)
{
    switch (outcome) {
    case ADSCP_ALERT_OUTCOME_NO_ALERT:
        return PAGE_GREEN;
    case ADSCP_ALERT_OUTCOME_UNCERTAIN:
        return PAGE_YELLOW;
    default:
        return PAGE_RED;
    }
}

/* "2015-06-02" */
const char *seen_day(int64_t seconds, char text[CLI_TIME_SIZE])
{
    if (cli_time_format(seconds, text) == NULL)
        return "an unknown day";
    text[DAY] = '\0';
    return text;
}

/* "CN=EX10, signed by itself, valid until 2015-06-02" */
static void print_certificate(struct page *page,
                              const adscp_certificate *certificate)
{
    bool own = adscp_certificate_self_signed(certificate) == 1;
    const char *subject = adscp_certificate_subject(certificate);
    const char *issuer = adscp_certificate_issuer(certificate);
    char day[CLI_TIME_SIZE], *text = NULL;

    if (subject == NULL) {
        page_label(page, "Certificate",
                   adscp_certificate_problem(certificate) != NULL
                       ? adscp_certificate_problem(certificate)
                       : "cannot be read");
        return;
    }
    if (asprintf(&text, "%s, %s%s, valid until %s, %s",
                 subject[0] != '\0' ? subject : "(no subject)",
                 own ? "self-signed" : "issued by ",
                 own || issuer == NULL ? "" : issuer,
                 seen_day(adscp_certificate_not_after(certificate), day),
                 adscp_certificate_key(certificate) != NULL
                     ? adscp_certificate_key(certificate)
                     : "an unknown key") < 0) {
        page->failed = true;
        return;
    }
    page_label(page, "Certificate", text);
    free(text);
}

static void print_names(struct page *page, const adscp_certificate *certificate)
{
    int i, count = adscp_certificate_dns_name_count(certificate);
    char *text = NULL;
    FILE *out;

    if (count <= 0)
        return;
    out = cli_stream(&text);
    for (i = 0; out != NULL && i < count && i < NAMES_SHOWN; i++)
        fprintf(out, "%s%s", i > 0 ? ", " : "",
                adscp_certificate_dns_name(certificate, i));
    if (out != NULL && i < count)
        fprintf(out, " and %d more", count - i);
    if (out != NULL)
        text = cli_take(out, &text);
    page_label(page, "Names", page_text(page, text));
    free(text);
}

/* How it is known. */
static void print_source(struct page *page, int source,
                         const adscp_sighting *sighting,
                         const adscp_alert *alert)
{
    const char *confidence =
        adscp_alert_confidence_name(adscp_alert_confidence(alert));
    const char *address = adscp_sighting_address(sighting);
    char text[TEXT_SIZE];

    if (source == ADSCP_CERTIFICATE_SOURCE_OBSERVED)
        snprintf(text, sizeof(text), "seen at %s%s",
                 address != NULL ? address : "its address",
                 adscp_sighting_proven(sighting) == 1
                     ? ""
                     : "; the handshake was not completed, so the key is "
                       "unproven");
    else if (source == ADSCP_CERTIFICATE_SOURCE_ASSUMED)
        snprintf(text, sizeof(text), "not seen: assumed");
    else
        snprintf(text, sizeof(text),
                 "not seen: a forecast from the directory (confidence: %s)",
                 confidence != NULL ? confidence : "none");
    page_label(page, "Source", text);
}

/* The three lines of the dialog, where it shows. */
static void print_lines(struct page *page, const adscp_alert *alert)
{
    const struct {
        int state;
        const char *text;
    } lines[] = {
        {adscp_alert_issuer_line(alert), adscp_alert_issuer_text(alert)},
        {adscp_alert_date_line(alert), adscp_alert_date_text(alert)},
        {adscp_alert_name_line(alert), adscp_alert_name_text(alert)},
    };
    static const char *const labels[] = {"  issuer", "  date", "  name"};
    size_t i;

    for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        char text[TEXT_SIZE];

        snprintf(text, sizeof(text), "%s%s%s",
                 adscp_alert_line_name(lines[i].state),
                 lines[i].text != NULL ? ": " : "",
                 lines[i].text != NULL ? lines[i].text : "");
        page_label(page, labels[i], text);
    }
}

static void print_verdict(struct page *page, const adscp_alert *alert)
{
    int outcome = adscp_alert_outcome(alert);
    long long flags = (long long)adscp_alert_flags(alert);

    page_begin_label(page, "User sees");
    page_put(page, seen_style(outcome), seen_outcome(outcome));
    if (flags != 0) {
        fputs(": ", page->out);
        verdict_reasons(page->out, alert);
        fprintf(page->out, " (code %lld, KB923575)", flags);
    }
    fputc('\n', page->out);
    if (outcome == ADSCP_ALERT_OUTCOME_ALERT)
        print_lines(page, alert);
}

static void print_change(struct page *page, const adscp_alert *alert)
{
    char day[CLI_TIME_SIZE];

    if (adscp_alert_changes_on(alert) < 0)
        return;
    page_label(page, "Changes on",
               seen_day(adscp_alert_changes_on(alert), day));
}

void seen_print(struct page *page, const adscp_certificate *certificate,
                int source, const adscp_sighting *sighting,
                const adscp_alert *alert)
{
    int i, count = adscp_alert_note_count(alert);

    if (certificate != NULL) {
        print_certificate(page, certificate);
        print_names(page, certificate);
        print_source(page, source, sighting, alert);
    } else if (adscp_sighting_detail(sighting) != NULL) {
        page_label(page, "Certificate", adscp_sighting_detail(sighting));
    }
    if (alert == NULL)
        return;
    print_verdict(page, alert);
    print_change(page, alert);
    for (i = 0; i < count; i++)
        page_label(page, i == 0 ? "Note" : "", adscp_alert_note(alert, i));
}
