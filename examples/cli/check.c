/* SPDX-License-Identifier: MIT */
/*
 * The command `check`, for monitoring systems: one line, performance data, and
 * the states of the Nagios plug-ins as exit status. Whatever goes wrong, and
 * whatever the directory does, is UNKNOWN, in time and on that line.
 */
#include "cli.h"

#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

enum { DAY = 24 * 60 * 60, LINE_SIZE = 512 };

static const char *const states[] = {[CLI_CHECK_OK] = "OK",
                                     [CLI_CHECK_WARNING] = "WARNING",
                                     [CLI_CHECK_CRITICAL] = "CRITICAL",
                                     [CLI_CHECK_UNKNOWN] = "UNKNOWN"};

/* ------------------------------------------------------------- options -- */

bool cli_check_days(const char *text, int *daysp)
{
    size_t digits = strspn(text, "0123456789");
    long days = strtol(text, NULL, 10);

    if (digits == 0 || digits > 6 || text[digits] != '\0')
        return false;
    *daysp = (int)days;
    return true;
}

bool cli_check_state(const char *text, int *statep)
{
    int state;

    for (state = CLI_CHECK_OK; state <= CLI_CHECK_CRITICAL; state++) {
        if (page_compare(text, states[state]) == 0) {
            *statep = state;
            return true;
        }
    }
    return false;
}

/* ------------------------------------------------------------ in time -- */

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

/* ---------------------------------------------------------- the state -- */

struct check {
    const struct cli *cli;
    const adscp_prediction *answer;
    const adscp_alert *alert;
    int outcome;       /* -1: there is no server to meet */
    int64_t days;      /* to the first change; -1: none is known */
    const char *whose; /* host of that certificate; NULL: not known */
    int lonely;        /* sites without an SCP */
    int state;
    FILE *out; /* what there is to say, each with ", " behind it */
};

static void raise_state(struct check *check, int state)
{
    /* UNKNOWN gives way to what is known to be wrong. */
    static const int rank[] = {[CLI_CHECK_OK] = 0,
                               [CLI_CHECK_UNKNOWN] = 1,
                               [CLI_CHECK_WARNING] = 2,
                               [CLI_CHECK_CRITICAL] = 3};

    if (rank[state] > rank[check->state])
        check->state = state;
}

static void note_change(struct check *check, const adscp_alert *alert,
                        const char *host, int64_t *firstp)
{
    int64_t on = adscp_alert_changes_on(alert);

    if (on < 0 || (*firstp >= 0 && on >= *firstp))
        return;
    *firstp = on;
    check->whose = host;
}

/* Any certificate of the answer may be the one that expires. */
static void find_change(struct check *check)
{
    const adscp_prediction *answer = check->answer;
    int64_t first = -1;
    int i;

    for (i = 0; i < adscp_prediction_hop_count(answer); i++) {
        const adscp_hop *hop = adscp_prediction_hop(answer, i);

        note_change(check, adscp_hop_alert(hop), adscp_hop_host(hop), &first);
    }
    for (i = 0; i < adscp_prediction_service_count(answer); i++) {
        const adscp_service *service = adscp_prediction_service(answer, i);

        note_change(check, adscp_service_alert(service),
                    adscp_service_host(service), &first);
    }
    check->days = -1;
    if (first >= 0)
        check->days =
            first > check->cli->time ? (first - check->cli->time) / DAY : 0;
}

static int count_sites_without_scp(const adscp_prediction *answer)
{
    int i, found = 0, count = adscp_prediction_finding_count(answer);

    for (i = 0; i < count; i++)
        if (strcmp(adscp_finding_code(adscp_prediction_finding(answer, i)),
                   "site-without-scp") == 0)
            found++;
    return found;
}

/* "EX07, then EX10" */
static void say_way(struct check *check)
{
    int i, count = adscp_prediction_hop_count(check->answer);

    fputs("Outlook meets ", check->out);
    for (i = 0; i < count; i++) {
        const char *name = story_name(adscp_prediction_hop(check->answer, i));

        fprintf(check->out, "%s%s", i > 0 ? ", then " : "",
                name != NULL ? name : "a server that is not known");
    }
    fputs(", ", check->out);
}

static void say_reasons(struct check *check)
{
    int i, count = adscp_alert_reason_count(check->alert);

    for (i = 0; i < count; i++)
        fprintf(check->out, "%s%s", i > 0 ? ", " : " (",
                adscp_alert_reason_name(adscp_alert_reason(check->alert, i)));
    fputs(count > 0 ? "), " : ", ", check->out);
}

/* The last one of the way stands there already. */
static void say_where(const struct check *check)
{
    int hop = adscp_prediction_alert_hop(check->answer);

    if (check->outcome > ADSCP_ALERT_OUTCOME_NO_ALERT &&
        hop + 1 != adscp_prediction_hop_count(check->answer))
        fprintf(check->out, " at %s", story_alerting(check->answer));
}

static void judge_alert(struct check *check)
{
    check->alert = adscp_prediction_alert(check->answer);
    check->outcome = adscp_alert_outcome(check->alert);
    if (adscp_prediction_candidate_count(check->answer) == 0) {
        fputs("no server in the directory, ", check->out);
        raise_state(check, CLI_CHECK_WARNING);
        return;
    }
    say_way(check);
    fputs(check->outcome >= 0 ? seen_outcome(check->outcome)
                              : "no certificate is known",
          check->out);
    say_where(check);
    say_reasons(check);
    if (check->outcome >= ADSCP_ALERT_OUTCOME_ALERT)
        raise_state(check, check->cli->alert_state);
}

