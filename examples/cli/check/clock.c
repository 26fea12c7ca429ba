/* SPDX-License-Identifier: MIT */
/*
 * `check` ends in time, whatever hangs: reading and looking have a budget of
 * their own, and a signal ends what no budget bounds.
 */
#include "../command.h"

#include <signal.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

/* What the signal handler says; made before it may come. */
static char too_late[96];

static void on_alarm(int number)
{
    ssize_t done = write(STDOUT_FILENO, too_late, strlen(too_late));

    (void)number;
    (void)done;
    _exit(CLI_CHECK_UNKNOWN);
}

static void set_alarm(int milliseconds)
{
    struct itimerval timer = {
        .it_value = {.tv_sec = milliseconds / 1000,
                     .tv_usec = milliseconds % 1000 * 1000}};

    setitimer(ITIMER_REAL, &timer, NULL);
}

/* What no budget bounds (a file that hangs, a long calculation) is ended by the
 * clock. */
void cli_check_clock(const struct cli *cli)
{
    struct sigaction action = {.sa_handler = on_alarm};

    snprintf(too_late, sizeof(too_late),
             "ADSCP UNKNOWN - no answer within %d seconds\n",
             cli->timeout_ms / 1000);
    sigaction(SIGALRM, &action, NULL);
    set_alarm(cli->timeout_ms);
}

/* Reading and looking have nine tenths of the time, so that their own words can
 * be told. */
void cli_check_budget(struct cli *cli)
{
    cli->timeout_ms -= cli->timeout_ms / 10;
    adscp_reader_set_timeout_ms(cli->reader, cli->timeout_ms);
}

void cli_check_stop_clock(void)
{
    set_alarm(0);
}
