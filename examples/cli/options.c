/* SPDX-License-Identifier: MIT */
/*
 * The command line. One table says everything about every option: its names,
 * its line of help, and whom its argument goes to. Values are judged by the
 * library, whose words an error repeats; what the options mean together is
 * judged here.
 */
#include "cli.h"

#include <getopt.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

/* Options without a letter. */
enum {
    OPTION_LDIF_AT = UCHAR_MAX + 1,
    OPTION_CA,
    OPTION_CERT,
    OPTION_KEY,
    OPTION_FOLLOW,
    OPTION_NO_SITE,
    OPTION_RESOLVE,
    OPTION_DNS,
    OPTION_TIMEOUT,
    OPTION_TRUST,
    OPTION_ROOTS,
    OPTION_NO_OBSERVE,
    OPTION_CSV,
    OPTION_ALERT_AS,
    OPTION_FINDINGS_AS,
    OPTION_UNCERTAIN_AS,
    OPTION_NO_SCP_AS,
    OPTION_TIMING,
    OPTION_END
};

/* What must wait until all options are known. */
struct line {
    struct cli *cli;
    const char *bind_dn;
    const char *password_file;
    int mails;
    bool seen[OPTION_END];
};

struct row {
    int letter;
    const char *name;
    const char *argument; /* NULL: takes none */
    const char *help;
    const char *once; /* why it may be given once only; or NULL */
    /* each that is there is told */
    bool (*own)(struct line *line, const char *argument);
    int (*reader)(adscp_reader *reader, const char *argument);
    int (*predictor)(adscp_predictor *predictor, const char *argument);
    int (*observer)(adscp_observer *observer, const char *argument);
};

static bool note_input(struct cli *cli, const char *path)
{
    const char **inputs = reallocarray(
        cli->inputs, (size_t)cli->input_count + 1, sizeof(*inputs));

    if (inputs == NULL) {
        cli_fail("out of memory");
        return false;
    }
    cli->inputs = inputs;
    inputs[cli->input_count++] = path;
    return true;
}

static bool note_export(struct line *line, const char *argument)
{
    if (line->cli->export == NULL)
        line->cli->export = argument;
    return note_input(line->cli, argument);
}

static bool note_uri(struct line *line, const char *argument)
{
    line->cli->uri = argument;
    line->cli->tls |= strncasecmp(argument, "ldaps:", 6) == 0;
    return true;
}

static bool note_domain(struct line *line, const char *argument)
{
    line->cli->uri = argument;
    return true;
}

/* A pointer may name a forest or a host; what cannot be a forest's name, such
 * as an address, is a host's. */
static bool take_follow(struct line *line, const char *argument)
{
    int rc = adscp_reader_allow_forest(line->cli->reader, argument);

    return rc == ADSCP_OK || rc == ADSCP_E_ARGUMENT;
}

static bool count_mail(struct line *line, const char *argument)
{
    (void)argument;
    line->mails++;
    return true;
}

/* The library takes no site for a site that is unknown; an empty variable of a
 * script is a mistake. */
static bool take_site(struct line *line, const char *argument)
{
    (void)line;
    if (argument[0] == '\0')
        cli_fail("--site is empty: --no-site says that the site is unknown");
    return argument[0] != '\0';
}

static bool take_no_site(struct line *line, const char *argument)
{
    (void)argument;
    return adscp_predictor_set_site(line->cli->predictor, "") == ADSCP_OK;
}

static bool take_ldif_at(struct line *line, const char *argument)
{
    const char *path = strchr(argument, '=');
    char *target = NULL;
    int rc = ADSCP_E_ARGUMENT;

    if (path == NULL) {
        cli_fail("--ldif-at wants LDAP://HOST=FILE, not \"%s\"", argument);
        return false;
    }
    target = strndup(argument, (size_t)(path - argument));
    if (target == NULL) {
        cli_fail("out of memory");
        return false;
    }
    rc = adscp_reader_add_ldif_file_at(line->cli->reader, target, path + 1);
    if (rc != ADSCP_OK)
        cli_fail("--ldif-at: %s", adscp_reader_error_detail(line->cli->reader));
    free(target);
    return rc == ADSCP_OK && note_input(line->cli, path + 1);
}

