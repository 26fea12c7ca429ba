/* SPDX-License-Identifier: MIT */
/*
 * The end of a directory's reading: where its configuration naming context
 * lies, which rows lie outside it, and what has to be said about rows that
 * stay.
 */
#include "facts/decode/private.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "facts/dn.h"

static const char config_rdn[] = ",CN=Configuration,";

/* The configuration naming context that a DN ends with: the last RDN of that
 * name and what follows. The result is a part of dn. NULL: none. */
static const char *config_in(const char *dn)
{
    size_t length = strlen(dn), at;

    for (at = length; at > 0; at--)
        if (dn[at - 1] == ',' &&
            text_starts(dn + at - 1, length - at + 1, config_rdn))
            return dn + at;
    return NULL;
}

/* The first entry tells, and an SCP before any other. */
static const char *learn_config(const struct decoder *decoder)
{
    const struct directory *directory = decoder->directory;
    const char *config = NULL;
    size_t i;

    for (i = 0; i < directory->scp_count && config == NULL; i++)
        if (directory->scps[i].dn_head != NULL)
            config =
                config_in(decoder->forest->tails[directory->scps[i].dn_tail]);
    for (i = 0; i < directory->server_count && config == NULL; i++)
        config = config_in(directory->servers[i].dn);
    for (i = 0; i < directory->site_count && config == NULL; i++)
        config = config_in(directory->sites[i].dn);
    for (i = 0; i < directory->subnet_count && config == NULL; i++)
        config = config_in(directory->subnets[i].dn);
    return config;
}

static int find_config(struct decoder *decoder)
{
    struct directory *directory = decoder->directory;

    if (directory->server == NULL)
        directory->server = decoder->root.server;
    if (directory->config_dn != NULL)
        return ADSCP_OK;
    if (decoder->root.config_dn_count == 1)
        directory->config_dn = decoder->root.config_dn;
    if (directory->config_dn == NULL)
        directory->config_dn = learn_config(decoder);
    if (directory->config_dn != NULL)
        return ADSCP_OK;
    return decoder_note(decoder, FINDING_CONFIG_UNKNOWN,
                        (struct finding_what){0});
}

/* --------------------------------------------------------- rows outside it --
 *
 * Recipients lie in the domains, outside the configuration naming context.
 */

static bool is_inside(const struct decoder *decoder, const char *dn)
{
    const char *config = decoder->directory->config_dn;

    return config == NULL ||
           dn_is_below(dn, strlen(dn), config, strlen(config));
}

static int note_outside(struct decoder *decoder, const char *dn)
{
    struct entry entry = {.dn = {dn, strlen(dn)}};

    return decode_note_entry(
        decoder, &entry, FINDING_ENTRY_OUTSIDE,
        (struct finding_what){.base = decoder->directory->config_dn});
}

/* Most rows share a tail with the one before, and so its answer. */
struct tail_answer {
    uint32_t tail;
    bool known;
    bool inside;
};

static bool is_scp_inside(const struct decoder *decoder,
                          const struct adscp_scp *scp,
                          struct tail_answer *answer)
{
    if (!answer->known || answer->tail != scp->dn_tail) {
        answer->known = true;
        answer->tail = scp->dn_tail;
        answer->inside =
            is_inside(decoder, decoder->forest->tails[scp->dn_tail]);
    }
    return answer->inside;
}

static int drop_scp(struct decoder *decoder, struct adscp_scp *scp)
{
    const char *dn;
    int rc;

    if (scp->dn_head == NULL)
        return ADSCP_OK; /* a place that nobody took */
    dn = scp_dn(scp);
    rc = dn != NULL ? note_outside(decoder, dn) : ADSCP_E_NOMEM;
    text_slot_free(&scp->dn);
    return rc;
}

static int keep_scps(struct decoder *decoder)
{
    struct directory *directory = decoder->directory;
    struct tail_answer answer = {0};
    size_t kept = 0, i;
    int rc = ADSCP_OK;

    for (i = 0; i < directory->scp_count; i++) {
        struct adscp_scp *scp = &directory->scps[i];

        if (scp->dn_head != NULL && is_scp_inside(decoder, scp, &answer)) {
            memmove(&directory->scps[kept++], scp, sizeof(*scp));
        } else if (rc == ADSCP_OK) {
            rc = drop_scp(decoder, scp);
        }
    }
    directory->scp_count = kept;
    return rc;
}

/* Rows of any other kind: the DN is their first member. */
static_assert(offsetof(struct adscp_server, dn) == 0, "the DN comes first");
static_assert(offsetof(struct adscp_site, dn) == 0, "the DN comes first");
static_assert(offsetof(struct adscp_subnet, dn) == 0, "the DN comes first");
static_assert(offsetof(struct virtual_directory, dn) == 0, "so here");
static_assert(offsetof(struct database, dn) == 0, "so here");
static_assert(offsetof(struct authority, dn) == 0, "so here");

