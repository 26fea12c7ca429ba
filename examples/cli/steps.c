/* SPDX-License-Identifier: MIT */
/*
 * The client's whole way, a line for each step; and without a kind of client,
 * where the generations of Outlook differ.
 */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

enum { TEXT_INDENT = 34 };

static const adscp_step *step_of(const adscp_prediction *answer, int method)
{
    int i, count = adscp_prediction_step_count(answer);

    for (i = 0; i < count; i++) {
        const adscp_step *step = adscp_prediction_step(answer, i);

        if (adscp_step_method(step) == method)
            return step;
    }
    return NULL;
}

bool steps_skip_scps(const adscp_prediction *answer)
{
    return adscp_step_state(step_of(answer, ADSCP_STEP_METHOD_SCP)) ==
           ADSCP_STEP_STATE_OFF;
}

/* "2010", for the keys 14.0. */
static const char *year_of(const char *version)
{
    static const struct {
        const char *version, *year;
    } years[] = {{"12.0", "2007"}, {"14.0", "2010"}, {"15.0", "2013"}};
    size_t i;

    for (i = 0; version != NULL && i < sizeof(years) / sizeof(years[0]); i++)
        if (strcmp(years[i].version, version) == 0)
            return years[i].year;
    return "2016 and later";
}

static const char *parameter_of(const adscp_finding *finding, const char *name)
{
    int i, count = adscp_finding_parameter_count(finding);

    for (i = 0; i < count; i++)
        if (strcmp(adscp_finding_parameter_name(finding, i), name) == 0)
            return adscp_finding_parameter_text(finding, i);
    return NULL;
}

static bool is_excluded(const adscp_finding *finding)
{
    return strcmp(adscp_finding_code(finding), "policy-scp-excluded") == 0;
}

static bool prefers_file(const adscp_finding *finding)
{
    const char *names = parameter_of(finding, "names");

    return strcmp(adscp_finding_code(finding), "policy-needs-client") == 0 &&
           names != NULL && strstr(names, "PreferLocalXML") != NULL;
}

/* "2010, 2016 and later", of the findings of a kind, behind these words. */
static int write_years(FILE *out, const adscp_prediction *answer,
                       const char *joint, const char *words,
                       bool (*is_meant)(const adscp_finding *finding))
{
    int i, found = 0, count = adscp_prediction_finding_count(answer);

    for (i = 0; i < count; i++) {
        const adscp_finding *finding = adscp_prediction_finding(answer, i);

        if (!is_meant(finding))
            continue;
        fprintf(out, "%s%s", found > 0 ? ", " : joint, found > 0 ? "" : words);
        fputs(year_of(parameter_of(finding, "version")), out);
        found++;
    }
    return found;
}

/* "but ExcludeScpLookup keeps Outlook 2010, 2016 and later from the SCPs, and
 * with PreferLocalXML Outlook 2013 may read a local file instead", where the
 * answer speaks of any. */
static bool write_excluded(FILE *out, const char *joint,
                           const adscp_prediction *answer)
{
    int excluded = write_years(
        out, answer, joint, "but ExcludeScpLookup keeps Outlook ", is_excluded);
    int preferring;

    if (excluded > 0)
        fputs(" from the SCPs", out);
    preferring = write_years(out, answer, excluded > 0 ? ", and " : joint,
                             excluded > 0 ? "with PreferLocalXML, Outlook "
                                          : "but with PreferLocalXML, Outlook ",
                             prefers_file);
    if (preferring > 0)
        fputs(" may read a local file instead", out);
    if (excluded + preferring > 0)
        fputs(" (add --client)", out);
    return excluded + preferring > 0;
}

static bool write_skipped(FILE *out, const char *joint,
                          const adscp_prediction *answer)
{
    const char *client = cli_name_kind(adscp_prediction_client(answer));

    fprintf(out, "%s%s skips the SCPs (ExcludeScpLookup)", joint, client);
    if (adscp_prediction_domain(answer) == NULL)
        fputs(", and what it meets depends on the mail domain (add --mail)",
              out);
    return true;
}

