/* SPDX-License-Identifier: MIT */
/*
 * What the commands share that print a table of the directory, in one of three
 * forms.
 */
#include "command.h"
#include "json.h"
#include "sheet.h"

#include <stdlib.h>
#include <string.h>

static json_t *forest_json(const adscp_forest *forest)
{
    return json_pack("{s:s?, s:s?, s:o, s:s?, s:b}", "config_dn",
                     adscp_forest_config_dn(forest), "source",
                     adscp_forest_source_name(adscp_forest_source(forest)),
                     "sources", json_sources(forest), "server",
                     adscp_forest_domain_controller(forest), "complete",
                     adscp_forest_complete(forest) == 1);
}

static char *make_json(const struct inventory *inventory)
{
    const char *command = command_of(inventory->cli->command)->name;
    json_t *document =
        json_pack("{s:s, s:s, s:o}", "schema", "adscp/1", "command", command,
                  "forest", forest_json(inventory->forest));
    bool ok = document != NULL;

    if (inventory->profile != NULL)
        ok = ok && json_object_set_new(document, "profile",
                                       json_string(inventory->profile)) == 0;
    ok = ok && json_object_set_new(document, command,
                                   sheet_json(&inventory->sheet)) == 0;
    if (inventory->more_json != NULL)
        ok = ok && inventory->more_json(inventory, document);
    if (ok)
        return json_whole(document, JSON_INDENT(2));
    json_decref(document);
    return NULL;
}

/* The worst of what is listed, and whether something is missing. */
static void print_second(struct page *page, const struct inventory *inventory)
{
    bool complete = adscp_forest_complete(inventory->forest) == 1;
    bool has_rows = sheet_rows(&inventory->sheet) > 0;
    struct line_text line;

    if ((complete && !has_rows) || !line_begin(page, &line))
        return;
    if (has_rows)
        inventory->second(inventory, line.out);
    if (!complete)
        fprintf(
            line.out,
            "%sncomplete: not everything could be read (\"adscp list\" says "
            "why)",
            has_rows ? "; i" : "I");
    line_end(page, &line, PAGE_PLAIN);
}

static void print_title(struct page *page, const struct inventory *inventory)
{
    const char *config = adscp_forest_config_dn(inventory->forest);
    size_t rows = sheet_rows(&inventory->sheet);

    page_style(page, PAGE_BOLD);
    fprintf(page->out, "%zu %s%s in %s", rows, inventory->noun,
            rows == 1 ? "" : "s", config != NULL ? config : "the directory");
    page_end_title(page);
    print_second(page, inventory);
}

static bool print_words(struct page *page, const void *about)
{
    const struct inventory *inventory = about;

    print_title(page, inventory);
    if (inventory->cli->brief)
        return true;
    fputc('\n', page->out);
    if (sheet_rows(&inventory->sheet) > 0)
        sheet_print(page, &inventory->sheet);
    if (inventory->more_words != NULL)
        inventory->more_words(inventory, page);
    return !inventory->sheet.failed;
}

int inventory_deliver(const struct inventory *inventory)
{
    int64_t start = cli_clock_ns();
    char *text = inventory->cli->json  ? make_json(inventory)
                 : inventory->cli->csv ? sheet_csv(&inventory->sheet)
                                       : page_write(print_words, inventory);
    int status = cli_print(inventory->cli, text, start);

    if (status != CLI_DONE)
        return status;
    if (!adscp_forest_complete(inventory->forest))
        return CLI_PARTIAL;
    return sheet_rows(&inventory->sheet) > 0 ? CLI_DONE : CLI_NOTHING;
}
