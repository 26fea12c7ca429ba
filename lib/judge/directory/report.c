/* SPDX-License-Identifier: MIT */
/*
 * The oddities of one directory that do not depend on who asks. Every SCP is
 * passed once; one without any mark costs a few comparisons, since what a
 * sentence needs is looked at only where a flag says so. Odd values of one SCP
 * are counted, and the first of each kind is quoted: a hundred thousand odd
 * keywords make one finding.
 */
#include "judge/directory/index.h"

#include <stdlib.h>
#include <string.h>

#include "facts/url.h"
#include "judge/add_finding.h"
#include "judge/site.h"

/* The class name that Exchange setup writes. */
#define SCP_CLASS_NAME "ms-Exchange-AutoDiscover-Service"

struct finder {
    const struct directory *directory;
    struct arena *arena;
    struct directory_index *page;
    const struct adscp_forest *forest;
    uint32_t
        good_class;     /* class name that was found to be right; 0: none yet */
    uint32_t *same;     /* per SCP: how many URL rows it leads; later on, 1 +
                           the last site that counted it */
    uint32_t *claimant; /* per name: 1 + the first pointer for that domain */
    int rc;             /* the first failure; nothing is said after it */
};

static void tell(struct finder *finder, enum finding_code code,
                 struct finding_about what)
{
    if (finder->rc == ADSCP_OK)
        finder->rc = add_finding(&finder->page->findings, code, what);
}

/* A piece of a value as text of its own. */
static const char *keep(struct finder *finder, struct span span)
{
    const char *text = arena_copy(finder->arena, span.text, span.length);

    if (text == NULL)
        finder->rc = ADSCP_E_NOMEM;
    return text;
}

/* ------------------------------------------------------- values counted -- */

enum { TALLIES_MAX = 8 };

/* How many values of one SCP are odd in each of several ways, whose codes
 * follow one another from `first` on, and the first such value. */
struct tallies {
    enum finding_code first;
    struct {
        struct span value;
        int64_t count;
    } rows[TALLIES_MAX];
};

static void tally(struct tallies *tallies, enum finding_code code,
                  const char *text, size_t length)
{
    size_t row = code - tallies->first;

    if (tallies->rows[row].count++ == 0)
        tallies->rows[row].value = (struct span){text, length};
}

static void tell_tallies(struct finder *finder, const struct tallies *tallies,
                         const struct adscp_scp *scp)
{
    size_t i;

    for (i = 0; i < TALLIES_MAX && finder->rc == ADSCP_OK; i++) {
        int64_t count = tallies->rows[i].count;
        struct finding_about what = {.scp = scp, .n = count};

        if (count == 0)
            continue;
        what.a = keep(finder, tallies->rows[i].value);
        what.b = finding_and_more(finder->arena, count);
        if (what.b == NULL)
            finder->rc = ADSCP_E_NOMEM;
        tell(finder, (enum finding_code)(tallies->first + i), what);
    }
}

/* ------------------------------------------------------------------ URL -- */

_Static_assert(FINDING_SCP_HOST_INTERNAL - FINDING_SCP_URL_INVALID <
                       TALLIES_MAX &&
                   FINDING_KEYWORD_UNKNOWN - FINDING_KEYWORD_BLANK <
                       TALLIES_MAX,
               "codes of one kind follow one another in finding.def");

static void tally_host(const struct url *url, struct tallies *tallies)
{
    struct span host = url->host;

    if (url->host_is_ip)
        tally(tallies, FINDING_SCP_HOST_IP, host.text, host.length);
    else if (url_host_is_short(host))
        tally(tallies, FINDING_SCP_HOST_SHORT, host.text, host.length);
    else if (url_host_is_internal(host))
        tally(tallies, FINDING_SCP_HOST_INTERNAL, host.text, host.length);
}

static void tally_url(const char *value, struct tallies *tallies)
{
    size_t length = strlen(value);
    struct url url;

    url_split(value, length, &url);
    if (url.kind == URL_INVALID)
        tally(tallies, FINDING_SCP_URL_INVALID, value, length);
    if (url.kind == URL_OTHER)
        tally(tallies, FINDING_SCP_URL_SCHEME, value, length);
    if (url.kind == URL_HTTP)
        tally(tallies, FINDING_SCP_URL_HTTP, value, length);
    if (!url_is_http(&url))
        return;
    if (url.has_port || !url_path_is_default(url.path))
        tally(tallies, FINDING_SCP_URL_PATH, value, length);
    tally_host(&url, tallies);
}

