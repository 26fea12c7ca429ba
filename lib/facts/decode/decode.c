/* SPDX-License-Identifier: MIT */
/*
 * From entries to facts: how the values of an entry are collected, and what
 * becomes of it when it ends. Values are borrowed until then, so that
 * attributes may come in any order and nothing is copied in vain. Nothing here
 * does I/O or refuses an entry silently that a search had promised.
 */
#include "facts/decode/decode.h"

#include <stdlib.h>
#include <string.h>

#include "facts/census.h"
#include "facts/decode/private.h"
#include "facts/intern.h"
#include "facts/snapshot.h"

/* ------------------------------------------------------------------ life -- */

/* What is kept beside the rows, where that is wanted. */
static bool make_room(struct decoder *decoder)
{
    struct directory *directory = decoder->directory;

    if (decoder->forest->kept)
        decoder->tape.entries = entries_new();
    if (decoder->forest->counted && directory->census == NULL)
        directory->census = census_new();
    return (!decoder->forest->kept || decoder->tape.entries != NULL) &&
           (!decoder->forest->counted || directory->census != NULL);
}

struct decoder *decoder_new(struct adscp_forest *forest,
                            struct directory *directory)
{
    struct decoder *decoder = calloc(1, sizeof(*decoder));
    size_t i;

    if (decoder == NULL)
        return NULL;
    decoder->forest = forest;
    decoder->directory = directory;
    if (!make_room(decoder)) {
        tape_free(&decoder->tape);
        free(decoder);
        return NULL;
    }
    decoder->field = FIELD_COUNT;
    decoder->last_tail = TABLE_NONE;
    arena_init(&decoder->aside);
    decoder->kept_people.sense = TABLE_FOLD;
    for (i = 0; i < ENTRY_KINDS; i++) {
        decoder->wanted_by[i][0] =
            decode_wanted(decoder, (enum entry_kind)i, false);
        decoder->wanted_by[i][1] =
            decode_wanted(decoder, (enum entry_kind)i, true);
    }
    for (i = 0; i < FIELD_COUNT; i++)
        decoder->by_length[decode_fields[i].length] |= FIELD_BIT(i);
    return decoder;
}

static void entry_free(struct entry *entry)
{
    size_t i;

    for (i = 0; i < FIELD_COUNT; i++)
        free(entry->lists[i].rows);
}

/* A reading that broke off leaves no rows: some might be half made. */
static void drop_rows(struct directory *directory)
{
    directory->scp_count = directory->server_count = 0;
    directory->site_count = directory->subnet_count = 0;
    directory->service_count = directory->database_count = 0;
    directory->authority_count = directory->recipient_count = 0;
    entries_release(directory->entries);
    directory->entries = NULL;
    census_free(directory->census);
    directory->census = NULL;
}

void decoder_free(struct decoder *decoder)
{
    size_t i;

    if (decoder == NULL)
        return;
    if (!decoder->finished)
        drop_rows(decoder->directory);
    entry_free(&decoder->entry);
    for (i = 0; i < decoder->pending_count; i++)
        entry_free(&decoder->pending[i]);
    free(decoder->pending);
    free(decoder->seen.rows);
    free(decoder->shown);
    hash_clear(&decoder->seen.index);
    free(decoder->looked_for);
    finding_list_free(&decoder->doubts);
    free(decoder->indexes);
    free(decoder->buffer);
    table_clear(&decoder->kept_people);
    tape_free(&decoder->tape);
    take_free(&decoder->take);
    arena_free(&decoder->aside);
    free(decoder);
}

const struct root_dse *decoder_root(const struct decoder *decoder)
{
    return &decoder->root;
}

/* ----------------------------------------------------------------- notes -- */

int decoder_refuse(struct decoder *decoder, const char *why)
{
    if (decoder->entry.dropped)
        return ADSCP_OK; /* one reason is enough */
    decoder->entry.dropped = true;
    decoder->wanted = 0;
    if (!tape_end(decoder, why))
        return ADSCP_E_NOMEM;
    return decode_note_entry(decoder, &decoder->entry, FINDING_ENTRY_REFUSED,
                             (struct finding_what){.reason = why});
}

/* --------------------------------------------------------------- feeding -- */

