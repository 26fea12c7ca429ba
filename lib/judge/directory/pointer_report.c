/* SPDX-License-Identifier: MIT */
/* What is odd about pointers: each one, and several beside one another. */
#include <string.h>

#include "facts/url.h"
#include "judge/directory/report.h"

void report_pointer(struct finder *finder, const struct adscp_scp *scp)
{
    const char *value = scp_pointer_value(scp);
    struct ldap_url url;

    if (scp->binding_count == 0) {
        report_tell(finder, FINDING_POINTER_NO_BINDING,
                    (struct finding_what){.scp = scp});
        return;
    }
    if (value == NULL)
        value = scp_binding(scp, 0);
    if (!ldap_url_split(value, strlen(value), &url) || url.has_rest)
        report_tell(finder, FINDING_POINTER_BAD_URI,
                    (struct finding_what){.scp = scp, .url = value});
}

/* The only keyword is the GUID. */
static void find_wildcards(struct finder *finder)
{
    const struct directory_index *page = finder->page;
    const struct adscp_scp *first = NULL;
    int64_t count = 0;
    size_t i;

    for (i = 0; i < page->pointer_count; i++) {
        const struct adscp_scp *scp =
            &finder->directory->scps[page->pointers[i]];

        if (scp->keyword_count != 1)
            continue;
        if (count++ == 0)
            first = scp;
    }
    if (count > 0 && page->url_count > 0)
        report_tell(finder, FINDING_POINTER_WILDCARD_BESIDE_URLS,
                    (struct finding_what){.scp = first});
    if (count > 1)
        report_tell(finder, FINDING_POINTER_WILDCARD_SEVERAL,
                    (struct finding_what){.scp = first, .count = count});
}

static bool pointer_target(const struct adscp_scp *scp,
                           char target[LDAP_URL_TARGET_MAX])
{
    const char *value = scp_pointer_value(scp);
    struct ldap_url url;

    if (value == NULL || !ldap_url_split(value, strlen(value), &url))
        return false;
    ldap_url_target(&url, target);
    return true;
}

static bool same_target(const struct adscp_scp *a, const struct adscp_scp *b)
{
    char a_target[LDAP_URL_TARGET_MAX], b_target[LDAP_URL_TARGET_MAX];

    return pointer_target(a, a_target) && pointer_target(b, b_target) &&
           strcmp(a_target, b_target) == 0;
}

/* Once for each domain. */
static void find_domain(struct finder *finder, const struct keyword *keyword,
                        uint32_t row)
{
    const struct adscp_scp *scps = finder->directory->scps;
    uint32_t *claimant = &finder->claimant[keyword->name];

    if (*claimant == 0) {
        *claimant = row + 1;
    } else if (*claimant != INDEX_NONE && *claimant != row + 1 &&
               !same_target(&scps[*claimant - 1], &scps[row])) {
        report_tell(finder, FINDING_POINTER_DOMAIN_DUPLICATE,
                    (struct finding_what){.scp = &scps[*claimant - 1],
                                          .domain = keyword->value});
        *claimant = INDEX_NONE;
    }
}

static void find_domains(struct finder *finder)
{
    const struct directory_index *page = finder->page;
    size_t i, k;

    for (i = 0; i < page->pointer_count; i++) {
        const struct adscp_scp *scp =
            &finder->directory->scps[page->pointers[i]];

        if ((scp->flags & SCP_DOMAIN) == 0)
            continue;
        for (k = 0; k < scp->keyword_count; k++) {
            const struct keyword *keyword = scp_keyword(scp, k);

            if (keyword->kind == KEYWORD_DOMAIN && keyword->name != NAME_NONE)
                find_domain(finder, keyword, page->pointers[i]);
        }
    }
}

void report_pointers(struct finder *finder)
{
    find_wildcards(finder);
    find_domains(finder);
}
