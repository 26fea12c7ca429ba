/* SPDX-License-Identifier: MIT */
/*
 * What the options mean together: pairs that contradict each other, and options
 * that need another one.
 */
#include "command.h"

#include <string.h>

static const char *name_of(enum option_id id)
{
    return option_rows[id].name;
}

bool option_check_pairs(const bool *seen)
{
    static const enum option_id pairs[][2] = {
        {OPTION_LDIF, OPTION_URI},
        {OPTION_LDIF, OPTION_DOMAIN},
        {OPTION_URI, OPTION_DOMAIN},
        {OPTION_SITE, OPTION_NO_SITE},
        {OPTION_ADDRESS, OPTION_NO_SITE},
        {OPTION_SIMPLE, OPTION_MECH},
        {OPTION_PASSWORD_FILE, OPTION_ASK_PASSWORD},
        {OPTION_OBSERVE, OPTION_NO_OBSERVE},
        {OPTION_BEHIND, OPTION_NO_OBSERVE},
        {OPTION_JSON, OPTION_CSV},
        {OPTION_JSON, OPTION_FORMAT},
        {OPTION_JSON, OPTION_BRIEF},
        {OPTION_CSV, OPTION_BRIEF},
        {OPTION_VERBOSE, OPTION_BRIEF},
        {OPTION_VERBOSE, OPTION_CSV},
    };
    size_t i;

    for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        if (!seen[pairs[i][0]] || !seen[pairs[i][1]])
            continue;
        cli_fail("--%s and --%s exclude each other: leave one out",
                 name_of(pairs[i][0]), name_of(pairs[i][1]));
        return false;
    }
    return true;
}

static bool check_needing(const bool *seen)
{
    static const enum option_id pairs[][2] = {
        {OPTION_BIND_DN, OPTION_SIMPLE},
        {OPTION_PASSWORD_FILE, OPTION_BIND_DN},
        {OPTION_ASK_PASSWORD, OPTION_BIND_DN},
        {OPTION_KEY, OPTION_CERT},
    };
    size_t i;

    for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        if (!seen[pairs[i][0]] || seen[pairs[i][1]])
            continue;
        cli_fail("--%s requires --%s", name_of(pairs[i][0]),
                 name_of(pairs[i][1]));
        return false;
    }
    if (!seen[OPTION_BIND_DN] || seen[OPTION_PASSWORD_FILE] ||
        seen[OPTION_ASK_PASSWORD])
        return true;
    cli_fail("--bind-dn requires a password: -y FILE or -W");
    return false;
}

/* An export asks for no name and no password. */
static bool check_live(const bool *seen, enum reads reads)
{
    bool live = !seen[OPTION_LDIF] && (reads == READS_DIRECTORY ||
                                       seen[OPTION_URI] || seen[OPTION_DOMAIN]);
    int i;

    for (i = 0; i < OPTIONS; i++) {
        if (live || !seen[i] || option_rows[i].group != GROUP_LOGIN)
            continue;
        cli_fail("--%s requires a live directory: leave it out, or name a "
                 "server with --uri instead of --ldif",
                 name_of((enum option_id)i));
        return false;
    }
    return true;
}

/* A coverage of all sites is about everybody. */
static bool check_verbose(const struct line *line)
{
    if (line->cli->command != CLI_COVERAGE || !line->seen[OPTION_VERBOSE] ||
        line->seen[OPTION_SITE])
        return true;
    cli_fail("--verbose requires --site here: without it, all findings are "
             "shown");
    return false;
}

/* Changes are of something. */
static bool check_changes(const bool *seen, enum reads reads)
{
    if (!seen[OPTION_CHANGES] || reads == READS_DIRECTORY ||
        seen[OPTION_LDIF] || seen[OPTION_URI] || seen[OPTION_DOMAIN])
        return true;
    cli_fail("--changes requires what they change: --ldif, --uri or --domain");
    return false;
}

