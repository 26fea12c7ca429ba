/* SPDX-License-Identifier: MIT */
/*
 * What an answer is wrong without: a fault by which it never comes about, a
 * doubt, an odd user, what could not be read; and why there is none.
 */
#include "coverage.h"

#include <string.h>

/* Why it may. */
static const char *reading_words(const char *reading, bool several)
{
    if (reading != NULL && strcmp(reading, "tie") == 0)
        return ", created in the same second, comes first";
    if (reading != NULL && strcmp(reading, "age-unknown") == 0)
        return ", whose creation date could not be read, comes first";
    return several ? ", one of the newest SCPs, comes first (Exchange Team, "
                     "2019)"
                   : ", the newest SCP, comes first (Exchange Team, 2019)";
}

const char *caveat_doubt_outcome(const adscp_prediction *answer)
{
    int outcome = adscp_prediction_doubt_outcome(answer);

    if (outcome >= ADSCP_ALERT_OUTCOME_ALERT &&
        outcome > adscp_alert_outcome(adscp_prediction_alert(answer)))
        return seen_outcome(outcome);
    switch (adscp_prediction_doubt_refusal(answer)) {
    case ADSCP_REFUSAL_UNSUPPORTED:
        return "perhaps no answer";
    case ADSCP_REFUSAL_ERROR:
        return "an error for an answer";
    case ADSCP_REFUSAL_CIRCLE:
        return "a redirect in a circle";
    default:
        return seen_outcome(outcome);
    }
}

bool caveat_is_shared(const char *reading)
{
    return reading != NULL && strcmp(reading, "shared-name") == 0;
}

/* " at EX10", where another server than the first one brings it. */
static void write_doubt_place(FILE *out, const adscp_prediction *answer)
{
    int at = adscp_prediction_doubt_alert_hop(answer);

    if (at > 0 &&
        adscp_prediction_doubt_outcome(answer) >= ADSCP_ALERT_OUTCOME_ALERT)
        fprintf(out, " at %s",
                story_name(adscp_prediction_doubt_hop(answer, at)));
}

/* Two of them are as new, where the rival has another URL. */
static bool has_several(const adscp_prediction *answer)
{
    const char *url = adscp_prediction_doubt_url(answer);
    const char *rival = adscp_prediction_rival_url(answer);

    return url != NULL && rival != NULL && strcmp(url, rival) != 0;
}

bool caveat_doubt(FILE *out, const char *joint, const adscp_prediction *answer)
{
    const adscp_hop *hop = adscp_prediction_doubt_hop(answer, 0);
    const char *reading = adscp_prediction_doubt_reading(answer);

    if (adscp_prediction_doubtful(answer) != 1)
        return false;
    fprintf(out, "%sbut %s", joint, caveat_doubt_outcome(answer));
    write_doubt_place(out, answer);
    fprintf(out, " if %s",
            hop != NULL ? story_name(hop)
                        : "one of many others that were not judged");
    if (caveat_is_shared(reading))
        fprintf(out, ", one of the servers behind %s, answers",
                adscp_hop_host(hop));
    else
        fputs(reading_words(reading, has_several(answer)), out);
    return true;
}

/* Which version a program brings along is its own affair. */
bool caveat_version(FILE *out, const char *joint,
                    const adscp_prediction *answer)
{
    const adscp_finding *finding =
        adscp_prediction_profile(answer) == ADSCP_PROFILE_EWS
            ? adscp_prediction_find_finding(answer, "scp-no-url")
            : NULL;

    if (adscp_finding_severity(finding) != ADSCP_FINDING_SEVERITY_WARNING)
        return false;
    fprintf(out, "%sbut version 1.x stops at an SCP without a URL", joint);
    return true;
}

/* A sentence of a finding as far as it says what was found: up to its first
 * colon, or where it begins with a place, the second. */
