/* SPDX-License-Identifier: MIT */
/*
 * The command `advise`: what helps against the alerts of a coverage. A remedy
 * that is shown is carried out once more, to say whom it helps and what else
 * changes.
 */
#include "advise.h"

#include <stdlib.h>
#include <string.h>

#include "command.h"

bool advise_ready(struct cli *cli)
{
    if (adscp_reader_set_keep_entries(cli->reader, 1) == ADSCP_OK)
        return true;
    cli_fail("out of memory");
    return false;
}

/* ------------------------------------------------------------------ choice --
 */

static bool clears_more(const struct advise *advise, int remedy, bool *done)
{
    int i, count = adscp_advice_remedy_clears_count(advise->advice, remedy);
    bool more = false;

    for (i = 0; i < count; i++) {
        int row = adscp_advice_remedy_clears(advise->advice, remedy, i);

        more = more || !done[row];
        done[row] = true;
    }
    return more;
}

static bool has_step(const adscp_plan *plan, const char *step)
{
    int i, count = adscp_plan_step_count(plan);

    for (i = 0; i < count; i++)
        if (strcmp(adscp_plan_step(plan, i), step) == 0)
            return true;
    return false;
}

static int add_steps(const struct advise *advise, int remedy, adscp_plan *plan)
{
    int i, count = adscp_advice_remedy_step_count(advise->advice, remedy);
    int rc = ADSCP_OK;

    for (i = 0; i < count && rc == ADSCP_OK; i++) {
        const char *step = adscp_advice_remedy_step(advise->advice, remedy, i);

        if (!has_step(plan, step))
            rc = adscp_plan_add_step(plan, step);
    }
    return rc;
}

/* The first remedies that together clear what can be cleared, marked in
 * `chosen`. Each is the smallest change for some answer. */
static bool choose(struct advise *advise)
{
    int rows = adscp_coverage_class_count(advise->view->coverage);
    int i, count = adscp_advice_remedy_count(advise->advice);
    bool *done = calloc((size_t)rows + 1, sizeof(*done));

    advise->chosen = calloc((size_t)count + 1, sizeof(*advise->chosen));
    for (i = 0; done != NULL && advise->chosen != NULL && i < count; i++)
        advise->chosen[i] = clears_more(advise, i, done);
    free(done);
    return done != NULL && advise->chosen != NULL;
}

/* Does everything together make nothing worse? */
static bool is_harmless(const struct advise *advise, const adscp_plan *plan)
{
    const struct cli *cli = advise->view->cli;
    adscp_comparison *comparison = NULL;
    adscp_coverage *after = NULL;
    bool ok = false;

    if (adscp_predictor_set_plan(cli->predictor, plan) == ADSCP_OK &&
        coverage_cover(cli, &after) == ADSCP_OK &&
        adscp_coverage_compare(advise->view->coverage, after, &comparison) ==
            ADSCP_OK)
        ok = adscp_comparison_count(comparison,
                                    ADSCP_COMPARISON_CHANGE_WORSE) == 0;
    adscp_comparison_free(comparison);
    adscp_coverage_free(after);
    return ok;
}

/* The steps of all that were chosen; where they do not go together, of the
 * first one. */
static int write_files(struct advise *advise)
{
    const struct cli *cli = advise->view->cli;
    int i, count = adscp_advice_remedy_count(advise->advice), rc;
    adscp_plan *plan = NULL;
    int status;

    if (cli->ldif_to == NULL && cli->cmdlets_to == NULL)
        return CLI_DONE;
    rc = count > 0 ? adscp_advice_remedy_plan(advise->advice, 0, &plan)
                   : ADSCP_OK; /* no plan: no steps */
    for (i = 1; i < count && rc == ADSCP_OK; i++)
        if (advise->chosen[i])
            rc = add_steps(advise, i, plan);
    if (rc == ADSCP_E_NOMEM)
        return cli_fail("out of memory");
    if (count > 0 && (rc != ADSCP_OK || !is_harmless(advise, plan))) {
        adscp_plan_free(plan);
        plan = NULL;
        memset(advise->chosen + 1, 0, (size_t)count - 1);
        rc = adscp_advice_remedy_plan(advise->advice, 0, &plan);
    }
    status = rc == ADSCP_OK ? plan_files_write(cli, plan)
                            : cli_fail("out of memory");
    adscp_plan_free(plan);
    return status;
}

