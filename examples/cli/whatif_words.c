/* SPDX-License-Identifier: MIT */
/*
 * What a change does, in words for people: cells that go the same way are one
 * line, and what gets worse comes first.
 */
#include "whatif.h"

#include <stdlib.h>
#include <string.h>

enum { NAMES_SHOWN = 3, LINES_SHOWN = 12 };

/* --------------------------------------------------------------- sorting -- */

/* Where the mailboxes went; -1: they are where they were, or nowhere. */
static int moved_to(const struct whatif_cell *cell)
{
    return cell->to != cell->home ? cell->to : -1;
}

/* What is gone comes right behind what is worse. */
static int weight(const struct whatif_cell *cell)
{
    return cell->gone ? 2 * ADSCP_COMPARISON_CHANGE_BETTER + 1
                      : 2 * cell->change;
}

/* One text often stands for both. */
static int compare_texts(const char *a, const char *b)
{
    return a == b ? 0 : strcmp(a, b);
}

static int compare_kind(const struct whatif_cell *a,
                        const struct whatif_cell *b)
{
    int order = weight(b) - weight(a);

    if (order == 0)
        order = b->lasts - a->lasts;
    if (order == 0)
        order = b->bad - a->bad;
    if (order == 0)
        order =
            a->from != b->from ? a->from - b->from : a->to_step - b->to_step;
    if (order == 0)
        order = moved_to(a) - moved_to(b);
    if (order == 0)
        order = compare_texts(a->after, b->after);
    return order != 0 ? order : compare_texts(a->before, b->before);
}

static int compare_cells(const void *a, const void *b)
{
    const struct whatif_cell *left = a, *right = b;
    int order = compare_kind(left, right);

    if (order == 0)
        order = left->home - right->home;
    return order != 0 ? order : left->site - right->site;
}

/* ---------------------------------------------------------------- groups -- */

/* Cells of one kind: some homes, each at the same sites. */
struct group {
    const struct whatif_cell *cells; /* of the first home */
    size_t sites;
    int homes[NAMES_SHOWN];
    int home_count;
    size_t used; /* cells, of all its homes */
};

static size_t count_sites(const struct whatif_cell *cells, size_t left)
{
    size_t count = 1;

    while (count < left && cells[count].home == cells->home &&
           compare_kind(&cells[count], cells) == 0)
        count++;
    return count;
}

static bool same_sites(const struct whatif_cell *a, const struct whatif_cell *b,
                       size_t count)
{
    size_t i;

    for (i = 0; i < count; i++)
        if (a[i].site != b[i].site)
            return false;
    return true;
}

static struct group take_group(const struct whatif_cell *cells, size_t left)
{
    struct group group = {.cells = cells, .sites = count_sites(cells, left)};
    size_t sites = group.sites;

    while (group.used < left && sites == group.sites &&
           compare_kind(&cells[group.used], cells) == 0 &&
           same_sites(cells, &cells[group.used], sites)) {
        if (group.home_count < NAMES_SHOWN)
            group.homes[group.home_count] = cells[group.used].home;
        group.home_count++;
        group.used += sites;
        if (group.used < left)
            sites = count_sites(&cells[group.used], left - group.used);
    }
    return group;
}

/* ----------------------------------------------------------------- names -- */

static void put_joint(FILE *out, int shown, int count)
{
    if (shown > 0)
        fputs(shown + 1 == count ? " and " : ", ", out);
}

static void put_rest(FILE *out, int shown, int count)
{
    if (count > shown)
        fprintf(out, " and %d more", count - shown);
}

static void put_sites(FILE *out, const struct whatif *whatif,
                      const struct group *group)
{
    int count = (int)group->sites, i;

    if (count == whatif->site_count) {
        fputs("every site", out);
        return;
    }
    for (i = 0; i < count && i < NAMES_SHOWN; i++) {
        const char *name = whatif->sites[group->cells[i].site];

        put_joint(out, i, count);
        fputs(name != NULL ? name : "an unknown site", out);
    }
    put_rest(out, i, count);
}

static const char *words_of(const struct whatif_home *home)
{
    return home_words(home->kind, home->name, "an unknown server");
}

