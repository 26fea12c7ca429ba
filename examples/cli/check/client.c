/* SPDX-License-Identifier: MIT */
/*
 * What one client meets, as a state and in words.
 */
#include "check.h"

#include <string.h>

static int count_sites_without_scp(const adscp_prediction *answer)
{
    int i, found = 0, count = adscp_prediction_finding_count(answer);

    for (i = 0; i < count; i++)
        if (strcmp(adscp_finding_code(adscp_prediction_finding(answer, i)),
                   "site-without-scp") == 0)
            found++;
    return found;
}

static const char *client_of(const struct check *check)
{
    int kind = adscp_prediction_client(check->answer);

    return kind >= 0
               ? cli_name_kind(kind)
               : cli_name_profile(adscp_prediction_profile(check->answer));
}

/* What is said of a hop, behind those that answered. */
static void say_hop(struct check *check, const adscp_hop *hop, int met)
{
    const char *name = story_name(hop);

    name = name != NULL ? name : "a server that is not known";
    if (met > 0)
        fprintf(check->out, ", then %s%s", name,
                story_is_dead(hop) ? ", which cannot be reached" : "");
    else if (story_is_dead(hop))
        fprintf(check->out, "%s cannot be reached, ", name);
    else
        fprintf(check->out, "%s %smeets %s", client_of(check),
                steps_skip_scps(check->answer)
                    ? "skips the SCPs (ExcludeScpLookup) and "
                    : "",
                name);
}

/* "EX07 cannot be reached, Outlook meets EX10, then EX19", and that the last
 * one refuses the user. */
static void say_way(struct check *check)
{
    int i, met = 0, count = adscp_prediction_hop_count(check->answer);

    for (i = 0; i < count; i++) {
        const adscp_hop *hop = adscp_prediction_hop(check->answer, i);

        say_hop(check, hop, met);
        met += !story_is_dead(hop);
    }
    fputs(verdict_is_error(check->answer) ? ", which answers with an error, "
          : met > 0                       ? ", "
                                          : "",
          check->out);
}

/* The last one of the way stands there already. */
static void say_outcome(struct check *check)
{
    const adscp_alert *alert = adscp_prediction_alert(check->answer);
    int hop = adscp_prediction_alert_hop(check->answer);

    fputs(seen_outcome(check->outcome), check->out);
    if (check->outcome > ADSCP_ALERT_OUTCOME_NO_ALERT &&
        hop + 1 != adscp_prediction_hop_count(check->answer))
        fprintf(check->out, " at %s", verdict_name(check->answer));
    if (adscp_alert_reason_count(alert) > 0) {
        fputs(" (", check->out);
        verdict_reasons(check->out, alert);
        fputc(')', check->out);
    }
    caveat_unjudged(check->out, " so far, ", check->answer);
    if (verdict_partial(check->out, " so far, ", check->answer) &&
        check->report != NULL && adscp_prediction_mail(check->answer) == NULL)
        fputs(" (add --mail)", check->out);
}

/* No SCP at all is one thing; a client that stops before it comes to one,
 * another. */
static void judge_nothing(struct check *check)
{
    bool none =
        adscp_prediction_find_finding(check->answer, "scp-none") != NULL;

    if (none || !check->complete) {
        fprintf(check->out, "no usable SCP in %s, ",
                adscp_prediction_complete(check->answer) == 1
                    ? "the directory"
                    : "what could be read");
        if (caveat_no_urls(check->out, "", check->answer))
            fputs(", ", check->out);
    } else {
        fprintf(check->out, "%s finds no server: ", client_of(check));
        caveat_nothing(check->out, check->answer);
        fputs(", ", check->out);
    }
    check_raise_for_absence(check, none ? check->cli->no_scp_state
                                        : CLI_CHECK_WARNING);
}

/* Who asks no SCP comes away with what the mail domain has, if anybody said
 * which that is. */
static void judge_skipped(struct check *check)
{
    if (adscp_prediction_domain(check->answer) == NULL)
        steps_write_unasked(check->out, "", check->answer);
    else
        fprintf(check->out,
                "%s skips the SCPs (ExcludeScpLookup), and what else it asks "
                "is unknown",
                client_of(check));
    fputs(", ", check->out);
    check_raise(check, check->cli->uncertain_state);
}

/* False: there is no way to judge. Without an SCP it may lead to the mail
 * domain. */
static bool judge_start(struct check *check)
{
    bool has_way = adscp_prediction_hop_count(check->answer) > 0;

    if (steps_skip_scps(check->answer)) {
        if (!has_way)
            judge_skipped(check);
    } else if (adscp_prediction_candidate_count(check->answer) == 0) {
        judge_nothing(check);
    }
    return has_way;
}

static void judge_alert(struct check *check)
{
    check->outcome = adscp_alert_outcome(adscp_prediction_alert(check->answer));
    if (!judge_start(check))
        return;
    say_way(check);
    if (verdict_is_error(check->answer))
        check_raise(check, check->cli->finding_state);
    if (check->outcome == ADSCP_ALERT_OUTCOME_UNCERTAIN)
        verdict_unknown(check->out, check->cli, check->answer);
    else
        say_outcome(check);
    fputs(", ", check->out);
    if (check->outcome >= ADSCP_ALERT_OUTCOME_ALERT)
        check_raise(check, check->cli->alert_state);
    else if (check->outcome != ADSCP_ALERT_OUTCOME_NO_ALERT)
        check_raise(check, check->cli->uncertain_state);
}

