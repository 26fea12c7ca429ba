/* SPDX-License-Identifier: MIT */
/*
 * The rooms of the command adscp, and what passes between them. It uses the
 * library as any other program would: <adscp.h> and nothing behind it.
 */
#ifndef ADSCP_CLI_H
#define ADSCP_CLI_H

#include <adscp.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Exit status. Where several hold, the first of this list wins. */
enum cli_exit {
    CLI_INTERRUPTED = 130, /* by Ctrl-C */
    CLI_LOCAL = 1,         /* wrong usage, or something on this machine */
    CLI_UNREADABLE = 2,    /* the directory, or the export that stands for it */
    CLI_ALERT = 4,         /* the user sees an alert, or gets no connection */
    CLI_PARTIAL = 5,       /* an answer, but cut short */
    CLI_NOTHING = 3,       /* an answer without any candidate */
    CLI_DONE = 0
};

enum cli_command {
    CLI_NONE,
#define COMMAND(id, ...) CLI_##id,
#include "commands.def"
#undef COMMAND
    CLI_COMMANDS
};

/* How near a change may come: days, or percent of a certificate's lifetime. */
struct threshold {
    int value;
    bool share; /* percent */
};

/* The next change of an answer. */
struct change {
    int64_t days;     /* -1: none is known */
    int percent;      /* of the lifetime that is left; -1: not known */
    const char *host; /* whose certificate it is; NULL: not known */
};

/* The question. Options go straight into the reader and the predictor; what is
 * here besides is what the program itself must know. */
struct cli {
    adscp_reader *reader;
    adscp_predictor *predictor;
    adscp_observer *observer;
    enum cli_command command;
    bool json;
    bool csv;
    bool brief;       /* the first lines only */
    bool verbose;     /* findings about everything */
    bool check_first; /* the first word is `check` */
    bool asked;       /* the options are right, whatever is in their files */
    /* For `check`: when a change is near, and the states (CLI_CHECK_*) of what
     * it finds. */
    struct threshold warning, critical;
    int alert_state, finding_state, uncertain_state, no_scp_state;
    bool observe; /* look at the servers that a prediction names */
    bool blind;   /* nor count what a snapshot's servers showed */
    /* What its servers showed when the snapshot was saved that is read; NULL:
     * there is none, or somebody looks now. */
    const adscp_sightings *kept;
    bool timing;     /* tell where the time went */
    int timeout_ms;  /* for everything together */
    int64_t started; /* by cli_clock_ms() */
    int64_t time;    /* the day that is judged */
    bool simple;     /* the bind is by DN and password, or anonymous */
    bool tls;        /* the directory is asked under TLS */
    bool has_roots;  /* public roots were given */
    bool only_alerts;
    bool all_sites;     /* check: the worst answer of all */
    bool prometheus;    /* ... as metrics */
    const char *output; /* where check writes; NULL: standard output */
    const char *since;  /* the snapshot that check compares with, or NULL */
    const char *site;   /* that was given, or NULL */
    const char *mail;   /* of the last user to look up, or NULL */
    int profile;
    int client;          /* ADSCP_CLIENT_*; -1: none was named */
    const char *uri;     /* of the live directory, or NULL */
    const char *uris[2]; /* of `diff`: one or two */
    int uri_count;
    const char *export;  /* the first LDIF file, or NULL */
    const char **inputs; /* all files that are read */
    int input_count;
    struct plan_part {
        enum plan_kind { PLAN_STEP, PLAN_FILE, PLAN_CHANGES } kind;
        const char *text;
    } * plan; /* of whatif, in the order of the command line */
    int plan_count;
    const char *ldif_to, *cmdlets_to; /* or NULL */
    const char **words;               /* the command's operands */
    int word_count;
};

struct report;

/* clean.c: the caller's own words (a file name may hold anything) as the
 * library shows those of a directory, in place of the given ones, which are
 * freed. What the library hands out is clean already, and stays as it is. NULL
 * (also for NULL): out of memory. */
char *cli_clean(char *text);
/* As much of a text as there is room for, cut between two characters. */
void cli_copy(char *to, size_t size, const char *text);

