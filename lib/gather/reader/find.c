/* SPDX-License-Identifier: MIT */
/*
 * Directories that are named by their domain. DNS and pings give servers in an
 * order; the first one is read, and the next one where that fails for a reason
 * of the network. What a server that died has given is forgotten: an answer
 * comes from one server, whole.
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "facts/dn.h"
#include "facts/url.h"
#include "gather/locate/locate.h"
#include "gather/reader/private.h"

static struct directory *add_directory(struct run *run,
                                       const struct controller *controller)
{
    char target[LDAP_URL_TARGET_MAX];
    struct ldap_url url = {
        .host = {controller->host, strlen(controller->host)},
        .port = controller->port,
    };

    ldap_url_target(&url, target);
    return forest_add_directory(run->forest, target);
}

static int read_controller(struct run *run, struct controller *controller,
                           bool starttls, struct directory *directory,
                           const struct deadline *deadline,
                           struct detail *detail)
{
    const struct place place = reader_place_of(controller);
    int rc =
        reader_read_live(run, &place, starttls, directory, deadline, detail);

    reader_trace_read(run, controller, rc, detail);
    return rc;
}

/* Where all fail, the reason is that of the first server: it was the best. A
 * reason that is no server's is told instead of it. */
static int read_first_of(struct run *run, struct located *located)
{
    bool starttls = run->plan->starttls;
    int i, rc = ADSCP_OK, first = ADSCP_OK;

    for (i = 0; i < located->count; i++) {
        struct deadline part =
            reader_share(run->deadline, i + 1 == located->count);
        struct directory *directory;
        struct detail detail;

        detail_clear(&detail);
        rc = i > 0 ? reader_begin(run) : ADSCP_OK;
        if (rc != ADSCP_OK)
            return rc;
        directory = add_directory(run, &located->controllers[i]);
        if (directory == NULL)
            return ADSCP_E_NOMEM;
        rc = read_controller(run, &located->controllers[i], starttls, directory,
                             &part, &detail);
        if (rc == ADSCP_OK)
            return rc;
        if (first == ADSCP_OK || !reader_may_retry(rc)) {
            first = rc;
            *run->detail = detail;
        }
        if (!reader_tries_next(rc, run->deadline))
            break;
    }
    return first;
}

static int keep(struct run *run, const struct discovered *found)
{
    struct arena *arena = run->forest->arena;
    const char *client = found->located.client;

    run->forest->domain_by_mail = found->source == DOMAIN_OF_MAIL;
    run->forest->domain =
        arena_copy(arena, found->domain, strlen(found->domain));
    if (client[0] != '\0')
        run->forest->client_address = arena_copy(arena, client, strlen(client));
    return run->forest->domain == NULL ||
                   (client[0] != '\0' && run->forest->client_address == NULL)
               ? ADSCP_E_NOMEM
               : ADSCP_OK;
}

static int find(struct run *run, struct discovered *found)
{
    const struct reader_plan *plan = run->plan;
    struct locate_config config = reader_locate_config(run, plan->domain);
    int rc;

    if (plan->domain == NULL)
        return locate_discover(&config,
                               plan->mail_count > 0 ? plan->mails[0] : NULL,
                               run->deadline, run->detail, plan->trace, found);
    trace_add(plan->trace, "%s names the domain %s",
              domain_source_name(DOMAIN_GIVEN), plan->domain);
    rc = locate(&config, run->deadline, run->detail, plan->trace,
                &found->located);
    memcpy(found->domain, plan->domain, strlen(plan->domain) + 1);
    return rc;
}

int reader_find_first(struct run *run)
{
    struct discovered *found = calloc(1, sizeof(*found));
    int rc;

    if (found == NULL)
        return ADSCP_E_NOMEM;
    stopwatch_enter(run->plan->watch, ADSCP_READER_PHASE_FIND);
    rc = find(run, found);
    if (rc != ADSCP_OK)
        goto out;
    run->hinted_site = found->located.answer.client_site;
    rc = read_first_of(run, &found->located);
    run->hinted_site = NULL;
    if (rc == ADSCP_OK)
        rc = keep(run, found);
    if (rc == ADSCP_OK && run->plan->domain == NULL)
        rc = reader_find_mail_forests(run, &found->located);
out:
    free(found);
    return rc;
}

int reader_find_forest(struct run *run, const char *domain, bool starttls,
                       struct directory *directory,
                       const struct deadline *deadline, struct detail *detail)
{
    struct locate_config config = reader_locate_config(run, domain);
    struct located *located = calloc(1, sizeof(*located));
    int i, rc;

    if (located == NULL)
        return ADSCP_E_NOMEM;
    stopwatch_enter(run->plan->watch, ADSCP_READER_PHASE_FIND);
    trace_add(run->plan->trace, "a pointer names the forest %s", domain);
    rc = locate(&config, deadline, detail, run->plan->trace, located);
    for (i = 0; i < located->count; i++) {
        struct deadline part = reader_share(deadline, i + 1 == located->count);

        detail_clear(detail);
        forest_forget_reading(directory);
        rc = read_controller(run, &located->controllers[i], starttls, directory,
                             &part, detail);
        if (!reader_tries_next(rc, deadline))
            break;
    }
    free(located);
    return rc;
}