static void write_clause(FILE *out, const adscp_finding *finding, int colons)
{
    const char *text = adscp_finding_text(finding), *end = text;

    if (text == NULL)
        return;
    for (; end != NULL && colons > 0; colons--)
        end = strstr(end == text ? end : end + 1, ": ");
    fprintf(out, "%.*s", (int)(end != NULL ? end - text : (long)strlen(text)),
            text);
}

/* It keeps this very client from its answer. */
static bool breaks_answer(const adscp_finding *finding)
{
    return adscp_finding_about(finding) == ADSCP_FINDING_ABOUT_CLIENT &&
           adscp_finding_severity(finding) == ADSCP_FINDING_SEVERITY_ERROR;
}

bool caveat_nowhere(const adscp_prediction *answer)
{
    return adscp_prediction_refusal(answer) == ADSCP_REFUSAL_CIRCLE;
}

bool caveat_breaks(const adscp_prediction *answer)
{
    return adscp_prediction_refusal(answer) >= ADSCP_REFUSAL_ERROR;
}

bool caveat_unserved(const adscp_prediction *answer)
{
    return adscp_prediction_refusal(answer) > ADSCP_REFUSAL_NONE;
}

bool caveat_fault(FILE *out, const char *joint, const adscp_prediction *answer)
{
    int i, count = adscp_prediction_finding_count(answer);

    for (i = 0; i < count; i++) {
        const adscp_finding *finding = adscp_prediction_finding(answer, i);

        if (!breaks_answer(finding))
            continue;
        fprintf(out, "%sbut ", joint);
        write_clause(out, finding, 1);
        return true;
    }
    return false;
}

/* An attribute that the answer would need, and that the export does not have.
 */
static const adscp_finding *find_unexported(const adscp_prediction *answer)
{
    int i, count = adscp_prediction_finding_count(answer);

    for (i = 0; i < count; i++) {
        const adscp_finding *finding = adscp_prediction_finding(answer, i);

        if (adscp_finding_about(finding) == ADSCP_FINDING_ABOUT_CLIENT &&
            strcmp(adscp_finding_code(finding), "attribute-not-exported") == 0)
            return finding;
    }
    return NULL;
}

bool caveat_unexported(FILE *out, const char *joint,
                       const adscp_prediction *answer)
{
    const adscp_finding *finding = find_unexported(answer);

    if (finding == NULL || adscp_hop_action(adscp_prediction_hop(
                               answer, adscp_prediction_hop_count(answer) -
                                           1)) != ADSCP_HOP_ACTION_UNKNOWN)
        return false;
    fputs(joint, out);
    write_clause(out, finding, 1);
    fputs(" (export it as well)", out);
    return true;
}

static bool write_left_behind(FILE *out, const char *joint,
                              const adscp_prediction *answer)
{
    const adscp_finding *finding =
        adscp_prediction_find_finding(answer, "pointer-leaves-mailbox");

    if (finding == NULL)
        return false;
    fputs(joint, out);
    write_clause(out, finding, 1);
    return true;
}

int caveat_count_unjudged(const adscp_prediction *answer)
{
    const adscp_hop *hop =
        adscp_prediction_hop(answer, adscp_prediction_hop_count(answer) - 1);
    int rank = adscp_candidate_rank(adscp_hop_candidate(hop)), count = 0;
    const adscp_candidate *next = adscp_prediction_candidate(answer, rank);

    while (rank > 0 && story_is_dead(hop) && next != NULL &&
           !adscp_candidate_undocumented(next))
        next = adscp_prediction_candidate(answer, rank + ++count);
    return count;
}

bool caveat_unjudged(FILE *out, const char *joint,
                     const adscp_prediction *answer)
{
    int count = caveat_count_unjudged(answer);

    if (count == 1)
        fprintf(out, "%sthe URL that comes next was not judged", joint);
    else if (count > 1)
        fprintf(out, "%sthe %d URLs that come next were not judged", joint,
                count);
    return count > 0;
}

