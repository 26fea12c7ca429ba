/* SPDX-License-Identifier: MIT */
/*
 * The table of the options, and where their arguments go. Values are judged by
 * the library, whose words an error repeats.
 */
#include "command.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

static bool out_of_memory(void)
{
    cli_fail("out of memory");
    return false;
}

/* Files that are read are no place to write to. */
static bool note_input(struct cli *cli, const char *path)
{
    const char **inputs = reallocarray(
        cli->inputs, (size_t)cli->input_count + 1, sizeof(*inputs));

    if (inputs == NULL)
        return out_of_memory();
    cli->inputs = inputs;
    inputs[cli->input_count++] = path;
    return true;
}

/* "-" is standard input, which gives what it has once only. NULL: reported. */
static const char *path_of(struct line *line, const char *argument)
{
    if (strcmp(argument, "-") != 0)
        return argument;
    if (line->standard_input) {
        cli_fail("standard input can be read once only: give one \"-\", and "
                 "files for the rest");
        return NULL;
    }
    line->standard_input = true;
    return "/dev/stdin";
}

static bool take_ldif(struct line *line, const char *argument)
{
    struct cli *cli = line->cli;
    const char *path = path_of(line, argument);

    if (path == NULL)
        return false;
    if (adscp_reader_add_ldif_file(cli->reader, path) != ADSCP_OK) {
        cli_fail("--ldif: %s", adscp_reader_error_detail(cli->reader));
        return false;
    }
    if (cli->export == NULL)
        cli->export = path == argument ? path : "standard input";
    return note_input(cli, path);
}

static bool take_ldif_at(struct line *line, const char *argument)
{
    const char *equals = strchr(argument, '='), *path;
    char *target = NULL;
    int rc;

    if (equals == NULL) {
        cli_fail("--ldif-at takes LDAP://HOST=FILE, not \"%s\"", argument);
        return false;
    }
    path = path_of(line, equals + 1);
    if (path == NULL)
        return false;
    target = strndup(argument, (size_t)(equals - argument));
    if (target == NULL)
        return out_of_memory();
    rc = adscp_reader_add_ldif_file_at(line->cli->reader, target, path);
    if (rc != ADSCP_OK)
        cli_fail("--ldif-at: %s", adscp_reader_error_detail(line->cli->reader));
    free(target);
    return rc == ADSCP_OK && note_input(line->cli, path);
}

/* "HOST[:PORT]", cut off before "=FILE". NULL: reported. */
static char *host_of(const char *argument, const char *equals, int *portp)
{
    char *place = strndup(argument, (size_t)(equals - argument));
    char *host = NULL;

    if (place == NULL) {
        out_of_memory();
        return NULL;
    }
    if (place_is_host("--assume", place))
        host = place_host(place, portp);
    free(place);
    return host;
}

static bool take_assume(struct line *line, const char *argument)
{
    const char *equals = strchr(argument, '='), *path;
    struct cli *cli = line->cli;
    char *host;
    int port, rc;

    if (equals == NULL) {
        cli_fail("--assume takes HOST[:PORT]=FILE, not \"%s\"", argument);
        return false;
    }
    path = path_of(line, equals + 1);
    host = path != NULL ? host_of(argument, equals, &port) : NULL;
    if (host == NULL)
        return false;
    rc = adscp_predictor_add_assumed_file(cli->predictor, host, port, path);
    free(host);
    if (rc == ADSCP_OK)
        return note_input(cli, path);
    cli->asked = rc != ADSCP_E_ARGUMENT;
    cli_fail("--assume: %s", adscp_predictor_error_detail(cli->predictor));
    return false;
}

/* One more part of what whatif looks at. */
static bool add_part(struct cli *cli, enum plan_kind kind, const char *text)
{
    struct plan_part *rows =
        reallocarray(cli->plan, (size_t)cli->plan_count + 1, sizeof(*rows));

    if (rows == NULL)
        return out_of_memory();
    cli->plan = rows;
    rows[cli->plan_count++] = (struct plan_part){kind, text};
    return true;
}

