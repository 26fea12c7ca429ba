/* SPDX-License-Identifier: MIT */
/*
 * Reading the directory, which Ctrl-C ends, and why it could not be read.
 */
#include "cli.h"

#include <signal.h>
#include <stdlib.h>

/* What Ctrl-C has to stop. */
static adscp_reader *volatile running;
static adscp_observer *volatile looking;

static void interrupt(int number)
{
    (void)number;
    adscp_reader_cancel(running);
    adscp_observer_cancel(looking);
}

/* The first Ctrl-C cancels what runs, the second one kills. Who ignores it (a
 * job in the background) goes on ignoring it. */
static void catch_interrupts(adscp_reader *reader, adscp_observer *observer)
{
    struct sigaction action = {.sa_handler = interrupt,
                               .sa_flags = (int)SA_RESETHAND};
    struct sigaction before;

    running = reader;
    looking = observer;
    sigaction(SIGINT, NULL, &before);
    if (before.sa_handler == SIG_IGN)
        return;
    if (reader == NULL && observer == NULL)
        action = (struct sigaction){.sa_handler = SIG_DFL};
    sigaction(SIGINT, &action, NULL);
}

void cli_interrupts(adscp_observer *observer)
{
    catch_interrupts(NULL, observer);
}

int cli_read(const struct cli *cli, adscp_forest **forestp)
{
    int rc;

    catch_interrupts(cli->reader, NULL);
    rc = adscp_reader_read(cli->reader, forestp);
    catch_interrupts(NULL, NULL);
    cli_timing_reader(cli);
    return rc;
}

/* An export stands for the directory: one that cannot be read, or is no LDIF,
 * is a directory that cannot be read. Beside a live directory the files are the
 * caller's own (CA, certificate, key). */
static bool is_local(const struct cli *cli, int code)
{
    if (code == ADSCP_E_FILE || code == ADSCP_E_FORMAT)
        return cli->uri != NULL;
    return code > ADSCP_E_RESOLVE;
}

int cli_unread(const struct cli *cli, int code)
{
    const char *detail = adscp_reader_error_detail(cli->reader);
    int i;

    cli_name_failure(code);
    cli_explain_failure(cli->reader);
    if (code == ADSCP_E_CANCELLED)
        return cli_interrupted();
    /* Where one sentence is kept, it is the reason. */
    for (i = 0;
         !cli_keeps_failure() && i < adscp_reader_trace_count(cli->reader); i++)
        cli_fail("tried: %s", adscp_reader_trace(cli->reader, i));
    cli_fail_hinted(cli, code, detail);
    return is_local(cli, code) ? CLI_LOCAL : CLI_UNREADABLE;
}

/* ----------------------------------------------------------- other files -- */

/* It stands for a directory, too. */
int cli_read_file(const struct cli *cli, const char *path,
                  adscp_forest **forestp)
{
    adscp_reader *reader = adscp_reader_new();
    int rc = reader != NULL ? adscp_reader_add_ldif_file(reader, path)
                            : ADSCP_E_NOMEM;

    if (rc == ADSCP_OK && cli->mail != NULL)
        rc = adscp_reader_add_mail(reader, cli->mail);
    if (rc == ADSCP_OK)
        rc = adscp_reader_set_timeout_ms(reader, cli_left_ms(cli));
    if (rc == ADSCP_OK)
        rc = adscp_reader_read(reader, forestp);
    if (rc != ADSCP_OK) {
        cli_name_failure(rc);
        cli_fail("%s", reader != NULL ? adscp_reader_error_detail(reader)
                                      : "out of memory");
    }
    adscp_reader_free(reader);
    if (rc == ADSCP_E_CANCELLED)
        return CLI_INTERRUPTED;
    if (rc == ADSCP_OK)
        return CLI_DONE;
    return rc == ADSCP_E_NOMEM || rc == ADSCP_E_ARGUMENT ? CLI_LOCAL
                                                         : CLI_UNREADABLE;
}
