/* SPDX-License-Identifier: MIT */
/*
 * One directory over one session: its rootDSE, what it says of the client's
 * site, its entries, and, for users of other domains, a global catalog.
 */
#include "gather/reader/private.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "facts/decode/decode.h"
#include "gather/locate/netlogon.h"

static void choose_bind(const struct reader_plan *plan,
                        struct session_config *config)
{
    if (plan->bind_chosen) {
        config->bind = plan->bind;
        config->mechanism = plan->mechanism;
        config->bind_dn = plan->bind_dn;
        config->password = plan->password;
        return;
    }
    config->bind = SESSION_SASL;
    config->mechanism = config->scheme == SESSION_LDAPI ? "EXTERNAL" : "GSSAPI";
}

static struct session_config session_settings(const struct reader_plan *plan,
                                              const struct place *place,
                                              bool starttls)
{
    struct session_config config = {
        .scheme = place->scheme,
        .host = place->host,
        .port = place->port,
        .path = place->path,
        .starttls = starttls,
        .ca_file = plan->ca_file,
        .certificate_file = plan->certificate_file,
        .key_file = plan->key_file,
        .resolve = &plan->resolve,
        .watch = plan->watch,
    };

    choose_bind(plan, &config);
    return config;
}

/* ------------------------------------------------------ global catalog -- */

enum { CATALOG_PORT = 3268, CATALOG_TLS_PORT = 3269 };

/* The port of the global catalog beside a domain controller's own ([MS-ADTS]
 * 3.1.1.3.1.10); 0: there is none that one could know. */
static int catalog_port(const struct place *place)
{
    if (place->scheme == SESSION_LDAP && place->port == LDAP_PORT)
        return CATALOG_PORT;
    return place->scheme == SESSION_LDAPS && place->port == LDAPS_PORT
               ? CATALOG_TLS_PORT
               : 0;
}

/* Is there an address that no recipient of the controller's own domain has in
 * proxyAddresses? Who merely repeats it in mail may not be its owner. Several
 * may have one, and one may have come in the answers to several filters. */
static int misses_recipient(const struct run *run,
                            const struct directory *directory, bool *missesp)
{
    size_t missing = run->forest->asked_count, i, k;
    bool *found = calloc(missing + 1, sizeof(*found));

    if (found == NULL)
        return ADSCP_E_NOMEM;
    for (i = 0; i < directory->recipient_count; i++) {
        const struct recipient *row = &directory->recipients[i];

        for (k = 0; row->kind != RECIPIENT_PLAIN && k < row->proxy_count; k++) {
            missing -= !found[row->asked[k]];
            found[row->asked[k]] = true;
        }
    }
    free(found);
    *missesp = missing > 0;
    return ADSCP_OK;
}

int reader_read_catalog(struct run *run, const struct place *place,
                        bool starttls, struct tree *tree)
{
    struct session_config config = session_settings(run->plan, place, starttls);
    struct session *before = tree->session;
    int rc =
        session_open(&config, tree->deadline, tree->detail, &tree->session);

    if (rc == ADSCP_OK) {
        stopwatch_enter(run->plan->watch, ADSCP_READER_PHASE_SEARCH);
        rc = tree_read_catalog(tree);
        session_close(tree->session);
    }
    tree->session = before;
    return rc;
}

static int ask_catalog(struct run *run, const struct place *place,
                       bool starttls, struct tree *tree)
{
    struct place beside = *place;

    if (decoder_root(tree->decoder)->is_no_catalog)
        return place->found
                   ? reader_find_catalog(run, starttls, tree)
                   : detail_set(
                         tree->detail, ADSCP_E_CONNECT,
                         "%s is not a global catalog, and no other server "
                         "was named",
                         place->host != NULL ? place->host : "this server");
    beside.port = catalog_port(place);
    return beside.port != 0 ? reader_read_catalog(run, &beside, starttls, tree)
                            : ADSCP_OK;
}

/* Whoever is not in the controller's own domain may be in another one of the
 * forest. That no catalog answers costs nothing but a note. */
