/* SPDX-License-Identifier: MIT */
/*
 * The DNs of an export that were met, so that the second record of one DN is
 * known as such. Kept as hashes only: the text is compared with the rows, which
 * have it anyway.
 */
#include "facts/decode/private.h"

#include <string.h>

#include "base/rows.h"
#include "base/text.h"

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
    if (seen->kind == ROW_SCP)
        return is_scp(decoder, dn, seen->index);
    if (seen->kind == ROW_ASIDE)
        return text_equal_ascii(dn.text, dn.length,
                                decoder->pending[seen->index].dn.text,
                                decoder->pending[seen->index].dn.length);
    return text_is(dn.text, dn.length,
                   decode_row_dn(decoder, seen->kind, seen->index));
}

static uint32_t find(const struct decoder *decoder, const struct entry *entry)
{
    const struct seen_table *seen = &decoder->seen;
    uint32_t at, number = hash_first(&seen->index, entry->dn_hash, &at);

    while (number != HASH_NONE &&
           !is_row(decoder, &seen->rows[number], entry->dn))
        number = hash_next(&seen->index, entry->dn_hash, &at);
    return number;
}

const struct seen *decode_seen_find(const struct decoder *decoder,
                                    const struct entry *entry)
{
    uint32_t number = find(decoder, entry);

    return number != HASH_NONE ? &decoder->seen.rows[number] : NULL;
}

/* What was pending may have become a row. */
int decode_seen_add(struct decoder *decoder, const struct entry *entry,
                    enum row_kind kind, size_t index)
{
    struct seen_table *table = &decoder->seen;
    uint32_t count = table->index.count, number = find(decoder, entry);
    struct seen *rows = rows_grow(table->rows, count, sizeof(*rows));

    if (rows == NULL)
        return ADSCP_E_NOMEM;
    table->rows = rows;
    if (number == HASH_NONE) {
        number = count;
        if (!hash_add(&table->index, entry->dn_hash, number))
            return ADSCP_E_NOMEM;
    }
    rows[number] = (struct seen){.kind = kind, .index = index};
    return ADSCP_OK;
}
