/* SPDX-License-Identifier: MIT */
/*
 * The command `servers`: all Exchange servers of the directory, with the
 * certificates that they publish.
 */
#include "command.h"
#include "sheet.h"

#include <stdlib.h>
#include <string.h>

static const struct sheet_column columns[] = {
    {"name", "SERVER", SHEET_TEXT},
    {"fqdn", "FQDN", SHEET_TEXT},
    {"version", "VERSION", SHEET_TEXT},
    {"build", "BUILD", SHEET_TEXT},
    {"roles", "ROLES", SHEET_TEXT},
    {"site", "SITE", SHEET_TEXT},
    {"certificate_subject", "CERTIFICATE", SHEET_TEXT},
    {"certificate_issuer", NULL, SHEET_TEXT},
    {"certificate_self_signed", NULL, SHEET_TRUTH},
    {"certificate_sha1", NULL, SHEET_TEXT},
    {"certificate_not_after", "ENDS", SHEET_TEXT},
    {"certificate_problem", NULL, SHEET_TEXT},
    {"dag", "DAG", SHEET_TEXT},
    {"front_end", "FRONT END", SHEET_TRUTH},
    {"inactive", "INACTIVE", SHEET_TEXT},
    {"created", NULL, SHEET_TEXT},
    {"provisioning_flags", NULL, SHEET_NUMBER},
    {"dn", NULL, SHEET_TEXT},
};

/* For people the day is enough, and whether it has passed. */
static void add_end(struct sheet *sheet, const struct cli *cli, int64_t end)
{
    char text[CLI_TIME_SIZE + 16];

    if (end < 0 || cli->json || cli->csv) {
        sheet_text(sheet, cli_time_format(end, text));
        return;
    }
    seen_day(end, text);
    if (end < cli->time)
        strcat(text, " (ended)");
    sheet_text(sheet, text);
}

/* What it publishes; in words, that something is there which cannot be read. */
static void add_certificate(struct sheet *sheet, const struct cli *cli,
                            const adscp_certificate *certificate)
{
    const char *problem = adscp_certificate_problem(certificate);
    const char *subject = adscp_certificate_subject(certificate);

    sheet_text(sheet, problem != NULL && !cli->json && !cli->csv
                          ? "(cannot be read)"
                          : subject);
    sheet_text(sheet, adscp_certificate_issuer(certificate));
    sheet_number(sheet, adscp_certificate_self_signed(certificate));
    sheet_text(sheet, adscp_certificate_sha1(certificate));
    add_end(sheet, cli, adscp_certificate_not_after(certificate));
    sheet_text(sheet, problem);
}

static void add_server(const struct cli *cli, const adscp_server *server,
                       struct sheet *sheet)
{
    char created[CLI_TIME_SIZE];

    sheet_text(sheet, adscp_server_name(server));
    sheet_text(sheet, adscp_server_fqdn(server));
    sheet_text(sheet, adscp_server_version(server));
    sheet_text(sheet, adscp_server_build(server));
    sheet_text(sheet, adscp_server_roles(server));
    sheet_text(sheet, adscp_server_site(server));
    add_certificate(sheet, cli, adscp_server_certificate(server));
    sheet_text(sheet, adscp_server_dag(server));
    sheet_number(sheet, adscp_server_front_end(server));
    sheet_text(sheet, adscp_server_inactive(server));
    sheet_text(sheet, cli_time_format(adscp_server_created(server), created));
    sheet_number(sheet, adscp_server_provisioning_flags(server));
    sheet_text(sheet, adscp_server_dn(server));
}

/* A server in the order of the table. */
struct place {
    const adscp_server *server;
    int64_t end; /* of its certificate; INT64_MAX: it has none */
    int index;
};

/* When the published certificates end. */
struct ends {
    int known, ended, without;
    const adscp_server *next; /* the first that is to end; NULL: none */
    int64_t next_end;
};

static void note_end(struct ends *ends, const struct cli *cli,
                     const adscp_server *server, int64_t end)
{
    ends->known += end >= 0;
    ends->without += end < 0;
    if (end < cli->time) {
        ends->ended += end >= 0;
    } else if (ends->next == NULL || end < ends->next_end) {
        ends->next = server;
        ends->next_end = end;
    }
}

/* Whose certificate ends first comes first. */
static int compare(const void *a, const void *b)
{
    const struct place *left = a, *right = b;

    if (left->end != right->end)
        return left->end < right->end ? -1 : 1;
    return left->index - right->index;
}

/* JSON and CSV keep the directory's order. False: out of memory. */
static bool fill_servers(const struct cli *cli, const adscp_forest *forest,
                         struct sheet *sheet, struct ends *ends)
{
    int i, count = adscp_forest_server_count(forest);
    struct place *places = calloc((size_t)count + 1, sizeof(*places));

    if (places == NULL)
        return false;
    for (i = 0; i < count; i++) {
        const adscp_server *server = adscp_forest_server(forest, i);
        int64_t end =
            adscp_certificate_not_after(adscp_server_certificate(server));

        places[i] = (struct place){server, end >= 0 ? end : INT64_MAX, i};
        note_end(ends, cli, server, end);
    }
    if (!cli->json && !cli->csv)
        qsort(places, (size_t)count, sizeof(*places), compare);
    for (i = 0; i < count; i++)
        add_server(cli, places[i].server, sheet);
    free(places);
    return true;
}

/* "2 certificates have ended, EX07's on 2016-03-07 the last of them; ..." */
static void write_second(const struct inventory *inventory, FILE *out)
{
    const struct ends *ends = inventory->extra;
    char day[CLI_TIME_SIZE];

    if (ends->ended > 0)
        fprintf(out, "%d of %d published certificates %s ended", ends->ended,
                ends->known, ends->ended == 1 ? "has" : "have");
    if (ends->next != NULL)
        fprintf(out, "%s certificate to end is that of %s, on %s",
                ends->ended > 0 ? "; the next" : "The first",
                adscp_server_name(ends->next), seen_day(ends->next_end, day));
    if (ends->known == 0)
        fputs("No server publishes a certificate that could be read", out);
    else if (ends->without > 0)
        fprintf(out, "; %d server%s no certificate that could be read",
                ends->without, ends->without == 1 ? " has" : "s have");
}

int servers_run(const struct cli *cli, const adscp_forest *forest)
{
    struct ends ends = {0};
    struct inventory inventory = {.cli = cli,
                                  .forest = forest,
                                  .noun = "Exchange server",
                                  .extra = &ends,
                                  .second = write_second};
    int status;

    inventory.sheet.columns = columns;
    inventory.sheet.column_count = sizeof(columns) / sizeof(columns[0]);
    if (adscp_forest_prepare(forest) != ADSCP_OK)
        return cli_fail("out of memory");
    status = fill_servers(cli, forest, &inventory.sheet, &ends)
                 ? inventory_deliver(&inventory)
                 : cli_fail("out of memory");
    sheet_clear(&inventory.sheet);
    return status;
}