static bool take_starttls(struct line *line, const char *argument)
{
    (void)argument;
    line->cli->tls = true;
    return adscp_reader_set_starttls(line->cli->reader, 1) == ADSCP_OK;
}

static bool take_simple(struct line *line, const char *argument)
{
    (void)argument;
    line->cli->simple = true;
    return true;
}

static bool take_bind_dn(struct line *line, const char *argument)
{
    line->bind_dn = argument;
    return true;
}

static bool take_password_file(struct line *line, const char *argument)
{
    line->password_file = argument;
    return true;
}

static bool take_json(struct line *line, const char *argument)
{
    (void)argument;
    line->cli->json = true;
    return true;
}

static bool take_csv(struct line *line, const char *argument)
{
    (void)argument;
    line->cli->csv = true;
    return true;
}

static bool take_timing(struct line *line, const char *argument)
{
    (void)argument;
    line->cli->timing = true;
    return true;
}

static bool take_threshold(const char *name, const char *argument,
                           struct threshold *threshold)
{
    if (threshold_parse(argument, threshold))
        return true;
    cli_fail("--%s takes whole days, such as 30, or a share of the "
             "certificate's lifetime, such as 25%%, not \"%s\"",
             name, argument);
    return false;
}

static bool take_warning(struct line *line, const char *argument)
{
    return take_threshold("warning", argument, &line->cli->warning);
}

static bool take_critical(struct line *line, const char *argument)
{
    return take_threshold("critical", argument, &line->cli->critical);
}

static bool take_state(const char *name, const char *argument, int *statep)
{
    if (cli_check_state(argument, statep))
        return true;
    cli_fail("--%s takes ok, warning, critical or unknown, not \"%s\"", name,
             argument);
    return false;
}

static bool take_alert_as(struct line *line, const char *argument)
{
    return take_state("alert-as", argument, &line->cli->alert_state);
}

static bool take_findings_as(struct line *line, const char *argument)
{
    return take_state("findings-as", argument, &line->cli->finding_state);
}

static bool take_uncertain_as(struct line *line, const char *argument)
{
    return take_state("uncertain-as", argument, &line->cli->uncertain_state);
}

static bool take_no_scp_as(struct line *line, const char *argument)
{
    return take_state("no-scp-as", argument, &line->cli->no_scp_state);
}

static bool take_profile(struct line *line, const char *argument)
{
    const char *name;
    int profile;

    for (profile = 0; (name = adscp_profile_name(profile)) != NULL; profile++) {
        if (strcmp(name, argument) == 0) {
            line->cli->profile = profile;
            return true;
        }
    }
    cli_fail("--profile is outlook, ews, learn or oxdisco, not \"%s\"",
             argument);
    return false;
}

static bool take_at(struct line *line, const char *argument)
{
    int64_t seconds;

    if (!cli_time_parse(argument, &seconds)) {
        cli_fail("--at wants a time such as 2026-01-31T12:00:00Z or a date "
                 "such as 2026-01-31, not \"%s\"",
                 argument);
        return false;
    }
    line->cli->time = seconds;
    return adscp_predictor_set_time(line->cli->predictor, seconds) == ADSCP_OK;
}

static bool take_timeout(struct line *line, const char *argument)
{
    size_t digits = strspn(argument, "0123456789");
    long seconds = strtol(argument, NULL, 10);

    if (digits == 0 || argument[digits] != '\0' || seconds < 1 ||
        seconds > INT_MAX / 1000) {
        cli_fail("--timeout wants whole seconds from 1 to %d, not \"%s\"",
                 INT_MAX / 1000, argument);
        return false;
    }
    line->cli->timeout_ms = (int)seconds * 1000;
    return adscp_reader_set_timeout_ms(line->cli->reader,
                                       line->cli->timeout_ms) == ADSCP_OK;
}

