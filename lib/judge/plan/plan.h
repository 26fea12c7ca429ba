/* SPDX-License-Identifier: MIT */
/*
 * Steps of a change that an administrator plans: what a step writes into the
 * directory, as LDIF change records, and what the administrator would type. A
 * step is made for one forest, whose entries were kept. Nothing is carried out
 * here.
 */
#ifndef ADSCP_JUDGE_PLAN_PLAN_H
#define ADSCP_JUDGE_PLAN_PLAN_H

#include "base/error.h"
#include "facts/export.h"
#include "facts/forest.h"

enum { PLAN_WORDS_MAX = 1024, PLAN_STEP_MAX = 64 * 1024 };

/* The words of a step; those in double quotes may hold blanks. */
struct plan_words {
    char *bytes;
    const char **words;
    size_t count;
};

/* Up to a comment, which a # at the beginning of a word begins, and without the
 * blanks before it. */
size_t plan_text_length(const char *text);

/* ADSCP_OK, ADSCP_E_NOMEM, or ADSCP_E_ARGUMENT with the reason: a verb that is
 * not known, words too few or too many. */
int plan_split(const char *text, struct plan_words *words,
               struct detail *detail);
void plan_words_free(struct plan_words *words);

/* The file with a certificate that the step may name; NULL: none. What names
 * both a server and a file is a server. */
const char *plan_file(const struct adscp_forest *forest,
                      const struct plan_words *words);

struct plan_step;

struct plan_question {
    const struct adscp_forest *forest;
    const struct plan_words *words;
    const struct plan_step *steps; /* those before it */
    size_t step_count;
    int64_t time;     /* of what is installed, where the step does not tell */
    const void *file; /* what plan_file() holds; NULL: it names none */
    size_t file_length;
};

/* What port 443 of a host shows from this step on; no bytes: what was seen of
 * it does not hold any more. */
struct plan_shown {
    char *host;
    int port;
    unsigned char *bytes;
    size_t length;
};

struct plan_texts {
    char **rows;
    size_t count;
};

/* All mailboxes of a database go to another one, by their DNs. */
struct plan_move {
    char *from, *to;
};

struct plan_step {
    char *text;
    char *file; /* that it was made from; or NULL */
    struct plan_shown *shown;
    size_t shown_count;
    struct blob trusted; /* a root that all clients have; or none */
    struct plan_move *moves;
    size_t move_count;
    char *database; /* that it makes, by its DN; or NULL */
    struct export_text changes;
    struct plan_texts cmdlets;
    struct plan_texts remarks; /* what stands in the way of the step */
    char *certificate, *certificate_name; /* PEM, and the file that the cmdlets
                                             read it from; or NULL */
};

/* ADSCP_OK, ADSCP_E_NOMEM, or ADSCP_E_ARGUMENT with the reason: a name that the
 * forest does not have, a file that holds no certificate. */
int plan_make(const struct plan_question *question, struct plan_step *step,
              struct detail *detail);
void plan_step_free(struct plan_step *step);

/* What these steps take for granted besides the directory, as one; free it with
 * assumed_free(). ADSCP_OK or ADSCP_E_NOMEM. */
struct assumed;
int plan_assume(const struct plan_step *steps, size_t count,
                struct assumed **assumedp);

#endif
