/* SPDX-License-Identifier: MIT */
/*
 * Sites and homes of all steps: those of the beginning, in its order, and then
 * what came with a step. A name is most often where it was the step before.
 */
#include "whatif.h"

#include <stdlib.h>
#include <string.h>

static char *copy(struct whatif *whatif, const char *text)
{
    char *made = text != NULL ? strdup(text) : NULL;

    if (text != NULL && made == NULL)
        whatif->failed = true;
    return made;
}

static bool is_site(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : page_compare(a, b) == 0;
}

int whatif_site(struct whatif *whatif, const char *name, int guess)
{
    char **rows;
    int i;

    if (guess < whatif->site_count && is_site(whatif->sites[guess], name))
        return guess;
    for (i = whatif->is_named ? 0 : whatif->site_count; i < whatif->site_count;
         i++)
        if (is_site(whatif->sites[i], name))
            return i;
    rows = realloc(whatif->sites, ((size_t)i + 1) * sizeof(*rows));
    if (rows == NULL) {
        whatif->failed = true;
        return 0;
    }
    whatif->sites = rows;
    rows[i] = copy(whatif, name);
    whatif->site_count++;
    return i;
}

static void fill(struct whatif *whatif, const adscp_comparison *comparison,
                 int home, struct whatif_home *row)
{
    const adscp_server *server = adscp_comparison_home_server(comparison, home);
    const char *dn = adscp_server_dn(server);
    const char *kind = adscp_coverage_home_kind_name(
        adscp_comparison_home_kind(comparison, home));

    *row = (struct whatif_home){
        .dn = copy(whatif, dn != NULL ? dn : kind),
        .name = copy(whatif, adscp_server_name(server)),
        .version = copy(whatif, adscp_server_version(server)),
        .site = copy(whatif, adscp_server_site(server)),
        .kind = adscp_comparison_home_kind(comparison, home),
        .mailboxes = adscp_comparison_home_mailboxes(comparison, home),
    };
}

/* -1: a new one. */
static int find_home(const struct whatif *whatif, const char *dn, int guess)
{
    int i;

    if (guess < whatif->home_count && whatif->homes[guess].dn != NULL &&
        page_compare(whatif->homes[guess].dn, dn) == 0)
        return guess;
    for (i = whatif->is_named ? 0 : whatif->home_count; i < whatif->home_count;
         i++)
        if (whatif->homes[i].dn != NULL &&
            page_compare(whatif->homes[i].dn, dn) == 0)
            return i;
    return -1;
}

void whatif_find_moved(struct whatif *whatif, const adscp_coverage *coverage)
{
    int i, count = adscp_coverage_home_count(coverage);

    for (i = 0; i < count; i++) {
        const adscp_server *server = adscp_coverage_home_server(coverage, i);
        int home = -1;

        if (adscp_coverage_home_moved_to(coverage, i) != NULL)
            home = find_home(whatif, adscp_server_dn(server), i);
        if (home >= 0)
            whatif->homes[home].moved = true;
    }
}

int whatif_home(struct whatif *whatif, const adscp_comparison *comparison,
                int home)
{
    const char *dn =
        adscp_server_dn(adscp_comparison_home_server(comparison, home));
    const char *kind = adscp_coverage_home_kind_name(
        adscp_comparison_home_kind(comparison, home));
    struct whatif_home *rows;
    int i = find_home(whatif, dn != NULL ? dn : kind, home);

    if (i >= 0)
        return i;
    i = whatif->home_count;
    rows = realloc(whatif->homes, ((size_t)i + 1) * sizeof(*rows));
    if (rows == NULL) {
        whatif->failed = true;
        return 0;
    }
    whatif->homes = rows;
    fill(whatif, comparison, home, &rows[i]);
    whatif->home_count++;
    return i;
}
