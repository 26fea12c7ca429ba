/* SPDX-License-Identifier: MIT */
/*
 * Which sites an SCP could serve instead: whoever comes first in these sites
 * serves them no more, or another one does, too.
 */
#include <stdlib.h>
#include <string.h>

#include "api/advice/private.h"
#include "base/text.h"

/* A class may have many sites. */
enum { SITES_MAX = 64, SITES_SHOWN = 3 };

struct sites {
    const char *rows[2 * SITES_MAX];
    size_t count;
};

static bool has_site(const struct sites *sites, const char *name)
{
    size_t i;

    for (i = 0; i < sites->count; i++)
        if (text_equal_fold(sites->rows[i], strlen(sites->rows[i]), name,
                            strlen(name)))
            return true;
    return false;
}

static bool add_site(struct sites *sites, const char *name)
{
    if (has_site(sites, name))
        return true;
    if (sites->count == 2 * (size_t)SITES_MAX)
        return false;
    sites->rows[sites->count++] = name;
    return true;
}

/* Those of the class that have names. False: there are too many. */
static bool sites_of_class(const struct search *search, int row,
                           struct sites *sites)
{
    int i, count = adscp_coverage_class_site_count(search->coverage, row);

    if (count > SITES_MAX)
        return false;
    for (i = 0; i < count; i++) {
        const char *name = adscp_coverage_site(
            search->coverage,
            adscp_coverage_class_site(search->coverage, row, i));

        if (name != NULL && !add_site(sites, name))
            return false;
    }
    return sites->count > 0;
}

/* Those that the SCPs of a server name now. False: there are too many. */
static bool sites_of_server(const adscp_forest *forest,
                            const adscp_server *server, struct sites *sites)
{
    static const char prefix[] = "Site=";
    int i, k, count = adscp_forest_scp_count(forest);

    for (i = 0; i < count; i++) {
        const adscp_scp *scp = adscp_forest_scp(forest, i);
        int keywords = is_owner(server, scp) ? adscp_scp_keyword_count(scp) : 0;

        for (k = 0; k < keywords; k++) {
            const char *word = adscp_scp_keyword(scp, k);

            if (text_starts(word, strlen(word), prefix) &&
                word[strlen(prefix)] != '\0' &&
                !add_site(sites, word + strlen(prefix)))
                return false;
        }
    }
    return true;
}

/* "HQ, Branch and 3 more sites"; NULL: out of memory. */
static char *name_sites(const struct sites *sites)
{
    struct export_text out = {.bytes = NULL};
    size_t i;

    for (i = 0; i < sites->count && i < SITES_SHOWN; i++) {
        if (i > 0)
            put_text(&out, i + 1 == sites->count ? " and " : ", ");
        put_text(&out, sites->rows[i]);
    }
    put_more(&out, sites->count - i, " sites");
    if (!out.failed)
        return out.bytes;
    export_free(&out);
    return NULL;
}

static bool has_share(const struct attempt *attempt, const char *server)
{
    size_t i;

    for (i = 0; i < attempt->share_count; i++)
        if (strcmp(attempt->shares[i].server, server) == 0)
            return true;
    return false;
}

static int add_scope(struct attempt *attempt, const adscp_server *server,
                     const struct sites *sites)
{
    const char *name = adscp_server_name(server);
    struct export_text text = {.bytes = NULL};
    char *names;
    int rc;
    size_t i;

    if (name == NULL || has_share(attempt, name) || sites->count == 0)
        return ADSCP_OK;
    put_text(&text, "scp-sites");
    put_word(&text, name);
    for (i = 0; i < sites->count; i++)
        put_word(&text, sites->rows[i]);
    names = name_sites(sites);
    rc = names != NULL ? add_step(attempt, &text, ACT_SCP_SITES, server, names)
                       : ADSCP_E_NOMEM;
    free(names);
    export_free(&text);
    return rc;
}

/* Those who come first serve these sites no more, but at least one other. */
static int narrow(const adscp_forest *forest, struct attempt *attempt,
                  const adscp_prediction *answer, const struct sites *away)
{
    struct servers servers = {.count = 0};
    int rc = ADSCP_OK;
    size_t i, k;

    add_publishers(forest, &servers, advice_candidate(answer));
    for (i = 0; i < servers.count && rc == ADSCP_OK; i++) {
        struct sites now = {.count = 0}, left = {.count = 0};

        if (!sites_of_server(forest, servers.rows[i], &now))
            continue;
        for (k = 0; k < now.count; k++)
            if (!has_site(away, now.rows[k]))
                add_site(&left, now.rows[k]);
        if (left.count < now.count)
            rc = add_scope(attempt, servers.rows[i], &left);
    }
    return rc;
}

/* Whoever publishes a good URL serves these sites, too. */
static int widen(const adscp_forest *forest, struct attempt *attempt,
                 const struct sites *more)
{
    int i, count = adscp_forest_scp_count(forest), rc = ADSCP_OK;
    struct servers servers = {.count = 0};
    size_t k, n;

    for (i = 0; i < count; i++) {
        const adscp_scp *scp = adscp_forest_scp(forest, i);
        const char *url = adscp_scp_binding(scp, 0);

        if (url != NULL && strcmp(url, attempt->url) == 0)
            add_owner(forest, &servers, scp);
    }
    for (k = 0; k < servers.count && rc == ADSCP_OK; k++) {
        struct sites all = {.count = 0};
        bool fits = sites_of_server(forest, servers.rows[k], &all);

        for (n = 0; n < more->count && fits; n++)
            fits = add_site(&all, more->rows[n]);
        if (fits)
            rc = add_scope(attempt, servers.rows[k], &all);
    }
    return rc;
}

int add_for_sites(const struct search *search, const adscp_forest *forest,
                  struct attempt *attempt, const adscp_prediction *answer)
{
    struct sites sites = {.count = 0};
    int rc = ADSCP_OK;

    if (!sites_of_class(search, attempt->row, &sites))
        return ADSCP_OK;
    if (attempt->means != MEANS_WIDEN)
        rc = narrow(forest, attempt, answer, &sites);
    if (rc == ADSCP_OK && attempt->means != MEANS_NARROW)
        rc = widen(forest, attempt, &sites);
    return rc;
}