/* "Outlook 2013 asks corp.example and autodiscover.corp.example at the same
 * time, and their certificates are unknown": an alert is one already. */
static bool write_unseen(FILE *out, const char *joint,
                         const adscp_prediction *answer)
{
    int i, found = 0, count = adscp_prediction_finding_count(answer);

    if (adscp_alert_outcome(adscp_prediction_alert(answer)) >=
        ADSCP_ALERT_OUTCOME_ALERT)
        return false;
    for (i = 0; i < count; i++) {
        const adscp_finding *finding = adscp_prediction_finding(answer, i);

        if (strcmp(adscp_finding_code(finding), "step-beside-unseen") != 0)
            continue;
        fprintf(out, "%s%s%s", found > 0 ? " and " : joint,
                found > 0 ? "" : "Outlook 2013 asks ",
                parameter_of(finding, "host"));
        found++;
    }
    if (found > 0)
        fprintf(out, " at the same time, and %s unknown",
                found > 1 ? "their certificates are" : "its certificate is");
    return found > 0;
}

bool steps_write_unasked(FILE *out, const char *joint,
                         const adscp_prediction *answer)
{
    int client = adscp_prediction_client(answer);

    if (client < 0)
        return write_excluded(out, joint, answer);
    if (steps_skip_scps(answer))
        return write_skipped(out, joint, answer);
    if (client != ADSCP_CLIENT_OUTLOOK_2013)
        return false;
    if (adscp_prediction_domain(answer) != NULL)
        return write_unseen(out, joint, answer);
    fprintf(out,
            "%sOutlook 2013 asks hosts of the mail domain at the same time "
            "(add --mail to judge them)",
            joint);
    return true;
}

bool steps_write_next(FILE *out, const adscp_prediction *answer)
{
    int i, count = adscp_prediction_step_count(answer);
    bool is_later = false;

    for (i = 0; i < count; i++) {
        const adscp_step *step = adscp_prediction_step(answer, i);

        if (is_later && adscp_step_state(step) != ADSCP_STEP_STATE_OFF) {
            fprintf(out, "the step %s: %s",
                    adscp_step_method_name(adscp_step_method(step)),
                    adscp_step_why(step));
            return true;
        }
        is_later |= adscp_step_method(step) == ADSCP_STEP_METHOD_SCP;
    }
    return false;
}

bool steps_write_sooner(FILE *out, const char *joint,
                        const adscp_prediction *answer)
{
    int i, count = adscp_prediction_step_count(answer);
    int local = adscp_step_state(
        step_of(answer, ADSCP_STEP_METHOD_LOCAL_XML_PREFERRED));

    if (local == ADSCP_STEP_STATE_ON) {
        fprintf(out,
                "%sunless the local file answers that PreferLocalXML puts "
                "before all else",
                joint);
        return true;
    }
    for (i = 0; i < count; i++) {
        const adscp_step *step = adscp_prediction_step(answer, i);

        if (adscp_step_method(step) == ADSCP_STEP_METHOD_SCP)
            return false;
        if (adscp_step_state(step) != ADSCP_STEP_STATE_OFF) {
            fprintf(out, "%sunless an earlier step answers", joint);
            return true;
        }
    }
    return false;
}

const adscp_step *steps_find(const adscp_prediction *answer,
                             const adscp_alert *alert)
{
    int i, count = adscp_prediction_step_count(answer);

    for (i = 0; i < count && alert != NULL; i++) {
        const adscp_step *step = adscp_prediction_step(answer, i);

        if (adscp_step_alert(step) == alert)
            return step;
    }
    return NULL;
}

/* ---------------------------------------------------------------- a line -- */

static enum page_style style_of(int state)
{
    switch (state) {
    case ADSCP_STEP_STATE_ON:
        return PAGE_GREEN;
    case ADSCP_STEP_STATE_OFF:
        return PAGE_DIM;
    default:
        return PAGE_YELLOW;
    }
}