/* "an unknown server" comes last. */
static void put_names(FILE *out, const struct whatif *whatif,
                      const struct group *group)
{
    int i, pass, shown = 0;

    for (pass = 0; pass < 2; pass++)
        for (i = 0; i < group->home_count && i < NAMES_SHOWN; i++) {
            const struct whatif_home *home = &whatif->homes[group->homes[i]];

            if ((home->kind == ADSCP_COVERAGE_HOME_KIND_NONE) != (pass == 1))
                continue;
            put_joint(out, shown++, group->home_count);
            fputs(words_of(home), out);
        }
    put_rest(out, shown, group->home_count);
}

/* `after` is what goes on behind a clause between commas. */
static void put_homes(FILE *out, const struct whatif *whatif,
                      const struct group *group, const char *after)
{
    int to = moved_to(group->cells);

    if (to < 0 && group->home_count == whatif->lived_in) {
        fprintf(out, ", wherever the mailbox is%s", after);
        return;
    }
    fputs(to < 0 ? " with mailboxes on " : " with mailboxes moved from ", out);
    put_names(out, whatif, group);
    if (to >= 0)
        fprintf(out, " to %s", words_of(&whatif->homes[to]));
}

/* ----------------------------------------------------------------- lines -- */

static void add_line(struct whatif *whatif, int step,
                     const struct whatif_cell *cell, char *text)
{
    struct whatif_line *rows =
        realloc(whatif->lines, (whatif->line_count + 1) * sizeof(*rows));

    if (rows != NULL)
        whatif->lines = rows;
    if (rows == NULL || text == NULL) {
        whatif->failed = true;
        free(text);
        return;
    }
    rows[whatif->line_count++] = (struct whatif_line){
        .step = step,
        .change = cell != NULL ? cell->change : ADSCP_COMPARISON_CHANGE_SAME,
        .gone = cell != NULL && cell->gone,
        .text = text};
}

/* "users in HQ with mailboxes on EX10: no alert at EX07, then ..." */
static char *step_text(const struct whatif *whatif, const struct group *group)
{
    char *text = NULL;
    FILE *out = cli_stream(&text);

    if (out == NULL)
        return NULL;
    fputs("users in ", out);
    put_sites(out, whatif, group);
    put_homes(out, whatif, group, "");
    fprintf(out, ": %s -> %s", group->cells->before, group->cells->after);
    return cli_take(out, &text);
}

/* "from step 2 to step 4, users in HQ ... see a Security Alert at EX19" */
static char *run_text(const struct whatif *whatif, const struct group *group)
{
    const struct whatif_cell *cell = group->cells;
    char *text = NULL;
    FILE *out = cli_stream(&text);

    if (out == NULL)
        return NULL;
    if (cell->to_step == whatif->step_count)
        fprintf(out, "From step %d on, users in ", cell->from);
    else if (cell->from == cell->to_step)
        fprintf(out, "After step %d, users in ", cell->from);
    else
        fprintf(out, "From step %d to step %d, users in ", cell->from,
                cell->to_step);
    put_sites(out, whatif, group);
    put_homes(out, whatif, group, ",");
    fprintf(out, " %s", cell->after);
    return cli_take(out, &text);
}

static void tell(struct whatif *whatif, struct whatif_cells *cells, int step)
{
    size_t at = 0;
    int shown = 0;

    if (cells->count > 0)
        qsort(cells->rows, cells->count, sizeof(*cells->rows), compare_cells);
    for (; at < cells->count && !whatif->failed; shown++) {
        struct group group = take_group(&cells->rows[at], cells->count - at);

        if (shown < LINES_SHOWN)
            add_line(whatif, step, group.cells,
                     step > 0 ? step_text(whatif, &group)
                              : run_text(whatif, &group));
        at += group.used;
    }
    if (shown > LINES_SHOWN) {
        char *text;

        if (asprintf(&text, "and %d more; --json has all of them",
                     shown - LINES_SHOWN) < 0)
            text = NULL;
        add_line(whatif, step, NULL, text);
    }
}

void whatif_tell_step(struct whatif *whatif, struct whatif_cells *cells,
                      int step)
{
    tell(whatif, cells, step);
}

void whatif_tell_runs(struct whatif *whatif)
{
    tell(whatif, &whatif->runs, 0);
}

/* ------------------------------------------------------------------ page -- */

static const struct whatif_line *first_run(const struct whatif *whatif)
{
    size_t i;

    for (i = 0; i < whatif->line_count; i++)
        if (whatif->lines[i].step == 0)
            return &whatif->lines[i];
    return NULL;
}

