/* SPDX-License-Identifier: MIT */
/*
 * What has changed since a snapshot: the same question is asked of what was
 * saved then, and the two answers are held against each other. A certificate
 * that was renewed is told, too, and changes no state by itself.
 */
#include "check.h"

#include <string.h>

#include "../command.h"

/* Answers that were asked for here, and are to be given back. */
struct asked {
    adscp_prediction *answer;
    adscp_coverage *coverage;
};

static void give_back(struct asked *asked)
{
    adscp_prediction_free(asked->answer);
    adscp_coverage_free(asked->coverage);
}

/* False: reported. */
static bool ask(const struct check *check, struct asked *asked)
{
    const struct cli *cli = check->cli;

    if (check->sites != NULL)
        return coverage_cover_whole(cli, &asked->coverage);
    if (cli_predict(cli, &asked->answer) != ADSCP_OK)
        return false;
    if (adscp_prediction_prepare(asked->answer) == ADSCP_OK)
        return true;
    cli_fail("out of memory");
    return false;
}

static struct check_answers answers_of(const struct asked *asked)
{
    return (struct check_answers){asked->answer, asked->coverage};
}

/* What is told already. */
static struct check_answers answers_now(const struct check *check)
{
    return check->sites == NULL
               ? (struct check_answers){check->answer, NULL}
               : (struct check_answers){NULL, check->sites->view->coverage};
}

static const adscp_forest *forest_of(const struct check_answers *answers)
{
    return answers->coverage != NULL ? adscp_coverage_forest(answers->coverage)
                                     : adscp_prediction_forest(answers->answer);
}

/* -------------------------------------------------------------- answers -- */

static const char *first_host(const adscp_prediction *answer)
{
    const char *host =
        adscp_candidate_host(adscp_prediction_candidate(answer, 0));

    return host != NULL ? host : "no server";
}

static int outcome_of(const adscp_prediction *answer)
{
    return adscp_alert_outcome(adscp_prediction_alert(answer));
}

static void say_difference(FILE *out, const adscp_prediction *before,
                           const adscp_prediction *after)
{
    if (before == NULL || after == NULL)
        fprintf(out, "%s", before == NULL ? "it is new" : "it is gone");
    else if (page_compare(first_host(before), first_host(after)) != 0)
        fprintf(out, "first %s, before it was %s", first_host(after),
                first_host(before));
    else if (outcome_of(before) != outcome_of(after))
        fprintf(out, "%s, before it was %s", seen_outcome(outcome_of(after)),
                seen_outcome(outcome_of(before)));
    else
        fputs("the later hops or the services differ", out);
}

/* The file as people name it. */
static const char *name_of(const struct check *check)
{
    const char *slash = strrchr(check->cli->since, '/');

    return slash != NULL ? slash + 1 : check->cli->since;
}

/* ----------------------------------------------------------- one client -- */

static const char *server_of(const adscp_mailbox *mailbox)
{
    return adscp_server_name(adscp_mailbox_server(mailbox));
}

/* "mailbox on EX10 (Database 1)", "remote with target ann@contoso.com" */
static void say_mailbox(FILE *out, const adscp_mailbox *mailbox)
{
    const char *server = server_of(mailbox);
    const char *target = adscp_mailbox_target(mailbox);
    const char *database = adscp_mailbox_database(mailbox);

    fputs(adscp_mailbox_kind_name(adscp_mailbox_kind(mailbox)), out);
    if (server != NULL)
        fprintf(out, " on %s", server);
    if (database != NULL)
        fprintf(out, " (%s)", database);
    if (target != NULL)
        fprintf(out, " with target %s", target);
}

static bool same_name(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : page_compare(a, b) == 0;
}

/* The recipient moved, or is another one now. */
static bool tell_moved(struct check *check, const adscp_prediction *before,
                       const adscp_prediction *after)
{
    const adscp_mailbox *old = adscp_prediction_mailbox(before),
                        *new = adscp_prediction_mailbox(after);

    if (old == NULL || new == NULL ||
        (adscp_mailbox_kind(old) == adscp_mailbox_kind(new) &&
         same_name(server_of(old), server_of(new)) &&
         same_name(adscp_mailbox_database(old), adscp_mailbox_database(new)) &&
         same_name(adscp_mailbox_target(old), adscp_mailbox_target(new))))
        return false;
    fprintf(check->out, "%s has changed since %s: ",
            adscp_prediction_mail(after), name_of(check));
    say_mailbox(check->out, new);
    fputs(", before it was ", check->out);
    say_mailbox(check->out, old);
    fputs(", ", check->out);
    return true;
}

/* True: the answer is another one. */
static bool tell_client(struct check *check, const adscp_prediction *before,
                        const adscp_prediction *after)
{
    bool moved = tell_moved(check, before, after);

    if (adscp_prediction_compare(before, after) == ADSCP_COMPARISON_CHANGE_SAME)
        return moved;
    fprintf(check->out, "changed since %s: ", name_of(check));
    say_difference(check->out, before, after);
    fputs(", ", check->out);
    return true;
}

/* ------------------------------------------------------------ everybody -- */

/* The first move that is worse, else the first one. */
static int worst_move(const adscp_comparison *moves)
{
    int i, count = adscp_comparison_move_count(moves);

    for (i = 0; i < count; i++)
        if (adscp_comparison_move_change(moves, i) ==
            ADSCP_COMPARISON_CHANGE_WORSE)
            return i;
    return 0;
}

