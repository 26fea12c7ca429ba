/* SPDX-License-Identifier: MIT */
/*
 * The command `coverage`: what the clients of every AD site meet, by the place
 * of the mailbox.
 */
#include "coverage.h"

#include <stdlib.h>
#include <string.h>

#include "command.h"

/* ----------------------------------------------------------------- cells -- */

bool coverage_shows(const struct coverage_view *view, int site)
{
    return view->site < 0 || view->site == site;
}

bool coverage_is_cell(const struct coverage_view *view, int site, int home,
                      int row)
{
    return adscp_coverage_cell(view->coverage, site, home) == row;
}

const char *coverage_home_name(const adscp_coverage *coverage, int home)
{
    const adscp_server *server = adscp_coverage_home_server(coverage, home);

    return server != NULL ? adscp_server_name(server)
                          : adscp_coverage_home_kind_name(
                                adscp_coverage_home_kind(coverage, home));
}

const char *home_words(int kind, const char *name, const char *nobody)
{
    if (kind == ADSCP_COVERAGE_HOME_KIND_REMOTE)
        return "Microsoft 365";
    return kind == ADSCP_COVERAGE_HOME_KIND_NONE || name == NULL ? nobody
                                                                 : name;
}

const char *coverage_home_words(const struct coverage_view *view, int home,
                                const char *nobody)
{
    return home_words(adscp_coverage_home_kind(view->coverage, home),
                      coverage_home_name(view->coverage, home), nobody);
}

int coverage_outcome(const adscp_prediction *answer)
{
    return adscp_alert_outcome(adscp_prediction_alert(answer));
}

/* ------------------------------------------------------------------ view -- */

/* A server on the way does not serve this mailbox. */
static bool is_refused(const adscp_prediction *answer)
{
    return adscp_prediction_refusal(answer) > ADSCP_REFUSAL_NONE;
}

static bool is_wanted(const struct coverage_view *view, int row)
{
    const adscp_prediction *answer =
        adscp_coverage_class_prediction(view->coverage, row);

    return !view->cli->only_alerts ||
           coverage_outcome(answer) >= ADSCP_ALERT_OUTCOME_UNCERTAIN ||
           adscp_prediction_doubtful(answer) == 1 || caveat_breaks(answer) ||
           is_refused(answer);
}

static void show(struct coverage_view *view, int row)
{
    if (view->numbers[row] >= 0 || !is_wanted(view, row))
        return;
    view->numbers[row] = view->count;
    view->classes[view->count++] = row;
}

/* Of the one site the classes that its cells have; else all of them. */
static void find_shown(struct coverage_view *view)
{
    int i, count = adscp_coverage_class_count(view->coverage);

    for (i = 0; i < count; i++)
        view->numbers[i] = -1;
    if (view->site < 0)
        for (i = 0; i < count; i++)
            show(view, i);
    else
        for (i = 0; i < adscp_coverage_home_count(view->coverage); i++)
            show(view, adscp_coverage_cell(view->coverage, view->site, i));
}

/* A class to be sorted. */
struct rank {
    int row;
    int badness; /* enum verdict_rank */
    int outcome;
    bool circles;
    int doubtful;
    bool refused;
    int64_t changes_on; /* INT64_MAX: it stays, or is bad already */
    int sites;
};

static int compare(const void *a, const void *b)
{
    const struct rank *left = a, *right = b;

    if (left->badness != right->badness)
        return right->badness - left->badness;
    if (left->outcome != right->outcome)
        return right->outcome - left->outcome;
    if (left->circles != right->circles)
        return right->circles - left->circles;
    if (left->doubtful != right->doubtful)
        return right->doubtful - left->doubtful;
    if (left->refused != right->refused)
        return right->refused - left->refused;
    if (left->changes_on != right->changes_on)
        return left->changes_on < right->changes_on ? -1 : 1;
    if (left->sites != right->sites)
        return right->sites - left->sites;
    return left->row - right->row;
}

static bool sort(struct coverage_view *view)
{
    struct rank *ranks = calloc((size_t)view->count + 1, sizeof(*ranks));
    int i;

    if (ranks == NULL)
        return false;
    for (i = 0; i < view->count; i++) {
        int row = view->classes[i];
        const adscp_prediction *answer =
            adscp_coverage_class_prediction(view->coverage, row);

        ranks[i] =
            (struct rank){row,
                          (int)verdict_rank(answer),
                          coverage_outcome(answer),
                          caveat_nowhere(answer),
                          adscp_prediction_doubtful(answer),
                          is_refused(answer),
                          adscp_prediction_changes_on(answer),
                          adscp_coverage_class_site_count(view->coverage, row)};
        if (ranks[i].changes_on < 0 ||
            ranks[i].outcome >= ADSCP_ALERT_OUTCOME_ALERT)
            ranks[i].changes_on = INT64_MAX;
    }
    qsort(ranks, (size_t)view->count, sizeof(*ranks), compare);
    for (i = 0; i < view->count; i++)
        view->classes[i] = ranks[i].row;
    free(ranks);
    return true;
}

static bool make_view(struct coverage_view *view)
{
    size_t count = (size_t)adscp_coverage_class_count(view->coverage);

    view->classes = calloc(count, sizeof(*view->classes));
    view->numbers = calloc(count, sizeof(*view->numbers));
    if (view->classes == NULL || view->numbers == NULL)
        return false;
    find_shown(view);
    return sort(view);
}

/* ------------------------------------------------------------------ site -- */

/* The library knows which sites there are, and says so where this is none. */
static bool check_site(const struct cli *cli)
{
    adscp_prediction *answer = NULL;

    if (cli->site == NULL)
        return true;
    if (cli_predict(cli, &answer) != ADSCP_OK)
        return false;
    adscp_prediction_free(answer);
    return true;
}