/* On an object with both GUIDs the LDAP URL is the pointer's. */
static void find_urls(struct finder *finder, const struct adscp_scp *scp)
{
    struct tallies tallies = {.first = FINDING_SCP_URL_INVALID};
    bool is_pointer = (scp->flags & SCP_POINTER) != 0;
    size_t i;

    for (i = 0; i < scp->binding_count; i++) {
        const char *value = scp_binding(scp, i);

        if (!is_pointer || !text_starts(value, strlen(value), "LDAP://"))
            tally_url(value, &tallies);
    }
    tell_tallies(finder, &tallies, scp);
}

/* --------------------------------------------------------------- server -- */

static void find_host(struct finder *finder, const struct adscp_scp *scp,
                      struct span host)
{
    const struct adscp_server *servers = finder->directory->servers;
    const uint32_t *named =
        table_get(&finder->page->hosts, host.text, host.length);

    if (named == NULL)
        tell(finder, FINDING_SCP_HOST_UNKNOWN,
             (struct finding_about){.scp = scp, .a = keep(finder, host)});
    else if (*named != INDEX_HOST_SEVERAL && scp->server != 0 &&
             *named != scp->server - 1)
        tell(finder, FINDING_SCP_HOST_OTHER_SERVER,
             (struct finding_about){.scp = scp,
                                    .a = servers[*named].name,
                                    .b = servers[scp->server - 1].name});
}

/* An SCP that somebody wrote elsewhere never had a server above it. */
static void find_server(struct finder *finder, const struct adscp_scp *scp)
{
    const char *value;
    struct url url;

    if (finder->directory->server_count == 0)
        return;
    if (scp->server == 0 && (scp->flags & SCP_UNDER_SERVERS) != 0)
        tell(finder, FINDING_SCP_SERVER_MISSING,
             (struct finding_about){.scp = scp});
    if ((scp->flags & SCP_HTTP) == 0 || (scp->flags & SCP_HOST_OWN) != 0)
        return;
    value = scp_binding(scp, scp->first_http);
    if (url_split(value, strlen(value), &url))
        find_host(finder, scp, url.host);
}

/* ------------------------------------------------------------- keywords -- */

static bool is_empty(const struct keyword *keyword)
{
    return keyword->value == NULL || keyword->value[0] == '\0';
}

static bool names_no_site(const struct finder *finder,
                          const struct keyword *keyword)
{
    return finder->directory->site_count > 0 && !is_empty(keyword) &&
           keyword->kind == KEYWORD_SITE && keyword->name != NAME_NONE &&
           finder->page->site_of[keyword->name] == 0;
}

static void tally_keyword(const struct finder *finder,
                          const struct adscp_scp *scp,
                          const struct keyword *keyword,
                          struct tallies *tallies)
{
    size_t length = strlen(keyword->text);
    bool is_site = keyword->kind == KEYWORD_SITE;

    if (keyword->blank)
        tally(tallies, FINDING_KEYWORD_BLANK, keyword->text, length);
    if (is_site && is_empty(keyword))
        tally(tallies, FINDING_KEYWORD_SITE_EMPTY, keyword->text, length);
    if ((scp->flags & SCP_URL) != 0 && names_no_site(finder, keyword))
        tally(tallies, FINDING_KEYWORD_SITE_UNKNOWN, keyword->text, length);
    if (is_site && keyword->prefix_case)
        tally(tallies, FINDING_KEYWORD_PREFIX_CASE, keyword->text, length);
    if (keyword->kind == KEYWORD_DOMAIN && (scp->flags & SCP_POINTER) == 0)
        tally(tallies, FINDING_KEYWORD_DOMAIN_ON_URL, keyword->text, length);
    if (keyword->kind == KEYWORD_OTHER)
        tally(tallies, FINDING_KEYWORD_UNKNOWN, keyword->text, length);
}

static void find_keywords(struct finder *finder, const struct adscp_scp *scp)
{
    struct tallies tallies = {.first = FINDING_KEYWORD_BLANK};
    size_t i;

    for (i = 0; i < scp->keyword_count; i++)
        tally_keyword(finder, scp, scp_keyword(scp, i), &tallies);
    tell_tallies(finder, &tallies, scp);
}

/* ------------------------------------------------------------- pointers -- */

static void find_pointer(struct finder *finder, const struct adscp_scp *scp)
{
    const char *value = pointer_first_value(scp);
    struct ldap_url url;

    if (scp->binding_count == 0) {
        tell(finder, FINDING_POINTER_NO_BINDING,
             (struct finding_about){.scp = scp});
        return;
    }
    if (value == NULL)
        value = scp_binding(scp, 0);
    if (!ldap_url_split(value, strlen(value), &url) || url.has_rest)
        tell(finder, FINDING_POINTER_BAD_URI,
             (struct finding_about){.scp = scp, .a = value});
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
        tell(finder, FINDING_POINTER_WILDCARD_BESIDE_URLS,
             (struct finding_about){.scp = first});
    if (count > 1)
        tell(finder, FINDING_POINTER_WILDCARD_SEVERAL,
             (struct finding_about){.scp = first, .n = count});
}

