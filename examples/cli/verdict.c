/* SPDX-License-Identifier: MIT */
/*
 * What it comes to, in a sentence: the alert with its reasons, or on what it
 * depends. `check` says the same on its line.
 */
#include "coverage.h"
#include "subject.h"

#include <string.h>

/* Bits of KB923575 that may be set or not. */
enum { UNKNOWN_ISSUER = 0x08, UNKNOWN_NAME = 0x10 };

void verdict_reasons(FILE *out, const adscp_alert *alert)
{
    int i, count = adscp_alert_reason_count(alert);

    for (i = 0; i < count; i++) {
        int reason = adscp_alert_reason(alert, i);
        const char *p = reason == ADSCP_ALERT_REASON_UNTRUSTED_ISSUER &&
                                subject_is_disallowed(alert)
                            ? "on the Disallowed list"
                            : adscp_alert_reason_name(reason);

        fputs(i > 0 ? ", " : "", out);
        for (; *p != '\0'; p++)
            fputc(*p == '-' ? ' ' : *p, out);
    }
}

static bool is_forecast(const struct subject *subject)
{
    return subject->certificate != NULL &&
           subject->source == ADSCP_CERTIFICATE_SOURCE_DIRECTORY;
}

static bool is_plain_http(const char *url)
{
    return url != NULL && page_compare_start(url, "http://");
}

/* Why nobody knows. */
static void write_unknown(FILE *out, const struct cli *cli,
                          const adscp_prediction *answer,
                          const struct subject *subject)
{
    const char *bare = subject_bare_server(answer);
    int64_t possible = adscp_alert_flags_possible(subject->alert);
    bool seen = adscp_sighting_detail(subject->sighting) != NULL;
    const char *look = cli->observe ? "" : " (add --observe to look)";
    bool forecast = is_forecast(subject);

    if (is_plain_http(subject->url))
        fprintf(out, "%s is asked by plain http, without a certificate",
                subject->name);
    else if (subject->certificate == NULL && seen)
        fputs(adscp_sighting_detail(subject->sighting), out);
    else if (subject->certificate == NULL)
        fprintf(out, "%s for %s%s",
                caveat_lacks(answer, "msExchServerInternalTLSCert")
                    ? "the export has no certificate of any server, and so none"
                    : "no certificate is known",
                subject->name, look);
    else if (forecast && bare != NULL)
        fprintf(out, "%s publishes no certificate, and may answer for %s%s",
                bare, subject->name, look);
    else if (forecast && (possible & UNKNOWN_NAME) != 0)
        fprintf(out,
                "another certificate than the published one may be on "
                "port 443 of %s%s",
                subject->name, look);
    else if ((possible & UNKNOWN_ISSUER) != 0 &&
             caveat_lacks(answer, "cACertificate"))
        fprintf(out,
                "%s's certificate may come from a CA of the forest, whose "
                "certificates the export lacks (export cACertificate as well)",
                subject->name);
    else if ((possible & UNKNOWN_ISSUER) != 0)
        fprintf(out, "%s's certificate may come from a public CA%s",
                subject->name,
                cli->has_roots ? "" : " (add --roots FILE to judge those)");
    else if ((possible & UNKNOWN_NAME) != 0)
        fprintf(out, "the name in %s's certificate may not count",
                subject->name);
    else
        fprintf(out, "what Windows makes of %s's certificate is not documented",
                subject->name);
}

static void write_place(FILE *out, const adscp_prediction *answer,
                        const struct subject *subject)
{
    int hop = adscp_prediction_alert_hop(answer);

    if (hop >= 0)
        fprintf(out, " at hop %d, %s", hop + 1, subject->name);
    else
        fprintf(out, " at %s, %s", subject->name,
                subject->beside ? "which it asks at the same time"
                                : "after the answer");
}

static bool has_assumed(const adscp_prediction *answer)
{
    int i;

    for (i = 0; i < adscp_prediction_hop_count(answer); i++)
        if (adscp_hop_certificate_source(adscp_prediction_hop(answer, i)) ==
            ADSCP_CERTIFICATE_SOURCE_ASSUMED)
            return true;
    return false;
}

/* How far a certificate that nobody saw is to be believed; NULL: it was seen.
 */
