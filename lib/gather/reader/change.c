/* SPDX-License-Identifier: MIT */
/*
 * The forest after a change. The entries of all directories are changed, and
 * those that differ decoded again; what the reading found out besides entries
 * is taken over.
 */
#include <string.h>

#include "facts/census.h"
#include "facts/decode/decode.h"
#include "facts/entries.h"
#include "facts/intern.h"
#include "gather/ldif/change.h"
#include "gather/reader/private.h"

int reader_read_changes(struct run *run, struct change_list *list)
{
    const struct reader_plan *plan = run->plan;
    int rc = ADSCP_OK, i;

    for (i = 0; i < plan->change_count && rc == ADSCP_OK; i++) {
        const struct reader_change *change = &plan->changes[i];

        rc =
            change->bytes == NULL
                ? ldif_read_changes_file(change->name, list, run->deadline,
                                         run->detail)
                : ldif_read_changes(change->name, change->bytes, change->length,
                                    list, run->deadline, run->detail);
        if (rc == ADSCP_E_FORMAT)
            rc = ADSCP_E_CHANGE; /* a directory, not a file */
    }
    return rc;
}

/* ----------------------------------------------------------- taken over -- */

static bool copy_text(struct adscp_forest *forest, const char *text,
                      const char **copyp)
{
    if (text != NULL)
        *copyp = arena_copy(forest->arena, text, strlen(text));
    return text == NULL || *copyp != NULL;
}

/* Whom the other one was asked for as well. *knownp: nobody else is asked for
 * now. */
static bool ask_again(const struct adscp_forest *from, struct run *run,
                      bool *knownp)
{
    struct adscp_forest *forest = run->forest;
    uint32_t i;
    int k;

    for (i = 0; i < from->asked_count; i++)
        if (!forest_ask(forest, from->intern->names.rows[i].text))
            return false;
    for (k = 0; k < run->plan->mail_count; k++)
        if (!forest_ask(forest, run->plan->mails[k]))
            return false;
    *knownp = forest->asked_count == from->asked_count;
    return true;
}

/* What was read, and the changes that are laid over it. */
static bool take_inputs(const struct adscp_forest *from, const struct run *run)
{
    size_t i;
    int k;

    for (i = 0; i < from->input_count; i++)
        if (!forest_add_input(run->forest, from->inputs[i]))
            return false;
    for (k = 0; k < run->plan->change_count; k++)
        if (run->plan->changes[k].bytes == NULL &&
            !forest_add_input(run->forest, run->plan->changes[k].name))
            return false;
    return true;
}

static bool take_client(const struct adscp_forest *from,
                        struct adscp_forest *forest)
{
    size_t i;

    forest->domain_by_mail = from->domain_by_mail;
    for (i = 0; i < from->foreign_domain_count; i++) {
        const char *name = from->foreign_domains[i].name;
        const char *root = from->foreign_domains[i].forest;

        if (!forest_add_foreign_domain(forest,
                                       (struct span){name, strlen(name)},
                                       (struct span){root, strlen(root)}))
            return false;
    }
    return copy_text(forest, from->domain, &forest->domain) &&
           copy_text(forest, from->client_site, &forest->client_site) &&
           copy_text(forest, from->client_address, &forest->client_address);
}

/* What a snapshot tells, it tells again, and the users of an export are counted
 * again; those of a live directory are not among its entries. */
static bool take_census(const struct directory *from,
                        struct directory *directory)
{
    if (from->census == NULL || from->source != ADSCP_FOREST_SOURCE_LDAP)
        return true;
    directory->census = census_copy(from->census);
    return directory->census != NULL;
}

/* An export tells by its entries whether users are in it; of a live directory
 * those are known that were asked for. */
static bool take_directory(struct adscp_forest *forest,
                           const struct directory *from, bool everybody_known,
                           struct directory *directory)
{
    directory->source = from->source;
    directory->first_hand = from->first_hand;
    directory->allowed = from->allowed;
    directory->problem = from->problem;
    directory->complete = from->entries != NULL || from->complete;
    directory->recipients_read = from->source == ADSCP_FOREST_SOURCE_LDAP &&
                                 from->recipients_read && everybody_known;
    return take_census(from, directory) &&
           copy_text(forest, from->config_dn, &directory->config_dn) &&
           copy_text(forest, from->server, &directory->server) &&
           copy_text(forest, from->problem_text, &directory->problem_text);
}

/* ------------------------------------------------------------- all of it -- */

static int decode(struct run *run, const struct adscp_forest *from,
                  const struct directory *before, struct directory *directory,
                  struct entries *entries)
{
    struct decoder *decoder = decoder_new(run->forest, directory);
    int rc = ADSCP_E_NOMEM;

    if (decoder == NULL)
        return rc;
    rc = decoder_play(decoder, entries, from, before, run->deadline);
    if (rc == ADSCP_OK)
        rc = decoder_finish(decoder);
    decoder_free(decoder);
    return rc;
}

static int make_directory(struct run *run, const struct adscp_forest *from,
                          const struct directory *before, bool everybody_known,
                          struct entries *entries)
{
    struct directory *directory =
        forest_add_directory(run->forest, before->target);

    if (directory == NULL ||
        !take_directory(run->forest, before, everybody_known, directory))
        return ADSCP_E_NOMEM;
    return entries != NULL ? decode(run, from, before, directory, entries)
                           : ADSCP_OK;
}

static int make_forest(struct run *run, const struct adscp_forest *from,
                       struct entries *const *entries)
{
    bool everybody_known = false;
    int rc = ADSCP_OK;
    size_t i;

    run->forest = forest_new();
    if (run->forest == NULL)
        return ADSCP_E_NOMEM;
    run->forest->kept = true;
    run->forest->counted =
        from->counted ||
        (run->plan->census && from->directory_count > 0 &&
         from->directories[0]->source == ADSCP_FOREST_SOURCE_LDIF);
    if (!ask_again(from, run, &everybody_known) || !take_inputs(from, run) ||
        !take_client(from, run->forest))
        return ADSCP_E_NOMEM;
    for (i = 0; i < from->directory_count && rc == ADSCP_OK; i++)
        rc = make_directory(run, from, from->directories[i], everybody_known,
                            entries[i]);
    return rc;
}

int reader_apply_changes(struct run *run, const struct change_list *list)
{
    struct entries *before[DIRECTORIES_MAX] = {NULL};
    struct entries *after[DIRECTORIES_MAX] = {NULL};
    struct adscp_forest *from = run->forest;
    size_t count = from->directory_count, i;
    int rc;

    for (i = 0; i < count; i++)
        before[i] = from->directories[i]->entries;
    rc = change_apply(list, before, after, count, run->deadline, run->detail);
    run->forest = NULL;
    if (rc == ADSCP_OK)
        rc = make_forest(run, from, after);
    for (i = 0; i < count; i++)
        entries_release(after[i]);
    forest_release(from);
    return rc;
}