static bool pointer_target(const struct adscp_scp *scp,
                           char target[LDAP_URL_TARGET_MAX])
{
    const char *value = pointer_first_value(scp);
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
        tell(finder, FINDING_POINTER_DOMAIN_DUPLICATE,
             (struct finding_about){.scp = &scps[*claimant - 1],
                                    .a = keyword->value});
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

            if (keyword->kind == KEYWORD_DOMAIN && !is_empty(keyword) &&
                keyword->name != NAME_NONE)
                find_domain(finder, keyword, page->pointers[i]);
        }
    }
}

/* ------------------------------------------------------------------ SCP -- */

/* serviceClassName, as a hash of it would do: nearly all SCPs share one. */
static bool has_class(struct finder *finder, const struct adscp_scp *scp)
{
    const char *name;

    if (scp->class_name == 0)
        return false;
    if (scp->class_name == finder->good_class)
        return true;
    name = finder->forest->texts[scp->class_name];
    if (!text_is(name, strlen(name), SCP_CLASS_NAME))
        return false;
    finder->good_class = scp->class_name;
    return true;
}

static bool has_known_sites(const struct finder *finder,
                            const struct adscp_scp *scp)
{
    size_t i;

    if (finder->directory->site_count == 0)
        return true;
    for (i = 0; i < scp->keyword_count; i++)
        if (names_no_site(finder, scp_keyword(scp, i)))
            return false;
    return true;
}

/* Nothing about this URL SCP is worth a word. */
static bool is_plain(struct finder *finder, const struct adscp_scp *scp)
{
    const uint32_t usual = SCP_URL | SCP_HTTP | SCP_SITE;
    const uint32_t odd = SCP_POINTER | SCP_LOOKALIKE | SCP_DOMAIN |
                         SCP_URL_ODD | SCP_KEYWORD_ODD;
    uint32_t row = (uint32_t)(scp - finder->directory->scps);

    return (scp->flags & (usual | odd)) == usual && scp->binding_count == 1 &&
           scp->created != TIME_UNKNOWN && finder->same[row] <= 1 &&
           has_class(finder, scp) && has_known_sites(finder, scp) &&
           (finder->directory->server_count == 0 ||
            (scp->server != 0 && (scp->flags & SCP_HOST_OWN) != 0));
}

static void find_url_scp(struct finder *finder, const struct adscp_scp *scp)
{
    uint32_t row = (uint32_t)(scp - finder->directory->scps);

    if (scp->binding_count == 0)
        tell(finder, FINDING_SCP_NO_URL, (struct finding_about){.scp = scp});
    if ((scp->flags & SCP_URL_ODD) != 0 || (scp->flags & SCP_HTTP) == 0 ||
        scp->binding_count > 1)
        find_urls(finder, scp);
    find_server(finder, scp);
    if (finder->same[row] > 1)
        tell(finder, FINDING_SCP_DUPLICATE_URL,
             (struct finding_about){.scp = scp,
                                    .a = scp_binding(scp, scp->first_http),
                                    .n = finder->same[row]});
    if (!has_class(finder, scp))
        tell(finder, FINDING_SCP_CLASS_MISSING,
             (struct finding_about){.scp = scp});
    if (scp->created == TIME_UNKNOWN)
        tell(finder, FINDING_SCP_CREATED_MISSING,
             (struct finding_about){.scp = scp});
    if ((scp->flags & SCP_SITE) == 0)
        tell(finder, FINDING_SCP_UNSCOPED, (struct finding_about){.scp = scp});
}

static void find_scp(struct finder *finder, const struct adscp_scp *scp)
{
    const uint32_t both = SCP_URL | SCP_POINTER;

    if (is_plain(finder, scp))
        return;
    if ((scp->flags & both) == 0) {
        if ((scp->flags & SCP_LOOKALIKE) != 0)
            tell(finder, FINDING_SCP_LOOKALIKE,
                 (struct finding_about){.scp = scp});
        return;
    }
    if ((scp->flags & both) == both)
        tell(finder, FINDING_SCP_MIXED_GUID,
             (struct finding_about){.scp = scp});
    if (scp->binding_count > 1)
        tell(finder, FINDING_SCP_URL_MULTI,
             (struct finding_about){.scp = scp, .n = scp->binding_count});
    if ((scp->flags & SCP_URL) != 0)
        find_url_scp(finder, scp);
    if ((scp->flags & SCP_POINTER) != 0)
        find_pointer(finder, scp);
    find_keywords(finder, scp);
}

/* ---------------------------------------------------------------- sites -- */