bool caveat_user(FILE *out, const char *joint, const adscp_prediction *answer)
{
    const adscp_mailbox *mailbox = adscp_prediction_mailbox(answer);
    const char *mail = adscp_prediction_mail(answer);

    switch (mailbox != NULL ? adscp_mailbox_kind(mailbox) : -1) {
    case ADSCP_MAILBOX_KIND_NOT_FOUND:
        fprintf(out,
                adscp_mailbox_dn(mailbox) != NULL
                    ? "%sthe owner of %s is not mail-enabled"
                : adscp_prediction_complete(answer) == 1
                    ? "%sno recipient has the address %s"
                    : "%sno recipient that was read has the address %s",
                joint, mail);
        return true;
    case ADSCP_MAILBOX_KIND_AMBIGUOUS:
        fprintf(out,
                "%sseveral recipients have the address %s, which Exchange "
                "refuses",
                joint, mail);
        return true;
    case ADSCP_MAILBOX_KIND_NOT_READ:
        if (adscp_prediction_hop_count(answer) <= 0 ||
            find_unexported(answer) != NULL)
            return false;
        fprintf(out,
                "%sno user with the address %s was read, so the mailbox is "
                "unknown",
                joint, mail);
        return true;
    default:
        return write_left_behind(out, joint, answer);
    }
}

/* ---------------------------------------------------- what there is not -- */

/* By which findings a client comes away with nothing: those of the way first.
 * The last ones stop only clients that read SCPs as the EWS Managed API does.
 */
static const struct {
    const char *code;
    bool stops_ews;
    const char *remedy; /* or NULL */
} nothings[] = {
    {"pointer-not-allowed", false,
     "add --follow FOREST, or --ldif-at with its export"},
    {"pointer-unreachable", false, NULL},
    {"pointer-loop", false, NULL},
    {"pointer-too-deep", false, NULL},
    {"pointer-target-empty", false, NULL},
    {"pointer-no-binding", true, NULL},
    {"scp-url-invalid", true, NULL},
    {"client-site-unknown", true, "add --site or --address"},
    {"scp-no-url", true, NULL},
    {"scp-none", false, NULL},
};

/* What was tried already is no remedy. */
static const char *remedy_of(size_t row, const adscp_prediction *answer)
{
    if (strcmp(nothings[row].code, "client-site-unknown") == 0 &&
        adscp_prediction_address(answer) != NULL)
        return "no subnet has its address: add --site";
    return nothings[row].remedy;
}

static bool has_value(const adscp_finding *finding, const char *value)
{
    int i, count = adscp_finding_parameter_count(finding);

    for (i = 0; i < count; i++) {
        const char *text = adscp_finding_parameter_text(finding, i);

        if (text != NULL && strcmp(text, value) == 0)
            return true;
    }
    return false;
}

static const adscp_finding *find_attribute(const adscp_prediction *answer,
                                           const char *attribute)
{
    int i, count = adscp_prediction_finding_count(answer);

    for (i = 0; i < count; i++) {
        const adscp_finding *finding = adscp_prediction_finding(answer, i);

        if (strcmp(adscp_finding_code(finding), "attribute-not-exported") ==
                0 &&
            has_value(finding, attribute))
            return finding;
    }
    return NULL;
}

bool caveat_lacks(const adscp_prediction *answer, const char *attribute)
{
    return find_attribute(answer, attribute) != NULL;
}

bool caveat_no_urls(FILE *out, const char *joint,
                    const adscp_prediction *answer)
{
    if (!caveat_lacks(answer, "serviceBindingInformation"))
        return false;
    fprintf(out,
            "%sno SCP of the export has serviceBindingInformation: not "
            "exported, or set to $null everywhere",
            joint);
    return true;
}