/* "; at corp.example: Security Alert (name mismatch)" */
static void write_met(FILE *out, const adscp_step *step)
{
    const adscp_alert *alert = adscp_step_alert(step);
    int outcome = adscp_alert_outcome(alert);

    if (alert == NULL || adscp_step_state(step) == ADSCP_STEP_STATE_OFF) {
        if (adscp_step_host(step) != NULL)
            fprintf(out, " (%s)", adscp_step_host(step));
        return;
    }
    fprintf(out, "; at %s: %s", adscp_step_host(step),
            outcome == ADSCP_ALERT_OUTCOME_UNCERTAIN ? "unknown"
                                                     : seen_outcome(outcome));
    if (adscp_alert_reason_count(alert) > 0) {
        fputs(" (", out);
        verdict_reasons(out, alert);
        fputc(')', out);
    }
    if (outcome == ADSCP_ALERT_OUTCOME_ALERT &&
        adscp_step_errors(step) != ADSCP_STEP_ERRORS_SHOWN)
        fputs(", which Outlook may keep to itself", out);
}

static char *make_words(const adscp_step *step)
{
    char *text = NULL;
    FILE *out = cli_stream(&text);

    if (out == NULL)
        return NULL;
    fputs(adscp_step_why(step), out);
    write_met(out, step);
    if (adscp_step_by(step) != NULL)
        fprintf(out, "; by %s in %s", adscp_step_by(step),
                adscp_step_by_source(step));
    return cli_take(out, &text);
}

static void print_step(struct page *page, const adscp_step *step, int number)
{
    const char *state = adscp_step_state_name(adscp_step_state(step));
    char *words;

    if (step == NULL || adscp_step_why(step) == NULL) {
        page->failed = true;
        return;
    }
    words = make_words(step);
    fprintf(page->out, "  %2d %-20s ", number,
            adscp_step_method_name(adscp_step_method(step)));
    page_put(page, style_of(adscp_step_state(step)), state);
    fprintf(page->out, "%*s", 9 - (int)strlen(state), "");
    page_prose(page, TEXT_INDENT, TEXT_INDENT, page_text(page, words));
    free(words);
}

/* ----------------------------------------------------------- generations -- */

/* What holds for some of them only, where the answer speaks of any. */
static void print_differences(struct page *page, const adscp_prediction *answer)
{
    const char *url = adscp_prediction_fallback_url(answer, 0);
    char *text = NULL;

    page_heading(page, "Where generations of Outlook differ");
    fputs("  ", page->out);
    page_prose(page, 2, 4,
               "Outlook 2016 and later, and Microsoft 365 Apps, may ask "
               "Office 365 before any SCP, and prompt for a password there "
               "(ExcludeExplicitO365Endpoint keeps them from it)");
    fputs("  ", page->out);
    page_prose(page, 2, 4,
               "Outlook 2010 and later may first ask the URL that answered "
               "before (ExcludeLastKnownGoodURL keeps them from it)");
    if (asprintf(&text,
                 "Outlook 2013 asks %s at the same time as the SCPs: a wrong "
                 "certificate there brings an alert, too",
                 url != NULL ? url : "the host of the mail domain") < 0)
        text = NULL;
    fputs("  ", page->out);
    page_prose(page, 2, 4, page_text(page, text));
    free(text);
    fputs("  add --client to have the answer for one of them\n", page->out);
}

void steps_print(struct page *page, const adscp_prediction *answer)
{
    int i, count = adscp_prediction_step_count(answer);
    char *title = NULL;

    if (count <= 0) {
        if (adscp_prediction_profile(answer) == ADSCP_PROFILE_OUTLOOK)
            print_differences(page, answer);
        return;
    }
    if (asprintf(&title, "The steps of %s",
                 cli_name_kind(adscp_prediction_client(answer))) < 0)
        title = NULL;
    page_heading(page, page_text(page, title));
    free(title);
    for (i = 0; i < count; i++)
        print_step(page, adscp_prediction_step(answer, i), i + 1);
}
