/* SPDX-License-Identifier: MIT */
/*
 * adscp: the library on the command line. This file reads the directory, asks
 * for the prediction, and sees to it that standard output carries the whole
 * answer or nothing, and that the exit status tells which.
 */
#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TIMEOUT_DEFAULT_MS = 30000 };

static int cli_unwritten(void)
{
    return cli_fail("standard output cannot be written: %s", strerror(errno));
}

int cli_deliver(const char *text)
{
    static bool closed;

    if (closed)
        return CLI_LOCAL;
    closed = fputs(text, stdout) >= 0 && fflush(stdout) == 0;
    /* A full disk may show as late as in fclose(). */
    if (!closed || fclose(stdout) != 0)
        return cli_unwritten();
    return CLI_DONE;
}

int cli_print(const struct cli *cli, char *text, int64_t start)
{
    int status = CLI_LOCAL;

    if (text != NULL)
        status = cli_deliver(text);
    else if (ferror(stdout) != 0)
        cli_unwritten();
    else
        cli_fail("out of memory");

    free(text);
    cli_timing(cli, "print", start);
    return status;
}

char *cli_take(FILE *out, char **textp)
{
    bool ok = ferror(out) == 0;

    if (fclose(out) == 0 && ok)
        return *textp;
    free(*textp);
    return NULL;
}

char *cli_visible(char *text)
{
    char *shown = NULL;
    int size;

    if (text == NULL)
        return NULL;
    size = adscp_text_visible(text, NULL, 0) + 1;
    if (size > 0)
        shown = malloc((size_t)size);
    if (shown != NULL)
        adscp_text_visible(text, shown, size);
    free(text);
    return shown;
}

static bool reads(const struct cli *cli)
{
    switch (command_of(cli->command)->reads) {
    case READS_DIRECTORY:
        return true;
    case READS_IF_TOLD:
        return cli->uri != NULL || cli->export != NULL;
    default:
        return false;
    }
}

/* A snapshot gives the answers of the day when it was saved, with what its
 * servers showed. */
static int take_forest(struct cli *cli, const adscp_forest *forest)
{
    if (!cli->observe && !cli->blind)
        cli->kept = adscp_forest_sightings(forest);
    adscp_predictor_set_sightings(cli->predictor, cli->kept);
    return adscp_predictor_set_forest(cli->predictor, forest);
}

static int run(struct cli *cli)
{
    adscp_forest *forest = NULL;
    int rc, status;

    if (reads(cli)) {
        rc = cli_read(cli, &forest);
        if (rc != ADSCP_OK)
            return cli_unread(cli, rc);
        rc = take_forest(cli, forest);
        if (rc != ADSCP_OK) {
            adscp_forest_free(forest);
            return cli_fail("%s", adscp_predictor_error_detail(cli->predictor));
        }
    }
    status = command_of(cli->command)->run(cli, forest);
    adscp_forest_free(forest);
    return status;
}

/* A descriptor 0, 1 or 2 that the caller closed would be given to the next file
 * or socket that we open, and the answer written into that. */
static void hold_standard_descriptors(void)
{
    int fd;

    do
        fd = open("/dev/null", O_RDONLY);
    while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd > STDERR_FILENO)
        close(fd);
}

/* False: out of memory, which must not look like a locale without UTF-8. */
static bool set_environment(void)
{
    /* libldap shall not even look for ldap.conf and .ldaprc. */
    if (setenv("LDAPNOINIT", "1", 1) != 0)
        return false;
    errno = 0;
    return setlocale(LC_CTYPE, "") != NULL || errno != ENOMEM;
}

int main(int argc, char **argv)
{
    struct cli cli = {.profile = ADSCP_PROFILE_OUTLOOK,
                      .client = ADSCP_CLIENT_ABSENT,
                      .timeout_ms = TIMEOUT_DEFAULT_MS,
                      .warning = {.value = 30},
                      .critical = {.value = 7},
                      .alert_state = CLI_CHECK_CRITICAL,
                      .finding_state = CLI_CHECK_CRITICAL,
                      .uncertain_state = CLI_CHECK_UNKNOWN,
                      .no_scp_state = CLI_CHECK_WARNING};
    int status = CLI_LOCAL;
    bool is_set;

    hold_standard_descriptors();
    cli.check_first = argc > 1 && strcmp(argv[1], "check") == 0;
    if (cli.check_first)
        cli_keep_failure();
    is_set = set_environment();

    cli.reader = adscp_reader_new();
    cli.predictor = adscp_predictor_new();
    cli.observer = adscp_observer_new();
    if (!is_set)
        status = cli_fail("%s", adscp_error_text(ADSCP_E_NOMEM));
    else if (cli_options(&cli, argc, argv, &status))
        status = run(&cli);
    if (cli_kept_failure()[0] != '\0')
        status = cli_tell_failure(&cli, status);

    free(cli.words);
    free(cli.inputs);
    free(cli.plan);
    adscp_observer_free(cli.observer);
    adscp_predictor_free(cli.predictor);
    adscp_reader_free(cli.reader);
    return status;
}
