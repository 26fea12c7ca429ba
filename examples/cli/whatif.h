/* SPDX-License-Identifier: MIT */
/*
 * What a change does, step by step: which cells of the coverage get another
 * answer, and from which step to which some are worse than at the beginning.
 */
#ifndef ADSCP_CLI_WHATIF_H
#define ADSCP_CLI_WHATIF_H

#include "coverage.h"
#include "json.h"

/* A place where a mailbox is, as it was first met. */
struct whatif_home {
    char *dn; /* or "remote", or "none": nobody's */
    char *name, *version, *site;
    int kind;
    int mailboxes;
    bool gone; /* with whoever lives there */
};

/* A cell whose answer differs, in words. */
struct whatif_cell {
    int site, home;
    int to; /* the home where the mailboxes are afterwards; -1: nowhere */
    int mailboxes;     /* -1: nobody counted them */
    int change;        /* ADSCP_COMPARISON_CHANGE_* */
    bool gone;         /* with a home whose mailboxes nobody counted or moved */
    int from, to_step; /* steps */
    bool lasts;        /* to the end */
    int bad;           /* how bad it is afterwards: the worse, the more */
    const char *before, *after;
};

struct whatif_cells {
    struct whatif_cell *rows;
    size_t count;
};

/* The same as JSON, of which there may be millions: many are at one home, and
 * have the same two answers. */
struct whatif_home_move {
    int step; /* below 0: it is not told */
    int home, to, mailboxes;
};

struct whatif_move {
    int site;
    uint32_t home; /* index of its whatif_home_move */
    const char *before, *after;
};

struct whatif_moves {
    struct whatif_move *rows;
    size_t count, room;
    struct whatif_home_move *homes;
    size_t home_count;
};

/* What is printed about a step, or about a run of steps. */
struct whatif_line {
    int step; /* 0: a run of steps */
    int change;
    bool gone;
    char *text;
};

struct whatif_step {
    int worse, better, gone;
    long mailboxes_worse; /* -1: nobody counted them */
};

/* The balance: cells at the end, against the beginning, and mailboxes, each of
 * them once; -1: nobody counted. */
struct whatif_end {
    size_t worse, better, gone; /* cells */
    long mailboxes_worse, mailboxes_better;
    long before, after, lost, deleted, added;
};

struct whatif {
    const struct cli *cli;
    adscp_plan *plan;
    adscp_coverage *start, *before, *after; /* the last two of a step */
    char **sites;                           /* NULL: unknown */
    int site_count;
    struct whatif_home *homes;
    int home_count;
    int next_home; /* where the next one is looked for first */
    int lived_in;  /* homes of the last comparison that somebody may live in */
    bool is_named; /* by a first comparison, which has each of them once */
    struct whatif_step *steps;
    int step_count;
    struct whatif_cells open; /* that are worse than at the beginning */
    struct whatif_cells runs; /* that were, and are not or differently now */
    struct whatif_line *lines;
    size_t line_count;
    struct whatif_end end;
    char **pool;
    size_t pool_count;
    struct document document;
    struct whatif_moves moves, lasting_moves;
    bool is_short; /* nobody reads the lines of steps */
    bool is_worse; /* some answer, after some step of a document */
    bool failed;   /* out of memory */
};

/* One comparison, whose sites and homes have the numbers of the whole, and
 * whose answers are put into words once. */
struct compared {
    adscp_comparison *comparison;
    int *sites, *homes;
    int *to;        /* where those mailboxes are afterwards; -1: nowhere */
    uint32_t *kept; /* by the home: 1 + its whatif_home_move; 0: not yet */
    bool loses;     /* what is nowhere is gone */
    bool users;     /* words about users, for runs of steps */
    struct word {
        const adscp_prediction *answer;
        const adscp_prediction *other; /* in what it differs; or NULL; or the
                                          answer itself: as JSON */
        const char *text;
    } * words;
    size_t word_count, word_room;
};

bool whatif_compare(struct whatif *whatif, const adscp_coverage *before,
                    const adscp_coverage *after, struct compared *compared);
void whatif_compared_free(struct compared *compared);
bool whatif_is_gone(const struct compared *compared, int move);
struct whatif_cell whatif_cell_of(struct whatif *whatif,
                                  struct compared *compared, int move);
/* Keep a move for a JSON document. False: out of memory. */
bool whatif_keep_move(struct whatif *whatif, struct whatif_moves *moves,
                      struct compared *compared, int move, int step,
                      const struct whatif_cell *cell);
void whatif_moves_free(struct whatif_moves *moves);

/* whatif_difference.c: "the same, by https://... instead of https://..." */
void whatif_difference(FILE *out, const adscp_prediction *before,
                       const adscp_prediction *after);

/* whatif_names.c: numbers that hold from step to step. */
int whatif_site(struct whatif *whatif, const char *name, int guess);
int whatif_home(struct whatif *whatif, const adscp_coverage *coverage,
                int home);

/* whatif_words.c: cells into lines, the worst first. */
void whatif_tell_step(struct whatif *whatif, struct whatif_cells *cells,
                      int step);
void whatif_tell_runs(struct whatif *whatif);
bool whatif_print(struct page *page, const void *about);
/* whatif_end.c: the mailboxes to which this happens somewhere, each once; -1:
 * nobody counted them. */
long whatif_count_mailboxes(struct whatif *whatif,
                            const adscp_comparison *comparison, int change);
/* From the beginning to the end. */
void whatif_balance(struct whatif *whatif, const adscp_comparison *comparison);
/* The second line: how the end differs from the beginning, and what stands in
 * the way. */
void whatif_print_second(struct page *page, const struct whatif *whatif);
/* "2 pairs of site and mailbox are worse off": what classes of answers are
 * elsewhere, is counted place by place here. */
void whatif_put_pairs(FILE *out, size_t count, const char *what);

/* whatif_json.c: parts of a document, of `diff` too. json_value takes over
 * `value`. */
void whatif_json_value(struct whatif *whatif, FILE *out, json_t *value);
/* How the document begins, up to the names of sites and homes. */
void whatif_json_head(struct whatif *whatif, FILE *out, const char *command);
void whatif_json_cell(struct whatif *whatif, FILE *out,
                      const adscp_prediction *answer);
void whatif_json_moves(struct whatif *whatif, FILE *out, const char *key,
                       const struct whatif_moves *moves);
char *whatif_json(struct whatif *whatif);

/* Give everything back. */
void whatif_clear(struct whatif *whatif);
/* From the coverage before to the one after, as step `step`. False: out of
 * memory. */
bool whatif_tell_change(struct whatif *whatif, int step);
void whatif_print_remarks(struct page *page, const adscp_plan *plan, int step);
void whatif_print_lines(struct page *page, const struct whatif *whatif,
                        int step);

/* A text that lives as long as the whole. */
const char *whatif_keep(struct whatif *whatif, char *text);
/* Room for one more than `count` rows, which only grow so. NULL: out of memory,
 * and they are as they were. */
void *whatif_grow(struct whatif *whatif, void *rows, size_t count, size_t size);
bool whatif_add_cell(struct whatif *whatif, struct whatif_cells *cells,
                     const struct whatif_cell *cell);

#endif
