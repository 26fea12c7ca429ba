/* SPDX-License-Identifier: MIT */
/*
 * The line as monitoring systems read it: the words, and behind a bar the
 * performance data, as the guidelines of the Nagios plug-ins want them.
 */
#include "check.h"

#include <stdlib.h>
#include <string.h>

enum { WORDS_SIZE = 2048 };

/* "|" begins the performance data. */
void check_tame(char *text)
{
    for (; *text != '\0'; text++)
        if (*text == '|')
            *text = '/';
}

/* "30:" where it is in this unit, else "". */
static void write_range(FILE *out, const struct threshold *threshold,
                        bool share)
{
    if (threshold->share == share)
        fprintf(out, "%d:", threshold->value);
    fputc(';', out);
}

static void write_change(FILE *out, const struct check *check)
{
    const struct threshold *warning = &check->cli->warning,
                           *critical = &check->cli->critical;

    fprintf(out, " days=%lld;", (long long)check->change.days);
    write_range(out, warning, false);
    write_range(out, critical, false);
    fputs("0;", out);
    if (check->change.percent < 0 || (!warning->share && !critical->share))
        return;
    fprintf(out, " lifetime_left=%d%%;", check->change.percent);
    write_range(out, warning, true);
    write_range(out, critical, true);
    fputs("0;100", out);
}

/* Of everybody, how many sites; of one client, how many servers. */
static void write_counts(FILE *out, const struct check *check)
{
    const struct check_sites *sites = check->sites;

    if (sites == NULL) {
        fprintf(out, " candidates=%d;;;0;",
                adscp_prediction_candidate_count(check->answer));
        return;
    }
    fprintf(out, " sites=%d;;;0; sites_alerting=%d;;;0;%d", sites->count,
            sites->alerting, sites->count);
    if (sites->mailboxes >= 0)
        fprintf(out, " mailboxes_alerting=%d;;;0;", sites->mailboxes);
}

static void write_data(FILE *out, const struct check *check)
{
    static const char *const alert_range[] = {[CLI_CHECK_OK] = ";",
                                              [CLI_CHECK_WARNING] = "0;",
                                              [CLI_CHECK_CRITICAL] = ";0",
                                              [CLI_CHECK_UNKNOWN] = ";"};

    fputs(" |", out);
    if (check->change.days >= 0)
        write_change(out, check);
    fprintf(out, " alert=%d;%s;0;1 sites_without_scp=%d;0;;0;",
            check->outcome >= ADSCP_ALERT_OUTCOME_ALERT,
            alert_range[check->cli->alert_state], check->lonely);
    write_counts(out, check);
    fprintf(out, " time=%.3fs;;;0;\n",
            (double)(cli_clock_ms() - check->cli->started) / 1000);
}

/* Names from a directory may be of any length; what follows them must not be
 * lost. */
static void write_words(FILE *out, const char *words)
{
    char text[WORDS_SIZE];

    cli_copy(text, sizeof(text), words);
    fprintf(out, "%s%s", text, strlen(text) < strlen(words) ? "..." : "");
}

char *check_line(const struct check *check, const char *words)
{
    char *text = NULL;
    FILE *out = cli_stream(&text);

    if (out == NULL)
        return NULL;
    fprintf(out, "ADSCP %s - ", check_state_name(check->state));
    write_words(out, words);
    write_data(out, check);
    return cli_visible(cli_take(out, &text));
}
