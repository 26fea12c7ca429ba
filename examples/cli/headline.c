/* SPDX-License-Identifier: MIT */
/*
 * The first two lines of an answer: whom the client meets, what the user sees,
 * how sure that is, and what would help. Whoever reads no further must not be
 * misled.
 */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

/* Names of servers that cannot be reached; the others are counted. */
enum { NAMES = 3 };

/* ----------------------------------------------------------- who is met -- */

/* The hop where the client was answered, or came to last: nobody answered at
 * the SCPs before it. */
static int last_start(const adscp_prediction *answer)
{
    int i = adscp_prediction_hop_count(answer) - 1;

    while (i > 0 &&
           adscp_hop_via(adscp_prediction_hop(answer, i)) != ADSCP_HOP_VIA_SCP)
        i--;
    return i;
}

/* The first hop that the mail domain leads to; -1: none. */
static int first_derived(const adscp_prediction *answer)
{
    int i, count = adscp_prediction_hop_count(answer);

    for (i = 0; i < count; i++)
        if (story_is_derived(adscp_prediction_hop(answer, i)))
            return i;
    return -1;
}

/* "corp.example and then autodiscover.corp.example" */
static void write_derived(FILE *out, const adscp_prediction *answer, int first)
{
    int i, count = adscp_prediction_hop_count(answer);

    for (i = first; i < count; i++)
        if (story_is_derived(adscp_prediction_hop(answer, i)))
            fprintf(out, "%s%s", i > first ? " and then " : "",
                    story_name(adscp_prediction_hop(answer, i)));
}

static int count_tail(const adscp_prediction *answer)
{
    int i, tail = 0, count = adscp_prediction_candidate_count(answer);

    for (i = 0; i < count; i++)
        tail += adscp_candidate_undocumented(
                    adscp_prediction_candidate(answer, i)) == 1;
    return tail;
}

/* What is left behind the last SCP that the client is known to try. */
static void write_left(FILE *out, const adscp_prediction *answer,
                       const char *client)
{
    int tail = count_tail(answer), next = caveat_count_unjudged(answer);

    if (next > 0)
        fprintf(out, "; %s goes on to %d more URL%s", client, next,
                next == 1 ? "" : "s");
    else if (tail == 0)
        fprintf(out, "; %s has no other SCP to try", client);
    else if (tail == 1)
        fprintf(out, "; %s probably never tries the other URL", client);
    else
        fprintf(out, "; %s probably never tries the %d other URLs", client,
                tail);
}

/* "EX10, EX12 and 2 more": of the first so many hops. */
static void write_names(FILE *out, const adscp_prediction *answer, int count)
{
    int shown = count > NAMES ? NAMES : count, i;

    for (i = 0; i < shown; i++)
        fprintf(out, "%s%s",
                i == 0                             ? ""
                : i + 1 == count && shown == count ? " and "
                                                   : ", ",
                story_name(adscp_prediction_hop(answer, i)));
    if (shown < count)
        fprintf(out, " and %d more", count - shown);
}

/* How sure it is that this one comes next: a word. */
static const char *sureness(const adscp_prediction *answer,
                            const adscp_hop *hop)
{
    const adscp_candidate *row = adscp_hop_candidate(hop);
    int evidence = adscp_prediction_evidence(answer);

    if (evidence != ADSCP_EVIDENCE_CONTESTED &&
        (adscp_candidate_tie(row) == 1 ||
         adscp_scp_created(adscp_candidate_scp(row)) < 0))
        evidence = ADSCP_EVIDENCE_INFERRED;
    return adscp_evidence_name(evidence);
}

/* ", which redirects the client to EX10", as far as it is known. */
static void write_action(FILE *out, const adscp_prediction *answer, int start)
{
    const adscp_hop *hop = adscp_prediction_hop(answer, start);
    const adscp_hop *next = adscp_prediction_hop(answer, start + 1);
    const char *target = adscp_mailbox_target(adscp_prediction_mailbox(answer));

    if (story_is_dead(hop)) {
        fputs(", which cannot be reached", out);
        return;
    }
    if (adscp_hop_action(hop) == ADSCP_HOP_ACTION_UNKNOWN)
        return;
    fprintf(out, ", which %s", story_action(adscp_hop_action(hop)));
    if (next != NULL)
        fprintf(out, " to %s", story_name(next));
    else if (adscp_hop_action(hop) == ADSCP_HOP_ACTION_REDIRECT_ADDRESS &&
             target != NULL)
        fprintf(out, ", %s", target);
    else if (adscp_prediction_find_finding(answer, "redirect-no-target") !=
             NULL)
        fputs(" to an unknown server", out);
}