static const char *source_words(const struct cli *cli,
                                const adscp_prediction *answer,
                                const struct subject *subject)
{
    if (is_forecast(subject))
        return has_assumed(answer) ? "a forecast, with what was assumed"
                                   : "forecast, not seen";
    if (has_assumed(answer))
        return "with the assumed certificate";
    return cli != NULL && cli->kept != NULL ? "as seen when the file was saved"
                                            : NULL;
}

/* "(untrusted issuer; forecast, not seen)" */
static void write_grounds(FILE *out, const struct cli *cli,
                          const adscp_prediction *answer,
                          const struct subject *subject)
{
    const char *source = source_words(cli, answer, subject);
    bool reasons = adscp_alert_reason_count(subject->alert) > 0;

    if (source == NULL && !reasons)
        return;
    fputs(" (", out);
    verdict_reasons(out, subject->alert);
    fprintf(out, "%s%s)", source != NULL && reasons ? "; " : "",
            source != NULL ? source : "");
}

/* No alert so far, and what the last server does is not known: it may redirect
 * the client to one that alerts. */
bool verdict_is_partial(const adscp_prediction *answer)
{
    int count = adscp_prediction_hop_count(answer);
    const adscp_hop *last = adscp_prediction_hop(answer, count - 1);

    return count > 0 &&
           adscp_alert_outcome(adscp_prediction_alert(answer)) ==
               ADSCP_ALERT_OUTCOME_NO_ALERT &&
           adscp_hop_action(last) == ADSCP_HOP_ACTION_UNKNOWN;
}

bool verdict_is_error(const adscp_prediction *answer)
{
    return adscp_prediction_refusal(answer) == ADSCP_REFUSAL_ERROR;
}

/* Where a few words tell it. */
static const char *why_partial(const adscp_prediction *answer)
{
    const adscp_mailbox *mailbox = adscp_prediction_mailbox(answer);

    if (adscp_prediction_find_finding(answer, "servers-actions-differ") != NULL)
        return " (servers that share the name do different things)";
    return adscp_mailbox_kind(mailbox) == ADSCP_MAILBOX_KIND_MAILBOX &&
                   adscp_mailbox_server(mailbox) == NULL
               ? " (the mailbox's server is unknown)"
               : "";
}

enum verdict_rank verdict_rank(const adscp_prediction *answer)
{
    static const enum verdict_rank ranks[] = {
        [ADSCP_ALERT_OUTCOME_NO_ALERT] = RANK_FINE,
        [ADSCP_ALERT_OUTCOME_UNCERTAIN] = RANK_UNKNOWN,
        [ADSCP_ALERT_OUTCOME_ALERT] = RANK_ALERT,
        [ADSCP_ALERT_OUTCOME_HARD_FAILURE] = RANK_FAILURE,
        [ADSCP_ALERT_OUTCOME_CONNECT_FAILURE] = RANK_DEAD,
    };
    int outcome = adscp_alert_outcome(adscp_prediction_alert(answer));
    enum verdict_rank rank = outcome >= 0              ? ranks[outcome]
                             : steps_skip_scps(answer) ? RANK_UNKNOWN
                                                       : RANK_NOTHING;

    return rank < RANK_BROKEN && caveat_breaks(answer) ? RANK_BROKEN : rank;
}

bool verdict_is_alarming(const adscp_prediction *answer)
{
    return adscp_alert_outcome(adscp_prediction_alert(answer)) >=
               ADSCP_ALERT_OUTCOME_ALERT ||
           caveat_nowhere(answer);
}

bool verdict_partial(FILE *out, const char *joint,
                     const adscp_prediction *answer)
{
    if (!verdict_is_partial(answer))
        return false;
    fprintf(out, "%swhat follows is unknown%s", joint, why_partial(answer));
    return true;
}

const char *verdict_name(const adscp_prediction *answer)
{
    return subject_find(answer).name;
}

const char *verdict_host(const adscp_prediction *answer)
{
    return subject_find(answer).host;
}

void verdict_unknown(FILE *out, const struct cli *cli,
                     const adscp_prediction *answer)
{
    const struct subject subject = subject_find(answer);

    fputs("unknown whether the user sees an alert: ", out);
    write_unknown(out, cli, answer, &subject);
}

