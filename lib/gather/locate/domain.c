/* SPDX-License-Identifier: MIT */
/*
 * Which domain is ours? Names are tried in a fixed order, and the first that
 * proves to be a domain of Active Directory is it: DNS names domain controllers
 * for it, and one of them answers for it. A name that is none costs a share of
 * the budget, never all of it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adscp.h"
#include "base/text.h"
#include "gather/locate/locate.h"
#include "gather/locate/realm.h"

const char *domain_source_name(int source)
{
    static const char *const names[] = {
        [DOMAIN_GIVEN] = "the caller",
        [DOMAIN_OF_MAIL] = "the mail address",
        [DOMAIN_OF_REALM] = "the default Kerberos realm",
        [DOMAIN_OF_HOST] = "this machine's own DNS domain",
    };

    return names[source];
}

static int name_domain(int source, const struct locate_config *config,
                       const char *mail, const struct deadline *deadline,
                       char out[RESOLVE_NAME_MAX])
{
    const char *at;

    out[0] = '\0';
    if (source == DOMAIN_OF_REALM)
        return realm_domain(deadline, out);
    if (source == DOMAIN_OF_HOST)
        return resolve_own_domain(config->resolve, deadline, out);
    at = mail != NULL ? strrchr(mail, '@') : NULL;
    if (at != NULL && resolve_is_host_name(at + 1, strlen(at + 1)))
        memcpy(out, at + 1, strlen(at + 1) + 1);
    return ADSCP_OK;
}

static bool is_fatal(int rc)
{
    return rc == ADSCP_E_NOMEM || rc == ADSCP_E_CANCELLED;
}

/* The names that were tried in vain, and why. */
struct vain {
    char names[DOMAIN_OF_HOST + 1][RESOLVE_NAME_MAX];
    int count;
    int code;
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
    snprintf(vain->text + used, sizeof(vain->text) - used, "%s%.300s",
             used > 0 ? "; " : "", why);
}

static int vain_explain(const struct vain *vain, struct detail *detail)
{
    if (vain->count == 0)
        return detail_set(detail, ADSCP_E_RESOLVE,
                          "no domain to look for: no mail address, no default "
                          "Kerberos realm and no DNS domain of this machine "
                          "names one");
    return detail_set(detail, vain->code, "no domain was found: %s",
                      vain->text);
}

/* One source. ADSCP_OK also where it leads nowhere: then found->domain stays
 * empty. */
static int try_source(const struct locate_config *config, int source,
                      const char *mail, const struct deadline *deadline,
                      struct vain *vain, struct trace *trace,
                      struct discovered *found)
{
    struct locate_config one = *config;
    char domain[RESOLVE_NAME_MAX];
    struct detail detail;
    int rc;

    detail_clear(&detail);
    rc = name_domain(source, config, mail, deadline, domain);
    if (is_fatal(rc))
        return rc;
    if (domain[0] == '\0') {
        trace_add(trace, "%s names no domain", domain_source_name(source));
        return ADSCP_OK;
    }
    trace_add(trace, "%s names the domain %s%s", domain_source_name(source),
              domain, vain_has(vain, domain) ? ", which was tried" : "");
    if (vain_has(vain, domain))
        return ADSCP_OK;
    one.domain = domain;
    rc = locate(&one, deadline, &detail, trace, &found->located);
    if (rc != ADSCP_OK) {
        vain_add(vain, domain, rc, detail.text);
        return is_fatal(rc) ? rc : ADSCP_OK;
    }
    found->source = source;
    memcpy(found->domain, domain, sizeof(domain));
    return ADSCP_OK;
}

int locate_discover(const struct locate_config *config, const char *mail,
                    const struct deadline *deadline, struct detail *detail,
                    struct trace *trace, struct discovered *discoveredp)
{
    struct discovered *found = calloc(1, sizeof(*found));
    struct vain vain = {.count = 0};
    int source, rc = found != NULL ? ADSCP_OK : ADSCP_E_NOMEM;

    for (source = DOMAIN_OF_MAIL;
         rc == ADSCP_OK && source <= DOMAIN_OF_HOST && found->domain[0] == '\0';
         source++) {
        struct deadline part = *deadline;

        /* Half of what is left, so that a name that DNS is slow about leaves
         * time for the next one. */
        if (source < DOMAIN_OF_HOST)
            deadline_start(&part, deadline_left_ms(deadline) / 2,
                           deadline->cancel);
        rc = try_source(config, source, mail, &part, &vain, trace, found);
    }
    if (rc == ADSCP_OK && found->domain[0] == '\0')
        rc = vain_explain(&vain, detail);
    if (rc == ADSCP_OK)
        *discoveredp = *found;
    free(found);
    return rc;
}
