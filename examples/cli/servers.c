/* SPDX-License-Identifier: MIT */
/*
 * The command `servers`: all Exchange servers of the directory.
 */
#include "command.h"
#include "sheet.h"

static const struct sheet_column columns[] = {
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
    {"provisioning_flags", NULL, SHEET_NUMBER},
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
        sheet_number(sheet, adscp_server_provisioning_flags(server));
        sheet_text(sheet, adscp_server_dn(server));
    }
}

int servers_run(const struct cli *cli, const adscp_forest *forest)
{
    struct inventory inventory = {
        .cli = cli, .forest = forest, .noun = "Exchange server"};
    int status;

    inventory.sheet.columns = columns;
    inventory.sheet.column_count = sizeof(columns) / sizeof(columns[0]);
    fill_servers(forest, &inventory.sheet);
    status = inventory_deliver(&inventory);
    sheet_clear(&inventory.sheet);
    return status;
}