/* "adscp: <sentence>" on standard error, cleaned. Returns CLI_LOCAL. */
int cli_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* From now on the first such sentence is kept instead of written. */
void cli_keep_failure(void);
const char *cli_kept_failure(void); /* "": there was none */
const char *cli_kept_hint(void);    /* what would help, or NULL */
/* The ADSCP_E_* behind it, for those who read JSON. */
void cli_name_failure(int code);
/* Say that Ctrl-C ended it. Returns CLI_INTERRUPTED. */
int cli_interrupted(void);
/* The kept sentence as one line of JSON, malloc()ed; NULL: out of memory. */
char *cli_json_failure(int status);
char *json_failure(const char *name, const char *text, const char *hint,
                   const adscp_reader *reader, int status);

/* The reader that knows what was tried. */
void cli_explain_failure(const adscp_reader *reader);
/* What the library says of a failure, or what the code means; and a hint. */
void cli_fail_hinted(const struct cli *cli, int code, const char *detail);
bool cli_keeps_failure(void);
/* Print what was kept: as the line of `check`, or as JSON on standard error.
 * The exit status. */
int cli_tell_failure(const struct cli *cli, int status);

/* What Ctrl-C has to stop, besides the reader. */
void cli_interrupts(adscp_observer *observer);
/* reading.c: ADSCP_OK, or an error for cli_unread(), which reports it and gives
 * the exit status. */
int cli_read(const struct cli *cli, adscp_forest **forestp);
/* An export or a snapshot besides what the command reads. The exit status. */
int cli_read_file(const struct cli *cli, const char *path,
                  adscp_forest **forestp);
int cli_unread(const struct cli *cli, int code);

/* With --timing, a line on standard error: for each phase of the reading, and
 * for what was done since `start`, by cli_clock_ns(). */
void cli_timing_reader(const struct cli *cli);
void cli_timing(const struct cli *cli, const char *phase, int64_t start);
int64_t cli_clock_ns(void);

/* Write text to standard output, to the last byte, or fail. */
int cli_deliver(const char *text);
/* The same with an answer that was begun at `start` (cli_clock_ns()): frees it,
 * and tells the time. NULL: there was no memory for it. The exit status. */
int cli_print(const struct cli *cli, char *text, int64_t start);

/* file.c: an output file is whole, or what it was before. False: it is one of
 * those that are read; reported. */
bool file_ready(const struct cli *cli, const char *to);
/* Write it, or to standard output where that is meant ("-"). The exit status.
 */
int file_deliver(const char *to, const char *text);
/* Several files, none of which is standard output: where one cannot be written,
 * none is. */
struct file_text {
    const char *path, *text;
};
int file_deliver_all(const struct file_text *files, size_t count);
bool file_is_output(const char *to); /* standard output is meant */
bool file_is_same(const char *path, const char *other); /* and a file at all */
/* What file_deliver() will do from within a signal handler, where only
 * file_write_late() may be called. */
void file_prepare_late(const char *to);
void file_write_late(const char *text);

/* A stream into memory, for cli_take(); NULL: there is none. */
FILE *cli_stream(char **textp);
/* End it: its text, malloc()ed. NULL: there was no memory for all of it. */
char *cli_take(FILE *out, char **textp);
/* The same text, its invisible characters shown, in place of the given one,
 * which is freed. NULL (also for NULL): out of memory. */
char *cli_visible(char *text);

/* ------------------------------------------------------------ options -- */

/* Take the command line. True: go on. False: *exitp says how to end; help and
 * version have been printed, errors reported. */
bool cli_options(struct cli *cli, int argc, char **argv, int *exitp);

/* place.c: is this no URL and no pattern? `who` takes it. False: reported. */
bool place_is_host(const char *who, const char *text);
/* The host of "HOST", "HOST:PORT" or "[IPV6]:PORT", malloc()ed, and its port.
 * NULL: reported. */
char *place_host(const char *text, int *portp);

/* ------------------------------------------------------------ observe -- */

/* Look, with a line of progress on a terminal, for as long as the budget lasts.
 * ADSCP_OK, or an error that was reported. */
