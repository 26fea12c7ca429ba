/* SPDX-License-Identifier: MIT */
/*
 * Where the mailboxes of a forest are counted. A forest of one domain has them
 * on the server that was read; of several domains a global catalog knows all.
 * Without one, each domain is asked for itself, where DNS may be asked for its
 * controllers. What could not be counted is told, and the answer goes on.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "facts/census.h"
#include "gather/reader/private.h"

struct counting {
    struct run *run;
    const struct place *place;
    bool starttls;
    const struct tree *tree;
    struct census *census;
};

/* The numbers leave something out, and why. */
static int tell(struct counting *counting, const char *domain,
                const char *reason)
{
    struct detail text;

    detail_clear(&text);
    if (domain != NULL)
        detail_set(&text, 0, "those of the domain %s: %s", domain, reason);
    counting->census->complete = false;
    return decoder_note(
        counting->tree->decoder, FINDING_CENSUS_INCOMPLETE,
        (struct finding_what){.reason = domain != NULL ? text.text : reason});
}

static int tell_failure(struct counting *counting, const char *domain, int rc,
                        struct detail *detail)
{
    if (rc == ADSCP_OK || reader_ends(rc))
        return rc;
    detail_set(detail, rc, "%s", adscp_error_text(rc));
    return tell(counting, domain, detail->text);
}

/* ----------------------------------------------------------- one domain -- */

/* A cut answer has been told by the search itself. */
static int count_below(const struct tree *tree, const char *base)
{
    bool whole;
    int rc = tree_count_mailboxes(tree, base, &whole);

    tree->directory->census->complete &= whole;
    return rc;
}

static int count_all(const struct tree *tree)
{
    return count_below(tree, "");
}

/* The domain of the server that was read, over its session. */
static int count_own(struct counting *counting)
{
    const char *base = decoder_root(counting->tree->decoder)->default_dn;
    struct deadline share = deadline_share(counting->tree->deadline, INT_MAX);
    struct tree tree = *counting->tree;
    struct detail detail;

    if (base == NULL)
        return tell(counting, NULL, "the server names no domain of its own");
    detail_clear(&detail);
    tree.deadline = &share;
    tree.detail = &detail;
    return tell_failure(counting, NULL, count_below(&tree, base), &detail);
}

static int count_at(struct counting *counting, struct controller *controller,
                    const char *base, const struct deadline *deadline,
                    struct detail *detail)
{
    const struct place place = reader_place_of(controller);
    struct session_config config =
        place_settings(counting->run->plan, &place, counting->starttls);
    struct tree tree = *counting->tree;
    int rc = session_open(&config, deadline, detail, &tree.session);

    if (rc != ADSCP_OK)
        return rc;
    tree.deadline = deadline;
    tree.detail = detail;
    stopwatch_enter(config.watch, ADSCP_READER_PHASE_SEARCH);
    rc = count_below(&tree, base);
    session_close(tree.session);
    return rc == ADSCP_OK ? reader_note_input(counting->run, &place) : rc;
}

/* The first of its controllers that is reached: what one has begun to count,
 * another one would count again. */
static int count_found(struct counting *counting,
                       const struct census_domain *domain,
                       const struct deadline *deadline, struct detail *detail)
{
    struct run *run = counting->run;
    struct locate_config config = reader_locate_config(run, domain->name);
    struct located *located = calloc(1, sizeof(*located));
    int64_t before = census_total(counting->census);
    int i, rc;

    if (located == NULL)
        return ADSCP_E_NOMEM;
    stopwatch_enter(run->plan->watch, ADSCP_READER_PHASE_FIND);
    rc = locate(&config, deadline, detail, run->plan->trace, located);
    for (i = 0; i < located->count; i++) {
        struct deadline part = reader_share(deadline, i + 1 == located->count);

        detail_clear(detail);
        rc = count_at(counting, &located->controllers[i], domain->dn, &part,
                      detail);
        reader_trace_read(run, &located->controllers[i], rc, detail);
        if (!reader_tries_next(rc, deadline) ||
            census_total(counting->census) != before)
            break;
    }
    free(located);
    return rc;
}

