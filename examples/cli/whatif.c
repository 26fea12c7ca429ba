/* SPDX-License-Identifier: MIT */
/*
 * The command `whatif`: the coverage before a change and after each of its
 * steps. Only three coverages are there at a time: that of the beginning, and
 * those around a step.
 */
#include "whatif.h"

#include <stdlib.h>
#include <string.h>

#include "command.h"

bool whatif_ready(struct cli *cli)
{
    if (cli->plan_count == 0) {
        cli_fail("say what changes: --step 'STEP', --plan FILE or --changes "
                 "FILE; \"adscp help whatif\" lists the steps");
        return false;
    }
    if (adscp_reader_set_keep_entries(cli->reader, 1) != ADSCP_OK) {
        cli_fail("out of memory");
        return false;
    }
    return true;
}

const char *whatif_keep(struct whatif *whatif, char *text)
{
    char **rows =
        realloc(whatif->pool, (whatif->pool_count + 1) * sizeof(*rows));

    if (rows != NULL)
        whatif->pool = rows;
    if (rows == NULL || text == NULL) {
        whatif->failed = true;
        free(text);
        return "";
    }
    rows[whatif->pool_count++] = text;
    return text;
}

void *whatif_grow(struct whatif *whatif, void *rows, size_t count, size_t size)
{
    if ((count & (count - 1)) == 0) /* a power of two, or none */
        rows = realloc(rows, (count > 0 ? 2 * count : 1) * size);
    whatif->failed |= rows == NULL;
    return rows;
}

bool whatif_add_cell(struct whatif *whatif, struct whatif_cells *cells,
                     const struct whatif_cell *cell)
{
    struct whatif_cell *rows =
        whatif_grow(whatif, cells->rows, cells->count, sizeof(*rows));

    if (rows == NULL)
        return false;
    cells->rows = rows;
    rows[cells->count++] = *cell;
    return true;
}

/* ----------------------------------------------------------------- steps -- */

static int mark_gone(struct whatif *whatif, const struct whatif_cell *cell)
{
    if (cell->gone)
        whatif->homes[cell->home].gone = true;
    return cell->gone;
}

static bool add_step(struct whatif *whatif, const adscp_comparison *comparison,
                     int gone)
{
    struct whatif_step *rows = realloc(
        whatif->steps, ((size_t)whatif->step_count + 1) * sizeof(*rows));

    if (rows == NULL)
        return false;
    whatif->steps = rows;
    rows[whatif->step_count++] = (struct whatif_step){
        .worse =
            adscp_comparison_count(comparison, ADSCP_COMPARISON_CHANGE_WORSE),
        .better =
            adscp_comparison_count(comparison, ADSCP_COMPARISON_CHANGE_BETTER),
        .gone = gone,
        .mailboxes_worse = whatif_count_mailboxes(
            whatif, comparison, ADSCP_COMPARISON_CHANGE_WORSE)};
    return true;
}

/* What is told of a cell later on. */
static bool keep_cell(struct whatif *whatif, struct compared *compared,
                      int move, int step, const struct whatif_cell *cell,
                      struct whatif_cells *cells)
{
    if (whatif->cli->json)
        return whatif_keep_move(whatif, &whatif->moves, compared, move, step,
                                cell);
    return whatif->is_short || whatif_add_cell(whatif, cells, cell);
}

/* From the step before to this one. */
bool whatif_tell_change(struct whatif *whatif, int step)
{
    struct compared compared = {.comparison = NULL};
    struct whatif_cells cells = {.count = 0};
    int i, count, gone = 0;
    bool ok = whatif_compare(whatif, whatif->before, whatif->after, &compared);

    count = adscp_comparison_move_count(compared.comparison);
    for (i = 0; ok && i < count; i++) {
        struct whatif_cell cell;

        if (whatif->is_short && !whatif_is_gone(&compared, i))
            continue;
        cell = whatif_cell_of(whatif, &compared, i);
        gone += mark_gone(whatif, &cell);
        ok = keep_cell(whatif, &compared, i, step, &cell, &cells);
    }
    ok = ok && add_step(whatif, compared.comparison, gone);
    if (ok && !whatif->cli->json && !whatif->is_short)
        whatif_tell_step(whatif, &cells, step);
    free(cells.rows);
    whatif_compared_free(&compared);
    return ok && !whatif->failed;
}

