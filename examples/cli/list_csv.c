/* SPDX-License-Identifier: MIT */
/*
 * The order of trial as CSV: the candidates with the keys that they have in
 * JSON, but for what the whole answer says.
 */
#include "sheet.h"
#include "spool.h"

#include <stdlib.h>

static const struct sheet_column list_columns[] = {
    {"rank", NULL, SHEET_NUMBER},  {"url", NULL, SHEET_TEXT},
    {"host", NULL, SHEET_TEXT},    {"port", NULL, SHEET_NUMBER},
    {"group", NULL, SHEET_TEXT},   {"tail", NULL, SHEET_TRUTH},
    {"tie", NULL, SHEET_TRUTH},    {"sites", NULL, SHEET_LIST},
    {"created", NULL, SHEET_TEXT}, {"dn", NULL, SHEET_TEXT},
    {"also", NULL, SHEET_LIST},    {"server", NULL, SHEET_TEXT},
    {"version", NULL, SHEET_TEXT}, {"why", NULL, SHEET_TEXT},
};

/* Texts that are always there: NULL is lack of memory. */
static void sure_text(struct sheet *sheet, const char *text)
{
    if (text == NULL)
        sheet->failed = true;
    sheet_text(sheet, text);
}

static void fill_candidate(struct sheet *sheet, const adscp_candidate *row,
                           int rank)
{
    const adscp_scp *scp = adscp_candidate_scp(row);
    const adscp_server *server = adscp_candidate_server(row);
    char when[CLI_TIME_SIZE];
    int i;

    sheet->failed |= adscp_candidate_prepare(row) != ADSCP_OK;
    sheet_number(sheet, rank);
    sure_text(sheet, adscp_candidate_url(row));
    sheet_text(sheet, adscp_candidate_host(row));
    sheet_number(sheet, adscp_candidate_port(row));
    sheet_text(sheet, adscp_candidate_group_name(adscp_candidate_group(row)));
    sheet_number(sheet, adscp_candidate_undocumented(row));
    sheet_number(sheet, adscp_candidate_tie(row));
    sheet_list(sheet);
    for (i = 0; i < adscp_candidate_site_count(row); i++)
        sheet_item(sheet, adscp_candidate_site(row, i));
    sheet_text(sheet, cli_time_format(adscp_scp_created(scp), when));
    sure_text(sheet, adscp_scp_dn(scp));
    sheet_list(sheet);
    for (i = 0; i < adscp_candidate_duplicate_count(row); i++) {
        const char *dn = adscp_scp_dn(adscp_candidate_duplicate(row, i));

        if (dn == NULL)
            sheet->failed = true;
        else
            sheet_item(sheet, dn);
    }
    sheet_text(sheet, adscp_server_name(server));
    sheet_text(sheet, adscp_server_version(server));
    sure_text(sheet, adscp_candidate_why(row));
}

/* Row by row: there may be 50,000. */
char *cli_list_csv(const adscp_prediction *answer)
{
    struct sheet sheet = {.columns = list_columns,
                          .column_count =
                              sizeof(list_columns) / sizeof(list_columns[0])};
    int i, count = adscp_prediction_candidate_count(answer);
    struct spool spool;
    FILE *out = spool_open(&spool);
    bool failed = count < 0;
    char *text;

    if (out == NULL)
        return NULL;
    sheet_csv_keys(out, &sheet);
    for (i = 0; i < count && !failed; i++) {
        fill_candidate(&sheet, adscp_prediction_candidate(answer, i), i + 1);
        failed = sheet.failed;
        if (!failed)
            sheet_csv_rows(out, &sheet);
        sheet_restart(&sheet);
    }
    sheet_clear(&sheet);
    text = spool_take(&spool, out);
    if (!failed)
        return text;
    free(text);
    return NULL;
}