static bool find_site(struct coverage_view *view)
{
    const char *wanted = view->cli->site;
    int i, count = adscp_coverage_site_count(view->coverage) - 1;

    view->site = -1;
    for (i = 0; i < count && wanted != NULL && view->site < 0; i++)
        if (page_compare(adscp_coverage_site(view->coverage, i), wanted) == 0)
            view->site = i;
    if (wanted == NULL || view->site >= 0)
        return true;
    cli_fail("no site object was read for %s, and no SCP names it: its "
             "clients meet what those of an unknown site meet",
             wanted);
    return false;
}

/* ----------------------------------------------------------------- cover -- */

int coverage_cover(const struct cli *cli, adscp_coverage **out)
{
    int64_t start = cli_clock_ns();
    int rc = adscp_predictor_set_timeout_ms(cli->predictor, cli_left_ms(cli));

    if (rc == ADSCP_OK)
        rc = adscp_predictor_cover(cli->predictor, out);
    cli_timing(cli, "cover", start);
    if (rc == ADSCP_OK)
        return rc;
    cli_name_failure(rc);
    cli_fail("%s", adscp_predictor_error_detail(cli->predictor));
    if (rc == ADSCP_E_TIMEOUT)
        cli_fail("hint: --timeout gives more time");
    return rc;
}

bool coverage_cover_whole(const struct cli *cli, adscp_coverage **out)
{
    if (coverage_cover(cli, out) != ADSCP_OK)
        return false;
    if (adscp_coverage_prepare(*out) == ADSCP_OK)
        return true;
    cli_fail("out of memory");
    return false;
}

static int look_once(const struct cli *cli, adscp_coverage **coveragep,
                     adscp_sightings **sightingsp)
{
    int i, rc = ADSCP_OK, count = adscp_coverage_class_count(*coveragep);

    for (i = 0; i < count && rc == ADSCP_OK; i++)
        rc = adscp_observer_add_prediction(
            cli->observer, adscp_coverage_class_prediction(*coveragep, i));
    if (rc != ADSCP_OK) {
        cli_fail("%s", adscp_observer_error_detail(cli->observer));
        return rc;
    }
    rc = cli_look(cli, sightingsp);
    if (rc != ADSCP_OK)
        return rc;
    adscp_predictor_set_sightings(cli->predictor, *sightingsp);
    adscp_coverage_free(*coveragep);
    *coveragep = NULL;
    return coverage_cover(cli, coveragep);
}

/* Of some class no SCP's server answers, so that the mail domain comes next. */
static bool needs_domain(const adscp_coverage *coverage)
{
    int i, count = adscp_coverage_class_count(coverage);

    for (i = 0; i < count; i++)
        if (answer_needs_domain(adscp_coverage_class_prediction(coverage, i)))
            return true;
    return false;
}

/* Every host of every class once, and the answers again by what was seen. */
int coverage_look(const struct cli *cli, adscp_coverage **coveragep,
                  adscp_sightings **sightingsp)
{
    int rc = look_once(cli, coveragep, sightingsp);

    if (rc != ADSCP_OK || !needs_domain(*coveragep))
        return rc;
    adscp_sightings_free(*sightingsp);
    *sightingsp = NULL;
    return look_once(cli, coveragep, sightingsp);
}

static bool has_alert(const struct coverage_view *view)
{
    int i;

    for (i = 0; i < view->count; i++)
        if (verdict_is_alarming(adscp_coverage_class_prediction(
                view->coverage, view->classes[i])))
            return true;
    return false;
}

int coverage_status(const struct coverage_view *view)
{
    if (has_alert(view))
        return CLI_ALERT;
    return adscp_coverage_complete(view->coverage) == 1 &&
                   coverage_census_complete(view) &&
                   adscp_coverage_looked(view->coverage) != 0
               ? CLI_DONE
               : CLI_PARTIAL;
}

int coverage_answer(const struct cli *cli,
                    int (*tell)(const struct coverage_view *view))
{
    struct coverage_view view = {.cli = cli};
    adscp_coverage *coverage = NULL;
    adscp_sightings *sightings = NULL;
    int status = CLI_LOCAL, rc;

    if (adscp_predictor_set_profile(cli->predictor, cli->profile) != ADSCP_OK)
        return cli_fail("out of memory");
    if (!check_site(cli) || coverage_cover(cli, &coverage) != ADSCP_OK)
        goto out;
    rc = cli->observe ? coverage_look(cli, &coverage, &sightings) : ADSCP_OK;
    if (rc == ADSCP_E_CANCELLED)
        status = CLI_INTERRUPTED;
    if (rc != ADSCP_OK)
        goto out;
    view.coverage = coverage;
    view.sightings = cli->observe ? sightings : cli->kept;
    if (!find_site(&view))
        goto out;
    if (make_view(&view) && adscp_coverage_prepare(coverage) == ADSCP_OK)
        status = tell(&view);
    else
        status = cli_fail("out of memory");
out:
    free(view.classes);
    free(view.numbers);
    adscp_sightings_free(sightings);
    adscp_coverage_free(coverage);
    return status;
}

static int tell(const struct coverage_view *view)
{
    const struct cli *cli = view->cli;
    int64_t start = cli_clock_ns();
    char *text = cli->json  ? coverage_json(view)
                 : cli->csv ? coverage_csv(view)
                            : page_write(coverage_print, view);
    int status = cli_print(cli, text, start);

    return status == CLI_DONE ? coverage_status(view) : status;
}

int coverage_run(const struct cli *cli, const adscp_forest *forest)
{
    (void)forest;
    return coverage_answer(cli, tell);
}
