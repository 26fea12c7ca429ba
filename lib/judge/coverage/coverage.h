/* SPDX-License-Identifier: MIT */
/*
 * The answer for everybody at once: each AD site, and "site unknown", by each
 * place where a mailbox may be. Few of these cells differ, so that each kind of
 * answer is kept once, as the whole prediction of the first cell that has it.
 */
#ifndef ADSCP_JUDGE_COVERAGE_COVERAGE_H
#define ADSCP_JUDGE_COVERAGE_COVERAGE_H

#include "judge/predict.h"

/* Sites whose clients have one list of candidates are a group. */
struct coverage_site {
    const char *name; /* NULL: unknown */
    name_id id;       /* NAME_NONE then */
    uint32_t group;
};

/* What tells homes apart: those of one column get one answer everywhere but
 * where a server redirects, which depends on the site of the mailbox, too. */
struct coverage_home {
    const struct adscp_server *server; /* NULL: nobody told a mail address */
    struct mailbox_home at; /* as whose its mailboxes answer: a plan moves them
                             */
    int services_outcome;   /* the worst; -1: none are known */
    int mailboxes;          /* how many are there; -1: nobody counted them */
    uint32_t column;
    uint32_t site_column;
};

/* Indexes of sites or homes, in `members`. */
struct coverage_run {
    size_t first, count;
};

/* Cells that nobody can tell apart. */
struct coverage_class {
    struct adscp_prediction *prediction;
    struct coverage_run sites; /* classes may share these, */
    struct coverage_run homes; /* ... and these */
};

struct coverage_findings;

struct adscp_coverage {
    struct forest_index *forest_index;
    struct assumed *assumed; /* by a plan; or NULL */
    char *domain;            /* of everybody's mail; NULL: unknown */
    int profile;
    int64_t time;
    bool complete;
    struct coverage_site *sites; /* the unknown one is the last */
    size_t site_count;
    struct coverage_home *homes; /* that of nobody is the last */
    size_t home_count;
    size_t column_count, site_column_count;
    uint32_t *cells; /* per group and column: the class, or CELL_PARTED and the
                        row of those that follow */
    size_t group_count;
    uint32_t *parted; /* per row and site column: the class, or CELL_EMPTY */
    size_t parted_count;
    struct coverage_class *classes; /* in the order of their first cells */
    size_t class_count;
    uint32_t *members;
    _Atomic(struct coverage_findings *) findings; /* NULL: nobody asked yet */
};

/* Of the question, the mail domain, the profile and the time count. ADSCP_OK,
 * ADSCP_E_NOMEM, or what the basis's deadline says. */
int coverage_make(struct basis *basis, const struct question *question,
                  struct adscp_coverage **coveragep);
void coverage_free(struct adscp_coverage *coverage); /* NULL is fine */

/* The class of a cell. */
uint32_t coverage_cell(const struct adscp_coverage *coverage, size_t site,
                       size_t home);
/* The one of all homes of the column; -1: they have several. */
int coverage_column_cell(const struct adscp_coverage *coverage, size_t site,
                         size_t column);

/* The findings, of every class and each once, are made when they are first
 * asked for; as those of a prediction. */
bool coverage_count_findings(const struct adscp_coverage *coverage,
                             size_t *countp);
const struct adscp_finding *
coverage_finding(const struct adscp_coverage *coverage, size_t index);

#endif
