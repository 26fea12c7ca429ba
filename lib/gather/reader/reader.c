/* SPDX-License-Identifier: MIT */
/*
 * The plan of a reading: the first directory, live or from exports, then every
 * directory that an SCP pointer names and the caller allowed, each once. A
 * pointer that nobody allowed is not even looked up; a pointer's target that
 * fails is data (directory->problem), the first directory failing is the call's
 * failure. Changes come last: they make another forest of the entries that were
 * read, or that an earlier forest kept.
 */
#include "gather/reader/private.h"

#include <limits.h>
#include <string.h>

#include "base/text.h"
#include "facts/sightings.h"
#include "facts/url.h"

/* ----------------------------------------------------------------- first -- */

static int read_first_live(struct run *run)
{
    struct place place = {0};
    struct ldap_url url;
    char target[LDAP_URL_TARGET_MAX];
    struct directory *directory;
    int rc;

    rc = place_from_uri(run->plan->uri, &place);
    if (rc == ADSCP_E_NOMEM)
        return rc;
    if (rc != ADSCP_OK)
        return detail_set(run->detail, rc, "%s is not a URI that can be used",
                          run->plan->uri);
    if (place.host != NULL) {
        url = (struct ldap_url){.host = {place.host, strlen(place.host)},
                                .port = place.port};
        ldap_url_target(&url, target);
    }
    directory =
        forest_add_directory(run->forest, place.host != NULL ? target : NULL);
    rc = directory == NULL
             ? ADSCP_E_NOMEM
             : reader_read_live(run, &place, run->plan->starttls, directory,
                                run->deadline, run->detail);
    place_clear(&place);
    return rc;
}

static int read_first(struct run *run)
{
    struct directory *directory;

    if (run->plan->uri != NULL)
        return read_first_live(run);
    if (run->plan->domain != NULL || run->plan->discover)
        return reader_find_first(run);
    directory = forest_add_directory(run->forest, NULL);
    return directory != NULL ? reader_read_exports(run, NULL, directory)
                             : ADSCP_E_NOMEM;
}

/* -------------------------------------------------------------- pointers -- */

static bool is_among(const char *host, char *const *names, int count)
{
    int i;

    for (i = 0; i < count; i++)
        if (text_is(host, strlen(host), names[i]))
            return true;
    return false;
}

/* At a server of this domain, or, where that is NULL or DNS names none, at this
 * place. One of the two may be NULL. */
static int read_pointer(struct run *run, const struct place *place,
                        const char *domain, const char *target)
{
    const struct reader_plan *plan = run->plan;
    bool tls = plan->starttls ||
               (plan->uri != NULL &&
                text_starts(plan->uri, strlen(plan->uri), "ldaps://"));
    struct directory *directory = forest_add_directory(run->forest, target);
    struct deadline share;
    struct detail detail;
    int rc = ADSCP_E_RESOLVE;

    if (directory == NULL)
        return ADSCP_E_NOMEM;
    detail_clear(&detail);
    /* Half of what is left: a silent server leaves time for the next one. */
    share = deadline_share(run->deadline, INT_MAX);
    if (domain != NULL)
        rc = reader_find_forest(run, domain, tls, directory, &share, &detail);
    if (place != NULL && rc == ADSCP_E_RESOLVE) {
        detail_clear(&detail);
        rc = reader_read_live(run, place, tls, directory, &share, &detail);
    }
    if (rc == ADSCP_OK || reader_ends(rc))
        return rc;
    detail_set(&detail, rc, "%s", adscp_error_text(rc));
    directory->problem = rc;
    directory->complete = false;
    directory->problem_text =
        text_keep(run->forest->arena, detail.text, strlen(detail.text), NULL);
    return directory->problem_text != NULL ? ADSCP_OK : ADSCP_E_NOMEM;
}

/* One value of serviceBindingInformation. */
static int follow_binding(struct run *run, const char *binding)
{
    const struct reader_plan *plan = run->plan;
    char target[LDAP_URL_TARGET_MAX];
    struct place place = {0};
    bool by_host, by_forest;
    struct ldap_url url;
    int rc;

    if (!ldap_url_split(binding, strlen(binding), &url))
        return ADSCP_OK;
    ldap_url_target(&url, target);
    if (forest_find_directory(run->forest, target) != NULL)
        return ADSCP_OK;
    if (run->forest->directory_count >= DIRECTORIES_MAX)
        return ADSCP_OK;
    rc = place_from_url(binding, &place);
    if (rc != ADSCP_OK)
        return rc;
    by_host = is_among(place.host, plan->allowed, plan->allowed_count);
    by_forest = place.port == LDAP_PORT &&
                is_among(place.host, plan->forests, plan->forest_count) &&
                !resolve_is_pinned(&plan->resolve, place.host, place.port);
    if (by_host || by_forest)
        rc = read_pointer(run, by_host ? &place : NULL,
                          by_forest ? place.host : NULL, target);
    place_clear(&place);
    return rc;
}