void caveat_nothing(FILE *out, const adscp_prediction *answer)
{
    int profile = adscp_prediction_profile(answer);
    bool like_ews =
        profile == ADSCP_PROFILE_EWS || profile == ADSCP_PROFILE_LEARN;
    size_t i;

    if (caveat_no_urls(out, "", answer))
        return;

    for (i = 0; i < sizeof(nothings) / sizeof(nothings[0]); i++) {
        const adscp_finding *finding =
            adscp_prediction_find_finding(answer, nothings[i].code);
        const char *remedy = remedy_of(i, answer);

        if (finding == NULL || (nothings[i].stops_ews && !like_ews))
            continue;
        write_clause(out, finding, 1);
        if (remedy != NULL)
            fprintf(out, " (%s)", remedy);
        return;
    }
    fputs("no SCP is meant for it", out);
}

/* Why not everything is there: the words of a finding, and how many colons it
 * has before it has said so. */
static const struct {
    const char *code;
    int colons;
    const char *consequence;
    bool raised; /* only where it is a warning */
} parts[] = {
    {"ldif-truncated", 2, "export or copy it again", false},
    {"snapshot-cut", 2, "save it again", false},
    {"ldif-record-broken", 2, "export or save it again", false},
    {"pointer-not-allowed", 1,
     "add --follow FOREST, or --ldif-at with its export", false},
    {"pointer-unreachable", 2, "what is there is missing here", false},
    {"result-partial", 2, "entries are missing", false},
    {"result-denied", 2, "entries are missing", false},
    {"attribute-not-exported", 1, "export it as well", true},
};

static const char unread[] = "not everything could be read";
static const char unseen[] = "not every server could be looked at";

static bool says_why(const adscp_finding *finding, size_t part)
{
    return strcmp(adscp_finding_code(finding), parts[part].code) == 0 &&
           (!parts[part].raised ||
            adscp_finding_severity(finding) == ADSCP_FINDING_SEVERITY_WARNING);
}

static const adscp_finding *find_part(const adscp_prediction *answer,
                                      size_t part)
{
    int i, count = adscp_prediction_finding_count(answer);

    for (i = 0; i < count; i++)
        if (says_why(adscp_prediction_finding(answer, i), part))
            return adscp_prediction_finding(answer, i);
    return NULL;
}

/* False: it is none that says why. */
static bool write_part(FILE *out, const adscp_finding *finding, size_t part)
{
    if (finding == NULL ||
        (parts[part].raised &&
         adscp_finding_severity(finding) != ADSCP_FINDING_SEVERITY_WARNING))
        return false;
    write_clause(out, finding, parts[part].colons);
    fprintf(out, " (%s)", parts[part].consequence);
    return true;
}

bool caveat_incomplete(FILE *out, const char *joint,
                       const struct report *report)
{
    size_t i;

    if (adscp_prediction_complete(report->answer)) {
        if (adscp_prediction_looked(report->answer) != 0)
            return false;
        fprintf(out, "%s%s", joint, unseen);
        return true;
    }
    fputs(joint, out);
    for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        if (write_part(out, find_part(report->answer, i), i))
            return true;
    fputs(unread, out);
    return true;
}

static const adscp_finding *find_in(const adscp_coverage *coverage, size_t part)
{
    int i, count = adscp_coverage_finding_count(coverage);

    for (i = 0; i < count; i++)
        if (says_why(adscp_coverage_finding(coverage, i), part))
            return adscp_coverage_finding(coverage, i);
    return NULL;
}

const char *caveat_part(size_t part)
{
    return part < sizeof(parts) / sizeof(parts[0]) ? parts[part].code : NULL;
}

bool caveat_has_part(const adscp_coverage *coverage, size_t part)
{
    return adscp_coverage_complete(coverage) != 1 &&
           find_in(coverage, part) != NULL;
}

bool caveat_incomplete_coverage(FILE *out, const char *joint,
                                const adscp_coverage *coverage)
{
    size_t i;

    if (adscp_coverage_complete(coverage) == 1) {
        if (adscp_coverage_looked(coverage) != 0)
            return false;
        fprintf(out, "%s%s", joint, unseen);
        return true;
    }
    fputs(joint, out);
    for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        if (write_part(out, find_in(coverage, i), i))
            return true;
    fputs(unread, out);
    return true;
}
