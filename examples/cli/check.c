/* SPDX-License-Identifier: MIT */
/*
 * The command `check`, for monitoring systems: one line, performance data, and
 * the states of the Nagios plug-ins as exit status. Whatever goes wrong, and
 * whatever the directory does, is UNKNOWN, in time and on that line.
 */
#include "command.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { DAY = 24 * 60 * 60, LINE_SIZE = 512 };

static const char *const states[] = {[CLI_CHECK_OK] = "OK",
                                     [CLI_CHECK_WARNING] = "WARNING",
                                     [CLI_CHECK_CRITICAL] = "CRITICAL",
                                     [CLI_CHECK_UNKNOWN] = "UNKNOWN"};

/* ------------------------------------------------------------- options -- */

bool cli_check_state(const char *text, int *statep)
{
    int state;

    for (state = CLI_CHECK_OK; state <= CLI_CHECK_UNKNOWN; state++) {
        if (page_compare(text, states[state]) == 0) {
            *statep = state;
            return true;
        }
    }
    return false;
}

/* ---------------------------------------------------------- the state -- */

struct check {
    const struct cli *cli;
    const struct report *report;
    const adscp_prediction *answer;
    const adscp_alert *alert;
    int outcome; /* -1: there is no server to meet */
    struct change change;
    int lonely;  /* sites without an SCP */
    bool nobody; /* has the address: the question is wrong */
    bool complete;
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

/* The lifetime that is left of the certificate that ends then, in percent. */
static int percent_left(const adscp_alert *alert, int64_t on, int64_t now)
{
    int i;

    for (i = 0; i < adscp_alert_chain_count(alert); i++) {
        const adscp_certificate *row = adscp_alert_chain(alert, i);
        int64_t begin = adscp_certificate_not_before(row);

        if (adscp_certificate_not_after(row) + 1 == on && begin >= 0 &&
            begin < on && now < on)
            return now <= begin ? 100 : (int)((on - now) * 100 / (on - begin));
    }
    return -1;
}

static int state_of(const struct check *check, const struct change *change)
{
    if (threshold_passed(&check->cli->critical, change))
        return CLI_CHECK_CRITICAL;
    return threshold_passed(&check->cli->warning, change) ? CLI_CHECK_WARNING
                                                          : CLI_CHECK_OK;
}

/* The most urgent change counts: by state, then by day. */
static void note_change(struct check *check, const adscp_alert *alert,
                        const char *host)
{
    int64_t on = adscp_alert_changes_on(alert), now = check->cli->time;
    struct change change = {.host = host}, *worst = &check->change;
    int state;

    if (on < 0)
        return;
    change.days = on > now ? (on - now) / DAY : 0;
    change.percent = percent_left(alert, on, now);
    state = state_of(check, &change);
    if (worst->days < 0 || state > state_of(check, worst) ||
        (state == state_of(check, worst) && change.days < worst->days))
        *worst = change;
}

/* Any certificate of the answer may be the one that expires. */
static void find_change(struct check *check)
{
    const adscp_prediction *answer = check->answer;
    int i;

    check->change = (struct change){.days = -1, .percent = -1};
    for (i = 0; i < adscp_prediction_hop_count(answer); i++) {
        const adscp_hop *hop = adscp_prediction_hop(answer, i);

        note_change(check, adscp_hop_alert(hop), adscp_hop_host(hop));
    }
    for (i = 0; i < adscp_prediction_service_count(answer); i++) {
        const adscp_service *service = adscp_prediction_service(answer, i);

        note_change(check, adscp_service_alert(service),
                    adscp_service_host(service));
    }
}

/* What is not there may be what was cut off. */
static void raise_for_absence(struct check *check, int state)
{
    raise_state(check, check->complete ? state : CLI_CHECK_UNKNOWN);
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

static const char *client_of(const struct check *check)
{
    return cli_name_profile(adscp_prediction_profile(check->answer));
}

static bool ends_in_error(const struct check *check)
{
    int count = adscp_prediction_hop_count(check->answer);
    const adscp_hop *last = adscp_prediction_hop(check->answer, count - 1);

    return count > 0 && !story_is_dead(last) &&
           adscp_hop_action(last) == ADSCP_HOP_ACTION_ERROR;
}

/* "EX07, then EX10", and that the last one refuses the user. */
static void say_way(struct check *check)
{
    int i, count = adscp_prediction_hop_count(check->answer);

    fprintf(check->out, "%s meets ", client_of(check));
    for (i = 0; i < count; i++) {
        const char *name = story_name(adscp_prediction_hop(check->answer, i));

        fprintf(check->out, "%s%s", i > 0 ? ", then " : "",
                name != NULL ? name : "a server that is not known");
    }
    fputs(ends_in_error(check) ? ", which answers with an error, " : ", ",
          check->out);
}

/* The last one of the way stands there already. */
static void say_outcome(struct check *check)
{
    int hop = adscp_prediction_alert_hop(check->answer);

    fputs(seen_outcome(check->outcome), check->out);
    if (check->outcome > ADSCP_ALERT_OUTCOME_NO_ALERT &&
        hop + 1 != adscp_prediction_hop_count(check->answer))
        fprintf(check->out, " at %s", verdict_name(check->answer));
    if (adscp_alert_reason_count(check->alert) > 0) {
        fputs(" (", check->out);
        verdict_reasons(check->out, check->alert);
        fputc(')', check->out);
    }
    if (verdict_partial(check->out, " so far, ", check->answer) &&
        adscp_prediction_mail(check->answer) == NULL)
        fputs(" (add --mail)", check->out);
}

/* No SCP at all is one thing; a client that stops before it comes to one,
 * another. */
static void judge_nothing(struct check *check)
{
    bool none = caveat_find(check->answer, "scp-none") != NULL;

    if (none || !check->complete) {
        fputs("no usable SCP in the directory, ", check->out);
    } else {
        fprintf(check->out, "%s finds no server: ", client_of(check));
        caveat_nothing(check->out, check->answer);
        fputs(", ", check->out);
    }
    raise_for_absence(check,
                      none ? check->cli->no_scp_state : CLI_CHECK_WARNING);
}

static void judge_alert(struct check *check)
{
    check->alert = adscp_prediction_alert(check->answer);
    check->outcome = adscp_alert_outcome(check->alert);
    if (adscp_prediction_candidate_count(check->answer) == 0) {
        judge_nothing(check);
        return;
    }
    say_way(check);
    if (ends_in_error(check))
        raise_state(check, check->cli->finding_state);
    if (check->outcome == ADSCP_ALERT_OUTCOME_UNCERTAIN)
        verdict_unknown(check->out, check->cli, check->answer);
    else
        say_outcome(check);
    fputs(", ", check->out);
    if (check->outcome >= ADSCP_ALERT_OUTCOME_ALERT)
        raise_state(check, check->cli->alert_state);
    else if (check->outcome != ADSCP_ALERT_OUTCOME_NO_ALERT)
        raise_state(check, check->cli->uncertain_state);
}

/* A fault by which the client gets no answer. */
static void judge_fault(struct check *check)
{
    if (!caveat_fault(check->out, "", check->answer))
        return;
    fputs(", ", check->out);
    raise_state(check, check->cli->finding_state);
}

/* Users were read, and nobody has the address: the question was wrong. */
static void judge_user(struct check *check)
{
    const adscp_mailbox *mailbox = adscp_prediction_mailbox(check->answer);
    int kind = adscp_mailbox_kind(mailbox);

    if (kind == ADSCP_MAILBOX_KIND_NOT_READ)
        fputs("no users were read, ", check->out);
    else if (caveat_user(check->out, "", check->answer))
        fputs(", ", check->out);
    check->nobody = kind == ADSCP_MAILBOX_KIND_NOT_FOUND &&
                    adscp_mailbox_dn(mailbox) == NULL;
}

/* What another order would bring is a warning before it comes. */
static void judge_doubt(struct check *check)
{
    const adscp_prediction *answer = check->answer;

    if (!caveat_doubt(check->out, "", answer))
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
    if (check->change.days < 0 || check->outcome >= ADSCP_ALERT_OUTCOME_ALERT)
        return;
    fprintf(check->out, "changes in %lld day%s%s%s, ",
            (long long)check->change.days, check->change.days == 1 ? "" : "s",
            check->change.host != NULL ? " at " : "",
            check->change.host != NULL ? check->change.host : "");
    raise_state(check, state_of(check, &check->change));
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
        check->lonely = caveat_find(check->answer, "scp-none") != NULL
                            ? adscp_forest_site_count(
                                  adscp_prediction_forest(check->answer))
                            : count_sites_without_scp(check->answer);
        if (check->lonely > 0)
            fprintf(check->out, "%d site%s without an SCP, ", check->lonely,
                    check->lonely == 1 ? "" : "s");
    }
    /* Without any SCP, the word about that is enough. */
    if (check->lonely > 0 &&
        adscp_prediction_candidate_count(check->answer) > 0)
        raise_for_absence(check, CLI_CHECK_WARNING);
}

static void judge_rest(struct check *check)
{
    const char *domain = cli_assumed_domain(check->answer);

    if (domain != NULL)
        fprintf(check->out, "on a computer of %s, ", domain);
    judge_sites(check);
    if (!check->complete) {
        caveat_incomplete(check->out,
                          "the answer was cut short: ", check->report);
        fputs(", ", check->out);
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
    fprintf(out, " candidates=%d;;;0; time=%.3fs;;;0;\n",
            adscp_prediction_candidate_count(check->answer),
            (double)(cli_clock_ms() - check->cli->started) / 1000);
}

/* The line as monitoring systems read it; malloc()ed, NULL: out of memory. */
static char *make_line(const struct check *check, const char *words)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    if (out == NULL)
        return NULL;
    fprintf(out, "ADSCP %s - %s", states[check->state], words);
    write_data(out, check);
    return cli_visible(cli_take(out, &text));
}

static int deliver(const struct check *check, const struct report *report,
                   char *words)
{
    size_t length = strlen(words);
    char *text;

    if (length >= 2) /* the last ", " */
        words[length - 2] = '\0';
    tame(words);
    text = check->cli->json
               ? cli_json_check(report, check->state, words, &check->change)
               : make_line(check, words);
    if (text == NULL)
        return cli_check_unknown(check->cli, "out of memory");
    cli_check_stop_clock();
    cli_deliver(text);
    free(text);
    return check->state;
}

static int tell(const struct report *report)
{
    struct check check = {
        .cli = report->cli, .report = report, .answer = report->answer};
    char *words = NULL;
    size_t size = 0;
    int status;

    check.complete = adscp_prediction_complete(report->answer) == 1 &&
                     adscp_sightings_complete(report->sightings) != 0;
    check.out = open_memstream(&words, &size);
    if (check.out == NULL)
        return cli_check_unknown(report->cli, "out of memory");
    judge_user(&check);
    judge_alert(&check);
    judge_fault(&check);
    judge_doubt(&check);
    judge_change(&check);
    judge_rest(&check);
    if (check.nobody)
        check.state = CLI_CHECK_UNKNOWN;
    words = cli_take(check.out, &words);
    status = words != NULL ? deliver(&check, report, words)
                           : cli_check_unknown(report->cli, "out of memory");
    free(words);
    return status;
}

int check_run(const struct cli *cli, const adscp_forest *forest)
{
    (void)forest;
    return cli_answer(cli, false, tell);
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
    tame(text);
    adscp_text_visible(text, shown, sizeof(shown));
    snprintf(line, sizeof(line), "ADSCP UNKNOWN - %s\n", shown);
    if (cli->json)
        json = cli_json_failure(CLI_CHECK_UNKNOWN);
    cli_deliver(json != NULL ? json : line);
    free(json);
    return CLI_CHECK_UNKNOWN;
}