/* ------------------------------------------------------------------ lines --
 */

/* What the remedy does, as a step of its own. False: out of memory. Where the
 * time is over, nothing is said of it. */
static bool tell_remedy(struct advise *advise, int remedy)
{
    const struct cli *cli = advise->view->cli;
    struct whatif *whatif = &advise->whatif;
    bool ok = true;

    if (adscp_predictor_set_plan(cli->predictor, advise->plans[remedy]) !=
            ADSCP_OK ||
        adscp_predictor_set_timeout_ms(cli->predictor, cli_left_ms(cli)) !=
            ADSCP_OK)
        return false;
    if (adscp_predictor_cover(cli->predictor, &whatif->after) == ADSCP_OK)
        ok = whatif_tell_change(whatif, remedy + 1);
    adscp_coverage_free(whatif->after);
    whatif->after = NULL;
    return ok;
}

static bool make_plans(struct advise *advise)
{
    int i, count = adscp_advice_remedy_count(advise->advice);

    advise->plans = calloc((size_t)count + 1, sizeof(adscp_plan *));
    if (advise->plans == NULL)
        return false;
    for (i = 0; i < count; i++)
        if ((advise->view->cli->json || i < ADVISE_SHOWN) &&
            adscp_advice_remedy_plan(advise->advice, i, &advise->plans[i]) !=
                ADSCP_OK)
            return false;
    return true;
}

static bool tell_remedies(struct advise *advise)
{
    int i, count = adscp_advice_remedy_count(advise->advice);

    for (i = 0; i < count && i < ADVISE_SHOWN; i++)
        if (!tell_remedy(advise, i))
            return false;
    return true;
}

/* -------------------------------------------------------------------- run --
 */

static int status_of(const struct advise *advise)
{
    if (adscp_coverage_complete(advise->view->coverage) != 1 ||
        adscp_advice_complete(advise->advice) != 1 ||
        adscp_sightings_complete(advise->view->sightings) == 0)
        return CLI_PARTIAL;
    return advise_unhelped(advise, false) > 0 ? CLI_NOTHING : CLI_DONE;
}

static int say(struct advise *advise)
{
    const struct cli *cli = advise->view->cli;
    int64_t start = cli_clock_ns();
    bool ok = make_plans(advise) && choose(advise);
    int status = ok ? write_files(advise) : cli_fail("out of memory");
    char *text = NULL;

    if (status != CLI_DONE)
        return status;
    if (cli->json)
        text = advise_json(advise);
    else if (cli->brief || tell_remedies(advise))
        text = page_write(advise_print, advise);
    status = cli_print(cli, text, start);
    return status == CLI_DONE ? status_of(advise) : status;
}

static void clear(struct advise *advise)
{
    int i, count = adscp_advice_remedy_count(advise->advice);

    for (i = 0; i < count && advise->plans != NULL; i++)
        adscp_plan_free(advise->plans[i]);
    free(advise->plans);
    free(advise->chosen);
    advise->whatif.start = advise->whatif.before = NULL; /* not ours */
    whatif_clear(&advise->whatif);
    adscp_advice_free(advise->advice);
}

static int tell(const struct coverage_view *view)
{
    const struct cli *cli = view->cli;
    struct report report = {.cli = cli, .time = cli->time};
    /* whatif only lends the coverage */
    adscp_coverage *start = (adscp_coverage *)(uintptr_t)view->coverage;
    struct advise advise = {.view = view,
                            .whatif = {.cli = cli,
                                       .start = start,
                                       .before = start,
                                       .document = {.report = &report}}};
    int64_t begin = cli_clock_ns();
    int rc = adscp_predictor_set_timeout_ms(cli->predictor, cli_left_ms(cli));
    int status = CLI_LOCAL;

    if (rc == ADSCP_OK)
        rc = adscp_predictor_advise(cli->predictor, view->coverage, -1,
                                    &advise.advice);
    cli_timing(cli, "advise", begin);
    if (rc == ADSCP_OK) {
        status = say(&advise);
    } else {
        cli_name_failure(rc);
        cli_fail("%s", adscp_predictor_error_detail(cli->predictor));
        if (rc == ADSCP_E_CANCELLED)
            status = CLI_INTERRUPTED;
    }
    clear(&advise);
    return status;
}

int advise_run(const struct cli *cli, const adscp_forest *forest)
{
    (void)forest;
    return coverage_answer(cli, tell);
}
