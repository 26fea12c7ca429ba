/* SPDX-License-Identifier: MIT */
/*
 * The first two lines of a prediction: whom the client meets, what the user
 * sees, and how sure that is. Whoever reads no further must not be misled.
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

static bool is_dead(const adscp_hop *hop)
{
    return adscp_alert_outcome(adscp_hop_alert(hop)) ==
           ADSCP_ALERT_OUTCOME_CONNECT_FAILURE;
}

/* There is another URL that the client would try after this hop's. */
static bool has_next(const adscp_prediction *answer, const adscp_hop *hop)
{
    int rank = adscp_candidate_rank(adscp_hop_candidate(hop));
    const adscp_candidate *next = adscp_prediction_candidate(answer, rank);

    return next != NULL && !adscp_candidate_undocumented(next);
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
    int evidence = adscp_prediction_evidence(answer);

    if (evidence != ADSCP_EVIDENCE_CONTESTED &&
        adscp_candidate_tie(adscp_hop_candidate(hop)) == 1)
        evidence = ADSCP_EVIDENCE_INFERRED;
    return adscp_evidence_name(evidence);
}

/* ", which redirects the client to EX10", as far as it is known. */
static void write_action(FILE *out, const adscp_prediction *answer, int start)
{
    const adscp_hop *hop = adscp_prediction_hop(answer, start);
    const adscp_hop *next = adscp_prediction_hop(answer, start + 1);

    if (is_dead(hop)) {
        fputs(", which cannot be reached", out);
        return;
    }
    if (adscp_hop_action(hop) == ADSCP_HOP_ACTION_UNKNOWN)
        return;
    fprintf(out, ", which %s", story_action(adscp_hop_action(hop)));
    if (next != NULL)
        fprintf(out, " to %s", story_name(next));
}

/* Nobody answers at the first SCP. */
static void write_dead(FILE *out, const adscp_prediction *answer,
                       const char *client, int start)
{
    const adscp_hop *hop = adscp_prediction_hop(answer, start);
    int dead = start + is_dead(hop);

    write_names(out, answer, dead);
    fputs(" cannot be reached", out);
    if (dead == start) {
        fprintf(out, "; %s goes on to %s (%s)", client, story_name(hop),
                sureness(answer, hop));
        write_action(out, answer, start);
    } else if (!has_next(answer, hop))
        fprintf(out, "; %s has no other SCP to try", client);
}

void headline_meets(FILE *out, const adscp_prediction *answer,
                    const char *client)
{
    int start = last_start(answer);
    const adscp_hop *hop = adscp_prediction_hop(answer, start);

    if (hop == NULL) {
        fprintf(out, "%s finds no server in the directory", client);
        return;
    }
    if (start > 0 || is_dead(hop)) {
        write_dead(out, answer, client, start);
        return;
    }
    fprintf(out, "%s meets %s first%s", client, story_name(hop),
            adscp_prediction_evidence(answer) == ADSCP_EVIDENCE_CONTESTED
                ? " (contested)"
                : "");
    write_action(out, answer, start);
}

/* ----------------------------------------------------- what is uncertain -- */

bool headline_doubt(FILE *out, const adscp_prediction *answer)
{
    const adscp_hop *hop = adscp_prediction_doubt_hop(answer, 0);
    const char *reading = adscp_prediction_doubt_reading(answer);
    bool tie = reading != NULL && strcmp(reading, "tie") == 0;

    if (adscp_prediction_doubtful(answer) != 1)
        return false;
    fprintf(out, "but %s if %s",
            seen_outcome(adscp_prediction_doubt_outcome(answer)),
            hop != NULL ? story_name(hop)
                        : "one of many others that were not judged");
    fputs(tie ? ", as old to the second, comes first"
              : ", the newest SCP, comes first (Exchange Team, 2019)",
          out);
    return true;
}

/* Findings by which the answer never comes about. */
static bool breaks_answer(const adscp_finding *finding)
{
    static const char *const codes[] = {"hop-unsupported", "redirect-loop",
                                        "redirect-to-itself"};
    size_t i;

    for (i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
        if (strcmp(adscp_finding_code(finding), codes[i]) == 0)
            return adscp_finding_severity(finding) ==
                   ADSCP_FINDING_SEVERITY_ERROR;
    return false;
}

bool headline_fault(FILE *out, const adscp_prediction *answer)
{
    int i, count = adscp_prediction_finding_count(answer);

    for (i = 0; i < count; i++) {
        const adscp_finding *finding = adscp_prediction_finding(answer, i);
        const char *text = adscp_finding_text(finding);
        const char *end = text != NULL ? strstr(text, ": ") : NULL;

        if (text == NULL || !breaks_answer(finding))
            continue;
        fprintf(out, "but %.*s",
                (int)(end != NULL ? end - text : (long)strlen(text)), text);
        return true;
    }
    return false;
}