/* ------------------------------------------------------------------ runs -- */

static int compare_places(const struct whatif_cell *a,
                          const struct whatif_cell *b)
{
    return a->site != b->site ? a->site - b->site : a->home - b->home;
}

static int sort_places(const void *a, const void *b)
{
    const struct whatif_cell *left = a, *right = b;
    int order = compare_places(left, right);

    return order != 0 ? order : left->to - right->to;
}

/* Does it go on so, for some of those mailboxes at least? */
static bool goes_on(const struct whatif_cell *old, struct whatif_cells *now,
                    size_t first)
{
    bool found = false;
    size_t k;

    for (k = first; k < now->count && compare_places(&now->rows[k], old) == 0;
         k++) {
        struct whatif_cell *row = &now->rows[k];

        if (strcmp(row->after, old->after) != 0)
            continue;
        if (old->from < row->from)
            row->from = old->from;
        found = true;
    }
    return found;
}

/* What was worse before this step, and is not any more, or differently. */
static void close_runs(struct whatif *whatif, struct whatif_cells *now,
                       int step)
{
    size_t i, k = 0;

    for (i = 0; i < whatif->open.count; i++) {
        struct whatif_cell *old = &whatif->open.rows[i];

        while (k < now->count && compare_places(&now->rows[k], old) < 0)
            k++;
        if (goes_on(old, now, k))
            continue;
        old->to_step = step - 1;
        whatif_add_cell(whatif, &whatif->runs, old);
    }
}

/* Nearly always they are in order already. */
static void sort_cells(struct whatif_cells *cells)
{
    size_t i = 1;

    while (i < cells->count &&
           sort_places(&cells->rows[i - 1], &cells->rows[i]) <= 0)
        i++;
    if (i < cells->count)
        qsort(cells->rows, cells->count, sizeof(*cells->rows), sort_places);
}

/* From the beginning to this step, in words. */
static bool follow_runs(struct whatif *whatif)
{
    struct compared compared = {.users = true};
    struct whatif_cells now = {.count = 0};
    int step = whatif->step_count, i, count;
    bool ok = whatif_compare(whatif, whatif->start, whatif->after, &compared);
    const adscp_comparison *comparison = compared.comparison;

    count = adscp_comparison_move_count(comparison);
    for (i = 0; ok && i < count; i++) {
        struct whatif_cell cell;

        if (adscp_comparison_move_change(comparison, i) !=
            ADSCP_COMPARISON_CHANGE_WORSE)
            continue;
        cell = whatif_cell_of(whatif, &compared, i);
        cell.from = step;
        ok = whatif_add_cell(whatif, &now, &cell);
    }
    if (ok) {
        sort_cells(&now);
        close_runs(whatif, &now, step);
    }
    free(whatif->open.rows);
    whatif->open = now;
    whatif_compared_free(&compared);
    return ok && !whatif->failed;
}

/* A document tells step by step: of the beginning it only has to know whether
 * anything was ever worse. */
static bool compare_with_start(struct whatif *whatif)
{
    adscp_comparison *comparison = NULL;

    if (!whatif->cli->json)
        return follow_runs(whatif);
    if (whatif->is_worse)
        return true;
    if (adscp_coverage_compare(whatif->start, whatif->after, &comparison) !=
        ADSCP_OK)
        return false;
    whatif->is_worse =
        adscp_comparison_count(comparison, ADSCP_COMPARISON_CHANGE_WORSE) > 0;
    adscp_comparison_free(comparison);
    return true;
}