static const struct row rows[] = {
    {'l', "ldif", "FILE", "read this export; more of them make one forest",
     .own = note_export, .reader = adscp_reader_add_ldif_file},
    {OPTION_LDIF_AT, "ldif-at", "LDAP://HOST=FILE",
     "the export that answers for an SCP pointer to HOST", .own = take_ldif_at},
    {'H', "uri", "URI", "read this directory: ldap://, ldaps:// or ldapi://",
     .once = "one directory is read", .own = note_uri,
     .reader = adscp_reader_set_uri},
    {'d', "domain", "DOMAIN", "find a domain controller of it by DNS",
     .once = "one directory is read", .own = note_domain,
     .reader = adscp_reader_set_domain},
    {'Z', "starttls", NULL, "protect an ldap:// connection by StartTLS",
     .own = take_starttls},
    {'Y', "mech", "MECH", "bind by GSSAPI (default), GSS-SPNEGO or EXTERNAL",
     .reader = adscp_reader_set_sasl_mechanism},
    {'x', "simple", NULL, "bind by -D and a password; without -D anonymously",
     .own = take_simple},
    {'D', "bind-dn", "DN", "who binds by password", .own = take_bind_dn},
    {'y', "password-file", "FILE", "its first line is the password",
     .own = take_password_file},
    {'W', "ask-password", NULL, "ask for the password on the terminal",
     .own = NULL},
    {OPTION_CA, "ca", "FILE", "CA certificates for the directory's TLS (PEM)",
     .reader = adscp_reader_set_ca_file},
    {OPTION_CERT, "cert", "FILE", "our certificate, for EXTERNAL (PEM)",
     .reader = adscp_reader_set_certificate_file},
    {OPTION_KEY, "key", "FILE", "its private key (PEM)",
     .reader = adscp_reader_set_key_file},
    {OPTION_FOLLOW, "follow", "FOREST",
     "SCP pointers may lead to it, or to a host", .own = take_follow,
     .reader = adscp_reader_allow_pointer},
    {'s', "site", "NAME", "the client's AD site", .own = take_site,
     .once = "a client is in one site", .predictor = adscp_predictor_set_site},
    {'a', "address", "IP", "the client's address, from which its site follows",
     .once = "the question is about one client",
     .predictor = adscp_predictor_set_address},
    {OPTION_NO_SITE, "no-site", NULL, "the client's site is unknown",
     .own = take_no_site},
    {'m', "mail", "ADDRESS", "the user's mail address; save takes several",
     .own = count_mail, .reader = adscp_reader_add_mail,
     .predictor = adscp_predictor_set_mail},
    {'P', "profile", "NAME", "outlook (default), ews, learn or oxdisco",
     .once = "the question is about one kind of client", .own = take_profile},
    {'t', "at", "TIME", "judge as of this RFC 3339 time (default: now)",
     .once = "one moment is judged", .own = take_at},
    {OPTION_TRUST, "trust", "FILE",
     "a certificate in the client's Trusted Root; repeatable",
     .predictor = adscp_predictor_add_trust_file},
    {OPTION_ROOTS, "roots", "FILE", "public roots, for those of Windows (PEM)",
     .predictor = adscp_predictor_set_roots_file},
    {'o', "observe", NULL, "look at port 443 of the servers (default if live)",
     .own = NULL},
    {OPTION_NO_OBSERVE, "no-observe", NULL, "do not (default with an export)",
     .own = NULL},
    {OPTION_RESOLVE, "resolve", "HOST:PORT:ADDR[:PORT]",
     "use this address for HOST, as curl does; repeatable",
     .reader = adscp_reader_add_resolve,
     .observer = adscp_observer_add_resolve},
    {OPTION_DNS, "dns", "ADDR[:PORT]", "ask this DNS server",
     .reader = adscp_reader_set_dns_server,
     .observer = adscp_observer_set_dns_server},
    {OPTION_TIMEOUT, "timeout", "SECONDS",
     "for everything together (default 30)", .own = take_timeout},
    {OPTION_TIMING, "timing", NULL,
     "tell on standard error where the time went", .own = take_timing},
    {'j', "json", NULL, "one JSON document instead of words", .own = take_json},
    {OPTION_CSV, "csv", NULL, "the same as CSV: list, sites and servers",
     .own = take_csv},
    {'w', "warning", "DAYS", "check: warn before a change in DAYS (30) or 25%",
     .own = take_warning},
    {'c', "critical", "DAYS", "check: the same for the state CRITICAL (7)",
     .own = take_critical},
    {OPTION_ALERT_AS, "alert-as", "STATE",
     "check: the state for an alert (critical)", .own = take_alert_as},
    {OPTION_FINDINGS_AS, "findings-as", "STATE",
     "check: the state if a fault is found (critical)",
     .own = take_findings_as},
    {OPTION_UNCERTAIN_AS, "uncertain-as", "STATE",
     "check: the state if it is uncertain (unknown)", .own = take_uncertain_as},
    {OPTION_NO_SCP_AS, "no-scp-as", "STATE",
     "check: the state without a usable SCP (warning)", .own = take_no_scp_as},
    {'V', "version", NULL, "print the version", .own = NULL},
    {'h', "help", NULL, "print this page", .own = NULL},
};
enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

