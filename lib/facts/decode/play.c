/* SPDX-License-Identifier: MIT */
/*
 * Entries that were kept, decoded again: for a forest after a change, and to
 * write a snapshot.
 */
#include "facts/decode/private.h"

#include <string.h>

#include "facts/snapshot.h"

static int play_values(struct decoder *decoder, const struct kept_entry *row)
{
    const char *name = NULL;
    bool wanted = false;
    int rc = ADSCP_OK;
    uint32_t i;

    for (i = 0; i < row->value_count && rc == ADSCP_OK; i++) {
        const struct entry_value *value = &row->values[i];

        if (value->name != name)
            wanted =
                decoder_attribute(decoder, value->name, value->name_length);
        name = value->name;
        if (wanted)
            rc = decoder_value(decoder, value->bytes, value->length);
    }
    return rc;
}

/* Who has the entries for himself marks them. */
static int play_entry(struct decoder *decoder, const struct kept_entry *row,
                      struct kept_entry *marked)
{
    int rc;

    tape_play(decoder, marked);
    rc = decoder_begin(decoder, (enum entry_kind)row->kind, row->dn.text,
                       row->dn.length, row->where);
    decoder->entry.is_added = row->is_added;
    if (rc == ADSCP_OK && row->refused != NULL)
        return decoder_refuse(decoder, row->refused);
    if (rc == ADSCP_OK)
        rc = play_values(decoder, row);
    return rc == ADSCP_OK ? decoder_end(decoder) : rc;
}

static int play_notes(struct decoder *decoder, const struct entries *entries,
                      size_t before, size_t *nextp)
{
    int rc = ADSCP_OK;

    for (; *nextp < entries->note_count && rc == ADSCP_OK; ++*nextp) {
        const struct kept_note *note = &entries->notes[*nextp];

        if (note->at > before)
            break;
        rc = finding_add_row(&decoder->directory->notes, &note->finding);
    }
    return rc;
}

static int play_or_take(struct decoder *decoder, const struct entries *entries,
                        size_t index, struct kept_entry *marked)
{
    const struct kept_entry *row = &entries->rows[index];
    bool is_taken = false;
    int rc = take_entry(decoder, row, index, &is_taken);

    if (rc != ADSCP_OK || is_taken || row->dn.text == NULL)
        return rc;
    if (row->is_idle && entries->asked == decoder->forest->asked_count &&
        entries->counted == decoder->forest->counted)
        return ADSCP_OK;
    return play_entry(decoder, row, marked);
}

/* The rows are the entries' own, or NULL: then they stay unmarked. */
static int play(struct decoder *decoder, const struct entries *entries,
                struct kept_entry *rows, const struct deadline *deadline)
{
    size_t note = 0, i;
    int rc = ADSCP_OK;

    decoder->is_unique = !entries->is_repeating;
    for (i = 0; i < entries->count && rc == ADSCP_OK; i++) {
        rc = deadline_check_row(deadline, i);
        if (rc == ADSCP_OK)
            rc = play_notes(decoder, entries, i, &note);
        if (rc == ADSCP_OK)
            rc = play_or_take(decoder, entries, i,
                              rows != NULL ? &rows[i] : NULL);
    }
    if (rc == ADSCP_OK)
        rc = play_notes(decoder, entries, entries->count, &note);
    return rc;
}

int decoder_play(struct decoder *decoder, struct entries *entries,
                 const struct adscp_forest *from,
                 const struct directory *before,
                 const struct deadline *deadline)
{
    struct directory *directory = decoder->directory;
    int rc = take_begin(decoder, from, before);

    if (rc != ADSCP_OK)
        return rc;
    entries_release(decoder->tape.entries);
    decoder->tape.entries = NULL;
    entries_release(directory->entries);
    directory->entries = entries_hold(entries);
    if (!entries->complete)
        directory->complete = false;
    rc = play(decoder, entries, entries->rows, deadline);
    if (rc == ADSCP_OK)
        take_finish(decoder);
    return rc;
}

/* -------------------------------------------------------------- snapshot -- */

/* The entries of one directory, written as its decoder takes them. */
static int write_directory(struct adscp_forest *forest,
                           const struct directory *from)
{
    struct directory *directory = forest_add_directory(forest, from->target);
    struct decoder *decoder = NULL;
    int rc = ADSCP_E_NOMEM;

    if (directory == NULL)
        return rc;
    directory->config_dn = from->config_dn;
    directory->snapshot = snapshot_new();
    if (directory->snapshot != NULL)
        decoder = decoder_new(forest, directory);
    if (decoder != NULL)
        rc = play(decoder, from->entries, NULL, NULL);
    if (rc == ADSCP_OK)
        rc = decoder_finish(decoder);
    decoder_free(decoder);
    return rc;
}

static bool ask_again(struct adscp_forest *forest,
                      const struct adscp_forest *from)
{
    uint32_t i;

    for (i = 0; i < from->asked_count; i++)
        if (!forest_ask(forest, from->intern->names.rows[i].text))
            return false;
    return true;
}

char *decoder_snapshot(const struct adscp_forest *forest)
{
    struct adscp_forest *records = forest_new();
    char *text = NULL;
    size_t i;

    if (records == NULL || !ask_again(records, forest))
        goto out;
    for (i = 0; i < forest->directory_count; i++) {
        const struct directory *from = forest->directories[i];

        if (from->entries == NULL
                ? forest_add_directory(records, from->target) == NULL
                : write_directory(records, from) != ADSCP_OK)
            goto out;
    }
    text = snapshot_text(forest, records);
out:
    forest_release(records);
    return text;
}