/* What lasts at the end. */
static bool end_runs(struct whatif *whatif)
{
    struct compared compared = {.comparison = NULL};
    bool ok = whatif_compare(whatif, whatif->start, whatif->before, &compared);
    const adscp_comparison *comparison = compared.comparison;
    size_t k;
    int i;

    if (ok)
        whatif_balance(whatif, comparison);
    for (i = 0; ok && i < adscp_comparison_move_count(comparison); i++) {
        int change = adscp_comparison_move_change(comparison, i);
        struct whatif_cell cell;

        cell = whatif_cell_of(whatif, &compared, i);
        whatif->end.gone += cell.gone;
        whatif->end.better += change == ADSCP_COMPARISON_CHANGE_BETTER;
        if (change != ADSCP_COMPARISON_CHANGE_WORSE)
            continue;
        whatif->end.worse++;
        if (whatif->cli->json)
            ok = whatif_keep_move(whatif, &whatif->lasting_moves, &compared, i,
                                  -1, &cell);
    }
    for (k = 0; k < whatif->open.count; k++) {
        whatif->open.rows[k].to_step = whatif->step_count;
        whatif->open.rows[k].lasts = true;
        whatif_add_cell(whatif, &whatif->runs, &whatif->open.rows[k]);
    }
    whatif_compared_free(&compared);
    return ok && !whatif->failed;
}

/* ----------------------------------------------------------------- plans -- */

/* After the step that was added last. The exit status. */
static int look_at_step(struct whatif *whatif)
{
    const struct cli *cli = whatif->cli;

    if (adscp_predictor_set_plan(cli->predictor, whatif->plan) != ADSCP_OK)
        return cli_fail("%s", adscp_predictor_error_detail(cli->predictor));
    if (coverage_cover(cli, &whatif->after) != ADSCP_OK)
        return cli_fail("only the first %d of the steps were looked at",
                        whatif->step_count);
    if (!whatif_tell_change(whatif, whatif->step_count + 1) ||
        !compare_with_start(whatif))
        return cli_fail("out of memory");
    if (whatif->before != whatif->start)
        adscp_coverage_free(whatif->before);
    whatif->before = whatif->after;
    whatif->after = NULL;
    return CLI_DONE;
}

static int fail_plan(const struct whatif *whatif, int rc, const char *place)
{
    cli_name_failure(rc);
    return cli_fail("%s%s", place, adscp_plan_error_detail(whatif->plan));
}

static int take_step(struct whatif *whatif, const char *step, const char *place)
{
    int rc = adscp_plan_add_step(whatif->plan, step);

    return rc == ADSCP_OK ? look_at_step(whatif) : fail_plan(whatif, rc, place);
}

/* The steps of a file, one by one. */
static int take_file(struct whatif *whatif, const char *path)
{
    int rc = adscp_plan_open_file(whatif->plan, path), status = CLI_DONE;

    if (rc != ADSCP_OK)
        return fail_plan(whatif, rc, "--plan: ");
    while (status == CLI_DONE) {
        rc = adscp_plan_add_next(whatif->plan);
        if (rc != ADSCP_OK)
            return fail_plan(whatif, rc, "");
        if (adscp_plan_step_count(whatif->plan) == whatif->step_count)
            break;
        status = look_at_step(whatif);
    }
    return status;
}

static int take_changes(struct whatif *whatif, const char *path)
{
    int rc = adscp_plan_add_changes_file(whatif->plan, path);

    return rc == ADSCP_OK ? look_at_step(whatif)
                          : fail_plan(whatif, rc, "--changes: ");
}

static int take_all(struct whatif *whatif)
{
    const struct cli *cli = whatif->cli;
    int status = CLI_DONE, i;

    for (i = 0; i < cli->plan_count && status == CLI_DONE; i++) {
        const struct plan_part *part = &cli->plan[i];

        status = part->kind == PLAN_STEP
                     ? take_step(whatif, part->text, "--step: ")
                 : part->kind == PLAN_FILE ? take_file(whatif, part->text)
                                           : take_changes(whatif, part->text);
    }
    return status;
}

