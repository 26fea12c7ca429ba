/* SPDX-License-Identifier: MIT */
/*
 * adscp: the library on the command line. This file reads the directory, asks
 * for the prediction, and sees to it that standard output carries the whole
 * answer or nothing, and that the exit status tells which.
 */
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TIMEOUT_DEFAULT_MS = 30000 };

/* What Ctrl-C has to stop. */
static adscp_reader *volatile running;
static adscp_observer *volatile looking;

/* What cli_fail() keeps. */
static struct {
    bool wanted;
    int code; /* ADSCP_E_*; ADSCP_OK: none is behind it */
    const char *hint;
    const adscp_reader *reader; /* that knows what was tried; or NULL */
    char text[512];
} kept;

/* Of two bytes of UTF-8: a control character of the second set, which some
 * terminals obey as well. */
static bool is_c1(const char *text)
{
    return (unsigned char)text[0] == 0xc2 && (unsigned char)text[1] >= 0x80 &&
           (unsigned char)text[1] < 0xa0;
}

void cli_clean(char *text)
{
    for (; *text != '\0'; text++) {
        if (is_c1(text))
            *text++ = '?';
        else if ((unsigned char)*text >= ' ' && *text != 0x7f)
            continue;
        *text = '?';
    }
}

void cli_copy(char *to, size_t size, const char *text)
{
    size_t length = strlen(text);

    if (length >= size) {
        length = size - 1;
        while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
            length--;
    }
    memcpy(to, text, length);
    to[length] = '\0';
}

int cli_fail(const char *format, ...)
{
    char *text = NULL;
    va_list list;
    int length;

    va_start(list, format);
    length = vasprintf(&text, format, list);
    va_end(list);
    if (length < 0) {
        fputs("adscp: out of memory\n", stderr);
        return CLI_LOCAL;
    }
    cli_clean(text);
    if (!kept.wanted)
        fprintf(stderr, "adscp: %s\n", text);
    else if (kept.text[0] == '\0')
        cli_copy(kept.text, sizeof(kept.text), text);
    free(text);
    return CLI_LOCAL;
}

void cli_name_failure(int code)
{
    if (kept.text[0] == '\0')
        kept.code = code;
}

char *cli_json_failure(int status)
{
    return json_failure(kept.code != ADSCP_OK ? adscp_error_name(kept.code)
                                              : NULL,
                        kept.text, kept.hint, kept.reader, status);
}

int cli_interrupted(void)
{
    cli_name_failure(ADSCP_E_CANCELLED);
    cli_fail("interrupted");
    return CLI_INTERRUPTED;
}

void cli_keep_failure(void)
{
    kept.wanted = true;
}

const char *cli_kept_failure(void)
{
    return kept.text;
}

int cli_deliver(const char *text)
{
    static bool closed;

    if (closed)
        return CLI_LOCAL;
    closed = fputs(text, stdout) >= 0 && fflush(stdout) == 0;
    /* A full disk may show as late as in fclose(). */
    if (!closed || fclose(stdout) != 0)
        return cli_fail("standard output cannot be written: %s",
                        strerror(errno));
    return CLI_DONE;
}