int cli_look(const struct cli *cli, adscp_sightings **out);
/* What its verdicts take for granted. */
const char *cli_observe_assumes(void);
/* Milliseconds since some moment. */
int64_t cli_clock_ms(void);
/* What --timeout leaves, at least 1. */
int cli_left_ms(const struct cli *cli);
/* Predict as the predictor was told, within what is left. An ADSCP_E_* other
 * than ADSCP_OK was reported. */
int cli_predict(const struct cli *cli, adscp_prediction **out);

/* -------------------------------------------------------------- check -- */

/* States of the plug-ins of Nagios, and their exit status. */
enum {
    CLI_CHECK_OK = 0,
    CLI_CHECK_WARNING = 1,
    CLI_CHECK_CRITICAL = 2,
    CLI_CHECK_UNKNOWN = 3
};

/* A state, ignoring case; false: not one. */
bool cli_check_state(const char *text, int *statep);
/* threshold.c: "30", "30:" or "25%"; false: none of them. */
bool threshold_parse(const char *text, struct threshold *threshold);
bool threshold_passed(const struct threshold *threshold,
                      const struct change *change);
/* Put the two in order. False: the warning would come after the state CRITICAL.
 */
bool threshold_settle(struct threshold *warning, bool warning_given,
                      struct threshold *critical, bool critical_given);
/* Begin to watch the time, and leave some of it for the line itself. */
void cli_check_clock(const struct cli *cli);
void cli_check_budget(struct cli *cli);
void cli_check_stop_clock(void); /* the line is there */
/* Print the line that says why there is no answer. The exit status. */
int cli_check_unknown(const struct cli *cli, const char *why);

/* ------------------------------------------------------------- secret -- */

enum { CLI_SECRET_SIZE = 4096 };

/* The first line of a file, without its newline. False: reported. */
bool cli_secret_file(const char *path, char secret[CLI_SECRET_SIZE]);
/* Ask on the terminal, without echo. False: reported. */
bool cli_secret_prompt(char secret[CLI_SECRET_SIZE]);

/* --------------------------------------------------------------- time -- */

enum { CLI_TIME_SIZE = 32 };

/* RFC 3339 with "Z" or an offset, or a bare date (its midnight in UTC). False
 * for anything else, and before 1970. */
bool cli_time_parse(const char *text, int64_t *secondsp);
/* "2026-01-01T00:00:00Z", or NULL where seconds is negative (absent). */
const char *cli_time_format(int64_t seconds, char text[CLI_TIME_SIZE]);

/* ------------------------------------------------------------ reports -- */

/* What a report is about. Sightings and verdicts are NULL where nobody looked.
 * rival is the answer of the other profile that the
 * text shows beside (Outlook and the EWS Managed API), or NULL. */
struct report {
    const struct cli *cli;
    const adscp_prediction *answer;
    const adscp_prediction *rival;
    const adscp_sightings *sightings;
    const adscp_alerts *verdicts;
    int64_t time; /* the day that is judged */
};

/* One JSON document, or the same in words; malloc()ed, NULL: out of memory. */
char *cli_json(const struct report *report);
char *cli_json_observe(const struct report *report);

/* The order of trial as CSV. */
char *cli_list_csv(const adscp_prediction *answer);

/* How many URLs are meant for the client's own site; -1 where this kind of
 * client does not tell them apart. */
int cli_count_in_site(const adscp_prediction *answer);

/* answer.c: predict, look where that is wanted, and have the answer told;
 * `compares` with the other client that an administrator thinks of. The exit
 * status, that of `tell` where it was. */
int cli_answer(const struct cli *cli, bool compares,
               int (*tell)(const struct report *report));
/* No SCP's server answers, so that the hosts of the mail domain, which nobody
 * has looked at, come next. */
bool answer_needs_domain(const adscp_prediction *answer);
/* What the exit status says of an answer that was printed, without its alert.
 */
int cli_answer_status(const struct report *report);
/* "The EWS Managed API in site HQ"; malloc()ed, NULL: out of memory. */
char *cli_name_client(const adscp_prediction *answer);
const char *cli_name_profile(int profile); /* "the EWS Managed API" */
const char *cli_name_kind(int client);     /* "Outlook 2016" */

