/* SPDX-License-Identifier: MIT */
/*
 * Servers that setup has just finished with: nobody has configured them yet,
 * and clients meet them already ("Exchange Active Directory Deployment Site",
 * Exchange Team Blog). Fresh is what was created within a week of the day that
 * is judged.
 */
#include "judge/directory/new_servers.h"

#include <string.h>

#include "base/date.h"

enum {
    DAY_SECONDS = 86400,
    FRESH_SECONDS = 7 * DAY_SECONDS,
    SITES_TOLD = 5,
    NAMES_MAX = 512
};

struct fresh {
    const struct directory_index *page;
    int64_t time;
    struct arena *arena;
    struct finding_list *findings;
};

static int tell_fresh(const struct fresh *fresh, const struct adscp_scp *scp)
{
    char date[DATE_MAX];
    const char *text;

    date_write(scp->created, date);
    text = arena_copy(fresh->arena, date, strlen(date));
    if (text == NULL)
        return ADSCP_E_NOMEM;
    return finding_add(fresh->findings, FINDING_SCP_FRESH_DEFAULT,
                       (struct finding_what){.scp = scp, .date = text});
}

/* Oldest first, that is: nobody serves the site but younger SCPs. */
static bool is_first(const struct directory_index *page,
                     const struct adscp_scp *scp, name_id site)
{
    const struct adscp_scp *scps = page->directory->scps;
    uint32_t i;

    for (i = page->site_start[site]; i < page->site_start[site + 1]; i++) {
        const struct adscp_scp *other = &scps[page->site_rows[i]];

        if (other != scp && other->created != TIME_UNKNOWN &&
            (other->created < scp->created ||
             (other->created == scp->created && other < scp)))
            return false;
    }
    return true;
}

/* Append ", name" as long as the whole still fits; does it? */
static bool append_name(char names[NAMES_MAX], const char *name)
{
    size_t used = strlen(names), length = strlen(name);

    if (used + length + 3 > NAMES_MAX)
        return false;
    if (used > 0) {
        memcpy(names + used, ", ", 2);
        used += 2;
    }
    memcpy(names + used, name, length + 1);
    return true;
}

/* A name with a blank at an end matches no client. */
static bool is_site(const struct keyword *keyword)
{
    return keyword->kind == KEYWORD_SITE && keyword->name != NAME_NONE &&
           !keyword->blank;
}

/* The sites of which it is the first, if any. */
static int tell_first(const struct fresh *fresh, const struct adscp_scp *scp)
{
    char names[NAMES_MAX] = "";
    struct finding_what what = {.scp = scp};
    int64_t count = 0, told = 0;
    size_t i;

    for (i = 0; i < scp->keyword_count; i++) {
        const struct keyword *keyword = scp_keyword(scp, i);

        if (!is_site(keyword) || !is_first(fresh->page, scp, keyword->name))
            continue;
        count++;
        if (told < SITES_TOLD)
            told += append_name(names, keyword->value);
    }
    if (count == 0)
        return ADSCP_OK;
    what.count = count;
    what.sites = arena_copy(fresh->arena, names, strlen(names));
    what.words = finding_and_more(fresh->arena, count - told);
    if (what.sites == NULL || what.words == NULL)
        return ADSCP_E_NOMEM;
    return finding_add(fresh->findings, FINDING_SCP_FRESH_FIRST, what);
}

int new_servers_report(const struct directory_index *page, int64_t time,
                       struct arena *arena, struct finding_list *findings)
{
    const struct fresh fresh = {page, time, arena, findings};
    int rc = ADSCP_OK;
    size_t i, end;

    if (time < 0 || time == INT64_MAX)
        return ADSCP_OK;
    end = directory_index_first_since(page, time + 1);
    for (i = directory_index_first_since(page, time - FRESH_SECONDS);
         i < end && rc == ADSCP_OK; i++) {
        const struct adscp_scp *scp = &page->directory->scps[page->urls[i].row];

        if ((scp->flags & SCP_DEFAULT_URL) == 0)
            continue;
        rc = tell_fresh(&fresh, scp);
        if (rc == ADSCP_OK)
            rc = tell_first(&fresh, scp);
    }
    return rc;
}
