/* SPDX-License-Identifier: MIT */
/*
 * What the directory has: its sites, with the server that each one's clients
 * meet first, and its Exchange servers.
 */
#include "sheet.h"

#include <stdlib.h>
#include <string.h>

enum { HOMELESS_SHOWN = 10 };

/* --------------------------------------------------------------- sites -- */

static const struct sheet_column site_columns[] = {
    {"site", "SITE", SHEET_TEXT},
    {"subnets", "SUBNETS", SHEET_LIST},
    {"in_site", "IN-SITE", SHEET_NUMBER},
    {"first_server", "FIRST SERVER", SHEET_TEXT},
    {"first_url", NULL, SHEET_TEXT},
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
    sheet_text(sheet, adscp_evidence_name(adscp_prediction_evidence(answer)));
    sheet_text(sheet, adscp_site_dn(site));
}

static bool fill_sites(const struct cli *cli, const adscp_forest *forest,
                       struct subnets *subnets, struct sheet *sheet)
{
    int i, count = adscp_forest_site_count(forest);
    int64_t start = cli_clock_ns();

    for (i = 0; i < count && !sheet->failed; i++) {
        const adscp_site *site = adscp_forest_site(forest, i);
        adscp_prediction *answer = NULL;
        int rc =
            adscp_predictor_set_site(cli->predictor, adscp_site_name(site));

        if (rc == ADSCP_OK)
            rc = cli_predict(cli, &answer);
        if (rc != ADSCP_OK)
            return false;
        add_site(sheet, subnets, site, answer);
        adscp_prediction_free(answer);
    }
    cli_timing(cli, "predict", start);
    return true;
}

/* ------------------------------------------------------------- servers -- */

static const struct sheet_column server_columns[] = {
    {"name", "SERVER", SHEET_TEXT},
    {"fqdn", "FQDN", SHEET_TEXT},
    {"version", "VERSION", SHEET_TEXT},
    {"build", "BUILD", SHEET_TEXT},
    {"roles", "ROLES", SHEET_TEXT},
    {"site", "SITE", SHEET_TEXT},
    {"dag", "DAG", SHEET_TEXT},
    {"front_end", "FRONT END", SHEET_TRUTH},
    {"inactive", "INACTIVE", SHEET_TEXT},
    {"created", NULL, SHEET_TEXT},
    {"dn", NULL, SHEET_TEXT},
};

static void fill_servers(const adscp_forest *forest, struct sheet *sheet)
{
    int i, count = adscp_forest_server_count(forest);

    for (i = 0; i < count; i++) {
        const adscp_server *server = adscp_forest_server(forest, i);
        char created[CLI_TIME_SIZE];

        sheet_text(sheet, adscp_server_name(server));
        sheet_text(sheet, adscp_server_fqdn(server));
        sheet_text(sheet, adscp_server_version(server));
        sheet_text(sheet, adscp_server_build(server));
        sheet_text(sheet, adscp_server_roles(server));
        sheet_text(sheet, adscp_server_site(server));
        sheet_text(sheet, adscp_server_dag(server));
        sheet_number(sheet, adscp_server_front_end(server));
        sheet_text(sheet, adscp_server_inactive(server));
        sheet_text(sheet,
                   cli_time_format(adscp_server_created(server), created));
        sheet_text(sheet, adscp_server_dn(server));
    }
}

/* ------------------------------------------------------------ answers -- */

/* What one of the two commands answers. */
struct inventory {
    const struct cli *cli;
    const adscp_forest *forest;
    struct sheet sheet;
    struct subnets subnets;
};

