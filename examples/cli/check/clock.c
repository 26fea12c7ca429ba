/* SPDX-License-Identifier: MIT */
/*
 * `check` ends in time, whatever hangs: reading and looking have a budget of
 * their own, and a signal ends what no budget bounds.
 */
#include "check.h"

#include <signal.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

/* What the signal handler says, and where; made before it may come. */
static struct {
    char words[96];
    const char *text;
    bool is_metrics, to_file;
} late;

static void put(int fd, const char *text)
{
    ssize_t done = write(fd, text, strlen(text));

    (void)done;
}

static void on_alarm(int number)
{
    (void)number;
    if (late.is_metrics)
        put(STDERR_FILENO, late.words);
    if (late.to_file)
        file_write_late(late.text);
    else
        put(STDOUT_FILENO, late.text);
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

    snprintf(late.words, sizeof(late.words), "%sno answer within %d seconds\n",
             cli->prometheus ? "adscp: " : "ADSCP UNKNOWN - ",
             cli->timeout_ms / 1000);
    late.is_metrics = cli->prometheus;
    late.text = cli->prometheus ? check_metrics_down : late.words;
    late.to_file = cli->output != NULL && !file_is_output(cli->output);
    if (late.to_file)
        file_prepare_late(cli->output);
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