/* plan_files.c: a plan's change records and cmdlets, where that is wanted. The
 * exit status. */
int plan_files_write(const struct cli *cli, const adscp_plan *plan);

/* What to try next after this failure, or NULL. */
const char *cli_hint(const struct cli *cli, int code, const char *detail);

/* The domain of whose computers the answer speaks, where that was only guessed
 * from the mail address; else NULL. */
const char *cli_assumed_domain(const adscp_prediction *answer);

/* --------------------------------------------------------------- page -- */

/* Where words go, and what that place can show. */
struct page {
    FILE *out;
    int width; /* columns for prose */
    bool terminal;
    bool fits; /* tables must fit, too: somebody says how wide it is */
    bool colour;
    bool utf8;
    bool failed; /* out of memory: what was printed is worth nothing */
};

enum page_style {
    PAGE_PLAIN,
    PAGE_BOLD,
    PAGE_DIM,
    PAGE_RED,
    PAGE_YELLOW,
    PAGE_GREEN,
    PAGE_CYAN
};

/* A page for standard output, printed by `print`, which is given `about`, and
 * false where it had no memory. malloc()ed; NULL: out of memory. */
char *page_write(bool (*print)(struct page *page, const void *about),
                 const void *about);
/* For texts that are always there: NULL means that the library had no memory to
 * make them. Then "", and the page has failed. */
const char *page_text(struct page *page, const char *text);
void page_style(struct page *page, enum page_style style);
void page_put(struct page *page, enum page_style style, const char *text);
void page_heading(struct page *page, const char *text);
/* The end of a line in bold. */
void page_end_title(struct page *page);
/* Prose, broken between words, every line after the first indented. `column` is
 * where the first line already stands. */
void page_prose(struct page *page, int column, int indent, const char *text);
/* "  Label     text". */
void page_label(struct page *page, const char *label, const char *text);
int page_label_columns(const struct page *page); /* before the text */
/* The same without the text, which the caller writes. */
void page_begin_label(struct page *page, const char *label);
/* A line of its own, which is made in memory and broken only where it must fit.
 * False: there was no memory to begin. */
struct line_text {
    char *text;
    FILE *out;
};
bool line_begin(struct page *page, struct line_text *line);
void line_end(struct page *page, struct line_text *line, enum page_style style);
/* A DN, or what fits into `columns`: its first RDNs, without `suffix`. */
void page_dn(struct page *page, const char *dn, const char *suffix,
             int columns);
/* Terminal columns of a text, and the bytes that fit into so many columns. */
int page_columns(const char *text);
size_t page_fit(const char *text, int columns);
/* Order of two texts, ignoring ASCII case, as clients compare URLs. */
int page_compare(const char *a, const char *b);
bool page_compare_start(const char *text, const char *start);
const char *page_ellipsis(struct page *page);

/* ------------------------------------------------ parts of the report -- */

/* question.c: what was asked, and where the answer was read; and what the
 * client tries after the SCPs. */
void question_print(struct page *page, const struct report *report);
void question_print_then(struct page *page, const adscp_prediction *answer);

/* steps.c: the client's whole way, or where generations of Outlook differ. */
void steps_print(struct page *page, const adscp_prediction *answer);
/* Its settings keep the client from looking SCPs up. */
bool steps_skip_scps(const adscp_prediction *answer);
/* ... which is told, or which versions of Outlook that goes for; or that
 * Outlook 2013 asks hosts beside the SCPs that nobody named. False: nothing was
 * written. */
bool steps_write_unasked(FILE *out, const char *joint,
                         const adscp_prediction *answer);
/* The first step behind the SCPs that is not off. False: there is none. */
bool steps_write_next(FILE *out, const adscp_prediction *answer);
/* Something before the SCPs may answer. False: nothing was written. */
bool steps_write_sooner(FILE *out, const char *joint,
                        const adscp_prediction *answer);
/* The step whose verdict this is, though no hop leads there; or NULL. */
const adscp_step *steps_find(const adscp_prediction *answer,
                             const adscp_alert *alert);