/* What another order would bring is a warning before it comes. */
static void judge_doubt(struct check *check)
{
    const adscp_prediction *answer = check->answer;

    if (!headline_doubt(check->out, answer))
        return;
    fputs(", ", check->out);
    if (adscp_prediction_doubt_outcome(answer) >= ADSCP_ALERT_OUTCOME_ALERT ||
        adscp_prediction_doubt_hop_count(answer) == 0)
        raise_state(check, CLI_CHECK_WARNING);
}

/* An alert of today is told already; what comes is of interest before it. */
static void judge_change(struct check *check)
{
    find_change(check);
    if (check->days < 0 || check->outcome >= ADSCP_ALERT_OUTCOME_ALERT)
        return;
    fprintf(check->out, "changes in %lld day%s%s%s, ", (long long)check->days,
            check->days == 1 ? "" : "s", check->whose != NULL ? " at " : "",
            check->whose != NULL ? check->whose : "");
    if (check->days < check->cli->critical_days)
        raise_state(check, CLI_CHECK_CRITICAL);
    else if (check->days < check->cli->warning_days)
        raise_state(check, CLI_CHECK_WARNING);
}

/* Where the client's site is known, only that one matters; a name that is no
 * site's is worth the same word. */
static void judge_sites(struct check *check)
{
    const char *own = adscp_prediction_site(check->answer);

    if (own != NULL) {
        check->lonely = cli_count_in_site(check->answer) == 0;
        if (check->lonely > 0)
            fprintf(check->out, "no server for the site %s, ", own);
    } else {
        check->lonely = count_sites_without_scp(check->answer);
        if (check->lonely > 0)
            fprintf(check->out, "%d site%s without an SCP, ", check->lonely,
                    check->lonely == 1 ? "" : "s");
    }
    if (check->lonely > 0)
        raise_state(check, CLI_CHECK_WARNING);
}

static void judge_rest(struct check *check, bool complete)
{
    const char *domain = cli_assumed_domain(check->answer);

    if (domain != NULL)
        fprintf(check->out, "on a computer of %s, ", domain);
    judge_sites(check);
    if (!complete) {
        fputs("the answer was cut short, ", check->out);
        raise_state(check, CLI_CHECK_UNKNOWN);
    }
}

/* ------------------------------------------------------------ the line -- */

/* "|" begins the performance data, and a line is one. */
static void tame(char *text)
{
    cli_clean(text);
    for (; *text != '\0'; text++)
        if (*text == '|')
            *text = '/';
}

static void write_data(FILE *out, const struct check *check)
{
    static const char *const alert_range[] = {[CLI_CHECK_OK] = ";",
                                              [CLI_CHECK_WARNING] = "0;",
                                              [CLI_CHECK_CRITICAL] = ";0"};

    fputs(" |", out);
    if (check->days >= 0)
        fprintf(out, " days=%lld;%d:;%d:;0;", (long long)check->days,
                check->cli->warning_days, check->cli->critical_days);
    fprintf(out, " alert=%d;%s;0;1 sites_without_scp=%d;0;;0;",
            check->outcome >= ADSCP_ALERT_OUTCOME_ALERT,
            alert_range[check->cli->alert_state], check->lonely);
    fprintf(out, " candidates=%d;;;0; time=%.3fs;;;0;\n",
            adscp_prediction_candidate_count(check->answer),
            (double)(cli_clock_ms() - check->cli->started) / 1000);
}

static int deliver(const struct check *check, char *words)
{
    char *text = NULL;
    size_t size = 0, length = strlen(words);
    FILE *out = open_memstream(&text, &size);

    if (length >= 2) /* the last ", " */
        words[length - 2] = '\0';
    tame(words);
    if (out == NULL)
        return cli_check_unknown("out of memory");
    fprintf(out, "ADSCP %s - %s", states[check->state], words);
    write_data(out, check);
    text = cli_take(out, &text);
    if (text == NULL)
        return cli_check_unknown("out of memory");
    set_alarm(0);
    cli_deliver(text);
    free(text);
    return check->state;
}

int cli_check(const struct report *report)
{
    struct check check = {.cli = report->cli, .answer = report->answer};
    char *words = NULL;
    size_t size = 0;
    int status;

    check.out = open_memstream(&words, &size);
    if (check.out == NULL)
        return cli_check_unknown("out of memory");
    judge_alert(&check);
    judge_doubt(&check);
    judge_change(&check);
    judge_rest(&check, adscp_prediction_complete(report->answer) == 1 &&
                           adscp_sightings_complete(report->sightings) != 0);
    words = cli_take(check.out, &words);
    status = words != NULL ? deliver(&check, words)
                           : cli_check_unknown("out of memory");
    free(words);
    return status;
}

int cli_check_unknown(const char *why)
{
    char text[LINE_SIZE], line[LINE_SIZE + 32];

    set_alarm(0);
    snprintf(text, sizeof(text), "%s", why);
    tame(text);
    snprintf(line, sizeof(line), "ADSCP UNKNOWN - %s\n", text);
    cli_deliver(line);
    return CLI_CHECK_UNKNOWN;
}
