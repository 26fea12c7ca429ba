/* SPDX-License-Identifier: MIT */
/*
 * The command `check`, for monitoring systems: one line, performance data, and
 * the states of the Nagios plug-ins as exit status. Whatever goes wrong, and
 * whatever the directory does, is UNKNOWN, in time and on that line.
 */
#include "check.h"

#include <stdlib.h>
#include <string.h>

#include "../command.h"

enum { LINE_SIZE = 512 };

const char *check_state_name(int state)
{
    static const char *const names[] = {[CLI_CHECK_OK] = "OK",
                                        [CLI_CHECK_WARNING] = "WARNING",
                                        [CLI_CHECK_CRITICAL] = "CRITICAL",
                                        [CLI_CHECK_UNKNOWN] = "UNKNOWN"};

    return names[state];
}

bool cli_check_state(const char *text, int *statep)
{
    int state;

    for (state = CLI_CHECK_OK; state <= CLI_CHECK_UNKNOWN; state++) {
        if (page_compare(text, check_state_name(state)) == 0) {
            *statep = state;
            return true;
        }
    }
    return false;
}

/* ------------------------------------------------------------ the state -- */

/* UNKNOWN gives way to what is known to be wrong. */
bool check_is_worse(int state, int than)
{
    static const int rank[] = {[CLI_CHECK_OK] = 0,
                               [CLI_CHECK_UNKNOWN] = 1,
                               [CLI_CHECK_WARNING] = 2,
                               [CLI_CHECK_CRITICAL] = 3};

    return rank[state] > rank[than];
}

void check_raise(struct check *check, int state)
{
    check->raised = true;
    if (check_is_worse(state, check->state))
        check->state = state;
}

void check_raise_for_absence(struct check *check, int state)
{
    check_raise(check, check->complete ? state : CLI_CHECK_UNKNOWN);
}

void check_begin_cut(struct check *check)
{
    fflush(check->out);
    check->cut_at = ftell(check->out);
    check_raise(check, CLI_CHECK_UNKNOWN);
}

/* A part that is missing may take back anything but what is critical already:
 * that is acted on now. A question that is wrong has no answer. */
static void settle(struct check *check)
{
    if (check->nobody ||
        (!check->complete && check->state != CLI_CHECK_CRITICAL))
        check->state = CLI_CHECK_UNKNOWN;
}

void check_say_lonely(struct check *check, const char *site)
{
    if (check->lonely == 0)
        return;
    if (site != NULL)
        fprintf(check->out, "no SCP names the site %s, ", site);
    else
        fprintf(check->out, "%d site%s without an SCP, ", check->lonely,
                check->lonely == 1 ? "" : "s");
    /* Without any SCP, the word about that is enough; and who asks none does
     * not miss one. */
    if (adscp_prediction_candidate_count(check->answer) > 0 &&
        !steps_skip_scps(check->answer))
        check_raise_for_absence(check, CLI_CHECK_WARNING);
}

/* ----------------------------------------------------------------- told -- */

/* False: reported. */
static bool write_out(const struct cli *cli, const char *text)
{
    return (cli->output != NULL ? file_deliver(cli->output, text)
                                : cli_deliver(text)) == CLI_DONE;
}

/* Without the ", " behind the last one. */
static void end_words(char *words)
{
    size_t length = strlen(words);

    if (length >= 2)
        words[length - 2] = '\0';
}

/* UNKNOWN begins with what makes it so, and is no answer but "so far".
 * malloc()ed; NULL: out of memory. */
static char *order_words(const struct check *check, char *words)
{
    char *text;

    end_words(words);
    if (check->cut_at <= 0 || check->state != CLI_CHECK_UNKNOWN)
        return strdup(words);
    words[check->cut_at - 2] = '\0';
    return asprintf(&text, "%s; so far: %s", words + check->cut_at, words) >= 0
               ? text
               : NULL;
}

static char *make_text(const struct check *check, char *words)
{
    char *text, *ordered;

    if (check->cli->prometheus)
        return check_metrics(check);
    ordered = cli_clean(order_words(check, words));
    if (ordered == NULL)
        return NULL;
    check_tame(ordered);
    text = check->cli->json ? check_json(check, ordered)
                            : check_line(check, ordered);
    free(ordered);
    return text;
}

static int deliver(const struct check *check, char *words)
{
    char *text = make_text(check, words);
    bool delivered;

    if (text == NULL)
        return cli_check_unknown(check->cli, "out of memory");
    cli_check_stop_clock();
    delivered = write_out(check->cli, text);
    free(text);
    return delivered ? check->state : CLI_CHECK_UNKNOWN;
}

int check_tell(struct check *check, void (*judge)(struct check *check))
{
    char *words = NULL;
    int status;

    check->change = (struct change){.days = -1, .percent = -1};
    check->cut_at = -1;
    check->out = cli_stream(&words);
    if (check->out == NULL)
        return cli_check_unknown(check->cli, "out of memory");
    judge(check);
    settle(check);
    words = cli_take(check->out, &words);
    if (check->stopped)
        status = CLI_LOCAL;
    else
        status = words != NULL && !check->failed
                     ? deliver(check, words)
                     : cli_check_unknown(check->cli, "out of memory");
    free(words);
    return status;
}

int check_run(const struct cli *cli, const adscp_forest *forest)
{
    (void)forest;
    return cli->all_sites ? coverage_answer(cli, check_sites_tell)
                          : cli_answer(cli, false, check_client);
}

/* ------------------------------------------------------- without answer -- */

/* The line where it is wanted; whoever reads a file that cannot be written is
 * told on standard output. Metrics have no words: those are for standard error.
 * Wrong usage says nothing about the directory, and leaves a file as it is: its
 * age shows that nobody asked. A file that an option names, and that cannot be
 * read, is no wrong usage. */
static void tell_unknown(const struct cli *cli, const char *line,
                         const char *words)
{
    if (cli->prometheus) {
        fprintf(stderr, "adscp: %s\n", words);
        if (cli->asked || cli->output == NULL)
            write_out(cli, check_metrics_down);
    } else if (!cli->asked) {
        cli_deliver(line);
    } else if (!write_out(cli, line) && cli->output != NULL) {
        cli_deliver(line);
    }
}

int cli_check_unknown(const struct cli *cli, const char *why)
{
    char text[LINE_SIZE], shown[LINE_SIZE], line[LINE_SIZE + 32];
    const char *hint = cli_kept_hint();
    char *json = NULL, *whole = NULL;

    cli_check_stop_clock();
    if (hint != NULL && asprintf(&whole, "%s (%s)", why, hint) < 0)
        whole = NULL;
    cli_copy(text, sizeof(text), whole != NULL ? whole : why);
    free(whole);
    check_tame(text);
    adscp_text_visible(text, shown, sizeof(shown));
    snprintf(line, sizeof(line), "ADSCP UNKNOWN - %s\n", shown);
    if (cli->json)
        json = cli_json_failure(CLI_CHECK_UNKNOWN);
    tell_unknown(cli, json != NULL ? json : line, shown);
    free(json);
    return CLI_CHECK_UNKNOWN;
}
