/* SPDX-License-Identifier: MIT */
/*
 * The command line: its words become a command, its operands, and options that
 * are applied in their order.
 */
#include "command.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    OPERAND = 1, /* getopt_long()'s own for a word that is no option */
    LONG = 256   /* an option's ID behind it, where it was written out */
};

/* The table in getopt_long()'s form. */
struct getopt_table {
    char shorts[2 * OPTIONS + 3];
    struct option longs[OPTIONS + 1];
};

/* A leading "-" hands words over in their place, whatever POSIXLY_CORRECT says;
 * ":" leaves the complaining to us. */
static void make_getopt(struct getopt_table *table)
{
    char *shorts = table->shorts;
    int i;

    *shorts++ = '-';
    *shorts++ = ':';
    for (i = 0; i < OPTIONS; i++) {
        const struct option_row *row = &option_rows[i];

        table->longs[i] = (struct option){
            .name = row->name,
            .has_arg = row->argument != NULL ? required_argument : no_argument,
            .val = LONG + i};
        if (row->letter == 0)
            continue;
        *shorts++ = (char)row->letter;
        if (row->argument != NULL)
            *shorts++ = ':';
    }
    *shorts = '\0';
    table->longs[OPTIONS] = (struct option){0};
}

static int next_option(int argc, char **argv, const struct getopt_table *table)
{
    return getopt_long(argc, argv, table->shorts, table->longs, NULL);
}

/* What getopt_long() found; OPTIONS: no option. */
static enum option_id id_of(int found)
{
    int i;

    if (found >= LONG)
        return (enum option_id)(found - LONG);
    for (i = 0; i < OPTIONS; i++)
        if (option_rows[i].letter == found && found != 0)
            break;
    return (enum option_id)i;
}

/* "--sit=HQ", and none of its value. */
static void complain_of(const char *word, enum cli_command command)
{
    char *name = strndup(word, strcspn(word, "="));

    if (name != NULL)
        option_unknown(name, command);
    else
        cli_fail("out of memory");
    free(name);
}

static void complain(int found, char **argv, enum cli_command command)
{
    const char *word = argv[optind - 1];

    if (found == ':')
        cli_fail("the option %s requires an argument: %s", word,
                 option_rows[id_of(optopt)].argument);
    else if (optopt >= LONG)
        cli_fail("the option --%s takes no argument",
                 option_rows[optopt - LONG].name);
    else if (strncmp(word, "--", 2) == 0)
        complain_of(word, command);
    else
        cli_fail("there is no option -%c", optopt);
}

/* "-site HQ" would be the site "ite". */
static bool is_short(const struct option_row *row, const char *word,
                     const char *argument)
{
    int i;

    if (row->argument == NULL || argument != word + 2)
        return true;
    for (i = 0; i < OPTIONS; i++) {
        if (strcmp(option_rows[i].name, word + 1) != 0)
            continue;
        cli_fail("%s: did you mean --%s? Long options begin with two dashes",
                 word, word + 1);
        return false;
    }
    return true;
}

static bool take_option(struct line *line, enum option_id id, const char *word)
{
    const struct option_row *row = &option_rows[id];
    enum cli_command command = line->cli->command;

    if (!is_short(row, word, optarg))
        return false;
    if (command == CLI_NONE || option_goes_with(row, command))
        return option_apply(line, id, optarg);
    option_refuse(row, command);
    return false;
}

static bool take_operand(struct cli *cli, const char *word, bool *is_firstp)
{
    const struct command *command = command_of(cli->command);
    const char **words;

    if (*is_firstp) { /* the command itself, which was looked for before */
        *is_firstp = false;
        if (cli->command == CLI_NONE)
            command_unknown(word);
        return cli->command != CLI_NONE;
    }
    if (cli->word_count >= command->most) {
        cli_fail(command->most == 0
                     ? "%s takes options only: \"%s\" is one word too many"
                     : "%s: \"%s\" is one word too many",
                 command->name, word);
        return false;
    }
    words =
        reallocarray(cli->words, (size_t)cli->word_count + 1, sizeof(*words));
    if (words == NULL) {
        cli_fail("out of memory");
        return false;
    }
    cli->words = words;
    words[cli->word_count++] = word;
    return true;
}

/* Does another option name this file, which would be lost? */
static bool is_read(int argc, char **argv, const struct getopt_table *table,
                    const char *output)
{
    bool found_it = false;
    int found;

    optind = 0;
    while ((found = next_option(argc, argv, table)) != -1) {
        const char *behind; /* of HOST=FILE */

        if (found == OPERAND || id_of(found) == OPTION_OUTPUT || optarg == NULL)
            continue;
        behind = strrchr(optarg, '=');
        found_it |= file_is_same(optarg, output) ||
                    (behind != NULL && file_is_same(behind + 1, output));
    }
    return found_it || file_is_same("/dev/stdin", output);
}

/* What must be known before the first error, and before any file is opened: the
 * command, how errors are told, and the clock of check, since a pipe may hang.
 */