/* Nobody answers at the first SCP. */
static void write_dead(FILE *out, const adscp_prediction *answer,
                       const char *client, int start)
{
    const adscp_hop *hop = adscp_prediction_hop(answer, start);
    int dead = start + story_is_dead(hop);

    write_names(out, answer, dead);
    fputs(" cannot be reached", out);
    if (dead == start) {
        fprintf(out, "; %s goes on to %s (%s)", client, story_name(hop),
                sureness(answer, hop));
        write_action(out, answer, start);
        caveat_unexported(out, "; what it does is unknown: ", answer);
    } else
        write_left(out, answer, client);
}

/* Where nothing was said about a user, or users were not read, nobody knows
 * what the first server does. */
static void write_unasked(FILE *out, const adscp_prediction *answer,
                          const adscp_hop *hop)
{
    if (adscp_hop_action(hop) != ADSCP_HOP_ACTION_UNKNOWN)
        return;
    if (adscp_prediction_mail(answer) == NULL)
        fputs(adscp_prediction_domain(answer) == NULL
                  ? "; add --mail to learn what it does for a user"
                  : "; add the whole mail address to learn what it does for "
                    "that user",
              out);
    else
        caveat_unexported(out, "; what it does is unknown: ", answer);
}

/* No SCP leads anywhere, and something is known of the mail domain. */
static void write_domain(FILE *out, const adscp_prediction *answer,
                         const char *client, int derived)
{
    if (derived > 0) {
        write_names(out, answer, derived);
        fprintf(out, " cannot be reached; %s goes on to ", client);
    } else if (steps_skip_scps(answer)) {
        fprintf(out, "%s skips the SCPs (ExcludeScpLookup) and asks ", client);
    } else {
        fprintf(out, "%s finds no server in the directory (", client);
        caveat_nothing(out, answer);
        fputs("), and goes on to ", out);
    }
    write_derived(out, answer, derived);
}

/* "(contested)"; or that chance decides between it and another one. */
static void write_sureness(FILE *out, const adscp_prediction *answer)
{
    const adscp_hop *other = adscp_prediction_doubt_hop(answer, 0);
    const char *reading = adscp_prediction_doubt_reading(answer);

    if (adscp_prediction_evidence(answer) == ADSCP_EVIDENCE_CONTESTED)
        fputs(" (contested)", out);
    else if (reading != NULL && other != NULL && strcmp(reading, "tie") == 0)
        fprintf(out, " (inferred: %s is as old)", story_name(other));
    else if (reading != NULL && other != NULL &&
             strcmp(reading, "age-unknown") == 0)
        fprintf(out, " (inferred: %s may be older)", story_name(other));
}

static void write_meets(FILE *out, const adscp_prediction *answer,
                        const char *client)
{
    int start = last_start(answer), derived = first_derived(answer);
    const adscp_hop *hop = adscp_prediction_hop(answer, start);

    if (derived >= 0) {
        write_domain(out, answer, client, derived);
        return;
    }
    if (start > 0 || story_is_dead(hop)) {
        write_dead(out, answer, client, start);
        return;
    }
    fprintf(out, "%s meets %s first", client, story_name(hop));
    write_sureness(out, answer);
    write_action(out, answer, start);
    steps_write_sooner(out, ", ", answer);
    write_unasked(out, answer, hop);
}

/* "Next comes the mail domain: https://..." */
static void write_fallback(FILE *out, const char *next,
                           const adscp_prediction *answer)
{
    const char *url = adscp_prediction_fallback_url(answer, 0);

    if (url != NULL) {
        fprintf(out, "%s comes the mail domain: %s", next, url);
    } else if (adscp_prediction_domain(answer) != NULL) {
        fprintf(out, "%s comes ", next);
        if (!steps_write_next(out, answer))
            fputs("nothing: every other step is off", out);
    } else
        fprintf(out,
                "%s come the URLs of the user's mail domain (add --mail to see "
                "them)",
                next);
}

/* ------------------------------------------------------------ two lines -- */