static const struct row *find_row(int letter)
{
    int i;

    for (i = 0; i < ROWS; i++)
        if (rows[i].letter == letter)
            return &rows[i];
    return NULL;
}

static int print_version(void)
{
    char text[64];

    snprintf(text, sizeof(text), "adscp %s\n", adscp_version());
    return cli_deliver(text);
}

/* "  -l, --ldif FILE        read this export", with the help on a line of its
 * own where the names are too long. */
static void write_row(FILE *out, const struct row *row)
{
    enum { COLUMN = 25 };
    bool lettered = row->letter <= UCHAR_MAX;
    int used = lettered ? fprintf(out, "  -%c, --%s", row->letter, row->name)
                        : fprintf(out, "      --%s", row->name);

    if (row->argument != NULL)
        used += fprintf(out, " %s", row->argument);
    if (used >= COLUMN)
        used = fprintf(out, "\n") - 1;
    fprintf(out, "%*s%s\n", COLUMN - used, "", row->help);
}

static void write_help(FILE *out)
{
    int i;

    fputs(
        "Usage: adscp list    [OPTION]...   the order in which a client "
        "tries the servers\n"
        "       adscp predict [OPTION]...   which it reaches first, what that "
        "does, which\n"
        "                                   certificates the client meets\n"
        "       adscp observe [OPTION]... HOST[:PORT]...\n"
        "                                   what servers show, and what a "
        "client makes\n"
        "                                   of it\n"
        "       adscp sites   [OPTION]...   all AD sites, and which server "
        "comes first\n"
        "       adscp servers [OPTION]...   all Exchange servers\n"
        "       adscp save    [OPTION]... FILE\n"
        "                                   keep what was read, as an export\n"
        "       adscp check   [OPTION]...   one line for a monitoring system; "
        "comes first\n"
        "\n"
        "Without --ldif, --uri or --domain, this machine's domain is found.\n"
        "\n",
        out);
    for (i = 0; i < ROWS; i++)
        write_row(out, &rows[i]);
    fputs(
        "\nExit status: 0 done, 1 wrong usage or local error, 2 the directory "
        "could not be\nread, 3 no candidate, 4 an alert or a failure is "
        "predicted, 5 the answer was\ncut short. Of check: 0 OK, 1 WARNING, 2 "
        "CRITICAL, 3 UNKNOWN.\n",
        out);
}

static int print_help(void)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    int status;

    if (out == NULL)
        return cli_fail("out of memory");
    write_help(out);
    text = cli_take(out, &text);
    status = text != NULL ? cli_deliver(text) : cli_fail("out of memory");
    free(text);
    return status;
}