int cli_print(const struct cli *cli, char *text, int64_t start)
{
    int status = text != NULL ? cli_deliver(text) : cli_fail("out of memory");

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

static int read_forest(adscp_reader *reader, adscp_forest **forestp)
{
    int rc;

    catch_interrupts(reader, NULL);
    rc = adscp_reader_read(reader, forestp);
    catch_interrupts(NULL, NULL);
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

static int report_unread(const struct cli *cli, int code)
{
    const char *detail = adscp_reader_error_detail(cli->reader);
    const char *advice = cli_hint(cli, code, detail);
    int i;

    cli_name_failure(code);
    kept.hint = advice;
    kept.reader = cli->reader;
    if (code == ADSCP_E_CANCELLED)
        return cli_interrupted();
    /* Where one sentence is kept, it is the reason. */
    for (i = 0; !kept.wanted && i < adscp_reader_trace_count(cli->reader); i++)
        cli_fail("tried: %s", adscp_reader_trace(cli->reader, i));
    cli_fail("%s", detail[0] != '\0' ? detail : adscp_error_text(code));
    if (advice != NULL)
        cli_fail("hint: %s", advice);
    return is_local(cli, code) ? CLI_LOCAL : CLI_UNREADABLE;
}

/* The other client that an administrator thinks of: the words show Outlook and
 * the EWS Managed API side by side. */
static int other_profile(const struct cli *cli)
{
    if (cli->json || cli->csv || cli->command == CLI_CHECK)
        return -1;
    switch (cli->profile) {
    case ADSCP_PROFILE_OUTLOOK:
        return ADSCP_PROFILE_EWS;
    case ADSCP_PROFILE_EWS:
        return ADSCP_PROFILE_OUTLOOK;
    default:
        return -1;
    }
}

/* Candidates and findings are made when they are first asked for. Asked here,
 * so that whoever prints them finds them there, and nobody takes lack of memory
 * for an empty list. */
static bool is_whole(const adscp_prediction *answer)
{
    return adscp_prediction_finding_count(answer) >= 0 &&
           (adscp_prediction_candidate_count(answer) == 0 ||
            adscp_prediction_candidate(answer, 0) != NULL);
}

int cli_predict(const struct cli *cli, adscp_prediction **out)
{
    int rc = adscp_predictor_set_timeout_ms(cli->predictor, cli_left_ms(cli));

    if (rc == ADSCP_OK)
        rc = adscp_predictor_predict(cli->predictor, out);
    if (rc == ADSCP_OK)
        return rc;
    cli_name_failure(rc);
    cli_fail("%s", adscp_predictor_error_detail(cli->predictor));
    if (rc == ADSCP_E_TIMEOUT)
        cli_fail("hint: --timeout gives more time");
    return rc;
}

static int predict(const struct cli *cli, int profile, adscp_prediction **out)
{
    int64_t start = cli_clock_ns();
    int rc = adscp_predictor_set_profile(cli->predictor, profile);
    char phase[32];

    if (rc == ADSCP_OK)
        rc = cli_predict(cli, out);
    if (rc == ADSCP_OK && !is_whole(*out)) {
        rc = ADSCP_E_NOMEM;
        cli_fail("%s", adscp_error_text(rc));
    }
    snprintf(phase, sizeof(phase), "predict %s", adscp_profile_name(profile));
    cli_timing(cli, phase, start);
    return rc;
}

static int print_report(const struct report *report)
{
    int64_t start = cli_clock_ns();
    char *text = report->cli->json  ? cli_json(report)
                 : report->cli->csv ? cli_list_csv(report->answer)
                                    : cli_words(report);

    return cli_print(report->cli, text, start);
}

/* The hosts that a first answer names are looked at, and the answer is given
 * again by what was seen. */
static int look_again(const struct cli *cli, adscp_prediction **givenp,
                      adscp_sightings **sightingsp, adscp_alerts **verdictsp)
{
    int rc = adscp_observer_add_prediction(cli->observer, *givenp);

    if (rc != ADSCP_OK)
        cli_fail("%s", adscp_observer_error_detail(cli->observer));
    if (rc == ADSCP_OK)
        rc = cli_look(cli, sightingsp);
    if (rc != ADSCP_OK)
        return rc;
    adscp_predictor_set_sightings(cli->predictor, *sightingsp);
    adscp_prediction_free(*givenp);
    *givenp = NULL;
    rc = predict(cli, cli->profile, givenp);
    if (rc != ADSCP_OK)
        return rc;
    rc = adscp_predictor_judge_sightings(cli->predictor, verdictsp);
    if (rc != ADSCP_OK)
        cli_fail("%s", adscp_predictor_error_detail(cli->predictor));
    return rc;
}

/* What the exit status tells of an answer that was printed. */
static int status_of(const struct cli *cli, const struct report *report)
{
    const adscp_prediction *answer = report->answer;
    const adscp_alert *alert = adscp_prediction_alert(answer);
    int candidates = adscp_prediction_candidate_count(answer);

    if (candidates < 0)
        return cli_fail("out of memory");
    if (cli->command == CLI_PREDICT &&
        adscp_alert_outcome(alert) >= ADSCP_ALERT_OUTCOME_ALERT)
        return CLI_ALERT;
    if (!adscp_prediction_complete(answer) ||
        adscp_sightings_complete(report->sightings) == 0)
        return CLI_PARTIAL;
    return candidates == 0 ? CLI_NOTHING : CLI_DONE;
}

static int answer(const struct cli *cli)
{
    adscp_prediction *given = NULL, *rival = NULL;
    adscp_sightings *sightings = NULL;
    adscp_alerts *verdicts = NULL;
    int other = other_profile(cli);
    struct report report = {.cli = cli, .time = cli->time};
    int status = CLI_LOCAL, rc;

    if (predict(cli, cli->profile, &given) != ADSCP_OK)
        goto out;
    rc = cli->observe ? look_again(cli, &given, &sightings, &verdicts)
                      : ADSCP_OK;
    if (rc == ADSCP_E_CANCELLED)
        status = CLI_INTERRUPTED;
    if (rc != ADSCP_OK)
        goto out;
    if (other >= 0 && predict(cli, other, &rival) != ADSCP_OK)
        goto out;
    report.answer = given;
    report.rival = rival;
    report.sightings = sightings;
    report.verdicts = verdicts;
    status =
        cli->command == CLI_CHECK ? cli_check(&report) : print_report(&report);
    if (status == CLI_DONE && cli->command != CLI_CHECK)
        status = status_of(cli, &report);
out:
    adscp_alerts_free(verdicts);
    adscp_sightings_free(sightings);
    adscp_prediction_free(rival);
    adscp_prediction_free(given);
    return status;
}

static int run(const struct cli *cli)
{
    adscp_forest *forest = NULL;
    int rc, status;

    if (cli->uri == NULL && cli->export == NULL)
        return cli_observe(cli);
    rc = read_forest(cli->reader, &forest);
    cli_timing_reader(cli);
    if (rc != ADSCP_OK)
        return report_unread(cli, rc);
    adscp_predictor_set_forest(cli->predictor, forest);
    if (cli->command == CLI_SAVE)
        status = cli_save(cli, forest);
    else if (cli->command == CLI_SITES || cli->command == CLI_SERVERS)
        status = cli_inventory(cli, forest);
    else
        status = cli->command == CLI_OBSERVE ? cli_observe(cli) : answer(cli);
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

/* What was kept of a failure: the line of check, or JSON on standard error. */
static int tell_failure(const struct cli *cli, int status)
{
    char *line;

    if (cli->check_first)
        return cli_check_unknown(cli, cli_kept_failure());
    line = cli_json_failure(status);
    fputs(line != NULL ? line : "adscp: out of memory\n", stderr);
    free(line);
    return status;
}

int main(int argc, char **argv)
{
    struct cli cli = {.profile = ADSCP_PROFILE_OUTLOOK,
                      .timeout_ms = TIMEOUT_DEFAULT_MS,
                      .warning = {.value = 30},
                      .critical = {.value = 7},
                      .alert_state = CLI_CHECK_CRITICAL,
                      .finding_state = CLI_CHECK_CRITICAL,
                      .uncertain_state = CLI_CHECK_UNKNOWN,
                      .no_scp_state = CLI_CHECK_WARNING};
    int status = CLI_LOCAL;

    hold_standard_descriptors();
    cli.check_first = argc > 1 && strcmp(argv[1], "check") == 0;
    if (cli.check_first)
        cli_keep_failure();
    /* libldap shall not even look for ldap.conf and .ldaprc. */
    setenv("LDAPNOINIT", "1", 1);
    setlocale(LC_CTYPE, "");

    cli.reader = adscp_reader_new();
    cli.predictor = adscp_predictor_new();
    cli.observer = adscp_observer_new();
    if (cli.reader == NULL || cli.predictor == NULL || cli.observer == NULL)
        status = cli_fail("out of memory or descriptors");
    else if (cli_options(&cli, argc, argv, &status))
        status = run(&cli);
    if (cli_kept_failure()[0] != '\0')
        status = tell_failure(&cli, status);

    free(cli.inputs);
    adscp_observer_free(cli.observer);
    adscp_predictor_free(cli.predictor);
    adscp_reader_free(cli.reader);
    return status;
}