static int count_other(struct counting *counting,
                       const struct census_domain *domain)
{
    const char *name = domain->name != NULL ? domain->name : domain->dn;
    struct deadline share = deadline_share(counting->tree->deadline, INT_MAX);
    struct detail detail;
    int rc;

    if (!counting->place->found || domain->name == NULL)
        return tell(counting, name,
                    "no server of it was named, nor a global catalog");
    detail_clear(&detail);
    rc = count_found(counting, domain, &share, &detail);
    return tell_failure(counting, name, rc, &detail);
}

/* ------------------------------------------------------------- a forest -- */

static bool is_own(const struct counting *counting,
                   const struct census_domain *domain)
{
    const char *own = decoder_root(counting->tree->decoder)->default_dn;

    return own != NULL &&
           text_equal_fold(own, strlen(own), domain->dn, strlen(domain->dn));
}

static bool has_others(const struct counting *counting)
{
    size_t i;

    for (i = 0; i < counting->census->domain_count; i++)
        if (!is_own(counting, &counting->census->domains[i]))
            return true;
    return false;
}

/* true: a global catalog has counted them all. */
static int ask_catalog(struct counting *counting, bool *countedp)
{
    const struct root_dse *root = decoder_root(counting->tree->decoder);
    struct tree tree = *counting->tree;
    struct deadline share = deadline_share(tree.deadline, INT_MAX);
    bool complete = counting->census->complete;
    struct detail detail;
    int rc;

    *countedp = false;
    if (!root->is_global_catalog && !root->is_no_catalog)
        return ADSCP_OK;
    detail_clear(&detail);
    tree.deadline = &share;
    tree.detail = &detail;
    rc = reader_ask_catalog(counting->run, counting->place, counting->starttls,
                            &tree, count_all);
    *countedp = rc == ADSCP_OK;
    if (rc == ADSCP_OK || reader_ends(rc))
        return rc;
    census_restart(counting->census);
    counting->census->complete = complete;
    return ADSCP_OK;
}

static int count_each(struct counting *counting)
{
    const struct census *census = counting->census;
    int rc = count_own(counting);
    size_t i;

    for (i = 0; i < census->domain_count && rc == ADSCP_OK; i++)
        if (!is_own(counting, &census->domains[i]))
            rc = count_other(counting, &census->domains[i]);
    return rc;
}

static int read_domains(struct counting *counting)
{
    struct tree tree = *counting->tree;
    struct detail detail;
    bool whole = true;
    int rc;

    detail_clear(&detail);
    tree.detail = &detail;
    rc = tree_read_domains(&tree, &whole);
    if (rc == ADSCP_OK && !whole)
        return tell(counting, NULL,
                    "the domains of the forest could not all be read");
    return tell_failure(counting, NULL, rc, &detail);
}

/* Databases without anybody in them: the account may not see users. */
static int doubt_none(struct counting *counting)
{
    return counting->census->complete &&
                   counting->tree->directory->database_count > 0 &&
                   census_total(counting->census) == 0
               ? tell(counting, NULL,
                      "there are databases, but no user with a mailbox; the "
                      "account may lack the right to read users")
               : ADSCP_OK;
}

int reader_take_census(struct run *run, const struct place *place,
                       bool starttls, const struct tree *tree)
{
    struct counting counting = {run, place, starttls, tree,
                                tree->directory->census};
    bool counted = false;
    int rc;

    if (counting.census == NULL)
        return ADSCP_OK;
    rc = read_domains(&counting);
    if (rc == ADSCP_OK && has_others(&counting))
        rc = ask_catalog(&counting, &counted);
    if (rc == ADSCP_OK && !counted)
        rc = count_each(&counting);
    return rc == ADSCP_OK ? doubt_none(&counting) : rc;
}