static bool apply(struct line *line, const struct row *row,
                  const char *argument)
{
    struct cli *cli = line->cli;

    if (row->once != NULL && line->seen[row->letter]) {
        cli_fail("one --%s at a time: %s", row->name, row->once);
        return false;
    }
    line->seen[row->letter] = true;
    if (row->own != NULL && !row->own(line, argument))
        return false;
    if (row->reader != NULL && row->reader(cli->reader, argument) != ADSCP_OK) {
        cli_fail("--%s: %s", row->name, adscp_reader_error_detail(cli->reader));
        return false;
    }
    if (row->predictor != NULL &&
        row->predictor(cli->predictor, argument) != ADSCP_OK) {
        cli_fail("--%s: %s", row->name,
                 adscp_predictor_error_detail(cli->predictor));
        return false;
    }
    if (row->observer != NULL &&
        row->observer(cli->observer, argument) != ADSCP_OK) {
        cli_fail("--%s: %s", row->name,
                 adscp_observer_error_detail(cli->observer));
        return false;
    }
    return true;
}

#define COMMANDS "list, predict, observe, sites, servers, save or check"

static enum cli_command find_command(const char *word)
{
    static const char *const words[] = {
        [CLI_LIST] = "list",       [CLI_PREDICT] = "predict",
        [CLI_OBSERVE] = "observe", [CLI_SITES] = "sites",
        [CLI_SERVERS] = "servers", [CLI_SAVE] = "save",
        [CLI_CHECK] = "check",
    };
    size_t i;

    for (i = CLI_LIST; i < sizeof(words) / sizeof(words[0]); i++)
        if (strcmp(words[i], word) == 0)
            return (enum cli_command)i;
    return CLI_NONE;
}

static bool take_command(struct cli *cli, const char *word)
{
    if (cli->command == CLI_OBSERVE)
        return cli_observe_host(cli, word);
    if (cli->command == CLI_SAVE && cli->save_to == NULL) {
        cli->save_to = word;
        return adscp_reader_set_keep_entries(cli->reader, 1) == ADSCP_OK;
    }
    if (cli->command != CLI_NONE) {
        cli_fail("one command at a time, and nothing behind it: \"%s\"", word);
        return false;
    }
    cli->command = find_command(word);
    if (cli->command == CLI_NONE)
        cli_fail("the command is " COMMANDS ", not \"%s\"", word);
    return cli->command != CLI_NONE;
}

static void complain(int letter, char **argv)
{
    if (letter == ':')
        cli_fail("the option %s requires an argument", argv[optind - 1]);
    else if (optopt > UCHAR_MAX || strncmp(argv[optind - 1], "--", 2) == 0)
        cli_fail("there is no option %s%s", argv[optind - 1],
                 optopt > 0 ? ": it takes no argument" : "");
    else
        cli_fail("there is no option -%c", optopt);
}

/* The table in getopt_long()'s form. */
struct getopt_table {
    char shorts[2 * ROWS + 3];
    struct option longs[ROWS + 1];
};

/* A leading "-" hands words over in their place, whatever POSIXLY_CORRECT says;
 * ":" leaves the complaining to us. */
static void make_getopt(struct getopt_table *table)
{
    struct option *longs = table->longs;
    char *shorts = table->shorts;
    int i;

    *shorts++ = '-';
    *shorts++ = ':';
    for (i = 0; i < ROWS; i++) {
        longs[i] = (struct option){.name = rows[i].name,
                                   .has_arg = rows[i].argument != NULL
                                                  ? required_argument
                                                  : no_argument,
                                   .val = rows[i].letter};
        if (rows[i].letter > UCHAR_MAX)
            continue;
        *shorts++ = (char)rows[i].letter;
        if (rows[i].argument != NULL)
            *shorts++ = ':';
    }
    *shorts = '\0';
    longs[ROWS] = (struct option){0};
}

static int next_option(int argc, char **argv, const struct getopt_table *table)
{
    return getopt_long(argc, argv, table->shorts, table->longs, NULL);
}

/* What must be known before the first error, and before any file is opened: how
 * errors are told, and the clock of check, since a pipe may hang. */