/* A check is about one client, or about everybody. */
static bool check_all_sites(const struct line *line)
{
    int i;

    if (line->cli->command == CLI_CHECK && line->seen[OPTION_CENSUS] &&
        !line->cli->all_sites) {
        cli_fail("--census requires --all-sites");
        return false;
    }
    if (line->cli->since != NULL && line->cli->prometheus) {
        cli_fail("--since and --format prometheus exclude each other: metrics "
                 "have no state");
        return false;
    }
    for (i = 0; i < OPTIONS && line->cli->all_sites; i++) {
        if (!line->seen[i] || option_rows[i].group != GROUP_CLIENT ||
            (i == OPTION_MAIL && line->cli->mail == NULL)) /* a domain */
            continue;
        cli_fail(
            "--%s is about one client, --%s about everybody: leave one of "
            "them out%s",
            name_of((enum option_id)i),
            line->seen[OPTION_ALL_SITES] ? "all-sites" : "format prometheus",
            i == OPTION_MAIL ? ", or name a mail domain (--mail @DOMAIN)" : "");
        return false;
    }
    return true;
}

bool option_take_client(struct line *line, const char *argument)
{
    const char *name;
    int client;

    for (client = 0; (name = adscp_client_name(client)) != NULL; client++) {
        if (strcmp(name, argument) == 0) {
            line->cli->client = client;
            return adscp_predictor_set_client(line->cli->predictor, client) ==
                   ADSCP_OK;
        }
    }
    cli_fail("--client is outlook-2007, outlook-2010, outlook-2013, "
             "outlook-2016 (2019 and LTSC, too) or outlook-365, not \"%s\"",
             argument);
    return false;
}

/* The other profiles are no Outlook. */
static bool check_client(const struct line *line)
{
    if (line->cli->client < 0 || line->cli->profile == ADSCP_PROFILE_OUTLOOK)
        return true;
    cli_fail("--client names an Outlook, and --profile %s another program: "
             "leave one out",
             adscp_profile_name(line->cli->profile));
    return false;
}

/* Of somebody, or of everybody: the domain alone. */
static bool take_domain(struct cli *cli, const char *argument)
{
    const char *at = strchr(argument, '@');

    if (adscp_predictor_set_mail_domain(
            cli->predictor, at != NULL ? at + 1 : argument) == ADSCP_OK)
        return true;
    cli_fail("--mail: %s", adscp_predictor_error_detail(cli->predictor));
    return false;
}

/* Whoever it is shall be read. */
static bool read_user(struct cli *cli, const char *argument)
{
    cli->mail = argument;
    if (adscp_reader_add_mail(cli->reader, argument) == ADSCP_OK)
        return true;
    cli_fail("--mail: %s", adscp_reader_error_detail(cli->reader));
    return false;
}

static bool take_user(struct cli *cli, const char *argument)
{
    if (!read_user(cli, argument))
        return false;
    if (adscp_predictor_set_mail(cli->predictor, argument) == ADSCP_OK)
        return true;
    cli_fail("--mail: %s", adscp_predictor_error_detail(cli->predictor));
    return false;
}

/* Nobody is looked up where all users are judged; where two readings are
 * compared, it is seen whether somebody moved. */
bool option_take_mail(struct line *line, const char *argument)
{
    enum cli_command command = line->cli->command;
    bool is_asking =
        command == CLI_LIST || command == CLI_PREDICT || command == CLI_CHECK;

    line->mails++;
    if (command == CLI_SAVE || (is_asking && argument[0] != '@'))
        return take_user(line->cli, argument);
    if (command == CLI_DIFF && strchr(argument, '@') != NULL &&
        argument[0] != '@' && !read_user(line->cli, argument))
        return false;
    if (is_asking || strchr(argument, '@') != NULL)
        return take_domain(line->cli, argument);
    cli_fail("--mail takes a mail address, or \"@\" and a mail domain, such as "
             "@contoso.com, not \"%s\"",
             argument);
    return false;
}

bool option_check(const struct line *line)
{
    struct cli *cli = line->cli;

    if (!check_needing(line->seen) || !check_verbose(line) ||
        !check_all_sites(line) || !check_client(line) ||
        !check_live(line->seen, command_of(cli->command)->reads) ||
        !check_changes(line->seen, command_of(cli->command)->reads))
        return false;
    if (line->mails > 1 && cli->command != CLI_SAVE) {
        cli_fail("one --mail at a time: the question is about one user");
        return false;
    }
    if (!threshold_settle(&cli->warning, line->seen[OPTION_WARNING],
                          &cli->critical, line->seen[OPTION_CRITICAL])) {
        cli_fail("--warning must not be nearer than --critical: give it more "
                 "days, or a larger share");
        return false;
    }
    return true;
}
