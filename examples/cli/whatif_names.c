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
    return a == NULL || b == NULL
               ? a == b
               : strcmp(a, b) == 0 || page_compare(a, b) == 0;
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

/* "remote", or "none", where there is no server. */
static const char *key_of(const adscp_coverage *coverage, int home)
{
    const char *dn =
        adscp_server_dn(adscp_coverage_home_server(coverage, home));

    return dn != NULL ? dn
                      : adscp_coverage_home_kind_name(
                            adscp_coverage_home_kind(coverage, home));
}

static void fill(struct whatif *whatif, const adscp_coverage *coverage,
                 int home, struct whatif_home *row)
{
    const adscp_server *server = adscp_coverage_home_server(coverage, home);

    *row = (struct whatif_home){
        .dn = copy(whatif, key_of(coverage, home)),
        .name = copy(whatif, adscp_server_name(server)),
        .version = copy(whatif, adscp_server_version(server)),
        .site = copy(whatif, adscp_server_site(server)),
        .kind = adscp_coverage_home_kind(coverage, home),
        .mailboxes = adscp_coverage_home_mailboxes(coverage, home),
    };
}

static bool is_home(const struct whatif *whatif, int guess, const char *dn)
{
    return guess < whatif->home_count && whatif->homes[guess].dn != NULL &&
           strcmp(whatif->homes[guess].dn, dn) == 0;
}

/* -1: a new one. It may be the one behind that which was found last, or have
 * the number that it has in its coverage. */
static int find_home(const struct whatif *whatif, const char *dn, int home)
{
    int i;

    if (is_home(whatif, whatif->next_home, dn))
        return whatif->next_home;
    if (is_home(whatif, home, dn))
        return home;
    for (i = whatif->is_named ? 0 : whatif->home_count; i < whatif->home_count;
         i++)
        if (whatif->homes[i].dn != NULL &&
            page_compare(whatif->homes[i].dn, dn) == 0)
            return i;
    return -1;
}

int whatif_home(struct whatif *whatif, const adscp_coverage *coverage, int home)
{
    int i = find_home(whatif, key_of(coverage, home), home);
    struct whatif_home *rows;

    whatif->next_home = (i >= 0 ? i : whatif->home_count) + 1;
    if (i >= 0)
        return i;
    i = whatif->home_count;
    rows = realloc(whatif->homes, ((size_t)i + 1) * sizeof(*rows));
    if (rows == NULL) {
        whatif->failed = true;
        return 0;
    }
    whatif->homes = rows;
    fill(whatif, coverage, home, &rows[i]);
    whatif->home_count++;
    return i;
}