static int keep_rows(struct decoder *decoder, void *rows, size_t *countp,
                     size_t size)
{
    char *row = rows, *free_row = rows;
    int rc = ADSCP_OK;
    size_t i;

    for (i = 0; i < *countp && rc == ADSCP_OK; i++, row += size) {
        const char *dn;

        memcpy(&dn, row, sizeof(dn));
        if (!is_inside(decoder, dn)) {
            rc = note_outside(decoder, dn);
            continue;
        }
        memmove(free_row, row, size);
        free_row += size;
    }
    *countp = i > 0 ? (size_t)(free_row - (char *)rows) / size : 0;
    return rc;
}

static int keep_all_rows(struct decoder *decoder)
{
    struct directory *directory = decoder->directory;
    int rc = keep_scps(decoder);

    if (rc == ADSCP_OK)
        rc = keep_rows(decoder, directory->servers, &directory->server_count,
                       sizeof(*directory->servers));
    if (rc == ADSCP_OK)
        rc = keep_rows(decoder, directory->sites, &directory->site_count,
                       sizeof(*directory->sites));
    if (rc == ADSCP_OK)
        rc = keep_rows(decoder, directory->subnets, &directory->subnet_count,
                       sizeof(*directory->subnets));
    if (rc == ADSCP_OK)
        rc = keep_rows(decoder, directory->services, &directory->service_count,
                       sizeof(*directory->services));
    if (rc == ADSCP_OK)
        rc =
            keep_rows(decoder, directory->databases, &directory->database_count,
                      sizeof(*directory->databases));
    if (rc == ADSCP_OK)
        rc = keep_rows(decoder, directory->authorities,
                       &directory->authority_count,
                       sizeof(*directory->authorities));
    return rc;
}

/* ----------------------------------------------------------------- finish --
 */

/* Rows stay where they are from here on, so notes may point to them. */
static int note_scps(struct decoder *decoder, uint32_t flag,
                     enum finding_code code)
{
    struct directory *directory = decoder->directory;
    size_t i;

    for (i = 0; i < directory->scp_count; i++) {
        const struct adscp_scp *scp = &directory->scps[i];

        if ((scp->flags & flag) != 0 &&
            finding_add(&directory->notes, code,
                        (struct finding_what){.scp = scp}) != ADSCP_OK)
            return ADSCP_E_NOMEM;
    }
    return ADSCP_OK;
}

static int note_marks(struct decoder *decoder)
{
    int rc = note_scps(decoder, SCP_UNCLEAN, FINDING_TEXT_ESCAPED);

    if (rc == ADSCP_OK)
        rc = note_scps(decoder, SCP_INVISIBLE, FINDING_TEXT_INVISIBLE);
    if (rc == ADSCP_OK)
        rc = note_scps(decoder, SCP_MIXED, FINDING_TEXT_MIXED_SCRIPT);
    return rc;
}

/* What was found odd about rows that stayed. */
static int note_doubts(struct decoder *decoder)
{
    size_t i;

    for (i = 0; i < decoder->doubts.count; i++) {
        const struct adscp_finding *doubt = &decoder->doubts.rows[i];

        if (is_inside(decoder, doubt->dn) &&
            finding_add_row(&decoder->directory->notes, doubt) != ADSCP_OK)
            return ADSCP_E_NOMEM;
    }
    return ADSCP_OK;
}

/* Without keywords no SCP is known for one, and which there are is unknown. */
static int note_bare(struct decoder *decoder)
{
    struct directory *directory = decoder->directory;
    struct finding_what what = {
        .object = "Autodiscover SCP",
        .attribute = "keywords",
        .words = "no SCP can be recognized, and what clients find is unknown; "
                 "export it as well",
        .raised = true};
    int rc;

    if (decoder->bare_scps == 0 || directory->scp_count > 0)
        return ADSCP_OK;
    directory->complete = false;
    rc = finding_add(&directory->notes, FINDING_ATTRIBUTE_NOT_EXPORTED, what);
    if (rc == ADSCP_OK)
        directory->notes.rows[directory->notes.count - 1].about =
            ADSCP_FINDING_ABOUT_CLIENT;
    return rc;
}

static int note_deleted(struct decoder *decoder)
{
    if (decoder->deleted_count == 0)
        return ADSCP_OK;
    return decoder_note(
        decoder, FINDING_ENTRIES_DELETED,
        (struct finding_what){.count = (int64_t)decoder->deleted_count});
}

int decoder_finish(struct decoder *decoder)
{
    int rc;

    tape_seal(decoder);
    rc = decode_pending_finish(decoder);
    if (rc == ADSCP_OK)
        rc = find_config(decoder);
    if (rc == ADSCP_OK)
        rc = keep_all_rows(decoder);
    if (rc == ADSCP_OK)
        rc = decode_copies(decoder->directory);
    if (rc == ADSCP_OK)
        rc = note_bare(decoder);
    if (rc == ADSCP_OK)
        rc = note_deleted(decoder);
    if (rc == ADSCP_OK)
        rc = note_marks(decoder);
    if (rc == ADSCP_OK)
        rc = note_doubts(decoder);
    if (rc == ADSCP_OK)
        rc = decode_census_finish(decoder);
    if (rc == ADSCP_OK)
        rc = decode_looked_finish(decoder);
    decode_told_finish(decoder);
    decoder->finished = rc == ADSCP_OK;
    return rc;
}
