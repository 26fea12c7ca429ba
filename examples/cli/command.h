/* SPDX-License-Identifier: MIT */
/*
 * The two tables of the command line: what there is to do (commands.def), and
 * which option goes with what (options.def). Parsing, help, completion and the
 * words about what does not go together follow from them.
 */
#ifndef ADSCP_CLI_COMMAND_H
#define ADSCP_CLI_COMMAND_H

#include "cli.h"

/* Headings of the help. */
enum group {
    GROUP_SOURCE,
    GROUP_CLIENT,
    GROUP_JUDGING,
    GROUP_PLAN,
    GROUP_LOOKING,
    GROUP_CHECK,
    GROUP_OUTPUT,
    GROUP_LOGIN,
    GROUPS
};

enum reads {
    READS_NOTHING,
    READS_IF_TOLD,  /* by --ldif, --uri or --domain */
    READS_DIRECTORY /* where nothing is said, the domain is found */
};

struct command {
    const char *name;
    const char *summary;  /* NULL: not shown to people */
    const char *operands; /* as the help shows them; NULL: none */
    int least, most;      /* so many of them */
    const char *missing;  /* what to say where there are fewer */
    const char *examples[2];
    enum reads reads;
    /* Judges the operands (cli->words) before anything is read; or NULL.
     * False: reported. */
    bool (*ready)(struct cli *cli);
    /* `forest` is NULL where none was read. The exit status. */
    int (*run)(const struct cli *cli, const adscp_forest *forest);
    const char *more;   /* said after the options by the help; or NULL */
    const char *status; /* the exit status, for the help; or NULL */
    /* What to do instead, where options of a group do not go with it. */
    const char *instead[GROUPS];
};

/* The row of an ID; a row without a name for CLI_NONE. */
const struct command *command_of(enum cli_command id);
/* CLI_NONE: not a command. */
enum cli_command command_find(const char *name);
/* "a, b or c" of the commands in `set` that people are shown, into `text`. */
void command_names(unsigned set, const char *last, char *text, size_t size);
/* `word` is no command: say so, and what may be meant. */
void command_unknown(const char *word);

/* What must wait until all options are known. */
struct line;

struct option_row {
    int letter; /* 0: none */
    const char *name;
    const char *argument; /* NULL: takes none */
    enum group group;
    unsigned commands; /* a bit of each that takes it */
    const char *help;
    const char *saving;  /* what it does with save, where that differs */
    const char *once;    /* why it may be given once only; or NULL */
    const char *choices; /* the only words that it takes; or NULL */
    const char *wants;   /* where a URL would be a mistake; or NULL */
    const char *instead; /* what to do where it does not go; or NULL */
    size_t flag;         /* the bool in struct cli that it sets; 0: none */
    /* each that is there is told */
    bool (*own)(struct line *line, const char *argument);
    int (*reader)(adscp_reader *reader, const char *argument);
    int (*predictor)(adscp_predictor *predictor, const char *argument);
    int (*observer)(adscp_observer *observer, const char *argument);
};

enum option_id {
#define OPTION(id, ...) OPTION_##id,
#include "options.def"
#undef OPTION
    OPTIONS
};

struct line {
    struct cli *cli;
    const char *bind_dn;
    const char *password_file;
    bool standard_input; /* is read */
    int mails;
    bool seen[OPTIONS];
};

extern const struct option_row option_rows[OPTIONS];

bool option_goes_with(const struct option_row *row, enum cli_command command);
/* Say that it does not, and what to do instead. */
void option_refuse(const struct option_row *row, enum cli_command command);
/* Take the values of the command line. False: reported. */
bool option_apply(struct line *line, enum option_id id, const char *argument);
bool option_take_timeout(struct line *line, const char *argument);
bool option_take_mail(struct line *line, const char *argument);
bool option_take_client(struct line *line, const char *argument);
/* Whether none of those seen excludes another. False: reported. */
bool option_check_pairs(const bool *seen);
/* Judge them together. False: reported. */
bool option_check(const struct line *line);
/* There is no such option: say so, and what may be meant. `word` is as it was
 * written, without a value. */
void option_unknown(const char *word, enum cli_command command);

/* The word of a list that is meant by one that is not there, or NULL. */
struct nearest {
    const char *wanted;
    const char *found;
    int distance;
};
void nearest_try(struct nearest *nearest, const char *candidate);

/* The help of a command; of CLI_NONE, of all. The exit status. */
int help_print(enum cli_command command);
int help_version(void);

/* One file for each command. */
bool predict_ready(struct cli *cli);
int predict_run(const struct cli *cli, const adscp_forest *forest);
int coverage_run(const struct cli *cli, const adscp_forest *forest);
bool report_ready(struct cli *cli);
int report_run(const struct cli *cli, const adscp_forest *forest);
bool whatif_ready(struct cli *cli);
bool advise_ready(struct cli *cli);
int advise_run(const struct cli *cli, const adscp_forest *forest);
bool diff_ready(struct cli *cli);
int diff_run(const struct cli *cli, const adscp_forest *forest);
int whatif_run(const struct cli *cli, const adscp_forest *forest);
int list_run(const struct cli *cli, const adscp_forest *forest);
bool observe_ready(struct cli *cli);
int observe_run(const struct cli *cli, const adscp_forest *forest);
int sites_run(const struct cli *cli, const adscp_forest *forest);
int servers_run(const struct cli *cli, const adscp_forest *forest);
int check_run(const struct cli *cli, const adscp_forest *forest);
bool save_ready(struct cli *cli);
int save_run(const struct cli *cli, const adscp_forest *forest);
bool help_ready(struct cli *cli);
int help_run(const struct cli *cli, const adscp_forest *forest);
int version_run(const struct cli *cli, const adscp_forest *forest);
int complete_run(const struct cli *cli, const adscp_forest *forest);

#endif