/* A directory cannot be blamed for a file of the caller's own. */
static bool take_changes(struct line *line, const char *argument)
{
    const char *path = path_of(line, argument);

    if (path == NULL)
        return false;
    if (access(path, R_OK) != 0) {
        line->cli->asked = true;
        cli_fail("--changes: %s: %s", path, strerror(errno));
        return false;
    }
    if (line->cli->command == CLI_WHATIF)
        return add_part(line->cli, PLAN_CHANGES, path) &&
               note_input(line->cli, path);
    if (adscp_reader_add_changes_file(line->cli->reader, path) != ADSCP_OK) {
        cli_fail("--changes: %s", adscp_reader_error_detail(line->cli->reader));
        return false;
    }
    return note_input(line->cli, path);
}

static bool take_step(struct line *line, const char *argument)
{
    return add_part(line->cli, PLAN_STEP, argument);
}

static bool take_plan(struct line *line, const char *argument)
{
    const char *path = path_of(line, argument);

    return path != NULL && add_part(line->cli, PLAN_FILE, path) &&
           note_input(line->cli, path);
}

static bool take_ldif_to(struct line *line, const char *argument)
{
    line->cli->ldif_to = argument;
    return true;
}

static bool take_cmdlets_to(struct line *line, const char *argument)
{
    line->cli->cmdlets_to = argument;
    return true;
}

static bool take_uri(struct line *line, const char *argument)
{
    if (strstr(argument, "://") == NULL) {
        cli_fail("--uri takes a URI, such as ldap://dc1.corp.example, not "
                 "\"%s\": for a server write ldap://%s, for a domain use "
                 "--domain",
                 argument, argument);
        return false;
    }
    if (line->cli->uri_count == (line->cli->command == CLI_DIFF ? 2 : 1)) {
        cli_fail("one --uri at a time: one directory is read");
        return false;
    }
    line->cli->uris[line->cli->uri_count++] = argument;
    line->cli->uri = argument;
    line->cli->tls |= strncasecmp(argument, "ldaps:", 6) == 0;
    return true;
}

static bool take_domain(struct line *line, const char *argument)
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

static bool take_starttls(struct line *line, const char *argument)
{
    (void)argument;
    line->cli->tls = true;
    return adscp_reader_set_starttls(line->cli->reader, 1) == ADSCP_OK;
}

static bool take_census(struct line *line, const char *argument)
{
    (void)argument;
    return adscp_reader_set_census(line->cli->reader, 1) == ADSCP_OK;
}

static bool take_bind_dn(struct line *line, const char *argument)
{
    line->bind_dn = argument;
    return true;
}

static bool take_password_file(struct line *line, const char *argument)
{
    line->password_file = argument;
    return note_input(line->cli, argument);
}

/* To the library an empty site is one that is unknown; here it is the empty
 * variable of a script. */
static bool take_site(struct line *line, const char *argument)
{
    line->cli->site = argument;
    if (argument[0] == '\0')
        cli_fail("--site is empty: name the site, or say --no-site if it is "
                 "unknown");
    return argument[0] != '\0';
}

static bool take_no_site(struct line *line, const char *argument)
{
    (void)argument;
    return adscp_predictor_set_site(line->cli->predictor, "") == ADSCP_OK;
}

static bool take_behind(struct line *line, const char *argument)
{
    (void)argument;
    return adscp_observer_set_behind(line->cli->observer, 1) == ADSCP_OK;
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
        cli_fail("--at takes a time such as 2026-01-31T12:00:00Z or a date "
                 "such as 2026-01-31, not \"%s\"",
                 argument);
        return false;
    }
    line->cli->time = seconds;
    return adscp_predictor_set_time(line->cli->predictor, seconds) == ADSCP_OK;
}

