/* SPDX-License-Identifier: MIT */
/*
 * The command `observe`: what the hosts of the command line show, and what a
 * client makes of it.
 */
#include "command.h"

#include <stdlib.h>
#include <string.h>

const char *cli_observe_assumes(void)
{
    return "the client is a member of this forest, trusts what it distributes "
           "and what was given, and speaks every version of TLS that the "
           "server does";
}

/* ---------------------------------------------------------------- hosts -- */

static bool is_host(const char *text)
{
    if (strchr(text, '@') == NULL)
        return place_is_host("observe", text);
    cli_fail("\"%s\" is a mail address, and observe takes a host: for a "
             "user's servers use \"adscp predict --observe --mail %s\"",
             text, text);
    return false;
}

static bool take_host(const struct cli *cli, const char *text)
{
    int port, rc;
    char *host = place_host(text, &port);

    if (host == NULL)
        return false;
    rc = adscp_observer_add_host(cli->observer, host, port);
    if (rc != ADSCP_OK)
        cli_fail("%s", adscp_observer_error_detail(cli->observer));
    free(host);
    return rc == ADSCP_OK;
}

bool observe_ready(struct cli *cli)
{
    int i;

    for (i = 0; i < cli->word_count; i++)
        if (!is_host(cli->words[i]) || !take_host(cli, cli->words[i]))
            return false;
    return true;
}

/* ----------------------------------------------------------------- words -- */

static int outcome_of(const struct report *report, int index)
{
    return adscp_alert_outcome(adscp_alerts_alert(report->verdicts, index));
}

/* The first of those with the worst outcome; -1: nothing was looked at. */
static int find_worst(const struct report *report)
{
    int i, worst = -1;

    for (i = 0; i < adscp_alerts_count(report->verdicts); i++)
        if (worst < 0 || outcome_of(report, i) > outcome_of(report, worst))
            worst = i;
    return worst;
}

static void write_place(FILE *out, const adscp_sighting *sighting)
{
    const char *host = adscp_sighting_host(sighting);
    const char *address = adscp_sighting_address(sighting);

    fprintf(out, strchr(host, ':') != NULL ? "[%s]:%d" : "%s:%d", host,
            adscp_sighting_port(sighting));
    if (address != NULL && strcmp(address, host) != 0)
        fprintf(out, " at %s", address);
}

/* "mail.corp.example:443 at 192.0.2.1: Security Alert (expired)" */
static void write_worst(FILE *out, const struct report *report, int index)
{
    const adscp_alert *alert = adscp_alerts_alert(report->verdicts, index);

    write_place(out, adscp_sightings_sighting(report->sightings, index));
    if (outcome_of(report, index) == ADSCP_ALERT_OUTCOME_UNCERTAIN)
        fputs(": unknown whether the user sees an alert", out);
    else
        fprintf(out, ": %s", seen_outcome(outcome_of(report, index)));
    if (adscp_alert_reason_count(alert) > 0) {
        fputs(" (", out);
        verdict_reasons(out, alert);
        fputc(')', out);
    }
}

/* What was seen there: the certificate, or why there is none; or what hangs on
 * what is not known. */
static void write_seen(FILE *out, const struct report *report, int index)
{
    const adscp_sighting *sighting =
        adscp_sightings_sighting(report->sightings, index);
    const adscp_certificate *certificate =
        adscp_sighting_certificate(sighting, 0);
    const char *subject = adscp_certificate_subject(certificate);
    const char *detail = adscp_sighting_detail(sighting);
    char day[CLI_TIME_SIZE];

    if (certificate == NULL || subject == NULL)
        fputs(detail != NULL ? detail : "its certificate cannot be read", out);
    else
        fprintf(out, "It shows %s, valid until %s",
                subject[0] != '\0' ? subject
                                   : "a certificate without a subject",
                seen_day(adscp_certificate_not_after(certificate), day));
    if (certificate != NULL &&
        outcome_of(report, index) == ADSCP_ALERT_OUTCOME_UNCERTAIN &&
        adscp_alert_note_count(adscp_alerts_alert(report->verdicts, index)) > 0)
        fprintf(
            out, "; %s",
            adscp_alert_note(adscp_alerts_alert(report->verdicts, index), 0));
}

