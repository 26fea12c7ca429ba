/* SPDX-License-Identifier: MIT */
/*
 * The prediction that `list`, `predict` and `check` are about, made again by
 * what was seen where servers are looked at.
 */
#include "cli.h"

/* The other client that an administrator thinks of: the words show Outlook and
 * the EWS Managed API side by side. */
static int other_profile(const struct cli *cli)
{
    if (cli->json || cli->csv || cli->brief)
        return -1;
    switch (cli->profile) {
    case ADSCP_PROFILE_OUTLOOK:
        return ADSCP_PROFILE_EWS;
    case ADSCP_PROFILE_EWS:
        return ADSCP_PROFILE_OUTLOOK;
    default:
        return -1;
    }
}

/* What is printed is made before its first word, so that nobody takes lack of
 * memory for absence. A list may have 50,000 rows, which words show little of;
 * as JSON or CSV, each is made when it is written. There, what counts them is
 * made. */
static bool is_whole(const struct cli *cli, const adscp_prediction *answer)
{
    if (cli->command != CLI_LIST)
        return adscp_prediction_prepare(answer) == ADSCP_OK;
    return adscp_prediction_finding_count(answer) >= 0 &&
           (adscp_prediction_candidate_count(answer) == 0 ||
            adscp_prediction_candidate(answer, 0) != NULL);
}

int cli_predict(const struct cli *cli, adscp_prediction **out)
{
    int rc = adscp_predictor_set_timeout_ms(cli->predictor, cli_left_ms(cli));

    if (rc == ADSCP_OK)
        rc = adscp_predictor_predict(cli->predictor, out);
    if (rc == ADSCP_OK)
        return rc;
    cli_name_failure(rc);
    cli_fail_hinted(cli, rc, adscp_predictor_error_detail(cli->predictor));
    return rc;
}

static int predict(const struct cli *cli, int profile, adscp_prediction **out)
{
    int64_t start = cli_clock_ns();
    int rc = adscp_predictor_set_profile(cli->predictor, profile);
    char phase[32];

    if (rc == ADSCP_OK)
        rc = cli_predict(cli, out);
    if (rc == ADSCP_OK && !is_whole(cli, *out)) {
        rc = ADSCP_E_NOMEM;
        cli_fail("%s", adscp_error_text(rc));
    }
    snprintf(phase, sizeof(phase), "predict %s", adscp_profile_name(profile));
    cli_timing(cli, phase, start);
    return rc;
}

/* ... which only a look could tell. */
bool answer_needs_domain(const adscp_prediction *answer)
{
    int i = adscp_prediction_hop_count(answer) - 1;

    while (i > 0 &&
           adscp_hop_via(adscp_prediction_hop(answer, i)) != ADSCP_HOP_VIA_SCP)
        i--;
    return i >= 0 && story_is_dead(adscp_prediction_hop(answer, i)) &&
           adscp_prediction_domain(answer) != NULL &&
           adscp_prediction_complete(answer) == 1;
}

/* The hosts that a first answer names are looked at, and the answer is given
 * again by what was seen. */
static int look_once(const struct cli *cli, adscp_prediction **givenp,
                     adscp_sightings **sightingsp)
{
    int rc = adscp_observer_add_prediction(cli->observer, *givenp);

    if (rc != ADSCP_OK)
        cli_fail("%s", adscp_observer_error_detail(cli->observer));
    if (rc == ADSCP_OK)
        rc = cli_look(cli, sightingsp);
    if (rc != ADSCP_OK)
        return rc;
    adscp_predictor_set_sightings(cli->predictor, *sightingsp);
    adscp_prediction_free(*givenp);
    *givenp = NULL;
    return predict(cli, cli->profile, givenp);
}

static int judge_seen(const struct cli *cli, adscp_alerts **verdictsp)
{
    int rc = adscp_predictor_judge_sightings(cli->predictor, verdictsp);

    if (rc != ADSCP_OK)
        cli_fail("%s", adscp_predictor_error_detail(cli->predictor));
    return rc;
}

static int look_again(const struct cli *cli, adscp_prediction **givenp,
                      adscp_sightings **sightingsp, adscp_alerts **verdictsp)
{
    int rc = look_once(cli, givenp, sightingsp);

    if (rc == ADSCP_OK && answer_needs_domain(*givenp)) {
        adscp_sightings_free(*sightingsp);
        *sightingsp = NULL;
        rc = look_once(cli, givenp, sightingsp);
    }
    if (rc != ADSCP_OK)
        return rc;
    return judge_seen(cli, verdictsp);
}

int cli_answer_status(const struct report *report)
{
    const adscp_prediction *answer = report->answer;
    int candidates = adscp_prediction_candidate_count(answer);

    if (candidates < 0)
        return cli_fail("out of memory");
    if (!adscp_prediction_complete(answer) ||
        adscp_prediction_looked(answer) == 0)
        return CLI_PARTIAL;
    if (candidates == 0)
        return CLI_NOTHING;
    return steps_skip_scps(answer) && adscp_prediction_hop_count(answer) == 0
               ? CLI_NOTHING
               : CLI_DONE;
}

int cli_answer(const struct cli *cli, bool compares,
               int (*tell)(const struct report *report))
{
    adscp_prediction *given = NULL, *rival = NULL;
    adscp_sightings *sightings = NULL;
    adscp_alerts *verdicts = NULL;
    int other = compares ? other_profile(cli) : -1;
    struct report report = {.cli = cli, .time = cli->time};
    int status = CLI_LOCAL, rc;

    if (predict(cli, cli->profile, &given) != ADSCP_OK)
        goto out;
    rc = cli->observe        ? look_again(cli, &given, &sightings, &verdicts)
         : cli->kept != NULL ? judge_seen(cli, &verdicts)
                             : ADSCP_OK;
    if (rc == ADSCP_E_CANCELLED)
        status = CLI_INTERRUPTED;
    if (rc != ADSCP_OK)
        goto out;
    if (other >= 0 && predict(cli, other, &rival) != ADSCP_OK)
        goto out;
    report.answer = given;
    report.rival = rival;
    report.sightings = cli->observe ? sightings : cli->kept;
    report.verdicts = verdicts;
    status = tell(&report);
out:
    adscp_alerts_free(verdicts);
    adscp_sightings_free(sightings);
    adscp_prediction_free(rival);
    adscp_prediction_free(given);
    return status;
}
