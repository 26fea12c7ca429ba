/* SPDX-License-Identifier: MIT */
/*
 * What the server says about the client's site, after the bind or before it.
 */
#include <string.h>

#include "base/text.h"
#include "gather/locate/netlogon.h"
#include "gather/reader/private.h"

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
        arena_copy(run->forest->arena, site, strlen(site));
    return run->forest->client_site != NULL ? ADSCP_OK : ADSCP_E_NOMEM;
}

int reader_note_site(struct run *run, struct decoder *decoder)
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
