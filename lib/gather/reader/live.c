/* SPDX-License-Identifier: MIT */
/*
 * One directory over one session: its rootDSE, what it says of the client's
 * site, its entries, and, for users of other domains, a global catalog.
 */
#include "gather/reader/private.h"

#include "facts/decode/decode.h"

/* ---------------------------------------------------- the client's site -- */

/* Only the directory that was asked first counts the client among its own. */
static bool wants_site(const struct run *run, const struct directory *directory)
{
    return directory == run->forest->directories[0];
}

int reader_read_live(struct run *run, const struct place *place, bool starttls,
                     struct directory *directory,
                     const struct deadline *deadline, struct detail *detail)
{
    struct session_config config = place_settings(run->plan, place, starttls);
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
        rc = reader_note_site(run, decoder);
    if (rc != ADSCP_OK)
        goto out;
    stopwatch_enter(run->plan->watch, ADSCP_READER_PHASE_SEARCH);
    rc = tree_read(&tree);
    if (rc == ADSCP_OK)
        rc = reader_note_input(run, place);
    if (rc != ADSCP_OK)
        goto out;
    rc = reader_complete_catalog(run, place, starttls, &tree);
    if (rc == ADSCP_OK)
        rc = reader_take_census(run, place, starttls, &tree);
    if (rc != ADSCP_OK)
        goto out;
    rc = decoder_finish(decoder);
out:
    session_close(session);
    decoder_free(decoder);
    return rc;
}