static json_t *forest_json(const adscp_forest *forest)
{
    return json_pack("{s:s?, s:s?, s:s?, s:b}", "config_dn",
                     adscp_forest_config_dn(forest), "source",
                     adscp_forest_source_name(adscp_forest_source(forest)),
                     "server", adscp_forest_domain_controller(forest),
                     "complete", adscp_forest_complete(forest) == 1);
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

static char *inventory_json(const struct inventory *inventory)
{
    bool sites = inventory->cli->command == CLI_SITES;
    const char *command = sites ? "sites" : "servers";
    json_t *document =
        json_pack("{s:s, s:s, s:o}", "schema", "adscp/1", "command", command,
                  "forest", forest_json(inventory->forest));
    char *text = NULL, *line = NULL;
    bool ok = document != NULL;

    if (sites)
        ok = ok && json_object_set_new(document, "profile",
                                       json_string(adscp_profile_name(
                                           inventory->cli->profile))) == 0;
    ok = ok && json_object_set_new(document, command,
                                   sheet_json(&inventory->sheet)) == 0;
    if (sites)
        ok = ok && json_object_set_new(document, "subnets_without_site",
                                       homeless_json(&inventory->subnets)) == 0;
    if (ok)
        text = json_dumps(document, JSON_INDENT(2));
    json_decref(document);
    if (text != NULL && asprintf(&line, "%s\n", text) < 0)
        line = NULL;
    free(text);
    return line;
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

static char *inventory_words(const struct inventory *inventory)
{
    const struct sheet *sheet = &inventory->sheet;
    bool sites = inventory->cli->command == CLI_SITES;
    struct page page = {0};
    char *text = NULL;
    size_t size = 0, rows = sheet_rows(sheet);

    page.out = open_memstream(&text, &size);
    if (page.out == NULL)
        return NULL;
    page_open(&page);
    page_style(&page, PAGE_BOLD);
    fprintf(page.out, "%zu %s%s in ", rows, sites ? "site" : "Exchange server",
            rows == 1 ? "" : "s");
    fputs(adscp_forest_config_dn(inventory->forest) != NULL
              ? adscp_forest_config_dn(inventory->forest)
              : "the directory",
          page.out);
    page_style(&page, PAGE_PLAIN);
    fputs("\n\n", page.out);
    if (rows > 0)
        sheet_print(&page, sheet);
    if (sites)
        print_homeless(&page, &inventory->subnets);
    if (!adscp_forest_complete(inventory->forest))
        fputs("\nIncomplete: a limit cut the reading short.\n", page.out);
    text = cli_take(page.out, &text);
    if (!sheet->failed && !page.failed)
        return text;
    free(text);
    return NULL;
}

static int deliver(const struct inventory *inventory)
{
    int64_t start = cli_clock_ns();
    char *text = inventory->cli->json  ? inventory_json(inventory)
                 : inventory->cli->csv ? sheet_csv(&inventory->sheet)
                                       : inventory_words(inventory);
    int status = cli_print(inventory->cli, text, start);

    if (status != CLI_DONE)
        return status;
    if (!adscp_forest_complete(inventory->forest))
        return CLI_PARTIAL;
    return sheet_rows(&inventory->sheet) > 0 ? CLI_DONE : CLI_NOTHING;
}

static int sites(struct inventory *inventory)
{
    const struct cli *cli = inventory->cli;
    int status = CLI_LOCAL;

    inventory->sheet.columns = site_columns;
    inventory->sheet.column_count =
        sizeof(site_columns) / sizeof(site_columns[0]);
    if (adscp_predictor_set_profile(cli->predictor, cli->profile) != ADSCP_OK ||
        !find_subnets(inventory->forest, &inventory->subnets))
        status = cli_fail("out of memory");
    else if (fill_sites(cli, inventory->forest, &inventory->subnets,
                        &inventory->sheet))
        status = deliver(inventory);
    free(inventory->subnets.rows);
    return status;
}

int cli_inventory(const struct cli *cli, const adscp_forest *forest)
{
    struct inventory inventory = {.cli = cli, .forest = forest};
    int status;

    if (cli->command == CLI_SITES) {
        status = sites(&inventory);
    } else {
        inventory.sheet.columns = server_columns;
        inventory.sheet.column_count =
            sizeof(server_columns) / sizeof(server_columns[0]);
        fill_servers(forest, &inventory.sheet);
        status = deliver(&inventory);
    }
    sheet_clear(&inventory.sheet);
    return status;
}