static bool look_ahead(struct line *line, int argc, char **argv,
                       const struct getopt_table *table)
{
    struct cli *cli = line->cli;
    const char *timeout = NULL;
    int letter;

    while ((letter = next_option(argc, argv, table)) != -1) {
        cli->json |= letter == 'j';
        if (letter == OPTION_TIMEOUT)
            timeout = optarg;
    }
    optind = 0; /* from the beginning, as GNU and musl have it */
    if (cli->json)
        cli_keep_failure();
    if (!cli->check_first)
        return true;
    if (timeout != NULL && !take_timeout(line, timeout))
        return false;
    cli_check_clock(cli);
    return true;
}

static bool scan(struct line *line, int argc, char **argv,
                 const struct getopt_table *table)
{
    int letter;

    while ((letter = next_option(argc, argv, table)) != -1) {
        const struct row *row = find_row(letter);

        if (letter == 1) {
            if (!take_command(line->cli, optarg))
                return false;
        } else if (row == NULL) {
            complain(letter, argv);
            return false;
        } else if (!apply(line, row, optarg)) {
            return false;
        }
        if (letter == 'h' || letter == 'V')
            return true;
    }
    for (; optind < argc; optind++) /* behind "--" */
        if (!take_command(line->cli, argv[optind]))
            return false;
    return true;
}

/* Pairs that contradict each other, and options that mean nothing alone. */
static bool check_pairs(const bool *seen)
{
    static const int excluding[][2] = {
        {'l', 'H'},
        {'l', 'd'},
        {'H', 'd'},
        {'s', OPTION_NO_SITE},
        {'a', OPTION_NO_SITE},
        {'x', 'Y'},
        {'y', 'W'},
        {'o', OPTION_NO_OBSERVE},
        {'j', OPTION_CSV},
    };
    static const int needing[][2] = {
        {'D', 'x'},
        {'y', 'D'},
        {'W', 'D'},
        {OPTION_KEY, OPTION_CERT},
    };
    size_t i;

    for (i = 0; i < sizeof(excluding) / sizeof(excluding[0]); i++) {
        if (!seen[excluding[i][0]] || !seen[excluding[i][1]])
            continue;
        cli_fail("--%s and --%s exclude each other",
                 find_row(excluding[i][0])->name,
                 find_row(excluding[i][1])->name);
        return false;
    }
    for (i = 0; i < sizeof(needing) / sizeof(needing[0]); i++) {
        if (!seen[needing[i][0]] || seen[needing[i][1]])
            continue;
        cli_fail("--%s requires --%s", find_row(needing[i][0])->name,
                 find_row(needing[i][1])->name);
        return false;
    }
    return true;
}

static bool find_any(const struct line *line, const int *letters, size_t count,
                     const char *why)
{
    size_t i;

    for (i = 0; i < count; i++) {
        if (!line->seen[letters[i]])
            continue;
        cli_fail("--%s does not go with this command, which %s",
                 find_row(letters[i])->name, why);
        return true;
    }
    return false;
}

/* What asks about one client means nothing where all sites or servers are
 * shown, and no question at all does where nothing is judged. */
static bool check_questions(const struct line *line)
{
    static const int questions[] = {
        's', 'a', OPTION_NO_SITE, 'P', 't', OPTION_TRUST, OPTION_ROOTS, 'j',
    };
    enum { OF_CLIENT = 3 };

    switch (line->cli->command) {
    case CLI_OBSERVE:
        return !find_any(line, questions, OF_CLIENT,
                         "looks at servers, whoever asks");
    case CLI_SITES:
    case CLI_SERVERS:
        return !find_any(line, questions, OF_CLIENT, "shows all");
    case CLI_SAVE:
        return !find_any(line, questions,
                         sizeof(questions) / sizeof(questions[0]),
                         "keeps what the directory says");
    default:
        return true;
    }
}

static bool has_any_of_check(const bool *seen)
{
    return seen['w'] || seen['c'] || seen[OPTION_ALERT_AS] ||
           seen[OPTION_FINDINGS_AS] || seen[OPTION_UNCERTAIN_AS] ||
           seen[OPTION_NO_SCP_AS];
}

