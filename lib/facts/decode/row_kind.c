/* SPDX-License-Identifier: MIT */
/*
 * What becomes of an entry of each kind, a line each: who makes its row, and
 * where the directory keeps such rows.
 */
#include <stddef.h>
#include <string.h>

#include "facts/decode/private.h"

struct row_kind_facts {
    int (*make)(struct decoder *decoder, const struct entry *entry);
    size_t size; /* of a row; 0: the directory keeps none */
    size_t rows, count, dn;
};

static int make_nothing(struct decoder *decoder, const struct entry *entry)
{
    (void)decoder;
    (void)entry;
    return ADSCP_OK;
}

static int note_unasked(struct decoder *decoder, const struct entry *entry)
{
    return decode_note_entry(decoder, entry, FINDING_ENTRY_UNASKED,
                             (struct finding_what){0});
}

static int note_stranger(struct decoder *decoder, const struct entry *entry)
{
    decode_saw_person(decoder, entry);
    return ADSCP_OK;
}

/* Changes and a snapshot must find it, too. */
static int count_bare(struct decoder *decoder, const struct entry *entry)
{
    decoder->bare_scps++;
    return decode_keep(decoder, entry, ROW_BARE);
}

#define KEPT(type, rows, count)                                                \
    sizeof(struct type), offsetof(struct directory, rows),                     \
        offsetof(struct directory, count), offsetof(struct type, dn)

/* An SCP's DN is in two pieces: see seen.c. */
static const struct row_kind_facts kinds[] = {
    [ROW_UNASKED] = {note_unasked, 0, 0, 0, 0},
    [ROW_IGNORED] = {make_nothing, 0, 0, 0, 0},
    [ROW_STRANGER] = {note_stranger, 0, 0, 0, 0},
    [ROW_BARE] = {count_bare, 0, 0, 0, 0},
    [ROW_COUNTED] = {decode_count, 0, 0, 0, 0},
    [ROW_DOMAIN] = {decode_domain, 0, 0, 0, 0},
    [ROW_ROOT] = {decode_root, 0, 0, 0, 0},
    [ROW_ASIDE] = {decode_put_aside, 0, 0, 0, 0},
    [ROW_SCP] = {decode_scp, KEPT(adscp_scp, scps, scp_count)},
    [ROW_SERVER] = {decode_server, KEPT(adscp_server, servers, server_count)},
    [ROW_SITE] = {decode_site, KEPT(adscp_site, sites, site_count)},
    [ROW_SUBNET] = {decode_subnet_entry,
                    KEPT(adscp_subnet, subnets, subnet_count)},
    [ROW_SERVICE] = {decode_service_entry,
                     KEPT(virtual_directory, services, service_count)},
    [ROW_DATABASE] = {decode_database,
                      KEPT(database, databases, database_count)},
    [ROW_AUTHORITY] = {decode_authority,
                       KEPT(authority, authorities, authority_count)},
    [ROW_RECIPIENT] = {decode_recipient,
                       KEPT(recipient, recipients, recipient_count)},
};

int decode_make_row(struct decoder *decoder, const struct entry *entry,
                    enum row_kind kind)
{
    return kinds[kind].make(decoder, entry);
}

size_t decode_count_rows(const struct directory *directory, enum row_kind kind)
{
    size_t count;

    if (kinds[kind].size == 0)
        return 0;
    memcpy(&count, (const char *)directory + kinds[kind].count, sizeof(count));
    return count;
}

size_t decode_row_count(const struct decoder *decoder, enum row_kind kind)
{
    return kind == ROW_ASIDE ? decoder->pending_count
                             : decode_count_rows(decoder->directory, kind);
}

const char *decode_row_dn(const struct decoder *decoder, enum row_kind kind,
                          size_t index)
{
    const char *directory = (const char *)decoder->directory, *rows, *dn;

    memcpy(&rows, directory + kinds[kind].rows, sizeof(rows));
    memcpy(&dn, rows + index * kinds[kind].size + kinds[kind].dn, sizeof(dn));
    return dn;
}