/* Most entries fill four or five of the lists. */
static void entry_clear(struct entry *entry)
{
    size_t i;

    for (i = 0; entry->filled != 0; i++, entry->filled >>= 1)
        if ((entry->filled & 1) != 0)
            entry->lists[i] =
                (struct value_list){.rows = entry->lists[i].rows,
                                    .capacity = entry->lists[i].capacity};
    entry->dropped = entry->has_open_range = entry->is_added = false;
}

int decoder_begin(struct decoder *decoder, enum entry_kind kind, const char *dn,
                  size_t length, const char *where)
{
    struct entry *entry = &decoder->entry;

    entry_clear(entry);
    entry->kind = kind;
    entry->dn = (struct span){dn, length};
    entry->where = where;
    entry->has_place = decoder->place_given;
    entry->place = decoder->place;
    decoder->place_given = false;
    decoder->field = FIELD_COUNT;
    decoder->wanted = decoder->wanted_by[kind][length == 0];
    tape_begin(decoder);
    if (length > 0 && memchr(dn, '\0', length) != NULL)
        return decoder_refuse(decoder, "its DN holds a NUL byte");
    return ADSCP_OK;
}

/* A server spells an attribute as its schema does. */
static bool is_attribute(struct span attribute, const char *name, size_t length)
{
    return attribute.length == length &&
           (memcmp(name, attribute.text, length) == 0 ||
            text_equal_ascii(name, length, attribute.text, length));
}

/* An export has attributes of all kinds, most of them unwanted: the length of a
 * name tells nearly all of them apart. */
static enum field find_field(const struct decoder *decoder, const char *name,
                             size_t length)
{
    field_set left = 0;

    if (length < NAME_LENGTHS)
        left = decoder->wanted & decoder->by_length[length];
    for (; left != 0; left &= left - 1) {
        int lowest = __builtin_ctzll(left);

        if (is_attribute(decode_fields[lowest], name, length))
            return (enum field)lowest;
    }
    return FIELD_COUNT;
}

/* The next part of a ranged attribute ([MS-ADTS] 3.1.1.3.1.3.3). An export
 * writes the description before every value of a part. */
static void note_range(struct value_list *list,
                       const struct description *description)
{
    if (list->ranged && description->start == list->last &&
        description->next == list->next)
        return;
    if (!list->ranged)
        list->start = description->start;
    else if (description->start != list->next)
        list->gap = true;
    list->ranged = true;
    list->last = description->start;
    list->next = description->next;
}

bool decoder_has_open_range(const struct decoder *decoder)
{
    return decoder->entry.has_open_range;
}

/* The list that the values to come belong to; false: they are not wanted. */
static bool choose_field(struct decoder *decoder, const char *name,
                         size_t length)
{
    decoder->field = find_field(decoder, name, length);
    if (decoder->field == FIELD_COUNT)
        return false;
    decoder->entry.filled |= (field_set)1 << decoder->field;
    return true;
}

static bool set_field(struct decoder *decoder, const char *description,
                      size_t length)
{
    struct description parsed;

    /* Options are rare, and no name holds their ";". */
    if (choose_field(decoder, description, length))
        return true;
    parsed = decode_description(description, length);
    if (parsed.base_length == length ||
        !choose_field(decoder, description, parsed.base_length))
        return false;
    if (parsed.next != 0)
        decoder->entry.has_open_range = true;
    if (parsed.ranged)
        note_range(&decoder->entry.lists[decoder->field], &parsed);
    return true;
}

bool decoder_attribute(struct decoder *decoder, const char *description,
                       size_t length)
{
    bool wanted = set_field(decoder, description, length);

    return decoder->tape.entries == NULL
               ? wanted
               : tape_attribute(decoder, (struct span){description, length},
                                wanted);
}

/* No syntax used here has an empty value (RFC 4517 3.3.6): one in an export is
 * none. */
int decoder_value(struct decoder *decoder, const char *value, size_t length)
{
    if (decoder->tape.entries != NULL && !tape_value(decoder, value, length))
        return ADSCP_E_NOMEM;
    if (decoder->field == FIELD_COUNT || decoder->entry.dropped || length == 0)
        return ADSCP_OK;
    return decode_add_value(&decoder->entry.lists[decoder->field], value,
                            length);
}

/* ------------------------------------------------------------ an entry ends */

