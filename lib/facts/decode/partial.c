/* SPDX-License-Identifier: MIT */
/*
 * SCPs that come in parts. A domain controller gives at most 1500 values of an
 * attribute at once ([MS-ADTS] 3.1.1.3.1.3.3), and an export may spread the
 * rest over later records of the same DN. Such an entry keeps its place in the
 * directory's order and is put aside until its last part came, or nothing more
 * comes.
 */
#include "base/rows.h"
#include "facts/decode/private.h"

static const enum field parts[] = {FIELD_KEYWORDS, FIELD_BINDING, FIELD_CREATED,
                                   FIELD_CLASS_NAME};
enum { PART_COUNT = sizeof(parts) / sizeof(parts[0]) };

static int copy_text(struct decoder *decoder, struct span from, struct span *to)
{
    to->text = arena_copy(&decoder->aside, from.text, from.length);
    to->length = from.length;
    return to->text != NULL ? ADSCP_OK : ADSCP_E_NOMEM;
}

/* Append a list that outlives its entry. */
static int append_list(struct decoder *decoder, const struct value_list *from,
                       struct value_list *to)
{
    int rc = ADSCP_OK;
    size_t i;

    for (i = 0; i < from->count && rc == ADSCP_OK; i++) {
        struct span copy;

        rc = copy_text(decoder, from->rows[i], &copy);
        if (rc == ADSCP_OK)
            rc = decode_add_value(to, copy.text, copy.length);
    }
    to->gap = to->gap || from->gap;
    to->next = from->next;
    return rc;
}

/* Take over a list that the pending entry does not have. */
static int take_list(struct decoder *decoder, const struct value_list *from,
                     struct value_list *to)
{
    to->ranged = from->ranged;
    to->start = from->start;
    return append_list(decoder, from, to);
}

int decode_put_aside(struct decoder *decoder, const struct entry *entry)
{
    struct entry *rows, *row;
    int rc = ADSCP_OK;
    size_t i;

    rows = rows_grow(decoder->pending, decoder->pending_count, sizeof(*rows));
    if (rows == NULL)
        return ADSCP_E_NOMEM;
    decoder->pending = rows;
    row = &rows[decoder->pending_count++];
    *row = (struct entry){
        .kind = entry->kind, .has_place = true, .place = entry->place};
    if (!entry->has_place)
        rc = decode_reserve(decoder, &row->place);
    if (rc == ADSCP_OK)
        rc = copy_text(decoder, entry->dn, &row->dn);
    for (i = 0; i < PART_COUNT && rc == ADSCP_OK; i++)
        rc = take_list(decoder, &entry->lists[parts[i]], &row->lists[parts[i]]);
    return rc;
}

static bool goes_on(const struct value_list *from, const struct value_list *to)
{
    return from->ranged && to->ranged && to->next != 0 &&
           from->start == to->next;
}

static bool is_empty(const struct value_list *list)
{
    return list->count == 0 && !list->ranged;
}

int decode_continue(struct decoder *decoder, const struct entry *entry,
                    size_t index, bool *continuedp)
{
    struct entry *row = &decoder->pending[index];
    bool continued = false;
    int rc = ADSCP_OK;
    size_t i;

    for (i = 0; i < PART_COUNT; i++)
        continued = continued ||
                    goes_on(&entry->lists[parts[i]], &row->lists[parts[i]]);
    for (i = 0; i < PART_COUNT && continued && rc == ADSCP_OK; i++) {
        const struct value_list *from = &entry->lists[parts[i]];
        struct value_list *to = &row->lists[parts[i]];

        if (goes_on(from, to))
            rc = append_list(decoder, from, to);
        else if (is_empty(to))
            rc = take_list(decoder, from, to);
    }
    *continuedp = continued;
    return rc;
}

/* What is still open stays so: mark the row and say which attribute it is. */
static int note_open(struct decoder *decoder, const struct entry *entry)
{
    int rc = ADSCP_OK;
    size_t i;

    for (i = 0; i < PART_COUNT && rc == ADSCP_OK; i++) {
        if (!decode_is_open(&entry->lists[parts[i]]))
            continue;
        decoder->directory->scps[entry->place].flags |= SCP_RANGE_OPEN;
        decoder->directory->complete = false;
        rc = decode_note_entry(
            decoder, entry, FINDING_RANGE_INCOMPLETE,
            (struct finding_what){.attribute = decode_field_name(parts[i])});
    }
    return rc;
}

int decode_pending_finish(struct decoder *decoder)
{
    int rc = ADSCP_OK;
    size_t i;

    for (i = 0; i < decoder->pending_count && rc == ADSCP_OK; i++) {
        const struct entry *entry = &decoder->pending[i];

        if (!decode_has_guid(entry)) {
            /* None of ours after all. Its place is closed with the others. */
            if (entry->kind == ENTRY_SCP)
                rc = decode_note_entry(decoder, entry, FINDING_ENTRY_UNASKED,
                                       (struct finding_what){0});
            continue;
        }
        rc = decode_scp(decoder, entry);
        if (rc == ADSCP_OK)
            rc = decode_keep(decoder, entry, ROW_SCP);
        if (rc == ADSCP_OK)
            rc = note_open(decoder, entry);
    }
    return rc;
}

int decode_reserve(struct decoder *decoder, uint32_t *placep)
{
    size_t place = decoder->directory->scp_count;

    if (place >= UINT32_MAX ||
        forest_add_scp(decoder->forest, decoder->directory) == NULL)
        return ADSCP_E_NOMEM;
    *placep = (uint32_t)place;
    return ADSCP_OK;
}

int decoder_reserve(struct decoder *decoder, uint32_t *placep)
{
    int rc = decode_reserve(decoder, placep);

    return rc != ADSCP_OK || tape_reserve(decoder, *placep) ? rc
                                                            : ADSCP_E_NOMEM;
}

void decoder_use_place(struct decoder *decoder, uint32_t place)
{
    decoder->place_given = true;
    decoder->place = place;
}
