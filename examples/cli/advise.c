/* SPDX-License-Identifier: MIT */
/*
 * The command `advise`: what helps against the alerts of a coverage. A remedy
 * that is shown is carried out once more, to say whom it helps and what else
 * changes.
 */
#include "advise.h"

#include <stdlib.h>

#include "command.h"

bool advise_ready(struct cli *cli)
{
    if (adscp_reader_set_keep_entries(cli->reader, 1) == ADSCP_OK)
        return true;
    cli_fail("out of memory");
    return false;
}

/* The steps of what the headline names; NULL: there are none. */
static int write_files(struct advise *advise)
{
    const struct cli *cli = advise->view->cli;

    return cli->ldif_to != NULL || cli->cmdlets_to != NULL
               ? plan_files_write(cli, advise->plan)
               : CLI_DONE;
}

/* ------------------------------------------------------------------ lines --
 */

/* What the remedy does, as a step of its own. False: out of memory. Where the
 * time is over, nothing is said of it. */
static bool tell_remedy(struct advise *advise, int remedy)
{
    const struct cli *cli = advise->view->cli;
    struct whatif *whatif = &advise->whatif;
    bool ok;
    int rc;

    if (adscp_predictor_set_plan(cli->predictor, advise->plans[remedy]) !=
            ADSCP_OK ||
        adscp_predictor_set_timeout_ms(cli->predictor, cli_left_ms(cli)) !=
            ADSCP_OK)
        return false;
    rc = adscp_predictor_cover(cli->predictor, &whatif->after);
    ok = rc == ADSCP_OK ? whatif_tell_change(whatif, remedy + 1)
                        : rc != ADSCP_E_NOMEM;
    adscp_coverage_free(whatif->after);
    whatif->after = NULL;
    return ok;
}

static bool make_plans(struct advise *advise)
{
    int i, count = adscp_advice_remedy_count(advise->advice);

    advise->plans = calloc((size_t)count + 1, sizeof(adscp_plan *));
    if (advise->plans == NULL ||
        (count > 0 &&
         adscp_advice_plan(advise->advice, &advise->plan) != ADSCP_OK))
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
        adscp_coverage_looked(advise->view->coverage) == 0)
        return CLI_PARTIAL;
    return advise_unhelped(advise, false) > 0 ? CLI_NOTHING : CLI_DONE;
}

static int say(struct advise *advise)
{
    const struct cli *cli = advise->view->cli;
    int64_t start = cli_clock_ns();
    bool ok = make_plans(advise);
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
    adscp_plan_free(advise->plan);
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