bool option_take_timeout(struct line *line, const char *argument)
{
    size_t digits = strspn(argument, "0123456789");
    long seconds = strtol(argument, NULL, 10);

    if (digits == 0 || argument[digits] != '\0' || seconds < 1 ||
        seconds > INT_MAX / 1000) {
        cli_fail("--timeout takes whole seconds from 1 to %d, not \"%s\"",
                 INT_MAX / 1000, argument);
        return false;
    }
    line->cli->timeout_ms = (int)seconds * 1000;
    return adscp_reader_set_timeout_ms(line->cli->reader,
                                       line->cli->timeout_ms) == ADSCP_OK;
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

/* Which one was looked for before anything could go wrong. */
static bool take_format(struct line *line, const char *argument)
{
    line->cli->all_sites |= line->cli->prometheus;
    if (line->cli->prometheus || strcmp(argument, "nagios") == 0)
        return true;
    cli_fail("--format takes nagios or prometheus, not \"%s\"", argument);
    return false;
}

/* Unless it names a file that is read. */
static bool take_output(struct line *line, const char *argument)
{
    if (line->cli->output == NULL)
        cli_fail("--output would overwrite %s, which is read: name another "
                 "file",
                 argument);
    return line->cli->output != NULL;
}

static bool take_since(struct line *line, const char *argument)
{
    line->cli->since = argument;
    return note_input(line->cli, argument);
}

#define STATES "ok warning critical unknown"

const struct option_row option_rows[OPTIONS] = {
/* What is left begins with the line of help. */
#define OPTION(id, letter_, name_, argument_, group_, commands_, ...)          \
    [OPTION_##id] = {.letter = letter_,                                        \
                     .name = name_,                                            \
                     .argument = argument_,                                    \
                     .group = group_,                                          \
                     .commands = commands_,                                    \
                     .help = __VA_ARGS__},
#include "options.def"
#undef OPTION
};

/* Whoever pastes a URL where a name is wanted is shown the name in it. */
static bool is_name(const struct option_row *row, const char *argument)
{
    const char *slashes = strstr(argument, "://"), *host;
    int length;

    if (row->wants == NULL || slashes == NULL)
        return true;
    host = slashes + strlen("://");
    length = (int)strcspn(host, ":/?#");
    if (length > 0)
        cli_fail("--%s takes %s, not a URL: \"%.*s\" is the host in it",
                 row->name, row->wants, length, host);
    else
        cli_fail("--%s takes %s, not a URL", row->name, row->wants);
    return false;
}

bool option_apply(struct line *line, enum option_id id, const char *argument)
{
    const struct option_row *row = &option_rows[id];
    struct cli *cli = line->cli;
    const char *problem = NULL;
    bool is_file;

    if (row->once != NULL && line->seen[id]) {
        cli_fail("one --%s at a time: %s", row->name, row->once);
        return false;
    }
    line->seen[id] = true;
    if (!option_check_pairs(line->seen))
        return false;
    if (row->flag != 0)
        *(bool *)((char *)cli + row->flag) = true;
    if (adscp_predictor_set_timeout_ms(cli->predictor, cli_left_ms(cli)) !=
        ADSCP_OK) /* a file may be a pipe */
        return false;
    if (!is_name(row, argument != NULL ? argument : "") ||
        (row->own != NULL && !row->own(line, argument)))
        return false;
    if (row->reader != NULL && row->reader(cli->reader, argument) != ADSCP_OK)
        problem = adscp_reader_error_detail(cli->reader);
    else if (row->predictor != NULL &&
             row->predictor(cli->predictor, argument) != ADSCP_OK)
        problem = adscp_predictor_error_detail(cli->predictor);
    else if (row->observer != NULL &&
             row->observer(cli->observer, argument) != ADSCP_OK)
        problem = adscp_observer_error_detail(cli->observer);
    is_file = row->argument != NULL && strcmp(row->argument, "FILE") == 0;
    if (problem != NULL) {
        cli->asked = is_file;
        cli_fail("--%s: %s", row->name, problem);
        return false;
    }
    return row->own != NULL || !is_file || note_input(cli, argument);
}

/* ------------------------------------------------------------- together -- */

bool option_goes_with(const struct option_row *row, enum cli_command command)
{
    return (row->commands >> command & 1) != 0;
}

void option_refuse(const struct option_row *row, enum cli_command command)
{
    const struct command *about = command_of(command);
    const char *instead =
        row->instead != NULL ? row->instead : about->instead[row->group];
    char names[256];

    command_names(row->commands, " and ", names, sizeof(names));
    if (instead != NULL)
        cli_fail("%s does not take --%s: %s", about->name, row->name, instead);
    else
        cli_fail("%s does not take --%s, which goes with %s: leave it out",
                 about->name, row->name, names);
}

void option_unknown(const char *word, enum cli_command command)
{
    struct nearest nearest = {.wanted = word + strspn(word, "-")};
    int i;

    for (i = 0; i < OPTIONS; i++)
        if (command == CLI_NONE || option_goes_with(&option_rows[i], command))
            nearest_try(&nearest, option_rows[i].name);
    if (nearest.found != NULL)
        cli_fail("there is no option %s: did you mean --%s?", word,
                 nearest.found);
    else
        cli_fail("there is no option %s", word);
}