static bool has_open_range(const struct entry *entry)
{
    return decode_is_open(&entry->lists[FIELD_KEYWORDS]) ||
           decode_is_open(&entry->lists[FIELD_BINDING]);
}

static enum row_kind row_kind_of(const struct entry *entry, enum row_kind kind)
{
    return kind == ROW_SCP && has_open_range(entry) ? ROW_ASIDE : kind;
}

/* An entry that was refused left nothing behind, and one that is put aside has
 * no row yet. */
static int make_kept_row(struct decoder *decoder, const struct entry *entry,
                         enum row_kind kind, bool *madep)
{
    enum row_kind made = row_kind_of(entry, kind);
    size_t count = decode_row_count(decoder, made);
    int rc = decode_make_row(decoder, entry, made);

    *madep = entry->has_place || decode_row_count(decoder, made) != count;
    if (rc != ADSCP_OK || !*madep || made == ROW_ASIDE)
        return rc;
    tape_mark_row(decoder, made);
    return decode_keep(decoder, entry, kind);
}

static int make_first_row(struct decoder *decoder, const struct entry *entry,
                          enum row_kind kind)
{
    enum row_kind row_kind = row_kind_of(entry, kind);
    size_t index = decode_row_count(decoder, row_kind);
    bool made;
    int rc = make_kept_row(decoder, entry, kind, &made);

    if (rc != ADSCP_OK || !made)
        return rc;
    return decode_seen_add(decoder, entry, row_kind, index);
}

/* What may have a mailbox. */
static bool is_anybody(enum row_kind kind)
{
    return kind == ROW_RECIPIENT || kind == ROW_STRANGER || kind == ROW_IGNORED;
}

/* What an export holds of it that was made with the control for that: no client
 * is ever given one. */
static bool leave_out_deleted(struct decoder *decoder,
                              const struct entry *entry)
{
    if (!decode_is_deleted(entry))
        return false;
    decoder->deleted_count++;
    return true;
}

/* A record of an export. Its DN may have come before, in this file or another.
 */
static int end_record(struct decoder *decoder, struct entry *entry)
{
    const struct seen *seen;
    enum row_kind kind;
    bool continued = false, counted = false, made;
    int rc = ADSCP_OK;

    if (leave_out_deleted(decoder, entry))
        return ADSCP_OK;
    kind = decode_kind(decoder, entry);
    if (is_anybody(kind))
        rc = decode_count_record(decoder, entry, &counted);
    if (rc != ADSCP_OK)
        return rc;
    if (kind == ROW_ROOT)
        return decode_root(decoder, entry);
    if (kind == ROW_STRANGER || kind == ROW_BARE)
        return decode_make_row(decoder, entry, kind);
    if (kind == ROW_IGNORED && decoder->pending_count == 0) {
        if (!counted)
            tape_mark_idle(decoder);
        return ADSCP_OK;
    }
    if (decoder->is_unique)
        return make_kept_row(decoder, entry, kind, &made);
    entry->dn_hash = hash_ascii(entry->dn.text, entry->dn.length);
    seen = decode_seen_find(decoder, entry);
    if (seen != NULL || has_open_range(entry))
        tape_mark_repeating(decoder);
    if (seen != NULL && seen->kind == ROW_ASIDE) {
        rc = decode_continue(decoder, entry, seen->index, &continued);
        if (rc != ADSCP_OK || continued)
            return rc;
    }
    if (kind == ROW_IGNORED)
        return ADSCP_OK;
    if (seen != NULL)
        return decode_note_entry(decoder, entry, FINDING_ENTRY_DUPLICATE,
                                 (struct finding_what){0});
    return make_first_row(decoder, entry, kind);
}

int decoder_end(struct decoder *decoder)
{
    struct entry *entry = &decoder->entry;
    enum row_kind kind;
    bool made;

    decoder->field = FIELD_COUNT;
    if (entry->dropped)
        return ADSCP_OK;
    if (!tape_end(decoder, NULL))
        return ADSCP_E_NOMEM;
    if (entry->kind == ENTRY_BY_CLASS)
        return end_record(decoder, entry);
    kind = decode_kind(decoder, entry);
    return kind < ROW_ASIDE ? decode_make_row(decoder, entry, kind)
                            : make_kept_row(decoder, entry, kind, &made);
}
