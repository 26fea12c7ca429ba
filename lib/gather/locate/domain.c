/* SPDX-License-Identifier: MIT */
/*
 * Which domain is ours? Names are tried in a fixed order, those that this
 * machine knows first, and the first that proves to be a domain of Active
 * Directory is it: DNS names domain controllers for it, and one of them answers
 * for it. A name that is none costs a share of the budget, never all of it.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adscp.h"
#include "base/text.h"
#include "facts/host.h"
#include "gather/locate/locate.h"
#include "gather/locate/realm.h"

enum { NAMES_MAX = REALM_DOMAINS_MAX + DOMAIN_OF_MAIL };

const char *domain_source_name(int source)
{
    static const char *const names[] = {
        [DOMAIN_GIVEN] = "the caller",
        [DOMAIN_OF_KEYTAB] = "this machine's key (default keytab)",
        [DOMAIN_OF_REALM] = "the default Kerberos realm",
        [DOMAIN_OF_TICKETS] = "the Kerberos ticket cache",
        [DOMAIN_OF_HOST] = "this machine's own DNS domain",
        [DOMAIN_OF_MAIL] = "the mail address",
    };

    return names[source];
}

static void name_by_mail(const char *mail, struct realm_domains *out)
{
    const char *at = mail != NULL ? strrchr(mail, '@') : NULL;

    if (at == NULL || !host_is_name(span_of(at + 1)))
        return;
    memcpy(out->names[0], at + 1, strlen(at + 1) + 1);
    out->count = 1;
}

static int name_by_host(const struct locate_config *config,
                        const struct deadline *deadline,
                        struct realm_domains *out)
{
    int rc = resolve_own_domain(config->resolve, deadline, out->names[0]);

    out->count = rc == ADSCP_OK && out->names[0][0] != '\0';
    return rc;
}

/* Several only from a keytab. */
static int name_domains(int source, const struct locate_config *config,
                        const char *mail, const struct deadline *deadline,
                        struct realm_domains *out)
{
    out->count = 0;
    switch (source) {
    case DOMAIN_OF_KEYTAB:
        return realm_domains(REALM_OF_KEYTAB, deadline, out);
    case DOMAIN_OF_REALM:
        return realm_domains(REALM_DEFAULT, deadline, out);
    case DOMAIN_OF_TICKETS:
        return realm_domains(REALM_OF_TICKETS, deadline, out);
    case DOMAIN_OF_HOST:
        return name_by_host(config, deadline, out);
    default:
        name_by_mail(mail, out);
        return ADSCP_OK;
    }
}

static bool is_fatal(int rc)
{
    return rc == ADSCP_E_NOMEM || rc == ADSCP_E_CANCELLED;
}

/* The names that led nowhere, and why. */
struct vain {
    char names[NAMES_MAX][RESOLVE_NAME_MAX];
    int count;
    int code;
    bool is_known; /* DNS names controllers of one, and none of them answers */
    char text[1024];
};

static bool vain_has(const struct vain *vain, const char *domain)
{
    int i;

    for (i = 0; i < vain->count; i++)
        if (text_is(domain, strlen(domain), vain->names[i]))
            return true;
    return false;
}

/* Servers that do not answer are a better reason than a name that DNS does not
 * know. */
static void vain_add(struct vain *vain, const char *domain, int rc,
                     const char *why)
{
    size_t used = strlen(vain->text);

    memcpy(vain->names[vain->count++], domain, strlen(domain) + 1);
    if (vain->code == ADSCP_OK || vain->code == ADSCP_E_RESOLVE)
        vain->code = rc;
    vain->is_known |= rc == ADSCP_E_CONNECT;
    snprintf(vain->text + used, sizeof(vain->text) - used, "%s%.300s",
             used > 0 ? "; " : "", why);
}

static int vain_explain(const struct vain *vain, struct detail *detail)
{
    if (vain->count == 0)
        return detail_set(detail, ADSCP_E_RESOLVE,
                          "no domain to look for: neither a keytab, Kerberos, "
                          "the DNS domain of this machine nor a mail address "
                          "names one");
    return detail_set(detail, vain->code, "no domain was found: %s",
                      vain->text);
}

/* One name. ADSCP_OK also where it leads nowhere: then found->domain stays
 * empty. */
static int try_domain(const struct locate_config *config, int source,
                      const char *domain, const struct deadline *deadline,
                      struct vain *vain, struct trace *trace,
                      struct discovered *found)
{
    struct locate_config one = *config;
    struct detail detail;
    int rc;

    trace_add(trace, "%s names the domain %s%s", domain_source_name(source),
              domain, vain_has(vain, domain) ? ", which was tried" : "");
    if (vain_has(vain, domain))
        return ADSCP_OK;
    detail_clear(&detail);
    one.domain = domain;
    rc = locate(&one, deadline, &detail, trace, &found->located);
    if (rc != ADSCP_OK) {
        vain_add(vain, domain, rc, detail.text);
        return is_fatal(rc) ? rc : ADSCP_OK;
    }
    found->source = source;
    memcpy(found->domain, domain, strlen(domain) + 1);
    return ADSCP_OK;
}

static int try_source(const struct locate_config *config, int source,
                      const char *mail, const struct deadline *deadline,
                      struct vain *vain, struct trace *trace,
                      struct discovered *found)
{
    struct realm_domains named;
    int rc = name_domains(source, config, mail, deadline, &named), i;

    if (is_fatal(rc))
        return rc;
    if (named.count == 0)
        trace_add(trace, "%s names no domain", domain_source_name(source));
    rc = ADSCP_OK;
    for (i = 0; i < named.count && rc == ADSCP_OK && found->domain[0] == '\0';
         i++)
        rc = try_domain(config, source, named.names[i], deadline, vain, trace,
                        found);
    return rc;
}

static bool is_next(int source, const char *mail, const struct vain *vain)
{
    return source < DOMAIN_OF_MAIL ||
           (source == DOMAIN_OF_MAIL && mail != NULL && !vain->is_known);
}

int locate_discover(const struct locate_config *config, const char *mail,
                    const struct deadline *deadline, struct detail *detail,
                    struct trace *trace, struct discovered *discoveredp)
{
    struct discovered *found = calloc(1, sizeof(*found));
    struct vain vain = {.count = 0};
    int source, rc = found != NULL ? ADSCP_OK : ADSCP_E_NOMEM;

    for (source = DOMAIN_OF_KEYTAB;
         rc == ADSCP_OK && is_next(source, mail, &vain) &&
         found->domain[0] == '\0';
         source++) {
        struct deadline part = *deadline;

        /* Half of what is left, so that a name that DNS is slow about leaves
         * time for the next one. */
        if (source < DOMAIN_OF_MAIL)
            part = deadline_share(deadline, INT_MAX);
        rc = try_source(config, source, mail, &part, &vain, trace, found);
    }
    if (rc == ADSCP_OK && found->domain[0] == '\0')
        rc = vain_explain(&vain, detail);
    if (rc == ADSCP_OK)
        *discoveredp = *found;
    free(found);
    return rc;
}