/* The homes that no step empties before they go. */
static bool put_gone(FILE *out, const struct whatif *whatif)
{
    int i, shown = 0, count = 0;

    for (i = 0; i < whatif->home_count; i++)
        count += whatif->homes[i].gone;
    for (i = 0; i < whatif->home_count && shown < NAMES_SHOWN; i++) {
        if (!whatif->homes[i].gone)
            continue;
        fputs(shown == 0 ? "Mailboxes on " : "", out);
        put_joint(out, shown++, count);
        fputs(words_of(&whatif->homes[i]), out);
    }
    put_rest(out, shown, count);
    return count > 0;
}

static void put_rest_fine(FILE *out, const struct whatif *whatif)
{
    if (put_gone(out, whatif))
        fputs(" lose their server, if there are any (no step moves them, and "
              "they were not counted: --census does); no other answer is worse",
              out);
    else if (whatif->step_count == 1)
        fputs("The change makes no answer worse", out);
    else
        fprintf(out, "None of the %d steps makes an answer worse",
                whatif->step_count);
}

static void print_first(struct page *page, const struct whatif *whatif)
{
    const struct whatif_line *run = first_run(whatif);
    struct line_text line;

    if (!line_begin(page, &line))
        return;
    if (run != NULL)
        fputs(run->text, line.out);
    else
        put_rest_fine(line.out, whatif);
    line_end(page, &line, PAGE_BOLD);
}

static const char *change_word(const struct whatif_line *line)
{
    int change = line->change;

    return line->gone                                 ? "gone    "
           : change == ADSCP_COMPARISON_CHANGE_WORSE  ? "worse   "
           : change == ADSCP_COMPARISON_CHANGE_BETTER ? "better  "
           : change == ADSCP_COMPARISON_CHANGE_OTHER  ? "other   "
                                                      : "        ";
}

void whatif_print_lines(struct page *page, const struct whatif *whatif,
                        int step)
{
    enum { INDENT = 10 };
    size_t i;

    for (i = 0; i < whatif->line_count; i++) {
        const struct whatif_line *row = &whatif->lines[i];

        if (row->step != step)
            continue;
        fputs("  ", page->out);
        page_put(page,
                 row->change == ADSCP_COMPARISON_CHANGE_WORSE ? PAGE_RED
                                                              : PAGE_PLAIN,
                 step > 0 ? change_word(row) : "        ");
        page_prose(page, INDENT, INDENT, row->text);
    }
}

void whatif_print_remarks(struct page *page, const adscp_plan *plan, int step)
{
    enum { INDENT = 10 };
    int i;

    for (i = 0; i < adscp_plan_remark_count(plan, step); i++) {
        fputs("  ", page->out);
        page_put(page, PAGE_RED, "but     ");
        page_prose(page, INDENT, INDENT, adscp_plan_remark(plan, step, i));
    }
}

static void print_step(struct page *page, const struct whatif *whatif, int step)
{
    int i, count = adscp_plan_cmdlet_count(whatif->plan, step);
    char title[64];

    snprintf(title, sizeof(title), "Step %d", step + 1);
    page_heading(page, title);
    fputs("  ", page->out);
    page_prose(page, 2, 2, adscp_plan_step(whatif->plan, step));
    if (whatif->steps[step].worse == 0 && whatif->steps[step].better == 0 &&
        whatif->steps[step].gone == 0)
        fputs("  no answer gets better or worse\n", page->out);
    whatif_print_lines(page, whatif, step + 1);
    whatif_print_remarks(page, whatif->plan, step);
    for (i = 0; i < count; i++)
        fprintf(page->out, "    > %s\n",
                adscp_plan_cmdlet(whatif->plan, step, i));
}

bool whatif_print(struct page *page, const void *about)
{
    const struct whatif *whatif = about;
    int i;

    print_first(page, whatif);
    whatif_print_second(page, whatif);
    if (whatif->cli->brief)
        return true;
    if (first_run(whatif) != NULL) {
        page_heading(page, "Worse than before the first step");
        whatif_print_lines(page, whatif, 0);
    }
    for (i = 0; i < whatif->step_count; i++)
        print_step(page, whatif, i);
    page_heading(page, "Assumptions");
    fputs("  ", page->out);
    page_prose(page, 2, 2,
               page_text(page, adscp_coverage_assumes(whatif->start)));
    return true;
}