/* ------------------------------------------------------------------- run -- */

void whatif_clear(struct whatif *whatif)
{
    size_t i;
    int k;

    for (i = 0; i < whatif->pool_count; i++)
        free(whatif->pool[i]);
    for (i = 0; i < whatif->line_count; i++)
        free(whatif->lines[i].text);
    for (k = 0; k < whatif->site_count; k++)
        free(whatif->sites[k]);
    for (k = 0; k < whatif->home_count; k++) {
        free(whatif->homes[k].dn);
        free(whatif->homes[k].name);
        free(whatif->homes[k].version);
        free(whatif->homes[k].site);
    }
    if (whatif->before != whatif->start)
        adscp_coverage_free(whatif->before);
    adscp_coverage_free(whatif->after);
    adscp_coverage_free(whatif->start);
    adscp_plan_free(whatif->plan);
    whatif_moves_free(&whatif->moves);
    whatif_moves_free(&whatif->lasting_moves);
    free(whatif->pool);
    free(whatif->lines);
    free(whatif->sites);
    free(whatif->homes);
    free(whatif->steps);
    free(whatif->open.rows);
    free(whatif->runs.rows);
}

static bool begin(struct whatif *whatif, const adscp_forest *forest)
{
    const struct cli *cli = whatif->cli;

    whatif->plan = adscp_plan_new();
    return whatif->plan != NULL &&
           adscp_plan_set_forest(whatif->plan, forest) == ADSCP_OK &&
           adscp_plan_set_time(whatif->plan, cli->time) == ADSCP_OK &&
           adscp_predictor_set_profile(cli->predictor, cli->profile) ==
               ADSCP_OK;
}

/* What nobody counted may be mailboxes. */
static bool loses_homes(const struct whatif *whatif)
{
    int i;

    for (i = 0; i < whatif->home_count; i++)
        if (whatif->homes[i].gone)
            return true;
    return false;
}

static int tell(struct whatif *whatif)
{
    int64_t start = cli_clock_ns();
    int status;

    if (!end_runs(whatif))
        return cli_fail("out of memory");
    if (!whatif->cli->json)
        whatif_tell_runs(whatif);
    status = cli_print(whatif->cli,
                       whatif->failed      ? NULL
                       : whatif->cli->json ? whatif_json(whatif)
                                           : page_write(whatif_print, whatif),
                       start);
    if (status != CLI_DONE)
        return status;
    if (whatif->is_worse || whatif->runs.count > 0 || loses_homes(whatif))
        return CLI_ALERT;
    return adscp_coverage_complete(whatif->start) == 1 &&
                   adscp_coverage_looked(whatif->start) != 0
               ? CLI_DONE
               : CLI_PARTIAL;
}

int whatif_run(const struct cli *cli, const adscp_forest *forest)
{
    struct report report = {.cli = cli, .time = cli->time};
    struct whatif whatif = {.cli = cli,
                            .is_short = cli->brief && !cli->json,
                            .document = {.report = &report}};
    adscp_sightings *sightings = NULL;
    int status = CLI_LOCAL, rc;

    if (!begin(&whatif, forest)) {
        cli_fail("out of memory");
        goto out;
    }
    rc = coverage_cover(cli, &whatif.start);
    if (rc == ADSCP_OK && cli->observe)
        rc = coverage_look(cli, &whatif.start, &sightings);
    if (rc == ADSCP_E_CANCELLED)
        status = CLI_INTERRUPTED;
    if (rc != ADSCP_OK)
        goto out;
    whatif.before = whatif.start;
    status = take_all(&whatif);
    if (status == CLI_DONE)
        status = plan_files_write(cli, whatif.plan);
    if (status == CLI_DONE)
        status = tell(&whatif);
out:
    whatif_clear(&whatif);
    adscp_sightings_free(sightings);
    return status;
}
