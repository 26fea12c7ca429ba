/* SPDX-License-Identifier: MIT */
/*
 * The command `sites`: all AD sites, with the server that each one's clients
 * meet first, and what they see at worst.
 */
#include "command.h"
#include "coverage.h"
#include "sheet.h"

#include <stdlib.h>
#include <string.h>

enum { HOMELESS_SHOWN = 10 };

static const struct sheet_column columns[] = {
    {"site", "SITE", SHEET_TEXT},
    {"subnets", "SUBNETS", SHEET_LIST},
    {"in_site", "IN-SITE", SHEET_NUMBER},
    {"first_server", "FIRST SERVER", SHEET_TEXT},
    {"first_url", NULL, SHEET_TEXT},
    {"outcome", "AT WORST", SHEET_TEXT},
    {"doubtful", NULL, SHEET_TRUTH},
    {"changes_on", "CHANGES ON", SHEET_TEXT},
    {"evidence", "EVIDENCE", SHEET_TEXT},
    {"dn", NULL, SHEET_TEXT},
};

struct subnet {
    const adscp_subnet *subnet;
    bool shown; /* beside its site, or that cannot be told */
};

/* The subnets that hold clients, in the order of their sites' names. */
struct subnets {
    struct subnet *rows;
    size_t count;
};

static const char *site_of(const struct subnet *row)
{
    const char *name = adscp_subnet_site(row->subnet);

    return name != NULL ? name : "";
}

static int compare_subnets(const void *a, const void *b)
{
    const struct subnet *left = a, *right = b;
    int order = strcmp(site_of(left), site_of(right));

    return order != 0 ? order
                      : (left->subnet > right->subnet) -
                            (left->subnet < right->subnet);
}

static bool find_subnets(const adscp_forest *forest, struct subnets *subnets)
{
    int i, count = adscp_forest_subnet_count(forest);

    subnets->count = 0;
    subnets->rows = calloc((size_t)count + 1, sizeof(*subnets->rows));
    if (subnets->rows == NULL)
        return false;
    for (i = 0; i < count; i++) {
        const adscp_subnet *subnet = adscp_forest_subnet(forest, i);

        if (adscp_subnet_valid(subnet) == 1)
            subnets->rows[subnets->count++] = (struct subnet){
                subnet, adscp_subnet_site(subnet) != NULL &&
                            adscp_forest_site_count(forest) == 0};
    }
    qsort(subnets->rows, subnets->count, sizeof(*subnets->rows),
          compare_subnets);
    return true;
}

