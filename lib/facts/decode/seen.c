/* SPDX-License-Identifier: MIT */
/*
 * The DNs of an export that were met, so that the second record of one DN is
 * known as such. Kept as hashes only: the text is compared with the rows, which
 * have it anyway.
 */
#include "facts/decode/private.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "facts/intern.h"

enum { FIRST_SLOTS = 64 };

static bool is_text(struct span dn, const char *text)
{
    return text_is(dn.text, dn.length, text);
}

static bool is_scp(const struct decoder *decoder, struct span dn, size_t index)
{
    const struct adscp_scp *scp = &decoder->directory->scps[index];
    size_t cut = scp->dn_head != NULL ? strlen(scp->dn_head) : SIZE_MAX;

    return cut <= dn.length && text_starts(dn.text, cut, scp->dn_head) &&
           text_is(dn.text + cut, dn.length - cut,
                   decoder->forest->tails[scp->dn_tail]);
}

static bool is_row(const struct decoder *decoder, const struct seen *seen,
                   struct span dn)
{
    const struct directory *directory = decoder->directory;

    switch (seen->kind) {
    case SEEN_PENDING:
        return text_equal_ascii(dn.text, dn.length,
                                decoder->pending[seen->index].dn.text,
                                decoder->pending[seen->index].dn.length);
    case SEEN_SCP:
        return is_scp(decoder, dn, seen->index);
    case SEEN_SERVER:
        return is_text(dn, directory->servers[seen->index].dn);
    case SEEN_SITE:
        return is_text(dn, directory->sites[seen->index].dn);
    case SEEN_SERVICE:
        return is_text(dn, directory->services[seen->index].dn);
    case SEEN_DATABASE:
        return is_text(dn, directory->databases[seen->index].dn);
    case SEEN_AUTHORITY:
        return is_text(dn, directory->authorities[seen->index].dn);
    case SEEN_RECIPIENT:
        return is_text(dn, directory->recipients[seen->index].dn);
    default:
        return is_text(dn, directory->subnets[seen->index].dn);
    }
}

static size_t find_slot(const struct decoder *decoder,
                        const struct entry *entry)
{
    const struct seen_table *table = &decoder->seen;
    size_t mask = table->slot_count - 1, at = entry->dn_hash & mask;

    while (table->slots[at] != 0) {
        const struct seen *seen = &table->rows[table->slots[at] - 1];

        if (seen->hash == entry->dn_hash && is_row(decoder, seen, entry->dn))
            break;
        at = (at + 1) & mask;
    }
    return at;
}

const struct seen *decode_seen_find(const struct decoder *decoder,
                                    const struct entry *entry)
{
    const struct seen_table *table = &decoder->seen;
    size_t at;

    if (table->count == 0)
        return NULL;
    at = find_slot(decoder, entry);
    return table->slots[at] != 0 ? &table->rows[table->slots[at] - 1] : NULL;
}

static bool grow_slots(struct seen_table *table)
{
    size_t count =
        table->slot_count > 0 ? 2 * table->slot_count : (size_t)FIRST_SLOTS;
    uint32_t *slots = calloc(count, sizeof(*slots));
    size_t i;

    if (slots == NULL)
        return false;
    for (i = 0; i < table->count; i++) {
        size_t at = table->rows[i].hash & (count - 1);

        while (slots[at] != 0)
            at = (at + 1) & (count - 1);
        slots[at] = (uint32_t)i + 1;
    }
    free(table->slots);
    table->slots = slots;
    table->slot_count = count;
    return true;
}

int decode_seen_add(struct decoder *decoder, const struct entry *entry,
                    enum seen_kind kind, size_t index)
{
    struct seen_table *table = &decoder->seen;
    struct seen *rows;

    if (table->count >= UINT32_MAX - 1)
        return ADSCP_E_NOMEM;
    if (table->count >= table->slot_count / 4 * 3 && !grow_slots(table))
        return ADSCP_E_NOMEM;
    rows = rows_grow(table->rows, table->count, sizeof(*rows));
    if (rows == NULL)
        return ADSCP_E_NOMEM;
    table->rows = rows;
    rows[table->count] =
        (struct seen){.hash = entry->dn_hash, .kind = kind, .index = index};
    table->slots[find_slot(decoder, entry)] = (uint32_t)++table->count;
    return ADSCP_OK;
}
