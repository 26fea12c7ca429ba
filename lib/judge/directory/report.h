/* SPDX-License-Identifier: MIT */
/* For the files that report a directory's oddities: report.c passes over the
 * rows, scp_report.c and pointer_report.c say what is odd about one. */
#ifndef ADSCP_JUDGE_DIRECTORY_REPORT_H
#define ADSCP_JUDGE_DIRECTORY_REPORT_H

#include "facts/finding.h"
#include "judge/directory/index.h"

struct finder {
    const struct directory *directory;
    struct arena *arena;
    const struct directory_index *page;
    const struct adscp_forest *forest;
    struct finding_list *findings;
    uint32_t
        good_class;     /* class name that was found to be right; 0: none yet */
    uint32_t *same;     /* per SCP: how many URL rows it leads; later on, 1 +
                           the last site that counted it */
    uint32_t *claimant; /* per name: 1 + the first pointer for that domain */
    bool has_classes;   /* false: no SCP of this export has serviceClassName */
    bool has_dates;     /* ... whenCreated */
    bool lacks_urls;    /* none of several SCPs has serviceBindingInformation */
    bool lacks_names;   /* no server of this export has its full name */
    int rc;             /* the first failure; nothing is said after it */
};

/* Add a finding of the directory. */
static inline void report_tell(struct finder *finder, enum finding_code code,
                               struct finding_what what)
{
    if (finder->rc == ADSCP_OK)
        finder->rc = finding_add(finder->findings, code, what);
}

/* What is odd about an SCP, and about its role as a pointer. */
void report_scp(struct finder *finder, const struct adscp_scp *scp);
void report_pointer(struct finder *finder, const struct adscp_scp *scp);

/* Pointers that stand in each other's way. */
void report_pointers(struct finder *finder);

#endif