/* The index of the first subnet of a site, or of the one behind it. */
static size_t lower_bound(const struct subnets *subnets, const char *site)
{
    size_t low = 0, high = subnets->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (strcmp(site_of(&subnets->rows[middle]), site) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void add_subnets(struct sheet *sheet, struct subnets *subnets,
                        const char *site)
{
    size_t i;

    sheet_list(sheet);
    for (i = lower_bound(subnets, site); i < subnets->count; i++) {
        struct subnet *row = &subnets->rows[i];
        const char *name = adscp_subnet_name(row->subnet);

        if (strcmp(site_of(row), site) != 0)
            break;
        row->shown = true;
        if (name != NULL)
            sheet_item(sheet, name);
    }
}

int cli_count_in_site(const adscp_prediction *answer)
{
    int i, found = 0, count = adscp_prediction_candidate_count(answer);

    for (i = 0; i < count; i++) {
        int group =
            adscp_candidate_group(adscp_prediction_candidate(answer, i));

        if (group < 0)
            return -1;
        found += group == ADSCP_CANDIDATE_GROUP_IN_SITE;
    }
    return found;
}

/* --------------------------------------------------------------- verdict -- */

/* What a site's clients meet, wherever the mailbox is: the worst of the
 * coverage's row, and when the first of its answers changes. */
struct verdict {
    int outcome; /* -1: none meets a server */
    int doubtful;
    int64_t changes_on;
};

/* The sites of a coverage stand in the same order as those of the forest, of
 * which it may leave some out. */
struct verdicts {
    const adscp_coverage *coverage;
    int next;
};

static void weigh(struct verdict *verdict, const adscp_prediction *answer)
{
    int outcome = coverage_outcome(answer);
    int doubtful = adscp_prediction_doubtful(answer);
    int64_t on = adscp_prediction_changes_on(answer);

    if (outcome > verdict->outcome ||
        (outcome == verdict->outcome && doubtful > verdict->doubtful)) {
        verdict->outcome = outcome;
        verdict->doubtful = doubtful;
    }
    if (on >= 0 && (verdict->changes_on < 0 || on < verdict->changes_on))
        verdict->changes_on = on;
}

static struct verdict find_verdict(struct verdicts *verdicts, const char *name)
{
    const adscp_coverage *coverage = verdicts->coverage;
    const char *other = adscp_coverage_site(coverage, verdicts->next);
    struct verdict verdict = {.outcome = -1, .doubtful = -1, .changes_on = -1};
    int home;

    if (name == NULL || other == NULL || strcmp(name, other) != 0)
        return verdict;
    for (home = 0; home < adscp_coverage_home_count(coverage); home++)
        weigh(&verdict, adscp_coverage_class_prediction(
                            coverage, adscp_coverage_cell(
                                          coverage, verdicts->next, home)));
    verdicts->next++;
    return verdict;
}

/* --------------------------------------------------------------- summary -- */

/* The sites whose clients see the worst, those in doubt, and those that no SCP
 * names. */
struct tally {
    int outcome; /* -1: nobody meets a server */
    int count, worst, doubtful, lonely;
    const char *worst_name, *doubtful_name, *lonely_name; /* the first each */
};

static void count_one(int *count, const char **namep, const char *name)
{
    if ((*count)++ == 0)
        *namep = name;
}

static void note_site(struct tally *tally, const char *name,
                      const struct verdict *verdict, int in_site)
{
    if (tally->count++ == 0 || verdict->outcome > tally->outcome) {
        tally->outcome = verdict->outcome;
        tally->worst = 0;
    }
    if (verdict->outcome == tally->outcome)
        count_one(&tally->worst, &tally->worst_name, name);
    if (verdict->doubtful == 1)
        count_one(&tally->doubtful, &tally->doubtful_name, name);
    if (in_site == 0)
        count_one(&tally->lonely, &tally->lonely_name, name);
}

/* "HQ", "3 sites (HQ among them)", "every site" */
static void write_sites(FILE *out, const struct tally *tally, int count,
                        const char *name)
{
    if (count == 1)
        fputs(name != NULL ? name : "a site without a name", out);
    else if (count == tally->count)
        fputs("every site", out);
    else
        fprintf(out, "%d of %d sites (%s among them)", count, tally->count,
                name != NULL ? name : "one without a name");
}

static void write_second(FILE *out, const struct tally *tally)
{
    if (tally->outcome < 0)
        fputs("Clients find no server at ", out);
    else if (tally->outcome == ADSCP_ALERT_OUTCOME_NO_ALERT)
        fputs("Users see no alert at ", out);
    else if (tally->outcome == ADSCP_ALERT_OUTCOME_UNCERTAIN)
        fputs("Unknown whether users see an alert at ", out);
    else
        fprintf(out, "At worst, a user sees %s at ",
                seen_outcome(tally->outcome));
    write_sites(out, tally, tally->worst, tally->worst_name);
    if (tally->doubtful > 0) {
        fputs("; a doubt may make it worse at ", out);
        write_sites(out, tally, tally->doubtful, tally->doubtful_name);
    }
    if (tally->lonely > 0) {
        fputs("; no SCP names ", out);
        write_sites(out, tally, tally->lonely, tally->lonely_name);
    }
}

static void add_verdict(struct sheet *sheet, const struct cli *cli,
                        const struct verdict *verdict)
{
    bool words = !cli->json && !cli->csv;
    char text[CLI_TIME_SIZE];

    if (words && verdict->outcome == ADSCP_ALERT_OUTCOME_NO_ALERT &&
        verdict->doubtful == 1)
        sheet_text(sheet, "no alert, but in doubt");
    else
        sheet_text(sheet, words && verdict->outcome >= 0
                              ? seen_outcome(verdict->outcome)
                              : adscp_alert_outcome_name(verdict->outcome));
    sheet_number(sheet, verdict->doubtful);
    sheet_text(sheet, words && verdict->changes_on >= 0
                          ? seen_day(verdict->changes_on, text)
                          : cli_time_format(verdict->changes_on, text));
}

/* ----------------------------------------------------------------- sites -- */

/* What goes with the table. */
struct listing {
    struct subnets subnets;
    struct tally tally;
};

static void add_site(struct sheet *sheet, struct subnets *subnets,
                     const adscp_site *site, const adscp_prediction *answer)
{
    const adscp_candidate *first = adscp_prediction_candidate(answer, 0);
    const adscp_hop *hop = adscp_prediction_hop(answer, 0);
    const char *name = adscp_site_name(site);

    if (adscp_prediction_candidate_count(answer) > 0 && first == NULL)
        sheet->failed = true;
    sheet_text(sheet, name);
    add_subnets(sheet, subnets, name != NULL ? name : "");
    sheet_number(sheet, cli_count_in_site(answer));
    sheet_text(sheet, story_name(hop));
    sheet_text(sheet, adscp_candidate_url(first));
}

/* False: standard error says why. */
static bool answer_site(const struct cli *cli, const char *name,
                        adscp_prediction **out)
{
    if (adscp_predictor_set_site(cli->predictor, name) == ADSCP_OK)
        return cli_predict(cli, out) == ADSCP_OK;
    cli_fail("%s", adscp_predictor_error_detail(cli->predictor));
    return false;
}

static bool fill_sites(const struct cli *cli, const adscp_forest *forest,
                       const adscp_coverage *coverage, struct listing *listing,
                       struct sheet *sheet)
{
    struct verdicts verdicts = {.coverage = coverage};
    int i, count = adscp_forest_site_count(forest);
    int64_t start = cli_clock_ns();

    for (i = 0; i < count && !sheet->failed; i++) {
        const adscp_site *site = adscp_forest_site(forest, i);
        struct verdict verdict = find_verdict(&verdicts, adscp_site_name(site));
        adscp_prediction *answer = NULL;

        if (!answer_site(cli, adscp_site_name(site), &answer))
            return false;
        add_site(sheet, &listing->subnets, site, answer);
        note_site(&listing->tally, adscp_site_name(site), &verdict,
                  cli_count_in_site(answer));
        add_verdict(sheet, cli, &verdict);
        sheet_text(sheet,
                   adscp_evidence_name(adscp_prediction_evidence(answer)));
        sheet_text(sheet, adscp_site_dn(site));
        adscp_prediction_free(answer);
    }
    cli_timing(cli, "predict", start);
    return true;
}

/* The next subnet that stands beside no site: it names none, or one that the
 * directory does not have. NULL: there is no more. */
static const struct subnet *next_homeless(const struct subnets *subnets,
                                          size_t *atp)
{
    while (*atp < subnets->count)
        if (!subnets->rows[(*atp)++].shown)
            return &subnets->rows[*atp - 1];
    return NULL;
}

static json_t *homeless_json(const struct subnets *subnets)
{
    json_t *array = json_array();
    const struct subnet *row;
    size_t at = 0;

    while ((row = next_homeless(subnets, &at)) != NULL)
        if (json_array_append_new(
                array, json_string(adscp_subnet_name(row->subnet))) != 0) {
            json_decref(array);
            return NULL;
        }
    return array;
}

static void print_homeless(struct page *page, const struct subnets *subnets)
{
    const struct subnet *row;
    size_t at = 0, count = 0;

    while ((row = next_homeless(subnets, &at)) != NULL) {
        if (count++ == 0)
            page_heading(page, "Subnets without a site");
        if (count > HOMELESS_SHOWN)
            continue;
        fprintf(page->out, "  %s",
                page_text(page, adscp_subnet_name(row->subnet)));
        if (site_of(row)[0] != '\0')
            fprintf(page->out, " (there is no site %s)",
                    page_text(page, site_of(row)));
        fputc('\n', page->out);
    }
    if (count > HOMELESS_SHOWN)
        fprintf(page->out, "  and %zu more; --json has all\n",
                count - HOMELESS_SHOWN);
}

static bool more_json(const struct inventory *inventory, json_t *document)
{
    const struct listing *listing = inventory->extra;

    return json_object_set_new(document, "subnets_without_site",
                               homeless_json(&listing->subnets)) == 0;
}

static void more_words(const struct inventory *inventory, struct page *page)
{
    const struct listing *listing = inventory->extra;

    print_homeless(page, &listing->subnets);
}

static void second_line(const struct inventory *inventory, FILE *out)
{
    const struct listing *listing = inventory->extra;

    write_second(out, &listing->tally);
}

int sites_run(const struct cli *cli, const adscp_forest *forest)
{
    struct listing listing = {.tally.outcome = -1};
    struct inventory inventory = {.cli = cli,
                                  .forest = forest,
                                  .noun = "site",
                                  .profile = adscp_profile_name(cli->profile),
                                  .extra = &listing,
                                  .second = second_line,
                                  .more_json = more_json,
                                  .more_words = more_words};
    adscp_coverage *coverage = NULL;
    int status = CLI_LOCAL;

    inventory.sheet.columns = columns;
    inventory.sheet.column_count = sizeof(columns) / sizeof(columns[0]);
    if (adscp_predictor_set_profile(cli->predictor, cli->profile) != ADSCP_OK ||
        !find_subnets(forest, &listing.subnets))
        status = cli_fail("out of memory");
    else if (coverage_cover(cli, &coverage) == ADSCP_OK &&
             fill_sites(cli, forest, coverage, &listing, &inventory.sheet))
        status = inventory_deliver(&inventory);
    adscp_coverage_free(coverage);
    sheet_clear(&inventory.sheet);
    free(listing.subnets.rows);
    return status;
}