void verdict_print(FILE *out, const struct cli *cli,
                   const adscp_prediction *answer)
{
    const struct subject subject = subject_find(answer);
    int outcome = adscp_alert_outcome(adscp_prediction_alert(answer));

    if (outcome == ADSCP_ALERT_OUTCOME_UNCERTAIN) {
        fputs("Unknown whether the user sees an alert: ", out);
        write_unknown(out, cli, answer, &subject);
        return;
    }
    fprintf(out, "The user sees: %s", seen_outcome(outcome));
    if (outcome != ADSCP_ALERT_OUTCOME_NO_ALERT || verdict_is_partial(answer))
        write_place(out, answer, &subject);
    write_grounds(out, cli, answer, &subject);
}

/* Whom the user meets where nothing is wrong: the first server. */
static const char *place_of(const adscp_prediction *answer,
                            const struct subject *subject)
{
    const adscp_hop *hop = adscp_prediction_hop(answer, 0);

    return subject->alert != NULL || hop == NULL ? subject->name
                                                 : story_name(hop);
}

/* The last server of the way is the one that refuses. */
static void write_refusal(FILE *out, const adscp_prediction *answer,
                          const struct subject *subject)
{
    int last = adscp_prediction_hop_count(answer) - 1;
    const char *name = story_name(adscp_prediction_hop(answer, last));

    switch (adscp_prediction_refusal(answer)) {
    case ADSCP_REFUSAL_UNSUPPORTED:
        if (strcmp(name, place_of(answer, subject)) == 0)
            fputs(", which cannot be relied on to serve the mailbox", out);
        else
            fprintf(out, "; %s cannot be relied on to serve the mailbox", name);
        break;
    case ADSCP_REFUSAL_ERROR:
        fputs(", and an error for an answer", out);
        break;
    case ADSCP_REFUSAL_CIRCLE:
        fputs(", and a redirect that leads nowhere", out);
        break;
    default:
        break;
    }
}

static void write_rest(FILE *out, const adscp_prediction *answer,
                       const struct subject *subject)
{
    if (adscp_alert_outcome(subject->alert) >= ADSCP_ALERT_OUTCOME_ALERT)
        write_grounds(out, NULL, answer, subject);
    write_refusal(out, answer, subject);
    if (adscp_prediction_doubtful(answer) == 1)
        fputs(", with a doubt that may make it worse", out);
    if (adscp_prediction_evidence(answer) == ADSCP_EVIDENCE_CONTESTED)
        fputs("; the order is contested", out);
}

void verdict_short(FILE *out, const adscp_prediction *answer)
{
    const struct subject subject = subject_find(answer);
    int outcome = adscp_alert_outcome(adscp_prediction_alert(answer));

    if (answer == NULL) {
        fputs("no such users", out);
        return;
    }
    if (adscp_prediction_hop_count(answer) <= 0) {
        fputs(steps_skip_scps(answer) ? "no SCP asked (ExcludeScpLookup), and "
                                        "the mail domain was not judged"
                                      : "no server in the directory",
              out);
        return;
    }
    fprintf(out, "%s at %s",
            outcome == ADSCP_ALERT_OUTCOME_UNCERTAIN
                ? "unknown whether there is an alert"
                : seen_outcome(outcome),
            place_of(answer, &subject));
    write_rest(out, answer, &subject);
}

static const char *what_users_do(int outcome)
{
    switch (outcome) {
    case ADSCP_ALERT_OUTCOME_ALERT:
        return "see a Security Alert at";
    case ADSCP_ALERT_OUTCOME_HARD_FAILURE:
        return "see an error that cannot be bypassed at";
    case ADSCP_ALERT_OUTCOME_CONNECT_FAILURE:
        return "cannot connect to";
    case ADSCP_ALERT_OUTCOME_UNCERTAIN:
        return "may see a Security Alert at";
    default:
        return "see no alert at";
    }
}

void verdict_users(FILE *out, const adscp_prediction *answer)
{
    const struct subject subject = subject_find(answer);
    int outcome = adscp_alert_outcome(adscp_prediction_alert(answer));

    if (adscp_prediction_hop_count(answer) <= 0) {
        fputs(answer == NULL ? "lose their mailbox server"
              : steps_skip_scps(answer)
                  ? "skip the SCPs (ExcludeScpLookup), and the hosts of their "
                    "mail domain were not judged"
                  : "find no server in the directory, only the URLs of their "
                    "mail domain, which were not judged",
              out);
        return;
    }
    fprintf(out, "%s %s", what_users_do(outcome), place_of(answer, &subject));
    write_rest(out, answer, &subject);
}
