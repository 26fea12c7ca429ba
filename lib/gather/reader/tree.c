/* SPDX-License-Identifier: MIT */
/*
 * The searches of one directory. All that do not depend on each other are on
 * their way together. The configuration naming context that the rootDSE names
 * is the only base of the tree that is ever used, the domain that it names the
 * only one for recipients.
 */
#include "gather/reader/tree.h"

#include <stdlib.h>
#include <string.h>

/* Addresses in one filter. */
enum { MAILS_MAX = 64 };

static struct session_search root_search(enum entry_kind kind)
{
    return (struct session_search){
        .base = "",
        .scope = SESSION_BASE,
        .filter = decode_filter(kind),
        .kind = kind,
    };
}

/* After the bind, so that nobody on the way can have forged it ([MS-ADTS]
 * 3.1.1.3.2). Gluing CN=Configuration to a domain fails in a child domain. */
int tree_read_root(const struct tree *tree)
{
    struct session_search searches[] = {root_search(ENTRY_ROOT),
                                        root_search(ENTRY_PING)};
    const struct root_dse *root;
    int rc;

    rc = session_search(tree->session, searches, tree->wants_site ? 2 : 1,
                        tree->directory, tree->decoder, tree->deadline,
                        tree->detail);
    if (rc != ADSCP_OK)
        return rc;
    root = decoder_root(tree->decoder);
    if (root->config_dn_count > 1)
        return detail_set(tree->detail, ADSCP_E_PROTOCOL,
                          "the rootDSE names %d configuration naming contexts",
                          root->config_dn_count);
    if (root->config_dn == NULL || root->config_dn[0] == '\0')
        return detail_set(tree->detail, ADSCP_E_DIRECTORY,
                          "the rootDSE has no configurationNamingContext: this "
                          "is not Active Directory, or we may not read it");
    tree->directory->config_dn = root->config_dn;
    tree->directory->server = root->server;
    return ADSCP_OK;
}

/* ------------------------------------------------------------ recipients -- */

/* Characters that mean something in a filter, and bytes beyond ASCII, are
 * written as \xx (RFC 4515 3). Returns the end. */
static char *put_escaped(char *out, const char *text)
{
    static const char hex[] = "0123456789abcdef";

    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;

        if (c < 0x80 && strchr("*()\\", c) == NULL) {
            *out++ = *text;
            continue;
        }
        *out++ = '\\';
        *out++ = hex[c >> 4];
        *out++ = hex[c & 15];
    }
    return out;
}

/* "(|(proxyAddresses=smtp:...)(mail=...)...)"; proxyAddresses compares ignoring
 * case, so that "smtp:" finds the primary "SMTP:" too. malloc()ed. */
static char *recipient_filter(char *const *mails, int count)
{
    static const char proxy[] = "(proxyAddresses=smtp:", mail[] = ")(mail=";
    size_t size = sizeof("(|)");
    char *filter, *out;
    int i;

    for (i = 0; i < count; i++)
        size += sizeof(proxy) + sizeof(mail) + 6 * strlen(mails[i]);
    filter = malloc(size);
    if (filter == NULL)
        return NULL;
    out = stpcpy(filter, "(|");
    for (i = 0; i < count; i++) {
        out = put_escaped(stpcpy(out, proxy), mails[i]);
        out = put_escaped(stpcpy(out, mail), mails[i]);
        *out++ = ')';
    }
    stpcpy(out, ")");
    return filter;
}

/* The search for the addresses from `first` on; its filter is to be freed. */
static int recipient_search(const struct tree *tree, const char *base,
                            int first, struct session_search *search,
                            char **filterp)
{
    int count = tree->mail_count - first;

    if (count > MAILS_MAX)
        count = MAILS_MAX;
    *filterp = recipient_filter(tree->mails + first, count);
    *search = (struct session_search){
        .base = base,
        .scope = SESSION_SUBTREE,
        .filter = *filterp,
        .kind = ENTRY_RECIPIENT,
    };
    return *filterp != NULL ? ADSCP_OK : ADSCP_E_NOMEM;
}

/* A search that was answered to its end has looked at everybody. */
static bool has_seen_all(const struct session_search *search)
{
    return search->result == 0 && !search->partial;
}

/* *allp: every search so far has. */
static int read_recipients(const struct tree *tree, const char *base, int first,
                           bool *allp)
{
    int rc = ADSCP_OK;

    for (; first < tree->mail_count && rc == ADSCP_OK; first += MAILS_MAX) {
        struct session_search search;
        char *filter = NULL;

        rc = recipient_search(tree, base, first, &search, &filter);
        if (rc == ADSCP_OK)
            rc = session_search(tree->session, &search, 1, tree->directory,
                                tree->decoder, tree->deadline, tree->detail);
        *allp = *allp && has_seen_all(&search);
        free(filter);
    }
    return rc;
}