/* The mailbox, the hops and what follows; and the words for single values. */
void story_print(struct page *page, const struct report *report);
/* What a client sees at a host of its way, or of the services. */
struct shown_host {
    const char *host;
    const adscp_alert *alert;
    const adscp_certificate *certificate; /* NULL: nobody knows it */
    int source;                           /* of that */
};

/* shown.c: each of an answer, the same host perhaps again. */
void shown_each(const adscp_prediction *answer,
                void (*take)(void *about, const struct shown_host *shown),
                void *about);
/* what_helps.c: the remedy that is the smallest change; nothing where none is
 * needed, or known. */
void what_helps_print(struct page *page, const struct report *report);
const char *story_name(const adscp_hop *hop); /* "EX07", or its host */
const char *story_action(int action);
bool story_is_dead(const adscp_hop *hop); /* nobody answers there */
/* The client comes there by its mail domain, since no SCP led anywhere. */
bool story_is_derived(const adscp_hop *hop);
const char *story_evidence(int evidence);
/* behind.c: the servers behind shared hosts, where they were looked at. */
void behind_print(struct page *page, const adscp_prediction *answer);
/* headline.c: the first two lines. */
void headline_print_predict(struct page *page, const struct report *report);
void headline_print_list(struct page *page, const struct report *report);
/* verdict.c: what the user sees, or why nobody knows; whose certificate decides
 * that; and reasons, in words. */
const char *verdict_name(const adscp_prediction *answer);
const char *verdict_host(const adscp_prediction *answer); /* or NULL */
void verdict_unknown(FILE *out, const struct cli *cli,
                     const adscp_prediction *answer);
void verdict_print(FILE *out, const struct cli *cli,
                   const adscp_prediction *answer);
/* No alert is known only as far as the way is. The other one says so, and
 * writes nothing where the way is known to its end. */
bool verdict_is_partial(const adscp_prediction *answer);
/* The last server refuses the user. */
bool verdict_is_error(const adscp_prediction *answer);
bool verdict_partial(FILE *out, const char *joint,
                     const adscp_prediction *answer);
void verdict_reasons(FILE *out, const adscp_alert *alert);
/* The same in a few words: "Security Alert at EX19 (untrusted issuer)"; and
 * about users: "see a Security Alert at ...". */
void verdict_short(FILE *out, const adscp_prediction *answer);
void verdict_users(FILE *out, const adscp_prediction *answer);
/* seen.c: a certificate and what the client makes of it, as labelled lines;
 * and in a few words. */
void seen_print(struct page *page, const adscp_certificate *certificate,
                int source, const adscp_sighting *sighting,
                const adscp_alert *alert);
const char *seen_outcome(int outcome); /* "Security Alert", ... */
const char *seen_day(int64_t seconds,
                     char text[CLI_TIME_SIZE]); /* "2015-06-02" */
enum page_style seen_style(int outcome);
/* The other reading of a contested order, if any. */
void story_rival(struct page *page, const adscp_prediction *answer);

/* The candidates, at most `limit` rows; the SCPs that are none; findings, the
 * gravest first, with a few examples of each code. False: out of memory. */
bool table_print(struct page *page, const struct report *report, int limit);
bool untried_print(struct page *page, const adscp_prediction *answer);
bool findings_print(struct page *page, const struct report *report);
/* Those of a coverage; per finding: is it about others? NULL: none is. */
bool findings_print_coverage(struct page *page, const adscp_coverage *coverage,
                             const bool *elsewhere, bool verbose);
/* Whether a client of the site meets this object: an SCP or a server on its
 * way, its mailbox, its site. */
bool findings_is_met(const adscp_prediction *answer, const char *site,
                     const char *dn);

/* leaving.c: whom an SCP pointer leads elsewhere, where the answer is about
 * users of any mail domain; and that it may lead everybody. False: nobody. */
bool leaving_write(FILE *out, const char *joint,
                   const adscp_prediction *answer);
bool leaving_write_all(FILE *out, const char *joint,
                       const adscp_prediction *answer);

#include "caveat.h"

#endif