/* A story is no table. */
static bool check_command(const struct line *line)
{
    enum cli_command command = line->cli->command;

    if (command != CLI_CHECK && has_any_of_check(line->seen)) {
        cli_fail("--warning, --critical and the options --...-as go with "
                 "check");
        return false;
    }
    if (command == CLI_CHECK && !line->cli->check_first) {
        cli_fail("check comes first, so that every error is on its line");
        return false;
    }
    if (command == CLI_CHECK && line->seen[OPTION_CSV]) {
        cli_fail("check prints one line, and no CSV");
        return false;
    }
    if (!threshold_settle(&line->cli->warning, line->seen['w'],
                          &line->cli->critical, line->seen['c'])) {
        cli_fail("--warning must not be nearer than --critical");
        return false;
    }
    if ((command == CLI_PREDICT || command == CLI_OBSERVE ||
         command == CLI_SAVE) &&
        line->seen[OPTION_CSV]) {
        cli_fail("--csv goes with list, sites and servers");
        return false;
    }
    return check_questions(line);
}

static bool check(const struct line *line)
{
    if (!check_pairs(line->seen) || !check_command(line))
        return false;
    if (line->cli->command == CLI_NONE)
        cli_fail("say what to do: " COMMANDS);
    else if (line->cli->command != CLI_PREDICT &&
             line->cli->command != CLI_CHECK && line->seen['o'])
        cli_fail("--observe goes with predict and check");
    else if (line->cli->command == CLI_OBSERVE && line->cli->host_count == 0)
        cli_fail("say what to look at: HOST or HOST:PORT");
    else if (line->cli->command == CLI_SAVE && line->cli->save_to == NULL)
        cli_fail("say where to save: FILE, or - for standard output");
    else if (line->cli->command == CLI_SAVE && !cli_save_is_safe(line->cli))
        return false;
    else if (line->mails > 1 && line->cli->command != CLI_SAVE)
        cli_fail("one --mail at a time: the question is about one user");
    else if (line->seen['l'] && line->seen['Z'])
        cli_fail("--starttls requires a live directory");
    else if (line->seen['D'] && !line->seen['y'] && !line->seen['W'])
        cli_fail("--bind-dn wants a password: -y FILE or -W");
    else
        return true;
    return false;
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

/* Where nothing says what to read, the domain is found; to look at certificates
 * nothing need be read. */
static bool set_source(const struct line *line)
{
    if (line->cli->command == CLI_OBSERVE || line->seen['l'] ||
        line->seen['H'] || line->seen['d'])
        return true;
    line->cli->uri = "the domain that was found";
    return adscp_reader_set_discover(line->cli->reader, 1) == ADSCP_OK;
}

bool cli_options(struct cli *cli, int argc, char **argv, int *exitp)
{
    struct line line = {.cli = cli};
    struct getopt_table table;
    bool usable;

    cli->time = (int64_t)time(NULL);
    cli->started = cli_clock_ms();
    adscp_predictor_set_time(cli->predictor, cli->time);
    make_getopt(&table);
    usable = look_ahead(&line, argc, argv, &table) &&
             scan(&line, argc, argv, &table);
    if (usable && line.seen['h']) {
        *exitp = print_help();
        return false;
    }
    if (usable && line.seen['V']) {
        *exitp = print_version();
        return false;
    }
    if (!usable || !check(&line)) {
        cli_fail("\"adscp --help\" lists the options");
        *exitp = CLI_LOCAL;
        return false;
    }
    *exitp = CLI_LOCAL;
    if (!set_source(&line))
        return false;
    cli->observe = (cli->command == CLI_PREDICT || cli->command == CLI_CHECK) &&
                   !line.seen[OPTION_NO_OBSERVE] &&
                   (line.seen['o'] || cli->uri != NULL);
    if (cli->command == CLI_CHECK)
        cli_check_budget(cli);
    return set_bind(&line);
}