static bool look_ahead(struct line *line, int argc, char **argv,
                       const struct getopt_table *table, bool *helpp)
{
    struct cli *cli = line->cli;
    const char *timeout = NULL, *first = NULL, *output = NULL;
    int found;

    while ((found = next_option(argc, argv, table)) != -1) {
        enum option_id id = id_of(found);

        if (found == OPERAND && first == NULL)
            first = optarg;
        cli->json |= id == OPTION_JSON;
        *helpp |= id == OPTION_HELP || id == OPTION_VERSION;
        if (id == OPTION_TIMEOUT)
            timeout = optarg;
        if (id == OPTION_OUTPUT)
            output = optarg;
        cli->prometheus |=
            id == OPTION_FORMAT && strcmp(optarg, "prometheus") == 0;
    }
    if (first == NULL && optind < argc) /* behind "--" */
        first = argv[optind];
    if (first != NULL)
        cli->command = command_find(first);
    optind = 0; /* from the beginning, as GNU and musl have it */
    if (cli->json)
        cli_keep_failure();
    if (!cli->check_first)
        return timeout == NULL || option_take_timeout(line, timeout);
    if (output != NULL && !is_read(argc, argv, table, output))
        cli->output = output;
    optind = 0;
    if (timeout != NULL && !option_take_timeout(line, timeout))
        return false;
    cli_check_clock(cli);
    return true;
}

static bool scan(struct line *line, int argc, char **argv,
                 const struct getopt_table *table)
{
    bool is_first = true;
    int found;

    while ((found = next_option(argc, argv, table)) != -1) {
        enum option_id id = id_of(found);

        if (found == OPERAND) {
            if (!take_operand(line->cli, optarg, &is_first))
                return false;
        } else if (id == OPTIONS) {
            complain(found, argv, line->cli->command);
            return false;
        } else if (!take_option(line, id, argv[optind - 1])) {
            return false;
        }
    }
    for (; optind < argc; optind++) /* behind "--" */
        if (!take_operand(line->cli, argv[optind], &is_first))
            return false;
    return true;
}

/* The first of --help and --version. */
static int tell(int argc, char **argv, const struct getopt_table *table,
                enum cli_command command)
{
    enum option_id id;

    do
        id = id_of(next_option(argc, argv, table));
    while (id != OPTION_HELP && id != OPTION_VERSION);
    return id == OPTION_HELP ? help_print(command) : help_version();
}

static bool check(const struct line *line)
{
    struct cli *cli = line->cli;
    const struct command *command = command_of(cli->command);
    char names[256];

    if (cli->command == CLI_NONE) {
        command_names(~0U, " or ", names, sizeof(names));
        cli_fail("say what to do: %s", names);
        return false;
    }
    if (cli->command == CLI_CHECK && !cli->check_first) {
        cli_fail("put \"check\" first, so that every error is on its line: "
                 "adscp check -l FILE");
        return false;
    }
    if (cli->word_count < command->least) {
        cli_fail("%s", command->missing);
        return false;
    }
    return option_check(line) &&
           (command->ready == NULL || command->ready(cli));
}

static bool bind_by_password(const struct line *line)
{
    adscp_reader *reader = line->cli->reader;
    char secret[CLI_SECRET_SIZE];
    bool ok = line->password_file != NULL
                  ? cli_secret_file(line->password_file, secret)
                  : cli_secret_prompt(secret);

    if (ok && adscp_reader_set_simple_bind(reader, line->bind_dn, secret) !=
                  ADSCP_OK) {
        cli_fail("%s", adscp_reader_error_detail(reader));
        ok = false;
    }
    explicit_bzero(secret, sizeof(secret));
    return ok;
}

static bool set_bind(const struct line *line)
{
    if (!line->cli->simple)
        return true;
    if (line->bind_dn != NULL)
        return bind_by_password(line);
    return adscp_reader_set_anonymous_bind(line->cli->reader) == ADSCP_OK;
}

/* Where nothing says what to read, the domain is found. */
static bool set_source(const struct line *line)
{
    if (command_of(line->cli->command)->reads != READS_DIRECTORY ||
        line->seen[OPTION_LDIF] || line->seen[OPTION_URI] ||
        line->seen[OPTION_DOMAIN])
        return true;
    line->cli->uri = "the domain that was found";
    return adscp_reader_set_discover(line->cli->reader, 1) == ADSCP_OK;
}

/* Asked once it is known how errors are told. */
static bool has_handles(const struct cli *cli)
{
    if (cli->reader != NULL && cli->predictor != NULL && cli->observer != NULL)
        return true;
    cli_name_failure(ADSCP_E_NOMEM);
    cli_fail("out of memory or descriptors");
    return false;
}

bool cli_options(struct cli *cli, int argc, char **argv, int *exitp)
{
    struct line line = {.cli = cli};
    struct getopt_table table;
    bool usable, help = false;

    cli->time = (int64_t)time(NULL);
    cli->started = cli_clock_ms();
    make_getopt(&table);
    usable = look_ahead(&line, argc, argv, &table, &help);
    if (usable && help) {
        *exitp = tell(argc, argv, &table, cli->command);
        return false;
    }
    *exitp = CLI_LOCAL;
    if (usable && !has_handles(cli))
        return false;
    adscp_predictor_set_time(cli->predictor, cli->time);
    if (!usable || !scan(&line, argc, argv, &table) || !check(&line)) {
        cli_fail("\"adscp %s%s--help\" lists the options",
                 command_of(cli->command)->name,
                 cli->command != CLI_NONE ? " " : "");
        return false;
    }
    cli->asked = true;
    if (!set_source(&line))
        return false;
    cli->blind = line.seen[OPTION_NO_OBSERVE];
    cli->observe =
        option_goes_with(&option_rows[OPTION_OBSERVE], cli->command) &&
        !line.seen[OPTION_NO_OBSERVE] &&
        (line.seen[OPTION_OBSERVE] || line.seen[OPTION_BEHIND] ||
         (cli->uri != NULL && cli->command != CLI_SAVE));
    if (cli->command == CLI_CHECK)
        cli_check_budget(cli);
    return set_bind(&line);
}