/* Both lines where there is no server. What was not read may have one. */
static void print_nothing(struct page *page, const struct report *report,
                          const char *client, const char *what)
{
    const adscp_prediction *answer = report->answer;
    bool complete = adscp_prediction_complete(answer) == 1;
    bool skips = steps_skip_scps(answer);
    struct line_text line;

    if (!line_begin(page, &line))
        return;
    if (skips)
        fprintf(line.out, "%s skips the SCPs (ExcludeScpLookup)", client);
    else
        fprintf(line.out, "%s finds no %s in %s: ", client, what,
                complete ? "the directory" : "what could be read");
    if (!skips && complete)
        caveat_nothing(line.out, answer);
    else if (!skips)
        caveat_incomplete(line.out, "", report);
    caveat_user(line.out, "; ", answer);
    if (leaving_write(line.out, "; ", answer))
        fputs(" (add --mail)", line.out);
    line_end(page, &line, PAGE_BOLD);
    if (!line_begin(page, &line))
        return;
    if (skips && adscp_prediction_domain(answer) == NULL)
        fputs("Unknown whether the user sees an alert: that depends on the "
              "mail domain (add --mail)",
              line.out);
    else if (complete)
        write_fallback(line.out, "Next", answer);
    else
        fputs("Unknown which server comes first, and whether the user sees an "
              "alert",
              line.out);
    if (!skips)
        steps_write_unasked(line.out, "; ", answer);
    line_end(page, &line, PAGE_YELLOW);
}

static void print_verdict(struct page *page, const struct report *report)
{
    const adscp_prediction *answer = report->answer;
    int outcome = adscp_alert_outcome(adscp_prediction_alert(answer));
    bool is_partial = false;
    struct line_text line;

    if (!line_begin(page, &line))
        return;
    verdict_print(line.out, report->cli, answer);
    if (outcome == ADSCP_ALERT_OUTCOME_CONNECT_FAILURE &&
        adscp_prediction_alert_hop(answer) >= 0 && first_derived(answer) < 0 &&
        !caveat_unjudged(line.out, "; ", answer))
        write_fallback(line.out, "; next", answer);
    if (!caveat_fault(line.out, "; ", answer))
        is_partial = verdict_partial(line.out, "; ", answer);
    caveat_doubt(line.out, "; ", answer);
    leaving_write_all(line.out, "; ", answer);
    caveat_version(line.out, "; ", answer);
    if (!steps_skip_scps(answer)) /* the first line says so */
        steps_write_unasked(line.out, "; ", answer);
    caveat_incomplete(line.out, "; incomplete: ", report);
    line_end(page, &line, is_partial ? PAGE_YELLOW : seen_style(outcome));
}

void headline_print_predict(struct page *page, const struct report *report)
{
    const adscp_prediction *answer = report->answer;
    char *client = cli_name_client(answer);
    struct line_text line;

    if (adscp_prediction_hop_count(answer) <= 0) {
        print_nothing(page, report, page_text(page, client), "server");
    } else if (line_begin(page, &line)) {
        write_meets(line.out, answer, page_text(page, client));
        caveat_user(line.out, "; ", answer);
        line_end(page, &line, PAGE_BOLD);
        print_verdict(page, report);
    }
    free(client);
}

/* ----------------------------------------------------------------- list -- */

/* "EX07 comes first (observed): it serves the client's site HQ; ..." */
static void print_first(struct page *page, const struct report *report)
{
    const adscp_prediction *answer = report->answer;
    const adscp_candidate *first = adscp_prediction_candidate(answer, 0);
    const char *rival = adscp_prediction_rival_url(answer);
    struct line_text line;

    if (!line_begin(page, &line))
        return;
    fprintf(line.out, "%s comes first (%s): %s",
            story_name(adscp_prediction_hop(answer, 0)),
            adscp_evidence_name(adscp_prediction_evidence(answer)),
            page_text(page, adscp_candidate_why(first)));
    if (rival != NULL && strcmp(rival, adscp_candidate_url(first)) != 0)
        fprintf(line.out, "; by another reading %s does", rival);
    caveat_version(line.out, "; ", answer);
    caveat_incomplete(line.out, "; incomplete: ", report);
    line_end(page, &line, PAGE_PLAIN);
}

void headline_print_list(struct page *page, const struct report *report)
{
    const adscp_prediction *answer = report->answer;
    int count = adscp_prediction_candidate_count(answer);
    int tail = count_tail(answer);
    char *client = cli_name_client(answer);
    struct line_text line;

    if (count <= 0) {
        print_nothing(page, report, page_text(page, client), "URL");
    } else if (line_begin(page, &line)) {
        fprintf(line.out, "%s finds %d URL%s in the directory",
                page_text(page, client), count, count == 1 ? "" : "s");
        if (tail > 0)
            fprintf(line.out, " and probably never tries %d of them", tail);
        if (adscp_mailbox_kind(adscp_prediction_mailbox(answer)) !=
            ADSCP_MAILBOX_KIND_NOT_READ)
            caveat_user(line.out, "; ", answer);
        line_end(page, &line, PAGE_BOLD);
        print_first(page, report);
    }
    free(client);
}
