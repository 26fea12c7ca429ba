/* SPDX-License-Identifier: MIT */
/* What the files of this room share. Nobody else includes this. */
#ifndef ADSCP_JUDGE_COVERAGE_PRIVATE_H
#define ADSCP_JUDGE_COVERAGE_PRIVATE_H

#include "judge/coverage/coverage.h"

/* The directories whose servers the clients may ask, and that of the forest
 * itself, which comes first. A client that knows its site may be led elsewhere
 * than one that does not. */
struct coverage_reach {
    uint32_t directories[3];
    size_t count;
    uint32_t page;  /* of the first URL of those who know their site */
    bool has_first; /* false: they have no candidate at all */
};

/* The sites, in the directory's order; and what their clients reach. */
int coverage_sites(struct adscp_coverage *coverage);
int coverage_reach(const struct adscp_coverage *coverage,
                   struct coverage_reach *reach);
/* Sites into groups. */
int coverage_group(struct adscp_coverage *coverage,
                   const struct coverage_reach *reach);

/* The homes, by name, with their columns. */
int coverage_homes(struct basis *basis, struct adscp_coverage *coverage,
                   const struct coverage_reach *reach);

/* Cells; a class is below both. */
#define CELL_PARTED (UINT32_C(1) << 31)
#define CELL_EMPTY UINT32_MAX

static inline uint32_t *
coverage_parted_row(const struct adscp_coverage *coverage, size_t row)
{
    return &coverage->parted[row * coverage->site_column_count];
}

/* That of a home, in the row that a parted cell names. */
static inline uint32_t *coverage_parted(const struct adscp_coverage *coverage,
                                        uint32_t cell,
                                        const struct coverage_home *home)
{
    return &coverage_parted_row(coverage,
                                cell & ~CELL_PARTED)[home->site_column];
}

/* The sites and homes of each class. */
int coverage_members(const struct basis *basis,
                     struct adscp_coverage *coverage);

/* Are these the answers of one class? Equal ones have one hash. */
bool cell_equal(const struct adscp_prediction *a,
                const struct adscp_prediction *b);
uint32_t cell_hash(const struct adscp_prediction *prediction);

/* Append a finding for each certificate with names that nobody uses. ADSCP_OK
 * or ADSCP_E_NOMEM. */
int unused_names_report(const struct adscp_coverage *coverage,
                        struct arena *arena, struct finding_list *findings);

/* For coverage.c */
void coverage_findings_free(struct coverage_findings *findings);

#endif