static void say_move(struct check *check, const adscp_comparison *moves,
                     int move)
{
    int site = adscp_comparison_move_site(moves, move);
    int home = adscp_comparison_move_home(moves, move);
    const char *name = adscp_comparison_site(moves, site);
    const adscp_server *server = adscp_comparison_home_server(moves, home);

    fprintf(check->out, "%s", name != NULL ? name : "an unknown site");
    if (server != NULL)
        fprintf(check->out, ", mailboxes on %s", adscp_server_name(server));
    fputs(": ", check->out);
    say_difference(check->out, adscp_comparison_move_before(moves, move),
                   adscp_comparison_move_after(moves, move));
}

static bool tell_everybody(struct check *check, const adscp_coverage *before,
                           const adscp_coverage *after)
{
    adscp_comparison *moves = NULL;
    int rc = adscp_coverage_compare(before, after, &moves);
    int count = adscp_comparison_move_count(moves);

    check->failed |= rc != ADSCP_OK;
    if (count > 0) {
        fprintf(check->out,
                "%d pair%s of site and mailbox changed since %s, the worst: ",
                count, count == 1 ? "" : "s", name_of(check));
        say_move(check, moves, worst_move(moves));
        fputs(", ", check->out);
    }
    adscp_comparison_free(moves);
    return count > 0;
}

/* ---------------------------------------------------------------- asking -- */

/* Of what was not read whole, a difference tells little. */
static int state_of(const adscp_forest *then)
{
    return adscp_forest_complete(then) == 1 ? CLI_CHECK_WARNING
                                            : CLI_CHECK_UNKNOWN;
}

static bool is_same_forest(const struct check *check, const adscp_forest *then,
                           const adscp_forest *now)
{
    const char *one = adscp_forest_config_dn(then),
               *other = adscp_forest_config_dn(now);

    if (one == NULL || other == NULL || page_compare(one, other) == 0)
        return true;
    cli_fail("--since %s is of another forest, %s: name a snapshot of %s",
             name_of(check), one, other);
    return false;
}

/* Ask about this forest, and what was seen of it. False: reported. */
static bool ask_about(const struct check *check, const adscp_forest *forest,
                      const adscp_sightings *seen, struct asked *asked)
{
    adscp_predictor *predictor = check->cli->predictor;
    int rc;

    adscp_predictor_set_sightings(predictor, seen);
    rc = adscp_predictor_set_forest(predictor, forest);
    if (rc == ADSCP_OK)
        return ask(check, asked);
    cli_name_failure(rc);
    cli_fail("%s", adscp_predictor_error_detail(predictor));
    return false;
}

static void tell(struct check *check, const adscp_forest *then,
                 const struct check_answers *before,
                 const struct check_answers *after)
{
    bool changed =
        check->sites != NULL
            ? tell_everybody(check, before->coverage, after->coverage)
            : tell_client(check, before->answer, after->answer);

    if (changed)
        check_raise(check, state_of(then));
    check_renewed(check, before, after, name_of(check));
}

/* Users were read on one side only: whose mailbox it is would be the whole
 * difference. */
static bool has_user_once(const struct check *check, const struct asked *before)
{
    const adscp_prediction *answers[] = {check->answer, before->answer};
    int i, unread = 0;

    for (i = 0; i < 2 && check->sites == NULL; i++)
        unread += adscp_mailbox_kind(adscp_prediction_mailbox(answers[i])) ==
                  ADSCP_MAILBOX_KIND_NOT_READ;
    return unread == 1;
}

/* From now on the question is about the mail domain. */
static int leave_user(const struct check *check)
{
    adscp_predictor *predictor = check->cli->predictor;
    const char *domain = adscp_prediction_domain(check->answer);
    int rc = adscp_predictor_set_mail(predictor, NULL);

    fprintf(check->out,
            "users were read on one side only, so %s compares without %s, ",
            "--since", adscp_prediction_mail(check->answer));
    return rc == ADSCP_OK ? adscp_predictor_set_mail_domain(predictor, domain)
                          : rc;
}

/* What was seen counts where both looked. */
static bool compare(struct check *check, const adscp_forest *then,
                    const adscp_sightings *seen)
{
    const adscp_sightings *seen_then = adscp_forest_sightings(then);
    bool both = seen != NULL && seen_then != NULL;
    bool again = seen != NULL && !both, once;
    struct check_answers old, new = answers_now(check);
    const adscp_forest *now = forest_of(&new);
    struct asked before = {NULL, NULL}, after = {NULL, NULL};
    bool done;

    done = is_same_forest(check, then, now) &&
           ask_about(check, then, both ? seen_then : NULL, &before);
    once = done && has_user_once(check, &before);
    if (once) {
        give_back(&before);
        before = (struct asked){NULL, NULL};
        done = leave_user(check) == ADSCP_OK &&
               ask_about(check, then, both ? seen_then : NULL, &before);
    }
    if (done && (again || once)) {
        done = ask_about(check, now, both ? seen : NULL, &after);
        new = answers_of(&after);
    }
    old = answers_of(&before);
    if (done)
        tell(check, then, &old, &new);
    give_back(&before);
    give_back(&after);
    return done;
}

void check_since(struct check *check, const adscp_sightings *seen)
{
    adscp_forest *then = NULL;

    if (check->cli->since == NULL)
        return;
    check->stopped =
        cli_read_file(check->cli, check->cli->since, &then) != CLI_DONE ||
        !compare(check, then, seen);
    if (!check->stopped && adscp_forest_complete(then) != 1) {
        fprintf(check->out, "%s is incomplete, ", name_of(check));
        check_raise(check, CLI_CHECK_UNKNOWN);
    }
    adscp_predictor_set_sightings(check->cli->predictor, NULL);
    adscp_forest_free(then);
}