/* The kind is told by the value, not by the GUID, in [MS-OXDISCO] 3.1.5.1; so
 * every SCP but those with one http URL may lead somewhere. */
static int follow_scp(struct run *run, const struct adscp_scp *scp)
{
    int rc = ADSCP_OK;
    size_t i;

    if (scp->binding_count == 1 && (scp->flags & SCP_HTTP) != 0)
        return ADSCP_OK;
    for (i = 0; i < scp->binding_count && rc == ADSCP_OK; i++)
        rc = follow_binding(run, scp_binding(scp, i));
    return rc;
}

/* Breadth first: the list of directories is the queue. */
static int follow_pointers(struct run *run)
{
    struct adscp_forest *forest = run->forest;
    int rc = ADSCP_OK;
    size_t i, k;

    if (run->plan->allowed_count + run->plan->forest_count == 0)
        return ADSCP_OK;
    for (i = 0; i < forest->directory_count && rc == ADSCP_OK; i++) {
        const struct directory *directory = forest->directories[i];

        for (k = 0; k < directory->scp_count && rc == ADSCP_OK; k++) {
            rc = follow_scp(run, &directory->scps[k]);
            if (rc == ADSCP_OK)
                rc = deadline_check_row(run->deadline, k);
        }
    }
    return rc;
}

static int read_base(struct run *run)
{
    int rc;

    if (run->plan->base != NULL) {
        run->forest = forest_hold(run->plan->base);
        return ADSCP_OK;
    }
    rc = reader_begin(run);
    return rc == ADSCP_OK ? read_first(run) : rc;
}

static int read_others(struct run *run)
{
    int rc = reader_read_named_exports(run);

    return rc == ADSCP_OK ? follow_pointers(run) : rc;
}

/* A change may bring a pointer to a directory that was not read yet. */
static int read_all(struct run *run, const void *what)
{
    const struct change_list *changes = what;
    int rc = read_base(run);

    if (rc == ADSCP_OK && run->plan->base == NULL)
        rc = read_others(run);
    if (rc == ADSCP_OK &&
        (run->plan->base != NULL || run->plan->change_count > 0)) {
        rc = reader_apply_changes(run, changes);
        if (rc == ADSCP_OK)
            rc = read_others(run);
    }
    return rc;
}

/* What was seen goes with the entries, unless it was seen again. */
static void keep_sightings(const struct reader_plan *plan,
                           struct adscp_forest *forest)
{
    const struct adscp_sightings *sightings = plan->sightings;

    if (sightings == NULL && plan->base != NULL)
        sightings = plan->base->sightings;
    if (sightings == NULL)
        return;
    sightings_release(forest->sightings);
    forest->sightings = sightings_hold(sightings);
}

int reader_run(const struct reader_plan *plan, const struct deadline *deadline,
               struct detail *detail, struct adscp_forest **forestp)
{
    struct run run = {.plan = plan, .deadline = deadline, .detail = detail};
    struct change_list changes = {.rows = NULL};
    int rc;

    run.keeps = plan->keep || plan->base != NULL || plan->change_count > 0;
    rc = reader_read_changes(&run, &changes);
    if (rc == ADSCP_OK)
        rc = read_all(&run, &changes);
    if (rc == ADSCP_OK)
        rc = reader_follow_recipients(&run, read_all, &changes);
    if (rc != ADSCP_OK)
        goto out;
    stopwatch_enter(plan->watch, ADSCP_READER_PHASE_JOIN);
    rc = plan->trace != NULL && plan->trace->failed
             ? ADSCP_E_NOMEM
             : forest_freeze(run.forest, deadline);
    if (rc != ADSCP_OK)
        goto out;
    keep_sightings(plan, run.forest);
    *forestp = run.forest;
    run.forest = NULL;
out:
    forest_release(run.forest);
    reader_forget_followed(&run);
    change_list_free(&changes);
    stopwatch_enter(plan->watch, -1);
    return rc;
}
