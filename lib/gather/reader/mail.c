/* SPDX-License-Identifier: MIT */
/*
 * Of which forests are the mail addresses? A domain client looks in the forest
 * of its computer, whatever the address says, so an address of another forest
 * is worth a word. DNS and a ping tell; nobody is bound to, and who does not
 * answer in time is not known.
 */
#include <string.h>

#include "base/text.h"
#include "facts/dn.h"
#include "facts/host.h"
#include "gather/locate/locate.h"
#include "gather/reader/private.h"

enum { LOOK_MS = 2000 /* for one domain */ };

struct look {
    struct run *run;
    char root[RESOLVE_NAME_MAX]; /* of the forest that was read */
    const char *seen[FOREIGN_DOMAINS_MAX];
    int seen_count;
};

/* Neither looked at before, nor known to be of this forest. */
static bool is_new(const struct look *look, const char *domain)
{
    const char *found = look->run->forest->domain;
    size_t length = strlen(domain);
    int i;

    if (text_is(domain, length, look->root) ||
        (found != NULL && text_is(domain, length, found)))
        return false;
    for (i = 0; i < look->seen_count; i++)
        if (text_is(domain, length, look->seen[i]))
            return false;
    return host_is_name((struct span){domain, length});
}

static int keep(struct look *look, const char *domain, const char *root)
{
    struct trace *trace = look->run->plan->trace;
    size_t length = strlen(root);

    if (length == 0)
        return ADSCP_OK;
    if (text_is(root, length, look->root)) {
        trace_add(trace, "the mail domain %s is one of this forest", domain);
        return ADSCP_OK;
    }
    trace_add(trace, "the mail domain %s is one of another forest, %s", domain,
              root);
    return forest_add_foreign_domain(look->run->forest,
                                     (struct span){domain, strlen(domain)},
                                     (struct span){root, length})
               ? ADSCP_OK
               : ADSCP_E_NOMEM;
}

/* That it is no domain of Active Directory, or that nobody answers, is no
 * failure. */
static int ask(struct look *look, const char *domain, struct located *located)
{
    struct run *run = look->run;
    struct locate_config config = reader_locate_config(run, domain);
    struct deadline part = deadline_share(run->deadline, LOOK_MS);
    struct detail ignored;
    int rc;

    detail_clear(&ignored);
    rc = locate(&config, &part, &ignored, NULL, located);
    if (rc == ADSCP_OK)
        return keep(look, domain, located->answer.forest);
    return reader_ends(rc) ? rc : ADSCP_OK;
}

int reader_find_mail_forests(struct run *run, struct located *located)
{
    const struct reader_plan *plan = run->plan;
    const char *config_dn = run->forest->directories[0]->config_dn;
    struct look look = {.run = run};
    int rc = ADSCP_OK, i;

    if (!dn_domain(config_dn, strlen(config_dn), look.root, sizeof(look.root)))
        return ADSCP_OK;
    stopwatch_enter(plan->watch, ADSCP_READER_PHASE_FIND);
    for (i = 0; i < plan->mail_count && rc == ADSCP_OK &&
                look.seen_count < FOREIGN_DOMAINS_MAX;
         i++) {
        const char *domain = strrchr(plan->mails[i], '@') + 1;

        if (!is_new(&look, domain))
            continue;
        look.seen[look.seen_count++] = domain;
        rc = ask(&look, domain, located);
    }
    return rc;
}