/* Whose way is another one, or leads to more hosts. */
static void judge_others(struct check *check)
{
    if (adscp_prediction_hop_count(check->answer) > 0 &&
        steps_write_sooner(check->out, "", check->answer))
        fputs(", ", check->out);
    if (!steps_skip_scps(check->answer) &&
        steps_write_unasked(check->out, "", check->answer))
        fputs(", ", check->out);
}

/* What an export lacks may be anything. */
static void judge_unexported(struct check *check)
{
    if (!caveat_unexported(check->out, "", check->answer))
        return;
    fputs(", ", check->out);
    check_raise(check, check->cli->uncertain_state);
}

/* A fault by which the client gets no answer. */
static void judge_fault(struct check *check)
{
    if (!caveat_fault(check->out, "", check->answer))
        return;
    fputs(", ", check->out);
    check_raise(check, check->cli->finding_state);
}

/* Users were read, and nobody has the address: the question was wrong. */
static void judge_user(struct check *check)
{
    const adscp_mailbox *mailbox = adscp_prediction_mailbox(check->answer);
    int kind = adscp_mailbox_kind(mailbox);

    if (kind == ADSCP_MAILBOX_KIND_NOT_READ &&
        adscp_prediction_find_finding(check->answer, "mailbox-not-read") !=
            NULL)
        fprintf(check->out, "no user with the address %s was read, ",
                adscp_prediction_mail(check->answer));
    else if (caveat_user(check->out, "", check->answer))
        fputs(", ", check->out);
    check->nobody = check->complete && kind == ADSCP_MAILBOX_KIND_NOT_FOUND &&
                    adscp_mailbox_dn(mailbox) == NULL;
    if (kind != ADSCP_MAILBOX_KIND_MAILBOX ||
        adscp_mailbox_server(mailbox) != NULL)
        return;
    fprintf(check->out, "no server is known for the mailbox of %s, ",
            adscp_prediction_mail(check->answer));
    check_raise_for_absence(check, CLI_CHECK_WARNING);
}

/* Chance alone decides which of the two comes first: whichever stands first in
 * the directory, the state is that of the server that does not serve. */
static bool is_even(const adscp_prediction *answer)
{
    const char *reading = adscp_prediction_doubt_reading(answer);

    return reading != NULL &&
           (strcmp(reading, "tie") == 0 || strcmp(reading, "age-unknown") == 0);
}

/* Servers that share a name, and may yet differ in what they do. */
static void judge_fork(struct check *check)
{
    if (adscp_prediction_find_finding(check->answer,
                                      "servers-actions-differ") != NULL)
        check_raise(check, CLI_CHECK_WARNING);
}

/* What another order would bring is a warning before it comes. */
static void judge_doubt(struct check *check)
{
    const adscp_prediction *answer = check->answer;

    if (!caveat_doubt(check->out, "", answer))
        return;
    fputs(", ", check->out);
    if (adscp_prediction_doubt_outcome(answer) >= ADSCP_ALERT_OUTCOME_ALERT ||
        adscp_prediction_doubt_refusal(answer) > ADSCP_REFUSAL_NONE ||
        adscp_prediction_doubt_hop_count(answer) == 0)
        check_raise(check, CLI_CHECK_WARNING);
    if (is_even(answer) && adscp_prediction_doubt_refusal(answer) > 0)
        check_raise(check, check->cli->finding_state);
}

void check_answer(struct check *check)
{
    judge_alert(check);
    judge_others(check);
    judge_unexported(check);
    judge_fault(check);
    judge_doubt(check);
    judge_fork(check);
}

/* Others than the answer is about; and by another account everybody, so that
 * the answer itself is uncertain. */
void check_leaving(struct check *check, const adscp_prediction *answer)
{
    if ((check->sites != NULL || adscp_prediction_hop_count(answer) <= 0) &&
        leaving_write(check->out, "", answer))
        fputs(", ", check->out);
    if (!leaving_write_all(check->out, "", answer))
        return;
    fputs(", ", check->out);
    check_raise(check, check->cli->uncertain_state);
}

/* Where the client's site is known, only that one matters; a name that is no
 * site's is worth the same word. */
static void judge_sites(struct check *check)
{
    const char *own = adscp_prediction_site(check->answer);

    if (own != NULL) {
        check->lonely = cli_count_in_site(check->answer) == 0;
    } else {
        check->lonely =
            adscp_prediction_find_finding(check->answer, "scp-none") != NULL
                ? adscp_forest_site_count(
                      adscp_prediction_forest(check->answer))
                : count_sites_without_scp(check->answer);
    }
    check_say_lonely(check, own);
}

static void judge_rest(struct check *check)
{
    const char *domain = cli_assumed_domain(check->answer);

    if (domain != NULL)
        fprintf(check->out, "on a computer of %s, ", domain);
    check_leaving(check, check->answer);
    judge_sites(check);
    if (check->complete)
        return;
    check_begin_cut(check);
    caveat_incomplete(check->out, "the answer was cut short: ", check->report);
    fputs(", ", check->out);
}

static void judge(struct check *check)
{
    judge_user(check);
    check_answer(check);
    check_behind(check);
    check_find_change(check, check->answer);
    if (check->outcome < ADSCP_ALERT_OUTCOME_ALERT)
        check_say_change(check);
    check_since(check, check->report->sightings);
    judge_rest(check);
}

int check_client(const struct report *report)
{
    struct check check = {.cli = report->cli,
                          .report = report,
                          .answer = report->answer,
                          .complete =
                              adscp_prediction_complete(report->answer) == 1 &&
                              adscp_prediction_looked(report->answer) != 0};

    return check_tell(&check, judge);
}
