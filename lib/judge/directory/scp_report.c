/* SPDX-License-Identifier: MIT */
/*
 * The oddities of one SCP. One without any mark costs a few comparisons, since
 * what a sentence needs is looked at only where a flag says so. Odd values are
 * counted, and the first of each kind is quoted: a hundred thousand odd
 * keywords make one finding.
 */
#include <string.h>

#include "facts/host.h"
#include "facts/url.h"
#include "judge/directory/report.h"

/* The class name that Exchange setup writes. */
#define SCP_CLASS_NAME "ms-Exchange-AutoDiscover-Service"

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

/* The first of the odd values, by what it is. */
static struct finding_what quote(const struct adscp_scp *scp,
                                 enum finding_code code, const char *value,
                                 int64_t count)
{
    struct finding_what what = {.scp = scp, .count = count};

    if (code >= FINDING_KEYWORD_BLANK)
        what.keyword = value;
    else if (code >= FINDING_SCP_HOST_SHORT)
        what.host = value;
    else
        what.url = value;
    return what;
}

static void tell_tallies(struct finder *finder, const struct tallies *tallies,
                         const struct adscp_scp *scp)
{
    size_t i;

    for (i = 0; i < TALLIES_MAX && finder->rc == ADSCP_OK; i++) {
        int64_t count = tallies->rows[i].count;
        enum finding_code code = (enum finding_code)(tallies->first + i);

        if (count > 0)
            report_tell(
                finder, code,
                quote(scp, code, keep(finder, tallies->rows[i].value), count));
    }
}

/* ------------------------------------------------------------------ URL -- */

_Static_assert(FINDING_SCP_OFFICE365 - FINDING_SCP_URL_INVALID < TALLIES_MAX &&
                   FINDING_KEYWORD_UNKNOWN - FINDING_KEYWORD_BLANK <
                       TALLIES_MAX,
               "codes of one kind follow one another in finding.def");

static void tally_host(const struct url *url, struct tallies *tallies)
{
    struct span host = url->host;

    if (url->host_is_ip)
        tally(tallies, FINDING_SCP_HOST_IP, host.text, host.length);
    else if (host_is_short(host))
        tally(tallies, FINDING_SCP_HOST_SHORT, host.text, host.length);
    else if (host_is_internal(host))
        tally(tallies, FINDING_SCP_HOST_INTERNAL, host.text, host.length);
    else if (host_is_microsoft(host))
        tally(tallies, FINDING_SCP_OFFICE365, host.text, host.length);
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
    const uint32_t *named = host_get(&finder->page->hosts, host);

    if (named == NULL && finder->lacks_names)
        return;
    if (named == NULL)
        report_tell(
            finder, FINDING_SCP_HOST_UNKNOWN,
            (struct finding_what){.scp = scp, .host = keep(finder, host)});
    else if (*named != INDEX_HOST_SEVERAL && scp->server != 0 &&
             *named != scp->server - 1)
        report_tell(
            finder, FINDING_SCP_HOST_OTHER_SERVER,
            (struct finding_what){.scp = scp,
                                  .server = servers[*named].name,
                                  .owner = servers[scp->server - 1].name});
}

/* An SCP that somebody wrote elsewhere never had a server above it. */
static void find_server(struct finder *finder, const struct adscp_scp *scp)
{
    const char *value;
    struct url url;

    if (finder->directory->server_count == 0)
        return;
    if (scp->server == 0 && (scp->flags & SCP_UNDER_SERVERS) != 0)
        report_tell(finder, FINDING_SCP_SERVER_MISSING,
                    (struct finding_what){.scp = scp});
    if ((scp->flags & SCP_HTTP) == 0 || (scp->flags & SCP_HOST_OWN) != 0)
        return;
    value = scp_binding(scp, scp->first_http);
    if (url_split(value, strlen(value), &url) && !host_is_microsoft(url.host))
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

/* Other URLs beside it make the difference: newer clients go on to them, and
 * older ones of the same family stop here. */
static void find_nulled(struct finder *finder, const struct adscp_scp *scp)
{
    bool goes_on = finder->page->url_count > 0;

    report_tell(finder, FINDING_SCP_NO_URL,
                (struct finding_what){
                    .scp = scp,
                    .words = goes_on
                                 ? ""
                                 : "; no SCP has one, as may be intended after "
                                   "a migration to Microsoft 365",
                    .raised = goes_on});
}

static void find_url_scp(struct finder *finder, const struct adscp_scp *scp)
{
    uint32_t row = (uint32_t)(scp - finder->directory->scps);

    if (scp->binding_count == 0 && !finder->lacks_urls)
        find_nulled(finder, scp);
    if ((scp->flags & SCP_URL_ODD) != 0 || (scp->flags & SCP_HTTP) == 0 ||
        scp->binding_count > 1)
        find_urls(finder, scp);
    find_server(finder, scp);
    if (finder->same[row] > 1)
        report_tell(
            finder, FINDING_SCP_DUPLICATE_URL,
            (struct finding_what){.scp = scp,
                                  .url = scp_binding(scp, scp->first_http),
                                  .count = finder->same[row]});
    if (finder->has_classes && !has_class(finder, scp))
        report_tell(finder, FINDING_SCP_CLASS_MISSING,
                    (struct finding_what){.scp = scp});
    if (finder->has_dates && scp->created == TIME_UNKNOWN)
        report_tell(finder, FINDING_SCP_CREATED_MISSING,
                    (struct finding_what){.scp = scp});
    if ((scp->flags & SCP_SITE) == 0)
        report_tell(finder, FINDING_SCP_UNSCOPED,
                    (struct finding_what){.scp = scp});
}

void report_scp(struct finder *finder, const struct adscp_scp *scp)
{
    const uint32_t both = SCP_URL | SCP_POINTER;

    if (is_plain(finder, scp))
        return;
    if ((scp->flags & both) == 0) {
        if ((scp->flags & SCP_LOOKALIKE) != 0)
            report_tell(finder, FINDING_SCP_LOOKALIKE,
                        (struct finding_what){.scp = scp});
        return;
    }
    if ((scp->flags & both) == both)
        report_tell(finder, FINDING_SCP_MIXED_GUID,
                    (struct finding_what){.scp = scp});
    if (scp->binding_count > 1)
        report_tell(
            finder, FINDING_SCP_URL_MULTI,
            (struct finding_what){.scp = scp, .count = scp->binding_count});
    if ((scp->flags & SCP_URL) != 0)
        find_url_scp(finder, scp);
    if ((scp->flags & SCP_POINTER) != 0)
        report_pointer(finder, scp);
    find_keywords(finder, scp);
}