int tree_read_catalog(const struct tree *tree)
{
    bool all = true;
    int rc = read_recipients(tree, "", 0, &all);

    if (rc == ADSCP_OK && all)
        tree->directory->recipients_read = true;
    return rc;
}

/* ------------------------------------------------------------ mailboxes -- */

/* RFC 4511 A.1 */
enum { NO_SUCH_OBJECT = 32 };

/* The DN of something in the configuration naming context, malloc()ed. */
static char *config_base(const char *container, const char *config_dn)
{
    char *base = malloc(strlen(container) + strlen(config_dn) + 1);

    if (base != NULL)
        stpcpy(stpcpy(base, container), config_dn);
    return base;
}

static int read_one(const struct tree *tree, struct session_search *search,
                    bool *wholep)
{
    int rc = session_search(tree->session, search, 1, tree->directory,
                            tree->decoder, tree->deadline, tree->detail);

    *wholep = rc == ADSCP_OK && has_seen_all(search);
    return rc;
}

/* Another server than Active Directory may lack the container: then nothing is
 * known of other domains. */
int tree_read_domains(const struct tree *tree, bool *wholep)
{
    char *base = config_base("CN=Partitions,", tree->directory->config_dn);
    struct session_search search = {.base = base,
                                    .scope = SESSION_ONE,
                                    .filter = decode_filter(ENTRY_DOMAIN),
                                    .kind = ENTRY_DOMAIN};
    int rc = base != NULL ? read_one(tree, &search, wholep) : ADSCP_E_NOMEM;

    if (rc == ADSCP_OK && search.result == NO_SUCH_OBJECT)
        *wholep = true;
    free(base);
    return rc;
}

int tree_count_mailboxes(const struct tree *tree, const char *base,
                         bool *wholep)
{
    struct session_search search = {.base = base,
                                    .scope = SESSION_SUBTREE,
                                    .filter = decode_filter(ENTRY_CENSUS),
                                    .kind = ENTRY_CENSUS};
    int rc = read_one(tree, &search, wholep);

    if (rc != ADSCP_OK || search.result != NO_SUCH_OBJECT)
        return rc;
    return decoder_note(
        tree->decoder, FINDING_CENSUS_INCOMPLETE,
        (struct finding_what){.reason = "the server says that there is no such "
                                        "domain, or does not show it"});
}

/* ------------------------------------------------------------------ tree -- */

/* The first searches: whose base and filter are made here, is freed by the
 * caller. */
struct plan {
    struct session_search rows[5];
    int count;
    char *authorities;
    char *recipients;
};

static void plan_add(struct plan *plan, enum entry_kind kind, const char *base)
{
    plan->rows[plan->count++] = (struct session_search){
        .base = base,
        .scope = SESSION_SUBTREE,
        .filter = decode_filter(kind),
        .kind = kind,
    };
}

static int plan_make(const struct tree *tree, const char *domain,
                     struct plan *plan)
{
    const char *config = tree->directory->config_dn;

    plan_add(plan, ENTRY_SCP, config);
    plan_add(plan, ENTRY_EXCHANGE, config);
    plan_add(plan, ENTRY_SITE_OR_SUBNET, config);
    plan->authorities =
        config_base("CN=Public Key Services,CN=Services,", config);
    if (plan->authorities == NULL)
        return ADSCP_E_NOMEM;
    plan_add(plan, ENTRY_AUTHORITY, plan->authorities);
    if (domain == NULL || tree->mail_count == 0)
        return ADSCP_OK;
    return recipient_search(tree, domain, 0, &plan->rows[plan->count++],
                            &plan->recipients);
}

int tree_read(const struct tree *tree)
{
    const char *domain = decoder_root(tree->decoder)->default_dn;
    struct plan plan = {0};
    int rc = plan_make(tree, domain, &plan);

    if (rc == ADSCP_OK)
        rc = session_search(tree->session, plan.rows, plan.count,
                            tree->directory, tree->decoder, tree->deadline,
                            tree->detail);
    if (rc == ADSCP_OK && plan.recipients != NULL) {
        bool all = has_seen_all(&plan.rows[plan.count - 1]);

        rc = read_recipients(tree, domain, MAILS_MAX, &all);
        tree->directory->recipients_read = all;
    }
    free(plan.authorities);
    free(plan.recipients);
    return rc;
}