/* "Of 5 addresses: no connection 1, Security Alert 1, no alert 3" */
static void write_counts(FILE *out, const struct report *report, int count)
{
    int outcome, i, n;
    const char *joint = ": ";

    fprintf(out, "Of %d addresses", count);
    for (outcome = ADSCP_ALERT_OUTCOME_CONNECT_FAILURE;
         outcome >= ADSCP_ALERT_OUTCOME_NO_ALERT; outcome--) {
        for (i = n = 0; i < count; i++)
            n += outcome_of(report, i) == outcome;
        if (n > 0)
            fprintf(out, "%s%s %d", joint, seen_outcome(outcome), n);
        joint = n > 0 ? ", " : joint;
    }
}

static void print_headline(struct page *page, const struct report *report)
{
    int count = adscp_sightings_count(report->sightings);
    int worst = find_worst(report);
    struct line_text line;

    if (worst < 0 || !line_begin(page, &line))
        return;
    write_worst(line.out, report, worst);
    line_end(page, &line, seen_style(outcome_of(report, worst)));
    if (!line_begin(page, &line))
        return;
    if (count == 1)
        write_seen(line.out, report, worst);
    else
        write_counts(line.out, report, count);
    if (count > 1 && adscp_sightings_complete(report->sightings) == 0)
        fputs("; incomplete: not every server could be looked at", line.out);
    line_end(page, &line, PAGE_PLAIN);
}

static void print_sighting(struct page *page, const struct report *report,
                           int index)
{
    const adscp_sighting *sighting =
        adscp_sightings_sighting(report->sightings, index);

    fputc('\n', page->out);
    page_style(page, PAGE_BOLD);
    write_place(page->out, sighting);
    page_end_title(page);
    seen_print(page, adscp_sighting_certificate(sighting, 0),
               ADSCP_CERTIFICATE_SOURCE_OBSERVED, sighting,
               adscp_alerts_alert(report->verdicts, index));
}

static bool print_observe(struct page *page, const void *about)
{
    const struct report *report = about;
    int i, count = adscp_sightings_count(report->sightings);

    print_headline(page, report);
    if (report->cli->brief)
        return true;
    for (i = 0; i < count; i++)
        print_sighting(page, report, i);
    page_heading(page, "Assumptions");
    fputs("  ", page->out);
    page_prose(page, 2, 2, cli_observe_assumes());
    return true;
}

static int print(const struct report *report)
{
    int64_t start = cli_clock_ns();
    char *text = report->cli->json ? cli_json_observe(report)
                                   : page_write(print_observe, report);

    return cli_print(report->cli, text, start);
}

int observe_run(const struct cli *cli, const adscp_forest *forest)
{
    struct report report = {.cli = cli, .time = cli->time};
    adscp_sightings *sightings = NULL;
    adscp_alerts *verdicts = NULL;
    int status = CLI_LOCAL, rc = cli_look(cli, &sightings);

    (void)forest;
    if (rc == ADSCP_E_CANCELLED)
        status = CLI_INTERRUPTED;
    if (rc != ADSCP_OK)
        goto out;
    adscp_predictor_set_sightings(cli->predictor, sightings);
    if (adscp_predictor_judge_sightings(cli->predictor, &verdicts) !=
        ADSCP_OK) {
        cli_fail("%s", adscp_predictor_error_detail(cli->predictor));
        goto out;
    }
    report.sightings = sightings;
    report.verdicts = verdicts;
    status = print(&report);
    if (status != CLI_DONE)
        goto out;
    if (find_worst(&report) >= 0 &&
        outcome_of(&report, find_worst(&report)) >= ADSCP_ALERT_OUTCOME_ALERT)
        status = CLI_ALERT;
    else if (!adscp_sightings_complete(sightings))
        status = CLI_PARTIAL;
out:
    adscp_alerts_free(verdicts);
    adscp_sightings_free(sightings);
    return status;
}
