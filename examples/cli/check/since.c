/* SPDX-License-Identifier: MIT */
/*
 * What has changed since a snapshot: the same question is asked of what was
 * saved then, and the two answers are held against each other.
 */
#include "check.h"

#include <string.h>

#include "../command.h"

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
        fputs("what follows the first server, or the services", out);
}

/* Of what was not read whole, a difference tells little. */
static int state_of(const adscp_forest *then)
{
    return adscp_forest_complete(then) == 1 ? CLI_CHECK_WARNING
                                            : CLI_CHECK_UNKNOWN;
}

/* The file as people name it. */
static const char *name_of(const struct check *check)
{
    const char *slash = strrchr(check->cli->since, '/');

    return slash != NULL ? slash + 1 : check->cli->since;
}

/* --------------------------------------------------------------- asking -- */

/* Ask about this forest, and what was seen of it. False: reported. */
static bool ask_about(const struct cli *cli, const adscp_forest *forest,
                      const adscp_sightings *seen)
{
    int rc;

    adscp_predictor_set_sightings(cli->predictor, seen);
    rc = adscp_predictor_set_forest(cli->predictor, forest);
    if (rc == ADSCP_OK)
        return true;
    cli_name_failure(rc);
    cli_fail("%s", adscp_predictor_error_detail(cli->predictor));
    return false;
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

/* ----------------------------------------------------------- one client -- */

static bool predict(const struct cli *cli, adscp_prediction **out)
{
    if (cli_predict(cli, out) != ADSCP_OK)
        return false;
    if (adscp_prediction_prepare(*out) == ADSCP_OK)
        return true;
    cli_fail("out of memory");
    return false;
}

static void tell_client(struct check *check, int state,
                        const adscp_prediction *before,
                        const adscp_prediction *after)
{
    if (adscp_prediction_compare(before, after) == ADSCP_COMPARISON_CHANGE_SAME)
        return;
    fprintf(check->out, "changed since %s: ", name_of(check));
    say_difference(check->out, before, after);
    fputs(", ", check->out);
    check_raise(check, state);
}

/* What was seen counts where both looked. */
static bool compare_clients(struct check *check, const adscp_forest *then,
                            const adscp_sightings *seen)
{
    const struct cli *cli = check->cli;
    const adscp_forest *now = adscp_prediction_forest(check->answer);
    const adscp_sightings *seen_then = adscp_forest_sightings(then);
    bool both = seen != NULL && seen_then != NULL;
    adscp_prediction *before = NULL, *after = NULL;
    bool done;

    done = is_same_forest(check, then, now) &&
           ask_about(cli, then, both ? seen_then : NULL) &&
           predict(cli, &before);
    if (done && seen != NULL && !both)
        done = ask_about(cli, now, NULL) && predict(cli, &after);
    if (done)
        tell_client(check, state_of(then), before,
                    after != NULL ? after : check->answer);
    adscp_prediction_free(before);
    adscp_prediction_free(after);
    return done;
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

static bool tell_everybody(struct check *check, int state,
                           const adscp_coverage *before,
                           const adscp_coverage *after)
{
    adscp_comparison *moves = NULL;
    int rc = adscp_coverage_compare(before, after, &moves);
    int count = adscp_comparison_move_count(moves);

    if (rc != ADSCP_OK) {
        cli_fail("%s", adscp_error_text(rc));
        return false;
    }
    if (count > 0) {
        fprintf(check->out,
                "%d pair%s of site and mailbox changed since %s, the worst: ",
                count, count == 1 ? "" : "s", name_of(check));
        say_move(check, moves, worst_move(moves));
        fputs(", ", check->out);
        check_raise(check, state);
    }
    adscp_comparison_free(moves);
    return true;
}

static bool compare_everybody(struct check *check, const adscp_forest *then,
                              const adscp_sightings *seen)
{
    const struct cli *cli = check->cli;
    const adscp_coverage *covered = check->sites->view->coverage;
    const adscp_forest *now =
        adscp_prediction_forest(adscp_coverage_class_prediction(covered, 0));
    const adscp_sightings *seen_then = adscp_forest_sightings(then);
    bool both = seen != NULL && seen_then != NULL;
    adscp_coverage *before = NULL, *after = NULL;
    bool done;

    done = is_same_forest(check, then, now) &&
           ask_about(cli, then, both ? seen_then : NULL) &&
           coverage_cover_whole(cli, &before);
    if (done && seen != NULL && !both)
        done = ask_about(cli, now, NULL) && coverage_cover_whole(cli, &after);
    done = done && tell_everybody(check, state_of(then), before,
                                  after != NULL ? after : covered);
    adscp_coverage_free(before);
    adscp_coverage_free(after);
    return done;
}

/* ------------------------------------------------------------------------ */

void check_since(struct check *check, const adscp_sightings *seen)
{
    adscp_forest *then = NULL;

    if (check->cli->since == NULL)
        return;
    check->stopped =
        cli_read_file(check->cli, check->cli->since, &then) != CLI_DONE ||
        !(check->sites != NULL ? compare_everybody(check, then, seen)
                               : compare_clients(check, then, seen));
    if (!check->stopped && adscp_forest_complete(then) != 1) {
        fprintf(check->out, "%s is incomplete, ", name_of(check));
        check_raise(check, CLI_CHECK_UNKNOWN);
    }
    adscp_predictor_set_sightings(check->cli->predictor, NULL);
    adscp_forest_free(then);
}
