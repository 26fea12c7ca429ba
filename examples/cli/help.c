/* SPDX-License-Identifier: MIT */
/*
 * What there is to do, and the options of each command: for people, and for the
 * shell that completes them. All of it is in the two tables.
 */
#include "command.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { INDENT = 2, COLUMN = 25, NARROW = 60, NARROW_COLUMN = 6 };

static const char *const headings[GROUPS] = {
    [GROUP_SOURCE] = "What to read",
    [GROUP_CLIENT] = "The client",
    [GROUP_JUDGING] = "How to judge",
    [GROUP_PLAN] = "The change",
    [GROUP_LOOKING] = "Where and how long to look",
    [GROUP_CHECK] = "States and thresholds of check",
    [GROUP_OUTPUT] = "What to print",
    [GROUP_LOGIN] = "How to log in to a live directory"};

static const char whole_status[] =
    "0 done, 1 wrong usage or local error, 2 the directory could not be read, "
    "3 no candidate, 4 an alert or a failure is predicted, 5 the answer was "
    "cut short. Of check: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.";

/* A text beside what was written in `used` columns, or below it. */
static void write_beside(struct page *page, int used, const char *text)
{
    int column = page->width < NARROW ? NARROW_COLUMN : COLUMN;

    if (used >= column) {
        fputc('\n', page->out);
        used = 0;
    }
    fprintf(page->out, "%*s", column - used, "");
    page_prose(page, column, column, text);
}

static void write_command(struct page *page, const struct command *command)
{
    int used = fprintf(page->out, "%*s%s", INDENT, "", command->name);

    if (command->operands != NULL)
        used += fprintf(page->out, " %s", command->operands);
    write_beside(page, used, command->summary);
}

static void write_commands(struct page *page)
{
    int i;

    fputs("Usage: adscp COMMAND [OPTION]...\n\n", page->out);
    page_prose(page, 0, 0,
               "Which Exchange server Outlook reaches first by the SCPs of "
               "Active Directory, and which certificates it is shown.");
    fputs("\nCommands:\n", page->out);
    for (i = CLI_NONE + 1; i < CLI_COMMANDS; i++)
        if (command_of((enum cli_command)i)->summary != NULL)
            write_command(page, command_of((enum cli_command)i));
    fputc('\n', page->out);
    page_prose(page, 0, 0,
               "\"adscp help COMMAND\" shows one of them, with examples.");
}

/* "  -l, --ldif FILE        read this export" */
static void write_option(struct page *page, const struct option_row *row,
                         enum cli_command command)
{
    const bool saves = command == CLI_SAVE && row->saving != NULL;
    int used = row->letter != 0
                   ? fprintf(page->out, "  -%c, --%s", row->letter, row->name)
                   : fprintf(page->out, "      --%s", row->name);

    if (row->argument != NULL)
        used += fprintf(page->out, " %s", row->argument);
    write_beside(page, used, saves ? row->saving : row->help);
}

/* CLI_NONE has them all. */
static bool concerns(const struct option_row *row, enum cli_command command)
{
    return command == CLI_NONE || option_goes_with(row, command);
}

static void write_options(struct page *page, enum cli_command command)
{
    int group, i, count;

    for (group = 0; group < GROUPS; group++) {
        for (i = count = 0; i < OPTIONS; i++) {
            const struct option_row *row = &option_rows[i];

            if (row->group != (enum group)group || !concerns(row, command))
                continue;
            if (count++ == 0)
                fprintf(page->out, "\n%s:\n", headings[group]);
            write_option(page, row, command);
        }
    }
}

static void write_sentence(struct page *page, const char *text)
{
    fprintf(page->out, "%c", toupper((unsigned char)text[0]));
    page_prose(page, 1, 0, text + 1);
}

static void write_about(struct page *page, const struct command *command)
{
    size_t i;

    fprintf(page->out, "Usage: adscp %s [OPTION]...%s%s\n\n", command->name,
            command->operands != NULL ? " " : "",
            command->operands != NULL ? command->operands : "");
    write_sentence(page, command->summary);
    if (command->examples[0] != NULL)
        fputs("\nExamples, in the source tree:\n", page->out);
    for (i = 0; i < 2 && command->examples[i] != NULL; i++)
        fprintf(page->out, "  adscp %s\n", command->examples[i]);
    if (command->reads != READS_DIRECTORY)
        return;
    fputc('\n', page->out);
    page_prose(page, 0, 0,
               "Without --ldif, --uri or --domain, this machine's domain is "
               "found.");
}

static void write_status(struct page *page, const char *text)
{
    int used = fprintf(page->out, "\nExit status: ") - 1;

    page_prose(page, used, 0, text);
}

static bool write_help(struct page *page, const void *about)
{
    enum cli_command id = *(const enum cli_command *)about;
    const struct command *command = command_of(id);

    if (id == CLI_NONE)
        write_commands(page);
    else
        write_about(page, command);
    write_options(page, id);
    if (command->more != NULL)
        fprintf(page->out, "\n%s", command->more);
    if (id == CLI_NONE)
        write_status(page, whole_status);
    else if (command->status != NULL)
        write_status(page, command->status);
    return true;
}

static int deliver(char *text)
{
    int status = text != NULL ? cli_deliver(text) : cli_fail("out of memory");

    free(text);
    return status;
}

int help_print(enum cli_command command)
{
    return deliver(page_write(write_help, &command));
}

int help_version(void)
{
    char text[64];

    snprintf(text, sizeof(text), "adscp %s\n", adscp_version());
    return cli_deliver(text);
}

/* ------------------------------------------------------------- commands -- */

bool help_ready(struct cli *cli)
{
    if (cli->word_count == 0 || command_find(cli->words[0]) != CLI_NONE)
        return true;
    command_unknown(cli->words[0]);
    return false;
}

static enum cli_command operand(const struct cli *cli)
{
    return cli->word_count > 0 ? command_find(cli->words[0]) : CLI_NONE;
}

int help_run(const struct cli *cli, const adscp_forest *forest)
{
    (void)forest;
    return help_print(operand(cli));
}

int version_run(const struct cli *cli, const adscp_forest *forest)
{
    (void)cli;
    (void)forest;
    return help_version();
}

/* For a shell: lines "command NAME OPERANDS" and "option LETTER NAME ARGUMENT
 * CHOICES", with tabs between, and "-" for what is not there. */
int complete_run(const struct cli *cli, const adscp_forest *forest)
{
    enum cli_command wanted = operand(cli);
    char *text = NULL;
    FILE *out = cli_stream(&text);
    int i;

    (void)forest;
    if (out == NULL)
        return cli_fail("out of memory");
    for (i = CLI_NONE + 1; i < CLI_COMMANDS; i++) {
        const struct command *row = command_of((enum cli_command)i);

        if (row->summary != NULL)
            fprintf(out, "command\t%s\t%s\n", row->name,
                    row->operands != NULL ? row->operands : "-");
    }
    for (i = 0; i < OPTIONS; i++) {
        const struct option_row *row = &option_rows[i];

        if (concerns(row, wanted))
            fprintf(out, "option\t%c\t--%s\t%s\t%s\n",
                    row->letter != 0 ? row->letter : '-', row->name,
                    row->argument != NULL ? row->argument : "-",
                    row->choices != NULL ? row->choices : "-");
    }
    return deliver(cli_take(out, &text));
}