/* The name as the site object spells it, or as the first keyword does. */
static const char *site_text(const struct finder *finder, name_id id,
                             const struct adscp_scp *scp)
{
    size_t i;

    if (finder->page->site_of[id] != 0)
        return finder->directory->sites[finder->page->site_of[id] - 1].name;
    for (i = 0; i < scp->keyword_count; i++) {
        const struct keyword *keyword = scp_keyword(scp, i);

        if (keyword->kind == KEYWORD_SITE && keyword->name == id)
            return keyword->value;
    }
    return NULL;
}

/* How many different URLs claim the site. */
static int64_t count_claims(struct finder *finder, name_id id)
{
    const struct directory_index *page = finder->page;
    int64_t count = 0;
    uint32_t i;

    for (i = page->site_start[id]; i < page->site_start[id + 1]; i++) {
        uint32_t *stamp = &finder->same[page->leader[page->site_rows[i]]];

        count += *stamp != id + 1;
        *stamp = id + 1;
    }
    return count;
}

static void find_claims(struct finder *finder, name_id id)
{
    const struct directory_index *page = finder->page;
    uint32_t first = page->site_start[id];
    const char *name;
    struct finding_about what = {0};

    if (page->site_start[id + 1] - first < 2)
        return;
    what.n = count_claims(finder, id);
    if (what.n < 2)
        return;
    name =
        site_text(finder, id, &finder->directory->scps[page->site_rows[first]]);
    if (name == NULL || name[0] == '\0')
        return;
    what.a = name;
    if (finder->page->site_of[id] != 0)
        what.dn = finder->directory->sites[finder->page->site_of[id] - 1].dn;
    tell(finder, FINDING_SITE_CLAIMED_TWICE, what);
}

static void find_sites(struct finder *finder)
{
    const struct directory *directory = finder->directory;
    const struct directory_index *page = finder->page;
    name_id id;
    size_t i;

    if (page->url_count == 0)
        return;
    if (directory->server_count == 0)
        tell(finder, FINDING_SERVERS_NOT_READ, (struct finding_about){0});
    if (directory->site_count == 0)
        tell(finder, FINDING_SITES_NOT_READ, (struct finding_about){0});
    for (i = 0; i < directory->site_count; i++) {
        const struct adscp_site *site = &directory->sites[i];

        if (!site_name_is_mangled(site->name) &&
            page->site_start[site->id] == page->site_start[site->id + 1])
            tell(finder, FINDING_SITE_WITHOUT_SCP,
                 (struct finding_about){.dn = site->dn, .a = site->name});
    }
    memset(finder->same, 0, directory->scp_count * sizeof(*finder->same));
    for (id = 0; id < finder->forest->name_count; id++)
        find_claims(finder, id);
}

static void find_subnets(struct finder *finder)
{
    size_t i;

    for (i = 0; i < finder->directory->subnet_count; i++) {
        const struct adscp_subnet *subnet = &finder->directory->subnets[i];
        struct finding_about what = {.dn = subnet->dn, .a = subnet->name};

        if (subnet->state == SUBNET_INVALID)
            tell(finder, FINDING_SUBNET_INVALID, what);
        if (subnet->state == SUBNET_CONFLICT)
            tell(finder, FINDING_SUBNET_CONFLICT, what);
    }
}

/* ---------------------------------------------------------------- whole -- */

static int finder_prepare(struct finder *finder)
{
    const struct directory *directory = finder->directory;
    size_t names = finder->forest->name_count, i;

    finder->same = calloc(directory->scp_count + 1, sizeof(uint32_t));
    finder->claimant = calloc(names + 1, sizeof(uint32_t));
    if (finder->same == NULL || finder->claimant == NULL)
        return ADSCP_E_NOMEM;
    for (i = 0; i < directory->scp_count; i++)
        if (finder->page->leader[i] != INDEX_NONE)
            finder->same[finder->page->leader[i]]++;
    return ADSCP_OK;
}

static void finder_run(struct finder *finder)
{
    const struct directory *directory = finder->directory;
    size_t i;

    if (finder->page->entry_count > INDEX_UNPAGED_MAX)
        tell(finder, FINDING_SCP_OVER_1000,
             (struct finding_about){.n = (int64_t)finder->page->entry_count});
    for (i = 0; i < directory->scp_count; i++)
        find_scp(finder, &directory->scps[i]);
    find_wildcards(finder);
    find_domains(finder);
    find_sites(finder);
    find_subnets(finder);
}

int directory_index_report(const struct adscp_forest *forest,
                           struct arena *arena, struct directory_index *page)
{
    struct finder finder = {.directory = page->directory,
                            .arena = arena,
                            .page = page,
                            .forest = forest};

    finder.rc = finder_prepare(&finder);
    if (finder.rc == ADSCP_OK)
        finder_run(&finder);
    free(finder.same);
    free(finder.claimant);
    return finder.rc;
}
