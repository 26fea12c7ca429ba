/* SPDX-License-Identifier: MIT */
/*
 * The public coverage: getters over judge/coverage. They check bounds and lend;
 * a NULL handle gives the value of absence.
 */
#include "adscp.h"

#include "api/count.h"
#include "judge/coverage/coverage.h"
#include "judge/looked.h"

const char *adscp_coverage_home_kind_name(int kind)
{
    switch (kind) {
    case ADSCP_COVERAGE_HOME_KIND_NONE:
        return "none";
    case ADSCP_COVERAGE_HOME_KIND_MAILBOX:
        return "mailbox";
    case ADSCP_COVERAGE_HOME_KIND_REMOTE:
        return "remote";
    default:
        return NULL;
    }
}

void adscp_coverage_free(adscp_coverage *coverage)
{
    coverage_free(coverage);
}

const adscp_forest *adscp_coverage_forest(const adscp_coverage *coverage)
{
    return coverage != NULL ? coverage->forest_index->forest : NULL;
}

int adscp_coverage_profile(const adscp_coverage *coverage)
{
    return coverage != NULL ? coverage->profile : -1;
}

int64_t adscp_coverage_time(const adscp_coverage *coverage)
{
    return coverage != NULL ? coverage->time : -1;
}

const char *adscp_coverage_assumes(const adscp_coverage *coverage)
{
    return coverage != NULL
               ? predict_assumes(coverage->classes[0].prediction, SITE_EITHER)
               : NULL;
}

int adscp_coverage_complete(const adscp_coverage *coverage)
{
    return coverage != NULL ? coverage->complete : -1;
}

int adscp_coverage_looked(const adscp_coverage *coverage)
{
    int looked = -1;
    size_t i;

    for (i = 0; coverage != NULL && i < coverage->class_count; i++) {
        looked = looked_at(coverage->classes[i].prediction);
        if (looked <= 0)
            break;
    }
    return looked;
}

/* ------------------------------------------------------ sites and homes -- */

int adscp_coverage_site_count(const adscp_coverage *coverage)
{
    return coverage != NULL ? count_of(coverage->site_count) : -1;
}

const char *adscp_coverage_site(const adscp_coverage *coverage, int site)
{
    return coverage != NULL && in_range(site, coverage->site_count)
               ? coverage->sites[site].name
               : NULL;
}

int adscp_coverage_home_count(const adscp_coverage *coverage)
{
    return coverage != NULL ? count_of(coverage->home_count) : -1;
}

static const struct coverage_home *home_at(const adscp_coverage *coverage,
                                           int home)
{
    return coverage != NULL && in_range(home, coverage->home_count)
               ? &coverage->homes[home]
               : NULL;
}

int adscp_coverage_home_kind(const adscp_coverage *coverage, int home)
{
    const struct coverage_home *row = home_at(coverage, home);

    if (row == NULL)
        return -1;
    if (row->at.directory == NULL)
        return ADSCP_COVERAGE_HOME_KIND_NONE;
    return row->server != NULL ? ADSCP_COVERAGE_HOME_KIND_MAILBOX
                               : ADSCP_COVERAGE_HOME_KIND_REMOTE;
}

const adscp_server *adscp_coverage_home_server(const adscp_coverage *coverage,
                                               int home)
{
    const struct coverage_home *row = home_at(coverage, home);

    return row != NULL ? row->server : NULL;
}

const adscp_server *adscp_coverage_home_moved_to(const adscp_coverage *coverage,
                                                 int home)
{
    const struct coverage_home *row = home_at(coverage, home);

    return row != NULL && row->at.server != row->server ? row->at.server : NULL;
}

int adscp_coverage_home_mailboxes(const adscp_coverage *coverage, int home)
{
    const struct coverage_home *row = home_at(coverage, home);

    return row != NULL ? row->mailboxes : -1;
}

/* -------------------------------------------------------------- classes -- */

int adscp_coverage_cell(const adscp_coverage *coverage, int site, int home)
{
    return coverage != NULL && in_range(site, coverage->site_count) &&
                   in_range(home, coverage->home_count)
               ? (int)coverage_cell(coverage, (size_t)site, (size_t)home)
               : -1;
}

int adscp_coverage_site_group(const adscp_coverage *coverage, int site)
{
    return coverage != NULL && in_range(site, coverage->site_count)
               ? (int)coverage->sites[site].group
               : -1;
}

int adscp_coverage_class_count(const adscp_coverage *coverage)
{
    return coverage != NULL ? count_of(coverage->class_count) : -1;
}

static const struct coverage_class *class_at(const adscp_coverage *coverage,
                                             int row)
{
    return coverage != NULL && in_range(row, coverage->class_count)
               ? &coverage->classes[row]
               : NULL;
}

const adscp_prediction *
adscp_coverage_class_prediction(const adscp_coverage *coverage, int row)
{
    const struct coverage_class *class = class_at(coverage, row);

    return class != NULL ? class->prediction : NULL;
}

int adscp_coverage_class_site_count(const adscp_coverage *coverage, int row)
{
    const struct coverage_class *class = class_at(coverage, row);

    return class != NULL ? count_of(class->sites.count) : -1;
}

int adscp_coverage_class_site(const adscp_coverage *coverage, int row,
                              int index)
{
    const struct coverage_class *class = class_at(coverage, row);

    return class != NULL && in_range(index, class->sites.count)
               ? (int)coverage->members[class->sites.first + (size_t)index]
               : -1;
}

int adscp_coverage_class_home_count(const adscp_coverage *coverage, int row)
{
    const struct coverage_class *class = class_at(coverage, row);

    return class != NULL ? count_of(class->homes.count) : -1;
}

int adscp_coverage_class_home(const adscp_coverage *coverage, int row,
                              int index)
{
    const struct coverage_class *class = class_at(coverage, row);

    return class != NULL && in_range(index, class->homes.count)
               ? (int)coverage->members[class->homes.first + (size_t)index]
               : -1;
}

int adscp_coverage_class_mailboxes(const adscp_coverage *coverage, int row)
{
    int i, sum = -1, count = adscp_coverage_class_home_count(coverage, row);

    for (i = 0; i < count; i++) {
        int mailboxes = adscp_coverage_home_mailboxes(
            coverage, adscp_coverage_class_home(coverage, row, i));

        if (mailboxes >= 0)
            sum = sum < 0 ? mailboxes : sum + mailboxes;
    }
    return sum;
}

int adscp_coverage_finding_count(const adscp_coverage *coverage)
{
    size_t count;

    return coverage != NULL && coverage_count_findings(coverage, &count)
               ? count_of(count)
               : -1;
}

const adscp_finding *adscp_coverage_finding(const adscp_coverage *coverage,
                                            int index)
{
    return coverage != NULL && index >= 0
               ? coverage_finding(coverage, (size_t)index)
               : NULL;
}