static int read_catalog(struct run *run, const struct place *place,
                        bool starttls, const struct tree *tree)
{
    const struct root_dse *root = decoder_root(tree->decoder);
    struct tree people = *tree;
    struct deadline share;
    struct detail detail;
    bool misses = false;
    int rc;

    if (!root->is_global_catalog && !root->is_no_catalog)
        return ADSCP_OK;
    rc = misses_recipient(run, tree->directory, &misses);
    if (rc != ADSCP_OK || !misses)
        return rc;
    detail_clear(&detail);
    share = deadline_share(tree->deadline, INT_MAX);
    people.deadline = &share;
    people.detail = &detail;
    rc = ask_catalog(run, place, starttls, &people);
    if (rc == ADSCP_OK || reader_ends(rc))
        return rc;
    return decoder_note(tree->decoder, FINDING_CATALOG_NOT_READ,
                        (struct finding_what){.reason = detail.text});
}

/* ---------------------------------------------------- the client's site -- */

/* The answer to a ping, but after the bind, where the bind protects it. */
static bool decode_answer(const struct root_dse *root, struct netlogon *answer)
{
    return netlogon_decode(root->netlogon.bytes, root->netlogon.length,
                           answer) == NETLOGON_ANSWER;
}

/* What the server says about the client's site. "": in none. */
int reader_keep_site(struct run *run, const struct root_dse *root)
{
    struct netlogon answer;
    const char *site =
        decode_answer(root, &answer) ? answer.client_site : run->hinted_site;

    if (site == NULL)
        return ADSCP_OK; /* a snapshot may have told it */
    run->forest->client_site =
        arena_copy(&run->forest->arena, site, strlen(site));
    return run->forest->client_site != NULL ? ADSCP_OK : ADSCP_E_NOMEM;
}

/* Before the bind, anybody on the way could answer a ping. */
static int note_site(struct run *run, struct decoder *decoder)
{
    const char *site = run->forest->client_site, *hint = run->hinted_site;
    struct netlogon answer;

    if (hint == NULL)
        return ADSCP_OK;
    if (!decode_answer(decoder_root(decoder), &answer))
        return decoder_note(decoder, FINDING_CLIENT_SITE_UNSIGNED,
                            (struct finding_what){0});
    if (text_equal_fold(site, strlen(site), hint, strlen(hint)))
        return ADSCP_OK;
    return decoder_note(
        decoder, FINDING_CLIENT_SITE_FORGED,
        (struct finding_what){.hinted_site = hint, .site = site});
}

/* Only the directory that was asked first counts the client among its own. */
static bool wants_site(const struct run *run, const struct directory *directory)
{
    return directory == run->forest->directories[0];
}

int reader_read_live(struct run *run, const struct place *place, bool starttls,
                     struct directory *directory,
                     const struct deadline *deadline, struct detail *detail)
{
    struct session_config config = session_settings(run->plan, place, starttls);
    struct tree tree = {.directory = directory,
                        .mails = run->plan->mails,
                        .mail_count = run->plan->mail_count,
                        .wants_site = wants_site(run, directory),
                        .deadline = deadline,
                        .detail = detail};
    struct session *session = NULL;
    struct decoder *decoder = NULL;
    int rc;

    directory->source = ADSCP_FOREST_SOURCE_LDAP;
    directory->first_hand = true;
    directory->allowed = true;
    decoder = decoder_new(run->forest, directory);
    if (decoder == NULL)
        return ADSCP_E_NOMEM;
    rc = session_open(&config, deadline, detail, &session);
    if (rc != ADSCP_OK)
        goto out;
    tree.session = session;
    tree.decoder = decoder;
    stopwatch_enter(run->plan->watch, ADSCP_READER_PHASE_ROOTDSE);
    rc = tree_read_root(&tree);
    if (rc == ADSCP_OK && tree.wants_site)
        rc = reader_keep_site(run, decoder_root(decoder));
    if (rc == ADSCP_OK && tree.wants_site)
        rc = note_site(run, decoder);
    if (rc != ADSCP_OK)
        goto out;
    stopwatch_enter(run->plan->watch, ADSCP_READER_PHASE_SEARCH);
    rc = tree_read(&tree);
    if (rc != ADSCP_OK)
        goto out;
    rc = read_catalog(run, place, starttls, &tree);
    if (rc != ADSCP_OK)
        goto out;
    rc = decoder_finish(decoder);
out:
    session_close(session);
    decoder_free(decoder);
    return rc;
}
